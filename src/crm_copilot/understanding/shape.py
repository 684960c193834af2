"""In which shape the answer comes: ranked, cut, shared, compared, grown, correlated, listed."""

from __future__ import annotations

import re
from dataclasses import replace

from crm_copilot.catalog import entities, fields
from crm_copilot.domain import Period
from crm_copilot.library.plan import By, Condition, Measure, Plan, aggregate_of, count_of, measure_of
from crm_copilot.understanding.conditions import with_base
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.measures import as_part_of, natural_entity, natural_measure
from crm_copilot.understanding.periods import Found

# Measures of which less is better, so that "best" means the lowest.
LOW_IS_GOOD = frozenset(
    "delivery_days approval_hours handling_days transit_days approval_to_delivery_days delay_days late_rate cancellation_rate "
    "negative_share freight_value freight_ratio freight_share total_freight sales_cycle_days review_response_days one_time_rate".split()
)
_ROW_QUANTITIES = {
    "average_review_score": "review_score", "aov": "order_value", "revenue": "price", "total_freight": "freight_value",
}  # fmt: skip
_CALENDAR = {"year": "year", "quarter": "quarter", "month": "month", "day": "day", "half": "semester", "week": "week"}


def shape(draft: Draft, marks: dict[int, str]) -> Plan:
    """Return the plan of a draft whose measures, keys and conditions have been read."""
    plan = Plan(
        tuple(m for _, m in draft.measures),
        tuple(k for _, k in draft.keys),
        tuple(dict.fromkeys(c for _, c in draft.where)),
        having=tuple(h for _, h in draft.having),
        limit=draft.limit,
        time=draft.time,
    )
    plan = _periods(draft, plan)
    plan = _direction(draft, plan)
    for step in (
        _subject,
        _correlation,
        _listing,
        _defaults,
        _having_keys,
        _payments,
        _cumulative,
        _concentration,
        _scores_said_again,
        _share,
        _growth,
        _within,
        _reduce,
        _ordered,
    ):
        plan = step(draft, plan, marks)
    return plan


# ----------------------------------------------------------------------------------------------- time and order


def _periods(draft: Draft, plan: Plan) -> Plan:
    found: list[Found] = []
    for index in draft.indices("period"):
        if draft.items[index].kind == "period":
            draft.use(index, "period")
            found.append(draft.items[index].value)
    if not found:
        return plan
    grain_named = any(k.field == "time" for k in plan.by)
    compared = draft.has("transform", "growth", "compare", "yoy")
    if len(found) == 1 and found[0].ends and compared and not grain_named and not _stepwise(draft):
        ends = found[0].ends
        if draft.has("transform", "growth", "yoy"):
            unit = "year" if (ends[0].end - ends[0].start).days > 300 else "month"
            found = [Found(0, 0, unit, p.start, p.end, label=p.label) for p in ends]  # type: ignore[arg-type]
    periods = tuple(dict.fromkeys(f.period for f in found))
    if len(periods) == 2 and not compared:
        periods = _one_of(found)
    if len(periods) == 2 and not compared and any(p.label.startswith(("before", "until")) for p in periods):
        draft.doubt("which of the periods", 0.3)
    plan = plan.but(periods=periods)
    if len(periods) > 1 and not grain_named:
        grown = draft.has("transform", "growth", "yoy") or _compared_in_percent(draft, plan)
        return plan.but(by=(*plan.by, By("period") if grown else _period_key(found)))
    if len(periods) > 1:
        return plan.but(periods=_merged(periods))
    return plan


def _one_of(found: list[Found]) -> tuple[Period, ...]:
    """Keep one of two periods of which one lies within the other: a span with both its ends, else the narrower.

    "In Black Friday week, 20 to 26 November" is about the week, "of the orders of 2017, those in March" about March.
    """
    first, second = sorted((f.period for f in found[:2]), key=lambda p: p.end - p.start)
    if not (second.start <= first.start and first.end <= second.end):
        return tuple(dict.fromkeys(f.period for f in found))
    spans = [
        f.period for f in found if f.unit == "span" and not f.label.startswith(("since", "before", "after", "until"))
    ]
    return (spans[0] if len(spans) == 1 else first,)


