"""Names of days and periods as the asker's language writes them: "November 2017" is "novembro de 2017"."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal

_MONTHS = dict(zip(
    "January February March April May June July August September October November December".split(),
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split(), strict=True,
))  # fmt: skip
_DAYS = dict(zip(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo".split(), strict=True,
))  # fmt: skip
_UNITS = {"day": "dia", "week": "semana", "month": "mês", "quarter": "trimestre", "year": "ano"}
_PLURALS = {"mês": "meses"}
_NAMES = re.compile(rf"(?<!Black )\b(?:{'|'.join((*_MONTHS, *_DAYS))})\b")
_LAST = re.compile(r"\bthe last (\d+) (day|week|month|quarter|year)s?\b")
_WORDS = (
    (re.compile(r"\bthe week of "), "a semana de "), (re.compile(r"\bsince "), "desde "),
    (re.compile(r"\bbefore "), "antes de "), (re.compile(r"\bafter "), "depois de "),
    (re.compile(r"\buntil "), "até "), (re.compile(r"\(to "), "(até "), (re.compile(r" to "), " a "),
    (re.compile(r"\bQ([1-4])\b"), r"\1º trimestre de"), (re.compile(r"\bH([12])\b"), r"\1º semestre de"),
)  # fmt: skip


DATES = {
    "order_delivered_customer_date": {"en": "delivery date", "pt": "data de entrega"},
    "order_estimated_delivery_date": {"en": "estimated delivery date", "pt": "data estimada de entrega"},
    "order_approved_at": {"en": "approval date", "pt": "data de aprovação"},
    "order_delivered_carrier_date": {"en": "date of hand-over to the carrier", "pt": "data de envio"},
    "review_creation_date": {"en": "date of the review", "pt": "data da avaliação"},
}
"""Dates of a row that a plan can be dated by, as answers call them."""


def period_label(start: date, end: date) -> str:
    """Return the English name of the days from `start` up to, not including, `end`."""
    after = [date(start.year + (start.month + n - 1) // 12, (start.month + n - 1) % 12 + 1, 1) for n in (1, 3, 6, 12)]
    if start.day == 1 and end in after:
        unit = after.index(end)
        if unit == 0:
            return f"{start:%B %Y}"
        if (start.month - 1) % (3, 6, 12)[unit - 1] == 0:
            return (f"Q{start.month // 3 + 1} {start.year}", f"H{start.month // 6 + 1} {start.year}", str(start.year))[
                unit - 1
            ]
    last = end - timedelta(1)
    return start.isoformat() if last == start else f"{start} to {last}"


def dated(label: str, language: Literal["en", "pt"]) -> str:
    """Return the label of a period, or the name of a weekday, in a language."""
    if language == "en":
        return label
    label = _LAST.sub(lambda found: f"nos últimos {found[1]} {_several(_UNITS[found[2]])}", label)
    for pattern, words in _WORDS:
        label = pattern.sub(words, label)
    label = re.sub(rf"({_NAMES.pattern}) (\d{{4}})(?!-)", r"\1 de \2", label)
    return _NAMES.sub(lambda found: _MONTHS.get(found[0]) or _DAYS[found[0]], label)


def _several(unit: str) -> str:
    return _PLURALS.get(unit, f"{unit}s")
