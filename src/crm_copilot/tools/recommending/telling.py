"""What to offer to whom, told in words: the tool behind the chat, over those that give rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from crm_copilot.errors import UnknownName
from crm_copilot.library.wording import capital
from crm_copilot.tools.declaration import MOST
from crm_copilot.tools.recommending.ledger import Ledger
from crm_copilot.tools.recommending.people import Shop, category_name
from crm_copilot.tools.recommending.wording import listed, orders, say

Rows = list[dict[str, Any]]
What = Literal["products", "customers", "alike", "together", "next"]
_SHORT, _SHORTEST = 8, 6


def tell_offers_tool(shop: Shop, tools: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
    """Return the tool that tells, given those that give rows, by name."""
    ask: Mapping[str, Callable[[str, dict[str, Any]], Rows]] = {
        "products": lambda about, more: tools["recommend_products"](about, **more),
        "customers": lambda about, more: tools["recommend_customers"](about, **more),
        "alike": lambda about, more: tools["similar_products"](about, **more),
        "together": lambda about, more: tools["bought_together"](about, **more),
        "next": lambda about, more: [tools["next_best_offer"](about, language=more["language"])],
    }

    def tell_offers(
        what: What, about: str, k: int = 5, within: str = "order", language: str = "en"
    ) -> dict[str, Any]:  # fmt: skip
        """Tell what to offer to a customer, who would take a product or category, what is like it or bought with it.

        `about` is a customer, an account, a product or a category, as `what` asks.
        """
        about = _whole(shop.ledger(), what, about)
        more = {"k": k, "language": language} | ({"within": within} if what == "together" else {})
        try:
            refused = _refused(shop.ledger(), what, about, k, language)
            rows = [] if refused else ask[what](about, more)
        except UnknownName:
            refused, rows = say(language, "no client", given=f"“{about}”"), []
        said = refused or _said(shop.ledger(), what, about, rows, language)
        return {"answer": said, "status": "answered" if rows else "declined", "rows": rows, "sources": []}

    return tell_offers


def _refused(ledger: Ledger, what: What, about: str, k: int, language: str) -> str:
    """Return what is wrong with what was asked, "" when nothing is."""
    if not 1 <= k <= MOST:
        return say(language, "wrong count", k=k, most=MOST)
    if what == "next":
        return "" if about else say(language, "for whom")
    if what == "products":
        return "" if ledger.customer(about) else say(language, "no customer", given=f"“{about}”")
    if what in ("alike", "together"):
        return "" if about in ledger.categories.index else say(language, "no product", given=f"“{about}”")
    if what == "customers" and about not in ledger.categories.index and not ledger.products(category_name(about)):
        return say(language, "no product or category", given=f"“{about}”")
    return ""


def _said(ledger: Ledger, what: What, about: str, rows: Rows, language: str) -> str:
    """Return the answer in words, for rows or for want of any."""
    thing = _thing(ledger, about, language)
    if not rows:
        nothing = {"products": "nothing to offer", "customers": "no takers", "alike": "nothing alike"}
        return say(language, nothing.get(what, "nothing together"), what=thing, who=about[:_SHORT])
    reason = rows[0]["reason"]
    if what == "products":
        return _for_customer(ledger, about, rows, language)
    if what == "next":
        offered = _thing(ledger, rows[0]["product_id"], language)
        return say(language, "offer next", what=offered, who=_name(rows[0]["client"]), reason=reason)
    if what == "customers":
        who = [f"{row['customer_id'][:_SHORT]} ({row['customer_city']}, {row['customer_state']})" for row in rows]
        return say(language, "likely takers", what=thing, who=listed(who, language), reason=reason)
    others = listed([_thing(ledger, row["product_id"], language) for row in rows], language)
    key = "most like" if what == "alike" else "together with"
    return say(language, key, what=thing, others=others, reason=reason, lift=rows[0].get("lift"))


def _for_customer(ledger: Ledger, about: str, rows: Sequence[Mapping[str, Any]], language: str) -> str:
    person = ledger.customer(about)
    if person is None:
        return ""
    place, number = f"{capital(person.city)}, {person.state}", orders(person.orders, language)
    things = listed([_thing(ledger, row["product_id"], language) for row in rows], language)
    who, reason = person.id[:_SHORT], rows[0]["reason"]
    return say(language, "offer these", who=who, place=place, orders=number, what=things, reason=reason)


def _thing(ledger: Ledger, about: str, language: str) -> str:
    """Return a product by its category and the beginning of its id, a category by its name."""
    if about in ledger.categories.index:
        return f"{ledger.called(str(ledger.categories[about]), language)} ({about[:_SHORT]})"
    return ledger.called(category_name(about), language)


def _whole(ledger: Ledger, what: What, about: str) -> str:
    """Return the id that begins so where there is but one, else what was given."""
    names = ledger.people if what in ("products", "next") else ledger.categories.index
    if about in names or len(about) < _SHORTEST:
        return about
    found = names[names.str.startswith(about.lower())]
    return str(found[0]) if len(found) == 1 else about


def _name(client: str) -> str:
    """Return an account by its name, a customer by the beginning of the id."""
    return client[:_SHORT] if len(client) == 32 and client.isalnum() else client
