from __future__ import annotations

import pytest

from crm_copilot.understanding.lexicon import Lexicon, lexicon
from crm_copilot.understanding.senses import Mention, Sense
from crm_copilot.understanding.text import Language, tokenize


def said(text: str, language: Language = "en") -> list[tuple[str, str]]:
    return [(m.kind, m.name) for m in lexicon().mentions(tokenize(text, language), language) if m.kind != "filler"]


def test_the_longest_phrase_wins() -> None:
    assert said("late delivery rate") == [("metric", "late_rate")]


@pytest.mark.parametrize(("text", "language"), [("median delivery time", "en"), ("prazo de entrega", "pt")])
def test_phrases_of_the_catalog_are_found(text: str, language: Language) -> None:
    assert ("quantity", "delivery_days") in said(text, language)


def test_portuguese_puts_the_aggregation_inside_the_phrase() -> None:
    (mention,) = lexicon().mentions(tokenize("tempo médio de entrega", "pt"), "pt")
    assert (mention.name, mention.data) == ("delivery_days", {"agg": "mean"})


def test_a_phrase_of_another_language_is_understood() -> None:
    assert ("metric", "revenue") in said("faturamento by state", "en")


def test_what_is_taken_stands_firm() -> None:
    taken = Mention(0, 1, (Sense("period", "day"),), "orders")
    found = lexicon().mentions(tokenize("orders late"), "en", [taken])
    assert found[0] is taken


def test_rivals_compete_with_phrases() -> None:
    unknown = Mention(0, 1, (Sense("value", "customer_city", "osasco"),), "osasco")
    assert lexicon().mentions(tokenize("osasco"), "en", rivals=[unknown]) == (unknown,)
    part = Mention(0, 1, (Sense("value", "customer_city", "late"),), "late")
    assert part not in lexicon().mentions(tokenize("late delivery rate"), "en", rivals=[part])


def test_senses_of_one_phrase_are_ranked() -> None:
    own = Lexicon([("sale", "en", Sense("entity", "order")), ("the sale", "en", Sense("metric", "revenue"))])
    assert [sense.kind for sense in own.senses("sale")] == ["metric", "entity"]
    assert own.senses("nothing") == ()
