"""What to offer to whom: products for a customer, customers for a product, what is like it, what goes with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Tool = Callable[..., Any]


def offers_for_customer(tell_offers: Tool, customer_id: str = "", k: int = 5, language: str = "en") -> Any:
    """Products to offer to a customer, with the predicted score and the reason for each."""
    return tell_offers(what="products", about=customer_id, k=k, language=language)


def customers_for_offer(tell_offers: Tool, product_or_category: str = "", k: int = 10, language: str = "en") -> Any:
    """Customers likeliest to take a product or something of a category, with the reason for each."""
    return tell_offers(what="customers", about=product_or_category, k=k, language=language)


def products_like(tell_offers: Tool, product_id: str = "", k: int = 5, language: str = "en") -> Any:
    """Products of the same category nearest in price, weight and size."""
    return tell_offers(what="alike", about=product_id, k=k, language=language)


def taken_together(
    tell_offers: Tool, product_id: str = "", k: int = 5, within: str = "order", language: str = "en"
) -> Any:  # fmt: skip
    """What is bought together with a product: support, confidence and lift."""
    return tell_offers(what="together", about=product_id, k=k, within=within, language=language)


def best_next_offer(tell_offers: Tool, client: str = "", language: str = "en") -> Any:
    """The one product to offer next, with the reason."""
    return tell_offers(what="next", about=client, language=language)
