"""Who "who" is: the customers, unless somebody else is spoken of ("sellers who ...", "among our reps, who ...")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from crm_copilot.understanding.senses import Mention, Sense

_ACTORS = ("seller", "client", "seller_id", "sr_id", "sdr_id", "account_manager", "interaction_manager")
_SOLD = re.compile(r"vend|fatur|arrecad|rend|\bsells?\b|\bsold\b|\bselling\b")
_BOUGHT = re.compile(r"compr|gast|ped")
_ASKS, _SAYS_NOTHING = Sense("which", "which"), Sense("filler", "filler")


def with_pronouns(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Return the mentions with "who" as a word for those that it stands for."""
    others = any(_is_actor(mention) for mention in mentions)
    mentions = tuple(_quem(mentions, place) for place in range(len(mentions)))
    return tuple(
        replace(mention, senses=(_sense(mentions, place, others=others),)) if _is_who(mention) else mention
        for place, mention in enumerate(mentions)
    )


def _quem(mentions: Sequence[Mention], place: int) -> Mention:
    """Return who "who sells the most", "quem mais vendeu" and "quem mais comprou" ask for: the seller, the customer."""
    mention, behind = mentions[place], mentions[place + 1 : place + 2]
    if mention.text.casefold() not in ("who", "quem") or not behind or behind[0].kind != "adjective":
        return mention
    deed = behind[0].text.casefold()
    doer = "seller" if _SOLD.search(deed) else "customer" if _BOUGHT.search(deed) else ""
    return replace(mention, senses=(Sense("entity", doer),)) if doer else mention


def _sense(mentions: Sequence[Mention], place: int, *, others: bool) -> Sense:
    mention = mentions[place]
    if place > 0 and mentions[place - 1].end == mention.start and mentions[place - 1].sense("entity", "dimension"):
        return _SAYS_NOTHING
    customers = any(m.kind == "entity" and m.name == "customer" and not _is_who(m) for m in mentions)
    return _ASKS if others and not customers else mention.senses[0]


def _is_who(mention: Mention) -> bool:
    return mention.text.casefold() == "who" and (mention.kind, mention.name) == ("entity", "customer")


def _is_actor(mention: Mention) -> bool:
    return mention.kind in ("entity", "dimension") and mention.name in _ACTORS
