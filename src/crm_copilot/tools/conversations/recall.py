"""The tool `recall_interactions`: from a question to the records of its scope and a summary that cites them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Literal

from crm_copilot.playbook.saying import listed
from crm_copilot.tools.conversations import telling
from crm_copilot.tools.conversations.grouping import grouped, sides
from crm_copilot.tools.conversations.records import Connect, Record, days_of, fetch, parties_of, texts_of
from crm_copilot.tools.conversations.scope import Scope, narrowed, read_scope
from crm_copilot.tools.conversations.sentences import Rarity
from crm_copilot.tools.conversations.summary import summarise
from crm_copilot.tools.conversations.topics import Embed, about
from crm_copilot.tools.conversations.wording import SAY, counted, scope_in_words
from crm_copilot.understanding.parties import Named, Parties
from crm_copilot.understanding.text import language_of

Form = Literal["summary", "who", "last", "ends"]
Abstract = Callable[[str, Sequence[Record], str], list[telling.Line]]
_SENTENCES = 8
_ENDS = 2  # won and lost that are quoted of each manager


def recall_tool(
    connect: Connect, embed: Embed | None = None, abstract: Abstract | None = None,
    version: Callable[[], str] | None = None,
) -> Callable[..., Any]:  # fmt: skip
    """Return the tool; `abstract` lets a chat model put the records together, [] where it could not be held to them.

    While `version` gives the same, what was learned from all texts is kept.
    """
    rarity = _rarities(connect, version)

    def recall_interactions(question: str, form: Form = "summary", then: str = "") -> dict[str, Any]:
        """Tell what was said to whom: the calls, mails, meetings and notes that a question means, with the records."""
        language = "pt" if language_of(question) == "pt" else "en"
        days = _days(connect)
        if days is None:
            return {"answer": SAY[language]["absent"], "status": "declined"}
        parties = parties_of(connect)
        scope = read_scope(question, parties, *days)
        if then:
            scope = narrowed(scope, read_scope(then, parties, *days))
        if asked := _asked_back(connect, scope, parties, question, language):
            return asked
        return _Recall(connect, embed, abstract, language, days[1], rarity).tell(question, scope, form)

    return recall_interactions


def _rarities(connect: Connect, version: Callable[[], str] | None) -> Callable[[], Rarity]:
    """Return what tells how rare words are, counted once for each version of the data."""
    kept: list[tuple[str, Rarity]] = []

    def rarity() -> Rarity:
        now = version() if version else ""
        known = next((rarity for of, rarity in kept if now and of == now), None) or Rarity(texts_of(connect))
        kept[:] = [(now, known)]
        return known

    return rarity


class _Recall:
    """Tells the records of one scope."""

    def __init__(
        self, connect: Connect, embed: Embed | None, abstract: Abstract | None, language: str, last: date,
        rarity: Callable[[], Rarity],
    ) -> None:  # fmt: skip
        self._connect, self._embed, self._abstract = connect, embed, abstract
        self._language, self._last, self._rarity = language, last, rarity

    def tell(self, question: str, scope: Scope, form: Form) -> dict[str, Any]:
        """Return the answer in the form that is asked for."""
        within = fetch(self._connect, scope)
        records = about(within, scope.topic, self._embed) if scope.topic else within
        if form == "ends":
            return self._ends([record for record in records if record.outcome in ("won", "lost")], scope, question)
        if not records:
            return self._nothing(scope, within)
        head = str(SAY[self._language]["lead"]).format(
            scope=scope_in_words(scope, self._language), counts=counted([r.kind for r in records], self._language)
        )
        lines = self._lines(question, scope, form, records)
        return telling.told("" if form == "last" else head, lines, records, scope, self._language)

    def _lines(self, question: str, scope: Scope, form: Form, records: Sequence[Record]) -> list[telling.Line]:
        if form == "last":
            return telling.last_lines(records, self._last, self._language)
        if form == "who":
            of = "company" if scope.managers and not scope.companies else "manager"
            return telling.who_lines(records, of, self._language)
        if self._abstract is not None and (lines := self._abstract(question, records, self._language)):
            return lines
        picked = [
            (s.text, s.place) for s in summarise(records, _SENTENCES, self._rarity()) if s.text in records[s.place].text
        ]
        return telling.summary_lines(picked, records, self._language)

    def _ends(self, records: Sequence[Record], scope: Scope, question: str) -> dict[str, Any]:
        say, language = SAY[self._language], self._language
        if not records:
            text = f"{say['no_ends']} {say['scope']}: {scope_in_words(scope, language)}."
            return {"answer": text, "definition": scope_in_words(scope, language), "rows": []}
        rarity = self._rarity()
        asked = sides(question)
        groups = [_ended(name, places, records, rarity, asked) for name, places in grouped(records, question).items()]
        return telling.ends_told(groups, records, scope, language)

    def _nothing(self, scope: Scope, within: Sequence[Record]) -> dict[str, Any]:
        others = within
        if scope.kinds and not within:
            others = fetch(self._connect, Scope(scope.managers, scope.companies, scope.periods))
        return telling.nothing(scope, others, self._language, _days(self._connect))


def _ended(
    name: str, places: Sequence[int], records: Sequence[Record], rarity: Rarity, asked: Sequence[str]
) -> telling.Ends:
    """Return a group with what tells most of its won and of its lost deals, whichever are asked for."""
    best: dict[str, tuple[int, ...]] = {"won": (), "lost": ()}
    for outcome in asked:
        ended = [place for place in places if records[place].outcome == outcome]
        picked = summarise([records[place] for place in ended], _ENDS * (3 - len(asked)), rarity)
        best[outcome] = tuple(dict.fromkeys(ended[sentence.place] for sentence in picked))
    return telling.Ends(name, tuple(places), best["won"], best["lost"])


def _days(connect: Connect) -> tuple[date, date] | None:
    import duckdb

    try:
        return days_of(connect)
    except duckdb.CatalogException:
        return None


# ------------------------------------------------------------------------------------------------- asking back


def _asked_back(
    connect: Connect, scope: Scope, parties: Parties, question: str, language: str
) -> dict[str, Any] | None:  # fmt: skip
    """Ask which one is meant where a name is of several, which months a season; say that a name is nobody's."""
    if scope.unclear:
        return _which(connect, scope.unclear[0], question, language)
    if scope.season:
        text = str(SAY[language]["season"]).format(season=scope.season)
        return {"answer": text, "status": "declined"}
    if scope.unknown:
        return _nobody(scope.unknown[0], parties, question, language)
    return None


