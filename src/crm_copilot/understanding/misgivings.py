"""Signs that a plan is not what the question asked, although every word of it was read.

Each check compares one thing that the question says with the finished plan: a number that got lost, a comparison
with a single row, a percentage that is none. What it finds is a doubt, and doubts make the reading less sure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from crm_copilot.catalog import entities, fields
from crm_copilot.library.plan import Plan
from crm_copilot.understanding.against import AGAINST
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.overlooked import OVERLOOKED, Doubt
from crm_copilot.understanding.shapes.order import is_top_of_the_lowest

_NUMBERED = frozenset({"limit", "threshold", "literal", "percent"})
_EACH_OF = re.compile(
    r"\b(?:for each of the|each of the|para cada (?:um|uma) d[oa]s)\s+(?:top\s+)?"
    r"(?:\d+|two(?! (?:have|had|get|got|\W*$))|three|five|ten|duas|dois|tr[eê]s|cinco)\b",
    re.IGNORECASE,
)
_BOTH = frozenset("both ambas ambos also tambem".split())
_TOGETHER = frozenset("junto together".split())
# What one order can have several of.
_MANY = frozenset("product_category payment_type product_id seller_id".split())
_MANY_IDS = frozenset("order_id product_id seller_id customer_unique_id".split())
_IDS = re.compile(r"\b(?:order|seller|product|customer)[ _]ids?\b", re.IGNORECASE)
_SCORED = ("is_negative_review", "is_positive_review")
_ROSE = re.compile(
    r"\b(?:higher|lower|more|less|better|worse|greater|fewer|maior|menor|mais|menos|melhor|pior)\b[^?.]*"
    r" (?:than|do que|que) (?:in|em)\b",
    re.IGNORECASE,
)
_DAY_OR_YEAR = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|fev|abr|mai|ago|set|out|dez)[a-zç]*\s+1[678]\b"
    r"(?!\s*(?:st|nd|rd|th|,|\d|de))",
    re.IGNORECASE,
)
_MEANING = re.compile(
    r"\bwhat (?:do|does) .* mean\b"
    r"|\bhow (?:is|are|do you) .*\b(?:defined|define|calculated|calculate|computed|measured)\b"
    r"|\bo que (?:significa|é considerado)\b|\bcomo (?:é|são) (?:calculad|definid)",
    re.IGNORECASE,
)
_WHAT_DID = re.compile(r"^\s*(?:what|o que|why|por que) (?:do|does|did|fazem|fez|fizeram|os|as)\b", re.IGNORECASE)
_IN_DATES = frozenset("/ - . º st nd rd th jan feb mar apr may jun jul aug sep oct nov dec".split())
_DIFFERS = re.compile(r"\bdiffer(?:s|ed|ing)? (?:from\b|by (?:more|less|at least|over|under|r\$|\d))", re.IGNORECASE)


def misgivings(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Yield the doubts about a plan that its own question raises."""
    if plan.special:
        return
    for check in _CHECKS:
        yield from check(draft, plan)


def _lost_numbers(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    kept = set(_numbers(plan))
    for index, role in draft.roles.items():
        item = draft.items[index]
        if role not in _NUMBERED or item.kind != "number":
            continue
        value = float(item.value)
        if value not in kept and value * 1000 not in kept and value != 1:
            yield f"{item.text} got lost", 0.3
    for index in draft.indices("number"):
        if draft.kind(index) == "number" and not draft.is_fragment and _is_telling(draft, index):
            yield f"{draft.items[index].text} is not used", 0.2


def _is_telling(draft: Draft, index: int) -> bool:
    """Whether an unused number may have been meant: no year, no part of a date, nothing in brackets."""
    value = draft.items[index].value
    beside = {*draft.before(index, 1), *draft.behind(index, 1)}
    plain = value in (None, 0, 1) or 1990 <= float(value) <= 2100 or bool(beside & _IN_DATES)
    return not plain and draft.items[index].text not in draft.aside()


def _numbers(plan: Plan) -> Iterator[float]:
    """Yield every number that stands in the plan."""
    yield from (float(number) for number in (plan.limit, plan.percent) if number is not None)
    yield from (float(edge) for key in plan.by for edge in key.bins)
    yield from (float(measure.agg[1:]) for measure in plan.measures if measure.agg[1:].isdigit())
    inner = [condition for having in plan.having for condition in (*having.measure.where, *having.measure.part)]
    values = [*(c.value for c in plan.conditions()), *(h.value for h in plan.having), *(c.value for c in inner)]
    for value in values:
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, (int, float)) and not isinstance(one, bool):
                yield float(one)