def _stepwise(draft: Draft) -> bool:
    """Whether growth is asked from step to step ("month over month"), not between two ends."""
    steps = ("month", "quarter", "week", "mom", "qoq", "wow", "mes", "mês", "环比", "trimestre", "mensal", "monthly")
    return any(
        i.kind == "transform" and i.name == "growth" and any(s in i.text.casefold() for s in steps) for i in draft.items
    )


def _period_key(found: list[Found]) -> By:
    units = {f.unit for f in found}
    grain = _CALENDAR.get(units.pop()) if len(units) == 1 else None
    return By("time", grain) if grain else By("period")  # type: ignore[arg-type]


def _merged(periods: tuple[Period, ...]) -> tuple[Period, ...]:
    """Join periods that follow each other without a gap."""
    ordered = sorted(periods, key=lambda p: p.start)
    whole = all(a.end == b.start for a, b in zip(ordered, ordered[1:], strict=False))
    if not whole:
        return tuple(ordered)
    return (Period(ordered[0].start, ordered[-1].end, " and ".join(p.label for p in ordered)),)


def _direction(draft: Draft, plan: Plan) -> Plan:
    order = draft.order
    for index in draft.indices("order"):
        name = draft.items[index].name
        draft.use(index, "order")
        if name in ("best", "worst"):
            low = bool(plan.measures) and bool(
                {plan.measures[0].name, plan.measures[0].field, plan.measures[0].metric} & LOW_IS_GOOD
            )
            name = "asc" if (name == "best") == low else "desc"
        order = order or name
    return plan.but(order=order) if order else plan


def _subject(draft: Draft, plan: Plan, marks: dict[int, str]) -> Plan:
    """Give a ranking without a key the thing that was named before: "among sellers ..., which 3 have the highest"."""
    if plan.by or not (plan.limit or (plan.order and draft.has("transform", "rank"))) or plan.correlate:
        return plan
    measured = {i for i, _ in draft.measures}
    for index, item in enumerate(draft.items):
        if (
            item.kind == "entity"
            and index not in measured
            and draft.roles.get(index) in (None, "key")
            and entities()[item.name].key in fields()
        ):
            draft.use(index, "key")
            return plan.but(by=(By(entities()[item.name].key),), order=plan.order or "desc")
    return plan


# ------------------------------------------------------------------------------------------------- correlation


def _correlation(draft: Draft, plan: Plan, marks: dict[int, str]) -> Plan:
    wanted = draft.has("transform", "correlation") or (draft.has("transform", "impact") and not plan.by)
    if not wanted:
        return plan
    quantities = [q for m in plan.measures if (q := _row_quantity(m))]
    quantities += [k.field for k in plan.by if k.field in fields() and fields()[k.field].kind == "quantity"]
    quantities = list(dict.fromkeys(quantities))
    few = next(
        (
            q
            for q in quantities
            if q in ("payment_installments", "review_score", "items_per_order", "product_photos_qty")
        ),
        None,
    )
    if len(quantities) >= 2 and few and few != quantities[-1] and not draft.has("transform", "correlation"):
        other = next(q for q in quantities if q != few)
        return plan.but(measures=(_mean_of(other),), by=(By(few),), order=None)
    if len(quantities) >= 2:
        rest = tuple(k for k in plan.by if k.field not in quantities)
        return plan.but(measures=(), by=rest, correlate=(quantities[0], quantities[1]), order=None)
    if quantities and (part := [m for m in plan.measures if m.part]):
        return plan.but(
            measures=(_mean_of(quantities[0]),),
            by=(By(part[0].part[0].field),), where=(*plan.where, *part[0].where),
        )  # fmt: skip
    return plan


def _mean_of(quantity: str) -> Measure:
    named = {"review_score": "average_review_score", "order_value": "aov"}
    return measure_of(named[quantity]) if quantity in named else aggregate_of(quantity, "mean")


def _row_quantity(measure: Measure) -> str | None:
    if measure.name in _ROW_QUANTITIES:
        return _ROW_QUANTITIES[measure.name]
    if measure.field in fields() and fields()[measure.field].kind == "quantity" and not measure.part:
        return measure.field
    return {"items": "items_per_order", "orders_per_customer": "customer_orders"}.get(measure.name)


