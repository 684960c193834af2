"""Plans as SQL over a company small enough to compute by hand.

    order  bought               customer     items (price, category, seller)                 paid by
    o1     2017-01-31 23:59:59  u1 in SP     10 toys SP, 10 toys SP, 30 auto RJ              card 40, voucher 10
    o2     2017-02-01 00:00     u1 in SP     30 auto RJ                                      boleto 30
    o3     2018-01-05 12:00     u2 in RJ     5 of no category SP                             card 5
    o4     2018-02-10 08:00     u3 in RJ     none                                            none

o1 came in time, o2 late, the others never. Reviews: o1 5 with a comment and 2 without, o2 1, o3 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import duckdb
import pytest

from crm_copilot.domain import Period
from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import (
    By,
    Condition,
    Having,
    Plan,
    Special,
    aggregate_of,
    count_of,
    distinct_of,
    measure_of,
)
from training.plan_sql import to_sql

TABLES = """
create table orders as select order_id, customer_id, order_status, bought::timestamp as order_purchase_timestamp,
    approved::timestamp as order_approved_at, null::timestamp as order_delivered_carrier_date,
    came::timestamp as order_delivered_customer_date, promised::timestamp as order_estimated_delivery_date
from (values
    ('o1', 'c1', 'delivered', '2017-01-31 23:59:59', '2017-02-01', '2017-02-05', '2017-02-10'),
    ('o2', 'c2', 'delivered', '2017-02-01 00:00:00', '2017-02-01', '2017-03-01', '2017-02-10'),
    ('o3', 'c3', 'canceled', '2018-01-05 12:00:00', null, null, '2018-02-01'),
    ('o4', 'c4', 'unavailable', '2018-02-10 08:00:00', '2018-02-11', null, '2018-03-01')
) as t(order_id, customer_id, order_status, bought, approved, came, promised);
create table customers as from (values
    ('c1', 'u1', 'SP'), ('c2', 'u1', 'SP'), ('c3', 'u2', 'RJ'), ('c4', 'u3', 'RJ')
) as t(customer_id, customer_unique_id, customer_state);
create table order_items as from (values
    ('o1', 1, 'p1', 's1', 10.0), ('o1', 2, 'p1', 's1', 10.0), ('o1', 3, 'p2', 's2', 30.0),
    ('o2', 1, 'p2', 's2', 30.0), ('o3', 1, 'p3', 's1', 5.0)
) as t(order_id, order_item_id, product_id, seller_id, price);
create table products as from (values
    ('p1', 'toys', 100), ('p2', 'auto', 900), ('p3', null, 300)
) as t(product_id, product_category, product_weight_g);
create table sellers as from (values ('s1', 'santos', 'SP'), ('s2', 'niteroi', 'RJ'))
    as t(seller_id, seller_city, seller_state);
