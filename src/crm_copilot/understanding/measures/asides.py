"""Measures that only explain another one: "money lost to cancellations (item value)"."""

from __future__ import annotations

from crm_copilot.catalog import fields, metrics
from crm_copilot.library.plan import Measure
from crm_copilot.understanding.draft import Draft

_ALSO = frozenset((",", "and", "e", "&", "+", "/"))


def drop_explanations(draft: Draft) -> None:
    """Drop a measure in brackets that has the unit of one outside, where the brackets list nothing."""
    inside = [(i, m) for i, m in draft.measures if _is_bracketed(draft, i)]
    outside = [m for i, m in draft.measures if not _is_bracketed(draft, i)]
    for index, measure in inside:
        if any(_unit(measure) and _unit(measure) == _unit(other) for other in outside):
            draft.measures.remove((index, measure))


def _is_bracketed(draft: Draft, index: int) -> bool:
    """Whether a mention stands in brackets that hold no list."""
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
