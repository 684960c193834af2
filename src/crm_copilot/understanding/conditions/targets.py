"""What a comparison compares: a field of each row, or a measure of each group."""

from __future__ import annotations

from crm_copilot.catalog import fields
from crm_copilot.library.plan import Condition, Measure, count_of, distinct_of, measure_of
from crm_copilot.understanding.conditions.groups import agg_at, agg_before, row_or_group
from crm_copilot.understanding.conditions.percentages import percent_target
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.funnel import is_funnel
from crm_copilot.understanding.measures.natural import natural_entity

Target = tuple[Measure | str | None, list[int]]
"""A measure of a group or the name of a field, and the mentions that say so."""

_NOTHING: Target = (None, [])
# What "orders above 500" compares when only the thing is named.
_DEFAULT_QUANTITY = {
    "order": "order_value", "item": "price", "product": "price", "payment": "payment_value", "review": "review_score",
    "deal": "sales_cycle_days", "transaction": "score",
}  # fmt: skip
# Nobody says of the value of an order that it is a minimum.
_LEAST = ("minimum", "min", "min.", "at least", "minimo", "no minimo", "pelo menos")
_DIFFERENT = frozenset("different distinct separate diferente distinto diferentes distintos".split())
_JOINTS = frozenset("and e , & or ou 和 ; :".split())


def find_target(draft: Draft, first: int, last: int, unit: str) -> Target:
    """Return what is compared by the mentions from `first` to `last`, of which one is the number."""
    if unit == "times":
        done = draft.named(first - 1, "entity")
        return count_of(done if done in _DEFAULT_QUANTITY else "order"), [
            first - 1
        ] if done in _DEFAULT_QUANTITY else []
    if unit == "percent":
        target, used = percent_target(draft, first, last)
        if target is not None:
            return target, used
    if unit in fields():
        return unit, [i for i in (first - 1, last + 1) if draft.free(i) and draft.named(i, "quantity") == unit]
    right = _target_behind(draft, last, unit)
    return right if right[0] is not None else _target_before(draft, first, unit)


def _target_behind(draft: Draft, last: int, unit: str) -> Target:
    index = last + 1
    if unit in ("days", "hours"):
        used = [index] if draft.kind(index) == "grain" else []
        return timed_target(draft, last, index + len(used), used, unit)
    if not draft.free(index) or not draft.touching(last, index, at_most=2) or _JOINTS & set(draft.gap(last, index)):
        return _NOTHING
    ahead = index + 1
    following = draft.named(ahead, "entity") if draft.free(ahead) and draft.touching(index, ahead) else ""
    if (predicate := draft.named(index, "predicate")) and following:
        return count_of(following, where=(Condition(predicate),)), [index, ahead]
    if (stars := _stars(draft, index)) is not None:
        return stars
    several = draft.kind(last) == "number" and draft.items[last].value != 1
    if several and not unit and draft.kind(last - 2) == "with" and (counted := _such(draft, index)) is not None:
        return counted
    return _thing_target(draft, last, index, unit)


def _stars(draft: Draft, index: int) -> Target | None:
    """Count reviews of one score: "at least 20 one-star reviews"."""
    if draft.kind(index) != "number" or draft.named(index + 1, "quantity") != "review_score":
        return None
    if draft.named(index + 2, "entity") != "review" or not draft.touching(index, index + 1, at_most=1):
        return None
    score = Condition("review_score", "==", int(draft.items[index].value))
    return count_of("review", where=(score,)), [index, index + 1, index + 2]


def _such(draft: Draft, index: int) -> Target | None:
    """Count what has a property: "with more than 10 negative reviews", "com mais de 5 pedidos atrasados"."""
    if draft.kind(index) == "predicate":
        return count_of(natural_entity(draft.name(index)), where=(Condition(draft.name(index)),)), [index]
    ahead = index + 1
    described = draft.language == "pt" and draft.kind(ahead) == "predicate" and draft.free(ahead)
    if described and draft.kind(index) == "entity" and draft.touching(index, ahead):
        return count_of(draft.name(index), where=(Condition(draft.name(ahead)),)), [index, ahead]
    return None


def _thing_target(draft: Draft, last: int, index: int, unit: str) -> Target:
    """Read the thing behind the number: "at least 3 photos", "more than 100 orders", "over 5 categories"."""
    quantity = draft.named(index, "quantity")
    if quantity and quantity != "price":
        return row_or_group(draft, last, quantity, None), [index]
    if draft.kind(index) == "metric" and unit != "money" and _names_sales(draft, index):
        return count_of("item"), [index]
    if draft.kind(index) == "metric" and unit in ("money", ""):
        return measure_of(draft.name(index)), [index]
    if (entity := draft.named(index, "entity")) and unit != "money":
        return count_of(entity), [index]
    if (stretch := _stretch(draft, index)) is not None:
        return stretch, [index]
    if (dimension := draft.named(index, "dimension")) and not unit:
        return distinct_of(dimension), [index]
    return _NOTHING


def _stretch(draft: Draft, index: int) -> Measure | None:
    """Return the number of stretches of time in which something happened: "in at least 3 different months"."""
    field = f"purchase_{draft.name(index)}" if draft.kind(index) == "grain" else ""
    return distinct_of(field) if field in fields() and _DIFFERENT & set(draft.before(index, 1)) else None


