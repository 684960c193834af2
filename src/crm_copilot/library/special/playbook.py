"""What the records of a client and the playbook say: one fact, a list of clients, what to pitch, what the rules are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Tool = Callable[..., Any]


def client_facts(client: Tool, name: str = "", fact: str = "all", period: str = "", language: str = "en") -> Any:
    """Look up a client: industry, spend of this year, last meeting, account manager."""
    return client(name=name, fact=fact, period=period, language=language)


def client_list(
    accounts: Tool, manager: str = "", industry: str = "", least_spend: float | None = None,
    most_spend: float | None = None, not_met_days: float | None = None, met_days: float | None = None,
    language: str = "en",
) -> Any:  # fmt: skip
    """List the clients of a manager or an industry, by their spend or their last meeting."""
    return accounts(
        manager=manager, industry=industry, least_spend=least_spend, most_spend=most_spend, not_met_days=not_met_days,
        met_days=met_days, language=language,
    )  # fmt: skip


def what_to_pitch(
    pitch: Tool, name: str = "", about: str = "", industry: str = "", spend: float | None = None, language: str = "en"
) -> Any:
    """Apply the playbook to a client: rules that hold, rules that forbid, and their figures."""
    return pitch(name=name, about=about, industry=industry, spend=spend, language=language)


def who_may_be_offered(candidates: Tool, product: str = "", language: str = "en") -> Any:
    """List the clients to whom the playbook lets something be offered, and whom it rules out."""
    return candidates(product=product, language=language)


def playbook_says(policy: Tool, question: str = "", language: str = "en") -> Any:
    """Quote the rules of the playbook that answer a question."""
    return policy(question=question, language=language)
