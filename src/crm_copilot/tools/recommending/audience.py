"""Customers for a product or a category."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain, islice
from typing import Any

from crm_copilot.tools.declaration import check_count
from crm_copilot.tools.recommending.ledger import Customer, Ledger
from crm_copilot.tools.recommending.people import Shop, products
from crm_copilot.tools.recommending.reasons import month, name_of
from crm_copilot.tools.recommending.table import ScoreTable

_COUNTED = "counted, not foretold"


def recommend_customers_tool(shop: Shop) -> Callable[..., Any]:
    """Return the tool that recommends customers."""

    def recommend_customers(product_or_category: str, k: int = 10) -> list[dict[str, Any]]:
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
        return [_described(ledger, person, foretold, category, table) for person in people if person.orders]

    return recommend_customers


def _described(
    ledger: Ledger, person: Customer, foretold: Mapping[str, float], category: str, table: ScoreTable | None
) -> dict[str, Any]:
    origin = table.origin if table and person.id in foretold else _COUNTED
    reason = f"{_why(ledger, person, category)}; {origin}"
    return {
        "customer_id": person.id, "customer_city": person.city, "customer_state": person.state,
        "score": foretold.get(person.id), "reason": reason,
    }  # fmt: skip


def _why(ledger: Ledger, person: Customer, category: str) -> str:
    rows = ledger.rows_of(person.id)
    of_kind = rows[ledger.kinds[rows] == category]
    orders = f"{person.orders} {'order' if person.orders == 1 else 'orders'}"
    if len(of_kind):
        bought = ledger.bought(of_kind)
        return f"bought {name_of(category)} in {bought.times} of {orders}, last in {month(bought.last)}"
    latest, day = list(ledger.history(rows))[-1]
    return f"bought {name_of(str(ledger.categories[latest]))} in {month(day)}, of {orders} in all"
