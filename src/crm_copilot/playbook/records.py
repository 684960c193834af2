"""Answers about clients from their records: one fact, all of them, a list; and what is said when a name is not one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from crm_copilot.playbook.facts import Facts, Found
from crm_copilot.playbook.saying import day, listed, say, written
from crm_copilot.playbook.telling import described
from crm_copilot.playbook.wording import flat

Answer = dict[str, Any]
_LIKE = 75
_YES_OR_NO = re.compile(
    r"\s*(?:(?:so|and|ok|e)[, ]+)?(?:can|could|may|should|shall|must|am|are|is|do|does|will|would|posso|podemos"
    r"|pode|devo|devemos|e permitido)\b"
)
_NEEDS = re.compile(
    r"\b(?:(?:i|we|they|reps?|it) (?:need|have|require)|needs?|necessary|required|obliged|mandatory|preciso|precisamos"
    r"|precisa|necessari[oa]|obrigatori[oa]|forbidden|prohibited|proibid[oa]|wait|avoid)\b"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which clients a list is of; several managers or industries stand with commas."""

    manager: str = ""
    industry: str = ""
    least_spend: float | None = None
    most_spend: float | None = None
    not_met_days: float | None = None
    met_days: float | None = None


def refused(text: str, **more: Any) -> Answer:
    """Return a told answer that declines."""
    return {"answer": text, "status": "declined", "rows": [], "sources": [], **more}


def not_one(name: str, found: Found, language: str) -> Answer:
    """Return what is said when a name means nobody, or several."""
    if found.clients:
        names = [_apart(client, found.clients, language) for client in found.clients]
        text = say(language, "which", name=name, names=listed(names, language, "or"))
        return refused(text, rows=[row(c) for c in found.clients], sources=[source(c, language) for c in found.clients])
    text = say(language, "no client", name=name)
    near = listed([client.name for client in found.near], language, "or")
    return refused(f"{text} {say(language, 'near', names=near)}" if near else text, rows=[row(c) for c in found.near])


def told(facts: Facts, fact: str, language: str, period: str = "") -> Answer:
    """Return one fact of a client, or all; of a `period` that is not this year nothing is recorded."""
    shown = {"spend": facts.spend, "manager": facts.manager, "industry": facts.industry, "meeting": facts.last_meeting}
    known = {"rows": [row(facts, fact)], "sources": [source(facts, language)]}
    if fact not in shown:
        return {"answer": say(language, "all", name=facts.name, facts=described(facts, language)), **known}
    if shown[fact] is None or period:
        what = say(language, "spend in", period=period) if period else say(language, f"{fact} what")
        text = say(language, "not recorded", name=facts.name, what=what)
        return refused(text, sources=known["sources"])
    return {"answer": _fact(facts, fact, language), **known}


def _fact(facts: Facts, fact: str, language: str) -> str:
    if fact == "meeting":
        values = {"days": facts.days_since_meeting, "today": day(facts.today)}
        return say(language, "fact meeting", name=facts.name, value=day(facts.last_meeting), **values)
    value = written(facts.spend, language) if fact == "spend" else getattr(facts, fact)
    return say(language, f"fact {fact}", name=facts.name, value=value)


def row(facts: Facts, fact: str = "all") -> dict[str, Any]:
    """Return a client as a row in the columns of the table, or with one fact only."""
    columns = {
        "industry": facts.industry, "spend": facts.spend,
        "meeting": day(facts.last_meeting) if facts.last_meeting else None,
        "manager": facts.manager,
    }  # fmt: skip
    names = {
        "industry": "industry",
        "spend": "total_spend_ytd",
        "meeting": "last_meeting_date",
        "manager": "account_manager",
    }
    chosen = [key for key in columns if fact in (key, "all") or fact not in columns]
    first = {"client_name": facts.name} if fact in columns else {"client_id": facts.id, "client_name": facts.name}
    return first | {names[key]: columns[key] for key in chosen}


def source(facts: Facts, language: str) -> dict[str, str]:
    """Return the record of a client as a source."""
    spend = "" if facts.spend is None else f"{facts.spend:.0f}" if facts.spend.is_integer() else f"{facts.spend:.2f}"
    meeting = f"last_meeting_date: {day(facts.last_meeting)}" if facts.last_meeting else ""
    manager = f"account_manager: {facts.manager}" if facts.manager else ""
    parts = [facts.name, facts.industry or "", spend, meeting, manager]
    return {"kind": "client", "id": facts.id, "text": ", ".join(part for part in parts if part)}


