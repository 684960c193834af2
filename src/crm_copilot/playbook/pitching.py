"""What to pitch to a client: the rules that apply, those that forbid, where they do not agree, and the figures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from crm_copilot.playbook.facts import Facts
from crm_copilot.playbook.judging import Judgement
from crm_copilot.playbook.rules import Clause
from crm_copilot.playbook.saying import listed, say
from crm_copilot.playbook.telling import Answer, described, each_rule, named, rows, sources, who
from crm_copilot.playbook.wording import flat

_FIRST = re.compile(r"\b(?:before|first|antes|primeiro)\b")


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
    return {"answer": "\n".join(lines), "rows": rows(shown), "sources": sources(shown)}


def _head(own: Sequence[Judgement], facts: Facts, language: str) -> list[str]:
    offered, avoid = _by_name(own, "offer"), _by_name(own, "avoid")
    offer = [f"{name} ({listed(rules, language)})" for name, rules in offered.items() if not _is_ruled_out(name, avoid)]
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
    return [say(language, head), *(f"- {named(j)}: {j.rule.quote}" for j in each_rule(judgements))]


def _unchecked(judgements: Sequence[Judgement], shown: Sequence[Judgement], facts: Facts, language: str) -> list[str]:
    """Name the rules whose conditions the data of a client cannot tell."""
    seen = {j.rule.id for j in shown}
    left = [j for j in judgements if j.verdict == "unknown" and j.rule.id not in seen and not j.because]
    if not facts.id:  # of a client that is only described much is not said, on purpose
        left = []
    titles = dict.fromkeys(j.rule.title for j in left if j.clause.offer or j.clause.avoid)
    return [say(language, "check", rules=listed(list(titles), language))] if titles else []


def _of_industry(judgement: Judgement) -> bool:
    """Whether a clause waits for nothing but an industry that nobody has named."""
    return bool(judgement.open) and all(said.startswith("industry ") for said in judgement.open)


def _industries(judgements: Sequence[Judgement]) -> list[str]:
    waiting = [j for j in judgements if j.verdict == "unknown" and _of_industry(j)]
    return list(dict.fromkeys(said.removeprefix("industry ") for j in waiting for said in j.open))


def _offer(offer: Mapping[str, Any]) -> str:
    return f"{offer.get('product_category') or offer.get('product_id')} {offer.get('score')}"
