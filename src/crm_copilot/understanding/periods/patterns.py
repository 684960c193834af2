"""All the ways in which a date is written, in English, Portuguese and Chinese."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from crm_copilot.understanding.periods.calendar import Make, calendar, day, days, month_of_year
from crm_copilot.understanding.periods.found import Found
from crm_copilot.understanding.periods.relative import (
    black_friday,
    black_friday_month,
    current,
    feast,
    last_n,
    previous,
    to_date,
    today,
    yesterday,
)
from crm_copilot.understanding.periods.vocabulary import MONTHS

_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})"
_TH = r"(?:st|nd|rd|th)?"
# A year in two digits, and a year in either way behind a quarter or half.
_SHORT = r"'?(?P<short>\d\d)\b(?![\d%/]|[.,:]\d)"
_TAIL = rf"\s*,?\s*(?:of\s+|de\s+|do ano de\s+|in\s+|em\s+|[-/']\s*)?(?:{_YEAR}\b|{_SHORT})"
_ORDINAL = (
    r"(?P<ordinal>first|second|third|fourth|last|primeir[oa]|segund[oa]|terceir[oa]|quart[oa]|1st|2nd|3rd|4th"
    r"|[1-4][oº°ªa]?)"
)
# "From the 1st to the 2nd quarter": what stands between two ordinals of which only the second has its noun.
_TO_ORDINAL = (
    r"\s*(?:para o|ao|a|e o|e|x|vs\.?|versus|contra o|to|to the|and|and the|vs\.? the)\s*"
    r"(?:first|second|third|fourth|primeiro|segundo|terceiro|quarto|1st|2nd|3rd|4th|[1-4][oº°ªa]?)"
)
_UNITS = (
    r"(?P<unit>days?|weeks?|months?|quarters?|years?|semesters?"
    r"|dias?|semanas?|mes(?:es)?|trimestres?|semestres?|anos?)"
)
_COUNT = r"(?P<count>\d+|one|two|three|four|five|six|twelve|dois|duas|tres|quatro|seis|doze)"
_OF = r"(?:of\s+|de\s+)?"
_OF_YEAR = rf"(?:\s*,?\s*{_OF}{_YEAR}\b)?"
_SPAN = r"\b(?:from\s+|de\s+)?(?P<from>\d{1,2})\s*(?:to|a|-|ate|e|and|until)\s*"
_SLASHED = rf"{_DAY}/(?P<month>\d{{1,2}})/(?:(?P<year>20\d\d)|(?P<short>\d\d))\b(?!/)"

_DAYS: tuple[tuple[str, Make], ...] = (
    (rf"\b{_MONTH}\b\.?\s+{_SHORT}", month_of_year),
    (rf"\b{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)\b", day),
    (rf"{_SPAN}{_SLASHED}", days),
    (rf"{_SPAN}{_DAY}\s+{_OF}{_MONTH}\b{_OF_YEAR}", days),
    (rf"\b{_SLASHED}", day),
    (rf"(?P<year>20\d\d)\s*年\s*(?P<month>\d{{1,2}})\s*月\s*{_DAY}\s*[日号]", day),
    (rf"\b{_DAY}{_TH}\s+{_OF}{_MONTH}\b{_OF_YEAR}", day),
    (rf"\b{_MONTH}\s+{_DAY}{_TH}\b(?!\d)(?:\s*,?\s*{_YEAR}\b)?", day),
)
_MONTHS: tuple[tuple[str, Make], ...] = (
    (rf"\b{_YEAR}[-/](?P<number>0[1-9]|1[0-2])\b", calendar("month")),
    (rf"\b(?P<number>0?[1-9]|1[0-2])/{_YEAR}\b", calendar("month")),
    (rf"{_YEAR}\s*年\s*(?P<number>1[0-2]|[1-9])\s*月", calendar("month")),
    (rf"\b{_MONTH}\b\.?(?:\s*[,/\-]?\s*(?:of\s+|de\s+|do ano de\s+)?{_YEAR}\b)?", calendar("month")),
    (rf"\b{_MONTH}\b\.?\s*(?:[/\-']\s*|de\s+|of\s+){_SHORT}", calendar("month")),
)
_QUARTERS: tuple[tuple[str, Make], ...] = (
    (r"\b(?:q|t)(?P<number>[1-4])\b", calendar("quarter")),
    (rf"\b(?:q|t)(?P<number>[1-4])\b{_TAIL}", calendar("quarter")),
    (rf"\b{_YEAR}[\s\-/]*(?:q|t)(?P<number>[1-4])\b", calendar("quarter")),
    (rf"\b(?P<number>[1-4])(?:o\s?)?[qt]{_TAIL}", calendar("quarter")),
    (rf"\b(?:quarter|trimestre)\s+(?P<number>[1-4])\b\s*,?\s*{_OF}(?:{_YEAR}\b)?", calendar("quarter")),
    (rf"\b{_ORDINAL}(?={_TO_ORDINAL}\s+(?:quarter|trimestre|tri)\b)", calendar("quarter")),
    (rf"\b{_ORDINAL}[\s-]+(?:quarter\b|trimestre\b|trim?\b\.?)", calendar("quarter")),
    (rf"\b{_ORDINAL}[\s-]+(?:quarter\b|trimestre\b|trim?\b\.?){_TAIL}", calendar("quarter")),
    (rf"\b{_YEAR}\s*年?\s*第?\s*(?P<ordinal>[一二三四1-4])\s*季度", calendar("quarter")),
)
_HALVES: tuple[tuple[str, Make], ...] = (
    (r"\bh(?P<number>[12])\b", calendar("half")),
    (rf"\b[hs](?P<number>[12])\b{_TAIL}", calendar("half")),
    (rf"\b(?P<number>[12])(?:o\s?)?[hs]{_TAIL}", calendar("half")),
    (rf"\b{_YEAR}[\s\-/]*[hs](?P<number>[12])\b", calendar("half")),
    (rf"\b{_ORDINAL}[\s-]+(?:half(?:[\s-]year)?|semester|semestre|metade)\b", calendar("half")),
    (
        rf"\b{_ORDINAL}[\s-]+(?:half(?:[\s-]year)?\b|semester\b|semestre\b|metade\b|sem\b\.?){_TAIL}",
        calendar("half"),
    ),
    (rf"{_YEAR}\s*年?\s*(?P<ordinal>[上下])半年", calendar("half")),
)
_YEARS: tuple[tuple[str, Make], ...] = (
    (rf"\b(?:fy|cy|fiscal year|calendar year|ano fiscal|exercicio)\s*(?:{_YEAR}\b|{_SHORT})", calendar("year")),
)
_RELATIVE: tuple[tuple[str, Make], ...] = (
    (rf"\bblack\s*friday\s+month(?:\s+(?:of\s+|in\s+)?{_YEAR}\b)?", black_friday_month),
    (rf"\bmes\s+d[ae]\s+black\s*friday(?:\s+(?:de\s+)?{_YEAR}\b)?", black_friday_month),
    (rf"\b(?:on\s+)?(?P<feast>christmas (?:day|eve)|new year'?s (?:day|eve))\b{_OF_YEAR}", feast),
    (rf"\b(?P<feast>(?:dia|vespera) de natal|vespera de ano novo)\b{_OF_YEAR}", feast),
    (rf"\bblack\s*friday(?:\s+(?:of\s+|de\s+|in\s+)?{_YEAR}\b)?", black_friday),
    (
        rf"\b(?:last|past|previous|trailing|most recent|latest|final)\s+{_COUNT}\s+(?:full\s+|calendar\s+)?{_UNITS}\b",
        last_n,
    ),
    (rf"\b(?:nos\s+|os\s+|as\s+|nas\s+)?(?:ultim[oa]s|passad[oa]s)\s+{_COUNT}\s+{_UNITS}\b", last_n),
    (rf"\b(?:the\s+|nos\s+|os\s+)?{_COUNT}\s+(?:most recent|latest)\s+{_UNITS}\b", last_n),
    (rf"\b(?:nos\s+|os\s+|as\s+|nas\s+)?{_COUNT}\s+{_UNITS}\s+mais\s+recentes\b", last_n),
    (r"(?:最近|过去|近)\s*(?P<count>\d+|[一两三六半])\s*个?\s*(?P<unit>天|周|月|个月|季度|年)", last_n),
    (r"\b(?:last|previous|prior)\s+(?P<unit>week|month|quarter|year|semester)\b", previous),
    (r"\b(?:past)\s+(?P<unit>week|month|quarter|year)\b", last_n),
    (r"\b(?P<unit>semana|mes|trimestre|ano|semestre)\s+(?:passad[oa]|anterior)\b", previous),
    (r"\b(?:ultim[oa])\s+(?P<unit>semana|mes|trimestre|ano|semestre)\b", previous),
    (r"(?:上个?)(?P<unit>月|周|季度)", previous),
    (r"去(?P<unit>年)", previous),
    (r"[今本](?P<unit>年|月|周|季度)", current),
    (r"\b(?:this|current|the current)\s+(?P<unit>week|month|quarter|year)\b", current),
    (r"\b(?:nest[ea]|est[ea]|atual)\s+(?P<unit>semana|mes|trimestre|ano)\b", current),
    (r"\b(?P<unit>mes|ano|trimestre)\s+atual\b", current),
    (
        r"\b(?:(?:this|the current) )?year[ -]to[ -]date\b|\bytd\b|\bso far this year\b"
        r"|\b(?:this|the current) year (?:so far|until now|up to now)\b"
        r"|\b(?:[nd]?est[ea] ano|ano atual|o ano) ate (?:agora|aqui|hoje|o momento|a presente data)\b",
        to_date,
    ),
    (r"\byesterday\b|\bontem\b|昨天", yesterday),
    (r"\btoday\b|\bhoje\b|今天", today),
)
_BARE: tuple[tuple[str, Make], ...] = (
    (
        r"(?<!\d)(?<!by )(?<!per )(?<!por )(?<!cada )(?<!each )"
        rf"(?:\byear\s+(?:of\s+)?|\bano\s+(?:de\s+)?){_YEAR}\b(?![/]|[.,]\d)",
        calendar("year"),
    ),
    (rf"(?<![\d.,#/\-]){_YEAR}(?![\d/]|[.,]\d)\s*年?", calendar("year")),
    (r"(?<!\d)(?P<number>1[0-2]|[1-9])\s*月(?!份?度)", calendar("month")),
)
_PATTERNS = tuple(
    (re.compile(pattern), make)
    for pattern, make in (*_DAYS, *_MONTHS, *_QUARTERS, *_HALVES, *_YEARS, *_RELATIVE, *_BARE)
)  # fmt: skip
# Before a number these words say that it is an amount and no year.
_AMOUNT = re.compile(
    r"(?:at least|more than|over|than|top|under|below|above|minimum of|exactly|pelo menos|mais de|acima de|r\$)\s*$"
)
# "Over 2017" is a period where nothing behind it is counted.
_DURING = re.compile(r"\bover\s*$")
_NO_NOUN = re.compile(r"\s*(?:$|[?.!,;:)]|(?:by|per|for|in|with|and|to|from|vs|on|at|of|broken)\b)")


def find_dates(flat: str, last_day: date) -> list[Found]:
    """Return the dates of a plain text in reading order; where two overlap, the longer."""
    return _without_overlaps([hit for pattern, make in _PATTERNS for hit in _matches(pattern, make, flat, last_day)])


def _matches(pattern: re.Pattern[str], make: Make, flat: str, last_day: date) -> list[Found]:
    hits = (make(match, last_day) for match in pattern.finditer(flat))
    return [hit for hit in hits if hit and not (hit.unit == "year" and _is_amount(flat, hit))]


def _is_amount(flat: str, year: Found) -> bool:
    """Whether a year is an amount: "over 2017 orders", but not "revenue over 2017, by month"."""
    if not _AMOUNT.search(flat[: year.start]):
        return False
    return not (_DURING.search(flat[: year.start]) and _NO_NOUN.match(flat[year.end :]))


def _without_overlaps(found: Sequence[Found]) -> list[Found]:
    kept: list[Found] = []
    for hit in sorted(found, key=lambda f: (-(f.end - f.start), f.start)):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda f: f.start)
