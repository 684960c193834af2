"""Every function the library renders against the same plan as SQL, on the demo company.

The two computations share the catalog and nothing else, so what they agree on is what the plan means. The
plans here go through everything a plan can say, and then through a few hundred drawn at random.

Set `OTHER_DATA` to a folder of files, such as Olist's, to compare on those.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as arrow
import pytest

from crm_copilot.catalog import entities, fields, metrics
from crm_copilot.data import demo, ensure
from crm_copilot.domain import Period
from crm_copilot.library.functions import library
from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import (
    AGG_NAMES,
    By,
    Condition,
    Having,
    Measure,
    Plan,
    aggregate_of,
    count_of,
    distinct_of,
    measure_of,
)
from crm_copilot.library.render import render
from library import families
from library.mended import mended
from training.agreement import Company, difference

if TYPE_CHECKING:
    pass

OTHER_DATA: Path | None = None
# Enough for every value and every kind of gap to occur, and few enough for thousands of plans.
ORDERS = 4000

# --------------------------------------------------------------------------------------------------- company


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The demo company, made small, or what the environment names."""
    files = OTHER_DATA or tmp_path_factory.mktemp("files")
    if OTHER_DATA is None:
        demo.generate(files, orders=ORDERS)
    data = ensure(tmp_path_factory.mktemp("home"), files)
    frames = {name: arrow.ipc.open_file(path).read_all().to_pandas() for name, path in data.frames.items()}
    with data.connect() as connection:
        connection.execute("set threads to 1")
        yield Company(data, frames, connection)


# ---------------------------------------------------------------------------------------------------- plans

YEAR_17 = Period(date(2017, 1, 1), date(2018, 1, 1), "2017")
LONG_AGO = Period(date(2001, 1, 1), date(2002, 1, 1), "2001")
YEAR_18 = Period(date(2018, 1, 1), date(2019, 1, 1), "2018")
SPRING = Period(date(2018, 3, 1), date(2018, 6, 1), "March to May 2018")
JANUARIES = (
    Period(date(2017, 1, 1), date(2017, 2, 1), "January 2017"),
    Period(date(2018, 1, 1), date(2018, 2, 1), "January 2018"),
)
ODD_DAYS = Period(date(2017, 11, 17), date(2018, 1, 9), "17 November to 8 January")
OVERLAPPING = (YEAR_17, Period(date(2017, 7, 1), date(2018, 7, 1), "mid 2017 to mid 2018"))
GRAINS = (
    "day", "week", "month", "quarter", "semester", "year",
    "weekday", "hour", "month of year", "daypart", "day of month",
)  # fmt: skip
RULES = (
    Having("seller_id", measure_of("order"), ">=", 30),
    Having("customer_unique_id", measure_of("order"), ">", 1),
    Having("customer_unique_id", measure_of("revenue"), ">", 400.5),
    Having("product_category", measure_of("average_review_score"), ">", 4.05),
    Having("customer_state", measure_of("late_rate"), ">", 8.05),
    Having("order_id", measure_of("item"), ">=", 2),
    Having("product_id", measure_of("item"), "between", (10, 20)),  # type: ignore[arg-type]
    Having("order_id", measure_of("payment"), "==", 1),
    Having("customer_city", count_of("customer", where=(Condition("is_delivered"),)), "<", 5),
    Having("customer_state", measure_of("orders_per_customer"), ">", 1.05),
    Having("seller_state", measure_of("freight_share"), "<", 17.03),
)
AGGS = tuple(AGG_NAMES)
NAMED = (*metrics(), *entities())
QUANTITIES = tuple(name for name, known in fields().items() if known.kind == "quantity")
DIMENSIONS = tuple(name for name, known in fields().items() if known.kind == "dimension")
PREDICATES = tuple(name for name, known in fields().items() if known.kind == "predicate")
MONTH, YEAR = By("time", "month"), By("time", "year")
STATE, REGION, CATEGORY, SELLER = (By("customer_state"), By("customer_region"), By("product_category"), By("seller_id"))
BANDS = {"order_value": (50.0, 100.0, 500.0, 1000.0), "delivery_days": (5.0, 10.5, 20.0), "review_score": (2.0, 4.0)}


