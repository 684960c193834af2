"""Which rows and groups are wanted: thresholds, scores, values, predicates."""

from __future__ import annotations

import re
from dataclasses import replace

from crm_copilot.catalog import entities, fields
from crm_copilot.domain import Period
from crm_copilot.library.plan import By, Condition, Having, Measure, Op, aggregate_of, count_of, distinct_of, measure_of
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.lexicon import Mention
from crm_copilot.understanding.text import plain

_UNITS = {
    "kg": ("product_weight_g", 1000.0), "quilo": ("product_weight_g", 1000.0), "kilo": ("product_weight_g", 1000.0),
    "kilogram": ("product_weight_g", 1000.0), "g": ("product_weight_g", 1.0), "gram": ("product_weight_g", 1.0),
    "grama": ("product_weight_g", 1.0), "kgs": ("product_weight_g", 1000.0), "公斤": ("product_weight_g", 1000.0),
}  # fmt: skip
_MONEY = frozenset({"$", "r", "brl", "reai", "real", "reais"})
_TIMES = frozenset({"x", "vez", "veze", "vezes", "parcela", "prestacao", "instalment", "installment"})
# A thing named with its number: "number of orders", "order count".
COUNTING = re.compile(
    r"(?:number|count|volume|quantidade|numero|número|qtde?|qtd|no\.?|nº) (?:of|de|in)|.* (?:count|volume)$|.*(?:数|量|数量)$"
)
_DEFAULT_QUANTITY = {
    "order": "order_value", "item": "price", "product": "price", "payment": "payment_value", "review": "review_score",
    "deal": "sales_cycle_days", "transaction": "score",
}  # fmt: skip
PAIRS = (
    ("is_late", "is_on_time"), ("is_late", "is_early"), ("is_weekend", "is_weekday"),
    ("is_first_order", "is_repeat_order"), ("is_repeat_customer", "is_one_time_customer"),
    ("is_first_order", "is_repeat_customer"), ("has_comment", "has_no_comment"),
    ("is_instalment", "is_single_instalment"), ("is_single_item", "is_multi_item"), ("is_same_state", "is_other_state"), ("has_review", "has_no_review"),
)  # fmt: skip
ENTITY_FIELDS = {entity.key: name for name, entity in entities().items()}


def read_conditions(draft: Draft) -> None:
    """Use up all mentions that limit rows or groups."""
    _thresholds(draft)
    _literals(draft)
    _limit(draft)
    _with_number(draft)
    _values(draft)
    _predicates(draft)
    _statuses(draft)
    _bands(draft)


# ------------------------------------------------------------------------------------------------- thresholds


def _thresholds(draft: Draft) -> None:
    for index in draft.indices("compare"):
        if not draft.free(index):
            continue
        numbers = _number_of(draft, index)
        sense = draft.items[index].sense("compare")
        if numbers is None and sense and _one_unit(draft, index, sense.name):
            continue
        if numbers is None or sense is None:
            _lone_comparison(draft, index)
            continue
        number, last = numbers
        op: Op = sense.name  # type: ignore[assignment]
        value: object = draft.items[number].value if draft.kind(number) == "number" else 1.0
        draft.use(index, "threshold")
        draft.use(number, "threshold")
        if op == "between":
            second = next((i for i in draft.indices("number") if i > number), None)
            if second is None:
                draft.doubt("a range without its end", 0.4)
                continue
            draft.use(second, "threshold")
            value, last = (value, draft.items[second].value), second
        _apply_threshold(draft, min(index, number), last, _turned(draft, min(index, number), op), value)
    for index in draft.indices("number"):
        end = draft.items[index].end
        if draft.free(index) and end < len(draft.tokens) and draft.tokens[end].text == "+":
            draft.use(index, "threshold")
            draft.fillers.add(end)
            _apply_threshold(draft, index, index, ">=", draft.items[index].value)


def _one_unit(draft: Draft, index: int, op: str) -> bool:
    """Read "within a week", "over a month" as a threshold of one such unit."""
    unit = draft.items[index + 1] if draft.free(index + 1) else None
    factor = _TIME_UNITS.get(unit.name) if unit and unit.kind == "grain" else None
    if (
        not factor
        or unit is None
        or op not in ("<", "<=", ">", ">=")
        or not {"a", "an", "uma", "um", "one"} & set(draft.gap(index, index + 1))
    ):
        return False
    target, used = _timed_target(draft, index, index + 1, [index + 1], factor[0])
    for place in (index, *used):
        draft.use(place, "threshold")
    if isinstance(target, str):
        draft.where.append((index, Condition(target, op, _tidy(factor[1]))))  # type: ignore[arg-type]
    return isinstance(target, str)


_OPPOSITE: dict[Op, Op] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!="}


