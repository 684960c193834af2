"""Rankings: their direction, what is ranked, and how many of it are wanted."""

from __future__ import annotations

import re
from typing import Literal

from crm_copilot.catalog import entities, fields
from crm_copilot.library.plan import By, Measure, Plan, aggregate_of
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.keys.marks import WHICH_ONE
from crm_copilot.understanding.shapes.quantities import row_quantity
from crm_copilot.understanding.text import plain

# Measures of which less is better, so that "best" means the lowest.
_LOW_IS_GOOD = frozenset(
    "delivery_days approval_hours handling_days transit_days approval_to_delivery_days delay_days late_rate"
    " cancellation_rate negative_share freight_value freight_ratio freight_share total_freight sales_cycle_days"
    " review_response_days one_time_rate".split()
)
_LONG_IS_GOOD = ("early_days", "promised_days")
BAD = frozenset("is_late is_canceled is_negative_review is_dispatched_late is_undelivered is_not_dispatched".split())
_AMOUNTS = {"order": "order_value", "payment": "payment_value"}
_ONE_ZH = re.compile(r"(?:是)?哪(?:一)?(?:个|家|种|类|天|月)(?!些)")
# The end that a ranking begins with: "worst to best", "do melhor pro pior", "começando pelos piores".
_END = re.compile(r"\b(?:best|worst|melhor(?:es)?|pior(?:es)?)\b")
_GOOD = ("best", "melhor", "melhores")
_WHICH_HAS = re.compile(
    r"\b(?:which|qual|quem)(?: one)? (?:has|had|is|was|gets?|got|tem|teve|é|foi|apresenta|recebeu?|fatura|vende)\b",
    re.I,
)
_FIRST = re.compile(
    r"\b(?:best|worst|highest|lowest|biggest|smallest|largest|slowest|fastest|busiest|longest|shortest)"
    r"(?: \w+)? (?:first|on top|at the top)\b",
    re.IGNORECASE,
)
_BUYS = re.compile(
    r"\b(?:gast(?:ou|a|aram|am)|compr(?:ou|a|aram|am)|pag(?:ou|a|aram)|spent|spends?|bought|buys?|paid)\b"
)
_SELLS = re.compile(r"\b(?:vend(?:eu|e|em|eram)|fatur(?:ou|a|aram)|sold|sells?)\b")
_WHO = ("who", "who's", "who’s", "whos", "who is")
# How many rows a superlative shows that names several things but not how many.
_HEAD = 10


def direct(draft: Draft, plan: Plan) -> Plan:
    """Set the direction that an ordering word gives; what is best depends on the measure."""
    ordered = draft.order or ("asc" if is_top_of_the_lowest(draft) else None)
    words = draft.indices("order")
    if all(draft.word(index) == "top" for index in words):
        ordered = ordered or _from_one_end(draft, plan)  # "from the worst to the best, top 10"
    for index in words:
        draft.use(index, "order")
        ordered = ordered or direction_of(draft.name(index), plan)
    ordered = ordered or _from_one_end(draft, plan)
    return plan.but(order=ordered) if ordered else plan


def _from_one_end(draft: Draft, plan: Plan) -> str | None:
    """Return the direction of a ranking "from worst to best"."""
    said = (item.text for item in draft.items if item.kind == "transform" and item.name == "rank")
    ends = (_END.search(plain(text)) for text in said)
    found = next((end for end in ends if end), None)
    return direction_of("best" if found[0] in _GOOD else "worst", plan) if found else None


def is_top_of_the_lowest(draft: Draft) -> bool:
    """Whether "top" only counts: "the top 5 states with the lowest score" are the lowest."""
    words = [(draft.word(i), draft.name(i)) for i in range(len(draft.items)) if draft.kind(i) == "order"]
    lows = [word for word, name in words if name == "asc"]
    return bool(lows) and all(word == "top" for word, name in words if name == "desc") and len(words) > len(lows)


def direction_of(name: str, plan: Plan) -> str:
    """Return "asc" or "desc" for an ordering word; of delivery days the best are the lowest."""
    if name not in ("best", "worst"):
        return name
    main = plan.measures[0] if plan.measures else None
    counts = main is None or bool(main.entity)  # without a measure the things are counted
    low = (main is not None and _is_low_good(main)) or (counts and _are_bad(plan))
    return "asc" if (name == "best") == low else "desc"