SALES = (
    "revenue",
    "order",
    "customer",
    "average_review_score",
    "payment_value",
    "late_rate",
    "aov",
    "seller",
    "product",
)
COUNTED = ("revenue", "order", "item", "customer", "review", "payment", "seller", "total_freight", "payment_value")
# Keys by which, and conditions under which, the rows of a table are most often asked for.
NATURAL = {
    "orders": ("customer_state", "order_status", "product_category", "payment_type"),
    "order_items": ("product_category", "seller_state", "customer_state", "payment_type"),
    "products": ("product_category", "customer_region", "seller_state"),
    "customers": ("customer_state", "product_category"),
    "sellers": ("seller_state", "product_category"),
    "payments": ("payment_type", "customer_state", "product_category"),
    "reviews": ("review_score", "is_late", "product_category", "customer_state"),
    "leads": ("origin", "business_segment"),
    "deals": ("business_segment", "origin", "sr_id", "seller_state"),
    "clients": ("industry", "account_manager"),
    "interactions": ("interaction_kind", "industry"),
    "df": ("product_category", "customer_city"),
}
UNTIMED = ("products", "sellers")


def key(name: str) -> By:
    """Return the key of a field or of a grain of time."""
    return By("time", name) if name in GRAINS else By(name)  # type: ignore[arg-type]


def turning(values: Sequence[Any], number: int, count: int) -> list[Any]:
    """Return `count` of the values, going on where the number before stopped, so that all have their turn."""
    return [values[(number * count + offset) % len(values)] for offset in range(count)]


def shipped(company: Company) -> Iterator[Plan]:
    """Every function of the library that is a plan; the special ones have tests of their own."""
    yield from (function.plan for function in library() if not function.plan.special)


def named_alone(company: Company) -> Iterator[Plan]:
    """Every metric and every thing counted: alone and in periods."""
    for name in NAMED:
        yield Plan((measure_of(name),))
        yield Plan((measure_of(name),), periods=(YEAR_17,))
        yield Plan((measure_of(name),), periods=(ODD_DAYS, SPRING), by=(MONTH,))


def named_by_key(company: Company) -> Iterator[Plan]:
    """Every metric and every thing by the keys of its table."""
    for name in NAMED:
        measure = measure_of(name)
        for by in ("month", *NATURAL[measure.table]):
            yield Plan((measure,), by=(key(by),))


def ways(name: str) -> list[Any]:
    """Return how a quantity is summed up: sums of the same parts in another order need not be the same number."""
    summed = "sum(" in (fields()[name].sql or "")
    return [agg for agg in AGGS if not (summed and agg == "nunique")]


def quantities(company: Company) -> Iterator[Plan]:
    """Every quantity summed up in every way: all at once, alone or by a key, and a few ways by themselves."""
    for number, name in enumerate(QUANTITIES):
        table = fields()[name].table
        every = tuple(aggregate_of(name, agg) for agg in ways(name))
        yield Plan(every, by=(By(NATURAL[table][0]),) if number % 2 else ())
        for agg in turning(ways(name), number, 2):
            yield Plan((aggregate_of(name, agg),), by=(By(NATURAL[table][1]),))
        if table != "products":
            yield Plan((aggregate_of(name),), by=(MONTH,), periods=(YEAR_18,))


def predicates(company: Company) -> Iterator[Plan]:
    """Every predicate as a condition, as its contrary, as a key and as the part of a percentage."""
    for number, name in enumerate(PREDICATES):
        first, second = map(measure_of, _measures_beside(name, number))
        beside = By(NATURAL[fields()[name].table][0])
        yield Plan((first,), where=(Condition(name),))
        yield Plan((second,), where=(Condition(name, "is not"),), by=(YEAR,))
        yield Plan((first,), by=(By(name),))
        yield Plan((second,), by=(By(name),), periods=(YEAR_18,))
        yield Plan((replace(first, part=(Condition(name),)),), by=(beside,))
        yield Plan((replace(second, part=(Condition(name),)),))


def _measures_beside(name: str, number: int) -> list[str]:
    table = fields()[name].table
    if table in ("leads", "deals"):
        return ["lead", "deal"]
    return turning(COUNTED, number, 2)


def dimensions(company: Company) -> Iterator[Plan]:
    """Every label as a key, and as a condition where its values are known."""
    for number, name in enumerate(DIMENSIONS):
        table = fields()[name].table
        names = [e for e, entity in entities().items() if entity.table == table] or ["deal"]
        for measure in {**dict.fromkeys(names), **dict.fromkeys(turning(SALES, number, 2))}:
            yield Plan((measure_of(measure),), by=(By(name),))
            values = tuple(company.data.values.get(table, {}).get(name, {}))[:3]
            if len(values) == 3:
                yield Plan((measure_of(measure),), where=(Condition(name, "==", values[0]),))
                yield Plan((measure_of(measure),), where=(Condition(name, "!=", values[1]),), by=(YEAR,))
                yield Plan((measure_of(measure),), where=(Condition(name, "not in", values),))


