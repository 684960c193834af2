"""Families of plans about groups: held against each other, limited twice, told apart, ranked, left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from crm_copilot.domain import Period
from crm_copilot.library.combining import less, limited, over
from crm_copilot.library.plan import EACH, By, Condition, Having, Plan, aggregate_of, count_of, distinct_of, measure_of
from training.agreement import Company

YEAR_17 = Period(date(2017, 1, 1), date(2018, 1, 1), "2017")
YEAR_18 = Period(date(2018, 1, 1), date(2019, 1, 1), "2018")
SPRING = Period(date(2018, 3, 1), date(2018, 6, 1), "March to May 2018")
MONTH, YEAR, STATE, SELLER = By("time", "month"), By("time", "year"), By("customer_state"), By("seller_id")
CARD, BOLETO = Condition("payment_type", "==", "credit_card"), Condition("payment_type", "==", "boleto")
TOYS, BABY = Condition("product_category", "==", "toys"), Condition("product_category", "==", "baby")
SP, RJ = Condition("customer_state", "==", "SP"), Condition("customer_state", "==", "RJ")
LATE, CANCELED, DEAR = Condition("is_late"), Condition("is_canceled"), Condition("price", ">", 150)
PAULISTA = Condition("seller_state", "==", "SP")


def either(*conditions: Condition) -> Condition:
    """Return the condition that one of these is met."""
    return replace(conditions[0], others=conditions[1:])


def held_against(company: Company) -> Iterator[Plan]:
    """Groups above or below their average, their median, or the value of everything."""
    groups = (
        ("seller_id", "revenue", "seller"), ("customer_unique_id", "revenue", "customer"),
        ("customer_state", "average_review_score", "order"), ("product_category", "aov", "item"),
        ("customer_state", "late_rate", "revenue"), ("order_id", "revenue", "order"),
        ("purchase_month", "order", "item"),
    )  # fmt: skip
    for number, (key, name, counted) in enumerate(groups):
        measure = measure_of(name)
        for bar in ("mean", "median", "overall"):
            having = (Having(key, measure, ("<", ">", ">=")[number % 3], bar),)  # type: ignore[arg-type]
            yield Plan((measure,), (By(key),), having=having, order="desc")
            yield Plan((measure_of(counted),), having=having)
            yield Plan((count_of("review"),), (By(key), YEAR), having=having, where=(Condition("is_delivered"),))
            yield Plan((measure_of(counted),), (YEAR,), having=having, periods=(YEAR_18,))
    both = (
        Having("seller_id", measure_of("order"), ">", "mean"),
        Having("seller_id", measure_of("revenue"), "<", "median"),
    )
    yield Plan((measure_of("revenue"),), (SELLER,), having=both)
    for op in (">=", "<"):
        every = (Having("seller_id", distinct_of("purchase_month"), op, "overall"),)  # type: ignore[arg-type]
        yield Plan((measure_of("order"),), (SELLER,), having=every, periods=(SPRING,))
        yield Plan((measure_of("seller"),), having=every, periods=(SPRING,))


def among(company: Company) -> Iterator[Plan]:
    """Groups that are among the highest or the lowest of all, told apart otherwise, or left out."""
    ranked = (
        ("product_category", "revenue"), ("customer_state", "order"), ("seller_id", "revenue"),
        ("customer_state", "average_review_score"), ("payment_type", "payment_value"), ("product_category", "item"),
    )  # fmt: skip
    for number, (key, name) in enumerate(ranked):
        kept = (Having(key, measure_of(name), ("top", "bottom")[number % 2], number + 2),)  # type: ignore[arg-type]
        yield Plan((measure_of(name),), (MONTH, By(key)), having=kept)
        yield Plan((measure_of("order"),), (By(key), YEAR), having=kept, periods=(YEAR_18,))
        yield Plan((measure_of("aov"), measure_of("order")), (By(key),), having=kept)
        yield Plan((measure_of("order"),), having=kept, where=(Condition("is_delivered"),))
        yield Plan((measure_of("revenue"),), having=(replace(kept[0], part=True),))
        yield Plan((measure_of("revenue"),), (MONTH,), having=(replace(kept[0], without=True),))
        many = Having(key, measure_of("order"), ">", 20)
        yield Plan((measure_of(name),), (By(key),), having=(*kept, many))


def twice(company: Company) -> Iterator[Plan]:
    """One measure under several conditions beside each other, alone or by a key."""
    lead, order, paid = count_of("lead"), count_of("order"), measure_of("payment_value")
    pairs = (
        (lead, limited(lead, (Condition("is_closed"),))),
        (order, limited(order, (LATE,)), limited(order, (Condition("is_late", "is not"),))),
        (measure_of("revenue"), limited(measure_of("revenue"), (CANCELED,))),
        (limited(order, (CARD,)), limited(order, (BOLETO,))), (limited(paid, (CARD,)), limited(paid, (BOLETO,))),
        (limited(measure_of("aov"), (SP,)), limited(measure_of("aov"), (RJ,))),
        (limited(measure_of("late_rate"), (SP,)), measure_of("late_rate")),
        (replace(order, part=(LATE,)), replace(order, part=(CANCELED,))),
    )  # fmt: skip
    for number, pair in enumerate(pairs):
        for by in (
            (),
            (MONTH,),
            (By("origin") if number == 0 else STATE,),
            (By("origin") if not number else SELLER, YEAR),
        ):
            yield Plan(pair, by)
        yield Plan(pair, (MONTH,), periods=(YEAR_18,), order="desc", limit=3)


def rows_limited(company: Company) -> Iterator[Plan]:
    """Only the rows of the answer whose own number is as asked: months, pairs of keys; and how many these are."""
    keys = (
        (MONTH,),
        (By("time", "day"),),
        (By("seller_state"), STATE),
        (By("product_category"), By("payment_type")),
        (SELLER, YEAR),
    )
    for number, by in enumerate(keys):
        for name, value in (
            ("order", 9),
            ("revenue", 1500.5),
            ("average_review_score", 4),
            ("revenue", "mean"),
            ("aov", "overall"),
        ):
            having = (Having(EACH, measure_of(name), ("<=", ">", ">=")[number % 3], value),)  # type: ignore[arg-type]
            yield Plan((measure_of(name),), by, having=having)
            yield Plan((measure_of("order"),), by, having=having, transform="number")
            yield Plan((measure_of("item"),), by, having=having, periods=(YEAR_18,), where=(DEAR,))
    hidden = Having("customer_unique_id", measure_of("order"), ">", 1)
    yield Plan((measure_of("order"),), (MONTH,), having=(Having(EACH, measure_of("order"), ">", 3), hidden))
    yield Plan(
        (measure_of("revenue"),), (STATE, MONTH), having=(Having(EACH, measure_of("revenue"), ">", "mean"), hidden)
    )


def combined(company: Company) -> Iterator[Plan]:
    """Differences and ratios of two measures, or of one under two conditions."""
    revenue, order, aov = measure_of("revenue"), count_of("order"), measure_of("aov")
    paid = aggregate_of("payment_value", "sum")
    made = (
        less(revenue, measure_of("total_freight")),
        less(limited(revenue, (SP,)), limited(revenue, (RJ,))),
        less(aggregate_of("promised_days", "mean"), aggregate_of("delivery_days", "mean")),
        less(limited(aov, (CARD,)), limited(aov, (BOLETO,))),
        less(measure_of("late_rate"), measure_of("cancellation_rate")),
        less(order, count_of("customer")),
        over(limited(revenue, (SP,)), limited(revenue, (RJ,))),
        over(limited(order, (LATE,)), limited(order, (CANCELED,))),
        over(measure_of("payment_value"), revenue),
        over(limited(paid, (CARD,)), paid, percent=True),
        over(aggregate_of("price", "mean"), aggregate_of("freight_value", "mean")),
    )  # fmt: skip
    for measure in made:
        for by in ((), (MONTH,), (By("product_category"),), (SELLER, YEAR)):
            yield Plan((measure,), by)
        yield Plan((measure,), (STATE,), periods=(YEAR_18,), order="desc", limit=5)
        yield Plan((revenue, measure), (By("customer_region"),))


def either_or(company: Company) -> Iterator[Plan]:
    """Rows that meet one condition or another: of the row, of its lookups, of the children of its order."""
    sets = (
        (LATE, CANCELED), (SP, PAULISTA), (TOYS, CARD), (DEAR, LATE), (BOLETO, Condition("review_score", "<=", 2)),
        (Condition("is_late", "is not"), TOYS, CARD), (PAULISTA, Condition("product_weight_g", ">", 5000)),
    )  # fmt: skip
    for number, tests in enumerate(sets):
        where = (either(*tests),)
        for name in ("order", "revenue", "customer", "payment_value", "average_review_score"):
            yield Plan((measure_of(name),), where=where)
            yield Plan((measure_of(name),), (STATE,), where=(*where, Condition("is_delivered")))
        yield Plan((replace(measure_of("order"), part=where),), (YEAR,))
        yield Plan((measure_of("order"),), (By(("payment_type", "product_category")[number % 2]),), where=where)
        yield Plan((measure_of("item"),), (By("payment_type"),), where=(*where, BABY))
        yield Plan((limited(count_of("order"), where), count_of("order")), (MONTH,), periods=(YEAR_18,))
        yield Plan(listing="orders", where=where, periods=(SPRING,))
    yield Plan(
        (count_of("lead"),),
        (By("origin"),),
        where=(either(Condition("is_closed"), Condition("origin", "==", "social")),),
    )


def left_out(company: Company) -> Iterator[Plan]:
    """Things of one set that are not in another: by what was bought, paid with, or when."""
    buys = Having("customer_unique_id", limited(count_of("order"), (BABY,)), ">", 0, without=True)
    pays = Having("customer_unique_id", limited(count_of("order"), (BOLETO,)), ">", 0, without=True)
    sold = Having("seller_id", count_of("order"), ">", 0, period=YEAR_18, without=True)
    for rest in (buys, pays):
        for limit in (TOYS, CARD, SP):
            yield Plan((limited(count_of("customer"), (limit,)),), having=(rest,))
            yield Plan((limited(count_of("order"), (limit,)),), (By("customer_unique_id"),), having=(rest,))
            yield Plan((measure_of("revenue"),), (STATE,), having=(rest,), where=(limit,))
    for name in ("seller", "revenue", "order", "review", "payment_value"):
        yield Plan((measure_of(name),), having=(sold,), periods=(YEAR_17,))
        yield Plan((measure_of(name),), (MONTH,), having=(sold,), periods=(YEAR_17,))
        yield Plan((measure_of(name),), (SELLER,), having=(sold,), periods=(YEAR_17,))
        yield Plan((measure_of(name),), (By("product_category"),), having=(sold,), periods=(YEAR_17,))
    bad = limited(count_of("review"), (Condition("review_score", "==", 1),))
    for never in (
        Having("seller_id", bad, ">", 0, without=True),
        Having("seller_id", limited(count_of("order"), (LATE,)), ">", 0, without=True),
        Having(
            "order_id", limited(count_of("item"), (Condition("product_category", "!=", "toys"),)), ">", 0, without=True
        ),
        Having("order_id", less(measure_of("total_freight"), measure_of("revenue")), ">", 0),
    ):
        counted = count_of("seller" if never.key == "seller_id" else "order")
        yield Plan((counted,), having=(never,))
        yield Plan((counted,), having=(replace(never, part=True),))
        yield Plan((measure_of("revenue"),), (STATE,), having=(never,), periods=(YEAR_17,))
    again = Having("customer_unique_id", limited(count_of("order"), (BABY,)), ">", 0, period=YEAR_18)
    yield Plan((count_of("customer"),), having=(again,), periods=(YEAR_17,))
    yield Plan((count_of("customer"),), having=(again, sold))


def placed(company: Company) -> Iterator[Plan]:
    """The place of each group, and of one that is named."""
    for name in ("revenue", "order", "late_rate", "average_review_score", "seller"):
        plan = Plan((measure_of(name),), (STATE,), transform="rank")
        yield plan
        yield plan.but(show=(Condition("customer_state", "==", "BA"),))
        yield plan.but(show=(Condition("customer_state", "in", ("SP", "RJ")),), order="asc")
        yield plan.but(by=(By("product_category"),), show=(TOYS,), periods=(YEAR_18,))
        yield plan.but(by=(MONTH,), order="desc", limit=3)
        yield plan.but(transform="share" if name in ("revenue", "order") else None, show=(SP,))
        yield Plan((measure_of(name),), (STATE,), transform="number")


FAMILIES = (held_against, among, twice, rows_limited, combined, either_or, left_out, placed)
