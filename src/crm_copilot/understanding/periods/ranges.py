"""Dates that belong together: ranges, periods that are open to one end, periods that are said twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from crm_copilot.understanding.periods.found import Found

RANGE = re.compile(r"^\s*(?:-|to|through|thru|till|until|and|a|ate|e|até|到|至|~)\s*(?:the\s+end\s+of\s+|o\s+)?$")
_BETWEEN = re.compile(r"\b(?:between|from|entre|de|desde|do|da)\s+(?:the\s+|o\s+|a\s+)?$|从\s*$")
_BOTH_ENDS = re.compile(r"\b(?:between|entre|desde)\s+(?:the\s+|o\s+|a\s+)?$")
# "A comparison between 2017 and 2018" is about two years and no range.
_COMPARED = re.compile(r"\b(?:compar|differ|diferenca)\w*(?:\s+\w+){0,5}\s+(?:between|entre)\s+(?:the\s+|o\s+|a\s+)?$")
_SINCE = re.compile(
    r"\b(?:since|starting(?: in| from| with| at)?|as (?:of|from)|desde|a partir d[eo]|a contar de"
    r"|beginning(?: in| with)?|no earlier than|not (?:before|earlier than)|a comecar (?:em|de))\s+"
    r"(?:o\s+|(?:the\s+)?(?:start|beginning)\s+of\s+|o\s+(?:inicio|comeco)\s+de\s+)?(?:dia\s+|the\s+)?$"
    r"|自\s*$"
)
_ONWARDS = re.compile(
    r"^\s*,?\s*(?:以来|之后|以后|起|onwards?\b|and onwards?\b|on\b(?! (?!by |per |for each ))"
    r"|(?:em|por) diante\b|(?:pra|para) (?:ca|frente)\b"
    r"|forward\b|(?:and |e )?(?:later\b|after\b(?! )|depois\b(?! ))|(?:ate|till|until|up to|to)"
    r" (?:hoje|agora|now|today|the end of the data|o (?:fim|final) (?:dos dados|da base))\b)"
)
_AFTER = re.compile(
    r"\b(?:(?<!not )after|following|(?<!no )(?<!not )later than|apos|depois d[eo]|posterior a[o]?)\s+"
    r"(?:o\s+|the\s+)?(?:dia\s+)?$"
)
_BEFORE = re.compile(
    r"\b(?:before|prior to|earlier than|antes d[eo]|anterior a[o]?|until the start of)\s+(?:o\s+|the\s+)?(?:dia\s+)?$"
)
_EARLIER = re.compile(r"^\s*(?:之前|以前)")
_UNTIL = re.compile(
    r"\b(?:until|till|through|up to|up until|by the end of|ate|no later than|not (?:after|later than))"
    r"(?:\s+and\s+including|\s+e\s+inclu\w+)?\s+"
    r"(?:o\s+|the\s+end\s+of\s+|(?:o\s+)?(?:fim|final)\s+de\s+)?(?:dia\s+|the\s+)?$"
)
_FROM = re.compile(r"\b(?:from|de|do|da)\s+(?:o\s+|(?:the\s+)?(?:start|beginning)\s+of\s+|(?:inicio|comeco)\s+de\s+)?$")
_NEVER = re.compile(r"(?!)")


def joined(flat: str, found: Sequence[Found]) -> list[Found]:
    """Join two neighbours into a range where the words between and before them say so."""
    done: list[Found] = []
    for hit in found:
        if done and _is_range(flat, done[-1], hit):
            done[-1] = _range(done[-1], hit)
        else:
            done.append(hit)
    return done


def _is_range(flat: str, first: Found, last: Found) -> bool:
    between = flat[first.end : last.start]
    if "span" in (first.unit, last.unit) or not RANGE.match(between):
        return False
    if first.first is None or last.first is None or first.first >= last.first:
        return False
    lead = flat[: first.start]
    return between.strip() not in ("and", "e") or bool(_BOTH_ENDS.search(lead) and not _COMPARED.search(lead))


def _range(first: Found, last: Found) -> Found:
    in_one_year = first.first and last.first and first.first.year == last.first.year
    shortened = first.unit == "month" == last.unit and in_one_year
    label = f"{first.label.split()[0] if shortened else first.label} to {last.label}"
    ends, guessed = (first.period, last.period), first.guessed and last.guessed
    return Found(first.start, last.end, "span", first.first, last.last, 0, label, ends, guessed=guessed)


def bounded(flat: str, found: Sequence[Found], first_day: date, last_day: date) -> list[Found]:
    """Turn "since May" and "before 2018" into periods that reach to the ends of the data."""
    return [_bounded(flat, hit, first_day, last_day + timedelta(1)) for hit in found]


def _bounded(flat: str, hit: Found, beginning: date, end: date) -> Found:
    lead, tail = flat[: hit.start], flat[hit.end :]
    if hit.ends is not None:
        between = _BETWEEN.search(lead)
        return replace(hit, start=between.start()) if between else hit
    if hit.first is None or hit.last is None:
        return hit
    for before, behind, word, first, last in (
        (_SINCE, _ONWARDS, "since", hit.first, end),
        (_AFTER, _NEVER, "after", hit.last, end),
        (_BEFORE, _EARLIER, "before", beginning, hit.first),
        (_UNTIL, _NEVER, *_until(hit, hit.first, beginning), hit.last),
    ):
        led = before.search(lead)
        if led and hit.unit == "year" and led.group().startswith("through "):
            return replace(hit, start=led.start())  # "through 2017, month by month"
        trailed = behind.match(tail)
        if led or trailed:
            start = led.start() if led else _led_by_from(lead)
            return replace(
                hit, start=start, end=hit.end + (trailed.end() if trailed else 0), first=first, last=last,
                unit="span", label=f"{word} {hit.label}",
            )  # fmt: skip
    return hit


def _led_by_from(lead: str) -> int:
    """Return where "from March onwards" begins, whose "from" belongs to it."""
    found = _FROM.search(lead)
    return found.start() if found else len(lead)


def _until(hit: Found, first: date, beginning: date) -> tuple[str, date]:
    """Return from where "until August" counts: the beginning of the year that August is given."""
    return ("January to", first.replace(month=1, day=1)) if hit.lent else ("until", beginning)


def once(found: Sequence[Found], flat: str = "") -> list[Found]:
    """Drop a period that is only said again: "Black Friday 2017 (24/11/2017)".

    Behind a number in the text it belongs to that: "H1 2018 against H1 2017, at least 50 items in H1 2017".
    """
    done: list[Found] = []
    for hit in found:
        twin = next((i for i, other in enumerate(done) if (other.first, other.last) == (hit.first, hit.last)), None)
        if twin is None:
            done.append(hit)
        elif 0 <= hit.start - done[twin].end <= 3:
            done[twin] = replace(done[twin], end=hit.end)
        elif len(done) > 1 and any(c.isdigit() for c in flat[done[-1].end : hit.start]):
            done.append(hit)
    return done


def narrowed(found: Sequence[Found]) -> list[Found]:
    """Read "2017 (from February on)" as the part of 2017 that is meant."""
    if len(found) != 2 or not any(hit.is_open for hit in found):
        return list(found)
    one, other = (hit.period for hit in found)
    first, last = max(one.start, other.start), min(one.end, other.end)
    if first >= last:
        return list(found)
    label = f"{one.label}, {other.label}"
    return [Found(hit.start, hit.end, "span", first, last, 0, label) for hit in found]
