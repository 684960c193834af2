"""Which date of an order a period or a breakdown is about: "estimated before July", "by approval date"."""

from __future__ import annotations

import re

from crm_copilot.library.plan import by_time
from crm_copilot.understanding.draft import Draft

_DATES = {
    "order_estimated_delivery_date": r"(?:estimated|promised|expected) (?:delivery )?(?:date|month)"
    r"|date (?:estimada|prevista|prometida)(?: de entrega)?|data (?:estimada|prevista|prometida)(?: de entrega)?"
    r"|entrega (?:prevista|estimada)|order estimated delivery date",
    "order_delivered_customer_date": r"(?:actual )?delivery (?:date|month)|(?:date|month) of delivery"
    r"|data (?:real )?de entrega|mes de entrega|order delivered customer date",
    "order_approved_at": r"approval (?:date|month)|(?:date|month) of approval|data de aprovacao"
    r"|mes de aprovacao|order approved at",
    "review_creation_date": r"review (?:creation )?date|(?:creation )?date of (?:the )?review"
    r"|data de (?:criacao de )?avaliacao|review creation date",
    "order_delivered_carrier_date": r"(?:carrier|handover|hand over|dispatch) date|data de (?:postagem|despacho)"
    r"|order delivered carrier date",
}
_PATTERNS = {column: re.compile(rf"(?<!\S)(?:{words})(?!\S)") for column, words in _DATES.items()}
_IN = ("in", "on", "during", "em", "no", "durante")
_BY = ("by", "per", "por", "each")
_LIMITING = ("quantity", "grain", "entity", "dimension")


def read_dates(draft: Draft) -> None:
    """Date the rows by the date that the question names."""
    if _delivered_in(draft):
        draft.time = "order_delivered_customer_date"
        return
    keys = [token.key for token in draft.tokens]
    text = " ".join(keys)
    for column, pattern in _PATTERNS.items():
        found = pattern.search(text)
        if found is None:
            continue
        first = text[: found.start()].count(" ")
        last = first + found.group().count(" ") + 1
        by = first > 0 and keys[first - 1] in _BY
        if (by or draft.has("period")) and _use_up(draft, first, last, by=by):
            draft.time = column
            return


def _delivered_in(draft: Draft) -> bool:
    """Whether a period stands right behind the delivery: "orders delivered in May 2018"."""
    for index in draft.indices("predicate"):
        gap = draft.gap(index, index + 1) if draft.kind(index + 1) == "period" else ["?"]
        if draft.name(index) == "is_delivered" and len(gap) == 1 and gap[0] in _IN:
            return True
    return False


def _use_up(draft: Draft, first: int, last: int, *, by: bool) -> bool:
    """Use up the words of the date, unless they are part of something else ("after the estimated date")."""
    over = [i for i, item in enumerate(draft.items) if item.start < last and item.end > first]
    if any(draft.kind(i) not in _LIMITING or draft.items[i].start < first for i in over):
        return False
    others = any(i not in over and draft.kind(i) == "grain" for i in range(len(draft.items)))
    for index in over:
        if by and draft.kind(index) == "grain" and not others:
            draft.use(index, "key")
            draft.keys.append((index, by_time(draft.name(index))))
        else:
            draft.use(index, "nothing")
    draft.fillers.update(range(first, last))
    return True
