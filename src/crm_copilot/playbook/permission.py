"""Whether something may be offered, to whom, and what the text says on a subject.

What no rule says is said to be unsaid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crm_copilot.playbook.facts import Facts
from crm_copilot.playbook.judging import Judgement
from crm_copilot.playbook.rules import Clause, Rule
from crm_copilot.playbook.saying import say
from crm_copilot.playbook.subjects import covers, same_thing
from crm_copilot.playbook.telling import Answer, described, each_rule, named, rows, source, sources, titles


def permission(
    judgements: Sequence[Judgement], facts: Facts, topic: str, language: str, near: Sequence[Judgement] = ()
) -> Answer:  # fmt: skip
    """Return whether something may be offered to a client, as the rules that speak of it say.

    Where none names it as an offer, `near` are the judgements of rules whose text is about it; they are quoted.
    """
    told = [j for j in judgements if _speaks_of(j, topic)] or list(near)
    held = [j for j in told if j.verdict == "holds"]
    against = [j for j in held if _forbids(j.clause, topic)]
    for_it = [j for j in held if any(same_thing(name, topic) for name in j.clause.offer)]
    speaking = [*against, *for_it] or [j for j in told if j.partly] or told
    if not speaking:
        return _silent(topic, facts, language)
    lines = [_verdict(against, for_it, speaking, language)]
    lines += [_says(j.rule, named(j), language) for j in each_rule(speaking)]
    if facts.name or facts.spend is not None or facts.industry:
        lines.append(say(language, "rests", facts=described(facts, language)))
    if not held:
        lines += [
            say(language, "not asked", rule=j.rule.title, because="; ".join(j.because))
            for j in speaking
            if j.verdict == "does not hold"
        ]
    return {"answer": _joined(lines), "rows": rows(speaking), "sources": sources(speaking)}


def candidates(judged: Sequence[tuple[Facts, Sequence[Judgement]]], product: str, language: str) -> Answer:
    """Return the clients that a product may be offered to, the rules that say so, and those that are ruled out.

    Where one rule offers it to a client and another rules it out, both are told.
    """
    held = {client: [j for j in found if j.verdict == "holds" and _speaks_of(j, product)] for client, found in judged}
    against = {c: [j for j in found if _forbids(j.clause, product)] for c, found in held.items()}
    allowed = {c: [j for j in found if j not in against[c]] for c, found in held.items()}
    may, may_not = ({c: js for c, js in side.items() if js} for side in (allowed, against))
    if not may and not may_not:
        return _silent(product, Facts(), language)
    both = [c for c in may if c in may_not]
    sides = {"may": _without(may, both), "may not": _without(may_not, both)}
    lines = [say(language, key, product=product, names=_with_rules(js, language)) for key, js in sides.items() if js]
    lines += [_clash(f"{product}, {c.name}", may[c], may_not[c], language) for c in both]
    shown = [
        {"client_name": c.name, "rule": js[0].rule.title, "because": "; ".join(js[0].because)}
        for c, js in sides["may"].items()
    ]
    spoken = [j for side in (may, may_not) for found in side.values() for j in found]
    lines += [_says(j.rule, j.rule.title, language) for j in each_rule(spoken)]
    return {"answer": _joined(lines), "rows": shown, "sources": sources(spoken)}


def _without(side: Mapping[Facts, Sequence[Judgement]], some: Sequence[Facts]) -> dict[Facts, Sequence[Judgement]]:
    return {client: found for client, found in side.items() if client not in some}


def _clash(names: str, for_it: Sequence[Judgement], against: Sequence[Judgement], language: str) -> str:
    return say(language, "clash", names=names, first=titles(for_it, language), second=titles(against, language))


def _with_rules(side: Mapping[Facts, Sequence[Judgement]], language: str) -> str:
    return ", ".join(f"{client.name} ({titles(found, language)})" for client, found in side.items())


def quoted(rules: Sequence[Rule], topic: str, language: str, yes_or_no: bool = False) -> Answer:
    """Return what the text says on a subject; a yes or no only where a rule without conditions says it."""
    if not rules:
        return _silent(topic, Facts(), language)
    verdict = _flatly(rules[0], topic, language) if yes_or_no else ""
    lines = [verdict, *(_says(rule, rule.title, language) for rule in rules)]
    shown = [{"rule": rule.title, "text": rule.text} for rule in rules]
    return {"answer": _joined(lines), "rows": shown, "sources": [source(rule) for rule in rules]}


def _says(rule: Rule, title: str, language: str) -> str:
    return f"{say(language, 'says', rule=title)} {rule.quote}"


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line for line in lines if line)


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
        return _clash(for_it[0].clause.offer[0], for_it, against, language)
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
