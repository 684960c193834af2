"""Turns of phrase about time that mean something else than their words one by one: which day, how long, since when."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from crm_copilot.library.plan import Plan
from crm_copilot.understanding.draft import Draft

Doubt = tuple[str, float]
"""What may be wrong, and how much of the confidence that takes, 0 to 1."""
Check = Callable[[Draft, Plan], Iterator[Doubt]]

_WEEK = re.compile(r"\b(?:week|semana|wk|kw|cw) ?(?:number |no\.? |#|n[ºo°]\.? )?\d{1,2}\b", re.IGNORECASE)
_BACK_WITHIN = re.compile(
    r"\b(?:back|again|return\w*|repeat\w*|second (?:order|purchase)|volt\w+|retorn\w+|de novo|novamente)\b"
    r".*\b(?:within|in|less than|em|dentro)\b",
    re.IGNORECASE,
)
_RETENTION = re.compile(r"\b(?:retention|retained|reten[çc][ãa]o|retidos)\b", re.IGNORECASE)
_SHIPS = re.compile(r"\b(?:ships?|shipping|dispatch\w*|despach\w+|envia[mr]?)\b", re.IGNORECASE)
_WORKING_DAY = re.compile(
    r"\b(?:per|each|every|por|cada) (?:working day|business day|weekday|dia [úu]til)", re.IGNORECASE
)
_SOLD_FAST = re.compile(
    r"\b(?:sells?|selling|sold|vendem?|vendid[oa]s?) (?:the |the most |mais )?(?:fast|quick|r[áa]pid)", re.I
)
_SHIPPED_IN = re.compile(
    r"\b(?:shipped|dispatched|enviad[oa]s|despachad[oa]s) (?:in|during|on|over|last|this|between|em|no|na|durante)\b",
    re.I,
)
_ON_DAYS = re.compile(r"\bdelivered on (?:a |the )?(?:week|mon|tues|wednes|thurs|fri|satur|sun)", re.IGNORECASE)
_AT_CHRISTMAS = re.compile(
    r"(?<!clientes )(?<!vendedores )(?<!cidade )\b(?:de natal\b|(?:do|no|pro|para o|neste) [Nn]atal\b)"
)
_FEAST = re.compile(
    r"\b(?:christmas|xmas|easter|carnival|carnaval|p[áa]scoa|valentine|mother'?s day|father'?s day"
    r"|dia d(?:as m[ãa]es|os pais|os namorados|as crian[çc]as)|natal(?= de \d{4})|r[ée]veillon|holidays?|feriado\w*)\b",
    re.IGNORECASE,
)
_FEW_DAYS = 31
_LATEST = re.compile(
    r"\b(?:last|latest|most recent|newest|[úu]ltim[oa]s) (?:\d+ )?(?:orders|reviews|sales|purchases|payments|customers"
    r"|sellers|comments|pedidos|vendas|compras|avalia\w+|pagamentos|clientes|vendedores|coment\w+)\b"
    r"|\bpedidos mais recentes\b",
    re.IGNORECASE,
)


def _christmas(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Sales "de natal" are those of Christmas, customers "de Natal" those of a city."""
    named = any(c.field.endswith("_city") and c.value == "natal" for c in plan.where)
    if named and _AT_CHRISTMAS.search(draft.question):
        yield "whether Natal is the city or Christmas", 0.5


def _feast(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """The weeks of a feast are none of the year around them."""
    days = any((period.end - period.start).days <= _FEW_DAYS for period in plan.periods)
    named = any("natal" in str(c.value) or "christmas" in str(c.value) for c in plan.where)
    if _FEAST.search(draft.question) and not (days or plan.special or named):
        yield "when the feast is", 0.4


def _numbered_week(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Week 12 is one week, which no plan names."""
    if _WEEK.search(draft.question) and not plan.special:
        yield "which week that is", 0.5


def _back_within(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """To come back within 90 days is no matter of how long a delivery took."""
    if _BACK_WITHIN.search(draft.question) and any(c.field == "delivery_days" for c in plan.conditions()):
        yield "what took so long", 0.5


def _sold_fast(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """What sells fast is sold often, or soon after it was listed: not delivered soon."""
    if _SOLD_FAST.search(draft.question) and any(m.field == "delivery_days" for m in plan.measures):
        yield "what is fast", 0.5


def _working_days(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """An average per working day is of days, and no average of working days and weekends."""
    if _WORKING_DAY.search(draft.question) and any(key.field == "is_weekday" for key in plan.by):
        yield "whether days are meant", 0.45


def _how_long(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """How long, or how fast, is a time."""
    named = [name for measure in plan.measures for name in (measure.field, measure.name)]
    timed = any(re.search(r"day|hour|time|rate|date|month|cycle", name) for name in named) or plan.correlate
    if draft.has("how", "how_long") and not timed and not plan.special and not plan.transform:
        yield "how long", 0.45


def _latest(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """The latest orders are those of the last days, which no ranking by an amount is."""
    dated = any("purchase" in measure.field for measure in plan.measures) or (plan.listing and plan.order)
    if _LATEST.search(draft.question) and not (plan.special or plan.periods or dated):
        yield "which are the latest", 0.5


def _when_shipped(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """What was shipped in a year need not have been bought in it, nor still be on its way."""
    waiting = any(c.field == "order_status" and c.value == "shipped" for c in plan.where)
    if waiting and _SHIPPED_IN.search(draft.question):
        yield "whether it is still on its way", 0.4
    if _ON_DAYS.search(draft.question) and not plan.time:
        yield "which day is meant", 0.4


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


WHEN: tuple[Check, ...] = (
    _christmas,
    _feast,
    _numbered_week,
    _back_within,
    _sold_fast,
    _how_long,
    _working_days,
    _latest,
    _when_shipped,
    _held_later,
    _never_then,
    _ships,
)