def _turned(draft: Draft, index: int, op: Op) -> Op:
    """Turn a threshold round that says what to leave out: "ignore those with fewer than 100 leads"."""
    for before in (index - 1, index - 2):
        if draft.free(before) and draft.kind(before) == "no" and draft.touching(before, before + 1, at_most=2):
            draft.use(before, "negation")
            return _OPPOSITE.get(op, op)
        if draft.kind(before) not in ("with", "entity", "dimension"):
            break
    return op


def _lone_comparison(draft: Draft, index: int) -> None:
    """A comparison without a number: "a single seller" means one, "only" and "within" mean nothing here."""
    item = draft.items[index]
    if item.kind != "compare":
        return
    if draft.kind(index - 1) == "period" and draft.kind(index + 1) == "period":
        draft.use(index, "nothing")
        return
    if item.name == ">1" and draft.kind(index + 1) in ("entity", "dimension", "quantity"):
        draft.use(index, "threshold")
        _apply_threshold(draft, index, index, ">", 1.0)
        return
    if draft.kind(index - 1) == "order":
        draft.use(index, "nothing")
        return
    if (
        draft.kind(index + 1) == "predicate"
        and draft.items[index + 1].name == "is_single_item"
        and item.name in (">=", ">")
    ):
        draft.use(index, "threshold")
        draft.use(index + 1, "threshold")
        if item.name == ">":
            draft.where.append((index, Condition("is_multi_item")))
        return
    if item.text.casefold() in ("a single", "single") and draft.kind(index + 1) in ("entity", "dimension"):
        draft.use(index, "threshold")
        _apply_threshold(draft, index, index, "==", 1.0)
        return
    draft.use(index, "nothing" if item.name in ("==", "between", "<=", ">1") else "unread")
    if draft.roles[index] == "unread":
        draft.doubt(f"{item.text} without a number", 0.3)


_POSTFIX = ("or", "and", "ou", "e", "以", "及", "plus", "so", "só", "only")


def _number_of(draft: Draft, index: int) -> tuple[int, int] | None:
    """Return the number that a comparison speaks of, and the last mention of the two.

    The number stands after it ("at least 3"), before it ("3 or more"), or before the noun before it ("3 items or more").
    """
    postfix = draft.items[index].text.split()[0].casefold() in _POSTFIX
    before, after = index - 1, index + 1
    if draft.kind(before) == "number" and "," in draft.gap(before, index):
        postfix, before = False, -1
    if not postfix and _is_number(draft, after) and draft.touching(index, after, at_most=2):
        return after, after
    if _is_number(draft, before) and draft.touching(before, index, at_most=2):
        return before, index
    beyond = index - 2
    if postfix and _is_number(draft, beyond) and draft.kind(before) in ("entity", "quantity", "dimension", "grain"):
        return beyond, index if draft.kind(before) == "grain" else beyond
    if _is_number(draft, after) and draft.touching(index, after, at_most=2):
        return after, after
    return None


def _is_number(draft: Draft, index: int) -> bool:
    return draft.free(index) and draft.kind(index) == "number"


def _apply_threshold(draft: Draft, first: int, last: int, op: Op, value: object) -> None:
    number = next((i for i in (last, first, last - 1) if 0 <= i < len(draft.items) and draft.kind(i) == "number"), last)
    unit, factor = _unit(draft, number)
    behind = [t.key for t in draft.tokens[draft.items[number].end : draft.items[number].end + 6]]
    promised = {
        "promised",
        "estimated",
        "estimate",
        "promise",
        "deadline",
        "due",
        "prazo",
        "prevista",
        "previsto",
        "estimada",
    } & set(behind)
    if unit == "days" and {"before", "ago", "antes", "atras"} & set(behind[:3]) and not promised:
        draft.doubt("days before what", 0.4)
    if factor != 1.0:
        value = tuple(v * factor for v in value) if isinstance(value, tuple) else value * factor  # type: ignore[operator]
    target, used = _target(draft, first, last, unit)
    for index in used:
        draft.use(index, "threshold")
    if target is None:
        draft.doubt(f"what {draft.items[number].text} limits", 0.5)
        return
    shown = _tidy(value)
    if isinstance(target, Measure):
        key = _subject_key(draft, first, target)
        draft.having.append((first, Having(key or "", target, op, shown, period=_own_period(draft, [number, *used]))))  # type: ignore[arg-type]
    else:
        draft.where.append((first, Condition(target, op, shown)))


def _own_period(draft: Draft, used: list[int]) -> Period | None:
    """Return the period that only the condition is about: "grew most, at least 50 items in H1 2017"."""
    after = max(used) + 1
    others = [i for i in draft.indices("period", free=False) if i != after]
    if (
        not others
        or not draft.free(after)
        or draft.kind(after) != "period"
        or not draft.touching(after - 1, after, at_most=2)
    ):
        return None
    if not draft.has("transform", "growth", "yoy", "compare"):
        return None
    draft.use(after, "threshold")
    return draft.items[after].value.period  # type: ignore[no-any-return]


