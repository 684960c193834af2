from __future__ import annotations

import pytest

from crm_copilot.library.plan import By, by_time
from understanding.asking import YEAR_17, group_limits, keys, measures, plan_of, reading_of

TRANSFORMS = [
    ("share of revenue by state", "share"),
    ("month over month growth of revenue in 2017", "growth"),
    ("crescimento da receita mês a mês em 2018", "growth"),
    ("yoy growth of orders by quarter", "yoy"),
    ("cumulative revenue by month in 2018", "cumulative"),
    ("revenue by category with the cumulative share", "cumulative share"),
    ("how many sellers make 80% of revenue?", "reach"),
    ("what share of revenue comes from the top 10 sellers?", "top share"),
    ("compound monthly growth of revenue in 2017", "compound"),
    ("revenue by state", None),
]


@pytest.mark.parametrize(("question", "transform"), TRANSFORMS)
def test_transforms(question: str, transform: str | None) -> None:
    assert plan_of(question).transform == transform


@pytest.mark.parametrize(
    ("question", "order", "limit"),
    [
        ("top 3 categories by revenue", "desc", 3),
        ("which state has the worst review score", "asc", 1),
        ("which seller sold the most items in 2017?", "desc", 1),
        ("os 4 estados com mais clientes", "desc", 4),
        ("slowest states", "desc", 10),
        ("worst 3 states by late delivery rate", "desc", 3),
        ("revenue by state", None, None),
    ],
)
def test_rankings(question: str, order: str | None, limit: int | None) -> None:
    plan = plan_of(question)
    assert (plan.order, plan.limit) == (order, limit)


def test_a_ranking_in_each_group() -> None:
    plan = plan_of("top 2 categories in each state by revenue")
    assert (plan.within, keys(plan), plan.limit) == (By("customer_state"), ["customer_state", "product_category"], 2)


@pytest.mark.parametrize(
    ("question", "part", "where"),
    [
        ("what share of orders was late?", ["is_late"], []),
        ("what share of orders in SP was late?", ["is_late"], ["customer_state"]),
        ("what share of orders was paid by credit card?", ["payment_type"], []),
    ],
)
def test_percentages_of_a_part(question: str, part: list[str], where: list[str]) -> None:
    plan = plan_of(question)
    assert [condition.field for condition in plan.measures[0].part] == part
    assert [condition.field for condition in plan.where] == where


def test_one_measure_as_a_percentage_of_another() -> None:
    (measure,) = plan_of("freight as a percentage of revenue").measures
    assert measure.is_percent
    assert measure.divisor is not None


@pytest.mark.parametrize(
    ("question", "reduce", "over"),
    [("average number of orders per day", "mean", "day"), ("média de pedidos por mês", "mean", "month"),
     ("median of orders per seller", "median", "seller_id")],
)  # fmt: skip
def test_averages_over_groups(question: str, reduce: str, over: str) -> None:
    plan = plan_of(question)
    assert (plan.reduce, keys(plan)) == (reduce, [over])


def test_correlations() -> None:
    plan = plan_of("does delivery time affect the review score?")
    assert (plan.correlate, plan.measures) == (("delivery_days", "review_score"), ())


def test_rows_are_listed_where_no_number_is_asked_for() -> None:
    plan = plan_of("which orders were canceled in 2018")
    assert (plan.listing, plan.measures) == ("orders", ())


def test_two_periods_are_two_groups() -> None:
    plan = plan_of("revenue in 2017 vs 2018")
    assert plan.by == (by_time("year"),)
    assert len(plan.periods) == 2


def test_growth_between_the_ends_of_a_range() -> None:
    plan = plan_of("growth of revenue from January to August 2018")
    assert (plan.by, plan.transform) == ((By("period"),), "growth")


def test_periods_limit_a_series() -> None:
    plan = plan_of("total revenue by month in 2017")
    assert (keys(plan), plan.periods) == (["month"], (YEAR_17,))


def test_groups_that_satisfy_a_condition_are_shown_by_what_it_compares() -> None:
    plan = plan_of("sellers with at least 25 orders")
    assert (measures(plan), keys(plan)) == (["orders"], ["seller_id"])


def test_money_is_the_payments_where_only_they_know_the_group() -> None:
    assert measures(plan_of("average order value by payment type")) == ["average_payment_value"]


FIRST_OF_LIMITED = [
    ("which seller with at least 12 orders has the best review score?", ("seller_id", "orders", ">=", 12), "desc", 1),
    ("qual vendedor com pelo menos 18 pedidos tem a maior receita?", ("seller_id", "orders", ">=", 18), "desc", 1),
    (
        "which category with more than 35 items has the lowest average price?",
        ("product_category", "items", ">", 35),
        "asc",
        1,
    ),
    ("which states with more than 45 orders have the highest revenue?", ("customer_state", "orders", ">", 45), "desc",
     None),
    ("top 6 sellers with at least 22 orders by revenue", ("seller_id", "orders", ">=", 22), "desc", 6),
]  # fmt: skip


@pytest.mark.parametrize(("question", "having", "order", "limit"), FIRST_OF_LIMITED)
def test_the_first_of_limited_groups(
    question: str, having: tuple[str, str, str, object], order: str, limit: int | None
) -> None:
    plan = plan_of(question)
    assert (group_limits(plan), plan.order, plan.limit) == ([having], order, limit)