def listing(clients: Sequence[Facts], wanted: Wanted, language: str) -> Answer:
    """Return the clients that are wanted, those who spend most first."""
    managers = [c.manager for c in clients if c.manager]
    spelt = {name: _spelt(name, managers) for name in _several(wanted.manager)}
    for name, found in spelt.items():
        if not found:
            return refused(say(language, "no manager", name=name, names=listed(sorted(set(managers)), language)))
        if len(found) > 1:
            return refused(say(language, "which", name=name, names=listed(found, language, "or")))
    manager = [known[0] for known in spelt.values()]
    industries = [c.industry for c in clients if c.industry]
    industry = [known for name in _several(wanted.industry) for known in _spelt(name, industries)]
    met = [c for c in clients if _is_wanted(c, wanted, manager, industry)]
    met.sort(key=lambda c: (-(c.spend or 0), c.name))
    what = _what(wanted, manager, industry, clients, language)
    if not met:
        return refused(say(language, "none", what=what))
    names = listed([c.name for c in met], language)
    text = say(language, "list" if len(met) > 1 else "one", count=len(met), what=what, names=names)
    return {"answer": text, "rows": [row(c) for c in met], "sources": [source(c, language) for c in met[:20]]}


def _several(names: str) -> list[str]:
    """Return the names of a list with commas."""
    return [name.strip() for name in names.split(",") if name.strip()]


def _is_wanted(client: Facts, wanted: Wanted, manager: Sequence[str], industry: Sequence[str]) -> bool:
    days = client.days_since_meeting
    return (
        (not wanted.manager or client.manager in manager)
        and (not wanted.industry or client.industry in industry)
        and (wanted.least_spend is None or (client.spend is not None and client.spend >= wanted.least_spend))
        and (wanted.most_spend is None or (client.spend is not None and client.spend <= wanted.most_spend))
        and (wanted.not_met_days is None or days is None or days > wanted.not_met_days)
        and (wanted.met_days is None or (days is not None and days <= wanted.met_days))
    )


def _spelt(name: str, known: Sequence[str]) -> list[str]:
    """Return the known names that one may mean: the same, one word of it, or misspelt."""
    names = sorted(set(known))
    wanted = flat(name).strip()
    for met in (
        [k for k in names if flat(k) == wanted],
        [k for k in names if wanted and set(wanted.split()) <= set(flat(k).replace("&", " ").split())],
    ):
        if met:
            return met
    near = (
        process.extract(wanted, names, scorer=fuzz.WRatio, processor=flat, limit=2, score_cutoff=_LIKE)
        if wanted
        else []
    )
    return [str(found[0]) for found in near if found[1] > near[0][1] - 6]


def _what(
    wanted: Wanted, manager: Sequence[str], industry: Sequence[str], clients: Sequence[Facts], language: str
) -> str:  # fmt: skip
    """Return what was wanted of the clients, in words."""
    asked = {
        "of manager": listed(manager, language, "or") or None,
        "of industry": (listed(industry, language, "or") or wanted.industry) or None,
        "spend from": _amount(wanted.least_spend, language), "spend to": _amount(wanted.most_spend, language),
        "unmet for": wanted.not_met_days, "met in": wanted.met_days,
    }  # fmt: skip
    today = day(clients[0].today)
    parts = [say(language, key, value=value, today=today) for key, value in asked.items() if value is not None]
    return listed(parts, language)


def _amount(value: float | None, language: str) -> str | None:
    return None if value is None else written(value, language)


def _apart(client: Facts, others: Sequence[Facts], language: str) -> str:
    """Return a name, with what tells it apart where others have the same."""
    same = sum(flat(other.name) == flat(client.name) for other in others) > 1
    return (
        f"{client.name} ({client.id}, {client.industry or say(language, 'unknown industry')})" if same else client.name
    )


def is_yes_or_no(question: str) -> bool:
    """Whether a question asks whether something is allowed; "do I need approval?" asks the opposite."""
    return bool(_YES_OR_NO.match(flat(question))) and not _NEEDS.search(flat(question))
