"""What limits the rows of a query: conditions, groups they must be among, periods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from crm_copilot.domain import Period
from crm_copilot.library.plan import Condition
from training.plan_sql.labels import literal


@dataclass(frozen=True, slots=True)
class Among:
    """Rows to keep: those whose `field` is one of the values that a query returns, or is none of them."""

    field: str
    query: str
    without: bool = False


Test = Condition | Among


def fields_of(test: Test) -> list[str]:
    """Return the fields that a test reads: several where one of several conditions is enough."""
    return [test.field] if isinstance(test, Among) else [one.field for one in test.each]


@dataclass(frozen=True, slots=True)
class Scope:
    """What limits all measures of a plan alike; `parts` turn them into the percentage that satisfies these too.

    `time` is the column or moment that dates the rows when it is not the usual one.
    """

    tests: tuple[Test, ...] = ()
    periods: tuple[Period, ...] = ()
    time: str | None = None
    parts: tuple[Test, ...] = ()


def within(moment: str, periods: Iterable[Period]) -> str:
    """Return the condition that a moment lies in one of the periods."""
    spans = (f"({moment} >= {literal(p.start)} and {moment} < {literal(p.end)})" for p in periods)
    return f"({' or '.join(spans)})"


def holds(value: str, test: Test) -> str:
    """Return the condition that a value passes a test; it is never null, for what is unknown is not so.

    The negative ones are true of what is unknown: all but the boletos are also those of no known type.
    """
    if isinstance(test, Among):
        among = "not in" if test.without else "in"
        return f"coalesce({value} {among} (select * from ({test.query})), false)"
    if test.op in ("is", "is not"):
        return f"coalesce({value}, false)" if (test.op == "is") == bool(test.value) else f"not coalesce({value}, false)"
    if test.op == "missing":
        return f"{value} is null" if test.value else f"{value} is not null"
    if test.op in ("!=", "not in"):
        return f"not {_positive(value, 'in' if test.op == 'not in' else '==', test.value)}"
    return _positive(value, test.op, test.value)


def _positive(value: str, op: str, wanted: Any) -> str:
    if op == "in":
        found = f"{value} in ({', '.join(map(literal, wanted))})" if wanted else "false"
    elif op == "between":
        found = f"{value} between {literal(wanted[0])} and {literal(wanted[1])}"
    elif op == "contains":
        found = f"contains(lower({value}), lower({literal(wanted)}))"
    else:
        found = f"{value} {'=' if op == '==' else op} {literal(wanted)}"
    return f"coalesce({found}, false)"
