"""Percentages: of a part ("what share was late"), of a total ("share by state"), of another measure."""

from __future__ import annotations

import re
from dataclasses import replace

from crm_copilot.catalog import entities
from crm_copilot.library.combining import limited
from crm_copilot.library.plan import Condition, Measure, Plan, aggregate_of, count_of, measure_of
from crm_copilot.understanding.conditions import with_base
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.measures import as_part_of
from crm_copilot.understanding.shapes.growth import is_compared_in_percent
from crm_copilot.understanding.shapes.parts import PLACES, is_whose, part_of
from crm_copilot.understanding.text import plain

_SCORED = frozenset({"is_negative_review", "is_positive_review"})
_OF_REVIEWS = _SCORED | {"has_comment", "has_no_comment", "review_score"}
_EACH = ("each", "cada")
# What not every order has: its share is of those that do.
_KNOWN_FOR = {
    **dict.fromkeys(("delivery_days", "transit_days", "delay_days", "early_days"), "has_delivery"),
    "order_value": "has_items",
}
_DELIVERED = {"is_on_time": "on_time_rate", "is_late": "late_rate"}
_OVER = frozenset("sobre over / divided relative dividido".split())
# "How much freight was charged, and what percentage of revenue is that?" asks for both.
_THAT = re.compile(
    r"\b(?:is|does|are|was) (?:that|this|it)\b|\b(?:isso|ele|ela) (?:representa|corresponde|é)", re.IGNORECASE
)
_VALUE = re.compile(
    r"\b(?:by|in|of|em|por|no|do) (?:total |sales |paid |payment |the )*(?:value|amount|amounts|money|valor|valores"
    r"|dinheiro|reais|brl|faturamento|montante)\b|\b(?:in|em|by|por) r\$(?! ?\d)"
    r"|\bwhat (?:was|is|has been|gets|customers?|people|buyers?|they|we)(?: \w+)? (?:paid|pay|spent|spend)\b"
    r"|\b(?:total|amount|value|money|sum) (?:that was |customers? |people )?paid\b|\bpaid (?:amount|value|total)\b"
    r"|\b(?:do|no) que (?:foi |os clientes |se )?pag\w+|\b(?:valor|total) pago\b"
)
# "How many and what percentage", "how many were late, and what share is that": both are asked for.
_SHARE_WORD = r"(?:percent\w*|%|share|proportion|fraction|percentual|porcentagem|propor[çc][ãa]o|fatia)"
_ALSO_COUNTED = re.compile(
    rf"\b(?:how many|quant[oa]s)\b.*\b(?:and|e)\b(?: in| em)?"
    rf" (?:(?:what|which|que|qual(?: [oa])?|quantos) {_SHARE_WORD}|as an? {_SHARE_WORD})"
    rf"|\b(?:number|n[úu]mero|quantidade|count|qtde?) (?:and|e) (?:the |o |a )?{_SHARE_WORD}",
    re.IGNORECASE,
)
_COUNTED = frozenset("count counts # contagem absolute absoluto".split())
_SUMS = {"freight_value": "total_freight", "price": "revenue"}


def rate_deliveries(draft: Draft, plan: Plan) -> Plan:
    """Read "percentage of orders delivered on time" as that of the deliveries which were, not of those delivered."""
    said = next((c for c in plan.where if c.field in _DELIVERED and c.op == "is"), None)
    if said is None or not plan.measures or plan.measures[0].metric != "delivery_rate":
        return plan
    where = tuple(condition for condition in plan.where if condition != said)
    return plan.but(measures=(measure_of(_DELIVERED[said.field]), *plan.measures[1:]), where=where)


def drop_scores_said_again(draft: Draft, plan: Plan) -> Plan:
    """Drop the scores that only say what a metric means: "share of negative reviews (1-2 stars)"."""
    scored = any(condition.field in _SCORED for measure in plan.measures for condition in measure.part)
    return plan.but(where=tuple(c for c in plan.where if c.field != "review_score")) if scored else plan


