"""Read a question: from its words to a plan, with how sure the reading is and why not surer.

The steps use up the mentions of the question one after another. What nothing has used, and words that the
lexicon does not know, make the reading less sure: an answer to half of a question is a wrong answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as default
from datetime import date

from crm_copilot.catalog import entities, fields, metrics
from crm_copilot.domain import LinkedValue
from crm_copilot.library.plan import Plan
from crm_copilot.library.render import why_not
from crm_copilot.understanding.clauses import asking, is_yes_or_no, refers_back, without_examples, without_repetition
from crm_copilot.understanding.conditions import read_conditions
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.keys import mark_keys, read_keys
from crm_copilot.understanding.lexicon import Mention
from crm_copilot.understanding.measures import read_measures
from crm_copilot.understanding.mentions import gather
from crm_copilot.understanding.misgivings import misgivings
from crm_copilot.understanding.shapes import shape
from crm_copilot.understanding.specials import read_special
from crm_copilot.understanding.text import Language, language_of

# Mentions that may stay unused without harm, and what others cost.
_HARMLESS = frozenset({"with", "which", "list", "by", "how", "number"})
_UNUSED = {
    "unsupported": 0.5,
    "special": 0.1,
    "transform": 0.12,
    "agg": 0.06,
    "order": 0.1,
    "no": 0.35,
    "entity": 0.03,
    "compare": 0.15,
    "grain": 0.1,
}
# Words that only say again what the special functions are about.
_AGAIN = frozenset(
    "later size depois nele nela primeira first last recency frequency desses dessas deles second".split()
)
_SURE = 0.97
_SPECIAL = 0.92
_CONTEXT = frozenset({"value", "period", "predicate", "number"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question was understood as. `scope` names what the data do not hold, when it asks for that."""

    plan: Plan | None
    confidence: float
    language: Language
    doubts: Mapping[str, float] = default(default_factory=dict)
    unread: tuple[str, ...] = ()
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The first and the last day of the data, from which relative dates are counted."""

    first: date
    last: date


def read(question: str, links: Sequence[LinkedValue], calendar: Calendar) -> Reading:
    """Return the reading of one question: of its asking clause when that can stand alone, else of the whole."""
    language = language_of(question)
    text = without_examples(question)
    links = _placed(text, question, links)
    readings = [_read(text, language, links, calendar)]
    shorter = without_repetition(text)
    if shorter != text:
        once = _read(shorter, language, _placed(shorter, text, links), calendar)
        readings.append(replace(once, confidence=once.confidence * 0.95))
    for start, end in asking(text):
        inside = [
            replace(k, start=k.start - start, end=k.end - start) for k in links if start <= k.start and k.end <= end
        ]
        alone = _read(text[start:end], language, inside, calendar)
        rest = f"{text[:start]} {text[end:]}"
        readings.append(_with_context(alone, rest, text[start:end], language, calendar))
    ranked = sorted(readings, key=lambda reading: -reading.confidence)
    return next((r for r in ranked if r.plan is not None and why_not(r.plan) is None), ranked[0])


def _placed(text: str, question: str, links: Sequence[LinkedValue]) -> list[LinkedValue]:
    """Move the links to where their words stand once examples have been taken out."""
    if text == question:
        return list(links)
    found = []
    for link in links:
        place = text.find(link.text)
        if place >= 0:
            found.append(replace(link, start=place, end=place + len(link.text)))
    return found


def _with_context(alone: Reading, rest: str, clause: str, language: Language, calendar: Calendar) -> Reading:
    """Doubt a clause beside which periods or values are named: they may be meant. Take them in where it points back."""
    _, mentions = gather(rest, language, [], calendar.last, calendar.first)
    limits = [m for m in mentions if m.kind in _CONTEXT and not _by_the_way(m)]
    measures = [m for m in mentions if m.kind in ("metric", "quantity")]
    if alone.plan is None:
        return alone
    if measures and not is_yes_or_no(rest):
        alone = replace(alone, confidence=alone.confidence * 0.93)
    if not limits or is_yes_or_no(rest):
        return alone
    heading = all(m.kind == "period" for m in limits) and not any(
        m.kind == "period" for m in gather(clause, language, [], calendar.last, calendar.first)[1]
    )
    if refers_back(clause) or heading:
        both = _read(f"{clause.rstrip('?.! ')} {' '.join(m.text for m in limits)}", language, [], calendar)
        if both.plan is not None and both.confidence >= alone.confidence * 0.8:
            return replace(both, confidence=both.confidence * 0.9)
    return replace(alone, confidence=alone.confidence * 0.75)


def _by_the_way(mention: Mention) -> bool:
    """Whether a limit in a sentence beside the question says nothing about it: today, on Thursday, without a category."""
    if mention.kind == "period":
        return bool(_NOW.search(mention.text)) or bool(_NOW.search(getattr(mention.value, "label", "")))
    return mention.name in ("order_weekday", "order_daypart", "has_no_category")


_NOW = re.compile(r"\b(?:this|current|today|hoje|nest[ea]|est[ea]|atual|the week of)\b|今")


def drafted(text: str, language: Language, links: Sequence[LinkedValue], calendar: Calendar) -> tuple[Draft, Plan]:
    """Return the workbench and the plan of a fragment that may be no whole question ("only 2018")."""
    tokens, mentions = gather(text, language, links, calendar.last, calendar.first)
    fillers = {i for m in mentions if m.kind == "filler" for i in range(m.start, m.end)}
    draft = Draft(text, tokens, [m for m in mentions if m.kind != "filler"], fillers, language)
    return draft, _planned(draft)


def _planned(draft: Draft) -> Plan:
    read_conditions(draft)
    mark_keys(draft)
    read_measures(draft)
    read_keys(draft)
    return shape(draft)


def _read(text: str, language: Language, links: Sequence[LinkedValue], calendar: Calendar) -> Reading:
    tokens, mentions = gather(text, language, links, calendar.last, calendar.first)
    scope = next((m.name for m in mentions if m.kind == "scope"), None)
    if scope:
        return Reading(None, 0.0, language, scope=scope)
    fillers = {i for m in mentions if m.kind == "filler" for i in range(m.start, m.end)}
    draft = Draft(text, tokens, [m for m in mentions if m.kind != "filler"], fillers, language)
    special = read_special(draft, calendar.last)
    if special is not None:
        unread = tuple(draft.unread())
        for word in unread:
            draft.doubt(f"{word} is not known", 0.03 if word.casefold() in _AGAIN else 0.12)
        return Reading(special, _product(_SPECIAL, draft), language, dict(draft.doubts), unread)
    plan = _planned(draft)
    unread = tuple(draft.unread())
    confidence = confidence_of(draft, plan, unread)
    if not plan.measures and not plan.correlate and not plan.listing:
        return Reading(None, 0.0, language, dict(draft.doubts), unread)
    return Reading(plan, confidence, language, dict(draft.doubts), unread)


def confidence_of(draft: Draft, plan: Plan, unread: Sequence[str]) -> float:
    """Return 0 to 1: each unread word, unused mention and doubt takes its part."""
    _use_averages(draft, plan)
    for reason, weight in misgivings(draft, plan):
        draft.doubt(reason, weight)
    for index, item in enumerate(draft.items):
        if index not in draft.roles and item.kind not in _HARMLESS:
            strong = item.kind == "agg" and item.name not in ("mean", "sum", "count")
            draft.doubt(f"{item.text} is not used", 0.3 if strong else _UNUSED.get(item.kind, 0.2))
        if item.fuzzy:
            draft.doubt(f"{item.text} is misspelt", 0.04)
    aside = set(draft.aside())
    for word in unread:
        draft.doubt(f"{word} is not known", 0.2 if len(word) > 2 and word not in aside else 0.08)
    return _product(_SURE, draft)


def _use_averages(draft: Draft, plan: Plan) -> None:
    """Where the measure is an average already, "on average" says it again."""
    if any(m.agg == "mean" or m.divisor for m in plan.measures):
        for index in draft.indices("agg"):
            if draft.items[index].name == "mean":
                draft.use(index, "agg")


def _product(sure: float, draft: Draft) -> float:
    for weight in draft.doubts.values():
        sure *= 1 - weight
    return round(sure, 4)


def gloss(question: str, links: Sequence[LinkedValue], calendar: Calendar) -> str:
    """Return the question in the catalog's English words, for looking it up among texts in English."""
    language = language_of(question)
    if language == "en":
        return question
    _, mentions = gather(question, language, links, calendar.last, calendar.first)
    said = [_english(mention) for mention in mentions if mention.kind not in ("filler", "with")]
    return " ".join(word for word in said if word) or question


def _english(mention: Mention) -> str:
    name = mention.name
    if mention.kind == "metric":
        return metrics()[name].label["en"]
    if mention.kind in ("quantity", "dimension", "predicate"):
        return fields()[name].label["en"]
    if mention.kind == "entity":
        return entities()[name].label["en"]
    if mention.kind == "value":
        return str(mention.value)
    shown = {
        "agg": {"mean": "average", "sum": "total", "count": "number of"}.get(name, name),
        "by": "by",
        "grain": name,
    }
    return shown.get(mention.kind, mention.text if mention.kind in ("period", "number") else name.replace("_", " "))