def operators(company: Company) -> Iterator[Plan]:
    """Every way to compare, on the row itself, over a lookup and over a bridge."""
    compared = (
        ("delivery_days", ("==", 10), (">", 20), ("<=", 5.5), ("between", (3, 7)), ("missing", True), ("!=", 3)),
        ("review_score", ("==", 5), ("!=", 5), (">=", 4), ("in", (1, 2)), ("not in", (1, 2)), ("<", 3)),
        ("price", (">", 500), ("between", (20, 30)), ("<", 12.5)),
        ("payment_installments", (">", 5), ("==", 1), ("not in", (1, 2, 3))),
        ("payment_type", ("==", "boleto"), ("!=", "boleto"), ("in", ("voucher", "debit_card"))),
        (
            "product_category",
            ("contains", "FURNITURE"),
            ("contains", "h.m"),
            ("missing", True),
            ("!=", "health_beauty"),
        ),
        ("customer_city", ("contains", "paulo"), ("==", "sao paulo")),
        ("order_status", ("not in", ("delivered", "shipped")), ("!=", "delivered")),
        ("customer_region", ("==", "South"), ("not in", ("South", "Southeast"))),
        ("product_weight_g", (">", 5000), ("missing", True)),
        ("comment_length", ("missing", True), (">", 100)),
        ("customer_orders", ("between", (2, 3)), ("not in", (1, 3))),
        ("items_per_order", ("in", (2, 3)), ("between", (2, 4))),
        ("is_late", ("==", True), ("==", False), ("!=", True)),
        ("has_comment", ("is", False), ("is not", False)),
        ("is_not_closed", ("is", True), ("is", False), ("is not", True)),
    )
    for name, *tests in compared:
        for number, (op, value) in enumerate(tests):
            for measure in turning(COUNTED, number, 4):
                yield Plan((measure_of(measure),), where=(Condition(name, op, value),))  # type: ignore[arg-type]


def together(company: Company) -> Iterator[Plan]:
    """Several conditions, on the same child of an order or on different ones, with keys among them."""
    card, boleto = Condition("payment_type", "==", "credit_card"), Condition("payment_type", "==", "boleto")
    paulista, beauty = (Condition("seller_state", "==", "SP"), Condition("product_category", "==", "health_beauty"))
    two = Condition("product_category", "in", ("health_beauty", "watches_gifts"))
    happy, dear, late = Condition("is_positive_review"), Condition("price", ">", 100), Condition("is_late")
    sets = (
        (card, paulista), (paulista, beauty), (beauty, dear), (happy, beauty), (happy, boleto, paulista), (late, dear),
        (two, paulista), (card, Condition("payment_installments", ">", 3)), (happy, card, dear, late),
    )  # fmt: skip
    for number, tests in enumerate(sets):
        for measure in map(measure_of, turning(COUNTED, number, 4)):
            yield Plan((measure,), where=tests)
            yield Plan((replace(measure, part=tests[:1]),), where=tests[1:])
        for measure in map(measure_of, turning((*SALES, "review_rate"), number, 2)):
            for by in ("product_category", "payment_type", "review_score", "seller_state"):
                yield Plan((measure,), where=tests, by=(By(by),))


def two_keys(company: Company) -> Iterator[Plan]:
    """Two keys, of one table and of two."""
    pairs = (
        ("customer_state", "order_status"), ("product_category", "seller_state"), ("payment_type", "product_category"),
        ("review_score", "payment_type"), ("year", "customer_region"), ("is_late", "review_score"),
        ("seller_region", "customer_region"), ("weekday", "daypart"), ("main_payment_type", "quarter"),
    )  # fmt: skip
    for number, pair in enumerate(pairs):
        for name in turning(SALES, number, 5):
            yield Plan((measure_of(name),), by=tuple(map(key, pair)))


def grains(company: Company) -> Iterator[Plan]:
    """Every grain of time on every table that has a date, and other moments than the usual."""
    for number, grain in enumerate(GRAINS):
        for name in ("revenue", "lead", "deal", "interaction", "transaction", "average_review_score", "customer"):
            yield Plan((measure_of(name),), by=(key(grain),), periods=(SPRING, YEAR_17) if number % 2 else ())
    for time in (
        "order_delivered_customer_date",
        "order_approved_at",
        "order_estimated_delivery_date",
        "first_purchase",
    ):
        for name in ("order", "revenue", "average_review_score", "customer", "payment_value"):
            yield Plan((measure_of(name),), by=(MONTH,), time=time)
            yield Plan((measure_of(name),), periods=(SPRING,), time=time)
    yield Plan((measure_of("review"),), by=(MONTH,), time="review_creation_date")
    yield Plan((measure_of("item"),), by=(MONTH,), time="shipping_limit_date")


