"""The tools of a sales team: the playbook, and what to offer to a customer.

Recommendations here are counted, not learned: what sells most in the categories and the state of the customer, with
the counts as the reason. An unknown customer gets a clear error, never an invented score.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from crm_copilot.errors import InputError, UnknownName

Search = Callable[[str, str, int], Sequence[Any]]
MOST = 1000

_OFFERS = """
WITH bought AS (
    SELECT DISTINCT i.product_id, p.product_category, c.customer_state
    FROM customers c JOIN orders o USING (customer_id) JOIN order_items i USING (order_id)
    JOIN products p USING (product_id)
    WHERE c.customer_unique_id = $customer
), sold AS (
    SELECT i.product_id, p.product_category, count(DISTINCT o.order_id) AS orders,
           count(DISTINCT o.order_id) FILTER (c.customer_state IN (SELECT customer_state FROM bought)) AS near
    FROM order_items i JOIN products p USING (product_id) JOIN orders o USING (order_id)
    JOIN customers c USING (customer_id)
    WHERE p.product_category IN (SELECT product_category FROM bought)
      AND i.product_id NOT IN (SELECT product_id FROM bought)
    GROUP BY 1, 2
)
SELECT product_id, product_category, orders, near, (SELECT min(customer_state) FROM bought),
       (SELECT sum(orders) FROM sold s WHERE s.product_category = sold.product_category) AS total
FROM sold ORDER BY near DESC, orders DESC, product_id LIMIT $k
"""


def playbook_tool(search: Search) -> Callable[..., Any]:
    """Return the tool that searches the playbook."""

    def search_playbook(question: str, k: int = 3) -> list[dict[str, Any]]:
        """Search the sales playbook and return the k best passages with their titles."""
        _check_count(k)
        return [
            {"id": h.document.id, "title": h.document.data.get("title", ""), "text": h.document.text}
            for h in search(question, "playbook", k)
        ]

    return search_playbook


def recommendation_tool(connect: Callable[[], Any]) -> Callable[..., Any]:
    """Return the tool that recommends products; `connect` opens the company's DuckDB for reading."""

    def recommend_products(customer_id: str, k: int = 5) -> list[dict[str, Any]]:
        """Recommend k products that a customer has not bought: what others buy in the same categories and state."""
        _check_count(k)
        with connect() as data:
            person = data.execute(
                "SELECT customer_unique_id FROM customers WHERE customer_unique_id = $1 OR customer_id = $1 LIMIT 1",
                [customer_id],
            ).fetchone()
            if person is None:
                raise UnknownName(
                    f"there is no customer {customer_id!r}; give a customer_unique_id or customer_id of the data"
                )
            rows = data.execute(_OFFERS, {"customer": person[0], "k": k}).fetchall()
        return [_offer(*row) for row in rows]

    return recommend_products


def _check_count(k: int) -> None:
    if not 1 <= k <= MOST:
        raise InputError(f"k is {k}, expected 1 to {MOST}")


def _offer(product: str, category: str, orders: int, near: int, state: str, total: int) -> dict[str, Any]:
    reason = f"bought in {category.replace('_', ' ')} before; {near} of its {orders} orders came from {state}"
    return {"product_id": product, "product_category": category, "score": round(orders / total, 4), "reason": reason}
