from __future__ import annotations

import pytest

from crm_copilot.library.plan import (
    By,
    Condition,
    Having,
    Measure,
    Plan,
    Special,
    aggregate_of,
    by_time,
    count_of,
    measure_of,
)
from crm_copilot.understanding.followup import merge
from crm_copilot.understanding.measures import as_part_of
from understanding.asking import CALENDAR, YEAR_17, YEAR_18

REVENUE, ORDERS = measure_of("revenue"), count_of("order")
BY_STATE = Plan((REVENUE,), (By("customer_state"),))
BY_MONTH = Plan((REVENUE,), (by_time("month"),))
TOP = BY_STATE.but(order="desc", limit=5)
LATE = Plan((ORDERS,), where=(Condition("is_late"),))


def as_part_of_orders(predicate: str) -> tuple[Measure, ...]:
    """Return the share of the orders that are so."""
    return (as_part_of(ORDERS, (Condition(predicate),), ()),)


LEADS = Plan((count_of("lead"),), (By("origin"),))
SCORES = Plan((measure_of("average_review_score"),))
CANCELED = Plan((ORDERS,), (by_time("year"),), where=(Condition("is_canceled"),))
LOWEST = BY_STATE.but(order="asc", limit=5)
IN_ES, IN_RJ = Condition("customer_state", "==", "ES"), Condition("customer_state", "in", ("ES", "RJ"))
DAYS = Plan((aggregate_of("delivery_days", "mean"),), (By("customer_state"),))
IN_SP = Condition("customer_state", "==", "SP")
BEST_OF_EACH = TOP.but(by=(By("customer_state"), By("product_category")), within=By("customer_state"), limit=1)
FREIGHT = Plan((aggregate_of("freight_value", "mean"),), (By("customer_state"),))
PAID = Plan((aggregate_of("payment_value", "mean"),))
CANCELED_SHARE = as_part_of_orders("is_canceled")
SHARE_OF_ES = Plan((as_part_of(ORDERS, (IN_ES,), ()),), periods=(YEAR_18,))

