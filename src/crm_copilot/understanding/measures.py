"""What is asked for: named metrics, quantities with their aggregation, counts of things."""

from __future__ import annotations

from dataclasses import replace

from crm_copilot.catalog import entities, fields, metrics
from crm_copilot.library.plan import Agg, By, Measure, aggregate_of, count_of, distinct_of, measure_of
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.keys import side_of
from crm_copilot.understanding.text import key_of

# What a dimension is counted in when a question only asks for the most frequent one.
NATURAL = {
    "payments": "payment", "reviews": "review", "deals": "deal", "leads": "lead", "products": "item", "order_items": "item",
    "customers": "order", "orders": "order", "sellers": "order", "clients": "client", "interactions": "interaction",
    "df": "transaction", "customer_df": "transaction", "product_df": "transaction",
}  # fmt: skip


def read_measures(draft: Draft, marks: dict[int, str]) -> None:
    """Use up the mentions that name a number."""
    _ranked_by(draft, marks)
    _most_of(draft, marks)
    _counted(draft, marks)
    _quantities_as_keys(draft, marks)
    _named(draft, marks)
    _adjectives(draft)
    if not draft.measures:
        _plain_entities(draft, marks)
    _listed_entities(draft, marks)
    if not draft.measures:
        _counted_by_predicate(draft)
    _amount_of_counted(draft)


_ADD_UP = frozenset(
    {
        "add up to",
        "adds up to",
        "amount to",
        "amounts to",
        "sum up to",
        "worth in total",
        "somam",
        "soma em",
        "totalizam",
    }
)


def _amount_of_counted(draft: Draft) -> None:
    """Read "how many voucher payments, and what do they add up to" as their number and their sum."""
    counted = [m.entity for _, m in draft.measures if m.entity in _AMOUNTS]
    for index in draft.indices("agg"):
        if counted and draft.items[index].text.casefold() in _ADD_UP:
            amount = _AMOUNTS[counted[0] or ""]
            _add(draft, index, aggregate_of(amount, "sum") if amount in fields() else measure_of(amount))


_WHO = {"is_repeat_customer": "customer", "is_one_time_customer": "customer", "is_first_order": "customer"}


def _counted_by_predicate(draft: Draft) -> None:
    """Read "how many came back?" by what its predicate is about."""
    counts = [i for i in draft.indices("agg") if draft.items[i].name == "count"]
    about = [c.field for _, c in draft.where if c.field in fields()]
    if counts and about and not draft.having:
        entity = _WHO.get(about[0]) or NATURAL.get(fields()[about[0]].table, "order")
        draft.use(counts[0], "agg")
        draft.measures.append((counts[0], count_of(entity)))


def _ranked_by(draft: Draft, marks: dict[int, str]) -> None:
    """Read "top 5 reps by deals won": what stands behind "by" is the measure when something else is ranked."""
    ranked = [i for i, mark in marks.items() if mark == "rank"]
    sorts = [i for i, item in enumerate(draft.items) if item.kind == "transform" and item.name == "rank"]
    for index, mark in sorted(marks.items()):
        item = draft.items[index]
        if mark == "by" and item.kind == "entity" and draft.free(index) and any(r < index for r in [*ranked, *sorts]):
            _add(draft, index, count_of(item.name))
            marks.pop(index)
            return


def _most_of(draft: Draft, marks: dict[int, str]) -> None:
    """Read "the states with the most orders" as a ranking by orders, whatever else is shown."""
    for index in draft.indices("entity"):
        before = index - 1
        most = draft.kind(before) == "order" and draft.items[before].text.casefold().split()[-1] in _MOST
        if most and draft.items[index].kind == "entity" and index not in marks and draft.touching(before, index, 1):
            _add(draft, index, count_of(_thing(draft, draft.items[index].name)))


_MOST = frozenset({"most", "fewest", "least", "mais", "menos", "more", "fewer"})
_FEW = frozenset(
    {"review_score", "payment_installments", "items_per_order", "customer_orders", "product_photos_qty", "order_hour"}
)


