from __future__ import annotations

import pytest

from crm_copilot.library.plan import Condition, Plan, count_of
from crm_copilot.understanding.questions import split
from crm_copilot.understanding.questions.headings import (
    context_of,
    under,
    with_instructions,
    without_heading,
    without_preamble,
    without_tail,
)
from understanding.asking import CALENDAR, YEAR_17, YEAR_18, limits, measures, no_values

SP, LATE = Condition("customer_state", "==", "SP"), Condition("is_late")


def plans(message: str) -> list[Plan]:
    """Return the plans of the questions of a message that has several."""
    return [part.plan for part in split(message, no_values, CALENDAR) if part.plan is not None]


@pytest.mark.parametrize(
    ("clause", "context"),
    [
        ("For customers in SP: how many orders", "For customers in SP: "),
        ("Among late orders, which state has the most", "Among late orders, "),
        ("Em 2018, quantos pedidos houve", "Em 2018, "),
        ("Desde 2017, qual vendedor vendeu mais", "Desde 2017, "),
        ("orders by state", ""),
        ("In 2018, orders by state", ""),
        ("how many orders: all of them", ""),
    ],
)
def test_the_beginning_that_clauses_share(clause: str, context: str) -> None:
    assert context_of(clause) == context


@pytest.mark.parametrize(
    ("sentence", "tail"),
    [
        ("Which state sold most, excluding RJ?", ", excluding RJ?"),
        ("items by seller - looking only at sellers with 20 orders", " - looking only at sellers with 20 orders"),
        ("revenue by month, only counting 2018", ", only counting 2018"),
        ("Qual estado vende mais, sem contar SP?", ", sem contar SP?"),
        ("receita por estado, apenas em 2017", ", apenas em 2017"),
        ("revenue by state, month and category", ""),
        ("sellers excluding RJ", ""),
    ],
)
def test_the_end_that_clauses_share(sentence: str, tail: str) -> None:
    assert without_tail(sentence) == (sentence.removesuffix(tail), tail)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("How many orders by state?", "Only 2018."),
        ("Which sellers sold most?", "Please give me the ten best."),
        ("Where do the sellers live?", "The four largest states."),
        ("How many orders by category?", "(late ones only)"),
        ("Quantos pedidos por estado?", "Desconsidere os cancelados."),
        ("Receita por mês.", "Apenas 2017."),
    ],
)
def test_what_only_instructs_belongs_to_the_question_before(first: str, second: str) -> None:
    assert with_instructions([first, second], no_values, CALENDAR) == [f"{first} {second}"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("How many orders were late?", "And how many sellers are there?"),
        ("How many orders were late?", "List the sellers."),
        ("Orders in 2017.", "Revenue in 2018."),
        ("Quantos pedidos atrasaram?", "E quantos vendedores há?"),
        ("How many orders?", "Only late ones?"),
    ],
)
def test_what_asks_stands_by_itself(first: str, second: str) -> None:
    assert with_instructions([first, second], no_values, CALENDAR) == [first, second]


def test_an_instruction_without_a_question_stays() -> None:
    assert with_instructions(["Only 2018."], no_values, CALENDAR) == ["Only 2018."]


def test_a_heading_is_taken_off_where_it_limits() -> None:
    rest, heading = without_heading("For 2018: how many orders?", no_values, CALENDAR)
    assert (rest, heading and heading.periods) == ("how many orders?", (YEAR_18,))


@pytest.mark.parametrize("message", ["Revenue by state: how much?", "how many orders?"])
def test_other_headings_are_left(message: str) -> None:
    assert without_heading(message, no_values, CALENDAR) == (message, None)


def test_what_a_question_says_itself_goes_before_its_heading() -> None:
    heading = Plan(where=(SP, LATE), periods=(YEAR_18,))
    rio = Condition("customer_state", "==", "RJ")
    plan = under(heading, Plan((count_of("order"),), where=(rio,), periods=(YEAR_17,)))
    assert (plan.where, plan.periods) == ((rio, LATE), (YEAR_17,))
    assert under(heading, Plan((count_of("order"),))).where == (SP, LATE)


@pytest.mark.parametrize(
    "message",
    ["Which seller sold the most items and how many customers are there, excluding RJ?",
     "Qual vendedor vendeu mais itens e quantos clientes há, sem contar RJ?"],
)  # fmt: skip
def test_the_end_of_a_sentence_limits_each_of_its_questions(message: str) -> None:
    assert [[limit[1:] for limit in limits(plan)] for plan in plans(message)] == [[("!=", "RJ")]] * 2


@pytest.mark.parametrize(
    "message",
    [
        "For BA: how many orders and which seller sold the most items?",
        "Em 2018, quantos pedidos houve e qual estado tem mais vendedores?",
    ],
)
def test_the_beginning_of_a_sentence_limits_each_of_its_questions(message: str) -> None:
    found = plans(message)
    assert len(found) == 2
    assert all(plan.where or plan.periods for plan in found)


def test_a_sentence_between_two_questions_is_about_the_first() -> None:
    first, second = plans("How many orders by state? Exclude RJ. Which seller sold the most items?")
    assert (limits(first), limits(second)) == ([("customer_state", "!=", "RJ")], [])
    assert measures(second) == ["items"]


@pytest.mark.parametrize(
    "message",
    ["Of everyone who bought in 2017, how many bought again in 2018?",
     "Em 2018, quantos pedidos houve e quantos vendedores há?"],
)  # fmt: skip
def test_a_beginning_is_no_question_of_its_own(message: str) -> None:
    assert len(split(message, no_values, CALENDAR)) == 1


def test_two_questions_behind_one_beginning() -> None:
    first, second = plans("In 2017, how many orders were there and which seller sold the most items?")
    assert (first.periods, second.periods) == ((YEAR_17,), (YEAR_17,))
    assert (measures(first), measures(second), second.limit) == (["orders"], ["items"], 1)


@pytest.mark.parametrize("message", ["Hello there: how many orders?", "Please answer: how many orders?"])
def test_a_heading_that_says_nothing_is_taken_off(message: str) -> None:
    assert without_heading(message, no_values, CALENDAR) == ("how many orders?", None)


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("Hi! How many orders?", "How many orders?"),
        ("Good morning, could you tell me how many orders there were?", "how many orders there were?"),
        ("Oi pessoal, queria saber quantos pedidos tivemos", "quantos pedidos tivemos"),
        ("How many orders?", "How many orders?"),
    ],
)
def test_a_greeting_is_taken_off(message: str, asked: str) -> None:
    assert without_preamble(message) == asked


def test_a_line_over_a_list_of_numbers_is_their_heading() -> None:
    parts = split("Closing report March 2018:\n- number of orders\n- revenue\n- late rate", no_values, CALENDAR)
    plans = [part.plan for part in parts]
    assert [plan.measures[0].name for plan in plans if plan] == ["orders", "revenue", "late_rate"]
    assert all(plan and plan.periods[0].label == "March 2018" for plan in plans)
