"""A measure of all and again of a part: "leads and how many of them closed", "orders and late orders"."""

from __future__ import annotations

from crm_copilot.library.combining import limited
from crm_copilot.library.plan import Condition, Measure, count_of, measure_of
from crm_copilot.understanding.draft import Draft, joined

_OF_THEM = frozenset("them those these which dele dela desse dessa disso quais qual".split())
_OUT_OF = frozenset("of out among de dentre".split())
_AND = frozenset("and e & plus".split())
_OF = frozenset("of among de do da dentre entre".split())
_VERBS = frozenset(
    "were was are is got have has arrived came foram sao eram estao chegaram vieram and e that que".split()
)


def read_how_many_of_them(draft: Draft) -> None:
    """Read "leads and how many of them closed": the things, and those of them that are so."""
    for index in draft.indices("agg"):
        at = index + 1
        what = _named_before(draft, index)
        if draft.name(index) != "count" or what is None or draft.roles.get(at) != "predicate":
            continue
        if _OUT_OF & set(draft.before(what, 1)):
            continue  # "of the leads of April, how many closed": only those
        gap = set(draft.gap(index, at))
        bare = not _names_things(draft, at + 1, at)
        added = bool(_AND & set(draft.before(index, 2)))
        if _OF & set(draft.before(what, 2)) or not (gap & _OF_THEM or (added and bare and gap <= _VERBS)):
            continue  # "of the orders of December, how many were late" are counted once
        for used in (index, what):
            draft.use(used, "agg")
        draft.marks.pop(what, None)
        _beside(draft, what, count_of(draft.name(what)), [at])
        return


def _named_before(draft: Draft, index: int) -> int | None:
    """Return the thing that is counted before "how many of them"."""
    things = [i for i in range(index) if draft.kind(i) == "entity" and draft.marks.get(i) != "by"]
    return things[-1] if things else None


def _names_things(draft: Draft, at: int, left: int) -> bool:
    return draft.kind(at) == "entity" and draft.touching(left, at)


def read_twice(draft: Draft) -> None:
    """Read a thing or metric that is named again with a condition of its own: "revenue and cancelled revenue"."""
    for first, item in enumerate(draft.items):
        if item.kind not in ("entity", "metric") or _limit_at(draft, first) is not None:
            continue
        again = [i for i in range(first + 1, len(draft.items)) if draft.items[i].senses[0] == item.senses[0]]
        limits = [place for i in again if (place := _limit_at(draft, i)) is not None]
        if again and len(limits) == len(again) and _are_beside(draft, first, limits, again):
            measure = count_of(item.name) if item.kind == "entity" else measure_of(item.name)
            for place in again:
                draft.use(place, "measure")
                draft.marks.pop(place, None)
            _beside(draft, first, measure, limits)
            return


def _limit_at(draft: Draft, index: int) -> int | None:
    """Return the condition that stands at a thing: "late orders", "pedidos atrasados"."""
    for near in (index - 1, index + 1):
        placed = draft.roles.get(near) in ("predicate", "value") and any(i == near for i, _ in draft.where)
        if placed and draft.beside(near, index):
            return near
    return None


def _are_beside(draft: Draft, first: int, limits: list[int], again: list[int]) -> bool:
    """Whether the things are only listed with each other."""
    ends = [first]
    for limit, place in zip(limits, again, strict=True):
        left = min(limit, place)
        counted = {draft.kind(i) for i in range(ends[-1] + 1, left)} <= {"agg"}
        if not counted or not joined(_without_counting(draft, ends[-1], left)):
            return False
        ends.append(max(limit, place))
    return True


def _without_counting(draft: Draft, left: int, right: int) -> list[str]:
    counted = {p for i in range(left + 1, right) for p in range(draft.items[i].start, draft.items[i].end)}
    places = range(draft.items[left].end, draft.items[right].start)
    return [draft.tokens[place].key for place in places if place not in counted]


def _beside(draft: Draft, first: int, measure: Measure, limits: list[int]) -> None:
    """Put a measure, and itself under each condition, in place of those conditions."""
    named = next((known for _, known in draft.measures if known.name == measure.name), measure)
    draft.measures = [(i, known) for i, known in draft.measures if known.name != measure.name]
    if not draft.roles.get(first):
        draft.use(first, "measure")
    draft.measures.append((first, named))
    for place in limits:
        own = tuple(condition for i, condition in draft.where if i == place)
        draft.where = [(i, condition) for i, condition in draft.where if i != place]
        draft.measures.append((place, limited(named, _without_bases(own))))
    draft.measures.sort(key=lambda pair: pair[0])


def _without_bases(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    return tuple(c for c in conditions if not c.field.startswith("has_") or len(conditions) == 1)
