"""What follows on an answer about a client or from the playbook: "and for RetailMax?", "who manages them?"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from crm_copilot.library.plan import Special
from crm_copilot.understanding.specials import clients, playbook
from crm_copilot.understanding.specials.asked import Asked, special
from crm_copilot.understanding.specials.naming import language, linked, meant, proper
from crm_copilot.understanding.text import plain

_LEAD = re.compile(
    r"^\W*(?:(?:and|e|what about|how about|what if|ok(?:ay)?|so|the same|same|now|also|then|but|or|no,?|i mean"
    r"|i meant|sorry|please|actually"
    r"|do the same|agora|mas|ou|quero dizer|o mesmo)\b[\s,]*)*"
)
_SMALL = re.compile(
    r"^(?:(?:for|with|to|about|at|on|of|in|the|a|an|client|account|para|com|sobre|o|os|as|da|do|de|no|na|if|it is"
    r"|it's|that is)\b[\s,]*)+"
)
_TRAIL = re.compile(r"(?:[\s,]*(?:please|then|instead|too|as well|now|tomorrow|today|por favor|tambem))*[\s?.!]*$")
_MOST_WORDS = 7
_FACTS = {
    "spend": r"spend\w*|spent|ytd|gast\w+", "manager": r"manager|owner|manages|gerente", "industry": r"industry"
    "|sector|setor",
    "meeting": r"meeting|met|visit|reuniao",
}  # fmt: skip


def follow(asked: Asked, before: Special) -> Special | None:
    """Return the question before with what a fragment names in its place, or a new one about the same client."""
    known = dict(before.params)
    name = str(known.get("name", ""))
    rest = _rest(asked)
    if rest is not None and (changed := _changed(asked, before.name, known, rest)) is not None:
        return changed
    if name and (meant(asked) or _asks_on(asked)):
        told = playbook.pitch(asked, name) or clients.fact(asked, name)
        return told.special if told else None
    return None


def _asks_on(asked: Asked) -> bool:
    """Whether a question names nobody else: "what should I pitch?"."""
    others = re.search(r"\b(?:clients?|customers?|accounts?|clientes?|contas?)\b", asked.text)
    return not others and not any(item.kind == "value" for item in asked.draft.items)


def _rest(asked: Asked) -> str | None:
    """Return what a fragment names, None for what is no fragment."""
    said = plain(asked.draft.question)
    lead = _LEAD.match(said)
    start = lead.end() if lead else 0
    small = _SMALL.match(said[start:])
    begin = start + (small.end() if small else 0)
    end = _TRAIL.search(said, begin)
    rest = asked.draft.question[begin : end.start() if end else len(said)].strip()
    words = len(rest.split())
    short = 0 < words <= _MOST_WORDS and (
        start > 0 or bool(linked(asked)) or (small is not None and words <= 3) or words <= 2
    )
    return rest if short else None


def _changed(asked: Asked, function: str, known: Mapping[str, Any], rest: str) -> Special | None:
    change = {
        "client_facts": _fact, "what_to_pitch": _pitch, "client_list": _list, "playbook_says": _policy,
    }[function](asked, known, rest)  # fmt: skip
    return (
        special(function, **{**known, **change, "language": language(asked) or known.get("language")})
        if change
        else None
    )


def _name(asked: Asked, rest: str) -> str:
    """Return the client that a fragment names."""
    if found := linked(asked):
        return found
    plainly = len(rest.split()) <= 4 and not re.search(r"\d|\b(?:client|account|spend|by|per|only|in)\b", plain(rest))
    return re.sub(r"['’]s$", "", rest) if plainly and proper(rest, asked) else ""


def _fact(asked: Asked, known: Mapping[str, Any], rest: str) -> dict[str, Any]:
    which = next((fact for fact, words in _FACTS.items() if re.search(rf"\b(?:{words})\b", plain(rest))), None)
    name = _name(asked, rest)
    if name and not which:
        return {"name": name}
    said = re.sub(
        r"\b(?:the|their|its|his|her|account|last|total|current|of|a|o|seu|sua|d[eo]l[ae]s?)\b|\W", " ", plain(rest)
    ).split()
    return {"fact": which, "period": None} if which and len(said) <= 2 and not name else {}


def _pitch(asked: Asked, known: Mapping[str, Any], rest: str) -> dict[str, Any]:
    if name := _name(asked, rest):
        if known.get("about") and not linked(asked) and known.get("name"):
            return {"about": rest}
        return {"name": name, "industry": None, "spend": None}
    spend, industry = playbook.spend_of(asked), playbook.kind_of(asked)
    if spend is not None and meant(asked):
        return {"spend": spend}
    if spend is not None or industry:
        described = known if not known.get("name") else {}
        kept = {"spend": described.get("spend"), "industry": described.get("industry")}
        return {"name": None, "spend": spend or kept["spend"], "industry": industry or kept["industry"]}
    return {}


def _list(asked: Asked, known: Mapping[str, Any], rest: str) -> dict[str, Any]:
    told = clients.clients(asked, Special("client_list"))
    if told is not None:
        return {key: value for key, value in told.special.params if key != "language"}
    if industry := clients.industry_of(asked):
        return {"industry": industry}
    return {"manager": rest} if known.get("manager") and proper(rest, asked) and len(rest.split()) <= 2 else {}


def _policy(asked: Asked, known: Mapping[str, Any], rest: str) -> dict[str, Any]:
    numbers = any(item.kind in ("metric", "entity", "grain") for item in asked.draft.items)
    return {} if numbers or linked(asked) else {"question": rest}