def _quantities_as_keys(draft: Draft, marks: dict[int, str]) -> None:
    """Read "distribution of scores", "most used number of instalments": the quantity is what is grouped by."""
    for index in draft.indices("quantity"):
        item = draft.items[index]
        before = draft.items[index - 1] if index else None
        if item.kind not in ("quantity", "metric") or before is None or marks.get(index) == "by":
            continue
        popular = (
            before.kind == "adjective"
            and before.name.split()[0] in ("order", "item")
            and item.name in _FEW
            and item.kind == "quantity"
        )
        spread = _spread_before(draft, index) and not draft.measures
        sense = item.sense("quantity")
        single = sum(draft.kind(i) in ("metric", "quantity") for i in range(len(draft.items))) == 1
        if popular or (spread and sense and (single or sense.name in _FEW)):
            marks[index] = "rank" if popular else "by"
            draft.forced.add(index)


def _spread_before(draft: Draft, index: int) -> bool:
    """Whether "distribution of" stands before the quantity, or behind it as in a heading."""
    for place in (index - 1, index - 2):
        if (
            place >= 0
            and draft.kind(place) == "transform"
            and draft.items[place].name == "distribution"
            and draft.touching(place, place + 1, 2)
        ):
            return True
    after = index + 1
    return (
        draft.kind(after) == "transform" and draft.items[after].name == "distribution" and draft.touching(index, after)
    )


def _listed_entities(draft: Draft, marks: dict[int, str]) -> None:
    """Count things that are listed beside a measure: "orders, unique customers, revenue and ticket"."""
    changed = True
    while changed:
        changed = False
        measured = {i for i, _ in draft.measures}
        for index in draft.indices("entity"):
            item = draft.items[index]
            beside = any(n in measured and _listed(draft, *sorted((n, index))) for n in (index - 1, index + 1))
            if item.kind == "entity" and beside and marks.get(index) != "by":
                _add(draft, index, count_of(item.name))
                marks.pop(index, None)
                changed = True
    draft.measures.sort(key=lambda pair: pair[0])


def _listed(draft: Draft, left: int, right: int) -> bool:
    words = [w for w in draft.gap(left, right)]
    return bool(words) and all(
        w in (",", "and", "e", "&", "vs", "versus", "+", "和", "与", "及", "the", "y", "o", "a", "os", "as")
        for w in words
    )


def _counted(draft: Draft, marks: dict[int, str]) -> None:
    """Read "how many orders", "number of different categories"."""
    for index in draft.indices("entity"):
        item = draft.items[index]
        if item.kind == "entity" and item.counts and marks.get(index) != "by":
            _add(draft, index, count_of(_thing(draft, item.name)))
            marks.pop(index, None)
    for index in draft.indices("agg"):
        if draft.items[index].name != "count" or draft.items[index].kind != "agg":
            continue
        at = index + 1
        while (
            at < len(draft.items)
            and (
                draft.kind(at) in ("predicate", "value", "no", "order", "by", "adjective")
                or draft.roles.get(at) in ("value", "predicate", "absorbed")
            )
            and draft.touching(at - 1, at, 1)
        ):
            at += 1
        if draft.free(at) and draft.touching(at - 1, at, at_most=2):
            item = draft.items[at]
            if (entity := item.sense("entity")) and item.kind != "dimension":
                _add(draft, at, count_of(_thing(draft, entity.name)))
            elif item.kind == "metric" and item.name in ("revenue",):
                _add(draft, at, count_of("order"))
            elif (dimension := item.sense("dimension")) and item.kind == "dimension":
                _add(draft, at, distinct_of(side_of(draft, at, dimension.name)))
            elif item.sense("metric", "quantity"):
                draft.use(index, "agg")
                continue
            else:
                continue
            marks.pop(at, None)
            draft.use(index, "agg")
            _count_also(draft, at + 1, marks)


def _count_also(draft: Draft, at: int, marks: dict[int, str]) -> None:
    """Count what is listed behind a thing that is counted: "count the cities and states"."""
    while draft.free(at) and draft.kind(at) in ("dimension", "entity") and _listed(draft, at - 1, at):
        sense = draft.items[at].sense("dimension", "entity")
        name = sense.name if sense else ""
        _add(draft, at, count_of(name) if draft.kind(at) == "entity" else distinct_of(name))
        marks.pop(at, None)
        at += 1


