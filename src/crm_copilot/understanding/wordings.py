"""Turns of phrase that mean more, or something else, than their words one by one.

Each check looks at the words of a question and the plan that was made of them, and yields what it doubts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from crm_copilot.library.plan import Plan
from crm_copilot.understanding.draft import Draft

Doubt = tuple[str, float]
"""What may be wrong, and how much of the confidence that takes, 0 to 1."""
Check = Callable[[Draft, Plan], Iterator[Doubt]]

_WITH_PHOTOS = re.compile(
    r"\b(?:with|having|have|has|com|t[eê]m) (?:any |some )?(?:photo|picture|image|foto|image[mn])s?\b", re.I
)
_SALES = ("order_items", "orders", "payments", "reviews")
_WHO = ("seller_id", "customer_unique_id", "product_id", "product_category")
_WEEK = re.compile(r"\b(?:week|semana|wk|kw|cw) ?(?:number |no\.? |#|n[ºo°]\.? )?\d{1,2}\b", re.IGNORECASE)
_WHAT_BOUGHT = re.compile(
    r"^\W*(?:and )?what (?:did|does|do|has|have)\b[^,.?]*\b(?:buy|order|purchase|bought|ordered)(?: (?:the )?most)?\W*$"
    r"|^\W*(?:e )?o que\b[^,.?]*\b(?:comprou|compraram|compram?|pediu)(?: mais)?\W*$",
    re.IGNORECASE,
)
_WHAT_ELSE = re.compile(
    r"\bwhat else\b.*\b(?:buy|bought|order)|\bo que mais\b.*\bcompr.*\b(?:de|quem)\b", re.IGNORECASE
)
_ONE_ORDER = re.compile(
    r"\b(?:on|in|for|of|em|num|de) (?:one|a single|an|a|um|um s[óo]|um [úu]nico) (?:order|pedido)\b", re.IGNORECASE
)
_ORDER_NUMBER = re.compile(r"\border (?:number|no\.?|nr\.?)(?!\w)|\bn[úu]mero do pedido\b", re.IGNORECASE)
_BACK_WITHIN = re.compile(
    r"\b(?:back|again|return\w*|repeat\w*|second (?:order|purchase)|volt\w+|retorn\w+|de novo|novamente)\b"
    r".*\b(?:within|in|less than|em|dentro)\b",
    re.IGNORECASE,
)
_DO_MORE = re.compile(
    r"^\W*(?:do|does|did|has|have|are|is|was|were|ser[áa] que)\b[^,.:]*"
    r"\b(?:better|worse|more|higher|lower|faster|slower|less|fewer|melhor(?:es)?|pior(?:es)?|mais|menos)\b[^,.:]*\?*$",
    re.IGNORECASE,
)
_PER_UNIT = re.compile(
    r"(?:\b(?:per|por|a cada|cada)|/) ?(?:kg|kilos?|kilograms?|quilos?|grams?|gramas?|km|kilomet\w+)\b", re.I
)
_HALF = re.compile(r"\b(?:half (?:of )?(?:the|our|all|their|its)\b|metade (?:d[aeo]s?)\b)", re.IGNORECASE)
_EVERYWHERE = re.compile(
    r"\b(?:in|to|from|across|em|para|de) (?:every |each and every |all (?:the |our )?(?:\d+ )?|tod[ao]s? (?:[ao]s? )?)"
    r"(?:\w+ )?(?:states?|regions?|categor\w+|months?|quarters?|years?|estados?|regi[ãõo]\w+|mes(?:es)?|m[êe]s"
    r"|anos?)\b",
    re.IGNORECASE,
)
_RETENTION = re.compile(r"\b(?:retention|retained|reten[çc][ãa]o|retidos)\b", re.IGNORECASE)
_SHIPS = re.compile(r"\b(?:ships?|shipping|dispatch\w*|despach\w+|envia[mr]?)\b", re.IGNORECASE)
_SOLD_FAST = re.compile(
    r"\b(?:sells?|selling|sold|vendem?|vendid[oa]s?) (?:the |the most |mais )?(?:fast|quick|r[áa]pid)", re.I
)
_AT_CHRISTMAS = re.compile(
    r"(?<!clientes )(?<!vendedores )(?<!cidade )\b(?:de natal\b|(?:do|no|pro|para o|neste) [Nn]atal\b)"
)
_LATEST = re.compile(
    r"\b(?:last|latest|most recent|newest|[úu]ltim[oa]s) (?:\d+ )?(?:orders|reviews|sales|purchases|payments|customers"
    r"|sellers|pedidos|vendas|compras|avalia\w+|pagamentos|clientes|vendedores)\b|\bpedidos mais recentes\b",
    re.IGNORECASE,
)


def _christmas(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Sales "de natal" are those of Christmas, customers "de Natal" those of a city."""
    named = any(c.field.endswith("_city") and c.value == "natal" for c in plan.where)
    if named and _AT_CHRISTMAS.search(draft.question):
        yield "whether Natal is the city or Christmas", 0.5


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


