from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from crm_copilot.domain import Period
from crm_copilot.library.describe import Lang, definitions, describe, key_label, measure_label
from crm_copilot.library.functions import library
from crm_copilot.library.plan import By, Condition, Having, Plan, Special, by_time, count_of, measure_of

YEAR = Period(date(2018, 1, 1), date(2019, 1, 1), "2018")
REVENUE = measure_of("revenue")

SAID = [
    (Plan((count_of("order"),)), "number of orders", "número de pedidos"),
    (
        Plan((REVENUE,), (By("customer_state"),), periods=(YEAR,)),
        "revenue by state, in 2018",
        "receita por estado, em 2018",
    ),
    (
        Plan((REVENUE,), (By("product_category"),), order="desc", limit=3),
        "revenue by category, top 3",
        "receita por categoria, top 3",
    ),
    (Plan((REVENUE,), (by_time("month"),), reduce="mean"), "average revenue per month", "média de receita por mês"),
    (
        Plan((REVENUE,), (By("customer_state"),), transform="share"),
        "revenue by state, as a share of the total",
        "receita por estado, como participação no total",
    ),
]


@pytest.mark.parametrize(("plan", "english", "portuguese"), SAID, ids=[english for _, english, _ in SAID])
def test_a_plan_in_words(plan: Plan, english: str, portuguese: str) -> None:
    assert describe(plan) == english
    assert describe(plan, "pt") == portuguese


def test_conditions_and_limits_of_groups_are_said() -> None:
    having = Having("seller_id", count_of("order"), ">=", 20)
    plan = Plan((REVENUE,), (By("seller_id"),), where=(Condition("customer_state", "!=", "SP"),), having=(having,))
    said = describe(plan)
    assert "state other than SP" in said
    assert "only seller with number of orders at least 20" in said


def test_a_predicate_has_its_own_opposite() -> None:
    plan = Plan((count_of("order"),), where=(Condition("is_late", "is not"),))
    assert describe(plan) != describe(plan.but(where=(Condition("is_late"),)))


def test_labels() -> None:
    assert measure_label(REVENUE) == "revenue"
    assert measure_label(count_of("order", part=(Condition("is_late"),))).startswith("percentage of number of orders")
    assert measure_label(replace(REVENUE, part=(Condition("customer_state", "==", "SP"),))) == (
        "percentage of revenue state SP"
    )
    assert measure_label(measure_of("late_rate")) == "late delivery rate", "it names its part itself"
    assert key_label(by_time("weekday")) == "day of the week"
    assert key_label(By("price", bins=(5,))).endswith("band")


def test_one_place_of_a_ranking_is_said() -> None:
    plan = Plan(
        (REVENUE,), (By("customer_state"),), transform="rank", show=(Condition("place", "==", 2),), order="desc"
    )
    assert describe(plan) == "revenue by state, only place 2, with the place of each"
    assert describe(plan, "pt") == "receita por estado, apenas posição 2, com a posição de cada um"


@pytest.mark.parametrize("language", ["en", "pt"])
def test_a_plain_column_is_called_by_its_name(language: Lang) -> None:
    """People named in the interactions are found in columns that the catalog has no field for."""
    where = (Condition("company_name", "in", ("Eva", "Marcos")),)
    plan = Plan((REVENUE,), (By("company_name"),), where=where, within=By("company_name"), limit=3, order="desc")
    assert describe(plan, language).count("company name") == 3
    assert "company name" in describe(Plan(correlate=("company_name", "price")), language)


def test_definitions_are_given_once() -> None:
    about = definitions(Plan((REVENUE, measure_of("aov"), REVENUE)))
    assert about.count("Revenue is the sum of item prices") == 1


def test_a_special_function_says_what_it_does_and_with_what() -> None:
    assert "minimum 3" in describe(Plan(special=Special("days_between_orders_by_customer", (("minimum", 3),))))


def test_every_function_can_be_said_in_both_languages() -> None:
    for function in library():
        assert function.title
        assert function.title_pt
        assert "{" not in function.title + function.title_pt
