"""Make `models/reranker`: a projection for word pieces, and the weights of what the reranker measures.

The projection is the first principal directions of the pieces of the texts: nothing is learned from the questions. The
weights are fitted to questions whose document is known, so that the document comes before the other candidates (the
list-wise loss of ListNet, Cao et al., ICML 2007). `cross_checked` fits them on some documents and measures on others.
The model of the pieces learns from questions too: what is fitted and measured comes from the models of `crm train
pieces --fold`, each asked about the documents that it has not seen.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from crm_copilot.knowledge import Collections
from crm_copilot.knowledge.embedding import Embedders
from crm_copilot.knowledge.reranking import measures, standard
from crm_copilot.knowledge.searching import candidates
from crm_copilot.retrieval.embedder import Embedder

DIMENSIONS = 128
NAMES = ("cosine", "words", "stems", "pairs", "pieces", "rare pieces", "farthest")
PLAIN = NAMES[:4]
_PENALTY = 0.02
_DEPTH = 50
_COLLECTION = "texts"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its candidates: their ids, what is measured of each (one row a candidate), the right one."""

    question: str
    document: str
    ids: tuple[str, ...]
    measured: Any

    @property
    def right(self) -> int | None:
        """The row of the document, None when it is no candidate."""
        return self.ids.index(self.document) if self.document in self.ids else None


def questions_of(file: Path) -> list[tuple[str, str]]:
    """Return the questions of a CSV file with the ids of their documents."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return [(row["question"], row["document"]) for row in csv.DictReader(lines)]


def projection_of(embedder: Embedder, texts: Sequence[str]) -> Any:
    """Return the first principal directions of the word pieces of some texts: (384, DIMENSIONS)."""
    rows = np.concatenate([text.vectors for text in embedder.pieces(texts)])
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    values, directions = np.linalg.eigh(unit.T @ unit)
    return directions[:, np.argsort(-values)[:DIMENSIONS]].astype(np.float16)


def start(folder: Path, projection: Any) -> None:
    """Write a reranker that weighs everything alike, to look for candidates with."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "projection.npy", projection)
    write(folder, dict.fromkeys(NAMES, 1.0), dict.fromkeys(PLAIN, 1.0))


def write(folder: Path, late: Mapping[str, float], plain: Mapping[str, float], **about: Any) -> None:
    """Write the weights beside the projection."""
    held = {"late": dict(late), "plain": dict(plain), **about}
    (folder / "weights.json").write_text(json.dumps(held, indent=1) + "\n", "utf-8")


def looked_up(
    collections: Collections, models: Embedders, questions: Sequence[tuple[str, str]]
) -> Iterator[Asked]:  # fmt: skip
    """Yield each question with what the search of the product measures of its candidates."""
    shelf = collections.opened(_COLLECTION)
    for question, document in questions:
        places, found = candidates(shelf, models, question, _DEPTH)
        measured = measures(question, found)
        rows = np.stack([standard(measured[name]) for name in NAMES], axis=1)
        yield Asked(question, document, tuple(d.id for d in shelf.documents(places)), rows)


def fitted(asked: Sequence[Asked], names: Sequence[str] = NAMES) -> dict[str, float]:
    """Return the weights under which the right documents stand best."""
    from scipy.optimize import minimize

    columns = [NAMES.index(name) for name in names]
    known = [(each.measured[:, columns], each.right) for each in asked if each.right is not None]

    def loss(weights: Any) -> tuple[float, Any]:
        total, slope = 0.0, np.zeros_like(weights)
        for rows, right in known:
            scores = rows @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            total -= float(np.log(shares[right] + 1e-12))
            slope += shares @ rows - rows[right]
        return total / len(known) + _PENALTY * weights @ weights, slope / len(known) + 2 * _PENALTY * weights

    best = minimize(loss, np.full(len(columns), 0.2), jac=True, method="L-BFGS-B").x
    return {name: round(float(weight), 4) for name, weight in zip(names, best, strict=True)}


def folds(asked: Sequence[Asked], count: int) -> list[set[str]]:
    """Return the documents in so many groups, in an order that is always the same."""
    return cut([each.document for each in asked], count)


def cut(names: Iterable[str], count: int) -> list[set[str]]:
    """Return names in so many groups, in an order that is always the same."""
    documents = sorted(set(names))
    np.random.default_rng(0).shuffle(documents)
    return [set(documents[number::count]) for number in range(count)]


@dataclass(frozen=True, slots=True)
class Checked:
    """Weights that were fitted without the documents of each fold, and how well they find those."""

    held_out: tuple[set[str], ...]
    weights: tuple[dict[str, float], ...]
    figures: dict[str, float]