def _thing(draft: Draft, entity: str) -> str:
    """Read "items never sold" as products: what was never sold is no item of an order."""
    never = any(c.field in ("is_never_sold", "has_no_category") for _, c in draft.where)
    return "product" if entity == "item" and never else entity


def _named(draft: Draft, marks: dict[int, str]) -> None:
    for index, item in enumerate(draft.items):
        if not draft.free(index) or item.kind not in ("metric", "quantity"):
            continue
        grouped = item.kind == "quantity" or (bool(sense := item.sense("quantity")) and sense.name in _FEW)
        if index in draft.forced or (marks.get(index) == "by" and grouped and _has_other_measure(draft, index)):
            continue
        for measure in _several_aggs(draft, index) or [
            _metric(draft, index) if item.kind == "metric" else _quantity(draft, index)
        ]:
            _add(draft, index, measure)
        marks.pop(index, None)


def _several_aggs(draft: Draft, index: int) -> list[Measure]:
    """Read "minimum, average and maximum freight" as three measures of one quantity."""
    sense = draft.items[index].sense("quantity", "metric")
    name = sense.name if sense else ""
    name = metrics()[name].field or "" if name in metrics() else name
    aggs: list[int] = []
    at = index - 1
    extremes = {"price desc": "max", "price asc": "min"}
    while (
        at >= 0
        and draft.free(at)
        and ((draft.kind(at) == "agg" and draft.items[at].name != "count") or draft.items[at].name in extremes)
    ):
        if not draft.touching(at, at + 1, at_most=1) and not _listed(draft, at, at + 1):
            break
        aggs.insert(0, at)
        at -= 1
    if len(aggs) < 2 or name not in fields():
        return []
    for place in aggs:
        draft.use(place, "agg")
    names = [extremes.get(draft.items[place].name, draft.items[place].name) for place in aggs]
    return [_aggregated(name, how) for how in names]  # type: ignore[arg-type]


def _has_other_measure(draft: Draft, index: int) -> bool:
    """Whether something before "by score" is what is measured by it."""
    if draft.measures:
        return True
    before = [i for i in range(index) if draft.free(i)]
    return (
        any(draft.items[i].kind in ("metric", "quantity", "entity") for i in before)
        and not any(draft.kind(i) in ("order", "adjective") for i in before)
    ) or draft.has("transform", "distribution")


def _metric(draft: Draft, index: int) -> Measure:
    item = draft.items[index]
    agg = _agg_of(draft, index)
    metric = metrics()[item.name]
    if agg in ("mean", "median", "max", "min") and metric.agg == "sum":
        nearby = next((i for i in (index + 1, index + 2) if draft.free(i) and draft.kind(i) == "entity"), None)
        if item.name in ("revenue",) and nearby is not None and draft.items[nearby].name == "order":
            draft.use(nearby, "per")
            return measure_of("aov") if agg == "mean" else aggregate_of("order_value", agg)  # type: ignore[arg-type]
        if item.name == "total_freight" and agg != "sum":
            return aggregate_of("freight_value", agg)  # type: ignore[arg-type]
        draft.doubts["pending mean"] = 0.0
    return measure_of(item.name)


def _quantity(draft: Draft, index: int) -> Measure:
    sense = draft.items[index].sense("quantity")
    name = sense.name if sense else ""
    agg = _agg_of(draft, index)
    if agg == "count":
        agg = "sum" if fields()[name].agg == "sum" else "mean"
    if agg is None and _row_superlative(draft, index):
        agg = "max" if draft.items[index - 1].name == "desc" else "min"
    if fields()[name].table == "products" and any(draft.items[i].name == "item" for i in draft.indices("entity")):
        return replace(_aggregated(name, agg), table="order_items", via=())
    if name == "order_value" and any(k.field == "order_id" for _, k in draft.keys):
        return measure_of("revenue")
    return _aggregated(name, agg)


def _aggregated(name: str, agg: Agg | None) -> Measure:
    """Return the measure of a quantity, by the metric that has a name for it where there is one."""
    if name == "review_score" and agg in (None, "mean"):
        return measure_of("average_review_score")
    if name == "freight_value" and agg == "sum":
        return measure_of("total_freight")
    if name == "order_value" and agg in (None, "mean"):
        return measure_of("aov")
    if name in ("price", "order_value") and agg == "sum":
        return measure_of("revenue")
    return aggregate_of(name, agg)


