"""Products like another one, and what is bought together with support, confidence and lift."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from crm_copilot.errors import InputError
from crm_copilot.tools.declaration import check_count
from crm_copilot.tools.recommending.people import Shop, product
from crm_copilot.tools.recommending.wording import amount, orders, say

_ALIKE = """
WITH prices AS (SELECT product_id, avg(price) AS price, count(DISTINCT order_id) AS orders FROM order_items GROUP BY 1),
described AS (
    SELECT p.product_id, p.product_category, prices.price, prices.orders, ln(1 + prices.price) AS money,
           ln(1 + coalesce(product_weight_g, 0)) AS weight,
           ln(1 + coalesce(product_length_cm * product_height_cm * product_width_cm, 0)) AS volume,
           (SELECT count(DISTINCT a.user_id) FROM df a JOIN df b USING (user_id)
            WHERE a.item_id = $product AND b.item_id = p.product_id) AS joint
    FROM products p JOIN prices USING (product_id)
    WHERE p.product_category = (SELECT product_category FROM products WHERE product_id = $product)
)
SELECT other.product_id, other.product_category, other.price, own.price, other.orders, other.joint,
       1 / (1 + abs(other.money - own.money) + 0.5 * abs(other.weight - own.weight)
              + 0.25 * abs(other.volume - own.volume)) AS likeness
FROM described other JOIN described own ON own.product_id = $product
WHERE other.product_id <> $product ORDER BY likeness DESC, other.orders DESC, 1 LIMIT $k
"""
_TOGETHER = """
WITH lines AS (SELECT order_id AS basket, product_id AS item FROM order_items),
baskets AS (SELECT DISTINCT basket FROM lines WHERE item = $product)
SELECT item, count(DISTINCT basket) AS joint, (SELECT count(*) FROM baskets) AS own,
       (SELECT count(DISTINCT all_.basket) FROM lines all_ WHERE all_.item = lines.item) AS other,
       (SELECT count(DISTINCT basket) FROM lines) AS baskets
FROM lines WHERE basket IN (SELECT basket FROM baskets) AND item <> $product GROUP BY item
ORDER BY joint DESC, item LIMIT 200
"""
_WITHIN = {
    "order": "SELECT order_id AS basket, product_id AS item FROM order_items",
    "customer": "SELECT user_id AS basket, item_id AS item FROM df",
}


def similar_products_tool(shop: Shop) -> Callable[..., Any]:
    """Return the tool that finds products like another."""

    def similar_products(product_id: str, k: int = 5, language: str = "en") -> list[dict[str, Any]]:
        """Return k products of the same category nearest in price, weight and size (likeness 0 to 1), and why."""
        check_count(k)
        product(shop.ledger(), product_id)
        with shop.connect() as data:
            rows = data.execute(_ALIKE, {"product": product_id, "k": k}).fetchall()
        return [_alike(language, *row) for row in rows]

    return similar_products


def bought_together_tool(shop: Shop) -> Callable[..., Any]:
    """Return the tool that finds what is bought with a product."""

    def bought_together(
            product_id: str, k: int = 5, within: str = "order", language: str = "en"
        ) -> list[dict[str, Any]]:  # fmt: skip
        """Return k products bought with a product within an order (or by one customer): support, confidence, lift."""
        check_count(k)
        product(shop.ledger(), product_id)
        if within not in _WITHIN:
            raise InputError(f"within is {within!r}, expected 'order' or 'customer'")
        with shop.connect() as data:
            query = _TOGETHER.replace(_WITHIN["order"], _WITHIN[within])
            counts = data.execute(query, {"product": product_id}).df()
            rules = _rules(product_id, counts).head(k) if len(counts) else counts
            named = {row[0]: row[1] for row in data.execute(
                "SELECT product_id, coalesce(product_category, '') FROM products WHERE list_contains($1, product_id)",
                [list(rules["item"])]).fetchall()}  # fmt: skip
        return [_ruled(rule, named, within, language) for rule in rules.to_dict("records")]

    return bought_together


def _rules(own: str, counts: pd.DataFrame) -> pd.DataFrame:
    """Return the rules "who takes this takes that" with mlxtend's measures, most certain first."""
    from mlxtend.frequent_patterns import association_rules

    total = int(counts["baskets"].iloc[0])
    pairs = [(frozenset((own, item)), both) for item, both in zip(counts["item"], counts["joint"], strict=True)]
    single = [(frozenset((item,)), other) for item, other in zip(counts["item"], counts["other"], strict=True)]
    sets = [*pairs, *single, (frozenset((own,)), counts["own"].iloc[0])]
    frame = pd.DataFrame({"itemsets": [one for one, _ in sets], "support": [n / total for _, n in sets]})
    rules = association_rules(frame, num_itemsets=total, metric="confidence", min_threshold=0.0)
    rules = rules[rules["antecedents"] == frozenset((own,))]
    rules = rules.assign(item=[next(iter(one)) for one in rules["consequents"]]).merge(counts, on="item")
    found: pd.DataFrame = rules.sort_values(["confidence", "lift", "item"], ascending=[False, False, True])
    return found


def _ruled(rule: dict[Any, Any], named: dict[str, str], within: str, language: str) -> dict[str, Any]:
    key = "in orders" if within == "order" else "by customers"
    return {
        "product_id": rule["item"], "product_category": named.get(rule["item"], ""),
        "support": round(float(rule["support"]), 6), "confidence": round(float(rule["confidence"]), 4),
        "lift": round(float(rule["lift"]), 2),
        "reason": say(language, key, joint=rule["joint"], own=rule["own"], other=rule["other"]),
    }  # fmt: skip


def _alike(
    language: str, other: str, category: str, price: float, own: float, sold: int, both: int, likeness: float
) -> dict[str, Any]:
    prices = {"price": amount(price, language), "own": amount(own, language)}
    reason = say(language, "alike", **prices, orders=orders(sold, language))
    together = f"; {say(language, 'have both', n=both)}" if both else ""
    row = {"product_id": other, "product_category": category, "likeness": round(likeness, 4)}
    return {**row, "reason": f"{reason}{together}"}
