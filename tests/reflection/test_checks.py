"""Each doubt in pairs: a result that must raise it, and its neighbour that must not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fakes import context, program, scalar, table

from crm_copilot.domain import Context, Execution, Period, Program
from crm_copilot.library.plan import By, Condition, Plan, measure_of
from crm_copilot.reflection.checks import doubts

REVENUE = measure_of("revenue")
BY_STATE = Plan((REVENUE,), (By("customer_state"),))
BY_MONTH = Plan((REVENUE,), (By("time", "month"),))
YEAR = Period(date(2017, 1, 1), date(2018, 1, 1), "2017")
STATES = table(["customer_state", "revenue"], ["SP", 2.0], ["RJ", 1.0])
FIGURE = Execution("ok", kind="figure", figure=b"\x89PNG")


def found(execution: Execution, by: Program | None = None, asked: Context | None = None) -> list[str]:
    return [doubt.reason for doubt in doubts(asked or context(), by or program(), execution)]


def reading(plan: Plan, confidence: float = 0.9) -> Context:
    return context(plan=plan, confidence=confidence)


# Reason, and what must raise it: result, program, context. Below it, what must not.
PAIRS: list[tuple[str, tuple[Any, ...], tuple[Any, ...]]] = [
    ("nothing was found", (table(["state"]),), (table(["state"], ["SP"]),)),
    ("nothing was found", (Execution("ok", kind="mapping", value={}),), (FIGURE,)),
    ("nothing was found", (scalar(None),), (scalar(0),)),
    ("nothing was found", (table(["a", "b"], [None, None]),), (table(["a", "b"], [None, 1]),)),
    ("no costs are recorded", (scalar("CANNOT ANSWER: no costs are recorded"),), (scalar("we CANNOT ANSWER more"),)),
    ("the data do not hold this", (scalar("CANNOT ANSWER"),), (scalar("answered"),)),
    (
        "a share lies outside",
        (table(["state", "share_pct"], ["SP", 140.0]),),
        (table(["state", "share_pct"], ["SP", 100.0]),),
    ),
    ("a share lies outside", (table(["late_rate_pct"], [-1.0]),), (table(["late_rate_pct"], [0.0]),)),
    (
        "a share lies outside",
        (table(["cumulative_pct"], [float("nan")]),),
        (table(["cumulative_pct"], [None], [99.9]),),
    ),
    (
        "a share lies outside",
        (table(["state", "share_pct"], ["SP", 101.0]),),
        (table(["state", "growth_pct"], ["SP", 900.0]),),
    ),
    (
        "a group comes twice",
        (table(["customer_state", "revenue"], ["SP", 1.0], ["SP", 1.0]), program(plan=BY_STATE)),
        (STATES, program(plan=BY_STATE)),
    ),
    (
        "a group comes twice",
        (table(["month", "revenue"], ["2017-01", 1.0], ["2017-01", 2.0]), program(plan=BY_MONTH)),
        (
            table(["month", "customer_state"], ["2017-01", "SP"], ["2017-01", "RJ"]),
            program(plan=BY_STATE.but(by=(*BY_MONTH.by, *BY_STATE.by))),
        ),
    ),
    (
        "more rows than asked for",
        (STATES, program(), reading(BY_STATE.but(limit=1, order="desc"))),
        (STATES, program(), reading(BY_STATE.but(limit=2, order="desc"))),
    ),
    (
        "more rows than asked for",
        (STATES, program(), reading(BY_STATE.but(limit=1, order="desc"))),
        (STATES, program(), reading(BY_STATE.but(limit=1, order="desc", within=By("time", "year")))),
    ),
    ("one number for a breakdown", (scalar(3), program(), reading(BY_STATE)), (STATES, program(), reading(BY_STATE))),
    (
        "one number for a breakdown",
        (scalar(3), program(), reading(BY_STATE)),
        (scalar(3), program(), reading(BY_MONTH.but(reduce="mean"))),
    ),
    (
        "one number for a breakdown",
        (scalar(3), program(), reading(BY_STATE)),
        (scalar(3), program(), reading(BY_STATE, 0.3)),
    ),
    (
        "a table for one number",
        (table(["a", "n"], *[[f"S{n}", n] for n in range(6)]), program(), reading(Plan((REVENUE,)))),
        (scalar(3), program(), reading(Plan((REVENUE,)))),
    ),
    (
        "the period 2017 is not in the code",
        (scalar(3), program("def answer(orders): return len(orders)"), reading(Plan((REVENUE,), periods=(YEAR,)))),
        (scalar(3), program("def answer(orders, year=2017): ..."), reading(Plan((REVENUE,), periods=(YEAR,)))),
    ),
    (
        "'sao paulo' is not in the code",
        (
            scalar(3),
            program("def answer(orders, city='rio'): ..."),
            reading(Plan((REVENUE,), where=(Condition("customer_city", "==", "sao paulo"),))),
        ),
        (
            scalar(3),
            program("def answer(orders, city='sao paulo'): ..."),
            reading(Plan((REVENUE,), where=(Condition("customer_city", "==", "sao paulo"),))),
        ),
    ),
]


@pytest.mark.parametrize(("reason", "bad", "good"), PAIRS, ids=[f"{n} {pair[0]}" for n, pair in enumerate(PAIRS)])
def test_pair(reason: str, bad: tuple[Any, ...], good: tuple[Any, ...]) -> None:
    assert any(text.startswith(reason) for text in found(*bad)), f"{reason!r} was not raised"
    assert not any(text.startswith(reason) for text in found(*good)), f"{reason!r} was raised"


def test_a_good_result_raises_no_doubt_at_all() -> None:
    assert found(STATES, program(plan=BY_STATE), reading(BY_STATE)) == []
    assert (
        found(scalar(3), program("def answer(orders, year=2017): ..."), reading(Plan((REVENUE,), periods=(YEAR,))))
        == []
    )


def test_doubts_tell_the_writer_what_to_mend() -> None:
    bad = [bad for reason, bad, _ in PAIRS if "CANNOT" not in str(bad[0].value)]
    for execution, *rest in bad:
        by = rest[0] if rest else program()
        asked = rest[1] if len(rest) > 1 else context()
        for doubt in doubts(asked, by, execution):
            assert doubt.feedback.endswith("."), doubt
            assert 0 < doubt.weight <= 1


def test_a_join_that_multiplied_rows_is_doubted_for_a_chat_model_too() -> None:
    """Its program has no plan, but the question was read as one group for each state."""
    twice = table(["customer_state", "revenue"], ["SP", 1.0], ["SP", 1.0])
    assert "a group comes twice" in found(twice, program(), reading(BY_STATE))
    assert "a group comes twice" not in found(STATES, program(), reading(BY_STATE))


def test_a_grain_other_than_asked_for_is_doubted() -> None:
    """The design: "a grain or a period other than the question's"."""
    days = table(["day", "revenue"], *[[f"2017-01-{day:02d}", 1.0] for day in range(1, 29)])
    months = table(["month", "revenue"], *[[f"2017-{month:02d}", 1.0] for month in range(1, 13)])
    assert found(days, program("def answer(orders, year=2017): ..."), reading(BY_MONTH)) != []
    assert found(months, program("def answer(orders, year=2017): ..."), reading(BY_MONTH)) == []


def test_a_period_outside_of_the_data_is_doubted() -> None:
    """A sum over no rows is 0, which looks like an answer."""
    before = Plan((REVENUE,), periods=(Period(date(1999, 1, 1), date(2000, 1, 1), "1999"),))
    inside = Plan((REVENUE,), periods=(YEAR,))
    assert found(scalar(0.0), program(plan=before), reading(before)) != []
    assert found(scalar(0.0), program(plan=inside), reading(inside)) == []


def test_what_was_not_read_surely_is_not_held_against_the_result() -> None:
    unsure = replace(context(), reading=replace(reading(BY_STATE).reading, confidence=0.4))  # type: ignore[type-var]
    assert found(scalar(3), program(), unsure) == []
