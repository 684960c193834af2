"""Read a question: from its words to a plan, with how sure the reading is and why not surer.

The steps use up the mentions of the question one after another. What nothing has used, and words that the
lexicon does not know, make the reading less sure: an answer to half of a question is a wrong answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from crm_copilot.domain import LinkedValue
from crm_copilot.library.plan import Plan
from crm_copilot.library.render import why_not
from crm_copilot.understanding.against import says_rest
from crm_copilot.understanding.clauses import (
    asking,
    has_telling,
    instructs,
    is_specified,
    last_aside,
    names_both,
    points_at_told,
    refers_back,
    without_asides,
    without_examples,
    without_repetition,
)
from crm_copilot.understanding.conditions import read_conditions
from crm_copilot.understanding.conditions.texts import is_searched_for
from crm_copilot.understanding.confidence import confidence_of, confidence_of_special
from crm_copilot.understanding.context import is_told_first, said_beside
from crm_copilot.understanding.courtesy import courtesy
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.keys import mark_keys, read_keys
from crm_copilot.understanding.measures import read_measures
from crm_copilot.understanding.mentions import gather
from crm_copilot.understanding.parties import TABLE as PARTIES
from crm_copilot.understanding.reading import Calendar, Reading
from crm_copilot.understanding.shapes import shape
from crm_copilot.understanding.specials import read_special, read_told
from crm_copilot.understanding.text import Language, language_of

__all__ = ["Calendar", "Reading", "drafted", "read"]


# A question that a sentence behind it specifies is seldom well read together with that sentence.
_BESIDE_ITS_SPECIFICATION = 0.9
# So is one with a sentence that only says what it is wanted for; what that limits stays likelier meant than not.
_WITH_ITS_REASON = 0.9
# What it is worth together with a reason that is told before it.
_TOLD_FIRST = 0.75
# What a clause is worth that points at something told before it which is not known.
_POINTING = 0.6
# What a reading is worth without what the question says twice, and without what it says in brackets.
_ONCE, _UNEXPLAINED = 0.95, 0.88
# What it is worth without a bracket that says in full what is computed.
_OVERRULED = 0.6


def read(question: str, links: Sequence[LinkedValue], calendar: Calendar) -> Reading:
    """Return the reading of one question: of its asking clause when that can stand alone, else of the whole."""
    language = language_of(question)
    if said := courtesy(question):
        return Reading(None, 0.0, language, scope=said)
    text = without_examples(question)
    links = _placed(text, question, links)
    whole = _read(text, language, links, calendar)
    readings = [
        replace(whole, confidence=whole.confidence * _worth(text, language, calendar)),
        *([] if whole.scope else _read_once(text, language, links, calendar)),
        *_read_clauses(text, language, links, calendar),
    ]
    ranked = sorted(readings, key=lambda reading: -reading.confidence)
    return next((r for r in ranked if r.plan is not None and why_not(r.plan) is None), ranked[0])


def drafted(text: str, language: Language, links: Sequence[LinkedValue], calendar: Calendar) -> tuple[Draft, Plan]:
    """Return the workbench and the plan of a fragment that may be no whole question ("only 2018")."""
    draft = _draft(text, language, links, calendar)
    draft.is_fragment = True
    return draft, _planned(draft)


# --------------------------------------------------------------------------------------------- what one text says


def _read(text: str, language: Language, links: Sequence[LinkedValue], calendar: Calendar) -> Reading:
    draft = _draft(text, language, links, calendar)
    asked = read_told(draft, calendar.last)
    if asked is not None:
        return Reading(Plan(special=asked.special), asked.confidence, language)
    beyond = (i for i, item in enumerate(draft.items) if item.kind == "scope" and not is_searched_for(draft, i))
    scope = next((draft.name(i) for i in beyond), None)
    if scope:
        return Reading(None, 0.0, language, scope=scope)
    plan = read_special(draft, calendar.last)
    if plan is not None:
        unread = tuple(draft.unread())
        confidence = confidence_of_special(draft, unread)
        return Reading(plan, confidence, language, dict(draft.doubts), unread)
    plan = _planned(draft)
    unread = tuple(draft.unread())
    confidence = confidence_of(draft, plan, unread)
    if not plan.measures and not plan.correlate and not plan.listing:
        return Reading(None, 0.0, language, dict(draft.doubts), unread)
    return Reading(plan, confidence, language, dict(draft.doubts), unread)


def _draft(text: str, language: Language, links: Sequence[LinkedValue], calendar: Calendar) -> Draft:
    tokens, mentions = gather(text, language, links, calendar)
    fillers = {place for m in mentions if m.kind == "filler" for place in range(m.start, m.end)}
    items = [m for m in mentions if m.kind != "filler"]
    return Draft(text, tokens, items, fillers, language, parties=tuple(link for link in links if link.table == PARTIES))


def _planned(draft: Draft) -> Plan:
    read_conditions(draft)
    mark_keys(draft)
    read_measures(draft)
    read_keys(draft)
    return shape(draft)


# ------------------------------------------------------------------------------------------ which text is the question


def _worth(text: str, language: Language, calendar: Calendar) -> float:
    """Return what the reading of the whole text is worth beside those of its clauses."""
    first = min((start for start, _ in asking(text)), default=0)
    told = _TOLD_FIRST if first and is_told_first(text, first, language, calendar) else 1.0
    wanted = _WITH_ITS_REASON if has_telling(text) else 1.0
    return min(told, wanted) * (_BESIDE_ITS_SPECIFICATION if is_specified(text) else 1.0)


def _read_once(
    text: str, language: Language, links: Sequence[LinkedValue], calendar: Calendar
) -> Iterator[Reading]:  # fmt: skip
    """Read the text without what it says a second time, where it does."""
    aside = last_aside(text) or ""
    explains = not aside or not _asks_itself(aside, calendar)
    unexplained = _UNEXPLAINED if explains else _OVERRULED
    shortened = [(without_repetition(text), _ONCE), (without_asides(text), unexplained)]
    for shorter, worth in (*shortened, (text if explains else aside, _ONCE)):
        if shorter != text:
            once = _read(shorter, language, _placed(shorter, text, links), calendar)
            yield replace(once, confidence=once.confidence * worth)


def _asks_itself(aside: str, calendar: Calendar) -> bool:
    """Whether a bracket says in full what is computed: "how do they compare? (average ticket by state)"."""
    draft, plan = drafted(aside, language_of(aside), [], calendar)
    return bool(draft.measures and plan.by)


def _read_clauses(
    text: str, language: Language, links: Sequence[LinkedValue], calendar: Calendar
) -> Iterator[Reading]:  # fmt: skip
    """Read each clause that asks by itself."""
    for start, end in asking(text):
        if start > 0 and instructs(text[start:end].strip()) and not refers_back(text[start:end]):
            continue
        inside = [
            replace(link, start=link.start - start, end=link.end - start)
            for link in links
            if start <= link.start and link.end <= end
        ]
        alone = _read(text[start:end], language, inside, calendar)
        rest = f"{text[:start]} {text[end:]}"
        outside = _placed(rest, text, [link for link in links if link.end <= start or end <= link.start])
        yield replace(_in_context(alone, text[start:end], rest, outside, calendar), asked=text[start:end])


def _in_context(
    alone: Reading, clause: str, rest: str, outside: Sequence[LinkedValue], calendar: Calendar
) -> Reading:  # fmt: skip
    """Doubt a clause beside which periods or values are named: they may be meant. Take them in where it points back."""
    if alone.plan is None:
        return alone
    beside = said_beside(clause, rest, outside, alone.language, calendar)
    grouped = bool(alone.plan.by or alone.plan.listing or alone.plan.special)
    if says_rest(rest):
        alone = replace(alone, confidence=alone.confidence * 0.6)
    if beside.measures:
        alone = replace(alone, confidence=alone.confidence * 0.93)
    if beside.ranks and not grouped:
        alone = replace(alone, confidence=alone.confidence * 0.7)  # "the cheapest state to ship to? mean freight"
    if not beside.limits:
        return replace(alone, confidence=alone.confidence * _POINTING) if points_at_told(clause) else alone
    if beside.belongs:
        whole = f"{clause.rstrip('?.! ')} {' '.join(beside.limits)}"
        both = _read(whole, alone.language, _placed(whole, "", outside), calendar)
        if both.plan is not None and both.confidence >= alone.confidence * 0.8:
            several = beside.things or (len(beside.limits) > 1 and not names_both(clause))
            return replace(both, confidence=both.confidence * (0.75 if several else 0.9))
    return replace(alone, confidence=alone.confidence * 0.75)


def _placed(text: str, question: str, links: Sequence[LinkedValue]) -> list[LinkedValue]:
    """Move the links to where their words stand once examples have been taken out."""
    if text == question:
        return list(links)
    places = ((link, text.find(link.text)) for link in links)
    return [replace(link, start=start, end=start + len(link.text)) for link, start in places if start >= 0]
