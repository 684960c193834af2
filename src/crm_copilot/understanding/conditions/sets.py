"""Who did nothing else, and who never did it: "bought only toys", "paid by card alone", "never had a late order".

The rows that say so are those of each customer, seller, product or order, and not the rows that are counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from crm_copilot.catalog import entities, fields
from crm_copilot.library.combining import limited
from crm_copilot.library.plan import Condition, Having, Op, count_of
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.measures.natural import natural_entity
from crm_copilot.understanding.text import clean, plain

_DID = (
    r"(?:bought|buy|buys|buying|purchased|ordered|paid|pay|pays|used|use|uses|sold|sell|sells|contain(?:s|ed)?"
    r"|compr(?:ou|aram|am)|vend(?:e|eu|em|eram)|pag(?:a|ou|aram|am)|us(?:a|ou|aram|am)|cont(?:em|inham)"
    r"|vendid[oa]s?|comprad[oa]s?|pag[oa]s?)"
)
_WAS = "(?: have| has| had| were| was| been| foram| foi| sao)*"
_ALONE = (
    r"(?:only|just|solely|exclusively|entirely|nothing but|nothing except|nothing other than|no(?:ne| other)? but"
    r"|so|apenas|somente|exclusivamente|unicamente|nada alem d[eoa]s?|nada a nao ser|nada mais (?:do )?que)"
)
# "Only ever bought toys", "paid only by card": the values stand behind. "Toys and nothing else": they stand before.
_ONLY = re.compile(
    rf"\b(?:only|just|solely|exclusively|so|apenas|somente|exclusivamente)(?: ever)?{_WAS} {_DID}\b"
    rf"|\b{_DID}(?: things| products| items| goods| something| anything| produtos| itens| coisas)?"
    rf"(?: (?:by|with|in|from|to|com|por|em|de|no|na))? {_ALONE}\b"
)
_NOTHING_ELSE = re.compile(
    rf"\b{_DID}\b[^.?!;]*?\b(?P<cue>(?:(?:and|but|e|mas),? )?(?:absolutely )?"
    r"(?:nothing (?:else|more|besides|but)|never anything else|nothing|no other (?:\w+)|not anything else|nada mais"
    r"|mais nada|nenhum\w* outr\w+(?: \w+)?|nunca outra coisa))\b"
)
_ONCE = re.compile(
    rf"\b{_ALONE}(?: ever)?{_WAS} {_DID}(?: with us| from us)?"
    r" (?:once|one time|a single time|uma (?:unica )?vez)\b"
    rf"|\b{_DID} (?:with us |from us )?(?:{_ALONE} (?:once|one time|uma (?:unica )?vez)|exactly once|uma unica vez)\b"
)
_THEN_ALONE = re.compile(
    rf"\b{_DID} (?:\w+ )?(?:in|during|em|n[oa]|durante) [^.?!,]{{2,30}}? (?:only|alone|apenas|somente|so)\b\W*$"
)
_NEVER = re.compile(
    r"\b(?:customers?|clients?|buyers?|shoppers?|sellers?|vendors?|merchants?|products?|suppliers?|stores?|shops?"
    r"|clientes?|compradores|vendedor(?:es)?|lojistas?|lojas?|produtos?|parceiros?|fornecedores)"
    r"(?: (?:who|that|which|have|has|had|que|com))*"
    r" (?P<cue>never|nunca|jamais|(?:have|has|had|did|do|does)? ?not once|without (?:any|a|a single|one)|with no"
    r"|(?:have|has|had) (?:no|not a single)|(?:did not|didn t|didn'?t) (?:get|have|receive) (?:any|a|a single|one)"
    r"|(?:have not|haven'?t) (?:had|got|received) (?:any|a|a single)"
    r"|sem nenhum\w*|nao (?:tem|tiveram|teve|receberam|recebeu) nenhum\w*)\b"
)
_ENDS = re.compile(r"[.?!;:]|,| and | but | e | mas ")
Found = tuple[list[tuple[int, Condition]], tuple[int, int]]
"""Conditions with their places, and where the words stand that say they are all there is."""
_OWNERS = ("customer", "seller", "product")
# What only says that there is something to judge: whoever never delivered late did deliver.
_GENERAL = ("is_delivered", "has_delivery", "has_review", "has_items")
_ROWS = frozenset(("orders", "order_items", "payments", "reviews"))
_OPPOSITE: dict[Op, Op] = {"is": "is not", "is not": "is", "==": "!=", "!=": "==", "in": "not in", "not in": "in"}


def read_sets(draft: Draft) -> None:
    """Turn the conditions of "only" and "never" into one on all that a thing ever did."""
    flat = plain(clean(draft.question))
    if len(flat) != len(draft.question) or draft.language == "zh":
        return
    _read_once(draft, flat)
    if _THEN_ALONE.search(flat) and draft.has("entity", *_OWNERS) and draft.has("period"):
        draft.doubt("only then, and at no other time", 0.35)
    _read_only(draft, flat)
    _read_never(draft, flat)


def _read_once(draft: Draft, flat: str) -> None:
    """Keep those who did it a single time: "only ever bought once"."""
    match = _ONCE.search(flat)
    key = _doer(draft, match.start(), ()) if match else None
    read = any(having.key == key for _, having in draft.having)
    if match is None or key is None or read or any(c.field == "is_one_time_customer" for _, c in draft.where):
        return
    draft.having.append((None, Having(key, count_of("order"), "==", 1)))
    _use_up(draft, *match.span())


def _read_only(draft: Draft, flat: str) -> None:
    """Leave out those who did the same with anything else."""
    places, cue = _behind_only(draft, flat) or _before_nothing_else(draft, flat) or ([], None)
    if cue is None:
        return
    places = [(i, c) for i, c in places if c.op in ("==", "in") and _is_done(c) and not c.others]
    key = _doer(draft, cue[0], [c for _, c in places])
    if not places or key is None:
        once = any(c.field == "is_one_time_customer" for _, c in draft.where)
        if draft.has("entity", *_OWNERS) and not draft.having and not once:
            draft.doubt("only, and nothing else", 0.35)
        return
    if draft.has("transform", "share"):
        draft.doubt("only, and a share of whom", 0.35)
    for index, condition in places:
        others = Condition(condition.field, _OPPOSITE[condition.op], condition.value)
        draft.having.append((index, _without(key, others)))
    keyed = {c.field for _, c in places}
    draft.keys = [(i, k) for i, k in draft.keys if k.field not in keyed]
    _use_up(draft, *cue)
    if (again := _NOTHING_ELSE.search(flat)) and again.start("cue") > cue[1]:
        _use_up(draft, *again.span("cue"))  # "bought only toys, and nothing else"


def _is_done(condition: Condition) -> bool:
    """Whether orders have the field, so that other orders may have another value: deals' segments are none."""
    return condition.field in fields() and fields()[condition.field].table not in ("deals", "leads")


