"""What to offer, told in words: in the language of the question, and clearly where nothing can be told."""

from __future__ import annotations

import string
import tomllib
from importlib.resources import files
from typing import Any

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.errors import InputError
from crm_copilot.tools.recommending.ledger import Customer


@pytest.fixture(scope="module")
def person(house: House) -> Customer:
    return house.ledger.search("", 1)[0]


@pytest.fixture(scope="module")
def product(house: House) -> str:
    """The product that was bought by most."""
    return str(max(house.ledger.categories.index, key=lambda name: len(house.ledger.buyers(name))))


def told(house: House, **arguments: Any) -> dict[str, Any]:
    found: dict[str, Any] = house.tool("tell_offers").call(arguments)
    return found


def test_products_are_told_with_who_the_customer_is(house: House, person: Customer) -> None:
    found = told(house, what="products", about=person.id, k=3)
    assert found["rows"] == house.tool("recommend_products").call({"customer_id": person.id, "k": 3})
    assert found["answer"].startswith(f"For customer {person.id[:8]} ({person.city.capitalize()}, {person.state}, ")
    assert found["rows"][0]["reason"] in found["answer"]


def test_portuguese_is_told_in_portuguese(house: House, person: Customer, product: str) -> None:
    found = told(house, what="products", about=person.id, language="pt")
    assert found["answer"].startswith("Para o cliente")
    assert all("vieram de" in row["reason"] or "veio de" in row["reason"] for row in found["rows"])
    for what, about in (("customers", product), ("alike", product), ("together", product), ("next", person.id)):
        english, portuguese = (told(house, what=what, about=about, language=language) for language in ("en", "pt"))
        assert english["answer"] != portuguese["answer"]
        for one, other in zip(english["rows"], portuguese["rows"], strict=True):
            assert one["reason"] != other["reason"]
            assert {**one, "reason": ""} == {**other, "reason": ""}


def test_an_id_is_known_by_its_beginning(house: House, person: Customer, product: str) -> None:
    assert told(house, what="products", about=person.id[:8]) == told(house, what="products", about=person.id)
    assert told(house, what="together", about=product[:8]) == told(house, what="together", about=product)
    assert told(house, what="products", about=person.id[:2])["status"] == "declined"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"what": "products", "about": "nobody"}, "There is no customer “nobody” in the data"),
        ({"what": "products", "about": "nobody", "language": "pt"}, "Não há cliente “nobody” nos dados"),
        ({"what": "products", "about": "'; DROP TABLE df; --"}, "There is no customer “'; DROP TABLE df; --”"),
        ({"what": "customers", "about": "zorgles"}, "There is no product or category “zorgles”"),
        ({"what": "alike", "about": "zorgles", "language": "pt"}, "Não há produto “zorgles”"),
        ({"what": "together", "about": ""}, "There is no product “”"),
        ({"what": "next", "about": "Nobody Ltd"}, "There is no customer or account “Nobody Ltd”"),
        ({"what": "next", "about": ""}, "For whom?"),
        ({"what": "products", "about": "nobody", "k": 0}, "I can list 1 to 1000 rows, not 0."),
        ({"what": "customers", "about": "toys", "k": 1000000, "language": "pt"}, "de 1 a 1000 linhas, não 1000000"),
    ],
)
def test_what_cannot_be_told_is_declined_in_a_sentence(house: House, arguments: dict[str, Any], said: str) -> None:
    found = told(house, **arguments)
    assert (found["status"], found["rows"]) == ("declined", [])
    assert said in found["answer"]


def test_only_what_can_be_asked_is_asked(house: House) -> None:
    with pytest.raises(InputError, match="what"):
        told(house, what="anything", about="x")


def test_every_sentence_has_both_languages_with_the_same_places() -> None:
    words = tomllib.loads((files("crm_copilot.tools.recommending") / "wording.toml").read_text("utf-8"))
    for key, by_language in words.items():
        places = [{name for _, name, *_ in string.Formatter().parse(by_language[one]) if name} for one in ("en", "pt")]
        assert places[0] == places[1], key