def several_periods(company: Company) -> Iterator[Plan]:
    """One group for each period, also where they overlap."""
    for number, periods in enumerate((JANUARIES, OVERLAPPING, (YEAR_18, YEAR_17))):
        for measure in map(measure_of, (*turning(SALES, number, 5), "conversion_rate", "score")):
            yield Plan((measure,), by=(By("period"),), periods=periods)
            yield Plan((measure,), by=(By("period"), REGION), periods=periods)
            yield Plan((measure,), by=(By("period"),), periods=periods, transform="growth")
    for measure in map(measure_of, ("revenue", "late_rate", "customer")):
        plan = Plan((measure,), by=(STATE, By("period")), periods=JANUARIES, transform="growth")
        yield plan
        yield plan.but(absolute=True, order="desc", limit=5)


def bands(company: Company) -> Iterator[Plan]:
    """Quantities as bands."""
    for number, (name, edges) in enumerate(BANDS.items()):
        for measure in map(measure_of, turning(SALES, number, 5)):
            yield Plan((measure,), by=(By(name, bins=edges),))
            yield Plan((measure,), by=(By(name, bins=edges, closed="right"),))
            yield Plan((measure,), by=(REGION, By(name, bins=edges)), periods=(YEAR_18,))
    for name, edges in (("product_weight_g", (500.0, 2000.0)), ("product_photos_qty", (1.0, 3.0))):
        for measure in map(measure_of, ("product", "revenue", "review")):
            yield Plan((measure,), by=(By(name, bins=edges),))


def some_values(company: Company) -> Iterator[Plan]:
    """A few values of a field against all others together."""
    chosen = (
        ("customer_state", ("SP", "RJ")), ("payment_type", ("boleto",)), ("product_category", ("toys", "auto")),
        ("order_status", ("delivered", "canceled")), ("customer_region", ("South",)),
    )  # fmt: skip
    for number, (name, values) in enumerate(chosen):
        for measure in map(measure_of, turning(SALES, number, 4)):
            yield Plan((measure,), by=(By(name, only=values),))
            yield Plan((measure,), by=(YEAR, By(name, only=values)), periods=(YEAR_17,))


def havings(company: Company) -> Iterator[Plan]:
    """Conditions on groups: of a key that is shown, of one that is not, and as the part of a percentage."""
    for number, rule in enumerate(RULES):
        for name in turning(SALES, number, 2):
            measure = measure_of(name)
            yield Plan((measure,), having=(rule,))
            yield Plan((measure,), by=(By(rule.key),), having=(rule,), periods=(YEAR_18,))
            yield Plan((measure,), by=(YEAR,), having=(rule,), where=(Condition("is_delivered"),))
            yield Plan((measure,), by=(YEAR, By(rule.key)), having=(rule,))
        for name in turning(("order", "customer", "revenue", "item", "review"), number, 2):
            yield Plan((measure_of(name),), having=(replace(rule, part=True),))
            yield Plan((measure_of(name),), having=(replace(rule, part=True),), by=(REGION,), periods=(YEAR_17,))
    twice = (RULES[0], RULES[1])
    yield Plan((measure_of("revenue"),), by=(SELLER,), having=twice)
    yield Plan((measure_of("item"),), having=twice)
    yield Plan(
        (measure_of("order"),), by=(CATEGORY,), having=(RULES[3],), where=(Condition("seller_state", "==", "SP"),)
    )


def top_k(company: Company) -> Iterator[Plan]:
    """The first few, overall and inside each group."""
    for number, name in enumerate((*SALES, "delivery_days", "cancellation_rate")):
        measure = measure_of(name)
        order: Any = ("desc", "asc")[number % 2]
        yield Plan((measure,), by=(CATEGORY,), order=order, limit=5)
        yield Plan((measure,), by=(SELLER,), order="desc", limit=10, having=(RULES[0],))
        yield Plan((measure,), by=(STATE,), order=order, limit=3, periods=(SPRING,))
        yield Plan((measure,), by=(YEAR, CATEGORY), within=YEAR, order=order, limit=3)
        yield Plan((measure,), by=(REGION, CATEGORY), within=REGION, order="desc", limit=2, periods=(YEAR_18,))
        yield Plan((measure,), by=(MONTH,), order="desc", limit=1)


