"""Signs that a word which was read means more than the plan says: an ordinal, a comparative, whose share it is.

Each check is like those of `misgivings`, which calls them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from crm_copilot.library.plan import Having, Plan
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.wordings import WORDINGS
from crm_copilot.understanding.wordings_of_time import Check, Doubt

__all__ = ["OVERLOOKED", "Doubt"]

_NTH = re.compile(
    r"\b(?:second|third|fourth|fifth|2nd|3rd|4th|5th)[- ](?:best|most|highest|largest|biggest|lowest|worst|least|top"
    r"|smallest|busiest|cheapest|fastest|slowest)|\brunners?[- ]up\b"
    r"|\b(?:segund|terceir|quart|quint)[oa]s?\s+(?:\w+\s+)?(?:mai[s]?|maior|melhor|menor|pior|menos|colocad)",
    re.IGNORECASE,
)
_SAME_DAY = re.compile(
    r"\b(?:on|in|within) (?:the )?(?:same|one|a single) (?:calendar )?(?:day|date)\b"
    r"|\b(?:n[oa] mesm[oa]|num mesmo|numa mesma|em um mesmo) (?:dia|data)\b"
    r"|\b(?:deliver|arriv|shipp|entreg|cheg)\w*[^,.?]{0,20} (?:the |n?o )?(?:same|next|mesmo)[- ](?:day|dia)\b"
    r"|\bsame[- ]day (?:deliver|ship)",
    re.IGNORECASE,
)
_NEVER = re.compile(r"\b(?:never|nunca|jamais|nenhuma? vez|not once)\b", re.IGNORECASE)
_WHEN = re.compile(
    r"^\W*(?:and |e )?(?:when|on (?:what|which) (?:day|date)|what day|quando|em que (?:dia|data)"
    r"|qual (?:o|a) (?:dia|data))\b(?! [^,?]*,)",
    re.IGNORECASE,
)
_DATED = ("date", "timestamp", "_at", "day")
_THAN = re.compile(r"^(?:than|do que|que (?:o|a|os|as)\b)")
_BY = frozenset("by per por each every cada and e for para with com".split())
_NOT = ("_no_", "_not_", "_never_", "is_un", "one_time")
_NEGATIONS = ("is not", "!=", "not in", "missing")
_TIMES = ("purchase_", "order_weekday", "order_daypart", "order_hour")
_GRAINS = frozenset("day week month quarter".split())
_LISTED = frozenset(
    ", and e & / + plus with com vs versus versu while then also but ; : - – — against per as or ou together besides"
    " mais alem both . ? ？ 。 同时 和 与 及 、".split()
)
_IDS = frozenset("customer_unique_id product_id order_id seller_id".split())
_PEOPLE = frozenset(("is_repeat_customer", "is_one_time_customer"))
_JUDGED = frozenset(("is_negative_review", "is_positive_review"))
_OTHERS = ("seller", "product")


def _nth(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """The second best is not the best, nor the best two."""
    if plan.transform != "rank" and not plan.special and _NTH.search(draft.question):
        yield "which place of the ranking is meant", 0.6


def _at_one_time(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Two orders on the same day are more than two orders."""
    timed = any(key.is_time for key in plan.by)
    if not timed and not plan.special and _SAME_DAY.search(draft.question):
        yield "at one time", 0.5