def _which(connect: Connect, named: Named, question: str, language: str) -> dict[str, Any]:
    say = SAY[language]
    options = [party.name for party in named.parties]
    text = str(say["which"]).format(text=named.text, names=listed(options, language, "or"))
    found = [(p, fetch(connect, _of(p.side, p.name))) for p in named.parties]
    rows = [{"name": p.name, "role": say[p.side], "interactions": len(records)} for p, records in found]
    return {
        "answer": text,
        "status": "declined",
        "definition": say["names"],
        "rows": rows,
        "next": _instead(question, named, options),
    }


def _of(side: str, name: str) -> Scope:
    return Scope(managers=(name,)) if side == "manager" else Scope(companies=(name,))


def _nobody(named: Named, parties: Parties, question: str, language: str) -> dict[str, Any]:
    say, near = SAY[language], parties.nearest(named.text)
    text = str(say["nobody"]).format(text=named.text)
    hint = " " + str(say["near"]).format(names=listed(near, language, "or")) if near else ""
    return {
        "answer": text + hint,
        "status": "declined",
        "definition": say["names"],
        "next": _instead(question, named, near),
    }


def _instead(question: str, named: Named, options: Sequence[str]) -> list[str]:
    """Return the question with each of the options in place of the name."""
    return [question[: named.start] + option + question[named.end :] for option in options]
