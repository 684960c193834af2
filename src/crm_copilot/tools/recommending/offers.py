"""Products for a customer, and the one to offer next."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from crm_copilot.errors import UnknownName
from crm_copilot.tools.declaration import check_count
from crm_copilot.tools.recommending.accounts import offer_to_account
from crm_copilot.tools.recommending.ledger import Customer, Ledger
from crm_copilot.tools.recommending.people import Shop, customer
from crm_copilot.tools.recommending.reasons import Reasons
from crm_copilot.tools.recommending.table import ScoreTable
from crm_copilot.tools.recommending.wording import say

Offer = dict[str, Any]


def recommend_products_tool(shop: Shop) -> Callable[..., Any]:
    """Return the tool that recommends products."""

    def recommend_products(customer_id: str, k: int = 5, language: str = "en") -> list[dict[str, Any]]:
        """Recommend k products to a customer: the likeliest next purchases, highest predicted score (1 to 5) first.

        The score is null where nothing is foretold for the customer; then it is what sells where they live. Reasons
        are in English ("en") or Portuguese ("pt").
        """
        check_count(k)
        return offers(shop, customer(shop.ledger(), customer_id), k, language)

    return recommend_products


def next_best_offer_tool(shop: Shop) -> Callable[..., Any]:
    """Return the tool that names one offer."""

    def next_best_offer(client: str, language: str = "en") -> dict[str, Any]:
        """Return the one product to offer next to a customer (by id) or to an account of the CRM (by name or id)."""
        person = shop.ledger().customer(client)
        if person is None:
            with shop.connect() as data:
                return offer_to_account(data, shop.ledger(), client, language)
        first = offers(shop, person, 1, language)
        if not first:
            raise UnknownName(f"there is nothing to offer to {client!r}: the data hold no order with products")
        return {"client": person.id, **first[0]}

    return next_best_offer


def offers(shop: Shop, person: Customer, k: int, language: str) -> list[Offer]:
    """Return k offers: what is foretold for the customer, then what sells where they live."""
    ledger, table = shop.ledger(), shop.table()
    reasons = Reasons(ledger, person, language)
    found = _foretold(ledger, table, person, reasons, k, language) if table else []
    bought = {name for name, _ in ledger.history(ledger.rows_of(person.id))}
    taken = bought | {offer["product_id"] for offer in found}
    missing, why = k - len(found), say(language, "counted here")
    others = (name for name in ledger.selling(person.city, person.state) if name not in taken) if missing else ()
    counted = (_offer(ledger, name, None, f"{reasons.where_sold(name)}; {why}") for name in islice(others, missing))
    return [*found, *counted]


def _foretold(
    ledger: Ledger, table: ScoreTable, person: Customer, reasons: Reasons, k: int, language: str
) -> list[Offer]:
    known = (row for row in table.of_customer(person.id, person.orders) if row[0] in ledger.categories)
    best = sorted(islice(known, k), key=lambda row: (-row[2], -row[1], row[0]))
    why = table.origin(language)
    return [_offer(ledger, name, score, f"{reasons.why(name)}; {why}") for name, _, score in best]


def _offer(ledger: Ledger, product: str, score: float | None, reason: str) -> Offer:
    category = str(ledger.categories[product])
    return {"product_id": product, "product_category": category, "score": score, "reason": reason}
