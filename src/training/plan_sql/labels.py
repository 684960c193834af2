"""How values are written in SQL, and what a group is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import By, Grain

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DAYPARTS = ("dawn", "morning", "afternoon", "night")
# Labels that come round again, in the order in which they follow each other.
CYCLES: Mapping[str, tuple[str, ...]] = {"weekday": WEEKDAYS, "month of year": MONTHS, "daypart": DAYPARTS}
CYCLIC: frozenset[str | None] = frozenset({"weekday", "month of year", "daypart", "hour", "day of month"})
REGIONS = {
    "Southeast": ("ES", "MG", "RJ", "SP"),
    "South": ("PR", "RS", "SC"),
    "Northeast": ("AL", "BA", "CE", "MA", "PB", "PE", "PI", "RN", "SE"),
    "North": ("AC", "AM", "AP", "PA", "RO", "RR", "TO"),
    "Central-West": ("DF", "GO", "MS", "MT"),
}


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: Any) -> str:
    """Return a value as an SQL literal."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date):
        return f"timestamp '{value.isoformat(' ') if isinstance(value, datetime) else value.isoformat()}'"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def regions() -> str:
    """Return the table of states and regions that the catalog's `sql` entries read."""
    pairs = (f"({literal(state)}, {literal(region)})" for region, states in REGIONS.items() for state in states)
    return f"regions(state, region) as (values {', '.join(pairs)})"


def label(moment: str, grain: Grain | None) -> str:
    """Return the expression that names the stretch of time a moment lies in."""
    parts = {
        "day": f"strftime({moment}, '%Y-%m-%d')",
        "week": f"strftime(date_trunc('week', {moment}), '%Y-%m-%d')",
        "month": f"strftime({moment}, '%Y-%m')",
        "quarter": f"year({moment}) || '-Q' || quarter({moment})",
        "semester": f"year({moment}) || '-S' || if(month({moment}) <= 6, 1, 2)",
        "year": f"year({moment})",
        "weekday": f"dayname({moment})",
        "hour": f"hour({moment})",
        "month of year": f"monthname({moment})",
        "day of month": f"day({moment})",
        "daypart": (
            f"case when hour({moment}) < 6 then 'dawn' when hour({moment}) < 12 then 'morning' "
            f"when hour({moment}) < 18 then 'afternoon' when hour({moment}) < 24 then 'night' end"
        ),
    }
    if grain is None:
        raise Unreachable("a time key needs a grain")
    return parts[grain]


def band(value: str, key: By) -> str:
    """Return the expression that names the half-open band a number lies in; null stays null."""
    shown = [f"{edge:g}" for edge in key.bins]
    first, last, below = ("under {}", "{} or more", "<") if key.closed == "left" else ("up to {}", "over {}", "<=")
    names = [first.format(shown[0]), *(f"{low} to {high}" for low, high in pairwise(shown))]
    cases = " ".join(f"when {value} {below} {edge} then '{name}'" for edge, name in zip(shown, names, strict=True))
    return f"case when {value} is null then null {cases} else '{last.format(shown[-1])}' end"


def only(value: str, key: By) -> str:
    """Return the expression of a key whose values but a few are put together; null stays null."""
    chosen = ", ".join(map(literal, key.only))
    return f"case when {value} is null then null when {value} in ({chosen}) then {value}::varchar else 'other' end"