CHANGES: list[tuple[str, Plan, Plan]] = [
    ("how many of each became deals?", LEADS, LEADS.but(where=(Condition("is_closed"),))),
    ("and for orders that came late?", SCORES, SCORES.but(where=(Condition("is_late"),))),
    (
        "só estados com pelo menos 100 pedidos",
        LOWEST,
        LOWEST.but(having=(Having("customer_state", ORDERS, ">=", 100),)),
    ),
    (
        "put RJ next to it",
        Plan((REVENUE,), where=(IN_ES,)),
        Plan((REVENUE,), (By("customer_state"),), where=(IN_RJ,)),
    ),
    (
        "what percentage of each year's orders is that",
        CANCELED,
        CANCELED.but(measures=as_part_of_orders("is_canceled"), where=()),
    ),
    (
        "and how many sellers there?",
        Plan((count_of("customer"),), where=(IN_ES,)),
        Plan((count_of("seller"),), where=(Condition("seller_state", "==", "ES"),)),
    ),
    (
        "opa, eu quis dizer clientes",
        Plan((count_of("seller"),), (By("seller_state"),)),
        Plan((count_of("customer"),), (By("customer_state"),)),
    ),
    (
        "sorry, I meant the seller's state",
        BY_STATE,
        BY_STATE.but(by=(By("seller_state"),)),
    ),
    ("and without limiting it to ES?", Plan((REVENUE,), where=(IN_ES,)), Plan((REVENUE,))),
    ("make it 10, and for 2018 instead", TOP, TOP.but(limit=10, periods=(YEAR_18,))),
    ("what share of those came from ES?", Plan((ORDERS,), periods=(YEAR_18,)), SHARE_OF_ES),
    ("show all of them", TOP, TOP.but(limit=None)),
    (
        "only the ones where it takes more than 20 days",
        DAYS,
        DAYS.but(having=(Having("each", DAYS.measures[0], ">", 20),)),
    ),
    ("only for SP", BEST_OF_EACH, BEST_OF_EACH.but(by=BEST_OF_EACH.by[1:], where=(IN_SP,), within=None)),
    ("just the five cheapest", FREIGHT, FREIGHT.but(order="asc", limit=5)),
    ("break it down by number of installments", PAID, PAID.but(by=(By("payment_installments"),))),
    ("em vez do número quero o percentual dos pedidos", CANCELED, CANCELED.but(measures=CANCELED_SHARE, where=())),
    ("what's the best one?", BY_STATE, BY_STATE.but(order="desc", limit=1)),
    ("e o pior?", BY_STATE, BY_STATE.but(order="asc", limit=1)),
    ("only 2018", BY_STATE, BY_STATE.but(periods=(YEAR_18,))),
    ("and in 2017?", BY_STATE.but(periods=(YEAR_18,)), BY_STATE.but(periods=(YEAR_17,))),
    ("e por categoria?", BY_STATE, BY_STATE.but(by=(By("product_category"),))),
    ("and by month?", Plan((REVENUE,)), Plan((REVENUE,), (by_time("month"),))),
    ("top 3", BY_STATE, TOP.but(limit=3)),
    ("only for SP", Plan((ORDERS,)), Plan((ORDERS,), where=(Condition("customer_state", "==", "SP"),))),
    ("rank them by number of orders instead", TOP, TOP.but(measures=(ORDERS,))),
    ("as percentages", BY_STATE, BY_STATE.but(transform="share")),
    ("drop the south", BY_STATE, BY_STATE.but(where=(Condition("customer_region", "!=", "South"),))),
    ("tira os de SP", BY_STATE, BY_STATE.but(where=(Condition("customer_state", "!=", "SP"),))),
    ("without the ones in SP", BY_STATE, BY_STATE.but(where=(Condition("customer_state", "!=", "SP"),))),
    ("lose the cancelled ones", BY_MONTH, BY_MONTH.but(where=(Condition("is_canceled", "is not"),))),
    ("which is the worst?", BY_STATE, BY_STATE.but(order="asc", limit=1)),
    (
        "exclude states with fewer than 20 orders",
        BY_STATE,
        BY_STATE.but(having=(Having("customer_state", ORDERS, ">=", 20),), order="desc"),
    ),
    (
        "compare with 2017",
        Plan((REVENUE,), periods=(YEAR_18,)),
        Plan((REVENUE,), (By("period"),), periods=(YEAR_17, YEAR_18)),
    ),
    ("compare with 2017", BY_MONTH.but(periods=(YEAR_18,)), BY_MONTH.but(periods=(YEAR_17, YEAR_18))),
    (
        "by state",
        Plan((REVENUE,), (By("period"),), periods=(YEAR_17, YEAR_18)),
        Plan((REVENUE,), (By("customer_state"), By("period")), periods=(YEAR_17, YEAR_18)),
    ),
    (
        "compare with RJ",
        Plan((ORDERS,), where=(Condition("customer_state", "==", "SP"),)),
        Plan((ORDERS,), (By("customer_state"),), where=(Condition("customer_state", "in", ("SP", "RJ")),)),
    ),
    ("make it cumulative", BY_MONTH, BY_MONTH.but(transform="cumulative")),
]


@pytest.mark.parametrize(("question", "before", "after"), CHANGES, ids=[f"{n}-{c[0]}" for n, c in enumerate(CHANGES)])
def test_a_fragment_changes_the_plan_before(question: str, before: Plan, after: Plan) -> None:
    reading = merge(question, before, [], CALENDAR)
    assert reading is not None
    assert reading.plan == after


def test_a_value_on_the_same_field_takes_the_place_of_the_old() -> None:
    before = Plan((ORDERS,), where=(Condition("customer_state", "==", "SP"),))
    reading = merge("and RJ?", before, [], CALENDAR)
    assert reading is not None
    assert reading.plan == Plan((ORDERS,), where=(Condition("customer_state", "==", "RJ"),))


