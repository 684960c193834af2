"""A query that reads the one before, and the windows that such a query runs along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm_copilot.domain import Period
from crm_copilot.library.plan import By, Plan
from training.plan_sql.labels import CYCLES, literal, quoted
from training.plan_sql.measures import listed, names_of
from training.plan_sql.places import is_time


@dataclass(frozen=True, slots=True)
class Stage:
    """A query with its name, its columns in order, and the one by which the result is ranked."""

    name: str
    text: str
    columns: tuple[str, ...]
    rank: str

    def select(self, *more: str) -> str:
        """Return the start of a query that adds columns to this stage's."""
        return f"select {listed(self.columns, *more)} from {self.name}"


def partitioned(keys: Sequence[By]) -> str:
    """Return the part of a window that holds for each combination of keys."""
    return f"partition by {', '.join(names_of(keys))}" if keys else ""


def in_time(plan: Plan) -> str:
    """Return the window that goes along the time keys, one for each combination of the others."""
    order = ", ".join(chronological(key, plan) for key in plan.by if is_time(key))
    return f"{partitioned([key for key in plan.by if not is_time(key)])} order by {order}"


def chronological(key: By, plan: Plan) -> str:
    """Return the expression that puts the labels of a stretch of time in order."""
    labels = CYCLES.get(str(key.grain))
    if key.field == "period":
        labels = tuple(period.label for period in in_order(plan.periods))
    if not labels:
        return quoted(key.name)
    return f"list_position([{', '.join(map(literal, labels))}], {quoted(key.name)})"


def in_order(periods: Iterable[Period]) -> list[Period]:
    """Return periods as they begin."""
    return sorted(periods, key=lambda period: (period.start, period.end))