def _behind_only(draft: Draft, flat: str) -> Found | None:
    """Return the values behind "only bought", and where those words stand."""
    if (match := _ONLY.search(flat)) is None:
        return None
    places = [pair for pair in draft.where if _start(draft, pair[0]) >= match.end()][:1]
    return (places, match.span()) if places or not _NOTHING_ELSE.search(flat) else None


def _before_nothing_else(draft: Draft, flat: str) -> Found | None:
    """Return the values before "and nothing else", and where those words stand."""
    if (match := _NOTHING_ELSE.search(flat)) is None:
        return None
    placed = [pair for pair in draft.where if match.start() <= _start(draft, pair[0]) < match.start("cue")]
    return placed, match.span("cue")


def _doer(draft: Draft, before: int, conditions: Iterable[Condition]) -> str | None:
    """Return the id of who is spoken of: of customers, sellers, products; of orders by what they hold."""
    things = [i for i, item in enumerate(draft.items) if item.kind == "entity" and _start(draft, i) < before + 1]
    named = [draft.name(i) for i in things if draft.name(i) in _OWNERS]
    if named:
        return entities()[named[0]].key
    held = all(c.field in ("payment_type", "product_category", "seller_state", "seller_city") for c in conditions)
    return "order_id" if held and any(draft.name(i) == "order" for i in things[:1]) else None


def _read_never(draft: Draft, flat: str) -> None:
    """Leave out those of whose rows the conditions behind the cue are true even once."""
    match = _NEVER.search(flat)
    if match is None or any(having.without for _, having in draft.having):
        return
    stop = _ENDS.search(flat, match.end())
    end = stop.start() if stop else len(flat)
    behind = [(i, c) for i, c in draft.where if match.end() - 1 <= _start(draft, i) < end and _is_of_rows(c)]
    inside = [(i, c) for i, c in behind if c.field not in _GENERAL] or behind
    key = _doer(draft, match.end(), ())
    if not inside or key is None:
        return
    for pair in behind:
        draft.where.remove(pair)
    draft.where = [(i, c) for i, c in draft.where if _start(draft, i) not in range(*match.span("cue"))]
    for pair in inside:
        said = pair[1]
        draft.having.append((pair[0], _without(key, Condition(said.field, _happened(said.op), said.value))))
    bases = {fields()[c.field].base for _, c in inside}
    draft.where = [(i, c) for i, c in draft.where if c.field not in bases]
    _use_up(draft, match.start("cue"), end, reach=inside[-1][0])


def _is_of_rows(condition: Condition) -> bool:
    known = fields().get(condition.field)
    return known is not None and known.table in _ROWS and not condition.others and "no_" not in condition.field


def _happened(op: Op) -> Op:
    """Return what must never have happened: the negation itself was taken for a part of the condition."""
    return _OPPOSITE[op] if op in ("is not", "!=", "not in") else op


def _without(key: str, condition: Condition) -> Having:
    counted = "item" if fields()[condition.field].table in ("products", "sellers") else natural_entity(condition.field)
    return Having(key, limited(count_of(counted), (condition,)), ">", 0, without=True)


def _use_up(draft: Draft, start: int, end: int, reach: int | None = None) -> None:
    """Use up the words of the cue, and what is done or judged beside it."""
    for index, item in enumerate(draft.items):
        first = draft.tokens[item.start].start
        near = start <= first < end and (reach is None or index <= reach + 1)
        if near and draft.free(index) and draft.kind(index) not in ("period", "value", "metric"):
            draft.use(index, "negation")
    for place, token in enumerate(draft.tokens):
        if start <= token.start < end and (reach is None or token.start <= _start(draft, reach)):
            draft.fillers.add(place)


def _start(draft: Draft, index: int) -> int:
    """Return where in the text a mention begins."""
    return draft.tokens[draft.items[index].start].start
