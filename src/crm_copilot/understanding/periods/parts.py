"""Parts of a period: "the first two weeks of May 2018", "the last month of 2017", "the last week of August (25 to 31)".

A part is counted in whole units from the first day of its period, or back from the last one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from crm_copilot.understanding.periods.found import MONTHS_OF, Found, Unit, months_later
from crm_copilot.understanding.periods.vocabulary import ORDINALS, count_of, unit_of

_SIDE = (
    r"(?P<side>first|opening|initial|second|third|last|final|closing|primeir[oa]s?|segund[oa]|terceir[oa]"
    r"|ultim[oa]s?|1st|2nd|3rd|[123][oa])"
)
_COUNT = r"(?P<count>\d{1,2}|two|three|four|five|six|ten|doi?s|duas|tres|quatro|cinco|seis|dez)"
_UNIT = r"(?P<unit>days?|weeks?|fortnight|half|months?|quarters?|dias?|semanas?|quinzena|metade|mes(?:es)?|trimestres?)"
_OF = r"\s+(?:of|in|de|do|da|em)\s+(?:the\s+)?(?:(?:month|mes|year|ano)\s+(?:of|de)\s+)?$"
_LEADS = tuple(
    re.compile(rf"\b(?:the\s+|as\s+|os\s+|nas\s+|nos\s+|na\s+|no\s+)?{order}\s+{_UNIT}{_OF}")
    for order in (rf"{_COUNT}\s+{_SIDE}", rf"{_SIDE}(?:\s+{_COUNT})?")
)
_IN_BRACKETS = re.compile(
    r"\s*,?\s*\(\s*(?:days?\s+|dias?\s+|de\s+)?(?P<first>\d{1,2})\s*(?:a|to|-|ate|e)\s*(?P<last>\d{1,2})\s*\)"
)
_HALF_MONTH = 15
# Days of the units that are no months; a fortnight is two weeks, a "quinzena" half a month.
_DAYS = {"day": 1, "dia": 1, "week": 7, "semana": 7, "fortnight": 14, "quinzena": _HALF_MONTH}


def parts(flat: str, found: Sequence[Found]) -> list[Found]:
    """Narrow the periods of which a part is named; what was read in its words alone is dropped."""
    done: list[Found] = []
    for hit in found:
        part = _in_brackets(flat, _part(flat, hit))
        done = [other for other in done if other.start < part.start] if part is not hit else done
        done.append(part)
    return done


def _part(flat: str, hit: Found) -> Found:
    lead = next((match for pattern in _LEADS if (match := pattern.search(flat[: hit.start]))), None)
    if lead is None or hit.first is None or hit.last is None or hit.unit not in MONTHS_OF:
        return hit
    if not lead["count"] and lead["unit"].endswith("s") and lead["unit"] != "mes":
        return hit  # "the first months of 2018"
    count = count_of(lead["count"] or "1", 1)
    first, last = _days_of(hit.first, hit.last, lead["side"], count, lead["unit"])
    if not hit.first <= first < last <= hit.last:
        return hit
    label = f"{lead.group().strip()} {hit.label}"
    return replace(hit, start=lead.start(), unit=_unit(lead["unit"], count), first=first, last=last, label=label)


def _days_of(first: date, last: date, side: str, count: int, unit: str) -> tuple[date, date]:
    """Return the first day of a part and the one after its last."""
    if side.startswith(("last", "final", "closing", "ultim")):
        return _later(last, -count, unit), last
    before = ORDINALS.get(side.removesuffix("s") if count > 1 else side, 1) - 1
    start = _later(first, before * count, unit)
    halves = unit in ("half", "metade", "quinzena")
    return start, last if halves and before == 1 else _later(start, count, unit)


def _later(day: date, count: int, unit: str) -> date:
    if unit in ("half", "metade"):
        return _later(day, count, "quinzena")
    size = _DAYS.get(unit) or _DAYS.get(unit.removesuffix("s"))
    if unit == "quinzena" and count < 0:
        return months_later(day, -1) + timedelta(_HALF_MONTH)
    return day + timedelta(size * count) if size else months_later(day, MONTHS_OF[unit_of(unit)] * count)


def _unit(unit: str, count: int) -> Unit:
    """Return the unit of a part: what several of it make up is only a span."""
    if count > 1 or unit in ("half", "metade", "fortnight", "quinzena"):
        return "span"
    return unit_of(unit)


def _in_brackets(flat: str, hit: Found) -> Found:
    """Read "May 2018 (1 to 14)" as those days of the month."""
    match = _IN_BRACKETS.match(flat[hit.end :])
    if match is None or hit.first is None or hit.last is None or (hit.last - hit.first).days > 31:
        return hit
    month = hit.first.replace(day=1)
    first, last = (month + timedelta(int(match[name]) - 1) for name in ("first", "last"))
    if not first < last < months_later(month, 1):
        return hit
    return replace(hit, end=hit.end + match.end(), unit="span", first=first, last=last + timedelta(1))
