"""The answers that are being worked on, outside the thread of any page.

Streamlit ends a page's script at each click. So a page only starts a job here and looks at it again and again; the
job goes on, and writes its answer to the store, whether anybody looks or not. One registry serves every browser.

Questions of one conversation are answered one after the other, since a follow-up leans on the answer before it. A
job that was stopped is over for the asker at once; its thread ends at the next step.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

from crm_copilot.errors import Cancelled, CopilotError

log = logging.getLogger(__name__)
_WORKERS = 8
_KEPT = 200
_LOOK_SECONDS = 0.1

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
    after: threading.Event | None = None
    events: list[Event] = field(default_factory=list)
    trouble: str = ""
    began: float = field(default_factory=time.monotonic)
    working: threading.Event = field(default_factory=threading.Event)
    cancel: threading.Event = field(default_factory=threading.Event)
    settled: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def active(self) -> bool:
        """Whether an answer may still come: neither finished nor stopped."""
        return not self.settled.is_set()

    @property
    def seconds(self) -> float:
        """How long the asker has waited."""
        return time.monotonic() - self.began


class Jobs:
    """Starts, finds and stops jobs by the id of their turn."""

    def __init__(self, workers: int = _WORKERS) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="answer")
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._abandoned: set[Job] = set()

    def start(self, turn: str, conversation: str, answering: Answering) -> Job:
        """Start answering a turn; a turn that is being answered already is not started twice."""
        with self._lock:
            before = self._jobs.get(turn)
            if before is not None and before.active:
                return before
            job = Job(turn, conversation, self._wait_for(turn, conversation))
            self._jobs.pop(turn, None)
            self._jobs[turn] = job
            self._forget()
            self._pool.submit(self._work, job, answering)
        return job

    def get(self, turn: str) -> Job | None:
        """Return the job of a turn, also when it is over."""
        return self._jobs.get(turn)

    def stop(self, turn: str) -> None:
        """Stop a turn: over for the asker now, for its thread at the next step."""
        job = self._jobs.get(turn)
        if job is not None and job.active:
            job.cancel.set()
            job.settled.set()

    def running(self) -> list[Job]:
        """Return the jobs whose threads have not ended."""
        with self._lock:
            return [job for job in (*self._jobs.values(), *self._abandoned) if not job.ended.is_set()]

    def when_done(self, do: Callable[[], None]) -> None:
        """Call `do` in the background once everything that runs now has ended."""
        waiting = self.running()

        def wait() -> None:
            for job in waiting:
                job.ended.wait()
            do()

        threading.Thread(target=wait, name="when-done", daemon=True).start()

    def _wait_for(self, turn: str, conversation: str) -> threading.Event | None:
        """Return what must come first: this turn's own stopped thread, else the conversation's last question."""
        own = self._jobs.get(turn)
        if own is not None and not own.ended.is_set():
            self._abandoned.add(own)
            return own.ended
        others = [job for job in self._jobs.values() if job.conversation == conversation and job.active]
        return others[-1].settled if others else None

    def _forget(self) -> None:
        self._abandoned = {job for job in self._abandoned if not job.ended.is_set()}
        old = [turn for turn, job in self._jobs.items() if job.ended.is_set()]
        for turn in old[: max(0, len(self._jobs) - _KEPT)]:
            del self._jobs[turn]

    def _work(self, job: Job, answering: Answering) -> None:
        try:
            while job.after is not None and not job.after.wait(_LOOK_SECONDS):
                if job.cancel.is_set():
                    return
            if not job.cancel.is_set():
                job.working.set()
                answering(listen=job.events.append, cancel=job.cancel)
        except Cancelled:
            log.info("turn %s was stopped", job.turn)
        except CopilotError as error:
            job.trouble = str(error)
        except Exception:
            log.exception("turn %s failed", job.turn)
            job.trouble = "Something went wrong on our side; the log of the app says what. Try again."
        finally:
            job.settled.set()
            job.ended.set()
