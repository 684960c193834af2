"""Answers from the playbook: what to pitch, whether something may be offered, what the text says on a subject.

Each is a told answer (`respond.told`): words, a table of the rules that speak, and what they rest on. What no rule says
is said to be unsaid.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from crm_copilot.playbook.facts import Facts
from crm_copilot.playbook.judging import Judgement
from crm_copilot.playbook.rules import Clause, Rule
from crm_copilot.playbook.saying import day, listed, say, written
from crm_copilot.playbook.subjects import covers, same_thing
from crm_copilot.playbook.wording import flat

Answer = dict[str, Any]
_FIRST = re.compile(r"\b(?:before|first|antes|primeiro)\b")


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


def pitch(
    judgements: Sequence[Judgement], facts: Facts, language: str, offers: Sequence[Mapping[str, Any]] = ()
) -> Answer:
    """Return what to pitch to a client: rules that apply, those that forbid, the figures, and nothing else."""
    held = [j for j in judgements if j.verdict == "holds" and (not j.general or j.clause.offer or j.clause.avoid)]
    own = sorted((j for j in held if not j.general), key=lambda j: not _goes_first(j.clause))
    general = [j for j in held if j.general]
    partly = [j for j in judgements if j.partly and (j.clause.offer or j.clause.avoid) and not _of_industry(j)]
    lines = [*_head(own, facts, language), say(language, "rests", facts=described(facts, language))]
    lines += [*_conflicts(own, language), *_quoted("hold", own, language), *_quoted("general", general, language)]
    lines += [*_quoted("depends", partly, language), *_unchecked(judgements, held + partly, facts, language)]
    if not facts.industry and (names := _industries(judgements)):
        lines.append(say(language, "industries", names=", ".join(names)))
    if offers:
        lines.append(say(language, "scores", offers="; ".join(_offer(offer) for offer in offers)))
    shown = [*own, *general, *partly]
    return {"answer": "\n".join(lines), "rows": _rows(shown), "sources": _sources(shown)}


def permission(judgements: Sequence[Judgement], facts: Facts, topic: str, language: str) -> Answer:
    """Return whether something may be offered to a client, as the rules that speak of it say."""
    told = [j for j in judgements if _speaks_of(j, topic)]
    held = [j for j in told if j.verdict == "holds"]
    against = [j for j in held if _forbids(j.clause, topic)]
    for_it = [j for j in held if any(same_thing(name, topic) for name in j.clause.offer)]
    speaking = [*against, *for_it] or [j for j in told if j.partly] or told
    if not speaking:
        return _silent(topic, facts, language)
    lines = [_verdict(against, for_it, speaking, language)]
    lines += [f"{say(language, 'says', rule=_named(j))} {_of_rule(j)}" for j in _each_rule(speaking)]
    if facts.name or facts.spend is not None or facts.industry:
        lines.append(say(language, "rests", facts=described(facts, language)))
    if not held:
        lines += [
            say(language, "not asked", rule=j.rule.title, because="; ".join(j.because))
            for j in speaking
            if j.verdict == "does not hold"
        ]
    return {"answer": "\n".join(line for line in lines if line), "rows": _rows(speaking), "sources": _sources(speaking)}


def candidates(judged: Sequence[tuple[Facts, Sequence[Judgement]]], product: str, language: str) -> Answer:
    """Return the clients that a product may be offered to, the rules that say so, and those that are ruled out."""
    held = {client: [j for j in found if j.verdict == "holds" and _speaks_of(j, product)] for client, found in judged}
    against = {c: [j for j in found if _forbids(j.clause, product)] for c, found in held.items()}
    allowed = {c: [j for j in found if j not in against[c]] for c, found in held.items() if found and not against[c]}
    excluded = {c: found for c, found in against.items() if found}
    if not allowed and not excluded:
        return _silent(product, Facts(), language)
    sides = [("may", allowed), ("may not", excluded)]
    lines = [say(language, key, product=product, names=_with_rules(side, language)) for key, side in sides if side]
    rows = [
        {"client_name": c.name, "rule": j.rule.title, "because": "; ".join(j.because)}
        for c, js in allowed.items()
        for j in js[:1]
    ]
    spoken = [j for side in (allowed, excluded) for found in side.values() for j in found]
    lines += [f"{say(language, 'says', rule=j.rule.title)} {j.rule.quote}" for j in _each_rule(spoken)]
    return {"answer": "\n".join(lines), "rows": rows, "sources": _sources(spoken)}


def _with_rules(side: Mapping[Facts, Sequence[Judgement]], language: str) -> str:
    named = (f"{c.name} ({listed([j.rule.title for j in _each_rule(found)], language)})" for c, found in side.items())
    return ", ".join(named)


def quoted(rules: Sequence[Rule], topic: str, language: str, yes_or_no: bool = False) -> Answer:
    """Return what the text says on a subject; a yes or no only where a rule without conditions says it."""
    if not rules:
        return _silent(topic, Facts(), language)
    verdict = _flatly(rules[0], topic, language) if yes_or_no else ""
    lines = [verdict, *(f"{say(language, 'says', rule=rule.title)} {rule.quote}" for rule in rules)]
    rows = [{"rule": rule.title, "text": rule.text} for rule in rules]
    return {
        "answer": "\n".join(line for line in lines if line),
        "rows": rows,
        "sources": [source(rule) for rule in rules],
    }


def source(rule: Rule) -> dict[str, str]:
    """Return a rule as a source of an answer."""
    return {"kind": "playbook", "id": rule.passages[0] if rule.passages else rule.id, "text": rule.text}


# --------------------------------------------------------------------------------------------------------- parts


def _of_industry(judgement: Judgement) -> bool:
    """Whether a clause waits for nothing but an industry that nobody has named."""
    return bool(judgement.open) and all(said.startswith("industry ") for said in judgement.open)


def _industries(judgements: Sequence[Judgement]) -> list[str]:
    waiting = [j for j in judgements if j.verdict == "unknown" and _of_industry(j)]
    return list(dict.fromkeys(said.removeprefix("industry ") for j in waiting for said in j.open))


def _head(own: Sequence[Judgement], facts: Facts, language: str) -> list[str]:
    named = _by_name(own, "offer")
    avoid = _by_name(own, "avoid")
    offer = [f"{name} ({listed(rules, language)})" for name, rules in named.items() if not _is_ruled_out(name, avoid)]
    lines = [say(language, "pitch", who=who(facts, language), offer=listed(offer, language))] if offer else []
    if not offer and not any(not j.clause.offer and not j.clause.avoid for j in own):
        lines.append(say(language, "nothing", who=who(facts, language)))
    if avoid:
        names = [f"{name} ({listed(rules, language)})" for name, rules in avoid.items()]
        lines.append(say(language, "avoid", avoid=listed(names, language, "or")))
    return lines


def _by_name(own: Sequence[Judgement], what: str) -> dict[str, list[str]]:
    """Return each name with the rules that give it, names of one thing together."""
    found: dict[str, list[str]] = {}
    for judgement in own:
        for name in getattr(judgement.clause, what):
            known = next((other for other in found if flat(other) == flat(name)), name)
            titles = found.setdefault(known, [])
            if judgement.rule.title not in titles:
                titles.append(judgement.rule.title)
    return found


def _is_ruled_out(name: str, avoid: Mapping[str, Sequence[str]]) -> bool:
    return any(flat(name) == flat(other) for other in avoid)


def _conflicts(own: Sequence[Judgement], language: str) -> list[str]:
    """Say where two rules that apply do not agree, and which comes first."""
    lines = []
    offered, avoided = _by_name(own, "offer"), _by_name(own, "avoid")
    for name in (name for name in offered if _is_ruled_out(name, avoided)):
        against = next(rules for other, rules in avoided.items() if flat(other) == flat(name))
        lines.append(
            say(language, "clash", names=name, first=listed(offered[name], language), second=listed(against, language))
        )
    lines += _limits(own, language)
    if len(own) > 1 and _goes_first(own[0].clause):
        lines.append(say(language, "first", rule=own[0].rule.title))
    return lines


def _limits(own: Sequence[Judgement], language: str) -> list[str]:
    """Say which rules allow one thing only while others that apply name more."""
    avoided = _by_name(own, "avoid")
    strict: dict[tuple[str, ...], list[Judgement]] = {}
    for judgement in own:
        if judgement.clause.only:
            strict.setdefault(judgement.clause.offer, []).append(judgement)
    lines = []
    for names, judged in strict.items():
        wider = _by_name([j for j in own if j not in judged and not _goes_first(j.clause)], "offer")
        more = {n: r for n, r in wider.items() if flat(n) not in map(flat, names) and not _is_ruled_out(n, avoided)}
        if more:
            rules = listed([j.rule.title for j in judged], language)
            others = listed(list(dict.fromkeys(title for titles in more.values() for title in titles)), language)
            more_names = listed(list(more), language)
            lines.append(
                say(language, "only", rule=rules, names=listed(names, language), others=others, more=more_names)
            )
    return lines


def _goes_first(clause: Clause) -> bool:
    """Whether a clause about how long ago one met says what comes before any offer."""
    timed = any(c.field.startswith("days") for line in clause.when for c in line)
    return timed and bool(_FIRST.search(flat(clause.text)))


def _quoted(head: str, judgements: Sequence[Judgement], language: str) -> list[str]:
    if not judgements:
        return []
    return [say(language, head), *(f"- {_named(j)}: {_of_rule(j)}" for j in _each_rule(judgements))]


def _each_rule(judgements: Sequence[Judgement]) -> list[Judgement]:
    """Return one judgement for each rule, its figures put together."""
    found: dict[str, Judgement] = {}
    for judgement in judgements:
        found.setdefault(judgement.rule.id, judgement)
    return list(found.values())


def _named(judgement: Judgement) -> str:
    """Return a rule's title with the figures that it rests on, and what is open."""
    known = "; ".join([*judgement.because, *(f"? {said}" for said in judgement.open)])
    return f"{judgement.rule.title} ({known})" if known else judgement.rule.title


