"""Rows by their day: "show me the last 5 orders", "latest reviews with one star", "últimos 10 pedidos de SP"."""

from __future__ import annotations

import re
from typing import Literal

from crm_copilot.catalog import tables
from crm_copilot.library import joins
from crm_copilot.library.plan import Plan
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import clean, plain

_NUMBERS = (
    {"one": 1, "um": 1, "uma": 1, "two": 2, "dois": 2, "duas": 2, "three": 3, "tres": 3, "four": 4, "quatro": 4}
    | {"five": 5, "cinco": 5, "six": 6, "seis": 6, "ten": 10, "dez": 10, "twenty": 20, "vinte": 20}
)  # fmt: skip
_N = rf"\d{{1,3}}|{'|'.join(_NUMBERS)}"
_LAST = r"(?:very )?(?:last|latest|newest|most recent)|ultim[oa]s?"
_FIRST = r"(?:very )?(?:first|earliest|oldest)|primeir[oa]s?"
_THINGS = {
    "orders": r"orders?|sales?|purchases?|pedidos?|compras?|vendas?", "reviews": r"reviews?|avaliac(?:ao|oes)",
    "deals": r"deals?|negocios? fechados?", "leads": "leads?",
}  # fmt: skip
_THING = "|".join(f"(?P<{table}>{names})" for table, names in _THINGS.items())
_UNIT = r"(?:months?|weeks?|years?|quarters?|days?|hours?|mes(?:es)?|semanas?|an[oa]s?|dias?|trimestres?|horas?)\b"
# What is asked for stands first: "orders since their first purchase" asks for no first purchase.
_HEAD = (
    r"(?:(?:can|could|would) you|please|show|list|give|display|find|get|see|i|want|need|me|us|to|what|which|were|was"
    r"|are|is|the|our|my|all|qual|quais|que|foi|foram|sao|e|o|a|os|as|nosso|nossos|nossa|nossas|mostre|mostra|liste"
    r"|lista|traga|quero|ver|de|d[oa]s?)"
)
_OTHERWISE = r"(?! (?:date|day|value|status|rate|growth|month|week|year|time)s?\b)(?!-)"
_ASKED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^\W*(?:{_HEAD}\W+)*(?:(?P<n>{_N}) )?(?:(?P<last>{_LAST})|(?P<first>{_FIRST})) (?:(?P<m>{_N}) )?"
        rf"(?:(?!{_UNIT})[a-z-]+ )?(?:{_THING})\b{_OTHERWISE}",
        rf"^\W*(?:{_HEAD}\W+)*(?:(?P<n>{_N}) )?(?:{_THING}) mais"
        r" (?:(?P<last>recentes?)|(?P<first>antig[oa]s?))\b(?P<m>)?",
    )
)
_SOME = 10
_DATED = {"reviews": "review_creation_date"}  # of the other tables the usual moment is meant
_LIMITS = ("threshold", "literal", "value", "predicate")


def asked_for(question: str) -> re.Match[str] | None:
    """Return the words that ask for the last or the first rows of a table."""
    flat = plain(clean(question))
    found = next((match for pattern in _ASKED if (match := pattern.search(flat))), None)
    return found if len(flat) == len(question) else None


def list_newest(draft: Draft, plan: Plan) -> Plan:
    """Show the rows that are the last or the first of all that are meant."""
    found = asked_for(draft.question)
    if found is None or not _asks_for_nothing_else(draft, found):
        return plan
    table = next(name for name in _THINGS if found[name])
    limit = _how_many(found, found[table])
    if limit is None:
        return plan
    inside = range(*found.span())
    said = {i for i, item in enumerate(draft.items) if draft.tokens[item.start].start in inside and _is_head(draft, i)}
    for index in said:
        draft.use(index, "newest")
    draft.fillers.update(place for place, token in enumerate(draft.tokens) if token.start in inside)
    draft.doubts.clear()
    where = tuple(dict.fromkeys(condition for index, condition in draft.where if index not in said))
    order: Literal["desc", "asc"] = "desc" if found["last"] else "asc"
    time = _DATED.get(table, plan.time)
    keys = tuple(key for _, key in draft.keys if key.field not in (*tables()[table].key, *tables()[table].listed))
    shown = tuple(key for key in keys if not key.grain and joins.reaches(table, key.field) == "lookup")
    return Plan(by=shown, where=where, periods=plan.periods, listing=table, order=order, limit=limit, time=time)


def _how_many(found: re.Match[str], thing: str) -> int | None:
    """Return how many rows are wanted; None where many sales may only be what they come to."""
    number = found["n"] or found["m"]
    if number:
        return int(number) if number.isdigit() else _NUMBERS[number]
    if not thing.endswith("s"):
        return 1
    return _SOME if thing.startswith(("order", "pedido", "review", "avaliac", "deal", "lead", "negocio")) else None


def _is_head(draft: Draft, index: int) -> bool:
    """Whether a mention belongs to the phrase itself and limits nothing: "first order" is no first-time buyer."""
    return draft.kind(index) not in ("value", "predicate") or draft.name(index) == "is_first_order"


def _asks_for_nothing_else(draft: Draft, found: re.Match[str]) -> bool:
    """Whether nothing is measured, counted or grouped beside the rows."""
    rest = [i for i, item in enumerate(draft.items) if draft.tokens[item.start].start >= found.end()]
    asked = ("metric", "agg", "by", "grain", "transform", "which", "how", "trend", "adjective", "entity")
    free = [i for i in rest if draft.roles.get(i) not in _LIMITS]
    counts = any(draft.items[i].counts or draft.kind(i) == "agg" for i in range(len(draft.items)))
    return not counts and not draft.having and all(draft.kind(i) not in asked for i in free)
