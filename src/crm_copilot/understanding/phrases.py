"""Every phrase that means something here: from the catalog, and from `words.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import cast

from crm_copilot.catalog import entities, fields, metrics
from crm_copilot.understanding.senses import Sense
from crm_copilot.understanding.text import Language

Phrase = tuple[str, Language, Sense]

_OF = re.compile(r" (?:de|do|da|dos|das) ")


def phrases() -> Iterable[Phrase]:
    """Yield every phrase with its language and a sense of it."""
    yield from _catalog_phrases()
    yield from _operator_phrases()


def _catalog_phrases() -> Iterable[Phrase]:
    for metric in metrics().values():
        yield from _spread(metric.words, Sense("metric", metric.name))
    for field in fields().values():
        yield from _spread(field.words, Sense(field.kind, field.name))
        for value, value_words in field.values.items():
            yield from _spread(value_words, Sense("value", field.name, value))
    for entity in entities().values():
        yield from _spread(entity.words, Sense("entity", entity.name))


def _operator_phrases() -> Iterable[Phrase]:
    words = tomllib.loads((files(__package__) / "words.toml").read_text("utf-8"))
    for kind, entries in words.items():
        for name, by_language in entries.items():
            value = float(name) if kind == "number" else None
            yield from _spread(by_language, Sense(kind, name, value))


def _spread(by_language: Mapping[str, Sequence[str]], sense: Sense) -> Iterable[Phrase]:
    for language, spelt in by_language.items():
        for phrase in spelt:
            yield phrase, cast(Language, language), sense
            if language == "pt" and sense.kind in ("quantity", "dimension", "metric") and _OF.search(phrase):
                yield _OF.sub(" ", phrase), "pt", sense  # as people type keywords: "tempo entrega", "forma pagamento"
