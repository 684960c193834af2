"""Who is in one set and not in another: "bought toys but never baby", "sold in 2017 but not in 2018"."""

from __future__ import annotations

import re
from typing import cast

from crm_copilot.catalog import entities, fields
from crm_copilot.domain import Period
from crm_copilot.library.combining import limited
from crm_copilot.library.plan import Condition, Having, count_of, distinct_of
from crm_copilot.understanding.conditions.places import field_of
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import clean, plain

_DID = (
    r"bought|buy|buys|ordered|order|purchased|purchase|paid|pay|used|use|sold|sell"
    r"|orders|purchases|sales|pedidos|compras|vendas|made (?:an? )?(?:order|purchase|sale)s?"
    r"|compr\w+|vend\w+|pag\w+|us\w+|fez|fizeram|pedi\w+"
)
_NO = r"(?:never|nunca|jamais|did not|didn'?t|do not|don'?t|have not|haven'?t|has not|hasn'?t|nao)"
_FILLED = r"(?: (?:ever|once|yet|again|mais|a|any|anything|something|nada|um|uma))*"
# Behind "but" and "and" the deed is the one before; elsewhere it is said, or what there is none of.
_NEVER = re.compile(
    rf"\b(?:but|and|mas|e|porem)\b,? (?:(?:has|have|had|did|they|who|that|que) )*"
    rf"(?:never|not?|none|without(?: any)?|didn'?t|haven'?t|hasn'?t|nunca|nao|nenhum\w*|jamais)\b{_FILLED}"
    rf"(?P<after> (?:{_DID}))?\b"
    rf"|, (?:never|not|nunca|nao)\b{_FILLED}(?P<listed> (?:{_DID}))?\b"
    rf"|\b(?:who|that|which|que|customers?|clients?|buyers?|sellers?|products?|clientes?|vendedor(?:es)?|produtos?)"
    rf" (?:(?:have|has|had) )?{_NO}{_FILLED}(?P<alone> (?:{_DID}))\b"
    rf"|\b(?:without|with no|sem)(?: any| nenhum\w*)? (?P<none>sales?|orders?|purchases?|vendas?|pedidos?|compras?)\b"
    rf"(?= (?:in|during|since|after|em|n[oa]s?|desde|depois|in the|durante)\b)"
)
_PLACED = ("state", "city", "region")
_ALWAYS = re.compile(
    r"\b(?:active|sold|sell|sells|selling|sales?|bought|buy|buys|ordered|order|orders|purchases?|purchased|present"
    r"|ativ[oa]s?|vend\w+|compr\w+|pedidos?|presentes?)\b(?: (?:something|anything|at least once|algo|something))?"
    r"(?: (?:in|on|during|for|em|n[oa]s?))? (?:every(?: single)?|each|all(?: of)?(?: the)?|todos? os|todas? as|tod[oa]"
    r"|cada(?: um d[oa]s)?) (?P<grain>day|week|month|dia|semana|mes|meses)s?\b"
)
_GRAINS = {"day": "day", "dia": "day", "week": "week", "semana": "week", "month": "month", "mes": "month"}
_NAMED = ("entity", "metric")
_DOERS = {"active_sellers": "seller"}
_WHO = ("customer", "seller", "product")


def read_left_out(draft: Draft) -> None:
    """Turn what a thing never did into a condition on it, and what it did in each month."""
    flat = plain(clean(draft.question))
    if len(flat) != len(draft.question):
        return
    key = whose(draft)
    told = any(having.without for _, having in draft.having)  # "never sold anything"
    if (match := _NEVER.search(flat)) and key and not told:
        _leave_out(draft, key, match)
        _absorb_deeds(draft, match.start())
    key = key or _grouped(draft)
    if key and (match := _ALWAYS.search(flat)) and match["grain"].removesuffix("es") in _GRAINS | {"m": ""}:
        _every(draft, key, match)


