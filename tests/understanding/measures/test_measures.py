from __future__ import annotations

import pytest

from understanding.asking import group_limits, keys, measures, plan_of

NAMED = [
    ("total revenue", ["revenue"]),
    ("faturamento total", ["revenue"]),
    ("median price per category", ["median_price"]),
    ("preço médio por categoria", ["average_price"]),
    ("tempo médio de entrega por estado", ["average_delivery_days"]),
    ("minimum and maximum freight", ["minimum_freight_value", "maximum_freight_value"]),
    ("minimum, average and maximum price", ["minimum_price", "average_price", "maximum_price"]),
    ("average revenue per order", ["aov"]),
    ("90th percentile of delivery time", ["p90_delivery_days"]),
    ("how much is a voucher payment worth on average?", ["average_payment_value"]),
    ("the quickest and the slowest delivery", ["minimum_delivery_days", "maximum_delivery_days"]),
    ("how spread out are delivery times?", ["std_delivery_days"]),
    ("how many days does a parcel take to reach customers in PA?", ["average_delivery_days"]),
    ("dos vendedores do sul, quantos venderam algo em 2018?", ["sellers"]),
]  # fmt: skip
COUNTED = [
    ("how many sellers", ["sellers"]),
    ("quantos clientes", ["customers"]),
    ("number of distinct cities", ["cities"]),
    ("orders, customers and revenue by quarter", ["orders", "customers", "revenue"]),
    ("orders by state", ["orders"]),
]
ADJECTIVES = [
    ("best rated categories", ["average_review_score"]),
    ("slowest states", ["average_delivery_days"]),
    ("most expensive products", ["maximum_price"]),
    ("cheapest categories", ["average_price"]),
    ("busiest hours", ["orders"]),
    ("which weekday is the quietest for orders?", ["orders"]),
    ("which category costs the most to ship?", ["average_freight_value"]),
    ("our 5 biggest spenders", ["revenue"]),
    ("categorias mais vendidas", ["items"]),
]
AMOUNTS = [("how much was paid by voucher?", ["total_payment_value"])]


@pytest.mark.parametrize(("question", "names"), [*NAMED, *COUNTED, *ADJECTIVES, *AMOUNTS])
def test_what_is_measured(question: str, names: list[str]) -> None:
    assert measures(plan_of(question)) == names


@pytest.mark.parametrize(
    ("question", "order"),
    [("slowest states", "desc"), ("cheapest categories", "asc"), ("worst rated categories", "asc")],
)
def test_adjectives_bring_their_direction(question: str, order: str) -> None:
    assert plan_of(question).order == order


def test_a_quantity_behind_a_distribution_is_what_is_grouped_by() -> None:
    plan = plan_of("distribution of review scores")
    assert (measures(plan), keys(plan)) == (["reviews"], ["review_score"])


def test_a_thing_behind_by_is_what_a_ranking_is_by() -> None:
    plan = plan_of("top 4 states by customers")
    assert (measures(plan), keys(plan), plan.limit) == (["customers"], ["customer_state"], 4)


def test_how_long_is_the_delivery_time() -> None:
    assert measures(plan_of("how long does delivery take in Bahia?")) == ["average_delivery_days"]


DAYS_COUNTED = [
    ("on how many days did we get 15 orders or more?", "purchase_day", ("orders", ">=", 15)),
    ("how many days had at least 35 orders?", "purchase_day", ("orders", ">=", 35)),
    ("em quantos dias tivemos mais de 25 pedidos?", "purchase_day", ("orders", ">", 25)),
    ("in how many months did revenue exceed 7000?", "purchase_month", ("revenue", ">", 7000)),
    ("quantos meses tiveram receita acima de 9000?", "purchase_month", ("revenue", ">", 9000)),
    ("how many weeks had fewer than 60 orders?", "purchase_week", ("orders", "<", 60)),
]


@pytest.mark.parametrize(("question", "key", "limit"), DAYS_COUNTED)
def test_stretches_of_time_are_counted(question: str, key: str, limit: tuple[str, str, object]) -> None:
    plan = plan_of(question)
    assert (measures(plan), group_limits(plan)) == ([f"different_{key}"], [(key, *limit)])


@pytest.mark.parametrize(
    "question",
    ["how many days does delivery take for sellers with more than 30 orders?",
     "how many days did orders with more than 3 items take?"],
)  # fmt: skip
def test_days_that_something_takes_are_not_counted(question: str) -> None:
    assert measures(plan_of(question)) == ["average_delivery_days"]


@pytest.mark.parametrize(
    "question", ["products that never sold: how many by category?", "produtos nunca vendidos: quantos por categoria?"]
)
def test_how_many_by_a_dimension_counts_the_thing_before(question: str) -> None:
    plan = plan_of(question)
    assert (measures(plan), keys(plan)) == (["products"], ["product_category"])


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("as 5 cidades que mais compraram em reais", "revenue"),
        ("the 5 sellers that sold the most in value", "revenue"),
        ("os 5 vendedores que mais venderam", "items"),
    ],
)
def test_what_was_sold_most_in_money_is_revenue(question: str, name: str) -> None:
    assert measures(plan_of(question)) == [name]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("number of boleto payments and total value by month", ["payments", "total_payment_value"]),
        ("quantos pedidos por estado e quanto somam em reais", ["orders", "revenue"]),
        ("quantidade de pagamentos e valor médio por tipo de pagamento", ["payments", "average_payment_value"]),
        ("preço médio, o menor e o maior por categoria", ["average_price", "minimum_price", "maximum_price"]),
        ("frete total de 2017", ["total_freight"]),
    ],
)
def test_amounts_and_aggregations_beside_a_measure(question: str, names: list[str]) -> None:
    assert measures(plan_of(question)) == names


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("mean declared revenue of the new sellers", ["average_declared_monthly_revenue"]),
        ("how many items sold with free freight", ["items"]),
        ("quanto custa em média o frete em SP", ["average_freight_value"]),
        ("distribuição das notas, só pedidos com atraso", ["reviews"]),
    ],
)
def test_what_only_says_whose_or_how_is_not_measured(question: str, names: list[str]) -> None:
    assert measures(plan_of(question)) == names


def test_of_some_how_many_did_counts_only_those() -> None:
    plan = plan_of("of the leads of April 2018, how many closed by origin?")
    assert (measures(plan), [c.field for c in plan.where]) == (["leads"], ["is_closed"])