def _never(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """What never happened is not what did: a plan without a negation has lost it."""
    negated = any(c.op in _NEGATIONS or c.value is False for c in plan.conditions())
    left_out = any(having.without or having.value == 0 for having in plan.having)
    implied = any(word in c.field for c in plan.conditions() for word in _NOT)
    if _NEVER.search(draft.question) and not (negated or left_out or implied):
        yield "what never happened", 0.5


def _when(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """The answer to "when" is a time."""
    timed = any(key.is_time or key.field.startswith(_TIMES) for key in plan.by)
    dated = any(word in measure.field for measure in plan.measures for word in _DATED)
    if _WHEN.search(draft.question) and not (timed or dated or plan.listing or plan.reduce):
        yield "when it was", 0.5


def _comparative(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Where one thing is more than another, nothing is ranked: "freight is more expensive than the items"."""
    for index, item in enumerate(draft.items):
        follows = " ".join(draft.behind(index, 2))
        if item.kind in ("adjective", "order") and plan.limit and _THAN.match(follows):
            yield "what is compared with what", 0.4


def _two_grains(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Days and quarters are seldom wanted at once: one of them says what is meant by something else."""
    grains = {key.grain for key in plan.by if key.is_time} & _GRAINS
    if len(grains) > 1 and not plan.reduce and not plan.within:
        yield "two periods to break down by", 0.3


def _buyers_as_rows(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Of "on which weekday do customers buy most" the answer is a weekday, and no customer."""
    ids = [key.field for key in plan.by if key.field in _IDS]
    said = {token.key for token in draft.tokens}
    if plan.limit == 1 and len(plan.by) > 1 and ids and not plan.within and not said & _BY:
        yield "whether each of them is a row", 0.35


def _of_other_people(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Sellers with just one order are not the sellers of customers with just one."""
    counted = any(measure.entity in _OTHERS for measure in plan.measures)
    if counted and not draft.has("entity", "customer") and any(c.field in _PEOPLE for c in plan.where):
        yield "who has so many", 0.4


def _chosen_share(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Of late orders all were delivered: a share of what the filter has chosen says nothing."""
    conditions = {condition.field for condition in plan.where}
    scored = any(c.field == "review_score" for measure in plan.measures for c in measure.part)
    if scored and conditions & _JUDGED:
        yield "a share of what the filter has chosen", 0.4
    stated = any(field.startswith("is_") for field in conditions)
    if stated and any(_is_share(having) for having in plan.having):
        yield "a share of what the filter has chosen", 0.35


def _unlisted(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Two numbers that nothing lists are seldom both wanted: "how many *orders* arrived before the *promised days*"."""
    places = sorted({index for index, _ in draft.measures})
    counted = {measure.field for measure in plan.measures}
    looked_up = any(condition.field in _IDS for condition in plan.where)
    for left, right in pairwise(places if len(counted) > 1 and not looked_up else ()):
        if (
            draft.kind(right) != "adjective"
            and not _LISTED & set(draft.gap(left, right))
            and not _listed_inside(draft, left, right)
        ):
            yield "whether both are asked for", 0.25


def _listed_inside(draft: Draft, left: int, right: int) -> bool:
    """Whether something between two mentions lists them: a comparison, "and" within a phrase."""
    words = {word for index in range(left, right + 1) for word in draft.word(index).split()}
    return bool(_LISTED & words) or any(draft.kind(i) == "transform" for i in range(left, right + 1))


def _is_share(having: Having) -> bool:
    return having.measure.is_percent or bool(having.measure.part)


def _average_lost(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """A total is no answer to a question for an average: "receita média dos pedidos"."""
    asked = any(draft.name(index) == "mean" for index in draft.indices("agg"))
    given = any(m.agg == "mean" or m.divisor or m.part or m.percent for m in plan.measures)
    if asked and plan.measures and not (given or plan.reduce or plan.listing or plan.correlate or plan.having):
        yield "the average got lost", 0.35
    spoken = any(draft.name(index) == "mean" for index in draft.indices("agg", free=False))
    if spoken and any(measure.agg in ("max", "min") for measure in plan.measures) and not given and not plan.by:
        yield "the average became an extreme", 0.4


OVERLOOKED: tuple[Check, ...] = (
    _nth, _at_one_time, _comparative, _two_grains, _buyers_as_rows, _of_other_people, _chosen_share,
    _unlisted, _never, _when, _average_lost, *WORDINGS,
)  # fmt: skip
