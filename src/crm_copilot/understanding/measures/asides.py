"""Measures that only explain another one: "money lost to cancellations (item value)", "what we *earned* on freight"."""

from __future__ import annotations

from itertools import pairwise

from crm_copilot.catalog import fields, metrics
from crm_copilot.library.plan import Measure, aggregate_of
from crm_copilot.understanding.draft import Draft

_ALSO = frozenset((",", "and", "e", "&", "+", "/"))
# Money that may be any, and what stands between it and the money that is meant.
_GENERAL = ("revenue",)
_OF = frozenset("of on in from for with de do da em com no na".split())
_WHOLE = frozenset("the a o as os total totals geral all".split())


def drop_explanations(draft: Draft) -> None:
    """Drop a measure in brackets that has the unit of one outside, where the brackets list nothing."""
    inside = [(i, m) for i, m in draft.measures if _is_bracketed(draft, i)]
    outside = [m for i, m in draft.measures if not _is_bracketed(draft, i)]
    for index, measure in inside:
        if any(_unit(measure) and _unit(measure) == _unit(other) for other in outside):
            draft.measures.remove((index, measure))


def drop_general(draft: Draft) -> None:
    """Drop "spent" of "spent on freight", "revenue" of "revenue from freight": the second says which money is meant."""
    for (left, general), (right, special) in pairwise(sorted(draft.measures, key=lambda pair: pair[0])):
        gap = set(draft.gap(left, right))
        linked = _OF & (gap | set(draft.word(right).split()))
        money = general.metric in _GENERAL and _unit(special) == "BRL" and not special.divisor
        if money and special.metric != general.metric and linked and gap <= _OF | _WHOLE:
            draft.measures.remove((left, general))
            if special.agg == "mean" and not draft.has("agg", "mean"):
                draft.measures.remove((right, special))
                draft.measures.append((right, aggregate_of(special.field or "", "sum")))


def _is_bracketed(draft: Draft, index: int) -> bool:
    """Whether a mention stands in brackets that hold no list; a measure that all words say together has no mention."""
    if index >= len(draft.items):
        return False
    opened = [i for i, t in enumerate(draft.tokens[: draft.items[index].start]) if t.text in "()"]
    if not opened or draft.tokens[opened[-1]].text != "(":
        return False
    closed = next((i for i, t in enumerate(draft.tokens) if i > opened[-1] and t.text == ")"), len(draft.tokens))
    return not _ALSO & {token.key for token in draft.tokens[opened[-1] : closed]}


def _unit(measure: Measure) -> str | None:
    known = metrics().get(measure.metric or "")
    if known and known.unit:
        return known.unit
    return fields()[measure.field].unit if measure.field in fields() else None
