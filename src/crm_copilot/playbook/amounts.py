"""Amounts and stretches of time in words: "150k", "R$ 300.000", "US$ 1.2 million", "three months", "90 days"."""

from __future__ import annotations

import re

_CURRENCY = r"(?:(?:r|us|u|a|c)?\$|usd|brl|eur|gbp|€|£|reais|dollars?|euros?)"
_SCALES = {
    "k": 1e3, "mil": 1e3, "thousand": 1e3, "m": 1e6, "mm": 1e6, "mi": 1e6, "mio": 1e6, "mn": 1e6, "million": 1e6,
    "millions": 1e6, "milhao": 1e6, "milhoes": 1e6, "bn": 1e9, "billion": 1e9, "bilhao": 1e9, "bilhoes": 1e9,
}  # fmt: skip
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
NUMBER = r"\d+(?:[.,]\d+)*"
AMOUNT = rf"(?:{_CURRENCY}\s*)?{NUMBER}(?:\s*(?:{_SCALE})\b)?(?:\s*{_CURRENCY})?"
"""A sum of money, currency and scale left out as people do."""
_AMOUNT = re.compile(rf"(?P<digits>{NUMBER})(?:\s*(?P<scale>{_SCALE})\b)?", re.IGNORECASE)

_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45, "sixty": 60,
    "ninety": 90, "um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6, "nove": 9,
    "dez": 10, "doze": 12, "trinta": 30, "sessenta": 60, "noventa": 90,
}  # fmt: skip
_UNITS = {"day": 1, "dia": 1, "week": 7, "semana": 7, "month": 30, "mes": 30, "quarter": 90, "trimestre": 90,
          "semester": 180, "semestre": 180, "year": 365, "ano": 365}  # fmt: skip
_UNIT = r"days?|dias?|weeks?|semanas?|months?|mes(?:es)?|quarters?|trimestres?|semest(?:er|re)s?|years?|anos?"
_COUNTED = "|".join(sorted(_WORDS, key=len, reverse=True))
SPAN = rf"(?:(?:{NUMBER}|{_COUNTED})[ -]+)?(?:calendar |consecutive |full )?(?:{_UNIT})\b"
"""A stretch of time: "90 days", "three months", "a year"."""
_SPAN = re.compile(rf"(?:(?P<count>{NUMBER}|{_COUNTED})[ -]+)?(?:\w+ )?(?P<unit>{_UNIT})\b")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


def amount(text: str) -> float:
    """Return the number of an amount; raise ValueError when there is none."""
    found = _AMOUNT.search(text.casefold())
    if found is None:
        raise ValueError(f"{text!r} holds no amount")
    return number(found["digits"]) * _SCALES.get(found["scale"] or "", 1.0)


def number(digits: str) -> float:
    """Return a number as people write it: dots and commas group thousands where three digits follow each."""
    if _GROUPED.fullmatch(digits):
        return float(re.sub(r"[.,]", "", digits))
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return float(digits)
    return float(f"{re.sub('[.,]', '', digits[:last])}.{digits[last + 1 :]}")


def days(text: str) -> float:
    """Return a stretch of time in days, months counted as 30; raise ValueError when there is none."""
    found = _SPAN.search(text.casefold())
    if found is None:
        raise ValueError(f"{text!r} is no stretch of time")
    count = found["count"] or "1"
    times = _WORDS[count] if count in _WORDS else number(count)
    unit = next(name for name in _UNITS if found["unit"].startswith(name))
    return times * _UNITS[unit]
