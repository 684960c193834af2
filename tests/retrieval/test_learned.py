"""The index over what was confirmed: beside the one that ships, and never older than the store."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from crm_copilot.bootstrap import House
from crm_copilot.domain import Solved
from crm_copilot.library import codec
from crm_copilot.library.plan import By, Plan, measure_of
from crm_copilot.retrieval.documents import Document
from crm_copilot.retrieval.embedder import Embedder
from crm_copilot.retrieval.index import Hit
from crm_copilot.retrieval.learned import LearnedExamples, merged

PLAN = codec.to_json(Plan((measure_of("revenue"),), (By("time", "month"),)))


class Kept:
    """Examples in memory, as the store gives them."""

    def __init__(self) -> None:
        self.held: list[Solved] = []
        self.read = 0

    def example_ids(self) -> tuple[int, ...]:
        return tuple(example.id for example in self.held)

    def examples(self) -> list[Solved]:
        self.read += 1
        return list(self.held)


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def learned(kept: Kept, house: House, embedder: Embedder) -> LearnedExamples:
    return LearnedExamples(kept, embedder, house.values.link, house.calendar, "data")


def solved(learned: LearnedExamples, question: str, number: int = 1, **changes: object) -> Solved:
    made = Solved("turn", 0, question, PLAN, "code", "data", *learned.embedded(question), id=number)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_nothing_is_found_before_anything_was_confirmed(learned: LearnedExamples) -> None:
    assert learned.search("zorgle by month") == []


def test_the_nearest_come_first_and_the_far_not_at_all(learned: LearnedExamples, kept: Kept) -> None:
    kept.held = [
        solved(learned, q, n) for n, q in enumerate(("zorgle by week", "zorgle by month", "who sells toys"), 1)
    ]
    found = learned.search("show the zorgle by month")
    assert [hit.document.id for hit in found] == ["confirmed:2", "confirmed:1"]
    assert ["answers" in hit.document.data for hit in found] == [True, False]


def test_a_portuguese_question_is_found_by_its_own_words(learned: LearnedExamples, kept: Kept) -> None:
    kept.held = [solved(learned, "zorgle por mês")]
    (hit,) = learned.search("qual o zorgle por mês?")
    assert hit.document.data["answers"] == {"plan": PLAN}


def test_it_is_read_again_only_when_others_are_in_use(learned: LearnedExamples, kept: Kept) -> None:
    kept.held = [solved(learned, "zorgle by month")]
    for _ in range(3):
        assert learned.search("zorgle by month")
    assert kept.read == 1
    kept.held = [solved(learned, "zorgle by month", 2)]
    assert learned.search("zorgle by month")[0].document.id == "confirmed:2"
    kept.held = []
    assert learned.search("zorgle by month") == []


def test_vectors_of_another_embedder_are_made_anew(learned: LearnedExamples, kept: Kept) -> None:
    stale = solved(learned, "zorgle by month", 1, vector=np.zeros(8, np.float32).tobytes(), embedder="another")
    kept.held = [stale, solved(learned, "who sells toys", 2)]
    assert learned.search("zorgle by month")[0].cosine == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("question", "data", "answers"),
    [("zorgle in 2017", "data", True), ("zorgle in 2017", "other", False), ("zorgle of all", "other", True)],
)
def test_code_alone_answers_about_a_period_on_its_own_data_only(
    learned: LearnedExamples, kept: Kept, question: str, data: str, answers: bool
) -> None:
    kept.held = [solved(learned, question, plan=None, data=data)]
    (hit,) = learned.search(question)
    assert ("answers" in hit.document.data) is answers


def hit(name: str, cosine: float, answers: bool = False) -> Hit:
    return Hit(Document(name, "examples", name, data={"answers": {}} if answers else {}), 0.1, cosine)


@pytest.mark.parametrize(
    ("learned", "expected"),
    [
        ([], ["a", "b"]),
        ([hit("x", 0.95)], ["x", "a"]),
        ([hit("x", 0.6)], ["a", "x"]),
        ([hit("x", 0.1)], ["a", "b"]),
        ([hit("x", 0.6, answers=True)], ["x", "a"]),
    ],
)
def test_both_are_put_together(learned: list[Hit], expected: list[str]) -> None:
    """What ships keeps its order, which words have a part in too."""
    shipped = [hit("a", 0.7), hit("b", 0.5)]
    assert [found.document.id for found in merged(shipped, learned, 2)] == expected
