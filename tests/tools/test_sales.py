"""The tools of a sales team over the demo company: what is offered, to whom, and why."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.errors import InputError, UnknownName
from crm_copilot.tools import Tool

Rows = list[tuple[Any, ...]]
BOUGHT = "customers JOIN orders USING (customer_id) JOIN order_items USING (order_id)"


@pytest.fixture
def tool(house: House) -> Tool:
    return next(tool for tool in house.tools if tool.name == "recommend_products")


def rows(house: House, sql: str, *values: object) -> Rows:
    with house.dataset.connect() as data:
        return data.execute(sql, list(values)).fetchall()


@pytest.fixture(scope="module")
def customer(house: House) -> tuple[str, str]:
    """The customer who bought most: their id as a person, and that of one of their orders."""
    (found,) = rows(
        house,
        f"SELECT customer_unique_id, min(customer_id) FROM {BOUGHT} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    )
    return found[0], found[1]


def test_a_known_customer_is_offered_what_they_have_not_bought(
    tool: Tool, house: House, customer: tuple[str, str]
) -> None:
    offers = tool.call({"customer_id": customer[0], "k": 10})
    bought = (
        f"SELECT product_id, product_category FROM {BOUGHT} JOIN products USING (product_id)"
        " WHERE customer_unique_id = ?"
    )
    products = {product for product, _ in rows(house, bought, customer[0])}
    categories = {category for _, category in rows(house, bought, customer[0])}
    assert len(offers) == 10
    assert not products & {offer["product_id"] for offer in offers}
    assert {offer["product_category"] for offer in offers} <= categories
    assert len({offer["product_id"] for offer in offers}) == 10


def test_an_offer_has_a_score_and_a_reason_in_numbers(tool: Tool, customer: tuple[str, str]) -> None:
    for offer in tool.call({"customer_id": customer[0]}):
        assert set(offer) == {"product_id", "product_category", "score", "reason"}
        assert 0 < offer["score"] <= 1
        assert offer["product_category"].replace("_", " ") in offer["reason"]
        assert " orders came from " in offer["reason"]
        json.dumps(offer, allow_nan=False)


def test_the_score_is_the_products_share_of_its_category(tool: Tool, house: House, customer: tuple[str, str]) -> None:
    (offer,) = tool.call({"customer_id": customer[0], "k": 1})
    orders = "SELECT count(DISTINCT order_id) FROM order_items WHERE product_id = ?"
    ((count,),) = rows(house, orders, offer["product_id"])
    assert f"of its {count} orders" in offer["reason"]


def test_the_id_of_an_order_stands_for_the_person(tool: Tool, customer: tuple[str, str]) -> None:
    assert tool.call({"customer_id": customer[1]}) == tool.call({"customer_id": customer[0]})


def test_the_same_customer_is_offered_the_same(tool: Tool, customer: tuple[str, str]) -> None:
    five = tool.call({"customer_id": customer[0], "k": 5})
    assert (
        five == tool.call({"customer_id": customer[0], "k": 5}) == tool.call({"customer_id": customer[0], "k": 8})[:5]
    )


def test_offers_come_best_score_first_within_what_the_state_buys(tool: Tool, customer: tuple[str, str]) -> None:
    near = [
        int(offer["reason"].partition("; ")[2].split(" ")[0])
        for offer in tool.call({"customer_id": customer[0], "k": 50})
    ]
    assert near == sorted(near, reverse=True)


def test_a_customer_without_items_is_offered_nothing_and_no_error(tool: Tool, house: House) -> None:
    without = rows(
        house,
        "SELECT customer_unique_id FROM customers WHERE customer_unique_id NOT IN"
        f" (SELECT customer_unique_id FROM {BOUGHT}) LIMIT 1",
    )
    if not without:
        pytest.skip("every customer of the demo company has bought something")
    assert tool.call({"customer_id": without[0][0]}) == []


@pytest.mark.parametrize("unknown", ["f" * 32, "nobody", "", "' OR 1=1 --", "é🙂"])
def test_an_unknown_customer_is_an_error_that_names_them(tool: Tool, unknown: str) -> None:
    with pytest.raises(UnknownName) as error:
        tool.call({"customer_id": unknown})
    assert repr(unknown) in str(error.value)


@pytest.mark.parametrize("k", [0, -1, 1001])
def test_k_out_of_range_is_refused_with_the_range(tool: Tool, customer: tuple[str, str], k: int) -> None:
    with pytest.raises(InputError, match=f"k is {k}, expected 1 to 1000"):
        tool.call({"customer_id": customer[0], "k": k})


def test_the_playbook_is_searched(house: House) -> None:
    playbook = next(tool for tool in house.tools if tool.name == "search_playbook")
    found = playbook.call({"question": "how much discount may I give", "k": 2})
    assert [set(passage) for passage in found] == [{"id", "title", "text"}] * 2
    assert found[0]["title"] == "Discounts"


@pytest.mark.parametrize("k", [0, -1])
def test_the_playbook_refuses_to_find_nothing(house: House, k: int) -> None:
    playbook = next(tool for tool in house.tools if tool.name == "search_playbook")
    with pytest.raises(InputError, match=f"k is {k}"):
        playbook.call({"question": "discounts", "k": k})


def test_generated_code_can_call_the_tools(house: House, customer: tuple[str, str]) -> None:
    code = f"def answer(recommend_products):\n    return recommend_products(customer_id={customer[0]!r}, k=3)\n"
    execution = house.sandbox.run(code)
    assert (execution.status, execution.n_rows) == ("ok", 3)
    assert "product_id" in execution.columns


def test_generated_code_may_call_a_tool_by_position_as_its_stub_says(house: House, customer: tuple[str, str]) -> None:
    code = f"def answer(recommend_products):\n    return recommend_products({customer[0]!r}, 3)\n"
    execution = house.sandbox.run(code)
    assert (execution.status, execution.n_rows) == ("ok", 3), execution.error


def test_generated_code_is_told_what_is_wrong_with_its_arguments(house: House) -> None:
    execution = house.sandbox.run(
        "def answer(recommend_products):\n    return recommend_products(customer_id='nobody')\n"
    )
    assert execution.status == "error"
    assert "there is no customer 'nobody'" in (execution.error or "")
