"""Answers a turn in the house of its asker; equal questions are answered once."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from crm_copilot.errors import Busy, Cancelled, InputError, OperatorError, TooMany
from crm_copilot.people import Person
from crm_copilot.service.cache import Cache, Key, key_of
from crm_copilot.service.houses import Houses
from crm_copilot.service.jobs import Event, Job, Jobs
from crm_copilot.service.limits import Pace
from crm_copilot.storage import Store, Turn
from crm_copilot.watching.watch import Watch

log = logging.getLogger(__name__)
Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A turn and who asked it."""

    person: Person
    turn: Turn


@dataclass(eq=False)
class _Flight:
    """A run under way, and who else waits for its answer."""

    leader: Job
    others: list[tuple[Job, _Asked]] = field(default_factory=list)


class Runs:
    """Starts the answering of turns."""

    def __init__(self, houses: Houses, jobs: Jobs, cache: Cache, watch: Watch, pace: Pace) -> None:
        self._houses, self._jobs, self._cache, self._watch, self._pace = houses, jobs, cache, watch, pace
        self._flights: dict[Key, _Flight] = {}
        self._lock = threading.RLock()  # a job that cannot begin any more lands in the thread that starts it

    def start(self, person: Person, turn: Turn) -> Job:
        """Answer a turn that was begun: from the cache, with an equal one that is under way, or by a run of its own."""
        asked, key = _Asked(person, turn), self.key(person, turn)
        kept = self._cache.get(key) if key is not None else None
        if key is not None:
            self._watch.cache(kept is not None)
        if kept is None:
            return self._fly(key, asked) if key is not None else self._begin(asked)
        job = self._hold(asked)
        self._give(job, asked, kept["answer"], kept["parts"])
        return job

    def resume(self, person: Person, turn: Turn) -> Job:
        """Take up a turn that was interrupted or stopped, from where it stood."""
        return self._begin(_Asked(person, turn), again=True)

    def key(self, person: Person, turn: Turn) -> Key | None:
        """Return what a turn shares its answer by, None where it may lean on the turns before."""
        house = self._houses.whole
        return key_of(house, person.scope, house.copilot.model, turn.message) if turn.position == 0 else None

    # ----------------------------------------------------------------------------------------------- equal questions

    def _fly(self, key: Key, asked: _Asked) -> Job:
        with self._lock:
            flight = self._flights.get(key)
            if flight is None:
                return self._take_off(key, asked, self._hold(asked), [])
            job = self._hold(asked)
            job.events = flight.leader.events
            flight.others.append((job, asked))
        return job

    def _take_off(self, key: Key, asked: _Asked, job: Job, others: list[tuple[Job, _Asked]]) -> Job:
        self._flights[key] = _Flight(job, others)
        job.ended.then(partial(self._land, key, job))
        self._jobs.release(job, partial(self._answer, asked, key))
        return job

    def _land(self, key: Key, leader: Job) -> None:
        """Hand the answer to the others; where the leader was stopped, the next one leads."""
        with self._lock:
            waiting = [(job, asked) for job, asked in self._flights.pop(key).others if job.active]
            if waiting and leader.answer is None and leader.error is None:
                (job, asked), *others = waiting
                job.events = []
                self._take_off(key, asked, job, others)
                return
        for job, asked in waiting:
            self._share(leader, job, asked)

    def _share(self, leader: Job, job: Job, asked: _Asked) -> None:
        try:
            if leader.answer is not None:
                self._give(job, asked, leader.answer, self._parts(leader.turn, leader.person))
                return
            error = leader.error
        except Exception as problem:
            log.exception("the answer of %s could not be shared", leader.turn)
            error = problem
        self._store.stop(job.turn, "failed")
        self._jobs.settle(job, None, error)

    def _give(self, job: Job, asked: _Asked, answer: Answer, parts: Any) -> None:
        """Give a turn the answer of another one."""
        turn = asked.turn
        own = {"question": turn.message, "thread": turn.conversation, "turn": turn.id, "timings": {}, "cached": True}
        given = {**answer, **own, "seconds": round(job.seconds, 3)}
        self._store.set_parts(turn.id, parts)
        self._store.finish(turn.id, given)
        self._watch.answered(given, person_role=asked.person.role, cached=True)
        self._jobs.settle(job, given)

    # ---------------------------------------------------------------------------------------------------- one turn

    @property
    def _store(self) -> Store:
        return self._houses.whole.store

    def _parts(self, turn: str, person: str) -> Any:
        return self._store.turn(turn, person=person).parts

    def _hold(self, asked: _Asked) -> Job:
        return self._jobs.hold(asked.turn.id, asked.turn.conversation, person=asked.person.id)

    def _begin(self, asked: _Asked, *, again: bool = False) -> Job:
        turn, answering = asked.turn, partial(self._answer, asked, None, again=again)
        return self._jobs.start(turn.id, turn.conversation, answering, person=asked.person.id)

    def _answer(
        self, asked: _Asked, key: Key | None, *, listen: Callable[[Event], None], cancel: threading.Event,
        again: bool = False,
    ) -> Answer:  # fmt: skip
        """Answer in the house of the asker; what came of it is counted."""
        began, turn, person = time.monotonic(), asked.turn, asked.person
        try:
            with self._houses.lent(person.scope) as house:
                copilot = house.copilot
                if again:
                    answer = copilot.resume(turn.id, person=person.id, listen=listen, cancel=cancel)
                else:
                    answer = copilot.answer(turn, listen=listen, cancel=cancel)
        except Exception as error:
            self._lost(turn, error)
            raise
        self._pace.took(time.monotonic() - began)
        for result in answer["results"]:
            if result.get("code"):
                self._houses.whole.audit.record(person.id, "code", turn=turn.id, code=result["code"])
        self._watch.answered(answer, person_role=person.role, cached=False)
        if key is not None and answer["status"] == "answered":
            self._cache.put(key, answer, self._parts(turn.id, person.id))
        return answer

    def _lost(self, turn: Turn, error: Exception) -> None:
        """Leave no turn behind that seems to run: the house itself may not have opened."""
        self._watch.failed(kind_of(error))
        if not isinstance(error, InputError):
            self._store.stop(turn.id, "failed")
        job = self._jobs.get(turn.id)
        if isinstance(error, Cancelled) and job is not None and isinstance(job.error, Busy):
            self._store.stop(turn.id, "interrupted")  # handed back: the next process takes it up
        if isinstance(error, OperatorError):
            log.error("turn %s: %s", turn.id, error)


def kind_of(error: Exception) -> str:
    """Return what sort of error it is, as it is counted."""
    kinds = {Cancelled: "stopped", TooMany: "quota", Busy: "busy", InputError: "input"}
    return next((kind for sort, kind in kinds.items() if isinstance(error, sort)), "error")
