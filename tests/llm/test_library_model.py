"""The library as a writer: what it writes first, what else the words may mean, and when it has nothing to offer."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import pytest
from fakes import attempt, context, scalar

from crm_copilot.domain import Context, Passage, Program, Understanding
from crm_copilot.library import codec
from crm_copilot.library.plan import By, Condition, Plan, measure_of
from crm_copilot.llm.library_model import LibraryModel

REVENUE = measure_of("revenue")
IN_CITY = Plan((REVENUE,), where=(Condition("customer_city", "==", "sao paulo"),))
UNREACHABLE = Plan((REVENUE,), (By("client_name"),))


def write(asked: Context, *before: Program) -> list[Program]:
    return list(LibraryModel().write(asked, [attempt(program, scalar(1)) for program in before]))


def example(plan: Plan, score: float) -> Passage:
    return Passage("examples", "library:found", "a solved question", score, {"plan": codec.to_json(plan)})


def test_what_was_read_is_written_out_with_its_values() -> None:
    (found,) = write(context(plan=IN_CITY, confidence=0.93))
    (function,) = ast.parse(found.code).body
    assert isinstance(function, ast.FunctionDef)
    assert "'sao paulo'" in found.code
    assert (found.prior, found.plan) == (0.93, codec.to_json(IN_CITY))
    assert "revenue" in found.description
    assert "item prices" in found.definition


def test_the_same_question_is_written_the_same() -> None:
    assert write(context(plan=IN_CITY)) == write(context(plan=IN_CITY))


def test_the_nearest_example_is_its_source() -> None:
    (found,) = write(context(plan=IN_CITY, passages=(example(Plan((REVENUE,)), 0.4),)))
    assert found.source == "library:found"


def test_a_second_attempt_gives_another_meaning() -> None:
    asked = context(plan=IN_CITY, confidence=0.9)
    (first,) = write(asked)
    (second,) = write(asked, first)
    assert "customer_city" in first.code
    assert "customer_city" not in second.code
    assert "seller_city" in second.code
    assert 0 < second.prior < first.prior


@pytest.mark.parametrize(("field", "twin"), [("customer_city", "seller_city"), ("seller_state", "customer_state")])
def test_places_have_another_meaning(field: str, twin: str) -> None:
    asked = context(plan=Plan((REVENUE,), where=(Condition(field, "==", "x"),)))
    first = write(asked)
    second = write(asked, *first)
    assert [twin in program.code for program in second] == [True]


def test_a_meaning_that_cannot_be_joined_gives_way_to_the_other_at_once() -> None:
    """Deals have no product category, but a business segment of the same name."""
    asked = context(plan=Plan((measure_of("deal"),), where=(Condition("product_category", "==", "toys"),)))
    (found,) = write(asked)
    assert "business_segment" in found.code


def test_a_third_attempt_has_nothing_left() -> None:
    asked = context(plan=IN_CITY)
    first = write(asked)
    second = write(asked, *first)
    assert write(asked, *first, *second) == []


def test_a_question_without_other_meaning_is_written_once() -> None:
    asked = context(plan=Plan((REVENUE,)))
    assert write(asked, *write(asked)) == []


def test_what_cannot_be_joined_is_not_written() -> None:
    assert write(context(plan=UNREACHABLE)) == []


@pytest.mark.parametrize(
    "reading", [None, Understanding(scope="costs"), Understanding(codec.to_json(IN_CITY), 0.9, scope="costs")]
)
def test_what_is_out_of_scope_or_not_read_is_not_written(reading: Understanding | None) -> None:
    assert write(context(reading=reading, passages=(example(IN_CITY, 0.99),) if reading else ())) == []


# ----------------------------------------------------------------------------------------------- nearest examples


def unread(*words: str, score: float = 0.9) -> Context:
    return context(reading=Understanding(unread=words), passages=(example(Plan((REVENUE,)), score),))


def test_a_near_example_is_taken_over_less_surely() -> None:
    (found,) = write(unread())
    assert (found.source, found.plan) == ("library:found", codec.to_json(Plan((REVENUE,))))
    assert 0 < found.prior < 0.7 <= 0.75


@pytest.mark.parametrize("asked", [unread(score=0.79), unread("xyzzy", score=0.99)])
def test_a_far_example_or_a_word_not_known_is_no_answer(asked: Context) -> None:
    assert write(asked) == []


# ---------------------------------------------------------------------------------------------- confirmed examples

CONFIRMED = Plan((REVENUE,), (By("time", "month"),))


def confirmed(score: float = 1.0, **answers: Any) -> Passage:
    return Passage("examples", "confirmed:7", "asked before", score, {"plan": {}, "answers": answers})


def asking(*found: Passage, confidence: float = 0.0, scope: str | None = None) -> Context:
    reading = Understanding(codec.to_json(IN_CITY) if confidence else None, confidence, (), ("xyzzy",), scope)
    return context(reading=reading, passages=found)


def test_what_was_confirmed_answers_what_was_not_read() -> None:
    (found,) = write(asking(confirmed(plan=codec.to_json(CONFIRMED))))
    assert (found.source, found.plan, found.prior) == ("confirmed:7", codec.to_json(CONFIRMED), 0.95)
    assert (found.description, found.notes) == ("revenue by month", ())


@pytest.mark.parametrize(
    ("confidence", "sources"), [(0.5, ["confirmed:7", "library"]), (0.97, ["library", "confirmed:7"])]
)
def test_the_surer_of_reading_and_confirmed_comes_first(confidence: float, sources: list[str]) -> None:
    asked = asking(confirmed(plan=codec.to_json(CONFIRMED)), confidence=confidence)
    first = write(asked)
    assert [program.source for program in (*first, *write(asked, *first))] == sources


def test_code_that_was_confirmed_is_taken_as_it_is() -> None:
    (found,) = write(asking(confirmed(0.9, code="def answer(orders): ...")))
    assert (found.code, found.plan) == ("def answer(orders): ...", None)
    assert 0.8 < found.prior < 0.9


@pytest.mark.parametrize(
    "asked",
    [
        asking(confirmed(0.79, code="def f(): ...")),
        asking(Passage("examples", "confirmed:7", "near", 0.99, {"plan": {}})),
        asking(confirmed(code="def f(): ..."), scope="costs"),
    ],
)
def test_what_is_far_or_asks_something_else_or_is_not_in_the_data_is_no_answer(asked: Context) -> None:
    assert write(asked) == []


# ------------------------------------------------------------------------------------------------ words and doubts


@pytest.mark.parametrize(("language", "word"), [("en", "revenue"), ("pt", "receita"), ("zh", "revenue")])
def test_the_description_is_in_the_language_of_the_question(language: str, word: str) -> None:
    (found,) = write(context(plan=IN_CITY, language=language))
    assert word in found.description.casefold()


def test_the_doubts_of_the_reading_are_its_notes() -> None:
    asked: Any = context(plan=IN_CITY)
    asked = replace(asked, reading=replace(asked.reading, doubts=("grain is guessed",)))
    assert write(asked)[0].notes == ("grain is guessed",)
