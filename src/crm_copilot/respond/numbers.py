"""Numbers as the asker writes them: R$ 1,234.50 in English, R$ 1.234,50 in Portuguese."""

from __future__ import annotations

from typing import Any

_SUFFIX = {
    "days": {"en": " days", "pt": " dias"}, "hours": {"en": " hours", "pt": " horas"}, "g": {"en": " g", "pt": " g"},
    "cm": {"en": " cm", "pt": " cm"}, "cm3": {"en": " cm³", "pt": " cm³"}, "km": {"en": " km", "pt": " km"},
    "characters": {"en": " characters", "pt": " caracteres"}, "percent": {"en": " %", "pt": " %"},
}  # fmt: skip


def show(value: Any, unit: str | None, language: str) -> str:
    """Return a value with its unit."""
    tongue = "pt" if language == "pt" else "en"
    if value is None:
        return "—"
    if isinstance(value, bool):
        return {"en": ("no", "yes"), "pt": ("não", "sim")}[tongue][value]
    if not isinstance(value, (int, float)):
        return str(value).replace("_", " ")
    if unit == "year":
        return f"{value:.0f}"
    if unit == "BRL":
        return f"R$ {_number(value, 2, tongue)}"
    return f"{_number(value, _decimals(value), tongue)}{_SUFFIX.get(unit or '', {}).get(tongue, '')}"


def _decimals(value: float) -> int:
    if isinstance(value, int) or float(value).is_integer():
        return 0
    return 2 if abs(value) >= 1 else 4


def _number(value: float, decimals: int, language: str) -> str:
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "pt" else text
