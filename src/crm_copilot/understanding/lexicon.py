"""Every word and phrase that means something here, and where they stand in a question.

The phrases come from the catalog (fields, things, metrics, words for values) and from `words.toml`. A *mention*
is a stretch of the question that one of them covers. Where phrases overlap, the cover with the longest phrases
wins, so "late delivery rate" is one metric and not a predicate, a thing and a share.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from functools import cache
from importlib.resources import files
from typing import Any, cast

from crm_copilot.catalog import entities, fields, metrics
from crm_copilot.understanding.spelling import Speller
from crm_copilot.understanding.text import Language, Token, is_article, phrase_key

Key = tuple[str, ...]

# When one phrase has several meanings, readers take them in this order.
_RANK = {
    "metric": 0, "quantity": 1, "predicate": 2, "dimension": 3, "entity": 4, "value": 2, "adjective": 1, "scope": 1,
}  # fmt: skip
# Aggregations that Portuguese puts between the words of a phrase.
_INSIDE = {
    "medio": "mean", "media": "mean", "mediano": "median", "mediana": "median", "total": "sum", "maximo": "max",
    "maxima": "max", "minimo": "min", "minima": "min",
}  # fmt: skip
# How much a phrase of one word of this kind is worth when phrases compete for the same words.
_WEIGHT = {"filler": 0.55, "which": 0.9, "with": 0.85, "no": 0.9, "list": 0.9, "number": 0.9}

_OF = re.compile(r" (?:de|do|da|dos|das) ")
_COUNTING = re.compile(
    r"(?:number|count|volume|quantidade|numero|número|qtde?|qtd|no\.?|nº) (?:of|de|in)"
    r"|.* (?:count|volume)$|.*(?:数|量|数量)$"
)


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of a phrase: `kind` says what sort of word it is, `name` which one."""

    kind: str
    name: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Mention:
    """Tokens `start` to `end` (exclusive) of a question and what they mean, the likeliest sense first."""

    start: int
    end: int
    senses: tuple[Sense, ...]
    text: str
    fuzzy: bool = False
    data: Mapping[str, Any] = default(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind of the likeliest sense."""
        return self.senses[0].kind

    @property
    def name(self) -> str:
        """The name of the likeliest sense."""
        return self.senses[0].name

    @property
    def value(self) -> Any:
        """The value of the likeliest sense."""
        return self.senses[0].value

    def sense(self, *kinds: str) -> Sense | None:
        """Return the likeliest sense of one of these kinds."""
        return next((sense for sense in self.senses if sense.kind in kinds), None)

    @property
    def counts(self) -> bool:
        """Whether a thing is named with its number: "number of orders", "order count"."""
        return bool(_COUNTING.match(self.text.casefold()))


class Lexicon:
    """All phrases by key and language; `mentions` finds them in a question."""

    def __init__(self, phrases: Iterable[tuple[str, Language, Sense]]) -> None:
        found: dict[Language, dict[Key, list[Sense]]] = {"en": {}, "pt": {}, "zh": {}}
        for phrase, language, sense in phrases:
            senses = found[language].setdefault(phrase_key(phrase, language), [])
            if sense not in senses:
                senses.append(sense)
        self._phrases = {
            language: {key: tuple(sorted(s, key=lambda x: _RANK.get(x.kind, 5))) for key, s in entries.items()}
            for language, entries in found.items()
        }
        keys = [key for entries in self._phrases.values() for key in entries]
        self._longest = max(len(key) for key in keys)
        self._beginnings = {key[:size] for key in keys for size in range(1, len(key) + 1)}
        self.speller = Speller({word for key in keys for word in key})

    def senses(self, phrase: str, language: Language = "en") -> tuple[Sense, ...]:
        """Return the senses of a phrase, () when it has none."""
        return self._senses(phrase_key(phrase, language), language)

    def _senses(self, key: Key, language: Language) -> tuple[Sense, ...]:
        """Look a phrase up in the language of the question first: people mix languages, but own words win."""
        for known in (language, *(other for other in self._phrases if other != language)):
            if senses := self._phrases[known].get(key):
                return senses
        return ()

    def mentions(
        self, tokens: Sequence[Token], language: Language, taken: Sequence[Mention] = (), rivals: Sequence[Mention] = ()
    ) -> tuple[Mention, ...]:
        """Return the best cover of the tokens by phrases.

        Mentions already `taken` (dates) stand firm; `rivals` (numbers, values of the data) compete with the phrases.
        """
        fixed = {index for mention in taken for index in range(mention.start, mention.end)}
        candidates = [*self._candidates(tokens, language), *rivals]
        free = [m for m in candidates if not fixed & set(range(m.start, m.end))]
        return tuple(sorted([*_best_cover(len(tokens), free), *taken], key=lambda m: m.start))

    def _candidates(self, tokens: Sequence[Token], language: Language) -> Iterable[Mention]:
        corrected = [self.speller.correct(token) for token in tokens]
        for start in range(len(tokens)):
            yield from self._from(tokens, corrected, language, start, start, (), None)

    def _from(
        self, tokens: Sequence[Token], corrected: Sequence[str], language: Language, start: int, at: int, keys: Key,
        agg: str | None,
    ) -> Iterable[Mention]:  # fmt: skip
        """Yield the mentions that begin at `start`, having read `keys` up to `at`.

        Articles count for nothing, and Portuguese puts the aggregation inside the phrase ("tempo médio de entrega").
        """
        if at == len(tokens) or len(keys) == self._longest:
            return
        key = corrected[at]
        if is_article(tokens[at], language):
            if keys:
                yield from self._from(tokens, corrected, language, start, at + 1, keys, agg)
            elif senses := self._senses((key,), language):
                yield _mention(tokens, start, at + 1, senses)
            return
        longer = (*keys, key)
        senses = self._senses(longer, language)
        if senses and (agg is None or senses[0].kind in ("quantity", "metric")):
            fuzzy = any(corrected[i] != tokens[i].key for i in range(start, at + 1))
            yield _mention(tokens, start, at + 1, senses, fuzzy, agg)
        if longer in self._beginnings:
            yield from self._from(tokens, corrected, language, start, at + 1, longer, agg)
        if keys and agg is None and key in _INSIDE:
            yield from self._from(tokens, corrected, language, start, at + 1, keys, _INSIDE[key])


def _mention(
    tokens: Sequence[Token],
    start: int,
    end: int,
    senses: tuple[Sense, ...],
    fuzzy: bool = False,
    agg: str | None = None,
) -> Mention:
    text = " ".join(token.text for token in tokens[start:end])
    return Mention(start, end, senses, text, fuzzy, {"agg": agg} if agg else {})


def _best_cover(length: int, candidates: Iterable[Mention]) -> list[Mention]:
    """Choose mentions that do not overlap and together weigh most: long phrases count more than their words."""
    ending: dict[int, list[Mention]] = defaultdict(list)
    for mention in candidates:
        ending[mention.end].append(mention)
    best: list[tuple[float, list[Mention]]] = [(0.0, [])]
    for end in range(1, length + 1):
        score, chosen = best[end - 1]
        for mention in ending[end]:
            with_it = best[mention.start][0] + _weight(mention)
            if with_it > score:
                score, chosen = with_it, [*best[mention.start][1], mention]
        best.append((score, chosen))
    return best[length][1]


def _weight(mention: Mention) -> float:
    words = mention.end - mention.start
    single = max(_WEIGHT.get(sense.kind, 1.0) for sense in mention.senses)
    return single * words + 0.12 * (words - 1) - (0.2 if mention.fuzzy else 0.0)


@cache
def words() -> dict[str, dict[str, Any]]:
    """Return `words.toml`."""
    return tomllib.loads((files(__package__) / "words.toml").read_text("utf-8"))


@cache
def lexicon() -> Lexicon:
    """Return the lexicon of the catalog and of `words.toml`."""
    return Lexicon([*_catalog_phrases(), *_operator_phrases()])


def _catalog_phrases() -> Iterable[tuple[str, Language, Sense]]:
    for metric in metrics().values():
        yield from _spread(metric.words, Sense("metric", metric.name))
    for field in fields().values():
        yield from _spread(field.words, Sense(field.kind, field.name))
        for value, value_words in field.values.items():
            yield from _spread(value_words, Sense("value", field.name, value))
    for entity in entities().values():
        yield from _spread(entity.words, Sense("entity", entity.name))


def _operator_phrases() -> Iterable[tuple[str, Language, Sense]]:
    for kind, entries in words().items():
        for name, by_language in entries.items():
            value = float(name) if kind == "number" else None
            yield from _spread(by_language, Sense(kind, name, value))


def _spread(by_language: Mapping[str, Sequence[str]], sense: Sense) -> Iterable[tuple[str, Language, Sense]]:
    for language, phrases in by_language.items():
        for phrase in phrases:
            yield phrase, cast(Language, language), sense
            if language == "pt" and sense.kind in ("quantity", "dimension", "metric") and _OF.search(phrase):
                yield _OF.sub(" ", phrase), "pt", sense  # as people type keywords: "tempo entrega", "forma pagamento"