def _nothing_compared(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """A comparison asks for at least two numbers."""
    compared = any(i.kind == "transform" and i.name == "compare" and "vs" in i.text.casefold() for i in draft.items)
    one = not plan.by and len(plan.measures) == 1 and not plan.correlate and not plan.listing
    if compared and one and not any(m.part or m.divisor for m in plan.measures):
        yield "what is compared", 0.3


def _no_percentage(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    asked = draft.has("transform", "share")
    shown = (
        plan.transform
        or any(m.is_percent for m in plan.measures)
        or any(h.part or h.measure.is_percent for h in plan.having)
    )
    if asked and not shown and not draft.percent:
        yield "what the percentage is of", 0.3


def _all_or_nothing(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """A share of rows that the filter has already chosen is 100 %."""
    limited = {c.field for c in plan.where}
    for measure in plan.measures:
        for condition in measure.part:
            if condition.field in limited or condition in plan.where:
                yield f"a share of what {condition.field} has chosen", 0.4
            if condition.field in _SCORED and "review_score" in limited:
                yield "a share of what the scores have chosen", 0.4


def _counts_itself(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Orders counted by order are all one."""
    keys = {key.field for key in plan.by}
    for measure in plan.measures:
        alone = measure.entity and not measure.part and not measure.divisor and not plan.having
        if alone and entities()[measure.entity or ""].key in keys:
            yield f"{measure.entity} counted by itself", 0.4


def _nested(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    shown = len(plan.by) == 1 and len(plan.measures) > 1  # ranked by the one, shown with the other
    if _EACH_OF.search(draft.question) and (draft.limit is not None or not plan.within) and not shown:
        yield "a ranking inside a ranking", 0.4


def _compared_in_a_row(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Rows in which two amounts differ are not found by comparing either with a number."""
    if _DIFFERS.search(draft.question):
        yield "amounts of a row that differ", 0.5


def _one_period_above_the_other(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Groups whose number rose from one period to another are not told by listing both."""
    groups = any(not key.is_time for key in plan.by)
    if groups and len(plan.periods) > 1 and not plan.transform and _ROSE.search(draft.question):
        yield "which groups rose or fell", 0.4


def _day_or_year(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Doubt "May 18", which is a day, and short for a month of 2018."""
    if _DAY_OR_YEAR.search(draft.question):
        yield "a day or a year", 0.3


def _counted_and_cut(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Doubt "how many orders were paid with two methods" as the top two methods: nothing is ranked."""
    counts = bool(draft.items) and (draft.kind(0), draft.name(0)) == ("agg", "count")
    ranked = draft.has("order") or draft.has("adjective") or draft.has("which")
    if plan.limit and plan.by and counts and not ranked:
        yield "what the number is of", 0.4


def _asks_for_meaning(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Doubt a number as the answer to "what does revenue mean"."""
    if _MEANING.search(draft.question):
        yield "what a word means", 0.5


def _what_they_did(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Doubt a bare number of sellers as the answer to "what did our suppliers charge us"."""
    bare = len(plan.measures) == 1 and plan.measures[0].entity and not (plan.by or plan.where or plan.having)
    if bare and _WHAT_DID.search(draft.question):
        yield "what was done", 0.4


def _in_both(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Who bought from both of two categories is not who bought from either."""
    keys = {token.key for token in draft.tokens}
    pairs = [c.field for c in plan.where if c.op == "in" and len(c.value) == 2]
    together = bool(keys & _TOGETHER) and bool(_MANY & set(pairs))
    if any(measure.entity for measure in plan.measures) and (together or (pairs and keys & _BOTH)):
        yield "both or either", 0.35


def _overlapping(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Periods of which one lies within the other are seldom compared: one of them belongs to something else."""
    spans = sorted((p.start, p.end) for p in plan.periods)
    if len(spans) > 1 and any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
        yield "periods that overlap", 0.35


def _whose_period(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Of two periods and a condition on groups, one may be the condition's: "who sold 100 in 2017: revenue in 2018"."""
    compared = draft.has("transform", "compare", "growth", "yoy") or any(key.field == "period" for key in plan.by)
    open_ones = [having for having in plan.having if having.period is None]
    places = [i for i, item in enumerate(draft.items) if item.kind == "period"]
    apart = len(places) == 2 and not draft.touching(places[0], places[1], at_most=2)
    if len(plan.periods) == 2 and apart and open_ones and not compared and not draft.has("grain"):
        yield "whose period it is", 0.4


def _both_directions(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    said = {item.name.split()[-1] for item in draft.items if item.kind in ("order", "adjective")} & {"asc", "desc"}
    if len(said) == 2 and plan.order and not is_top_of_the_lowest(draft):
        yield "highest or lowest", 0.12


def _every_one(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """A row for each customer or order is seldom wanted where nobody said "each" or "which"."""
    whole = not (plan.limit or plan.having or plan.order or plan.where or plan.periods)
    own = any(key.field in ("customer_unique_id", "order_id") for key in plan.by)
    if own and whole and not draft.has("list") and not draft.has("which"):
        yield "a row for each of many", 0.15


def _rows_or_number(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Where the ids of things are asked for, a number without them is not the answer."""
    ids = {key.field for key in plan.by} & _MANY_IDS
    if _IDS.search(draft.question) and draft.has("list") and not (plan.listing or ids):
        yield "whether rows are wanted", 0.3


def _means_of_key(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """The average of what the rows are grouped by says nothing."""
    keys = {key.field for key in plan.by if key.field in fields()}
    for measure in plan.measures:
        if measure.field in keys and fields()[measure.field].kind == "quantity" and not plan.limit:
            yield f"{measure.field} measured by itself", 0.3


_CHECKS: tuple[Callable[[Draft, Plan], Iterator[Doubt]], ...] = (
    _lost_numbers, _nothing_compared, _no_percentage, _all_or_nothing, _counts_itself, _nested, _compared_in_a_row,
    _one_period_above_the_other, _day_or_year, _counted_and_cut, _asks_for_meaning, _what_they_did, _in_both,
    _overlapping, _whose_period, _both_directions, _every_one, _rows_or_number, _means_of_key,
    *OVERLOOKED, *AGAINST,
)  # fmt: skip
