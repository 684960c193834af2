"""The one door: every front end calls `Copilot.ask`.

A message is written down, split into its questions, each is rewritten with the conversation where it leans on it, and
each goes through the graph in a thread of its own. The answer is stored and returned as the contract in DESIGN has it.
"""

from __future__ import annotations

import threading
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm_copilot.domain import LinkedValue
from crm_copilot.errors import Cancelled, CopilotError, InputError
from crm_copilot.library import codec
from crm_copilot.library.describe import describe
from crm_copilot.library.plan import Plan
from crm_copilot.respond import failed
from crm_copilot.understanding.followup import leans, merge
from crm_copilot.understanding.questions import Part, split
from crm_copilot.understanding.reader import Calendar
from crm_copilot.understanding.text import language_of
from crm_copilot.watching import tracing

if TYPE_CHECKING:
    from crm_copilot.storage import Conversation, Store, Turn

MOST_CHARACTERS = 4000
# So many answers before may be meant: "how much growth is that?" is about two.
_LEANT_ON = 2
Listener = Callable[[Mapping[str, Any]], None]
Linker = Callable[[str], Sequence[LinkedValue]]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a message: as it was asked, as it is answered, and its plan where it leans on another."""

    asked: str
    text: str
    plan: dict[str, Any] | None = None


class Copilot:
    """Answers messages over one set of data."""

    def __init__(
        self, *, graph: Any, store: Store, link: Linker, calendar: Calendar, model: str, checkpointer: Any = None,
        cancellations: dict[str, threading.Event] | None = None, workers: int = 4, data: str = "", scope: str = "all",
    ) -> None:  # fmt: skip
        self.model, self.data, self.scope = model, data, scope
        self.store = store
        self._graph, self._link, self._calendar, self._checkpointer = graph, link, calendar, checkpointer
        self._cancellations = cancellations if cancellations is not None else {}
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="question")

    def ask(
        self, message: str, *, thread: str | None = None, listen: Listener | None = None,
        cancel: threading.Event | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Answer a message; `listen` is told of each step, `cancel` stops it.

        Raises InputError for an empty or overlong message, Cancelled when it was stopped.
        """
        return self.answer(self.begin(message, thread), listen=listen, cancel=cancel)

    def begin(self, message: str, thread: str | None = None, *, person: str = "owner", scope: str = "all") -> Turn:
        """Write a message down for a person, so that it survives whatever comes; `scope` is what they may see.

        Raises UnknownName where the conversation is another's.
        """
        return self.store.begin(readable(message), thread, person=person, scope=scope)

    def answer(
        self, turn: Turn, *, listen: Listener | None = None, cancel: threading.Event | None = None
    ) -> dict[str, Any]:
        """Answer a turn that was begun, or take up one that was interrupted."""
        began = time.perf_counter()
        tell = listen or (lambda event: None)
        try:
            with tracing.message(turn.id, turn.conversation, self.model) as trace:
                answer, states = self._answer(turn, tell, cancel or threading.Event())
                trace.set({"crm.outcome": answer["status"], "crm.questions": len(answer["results"])})
        except Cancelled:
            self.store.stop(turn.id, "stopped")
            raise
        except BaseException:
            self.store.stop(turn.id, "failed")
            raise
        answer["seconds"] = round(time.perf_counter() - began, 3)
        self.store.finish(turn.id, answer, states)
        return answer

    def resume(
        self, turn_id: str, *, person: str = "owner", listen: Listener | None = None,
        cancel: threading.Event | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Take up a turn whose process died, from where it stood."""
        self.store.take_over(turn_id, person=person)
        return self.answer(self.store.turn(turn_id, person=person), listen=listen, cancel=cancel)

    def conversations(self) -> list[Conversation]:
        """Return the conversations, the one used last first."""
        return self.store.conversations()

    def close(self) -> None:
        """Finish what runs and let go of the workers."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    # ------------------------------------------------------------------------------------------------- one turn

    def _answer(
        self, turn: Turn, tell: Listener, cancel: threading.Event
    ) -> tuple[dict[str, Any], list[Mapping[str, Any]]]:
        """Return the answer, and the last state of the graph for each of its parts."""
        questions = self._questions(turn)
        tell({"step": "questions", "questions": [question.asked for question in questions]})
        jobs = [
            self._pool.submit(copy_context().run, self._run, self._named(turn, number), question, number, tell, cancel)
            for number, question in enumerate(questions)
        ]
        outcomes = [job.result() for job in jobs]
        results = [result for result, _ in outcomes]
        spent = [state for _, state in outcomes]
        answer = {
            "question": turn.message,
            "status": _overall([result["status"] for result in results]),
            "answer": "\n\n".join(result["answer"] for result in results),
            "results": results,
            "model": self.model,
            "timings": _summed(state.get("timings", {}) for state in spent),
            "tokens": _summed(state.get("tokens", {}) for state in spent),
            "runs": _summed(state.get("runs", {}) for state in spent),
            "seconds": 0.0,
            "thread": turn.conversation,
            "turn": turn.id,
            "data": self.data,
        }
        return answer, spent

    def _questions(self, turn: Turn) -> list[Question]:
        """Split the message, leaning on the conversation; a turn that was begun before keeps its questions."""
        if turn.parts:
            return [Question(**part) for part in turn.parts]
        message = unicodedata.normalize("NFC", turn.message)
        before = self._plans_before(turn)
        if not before and self._was_declined(turn) and leans(message, self._link(message), self._calendar):
            questions = [Question(message, message, {"scope": "unanswered"})]
        else:
            questions = [Question(part.text, _whole(part), _plan(part)) for part in self._parts(message, before)]
        self.store.set_parts(turn.id, [{"asked": q.asked, "text": q.text, "plan": q.plan} for q in questions])
        return questions

    def _parts(self, message: str, before: Sequence[Plan]) -> Sequence[Part]:
        follows = merge(message, before[0], self._link(message), self._calendar, *before[1:]) if before else None
        if follows is not None and follows.plan is not None:
            return [Part(message, follows.plan, follows.confidence)]
        return split(message, self._link, self._calendar)

    def _was_declined(self, turn: Turn) -> bool:
        """Whether the question before was declined: what leans on it has nothing to lean on."""
        answers = [one.answer for one in self._earlier(turn) if one.answer is not None]
        return bool(answers) and answers[-1]["status"] == "declined"

    def _earlier(self, turn: Turn) -> list[Turn]:
        turns = self.store.turns(turn.conversation, person=turn.person)
        return [earlier for earlier in turns if earlier.position < turn.position]

    def _plans_before(self, turn: Turn) -> list[Plan]:
        """Return what the last two questions of the conversation computed, the last one first."""
        found: list[Plan] = []
        for earlier in reversed(self._earlier(turn)):
            if earlier.answer is not None:
                plans = [result["plan"] for result in earlier.answer["results"] if result["plan"]]
                found += [codec.from_json(plan) for plan in reversed(plans)]
            if len(found) >= _LEANT_ON:
                break
        return found[:_LEANT_ON]

    def _named(self, turn: Turn, number: int) -> str:
        """Return the name of a run: its steps hold rows, and are taken up only by one who may see the same."""
        return f"{turn.id}:{number}" if self.scope == "all" else f"{turn.id}:{number}:{self.scope}"

    def _run(
        self, run: str, question: Question, number: int, tell: Listener, cancel: threading.Event
    ) -> tuple[dict[str, Any], Mapping[str, Any]]:
        """Take one question through the graph and say each step; return its result and the last state."""
        self._cancellations[run] = cancel
        config = {"configurable": {"thread_id": run}}
        entry: dict[str, Any] | None = {"question": question.text, "asked": question.asked, "plan": question.plan}
        if self._checkpointer is not None and self._checkpointer.get_tuple(config) is not None:
            entry = None
        state: dict[str, Any] = {}
        try:
            for mode, found in self._graph.stream(entry, config, stream_mode=["updates", "values"]):
                if mode == "values":
                    state = found
                    continue
                for node, changed in found.items():
                    tell({"step": node, "part": number, "note": _note(node, changed or {})})
            return state["result"], state
        except Cancelled:
            raise
        except CopilotError as error:
            return failed(question.asked, str(error)), state
        finally:
            self._cancellations.pop(run, None)
            if self._checkpointer is not None and not cancel.is_set():
                self._checkpointer.delete_thread(run)


def readable(message: str) -> str:
    """Return a message without blanks around it; raise InputError for an empty one, an overlong one, or no text."""
    text = message.strip()
    if not text:
        raise InputError("the question is empty; ask something, for example 'revenue by month'")
    if not text.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise InputError("the question holds characters that are no text; write it in UTF-8")
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"the question has {len(text)} characters, at most {MOST_CHARACTERS} are read; shorten it")
    return text


