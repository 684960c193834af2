"""Fine-tune MiniLM for late interaction: the piece of a question is to lie near the pieces of its own document.

    crm train pieces DOCUMENTS QUESTIONS --group intent --work build/pieces

The upper half of its layers learn; what the lower half makes of each text is computed once. A batch holds documents of
one group, which are hard to tell apart, with all their questions: each question is to score its own highest by the mean
of its pieces' nearest (ColBERT, arXiv:2004.12832), as `knowledge/late.py` scores. With `--fold` the documents of that
fold are held out, as `training/reranker.py` cuts them; what ships learns from all. Needs requirements-train.txt.
"""

from __future__ import annotations

import copy
import json
import math
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_FROZEN = 3
_MOST_TOKENS = 256
_BATCH = 32
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Options:
    """How the fine-tuning goes: documents in a batch, passes, and the rate of learning at its highest."""

    documents: int = 20
    passes: int = 4
    rate: float = 8e-5
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Lessons:
    """Documents by id with their texts and groups, and questions by the id of their document."""

    texts: Mapping[str, str]
    groups: Mapping[str, str]
    questions: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def batches(self, options: Options, chance: random.Random) -> list[list[str]]:
        """Return the documents that have questions in batches of one group each, in a new order."""
        grouped: dict[str, list[str]] = {}
        for document in self.questions:
            grouped.setdefault(self.groups[document], []).append(document)
        found = []
        for members in grouped.values():
            chance.shuffle(members)
            parts = math.ceil(len(members) / options.documents)
            found += [members[part::parts] for part in range(parts)]
        chance.shuffle(found)
        return found


class Tuner:
    """MiniLM with its lower half frozen."""

    def __init__(self, source: Path) -> None:
        from tokenizers import Tokenizer
        from transformers import AutoModel

        self.model = AutoModel.from_pretrained(source, attn_implementation="sdpa").eval()
        self._tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MOST_TOKENS)
        self._frozen = self.model.encoder.layer[:_FROZEN]
        self._learning = self.model.encoder.layer[_FROZEN:]

    def begun(self, texts: Sequence[str]) -> list[Any]:
        """Return what the frozen layers make of each text: a row for each piece."""
        import torch

        encoded = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda place: len(encoded[place].ids))
        found: list[Any] = [None] * len(texts)
        with torch.no_grad():
            for at in range(0, len(order), _BATCH):
                places = order[at : at + _BATCH]
                rows = [self.model.embeddings(torch.tensor([encoded[place].ids]))[0] for place in places]
                made, _ = _through(self._frozen, rows)
                for place, row, states in zip(places, rows, made, strict=True):
                    found[place] = states[: len(row)].clone()
        return found

    def ended(self, begun: Sequence[Any]) -> tuple[Any, Any]:
        """Return the pieces of texts, of length one and padded, and the mask of those that are there."""
        from torch.nn.functional import normalize

        states, mask = _through(self._learning, begun)
        return normalize(states, dim=-1), mask

    def learn(self, lessons: Lessons, options: Options) -> Iterator[float]:
        """Fine-tune; yield the mean loss of each pass."""
        import torch

        torch.manual_seed(options.seed)
        chance = random.Random(options.seed)
        documents = {name: self.begun([lessons.texts[name]])[0] for name in lessons.questions}
        questions = {name: self.begun(asked) for name, asked in lessons.questions.items()}
        sharpness = torch.nn.Parameter(torch.tensor(math.log(25.0)))
        weights = [parameter for layer in self._learning for parameter in layer.parameters()]
        optimizer = torch.optim.AdamW([{"params": weights, "lr": options.rate}, {"params": [sharpness], "lr": 1e-2}])
        steps = options.passes * len(lessons.batches(options, copy.copy(chance)))
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _warmed(step, steps))
        self._learning.train()
        for _ in range(options.passes):
            losses = []
            for batch in lessons.batches(options, chance):
                loss = self._loss([documents[d] for d in batch], [questions[d] for d in batch], sharpness)
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(weights, 1.0)
                optimizer.step()
                schedule.step()
                losses.append(float(loss))
            yield sum(losses) / len(losses)
        self._learning.eval()

    def save(self, source: Path, folder: Path) -> Path:
        """Write the model and the tokenizer that it came with, and return where."""
        self.model.save_pretrained(str(folder))
        (folder / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())
        return folder

    def _loss(self, documents: Sequence[Any], questions: Sequence[Sequence[Any]], sharpness: Any) -> Any:
        import torch

        right = torch.tensor([place for place, asked in enumerate(questions) for _ in asked])
        scores = nearest(*self.ended([one for asked in questions for one in asked]), *self.ended(documents))
        return torch.nn.functional.cross_entropy(scores * sharpness.exp(), right)