def whose(draft: Draft) -> str | None:
    """Return the id of the first things that are named: customers, sellers or products."""
    named = (_DOERS.get(draft.name(i), draft.name(i)) for i in range(len(draft.items)) if draft.kind(i) in _NAMED)
    first = next((name for name in named if name in _WHO), None)
    return entities()[first].key if first else None


def _grouped(draft: Draft) -> str | None:
    """Return the field of the first groups that are named, such as categories."""
    return next((draft.name(i) for i in range(len(draft.items)) if draft.kind(i) == "dimension"), None)


def _leave_out(draft: Draft, key: str, cue: re.Match[str]) -> None:
    """Leave out the things of which the values or the period behind the cue are true."""
    behind = [i for i, item in enumerate(draft.items) if draft.tokens[item.start].start >= cue.end()]
    first = next((i for i in behind if draft.kind(i) in ("value", "period")), None)
    blocked = {draft.kind(i) for i in behind if first is not None and i < first} - {"entity", "by", "with", "agg"}
    if first is None or blocked or draft.language == "zh":
        return
    listed = [first]
    while draft.kind(listed[-1] + 1) == draft.kind(first) == "value" and draft.touching(listed[-1], listed[-1] + 1, 1):
        listed.append(listed[-1] + 1)
    if draft.kind(first) == "period":
        period = cast(Period, draft.items[first].value.period)
        draft.having.append((first, Having(key, count_of("order"), ">", 0, period=period, without=True)))
    else:
        meant = _meant(draft, listed)
        if meant[0].field.rsplit("_", 1)[-1] in _PLACED and not any(cue.groups()):
            return  # "in SP but not in Campinas" says where they are, not what they did
        measure = limited(count_of("order"), meant)
        draft.having.append((first, Having(key, measure, ">", 0, without=True)))
    _use_up(draft, cue.start(), listed)


def _absorb_deeds(draft: Draft, cue: int) -> None:
    """Use up what the things did, where it stands behind them: "customers who bought toys" are counted themselves."""
    for index, item in enumerate(draft.items):
        did = item.kind == "entity" and re.fullmatch(_DID, plain(item.text).removeprefix("que ")) is not None
        if did and index > 0 and draft.having and draft.tokens[item.start].start < cue and draft.free(index):
            draft.use(index, "absorbed")


def _meant(draft: Draft, places: list[int]) -> tuple[Condition, ...]:
    field = field_of(draft, places[0])
    values = tuple(_value(draft, place, field) for place in places)
    return (Condition(field, "==", values[0]) if len(values) == 1 else Condition(field, "in", values),)


def _value(draft: Draft, place: int, field: str) -> object:
    senses = [sense for sense in draft.items[place].senses if sense.kind == "value"]
    return next((sense.value for sense in senses if sense.name == field), senses[0].value)


def _use_up(draft: Draft, cue: int, places: list[int]) -> None:
    """Use up the values, the words of the cue and what is done, which was counted already."""
    for index, item in enumerate(draft.items):
        inside = cue <= draft.tokens[item.start].start and index <= places[-1]
        if inside and draft.free(index):
            draft.use(index, "left out" if index in places else "negation")
    last = draft.items[places[-1]].end
    draft.fillers.update(place for place in range(last) if cue <= draft.tokens[place].start)


def _every(draft: Draft, key: str, match: re.Match[str]) -> None:
    """Keep the things that have an order in as many months as there are."""
    grain = _GRAINS.get(match["grain"].removesuffix("es"), "month")
    field = f"purchase_{grain}"
    if field not in fields():
        return
    draft.having.append((None, Having(key, distinct_of(field), ">=", "overall")))
    for index, item in enumerate(draft.items):
        token = draft.tokens[item.start]
        named = draft.kind(index) in ("value", "period")
        if match.start() <= token.start < match.end() and draft.free(index) and not named:
            draft.use(index, "threshold")
    for place, token in enumerate(draft.tokens):
        if match.start() <= token.start < match.end():
            draft.fillers.add(place)