def cross_checked(asked: Sequence[Asked], count: int = 5, names: Sequence[str] = NAMES) -> Checked:
    """Return how well documents are found by weights that were fitted on the questions of other documents."""
    parts = folds(asked, count)
    weights = [fitted([each for each in asked if each.document not in part], names) for part in parts]
    ranks = [
        rank(each, found) for part, found in zip(parts, weights, strict=True) for each in asked if each.document in part
    ]
    return Checked(tuple(parts), tuple(weights), figures(ranks))


def rank(asked: Asked, weights: Mapping[str, float]) -> int:
    """Return the place of the right document, from 1; 0 when it is not found."""
    if asked.right is None:
        return 0
    scores = asked.measured @ np.array([weights.get(name, 0.0) for name in NAMES])
    return int((scores > scores[asked.right]).sum()) + 1


def figures(ranks: Sequence[int]) -> dict[str, float]:
    """Return the share found among ten and the mean reciprocal rank among ten."""
    among_ten = [rank for rank in ranks if 0 < rank <= 10]
    return {
        "among ten": round(len(among_ten) / len(ranks), 4),
        "mrr": round(sum(1 / rank for rank in among_ten) / len(ranks), 4),
        "questions": len(ranks),
    }


def opened(home: Path, models: Path, minilm: Path) -> tuple[Collections, Embedders]:
    """Return collections under a folder of their own, with the reranker in `models`."""
    made = _models(models, minilm)
    return Collections(home, made), made


def train(
    documents: Path, questions: Path, target: Path, home: Path, minilm: Path, learned: Sequence[Path] = ()
) -> dict[str, Any]:
    """Write a reranker to `target`/reranker and return what was measured on documents it was not fitted on.

    `learned` are folders of `crm train pieces --fold`: the questions about the documents that the model of a fold has
    not seen are measured with that model. Without any, the pieces in `target` must have learned from no question.
    """
    start(target / "reranker", projection_of(_models(target, minilm).tuned, texts_of(documents)))
    asked = [each for fold in learned for each in _unseen(fold, documents, questions, target, home, minilm)]
    if not learned:
        asked = _asked(documents, questions_of(questions), home, target, minilm)
    late, plain = cross_checked(asked), cross_checked(asked, names=PLAIN)
    report = {
        "late": late.figures, "plain": plain.figures,
        "candidates": round(sum(each.right is not None for each in asked) / len(asked), 4),
    }  # fmt: skip
    write(target / "reranker", fitted(asked), fitted(asked, PLAIN), measured=report)
    _keep_folds([home / fold.name for fold in learned] or [target], home, late, plain)
    return report


def texts_of(documents: Path) -> list[str]:
    """Return the passages of a file as the product cuts them."""
    from crm_copilot.knowledge.files import read_all

    read, _ = read_all([documents], documents, lambda step: None)
    return [document.text for each in read for document in each.documents]


def _unseen(fold: Path, documents: Path, questions: Path, target: Path, home: Path, minilm: Path) -> list[Asked]:
    """Return what the model of a fold measures of the questions about documents that it has not seen."""
    models, held_out = home / fold.name, set(json.loads((fold / "held_out.json").read_text("utf-8")))
    _beside(target, models, ("reranker", "pieces"))
    (models / "pieces").unlink(missing_ok=True)
    (models / "pieces").symlink_to((fold / "pieces").resolve())
    start(models / "reranker", projection_of(_models(models, minilm).tuned, texts_of(documents)))
    wanted = [(question, document) for question, document in questions_of(questions) if document in held_out]
    return _asked(documents, wanted, models / "home", models, minilm)


def _asked(
    documents: Path, questions: Sequence[tuple[str, str]], home: Path, models: Path, minilm: Path
) -> list[Asked]:  # fmt: skip
    collections, found = opened(home, models, minilm)
    collections.add(documents, _COLLECTION)
    return list(looked_up(collections, found, questions))


def _models(models: Path, minilm: Path) -> Embedders:
    return Embedders(Embedder(minilm / "model.onnx", minilm / "tokenizer.json"), models)


def _keep_folds(models: Sequence[Path], home: Path, late: Checked, plain: Checked) -> None:
    """Write the models with the weights of each fold under `home`, to measure the product with (CRM_MODELS_DIR).

    `models` are those of each fold, or one for all.
    """
    for number, (part, *weights) in enumerate(zip(late.held_out, late.weights, plain.weights, strict=True)):
        source, folder = models[number % len(models)], home / f"checked{number}"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(source / "reranker", folder / "reranker")
        _beside(source, folder, ("reranker", "home"))
        write(folder / "reranker", *weights, held_out=sorted(part))


def _beside(source: Path, folder: Path, but: Sequence[str]) -> None:
    """Link the models of one folder into another, but for some."""
    folder.mkdir(parents=True, exist_ok=True)
    for model in source.iterdir():
        if model.is_dir() and model.name not in but and not (folder / model.name).exists():
            (folder / model.name).symlink_to(model.resolve())
