"""Bands that a question spells out: "under 50, 50-100, 100-200, over 200", "1, 2-3, 4-6, 7 or more"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from crm_copilot.understanding.senses import Mention, Sense
from crm_copilot.understanding.text import Token, clean, plain

_N = r"(?:r\$\s*)?(\d+(?:[.,]\d+)?)"
_U = r"\s*(?:kg|g|reais|brl|days?|dias?|km|r\$|items?|itens|stars?|parcelas?|installments?|x)?"
_IN = r"(?:in\s+|em\s+)?"
_UNDER = rf"{_IN}(?:within|under|below|less than|up to|until|ate|menos de|abaixo de|<=?)\s*{_N}{_U}"
_OVER = (
    rf"{_IN}(?:over|above|more than|acima de|mais de|>=?)\s*{_N}{_U}"
    rf"|{_N}{_U}\s*(?:\+|or more|ou mais|and above|and more|e acima|以上)"
)
_RANGE = rf"(?:between\s+|entre\s+|de\s+|in\s+|em\s+)?{_N}{_U}\s*(?:-|to|a|ate)\s*{_N}{_U}"
_ITEM = re.compile(rf"(?P<under>{_UNDER})|(?P<over>{_OVER})|(?P<range>{_RANGE})|(?P<one>\b{_N}\b(?=\s*[,;)]))")
_BETWEEN = re.compile(r"^\s*(?:,|;|/|and|e|or|ou|\|)*\s*(?:and|e|or|ou)?\s*$")


def find_bands(question: str, tokens: Sequence[Token]) -> Iterable[Mention]:
    """Yield a mention for each list of at least three bands; its value are the inner edges."""
    flat = plain(clean(question))
    if len(flat) != len(question):
        return
    run: list[re.Match[str]] = []
    for match in [*_ITEM.finditer(flat), None]:
        follows = match is not None and (not run or bool(_BETWEEN.match(flat[run[-1].end() : match.start()])))
        if match is not None and follows:
            run.append(match)
            continue
        if len(run) >= 3 and any(m["range"] for m in run):
            yield _mention(tokens, run, flat)
        run = [match] if match is not None else []


def _mention(tokens: Sequence[Token], run: Sequence[re.Match[str]], flat: str) -> Mention:
    start, end = run[0].start(), run[-1].end()
    inside = [i for i, t in enumerate(tokens) if t.start < end and t.end > start]
    edges, closed = _edges(run)
    unit = _unit(flat, start, end)
    factor = 1000.0 if unit == "kg" else 1.0
    sense = Sense("bands", unit, tuple(sorted({edge * factor for edge in edges})))
    return Mention(inside[0], inside[-1] + 1, (sense,), flat[start:end], data={"closed": closed})


def _unit(flat: str, start: int, end: int) -> str:
    if re.search(r"\bkg\b", flat[start:end]):
        return "kg"
    return "money" if re.search(r"r\$|reais|brl", flat[start : end + 6]) else ""


def _edges(run: Sequence[re.Match[str]]) -> tuple[list[float], str]:
    """Return the inner edges: each band begins where it says, so that "0 to 7, 8 to 14" counts whole days.

    "Up to 7, 8 to 14, more than 14" holds the upper ends instead.
    """
    ends = [[float(n.replace(",", ".")) for n in re.findall(r"\d+(?:[.,]\d+)?", m.group())] for m in run]
    gapped = any(b[0] - a[-1] == 1 for a, b in pairwise(ends))
    if gapped and (run[0]["under"] or ends[-1] == [ends[-2][-1]]):
        return [numbers[-1] for numbers in ends[:-1]], "right"
    return [numbers[0] for numbers in ends[1:]], "left"
