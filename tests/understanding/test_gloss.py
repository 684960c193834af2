from __future__ import annotations

from crm_copilot.understanding.gloss import gloss
from understanding.asking import CALENDAR


def test_english_stays_as_it_is() -> None:
    assert gloss("orders by state", [], CALENDAR) == "orders by state"


def test_portuguese_is_said_in_the_words_of_the_catalog() -> None:
    said = gloss("média do prazo de entrega por estado em 2018", [], CALENDAR)
    assert "average" in said
    assert "delivery" in said
    assert "state" in said
    assert "2018" in said


def test_what_is_not_known_at_all_stays() -> None:
    assert gloss("não sei", [], CALENDAR)
