"""The retrieve step: linked values, the reading of the question, solved examples, tables and playbook passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from crm_copilot.domain import Context, Passage, Understanding
from crm_copilot.library import codec
from crm_copilot.library.describe import describe
from crm_copilot.library.needs import hidden_of
from crm_copilot.library.render import render, why_not
from crm_copilot.library.special import calls_tools
from crm_copilot.people import WHOLE, Scope
from crm_copilot.retrieval.index import Hit, HybridIndex
from crm_copilot.retrieval.learned import LearnedExamples, merged
from crm_copilot.retrieval.values import ValueIndex
from crm_copilot.understanding.calibration import calibration
from crm_copilot.understanding.gloss import gloss
from crm_copilot.understanding.reader import Calendar, Reading, read
from crm_copilot.understanding.text import language_of

TEXTS = ("playbook", "support")
_COMMON = ("catalog", "examples")  # what the product knows, and everybody may read
_WANTED = {"catalog": 4, "examples": 5, "playbook": 2}


class Texts(Protocol):
    """The collections that people have added."""

    def has(self, collection: str) -> bool:
        """Whether there is anything of one's own in it."""
        ...

    def search(self, query: str, collection: str, k: int) -> list[Hit]:
        """Return the k best passages."""
        ...


class HybridRetriever:
    """Looks a question up in the values of the data and in the index."""

    def __init__(
        self, index: HybridIndex, values: ValueIndex, calendar: Calendar, absent: Sequence[str] = (),
        learned: LearnedExamples | None = None, texts: Texts | None = None, scope: Scope = WHOLE,
    ) -> None:  # fmt: skip
        self._index, self._values, self._calendar, self._absent = index, values, calendar, tuple(absent)
        self._learned, self._own, self._scope = learned, texts, scope

    def retrieve(self, question: str, *, plan: Mapping[str, Any] | None = None) -> Context:
        """Return what was found; passages come best first within each kind.

        `plan` is what a follow-up was rewritten to, with its confidence under "confidence" and its own words under
        "asked"; or under "scope" why there is nothing to be rewritten.
        """
        links = tuple(self._values.link(question))
        reading = read(question, links, self._calendar)
        read_as = _understood(reading, question) if plan is None else _given(plan, question)
        understanding = _without_hidden(read_as, self._scope)
        query = self._query(question, understanding, links)
        found = [_passage(hit, kind) for kind, k in _WANTED.items() for hit in self._hits(query, kind, k, question)]
        calendar = self._calendar
        return Context(
            question, language_of(question), calendar.last, calendar.first, links, tuple(found), understanding,
            self._absent, self._scope,
        )  # fmt: skip

    def _hits(self, query: str, kind: str, k: int, question: str) -> list[Hit]:
        """Search what was added, else what ships, and among examples what was confirmed too."""
        if kind not in _COMMON and not self._scope.reads(kind):
            return []
        if self._own is not None and self._own.has(kind):
            return self._own.search(query, kind, k)
        shipped = self._index.search(query, kind, k)
        if kind != "examples" or self._learned is None:
            return shipped
        return merged(shipped, self._learned.search(question, k), k)

    def search(self, query: str, collection: str, k: int) -> list[Hit]:
        """Return the k best documents of a collection, best first; [] of one that may not be read."""
        english, own = language_of(query) == "en", self._own is not None and self._own.has(collection)
        words = query if own and english else gloss(query, self._values.link(query), self._calendar)
        if words != query and (own or collection in TEXTS):
            words = f"{query} {words}"  # texts are a company's own, and in its own language
        return self._hits(words, collection, k, query)

    def _query(self, question: str, understood: Understanding, links: Any) -> str:
        """Search by what was understood: the index is in English, the question need not be."""
        if understood.plan is not None:
            return describe(codec.from_json(understood.plan))
        return gloss(question, links, self._calendar)


def _understood(reading: Reading, question: str) -> Understanding:
    plan = codec.to_json(reading.plan) if reading.plan is not None else None
    doubts = tuple(reason for reason, weight in reading.doubts.items() if weight > 0)
    confidence = _calibrated(plan, reading.confidence, reading.asked or question)
    return Understanding(plan, confidence, doubts, reading.unread, reading.scope)


def _without_hidden(read_as: Understanding, scope: Scope) -> Understanding:
    """Mark a reading that needs what the asker may not see: it is declined, and not answered in another way."""
    if scope.whole or read_as.plan is None:
        return read_as
    plan = codec.from_json(read_as.plan)
    if why_not(plan) is not None:
        return read_as
    hidden = hidden_of(render(plan, without=scope.hides), scope)
    return replace(read_as, scope="hidden", hidden=hidden) if hidden else read_as


def _given(plan: Mapping[str, Any], question: str) -> Understanding:
    if "scope" in plan:
        return Understanding(None, 0.0, scope=plan["scope"])
    rest = {key: value for key, value in plan.items() if key not in ("confidence", "asked")}
    confidence = _calibrated(rest, float(plan["confidence"]), str(plan.get("asked", question)))
    return Understanding(rest, confidence, carried=True)


def _calibrated(plan: Mapping[str, Any] | None, score: float, question: str) -> float:
    """Return how probable it is that a reading is right; what a tool is asked was not counted with."""
    special = plan.get("special") if plan else None
    return score if special and calls_tools(special["name"]) else calibration()(score, question)


def _passage(hit: Hit, kind: str) -> Passage:
    return Passage(kind, hit.document.id, hit.document.text, hit.cosine, hit.document.data)
