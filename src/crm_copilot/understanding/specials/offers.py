"""What to offer to whom: "what should I offer customer 8d50…", "who would buy toys", "products like aca2…".

A question is read so only where it names a customer or a product by id, or asks who will take a category; what was
bought is a question about numbers.
"""

from __future__ import annotations

import re

from crm_copilot.library.plan import Special
from crm_copilot.understanding.specials.asked import Asked, Told, special
from crm_copilot.understanding.specials.naming import language
from crm_copilot.understanding.specials.offer_words import (
    ALIKE,
    ALSO,
    BARE,
    COUNTED,
    DONE,
    GIVEN,
    NEXT_BEST,
    OFFER,
    PAST,
    TOGETHER,
    WHO,
)

_SURE, _LIKELY = 0.95, 0.85
_ID = re.compile(r"\b[0-9a-f]{32}\b")
_PART = re.compile(
    r"\b(?:customer|client|shopper|buyer|product|item|cliente|comprador|produto)\b(?: (?:id|number|numero|no\.?|#))?"
    r"[\s:#\"'“]+(?P<id>(?=[\w-]*\d)[\w-]{4,31})\b"
)
_FOR = re.compile(
    r"\b(?:for|to|para|pra|pro)\s+(?:(?:the|client|customer|account|a|o|cliente|conta)\s+)*(?P<n>[^?.!,;]+)", re.I
)
_INTEREST = re.compile(r"interes\w+")
_PERSON = ("customer_unique_id", "customer_id")


def offers(asked: Asked) -> Told | None:
    """Read a question that asks what to offer, or to whom; None for any other."""
    text = asked.text
    if COUNTED.search(text) or (DONE.search(text) and not GIVEN.search(text)) or _named(asked, "order_id", "seller_id"):
        return None  # an order's id, or a seller's, is nobody to offer anything to
    person, product = _named(asked, *_PERSON), _named(asked, "product_id")
    unknown = "" if person or product else _id(text)
    thing = "produ" in text or any(words.search(text) for words in (ALSO, TOGETHER, ALIKE))
    told = _of_product(asked, product or (unknown if thing else ""))
    told = told or _of_customer(asked, person or unknown) or _of_category(asked) or _of_account(asked)
    return told and Told(special(told.special.name, **dict(told.special.params), language=language(asked)), told[1])


def _id(text: str) -> str:
    """Return an id that is not in the data, or the beginning of one, "" when there is none."""
    whole, part = _ID.search(text), _PART.search(text)
    return whole[0] if whole else part["id"] if part else ""


def _of_product(asked: Asked, product: str) -> Told | None:
    if not product:
        return None
    if ALSO.search(asked.text):
        return Told(
            special("taken_together", product_id=product, k=_rows(asked), within="customer"),
            _SURE,
        )
    if TOGETHER.search(asked.text):
        return Told(special("taken_together", product_id=product, k=_rows(asked)), _SURE)
    if ALIKE.search(asked.text):
        return Told(special("products_like", product_id=product, k=_rows(asked)), _SURE)
    if WHO.search(asked.text) or OFFER.search(asked.text):
        return Told(special("customers_for_offer", product_or_category=product, k=_rows(asked)), _SURE)
    return None


def _of_customer(asked: Asked, person: str) -> Told | None:
    if not person or not OFFER.search(asked.text):
        return None
    if NEXT_BEST.search(asked.text):
        return Told(special("best_next_offer", client=person), _SURE)
    return Told(special("offers_for_customer", customer_id=person, k=_rows(asked)), _SURE)


def _of_category(asked: Asked) -> Told | None:
    category = _named(asked, "product_category")
    if not category or not WHO.search(asked.text):
        return None
    return Told(special("customers_for_offer", product_or_category=category, k=_rows(asked)), _LIKELY)


def _of_account(asked: Asked) -> Told | None:
    """Read "next best offer for Boreal"; whoever it names, known or not, else nobody."""
    if not NEXT_BEST.search(asked.text):
        return None
    known, after = _named(asked, "client_name"), _FOR.search(asked.draft.question)
    return Told(special("best_next_offer", client=known or (after["n"].strip() if after else "")), _LIKELY)


def account(asked: Asked) -> Told | None:
    """Read what else asks for an offer to an account: what the playbook is not asked for."""
    client = _named(asked, "client_name")
    if not client or any(words.search(asked.text) for words in (COUNTED, PAST)) or not GIVEN.search(asked.text):
        return None
    return Told(special("best_next_offer", client=client, language=language(asked)), _LIKELY)


def follow(asked: Asked, before: Special) -> Special | None:
    """Change who or what the answer before was about: "and for 8d50…?", "and the product aca2…?"."""
    given = dict(before.params)
    wanted = {"customer_id": _PERSON, "client": _PERSON, "product_id": ("product_id",),
              "product_or_category": ("product_id", "product_category")}  # fmt: skip
    for name, kinds in wanted.items():
        if name in given and (value := _named(asked, *kinds)):
            return special(before.name, **{**given, name: value})
    return None


def _rows(asked: Asked) -> int | None:
    """Return how many rows are wanted: "top 3", "3 products", "just show 3"."""
    bare = BARE.search(asked.text)
    return int(bare["n"]) if bare else asked.limit


def _named(asked: Asked, *columns: str) -> str:
    """Return the value of the question in one of these columns, "" when none is named.

    "Interested" asks for an offer, though a category of books has that word in its name.
    """
    for item in asked.draft.items:
        if _INTEREST.fullmatch(item.text.casefold()):
            continue
        for sense in item.senses:
            if sense.kind == "value" and sense.name in columns:
                return str(sense.value)
    return ""
