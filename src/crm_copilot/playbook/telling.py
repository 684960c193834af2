"""What every answer from the playbook is made of: the client's facts in words, the rules that speak, rows, sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm_copilot.playbook.facts import Facts
from crm_copilot.playbook.judging import Judgement
from crm_copilot.playbook.rules import Rule
from crm_copilot.playbook.saying import day, listed, say, written

Answer = dict[str, Any]


def described(facts: Facts, language: str) -> str:
    """Return the facts of a client that rules ask for, in a few words."""
    parts = [
        facts.industry or "",
        say(language, "spend", value=written(facts.spend, language)) if facts.spend is not None else "",
    ]
    if facts.last_meeting:
        days = facts.days_since_meeting
        parts.append(say(language, "met", day=day(facts.last_meeting), days=days, today=day(facts.today)))
    elif facts.id:
        parts.append(say(language, "unmet"))
    parts.append(say(language, "manager", value=facts.manager) if facts.manager else "")
    return ", ".join(part for part in parts if part)


def who(facts: Facts, language: str) -> str:
    """Return how a client is called in a sentence."""
    return facts.name or say(language, "someone")


def source(rule: Rule) -> dict[str, str]:
    """Return a rule as a source of an answer."""
    return {"kind": "playbook", "id": rule.passages[0] if rule.passages else rule.id, "text": rule.text}


def each_rule(judgements: Sequence[Judgement]) -> list[Judgement]:
    """Return the first judgement of each rule."""
    found: dict[str, Judgement] = {}
    for judgement in judgements:
        found.setdefault(judgement.rule.id, judgement)
    return list(found.values())


def titles(judgements: Sequence[Judgement], language: str) -> str:
    """Return the titles of the rules as a list in words."""
    return listed([j.rule.title for j in each_rule(judgements)], language)


def named(judgement: Judgement) -> str:
    """Return a rule's title with the figures that it rests on, and what is open."""
    return f"{judgement.rule.title} ({judgement.figures})" if judgement.figures else judgement.rule.title


def rows(judgements: Sequence[Judgement]) -> list[dict[str, Any]]:
    """Return a row for each thing that a rule says to offer, to offer alone, or not to."""
    found = []
    for judgement in judgements:
        clause = judgement.clause
        said = [("offer only" if clause.only else "offer", name) for name in clause.offer]
        said += [("avoid", name) for name in clause.avoid]
        for what, name in said or [("do", clause.text)]:
            found.append({"rule": judgement.rule.title, "says": what, "what": name, "because": judgement.figures})
    return found


def sources(judgements: Sequence[Judgement]) -> list[dict[str, str]]:
    """Return each rule once as a source."""
    return [source(judgement.rule) for judgement in each_rule(judgements)]