def _row_superlative(draft: Draft, index: int) -> bool:
    """Whether "the highest price" asks for one price: nothing is ranked by it."""
    if draft.kind(index - 1) != "order" or not draft.touching(index - 1, index):
        return False
    others = [i for i in draft.indices("dimension", "entity", "grain", "trend") if i != index]
    return not others and draft.items[index - 1].name in ("desc", "asc")


def _agg_of(draft: Draft, index: int) -> Agg | None:
    inside = draft.items[index].data.get("agg")
    if inside:
        return inside  # type: ignore[no-any-return]
    for step in (1, 2, 3):
        before = index - step
        if before < 0 or not draft.touching(before, before + 1, at_most=1):
            break
        if (
            draft.kind(before) == "agg"
            and draft.free(before)
            and draft.items[before].name == "count"
            and draft.kind(before - 1) == "agg"
            and draft.free(before - 1)
        ):
            draft.use(before, "agg")
            draft.use(before - 1, "agg")
            return draft.items[before - 1].name  # type: ignore[return-value]
        if draft.kind(before) == "agg" and draft.free(before):
            draft.use(before, "agg")
            return draft.items[before].name  # type: ignore[return-value]
        if (
            draft.kind(before) == "agg"
            and draft.items[before].name == "count"
            and draft.kind(before - 1) == "agg"
            and draft.free(before - 1)
        ):
            draft.use(before - 1, "agg")
            return draft.items[before - 1].name  # type: ignore[return-value]
        if draft.kind(before) == "agg":
            return draft.items[before].name  # type: ignore[return-value]
        if draft.kind(before) not in ("order", "predicate", "grain", "number", "with", "entity") and draft.roles.get(
            before
        ) not in ("value", "limit"):
            if not (
                draft.kind(before) in ("quantity", "metric")
                and "," in draft.gap(before, before + 1) + draft.gap(before, before + 1)
            ):
                break
    after = index + 1
    trailing = (
        key_of(draft.items[after].text) in ("medio", "media", "mediano", "mediana", "total", "maximo", "minimo")
        if draft.free(after)
        else False
    )
    if trailing and draft.kind(after) == "agg" and draft.touching(index, after):
        draft.use(after, "agg")
        return draft.items[after].name  # type: ignore[return-value]
    if draft.has("how", "how_long"):
        return "mean"
    only = [i for i in draft.indices("agg") if draft.items[i].name not in ("count", "sum")]
    if (
        len(only) == 1
        and only[0] > index
        and draft.items[only[0]].text.casefold() in ("on average", "em media", "na media", "typically", "average")
    ):
        draft.use(only[0], "agg")
        return draft.items[only[0]].name  # type: ignore[return-value]
    return None


def _adjectives(draft: Draft) -> None:
    """Read "best-selling", "slowest": a measure and its direction in one."""
    for index in draft.indices("adjective"):
        item = draft.items[index]
        if item.kind != "adjective":
            continue
        name, direction = item.name.rsplit(" ", 1)
        draft.use(index, "order")
        draft.order = draft.order or direction
        if draft.measures and not _shown_beside(draft, index):
            continue
        measure = _adjective_measure(draft, name, direction)
        ahead = draft.items[index + 1] if draft.free(index + 1) and draft.touching(index, index + 1) else None
        if (
            name in ("order", "item")
            and ahead is not None
            and ahead.kind == "entity"
            and ahead.name in ("item", "product", "order")
        ):
            measure = count_of("item" if ahead.name == "product" and name == "item" else ahead.name)
            draft.use(index + 1, "measure")
        if all(m != measure for _, m in draft.measures):
            draft.measures.insert(0, (index, measure))


def _shown_beside(draft: Draft, index: int) -> bool:
    """Whether the measures are only shown beside a ranking: "the ten busiest states and their mean freight"."""
    first = min(i for i, _ in draft.measures)
    if first < index or draft.limit is None:
        return False
    between = [t.key for t in draft.tokens[draft.items[index].end : draft.items[first].start]]
    return bool({"and", "with", "plus", "e", "com"} & set(between)) and not {"by", "por", "term"} & set(between)


