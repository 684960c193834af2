"""Two embedders held against each other: only what vectors decide is asked twice, and the same one changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_copilot.data import Dataset
from crm_copilot.errors import InputError
from crm_copilot.library.functions import library
from crm_copilot.settings import Settings
from evaluation.questions import Question, load_all
from training.embedder import Asked
from training.embedder_rivals import answered, found

MODELS = Path(__file__).parents[2] / "models"
READ = (
    '{"id": "a", "question": "revenue by month", "kind": "table", "golds": [{"sql": "select 1 n", "required": ["n"]}]}'
)
UNREAD = '{"id": "b", "question": "qual é a boa?", "kind": "decline", "golds": []}'


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """An embedder that finds other functions: the one that was tuned for the pieces of texts."""
    (tmp_path / "model.onnx").symlink_to(MODELS / "pieces" / "model.onnx")
    (tmp_path / "tokenizer.json").symlink_to(MODELS / "minilm" / "tokenizer.json")
    return tmp_path


@pytest.fixture
def settings(house_settings: Settings) -> Settings:
    return house_settings.model_copy(update={"model": "library"})


def _questions(folder: Path, *lines: str) -> list[Path]:
    (folder / "asked.jsonl").write_text("\n".join(lines), "utf-8")
    return [folder / "asked.jsonl"]


def test_the_functions_that_both_find(other: Path) -> None:
    some = [Asked(function.title_pt, (function.title,)) for function in library()[:40]]
    same = found(MODELS / "minilm", MODELS / "minilm", some)
    assert same["before"] == same["after"]
    assert same["recall@5 gained"] == (0, 0)
    assert found(MODELS / "minilm", other, some)["after"] != same["before"]


def test_examples_that_no_function_answers_are_refused(other: Path) -> None:
    with pytest.raises(InputError, match="crm train examples"):
        found(MODELS / "minilm", other, [])


def test_only_what_vectors_decide_is_asked_twice(other: Path, settings: Settings, tmp_path: Path) -> None:
    files = _questions(tmp_path, READ, UNREAD)

    def load(dataset: Dataset) -> list[Question]:
        return load_all(files, dataset)

    assert answered(settings, MODELS / "minilm", tmp_path / "same", load).told_otherwise == 0
    made = answered(settings, other, tmp_path / "work", load)
    assert (made.questions, made.told_otherwise) == (2, 1)
    assert (made.right, made.gained, made.lost) == ((1, 1), 0, 0)
