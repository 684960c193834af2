"""Customers for a product or a category."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, islice
from typing import Any

from crm_copilot.tools.declaration import check_count
from crm_copilot.tools.recommending.ledger import Customer, Ledger
from crm_copilot.tools.recommending.people import Shop, products
from crm_copilot.tools.recommending.wording import month, orders, say


def recommend_customers_tool(shop: Shop) -> Callable[..., Any]:
    """Return the tool that recommends customers."""

    def recommend_customers(product_or_category: str, k: int = 10, language: str = "en") -> list[dict[str, Any]]:
        """Recommend k customers for a product (by id) or a category: those likeliest to take it next, with the reason.

        After those for whom it is foretold come buyers of the category, without a score.
        """
        check_count(k)
        ledger, table = shop.ledger(), shop.table()
        category, wanted = products(ledger, product_or_category)
        foretold = {row[0]: row[3] for row in table.of_products(wanted, k, ledger.people)} if table else {}
        others = (user for user in ledger.fond_of(category) if user not in foretold) if category else ()
        chosen = islice(chain(foretold, others), k)
        people = filter(None, map(ledger.customer, chosen))
        origin = {True: table.origin(language) if table else "", False: say(language, "counted")}
        buyers = [one for one in people if one.orders]
        reasons = (f"{_why(ledger, one, category, language)}; {origin[one.id in foretold]}" for one in buyers)
        return [_described(one, foretold.get(one.id), reason) for one, reason in zip(buyers, reasons, strict=True)]

    return recommend_customers


def _described(person: Customer, score: float | None, reason: str) -> dict[str, Any]:
    return {
        "customer_id": person.id, "customer_city": person.city, "customer_state": person.state, "score": score,
        "reason": reason,
    }  # fmt: skip


def _why(ledger: Ledger, person: Customer, category: str, language: str) -> str:
    """Say when the customer bought of the category, else what they bought last."""
    rows = ledger.rows_of(person.id)
    of_kind, number = rows[ledger.kinds[rows] == category], orders(person.orders, language)
    if len(of_kind):
        bought, what = ledger.bought(of_kind), ledger.called(category, language)
        last = month(bought.last, language)
        return say(language, "kind of orders", what=what, times=bought.times, orders=number, month=last)
    latest, day = list(ledger.history(rows))[-1]
    what = ledger.called(str(ledger.categories[latest]), language)
    return say(language, "last bought", what=what, month=month(day, language), orders=number)
