"""Values of the data that a question names: cities, categories, segments, clients, ids, also misspelt.

The index is made from the distinct values of the category columns, which the data room writes down when it
loads. Matching is exact on normalised forms first; what looks like a name and matches nothing is compared
with rapidfuzz.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from crm_copilot.domain import LinkedValue
from crm_copilot.understanding.lexicon import lexicon
from crm_copilot.understanding.text import Token, language_of, plain, tokenize

# Columns whose values are looked for, by how readily: a bare word is a category before it is a city.
LINKED = {
    "products": ("product_category", "product_category_name"),
    "deals": ("business_segment", "lead_type"),
    "leads": ("origin",),
    "customers": ("customer_city",),
    "sellers": ("seller_city",),
    "clients": ("client_name", "account_manager", "industry"),
    "interactions": ("manager",),
}
_CONNECTORS = frozenset({"and", "e", "&", "de", "of", ",", "_", "-", "/", "+", "em"})
_PLACE_BEFORE = re.compile(
    r"\b(?:in|from|to|of|at|em|de|do|da|no|na|para|city of|cidade de|cidade do|cidade|city|near)\s+$"
)
_ID = re.compile(r"\b[0-9a-f]{32}\b")
_FUZZY_FROM = 5
# Values that are no names: "other categories" does not mean the segment "other".
_NO_NAMES = frozenset({"other", "unknown", "others", "not_defined", "display", "social", "email", "referral"})
IdFinder = Callable[[str], tuple[str, str] | None]


@dataclass(frozen=True, slots=True)
class Value:
    """A distinct value of a column and how many rows have it."""

    table: str
    column: str
    value: str
    count: int


class ValueIndex:
    """Finds values of the data in a question."""

    def __init__(
        self,
        values: Mapping[str, Mapping[str, Mapping[str, int]]],
        translations: Mapping[str, str] | None = None,
        find_id: IdFinder | None = None,
    ) -> None:
        self._translations = translations or {}
        self._find_id = find_id
        self._exact: dict[tuple[str, ...], list[Value]] = defaultdict(list)
        self._by_word: dict[str, list[Value]] = defaultdict(list)
        for value in _values(values):
            key = _form(value.value)
            if key:
                self._exact[key].append(value)
            if value.column in ("product_category", "business_segment", "product_category_name"):
                for word in set(key):
                    self._by_word[word].append(value)
        self._names = {" ".join(key): found for key, found in self._exact.items() if len("".join(key)) >= _FUZZY_FROM}

    def link(self, question: str) -> list[LinkedValue]:
        """Return the values that the question names, longest first where they overlap."""
        tokens = tokenize(question, language_of(question))
        found = [*self._ids(question), *self._by_exact(question, tokens)]
        found += self._by_one_word(question, tokens, found)
        found += self._by_likeness(question, tokens, found)
        return found

    def _ids(self, question: str) -> Iterable[LinkedValue]:
        for match in _ID.finditer(question.lower()):
            place = self._find_id(match.group()) if self._find_id else None
            if place:
                yield LinkedValue(match.group(), *place, match.group(), 1.0, match.start(), match.end())

    def _by_exact(self, question: str, tokens: Sequence[Token]) -> Iterable[LinkedValue]:
        for start in range(len(tokens)):
            for end in range(min(len(tokens), start + 8), start, -1):
                key = tuple(t.key for t in tokens[start:end] if t.key not in _CONNECTORS)
                edges = tokens[start].key in _CONNECTORS or tokens[end - 1].key in _CONNECTORS
                values = () if edges else self._exact.get(key, ())
                if values:
                    score = self._trust(question, tokens, start, end, values)
                    yield from self._linked(question, tokens, start, end, values, score)

    def _trust(self, question: str, tokens: Sequence[Token], start: int, end: int, values: Sequence[Value]) -> float:
        """How surely these words are meant as a name: many a city's name is a common word."""
        if any(v.column not in ("customer_city", "seller_city") for v in values):
            return 1.0
        before = plain(question[: tokens[start].start])
        placed = bool(_PLACE_BEFORE.search(before))
        text = question[tokens[start].start : tokens[end - 1].end]
        capital = text[:1].isupper() and tokens[start].start > 0
        known = lexicon().senses(text)
        if end - start == 1 and known:
            return 0.6 if capital and placed else 0.0
        if end - start > 1:
            return 1.0 if not known else 0.5
        return 1.0 if placed and capital else 0.9 if placed and len(text) > 4 else 0.8 if capital else 0.0

    def _by_one_word(
        self, question: str, tokens: Sequence[Token], found: Sequence[LinkedValue]
    ) -> Iterable[LinkedValue]:
        """Read one word of a category's name as that category: "watches" for watches_gifts."""
        for index, token in enumerate(tokens):
            values = self._by_word.get(token.key, [])
            taken = any(
                link.start < token.end and token.start < link.end and link.column != "business_segment"
                for link in found
            )
            if not values or taken or len(token.key) < 4 or lexicon().senses(token.text):
                continue
            yield from self._linked(question, tokens, index, index + 1, values, 0.75)

    def _by_likeness(
        self, question: str, tokens: Sequence[Token], found: Sequence[LinkedValue]
    ) -> Iterable[LinkedValue]:
        for start, end in _unknown_names(question, tokens, found):
            text = " ".join(t.key for t in tokens[start:end])
            near = process.extractOne(text, self._names.keys(), scorer=fuzz.ratio, score_cutoff=84)
            if near:
                yield from self._linked(question, tokens, start, end, self._names[near[0]], near[1] / 100 - 0.15)

    def _linked(
        self, question: str, tokens: Sequence[Token], start: int, end: int, values: Sequence[Value], score: float
    ) -> Iterable[LinkedValue]:
        if score <= 0:
            return
        first, last = tokens[start].start, tokens[end - 1].end
        for value in sorted(values, key=lambda v: -v.count):
            table, column, shown = value.table, value.column, value.value
            if column == "product_category_name":
                column, shown = "product_category", self._translations.get(shown, shown)
            yield LinkedValue(question[first:last], table, column, shown, score, first, last)