def test_limited_groups_of_several_periods_are_all_shown() -> None:
    plan = plan_of("which states had more than 100 orders in 2018 and in 2017?")
    assert (plan.limit, plan.within, keys(plan)) == (None, None, ["customer_state", "year"])


TOP_SHARES = [
    ("the combined share of the two largest states by revenue", "revenue", "customer_state", 2),
    ("what share of revenue do the top 4 sellers have together?", "revenue", "seller_id", 4),
    ("combined share of orders of the top 3 categories", "orders", "product_category", 3),
    ("what percentage of orders comes from the 7 biggest cities?", "orders", "customer_city", 7),
    ("que percentual da receita vem dos 6 maiores vendedores?", "revenue", "seller_id", 6),
]


@pytest.mark.parametrize(("question", "measure", "by", "limit"), TOP_SHARES)
def test_the_share_that_the_largest_make(question: str, measure: str, by: str, limit: int) -> None:
    plan = plan_of(question)
    assert (plan.transform, measures(plan), keys(plan), plan.limit) == ("top share", [measure], [by], limit)


@pytest.mark.parametrize("question", ["top 3 states by share of revenue", "share of orders by state, top 5"])
def test_each_of_the_largest_has_a_share_of_its_own(question: str) -> None:
    assert plan_of(question).transform == "share"


def test_a_part_of_what_the_largest_have_is_no_share_of_all() -> None:
    plan = plan_of("what percentage of orders in the top 3 states is late?")
    assert (plan.transform, [condition.field for condition in plan.measures[0].part]) == (None, ["is_late"])


@pytest.mark.parametrize(
    "question", ["crescimento mensal dos pedidos de SP, em %", "MoM growth of orders from SP in %"]
)
def test_growth_in_percent_is_no_share(question: str) -> None:
    plan = plan_of(question)
    assert (plan.transform, plan.measures[0].part) == ("growth", ())
    assert [condition.field for condition in plan.where] == ["customer_state"]


@pytest.mark.parametrize(
    "question", ["participação de cada categoria na receita de SP", "share of each category in the revenue of SP"]
)
def test_the_share_of_each_group_is_of_the_rows_that_are_left(question: str) -> None:
    plan = plan_of(question)
    assert (plan.transform, plan.measures[0].part) == ("share", ())
    assert [condition.field for condition in plan.where] == ["customer_state"]


def test_a_value_against_all_the_others() -> None:
    plan = plan_of("boleto x todos os outros meios: número de pedidos")
    assert plan.by[0].only == ("boleto",)


def test_reviews_by_the_day_they_were_created() -> None:
    assert plan_of("avaliações por mês em 2018, pela data de criação da avaliação").time == "review_creation_date"


def test_the_day_on_which_most_is_bought() -> None:
    plan = plan_of("dia do mês em que mais se compra")
    assert (plan.by[0].grain, plan.order, plan.limit) == ("day of month", "desc", 1)


def test_how_much_of_the_groups_make_so_much() -> None:
    plan = plan_of("what percentage of sellers makes 70% of revenue?")
    assert (plan.transform, plan.percent, plan.by[0].field) == ("reach share", 70, "seller_id")


def test_the_percentage_of_a_limit_is_no_share() -> None:
    plan = plan_of("how many sellers have a cancellation rate above 3%?")
    assert (plan.measures[0].part, plan.having[0].part) == ((), False)


def test_a_share_of_what_not_every_order_has_is_of_those_that_do() -> None:
    (measure,) = plan_of("what percentage of orders took more than 20 days to deliver?").measures
    assert [condition.field for condition in (*measure.where, *measure.part)] == ["has_delivery", "delivery_days"]


def test_only_delivered_orders_limit_all_that_is_measured() -> None:
    plan = plan_of("revenue by state, only delivered orders")
    assert (len(plan.measures), [condition.field for condition in plan.where]) == (1, ["is_delivered"])


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("in which month of 2017 did revenue grow most?", "desc"),
        ("em que mês de 2017 a receita mais cresceu em relação ao mês anterior?", "desc"),
        ("quais categorias mais despencaram em receita do 1º para o 2º trimestre de 2018", "asc"),
    ],
)
def test_what_grew_or_fell_most_comes_first(question: str, order: str) -> None:
    plan = plan_of(question)
    assert (plan.transform, plan.order) == ("growth", order)


def test_both_extremes_by_a_group_are_columns() -> None:
    assert measures(plan_of("maior e menor frete por região")) == ["maximum_freight_value", "minimum_freight_value"]


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("ranking dos estados por nota média, do pior para o melhor", "asc"),
        ("rank the states by average score from best to worst", "desc"),
    ],
)
def test_a_ranking_from_one_end(question: str, order: str) -> None:
    assert plan_of(question).order == order


def test_one_sum_over_another_is_no_share_of_the_top() -> None:
    reading = reading_of("5 cidades em que o frete pesa mais: frete total sobre o valor total dos produtos (%)")
    assert reading.plan is not None
    assert reading.plan.transform is None
    assert reading.plan.measures[0].divisor is not None
