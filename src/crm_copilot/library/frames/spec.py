"""What a frame holds, and which of it is found by lookup or lies behind a bridge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crm_copilot.catalog import fields, tables
from crm_copilot.domain import Period
from crm_copilot.library import joins
from crm_copilot.library.plan import By, Condition


@dataclass(frozen=True, slots=True)
class FrameSpec:
    """Which rows of `base` are wanted, and which fields must stand in them as columns."""

    base: str
    by: tuple[By, ...] = ()
    values: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    periods: tuple[Period, ...] = ()
    time: str | None = None

    def bridge_of(self, name: str) -> str | None:
        """Return the child table behind which a field lies, None when it is found by lookup."""
        bridged = joins.reaches(self.base, name, self.time) == "bridge"
        return joins.bridge(self.base, name) if bridged else None

    def alternatives(self) -> list[Condition]:
        """Return the conditions of which one among several is enough."""
        return [one for condition in self.where if condition.others for one in condition.each]

    def wanted(self) -> list[str]:
        """Return every field that the frame needs, each once."""
        tests = [condition.field for condition in self.where if not condition.others]
        found = [*(key.field for key in self.by), *self.values, *tests]
        found += [one.field for one in self.alternatives() if not self.bridge_of(one.field)]
        return list(dict.fromkeys([*found, "time"] if self.periods else found))


def split(spec: FrameSpec) -> tuple[list[str], dict[str, str]]:
    """Sort the wanted fields into those found by lookup and those behind a bridge (field -> child table)."""
    direct: list[str] = []
    bridged: dict[str, str] = {}
    for name in spec.wanted():
        if joins.reaches(spec.base, name, spec.time) == "lookup":
            direct.append(name)
        elif child := spec.bridge_of(name):
            bridged[name] = child
        else:
            raise _not_tied(spec.base, name)
    return direct, bridged


def by_child(base: str, conditions: Sequence[Condition]) -> dict[str, list[Condition]]:
    """Sort conditions by the child table that knows them."""
    found: dict[str, list[Condition]] = {}
    for condition in conditions:
        child = joins.bridge(base, condition.field)
        if child is None:
            raise _not_tied(base, condition.field)
        found.setdefault(child, []).append(condition)
    return found


def _not_tied(base: str, name: str) -> joins.Unreachable:
    label = fields()[name].label["en"] if name in fields() else name
    return joins.Unreachable(f"{tables()[base].row}s are not tied to {label} in these data")
