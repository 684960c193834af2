"""What a sign means, said beside a number: "late ones count as negative". It limits nothing."""

from __future__ import annotations

import re

from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import clean, plain

_SIGN = r"(?:negative(?:s|ly)?|positive(?:s|ly)?|minus|plus|zero|negativ[oa]s?|positiv[oa]s?|below zero)"
_LATE = (
    r"(?:late|delayed|overdue|early|earlier|after the (?:date|promise)|before the (?:date|promise)|delays?|lateness"
    r"|atrasad[oa]s?|atrasos?|adiantad[oa]s?|antecipad[oa]s?|com atraso)"
)
_LINK = (
    r"(?: (?:ones|orders|deliveries|parcels|ones?|pedidos|entregas|os|as))?"
    r"(?: (?:are|is|being|count(?:s|ed|ing)?|go(?:es)?|come|shown?|taken|as|a|be|to|in|with|then|sao|e|como|contam"
    r"|conta|contando|entram|entra|valem|ficam|sendo|com|valor|sinal|means?|=|will|should|the|a))*"
)
_SAID = re.compile(
    rf"\b{_LATE}{_LINK} {_SIGN}\b(?: (?:numbers?|values?|days|dias|numero|valor))?"
    rf"|\b{_SIGN}(?: (?:numbers?|values?|days|sign|if|when|for|means?|is|are|for the|where|se|quando|para|significa|os"
    rf"|as|=|it|they|was|were|came|arrived|chegou|for those|that|came in|os que|o pedido|the order|=))* {_LATE}\b"
    r"(?: (?:ones|orders|deliveries|pedidos|entregas))?"
)


def read_signs(draft: Draft) -> None:
    """Use up the words that only say which sign late and early have."""
    flat = plain(clean(draft.question)).replace("(", " ").replace(")", " ")
    match = _SAID.search(flat) if len(flat) == len(draft.question) else None
    timed = any(draft.named(i, "quantity") in ("early_days", "delay_days") for i in range(len(draft.items)))
    if match is None or not timed:
        return
    inside = range(*match.span())
    if all(draft.tokens[item.start].start in inside for item in draft.items if item.sense("quantity")):
        draft.doubt("what is negative", 0.35)
    for index, item in enumerate(draft.items):
        if draft.tokens[item.start].start in inside and draft.named(index, "quantity") == "":
            draft.use(index, "nothing")
    draft.fillers.update(place for place, token in enumerate(draft.tokens) if token.start in inside)
