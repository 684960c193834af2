"""Groups held against their average: "sellers above the average revenue", "states whose freight is above average"."""

from __future__ import annotations

from crm_copilot.catalog import entities
from crm_copilot.library.plan import Bar, Having, Measure, aggregate_of, count_of, measure_of
from crm_copilot.understanding.conditions.groups import agg_before, stretch_key, subject, subject_key
from crm_copilot.understanding.conditions.targets import find_target
from crm_copilot.understanding.draft import Draft

_SOLD = frozenset("sold sell sells vendeu vendem vende venderam".split())
_ALL = frozenset("per por by of all the across among for in every de todo toda entre os as".split())


def read_bars(draft: Draft) -> None:
    """Turn each comparison with an average into a condition on groups."""
    for index in draft.indices("bar"):
        draft.use(index, "threshold")
        last, peer = _past_peers(draft, index)
        measure, used = _target(draft, index, last)
        key = (subject_key(draft, index, measure) or stretch_key(draft, index)) if measure else None
        if measure is None or not key:
            draft.doubt("what is held against the average", 0.5)
            continue
        for place in used:
            draft.use(place, "threshold")
        bar = _bar(draft.name(index), measure, named=peer)
        draft.having.append((index, Having(key, measure, draft.items[index].value, bar)))


def _past_peers(draft: Draft, index: int) -> tuple[int, bool]:
    """Return the last mention of the average, past those that it is taken over: "than the average customer"."""
    limited = subject(draft, index)
    peer = index + 2 if draft.kind(index + 1) == "by" else index + 1
    if limited is None or not draft.free(peer) or set(draft.gap(index, peer)) - _ALL:
        return index, False
    same = _thing(draft, peer) and _thing(draft, peer) == _thing(draft, limited) and not draft.items[peer].counts
    if not same:
        return index, False
    for place in range(index + 1, peer + 1):
        draft.use(place, "absorbed")
    return peer, True


def _thing(draft: Draft, index: int) -> str:
    entity = draft.named(index, "entity")
    return (entities()[entity].key if entity else draft.named(index, "dimension")).rsplit("_", 1)[-1]


def _target(draft: Draft, index: int, last: int) -> tuple[Measure | None, list[int]]:
    """Return the measure of a group: what limits rows is summed up for each group first."""
    about, before = draft.items[index].data.get("about"), index - 1
    if about:
        return aggregate_of(str(about)), []
    if draft.items[index].data.get("apart") and draft.kind(before) == "entity":
        return count_of(draft.name(before)), [before]
    if draft.word(before) in _SOLD and draft.kind(before) == "entity":
        return measure_of("revenue"), [before]
    found, used = find_target(draft, index, last, "")
    if isinstance(found, str):
        return aggregate_of(found), [*used, *(place for one in used for place in agg_before(draft, one))]
    return found, used


def _bar(said: str, measure: Measure, *, named: bool) -> Bar:
    """Return what is meant: of sums the average of the groups, of averages that of all rows unless groups are named."""
    additive = measure.agg in ("sum", "count", "nunique") and not measure.part and measure.divisor is None
    if said == "median":
        return "median"
    if additive or (named and said == "mean"):
        return "mean"
    return "overall"