# ------------------------------------------------------------------------------------------------------ listing


_IDS = re.compile(r"\b(?:order|seller|product|customer)[ _]?ids?\b|\bids\b|\bcodigos?\b|\bcódigos?\b", re.IGNORECASE)


def _listing(draft: Draft, plan: Plan, marks: dict[int, str]) -> Plan:
    """Show rows where a question asks which orders or products satisfy a condition and for no number."""
    ids = bool(_IDS.search(draft.question)) and not draft.has("agg", "count")
    asks = draft.has("list") or draft.has("which") or not plan.measures or ids
    subject = _subject_entity(draft, marks)
    rows = subject is not None and entities()[subject].table in (
        "orders",
        "products",
        "deals",
        "leads",
        "clients",
        "reviews",
        *(("sellers",) if ids else ()),
    )
    own = subject and all(
        c.field in fields()
        and fields()[c.field].table
        in (entities()[subject].table, "order_items", "payments", "reviews", "customers", "orders")
        for c in plan.where
    )
    only_key = [k.field for k in plan.by] in ([], [entities()[subject].key] if subject else [])
    limited = {c.field for c in plan.where}
    real = [m for m in plan.measures if not (subject and m.entity == subject) and m.field not in limited]
    if not (asks and rows and own and only_key and plan.where and not plan.having and not plan.order and not real):
        return plan
    if not marks and not draft.has("list") and not _IDS.search(draft.question):
        return plan
    shown = tuple(
        aggregate_of(c.field) for c in plan.where if c.field in fields() and fields()[c.field].kind == "quantity"
    )  # fmt: skip
    key = entities()[subject].key  # type: ignore[index]
    if any(fields()[m.field].table != entities()[subject].table for m in shown):  # type: ignore[index]
        return plan.but(
            measures=tuple(replace(m, name=f"maximum_{m.field}", agg="max") for m in shown), by=(By(key),), order="desc"
        )
    return plan.but(measures=shown, by=(), listing=entities()[subject].table, order="desc" if shown else None)  # type: ignore[index]


def _subject_entity(draft: Draft, marks: dict[int, str]) -> str | None:
    for index, item in enumerate(draft.items):
        if item.kind == "entity" and (
            marks.get(index) in ("which", "rank") or draft.roles.get(index) in ("key", "measure")
        ):
            return item.name
    return next((item.name for item in draft.items if item.kind == "entity"), None)


# ----------------------------------------------------------------------------------------------------- defaults


def _defaults(draft: Draft, plan: Plan, marks: dict[int, str]) -> Plan:
    """Give a question without a measure the one that it must mean, and say how sure that is."""
    if plan.measures or plan.correlate or plan.listing:
        return plan
    if draft.has("special", "pareto"):
        return plan.but(measures=(measure_of("revenue"),))
    if plan.having:
        key = plan.having[0].key
        by = plan.by or ((By(key),) if key else ())
        if not by:
            return plan.but(measures=(count_of("order"),))
        shown = tuple(dict.fromkeys(h.measure for h in plan.having))
        return plan.but(measures=shown, by=by, order=plan.order or "desc")
    if any(c.field == "review_score" for c in plan.where) and plan.order and plan.by:
        return plan.but(measures=(count_of("review"),))
    if plan.by:
        obvious = draft.has("transform", "distribution", "share", "rank") or plan.order is not None
        if not obvious:
            draft.doubt("what is measured", 0.25)
        ranked = (
            plan.order
            and draft.has("order", "best", "worst", "desc")
            and fields().get(plan.by[0].field, None)
            and plan.by[0].field in ("seller_id", "customer_unique_id")
        )
        return plan.but(measures=(measure_of("revenue") if ranked else natural_measure(plan.by[0]),))
    if plan.where:
        draft.doubt("what is counted", 0.2)
        return plan.but(measures=(count_of(natural_entity(plan.where[0].field)),))
    return plan


