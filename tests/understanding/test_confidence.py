from __future__ import annotations

import pytest

from crm_copilot.library.plan import Plan, count_of, measure_of
from crm_copilot.understanding.confidence import confidence_of, confidence_of_special
from understanding.asking import draft_of, reading_of

COUNT = Plan((count_of("order"),))


def used_up(question: str):
    draft = draft_of(question)
    for index in range(len(draft.items)):
        draft.use(index, "measure")
    return draft


def test_a_question_that_is_used_up_is_sure() -> None:
    assert confidence_of(used_up("how many orders"), COUNT, []) == 0.97


def test_each_unread_word_takes_its_part() -> None:
    one, two = (confidence_of(used_up("how many orders"), COUNT, words) for words in (["wobbly"], ["wobbly", "odd"]))
    assert 0.97 > one > two


def test_words_in_brackets_cost_less() -> None:
    beside = confidence_of(used_up("how many orders (wobbly)"), COUNT, ["wobbly"])
    assert beside > confidence_of(used_up("how many orders wobbly"), COUNT, ["wobbly"])


def test_what_is_left_over_is_doubted() -> None:
    draft = draft_of("how many late orders by state")
    assert confidence_of(draft, COUNT, []) < 0.7
    assert any("not used" in reason for reason in draft.doubts)


@pytest.mark.parametrize("question", ["orders in contagem", "pedidos em contagem"])
def test_a_word_that_counts_may_be_a_place_behind_in(question: str) -> None:
    assert reading_of(question).confidence < 0.6 < reading_of(question.rsplit(maxsplit=2)[0]).confidence


@pytest.mark.parametrize(
    "question", ["revenue in spring 2018", "receita no verão de 2018", "orders by state last winter"]
)
def test_a_season_is_not_read_as_its_year(question: str) -> None:
    assert reading_of(question).confidence < 0.6


def test_on_average_says_again_what_an_average_is() -> None:
    draft = draft_of("on average")
    assert confidence_of(draft, Plan((measure_of("average_review_score"),)), []) == 0.97


def test_a_special_function_is_less_sure_than_a_plan() -> None:
    assert confidence_of_special(draft_of("cohort retention"), []) == 0.92
    assert confidence_of_special(draft_of("cohort retention"), ["later"]) > 0.85
    assert confidence_of_special(draft_of("cohort retention"), ["zigzag"]) < 0.85