def shares(company: Company) -> Iterator[Plan]:
    """Percentages of a total, of a stretch of time and of a group."""
    many = Having("customer_state", measure_of("order"), ">", 300)
    for name in COUNTED:
        measure = measure_of(name)
        yield Plan((measure,), by=(STATE,), transform="share")
        yield Plan((measure,), by=(By("payment_type"),), transform="share", periods=(YEAR_18,))
        yield Plan((measure,), by=(CATEGORY,), transform="share", order="desc", limit=5)
        yield Plan((measure,), by=(YEAR, REGION), transform="share")
        yield Plan((measure,), by=(REGION, By("payment_type")), transform="share")
        yield Plan((measure,), by=(REGION, CATEGORY), within=REGION, transform="share", order="desc", limit=3)
        yield Plan((measure,), by=(STATE,), having=(many,), transform="share")
        yield Plan((measure, measure_of("late_rate")), by=(REGION,), transform="share")
        yield Plan((measure,), by=(REGION, YEAR), transform="share")


def concentrations(company: Company) -> Iterator[Plan]:
    """What the largest make up, how many make up so much, and rates over all periods."""
    for name, by in (("revenue", SELLER), ("order", By("customer_unique_id")), ("item", CATEGORY), ("order", STATE)):
        plan = Plan((measure_of(name),), by=(by,))
        yield plan.but(transform="cumulative share", order="desc")
        yield plan.but(transform="top share", limit=3)
        yield plan.but(transform="top share", percent=10)
        yield plan.but(transform="reach", percent=50)
        yield plan.but(transform="reach share", percent=70)
        yield plan.but(transform="reach list", percent=80, periods=(YEAR_18,))
    for name in ("revenue", "order", "aov"):
        yield Plan((measure_of(name),), by=(YEAR,), transform="compound")
        yield Plan((measure_of(name),), by=(MONTH,), transform="compound", periods=(YEAR_17,))


def nothing(company: Company) -> Iterator[Plan]:
    """Conditions that no row satisfies."""
    nowhere = Condition("customer_state", "==", "XX")
    for name in (*SALES, "repeat_rate", "freight_share", "delivery_days", "orders_per_customer"):
        measure = measure_of(name)
        yield Plan((measure,), where=(nowhere,))
        yield Plan((measure,), where=(nowhere,), by=(CATEGORY,))
        yield Plan((replace(measure, where=(*measure.where, nowhere)), measure_of("item")), by=(YEAR,))


def no_time(company: Company) -> Iterator[Plan]:
    """Every quantity in a period without rows, where what is looked up has no type of its own."""
    for number, name in enumerate(QUANTITIES):
        table = fields()[name].table
        if table in ("products", "clients"):
            continue
        before = Plan((aggregate_of(name, "mean"), aggregate_of(name, "median")), periods=(LONG_AGO,))
        yield before
        yield before.but(by=(By(NATURAL[table][number % 2]),))


def in_time(company: Company) -> Iterator[Plan]:
    """Growth, change on the year before and running sums."""
    other = {"leads": "origin", "deals": "origin", "interactions": "industry", "df": "product_category"}
    for number, name in enumerate((*SALES, "lead", "deal", "interaction", "score", "conversion_rate")):
        measure = measure_of(name)
        beside = By(other.get(measure.table, "customer_region"))
        plan = Plan((measure,), by=(MONTH,))
        for grain in turning(("month", "quarter", "semester", "year"), number, 2):
            yield plan.but(by=(key(grain),), transform="growth")
            yield plan.but(by=(key(grain),), transform="yoy")
        for transform in ("growth", "yoy"):
            yield plan.but(periods=(SPRING,), transform=transform)
            yield plan.but(by=(beside, By("time", "quarter")), transform=transform)
            yield plan.but(by=(beside, YEAR), periods=(YEAR_18,), transform=transform)
        yield plan.but(by=(beside, YEAR), periods=(YEAR_18,), transform="growth", order="desc", limit=3)
        yield plan.but(periods=JANUARIES, transform="growth")
        yield plan.but(by=(By("time", "week"),), periods=(SPRING,), transform="growth")
        yield plan.but(by=(By("time", "semester"),), periods=(YEAR_18,), transform="growth")
        yield plan.but(by=(YEAR,), periods=turning(((YEAR_17, YEAR_18), (SPRING,)), number, 1)[0], transform="growth")
        yield plan.but(by=(By("time", "weekday"),), periods=(SPRING,), transform="growth")
    for name in ("revenue", "payment_value", "item", "review", "transaction"):
        plan = Plan((measure_of(name),), transform="cumulative")
        yield plan.but(by=(MONTH,), periods=(YEAR_18,))
        yield plan.but(by=(By("payment_type"), By("time", "quarter")))
        yield plan.but(by=(YEAR, By("payment_type")))
        yield plan.but(by=(By("payment_type"), By("time", "day of month")), periods=(SPRING,))


