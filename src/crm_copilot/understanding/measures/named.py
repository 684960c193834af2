"""Metrics and quantities that the question names: "revenue", "median delivery time", "minimum and maximum freight"."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import cast

from crm_copilot.catalog import fields, metrics
from crm_copilot.library.plan import Agg, By, Condition, Measure, aggregate_of, count_of, measure_of
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.measures.adding import add, aggregated, are_listed
from crm_copilot.understanding.measures.aggregation import agg_of
from crm_copilot.understanding.measures.grouped import FEW
from crm_copilot.understanding.measures.natural import natural_entity

_AND = frozenset(("and", "e", "&"))
_OF = frozenset(("of", "de", "for"))
_COSTS = ("custa", "cost")
_PEOPLE = ("new_sellers", "new_customers", "active_sellers")
_SOLD = ("sold", "sell", "vendemos", "vendeu", "vendi", "venderam", "did we sell", "we sold")
# What an order has several rows of, and the quantity of the whole order.
_OF_ORDER = {"freight_value": "order_freight", "payment_value": "order_payment"}
_VERBS = frozenset("brings bring brought generates generate generated makes make made earns earn earned has".split())
_BRINGS = frozenset(
    "bring;brings;brought;bring in;brings in;brought in;generate;generates;generated;yield;yields;yielded;trouxe"
    ";trouxeram;traz;trazem;gerou;geraram;gera;geram;rendeu;renderam;make;made;earn;earned".split(";")
)
_SPENDS = frozenset(
    "spend spends spent pay paid bring brought generate generated gastam gastaram pagam pagaram".split()
)
_HOW_MUCH = ("how much", "quanto", "quanto é", "quanto foi")
_EXTREMES = {"price desc": "max", "price asc": "min", "desc": "max", "asc": "min"}
# What "valor dos pedidos" means without an aggregation is their total, as "valor do pedido" is that of each.
_OF_ALL = ("valor dos pedidos", "valor das compras", "value of orders", "value of the orders")


def read_named(draft: Draft) -> None:
    """Use up the metrics and quantities that are measured."""
    _name_sellers(draft)
    for index in draft.indices("metric"):
        if _is_only_a_verb(draft, index) or _is_rated(draft, index):
            draft.use(index, "nothing")
    for index, item in enumerate(draft.items):
        if not draft.free(index) or item.kind not in ("metric", "quantity") or _is_key(draft, index):
            continue
        if _who_spends(draft, index):
            draft.use(index, "predicate")
            draft.where.append((index, Condition("is_first_order")))
            continue
        if _is_whose(draft, index) or _is_sold(draft, index):
            draft.use(index, "absorbed")
            continue
        for measure in _several_aggs(draft, index) or _both(draft, index) or [_measure(draft, index)]:
            add(draft, index, measure)
        draft.marks.pop(index, None)


def _is_only_a_verb(draft: Draft, index: int) -> bool:
    """Whether money is only what brings a ranking about: "brings in the highest average order"."""
    verb = draft.name(index) == "revenue" and draft.word(index).split()[0] in _VERBS
    ranked = draft.kind(index + 1) == "order" and draft.named(index + 2, "metric", "quantity")
    return bool(verb and ranked and draft.touching(index, index + 1) and draft.touching(index + 1, index + 2))


def _is_whose(draft: Draft, index: int) -> bool:
    """Whether "new sellers" only says whose a quantity is: "the declared revenue of the new sellers"."""
    of = draft.free(index) and bool(_OF & set(draft.gap(index - 1, index))) if index else False
    measured = any(not measure.entity and i >= index - 2 for i, measure in draft.measures)
    return draft.name(index) in _PEOPLE and of and measured and draft.touching(index - 1, index)


def _who_spends(draft: Draft, index: int) -> bool:
    """Whether "new customers" only says who spends: "how much do first-time customers spend"."""
    verb = draft.kind(index + 1) == "metric" and draft.word(index + 1).split()[0] in _SPENDS
    return draft.name(index) == "new_customers" and verb and draft.touching(index, index + 1)


def _is_sold(draft: Draft, index: int) -> bool:
    """Whether a verb that would be revenue only says what became of things counted: "how many items did we sell"."""
    if draft.word(index).startswith(_COSTS) and draft.named(index + 1, "quantity") == "freight_value":
        return draft.touching(index, index + 1)  # "quanto custa o frete"
    counted = any(measure.entity in ("item", "product") and i < index for i, measure in draft.measures)
    if draft.word(index) in _BRINGS and _is_only_counted(draft, index):
        return True
    return counted and draft.word(index) in _SOLD and not draft.has("agg", "sum")


def _is_only_counted(draft: Draft, index: int) -> bool:
    """Whether something else is counted, and nothing else asked: "how many leads did each channel bring in"."""
    counted = [i for i, measure in draft.measures if measure.entity and i < index]
    between = {word for i in counted for word in draft.gap(i, index)}
    return bool(counted) and not between & {"and", "e", ",", ".", "?"} and not draft.has("agg", "sum")


def _is_rated(draft: Draft, index: int) -> bool:
    """Whether "rated" only leads a score that is wanted: "those who rated us 1 star"."""
    literal = any(draft.roles.get(i) == "literal" for i in (index + 1, index + 2))
    return literal and draft.word(index).split()[-1] in ("rated", "rate", "scored", "gave")


def _name_sellers(draft: Draft) -> None:
    """Read "which five sellers have sold the most ..." as a ranking of sellers, not as their number."""
    for index in draft.indices("metric"):
        before = index - 1 if draft.roles.get(index - 1) != "limit" else index - 2
        asked = draft.kind(before) == "which" and draft.touching(before, before + 1)
        if asked and draft.name(index) == "active_sellers" and len(draft.indices("metric", "quantity", "order")) > 1:
            draft.use(index, "key")
            draft.marks[index] = "which"
            draft.keys.append((index, By("seller_id")))


def _is_key(draft: Draft, index: int) -> bool:
    if index in draft.forced:
        return True
    grouped = draft.kind(index) == "quantity" or draft.named(index, "quantity") in FEW
    return draft.marks.get(index) == "by" and grouped and _has_other_measure(draft, index)


def _has_other_measure(draft: Draft, index: int) -> bool:
    """Whether something before "by score" is what is measured by it."""
    if index == 1 and any(draft.kind(i) in ("metric", "entity") for i in range(index + 1, len(draft.items))):
        return True
    before = {draft.kind(i) for i in range(index) if draft.free(i)}
    measured = before & {"metric", "quantity", "entity"} and not before & {"order", "adjective"}
    return bool(draft.measures or measured) or draft.has("transform", "distribution")


def _both(draft: Draft, index: int) -> list[Measure]:
    """Read "average price and freight" as two averages, though "price and freight" is also what an item costs."""
    listed = draft.named(index, "quantity") == "item_total" and _AND & set(draft.word(index).split())
    agg = agg_of(draft, index) if listed else None
    return [aggregated(name, agg) for name in ("price", "freight_value")] if agg not in (None, "sum") else []


def _measure(draft: Draft, index: int) -> Measure:
    return _metric(draft, index) if draft.kind(index) == "metric" else _quantity(draft, index)


def _metric(draft: Draft, index: int) -> Measure:
    name, agg = draft.name(index), agg_of(draft, index)
    if metrics()[name].agg != "sum" or agg not in ("mean", "median", "max", "min"):
        return measure_of(name)
    if name == "revenue" and (order := _order_behind(draft, index)) is not None:
        draft.use(order, "per")
        return aggregated("order_value", agg)
    if name == "total_freight":
        return aggregate_of("freight_value", agg)
    return measure_of(name)


def _order_behind(draft: Draft, index: int) -> int | None:
    """Return the "order" of "average revenue per order"."""
    near = next((i for i in (index + 1, index + 2) if draft.free(i) and draft.kind(i) == "entity"), None)
    return near if near is not None and draft.name(near) == "order" else None


def _quantity(draft: Draft, index: int) -> Measure:
    name, agg = draft.named(index, "quantity"), agg_of(draft, index)
    if name in _OF_ORDER and agg != "sum" and (order := _per_order(draft, index)) is not None:
        draft.use(order, "per")
        name, agg = _OF_ORDER[name], agg or "mean"
    name = _in_unit(draft, name)
    if agg == "count":
        agg = "sum" if fields()[name].agg == "sum" else "mean"
    if agg is None and _row_superlative(draft, index):
        agg = "max" if draft.name(index - 1) == "desc" else "min"
    if fields()[name].table == "products" and any(draft.name(i) == "item" for i in draft.indices("entity")):
        return replace(aggregated(name, agg), table="order_items", via=())
    altogether = agg is None and draft.word(index) in _OF_ALL and not draft.has("transform") and not draft.has("order")
    if name == "order_value" and (altogether or any(key.field == "order_id" for _, key in draft.keys)):
        return measure_of("revenue")
    return aggregated(name, agg)


def _in_unit(draft: Draft, name: str) -> str:
    """Return the quantity in the unit that the question asks for: "response time in hours"."""
    stem, _, unit = name.rpartition("_")
    keys = [token.key for token in draft.tokens]
    for wanted, words in (("hours", ("hour", "hora")), ("days", ("days", "day", "dia", "dias"))):
        said = any(one in ("in", "em") and two in words for one, two in pairwise(keys))
        if said and unit in ("hours", "days") and unit != wanted and f"{stem}_{wanted}" in fields():
            return f"{stem}_{wanted}"
    return name


def _per_order(draft: Draft, index: int) -> int | None:
    """Return the "order" of "paid per order on average", which sums the rows of each order up first."""
    by, order = index + 1, index + 2
    per = draft.word(by) in ("per", "for each", "each", "por", "por cada") and draft.touching(index, by, at_most=2)
    named = per and draft.free(order) and draft.kind(order) == "entity" and draft.name(order) == "order"
    return order if named and draft.touching(by, order) else None


def _row_superlative(draft: Draft, index: int) -> bool:
    """Whether "the highest price" asks for one price: nothing is ranked by it."""
    before = index - 1
    ordered = draft.kind(before) == "order" and draft.name(before) in ("desc", "asc")
    return ordered and draft.touching(before, index) and draft.indices("dimension", "entity", "grain", "trend") in (
        [], [index],
    )  # fmt: skip


def _range_word(draft: Draft, index: int) -> int | None:
    """Return the place of "range" in "price range of toys", "the range of freight values"."""
    start, end = draft.items[index].start, draft.items[index].end
    if draft.behind(index, 1) == ["range"]:
        return end
    before = draft.before(index, 3)
    place = next((i for i, word in enumerate(before) if word == "range"), None)
    return start - len(before) + place if place is not None and "of" in before[place:] else None


def _several_aggs(draft: Draft, index: int) -> list[Measure]:
    """Read "minimum, average and maximum freight" as three measures of one quantity."""
    name = draft.named(index, "quantity", "metric")
    if name in metrics():
        name = metrics()[name].field or ""
    if name in fields() and index not in draft.marks and (word := _range_word(draft, index)) is not None:
        draft.fillers.add(word)
        return [aggregated(name, "min"), aggregated(name, "max")]
    aggs, inner = _aggs_before(draft, index), draft.items[index].data.get("agg")
    behind = _aggs_behind(draft, index)
    aggs = aggs if len(aggs) > 1 or inner or behind else _aggs_apart(draft, index) or aggs
    if len(aggs) == 2 and draft.word(aggs[0]) in _HOW_MUCH and not are_listed(draft, *aggs):
        draft.use(aggs.pop(0), "agg")  # "how much on average is the freight"
    several = len(aggs) + len(behind) + bool(inner) > 1
    if not several or name not in fields():
        return []
    if aggs and all(draft.kind(i) == "order" for i in aggs) and "rank" in draft.marks.values():
        return []
    for place in (*aggs, *behind):
        draft.use(place, "agg")
    names = [_EXTREMES.get(draft.name(place), draft.name(place)) for place in aggs]
    names += [inner] if inner else []
    names += [_EXTREMES.get(draft.name(place), draft.name(place)) for place in behind]
    rows = natural_entity(name)
    return [count_of(rows) if how == "count" else aggregated(name, cast(Agg, how)) for how in names]


def _aggs_behind(draft: Draft, index: int) -> list[int]:
    """Return what Portuguese lists behind a quantity: "preço mínimo, médio e máximo"."""
    found: list[int] = []
    at = index + 1
    while draft.free(at) and _is_agg_behind(draft, at) and (at == index + 1 or are_listed(draft, at - 1, at)):
        found.append(at)
        at += 1
    return found if len(found) > 1 or draft.items[index].data.get("agg") else []


def _is_agg_behind(draft: Draft, at: int) -> bool:
    """Whether an aggregation stands behind its quantity: "preço médio, o menor e o maior"."""
    extreme = draft.kind(at) == "order" and draft.name(at) in _EXTREMES and are_listed(draft, at - 1, at)
    owned = draft.touching(at, at + 1) and draft.kind(at + 1) in ("quantity", "metric") and not draft.gap(at, at + 1)
    return (draft.kind(at) == "agg" and draft.name(at) != "count") or (extreme and not owned)


def _aggs_apart(draft: Draft, index: int) -> list[int]:
    """Return aggregations that are listed by themselves: "freight by state: lowest, mean and highest"."""
    if sum(item.kind in ("metric", "quantity") for item in draft.items) > 1:
        return []
    run: list[int] = []
    for at in draft.indices("agg", "order"):
        extreme = draft.kind(at) == "order" and draft.name(at) in _EXTREMES
        stays = (extreme or draft.kind(at) == "agg") and draft.roles.get(at) is None
        if not stays or (run and not (at == run[-1] + 1 and are_listed(draft, run[-1], at))):
            if len(run) > 1:
                break
            run = []
        if stays:
            run.append(at)
    known = [at for at in run if draft.name(at) not in ("count", "sum")]
    named = any(draft.kind(at) == "agg" for at in run)  # "the highest and lowest revenue" are two rankings
    return run if len(run) > 1 and known and named else []


def _is_listed(draft: Draft, index: int) -> bool:
    """Whether an ordering word stands in a list with aggregations: "the lowest, the highest and the average price"."""
    both = draft.has("order", "asc") and draft.has("order", "desc")
    if both and draft.kind(index - 1) == "order" and (draft.indices("by") or not draft.marks):
        return are_listed(draft, index - 1, index)  # "highest and lowest freight by region"
    return both and are_listed(draft, index, index + 1)


def _is_count_listed(draft: Draft, at: int) -> bool:
    """Whether a count stands first in a list of aggregations: "count, sum and average of the payment value"."""
    listed = draft.kind(at + 1) == "agg" and draft.name(at + 1) != "count" and are_listed(draft, at, at + 1)
    return listed and draft.word(at) in ("count", "number", "contagem", "quantidade", "qtd")


def _aggs_before(draft: Draft, index: int) -> list[int]:
    found: list[int] = []
    for at in range(index - 1, -1, -1):
        extreme = draft.name(at) in _EXTREMES and (draft.kind(at) == "adjective" or _is_listed(draft, at))
        agg = draft.kind(at) == "agg" and (draft.name(at) != "count" or _is_count_listed(draft, at))
        near = draft.touching(at, at + 1, at_most=1) or are_listed(draft, at, at + 1)
        if not draft.free(at) or not (agg or extreme) or not near:
            break
        found.insert(0, at)
    return found