def _payments(draft: Draft, plan: Plan, marks: dict[int, str]) -> Plan:
    """Take the value from the payments where only they know the condition or group ("in more than 6 instalments")."""
    about = [c.field for c in plan.where] + [k.field for k in plan.by]
    if not any(
        f in ("payment_installments", "is_instalment", "is_single_instalment", "value_per_instalment", "payment_type")
        for f in about
    ):
        return plan
    swapped = {"revenue": aggregate_of("payment_value", "sum"), "aov": aggregate_of("payment_value", "mean")}
    return plan.but(measures=tuple(swapped.get(m.name, m) for m in plan.measures))


def _cumulative(draft: Draft, plan: Plan, marks: dict[int, str]) -> Plan:
    """Add the running total over time, or the running share down a ranking."""
    asked = [i for i, item in enumerate(draft.items) if item.kind == "transform" and item.name == "cumulative"]
    if not asked or not plan.measures:
        return plan
    for index in asked:
        draft.use(index, "transform")
    if any(k.field == "time" for k in plan.by):
        return plan.but(transform="cumulative", order=None)
    if plan.by and (draft.has("transform", "share") or draft.percent is not None):
        return plan.but(transform="cumulative share", order="desc")
    if plan.by:
        return plan
    return plan.but(by=(By("time", "month"),), transform="cumulative", order=None)


def _having_keys(draft: Draft, plan: Plan, marks: dict[int, str]) -> Plan:
    """Give each condition on groups its group: what it stands beside, else what the answer is broken down by."""
    done = []
    for having in plan.having:
        key = having.key
        if not key:
            key = next((k.field for k in plan.by if k.field in fields()), "")
        if not key:
            counted = next((m.entity for m in plan.measures if m.entity), None)
            key = entities()[counted].key if counted and entities()[counted].key in fields() else "customer_unique_id"
            draft.doubt("whose groups are limited", 0.2)
        key = same_kind(key, plan)
        if having.measure.entity and entities()[having.measure.entity].key == key:
            draft.doubt("a group that limits itself", 0.5)
        done.append(replace(having, key=key))
    plan = plan.but(having=tuple(done))
    timed = [k for k in plan.by if k.field == "time"]
    if (
        timed
        and any(h.key not in [k.field for k in plan.by] for h in plan.having)
        and not any(h.key for h in plan.having)
    ):
        return plan
    return plan


def same_kind(key: str, plan: Plan) -> str:
    """Read "only states with 50 orders" as the sellers' states where the answer is by those."""
    last = key.rsplit("_", 1)[-1]
    if last not in ("state", "city", "region") or key in [k.field for k in plan.by]:
        return key
    return next((k.field for k in plan.by if k.field.rsplit("_", 1)[-1] == last), key)


# --------------------------------------------------------------------------------------------- shares and growth


_SCORED = frozenset({"is_negative_review", "is_positive_review"})


def _scores_said_again(draft: Draft, plan: Plan, marks: dict[int, str]) -> Plan:
    """Drop the scores that only say what a metric means: "share of negative reviews (1-2 stars)"."""
    scored = any(c.field in _SCORED for m in plan.measures for c in m.part)
    return plan.but(where=tuple(c for c in plan.where if c.field != "review_score")) if scored else plan


def _share(draft: Draft, plan: Plan, marks: dict[int, str]) -> Plan:
    asked = draft.has("transform", "share") or any(t.text == "%" for t in draft.tokens)
    if plan.transform or _compared_in_percent(draft, plan):
        return plan
    related = len(plan.measures) == 2 and not plan.where and _related(draft)
    if related and all(_adds_up(m) for m in plan.measures):
        return plan.but(measures=(_ratio(*plan.measures),))
    if not asked and not draft.has("transform", "distribution"):
        return plan
    for index in draft.indices("transform"):
        if draft.items[index].name in ("share", "distribution"):
            draft.use(index, "transform")
    if not plan.measures or plan.correlate or plan.listing:
        return plan
    main = plan.measures[0]
    if asked and len(plan.measures) == 2 and _as_percentage(draft):
        above, below = plan.measures
        if _adds_up(above) and _adds_up(below):
            return plan.but(measures=(_ratio(above, below),))
    if main.is_percent or main.divisor or main.agg in ("mean", "median", "max", "min"):
        return plan
    spread = draft.has("transform", "distribution") and bool(plan.by)
    if asked and not spread:
        part = _part(draft, plan)
        if part:
            if main.entity == "customer" and any(c.field in ("has_comment", "has_no_comment") for c in part):
                main = count_of("review")
            shown = {c.field for c in part}
            plan = plan.but(by=tuple(k for k in plan.by if k.field not in shown))
            rest = tuple(c for c in plan.where if c not in part)
            base = tuple(b for b in with_base(part) if b not in rest)
            name = main.name
            return plan.but(measures=(replace(as_part_of(main, part, base), name=name), *plan.measures[1:]), where=rest)
        if plan.having and not plan.by:
            return plan.but(having=tuple(replace(h, part=True) for h in plan.having))
    if plan.by and not (len(plan.by) == 1 and plan.by[0].field == "time" and not asked):
        return plan.but(transform="share")
    return plan


