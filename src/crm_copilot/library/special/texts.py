"""What the texts of the company say, told by the tool that searches them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def guided_steps(
    guide_from_texts: Callable[..., Mapping[str, Any]],
    question: str = "a customer wants to cancel an order, what do I do?", language: str = "en",
) -> Mapping[str, Any]:  # fmt: skip
    """What to do about a customer's request: steps from the support texts, with a reply ready to copy."""
    return guide_from_texts(question=question, language=language)