def _is_low_good(measure: Measure) -> bool:
    if any(c.field in BAD and c.op == "is" for c in measure.part):
        return True  # a share of late orders
    timed = measure.field in fields() and fields()[measure.field].unit in ("days", "hours")
    return bool({measure.name, measure.field, measure.metric} & _LOW_IS_GOOD) or (
        timed and measure.field not in _LONG_IS_GOOD
    )


def _are_bad(plan: Plan) -> bool:
    """Whether what is counted went wrong, so that the worst have most of it."""
    return any(c.field in BAD and c.op == "is" for c in plan.where)


def rank_subject(draft: Draft, plan: Plan) -> Plan:
    """Give a ranking without a key the thing that was named before: "among sellers ..., which 3 have the highest"."""
    who = plan.order and (_asks_who(draft) or draft.word(0) in _WHO)
    if plan.measures and not plan.order and draft.has("transform", "rank") and draft.kind(0) in ("entity", "grain"):
        plan = plan.but(order="desc")  # "accounts of Ana sorted by spend"
    if (doer := _doer(draft)) and plan.order and plan.measures and not plan.by:
        return plan.but(by=(By(doer),), limit=plan.limit or 1)
    heads = who or (
        plan.order and draft.kind(0) == "entity" and draft.word(0).endswith("s")
    )  # "accounts spending the most"
    if plan.by or not (plan.limit or (plan.order and draft.has("transform", "rank")) or heads):
        return plan
    measured = {i for i, _ in draft.measures}
    for index, item in enumerate(draft.items):
        unused = index not in measured and draft.roles.get(index) in (None, "key")
        if item.kind == "entity" and unused and entities()[item.name].key in fields():
            draft.use(index, "key")
            limit = plan.limit or (1 if who else None)
            return plan.but(by=(By(entities()[item.name].key),), order=plan.order or "desc", limit=limit)
    return plan


def _doer(draft: Draft) -> str | None:
    """Return who is asked for by what is done: "quem gastou mais" is a customer, "quem vendeu mais" a seller."""
    asked = any(draft.word(i) in ("quem", "who") and draft.kind(i) == "which" for i in range(len(draft.items)))
    if not asked or draft.has("entity", "customer", "seller", "deal", "lead", "interaction"):
        return None
    said = plain(draft.question)
    return "customer_unique_id" if _BUYS.search(said) else "seller_id" if _SELLS.search(said) else None


def _asks_who(draft: Draft) -> bool:
    return any(draft.word(i) in _WHO and draft.kind(i) == "which" for i in range(len(draft.items)))


def order(draft: Draft, plan: Plan) -> Plan:
    """Set or drop the direction where the shape decides it."""
    if draft.ranked_by in plan.measures:
        plan = plan.but(measures=tuple(sorted(plan.measures, key=lambda measure: measure != draft.ranked_by)))
    for index in draft.indices("transform"):
        if draft.name(index) in ("rank", "compare", "correlation", "impact"):
            draft.use(index, "transform")
    if plan.listing and plan.limit and (plan.measures or plan.order):
        return plan.but(order=plan.order or "desc")
    if not plan.by:
        return _extreme(draft, plan).but(limit=None, order=None)
    if _is_of_each(draft, plan):
        return _extreme(draft, plan).but(order=None)
    if plan.limit and not plan.order:
        plan = plan.but(order="desc")
    numbered = any(c.field in fields() and fields()[c.field].kind == "quantity" for c in plan.where)
    limited = draft.has("list") or numbered  # "which products cost more than 1000"
    ordered = bool(draft.indices("order", "adjective", free=False)) or not limited
    if plan.order and not plan.limit and ordered and _is_superlative(draft) and not plan.transform:
        plan = plan.but(limit=_how_many(draft, plan))
    if plan.order and not plan.limit and not plan.transform and _asks_for_one(draft, plan):
        plan = plan.but(limit=1)
    if plan.order and not plan.limit and plan.transform == "growth" and _ranked(draft) and _is_singular(draft):
        plan = plan.but(limit=1)  # "in which month did it jump most"
    lone_time = len(plan.by) == 1 and plan.by[0].field in ("time", "period")
    return plan.but(order=None) if lone_time and not (plan.limit or asks_which(draft)) else plan


