"""When two cells are the same: numbers by tolerance, labels by their letters, dates in any spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

_STATES = {
    "acre": "ac", "alagoas": "al", "amazonas": "am", "amapa": "ap", "bahia": "ba", "ceara": "ce",
    "distritofederal": "df", "espiritosanto": "es", "goias": "go", "maranhao": "ma", "minasgerais": "mg",
    "matogrossodosul": "ms", "matogrosso": "mt", "para": "pa", "paraiba": "pb", "pernambuco": "pe", "piaui": "pi",
    "parana": "pr", "riodejaneiro": "rj", "riograndedonorte": "rn", "rondonia": "ro", "roraima": "rr",
    "riograndedosul": "rs", "santacatarina": "sc", "sergipe": "se", "saopaulo": "sp", "tocantins": "to",
}  # fmt: skip
_WORDS = {
    "southeast": "sudeste", "south": "sul", "northeast": "nordeste", "north": "norte", "centralwest": "centrooeste",
    "midwest": "centrooeste", "segunda": "monday", "terca": "tuesday", "quarta": "wednesday", "quinta": "thursday",
    "sexta": "friday", "sabado": "saturday", "domingo": "sunday", "segundafeira": "monday", "tercafeira": "tuesday",
    "quartafeira": "wednesday", "quintafeira": "thursday", "sextafeira": "friday", "cancelled": "canceled", "true": "1",
    "false": "0", "madrugada": "dawn", "manha": "morning", "tarde": "afternoon", "noite": "night",
}  # fmt: skip
_MONTHS = "january february march april may june july august september october november december".split()
RELATIVE = 0.005


def letters(value: Any) -> str:
    """Return a label without case, accents, blanks and signs."""
    plain = unicodedata.normalize("NFKD", str(value)).casefold()
    return "".join(c for c in plain if c.isalnum())


def key(value: Any, aliases: Mapping[str, Sequence[str]] | None = None, column: str = "") -> str:
    """Return a key in the form in which equal keys are equal; `aliases` are the words for each label of its column."""
    if aliases and (label := _label(value, aliases, column)):
        return letters(label)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (int, float)):
        return f"{value:g}"
    text = str(value).strip()
    if found := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?", text):
        return "-".join(found.groups())
    if found := re.fullmatch(r"(\d{4})[-/ ]?Q(\d)|Q(\d)[-/ ]?(\d{4})", text):
        year, quarter = (found[1], found[2]) if found[1] else (found[4], found[3])
        return f"{year}q{quarter}"
    plain = letters(text)
    if plain in _MONTHS:
        return str(_MONTHS.index(plain) + 1)
    return _WORDS.get(plain, _STATES.get(plain, plain))


def _label(value: Any, aliases: Mapping[str, Sequence[str]], column: str) -> str | None:
    """Return the label that a cell is another word for; of two, yes and no are told by the name of their column."""
    plain = letters(value)
    known = {label: {letters(label), *map(letters, words)} for label, words in aliases.items()}
    if found := next((label for label, words in known.items() if plain in words), None):
        return found
    if not isinstance(value, bool) or len(known) != 2:
        return None
    name = letters(column)
    named = [label for label, words in known.items() if any(len(word) > 3 and word in name for word in words)]
    return next(label for label in known if (label == named[0]) is value) if len(named) == 1 else None


def number(value: Any) -> float | None:
    """Return a cell as a number, None when it is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value)
    found = re.fullmatch(r"(?:R\$)?\s*(-?[\d.,]*\d)\s*%?", str(value).strip())
    if not found:
        return None
    try:
        return float(found[1].replace(",", ""))
    except ValueError:
        return None


def same(gold: Any, given: Any, percent: bool = False) -> bool:
    """Whether a cell of an answer is the gold's: integers exactly, other numbers within half a percent."""
    expected = number(gold)
    if expected is None:
        return key(gold) == key(given)
    found = number(given)
    if found is None:
        return False
    if percent and abs(expected) > 1 and _near(expected, found * 100):
        return True
    if isinstance(gold, int) and not percent:
        return found == expected
    return _near(expected, found)


def _near(expected: float, found: float) -> bool:
    return abs(expected - found) <= max(RELATIVE * abs(expected), 1e-6)
