"""The answers: a summary, who, the last contact, what was won and lost; each sentence with its records.

A *line* is a sentence and the records that bear it; no line is made without one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm_copilot.tools.conversations.records import Record
from crm_copilot.tools.conversations.scope import Scope
from crm_copilot.tools.conversations.wording import SAY, counted, day, kind, scope_in_words

MOST_ROWS = 2000
_MOST_LAST, _MOST_REFS = 10, 5
_LONGEST = 400  # characters of a record in the list of sources


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of an answer and the places of the records that bear it."""

    text: str
    places: tuple[int, ...]
    head: str = ""


def told(head: str, lines: Sequence[Line], records: Sequence[Record], scope: Scope, language: str) -> dict[str, Any]:
    """Return the answer: the head, each line with its references, the records as a table and as sources."""
    cited = sorted({place for line in lines for place in line.places})
    text = "\n".join([*([head] if head else []), *(f"- {line.head}{line.text} {_refs(line.places)}" for line in lines)])
    return {
        "answer": text,
        "definition": f"{SAY[language]['scope']}: {scope_in_words(scope, language)}",
        "rows": [_row(place, record) for place, record in enumerate(records[:MOST_ROWS])],
        "sources": [_source(place, records[place]) for place in cited],
    }


def summary_lines(picked: Sequence[tuple[str, int]], records: Sequence[Record], language: str) -> list[Line]:
    """Return one line for each sentence (text, place of its record), headed by day, kind and whoever is not clear."""
    managers, companies = {r.manager for r in records}, {r.company for r in records}
    return [
        Line(text, (place,), _head(records[place], len(managers) > 1, len(companies) > 1, language))
        for text, place in picked
    ]


def _head(record: Record, with_manager: bool, with_company: bool, language: str) -> str:
    parts = [day(record.time, language), kind(record.kind, 1, language)]
    parts += [record.manager] if with_manager else []
    parts += [record.company] if with_company else []
    return f"{', '.join(parts)}: "


def who_lines(records: Sequence[Record], of: str, language: str) -> list[Line]:
    """Return one line for each manager (or company) with what they did and when last, the busiest first."""
    places: dict[str, list[int]] = {}
    for place, record in enumerate(records):
        places.setdefault(record.manager if of == "manager" else record.company, []).append(place)
    ranked = sorted(places.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [
        Line(f"{name}: {counted([records[p].kind for p in found], language)}, {day(records[found[-1]].time, language)}",
             tuple(found[-_MOST_REFS:]))
        for name, found in ranked
    ]  # fmt: skip


def last_lines(records: Sequence[Record], end: date, language: str) -> list[Line]:
    """Return a line for the last contact of each company, the latest first, and one for a note that came after it."""
    latest: dict[str, list[int]] = {}
    for place, record in enumerate(records):
        others = [p for p in latest.get(record.company, ()) if record.kind == "note" and records[p].kind != "note"]
        latest[record.company] = [*others[:1], place]
    ranked = sorted(latest.values(), key=lambda places: -places[0])[:_MOST_LAST]
    return [_last_line(records[place], place, end, language) for places in ranked for place in places]


def _last_line(record: Record, place: int, end: date, language: str) -> Line:
    said = str(SAY[language]["last"]).format(
        who=record.manager, company=record.company, day=day(record.time, language), kind=kind(record.kind, 1, language)
    )
    ago = (end - record.time.date()).days
    since = f" ({str(SAY[language]['before']).format(n=ago)})" if ago else ""
    return Line(f"{said}{since}. {quoted(record.text)}", (place,))


@dataclass(frozen=True, slots=True)
class Ends:
    """The deals that ended of one manager, company or month; `well` and `badly` are the places of the most telling."""

    name: str
    places: tuple[int, ...]
    well: tuple[int, ...]
    badly: tuple[int, ...]


def ends_told(groups: Sequence[Ends], records: Sequence[Record], scope: Scope, language: str) -> dict[str, Any]:
    """Return what was won and lost in each group, with the most telling of it in the records' words."""
    say = SAY[language]
    won = sum(record.outcome == "won" for record in records)
    head = str(say["ends"]).format(scope=scope_in_words(scope, language), won=won, lost=len(records) - won)
    lines = [line for group in groups for line in _ends_lines(group, records, language)]
    answer = told(head, lines, records, scope, language)
    return answer | {"rows": [_ends_row(group, records) for group in groups]}


def _ends_lines(group: Ends, records: Sequence[Record], language: str) -> list[Line]:
    say = SAY[language]
    won = sum(records[p].outcome == "won" for p in group.places)
    counted_ = str(say["each"]).format(name=group.name, won=won, lost=len(group.places) - won)
    lines = [Line(counted_, group.places[-_MOST_REFS:])]
    for word, places in (("well", group.well), ("badly", group.badly)):
        lines += [Line(quoted(records[p].text), (p,), f"{say[word]}, {records[p].company}: ") for p in places]
    return lines


def _ends_row(group: Ends, records: Sequence[Record]) -> dict[str, Any]:
    won = sum(records[p].outcome == "won" for p in group.places)
    return {
        "group": group.name, "won": won, "lost": len(group.places) - won,
        "won_pct": round(100 * won / len(group.places), 1),
        "went_well": " | ".join(f"{records[p].company}: {records[p].text} [{p + 1}]" for p in group.well),
        "went_badly": " | ".join(f"{records[p].company}: {records[p].text} [{p + 1}]" for p in group.badly),
    }  # fmt: skip


def nothing(scope: Scope, others: Sequence[Record], language: str, days: tuple[date, date] | None) -> dict[str, Any]:
    """Return that nothing is recorded, with what is nearby."""
    say = SAY[language]
    text = f"{say['nothing']}: {scope_in_words(scope, language)}."
    if others and scope.topic:
        text += " " + str(say["not_about"]).format(n=len(others))
    elif others:
        text += " " + str(say["elsewhere"]).format(counts=counted([r.kind for r in others], language))
    elif days:
        text += " " + str(say["cover"]).format(first=day(days[0], language), last=day(days[1], language))
    return {"answer": text, "definition": f"{say['scope']}: {scope_in_words(scope, language)}", "rows": []}


def quoted(text: str) -> str:
    """Return a record's text on one line, cut where it is long."""
    line = re.sub(r"\s+", " ", text).strip()
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _refs(places: Sequence[int]) -> str:
    return "".join(f"[{place + 1}]" for place in places)


def _row(place: int, record: Record) -> dict[str, Any]:
    return {
        "ref": f"[{place + 1}]", "interaction_time": record.time.isoformat(" ", "minutes"), "manager": record.manager,
        "client_name": record.company, "kind": record.kind, "text": record.text, "outcome": record.outcome,
        "interaction_id": record.id,
    }  # fmt: skip


def _source(place: int, record: Record) -> dict[str, str]:
    about = f"[{place + 1}] {record.time:%Y-%m-%d %H:%M}, {record.manager}, {record.company}, {record.kind}"
    return {"kind": "interaction", "id": record.id, "text": f"{about}: {quoted(record.text)}"}
