"""What to offer to whom: "what should I offer customer 8d50…", "who would buy toys", "products like aca2…".

A question is read so only where it names a customer or a product by id, or asks who will take a category; what was
bought is a question about numbers.
"""

from __future__ import annotations

import re

from crm_copilot.library.plan import Special
from crm_copilot.understanding.specials.asked import Asked, Told, special

_SURE, _LIKELY = 0.95, 0.85
_ID = re.compile(r"\b[0-9a-f]{32}\b")
_OFFER = re.compile(
    r"\b(?:offer|recommend|suggest|pitch|propose|cross-?sell|up-?sell|sell|promote|present|interest|next best|buy next"
    r"|purchase next|next purchase|likely to|would (?:like|want|buy|take)|might (?:like|want|buy)|good for"
    r"|oferec\w+|ofert\w+|recomend\w+|suger\w+|indic\w+|propor|vender|proxima compra|comprar a seguir|interess\w+)"
)
_WHO = re.compile(
    r"\b(?:who|whom|customers?|clients?|people|buyers?|quem|clientes?|compradores?|pessoas)\b.{0,40}"
    r"\b(?:would (?:\w+ )?(?:buy|take|want|like)|(?:is|are|be) (?:most |more )?(?:likely|interested)"
    r"|most likely|likeliest"
    r"|might (?:buy|take|want|like)|will (?:probably )?(?:buy|take)"
    r"|should (?:i|we) (?:offer|pitch|target|approach|contact)"
    r"|to (?:offer|target|approach|pitch)|(?:mais )?provave\w+|compraria\w*|levaria\w*"
    r"|teria(?:m)? interesse|interessad\w+"
    r"|(?:devo|devemos|posso|podemos) (?:oferecer|ofertar|abordar))\b"
    r"|\b(?:offer|pitch|recommend|target|campaign|oferecer|ofertar|campanha)\b.{0,60}\b(?:to whom|to which customers?"
    r"|a quem|para quem|a quais clientes|para quais clientes)\b"
    r"|\b(?:to whom|to which customers|a quem|para quem|para quais clientes)\b.{0,40}"
    r"\b(?:offer|pitch|recommend|oferec\w+|recomend\w+|ofert\w+)\b"
)
_ALIKE = re.compile(
    r"\b(?:similar|alike|resembl\w+|comparable|substitutes?|alternatives?|like|parecid\w+|semelhante\w*|substitut\w+)\b"
)
_TOGETHER = re.compile(
    r"\b(?:together|goes with|go with|bought with|sold with|basket|junto\w*|acompanha\w*|combina\w*)\b"
)
_NEXT_BEST = re.compile(
    r"\bnext best (?:offer|product|action)\b|\bbest next offer\b"
    r"|\bmelhor (?:proxima )?oferta\b|\bproxima melhor oferta\b"
)
_COUNTED = re.compile(
    r"\bhow (?:many|much|often)\b|\bquant[oa]s?\b"
    r"|\b(?:did|has|have|had) .{0,40}\b(?:buy|bought|spen[dt]|order(?:ed)?)\b"
)
_INTEREST = re.compile(r"interes\w+")
_PERSON = ("customer_unique_id", "customer_id")


def offers(asked: Asked) -> Told | None:
    """Read a question that asks what to offer, or to whom; None for any other."""
    text = asked.text
    if _COUNTED.search(text) or _named(asked, "order_id"):
        return None  # an order's id is nobody to offer anything to
    person, product = _named(asked, *_PERSON), _named(asked, "product_id")
    unknown = "" if person or product else next(iter(_ID.findall(text)), "")
    found = _of_product(asked, product or (unknown if "produ" in text else ""))
    return found or _of_customer(asked, person or unknown) or _of_category(asked) or _of_account(asked)


def _of_product(asked: Asked, product: str) -> Told | None:
    if not product:
        return None
    if _TOGETHER.search(asked.text):
        return Told(special("taken_together", product_id=product, k=asked.limit), _SURE)
    if _ALIKE.search(asked.text):
        return Told(special("products_like", product_id=product, k=asked.limit), _SURE)
    if _WHO.search(asked.text) or _OFFER.search(asked.text):
        return Told(special("customers_for_offer", product_or_category=product, k=asked.limit), _SURE)
    return None


def _of_customer(asked: Asked, person: str) -> Told | None:
    if not person or not _OFFER.search(asked.text):
        return None
    if _NEXT_BEST.search(asked.text):
        return Told(special("best_next_offer", client=person), _SURE)
    return Told(special("offers_for_customer", customer_id=person, k=asked.limit), _SURE)


def _of_category(asked: Asked) -> Told | None:
    category = _named(asked, "product_category")
    if not category or not _WHO.search(asked.text):
        return None
    return Told(special("customers_for_offer", product_or_category=category, k=asked.limit), _LIKELY)


def _of_account(asked: Asked) -> Told | None:
    client = _named(asked, "client_name")
    return (
        Told(special("best_next_offer", client=client), _LIKELY) if client and _NEXT_BEST.search(asked.text) else None
    )


def follow(asked: Asked, before: Special) -> Special | None:
    """Change who or what the answer before was about: "and for 8d50…?", "and the product aca2…?"."""
    given = dict(before.params)
    wanted = {"customer_id": _PERSON, "client": _PERSON, "product_id": ("product_id",),
              "product_or_category": ("product_id", "product_category")}  # fmt: skip
    for name, kinds in wanted.items():
        if name in given and (value := _named(asked, *kinds)):
            return special(before.name, **{**given, name: value})
    return None


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