def _values(values: Mapping[str, Mapping[str, Mapping[str, int]]]) -> Iterable[Value]:
    for table, columns in LINKED.items():
        for column in columns:
            for value, count in values.get(table, {}).get(column, {}).items():
                if len(value) > 2 and plain(value) not in _NO_NAMES:
                    yield Value(table, column, value, count)


def _form(text: str) -> tuple[str, ...]:
    return tuple(t.key for t in tokenize(text.replace("_", " ")) if t.key not in _CONNECTORS)


def _unknown_names(question: str, tokens: Sequence[Token], found: Sequence[LinkedValue]) -> Iterable[tuple[int, int]]:
    """Yield runs of words that look like a name: capital letters or after a place word, and no known word."""
    index = 0
    while index < len(tokens):
        end = index
        while end < len(tokens) and _unknown(question, tokens, end, found):
            end += 1
        if end > index and sum(len(t.text) for t in tokens[index:end]) >= _FUZZY_FROM:
            yield index, end
        index = max(end, index + 1)


def _unknown(question: str, tokens: Sequence[Token], index: int, found: Sequence[LinkedValue]) -> bool:
    token = tokens[index]
    if not token.is_word or len(token.text) < 3:
        return False
    named = (token.text[:1].isupper() and token.start > 0) or bool(_PLACE_BEFORE.search(plain(question[: token.start])))
    if not named and not any(
        token.start == t.start and index and tokens[index - 1].text[:1].isupper() for t in (token,)
    ):
        return False
    taken = any(link.start < token.end and token.start < link.end for link in found)
    return not taken and not lexicon().senses(token.text)
