from __future__ import annotations

import pytest

from crm_copilot.understanding.text import clean, key_of, language_of, phrase_key, plain, tokenize


@pytest.mark.parametrize(
    ("word", "key"),
    [("Orders", "order"), ("categories", "category"), ("entregas", "entrega"), ("avaliações", "avaliacao"),
     ("business", "business"), ("status", "status"), ("customer's", "customer"), ("boxes", "box")],
)  # fmt: skip
def test_a_key_is_plain_and_singular(word: str, key: str) -> None:
    assert key_of(word) == key


def test_portuguese_contractions_are_one() -> None:
    assert phrase_key("tempo da entrega", "pt") == phrase_key("tempo de entrega", "pt")


def test_articles_do_not_count() -> None:
    assert phrase_key("the number of the orders") == phrase_key("number of orders")


def test_tokens_know_their_place() -> None:
    text = "R$ 1.500,50 in São Paulo"
    for token in tokenize(text):
        assert clean(text)[token.start : token.end] == token.text
    assert [t.text for t in tokenize(text) if t.is_number] == ["1.500,50"]


def test_each_chinese_character_is_a_token() -> None:
    assert [token.text for token in tokenize("订单数")] == ["订", "单", "数"]


def test_cleaning_keeps_the_length() -> None:
    for text in ("“quoted” – dash", "order_items.price -> total", "a\tb\nc"):
        assert len(clean(text)) == len(text)


def test_plain_has_no_accents_and_no_case() -> None:
    assert plain("Avaliação MÉDIA") == "avaliacao media"


@pytest.mark.parametrize(
    ("text", "language"),
    [("how many orders", "en"), ("quantos pedidos por mês", "pt"), ("每月订单数", "zh"), ("orders", "en")],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language