def reductions(company: Company) -> Iterator[Plan]:
    """The finished table summed up over its last key."""
    for number, name in enumerate(COUNTED):
        measure = measure_of(name)
        for how in turning(("mean", "median", "max", "min", "sum", "std"), number, 3):
            yield Plan((measure,), by=(MONTH,), reduce=how)
            yield Plan((measure,), by=(STATE, MONTH), reduce=how)
            yield Plan((measure,), by=(By("customer_unique_id"),), reduce=how, periods=(YEAR_17,))
            yield Plan((measure,), by=(REGION, By("time", "day")), reduce=how, where=(Condition("is_delivered"),))


def several_measures(company: Company) -> Iterator[Plan]:
    """Two measures side by side, from one table or from two."""
    pairs = (
        ("revenue", "order"), ("revenue", "late_rate"), ("average_review_score", "delivery_days"), ("aov", "customer"),
        ("order", "review"), ("payment_value", "revenue"), ("seller", "product"), ("total_freight", "freight_share"),
    )  # fmt: skip
    for pair in pairs:
        measures = tuple(map(measure_of, pair))
        for keys in ((), (MONTH,), (CATEGORY,), (STATE, YEAR), (By("payment_type"),), (SELLER,)):
            yield Plan(measures, by=keys, periods=(YEAR_18,) if len(keys) == 1 else ())
        yield Plan(measures, by=(CATEGORY,), order="desc", limit=4)
    for by in (MONTH, By("time", "week"), By("origin"), By("time", "year")):
        yield Plan((measure_of("lead"), measure_of("deal")), by=(by,))


def correlations(company: Company) -> Iterator[Plan]:
    """Pairs of quantities of the same row, of rows that belong to each other, and of siblings."""
    pairs = (
        ("delivery_days", "review_score"), ("price", "freight_value"), ("product_weight_g", "freight_value"),
        ("order_value", "review_score"), ("product_weight_g", "product_photos_qty"), ("delivery_days", "order_value"),
        ("product_description_lenght", "price"), ("payment_installments", "payment_value"), ("review_score", "price"),
        ("product_weight_g", "delivery_days"), ("payment_value", "review_score"), ("delay_days", "comment_length"),
        ("sales_cycle_days", "declared_monthly_revenue"), ("price", "payment_installments"),
        ("payment_installments", "order_value"),
    )  # fmt: skip
    for first, second in pairs:
        yield Plan(correlate=(first, second))
        yield Plan(correlate=(second, first))
        if first != "sales_cycle_days":
            yield Plan(correlate=(first, second), periods=(YEAR_18,))
            yield Plan(correlate=(first, second), by=(STATE,))
            yield Plan(correlate=(first, second), where=(Condition("product_category", "==", "health_beauty"),))
            yield Plan(correlate=(first, second), by=(CATEGORY,), where=(Condition("is_delivered"),))


def listings(company: Company) -> Iterator[Plan]:
    """Rows of a table under conditions."""
    longest = (aggregate_of("delivery_days", "max"),)
    yield Plan(longest, listing="orders", where=(Condition("delivery_days", ">", 40),), order="desc")
    yield Plan(longest, listing="orders", order="desc", limit=10)
    yield Plan(listing="orders", order="desc", limit=10)
    yield Plan(listing="orders", order="asc", limit=5, where=(Condition("is_canceled"),), periods=(YEAR_18,))
    yield Plan(listing="reviews", order="desc", limit=7, time="review_creation_date")
    yield Plan(listing="deals", order="desc", limit=3)
    yield Plan(longest, listing="orders", order="asc", limit=10, where=(Condition("payment_type", "==", "voucher"),))
    yield Plan((aggregate_of("order_value"), aggregate_of("order_freight")), listing="orders", limit=5, order="desc")
    yield Plan((aggregate_of("review_score"),), listing="reviews", where=(Condition("price", ">", 900),))
    yield Plan((aggregate_of("sales_cycle_days"),), listing="deals", order="desc", limit=7)
    yield Plan((aggregate_of("total_spend_ytd"),), listing="clients", order="desc", limit=7)
    yield Plan(
        (aggregate_of("price"),), listing="order_items", periods=(SPRING,), where=(Condition("price", ">", 500),)
    )
    yield Plan(listing="orders", where=(Condition("is_canceled"), Condition("product_category", "==", "toys")))
    yield Plan(listing="orders", where=(Condition("is_late"),), periods=(SPRING,))
    yield Plan(listing="orders", having=(Having("order_id", measure_of("item"), ">=", 4),))
    yield Plan(listing="products", where=(Condition("is_never_sold"),))
    yield Plan(listing="products", where=(Condition("product_category", "missing"),))
    yield Plan(listing="products", where=(Condition("price", ">", 900),))
    yield Plan(listing="leads", where=(Condition("is_closed"), Condition("origin", "==", "social")))
    yield Plan(listing="payments", where=(Condition("payment_installments", ">", 10),))
    yield Plan(listing="customers", where=(Condition("customer_state", "==", "RR"),))
    yield Plan(listing="sellers", where=(Condition("seller_state", "!=", "SP"),))


