"""Words that mean one thing of the shop and another of the CRM: "clients by industry", "payments by type"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from crm_copilot.catalog import fields
from crm_copilot.understanding.senses import Mention, Sense
from crm_copilot.understanding.text import Token

_CRM = ("clients", "interactions")
_KINDS = frozenset("type kind method tipo metodo meio".split())
_BY = frozenset("by per each por cada".split())
# What "by type" is by, by the beginnings of the words that it is said of.
_KIND_OF = {
    "payment_type": ("payment", "paid", "pagament", "pago"), "interaction_kind": ("interac", "touchpoint"),
    "lead_type": ("lead", "mql"), "business_type": ("deal", "negoci"),
}  # fmt: skip


def kinds(tokens: Sequence[Token]) -> Iterable[Mention]:
    """Yield what "by type" and "by method" mean beside the thing that has one."""
    said = [token.key for token in tokens]
    field = next((name for name, words in _KIND_OF.items() if any(key.startswith(words) for key in said)), None)
    for place in range(1, len(tokens)):
        if field and tokens[place].key in _KINDS and tokens[place - 1].key in _BY:
            yield Mention(place, place + 1, (Sense("dimension", field),), tokens[place].text)


def as_accounts(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Read "clients" as the CRM's accounts where anything else of the CRM is named: their industry, their manager."""
    if not any(_is_of_crm(mention) for mention in mentions):
        return tuple(mentions)
    return tuple(
        replace(mention, senses=(Sense("entity", "client"),)) if _is_client(mention) else mention
        for mention in mentions
    )


def _is_of_crm(mention: Mention) -> bool:
    if (mention.kind, mention.name) in (("entity", "interaction"), ("entity", "client")):
        return True
    return mention.name in fields() and fields()[mention.name].table in _CRM and mention.kind != "filler"


def _is_client(mention: Mention) -> bool:
    customers = (mention.kind, mention.name) == ("entity", "customer")
    return customers and mention.text.casefold().startswith(("client", "number of client"))
