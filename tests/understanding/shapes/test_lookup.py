"""Questions about one order whose id is given."""

from __future__ import annotations

import pytest

from crm_copilot.domain import LinkedValue
from crm_copilot.library.plan import Condition, Plan
from understanding.asking import keys, link, measures, plan_of

ID = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
TABLES = [
    ("What is the status of order {}?", "orders"),
    ("When was order {} delivered?", "orders"),
    ("Qual o status do pedido {}?", "orders"),
    ("show the payments of order {}", "payments"),
    ("Quais as formas de pagamento do pedido {}?", "payments"),
    ("Which products were in order {}?", "order_items"),
    ("Quais produtos há no pedido {}?", "order_items"),
    ("Which sellers shipped order {} and at what price?", "order_items"),
    ("show the reviews of order {}", "reviews"),
]
NUMBERS = [
    ("How many items are in order {}?", "items"),
    ("Quantos itens tem o pedido {}?", "items"),
    ("What review score did order {} get?", "average_review_score"),
    ("What is the total payment value of order {}?", "total_payment_value"),
]


def about(question: str) -> tuple[str, LinkedValue]:
    """Return the question with its id, and what the retriever finds for it."""
    text = question.format(ID)
    return text, link(text, ID, "order_id", ID)


@pytest.mark.parametrize(("question", "table"), TABLES)
def test_attributes_are_the_rows_that_hold_them(question: str, table: str) -> None:
    assert plan_of(*about(question)) == Plan(listing=table, where=(Condition("order_id", "==", ID),))


@pytest.mark.parametrize(
    ("question", "table", "shown"),
    [("From which city is the customer of order {}?", "orders", "customer_city"),
     ("Which categories were in order {}?", "order_items", "product_category"),
     ("De qual estado é o cliente do pedido {}?", "orders", "customer_state")],
)  # fmt: skip
def test_labels_of_other_tables_stand_beside(question: str, table: str, shown: str) -> None:
    plan = plan_of(*about(question))
    assert (plan.listing, keys(plan), plan.is_lookup) == (table, [shown], True)


@pytest.mark.parametrize(("question", "name"), NUMBERS)
def test_a_number_stays_a_number(question: str, name: str) -> None:
    plan = plan_of(*about(question))
    assert (plan.listing, measures(plan)[0]) == (None, name)


def test_without_an_id_nothing_is_looked_up() -> None:
    assert not plan_of("orders by status").is_lookup


def test_further_conditions_ask_for_more_than_one_order() -> None:
    text, found = about("payments by boleto of order {} by state")
    assert plan_of(text, found).listing is None
