"""Every word and phrase that means something here, and where they stand in a question.

A *mention* is a stretch of the question that a phrase covers. Where phrases overlap, the cover with the longest
phrases wins, so "late delivery rate" is one metric and not a predicate, a thing and a share.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from crm_copilot.understanding.cover import best_cover
from crm_copilot.understanding.phrases import Phrase, phrases
from crm_copilot.understanding.senses import Mention, Sense
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


class _Text(NamedTuple):
    """The tokens of a question, their keys corrected, and its language."""

    tokens: Sequence[Token]
    keys: Sequence[str]
    language: Language

    def mention(self, start: int, end: int, senses: tuple[Sense, ...], agg: str | None = None) -> Mention:
        """Return the mention that covers the tokens from `start` to `end`."""
        text = " ".join(token.text for token in self.tokens[start:end])
        fuzzy = any(self.keys[i] != self.tokens[i].key for i in range(start, end))
        return Mention(start, end, senses, text, fuzzy, {"agg": agg} if agg else {})


_EACH = frozenset("per each every by an the our".split())
_RATED = frozenset("cancellation late lateness delay repeat conversion response delivery delivered return".split())
_OWNERS = frozenset(("customer", "seller"))
# What may stand in a phrase where an article may: "before their estimated date".
_POSSESSIVES = frozenset("their its his her seu sua seus suas".split())
_PLACES = frozenset(("state", "city", "region", "zip"))


def _cuts(text: _Text, at: int, read: Key) -> bool:
    """Whether a phrase would cut "customer state" in two: "orders per customer | state"."""
    if read == ("average", "order") and text.tokens[at].text.casefold() == "orders":
        return True  # "average orders per month" are counted
    if read == ("account", "for") and at > 1 and text.keys[at - 2] in _EACH:
        return True  # "spend per account for Eva" takes no share
    before = text.keys[at - len(read)] if at >= len(read) else ""
    if read[0] == "rate" and before in _RATED:
        return True  # "cancellation rate | of sellers"
    owner = len(read) > 1 and read[-1] in _OWNERS and at + 1 < len(text.keys)
    return owner and text.keys[at + 1] in _PLACES


class Lexicon:
    """All phrases by key and language; `mentions` finds them in a question."""

    def __init__(self, known: Iterable[Phrase]) -> None:
        found: dict[Language, dict[Key, list[Sense]]] = {"en": {}, "pt": {}, "zh": {}}
        for phrase, language, sense in known:
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
        return tuple(sorted([*best_cover(len(tokens), free), *taken], key=lambda m: m.start))

    def _candidates(self, tokens: Sequence[Token], language: Language) -> Iterable[Mention]:
        text = _Text(tokens, [self.speller.correct(token) for token in tokens], language)
        for start in range(len(tokens)):
            yield from self._from(text, start, start, (), None)

    def _from(self, text: _Text, start: int, at: int, read: Key, agg: str | None) -> Iterable[Mention]:
        """Yield the mentions that begin at `start`, having `read` so many keys up to `at`.

        Articles count for nothing, and Portuguese puts the aggregation inside the phrase ("tempo médio de entrega").
        """
        if at == len(text.tokens) or len(read) == self._longest:
            return
        key = text.keys[at]
        if is_article(text.tokens[at], text.language):
            if read:
                yield from self._from(text, start, at + 1, read, agg)
            elif senses := self._senses((key,), text.language):
                yield text.mention(start, at + 1, senses)
            return
        if read and key in _POSSESSIVES:
            yield from self._from(text, start, at + 1, read, agg)
        longer = (*read, key)
        senses = self._senses(longer, text.language)
        if senses and (agg is None or senses[0].kind in ("quantity", "metric")) and not _cuts(text, at, longer):
            yield text.mention(start, at + 1, senses, agg)
        if longer in self._beginnings:
            yield from self._from(text, start, at + 1, longer, agg)
        if read and agg is None and key in _INSIDE:
            yield from self._from(text, start, at + 1, read, _INSIDE[key])


@cache
def lexicon() -> Lexicon:
    """Return the lexicon of the catalog and of `words.toml`."""
    return Lexicon(phrases())
