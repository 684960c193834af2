"""Who and what an id stands for, and what the tools of this room work with."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crm_copilot.errors import UnknownName
from crm_copilot.tools.recommending.ledger import Customer, Ledger
from crm_copilot.tools.recommending.table import ScoreTable


@dataclass(frozen=True)
class Shop:
    """`connect` opens the company's database for reading; `ledger` and `table` give what is held of it."""

    connect: Callable[[], Any]
    ledger: Callable[[], Ledger]
    table: Callable[[], ScoreTable | None]


def customer(ledger: Ledger, given: str) -> Customer:
    """Return the person of a customer_unique_id or customer_id; raise UnknownName when there is none."""
    found = ledger.customer(given)
    if found is None:
        raise UnknownName(f"there is no customer {given!r}; give a customer_unique_id or customer_id of the data")
    return found


def products(ledger: Ledger, given: str) -> tuple[str, list[str]]:
    """Return the category and the products that a product_id or the name of a category stands for."""
    if given in ledger.categories.index:
        return str(ledger.categories[given]), [given]
    name = category_name(given)
    found = ledger.products(name) if name else []
    if not found:
        near = difflib.get_close_matches(name, [str(one) for one in ledger.categories.unique() if one], 1)
        hint = f"did you mean the category {near[0]!r}?" if near else "give a product_id or a category of the data"
        raise UnknownName(f"there is no product or category {given!r}; {hint}")
    return name, found


def category_name(given: str) -> str:
    """Return the name of a category as the data write it."""
    return given.strip().lower().replace(" ", "_")


def product(ledger: Ledger, given: str) -> str:
    """Return the category of a product; raise UnknownName when there is no such product."""
    if given not in ledger.categories.index:
        raise UnknownName(f"there is no product {given!r}; give a product_id of the data")
    return str(ledger.categories[given])
