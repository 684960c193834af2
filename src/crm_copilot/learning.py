"""What is learned from use: a thumb up makes an answer a solved example at once, any other thumb takes it back.

An example is a question with the plan or the code that answered it, never a row of the answer. It must have been
computed from the data in use, and what the library answers to the same question must not differ: one of the two would
be wrong, and nobody could say which. A thumb down on an answer that an example gave drops that example.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from crm_copilot.domain import CONFIRMED, Execution, Solved
from crm_copilot.errors import InputError, UnknownName
from crm_copilot.library import codec
from crm_copilot.library.joins import Unreachable
from crm_copilot.library.render import render
from crm_copilot.reflection.content import content

if TYPE_CHECKING:
    from crm_copilot.storage import Store, Turn

Outcome = Literal["confirmed", "known", "rejected", "withdrawn", "rated"]
Answer = Mapping[str, Any]


class Learning:
    """Takes ratings.

    `embedded` gives the text, the vector and the embedder of a question, `library` answers it without examples, `run`
    runs code where it can do no harm.
    """

    def __init__(
        self, *, store: Store, embedded: Callable[[str], tuple[str, bytes, str]], library: Callable[[str], Answer],
        run: Callable[[str], Execution], data: str, scope: str = "all",
    ) -> None:  # fmt: skip
        self._store, self._embedded, self._library, self._run = store, embedded, library, run
        self._data, self._scope = data, scope

    def rate(
        self, turn: str, part: int, *, thumbs: int | None, stars: int | None = None, comment: str = "",
        meant: str | None = None, person: str = "owner",
    ) -> Outcome:  # fmt: skip
        """Store a person's rating and learn from it; `meant` is a declined turn of theirs that asked the same.

        Raises InputError for what cannot be rated so, UnknownName for an unknown turn; nothing is stored then.
        """
        found = self._store.turn(turn, person=person)
        result, before = _result(found, part), self._store.rating(turn, part, person=person)
        example = None
        if thumbs == 1 and (before.thumbs != 1 or meant):
            example = self._example(found, part, result, meant)
        if thumbs == 0:
            self._drop_source(result)
        self._store.rate(
            turn, part, thumbs=thumbs, stars=stars, comment=comment, example=example, person=person
        )  # fmt: skip
        if thumbs is None:
            return "rated" if before.thumbs is None else "withdrawn"
        return "rejected" if thumbs == 0 else "confirmed" if example else "known"

    def _example(self, turn: Turn, part: int, result: Answer, meant: str | None) -> Solved:
        """Return what is learned from an answer that was confirmed."""
        _must_be_answered(result)
        if (turn.answer or {}).get("data") != self._data:
            raise InputError(
                f"{result['question']!r} was answered from other data than those in use now; ask it again, and rate"
                " that answer"
            )
        question = str(turn.parts[part]["text"]) if meant is None else self._meant(meant, turn.person)
        if meant or not _source(result).startswith("library"):
            self._must_not_contradict(question, result)
        return Solved(
            turn.id, part, question, self.plan_of(result), str(result["code"]), self._data, *self._embedded(question),
            scope=self._scope,
        )  # fmt: skip

    def _meant(self, turn: str, person: str) -> str:
        """Return the question of a turn that was declined."""
        found = self._store.turn(turn, person=person)
        results = (found.answer or {}).get("results", [])
        if len(results) != 1 or results[0]["status"] != "declined":
            raise InputError(f"{found.message!r} is no single question that was declined; rate its own answers")
        if results[0]["reason"].startswith("scope:"):
            raise InputError(f"{found.message!r} asks for what the data do not hold; no answer can be meant by it")
        return str(found.parts[0]["text"])

    def _must_not_contradict(self, question: str, result: Answer) -> None:
        known = self._library(question)
        if known["status"] == "answered" and content(known["rows"]) != content(result["rows"]):
            raise InputError(
                f"the library answers {question!r} as “{known['understood_as']}”, with another result than this answer"
                f" (“{result['understood_as'] or result['question']}”); nothing was stored. If the library is wrong,"
                " ask it with CRM_MODEL=library and rate that answer down"
            )

    def plan_of(self, result: Answer) -> Mapping[str, Any] | None:
        """Return the plan of an answer where it computes what the code did: a chat model's code has none of its own."""
        plan: Mapping[str, Any] | None = result["plan"]
        if plan is None:
            return None
        try:
            code = render(codec.from_json(plan))
        except Unreachable:
            return None
        if code == result["code"]:
            return plan
        again = self._run(code)
        return plan if again.ok and content(again.rows) == content(result["rows"]) else None

    def _drop_source(self, result: Answer) -> None:
        """Trust no longer the example that a rejected answer came from."""
        source = _source(result)
        if source.startswith(CONFIRMED):
            with suppress(UnknownName):
                reason = f"its answer to {result['question']!r} was rejected"
                self._store.drop_example(int(source.removeprefix(CONFIRMED)), reason)


def _result(turn: Turn, part: int) -> Answer:
    """Return one part of an answer."""
    if turn.answer is None:
        raise InputError(f"{turn.message!r} is {turn.status} and has no answer to rate; wait for it, or ask again")
    results = turn.answer["results"]
    if not 0 <= part < len(results):
        asked = "; ".join(f"{n} {r['question']!r}" for n, r in enumerate(results, 1)) or "none"
        raise InputError(f"part {part + 1} is no part of that answer; its parts are {asked}")
    found: Answer = results[part]
    return found


def _must_be_answered(result: Answer) -> None:
    if result["status"] != "answered":
        raise InputError(
            f"{result['question']!r} was {result['status']}, there is no answer to confirm; ask it in other words,"
            " confirm that answer, and say that this question meant it too"
        )


def _source(result: Answer) -> str:
    """Return who wrote what answered."""
    return next((source["id"] for source in result["sources"] if source["kind"] == "function"), "")