def _concentration(draft: Draft, plan: Plan, marks: dict[int, str]) -> Plan:
    """Read "what share comes from the top 10 %", "how many sellers make 80 % of revenue", ABC and compound growth."""
    if not plan.measures or plan.correlate or plan.listing:
        return plan
    if draft.has("special", "compound"):
        grain = "year" if "annual" in draft.question.casefold() or "anual" in draft.question.casefold() else "month"
        timed = [k for k in plan.by if k.field == "time"] or [By("time", grain)]  # type: ignore[arg-type]
        return plan.but(by=tuple(timed[:1]), transform="compound", order=None, limit=None)
    counted = [m for m in plan.measures if m.entity and entities()[m.entity].key in fields()]
    additive = [
        m
        for m in plan.measures
        if m.agg in ("sum", "count", "nunique") and not m.part and not m.divisor and m not in counted
    ]
    if draft.percent and counted and additive and not plan.by:
        key = entities()[counted[0].entity or ""].key
        for index in draft.indices("transform"):
            draft.use(index, "transform")
        kind = "reach share" if draft.has("transform", "share") and not _counts(draft) else "reach"
        return plan.but(
            measures=(additive[0],), by=(By(key),), transform=kind, percent=draft.percent, order=None, limit=None
        )  # type: ignore[arg-type]
    pareto = draft.has("special", "pareto")
    keyed = [k for k in plan.by if k.field in fields() and fields()[k.field].kind == "dimension"]
    if (
        pareto
        and keyed
        and additive
        and not (plan.limit or (plan.order and draft.percent is None and draft.has("transform", "share")))
    ):
        return plan.but(
            measures=(additive[0],), by=(keyed[0],), transform="reach list", percent=draft.percent or 80, order=None
        )
    if (
        keyed
        and len(plan.by) == 1
        and additive
        and (plan.limit or draft.percent)
        and draft.has("transform", "share")
        and plan.order != "asc"
    ):
        shares = [i for i, item in enumerate(draft.items) if item.kind == "transform" and item.name == "share"]
        ranked = [i for i, _ in draft.keys if marks.get(i) == "rank"] or (plan.limit and not draft.has("by"))
        by_share = any(draft.kind(i - 1) == "by" for i in shares)
        if (ranked and not by_share and (_one_number(draft, shares[0]))) or draft.percent:
            return plan.but(measures=(additive[0],), transform="top share", percent=draft.percent, order=None)
    return plan


def _counts(draft: Draft) -> bool:
    return any(item.kind == "agg" and item.name == "count" for item in draft.items)


def _one_number(draft: Draft, share: int) -> bool:
    """Whether one percentage is asked for, and not one for each of the top."""
    words = {"what", "how", "quanto", "quantos", "que", "qual", "much", "多", "%"}
    near = {t.key for t in draft.tokens[max(0, draft.items[share].start - 3) : draft.items[share].end]}
    asks = draft.tokens[0].key in ("quanto", "how") if draft.tokens else False
    return (bool(words & near) or asks) and not draft.has("list")


def _as_percentage(draft: Draft) -> bool:
    """Whether the share stands between its two parts: "freight as a percentage of revenue"."""
    places = [i for i, _ in draft.measures]
    shares = [i for i, item in enumerate(draft.items) if item.kind == "transform" and item.name == "share"]
    between = len(places) > 1 and any(places[0] < i < places[1] for i in shares)
    return between or _related(draft)


