"""What to offer to whom, asked of the recommending tools; what they refuse is told in their own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Tool = Callable[..., Any]


def offers_for_customer(recommend_products: Tool, customer_id: str = "", k: int = 5) -> Any:
    """Products to offer to a customer, with the predicted score and the reason for each."""
    try:
        return recommend_products(customer_id=customer_id, k=k)
    except ValueError as refused:
        return str(refused)


def customers_for_offer(recommend_customers: Tool, product_or_category: str = "", k: int = 10) -> Any:
    """Customers likeliest to take a product or something of a category, with the reason for each."""
    try:
        return recommend_customers(product_or_category=product_or_category, k=k)
    except ValueError as refused:
        return str(refused)


def products_like(similar_products: Tool, product_id: str = "", k: int = 5) -> Any:
    """Products of the same category nearest in price, weight and size."""
    try:
        return similar_products(product_id=product_id, k=k)
    except ValueError as refused:
        return str(refused)


def taken_together(bought_together: Tool, product_id: str = "", k: int = 5, within: str = "order") -> Any:
    """What is bought together with a product: support, confidence and lift."""
    try:
        return bought_together(product_id=product_id, k=k, within=within)
    except ValueError as refused:
        return str(refused)


def best_next_offer(next_best_offer: Tool, client: str = "") -> Any:
    """The one product to offer next, with the reason."""
    try:
        return [next_best_offer(client=client)]
    except ValueError as refused:
        return str(refused)
