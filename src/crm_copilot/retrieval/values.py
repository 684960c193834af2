"""Values of the data that a question names: cities, categories, segments, clients, ids, also misspelt.

The index is made from the distinct values of the category columns, which the data room writes down when it
loads. Matching is exact on normalised forms first; what looks like a name (`names.py`) and matches nothing is
compared with rapidfuzz.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from crm_copilot.domain import LinkedValue
from crm_copilot.retrieval.names import PARTICLES, PLACE_BEFORE, is_named, name_runs
from crm_copilot.understanding.chatter import spans
from crm_copilot.understanding.lexicon import lexicon
from crm_copilot.understanding.mentions import PLACED
from crm_copilot.understanding.ordinary import is_ordinary
from crm_copilot.understanding.parties import Parties
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
_CONNECTORS = frozenset({"and", "e", "&", "of", ",", "_", "-", "/", "+", "em"}) | PARTICLES
_ID = re.compile(r"\b[0-9a-f]{32}\b")
_FUZZY_FROM = 5  # letters; shorter names are like too many others
_LIKE = 84
_LONGER = 1  # letters that a misspelt word may have more or fewer: "cadastro" is no Castro
# Values that are no names: "other categories" does not mean the segment "other".
# A word before these is no value: "VIP gift list: which customers ..."
_TITLED = re.compile(r"\b\w+(?= (?:list|card|idea|report)s?\b)", re.IGNORECASE)
_NO_NAMES = frozenset({"other", "unknown", "others", "not_defined", "display", "social", "email", "referral"})
# Cities whose names the lexicon knows as something else, and what stands before them there.
_ALSO_PLACES, _IN = frozenset({"contagem", "natal"}), frozenset({"in", "from", "em", "around", "near"})
# From how many letters and rows on a word that nothing marks as a place is a city; cities that are common words too.
_CITY_FROM, _KNOWN = 5, 15
_COMMON = frozenset("vitoria palmas cruzeiro bonito franca colina serra salto central formosa estrela alegre".split())
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
                for word in {*key, *map(_sold_there, key)}:
                    self._by_word[word].append(value)
        people = {
            *values.get("clients", {}).get("account_manager", ()),
            *values.get("interactions", {}).get("manager", ()),
        }
        self._parties = Parties(sorted(people), sorted(values.get("clients", {}).get("client_name", ())))
        self._names = {" ".join(key): found for key, found in self._exact.items() if len("".join(key)) >= _FUZZY_FROM}

    def link(self, question: str) -> list[LinkedValue]:
        """Return the values that the question names, longest first where they overlap."""
        tokens = tokenize(question, language_of(question))
        found = [*self._ids(question), *self._by_exact(question, tokens)]
        found += self._by_one_word(question, tokens, found)
        found += self._by_likeness(question, tokens, found)
        idle = spans(question)
        idle = [*idle, *(title.span() for title in _TITLED.finditer(question))]
        said = (link for link in found if not any(a < link.end and link.start < b for a, b in idle))
        return [*said, *self._parties.links(question)]

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
        placed = bool(PLACE_BEFORE.search(before))
        text = question[tokens[start].start : tokens[end - 1].end]
        capital = text[:1].isupper() and tokens[start].start > 0
        known = lexicon().senses(text)
        if end - start == 1 and known:
            return PLACED if _stands_for_a_place(tokens, start) else 0.6 if capital and placed else 0.0
        if end - start > 1:
            return 1.0 if not known else 0.5
        if placed and capital:
            return 1.0
        if placed and len(text) > 4:
            return 0.9
        return 0.8 if capital or _is_a_city(text, values) else 0.0

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
            segment = any(link.start == token.start for link in found)  # "pet" of deals, and of the pet shop
            short = len(token.key) < 4 and not segment
            if not values or taken or short or lexicon().senses(token.text):
                continue
            yield from self._linked(question, tokens, index, index + 1, values, 0.75)

    def _by_likeness(
        self, question: str, tokens: Sequence[Token], found: Sequence[LinkedValue]
    ) -> Iterable[LinkedValue]:
        for start, end in name_runs(question, tokens, found):
            yield from self._likest(question, tokens, start, end)

    def _likest(self, question: str, tokens: Sequence[Token], start: int, end: int) -> Iterable[LinkedValue]:
        """Link the most words of a run that are like a name; what stands around them is no part of it."""
        spans = [(i, j) for i in range(start, end) for j in range(i + 1, end + 1) if is_named(question, tokens[i])]
        for i, j in sorted(spans, key=lambda span: span[0] - span[1]):
            text = " ".join(t.key for t in tokens[i:j] if t.key not in _CONNECTORS)
            near = process.extractOne(text, self._names.keys(), scorer=fuzz.ratio, score_cutoff=_LIKE)
            if near and len(text) >= _FUZZY_FROM and abs(len(near[0]) - len(text)) <= _LONGER + text.count(" "):
                yield from self._linked(question, tokens, i, j, self._names[near[0]], near[1] / 100 - 0.15)
                return

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


def _is_a_city(text: str, values: Sequence[Value]) -> bool:
    """Whether a word where every word is written so ("Campinas against ...", "campinas vs jundiai") names a city.

    At the beginning of a question it is written like any other; without a capital it must be a city that many know.
    """
    if is_ordinary(text.casefold()) or plain(text) in _COMMON:
        return False
    if text[:1].isupper():
        return len(text) >= _CITY_FROM
    return len(text) > _CITY_FROM and sum(value.count for value in values) >= _KNOWN


def _stands_for_a_place(tokens: Sequence[Token], at: int) -> bool:
    """Whether a common word stands where only a place can: "orders in contagem", but not "em contagem de pedidos"."""
    before = tokens[at - 1].text.casefold() if at else ""
    behind = tokens[at + 1].key if at + 1 < len(tokens) else ""
    return tokens[at].key in _ALSO_PLACES and before in _IN and behind not in ("of", "de")


def _values(values: Mapping[str, Mapping[str, Mapping[str, int]]]) -> Iterable[Value]:
    for table, columns in LINKED.items():
        for column in columns:
            for value, count in values.get(table, {}).get(column, {}).items():
                if len(value) > 2 and plain(value) not in _NO_NAMES:
                    yield Value(table, column, value, count)


def _sold_there(word: str) -> str:
    """Return what a kind of shop sells: "perfume" of "perfumery" and of "perfumaria"."""
    return next((word.removesuffix(end) + "e" for end in ("ery", "aria") if word.endswith(end)), word)


def _form(text: str) -> tuple[str, ...]:
    return tuple(t.key for t in tokenize(text.replace("_", " ")) if t.key not in _CONNECTORS)