def lookups(company: Company) -> Iterator[Plan]:
    """All that the tables hold of one order: of several that were paid in parts, came late, or never came."""
    items, payments = company.frames["order_items"], company.frames["payments"]
    orders = company.frames["orders"]
    chosen = {
        payments["order_id"].value_counts().index[0],
        items["order_id"].value_counts().index[0],
        orders.loc[orders["order_delivered_customer_date"].isna(), "order_id"].iloc[0],
        orders["order_id"].iloc[0],
    }
    for order in sorted(chosen):
        where = (Condition("order_id", "==", order),)
        for table in ("orders", "order_items", "payments", "reviews"):
            yield Plan(listing=table, where=where)
        yield Plan(listing="orders", where=where, by=(By("customer_city"), STATE))
        yield Plan(listing="order_items", where=where, by=(CATEGORY,))
        yield Plan((measure_of("payment_value"), measure_of("item")), where=where)
    yield Plan(listing="orders", where=(Condition("order_id", "==", "0" * 32),))


def texts(company: Company) -> Iterator[Plan]:
    """Reviews that contain a word: counted, listed, and as the part of a percentage."""
    words = ("produto", "PRAZO", "recomendo", "não", "a.o", "nobody wrote this")
    for number, word in enumerate(words):
        for column in ("review_comment_message", "review_comment_title"):
            said = Condition(column, "contains", word)
            yield Plan((count_of("review"), measure_of("average_review_score")), where=(said,))
            yield Plan((count_of("review", part=(said,)),), by=(By("review_score"),))
            yield Plan((count_of("review"),), by=(MONTH,), where=(said,), periods=(YEAR_18,))
            yield Plan(listing="reviews", where=(said, Condition("is_late")) if number % 2 else (said,))
            yield Plan((measure_of("negative_share"),), by=(STATE,), where=(said,))


def days_counted(company: Company) -> Iterator[Plan]:
    """On how many days, weeks or months there was so much of something."""
    for key in ("purchase_day", "purchase_week", "purchase_month"):
        for number, (name, value) in enumerate((("order", 4), ("revenue", 900.5), ("customer", 20), ("item", 7))):
            for op in turning((">", ">=", "<", "=="), number, 2):
                having = (Having(key, measure_of(name), op, value),)
                yield Plan((distinct_of(key),), having=having)
                yield Plan((distinct_of(key),), having=having, periods=(YEAR_18,), where=(Condition("is_delivered"),))


def counted_once(company: Company) -> Iterator[Plan]:
    """Things with which something was done once, or more than once."""
    done = (
        ("order_id", "review", ("order", "customer")), ("product_id", "item", ("product", "revenue")),
        ("seller_id", "item", ("seller", "revenue")), ("customer_unique_id", "order", ("customer", "order")),
    )  # fmt: skip
    for key, counted, names in done:
        for name in names:
            for op in (">", "=="):
                having = (Having(key, count_of(counted), op, 1),)
                yield Plan((measure_of(name),), having=having)
                yield Plan((measure_of(name),), having=having, periods=(YEAR_18,))
                yield Plan((count_of(counted),), by=(By(key),), having=having, order="desc", periods=(SPRING,))


def at_random(company: Company) -> Iterator[Plan]:
    """Plans drawn from everything that can be said of sales."""
    draw = random.Random(20240917)
    for _ in range(120):
        yield _drawn(draw)


def _drawn(draw: random.Random) -> Plan:
    names = [*SALES, *COUNTED, *NAMED_SALES, *SALES_QUANTITIES]
    drawn = [_measure_drawn(draw, draw.choice(names)) for _ in range(draw.choice((1, 1, 1, 2)))]
    measures = tuple({measure.column: measure for measure in drawn}.values())
    keys = [key(name) for name in draw.sample(SALES_KEYS, draw.choice((0, 1, 1, 2)))]
    periods = draw.choice(((), (), (YEAR_17,), (SPRING,), (ODD_DAYS, SPRING), JANUARIES))
    if len(periods) > 1 and len(keys) < 2 and draw.random() < 0.5:
        keys.append(By("period"))
    where = tuple(draw.sample(SALES_TESTS, draw.choice((0, 0, 1, 1, 2))))
    having = (draw.choice(RULES),) if draw.random() < 0.15 else ()
    plan = Plan(measures, tuple(keys), where, periods, having=having)
    return _drawn_shape(draw, plan)


