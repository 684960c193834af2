from __future__ import annotations

import pytest

from crm_copilot.understanding.clauses import (
    asking,
    has_telling,
    instructs,
    is_specified,
    is_yes_or_no,
    points_at_told,
    refers_back,
    tells,
    without_asides,
    without_examples,
    without_repetition,
)


def clauses(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in asking(text)]


def test_one_clause_is_the_whole_question() -> None:
    assert clauses("How many orders are there?") == []


def test_the_clause_that_asks_is_cut_out() -> None:
    assert clauses("We plan a sale. Which category sells best?")[0] == "Which category sells best?"


def test_a_heading_leaves_its_caption() -> None:
    assert clauses("Logistics: late orders by state")[-1] == "late orders by state"


def test_abbreviations_do_not_end_a_clause() -> None:
    assert clauses("revenue vs. orders by state") == []


def test_examples_are_taken_out() -> None:
    assert without_examples("orders (e.g. by card) by state").split() == ["orders", "by", "state"]
    assert "(by card)" in without_examples("orders (by card) by state")


def test_what_is_said_again_is_taken_out() -> None:
    assert without_repetition("late orders, i.e. delivered after the promise?") == "late orders?"


@pytest.mark.parametrize(
    ("clause", "wonders"), [("Do more photos help?", True), ("Which photos help?", False), ("Photos help.", False)]
)
def test_yes_or_no(clause: str, wonders: bool) -> None:
    assert is_yes_or_no(clause) is wonders


def test_pointing_back() -> None:
    assert refers_back("how many of those were late?")
    assert not refers_back("how many orders were late?")


@pytest.mark.parametrize(
    ("text", "shorter"),
    [
        ("lifetime value (what a customer pays in all) by state", "lifetime value by state"),
        ("pedidos (os entregues) por mês", "pedidos por mês"),
        ("orders (since 2017) by state", "orders (since 2017) by state"),
        ("(late) orders", "(late) orders"),
    ],
)
def test_what_only_explains_a_word_is_taken_out(text: str, shorter: str) -> None:
    assert without_asides(text) == shorter


@pytest.mark.parametrize(
    ("clause", "only_instructs"),
    [
        ("Leave out canceled orders.", True), ("please only delivered ones", True), ("(late orders)", True),
        ("One value for each of them.", True), ("Não considere cancelados.", True), ("Um número para cada um.", True),
        ("Which state is first?", False), ("revenue for each state", False), ("Justice by state", False),
        ("Receita para cada estado", False),
    ],
)  # fmt: skip
def test_sentences_that_only_instruct(clause: str, only_instructs: bool) -> None:
    assert instructs(clause) is only_instructs


@pytest.mark.parametrize(
    ("message", "specified"),
    [
        ("Who are our best sellers? Rank them by revenue.", True),
        ("Quem compra mais? Clientes por receita.", True),
        ("Who are our best sellers? And by state", False),
        ("Who are our best sellers? One row for each.", False),
        ("Which sellers sold the most by revenue?", False),
        ("revenue by state", False),
    ],
)
def test_a_question_may_be_specified_by_what_follows(message: str, specified: bool) -> None:
    assert is_specified(message) is specified


@pytest.mark.parametrize(
    "text", ["conv. by origin, how many leads", "qtd. de pedidos por mês", "tempo méd. por estado"]
)
def test_an_abbreviation_ends_no_clause(text: str) -> None:
    assert clauses(text) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "I'm preparing the board meeting.",
        "I want to see whether the campaign worked.",
        "OK team, the summer was slow.",
        "I suspect that nobody reads them",
        "thanks a lot",
        "quero ver se a campanha funcionou",
        "acho que caiu",
    ],
)
def test_sentences_that_only_tell_why(sentence: str) -> None:
    assert tells(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["I need the revenue by month.", "How many orders came late?", "revenue by state", "quero o faturamento por mês"],
)
def test_sentences_that_ask(sentence: str) -> None:
    assert not tells(sentence)


def test_a_reason_behind_the_question_asks_nothing() -> None:
    message = "orders per weekday. I want to see if our Monday team is too small."
    assert clauses(message)[0] == "orders per weekday."
    assert has_telling(message)
    assert not has_telling("orders per weekday. revenue by state")


def test_a_clause_that_asks_about_what_was_told() -> None:
    assert points_at_told("How many products is that?")
    assert points_at_told("how many came that way?")
    assert not points_at_told("How many orders that were late did we have?")