def _extreme(draft: Draft, plan: Plan) -> Plan:
    """Read a superlative without a group as the extreme of the rows ("the longest delivery time")."""
    if not plan.order or len(plan.measures) != 1 or plan.correlate or plan.listing:
        return plan
    measure, extreme = plan.measures[0], _extreme_of(plan)
    quantity = row_quantity(measure)
    if measure.agg == "mean" and quantity and measure.metric is None:
        return plan.but(measures=(aggregate_of(quantity, extreme),))
    if measure.agg in ("max", "min"):
        return plan
    if measure.entity in _AMOUNTS and not measure.part and not plan.having and draft.has("order"):
        return plan.but(measures=(_largest(measure, extreme),))
    draft.doubt("what is ranked", 0.3)
    return plan


def _is_of_each(draft: Draft, plan: Plan) -> bool:
    """Whether a superlative is of the rows of each group: "the lowest price in each category"."""
    if not plan.order or plan.limit or plan.transform or len(draft.measures) != 1 or len(plan.measures) != 1:
        return False
    place, measure = draft.measures[0]
    averaged = measure.agg == "mean" and measure.metric is None and row_quantity(measure) is not None
    averaged = averaged or (measure.entity in _AMOUNTS and not measure.part and not draft.word(place).endswith("s"))
    ranked = any(draft.marks.get(i) != "by" for i, _ in draft.keys)
    before = (
        draft.kind(place - 1) == "order" and draft.name(place - 1) in ("asc", "desc") and draft.word(place - 1) != "top"
    )
    said = before and not draft.gap(place - 1, place)
    return averaged and not ranked and (said or draft.name(place).startswith("price "))


def _extreme_of(plan: Plan) -> Literal["max", "min"]:
    return "max" if plan.order == "desc" else "min"


def _largest(measure: Measure, extreme: Literal["max", "min"]) -> Measure:
    return aggregate_of(_AMOUNTS[measure.entity or ""], extreme)


def _is_superlative(draft: Draft) -> bool:
    """Whether only the head of a ranking is asked for ("which category sells best"), not all of it in order."""
    if _FIRST.search(draft.question):
        return False  # "best channel first"
    return bool(_ranked(draft)) and not draft.has("transform", "rank")


def _how_many(draft: Draft, plan: Plan) -> int | None:
    """Return how many of a ranking are wanted; of groups under a condition all, unless one of them is ranked first."""
    if plan.having and "order" not in draft.roles.values():
        return None
    one = _is_singular(draft) or _asks_who(draft)
    return 1 if one else None if plan.having else _HEAD


def _asks_for_one(draft: Draft, plan: Plan) -> bool:
    """Whether one of the groups told before is asked for: "of those with 100 reviews, which has the worst score"."""
    ranked = "order" in draft.roles.values() and not _ranked(draft) and len(plan.by) == 1
    return bool(ranked and plan.having and _WHICH_HAS.search(draft.question))


def _is_singular(draft: Draft) -> bool:
    """Whether one thing is asked for: "which state has", not "which states have"."""
    if draft.language == "zh":
        return bool(_ONE_ZH.search(draft.question)) and "哪些" not in draft.question
    ranked = _ranked(draft)
    if any(draft.word(index) in WHICH_ONE for index in draft.indices("which", "list", free=False)):
        return True
    if ranked and draft.word(ranked[0]).startswith(("number", "numero", "número", "que hora")):
        return True
    named = draft.items[ranked[0]] if ranked else None
    head = named.start if named and draft.language == "pt" and draft.kind(ranked[0]) == "dimension" else None
    last = draft.tokens[head if head is not None else named.end - 1].text.casefold() if named else "s"
    last = last.removesuffix("'s").removesuffix("’s")  # "which state's revenue"
    return not last.endswith("s") or last in ("mes", "mês", "business")


def _ranked(draft: Draft) -> list[int]:
    return [i for i, _ in draft.keys if draft.marks.get(i) in ("which", "rank")]


def asks_which(draft: Draft) -> bool:
    """Whether some of the groups are asked for, not all of them."""
    return bool(_ranked(draft)) or draft.has("which") or bool(draft.indices("adjective", free=False))
