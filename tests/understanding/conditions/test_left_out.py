"""Who is in one set and not in another, and who is in every month."""

from __future__ import annotations

from crm_copilot.library import notation
from crm_copilot.library.plan import Plan
from understanding.asking import link, plan_of, reading_of


def with_values(question: str, *names: tuple[str, str, str]) -> Plan:
    reading = reading_of(question, *(link(question, *name) for name in names))
    assert reading.plan is not None
    assert reading.confidence >= 0.8, dict(reading.doubts)
    return reading.plan


TOYS, BABY = ("toys", "product_category", "toys"), ("baby", "product_category", "baby")


def test_what_was_never_bought() -> None:
    plan = with_values("how many customers bought toys but never baby products?", TOYS, BABY)
    assert notation.write(plan) == (
        "count customer if product_category == 'toys'"
        " | having without customer_unique_id: count order if product_category == 'baby' > 0"
    )


def test_the_things_are_listed_with_what_they_did() -> None:
    plan = with_values("which customers bought toys but not baby products?", TOYS, BABY)
    assert notation.write(plan).startswith(
        "count order if product_category == 'toys' | by customer_unique_id | having wi"
    )


def test_who_never_did_it_at_all() -> None:
    question = "clientes que nunca compraram toys"
    assert notation.write(with_values(question, TOYS)) == (
        "count customer | having without customer_unique_id: count order if product_category == 'toys' > 0"
    )


def test_in_one_year_and_not_in_the_next() -> None:
    for question in (
        "which sellers sold in 2017 but not in 2018?",
        "quais vendedores venderam em 2017 mas não em 2018?",
    ):
        plan = plan_of(question)
        assert [period.label for period in plan.periods] == ["2017"]
        assert plan.having[0].without
        assert plan.having[0].period is not None
        assert (plan.having[0].key, plan.having[0].period.label) == ("seller_id", "2018")


def test_rows_are_left_out_as_before() -> None:
    question = "orders with toys but not baby"
    reading = reading_of(question, link(question, *TOYS), link(question, *BABY))
    assert reading.plan is None or not reading.plan.having


def test_every_month() -> None:
    for question in (
        "how many sellers had sales in every month of 2018?",
        "quantos vendedores tiveram vendas em todos os meses de 2018?",
    ):
        line = notation.write(plan_of(question))
        assert line.endswith("having seller_id: distinct purchase_month >= overall"), line


def test_a_breakdown_by_month_is_one_as_before() -> None:
    assert not plan_of("revenue for every month of 2018").having