def _tidy(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_tidy(v) for v in value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


_TIME_UNITS = {
    "day": ("days", 1.0), "days": ("days", 1.0), "dia": ("days", 1.0), "天": ("days", 1.0), "week": ("days", 7.0),
    "semana": ("days", 7.0), "周": ("days", 7.0), "month": ("days", 30.0), "mes": ("days", 30.0), "hour": ("hours", 1.0),
    "hora": ("hours", 1.0), "小": ("hours", 1.0), "h": ("hours", 1.0),
}  # fmt: skip


def _unit(draft: Draft, number: int) -> tuple[str | None, float]:
    """Return the field or kind of unit that stands behind a number, and the factor to the unit used here."""
    item = draft.items[number]
    following = [t.key for t in draft.tokens[item.end : item.end + 2]]
    before = [t.key for t in draft.tokens[max(0, item.start - 2) : item.start]]
    if following and following[0] in _UNITS:
        draft.fillers.add(item.end)
        return _UNITS[following[0]]
    if _MONEY & {*following[:1], *before}:
        return "money", 1.0
    if following[:1] == ["%"] or following[:1] == ["percent"]:
        return "percent", 1.0
    if following and following[0] in _TIME_UNITS:
        return _TIME_UNITS[following[0]]
    if following and following[0] in _TIMES and _pays(draft):
        draft.fillers.add(item.end)
        return "payment_installments", 1.0
    return None, 1.0


def _pays(draft: Draft) -> bool:
    """Whether the question is about paying, so that "10x" means instalments."""
    about = [s.name for i in draft.items if (s := i.sense("value", "predicate", "dimension", "quantity"))]
    paid = any(name in fields() and fields()[name].table == "payments" for name in about)
    return paid or draft.has("entity", "payment")


def _target(draft: Draft, first: int, number: int, unit: str | None) -> tuple[Measure | str | None, list[int]]:
    """Return what is compared: a measure of a group, or the name of a field of a row; and the mentions used."""
    if unit == "percent":
        found = _percent_target(draft, first, number)
        if found[0] is not None:
            return found
    if unit in fields():
        nearby = [i for i in (first - 1, number + 1) if draft.free(i) and draft.items[i].sense("quantity")]
        same = [i for i in nearby if (s := draft.items[i].sense("quantity")) and s.name == unit]
        return unit, same
    right = _right_target(draft, number, unit)
    if right[0] is not None:
        return right
    return _left_target(draft, first, unit)


def _right_target(draft: Draft, number: int, unit: str | None) -> tuple[Measure | str | None, list[int]]:
    index, used = number + 1, []
    if unit in ("days", "hours"):
        if draft.kind(index) == "grain":
            used.append(index)
            index += 1
        return _timed_target(draft, number, index, used, unit or "days")
    if not draft.free(index) or not draft.touching(number, index, at_most=2):
        return None, []
    if {"and", "e", ",", "&", "or", "ou", "和", ";", ":"} & set(draft.gap(number, index)):
        return None, []
    item = draft.items[index]
    ahead = index + 1
    following = draft.items[ahead].sense("entity") if draft.free(ahead) and draft.touching(index, ahead) else None
    if item.sense("predicate") and following:
        where = (Condition(item.sense("predicate").name),)  # type: ignore[union-attr]
        return count_of(following.name, where=where), [index, ahead]
    quantity = item.sense("quantity")
    if quantity and quantity.name != "price":
        return _row_or_group(draft, number, quantity.name, None), [index]
    if (
        item.kind == "metric"
        and item.name == "revenue"
        and unit != "money"
        and "sale" in item.text.casefold() + "sale" * ("venda" in item.text)
    ):
        return count_of("item"), [index]
    if item.sense("metric") and unit in ("money", None) and item.kind == "metric":
        return measure_of(item.name), [index]
    if (entity := item.sense("entity")) and unit != "money":
        return count_of(entity.name), [index]
    if (dimension := item.sense("dimension")) and unit is None:
        return distinct_of(dimension.name), [index]
    return None, []


def _percent_target(draft: Draft, first: int, number: int) -> tuple[Measure | str | None, list[int]]:
    """Find the percentage that is limited: "freight above 25 % of the price", "more than 10 % of deliveries are late"."""
    right = number + 1
    sign = [right] if draft.kind(right) == "transform" and draft.items[right].text in ("%", "percent") else []
    right += len(sign)
    item = draft.items[right] if draft.free(right) else None
    if item is None:
        return None, []
    below = item.sense("quantity", "metric")
    left = next(
        (i for i in (first - 1, first - 2) if draft.free(i) and draft.items[i].sense("quantity", "metric")), None
    )
    if below and left is not None:
        above = draft.items[left].sense("quantity", "metric")
        parts = [measure_of(_TOTAL.get(sense.name, sense.name)) for sense in (above, below) if sense]
        name = f"{parts[0].name}_of_{parts[1].name}"
        return replace(parts[0], name=name, divisor=parts[1], percent=True, unit="percent", metric=None), [
            left,
            right,
            *sign,
        ]
    entity = item.sense("entity")
    predicate = next(
        (
            i
            for i in range(right + 1, min(len(draft.items), right + 4))
            if draft.free(i) and draft.kind(i) == "predicate"
        ),
        None,
    )
    if entity and predicate is not None:
        part = (Condition(draft.items[predicate].name),)
        whole = count_of(entity.name)
        return replace(
            whole, name=f"{draft.items[predicate].name[3:]}_{whole.name}", part=part, where=with_base(part)
        ), [right, predicate, *sign]
    return None, []


_TOTAL = {"freight_value": "total_freight", "price": "revenue"}


def _timed_target(
    draft: Draft, number: int, index: int, used: list[int], unit: str
) -> tuple[Measure | str | None, list[int]]:
    """Find the duration that "10 days" measures: one that is named, else lateness, else the delivery time."""
    for near in (index, index + 1, number - 1, number - 2, number - 3):
        if 0 <= near < len(draft.items) and near not in draft.roles:
            item = draft.items[near]
            quantity = item.sense("quantity")
            if quantity and fields()[quantity.name].unit == unit:
                return _row_or_group(draft, number, quantity.name, _agg_at(draft, near)), [*used, near]
            if (predicate := item.sense("predicate")) and predicate.name in ("is_late", "is_early"):
                return ("delay_days" if predicate.name == "is_late" else "early_days"), [*used, near]
    if is_funnel(draft):
        return "sales_cycle_days", used
    if draft.has("entity", "review"):
        return "review_response_days" if unit == "days" else "review_response_hours", used
    return ("delivery_days" if unit == "days" else "approval_hours"), used


def _left_target(draft: Draft, first: int, unit: str | None) -> tuple[Measure | str | None, list[int]]:
    trailing: list[int] = []
    for index in (first - 1, first - 2, first - 3):
        if not draft.free(index) or not draft.touching(index, index + 1, at_most=3):
            break
        item = draft.items[index]
        if item.kind == "agg" and item.name != "count":
            trailing.append(index)
            continue
        if item.kind == "metric":
            return measure_of(item.name), [index, *_agg_before(draft, index)]
        if quantity := item.sense("quantity"):
            agg = draft.items[trailing[0]].name if trailing else _agg_at(draft, index)
            return _row_or_group(draft, first, quantity.name, agg), [index, *trailing, *_agg_before(draft, index)]
        if (entity := item.sense("entity")) and COUNTING.match(item.text.casefold()):
            return count_of(entity.name), [index]
        if entity:
            return _default_target(draft, entity.name, index, unit)
        if item.kind not in ("with", "order", "which"):
            break
    subject = next((i for i in range(first - 1, -1, -1) if draft.items[i].sense("entity", "dimension")), None)
    if subject is not None and (entity := draft.items[subject].sense("entity")):
        return _default_target(draft, entity.name, subject, unit)
    if unit == "money" and (anywhere := draft.indices("entity", free=False)):
        return _DEFAULT_QUANTITY.get(draft.items[anywhere[0]].name), []
    return None, []


def _default_target(draft: Draft, entity: str, index: int, unit: str | None) -> tuple[Measure | str | None, list[int]]:
    """Return what "orders above 500" or "customers over R$ 1000" compare."""
    if draft.kind(index - 1) == "agg" and draft.items[index - 1].name == "count":
        previous = next((i for i in range(index - 2, -1, -1) if draft.items[i].sense("entity", "dimension")), None)
        if previous is not None:
            return count_of(entity), [index, index - 1]
    if entity in _DEFAULT_QUANTITY:
        if unit is None:
            draft.doubt("the amount has no unit", 0.1)
        return _DEFAULT_QUANTITY[entity], []
    if unit == "money":
        return measure_of("revenue"), []
    return None, []


def _agg_at(draft: Draft, index: int) -> str | None:
    inside = draft.items[index].data.get("agg")
    if inside:
        return str(inside)
    before = _agg_before(draft, index)
    if before:
        return draft.items[before[0]].name
    after = index + 1
    if draft.free(after) and draft.kind(after) == "agg" and draft.touching(index, after) and draft.language == "pt":
        draft.use(after, "agg")
        return draft.items[after].name
    return None


def _agg_before(draft: Draft, index: int) -> list[int]:
    before = index - 1
    if draft.free(before) and draft.kind(before) == "agg" and draft.touching(before, index):
        return [before]
    return []


def _row_or_group(draft: Draft, number: int, quantity: str, agg: str | None) -> Measure | str:
    """Decide whether a quantity is compared row by row or summed up for each group first."""
    if agg and agg != "count":
        return aggregate_of(quantity, agg)  # type: ignore[arg-type]
    subject = _subject(draft, number)
    if subject is None:
        return quantity
    entity = draft.items[subject].sense("entity")
    dimension = draft.items[subject].sense("dimension")
    table = fields()[quantity].table
    if entity is None and dimension:
        return aggregate_of(quantity) if fields()[dimension.name].table != table else quantity
    if entity and entity.name in ("seller", "customer", "category", "city", "state") and table == "reviews":
        return aggregate_of(quantity)
    if entity and entity.name == "product" and table == "reviews":
        return aggregate_of(quantity)
    return quantity


def _subject(draft: Draft, index: int) -> int | None:
    """Return the mention of a thing or dimension that stands before and is being limited."""
    for place in range(index - 1, -1, -1):
        item = draft.items[place]
        if item.sense("entity") and draft.roles.get(place) != "threshold":
            return place
        if item.kind == "dimension" and draft.roles.get(place) != "threshold":
            return place
    return None


def _subject_key(draft: Draft, index: int, target: Measure) -> str | None:
    if draft.language == "zh":
        for place in range(index + 1, min(len(draft.items), index + 5)):
            if "的" in draft.gap(place - 1, place) and (key := _key_at(draft, place, target)):
                draft.use(place, "subject")
                return key
    place = _subject(draft, index)
    while place is not None:
        if key := _key_at(draft, place, target):
            return key
        place = _subject(draft, place)
    return None


# What a thing has exactly one of cannot limit it: "products from more than one category" is about the orders.
_ONE_EACH = frozenset(
    {("product", "category"), ("item", "category"), ("item", "seller"), ("item", "product"), ("order", "customer")}
)


def _key_at(draft: Draft, place: int, target: Measure) -> str | None:
    item = draft.items[place]
    if item.kind == "dimension":
        return item.name
    entity = item.sense("entity")
    if entity and (entity.name, target.entity) in _ONE_EACH:
        return None
    if item.kind == "entity" and entity and entity.name != target.entity and entities()[entity.name].key in fields():
        return entities()[entity.name].key
    return None


# --------------------------------------------------------------------------------- scores, instalments, top and with


def _literals(draft: Draft) -> None:
    """Read "5-star", "score of 1 or 2", "10 instalments" as equalities."""
    for index in draft.indices("quantity"):
        sense = draft.items[index].sense("quantity")
        if sense is None or sense.name not in ("review_score", "payment_installments"):
            continue
        numbers = _numbers_beside(draft, index)
        if draft.kind(index - 1) == "by" and draft.touching(index - 1, index):
            for used in numbers:
                draft.use(used, "nothing")
            continue
        values = [draft.items[i].value for i in numbers]
        if not values or (sense.name == "review_score" and not all(v in (1, 2, 3, 4, 5) for v in values)):
            continue
        for used in (index, *numbers):
            draft.use(used, "literal")
        wanted = [int(v) for v in sorted(values)]
        draft.where.append(
            (
                index,
                Condition(sense.name, "==", wanted[0])
                if len(wanted) == 1
                else Condition(sense.name, "in", tuple(wanted)),
            )
        )


def _numbers_beside(draft: Draft, index: int) -> list[int]:
    found: list[int] = []
    for step in (-1, 1):
        at = index + step
        while draft.free(at) and draft.kind(at) == "number" and len(draft.gap(*sorted((at, at - step)))) <= 2:
            ranked = (
                step == -1
                and draft.kind(at - 1) == "order"
                and not draft.items[at - 1].text.casefold().endswith(("most", "mais", "fewest"))
            )
            counted = (
                step == 1 and draft.items[index].text.casefold() not in ("stars", "star") and _counts_next(draft, at)
            )
            if ranked or counted:
                break
            found.append(at)
            at += step
        if found:
            break
    return found


def _counts_next(draft: Draft, number: int) -> bool:
    """Whether the number counts the thing behind it: "by score, 5 sellers"."""
    return draft.kind(number + 1) in ("entity", "dimension") and draft.touching(number, number + 1)


def _limit(draft: Draft) -> None:
    """Read the number of "top 5", "5 states", "os 10 maiores"."""
    for index in draft.indices("number"):
        value = draft.items[index].value
        end = draft.items[index].end
        if end < len(draft.tokens) and draft.tokens[end].key in ("%", "percent", "per"):
            draft.percent = value
            draft.use(index, "percent")
            continue
        before, after = draft.kind(index - 1), draft.kind(index + 1)
        near = draft.touching(index - 1, index, at_most=1)
        ranked = before in ("order", "adjective", "which", "list") and near
        counts = after in (
            "dimension",
            "entity",
            "order",
            "adjective",
            "predicate",
            "grain",
            "quantity",
            "metric",
            "value",
        )
        prior = [t.key for t in draft.tokens[max(0, draft.items[index].start - 2) : draft.items[index].start]]
        closing = draft.items[index + 1].end if index + 1 < len(draft.items) else 0
        aside = (
            prior[-1:] == ["("]
            and closing < len(draft.tokens)
            and draft.tokens[closing].text == ")"
            and draft.kind(index + 1) == "grain"
        )
        if aside:
            draft.use(index + 1, "nothing")
        if (
            aside
            or {"all", "todo", "toda"} & set(prior)
            or (value == 1 and draft.items[index].text.casefold() in ("one", "single", "um", "uma", "一"))
        ):
            draft.use(index, "nothing")
        elif (ranked or (counts and not _withed(draft, index))) and float(value).is_integer() and 0 < value <= 1000:
            draft.limit = int(value) if draft.limit is None else draft.limit
            draft.use(index, "limit")


def _withed(draft: Draft, index: int) -> bool:
    return draft.kind(index - 1) == "with" and draft.touching(index - 1, index) and draft.kind(index + 1) == "entity"


def _with_number(draft: Draft) -> None:
    """Read "customers with 2 orders" as exactly two."""
    for index in draft.indices("number"):
        entity = draft.items[index + 1].sense("entity") if draft.free(index + 1) else None
        subject = _subject(draft, index)
        if draft.kind(index - 1) == "with" and entity and subject is not None:
            key = _subject_key(draft, index, count_of(entity.name))
            if key:
                value = draft.items[index].value
                draft.having.append((index, Having(key, count_of(entity.name), "==", int(value))))
                draft.use(index, "threshold")
                draft.use(index + 1, "threshold")


def _bands(draft: Draft) -> None:
    """Group by the bands that the question spells out."""
    for index in draft.indices("bands"):
        unit, edges = draft.items[index].name, draft.items[index].value
        draft.use(index, "key")
        quantity = _banded(draft, index, unit)
        if quantity is None:
            draft.doubt("what the bands are of", 0.5)
            continue
        closed = draft.items[index].data.get("closed", "left")
        draft.keys.append((index, By(quantity, bins=tuple(edges), closed=closed)))


def _banded(draft: Draft, index: int, unit: str) -> str | None:
    if unit == "kg":
        return "product_weight_g"
    near = sorted(draft.indices("quantity"), key=lambda i: (abs(i - index), i))
    for place in near:
        sense = draft.items[place].sense("quantity")
        if sense and (unit != "money" or fields()[sense.name].unit == "BRL") and sense.name != "freight_value":
            draft.use(place, "absorbed")
            return sense.name
    if unit == "money" or draft.has("entity", "order"):
        return "order_value" if draft.has("entity", "order") else "price"
    return None


# -------------------------------------------------------------------------------------------- values and predicates


def _values(draft: Draft) -> None:
    by_field: dict[str, list[tuple[int, object, bool]]] = {}
    sides: dict[int, str] = {}
    for index in draft.indices("value"):
        item = draft.items[index]
        if item.kind not in ("value",):
            continue
        listed = index - 1 in sides and draft.touching(index - 1, index, at_most=1)
        field = _field_of(draft, index, item)
        if listed and _twin(field) == sides[index - 1]:
            field = sides[index - 1]
        sides[index] = field
        if field.endswith("_city") and _named_for_state(draft, index):
            draft.use(index, "value")
            continue
        values = _values_of(item, field)
        draft.use(index, "value")
        _absorb(draft, index, field)
        if item.fuzzy or item.data.get("score", 1.0) < 0.75:
            draft.doubt(f"{item.text} read as {values[0]}", 0.15)
        negated = _negated(draft, index)
        by_field.setdefault(field, []).extend((index, value, negated) for value in values)
    for field, found in by_field.items():
        _value_condition(draft, field, found)


def _named_for_state(draft: Draft, index: int) -> bool:
    """Whether "São Paulo (SP)" means the state that has the city's name."""
    code = draft.items[index + 1].sense("value") if draft.free(index + 1) else None
    if code is None or not code.name.endswith("_state") or draft.gap(index, index + 1) not in (["("], ["-"], ["/"]):
        return False
    names = fields()["customer_state"].values.get(code.value, {}).get("en", [])
    return f"state of {plain(draft.items[index].text)}" in names


def is_funnel(draft: Draft) -> bool:
    """Whether the question is about leads and deals."""
    named = [
        item.sense("dimension", "quantity", "predicate")
        for item in draft.items
        if item.kind in ("dimension", "quantity", "predicate")
    ]
    return (
        draft.has("entity", "lead", "deal")
        or draft.has("metric", "conversion_rate")
        or any(sense and fields()[sense.name].table in ("leads", "deals") for sense in named)
    )


def _values_of(item: Mention, field: str) -> list[object]:
    own = [s.value for s in item.senses if s.kind == "value" and s.name == field]
    values = own or [s.value for s in item.senses if s.kind == "value" and _twin(s.name) == field]
    values = values or [s.value for s in item.senses if s.kind == "value"]
    score = item.data.get("score", 1.0)
    return list(dict.fromkeys(values)) if score == 0.75 else [values[0]]


def _twin(field: str) -> str:
    """Return the seller's field for a customer's one and the other way round."""
    if field.startswith("customer_"):
        return "seller_" + field.removeprefix("customer_")
    return "customer_" + field.removeprefix("seller_") if field.startswith("seller_") else field


def _field_of(draft: Draft, index: int, item: Mention) -> str:
    names = [s.name for s in item.senses if s.kind == "value"]
    funnel = is_funnel(draft)
    if "business_segment" in names and ("product_category" not in names or funnel):
        if funnel or "product_category" not in names:
            return "business_segment"
    name = next((n for n in names if n != "business_segment"), names[0])
    if name == "payment_type":
        main = [i for i in draft.indices("dimension") if draft.items[i].name == "main_payment_type"]
        if main:
            draft.use(main[0], "absorbed")
            return "main_payment_type"
    if name.startswith(("customer_", "seller_")) and _twin(name) != name:
        placed = _near_dimension(draft, index)
        if placed and placed in (name, _twin(name)):
            return placed
        wants_seller = _seller_near(draft, index)
        customer = name if name.startswith("customer_") else _twin(name)
        seller = _twin(customer)
        return seller if wants_seller and seller in fields() else customer
    return name


def _near_dimension(draft: Draft, index: int) -> str | None:
    for near in (index - 1, index + 1):
        if (
            0 <= near < len(draft.items)
            and draft.kind(near) == "dimension"
            and draft.touching(*sorted((near, index)), at_most=1)
        ):
            name = draft.items[near].name
            if name.startswith("seller_"):
                return name
    return None


def _seller_near(draft: Draft, index: int) -> bool:
    """Whether the place is the seller's: the nearest thing that has a place is a seller."""
    for distance in range(1, 6):
        for near in (index - distance, index + distance):
            if not 0 <= near < len(draft.items):
                continue
            item = draft.items[near]
            entity = item.sense("entity") if item.kind == "entity" else None
            if (entity and entity.name == "seller") or item.name in ("active_sellers", "seller_id", "seller_city"):
                return near < index or distance == 1
            if entity and entity.name in ("customer", "order"):
                return False
    return False


def _absorb(draft: Draft, index: int, field: str) -> None:
    """Use up the name of the dimension beside one of its values: "the state of SP"."""
    for near in (index - 1, index + 1):
        if not draft.free(near) or not draft.touching(*sorted((near, index)), at_most=1):
            continue
        sense = draft.items[near].sense("dimension")
        by_marked = draft.kind(near - 1) == "by" and draft.items[near - 1].text.casefold() not in ("of different", "de")
        counted = draft.kind(near - 1) == "agg" and draft.items[near - 1].name == "count"
        if (
            sense
            and sense.name in (field, _twin(field), "product_category")
            and not by_marked
            and not counted
            and sense.name.split("_")[-1] == field.split("_")[-1]
        ):
            draft.use(near, "absorbed")


def _negated(draft: Draft, index: int) -> bool:
    before = index - 1
    while before >= 0 and draft.roles.get(before) in ("absorbed", "value"):
        before -= 1
    if draft.kind(before) == "no" and draft.touching(before, index, at_most=3):
        draft.use(before, "negation")
        return True
    return draft.roles.get(before) == "negation"


def _value_condition(draft: Draft, field: str, found: list[tuple[int, object, bool]]) -> None:
    places = list(dict.fromkeys(index for index, _, _ in found))
    values = tuple(dict.fromkeys(value for _, value, _ in found))
    if len(values) >= max(3, len(fields()[field].values)) if field in fields() and fields()[field].values else False:
        draft.keys.append((places[0], By("time", "daypart") if field == "order_daypart" else By(field)))
        return
    negated = found[0][2]
    one = len(values) == 1
    op: Op = ("!=" if negated else "==") if one else ("not in" if negated else "in")
    if _against_rest(draft) and not negated:
        draft.keys.append((places[0], By(field, only=values)))
        return
    draft.where.append((places[0], Condition(field, op, values[0] if one else values)))
    together = any(t.key in ("together", "combined", "junto", "somado") for t in draft.tokens) or _only(draft, places)
    if len(places) > 1 and not one and not negated and not together:
        draft.keys.append((places[0], By(field)))


def _only(draft: Draft, places: list[int]) -> bool:
    """Whether the values are only what is looked at ("Saturdays and Sundays only") and not compared."""
    first, last = draft.items[places[0]].start, draft.items[places[-1]].end
    beside = [*draft.tokens[max(0, first - 2) : first], *draft.tokens[last : last + 1]]
    either = any(t.key in ("or", "ou", "或") for t in draft.tokens[first:last]) and not draft.has(
        "transform", "compare"
    )
    return either or any(t.key in ("only", "just", "apena", "apenas", "somente", "so") for t in beside)


_STATUS = {"is_delivered": "delivered", "is_canceled": "canceled"}


def _statuses(draft: Draft) -> None:
    """Read "canceled or unavailable" as either: an order has one status only."""
    found = [(i, c) for i, c in draft.where if c.field == "order_status" or c.field in _STATUS]
    if len(found) < 2:
        return
    values: list[object] = []
    for _, condition in found:
        value = _STATUS.get(condition.field, condition.value)
        values.extend(value if isinstance(value, tuple) else (value,))
    negated = any(c.op in ("!=", "not in", "is not") for _, c in found)
    both = Condition("order_status", "not in" if negated else "in", tuple(dict.fromkeys(values)))
    draft.where = [(i, c) for i, c in draft.where if (i, c) not in found] + [(found[0][0], both)]
    draft.keys = [(i, k) for i, k in draft.keys if k.field != "order_status" or draft.kind(i) != "value"]


def _same_place(draft: Draft) -> None:
    """Use up the two parties of "customer and seller are in the same state"."""
    places = [
        i
        for i in draft.indices("predicate")
        if draft.items[i].name in ("is_same_state", "is_same_city", "is_other_state")
    ]
    for place in places:
        for index in draft.indices("entity"):
            near = abs(index - place) <= 3 and draft.items[index].name in ("customer", "seller")
            if near and draft.kind(index - 1) not in ("agg", "by"):
                draft.use(index, "absorbed")


_REST = re.compile(
    r"\b(?:the rest|rest of|all others?|everyone else|everywhere else|other states|other categories|o resto|os demais|as demais|os outros|demais estados|restante)\b|其他|其余"
)


def _against_rest(draft: Draft) -> bool:
    """Whether a value is compared with all the others: "SP against the rest of the country"."""
    found = _REST.search(plain(draft.question))
    if found:
        inside = [i for i, t in enumerate(draft.tokens) if t.start < found.end() + 15 and t.end > found.start()]
        draft.fillers |= {
            i
            for i in inside
            if draft.tokens[i].key
            in (
                "rest",
                "resto",
                "country",
                "pais",
                "other",
                "else",
                "brazil",
                "brasil",
                "demai",
                "outro",
                "restante",
                "the",
                "of",
                "everyone",
                "everywhere",
            )
        }
    return bool(found) and draft.has("transform", "compare")


def _predicates(draft: Draft) -> None:
    _same_place(draft)
    if draft.has("predicate", "is_weekend"):
        for index in draft.indices("grain"):
            if draft.items[index].name == "weekday":
                draft.use(index, "key")
                weekend = next(i for i in draft.indices("predicate") if draft.items[i].name == "is_weekend")
                _split_by(draft, "is_weekend", weekend)
                return
    present = {
        sense.name: index
        for index in draft.indices("predicate")
        if (sense := draft.items[index].sense("predicate")) and draft.items[index].kind in ("predicate", "metric")
    }
    share = draft.has("transform", "share")
    others = [c for _, c in draft.where if c.field not in present]
    for first, second in PAIRS:
        both = first in present and second in present
        if both and (not share or others or draft.has("transform", "compare")):
            _split_by(draft, first, present[first])
            draft.use(present[second], "key")
            present = {k: v for k, v in present.items() if k not in (first, second)}
    for name, index in present.items():
        if not draft.free(index) or draft.items[index].kind != "predicate":
            continue
        weighed = any(i.kind == "transform" and i.name in ("impact", "correlation") for i in draft.items) or (
            draft.has("transform", "compare") and not draft.has("by")
        )
        compared = weighed and bool(draft.indices("quantity") or draft.indices("metric"))
        if (draft.kind(index - 1) == "by" and draft.touching(index - 1, index)) or (
            compared and len(present) == 1 and not share and name != "is_delivered"
        ):
            _split_by(draft, name, index)
            continue
        draft.use(index, "predicate")
        op: Op = "is not" if _negated(draft, index) else "is"
        draft.where.append((index, Condition(name, op)))


def _split_by(draft: Draft, predicate: str, index: int) -> None:
    draft.use(index, "key")
    draft.keys.append((index, By(predicate)))
    base = fields()[predicate].base
    if base:
        draft.where.append((index, Condition(base)))


def with_base(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Return the conditions that limit what a share is taken of, where a predicate brings one."""
    bases = [fields()[c.field].base for c in conditions if c.field in fields()]
    if any(c.field in fields() and fields()[c.field].table == "reviews" for c in conditions):
        bases.append("has_review")
    return tuple(Condition(base) for base in dict.fromkeys(bases) if base)