def test_the_share_that_a_number_is() -> None:
    reading = merge("what percentage of all orders is that?", LATE, [], CALENDAR)
    assert reading is not None
    assert reading.plan is not None
    assert reading.plan.measures[0].part == as_part_of(ORDERS, (Condition("is_late"),), ()).part


@pytest.mark.parametrize(
    "question", ["How many customers are there in each state?", "average delivery time by product category in 2018"]
)
def test_a_whole_question_stands_by_itself(question: str) -> None:
    assert merge(question, Plan((REVENUE,)), [], CALENDAR) is None


def test_a_special_function_is_not_changed() -> None:
    assert merge("only 2018", Plan(special=Special("cohort_retention")), [], CALENDAR) is None


def test_a_filter_on_what_was_ranked_is_doubted() -> None:
    reading = merge("how many of those were cancelled?", TOP, [], CALENDAR)
    assert reading is not None
    assert reading.confidence < 0.6


ACTIVE = Plan((count_of("seller"),), having=(Having("seller_id", ORDERS, ">=", 25),))
SLOW = Plan((ORDERS,), where=(Condition("delivery_days", ">", 10), Condition("is_delivered")))
OTHERWISE: list[tuple[str, Plan, Plan]] = [
    ("and with at least 50?", ACTIVE, ACTIVE.but(having=(Having("seller_id", ORDERS, ">=", 50),))),
    ("what about fewer than 10?", ACTIVE, ACTIVE.but(having=(Having("seller_id", ORDERS, "<", 10),))),
    ("e com mais de 60?", ACTIVE, ACTIVE.but(having=(Having("seller_id", ORDERS, ">", 60),))),
    ("e abaixo de 5?", SLOW, SLOW.but(where=(Condition("delivery_days", "<", 5), Condition("is_delivered")))),
]


@pytest.mark.parametrize(("question", "before", "after"), OTHERWISE, ids=[question for question, *_ in OTHERWISE])
def test_another_number_is_compared_with(question: str, before: Plan, after: Plan) -> None:
    reading = merge(question, before, [], CALENDAR)
    assert reading is not None
    assert reading.plan == after
    assert reading.confidence > 0.9


def test_of_two_comparisons_neither_is_changed() -> None:
    both = SLOW.but(having=ACTIVE.having)
    reading = merge("and with more than 50?", both, [], CALENDAR)
    assert reading is None or reading.confidence < 0.6


@pytest.mark.parametrize("question", ["and above R$ 300?", "e acima de R$ 300?"])
def test_money_is_not_compared_with_days(question: str) -> None:
    reading = merge(question, SLOW, [], CALENDAR)
    assert reading is None or reading.plan is None or reading.confidence < 0.6


def test_money_is_compared_with_money() -> None:
    dear = Plan((ORDERS,), where=(Condition("order_value", ">", 500),))
    reading = merge("e abaixo de R$ 300?", dear, [], CALENDAR)
    assert reading is not None
    assert reading.plan == Plan((ORDERS,), where=(Condition("order_value", "<", 300),))


@pytest.mark.parametrize("question", ["and by month?", "and the revenue by month?"])
def test_what_changes_nothing_keeps_the_filters(question: str) -> None:
    """Read by itself it would be answered for everybody."""
    before = Plan((REVENUE,), (by_time("month"),), (Condition("customer_state", "==", "SP"),))
    reading = merge(question, before, [], CALENDAR)
    assert reading is not None
    assert reading.plan == before


def test_another_thing_ranked_by_place_is_ranked_by_its_own() -> None:
    most = Plan((count_of("customer"),), (By("customer_state"),), order="desc", limit=1)
    found = merge("and which has the most sellers?", most, [], CALENDAR)
    assert found is not None
    assert found.plan == most.but(measures=(count_of("seller"),), by=(By("seller_state"),))


def test_only_those_bought_in_a_year_are_the_same_groups() -> None:
    best = Plan((measure_of("revenue"),), (By("product_category"),), order="desc", limit=5)
    found = merge("only those bought in 2018", best, [], CALENDAR)
    assert found is not None
    assert found.plan == best.but(periods=(YEAR_18,))
