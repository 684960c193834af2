"""The answers that are being worked on, outside the thread of any page or request.

Streamlit ends a page's script at each click, and a client may go away. So whoever asks only starts a job here and
looks at it again; the job goes on, and writes its answer to the store, whether anybody looks or not.

Questions of one conversation are answered one after the other, since a follow-up leans on the answer before it; one
that waits takes no worker. A job that was stopped is over for the asker at once; its thread ends at the next step.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

from crm_copilot.errors import Cancelled, CopilotError
from crm_copilot.service.signal import Signal

log = logging.getLogger(__name__)
WORKERS = 8
_KEPT = 200
_STOPPING_SECONDS = 5.0  # a stopped job ends at its next step
OUR_FAULT = "Something went wrong on our side; the log of the app says what. Try again."

Event = Mapping[str, Any]


class Answering(Protocol):
    """`Copilot.answer` or `Copilot.resume`, its turn bound."""

    def __call__(self, *, listen: Callable[[Event], None], cancel: threading.Event) -> object:
        """Answer the turn, telling each step; raise Cancelled when it was stopped."""
        ...


@dataclass(eq=False)
class Job:
    """One turn on its way to an answer; `events` are the steps told so far."""

    turn: str
    conversation: str
    person: str = "owner"
    events: list[Event] = field(default_factory=list)
    answer: Any = None
    error: Exception | None = None
    held: bool = False
    began: float = field(default_factory=time.monotonic)
    working: threading.Event = field(default_factory=threading.Event)
    cancel: threading.Event = field(default_factory=threading.Event)
    settled: Signal = field(default_factory=Signal)
    ended: Signal = field(default_factory=Signal)

    @property
    def active(self) -> bool:
        """Whether an answer may still come: neither finished nor stopped."""
        return not self.settled.is_set()

    @property
    def trouble(self) -> str:
        """Why there is no answer, in a sentence; "" when there is one, or when the asker stopped it."""
        if self.error is None:
            return ""
        return str(self.error) if isinstance(self.error, CopilotError) else OUR_FAULT

    @property
    def seconds(self) -> float:
        """How long the asker has waited."""
        return time.monotonic() - self.began


class Jobs:
    """Starts, finds and stops jobs by the id of their turn."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="answer")
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._abandoned: set[Job] = set()

    def start(self, turn: str, conversation: str, answering: Answering, *, person: str = "owner") -> Job:
        """Start answering a turn; a turn that is being answered already is not started twice."""
        job, first, new = self._enter(turn, conversation, person)
        if new:
            self._begin_after(first, job, answering)
        return job

    def hold(self, turn: str, conversation: str, *, person: str = "owner") -> Job:
        """Enter a job that gets its answer from elsewhere: end it with `settle`, or let it work with `release`."""
        job, _, new = self._enter(turn, conversation, person)
        job.held = job.held or new
        return job

    def release(self, job: Job, answering: Answering) -> None:
        """Let a job that was held work for itself."""
        job.held = False
        self._begin_after(None, job, answering)

    def settle(self, job: Job, answer: Any, error: Exception | None = None) -> None:
        """End a job that was held."""
        job.answer, job.error, job.held = answer, error, False
        job.settled.set()
        job.ended.set()

    def get(self, turn: str) -> Job | None:
        """Return the job of a turn, also when it is over."""
        return self._jobs.get(turn)

    def stop(self, turn: str) -> None:
        """Stop a turn: over for the asker now, for its thread at the next step."""
        job = self._jobs.get(turn)
        if job is None or not job.active:
            return
        with self._lock:
            job.cancel.set()
            begun = job.working.is_set() and not job.held
        job.settled.set()
        if not begun:
            job.ended.set()

    def running(self) -> list[Job]:
        """Return the jobs whose threads have not ended."""
        with self._lock:
            return [job for job in (*self._jobs.values(), *self._abandoned) if not job.ended.is_set()]

    def waiting(self, person: str | None = None) -> int:
        """Return how many jobs no worker has taken yet, of one person or of all."""
        return sum(not job.working.is_set() and not job.held for job in self.running() if person in (None, job.person))

    def close(self, seconds: float, why: Callable[[Job], Exception] | None = None) -> list[Job]:
        """Wait for what runs, then stop the rest and say why; return it, most of it with its threads ended."""
        _wait_for(self.running(), seconds)
        left = self.running()
        for job in left:
            job.error = why(job) if why and job.active else job.error
            self.stop(job.turn)
            job.cancel.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        _wait_for(left, _STOPPING_SECONDS)
        return left

    def _enter(self, turn: str, conversation: str, person: str) -> tuple[Job, Signal | None, bool]:
        """Return the job of a turn, what must come before it, and whether it is new."""
        with self._lock:
            before = self._jobs.get(turn)
            if before is not None and before.active:
                return before, None, False
            first = self._first(turn, conversation)
            self._jobs.pop(turn, None)
            job = self._jobs[turn] = Job(turn, conversation, person)
            self._forget()
        return job, first, True

    def _first(self, turn: str, conversation: str) -> Signal | None:
        """Return what must come first: this turn's own stopped thread, else the conversation's last question."""
        own = self._jobs.get(turn)
        if own is not None and not own.ended.is_set():
            self._abandoned.add(own)
            return own.ended
        others = [job for job in self._jobs.values() if job.conversation == conversation and job.active]
        return others[-1].settled if others else None

    def _begin_after(self, first: Signal | None, job: Job, answering: Answering) -> None:
        def begin() -> None:
            try:
                self._pool.submit(self._work, job, answering)
            except RuntimeError:  # closed meanwhile
                job.settled.set()
                job.ended.set()

        first.then(begin) if first is not None else begin()

    def _forget(self) -> None:
        self._abandoned = {job for job in self._abandoned if not job.ended.is_set()}
        old = [turn for turn, job in self._jobs.items() if job.ended.is_set()]
        for turn in old[: max(0, len(self._jobs) - _KEPT)]:
            del self._jobs[turn]

    def _work(self, job: Job, answering: Answering) -> None:
        with self._lock:
            if job.cancel.is_set():
                return
            job.working.set()
        try:
            job.answer = answering(listen=job.events.append, cancel=job.cancel)
        except Cancelled:
            log.info("turn %s was stopped", job.turn)
        except CopilotError as error:
            job.error = error
        except Exception as error:
            log.exception("turn %s failed", job.turn)
            job.error = error
        finally:
            job.settled.set()
            job.ended.set()


def _wait_for(jobs: Sequence[Job], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for job in jobs:
        job.ended.wait(max(0.0, deadline - time.monotonic()))
