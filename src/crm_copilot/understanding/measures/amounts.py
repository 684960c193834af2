"""Sums of money that only verbs name: "how much was paid", "what do they add up to"."""

from __future__ import annotations

import re
from typing import cast

from crm_copilot.catalog import fields
from crm_copilot.library.plan import Agg, Measure, aggregate_of, measure_of
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.measures.adding import add
from crm_copilot.understanding.text import clean, plain

_AMOUNTS = {"payment": "payment_value", "item": "revenue", "order": "revenue"}
_HOW_MUCH = ("how much", "quanto")
_VALUE = frozenset("value amount valor montante".split())
# What the counted are worth, where nothing else says that money is meant.
_THEIR_WORTH = re.compile(
    r"\btheir (?:total |combined |overall )?(?:value|worth|amount)\b"
    r"|\b(?:the )?(?:total )?(?:value|amount|worth) of (?:those|these|them)(?: orders| payments| items)?\b"
    r"|\bwhat (?:are|were) (?:they|those) worth\b|\bhow much (?:are|were) (?:they|those) worth\b"
    r"|\b(?:valor|montante)(?: total)? d(?:el[ea]s|ess[ea]s)(?: pedidos| pagamentos| itens)?\b"
)
_ADD_UP = frozenset(
    ("add up to", "adds up to", "amount to", "amounts to", "sum up to", "worth in total",
     "somam", "soma em", "totalizam")
)  # fmt: skip


def read_amounts_of_counted(draft: Draft) -> None:
    """Read "how many voucher payments, and what do they add up to" as their number and their sum."""
    place, counted = next(((i, m.entity) for i, m in draft.measures if m.entity in _AMOUNTS), (0, None))
    if counted is None or any(not measure.entity for _, measure in draft.measures):
        return
    _read_their_worth(draft, place, counted)
    for index in draft.indices("agg"):
        largest = draft.has("order") and not draft.marks  # "the largest payment, how much"
        how_much = draft.word(index) in _HOW_MUCH and index > place and not largest
        valued = bool(_VALUE & {*draft.before(index, 1), *draft.behind(index, 1)}) and index > place
        if draft.word(index) in _ADD_UP or how_much or (valued and draft.name(index) == "sum"):
            add(draft, index, amount_of(counted))
        elif valued and draft.name(index) == "mean":
            add(draft, index, aggregate_of("payment_value", "mean") if counted == "payment" else mean_of(counted))


def _read_their_worth(draft: Draft, place: int, counted: str) -> None:
    """Read "how many were cancelled, and what is their value" as their number and what they come to."""
    flat = plain(clean(draft.question))
    said = _THEIR_WORTH.search(flat) if len(flat) == len(draft.question) else None
    inside = [i for i, token in enumerate(draft.tokens) if said and said.start() <= token.start < said.end()]
    if inside and not any(item.start in inside and item.kind != "which" for item in draft.items):
        draft.fillers.update(inside)
        draft.measures.append((place, amount_of(counted)))


def mean_of(entity: str) -> Measure:
    """Return the average of what things of a kind are worth."""
    return measure_of("aov") if entity == "order" else aggregate_of("price", "mean")


def read_how_much(draft: Draft, index: int) -> bool:
    """Read "how much was paid", "how much have they sold" as sums of money."""
    asked = [i for i in draft.indices("agg") if draft.word(i) in _HOW_MUCH and i < index]
    if not asked or draft.name(index) not in _AMOUNTS:
        return False
    if draft.name(index) == "order" and draft.has("transform", "share"):
        return False  # "quanto SP representa do total de pedidos"
    draft.use(asked[0], "agg")
    if draft.name(index) == "order" and draft.has("transform", "growth", "yoy"):
        return False  # "how much did orders grow"
    other = [i for i in draft.indices("agg") if draft.name(i) not in ("count", "sum")]
    if draft.name(index) == "payment" and other:  # "how much is a voucher payment worth on average"
        draft.use(other[0], "agg")
        add(draft, index, aggregate_of("payment_value", cast(Agg, draft.name(other[0]))))
        return True
    add(draft, index, amount_of(draft.name(index)))
    return True


def amount_of(entity: str) -> Measure:
    """Return the sum of money that things of a kind come to: what was paid, what was sold."""
    name = _AMOUNTS[entity]
    return aggregate_of(name, "sum") if name in fields() else measure_of(name)
