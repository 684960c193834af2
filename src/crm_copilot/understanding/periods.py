"""Dates and periods of a question, counted from the data's own last day.

First every *date* is found (a day, month, quarter, half, year, or something relative), then neighbours are
joined ("January to August 2018", "since May 2017"). A month without a year takes the year of its neighbour,
or the last such month that the data hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from crm_copilot.domain import Period
from crm_copilot.understanding.text import clean, plain

Unit = Literal["day", "week", "month", "quarter", "half", "year", "span"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janeiro", "february feb fevereiro fev", "march mar marco", "april apr abril abr",
            "may maio mai", "june jun junho", "july jul julho", "august aug agosto ago",
            "september sep sept setembro set", "october oct outubro out", "november nov novembro",
            "december dec dezembro dez",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
# Short names that are also common words count as months only beside a year.
_WORDS_TOO = {
    "may",
    "mar",
    "set",
    "out",
    "sep",
    "mai",
    "ago",
    "dec",
    "oct",
    "march",
    "jan",
    "jun",
    "jul",
    "nov",
    "dez",
    "abr",
    "apr",
    "fev",
    "feb",
    "aug",
}
_ORDINALS = {"first": 1, "1st": 1, "primeiro": 1, "1o": 1, "1": 1, "一": 1, "second": 2, "2nd": 2, "segundo": 2, "2o": 2,
             "2": 2, "二": 2, "third": 3, "3rd": 3, "terceiro": 3, "3o": 3, "3": 3, "三": 3, "fourth": 4, "4th": 4,
             "quarto": 4, "4o": 4, "4": 4, "四": 4, "last": 4, "上": 1, "下": 2}  # fmt: skip
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "twelve": 12, "dois": 2, "duas": 2, "tres": 3, "quatro": 4,
           "seis": 6, "doze": 12, "一": 1, "两": 2, "三": 3, "六": 6, "半": 6}  # fmt: skip
_UNITS: dict[str, Unit] = {
    "day": "day", "dia": "day", "天": "day", "日": "day", "week": "week", "semana": "week", "周": "week",
    "month": "month", "mes": "month", "meses": "month", "个月": "month", "月": "month", "quarter": "quarter",
    "trimestre": "quarter", "季度": "quarter", "year": "year", "ano": "year", "年": "year", "semester": "half", "semestre": "half",
}  # fmt: skip

_M = "|".join(sorted(_MONTHS, key=len, reverse=True))
_Y = r"(?P<year>(?:19|20)\d\d)"
_O = r"(?P<ordinal>first|second|third|fourth|last|primeiro|segundo|terceiro|quarto|1st|2nd|3rd|4th|[1-4][oº°ªa]?)"
_U = (
    r"(?P<unit>days?|weeks?|months?|quarters?|years?|semesters?|dias?|semanas?|mes(?:es)?|trimestres?|semestres?|anos?)"
)
_N = r"(?P<count>\d+|one|two|three|four|five|six|twelve|dois|duas|tres|quatro|seis|doze)"


@dataclass(frozen=True, slots=True)
class Found:
    """A date in the text, characters `start` to `end`: its days, or only a month or quarter number yet."""

    start: int
    end: int
    unit: Unit
    first: date | None = None
    last: date | None = None
    number: int = 0
    label: str = ""
    ends: tuple[Period, Period] | None = None
    lent: bool = False

    @property
    def period(self) -> Period:
        """The days, as a period."""
        if self.first is None or self.last is None:
            raise ValueError(f"{self.label!r} has no year yet")
        return Period(self.first, self.last, self.label)


def find_periods(text: str, last_day: date, first_day: date | None = None) -> list[Found]:
    """Return the periods of a question in reading order, joined and with their years."""
    flat = plain(clean(text))
    if len(flat) != len(text):
        flat = clean(text).lower()
    found = _without_overlaps([hit for pattern, make in _PATTERNS for hit in _matches(pattern, make, flat, last_day)])
    found = _with_years(flat, found, last_day)
    found = _repeated(flat, found)
    found = _joined(flat, [hit for hit in found if not _lent(hit, found)])
    found = _same_period(flat, found)
    return _narrowed(_once(_bounded(flat, found, first_day or date(1990, 1, 1), last_day)))


def _once(found: Sequence[Found]) -> list[Found]:
    """Drop a period that is only said again: "Black Friday 2017 (24/11/2017)"."""
    done: list[Found] = []
    for hit in found:
        twin = next((i for i, f in enumerate(done) if (f.first, f.last) == (hit.first, hit.last)), None)
        if twin is None:
            done.append(hit)
        elif hit.start - done[twin].end <= 3:
            done[twin] = replace(done[twin], end=hit.end)
    return done


def _narrowed(found: Sequence[Found]) -> list[Found]:
    """Read "2017 (from February on)" as the part of 2017 that is meant."""
    if len(found) != 2 or not any(f.label.startswith(("since", "after", "until", "before")) for f in found):
        return list(found)
    a, b = found
    if not (a.first and a.last and b.first and b.last) or max(a.first, b.first) >= min(a.last, b.last):
        return list(found)
    label = f"{a.label}, {b.label}"
    joint = Found(a.start, a.end, "span", max(a.first, b.first), min(a.last, b.last), 0, label)
    return [joint, replace(joint, start=b.start, end=b.end)]


# ----------------------------------------------------------------------------------------------- single dates


def month(year: int, number: int) -> tuple[date, date]:
    """Return the first day of a month and of the one after."""
    return date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)


def _span(year: int, unit: Unit, number: int) -> tuple[date, date, str]:
    if unit == "month":
        first, last = month(year, number)
        return first, last, f"{first:%B} {year}"
    if unit == "quarter":
        return month(year, 3 * number - 2)[0], month(year, 3 * number)[1], f"Q{number} {year}"
    if unit == "half":
        return month(year, 6 * number - 5)[0], month(year, 6 * number)[1], f"H{number} {year}"
    return date(year, 1, 1), date(year + 1, 1, 1), str(year)


Make = Callable[[re.Match[str], date], Found | None]


def _calendar(unit: Unit) -> Make:
    def make(match: re.Match[str], last_day: date) -> Found | None:
        groups = match.groupdict()
        name = groups.get("month")
        raw = name or groups.get("ordinal") or groups.get("number") or "0"
        number = _MONTHS.get(raw, 0) if name else _ORDINALS.get(raw.rstrip("oº°ªa") or raw, _ORDINALS.get(raw, 0))
        if name and re.search(r"rio de\s*$", match.string[: match.start()]):
            return None
        if unit == "month" and not name:
            number = int(raw) if raw.isdigit() else _COUNTS.get(raw, 0)
        year = groups.get("year") or groups.get("short")
        if unit != "year" and not 1 <= number <= {"month": 12, "quarter": 4, "half": 2}[unit]:
            return None
        if year is None:
            if name in _WORDS_TOO and not re.search(
                r"\b(in|of|em|de|last|since|from|to|and|e|a|ate|until|through)\s*$", match.string[: match.start()]
            ):
                return Found(match.start(), match.end(), unit, number=number, label="?")
            return Found(match.start(), match.end(), unit, number=number)
        full = int(year) if len(year) == 4 else 2000 + int(year)
        first, last, label = _span(full, unit, number)
        return Found(match.start(), match.end(), unit, first, last, number, label)

    return make


def _day(match: re.Match[str], last_day: date) -> Found | None:
    groups = match.groupdict()
    number = (
        _MONTHS.get(groups["month"]) or int(groups["month"]) if not groups["month"].isdigit() else int(groups["month"])
    )
    year = groups.get("year")
    try:
        day = date(int(year) if year else last_day.year, number, int(groups["day"]))
    except ValueError:
        return None
    if not year and day > last_day:
        day = day.replace(year=day.year - 1)
    return Found(match.start(), match.end(), "day", day, day + timedelta(1), label=day.isoformat())


def _days(match: re.Match[str], last_day: date) -> Found | None:
    """Read "20 to 26 November 2017" as a span of days."""
    until = _day(match, last_day)
    if until is None or until.first is None or not 1 <= int(match["from"]) < until.first.day:
        return None
    first = until.first.replace(day=int(match["from"]))
    return replace(until, unit="span", first=first, label=f"{first.isoformat()} to {until.label}")


def _last_n(match: re.Match[str], last_day: date) -> Found | None:
    raw = match.groupdict().get("count") or "1"
    count = int(raw) if raw.isdigit() else _COUNTS.get(raw, 1)
    unit = _unit(match["unit"])
    end = last_day + timedelta(1)
    if unit == "day":
        first = end - timedelta(count)
    elif unit == "week":
        first = end - timedelta(7 * count)
    else:
        first = _months_back(end, count * {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit])
    return Found(
        match.start(),
        match.end(),
        "span",
        first,
        end,
        label=f"the last {f'{count} {unit}s' if count > 1 else unit} (to {last_day.isoformat()})",
    )


def _previous(match: re.Match[str], last_day: date) -> Found | None:
    """The calendar unit before the one of the last day."""
    return _around(match, last_day, back=1)


def _current(match: re.Match[str], last_day: date) -> Found | None:
    return _around(match, last_day, back=0)


def _around(match: re.Match[str], last_day: date, back: int) -> Found | None:
    unit = _unit(match["unit"])
    if unit == "day":
        day = last_day - timedelta(back)
        return Found(match.start(), match.end(), "day", day, day + timedelta(1), label=day.isoformat())
    if unit == "week":
        monday = last_day - timedelta(last_day.weekday() + 7 * back)
        return Found(
            match.start(), match.end(), "week", monday, monday + timedelta(7), label=f"the week of {monday.isoformat()}"
        )
    size = {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit]
    index = (last_day.year * 12 + last_day.month - 1) // size - back
    year, number = index * size // 12, (index * size % 12) // size + 1
    first, last, label = _span(year, unit, number)
    return Found(match.start(), match.end(), unit, first, last, number, label)


def _unit(word: str) -> Unit:
    return _UNITS.get(word) or _UNITS.get(word.rstrip("s")) or _UNITS[word.removesuffix("es")]


def _months_back(day: date, count: int) -> date:
    index = day.year * 12 + day.month - 1 - count
    year, number = index // 12, index % 12 + 1
    return min(date(year, number, min(day.day, 28)), day) if day.day > 28 else date(year, number, day.day)


def _black_friday(match: re.Match[str], last_day: date) -> Found | None:
    """The day after the fourth Thursday of November."""
    year = int(
        match.groupdict().get("year")
        or (last_day.year if last_day >= date(last_day.year, 11, 30) else last_day.year - 1)
    )
    first = date(year, 11, 1)
    friday = first + timedelta((3 - first.weekday()) % 7 + 22)
    return Found(
        match.start(), match.end(), "day", friday, friday + timedelta(1), label=f"Black Friday {friday.isoformat()}"
    )


_PATTERNS: tuple[tuple[re.Pattern[str], Make], ...] = tuple(
    (re.compile(pattern), make)
    for pattern, make in (
        (rf"\b{_Y}-(?P<month>\d\d)-(?P<day>\d\d)\b", _day),
        (r"\b(?:from\s+|de\s+)?(?P<from>\d{1,2})\s*(?:to|a|-|ate|e|and|until)\s*(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>20\d\d)\b", _days),
        (rf"\b(?:from\s+|de\s+)?(?P<from>\d{{1,2}})\s*(?:to|a|-|ate|e|and|until)\s*(?P<day>\d{{1,2}})\s+(?:of\s+|de\s+)?(?P<month>{_M})\b(?:\s*,?\s*(?:of\s+|de\s+)?{_Y}\b)?", _days),
        (r"\b(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>20\d\d)\b", _day),
        (r"(?P<year>20\d\d)\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]", _day),
        (rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+|de\s+)?(?P<month>{_M})\b(?:\s*,?\s*(?:of\s+|de\s+)?{_Y}\b)?", _day),
        (rf"\b(?P<month>{_M})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:\s*,?\s*{_Y}\b)?", _day),
        (rf"\b{_Y}[-/](?P<number>0[1-9]|1[0-2])\b", _calendar("month")),
        (rf"\b(?P<number>0?[1-9]|1[0-2])/{_Y}\b", _calendar("month")),
        (rf"{_Y}\s*年\s*(?P<number>1[0-2]|[1-9])\s*月", _calendar("month")),
        (rf"\b(?P<month>{_M})\b\.?(?:\s*[,/\-]?\s*(?:of\s+|de\s+|do ano de\s+)?{_Y}\b)?", _calendar("month")),
        (rf"\b(?:q|t)(?P<number>[1-4])\b\s*(?:of\s+|de\s+|[-/,']\s*)?(?:{_Y}\b)?", _calendar("quarter")),
        (rf"\b{_Y}[\s\-/]*(?:q|t)(?P<number>[1-4])\b", _calendar("quarter")),
        (rf"\b(?P<number>[1-4])[qt][\s/]*(?:{_Y}|(?P<short>\d\d))\b", _calendar("quarter")),
        (rf"\b{_O}\s+(?:quarter|trimestre)\b(?:\s*,?\s*(?:of\s+|de\s+|do ano de\s+|in\s+|em\s+)?{_Y}\b)?", _calendar("quarter")),
        (rf"\b{_Y}\s*年?\s*第?\s*(?P<ordinal>[一二三四1-4])\s*季度", _calendar("quarter")),
        (rf"\bh(?P<number>[12])\b\s*(?:of\s+|[-/]\s*)?(?:{_Y}\b)?", _calendar("half")),
        (rf"\b{_O}\s+(?:half|semester|semestre)\b(?:\s*(?:of\s+|de\s+|do ano de\s+|in\s+)?{_Y}\b)?", _calendar("half")),
        (rf"{_Y}\s*年?\s*(?P<ordinal>[上下])半年", _calendar("half")),
        (rf"\bblack\s*friday(?:\s+(?:of\s+|de\s+|in\s+)?{_Y}\b)?", _black_friday),
        (rf"\b(?:last|past|previous|trailing|most recent|latest|final)\s+{_N}\s+(?:full\s+|calendar\s+)?{_U}\b", _last_n),
        (rf"\b(?:nos\s+|os\s+|as\s+|nas\s+)?(?:ultim[oa]s|passad[oa]s)\s+{_N}\s+{_U}\b", _last_n),
        (r"(?:最近|过去|近)\s*(?P<count>\d+|[一两三六半])\s*个?\s*(?P<unit>天|周|月|个月|季度|年)", _last_n),
        (r"\b(?:last|previous|prior)\s+(?P<unit>week|month|quarter|year|semester)\b", _previous),
        (r"\b(?:past)\s+(?P<unit>week|month|quarter|year)\b", _last_n),
        (r"\b(?P<unit>semana|mes|trimestre|ano|semestre)\s+(?:passad[oa]|anterior)\b", _previous),
        (r"\b(?:ultim[oa])\s+(?P<unit>semana|mes|trimestre|ano|semestre)\b", _previous),
        (r"(?:上个?)(?P<unit>月|周|季度)", _previous),
        (r"去(?P<unit>年)", _previous),
        (r"[今本](?P<unit>年|月|周|季度)", _current),
        (r"\b(?:this|current|the current)\s+(?P<unit>week|month|quarter|year)\b", _current),
        (r"\b(?:nest[ea]|est[ea]|atual)\s+(?P<unit>semana|mes|trimestre|ano)\b", _current),
        (r"\b(?P<unit>mes|ano|trimestre)\s+atual\b", _current),
        (r"\b(?P<unit>year)[ -]to[ -]date\b|\bytd\b", lambda m, d: Found(m.start(), m.end(), "span", date(d.year, 1, 1), d + timedelta(1), label=f"{d.year} to date")),
        (r"\byesterday\b|\bontem\b|昨天", lambda m, d: Found(m.start(), m.end(), "day", d - timedelta(1), d, label=(d - timedelta(1)).isoformat())),
        (r"\btoday\b|\bhoje\b|今天", lambda m, d: Found(m.start(), m.end(), "day", d, d + timedelta(1), label=d.isoformat())),
        (rf"(?<![\d.,#/\-]){_Y}(?![\d/]|[.,]\d)\s*年?", _calendar("year")),
        (r"(?<!\d)(?P<number>1[0-2]|[1-9])\s*月(?!份?度)", _calendar("month")),
    )
)  # fmt: skip


_AMOUNT = re.compile(
    r"(?:at least|more than|over|than|top|under|below|above|minimum of|exactly|pelo menos|mais de|acima de|r\$)\s*$"
)


def _matches(pattern: re.Pattern[str], make: Make, flat: str, last_day: date) -> list[Found]:
    hits = (make(match, last_day) for match in pattern.finditer(flat))
    return [hit for hit in hits if hit and not (hit.unit == "year" and _AMOUNT.search(flat[: hit.start]))]


def _without_overlaps(found: Sequence[Found]) -> list[Found]:
    kept: list[Found] = []
    for hit in sorted(found, key=lambda f: (-(f.end - f.start), f.start)):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda f: f.start)


# ------------------------------------------------------------------------------------------------- joined dates

_RANGE = re.compile(r"^\s*(?:-|to|through|thru|till|until|and|a|ate|e|até|到|至|~)\s*(?:the\s+end\s+of\s+|o\s+)?$")
_LIST = re.compile(
    r"^\s*(?:,|and|e|&|/|or|ou|vs\.?|versus|,\s*and|和|与|及|against|x|to|com|compared to|compared with|em relacao a)\s*(?:in\s+|em\s+|de\s+|of\s+)?$"
)
_BETWEEN = re.compile(r"\b(?:between|from|entre|de|desde|do|da)\s+(?:the\s+|o\s+|a\s+)?$|从\s*$")
_SINCE = re.compile(
    r"\b(?:since|starting|starting in|starting from|as of|desde|a partir de|beginning in)\s+(?:o\s+|the\s+(?:start|beginning)\s+of\s+)?$|自\s*$"
)
_AFTER = re.compile(r"\b(?:after|following|later than|apos|depois de|posterior a)\s+(?:o\s+)?$")
_BEFORE = re.compile(r"\b(?:before|prior to|earlier than|antes de|anterior a|until the start of)\s+(?:o\s+)?$")
_UNTIL = re.compile(
    r"\b(?:until|till|through|up to|up until|by the end of|ate|ate o fim de|ate o final de)\s+(?:o\s+|the\s+end\s+of\s+)?$"
)
_SINCE_TAIL, _BEFORE_ZH = (
    re.compile(r"^\s*(?:以来|之后|以后|起|onwards?\b|on\b(?! )|em diante|forward)"),
    re.compile(r"^\s*(?:之前|以前)"),
)


def _with_years(flat: str, found: Sequence[Found], last_day: date) -> list[Found]:
    """Give months and quarters without a year the year of the neighbour they are joined to, or the latest."""
    done: list[Found] = []
    for index, hit in enumerate(found):
        if hit.first is not None:
            done.append(hit)
            continue
        year = _neighbour_year(flat, found, index)
        lent = year is not None
        if year is None and hit.label == "?":
            continue
        if year is None:
            year = last_day.year
            if _span(year, hit.unit, hit.number)[0] > last_day:
                year -= 1
        first, last, label = _span(year, hit.unit, hit.number)
        done.append(replace(hit, first=first, last=last, label=label, lent=lent))
    return done


def _lent(year: Found, found: Sequence[Found]) -> bool:
    """Whether a year only says of which year the months or quarters beside it are."""
    smaller = [
        f
        for f in found
        if f.unit in ("month", "quarter", "half")
        and f.lent
        and f.first
        and year.first
        and f.first.year == year.first.year
    ]
    return year.unit == "year" and bool(smaller)


def _neighbour_year(flat: str, found: Sequence[Found], index: int) -> int | None:
    for step in (1, -1):
        at = index
        while 0 <= at + step < len(found):
            left, right = sorted((at, at + step))
            between = flat[found[left].end : found[right].start]
            if not (_RANGE.match(between) or _LIST.match(between) or not between.strip()) and len(between) > 22:
                break
            at += step
            if found[at].first is not None and found[at].unit != "span":
                return found[at].first.year  # type: ignore[union-attr]
    years = {f.first.year for f in found if f.unit == "year" and f.first}
    return years.pop() if len(years) == 1 else None


_SAME = re.compile(
    r"(?:the\s+)?(?:same|corresponding|equivalent)\s+(?:months?|period|quarter|time|days|weeks|interval)\s*(?:of|in|from|a|the)?\s*$"
    r"|(?:o\s+)?mesm[oa]s?\s+(?:periodo|meses|mes|trimestre|intervalo|dias)\s*(?:de|do|em|ano)?\s*$|同期\s*$"
)


def _same_period(flat: str, found: Sequence[Found]) -> list[Found]:
    """Read "January to August 2018 against the same months of 2017": the earlier period moved to that year."""
    done: list[Found] = []
    for hit in found:
        lead = _SAME.search(flat[: hit.start])
        before = done[-1] if done else None
        if lead and before and before.first and before.last and hit.unit == "year" and hit.first:
            shift = before.first.year - hit.first.year
            first, last = (
                before.first.replace(year=before.first.year - shift),
                before.last.replace(year=before.last.year - shift),
            )
            label = before.label.replace(str(before.first.year), str(first.year))
            hit = replace(before, start=lead.start(), end=hit.end, first=first, last=last, label=label, ends=None)
        done.append(hit)
    return done


def _repeated(flat: str, found: Sequence[Found]) -> list[Found]:
    """Read "2017 to 2018 (January to August only)" as those months of each of the two years."""
    years = [f for f in found if f.unit == "year"]
    months = [f for f in found if f.unit == "month"]
    outside = months and years and (months[0].start > years[-1].end or months[-1].end < years[0].start)
    if len(years) != 2 or len(months) != 2 or not outside or not _RANGE.match(flat[months[0].end : months[1].start]):
        return list(found)
    done = []
    for year in years:
        number = year.first.year if year.first else 0
        first, last = month(number, months[0].number)[0], month(number, months[1].number)[1]
        label = f"{first:%B} to {(last - timedelta(1)):%B} {number}"
        done.append(replace(year, unit="span", first=first, last=last, label=label))
    extra = replace(done[1], start=months[0].start, end=months[1].end)
    return [done[0], done[1], extra]


def _joined(flat: str, found: Sequence[Found]) -> list[Found]:
    """Join two neighbours into a range where the words between and before them say so."""
    done: list[Found] = []
    for hit in found:
        before = done[-1] if done else None
        if before is not None and before.unit != "span" and hit.unit != "span" and _is_range(flat, before, hit):
            label = _range_label(before, hit)
            done[-1] = Found(
                before.start, hit.end, "span", before.first, hit.last, 0, label, (before.period, hit.period)
            )
        else:
            done.append(hit)
    return done


def _range_label(first: Found, last: Found) -> str:
    if first.unit == "month" == last.unit and first.first and last.first and first.first.year == last.first.year:
        return f"{first.label.split()[0]} to {last.label}"
    return f"{first.label} to {last.label}"


def _is_range(flat: str, first: Found, last: Found) -> bool:
    between = flat[first.end : last.start]
    if not _RANGE.match(between) or first.first is None or last.first is None or first.first >= last.first:
        return False
    word = between.strip()
    if word in ("and", "e"):
        return bool(_BETWEEN.search(flat[: first.start]))
    return True


def _bounded(flat: str, found: Sequence[Found], first_day: date, last_day: date) -> list[Found]:
    """Turn "since May" and "before 2018" into periods that reach to the ends of the data."""
    done = []
    after = last_day + timedelta(1)
    for hit in found:
        lead, tail = flat[: hit.start], flat[hit.end :]
        if hit.ends is None and hit.first and hit.last:
            if found_since := _SINCE.search(lead):
                hit = replace(hit, start=found_since.start(), last=after, unit="span", label=f"since {hit.label}")
            elif _SINCE_TAIL.match(tail):
                hit = replace(hit, last=after, unit="span", label=f"since {hit.label}")
            elif found_after := _AFTER.search(lead):
                hit = replace(
                    hit, start=found_after.start(), first=hit.last, last=after, unit="span", label=f"after {hit.label}"
                )
            elif found_before := _BEFORE.search(lead):
                hit = replace(
                    hit,
                    start=found_before.start(),
                    first=first_day,
                    last=hit.first,
                    unit="span",
                    label=f"before {hit.label}",
                )
            elif _BEFORE_ZH.match(tail):
                hit = replace(hit, first=first_day, last=hit.first, unit="span", label=f"before {hit.label}")
            elif found_until := _UNTIL.search(lead):
                start = hit.first.replace(month=1, day=1) if hit.lent else first_day
                label = f"January to {hit.label}" if hit.lent else f"until {hit.label}"
                hit = replace(hit, start=found_until.start(), first=start, unit="span", label=label)
        elif hit.ends is not None and (lead_match := _BETWEEN.search(lead)):
            hit = replace(hit, start=lead_match.start())
        done.append(hit)
    return done