def _related(draft: Draft) -> bool:
    """Whether one measure is put over another: "freight relative to price", "frete sobre o preço"."""
    places = [i for i, _ in draft.measures]
    if len(places) != 2:
        return False
    between = {t.key for t in draft.tokens[draft.items[places[0]].end : draft.items[places[1]].start]}
    return bool(between & {"sobre", "over", "/", "divided", "relative", "dividido"})


def _ratio(above: Measure, below: Measure) -> Measure:
    """Return one measure as a percentage of another; the sums are divided, not the means."""
    sums = {"freight_value": "total_freight", "price": "revenue"}
    above, below = (measure_of(sums[m.field]) if m.agg == "mean" and m.field in sums else m for m in (above, below))
    name = f"{above.name}_of_{below.name}"
    return replace(above, name=name, divisor=below, percent=True, unit="percent", metric=None)


def _adds_up(measure: Measure) -> bool:
    return measure.agg in ("sum", "count", "nunique", "mean") and not measure.part and not measure.divisor


def _part(draft: Draft, plan: Plan) -> tuple[Condition, ...]:
    """Return the conditions that the percentage is about; those before the thing counted only limit what it is of."""
    if not plan.where:
        return ()
    measured = [i for i, _ in draft.measures]
    last = max(measured) if measured else -1
    placed = [(i, c) for i, c in draft.where if c in plan.where]
    keyed = {k.field for i, k in draft.keys if k in plan.by and draft.kind(i) != "value"}
    split = tuple(Condition(k.field) for k in plan.by if k.field in fields() and fields()[k.field].kind == "predicate")
    bases = {b.field for b in with_base((*plan.where, *split))}
    free = [(i, c) for i, c in placed if c.field not in keyed and c.field not in bases]
    if not free:
        return ()
    asked = [i for i, item in enumerate(draft.items) if item.kind == "transform" and item.name == "share"]
    if asked and asked[0] > 0 and any(i > asked[0] for i, _ in free) and draft.language != "zh":
        free = [(i, c) for i, c in free if i > asked[0]]  # "of the late orders, what share got one star"
    after = [c for i, c in free if i > last]
    before = [c for i, c in free if i < last]
    if after:
        places = tuple(c for c in after if c.field in _PLACES)
        if len(after) > 1 and places and len(places) < len(after):
            return tuple(c for c in after if c not in places)
        if len(after) > 1 and not before and draft.language != "zh":
            first = min((i for i, c in free if c in after))
            early = [
                c
                for i, c in free
                if c in after
                and i == first
                and (_paid_by(draft, i, c) or (c.field in ("is_delivered", "is_canceled") and _qualifies(draft, i)))
            ]
            return tuple(c for c in after if c not in early)
        return tuple(after)
    return (before[-1],) if draft.language != "zh" else (before[-1],)


_PLACES = frozenset(
    "customer_state customer_city customer_region seller_state seller_city seller_region product_category business_segment origin".split()
)


def _paid_by(draft: Draft, index: int, condition: Condition) -> bool:
    """Whether the way of paying stands right at the payments: "of card payments, what share has six instalments"."""
    return (
        condition.field == "payment_type"
        and draft.kind(index - 1) == "entity"
        and draft.touching(index - 1, index, at_most=1)
    )


def _qualifies(draft: Draft, index: int) -> bool:
    """Whether a Portuguese adjective directly behind its noun limits it: "pedidos entregues que ..."."""
    return draft.kind(index - 1) == "entity" and draft.touching(index - 1, index) and draft.language == "pt"