def _names_sales(draft: Draft, index: int) -> bool:
    """Whether "100 sales" counts what was sold."""
    return draft.name(index) == "revenue" and any(word in draft.word(index) for word in ("sale", "venda"))


def timed_target(draft: Draft, last: int, index: int, used: list[int], unit: str) -> Target:
    """Return the duration that "10 days" measures: one that is named, else lateness, else the delivery time."""
    for near in (index, index + 1, last - 1, last - 2, last - 3):
        if not draft.free(near):
            continue
        quantity = draft.named(near, "quantity")
        if quantity and fields()[quantity].unit == unit:
            return row_or_group(draft, last, quantity, agg_at(draft, near)), [*used, near]
        if (predicate := draft.named(near, "predicate")) in ("is_late", "is_early"):
            return ("delay_days" if predicate == "is_late" else "early_days"), [*used, near]
    if is_funnel(draft):
        return "sales_cycle_days", used
    if draft.has("entity", "review"):
        return ("review_response_days" if unit == "days" else "review_response_hours"), used
    return ("delivery_days" if unit == "days" else "approval_hours"), used


def _target_before(draft: Draft, first: int, unit: str) -> Target:
    if draft.word(first).startswith(("priced", "cost", "custa")):
        return "price", []
    aggs: list[int] = []
    for index in (first - 1, first - 2, first - 3):
        if not draft.free(index) or not draft.touching(index, index + 1, at_most=3):
            break
        if draft.kind(index) == "agg" and draft.name(index) != "count":
            aggs.append(index)
            continue
        found = _named_before(draft, first, index, aggs, unit)
        if found is not None:
            return found
        if draft.kind(index) not in ("with", "order", "which"):
            break
    return _subject_target(draft, first, unit)


def _named_before(draft: Draft, first: int, index: int, aggs: list[int], unit: str) -> Target | None:
    """Read the measure, quantity or thing before the comparison: "average score below 3", "orders above 500"."""
    if draft.kind(index) == "metric" and _sells_things(draft, first, index):
        return count_of("item"), [index]
    if draft.name(index) == "active_sellers" and unit == "money":
        return measure_of("revenue"), [index]  # "sellers that sold more than 5000 reais"
    if draft.kind(index) == "metric":
        return measure_of(draft.name(index)), [index, *agg_before(draft, index)]
    if quantity := draft.named(index, "quantity"):
        how = draft.name(aggs[0]) if aggs else agg_at(draft, index)
        return row_or_group(draft, first, quantity, how), [index, *aggs, *agg_before(draft, index)]
    entity = draft.named(index, "entity")
    if entity and draft.items[index].counts:
        return count_of(entity), [index]
    if entity == "review" and "mean" in {draft.name(i) for i in (*aggs, index - 1)}:
        averaged = [i for i in (*aggs, index - 1) if draft.name(i) == "mean"]
        return measure_of("average_review_score"), [index, *averaged]  # "an avg review below 3.5"
    return _default_target(draft, entity, index, unit) if entity else None


def _sells_things(draft: Draft, first: int, index: int) -> bool:
    """Whether things of a category are counted: "in how many weeks did we sell over 100 toys"."""
    sold = draft.name(index) == "revenue" and any(word in draft.word(index) for word in ("sell", "sold", "vend"))
    number = next((i for i in (first, first + 1) if draft.kind(i) == "number"), None)
    return sold and number is not None and draft.named(number + 1, "value") == "product_category"


def _subject_target(draft: Draft, first: int, unit: str) -> Target:
    """Read a comparison that only its subject further ahead explains."""
    subject = next((i for i in range(first - 1, -1, -1) if draft.named(i, "entity", "dimension")), None)
    if subject is not None and (entity := draft.named(subject, "entity")):
        return _default_target(draft, entity, subject, unit)
    if unit == "money" and (anywhere := draft.indices("entity", free=False)):
        return _DEFAULT_QUANTITY.get(draft.name(anywhere[0])), []
    return _NOTHING


def _sells(draft: Draft, index: int) -> bool:
    """Whether "sold more than R$ 20,000" is said of someone who sells, and not of single items."""
    while draft.kind(index - 1) in ("with", "which"):
        index -= 1  # "have sold", "que venderam"
    return draft.named(index - 1, "entity") in ("seller", "product") or draft.kind(index - 1) == "dimension"


def _default_target(draft: Draft, entity: str, index: int, unit: str) -> Target:
    """Return what "orders above 500" or "customers over R$ 1000" compare."""
    counted = draft.kind(index - 1) == "agg" and draft.name(index - 1) == "count"
    least = not unit and draft.word(index + 1) in _LEAST and draft.kind(index + 1) in ("compare", "agg")
    if (
        least and entity in _DEFAULT_QUANTITY and not {"?", ".", ","} & set(draft.gap(index, index + 1))
    ):  # "where orders are at least 300"
        return count_of(entity), [index]
    if counted and any(draft.named(i, "entity", "dimension") for i in range(index - 1)):
        return count_of(entity), [index, index - 1]
    if entity == "item" and unit == "money" and _sells(draft, index):
        return measure_of("revenue"), [index]
    if entity in _DEFAULT_QUANTITY:
        if not unit:
            draft.doubt("the amount has no unit", 0.1)
        return _DEFAULT_QUANTITY[entity], []
    return (measure_of("revenue"), []) if unit == "money" else _NOTHING