def _of_rule(judgement: Judgement) -> str:
    return judgement.rule.quote


def _unchecked(judgements: Sequence[Judgement], shown: Sequence[Judgement], facts: Facts, language: str) -> list[str]:
    """Name the rules whose conditions the data of a client cannot tell."""
    seen = {j.rule.id for j in shown}
    left = [j for j in judgements if j.verdict == "unknown" and j.rule.id not in seen and not j.because]
    if not facts.id:  # of a client that is only described much is not said, on purpose
        left = []
    titles = dict.fromkeys(j.rule.title for j in left if j.clause.offer or j.clause.avoid)
    return [say(language, "check", rules=listed(list(titles), language))] if titles else []


def _offer(offer: Mapping[str, Any]) -> str:
    return f"{offer.get('product_category') or offer.get('product_id')} {offer.get('score')}"


def _rows(judgements: Sequence[Judgement]) -> list[dict[str, Any]]:
    """Return a row for each thing that a rule says to offer, to offer alone, or not to."""
    rows = []
    for judgement in judgements:
        clause, because = judgement.clause, "; ".join([*judgement.because, *(f"? {said}" for said in judgement.open)])
        said = [("offer only" if clause.only else "offer", name) for name in clause.offer]
        said += [("avoid", name) for name in clause.avoid]
        for what, name in said or [("do", clause.text)]:
            rows.append({"rule": judgement.rule.title, "says": what, "what": name, "because": because})
    return rows