def _whole(part: Part) -> str:
    """Return the question in full where the conversation says what it leaves out."""
    if part.plan is None or part.alone:
        return part.text
    return describe(part.plan, "pt" if language_of(part.text) == "pt" else "en")


def _plan(part: Part) -> dict[str, Any] | None:
    if part.plan is None or part.alone:
        return None
    return {**codec.to_json(part.plan), "confidence": part.confidence, "asked": part.text}


def _overall(statuses: Sequence[str]) -> str:
    if "answered" in statuses:
        return "answered"
    return "failed" if "failed" in statuses else "declined"


def _summed(spent: Iterable[Mapping[str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for found in spent:
        for name, amount in found.items():
            total[name] = round(total.get(name, 0) + amount, 4)
    return total


def _note(node: str, changed: Mapping[str, Any]) -> str:
    """Say in a few words what a step found, for the page that shows the steps."""
    if node == "retrieve":
        context = changed.get("context", {})
        links = [f"{link['text']} = {link['value']}" for link in context.get("links", [])[:3]]
        return ", ".join(links) or "examples and tables found"
    if node == "generate":
        programs = changed.get("programs", [])
        return str(programs[0]["description"] or programs[0]["source"]) if programs else "no function fits"
    if node == "execute":
        return ", ".join(str(e["status"]) for e in changed.get("executions", [])) or "nothing to run"
    if node == "reflect":
        verdict = changed["attempts"][-1]["verdict"]
        return f"{verdict['decision']} ({verdict['confidence']:.0%})" + (
            f": {verdict['reason']}" if verdict["reason"] else ""
        )
    return ""
