"""A fragment beside the plan that it changes, and the measures and keys that it brings."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from crm_copilot.catalog import entities, fields
from crm_copilot.library.plan import ROW_KEYS, By, Measure, Plan, by_time, count_of, distinct_of, measure_of
from crm_copilot.understanding.conditions.places import sellers
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.followup.cues import ALSO, ITS, SWAPPED, THAT_ONE, counts_the_same
from crm_copilot.understanding.measures.adding import aggregated
from crm_copilot.understanding.shapes import same_kind
from crm_copilot.understanding.text import plain

_HOW_MANY_OF = re.compile(r"\bhow many of (?:them|those|these)\b|\bquant[oa]s (?:del[ea]s|dess[ea]s)\b")
_IN_MONEY = re.compile(r"\b(?:in|by|em|por) (?:value|money|cash|reais|valor|dinheiro|r\$)|\bmonetary\b")
_IN_PIECES = re.compile(r"\b(?:in|by|em|por) (?:quantity|volume|pieces|quantidade)\b")
# "Only those bought in 2018" says when, not of what there is a row each.
_DEED = re.compile(r"(?:bought|purchased|ordered|placed|sold|compra(?:d|ra)|vendid|feit[oa]s)")
# "I meant the seller's state" says whose state it is.
_WHOSE = re.compile(r"\b(?:seller|vendor|vendedor|lojista|customer|buyer|cliente|comprador)")
_WHICH_ONE = re.compile(r"\b(?:which|what) (?:one|ones)\b|\bqual (?:del[ea]s|tem)\b")


@dataclass(frozen=True, slots=True)
class Fragment:
    """What a follow-up says: the plan `before`, its own words as a `draft`, and the plan that they make `alone`."""

    before: Plan
    draft: Draft
    alone: Plan

    @property
    def text(self) -> str:
        """The question without accents and case."""
        return plain(self.draft.question)

    @property
    def also(self) -> bool:
        """Whether what it names stands beside what there is."""
        of_the_first = self.before.limit == 1 and not self.draft.keys and ITS.search(self.text)
        return bool(ALSO.search(self.text) or of_the_first)

    def asks(self, transform: str) -> bool:
        """Whether it names a transform."""
        return self.draft.has("transform", transform)

    def hear(self, words: str) -> None:
        """Note that words are understood which the lexicon does not know."""
        said = set(words.split())
        self.draft.fillers.update(i for i, token in enumerate(self.draft.tokens) if plain(token.text) in said)

    @property
    def is_timed(self) -> bool:
        """Whether the plan before is a series over time."""
        return any(key.field == "time" for key in self.before.by)


def new_measures(fragment: Fragment) -> tuple[Measure, ...]:
    """Return what the fragment itself measures; defaults that were filled in do not count."""
    if reranked := _reranked(fragment):
        return reranked
    draft, alone = fragment.draft, fragment.alone
    if _swapped(fragment) or (_HOW_MANY_OF.search(fragment.text) and not draft.has("entity")):
        return ()
    if counts_the_same(draft) and fragment.before.measures and fragment.before.measures[0].entity:
        return ()
    if not draft.measures and (unit := _in_units(fragment)):
        return (unit,)
    if _counts_the_groups(fragment):
        return (distinct_of(fragment.before.by[0].field),)
    named = tuple(
        m for i, m in draft.measures
        if not _only_carries(draft, i, limited=bool(alone.where)) and not _only_sorts(fragment, i)
    )  # fmt: skip
    if fragment.asks("share") and any(measure.divisor and measure.percent for measure in alone.measures):
        return alone.measures  # "rank them by freight as % of the price"
    if not alone.by and not any(measure.part for measure in alone.measures):
        return _extremes(fragment) or tuple(_ranked(fragment, measure) for measure in named)
    return tuple(m for m in alone.measures if any(m.name == n.name or m.metric == n.metric for n in named))


def _only_sorts(fragment: Fragment, index: int) -> bool:
    """Whether "the five cheapest" only says from which end a table of money is read."""
    draft, before = fragment.draft, fragment.before
    dear = draft.kind(index) == "adjective" and draft.name(index).startswith("price ")
    return dear and bool(before.by) and len(before.measures) == 1 and before.measures[0].unit == "BRL"


def _ranked(fragment: Fragment, measure: Measure) -> Measure:
    """Read "the 3 with the highest freight" of groups as their average freight, not as one item's."""
    by_word = measure.agg in ("max", "min") and not fragment.draft.has("agg", "max", "min")
    return aggregated(measure.field, None) if by_word and fragment.before.by else measure


def _counts_the_groups(fragment: Fragment) -> bool:
    """Whether "how many states are that?" asks for the number of rows of a table with a row for each state."""
    draft, before = fragment.draft, fragment.before
    counted = [m.field for _, m in draft.measures if m.agg == "nunique"]
    named = len(before.by) == 1 and before.by[0].field in fields() and not draft.keys
    return named and counted == [before.by[0].field] and draft.has("agg", "count")


def _extremes(fragment: Fragment) -> tuple[Measure, ...]:
    """Read "the most expensive one?" after one number as the extreme of what it is of."""
    extreme = all(measure.agg in ("max", "min") for measure in fragment.alone.measures)
    return fragment.alone.measures if extreme and not fragment.before.by else ()


