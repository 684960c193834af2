"""What a question about contacts limits itself to: managers, companies, days, kinds of contact, a topic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from crm_copilot.domain import Period
from crm_copilot.understanding.ordinary import is_function_word
from crm_copilot.understanding.parties import Named, Parties, Party, strangers
from crm_copilot.understanding.periods import find_periods
from crm_copilot.understanding.text import plain

Place = tuple[int, int]
_KINDS = {
    "call": re.compile(r"\b(?:calls?|called|phone\w*|rang|rung|ligac\w+|ligou|ligaram|ligamos|chamadas?|telefon\w+)\b"),
    "mail": re.compile(r"\b(?:(?:e-?)?mails?|(?:e-?)?mailed|wrote|written|write to|messages?|mensage\w+|escrev\w+)\b"),
    "meeting": re.compile(
        r"\b(?:met|meet|meetings?|face to face|in person|pessoalmente|visit\w*|reuni\w+|encontr\w+)\b"
    ),
    "note": re.compile(r"\b(?:notes?|notas?|anotac\w+)\b"),
}
# Words of contacts that limit nothing: what is still to come, and what is to be done with the answer.
_NO_KIND = re.compile(
    r"\b(?:so-?called|is called|called off|e-?mail me|mail me|note that|take note|meet the|please note)\b"
    r"|\b(?:i|we)(?: have|'ve got|'ve| got| am|'m| are|'re| will|'ll)(?: \w+){0,3} (?:call|meeting|visit|meet|ring)\w*"
    r"|\b(?:before|ahead of|prepare|preparing|prep|until) (?:\w+ ){0,3}?(?:ring|call|meet|meeting|visit|phone|write)\b"
    r"|\b(?:i|we|eu) (?:meet|call|visit|ring)\b|\b(?:my|our|the) (?:next|coming|upcoming) (?:call|meeting|visit)\b"
    r"|\b(?:call|meeting|visit|reuniao|ligacao|visita) (?:\w+ ){0,4}?(?:tomorrow|today|in \w+ minutes|amanha|hoje)\b"
    r"|\b(?:tenho|vou|antes d[aeo]|preparar|proxima) (?:\w+ ){0,3}?(?:reuniao|ligacao|visita|ligar|visitar)\b"
)
_ABOUT = re.compile(
    r"\b(?:about|regarding|concerning|on the (?:topic|subject|matter) of|sobre|a respeito d[aeo]s?|quanto a[os]?)\s+"
    r"(?!(?:with|to|by|from|in|on|at|during|since|com|para|em|no|na|desde|isso|it|them|that|o que|what)\b)"
    r"(?P<topic>[^?!.;]+)",
    re.IGNORECASE,
)
_BEHIND_TOPIC = re.compile(
    r"\s+(?:with|to|by|from|in|on|at|during|since|last|this|between|com|para|pela?|em|no|na|nos|nas|desde|durante)\b"
)
# A season is other months in the North and in the South; it limits where it stands as a date does.
_SEASON = re.compile(
    r"\b(?:(?:in|during|since|last|this|of|over|by|until) (?:the )?(?:early |late )?)(?:spring|summer|autumn|winter)\b"
    r"|\b(?:spring|summer|autumn|winter|fall)(?: of)? (?:20)?\d\d\b"
    r"|\b(?:n[ao]|est[ea]|nest[ea]|desde [ao]|durante [ao]) (?:ultim[ao] )?(?:primavera|verao|outono|inverno)\b"
    r"|\b(?:primavera|verao|outono|inverno)(?: passad[ao])?(?: de)? (?:20)?\d\d\b"
)
_LATELY = re.compile(r"\b(?:lately|recently|of late|ultimamente|recentemente|nos ultimos tempos)\b")
_LATELY_DAYS = 30
_WEEKEND = re.compile(r"\b(?:this|past|last) (?:few|couple of) (?P<unit>days|weeks|months)\b")
_FEW = {"days": 3, "weeks": 21, "months": 92}


@dataclass(frozen=True, slots=True)
class Scope:
    """What the records must fit; empty means any. `unclear` are names of several, `unknown` names of nobody.

    `season` is a time of the year that is no certain days.
    """

    managers: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()
    kinds: tuple[str, ...] = ()
    topic: str = ""
    unclear: tuple[Named, ...] = ()
    unknown: tuple[Named, ...] = ()
    season: str = ""


def read_scope(question: str, parties: Parties, first: date, last: date) -> Scope:
    """Return the scope of a question; relative dates count from the `last` day of the records."""
    full = [n for n in parties.find(question) if len(n.parties) == 1 and " " in n.text]
    periods, dated = _periods(_without(question, full), first, last)
    named = parties.find(question, dated)
    topic = _topic(question, named, dated)
    hidden = [*dated, *([topic] if topic else [])]
    unknown = [] if topic and not named else strangers(question, named, hidden)
    if not named:
        unknown = strangers(question, named, dated)
    clear = [n.parties[0] for n in named if len(n.parties) == 1]
    return Scope(
        _of(clear, "manager"), _of(clear, "company"), tuple(periods), _kinds(question, named),
        question[topic[0] : topic[1]] if topic else "",
        tuple(n for n in named if len(n.parties) > 1), tuple(unknown), _season(question, named),
    )  # fmt: skip


def narrowed(scope: Scope, answer: Scope) -> Scope:
    """Return a scope changed by what was said after it: a name that was asked back, another manager, another month."""
    said = {*(Party("manager", n) for n in answer.managers), *(Party("company", n) for n in answer.companies)}
    settled = [p for n in scope.unclear for p in n.parties if p in said]
    left = tuple(n for n in scope.unclear if not set(n.parties) & said)
    clear = replace(scope, unclear=left, managers=scope.managers + _of(settled, "manager"),
                    companies=scope.companies + _of(settled, "company"))  # fmt: skip
    others = said - set(settled)
    managers, companies = _of(sorted(others, key=str), "manager"), _of(sorted(others, key=str), "company")
    return replace(
        clear, managers=managers or clear.managers, companies=companies or clear.companies,
        periods=answer.periods or clear.periods, kinds=answer.kinds or clear.kinds, topic=answer.topic or clear.topic,
        season=answer.season or ("" if answer.periods else clear.season),
        unclear=answer.unclear or left, unknown=answer.unknown or (() if said else scope.unknown),
    )  # fmt: skip


def _of(parties: Sequence[Party], side: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(party.name for party in parties if party.side == side))


def _periods(question: str, first: date, last: date) -> tuple[list[Period], list[Place]]:
    found = find_periods(question, last, first)
    flat = plain(question)
    periods, places = [hit.period for hit in found], [(hit.start, hit.end) for hit in found]
    if not found and (lately := _LATELY.search(flat)):
        return [_days_back(_LATELY_DAYS, last)], [lately.span()]
    if not found and (few := _WEEKEND.search(flat)):
        return [_days_back(_FEW[few["unit"]], last)], [few.span()]
    return periods, places


def _season(question: str, named: Sequence[Named]) -> str:
    found = _SEASON.search(plain(_without(question, named)))
    return question[found.start() : found.end()] if found else ""


def _days_back(days: int, last: date) -> Period:
    start = last + timedelta(1) - timedelta(days)
    return Period(start, last + timedelta(1), f"the last {days} days (to {last})")


def _without(question: str, named: Sequence[Named]) -> str:
    """Return the question with blanks in place of names: "Alto Mar" is no March."""
    for name in named:
        question = question[: name.start] + " " * (name.end - name.start) + question[name.end :]
    return question


def _kinds(question: str, named: Sequence[Named]) -> tuple[str, ...]:
    """Return the kinds of contact that are named outside of names and not still to come."""
    text = _NO_KIND.sub(" ", plain(_without(question, named)))
    return tuple(kind for kind, pattern in _KINDS.items() if pattern.search(text))


def _topic(question: str, named: Sequence[Named], dated: Sequence[Place]) -> Place | None:
    """Return where a topic stands that is neither a name nor a date."""
    found = _ABOUT.search(question)
    if found is None:
        return None
    start, end = found.span("topic")
    ends = [place[0] for place in [*dated, *((n.start, n.end) for n in named)] if start <= place[0] < end]
    end = min([end, *ends])
    behind = _BEHIND_TOPIC.search(question, start, end)
    end = behind.start() if behind else end
    telling = [word for word in re.findall(r"\w+", plain(question[start:end])) if not _says_nothing(word)]
    return (start, end) if telling else None


_EMPTY = frozenset(
    "days these day now time past what who how when all everything it them our us we o que quem tudo isso the"
    " contacts".split()
)


def _says_nothing(word: str) -> bool:
    return word in _EMPTY or (len(word) < 4 and is_function_word(word))