def nearest(questions: Any, asked: Any, documents: Any, there: Any) -> Any:
    """Return how near each question is to each document: the mean of its pieces' nearest, its end marks left out."""
    import torch

    asked = asked.clone()
    last = asked.sum(1) - 1
    asked[:, 0] = False
    asked[torch.arange(len(asked)), last] = False
    cosines = torch.einsum("qth,dsh->qdts", questions, documents).masked_fill(~there[None, :, None, :], -1)
    best = cosines.max(-1).values * asked[:, None, :]
    return best.sum(-1) / asked.sum(-1).clamp(min=1)[:, None]


def _through(layers: Any, rows: Sequence[Any]) -> tuple[Any, Any]:
    """Return what layers make of texts of different lengths, padded, and the mask."""
    import torch

    length = max(len(row) for row in rows)
    states, mask = torch.zeros(len(rows), length, rows[0].shape[-1]), torch.zeros(len(rows), length, dtype=torch.bool)
    for place, row in enumerate(rows):
        states[place, : len(row)], mask[place, : len(row)] = row, True
    seen = mask[:, None, None, :].expand(-1, -1, length, length)
    for layer in layers:
        states = layer(states, attention_mask=seen)
        states = states[0] if isinstance(states, tuple) else states
    return states, mask


def _warmed(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / (0.1 * steps + 1)) * max(0.05, 1 - step / steps)


def lessons(documents: Path, questions: Path, group: str, fold: int | None) -> tuple[Lessons, list[str]]:
    """Return what is to be learned, and the ids of the documents that are held out."""
    from crm_copilot.knowledge.files import read_all
    from training.reranker import cut, questions_of

    read, _ = read_all([documents], documents, lambda step: None)
    texts = {document.id: document for each in read for document in each.documents}
    asked: dict[str, list[str]] = {}
    for question, document in questions_of(questions):
        asked.setdefault(document, []).append(question)
    held_out = cut(asked, _FOLDS)[fold] if fold is not None else set()
    learned = {document: found for document, found in asked.items() if document not in held_out}
    groups = {name: str(document.data.get(group, "")) for name, document in texts.items()}
    return Lessons({name: document.text for name, document in texts.items()}, groups, learned), sorted(held_out)


def train(
    documents: Path, questions: Path, group: str, fold: int | None, work: Path, target: Path, options: Options
) -> None:  # fmt: skip
    """Fine-tune, write the model and `held_out.json` to `work`, and export the model to `target`."""
    from training.embedder import minilm
    from training.export_embedder import main as export

    known, held_out = lessons(documents, questions, group, fold)
    tuner = Tuner(minilm())
    for number, loss in enumerate(tuner.learn(known, options), 1):
        sys.stderr.write(f"pass {number} of {options.passes}: loss {loss:.3f}\n")
    export(target, tuner.save(minilm(), work / "model"))
    (target / "tokenizer.json").unlink()  # that of models/minilm serves both
    (work / "held_out.json").write_text(json.dumps(held_out), "utf-8")