def _in_units(fragment: Fragment) -> Measure | None:
    """Read "in money", "em quantidade" as the money that was made, or the things that were counted."""
    tables = {measure.table for measure in fragment.before.measures}
    if _IN_MONEY.search(fragment.text):
        return measure_of("payment_value" if tables == {"payments"} else "revenue")
    return count_of("payment" if tables == {"payments"} else "item") if _IN_PIECES.search(fragment.text) else None


def new_keys(fragment: Fragment) -> tuple[By, ...]:
    """Return what the fragment breaks the plan down by."""
    before, draft = fragment.before, fragment.draft
    keys: tuple[By, ...] = ()
    if SWAPPED.search(fragment.text):
        return ()
    if not _reranked(fragment):
        named = (key for index, key in draft.keys if not _DEED.match(draft.word(index)))
        keys = _swapped(fragment) or tuple(_sided(key, fragment) for key in named)
    keys = tuple(_recurring(key, before) for key in keys) or _other_grain(fragment)
    if _counts_the_groups(fragment) or (len(keys) == 1 and _is_fixed(keys[0], fragment)):
        return ()
    theirs = draft.has("entity", "customer")  # "customers per state", after the sellers per state
    said = {key.field for i, key in draft.keys if _WHOSE.search(plain(draft.word(i)))}
    return tuple(key for key in keys if theirs or key.field in said or same_kind(key.field, before) == key.field)


def _recurring(key: By, before: Plan) -> By:
    """Read "which day is the strongest?" after weekdays as a weekday."""
    grains = {"day": ("weekday", "day of month"), "month": ("month of year",), "hour": ("hour",)}
    wanted = grains.get(key.grain or "", ())
    return next((known for known in before.by if known.field == key.field and known.grain in wanted), key)


def _is_fixed(key: By, fragment: Fragment) -> bool:
    """Whether the key is one that there is, and one value of it is named, or only points at it: "that category"."""
    if THAT_ONE.search(fragment.text) and any(c.field == key.field for c in fragment.before.where):
        return True
    fields_before = {known.field for known in fragment.before.by}
    return key.field in fields_before and any(c.field == key.field for c in fragment.alone.where)


def _reranked(fragment: Fragment) -> tuple[Measure, ...]:
    """Read "rank them by number of orders instead" as another measure of the same ranking."""
    before, draft = fragment.before, fragment.draft
    ranked = before.limit or before.order or any(item.kind in ("transform", "order") for item in draft.items)
    if not before.by or not (ranked or "instead" in draft.question):
        return ()
    for index, item in enumerate(draft.items):
        if item.kind == "entity" and draft.kind(index - 1) == "by" and (item.counts or _is_no_group(item.name)):
            return (count_of(item.name),)
    return ()


def _is_no_group(entity: str) -> bool:
    """Whether a thing is too small to be a group: "by units" after a ranking counts them."""
    return entities()[entity].key in ROW_KEYS or entity == "order"


def _swapped(fragment: Fragment) -> tuple[By, ...]:
    """Read "what about sellers?" after a ranking of customers as the same ranking of sellers."""
    if fragment.alone.where or _WHICH_ONE.search(fragment.text):
        return ()
    draft, things = fragment.draft, {entity.key for entity in entities().values()}
    if len(draft.measures) != 1 or draft.measures[0][1].part or not any(k.field in things for k in fragment.before.by):
        return ()
    place, entity = draft.measures[0][0], draft.measures[0][1].entity
    counted = any(item.kind == "agg" or item.counts for item in draft.items)
    counted = counted or _DEED.match(draft.word(place)) is not None
    counted = counted or (draft.kind(place - 1) == "order" and draft.has("which"))  # "which has the most sellers?"
    if entity is None or counted or entities()[entity].key not in fields():
        return ()
    return (By(entities()[entity].key),)


def _only_carries(draft: Draft, index: int, *, limited: bool) -> bool:
    """Whether a thing only carries a filter, or a verb a period: "only customers from Minas", "bought in May"."""
    carries = limited or _DEED.match(draft.word(index)) is not None
    at = index - 1
    while draft.kind(at) in ("value", "predicate", "number", "quantity"):
        at -= 1  # "how many 1 star reviews"
    return carries and draft.kind(index) == "entity" and not draft.items[index].counts and draft.kind(at) != "agg"


def _sided(key: By, fragment: Fragment) -> By:
    """Read "which state is each of them in" after a ranking of sellers as the sellers' states."""
    theirs = of_sellers(fragment.before) and not fragment.draft.has("entity", "customer")
    return replace(key, field=sellers(key.field)) if theirs else key


def of_sellers(before: Plan) -> bool:
    """Whether the plan before is about sellers, so that a place is theirs."""
    counted = bool(before.measures) and all(measure.entity == "seller" for measure in before.measures)
    named = [known.field for known in before.by] + [condition.field for condition in before.where]
    theirs = any(field.startswith("seller_") for field in named)
    return counted or (theirs and not any(field.startswith("customer_") for field in named))


def _other_grain(fragment: Fragment) -> tuple[By, ...]:
    """Read "roll that up to quarters" as another grain of the same time series."""
    grains = [item.name for item in fragment.draft.items if item.kind == "grain"]
    return (by_time(grains[0]),) if fragment.is_timed and len(grains) == 1 else ()