def _growth(draft: Draft, plan: Plan, marks: dict[int, str]) -> Plan:
    yoy = draft.has("transform", "yoy")
    if not yoy and not draft.has("transform", "growth") and not _compared_in_percent(draft, plan):
        return plan
    for index in draft.indices("transform"):
        if draft.items[index].name in ("growth", "yoy"):
            draft.use(index, "transform")
    if not plan.measures or plan.correlate:
        return plan
    timed = [k for k in plan.by if k.field in ("time", "period")]
    if not timed:
        grain = "year" if yoy else _grain_of_growth(draft)
        plan = plan.but(by=(*plan.by, By("time", grain)))  # type: ignore[arg-type]
        timed = [plan.by[-1]]
    weak = {"change", "changed", "rise", "fall", "drop", "increase", "decrease", "grow", "decline"}
    said = {draft.items[i].text.casefold() for i in range(len(draft.items)) if draft.items[i].name in ("growth", "yoy")}
    if said <= weak and len(timed) == 1 and timed[0].field == "time" and len(plan.periods) < 2:
        draft.doubt("whether the change is asked for", 0.05)
    keys = [k for k in plan.by if k not in timed]
    order = plan.order if keys or plan.limit or _asks_which(draft, marks) else None
    if order == "desc" and any(word in _FALLS for words in said for word in words.split()):
        order = "asc"
    return plan.but(
        by=(*keys, *timed),
        transform="yoy" if yoy and timed[0].grain in ("month", "quarter") else "growth",
        absolute=_absolute(draft),
        order=order,
    )


def _compared_in_percent(draft: Draft, plan: Plan) -> bool:
    """Whether two periods are put side by side in percent: "how did Q2 2018 compare with Q2 2017 in % terms"."""
    by_more = any(key.field not in ("time", "period") for key in plan.by)
    return (
        len(plan.periods) == 2 and not by_more and draft.has("transform", "compare") and draft.has("transform", "share")
    )


_FALLS = frozenset(
    "fall drop decrease decline declined dropped fell decreased fallen queda caiu cairam reducao diminuiu shrink shrank loss lost".split()
)


def _absolute(draft: Draft) -> bool:
    """Whether growth is ranked by the amount: "in reais", "in absolute terms"."""
    words = " ".join(t.key for t in draft.tokens)
    return any(
        w in words
        for w in ("absolut", "in reai", "em reai", "in real", "em real", "em valor", "in value", "amount of growth")
    )


def _grain_of_growth(draft: Draft) -> str:
    for item in draft.items:
        if item.kind == "transform" and item.name == "growth":
            text = item.text.casefold()
            for grain, words in (("quarter", ("quarter", "qoq", "trimestr")), ("week", ("week", "wow", "seman"))):
                if any(w in text for w in words):
                    return grain
    return "month"


# ------------------------------------------------------------------------------------------ within, reduce, order


def _within(draft: Draft, plan: Plan, marks: dict[int, str]) -> Plan:
    """Read "top 3 categories in each state" as three for each state."""
    if len(plan.by) < 2 or plan.transform in ("growth", "yoy"):
        return plan
    marked = {k: marks.get(i, "") for i, k in draft.keys}
    valued = {k for i, k in draft.keys if draft.kind(i) == "value"}
    ranked = [k for k in plan.by if marked.get(k) in ("rank", "which")]
    grouped = [k for k in plan.by if marked.get(k) == "by" or k in valued or k.field in ("time", "period")]
    grouped = [k for k in grouped if k not in ranked]
    if not ranked or not grouped or not (plan.order or plan.limit):
        return plan
    inner = grouped[0]
    keys = (inner, *(k for k in plan.by if k != inner))
    return plan.but(by=keys, within=inner, limit=plan.limit or 1, order=plan.order or "desc")


def _reduce(draft: Draft, plan: Plan, marks: dict[int, str]) -> Plan:
    """Read "average orders per day" as the mean of the days."""
    aggs = [
        i
        for i in draft.indices("agg", free=False)
        if draft.items[i].kind == "agg"
        and draft.items[i].name in ("mean", "median", "max", "min")
        and draft.roles.get(i) != "threshold"
    ]
    if not aggs or not plan.measures or not plan.by or plan.transform or plan.within or plan.order:
        return plan
    main = plan.measures[0]
    additive = main.agg in ("sum", "count", "nunique") and not main.part and not main.divisor
    if not additive or len(plan.measures) > 1:
        return plan
    places = {k: i for i, k in draft.keys}
    over = next((k for k in plan.by if _per(draft, places.get(k, -1), aggs)), None)
    how = draft.items[aggs[0]].name
    if over is None:
        draft.doubt("what the average is over", 0.2)
        if main.name == "revenue" and how == "mean":
            return plan.but(measures=(measure_of("aov"),))
        return plan
    for index in aggs:
        draft.use(index, "agg")
    rest = tuple(k for k in plan.by if k != over)
    return plan.but(by=(*rest, over), reduce=how)


