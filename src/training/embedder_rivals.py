"""An exported embedder held against the one that ships: at finding functions, and in what the product answers.

    crm train embedder models/other --source build/writer/embedder/model
    crm train embedder-compare models/other evaluation/questions/plain-words-4.jsonl

Vectors decide only where the grammar reads no plan: there the nearest functions are told to the small model, or taken
over. So only those questions are asked twice of which the two find other functions; all others are answered alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_copilot.bootstrap import House
from crm_copilot.data import Dataset
from crm_copilot.errors import InputError
from crm_copilot.llm.library_model import LibraryModel
from crm_copilot.llm.writing import prompt_of
from crm_copilot.retrieval.documents import corpus
from crm_copilot.retrieval.embedder import Embedder
from crm_copilot.retrieval.index import build
from crm_copilot.settings import Settings
from evaluation.questions import Question
from evaluation.replay import replay
from evaluation.run import Outcome
from training.embedder import Asked, difference, figures, ranks
from training.gate import compare

Load = Callable[[Dataset], Sequence[Question]]
Told = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class EndToEnd:
    """What both answer: of `questions` in all `told_otherwise` are those of which the two find other functions."""

    questions: int
    told_otherwise: int
    right: tuple[int, int]
    wrong: tuple[int, int]
    gained: int
    lost: int
    interval: tuple[float, float]


def opened(folder: Path) -> Embedder:
    """Return the embedder of a folder with `model.onnx` and `tokenizer.json`."""
    return Embedder(folder / "model.onnx", folder / "tokenizer.json")


def found(before: Path, after: Path, questions: Sequence[Asked]) -> dict[str, Any]:
    """Return how well both find the functions that answer questions of held-out templates.

    Raises:
        InputError: no question is answered by a function of the library.
    """
    if not questions:
        raise InputError(
            "none of the examples is answered by a function of the library; give those of 'crm train examples'"
        )
    old, new = (ranks(opened(folder), questions) for folder in (before, after))
    return {"n": len(old), "before": figures(old), "after": figures(new), "recall@5 gained": difference(old, new)}


def answered(settings: Settings, other: Path, work: Path, load: Load) -> EndToEnd:
    """Ask the questions of the product with its own embedder and with the other one, on the data that are in use."""
    own = settings.model_copy(update={"learned_examples": False})
    houses = (House(own), House(_with(own, other, work)))
    try:
        questions = [question for question in load(houses[0].dataset) if _is_single(question)]
        differing = [q for q in questions if _told(houses[0], q) != _told(houses[1], q)]
        outcomes = [replay(house, differing) for house in houses]
    finally:
        for house in houses:
            house.close()
    return _summed(len(questions), *outcomes)


def _is_single(question: Question) -> bool:
    return question.kind not in ("multi", "followup") and not (question.thread or question.first_question)


def _summed(questions: int, before: Sequence[Outcome], after: Sequence[Outcome]) -> EndToEnd:
    made = compare(before, after)
    share = len(before) / max(questions, 1)
    low, high = (round(edge * share, 4) for edge in made.interval)
    return EndToEnd(questions, len(before), made.right, made.wrong, made.gained, made.lost, (low, high))


def _told(house: House, question: Question) -> Told:
    """Return all that vectors decide of an answer: what the small model is told, and the library's own function."""
    context = house.retriever.retrieve(question.question)
    return prompt_of(context), tuple(program.code for program in LibraryModel().write(context, ()))


def _with(settings: Settings, other: Path, work: Path) -> Settings:
    """Return settings under which the other embedder serves, with an index of its own under `work`."""
    models = work / "models"
    models.mkdir(parents=True, exist_ok=True)
    for folder in settings.models_dir.iterdir():
        link = models / folder.name
        link.unlink(missing_ok=True)
        link.symlink_to((other if folder.name == "minilm" else folder).resolve())
    build(corpus(settings.knowledge_dir), work / "index", opened(other))
    return settings.model_copy(update={"models_dir": models, "index_dir": work / "index"})
