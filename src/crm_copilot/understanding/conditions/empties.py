"""Attributes that are empty: "products without weight", "with nothing filled in for photos", "peso não informado"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from crm_copilot.catalog import fields
from crm_copilot.library.plan import Condition
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import clean, plain

# What products may lack, by the words that name it there; elsewhere some of them mean nothing, or something else.
_OF_PRODUCTS = {
    "product_photos_qty": r"photo(?:s|graphs?)?|pictures?|images?|fotos?|imagens?|imagem",
    "product_weight_g": r"weights?|pesos?",
    "product_description_lenght": r"descriptions?|descrica?o(?:es)?|descricoes",
    "product_name_lenght": r"names?|titles?|nomes?|titulos?",
    "product_volume_cm3": r"dimensions?|measurements?|volume|dimensa?o(?:es)?|dimensoes|medidas?",
    "product_length_cm": r"lengths?|comprimentos?",
    "product_height_cm": r"heights?|alturas?",
    "product_width_cm": r"widths?|larguras?",
}
_ALSO = ("deals", "leads")
_FILLED = (
    r"(?:filled[ -]in|filled|recorded|entered|registered|given|set|available|on file|on record|known|specified"
    r"|cadastrad[oa]s?|informad[oa]s?|preenchid[oa]s?|registrad[oa]s?)"
)
_BEFORE = re.compile(
    rf"\b(?:(?:without|with no|that (?:have|has) no|have no|has no|had no|lacking|lacks?|missing|nothing|none"
    rf"|no|sem|faltando|nao t[eê]m|nao possuem|nada)(?: {_FILLED})?(?: (?:for|in|under|em|n[oa]s?))?"
    r"|(?:do|does|did)(?:n'?t| not) have"
    r"|with (?:an? )?(?:empty|blank|missing|null|unknown|undefined))"
    r"(?: (?:the|their|its|any|a|an|single|declared|nenhum|nenhuma|seu|sua|o|a|os|as|product|qualquer))*\s+$"
)
_BEHIND = re.compile(
    r"\s+(?:(?:data|info|value|field|do produto|of the product) )?"
    r"(?:is |are |was |were |esta |estao |e |sao |com valor )?"
    rf"(?:empty|blank|missing|null|unknown|undefined|(?:not|never|isn'?t|aren'?t|nao|nunca)(?: \w+)? {_FILLED}"
    r"|em branco|vazi[oa]s?|nul[oa]s?|faltando|faltante|ausentes?)\b"
)
_FOLLOWS = re.compile(rf"\s+(?:{_FILLED}|at all|on file)\b")


class _Place(NamedTuple):
    field: str
    start: int
    end: int


def read_empties(draft: Draft) -> None:
    """Turn what is not filled in into a condition."""
    flat = plain(clean(draft.question))
    if len(flat) != len(draft.question):
        return
    for place in (*_of_products(draft, flat), *_of_mentions(draft)):
        if (span := _cue(flat, place)) and not _covered(draft, (place.start, place.end)):
            draft.where.append((_use_up(draft, span), Condition(place.field, "missing")))


def _of_products(draft: Draft, flat: str) -> Iterator[_Place]:
    if draft.has("entity", "product"):
        for field, words in _OF_PRODUCTS.items():
            yield from (_Place(field, *found.span()) for found in re.finditer(rf"\b(?:{words})\b", flat))


def _of_mentions(draft: Draft) -> Iterator[_Place]:
    for index in draft.indices("quantity", "dimension"):
        field, item = draft.named(index, "quantity", "dimension"), draft.items[index]
        if field in fields() and fields()[field].table in _ALSO:
            yield _Place(field, draft.tokens[item.start].start, draft.tokens[item.end - 1].end)


def _cue(flat: str, place: _Place) -> tuple[int, int] | None:
    """Return where the words stand that say the attribute is empty, its name included."""
    if before := _BEFORE.search(flat[: place.start]):
        more = _FOLLOWS.match(flat[place.end :])
        return before.start(), place.end + (more.end() if more else 0)
    behind = _BEHIND.match(flat[place.end :])
    return (place.start, place.end + behind.end()) if behind else None


def _covered(draft: Draft, span: tuple[int, int]) -> bool:
    """Whether a phrase of the lexicon says of it as a whole that it is empty: "without a category"."""
    return any(item.kind == "predicate" and _overlaps(draft, i, span) for i, item in enumerate(draft.items))


def _overlaps(draft: Draft, index: int, span: tuple[int, int]) -> bool:
    item = draft.items[index]
    return draft.tokens[item.start].start < span[1] and span[0] < draft.tokens[item.end - 1].end


def _use_up(draft: Draft, span: tuple[int, int]) -> int:
    """Use up all mentions of the words; return the place of the first of them."""
    inside = [i for i in range(len(draft.items)) if _overlaps(draft, i, span)]
    for index in inside:
        if draft.free(index) and draft.kind(index) != "entity":
            draft.use(index, "empty")
    draft.fillers.update(i for i, t in enumerate(draft.tokens) if t.start < span[1] and span[0] < t.end)
    return inside[0] if inside else 0
