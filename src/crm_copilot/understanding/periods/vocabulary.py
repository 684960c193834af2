"""The words of dates: months, ordinals, counts and units, in the plain form of three languages."""

from __future__ import annotations

from crm_copilot.understanding.periods.found import Unit

_MONTH_NAMES = (
    "january jan janeiro", "february feb fevereiro fev", "march mar marco", "april apr abril abr", "may maio mai",
    "june jun junho", "july jul julho", "august aug agosto ago", "september sep sept setembro set",
    "october oct outubro out", "november nov novembro", "december dec dezembro dez",
)  # fmt: skip
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
# Short names that are also common words count as months only beside a year.
WORDS_TOO = frozenset(
    "may mar set out sep mai ago dec oct march jan jun jul nov dez abr apr fev feb aug".split()
)  # fmt: skip
# Of those the ones that are words of every day: a year elsewhere in the question makes them no month.
WORDS_FIRST = frozenset("may set out ago dez".split())
# Portuguese months that are words of English.
NOT_IN_ENGLISH = frozenset({"set", "out", "ago"})
ORDINALS = {
    **dict.fromkeys("first 1st primeiro primeira 1o 1a 1 一 上".split(), 1),
    **dict.fromkeys("second 2nd segundo segunda 2o 2a 2 二 下".split(), 2),
    **dict.fromkeys("third 3rd terceiro terceira 3o 3a 3 三".split(), 3),
    **dict.fromkeys("fourth 4th quarto quarta 4o 4a 4 四 last".split(), 4),
}
_COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10, "twelve": 12,
    "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6, "dez": 10, "doze": 12,
    "一": 1, "两": 2, "三": 3, "六": 6, "半": 6,
}  # fmt: skip
_UNITS: dict[str, Unit] = {
    "day": "day", "dia": "day", "天": "day", "日": "day", "week": "week", "semana": "week", "周": "week",
    "month": "month", "mes": "month", "meses": "month", "个月": "month", "月": "month",
    "quarter": "quarter", "trimestre": "quarter", "季度": "quarter", "semester": "half", "semestre": "half",
    "year": "year", "ano": "year", "年": "year",
}  # fmt: skip


def count_of(word: str, default: int) -> int:
    """Return a number written in digits or as a word."""
    return int(word) if word.isdigit() else _COUNTS.get(word, default)


def unit_of(word: str) -> Unit:
    """Return the unit that a word names, in singular or plural."""
    return _UNITS.get(word) or _UNITS.get(word.rstrip("s")) or _UNITS[word.removesuffix("es")]