def share(draft: Draft, plan: Plan) -> Plan:
    """Turn the measure into the percentage that the question asks for."""
    if plan.transform or is_compared_in_percent(draft, plan) or any(measure.part for measure in plan.measures[1:]):
        return plan
    if not plan.where and _is_related(draft) and _are_additive(plan.measures):
        return plan.but(measures=(_ratio(*plan.measures),))
    asked = _asks_for_share(draft)
    if not asked and not draft.has("transform", "distribution"):
        return plan
    for index in draft.indices("transform"):
        if draft.name(index) in ("share", "distribution"):
            draft.use(index, "transform")
    if not plan.measures or plan.correlate or plan.listing:
        return plan
    if asked and _are_additive(plan.measures) and _stands_between(draft):
        ratio = _ratio(*plan.measures)
        return plan.but(measures=(plan.measures[0], ratio) if _THAT.search(draft.question) else (ratio,))
    return _of_total_or_part(draft, plan, asked)


def _asks_for_share(draft: Draft) -> bool:
    """Whether a percentage is asked for, and not only compared with ("more than 10 % late deliveries")."""
    shares = draft.places("transform", "share")
    said = [i for i in shares if not _is_of_growth(draft, i) and not _is_of_number(draft, i)]
    limits = any(draft.roles.get(i) == "threshold" for i in said) or len(said) < len(shares)
    asked = any(draft.roles.get(i) != "threshold" for i in said)
    return asked or (not limits and _has_a_free_sign(draft))


def _has_a_free_sign(draft: Draft) -> bool:
    """Whether a % stands in the question that is no part of the name of a rate ("late %")."""
    named = {place for item in draft.items if item.kind == "metric" for place in range(item.start, item.end)}
    return any(token.text == "%" and place not in named for place, token in enumerate(draft.tokens))


def _is_of_number(draft: Draft, index: int) -> bool:
    """Whether the sign only belongs to a number that is compared: "a rate above 2%"."""
    limit = draft.kind(index - 1) == "number" and draft.roles.get(index - 1) == "threshold"
    return limit and draft.word(index) in ("%", "percent", "por cento") and not draft.gap(index - 1, index)


def _is_of_growth(draft: Draft, index: int) -> bool:
    """Whether a percentage is only that of a growth: "monthly growth, in %", "crescimento percentual"."""
    if not draft.has("transform", "growth", "yoy"):
        return False
    grown = any(draft.kind(i) == "transform" and draft.name(i) in ("growth", "yoy") for i in (index - 1, index + 1))
    return draft.before(index, 1) in (["in"], ["em"]) or (grown and draft.word(index) != "share")


def _of_value(draft: Draft, plan: Plan) -> Plan:
    """Take a share of the money and not of the rows where it is said so: "in % of what was paid", "by value"."""
    main, named = plan.measures[0], {measure for _, measure in draft.measures}
    counted = draft.has("agg", "count") or any(item.kind == "entity" and item.counts for item in draft.items)
    if not main.entity or main.part or counted or not _VALUE.search(plain(draft.question)):
        return plan
    if main.entity == "payment" or (main.entity == "customer" and plan.by and not plan.having):
        return plan.but(measures=(aggregate_of("payment_value", "sum"), *plan.measures[1:]))
    return plan if main in named else plan.but(measures=(measure_of("revenue"), *plan.measures[1:]))


def _of_total_or_part(draft: Draft, plan: Plan, asked: bool) -> Plan:
    plan = _of_value(draft, plan)
    main = plan.measures[0]
    if main.is_percent or main.divisor or main.agg in ("mean", "median", "max", "min"):
        return plan
    spread = draft.has("transform", "distribution") and bool(plan.by)
    if spread and not asked and main.entity and _COUNTED & {token.key for token in draft.tokens}:
        return plan  # "distribution of scores (counts)"
    if asked and not spread and not _is_of_each(draft, plan):
        if _is_of_groups(plan):
            return plan.but(having=tuple(replace(having, part=True) for having in plan.having))
        if part := part_of(draft, plan):
            shared = _of_part(plan, part)
            return _with_its_count(plan, shared, part) if _ALSO_COUNTED.search(draft.question) else shared
    over_time = len(plan.by) == 1 and plan.by[0].field == "time" and not asked
    return plan.but(transform="share") if plan.by and not over_time else plan


