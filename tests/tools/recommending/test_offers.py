"""What is offered to whom, and why, over the demo company: with scores, without them, and with old ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crm_copilot.bootstrap import House
from crm_copilot.errors import InputError, UnknownName
from crm_copilot.tools import Tool
from crm_copilot.tools.recommending import ScoreTable, Shop, data_version, tool_functions

BOUGHT = "customers JOIN orders USING (customer_id) JOIN order_items USING (order_id)"


def rows(house: House, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with house.dataset.connect() as data:
        return data.execute(sql, list(values)).fetchall()


def named(functions: list[Any], name: str) -> Tool:
    return Tool(next(function for function in functions if function.__name__ == name))


@pytest.fixture(scope="module")
def customer(house: House) -> tuple[str, str]:
    """The customer who bought most: their id as a person, and that of one of their orders."""
    query = f"SELECT customer_unique_id, min(customer_id) FROM {BOUGHT} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    ((person, record),) = rows(house, query)
    return person, record


@pytest.fixture(scope="module")
def products(house: House) -> list[str]:
    """Five products, the best sellers."""
    return [row[0] for row in rows(house, "SELECT item_id FROM df GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 5")]


def written(root: Path, house: House, scores: list[tuple[str, str, int, float, float, int]], version: str = "") -> Path:
    """Write a table of scores as training does."""
    folder = root / "recommender" / (version or "now")
    folder.mkdir(parents=True)
    columns = ["user_id", "item_id", "place", "chance", "score", "orders"]
    pd.DataFrame(scores, columns=columns).to_parquet(folder / "scores.parquet", index=False)
    about = {"data": version or data_version(house.dataset.info.checksums), "until": "2018-08-31", "model": "LightGBM"}
    (folder / "scores.json").write_text(json.dumps(about))
    return root


def shop(house: House, root: Path) -> list[Any]:
    """Return the tools over a folder of scores."""
    version = data_version(house.dataset.info.checksums)
    table = lambda: ScoreTable.find(version, root / "recommender", root / "nothing")  # noqa: E731
    return tool_functions(Shop(lambda: house.dataset.connect(), lambda: house.ledger, table))


@pytest.fixture
def counted(house: House, tmp_path: Path) -> list[Any]:
    """The tools without any scores."""
    return shop(house, tmp_path)


def orders_of(house: House, person: str) -> int:
    ((number,),) = rows(house, "SELECT count(DISTINCT order_id) FROM df WHERE user_id = ?", person)
    return int(number)


@pytest.fixture
def foretold(house: House, tmp_path: Path, customer: tuple[str, str], products: list[str]) -> list[Any]:
    """The tools with scores of one customer for three products."""
    number = orders_of(house, customer[0])
    scores = [(customer[0], product, place, 0.3 - place / 10, 2.0 + place, number)
              for place, product in enumerate(products[:3])]  # fmt: skip
    return shop(house, written(tmp_path, house, scores))


def test_the_likeliest_are_offered_highest_score_first(
    foretold: list[Any], customer: tuple[str, str], products: list[str]
) -> None:
    offers = named(foretold, "recommend_products").call({"customer_id": customer[0], "k": 2})
    assert [(offer["product_id"], offer["score"]) for offer in offers] == [(products[1], 3.0), (products[0], 2.0)]
    for offer in offers:
        assert set(offer) == {"product_id", "product_category", "score", "reason"}
        assert "foretold by LightGBM from purchases until 2018-08-31" in offer["reason"]


def test_more_than_is_foretold_is_counted_and_has_no_score(foretold: list[Any], customer: tuple[str, str]) -> None:
    offers = named(foretold, "recommend_products").call({"customer_id": customer[0], "k": 6})
    assert [offer["score"] is None for offer in offers] == [False] * 3 + [True] * 3
    assert len({offer["product_id"] for offer in offers}) == 6
    json.dumps(offers, allow_nan=False)


def test_without_scores_what_sells_in_the_city_is_offered(
    counted: list[Any], house: House, customer: tuple[str, str]
) -> None:
    offers = named(counted, "recommend_products").call({"customer_id": customer[0], "k": 10})
    bought = {
        row[0] for row in rows(house, f"SELECT product_id FROM {BOUGHT} WHERE customer_unique_id = ?", customer[0])
    }
    assert len(offers) == 10
    assert not bought & {offer["product_id"] for offer in offers}
    assert all(offer["score"] is None and "no score for this customer" in offer["reason"] for offer in offers)
    sold = "SELECT count(DISTINCT order_id) FROM df WHERE item_id = ?"
    ((count,),) = rows(house, sold, offers[0]["product_id"])
    assert f"of its {count} orders came from" in offers[0]["reason"]


def test_scores_of_a_customer_who_has_bought_since_are_not_used(
    house: House, tmp_path: Path, customer: tuple[str, str], products: list[str]
) -> None:
    before = orders_of(house, customer[0]) - 1
    tools = shop(house, written(tmp_path, house, [(customer[0], products[0], 0, 0.5, 4.0, before)]))
    (offer,) = named(tools, "recommend_products").call({"customer_id": customer[0], "k": 1})
    assert offer["score"] is None


def test_an_older_table_is_used_and_says_so(
    house: House, tmp_path: Path, customer: tuple[str, str], products: list[str]
) -> None:
    scores = [(customer[0], products[0], 0, 0.5, 4.0, orders_of(house, customer[0]))]
    tools = shop(house, written(tmp_path, house, scores, version="before"))
    (offer,) = named(tools, "recommend_products").call({"customer_id": customer[0], "k": 1})
    assert (offer["score"], "older than the data" in offer["reason"]) == (4.0, True)


def test_a_damaged_description_is_no_table(house: House, tmp_path: Path, customer: tuple[str, str]) -> None:
    folder = tmp_path / "recommender" / "now"
    folder.mkdir(parents=True)
    (folder / "scores.json").write_text("{")
    assert named(shop(house, tmp_path), "recommend_products").call({"customer_id": customer[0], "k": 1})


def test_what_was_bought_before_is_a_reason(foretold: list[Any], house: House, customer: tuple[str, str]) -> None:
    query = "SELECT item_id, strftime(max(timestamp), '%B %Y') FROM df WHERE user_id = ? GROUP BY 1"
    own = dict(rows(house, query, customer[0]))
    for offer in named(foretold, "recommend_products").call({"customer_id": customer[0], "k": 3}):
        if offer["product_id"] in own:
            assert f"bought it once, last in {own[offer['product_id']]}" in offer["reason"]


def test_the_id_of_an_order_stands_for_the_person(counted: list[Any], customer: tuple[str, str]) -> None:
    tool = named(counted, "recommend_products")
    assert tool.call({"customer_id": customer[1]}) == tool.call({"customer_id": customer[0]})


@pytest.mark.parametrize("unknown", ["f" * 32, "nobody", "", "' OR 1=1 --", "é🙂"])
@pytest.mark.parametrize(
    ("name", "argument"),
    [("recommend_products", "customer_id"), ("recommend_customers", "product_or_category"),
     ("similar_products", "product_id"), ("bought_together", "product_id"), ("next_best_offer", "client")],
)  # fmt: skip
def test_an_unknown_id_is_an_error_that_names_it(counted: list[Any], name: str, argument: str, unknown: str) -> None:
    with pytest.raises(UnknownName) as error:
        named(counted, name).call({argument: unknown})
    assert repr(unknown) in str(error.value)


@pytest.mark.parametrize("k", [0, -1, 1001, 10**6])
def test_k_out_of_range_is_refused_with_the_range(counted: list[Any], customer: tuple[str, str], k: int) -> None:
    with pytest.raises(InputError, match=f"k is {k}, expected 1 to 1000"):
        named(counted, "recommend_products").call({"customer_id": customer[0], "k": k})


def test_customers_of_a_category_are_its_buyers_where_nothing_is_foretold(counted: list[Any], house: House) -> None:
    found = named(counted, "recommend_customers").call({"product_or_category": "health beauty", "k": 5})
    buyers = "SELECT DISTINCT user_id FROM df JOIN products ON product_id = item_id WHERE product_category = ?"
    assert {one["customer_id"] for one in found} <= {row[0] for row in rows(house, buyers, "health_beauty")}
    assert all(one["score"] is None and "bought health beauty in " in one["reason"] for one in found)


def test_customers_of_a_product_are_those_it_is_foretold_for(
    foretold: list[Any], customer: tuple[str, str], products: list[str]
) -> None:
    found = named(foretold, "recommend_customers").call({"product_or_category": products[2], "k": 1})
    assert [(one["customer_id"], one["score"]) for one in found] == [(customer[0], 4.0)]


def test_a_misspelt_category_is_met_with_the_right_one(counted: list[Any]) -> None:
    with pytest.raises(UnknownName, match="did you mean the category 'health_beauty'"):
        named(counted, "recommend_customers").call({"product_or_category": "helth_beauty"})


def test_bought_together_has_the_measures_of_the_counts(counted: list[Any], house: House) -> None:
    pairs = """SELECT a.item_id, b.item_id, count(DISTINCT a.user_id) AS n FROM df a JOIN df b USING (user_id)
               WHERE a.item_id <> b.item_id GROUP BY 1, 2 ORDER BY n DESC, 1, 2 LIMIT 1"""
    ((one, other, joint),) = rows(house, pairs)
    people = {
        name: rows(house, "SELECT count(DISTINCT user_id) FROM df WHERE item_id = ?", name)[0][0]
        for name in (one, other)
    }
    ((everybody,),) = rows(house, "SELECT count(DISTINCT user_id) FROM df")
    rules = named(counted, "bought_together").call({"product_id": one, "k": 50, "within": "customer"})
    rule = next(rule for rule in rules if rule["product_id"] == other)
    assert rule["support"] == pytest.approx(joint / everybody, abs=1e-6)
    assert rule["confidence"] == pytest.approx(joint / people[one], abs=1e-4)
    assert rule["lift"] == pytest.approx(joint * everybody / people[one] / people[other], abs=0.01)


def test_bought_together_within_something_else_is_refused(counted: list[Any], products: list[str]) -> None:
    with pytest.raises(InputError, match="within is 'week', expected 'order' or 'customer'"):
        named(counted, "bought_together").call({"product_id": products[0], "within": "week"})


def test_similar_products_are_of_the_category_and_nearest_first(
    counted: list[Any], house: House, products: list[str]
) -> None:
    found = named(counted, "similar_products").call({"product_id": products[0], "k": 5})
    ((category,),) = rows(house, "SELECT product_category FROM products WHERE product_id = ?", products[0])
    assert {one["product_category"] for one in found} == {category}
    likeness = [one["likeness"] for one in found]
    assert likeness == sorted(likeness, reverse=True)
    assert products[0] not in {one["product_id"] for one in found}


def test_an_account_is_offered_the_best_seller_of_its_line(counted: list[Any]) -> None:
    offer = named(counted, "next_best_offer").call({"client": "boreal cosmeticos"})
    assert offer["product_category"] == "health_beauty"
    assert "orders of accounts are not recorded" in offer["reason"]


@pytest.fixture
def empty_handed(house: House) -> str:
    query = "SELECT customer_unique_id FROM customers WHERE customer_unique_id NOT IN (SELECT user_id FROM df) LIMIT 1"
    found = rows(house, query)
    if not found:
        pytest.skip("every customer of the demo company has an order with products")
    return str(found[0][0])


def test_an_empty_history_is_offered_what_sells_nearby(counted: list[Any], empty_handed: str) -> None:
    offers = named(counted, "recommend_products").call({"customer_id": empty_handed, "k": 3})
    assert [offer["score"] for offer in offers] == [None] * 3


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