def _adjective_measure(draft: Draft, name: str, direction: str) -> Measure:
    if name == "price":
        ranks_rows = any(draft.items[i].name in ("product", "item") for i in draft.indices("entity", free=False))
        return aggregate_of("price", ("max" if direction == "desc" else "min") if ranks_rows else "mean")
    return measure_of(name)


def _plain_entities(draft: Draft, marks: dict[int, str]) -> None:
    """Count a thing that stands alone: "orders by state", "customers with two orders"."""
    if _how_long(draft):
        return
    limited = {h.key for _, h in draft.having}
    plain = [i for i in draft.indices("entity") if draft.items[i].kind == "entity" and i not in marks]
    names = [draft.items[i].name for i in plain]
    if names[:2] == ["customer", "order"]:  # "when do customers place their orders"
        draft.use(plain[0], "absorbed")
    named = any(marks.get(i) == "which" and draft.kind(i) == "entity" for i in marks)
    order = draft.indices("entity")
    for index in reversed(order) if draft.language == "zh" else order:
        item = draft.items[index]
        if item.kind == "entity" and _how_much(draft, index):
            return
        if (
            item.kind == "entity"
            and item.name == "review"
            and draft.kind(index - 1) == "agg"
            and draft.items[index - 1].name == "mean"
        ):
            draft.use(index - 1, "agg")
            _add(draft, index, measure_of("average_review_score"))
            return
        shared = draft.has("transform", "share")
        if named and not shared and index not in [i for i, _ in draft.measures]:
            continue
        if item.kind == "entity" and index not in marks and (shared or entities()[item.name].key not in limited):
            _add(draft, index, count_of(_thing(draft, item.name)))
            return
    ranked_by = [i for i in marks if marks[i] == "by" and draft.kind(i) == "entity" and draft.free(i)]
    subjects = [i for i in marks if marks[i] != "by"]
    if ranked_by and subjects:
        _add(draft, ranked_by[0], count_of(draft.items[ranked_by[0]].name))
        marks.pop(ranked_by[0])


_ARRIVES = frozenset(
    "delivery deliver delivered arrive entrega entregar entregue chegar chega receive receber order pedido".split()
)


def _how_long(draft: Draft) -> bool:
    """Read "how long does delivery to SP take" as the delivery time, whatever stands between its words."""
    asked = [i for i in draft.indices("how", free=False)]
    words = {t.key for t in draft.tokens}
    if not asked or not words & _ARRIVES:
        return False
    for index in draft.indices("entity"):
        if draft.items[index].name == "order":
            draft.use(index, "absorbed")
    agg = next(
        (draft.items[i].name for i in draft.indices("agg") if draft.items[i].name in ("mean", "median", "max", "min")),
        "mean",
    )
    draft.use_all("agg")
    _add(draft, asked[0], aggregate_of("delivery_days", agg))  # type: ignore[arg-type]
    return True


_AMOUNTS = {"payment": "payment_value", "item": "revenue", "order": "revenue"}


def _how_much(draft: Draft, index: int) -> bool:
    """Read "how much was paid", "how much have they sold" as sums of money."""
    asked = [i for i in draft.indices("agg") if draft.items[i].text.casefold() in ("how much", "quanto") and i < index]
    amount = _AMOUNTS.get(draft.items[index].name)
    if not asked or amount is None:
        return False
    draft.use(asked[0], "agg")
    _add(draft, index, aggregate_of(amount, "sum") if amount in fields() else measure_of(amount))
    return True


def _add(draft: Draft, index: int, measure: Measure) -> None:
    draft.use(index, "measure")
    if all(m != measure for _, m in draft.measures):
        draft.measures.append((index, measure))


def natural_measure(key: By) -> Measure:
    """Return what a group is counted in when the question does not say."""
    if key.field in ("time", "period"):
        return count_of("order")
    return count_of(NATURAL.get(fields()[key.field].table, "order"))


def as_part_of(measure: Measure, conditions: tuple, base: tuple) -> Measure:  # type: ignore[type-arg]
    """Return the percentage of a measure that satisfies the conditions."""
    return replace(measure, where=(*measure.where, *base), part=conditions)