def _is_of_groups(plan: Plan) -> bool:
    """Whether the part is of those that satisfy a condition on groups: "what share of SP's sellers has 10 orders"."""
    keys = {key.field for key in plan.by}
    own = all(having.key not in keys for having in plan.having)
    counted = plan.measures[0].entity
    same = bool(counted) and all(having.key == entities()[counted or ""].key for having in plan.having)
    timed = all(key.field in ("time", "period") for key in plan.by)
    return bool(plan.having) and own and (same or timed) and all(is_whose(c) for c in plan.where)


def _is_of_each(draft: Draft, plan: Plan) -> bool:
    """Whether each group's share is asked for: "share of each category in the revenue of Campinas"."""
    said = draft.places("transform", "share")
    each = any(
        draft.word(i).endswith(_EACH)
        or (draft.kind(i + 1) == "by" and draft.word(i + 1).endswith(_EACH) and draft.touching(i, i + 1))
        for i in said
    )
    return each and bool(plan.by) and all(condition.field in PLACES for condition in plan.where)


def _of_part(plan: Plan, part: tuple[Condition, ...]) -> Plan:
    """Return the plan with the percentage of its rows that satisfy `part`."""
    main, shown = plan.measures[0], {condition.field for condition in part}
    if main.entity == "customer" and shown & _OF_REVIEWS:
        main = count_of("review")
    rest = tuple(condition for condition in plan.where if condition not in part)
    known = tuple(Condition(name) for name in dict.fromkeys(_KNOWN_FOR[f] for f in sorted(shown & _KNOWN_FOR.keys())))
    known = known if main.entity == "order" else ()
    base = tuple(condition for condition in (*with_base(part), *known) if condition not in rest)
    by = tuple(key for key in plan.by if key.field not in shown)
    return plan.but(measures=(as_part_of(main, part, base), *plan.measures[1:]), where=rest, by=by)


def _with_its_count(plan: Plan, shared: Plan, part: tuple[Condition, ...]) -> Plan:
    """Show how many there are beside the percentage: "how many orders were late, and what share is that"."""
    main = plan.measures[0]
    if not main.entity or len(shared.measures) > 1:
        return shared
    return shared.but(measures=(limited(main, part), *shared.measures))


def _stands_between(draft: Draft) -> bool:
    """Whether the share stands between its two parts: "freight as a percentage of revenue"."""
    places = [i for i, _ in draft.measures]
    shares = draft.places("transform", "share")
    return (len(places) > 1 and any(places[0] < i < places[1] for i in shares)) or _is_related(draft)


def _is_related(draft: Draft) -> bool:
    """Whether one measure is put over another: "freight relative to price", "frete sobre o preço"."""
    places = [i for i, _ in draft.measures]
    return len(places) == 2 and bool(_OVER & set(draft.gap(*places)))


def _are_additive(measures: tuple[Measure, ...]) -> bool:
    """Whether these are two measures of which one can be put over the other."""
    return len(measures) == 2 and all(
        m.agg in ("sum", "count", "nunique", "mean") and not m.part and not m.divisor for m in measures
    )


def _ratio(above: Measure, below: Measure) -> Measure:
    """Return one measure as a percentage of another; the sums are divided, not the means."""
    above, below = (measure_of(_SUMS[m.field]) if m.agg == "mean" and m.field in _SUMS else m for m in (above, below))
    name = f"{above.name}_of_{below.name}"
    return replace(above, name=name, divisor=below, percent=True, unit="percent", metric=None)
