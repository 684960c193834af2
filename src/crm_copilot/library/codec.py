"""Plans as plain JSON values and back: what travels in checkpoints and is kept with a conversation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from crm_copilot.domain import Period
from crm_copilot.library.plan import By, Condition, Having, Measure, Plan, Special


def to_json(plan: Plan) -> dict[str, Any]:
    """Return the plan as JSON can hold it, without what is empty."""
    return {key: _plain(value) for key, value in asdict(plan).items() if value not in (None, (), False)}


def from_json(found: Mapping[str, Any]) -> Plan:
    """Return the plan that `to_json` gave; raise KeyError or TypeError for anything else."""
    made = dict(found)
    for key, make in _LISTS.items():
        if key in made:
            made[key] = tuple(make(item) for item in made[key])
    if made.get("within"):
        made["within"] = _by(made["within"])
    if made.get("correlate"):
        made["correlate"] = tuple(made["correlate"])
    if special := made.get("special"):
        made["special"] = Special(special["name"], tuple(tuple(pair) for pair in special.get("params", ())))
    return Plan(**made)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item not in (None, (), False) or key == "value"}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _measure(found: Mapping[str, Any]) -> Measure:
    made = dict(found)
    for key in ("where", "part"):
        made[key] = tuple(_condition(item) for item in made.get(key, ()))
    made["via"] = tuple(made.get("via", ()))
    for key in ("divisor", "minus"):
        if made.get(key):
            made[key] = _measure(made[key])
    return Measure(**made)


def _by(found: Mapping[str, Any]) -> By:
    made = dict(found)
    return By(**{**made, "bins": tuple(made.get("bins", ())), "only": tuple(made.get("only", ()))})


def _condition(found: Mapping[str, Any]) -> Condition:
    value = found.get("value", True)
    others = tuple(map(_condition, found.get("others", ())))
    return Condition(found["field"], found.get("op", "is"), tuple(value) if isinstance(value, list) else value, others)


def _having(found: Mapping[str, Any]) -> Having:
    value, period = found["value"], found.get("period")
    return Having(
        found["key"],
        _measure(found["measure"]),
        found["op"],
        (value[0], value[1]) if isinstance(value, list) else value,
        found.get("part", False),
        _period(period) if period else None,
        found.get("without", False),
    )


def _period(found: Mapping[str, Any]) -> Period:
    return Period(date.fromisoformat(found["start"]), date.fromisoformat(found["end"]), found["label"])


_LISTS: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "measures": _measure, "by": _by, "where": _condition, "having": _having, "periods": _period,
    "show": _condition,
}  # fmt: skip
