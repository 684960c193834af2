"""One condition or the other: "late or cancelled orders", "customers in SP or sellers in SP"."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from crm_copilot.catalog import fields
from crm_copilot.library.plan import Condition
from crm_copilot.understanding.draft import Draft

_OR = frozenset("or ou 或".split())
# What two conditions may have between them, and what a condition itself is made of.
_BETWEEN = frozenset("entity with which dimension agg number compare quantity no value grain".split())
_CONDITIONS = frozenset("value number predicate".split())
# Who has had the same happen both ways is asked about as either, not as one of both.
_CONTRARY = frozenset(("is_delivered", "has_delivery"))


def join_alternatives(draft: Draft) -> None:
    """Join conditions on different fields that stand with "or" between them: a row meets one or the other."""
    placed = sorted(draft.where, key=lambda pair: pair[0])
    for (left, one), (right, other) in pairwise(placed):
        if left != right and one.field != other.field and _is_either(draft, left, right):
            _join(draft, left, one, other)
            return


def _is_either(draft: Draft, left: int, right: int) -> bool:
    """Whether "or" stands between the end of one condition and the other."""
    last = max(index for index in range(left, right) if index == left or draft.kind(index) in _CONDITIONS)
    tokens = draft.tokens[draft.items[last].end : draft.items[right].start]
    kinds = {draft.kind(index) for index in range(left + 1, right)}
    return any(token.key in _OR for token in tokens) and kinds <= _BETWEEN


def _join(draft: Draft, index: int, one: Condition, other: Condition) -> None:
    rest = [pair for pair in draft.where if pair[1] not in (one, other)]
    bases = {fields()[c.field].base for c in (one, other) if c.field in fields()} - {None}
    rest = [pair for pair in rest if pair[1].field not in bases | _CONTRARY]
    draft.where = [*rest, (index, replace(one, others=(*one.others, *other.each)))]
    if any(k.field == other.field for _, k in draft.keys):
        draft.doubt("one or the other", 0.3)
