"""The matcher: right is right in any form, wrong is wrong; and it agrees with the scorer of the question set."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from evaluation.matcher import Given, matches, right
from evaluation.questions import Gold, Question, load

SET = Path(__file__).parents[3] / "shared" / "data" / "questions"
TABLE = Gold("", "", ("state", "revenue"), ("state", "revenue"), ("state",), rows=(("SP", 10.0), ("RJ", 5.0)))
COUNT = Gold("", "", ("n",), ("n",), rows=((735,),))
SHARE = Gold("", "", ("share",), ("share",), percent=("share",), rows=((12.5,),))
DAYS = Gold(
    "", "", ("day", "n"), ("day", "n"), ("day",), rows=(("weekday", 9), ("weekend", 2)),
    aliases={"day": {"weekday": ["working day"], "weekend": ["sat-sun"]}},
)  # fmt: skip
TOP = Gold(
    "", "", ("city", "n"), ("city",), ("city",), top={"k": 2, "by": "n", "desc": True}, rows=(("a", 3), ("b", 2)),
    ties=(("c", 2),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("gold", "columns", "rows"),
    [
        (TABLE, ["state", "revenue"], [["SP", 10.0], ["RJ", 5.0]]),
        (TABLE, ["valor", "estado", "x"], [[5.01, "rio de janeiro", 1], [10.0, "sp", 2]]),
        (TABLE, ["state", "revenue"], [["SP", 10.0], ["RJ", 5.0], [None, 3.0]]),
        (TABLE, ["state", "revenue"], [["SP", 10.0], ["RJ", 5.0], ["AC", 0.0]]),
        (TABLE, ["state", "revenue"], [["SP", 10.0], ["RJ", 5.0], ["AC", None]]),
        (DAYS, ["day", "n"], [["Working day", 9], ["Sat-Sun", 2]]),
        (DAYS, ["is_weekend", "n"], [[False, 9], [True, 2]]),
        (COUNT, ["value"], [[735]]),
        (COUNT, ["name", "value"], [["orders", 735]]),
        (SHARE, ["value"], [[12.5]]),
        (SHARE, ["value"], [[0.125]]),
        (TOP, ["city", "n"], [["a", 3], ["c", 2]]),
        (TOP, ["city"], [["a"], ["b"]]),
        (TOP, ["rank", "city"], [[1, "a"], [2, "b"]]),
    ],
)
def test_what_says_the_same_is_right(gold: Gold, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    assert matches(gold, Given(columns, rows))


@pytest.mark.parametrize(
    ("gold", "columns", "rows"),
    [
        (TABLE, ["state", "revenue"], [["SP", 10.0]]),
        (TABLE, ["state", "revenue"], [["SP", 5.0], ["RJ", 10.0]]),
        (TABLE, ["state", "revenue"], [["SP", 10.0], ["RJ", 5.0], ["MG", 4.0]]),
        (TABLE, ["state", "revenue"], [["SP", 10.2], ["RJ", 5.0]]),
        (TABLE, ["state"], [["SP"], ["RJ"]]),
        (TABLE, [], []),
        (DAYS, ["is_weekend", "n"], [[True, 9], [False, 2]]),
        (DAYS, ["is_late", "n"], [[False, 9], [True, 2]]),
        (COUNT, ["value"], [[736]]),
        (COUNT, ["value"], [[735], [1]]),
        (COUNT, ["value"], [[None]]),
        (SHARE, ["value"], [[1.25]]),
        (TOP, ["city", "n"], [["a", 3]]),
        (TOP, ["city", "n"], [["a", 3], ["b", 2], ["c", 2]]),
        (TOP, ["city", "n"], [["b", 2], ["c", 2]]),
        (TOP, ["city", "n"], [["a", 30], ["b", 20]]),
    ],
)
def test_what_says_something_else_is_wrong(gold: Gold, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    assert not matches(gold, Given(columns, rows))


def test_the_order_of_a_ranking_counts_where_it_was_asked_for() -> None:
    backwards = Given(["city", "n"], [["b", 2], ["a", 3]])
    assert matches(TOP, backwards)
    assert not matches(TOP, backwards, order_matters=True)


def question(kind: str, *golds: Gold) -> Question:
    return Question("q", "q", "en", kind, "easy", "", golds, (), False, None, None, "set", {})


def test_declining_is_right_only_where_nothing_can_be_answered() -> None:
    assert right(question("decline"), [], declined=True)
    assert not right(question("decline"), [Given(["n"], [[1]])], declined=False)
    assert not right(question("scalar", COUNT), [Given(["n"], [[735]])], declined=True)
    assert right(question("scalar", SHARE, COUNT), [Given(["n"], [[735]])], declined=False), "any reading counts"


# ------------------------------------------------------------------------- the question set with a scorer of its own


@pytest.fixture(scope="module")
def scorer() -> ModuleType:
    if not (SET / "score.py").is_file():
        pytest.skip(f"the question set with its scorer is not part of the repository; expected in {SET}")
    spec = importlib.util.spec_from_file_location("question_scorer", SET / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answers(found: Question) -> list[tuple[str, Given]]:
    """Return what a gold itself and some answers near it say."""
    gold = found.golds[0]
    rows = [list(row) for row in gold.rows or ()]
    mixed = random.Random(7).sample(range(len(gold.columns)), len(gold.columns))
    changed = [[cell * 1.3 + 1 if _is_number(cell) else cell for cell in row] for row in rows]
    return [
        ("the gold", Given(gold.columns, rows)),
        ("other columns", Given([f"c{n}" for n in mixed], [[row[n] for n in mixed] for row in rows])),
        ("other numbers", Given(gold.columns, changed)),
        ("half of it", Given(gold.columns, rows[: len(rows) // 2])),
    ]


def _is_number(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def test_the_gold_of_every_question_is_right(scorer: ModuleType) -> None:
    questions = [q for q in load(SET / "questions.jsonl") if q.golds]
    wrong = [q.id for q in questions for gold in q.golds if not right(q, [Given(gold.columns, gold.rows or ())], False)]
    assert len(questions) > 100
    assert wrong == []


def test_it_judges_as_the_scorer_does(scorer: ModuleType) -> None:
    """Golds, and answers near them, right and wrong."""
    verdicts, apart = set(), []
    for found in load(SET / "questions.jsonl"):
        for name, given in answers(found) if found.golds else ():
            said = {"columns": list(given.columns), "rows": [list(row) for row in given.rows]}
            ours, theirs = right(found, [given], False), bool(scorer.matches_item(found.line, said))
            verdicts.add(theirs)
            if ours is not theirs:
                apart.append((found.id, name))
    assert (verdicts, apart) == ({True, False}, [])