def _per(draft: Draft, index: int, aggs: list[int]) -> bool:
    """Whether an average is taken over this key: "per day", "daily average", "each seller"."""
    if index < 0:
        return False
    if draft.kind(index - 1) == "by":
        word = draft.items[index - 1].text.casefold()
        return (
            word
            in (
                "per",
                "por",
                "each",
                "every",
                "for each",
                "per each",
                "in each",
                "para cada",
                "em cada",
                "cada",
                "por cada",
                "of each",
                "from each",
                "每",
                "每个",
                "a",
            )
            or draft.kind(index) == "grain"
        )
    if draft.kind(index) == "grain":
        return any(draft.touching(*sorted((index, a)), at_most=1) for a in aggs if abs(a - index) == 1) or any(
            abs(a - index) <= 2 for a in aggs
        )
    return False


def _ordered(draft: Draft, plan: Plan, marks: dict[int, str]) -> Plan:
    """Set or drop the direction where the shape decides it."""
    for index in draft.indices("transform"):
        if draft.items[index].name in ("rank", "compare", "correlation", "impact"):
            draft.use(index, "transform")
    if plan.listing and plan.limit and plan.measures:
        return plan.but(order=plan.order or "desc")
    if not plan.by:
        plan = _extreme(draft, plan)
        return plan.but(limit=None, order=None)
    if plan.limit and not plan.order:
        plan = plan.but(order="desc")
    if plan.order and not plan.limit and _superlative(draft, marks) and not plan.having and not plan.transform:
        plan = plan.but(limit=1 if _singular(draft, marks) else 10)
    lone_time = len(plan.by) == 1 and plan.by[0].field in ("time", "period")
    if plan.order and lone_time and not (plan.limit or _asks_which(draft, marks)):
        return plan.but(order=None)
    return plan


_ONE = re.compile(r"(?:是)?哪(?:一)?(?:个|家|种|类|天|月)(?!些)")


def _singular(draft: Draft, marks: dict[int, str]) -> bool:
    """Whether one thing is asked for: "which state has", not "which states have"."""
    if draft.language == "zh":
        return bool(_ONE.search(draft.question)) and "哪些" not in draft.question
    ranked = [i for i, _ in draft.keys if marks.get(i) in ("which", "rank")]
    last = draft.tokens[draft.items[ranked[0]].end - 1] if ranked else None
    return bool(last) and not (
        last.text.casefold().endswith("s") and last.text.casefold() not in ("mes", "mês", "business")
    )  # type: ignore[union-attr]


def _superlative(draft: Draft, marks: dict[int, str]) -> bool:
    """Whether only the head of a ranking is asked for ("which category sells best"), not all of it in order."""
    ranked = any(marks.get(i) in ("which", "rank") for i, _ in draft.keys)
    return ranked and not draft.has("transform", "rank")


def _asks_which(draft: Draft, marks: dict[int, str]) -> bool:
    return (
        any(marks.get(i) in ("which", "rank") for i, _ in draft.keys)
        or draft.has("which")
        or bool(draft.indices("adjective", free=False))
    )


def _extreme(draft: Draft, plan: Plan) -> Plan:
    """Read a superlative without a group as the extreme of the rows ("the longest delivery time")."""
    if not plan.order or len(plan.measures) != 1 or plan.correlate or plan.listing:
        return plan
    measure = plan.measures[0]
    quantity = _row_quantity(measure)
    if measure.agg == "mean" and quantity and measure.metric is None:
        agg = "max" if plan.order == "desc" else "min"
        return plan.but(measures=(aggregate_of(quantity, agg),))  # type: ignore[arg-type]
    if measure.entity in ("order", "payment") and not measure.part and not plan.having:
        return plan.but(
            measures=(
                aggregate_of(
                    "order_value" if measure.entity == "order" else "payment_value",
                    "max" if plan.order == "desc" else "min",
                ),
            )
        )
    draft.doubt("what is ranked", 0.3)
    return plan
