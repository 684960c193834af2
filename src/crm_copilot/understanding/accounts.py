"""Words that mean one thing of the shop and another of the CRM: "clients by industry", "spent this year"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from crm_copilot.catalog import fields
from crm_copilot.understanding.senses import Mention, Sense
from crm_copilot.understanding.text import Token

_CRM = ("clients", "interactions")
_KINDS = frozenset("type kind method tipo metodo meio".split())
_BY = frozenset("by per each por cada".split())
# What is spent, and since when the CRM counts it.
_SPENT = ("spend", "spent", "gast")
_YEAR, _RUNNING = (
    frozenset("year yr ano ytd".split()),
    frozenset("this date current ytd far neste este nesse esse".split()),
)
_THE = ("the", "our", "this", "da", "na", "nossa", "a", "desta", "nesta")
_MANAGERS = ("manager", "managers", "gerente", "gerentes")
_FIELDS = {"kind": "interaction_kind"}
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


def as_accounts(tokens: Sequence[Token], mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Read the words of the shop as those of the CRM where anything of the CRM is named: an industry, a manager.

    "Clients" are then its accounts, what they "spent" is their spend since January, "managers" had the interactions
    that are asked for, and "Books" is an industry before it is a category.
    """
    mentions = [_ours(tokens, mention) for mention in mentions]
    if not (any(map(_is_of_crm, mentions)) or _spent_by_clients(tokens, mentions)):
        return tuple(mentions)
    contacts = any(_is_contact(mention) for mention in mentions)
    spend = any(_is_spend(mention) for mention in mentions)
    said = (_said_again(tokens, m) if spend and not contacts else m for m in mentions)
    return tuple(_of_crm(mention, contacts=contacts) for mention in said)


def _ours(tokens: Sequence[Token], mention: Mention) -> Mention:
    """Leave out the company whose data these are: "the best month of the company", "da nossa empresa"."""
    led = tokens[mention.start - 1].text.casefold() if mention.start else ""
    ours = mention.name in ("client", "client_name") and led in _THE
    single = mention.text.casefold() in ("company", "company's", "company’s", "empresa")
    return replace(mention, senses=(Sense("filler", "filler"),)) if ours and single else mention


def _said_again(tokens: Sequence[Token], mention: Mention) -> Mention:
    """Leave out a period that only says again since when the spend is counted: "this year", "YTD"."""
    words = {token.key for token in tokens[mention.start : mention.end]}
    again = mention.kind == "period" and bool(words & _YEAR) and bool(words & _RUNNING)
    return replace(mention, senses=(Sense("filler", "filler"),)) if again else mention


def _of_crm(mention: Mention, *, contacts: bool) -> Mention:
    if _is_client(mention):
        return replace(mention, senses=(Sense("entity", "client"),))
    if _is_spend(mention):
        kind = "adjective" if mention.kind == "adjective" else "quantity"
        return replace(mention, senses=(Sense(kind, mention.name.replace("revenue", "total_spend_ytd")),))
    if contacts and mention.kind == "dimension" and mention.text.casefold() in _MANAGERS:
        return replace(mention, senses=(Sense("dimension", "interaction_manager"),))
    return _own_field_first(mention, contacts=contacts) if mention.kind == "value" else mention


def _own_field_first(mention: Mention, *, contacts: bool) -> Mention:
    """Put the CRM's fields before the others that have the value, under the names that plans know them by."""
    fields_of = {**_FIELDS, "manager": "interaction_manager" if contacts else "account_manager"}
    senses = [replace(s, name=fields_of.get(s.name, s.name)) if s.kind == "value" else s for s in mention.senses]
    own = "interaction_manager" if contacts else "account_manager"
    senses.sort(key=lambda s: 0 if s.name == own else 1 if _is_crm_field(s.name) else 2)
    return replace(mention, senses=tuple(dict.fromkeys(senses)))


def _is_of_crm(mention: Mention) -> bool:
    if (mention.kind, mention.name) in (("entity", "interaction"), ("entity", "client")):
        return True
    own = _is_crm_field(mention.name) or mention.name == "manager"
    return own and mention.kind != "filler"


def _spent_by_clients(tokens: Sequence[Token], mentions: Sequence[Mention]) -> bool:
    """Whether clients are asked for what they spent this year, which the CRM knows of its own."""
    running = any(_said_again(tokens, mention) is not mention for mention in mentions)
    return running and any(map(_is_spend, mentions)) and any(map(_is_client, mentions))


def _is_crm_field(name: str) -> bool:
    return name in fields() and fields()[name].table in _CRM


def _is_contact(mention: Mention) -> bool:
    """Whether a mention is of interactions; "calls" and "meetings" are, "to call" and "a meeting" may be by the way."""
    kind = mention.sense("value")
    plural = kind is not None and kind.name == "interaction_kind" and mention.text.casefold().endswith("s")
    return plural or (mention.kind, mention.name) == ("entity", "interaction")


def _is_spend(mention: Mention) -> bool:
    name = mention.name.partition(" ")[0]
    spent = any(word.startswith(_SPENT) for word in mention.text.casefold().split())
    return spent and mention.kind in ("metric", "adjective") and name in ("revenue", "total_spend_ytd")


def _is_client(mention: Mention) -> bool:
    customers = (mention.kind, mention.name) == ("entity", "customer")
    account = mention.name == "client_name" and mention.sense("entity") is not None
    return account or (customers and mention.text.casefold().startswith(("client", "number of client")))
