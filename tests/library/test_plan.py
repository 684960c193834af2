from __future__ import annotations

import pytest

from crm_copilot.catalog import entities, metrics
from crm_copilot.library.plan import By, Condition, Plan, aggregate_of, by_time, count_of, distinct_of, measure_of


def test_rows_are_counted_and_things_by_their_key() -> None:
    assert (count_of("item").agg, count_of("item").field) == ("count", "*")
    assert (count_of("order").agg, count_of("order").field) == ("nunique", "order_id")
    assert count_of("category").name == "categories"


@pytest.mark.parametrize("name", list(metrics()))
def test_every_metric_is_a_measure(name: str) -> None:
    measure = measure_of(name)
    assert (measure.name, measure.metric) == (name, name)


def test_a_thing_and_a_quantity_are_measures_too() -> None:
    assert measure_of("order") == count_of("order")
    assert measure_of("price") == aggregate_of("price")
    with pytest.raises(KeyError):
        measure_of("nothing of ours")


def test_different_values_of_a_key_are_things() -> None:
    assert distinct_of("seller_id") == count_of("seller")
    assert distinct_of("payment_type").agg == "nunique"
    assert all(distinct_of(entity.key).entity for entity in entities().values())


def test_percentages_have_a_column_of_their_own() -> None:
    assert measure_of("late_rate").column.endswith("_pct")
    assert measure_of("revenue").column == "revenue"


def test_names_of_keys() -> None:
    assert by_time("month of year").name == "month_of_year"
    assert By("price", bins=(10, 20)).name == "price_band"
    assert By("customer_state").name == "customer_state"
    assert by_time("month").is_time
    assert not By("customer_state").is_time


def test_all_conditions_on_rows() -> None:
    late, card = Condition("is_late"), Condition("payment_type", "==", "boleto")
    plan = Plan((count_of("order", part=(late,)),), where=(card,))
    assert list(plan.conditions()) == [card, late]


def test_a_plan_is_changed_by_copy() -> None:
    plan = Plan((count_of("order"),))
    assert plan.but(limit=3) != plan
    assert plan.limit is None


def test_the_rows_of_one_order_are_a_look_up() -> None:
    one, others = Condition("order_id", "==", "o1"), Condition("order_id", "!=", "o1")
    assert Plan(listing="payments", where=(one,)).is_lookup
    assert not Plan(listing="payments", where=(others,)).is_lookup
    assert not Plan(listing="orders").is_lookup
    assert not Plan((count_of("item"),), where=(one,)).is_lookup