def _measure_drawn(draw: random.Random, name: str) -> Measure:
    if name in SALES_QUANTITIES:
        return aggregate_of(name, draw.choice(ways(name)))
    return measure_of(name)


def _drawn_shape(draw: random.Random, plan: Plan) -> Plan:
    timed = sum(by.field in ("time", "period") for by in plan.by)
    cyclic = any(by.grain in ("weekday", "hour", "month of year", "daypart", "day of month") for by in plan.by)
    shape = draw.choice(("plain", "plain", "top", "share", "growth", "reduce", "within"))
    first = plan.measures[0]
    additive = first.agg in ("sum", "count", "nunique") and not first.part and not first.divisor
    if shape == "top" and plan.by:
        return plan.but(order=draw.choice(("asc", "desc")), limit=draw.randint(1, 8))
    if shape == "share" and plan.by and additive:
        return plan.but(transform="share")
    if shape == "growth" and timed == 1 and not cyclic and not plan.having:
        return plan.but(transform="growth")
    if shape == "reduce" and plan.by and len(plan.measures) == 1 and not plan.having:
        return plan.but(reduce=draw.choice(("mean", "median", "max")))
    if shape == "within" and len(plan.by) == 2:
        return plan.but(within=plan.by[0], order="desc", limit=2)
    return plan


SALES_TABLES = ("orders", "order_items", "products", "customers", "sellers", "payments", "reviews")
SALES_QUANTITIES = tuple(name for name in QUANTITIES if fields()[name].table in SALES_TABLES)
NAMED_SALES = tuple(
    name for name in NAMED if measure_of(name).table in SALES_TABLES and name not in ("transaction",)
)  # fmt: skip
SALES_KEYS = (
    "day", "week", "month", "quarter", "semester", "year", "weekday", "hour", "month of year", "daypart",
    "customer_state", "customer_region", "customer_city", "seller_state", "seller_id", "seller_region",
    "product_category", "product_id", "payment_type", "payment_installments", "order_status", "review_score",
    "is_late", "is_first_order", "has_comment", "is_same_state", "main_payment_type", "items_per_order",
)  # fmt: skip
SALES_TESTS = (
    *(Condition(name) for name in PREDICATES if fields()[name].table in SALES_TABLES and name != "is_never_sold"),
    Condition("payment_type", "==", "boleto"), Condition("payment_type", "!=", "credit_card"),
    Condition("product_category", "in", ("toys", "health_beauty", "bed_bath_table")),
    Condition("seller_state", "==", "SP"), Condition("customer_state", "not in", ("SP", "RJ")),
    Condition("price", ">", 150), Condition("review_score", "<=", 3), Condition("delivery_days", "between", (5, 15)),
    Condition("product_weight_g", "<", 800), Condition("order_status", "!=", "delivered"),
)  # fmt: skip
FAMILIES: dict[str, Callable[[Company], Iterator[Plan]]] = {
    family.__name__: family
    for family in (
        shipped, named_alone, named_by_key, quantities, predicates, dimensions, operators, together, two_keys,
        grains, several_periods, bands, some_values, havings, top_k, shares, concentrations, nothing, no_time, in_time,
        reductions, several_measures, correlations, listings, lookups, texts, days_counted, counted_once,
        at_random, mended, *families.FAMILIES,
    )
}  # fmt: skip

# Plans in each family whose things the data do not tie together, at most.
UNREACHABLE = {"dimensions": 28, "several_periods": 3, "correlations": 3, "listings": 1}


@pytest.mark.parametrize("family", FAMILIES)
def test_pandas_and_sql_agree(family: str, company: Company) -> None:
    found: list[str] = []
    unreachable = 0
    for plan in FAMILIES[family](company):
        if plan in company.compared or not company.has(plan):
            continue
        company.compared.add(plan)
        try:
            problem = disagreement(plan, company)
        except Unreachable:
            unreachable += 1
            continue
        found += [f"{problem}\n    {plan}"] if problem else []
    assert not found, f"{len(found)} plans of {family}:\n" + "\n".join(found[:10])
    assert unreachable <= UNREACHABLE.get(family, 0)


def disagreement(plan: Plan, company: Company) -> str | None:
    """Say how the two results differ or which of them failed; raise Unreachable when the library cannot answer."""
    render(plan)
    try:
        return difference(plan, company)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
