"""The years of months and quarters that are named without one, and periods that are said again for another year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from crm_copilot.understanding.periods.found import Found, month, span
from crm_copilot.understanding.periods.ranges import RANGE
from crm_copilot.understanding.periods.vocabulary import WORDS_FIRST

_LIST = re.compile(
    r"^\s*(?:,|and|e|&|/|or|ou|vs\.?|versus|,\s*and|和|与|及|against|x|to|com"
    r"|compared to|compared with|em relacao a)\s*(?:in\s+|em\s+|de\s+|of\s+)?$"
)
_SAME = re.compile(
    r"(?:the\s+)?(?:same|corresponding|equivalent)\s+(?:months?|period|quarter|time|days|weeks|interval)"
    r"\s*(?:of|in|from|a|the)?\s*$"
    r"|(?:o\s+)?mesm[oa]s?\s+(?:periodo|meses|mes|trimestre|intervalo|dias)\s*(?:de|do|em|ano)?\s*$|同期\s*$"
    r"|(?:com|versus|vs\.?|contra|to|with|against|than|ao?|e|x|and|frente ao?)"
    r"\s+(?:os?|as?|ao|that|the one|those)\s+(?:[1-4][oa]\s+|mesmo\s+)?(?:de|do|of|in|from)\s*$|\band of\s*$"
)
_LISTED = {"month", "year"}
# So many characters may stand between a month and the year that it takes, whatever they are.
_NEAR = 22


def in_order(flat: str, found: Sequence[Found]) -> list[Found]:
    """Give "January to December" one year where only the latest of each is known."""
    done = list(found)
    for index, (left, right) in enumerate(pairwise(found)):
        if _lends_its_year(flat, left, right):
            done[index] = _in_the_year_of(left, right)
        if not (left.guessed and right.guessed and left.unit == right.unit and left.first and right.first):
            continue
        if left.number < right.number and left.first > right.first and RANGE.match(flat[left.end : right.start]):
            first, last, label = span(right.first.year, left.unit, left.number)
            done[index] = replace(left, first=first, last=last, label=label)
    return done


def _lends_its_year(flat: str, left: Found, right: Found) -> bool:
    """Whether a day without a year stands before one that has it: "4 Sept to 10 Sept 2017"."""
    days = left.unit == right.unit == "day" and left.guessed and not right.guessed
    between = flat[left.end : right.start]
    return days and bool(RANGE.match(between) or _LIST.match(between))


def _in_the_year_of(left: Found, right: Found) -> Found:
    if left.first is None or right.first is None:
        return left
    year = right.first.year - (left.first.replace(year=2000) > right.first.replace(year=2000))
    first = _years_later(left.first, year - left.first.year)
    return replace(left, first=first, last=first + timedelta(1), label=first.isoformat(), guessed=False)


def with_years(flat: str, found: Sequence[Found], last_day: date) -> list[Found]:
    """Give months and quarters without a year the year of the neighbour they are joined to, or the latest."""
    dated = (_with_year(flat, found, index, last_day) for index in range(len(found)))
    return [hit for hit in dated if hit is not None]


def _with_year(flat: str, found: Sequence[Found], index: int, last_day: date) -> Found | None:
    hit = found[index]
    if hit.first is not None:
        return hit
    lent = _neighbour_year(flat, found, index)
    if hit.unsure and not _is_month(flat, found, index, lent is not None):
        return None
    year = lent or last_day.year
    if lent is None and span(year, hit.unit, hit.number)[0] > last_day:
        year -= 1
    first, last, label = span(year, hit.unit, hit.number)
    return replace(hit, first=first, last=last, label=label, lent=lent is not None, guessed=lent is None)


def _is_month(flat: str, found: Sequence[Found], index: int, has_year: bool) -> bool:
    """Whether a word such as "may" is a month: beside another in a range or list, not just near a year."""
    if has_year and flat[found[index].start : found[index].end].rstrip(".") not in WORDS_FIRST:
        return True
    pairs = [pair for pair in pairwise(found) if found[index] in pair and {hit.unit for hit in pair} <= _LISTED]
    between = [flat[left.end : right.start] for left, right in pairs if has_year or left.unit == right.unit]
    return any(RANGE.match(words) or _LIST.match(words) or words.strip(" (:") == "" for words in between)


def _neighbour_year(flat: str, found: Sequence[Found], index: int) -> int | None:
    for step in (1, -1):
        at = index
        while 0 <= at + step < len(found) and _belong(flat, found[min(at, at + step)], found[max(at, at + step)]):
            at += step
            first = found[at].first
            if first is not None and found[at].unit != "span":
                return first.year
    years = {hit.first.year for hit in found if hit.unit == "year" and hit.first}
    return years.pop() if len(years) == 1 else None


def _belong(flat: str, left: Found, right: Found) -> bool:
    between = flat[left.end : right.start]
    return len(between) <= _NEAR or bool(RANGE.match(between) or _LIST.match(between) or not between.strip())


def is_lent(year: Found, found: Sequence[Found]) -> bool:
    """Whether a year only says of which year the months or quarters beside it are."""
    if year.unit != "year" or year.first is None:
        return False
    borrowers = [hit for hit in found if hit.unit in ("month", "quarter", "half") and hit.lent]
    return any(hit.first is not None and hit.first.year == year.first.year for hit in borrowers)


def same_period(flat: str, found: Sequence[Found]) -> list[Found]:
    """Read "January to August 2018 against the same months of 2017": the earlier period moved to that year."""
    done: list[Found] = []
    for hit in found:
        lead = _SAME.search(flat[: hit.start])
        done.append(_moved(done[-1], hit, lead.start()) if lead and done and hit.unit == "year" else hit)
    return done


def _moved(before: Found, year: Found, start: int) -> Found:
    """Return the period before, in another year."""
    if before.first is None or before.last is None or year.first is None:
        return year
    shift = year.first.year - before.first.year
    first, last = (_years_later(day, shift) for day in (before.first, before.last))
    label = before.label.replace(str(before.first.year), str(first.year))
    return replace(before, start=start, end=year.end, first=first, last=last, label=label, ends=None)


def _years_later(day: date, count: int) -> date:
    """Return the same day of another year; the day after 28 February where that year has no 29th."""
    leap = (day.month, day.day) == (2, 29)
    return date(day.year + count, 3, 1) if leap else day.replace(year=day.year + count)


def repeated(flat: str, found: Sequence[Found]) -> list[Found]:
    """Read "2017 to 2018 (January to August only)" as those months of each of the two years."""
    years = [hit for hit in found if hit.unit == "year"]
    months = [hit for hit in found if hit.unit == "month"]
    if len(years) != 2 or len(months) != 2 or not RANGE.match(flat[months[0].end : months[1].start]):
        return list(found)
    if not (months[0].start > years[-1].end or months[-1].end < years[0].start):
        return list(found)
    spans = [_months_of(year, months[0].number, months[1].number) for year in years]
    return [*spans, replace(spans[1], start=months[0].start, end=months[1].end)]


def _months_of(year: Found, start: int, end: int) -> Found:
    number = year.first.year if year.first else 0
    first, last = month(number, start)[0], month(number, end)[1]
    label = f"{first:%B} to {last - timedelta(1):%B} {number}"
    return replace(year, unit="span", first=first, last=last, label=label)
