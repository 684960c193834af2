"""Turns of phrase that mean more, or something else, than their words one by one.

Each check looks at the words of a question and the plan that was made of them, and yields what it doubts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crm_copilot.library.plan import Plan
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.wordings_of_time import WHEN, Check, Doubt
from crm_copilot.understanding.wordings_of_two import OF_TWO

_WITH_PHOTOS = re.compile(
    r"\b(?:with|having|have|has|com|t[eê]m) (?:any |some )?(?:photo|picture|image|foto|image[mn])s?\b", re.I
)
_SALES = ("order_items", "orders", "payments", "reviews")
_WHO = ("seller_id", "customer_unique_id", "product_id", "product_category")
_WHAT_BOUGHT = re.compile(
    r"^\W*(?:and )?what (?:did|does|do|has|have)\b[^,.?]*\b(?:buy|order|purchase|bought|ordered|sell)"
    r"(?: (?:the )?most)?\W*$"
    r"|^\W*(?:e )?o que mais (?:se )?(?:vende\w*|sai|saiu|compra\w*|comprou)\b"
    r"|^\W*(?:e )?o que\b[^,.?]*\b(?:comprou|compraram|compram?|pediu|vendem)(?: mais)?\W*$",
    re.IGNORECASE,
)
_WHAT_ELSE = re.compile(
    r"\bwhat else\b.*\b(?:buy|bought|order)|\bo que mais\b.*\bcompr.*\b(?:de|quem)\b", re.IGNORECASE
)
_ONE_ORDER = re.compile(
    r"\b(?:on|in|for|of|em|num|de) (?:one|a single|an|a|um|um s[óo]|um [úu]nico) (?:order|pedido)\b", re.IGNORECASE
)
_ORDER_NUMBER = re.compile(r"\border (?:number|no\.?|nr\.?)(?!\w)|\bn[úu]mero do pedido\b", re.IGNORECASE)
_DO_MORE = re.compile(
    r"^\W*(?:do|does|did|has|have|are|is|was|were|ser[áa] que)\b[^,.:]*"
    r"\b(?:better|worse|more|higher|lower|faster|slower|less|fewer|melhor(?:es)?|pior(?:es)?|mais|menos)\b[^,.:]*\?*$",
    re.IGNORECASE,
)
_PER_UNIT = re.compile(
    r"(?:\b(?:per|por|a cada|cada)|/) ?(?:kg|kilos?|kilograms?|quilos?|grams?|gramas?|km|kilomet\w+)\b", re.I
)
_TOGETHER = re.compile(r"\b(?:together|altogether|junt[oa]s|somad[oa]s)\b", re.IGNORECASE)
_HALF = re.compile(r"\b(?:half (?:of )?(?:the|our|all|their|its)\b|metade (?:d[aeo]s?)\b)", re.IGNORECASE)
_EVERYWHERE = re.compile(
    r"\b(?:in|to|from|across|em|para|de) (?:every |each and every |all (?:the |our )?(?:\d+ )?|tod[ao]s? (?:[ao]s? )?)"
    r"(?:\w+ )?(?:states?|regions?|categor\w+|months?|quarters?|years?|estados?|regi[ãõo]\w+|mes(?:es)?|m[êe]s"
    r"|anos?)\b",
    re.IGNORECASE,
)
_WIDEST = re.compile(
    r"\b(?:widest|largest|biggest|narrowest|smallest|maior|menor) (?:\w+ )?(?:range|spread|gap|amplitude)",
    re.IGNORECASE,
)


def _having_some(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Products "with photos" are those that have some: their average number is something else."""
    limited = any(condition.field == "product_photos_qty" for condition in plan.conditions())
    if _WITH_PHOTOS.search(draft.question) and not limited:
        yield "which have some", 0.5


def _of_deals(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Revenue "lost" to cancellations is no deal that was lost."""
    sold = bool(plan.measures) and all(measure.table in _SALES for measure in plan.measures)
    if sold and any(condition.field in ("is_closed", "is_not_closed") for condition in plan.conditions()):
        yield "whether deals are meant", 0.5


def _what_was_bought(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """What somebody bought is a list of things, and not how much."""
    things = any(key.field.startswith("product") for key in plan.by) or plan.listing or plan.special
    if _WHAT_BOUGHT.search(draft.question) and not things:
        yield "what was bought", 0.5
    if _WHAT_ELSE.search(draft.question) and not plan.special:
        yield "what else was bought", 0.5


def _of_one_order(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """The most freight of an order is that of all its items."""
    extreme = any(m.agg in ("max", "min") and m.field in ("freight_value", "payment_value") for m in plan.measures)
    if extreme and not plan.by and _ONE_ORDER.search(draft.question):
        yield "whether all of an order counts together", 0.4


def _more_of_both(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Whether dearer things are better is told by no single number."""
    told_apart = plan.by and not plan.limit
    single = len(plan.measures) == 1 and not (told_apart or plan.correlate or plan.having)
    if single and _DO_MORE.search(draft.question):
        yield "what is held against what", 0.4


def _order_number(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """The number of an order is its id, not how many there are."""
    if _ORDER_NUMBER.search(draft.question) and any(measure.entity == "order" for measure in plan.measures):
        yield "whether an id is asked for", 0.5


def _per_unit(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Freight for each kilogram is no freight: no plan divides by a weight."""
    if _PER_UNIT.search(draft.question) and not plan.special:
        yield "for each of which unit", 0.5


def _minus_counts(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Nobody takes a number of items away from a number of payments."""
    for measure in plan.measures:
        if measure.minus and measure.whole.entity and measure.minus.entity not in (None, measure.whole.entity):
            yield "a difference of what", 0.4


def _widest(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """No plan ranks by how far the ends of a range are apart."""
    if _WIDEST.search(draft.question) and {"min", "max"} & {measure.agg for measure in plan.measures}:
        yield "how wide a range is", 0.5


def _together(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """What the first ten bring in together is one number, and no ranking."""
    if plan.limit and plan.limit > 1 and not plan.transform and _TOGETHER.search(draft.question):
        yield "what they make together", 0.4


def _half(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Those that make up half of something are so many that they do, which a list of all is not."""
    if _HALF.search(draft.question) and not plan.percent and not plan.periods:
        yield "half of what", 0.5


def _everywhere(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Who sold in every region has to be counted by region first."""
    who = draft.has("which") and any(key.field in _WHO for key in plan.by)
    if who and not plan.having and not plan.within and _EVERYWHERE.search(draft.question):
        yield "whether it holds for every one", 0.4


WORDINGS: tuple[Check, ...] = (
    _having_some,
    _of_deals,
    _what_was_bought,
    _of_one_order,
    _more_of_both,
    _order_number,
    _per_unit,
    _minus_counts,
    _widest,
    _together,
    _half,
    _everywhere,
    *WHEN,
    *OF_TWO,
)
