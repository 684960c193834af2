"""Questions that a function of its own answers: which one, and with what filled in.

The modules here stand for those of `library/special`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from crm_copilot.library.plan import Plan, Special
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.specials import (
    asking_texts,
    baskets,
    clients,
    conversations,
    customers,
    following,
    funnel,
    offers,
    overview,
    playbook,
)
from crm_copilot.understanding.specials.asked import Asked, Told
from crm_copilot.understanding.text import plain

__all__ = ["follow_told", "read_special", "read_told"]

# Ways of asking that are told by several words at a distance.
_PATTERNS = {
    "gaps": re.compile(
        r"""\b(?:time|days?|gap|interval|tempo|dias|intervalo|hiato)\b (?!\ (?:range|span|frame|period)) .{0,40}
            \b(?:between|betwen|entre)\b
            (?!.{0,40}\b(?:deliver|approv|estimat|entreg|aprova|carrier|ship|cheg|arriv|reach)) .{0,40}
            \b(?:orders?|purchases?|pedidos?|compras?)\b
          | 两次(?:购买|下单)""",
        re.VERBOSE,
    ),
    "again": re.compile(r"\b(?:both in|tanto em|ambos)\b"),
    "first_sale": re.compile(r"\b(?:days?|long|time|dias|tempo)\b.*\bfirst (?:order|sale)\b|\bprimeira venda\b"),
}
# The first that finds its function wins.
_READERS: dict[str, Callable[[Asked], Special | None]] = {
    "pairs": baskets.pairs, "gaps": customers.gaps, "again": customers.again, "lapsed": customers.lapsed,
    "first_sale": funnel.first_sale, "cohort": customers.cohort, "rfm": customers.rfm, "range": overview.date_range,
    "stages": funnel.stages, "figures": overview.figures,
}  # fmt: skip


# What tools answer from texts and records: read before anything is ruled out as beyond the tables. The first wins.
_TOLD: tuple[Callable[[Asked], Told | None], ...] = (
    conversations.outright, offers.offers, asking_texts.guide,
    playbook.candidates, playbook.pitch, clients.fact, clients.clients,
    playbook.policy,
    conversations.recall, offers.account,
)  # fmt: skip
# A fragment after such an answer ("and for RetailMax?"), by the name of the function that gave it.
_FOLLOWED: dict[str, Callable[[Asked, Special], Special | None]] = {
    conversations.FUNCTION: conversations.follow, "client_facts": following.follow, "client_list": following.follow,
    "what_to_pitch": following.follow, "playbook_says": following.follow,
    "offers_for_customer": offers.follow, "customers_for_offer": offers.follow, "products_like": offers.follow,
    "taken_together": offers.follow, "best_next_offer": offers.follow,
}  # fmt: skip


def read_told(draft: Draft, last_day: date) -> Told | None:
    """Return the function that asks a tool for what the question wants; None when it asks for numbers."""
    asked = Asked(draft, "", last_day)
    return next((found for read in _TOLD if (found := read(asked)) is not None), None)


def follow_told(draft: Draft, before: Special, last_day: date) -> Special | None:
    """Return a function that asks a tool, changed by a fragment; None when the fragment does not lean on it."""
    follow = _FOLLOWED.get(before.name)
    return follow(Asked(draft, "", last_day), before) if follow else None


def read_special(draft: Draft, last_day: date) -> Plan | None:
    """Return the plan of a special function when the question asks for one, None when it does not."""
    families = _families(draft)
    for name, read in _READERS.items():
        if name in families and (special := read(Asked(draft, families[name], last_day))) is not None:
            return Plan(special=special)
    return None


def _families(draft: Draft) -> dict[str, str]:
    """Return the families of functions that the question may ask for, by the words that say so."""
    families = {name: draft.word(i) for i in range(len(draft.items)) if (name := draft.named(i, "special"))}
    words = plain(draft.question)
    for name, pattern in _PATTERNS.items():
        if name not in families and pattern.search(words):
            families[name] = ""
    return families
