"""Numbers as the asker writes them."""

from __future__ import annotations

from typing import Any

import pytest

from crm_copilot.respond.numbers import show


@pytest.mark.parametrize(
    ("value", "unit", "english", "portuguese"),
    [
        (1234.5, "BRL", "R$ 1,234.50", "R$ 1.234,50"),
        (-3, "BRL", "R$ -3.00", "R$ -3,00"),
        (99441, None, "99,441", "99.441"),
        (2017, "year", "2017", "2017"),
        (2017.0, "year", "2017", "2017"),
        (12.345, "days", "12.35 days", "12,35 dias"),
        (2.0, "hours", "2 hours", "2 horas"),
        (7.123, "percent", "7.12 %", "7,12 %"),
        (0.00123, None, "0.0012", "0,0012"),
        (None, "BRL", "—", "—"),
        (True, None, "yes", "sim"),
        (False, None, "no", "não"),
        ("health_beauty", None, "health beauty", "health beauty"),
    ],
)
def test_a_value_is_shown_in_both_languages(value: Any, unit: str | None, english: str, portuguese: str) -> None:
    assert show(value, unit, "en") == english
    assert show(value, unit, "pt") == portuguese
    assert show(value, unit, "zh") == english, "a language that is not written is answered in English"
