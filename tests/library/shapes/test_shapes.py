from __future__ import annotations

from datetime import date

import pytest

from crm_copilot.domain import Period
from crm_copilot.library.plan import By, Plan, by_time, count_of, measure_of
from crm_copilot.library.shapes import needs_more
from library.small_company import answer, rows

REVENUE = measure_of("revenue")
BY_STATE = Plan((REVENUE,), (By("customer_state"),))
BY_MONTH = Plan((REVENUE,), (by_time("month"),))
JANUARY, FEBRUARY = (Period(date(2017, n, 1), date(2017, n + 1, 1), name) for n, name in ((1, "Jan"), (2, "Feb")))


def test_a_ranking_and_its_head() -> None:
    assert rows(BY_STATE.but(order="asc")) == [("PE", 30.0), ("SP", 70.0)]
    assert rows(BY_STATE.but(order="desc", limit=1)) == [("SP", 70.0)]


def test_a_series_is_sorted_by_time() -> None:
    assert rows(BY_MONTH) == [("2017-01", 10.0), ("2017-02", 70.0), ("2018-01", 20.0)]


def test_shares() -> None:
    assert rows(BY_STATE.but(transform="share")) == [("SP", 70.0, 70.0), ("PE", 30.0, 30.0)]


def test_running_totals() -> None:
    assert [row[-1] for row in rows(BY_MONTH.but(transform="cumulative"))] == [10.0, 80.0, 100.0]
    assert [row[-1] for row in rows(BY_STATE.but(transform="cumulative share"))] == [70.0, 100.0]


def test_growth_from_month_to_month() -> None:
    growth = answer(BY_MONTH.but(transform="growth"))["growth_pct"]
    assert growth.iloc[1] == pytest.approx(600.0)
    assert growth.isna().iloc[0]


def test_growth_on_the_year_before() -> None:
    table = answer(BY_MONTH.but(transform="yoy")).set_index("month")
    assert table.loc["2018-01", "growth_pct"] == pytest.approx(100.0)
    assert table.loc["2017-01":"2017-02", "growth_pct"].isna().all()


def test_a_change_is_an_amount_against_the_row_that_its_percentage_is_against() -> None:
    by_month = answer(BY_MONTH.but(transform="growth", absolute=True))
    assert by_month["increase"].tolist()[1:] == [60.0, -50.0]
    on_year = answer(BY_MONTH.but(transform="yoy", absolute=True)).set_index("month")
    assert on_year.loc["2018-01", ["increase", "growth_pct"]].tolist() == [10.0, pytest.approx(100.0)]
    assert on_year.loc["2017-01":"2017-02", "increase"].isna().all()


def test_the_top_tenth_of_a_few_is_one_of_them() -> None:
    assert answer(BY_STATE.but(transform="top share", percent=10)) == pytest.approx(70.0)


def test_stretches_of_a_date_with_gaps_have_whole_years() -> None:
    delivered = Plan((count_of("order"),), (by_time("quarter"),), time="order_delivered_customer_date")
    assert rows(delivered) == [("2017-Q1", 2), ("2018-Q1", 1)]


def test_growth_between_two_periods() -> None:
    table = answer(Plan((REVENUE,), (By("period"),), periods=(JANUARY, FEBRUARY), transform="growth"))
    assert table.loc[0, ["Jan", "Feb", "increase", "growth_pct"]].tolist() == [10.0, 70.0, 60.0, 600.0]


def test_the_first_growth_of_a_period_needs_the_stretch_before_it() -> None:
    plan = BY_MONTH.but(transform="growth", periods=(FEBRUARY,))
    assert needs_more(plan)
    assert rows(plan) == [("2017-02", 70.0, pytest.approx(600.0))]
    assert not needs_more(BY_MONTH.but(periods=(FEBRUARY,)))


def test_averages_over_groups() -> None:
    assert answer(BY_MONTH.but(reduce="mean")) == pytest.approx(100 / 3)
    assert answer(BY_MONTH.but(reduce="max")) == 70.0


def test_the_head_of_each_group() -> None:
    plan = Plan((REVENUE,), (By("customer_state"), By("product_category")))
    ranked = rows(plan.but(within=By("customer_state"), order="desc", limit=1))
    assert ranked == [("PE", "books", 20.0), ("SP", "books", 60.0)]


@pytest.mark.parametrize(
    ("transform", "number"), [("top share", 70.0), ("reach", 2), ("reach share", 100.0)]
)  # fmt: skip
def test_concentration(transform: str, number: float) -> None:
    assert answer(BY_STATE.but(transform=transform, limit=1, percent=None)) == pytest.approx(number)


def test_those_that_make_up_so_much() -> None:
    assert [row[0] for row in rows(BY_STATE.but(transform="reach list", percent=60))] == ["SP"]


def test_compound_growth() -> None:
    assert answer(BY_MONTH.but(transform="compound")) == pytest.approx((2**0.5 - 1) * 100)


def test_several_numbers_are_one_row() -> None:
    assert rows(Plan((REVENUE, count_of("order")))) == [(100.0, 4)]