def _numbered_week(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Week 12 is one week, which no plan names."""
    if _WEEK.search(draft.question) and not plan.special:
        yield "which week that is", 0.5


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


def _back_within(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """To come back within 90 days is no matter of how long a delivery took."""
    if _BACK_WITHIN.search(draft.question) and any(c.field == "delivery_days" for c in plan.conditions()):
        yield "what took so long", 0.5


def _per_unit(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Freight for each kilogram is no freight: no plan divides by a weight."""
    if _PER_UNIT.search(draft.question) and not plan.special:
        yield "for each of which unit", 0.5


def _sold_fast(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """What sells fast is sold often, or soon after it was listed: not delivered soon."""
    if _SOLD_FAST.search(draft.question) and any(m.field == "delivery_days" for m in plan.measures):
        yield "what is fast", 0.5


def _how_long(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """How long, or how fast, is a time."""
    named = [name for measure in plan.measures for name in (measure.field, measure.name)]
    timed = any(re.search(r"day|hour|time|rate|date|month", name) for name in named) or plan.correlate
    if draft.has("how", "how_long") and not timed and not plan.special and not plan.transform:
        yield "how long", 0.45


def _minus_counts(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Nobody takes a number of items away from a number of payments."""
    for measure in plan.measures:
        if measure.minus and measure.whole.entity and measure.minus.entity not in (None, measure.whole.entity):
            yield "a difference of what", 0.4


def _latest(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """The latest orders are those of the last days, which no ranking by an amount is."""
    dated = any("purchase" in measure.field for measure in plan.measures)
    if _LATEST.search(draft.question) and not (plan.special or plan.periods or dated):
        yield "which are the latest", 0.5


def _half(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Those that make up half of something are so many that they do, which a list of all is not."""
    if _HALF.search(draft.question) and not plan.percent and not plan.periods:
        yield "half of what", 0.5


def _held_later(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Retention of those of one month is what they did later, and no rate of that month."""
    if plan.periods and not plan.special and _RETENTION.search(draft.question):
        yield "who was kept until when", 0.45


def _never_then(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """What has no sales in 2018 may have had some before."""
    never = any(condition.field == "is_never_sold" and condition.op == "is" for condition in plan.conditions())
    if never and plan.periods:
        yield "never, or not then", 0.4


def _ships(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """How fast a seller ships is until the carrier has it, or until the customer has it."""
    delivered = any(measure.field == "delivery_days" for measure in plan.measures)
    if delivered and any(key.field == "seller_id" for key in plan.by) and _SHIPS.search(draft.question):
        yield "until it is handed over, or delivered", 0.35


def _everywhere(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Who sold in every region has to be counted by region first."""
    who = draft.has("which") and any(key.field in _WHO for key in plan.by)
    if who and not plan.having and not plan.within and _EVERYWHERE.search(draft.question):
        yield "whether it holds for every one", 0.4


WORDINGS: tuple[Check, ...] = (
    _order_number, _back_within, _christmas, _having_some, _of_deals, _what_was_bought, _of_one_order, _numbered_week,
    _more_of_both, _per_unit, _everywhere, _half, _held_later, _never_then,
    _ships, _sold_fast, _how_long, _minus_counts, _latest,
)  # fmt: skip
