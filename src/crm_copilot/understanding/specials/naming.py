"""Which client a question names: linked to the data, behind the words that a name follows, or spoken of before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crm_copilot.understanding.lexicon import lexicon
from crm_copilot.understanding.specials.asked import Asked
from crm_copilot.understanding.specials.describing import described
from crm_copilot.understanding.text import plain

_NAME = r"[^\s?,.;:!][^\s?,;:!]*(?:\s+(?:[^\s?,.;:!][^\s?,;:!]*)){0,4}?"
_END = (
    r"(?=\s*(?:[?,.;:!]|$|\b(?:so far|this|last|spent|spend|today|tomorrow|yet|in|on|for|with|by|and|right now|now"
    r"|ytd|currently|ate|neste|no ano)\b))"
)
_PRONOUN = re.compile(
    r"\b(?:them|they|their|theirs|it|its|her|him|his|this client|that client|the client|this account|that account"
    r"|same client|el[ea]s?|del[ea]s?|est[ea] cliente|ess[ea] cliente)\b"
)
_NOT_NAMES = frozenset(
    """we i you they them it he she us our my your their its his her the a an any each every all some most many"
    " which what who
    client clients customer customers account accounts company companies people person someone somebody anyone everyone
    buyer buyers user users shopper shoppers seller sellers manager managers rep reps team product products order orders
    category categories state states city cities average typical total new this that these those one
    cliente clientes conta contas empresa empresas vendedor vendedores nos eu eles elas cada todos todas
    last next year month quarter week day meeting meetings it's he's there how much""".split()
)


def linked(asked: Asked) -> str:
    """Return the words that are linked to a client of the data, "" when none are."""
    for item in asked.draft.items:
        if any((sense.kind, sense.name) == ("value", "client_name") for sense in item.senses):
            return whole(item.text, asked)
    return ""


def whole(text: str, asked: Asked) -> str:
    """Return a linked name as it stands in the question, without what says that something is its own."""
    text = re.sub(r"['’]s?$", "", text)
    place = plain(asked.draft.question).find(plain(text))
    return asked.draft.question[place : place + len(text)] if place >= 0 else text


def named(asked: Asked, patterns: Sequence[str], before: str = "") -> str:
    """Return the name that stands in one of the patterns; the client spoken of `before` where a pronoun does."""
    known = linked(asked) or described(asked)
    for pattern in patterns:
        for found in re.finditer(_with_name(pattern, known), asked.text):
            name = asked.draft.question[found.start("n") : found.end("n")]
            if known and plain(known) in plain(name):
                return known
            if before and _PRONOUN.fullmatch(plain(name).strip()):
                return before
            if not known and proper(name, asked):
                return _trimmed(name)
    spoken_of = (re.search(pattern.format(name=_PRONOUN.pattern), asked.text) for pattern in patterns)
    return before if before and any(spoken_of) else ""


def _with_name(pattern: str, known: str) -> str:
    """Return a pattern for the name that is known; any other one in front of what is its own has an apostrophe."""
    if known:
        return pattern.format(name=rf"\b{re.escape(plain(known))}")
    pattern = pattern.replace("(?P<n>{name})(?:'s?|s)?", "(?P<n>{name})(?:'s|s')")
    return pattern.format(name=_NAME) + (_END if pattern.endswith("{name})") else "")


def meant(asked: Asked) -> bool:
    """Whether a pronoun stands for the client spoken of before."""
    return bool(_PRONOUN.search(asked.text))


def proper(name: str, asked: Asked) -> bool:
    """Whether words look like the name of somebody: written with a capital, or known to nobody; and no other value."""
    words = plain(name).removesuffix("'s").split()
    if not words or all(word in _NOT_NAMES for word in words) or words[0] in _NOT_NAMES - {"the"} or len(words) > 5:
        return False
    if set(words) & {"client", "clients", "customer", "customers", "clientes", "sellers", "people", "orders"}:
        return False
    others = [
        i
        for i in asked.draft.items
        if i.kind == "value" and i.name not in ("client_name", "account_manager", "manager")
    ]
    if any(
        plain(item.text) in plain(name) and item.data.get("linked") and item.data.get("score", 0) >= 0.9
        for item in others
    ):
        return False
    return name[:1].isupper() or any(not lexicon().senses(word) and len(word) > 2 for word in words)


def _trimmed(name: str) -> str:
    return re.sub(
        r"^(?:(?:tell|show|give) me(?: about)?|what(?: is|'s)|the|our|my|client|a|o)\s+",
        "",
        re.sub(r"['’]s?$", "", name.strip()),
        flags=re.IGNORECASE,
    )


_PORTUGUESE = re.compile(
    r"^\W*(?:posso|podemos|pode|devo|devemos|qual|quais|quem|quando|quant[oa]|o que|que|como|liste|mostre|me fale)\b"
    r"|\b(?:fala|diz|dizem|sobre|alguma|algum|nenhuma|nenhum|nao|clientes|setor)\b"
)


def language(asked: Asked) -> str | None:
    """Return the language of the answer where it is not English; names alone may look English."""
    return "pt" if asked.draft.language == "pt" or _PORTUGUESE.search(asked.text) else None
