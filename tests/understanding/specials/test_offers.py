from __future__ import annotations

from typing import Any

import pytest
from fakes import LAST

from crm_copilot.domain import LinkedValue
from crm_copilot.library import special
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.specials.asked import Asked
from crm_copilot.understanding.specials.offers import account, follow, offers
from understanding.asking import draft_of, link, plan_of

PERSON, PRODUCT = "1bdd4f05be3ef76c77a7e73f809f66b9", "929f9e9e7b950fa5a09d2605efec33b9"
OFFERS: list[tuple[str, str, str, str, dict[str, Any]]] = [
    (f"what should I offer customer {PERSON}?", PERSON, "customer_unique_id", "offers_for_customer",
     {"customer_id": PERSON}),
    (f"recommend 3 products for {PERSON}", PERSON, "customer_unique_id", "offers_for_customer",
     {"customer_id": PERSON, "k": 3}),
    (f"o que devo oferecer ao cliente {PERSON}?", PERSON, "customer_id", "offers_for_customer",
     {"customer_id": PERSON, "language": "pt"}),
    (f"what might the buyer {PERSON} need?", PERSON, "customer_unique_id", "offers_for_customer",
     {"customer_id": PERSON}),
    (f"he has bought a lot: what else can I sell to {PERSON}? Just 2", PERSON, "customer_unique_id",
     "offers_for_customer", {"customer_id": PERSON, "k": 2}),
    (f"what would people take with {PRODUCT}?", PRODUCT, "product_id", "taken_together", {"product_id": PRODUCT}),
    (f"what else do buyers of {PRODUCT} order?", PRODUCT, "product_id", "taken_together",
     {"product_id": PRODUCT, "within": "customer"}),
    (f"something to replace {PRODUCT}", PRODUCT, "product_id", "products_like", {"product_id": PRODUCT}),
    ("launch a campaign of toys", "toys", "product_category", "customers_for_offer", {"product_or_category": "toys"}),
    ("potential buyers of toys", "toys", "product_category", "customers_for_offer", {"product_or_category": "toys"}),
    (f"next best offer for {PERSON}", PERSON, "customer_unique_id", "best_next_offer", {"client": PERSON}),
    (f"which customers would take product {PRODUCT}?", PRODUCT, "product_id", "customers_for_offer",
     {"product_or_category": PRODUCT}),
    (f"products similar to {PRODUCT}", PRODUCT, "product_id", "products_like", {"product_id": PRODUCT}),
    (f"what is bought together with {PRODUCT}?", PRODUCT, "product_id", "taken_together", {"product_id": PRODUCT}),
    ("who would buy toys?", "toys", "product_category", "customers_for_offer", {"product_or_category": "toys"}),
    ("to which customers should we pitch toys?", "toys", "product_category", "customers_for_offer",
     {"product_or_category": "toys"}),
]  # fmt: skip
NUMBERS = [
    ("how many customers bought toys?", "toys", "product_category"),
    ("revenue of toys by month", "toys", "product_category"),
    ("how many customers bought toys in 2018?", "toys", "product_category"),
    (f"how much has customer {PERSON} spent?", PERSON, "customer_unique_id"),
]


def linked(question: str, text: str, column: str) -> LinkedValue:
    return link(question, text, column, text)


@pytest.mark.parametrize(("question", "text", "column", "name", "params"), OFFERS, ids=[one[0] for one in OFFERS])
def test_what_to_offer_to_whom(question: str, text: str, column: str, name: str, params: dict[str, Any]) -> None:
    found = plan_of(question, linked(question, text, column)).special
    assert found is not None
    assert (found.name, dict(found.params)) == (name, params)
    assert special.source(found.name, dict(found.params))


@pytest.mark.parametrize(("question", "text", "column"), NUMBERS, ids=[one[0] for one in NUMBERS])
def test_what_was_bought_is_a_question_about_numbers(question: str, text: str, column: str) -> None:
    found = plan_of(question, linked(question, text, column)).special
    assert found is None or found.name not in {name for *_, name, _ in OFFERS}


@pytest.mark.parametrize(
    ("question", "text", "column"),
    [
        *NUMBERS,
        ("who bought toys?", "toys", "product_category"),
        ("can you list the customers who bought toys?", "toys", "product_category"),
        ("which customers should receive their order of toys tomorrow?", "toys", "product_category"),
        (f"how often is {PRODUCT} bought with a voucher?", PRODUCT, "product_id"),
        (f"what did customer {PERSON} buy?", PERSON, "customer_unique_id"),
        (f"when should we expect the orders of {PERSON}?", PERSON, "customer_unique_id"),
    ],
)
def test_what_was_done_asks_for_no_offer(question: str, text: str, column: str) -> None:
    assert offers(Asked(draft_of(question, linked(question, text, column)), "", LAST)) is None


@pytest.mark.parametrize(
    ("question", "name", "params"),
    [
        ("what should I offer to customer 12345?", "offers_for_customer", {"customer_id": "12345"}),
        (f"o que oferecer ao cliente {PERSON[:8]}?", "offers_for_customer",
         {"customer_id": PERSON[:8], "language": "pt"}),
        (f"products similar to {PRODUCT}", "products_like", {"product_id": PRODUCT}),
        ("next best offer for Nobody Ltd", "best_next_offer", {"client": "Nobody Ltd"}),
        ("next best offer?", "best_next_offer", {"client": ""}),
    ],
)  # fmt: skip
def test_who_is_not_in_the_data_is_asked_for_by_what_was_said(question: str, name: str, params: dict[str, Any]) -> None:
    found = plan_of(question).special
    assert found is not None
    assert (found.name, dict(found.params)) == (name, params)


@pytest.mark.parametrize("number", [0, 1000000])
def test_a_number_of_rows_that_cannot_be_shown_is_passed_on(number: int) -> None:
    """The tool says what can be shown; another number would be made up."""
    question = f"top {number} recommendations for {PERSON}"
    found = plan_of(question, linked(question, PERSON, "customer_unique_id")).special
    assert found is not None
    assert dict(found.params)["k"] == number


def test_an_id_that_nobody_has_is_asked_for_all_the_same() -> None:
    found = plan_of(f"what should I offer customer {PERSON}?").special
    assert found is not None
    assert dict(found.params) == {"customer_id": PERSON}


@pytest.mark.parametrize("question", ["que produto indicar para a Boreal?", "which items would you suggest to Boreal?"])
def test_an_account_is_offered_what_its_line_buys(question: str) -> None:
    found = account(Asked(draft_of(question, linked(question, "Boreal", "client_name")), "", LAST))
    assert found is not None
    assert dict(found.special.params)["client"] == "Boreal"


@pytest.mark.parametrize("question", ["what did we recommend to Boreal?", "how many offers to Boreal?"])
def test_what_was_offered_to_an_account_is_no_offer(question: str) -> None:
    assert account(Asked(draft_of(question, linked(question, "Boreal", "client_name")), "", LAST)) is None


def test_a_fragment_changes_who_it_is_about() -> None:
    before = special_of(f"what should I offer customer {PERSON}?", PERSON)
    draft: Draft = draft_of("and the product?")
    assert follow(Asked(draft, "", LAST), before) is None


def test_interest_is_no_category_of_books() -> None:
    question = "which customers would be interested in toys?"
    links = (linked(question, "toys", "product_category"), link(question, "interested", "product_category", "books"))
    found = plan_of(question, *links).special
    assert found is not None
    assert dict(found.params) == {"product_or_category": "toys"}


def special_of(question: str, text: str) -> Any:
    return plan_of(question, linked(question, text, "customer_unique_id")).special
