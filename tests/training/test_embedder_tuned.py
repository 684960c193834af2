"""How well functions are found: what counts as found, and by how much one embedder is better than another."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from crm_copilot.errors import InputError
from crm_copilot.library import codec, notation
from crm_copilot.library.functions import library
from crm_copilot.retrieval.embedder import Embedder
from training.embedder import Asked, asked, core, difference, figures, ranks

MINILM = Path(__file__).parents[2] / "models" / "minilm"


def _line(question: str, plan: str, language: str = "en") -> str:
    return json.dumps({"question": question, "language": language, "plan": codec.to_json(notation.parse(plan))})


def test_a_question_is_paired_with_the_functions_of_its_measure_and_keys(tmp_path: Path) -> None:
    where = "revenue | by month | where customer_state == 'SP' | in 2018-01-01..2019-01-01"
    (tmp_path / "some.jsonl").write_text(
        "\n".join(
            (_line("sales by month", where), _line("sales by month", where), _line("?", "revenue | by hour, week"))
        )
    )
    (pair,) = asked(tmp_path / "some.jsonl")
    assert pair.question == "sales by month"
    assert "revenue by month" in pair.titles


def test_portuguese_questions_get_portuguese_titles(tmp_path: Path) -> None:
    (tmp_path / "some.jsonl").write_text(_line("receita por mês", "revenue | by month", "pt"))
    (pair,) = asked(tmp_path / "some.jsonl")
    assert "receita por mês" in pair.titles


def test_a_corpus_that_is_missing_says_how_it_is_made(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="crm train examples"):
        list(asked(tmp_path / "none.jsonl"))


def test_titles_find_themselves() -> None:
    embedder = Embedder(MINILM / "model.onnx", MINILM / "tokenizer.json")
    some = [Asked(function.title, (function.title,)) for function in library()[:20]]
    assert list(ranks(embedder, some)) == [1] * 20


def test_filters_order_and_limits_are_not_what_a_function_is_found_by() -> None:
    assert core(notation.parse("revenue | by month | where is_late | desc 3")) == notation.parse("revenue | by month")


def test_figures_and_their_difference() -> None:
    before, after = np.array([1, 6, 11, 2]), np.array([1, 1, 2, 2])
    assert figures(before) == pytest.approx(
        {"recall@1": 0.25, "recall@5": 0.5, "recall@10": 0.75, "mrr": (1 + 1 / 6 + 1 / 11 + 1 / 2) / 4}
    )
    low, high = difference(before, after)
    assert 0 <= low <= 0.5 <= high <= 1
    assert difference(before, before) == (0, 0)
