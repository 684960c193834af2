"""The offers page: customers found, their history, offers with reasons, and the file for a campaign."""

from __future__ import annotations

import pytest

from crm_copilot.interfaces.app import resources

from .helpers import App


@pytest.fixture
def best(own_app: App) -> str:
    """The customer with most orders."""
    own_app.open("offers")
    return resources.house().ledger.search("", 1)[0].id


def test_a_customer_is_found_with_history_and_offers(own_app: App, best: str) -> None:
    page = own_app.open("offers")
    page.text_input[0].set_value(best[:10])
    own_app.run(page)
    history, offers = page.dataframe[0].value, page.table[0].value
    assert len(history) == len(resources.house().ledger.rows_of(best))
    assert len(offers) == 5
    assert offers["Reason"].str.contains("orders came from").all()


def test_customers_are_found_by_city(own_app: App) -> None:
    page = own_app.open("offers")
    city = resources.house().ledger.search("", 1)[0].city
    found = resources.house().ledger.search(city.upper(), 5)
    assert found
    assert all(person.city.startswith(city) for person in found)
    assert [person.orders for person in found] == sorted((person.orders for person in found), reverse=True)
    page.text_input[0].set_value("no such place")
    own_app.run(page)
    assert "no such place" in page.warning[0].value


def test_a_campaign_for_a_category_and_a_product_that_is_none(own_app: App) -> None:
    page = own_app.open("offers")
    page.button_group[0].set_value("Customers for an offer")
    own_app.run(page)
    page.selectbox[0].set_value("health_beauty")
    own_app.run(page)
    buyers = resources.house().ledger.fond_of("health_beauty")
    assert page.dataframe[0].value["customer_id"].tolist() == buyers[:50]
    page.text_input[0].set_value("not a product")
    own_app.run(page)
    assert "there is no product or category" in page.warning[0].value.replace("\\", "")
