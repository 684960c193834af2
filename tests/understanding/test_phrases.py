from __future__ import annotations

from crm_copilot.catalog import entities, fields, metrics
from crm_copilot.understanding.phrases import phrases


def test_everything_in_the_catalog_that_has_words_can_be_said() -> None:
    said = {(sense.kind, sense.name) for _, _, sense in phrases()}
    assert {("metric", m.name) for m in metrics().values() if m.words} <= said
    assert {("entity", e.name) for e in entities().values() if e.words} <= said
    assert {(f.kind, f.name) for f in fields().values() if f.words} <= said


def test_numbers_in_words_have_their_value() -> None:
    values = {phrase: sense.value for phrase, language, sense in phrases() if sense.kind == "number"}
    assert (values["two"], values["dez"]) == (2.0, 10.0)


def test_words_are_there_in_both_languages() -> None:
    for kind in ("agg", "order", "compare", "transform", "grain"):
        spoken = {language for _, language, sense in phrases() if sense.kind == kind}
        assert {"en", "pt"} <= spoken, kind


def test_portuguese_keywords_do_without_their_prepositions() -> None:
    said = {(phrase, sense.kind, sense.name) for phrase, language, sense in phrases() if language == "pt"}
    assert {("tempo de entrega", "quantity", "delivery_days"), ("tempo entrega", "quantity", "delivery_days")} <= said
    assert ("forma pagamento", "dimension", "payment_type") in said


def test_operators_keep_theirs() -> None:
    compared = {phrase for phrase, language, sense in phrases() if (language, sense.kind) == ("pt", "compare")}
    assert "mais de" in compared
    assert "mais" not in compared