def _sources(judgements: Sequence[Judgement]) -> list[dict[str, str]]:
    return [source(judgement.rule) for judgement in _each_rule(judgements)]


# ------------------------------------------------------------------------------------------------ yes, no, unsaid


def _speaks_of(judgement: Judgement, topic: str) -> bool:
    clause = judgement.clause
    return any(same_thing(name, topic) for name in (*clause.offer, *clause.avoid)) or (
        clause.only and judgement.verdict == "holds"
    )


def _forbids(clause: Clause, topic: str) -> bool:
    if any(same_thing(name, topic) for name in clause.avoid):
        return True
    return clause.only and not any(same_thing(name, topic) for name in clause.offer)


def _verdict(
    against: Sequence[Judgement], for_it: Sequence[Judgement], speaking: Sequence[Judgement], language: str
) -> str:
    if against and for_it:
        titles = [listed([j.rule.title for j in _each_rule(side)], language) for side in (for_it, against)]
        named = next((n for n in for_it[0].clause.offer), "")
        return say(language, "clash", names=named, first=titles[0], second=titles[1])
    if against:
        return say(language, "no")
    if for_it:
        return say(language, "yes")
    left = [said for j in speaking for said in j.open]
    return say(language, "if", open="; ".join(dict.fromkeys(left))) if left else ""


def _flatly(rule: Rule, topic: str, language: str) -> str:
    for clause in rule.clauses:
        if clause.when:
            continue
        if any(covers(name, topic) for name in clause.avoid):
            return say(language, "no")
        if any(covers(name, topic) for name in clause.offer):
            return say(language, "yes")
    return ""


def _silent(topic: str, facts: Facts, language: str) -> Answer:
    key = "silent for" if facts.name else "silent"
    return {
        "answer": say(language, key, topic=f"“{topic}”", who=facts.name),
        "status": "declined",
        "rows": [],
        "sources": [],
    }