create table payments as from (values
    ('o1', 1, 'credit_card', 2, 40.0), ('o1', 2, 'voucher', 1, 10.0),
    ('o2', 1, 'boleto', 1, 30.0), ('o3', 1, 'credit_card', 1, 5.0)
) as t(order_id, payment_sequential, payment_type, payment_installments, payment_value);
create table reviews as select *, timestamp '2018-03-01' as review_creation_date from (values
    ('r1', 'o1', 5, 'bom'), ('r2', 'o1', 2, null), ('r3', 'o2', 1, null), ('r4', 'o3', 3, null)
) as t(review_id, order_id, review_score, review_comment_message);
create table leads as select mql_id, first_contact_date::date as first_contact_date, origin from (values
    ('m1', '2018-01-01', 'social'), ('m2', '2018-01-02', 'social'), ('m3', '2018-02-01', 'email')
) as t(mql_id, first_contact_date, origin);
create table deals as select mql_id, seller_id, won_date::timestamp as won_date, has_company from (values
    ('m1', 's1', '2018-02-03 12:00', true), ('m3', 's9', '2018-02-02', null)
) as t(mql_id, seller_id, won_date, has_company);
"""
YEAR_17 = Period(date(2017, 1, 1), date(2018, 1, 1), "2017")
YEAR_18 = Period(date(2018, 1, 1), date(2019, 1, 1), "2018")
JANUARY = Period(date(2017, 1, 1), date(2017, 2, 1), "January")
REVENUE, ORDERS, SCORE = measure_of("revenue"), count_of("order"), measure_of("average_review_score")
YEAR, MONTH = By("time", "year"), By("time", "month")
CATEGORY, STATE, PAID_BY = By("product_category"), By("customer_state"), By("payment_type")

Row = tuple[Any, ...]


@pytest.fixture(scope="module")
def company() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield connection


@pytest.fixture
def rows(company: duckdb.DuckDBPyConnection) -> Any:
    """Return what a plan comes to: the rows, in the order of their keys unless the plan has one of its own."""

    def found(plan: Plan) -> list[Row]:
        result: list[Row] = company.execute(to_sql(plan)).fetchall()
        return result if plan.order else sorted(result, key=str)

    return found


def columns(company: duckdb.DuckDBPyConnection, plan: Plan) -> list[str]:
    return [column[0] for column in company.execute(to_sql(plan)).description or ()]


# ------------------------------------------------------------------------------------------------- measures


def test_a_measure_without_keys_is_one_number(rows: Any) -> None:
    assert rows(Plan((REVENUE,))) == [(85.0,)]


@pytest.mark.parametrize(
    ("agg", "expected"),
    [("count", 5), ("nunique", 3), ("sum", 85), ("mean", 17), ("median", 10), ("min", 5), ("max", 30),
     ("p25", 10), ("p90", 30), ("std", 12.041594578792296)],
)  # fmt: skip
def test_aggregations(rows: Any, agg: Any, expected: float) -> None:
    assert rows(Plan((aggregate_of("price", agg),))) == [(pytest.approx(expected),)]


def test_percentiles_are_interpolated(rows: Any) -> None:
    assert rows(Plan((aggregate_of("order_value", "p75"),))) == [(pytest.approx(40.0),)]


def test_counting_a_quantity_counts_its_values(rows: Any) -> None:
    assert rows(Plan((aggregate_of("delivery_days", "count"), ORDERS))) == [(2, 4)]


def test_a_part_is_a_percentage_of_the_same_aggregate(rows: Any) -> None:
    assert rows(Plan((measure_of("late_rate"),))) == [(50.0,)]
    dear = replace(REVENUE, part=(Condition("price", ">", 20),))
    assert rows(Plan((dear,), by=(STATE,))) == [("RJ", 0.0), ("SP", 75.0)]


def test_a_divisor_is_taken_over_the_same_groups(rows: Any) -> None:
    assert rows(Plan((measure_of("aov"),), by=(STATE,))) == [("RJ", 5.0), ("SP", 40.0)]


def test_of_nothing_sums_are_0_and_percentages_unknown(rows: Any) -> None:
    nowhere = (Condition("customer_state", "==", "XX"),)
    assert rows(Plan((REVENUE, ORDERS, SCORE, measure_of("late_rate")), where=nowhere)) == [(0, 0, None, None)]


def test_of_several_measures_only_what_is_counted_is_filled(rows: Any) -> None:
    plan = Plan((ORDERS, measure_of("payment"), measure_of("delivery_days")), by=(MONTH,), periods=(YEAR_18,))
    assert rows(plan) == [("2018-01", 1, 1, None), ("2018-02", 1, 0, None)]


def test_measures_of_one_name_stand_beside_each_other(rows: Any) -> None:
    plan = Plan((ORDERS, replace(ORDERS, where=(Condition("is_late"),))))
    assert [measure.column for measure in plan.measures] == ["orders", "orders_late"]
    assert len(rows(plan)[0]) == 2


# ------------------------------------------------------------------------------------------- keys and bridges


def test_rows_without_a_key_are_left_out(rows: Any) -> None:
    assert rows(Plan((REVENUE,), by=(CATEGORY,))) == [("auto", 60.0), ("toys", 20.0)]


def test_each_pair_of_row_and_bridged_key_counts_once(rows: Any) -> None:
    assert rows(Plan((measure_of("review"),), by=(CATEGORY,))) == [("auto", 3), ("toys", 2)]
    assert rows(Plan((SCORE,), by=(CATEGORY,))) == [("auto", pytest.approx(8 / 3)), ("toys", 3.5)]
    assert rows(Plan((REVENUE,), by=(PAID_BY,))) == [("boleto", 30.0), ("credit_card", 55.0), ("voucher", 50.0)]


def test_keys_of_two_children_make_pairs_of_both(rows: Any) -> None:
    plan = Plan((measure_of("review"),), by=(CATEGORY, PAID_BY), where=(Condition("customer_state", "==", "SP"),))
    assert rows(plan) == [
        ("auto", "boleto", 1), ("auto", "credit_card", 2), ("auto", "voucher", 2),
        ("toys", "credit_card", 2), ("toys", "voucher", 2),
    ]  # fmt: skip


def test_predicates_are_yes_or_no(rows: Any) -> None:
    assert rows(Plan((ORDERS,), by=(By("is_late"),))) == [(False, 3), (True, 1)]
    assert rows(Plan((count_of("deal"),), by=(By("has_company"),))) == [(False, 1), (True, 1)]


def test_a_row_may_lack_a_partner(rows: Any) -> None:
    assert rows(Plan((count_of("deal"),), by=(By("seller_state"),))) == [("SP", 1)]
    assert rows(Plan((count_of("deal"),), by=(By("seller_id"),))) == [("s1", 1), ("s9", 1)]


def test_the_table_is_one_where_all_is_reached(rows: Any) -> None:
    assert rows(Plan((count_of("product"),), by=(STATE,))) == [("RJ", 1), ("SP", 2)]
    assert rows(Plan((count_of("customer"),), by=(PAID_BY,))) == [("boleto", 1), ("credit_card", 2), ("voucher", 1)]


def test_bands(rows: Any) -> None:
    by = By("price", bins=(10.0, 30.0))
    assert rows(Plan((count_of("item"),), by=(by,))) == [("10 to 30", 2), ("30 or more", 2), ("under 10", 1)]
    right = replace(by, closed="right")
    assert rows(Plan((count_of("item"),), by=(right,))) == [("10 to 30", 2), ("up to 10", 3)]
    assert rows(Plan((ORDERS,), by=(By("order_value", bins=(40.0,)),))) == [("40 or more", 1), ("under 40", 2)]


def test_values_beside_a_few_are_put_together(rows: Any) -> None:
    assert rows(Plan((REVENUE,), by=(By("product_category", only=("toys",)),))) == [("other", 60.0), ("toys", 20.0)]


@pytest.mark.parametrize(
    ("grain", "expected"),
    [
        ("day", "2017-01-31"), ("week", "2017-01-30"), ("month", "2017-01"), ("quarter", "2017-Q1"),
        ("semester", "2017-S1"), ("year", 2017), ("weekday", "Tuesday"), ("hour", 23),
        ("month of year", "January"), ("day of month", 31), ("daypart", "night"),
    ],
)  # fmt: skip
def test_labels_of_time(rows: Any, grain: Any, expected: object) -> None:
    assert rows(Plan((ORDERS,), by=(By("time", grain),), periods=(JANUARY,))) == [(expected, 1)]


# ------------------------------------------------------------------------------------------------- conditions


@pytest.mark.parametrize(
    ("condition", "orders"),
    [
        (Condition("is_late"), 1), (Condition("is_late", "is not"), 3),
        (Condition("is_late", "==", False), 3), (Condition("order_status", "!=", "delivered"), 2),
        (Condition("delivery_days", "<", 10), 1), (Condition("delivery_days", "missing"), 2),
        (Condition("delivery_days", "!=", 28), 3), (Condition("delivery_days", "between", (4, 28)), 2),
        (Condition("order_status", "in", ("canceled", "created")), 1), (Condition("order_status", "not in", ()), 4),
        (Condition("order_status", "contains", "CANCEL"), 1), (Condition("order_status", "contains", "c.n"), 0),
        (Condition("payment_type", "==", "voucher"), 1), (Condition("payment_type", "!=", "credit_card"), 2),
        (Condition("product_category", "==", "toys"), 1), (Condition("customer_region", "==", "Southeast"), 4),
    ],
)  # fmt: skip
def test_conditions(rows: Any, condition: Condition, orders: int) -> None:
    assert rows(Plan((ORDERS,), where=(condition,))) == [(orders,)]


def test_conditions_on_one_child_must_meet_in_one_child(rows: Any) -> None:
    voucher, instalments = Condition("payment_type", "==", "voucher"), Condition("is_instalment")
    assert rows(Plan((measure_of("review"),), where=(voucher,))) == [(2,)]
    assert rows(Plan((measure_of("review"),), where=(voucher, instalments))) == [(0,)]
    part = replace(measure_of("review"), part=(instalments,))
    assert rows(Plan((part,), by=(PAID_BY,))) == [
        ("boleto", 0.0), ("credit_card", pytest.approx(200 / 3)), ("voucher", 0.0),
    ]  # fmt: skip


def test_conditions_on_two_children_are_each_for_itself(rows: Any) -> None:
    where = (Condition("payment_type", "==", "voucher"), Condition("product_category", "==", "auto"))
    assert rows(Plan((measure_of("review"),), where=where)) == [(2,)]


def test_periods_are_half_open_and_add_up(rows: Any) -> None:
    assert rows(Plan((ORDERS,), periods=(JANUARY,))) == [(1,)]
    assert rows(Plan((ORDERS,), periods=(JANUARY, YEAR_17))) == [(2,)]
    assert rows(Plan((ORDERS,), periods=(JANUARY, YEAR_18), where=(Condition("is_canceled"),))) == [(1,)]


def test_time_may_be_another_moment(rows: Any) -> None:
    assert rows(Plan((ORDERS,), by=(MONTH,), time="order_delivered_customer_date")) == [("2017-02", 1), ("2017-03", 1)]
    assert rows(Plan((REVENUE,), by=(MONTH,), time="first_purchase")) == [("2017-01", 80.0), ("2018-01", 5.0)]


# -------------------------------------------------------------------------------------- conditions on groups


def test_a_shown_group_is_filtered_with_its_measure_beside(rows: Any, company: Any) -> None:
    plan = Plan((SCORE,), by=(By("seller_id"),), having=(Having("seller_id", REVENUE, ">", 30),))
    assert rows(plan) == [("s2", pytest.approx(8 / 3), 60.0)]
    assert columns(company, plan) == ["seller_id", "average_review_score", "revenue"]


def test_a_group_is_measured_over_all_other_keys(rows: Any) -> None:
    plan = Plan((REVENUE,), by=(YEAR, By("seller_id")), having=(Having("seller_id", ORDERS, ">=", 2),))
    assert rows(plan) == [(2017, "s1", 20.0, 2), (2017, "s2", 60.0, 2), (2018, "s1", 5.0, 2)]


def test_a_hidden_group_limits_the_rows(rows: Any) -> None:
    twice = Having("customer_unique_id", ORDERS, ">=", 2)
    assert rows(Plan((ORDERS,), having=(twice,))) == [(2,)]
    assert rows(Plan((SCORE,), having=(Having("seller_id", REVENUE, "between", (50, 60)),))) == [  # type: ignore[arg-type]
        (pytest.approx(8 / 3),)
    ]


def test_a_group_may_be_the_part_of_a_percentage(rows: Any) -> None:
    twice = Having("customer_unique_id", ORDERS, ">=", 2, part=True)
    assert rows(Plan((count_of("customer"),), having=(twice,))) == [(pytest.approx(100 / 3),)]
    assert rows(Plan((ORDERS,), by=(STATE,), having=(twice,))) == [("RJ", 0.0), ("SP", 100.0)]


# ----------------------------------------------------------------------------------------------------- shapes


def test_shares_of_all_and_of_each_stretch_of_time(rows: Any) -> None:
    assert rows(Plan((ORDERS,), by=(STATE,), transform="share")) == [("RJ", 2, 50.0), ("SP", 2, 50.0)]
    assert rows(Plan((REVENUE,), by=(YEAR, By("seller_id")), transform="share")) == [
        (2017, "s1", 20.0, 25.0), (2017, "s2", 60.0, 75.0), (2018, "s1", 5.0, 100.0),
    ]  # fmt: skip


def test_a_share_is_taken_before_the_cut(rows: Any) -> None:
    plan = Plan((REVENUE,), by=(CATEGORY,), transform="share", order="desc", limit=1)
    assert rows(plan) == [("auto", 60.0, 75.0)]


def test_growth_looks_beyond_one_period_and_stays_within_several(rows: Any) -> None:
    february = Period(date(2017, 2, 1), date(2017, 3, 1), "February")
    growth = Plan((REVENUE,), by=(MONTH,), transform="growth")
    assert rows(growth.but(periods=(february,))) == [("2017-02", 30.0, -40.0)]
    both = rows(growth.but(periods=(february, YEAR_18)))
    assert both == [("2017-02", 30.0, None), ("2018-01", 5.0, pytest.approx(-250 / 3))]


def test_growth_of_a_year_of_which_a_part_is_asked(rows: Any) -> None:
    spring = Period(date(2018, 3, 1), date(2018, 6, 1), "spring")
    assert rows(Plan((ORDERS,), by=(YEAR,), transform="growth", periods=(spring,))) == [(2018, 2, 0.0)]


def test_growth_between_periods(rows: Any, company: Any) -> None:
    plan = Plan((REVENUE,), by=(STATE, By("period")), transform="growth", periods=(YEAR_18, YEAR_17))
    assert columns(company, plan) == ["customer_state", "2017", "2018", "increase", "growth_pct"]
    assert rows(plan) == [("SP", 80.0, 0.0, -80.0, -100.0)]
    assert rows(plan.but(absolute=True, order="desc", limit=1)) == [("RJ", 0.0, 5.0, 5.0, None)]


def test_periods_may_overlap(rows: Any) -> None:
    assert rows(Plan((ORDERS,), by=(By("period"),), periods=(YEAR_17, JANUARY))) == [("2017", 2), ("January", 1)]


def test_the_year_before_is_found_by_its_label(rows: Any) -> None:
    plan = Plan((ORDERS,), by=(MONTH,), transform="yoy", periods=(YEAR_18,))
    assert rows(plan) == [("2018-01", 1, 1, 0.0), ("2018-02", 1, 1, 0.0)]


def test_running_sums_begin_in_the_period(rows: Any) -> None:
    plan = Plan((ORDERS,), by=(MONTH,), transform="cumulative", periods=(YEAR_17,))
    assert rows(plan) == [("2017-01", 1, 1), ("2017-02", 1, 2)]


def test_what_the_largest_make_up(rows: Any) -> None:
    plan = Plan((REVENUE,), by=(By("product_id"),))
    assert rows(plan.but(transform="top share", limit=1)) == [(pytest.approx(6000 / 85),)]
    assert rows(plan.but(transform="reach", percent=80)) == [(2,)]
    assert rows(plan.but(transform="reach share", percent=80)) == [(pytest.approx(200 / 3),)]
    assert [row[0] for row in rows(plan.but(transform="reach list", percent=50))] == ["p2"]
    assert rows(plan.but(transform="cumulative share"))[-1] == ("p3", 5.0, 100.0)


def test_compound_growth(rows: Any) -> None:
    assert rows(Plan((REVENUE,), by=(MONTH,), transform="compound", periods=(YEAR_17,))) == [(pytest.approx(-40.0),)]


def test_the_first_of_each_group(rows: Any) -> None:
    plan = Plan((REVENUE,), by=(YEAR, By("product_id")), within=YEAR, order="desc", limit=1)
    assert sorted(rows(plan)) == [(2017, "p2", 60.0), (2018, "p3", 5.0)]


def test_what_has_no_value_comes_last(rows: Any) -> None:
    days = measure_of("delivery_days")
    assert rows(Plan((days,), by=(STATE,), order="desc"))[-1] == ("RJ", None)
    assert rows(Plan((days,), by=(STATE,), order="asc"))[-1] == ("RJ", None)


def test_a_table_is_summed_up_over_its_last_key(rows: Any) -> None:
    assert rows(Plan((ORDERS,), by=(MONTH,), reduce="mean")) == [(1.0,)]
    assert rows(Plan((REVENUE,), by=(STATE, MONTH), reduce="max")) == [("RJ", 5.0), ("SP", 50.0)]


# --------------------------------------------------------------------------------------- rows by themselves


def test_correlation_on_rows_that_belong_to_each_other(rows: Any) -> None:
    (found,) = rows(Plan(correlate=("order_value", "review_score")))
    assert found == (pytest.approx(23.75 / (1368.75 * 8.75) ** 0.5),)
    (pairs,) = rows(Plan(correlate=("price", "review_score"), where=(Condition("customer_state", "==", "SP"),)))
    assert pairs == (pytest.approx((380 - 130 * 22 / 7) / ((3100 - 130**2 / 7) * (88 - 22**2 / 7)) ** 0.5),)


def test_listing(rows: Any, company: Any) -> None:
    plan = Plan((aggregate_of("order_value"),), listing="orders", order="desc", limit=2)
    assert [(row[0], row[-1]) for row in rows(plan)] == [("o1", 50.0), ("o2", 30.0)]
    cards = Plan(listing="orders", where=(Condition("payment_type", "==", "credit_card"), Condition("is_canceled")))
    assert rows(cards) == [("o3", datetime(2018, 1, 5, 12), "canceled")]
    assert columns(company, Plan(listing="sellers", where=(Condition("seller_state", "==", "SP"),))) == [
        "seller_id", "seller_city", "seller_state",
    ]  # fmt: skip


def test_the_newest_rows_come_first(rows: Any) -> None:
    assert [row[0] for row in rows(Plan(listing="orders", order="desc", limit=2))] == ["o4", "o3"]
    assert [row[0] for row in rows(Plan(listing="orders", order="asc", limit=1))] == ["o1"]


def test_groups_among_the_first(rows: Any) -> None:
    among = Having("product_category", measure_of("revenue"), "top", 1)
    plan = Plan((measure_of("revenue"),), (By("time", "month"), By("product_category")), having=(among,))
    assert rows(plan) == [("2017-01", "auto", 30.0), ("2017-02", "auto", 30.0)]
    lowest = Plan((count_of("item"),), having=(Having("product_category", measure_of("revenue"), "bottom", 1),))
    assert rows(lowest) == [(2,)]


def test_one_order_is_looked_up_with_all_that_its_table_holds(rows: Any, company: Any) -> None:
    one = Plan(listing="payments", where=(Condition("order_id", "==", "o1"),), by=(STATE,))
    assert rows(one) == [("o1", 1, "credit_card", 2, 40.0, "SP"), ("o1", 2, "voucher", 1, 10.0, "SP")]
    assert columns(company, Plan(listing="payments")) == ["order_id", "payment_sequential", "payment_type"]


def test_words_are_found_in_reviews_whatever_their_case(rows: Any, company: Any) -> None:
    said = Plan(listing="reviews", where=(Condition("review_comment_message", "contains", "BOM"),))
    assert [(row[0], row[-1]) for row in rows(said)] == [("r1", "bom")]
    shown = ["review_id", "order_id", "review_score", "review_creation_date", "review_comment_message"]
    assert columns(company, said) == shown


def test_days_are_counted(rows: Any) -> None:
    several = Having("purchase_month", ORDERS, "==", 1)
    assert rows(Plan((distinct_of("purchase_month"),), having=(several,))) == [(4,)]
    assert rows(Plan((distinct_of("purchase_month"),), having=(several,), periods=(YEAR_17,))) == [(2,)]


@pytest.mark.parametrize(
    "plan",
    [
        Plan((ORDERS,), by=(By("account_manager"),)),
        Plan((REVENUE,), where=(Condition("industry", "==", "Retail"),)),
        Plan((aggregate_of("product_weight_g"),), by=(By("interaction_kind"),)),
        Plan((REVENUE,), by=(STATE,), transform="growth"),
        Plan((REVENUE,), by=(By("time", "weekday"),), transform="yoy"),
        Plan(listing="products", periods=(YEAR_17,)),
        Plan(correlate=("price", "total_spend_ytd")),
    ],
)
def test_what_the_tables_do_not_tie_together(plan: Plan) -> None:
    with pytest.raises(Unreachable):
        to_sql(plan)


def test_special_functions_are_no_plans() -> None:
    with pytest.raises(ValueError, match="baskets"):
        to_sql(Plan(special=Special("baskets")))


def test_texts_are_quoted(rows: Any) -> None:
    assert rows(Plan((ORDERS,), where=(Condition("order_status", "==", "it's"),))) == [(0,)]
