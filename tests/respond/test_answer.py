"""From attempts to what the asker sees: the words, the chart, the sources, and what is said when there is no answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from fakes import context, failed, program, scalar, table

from crm_copilot.domain import (
    Attempt,
    Context,
    Execution,
    LinkedValue,
    Passage,
    Period,
    Program,
    Understanding,
    Verdict,
)
from crm_copilot.library import codec, special
from crm_copilot.library.plan import By, Having, Plan, Special, count_of, measure_of
from crm_copilot.respond import respond
from crm_copilot.respond.declining import scopes

REVENUE = Plan((measure_of("revenue"),))
BY_STATE = REVENUE.but(by=(By("customer_state"),))
BY_MONTH = REVENUE.but(by=(By("time", "month"),))
CODE = "def answer(orders, customers, city='sao paulo'):\n    return customers[customers.customer_city == city]\n"
ACCEPTED = Verdict("accept", confidence=0.9)


def attempt(execution: Execution, by: Program | None = None, verdict: Verdict = ACCEPTED) -> Attempt:
    return Attempt((by or program(),), (execution,), 0, verdict)


def answered(execution: Execution, plan: Plan | None = None, asked: Context | None = None, **given: Any) -> Any:
    described = program(plan=plan, **{"description": "revenue", **given})
    return respond(asked or context(), [attempt(execution, described)], "revenue?")


def example(name: str, plan: Plan) -> Passage:
    return Passage("examples", f"library:{name}", name, 0.5, {"plan": codec.to_json(plan)})


def declined(asked: Context, reason: str = "not understood", execution: Execution | None = None) -> Any:
    found = attempt(execution or failed("no"), verdict=Verdict("decline", reason))
    return respond(asked, [found], "revenue?")


# ------------------------------------------------------------------------------------------------------- in words


def test_one_number_is_said_with_its_unit() -> None:
    assert answered(scalar(1234.5), REVENUE)["answer"] == "Revenue: R$ 1,234.50."


def test_one_row_says_every_column() -> None:
    found = answered(table(["customer_state", "revenue"], ["SP", 10.0]), BY_STATE)
    assert found["answer"] == "Revenue: customer state SP, revenue R$ 10.00."


def test_a_table_begins_with_its_head_and_says_how_long_it_is() -> None:
    rows = [[f"S{n}", float(n)] for n in range(1, 8)]
    text = answered(table(["customer_state", "revenue"], *rows), BY_STATE)["answer"]
    assert text.startswith("Revenue: S1 (R$ 1.00); S2 (R$ 2.00);")
    assert "S6" not in text
    assert "(7 rows)" in text


def test_a_course_of_time_is_told_by_its_ends_and_extremes() -> None:
    rows = [[f"2017-{month:02d}", value] for month, value in enumerate([5.0, 1.0, 3.0, 9.0, 2.0, 4.0], 1)]
    text = answered(table(["month", "revenue"], *rows), BY_MONTH)["answer"]
    for part in ("from 2017-01 to 2017-06", "highest in 2017-04 with R$ 9.00", "lowest in 2017-02 with R$ 1.00"):
        assert part in text


def test_a_year_is_no_amount() -> None:
    by_year = REVENUE.but(by=(By("time", "year"),))
    found = answered(table(["year", "revenue"], [2016, 2016.5], [2017, 2017.5]), by_year)
    assert found["answer"] == "Revenue: 2016 (R$ 2,016.50); 2017 (R$ 2,017.50)."
    highest = answered(table(["year", "orders"], [2017, 2017]), description="most orders")
    assert highest["answer"] == "Most orders: year 2017, orders 2,017."


def test_the_share_that_some_groups_make_up_is_a_percentage() -> None:
    having = Having("seller_id", count_of("order"), ">", 20, part=True)
    assert answered(scalar(94.43), REVENUE.but(having=(having,)))["answer"] == "Revenue: 94.43 %."


def test_a_question_in_portuguese_is_answered_in_portuguese() -> None:
    asked = context(language="pt")
    assert answered(scalar(1234.5), REVENUE, asked, description="receita")["answer"] == "Receita: R$ 1.234,50."


def test_a_model_without_description_is_answered_with_the_question() -> None:
    assert answered(scalar(3), description="")["answer"] == "how many orders: 3."


# --------------------------------------------------------------------------------------------- what stands beside it


@pytest.mark.parametrize(
    ("columns", "rows", "plan", "chart"),
    [
        (["month", "revenue"], [["2017-01", 1.0], ["2017-02", 2.0]], BY_MONTH, ("line", "month", "revenue")),
        (["customer_state", "revenue"], [["SP", 1.0], ["RJ", 2.0]], BY_STATE, ("bar", "customer_state", "revenue")),
        (["customer_state", "revenue"], [["SP", 1.0]], BY_STATE, None),
        (["customer_city", "revenue"], [[f"c{n}", 1.0] for n in range(61)], None, None),
        (["a", "b"], [["x", "y"], ["z", "w"]], None, None),
    ],
)
def test_a_chart_is_drawn_where_it_helps(columns: Any, rows: Any, plan: Plan | None, chart: Any) -> None:
    found = answered(table(columns, *rows), plan)["chart"]
    assert (found and (found["kind"], found["x"], found["y"])) == chart


def test_two_keys_give_a_line_for_each() -> None:
    plan = REVENUE.but(by=(By("time", "month"), By("customer_state")))
    rows = [["2017-01", "SP", 1.0], ["2017-01", "RJ", 2.0]]
    assert answered(table(["month", "customer_state", "revenue"], *rows), plan)["chart"] == {
        "kind": "line",
        "x": "month",
        "y": "revenue",
        "color": "customer_state",
    }


def test_sources_are_the_function_its_tables_and_the_values_it_uses() -> None:
    links = tuple(
        LinkedValue("São Paulo", table_, column, "sao paulo", 1.0, 0, 9)
        for table_, column in (("customers", "customer_city"), ("sellers", "seller_city"))
    )
    passages = (Passage("catalog", "table:orders", "orders: one row for each order"),)
    asked = context(links=links, passages=passages)
    found = respond(asked, [attempt(scalar(3), Program(CODE, "library:x", description="d"))], "q")["sources"]
    assert [(source["kind"], source["id"]) for source in found] == [
        ("function", "library:x"),
        ("table", "orders"),
        ("table", "customers"),
        ("value", "customers.customer_city"),
    ]


def test_the_next_questions_vary_the_last() -> None:
    offers = answered(scalar(3.0), REVENUE)["next"]
    assert 1 <= len(offers) <= 3
    assert all("revenue" in offer.casefold() for offer in offers)
    assert len(set(offers)) == len(offers)


def test_the_next_questions_are_about_tables_that_are_there() -> None:
    by_origin = Plan((count_of("lead"),), (By("origin"),))
    passages = tuple(example(str(n), plan) for n, plan in enumerate([by_origin, BY_STATE]))
    assert len(declined(context(passages=passages))["next"]) == 2
    assert declined(context(passages=passages, absent=("leads", "deals")))["next"] == ["Revenue by state"]
    varied = answered(scalar(3.0), Plan((count_of("lead"),)), context(absent=("leads",)))
    assert varied["next"] == []


def test_what_a_special_function_does_is_no_question() -> None:
    passages = tuple(example(name, Plan(special=Special(name))) for name in special.functions())
    assert declined(context(passages=(*passages, example("state", BY_STATE))))["next"] == ["Revenue by state"]


def test_attempts_are_counted() -> None:
    first = attempt(failed("no"), verdict=Verdict("retry"))
    assert respond(context(), [first, attempt(scalar(3))], "q")["attempts"] == 2


# ------------------------------------------------------------------------------------------------------- no answer


def test_no_attempt_is_no_answer() -> None:
    found = respond(context(), [], "q")
    assert (found["status"], found["rows"], found["confidence"]) == ("declined", [], 0.0)


@pytest.mark.parametrize("decision", ["retry", "decline"])
def test_what_was_not_accepted_is_never_shown(decision: Any) -> None:
    found = respond(context(), [attempt(scalar(735), verdict=Verdict(decision, "doubt"))], "q")
    assert (found["status"], found["rows"]) == ("declined", [])
    assert "735" not in found["answer"]


@pytest.mark.parametrize("scope", sorted(scopes()))
@pytest.mark.parametrize("language", ["en", "pt"])
def test_every_scope_has_a_sentence_in_both_languages(scope: str, language: str) -> None:
    text = declined(context(language=language, reading=Understanding(scope=scope)))["answer"]
    assert text == scopes()[scope][language]
    assert text.endswith((".", "?"))


@pytest.mark.parametrize(
    ("asked", "reason", "said"),
    [
        (context(), "nothing was found", "2016-09-01 to 2018-08-31"),
        (context(), "unreachable:clients have no orders", "clients have no orders"),
        (context(reading=Understanding(unread=("xyzzy",))), "unknown words", "“xyzzy”"),
        (context(), "not understood", "I am not sure"),
        (context(language="pt"), "not understood", "Não tenho certeza"),
    ],
)
def test_the_reason_is_told(asked: Context, reason: str, said: str) -> None:
    assert said in declined(asked, reason)["answer"]


def test_what_a_model_says_is_missing_is_told() -> None:
    refused = scalar("CANNOT ANSWER: no costs are recorded.")
    assert declined(context(), "no costs are recorded.", refused)["answer"].startswith(
        "These data do not answer this: no costs are recorded."
    )


def test_a_declined_question_offers_solved_ones() -> None:
    found = declined(context(passages=(example("x", BY_STATE),)))
    assert found["next"]
    assert f"You could ask: “{found['next'][0]}”" in found["answer"]


def test_a_follow_up_may_lean_on_what_a_model_answered() -> None:
    """Its program has no plan, but the question was read."""
    period = Period(date(2017, 1, 1), date(2018, 1, 1), "2017")
    asked = context(plan=REVENUE.but(periods=(period,)))
    assert answered(scalar(3.0), None, asked)["plan"] == codec.to_json(REVENUE.but(periods=(period,)))
