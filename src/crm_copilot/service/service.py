"""The service: who may ask, where it is answered, and what is remembered for whom.

One for each process; the app, the API, the MCP server and the bot all ask it. Another person's conversation, turn or
job is an unknown name here, as if it did not exist.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from crm_copilot.bootstrap import House
from crm_copilot.copilot import readable
from crm_copilot.data import open_data
from crm_copilot.errors import Busy, Cancelled, CopilotError, UnknownName
from crm_copilot.learning import Outcome
from crm_copilot.people import OWNER, Person
from crm_copilot.service.cache import Cache
from crm_copilot.service.houses import Houses
from crm_copilot.service.jobs import Event, Job, Jobs
from crm_copilot.service.limits import Allowance, Pace, check_queue
from crm_copilot.service.memory import share_arenas
from crm_copilot.service.runs import Runs, kind_of
from crm_copilot.storage import Conversation, Rating, Turn
from crm_copilot.tools import Tool
from crm_copilot.watching.watch import Watch

_TAKEN_UP = timedelta(hours=1)
Listener = Callable[[Event], None]


class Service:
    """Answers many people at once over one house for each scope."""

    def __init__(
        self, house: House, *, workers: int | None = None, waiting: int | None = None, watch: Watch | None = None
    ) -> None:
        share_arenas()
        settings = house.settings
        self._workers, self._most = workers or settings.service_workers, waiting or settings.service_waiting
        self.watch = watch or Watch()
        self.jobs, self.pace = Jobs(self._workers), Pace()
        self._cache = Cache(settings.cache_seconds)
        self._houses = Houses(house, settings.service_houses)
        self._runs = Runs(self._houses, self.jobs, self._cache, self.watch, self.pace)
        self._allowance = Allowance(settings.questions_a_minute, settings.questions_a_day, max(2, self._most // 4))
        self._refreshing, self._closing_once, self._closing = threading.Lock(), threading.Lock(), False
        self._closed = False

    @property
    def house(self) -> House:
        """The house of those who see everything, as it is now."""
        return self._houses.whole

    def house_of(self, person: Person) -> House:
        """Return the house that holds what a person may see."""
        return self._houses.of(person.scope)

    # ------------------------------------------------------------------------------------------------------- asking

    def submit(self, person: Person, message: str, thread: str | None = None) -> Job:
        """Write a question down and start answering it.

        Raises InputError for what cannot be read, UnknownName for another's conversation, Busy where too many wait and
        TooMany where this person has asked too much; nothing is written then.
        """
        try:
            text = readable(message)
            self._admit(person)
            turn = self.house.copilot.begin(text, thread, person=person.id, scope=person.scope.key)
            self.house.audit.record(person.id, "question", turn=turn.id)
        except CopilotError as error:
            self.watch.failed(kind_of(error))
            raise
        job = self._runs.start(person, turn)
        self.watch.queue(self.jobs.waiting())
        return job

    def ask(
        self, person: Person, message: str, thread: str | None = None, *, listen: Listener | None = None,
        cancel: threading.Event | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Ask and wait for the answer; raise Cancelled when it was stopped, or why there is none."""
        job = self.submit(person, message, thread)
        told = 0
        while not job.settled.wait(0.05 if listen or cancel else None):
            told = _tell(job, told, listen)
            if cancel is not None and cancel.is_set():
                self.stop(person, job.turn)
        _tell(job, told, listen)
        return outcome(job)

    def job(self, person: Person, turn: str) -> Job | None:
        """Return the job of a person's turn, also when it is over; None when this process has none."""
        found = self.jobs.get(turn)
        return found if found is not None and found.person == person.id else None

    def stop(self, person: Person, turn: str) -> None:
        """Stop a turn; one that is over stays as it is."""
        self.turn(person, turn)
        self.jobs.stop(turn)
        if self.turn(person, turn).status == "running":
            self.house.store.stop(turn, "stopped")

    def resume(self, person: Person, turn: str) -> Job:
        """Take up a turn that was interrupted or stopped, or ask again one that failed."""
        found = self.turn(person, turn)
        self._admit(person)
        return self._runs.resume(person, found)

    def take_up(self) -> list[Job]:
        """Take up what a process that died or handed back has left in the last hour; return what is answered now."""
        self.house.store.mark_interrupted()
        young = (datetime.now(UTC) - _TAKEN_UP).isoformat()
        found = [(self._asker(turn), turn) for turn in self.house.store.interrupted() if turn.created > young]
        return [self._runs.resume(person, turn) for person, turn in found if person is not None]

    def _asker(self, turn: Turn) -> Person | None:
        """Return who asked, as they are now; None for somebody who may ask no more."""
        if turn.person == OWNER.id:
            return OWNER
        with suppress(UnknownName):
            account = self.house.accounts.account(turn.person)
            return account.person if account.disabled is None else None
        return None

    # --------------------------------------------------------------------------------------------- what is remembered

    def conversations(self, person: Person, limit: int = 50) -> list[Conversation]:
        """Return the conversations of a person, the one used last first."""
        return self.house.store.conversations(limit, person=person.id)

    def turns(self, person: Person, conversation: str) -> list[Turn]:
        """Return the turns of a conversation in order, [] for none of this person."""
        return self.house.store.turns(conversation, person=person.id)

    def turn(self, person: Person, turn: str) -> Turn:
        """Return a turn; raise UnknownName when this person has none of that id."""
        return self.house.store.turn(turn, person=person.id)

    def copied(self, person: Person, turn: Turn, thread: str | None) -> Turn:
        """Write an answered turn down once more, in another conversation or, with None, in a new one."""
        store, answer = self.house.store, dict(turn.answer or {})
        copy = store.begin(turn.message, thread, person=person.id, scope=turn.scope)
        store.set_parts(copy.id, turn.parts)
        store.finish(copy.id, {**answer, "turn": copy.id, "thread": copy.conversation})
        return copy

    def rename(self, person: Person, conversation: str, title: str) -> None:
        """Give a conversation another title."""
        self.house.store.rename(conversation, title, person=person.id)

    def delete(self, person: Person, conversation: str) -> None:
        """Forget a conversation with its turns and ratings, and stop what runs in it.

        It is gone before anything stops, so that whoever looks because it stopped does not find it.
        """
        running = self.turns(person, conversation)
        self.house.store.delete(conversation, person=person.id)
        for turn in running:
            self.jobs.stop(turn.id)

    def rating(self, person: Person, turn: str, part: int = 0) -> Rating:
        """Return what a person thinks of an answer of theirs."""
        self.turn(person, turn)
        return self.house.store.rating(turn, part, person=person.id)

    def rate(
        self, person: Person, turn: str, part: int = 0, *, thumbs: int | None, stars: int | None = None,
        comment: str = "", meant: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Store what a person thinks of an answer, and learn from it for those who may see the same."""
        found = self.turn(person, turn)
        with self._houses.lent(person.scope) as house:
            done = house.learning.rate(
                turn, part, thumbs=thumbs, stars=stars, comment=comment, meant=meant, person=person.id
            )
        self.watch.rated(thumbs)
        key = self._runs.key(person, found)
        if thumbs == 0 and key is not None:
            self._cache.drop(key)
        return done

    # ---------------------------------------------------------------------------------------------------------- tools

    def tools(self, person: Person) -> list[Tool]:
        """Return the tools, bound to what a person may see."""
        return self.house_of(person).tools

    def call(self, person: Person, tool: str, arguments: dict[str, Any]) -> Any:
        """Call a tool for a person; raise UnknownName for none of that name, InputError for wrong arguments."""
        self._allowance.take(person, 0)
        with self._houses.lent(person.scope) as house:
            found = house.tool(tool)
            self.house.audit.record(person.id, "tool", detail=found.name)
            return found.call(arguments)

    # ------------------------------------------------------------------------------------------------ the whole thing

    @property
    def closing(self) -> bool:
        """Whether nothing more is taken."""
        return self._closing

    def refresh(self) -> None:
        """Open everything anew when other data have been loaded meanwhile, by this process or another."""
        with self._refreshing:
            if not self._closing and self._outdated():
                self.renew()

    def renew(self) -> None:
        """Open everything anew; what still answers from the old data ends first."""
        new = House(self.house.settings)
        new.copilot  # noqa: B018 - what cannot be opened is told here, and the old house stays
        self._houses.renew(new)

    def close(self, drain_seconds: float = 0.0) -> None:
        """Take nothing more, finish what ends in time, and hand back the rest: it is taken up at the next start."""
        self._closing = True
        with self._closing_once:
            if self._closed:
                return
            self._closed = True
            for job in self.jobs.close(drain_seconds, _handed_back):
                if job.answer is None:
                    self.house.store.stop(job.turn, "interrupted")
            self._houses.close()

    def _admit(self, person: Person) -> None:
        if self._closing:
            raise Busy("busy: the service is being stopped; try again in 10 s", seconds=10)
        check_queue(self.jobs.waiting(), self._most, self.pace, self._workers)
        self._allowance.take(person, self.jobs.waiting(person.id))

    def _outdated(self) -> bool:
        settings = self.house.settings
        if settings.data_dir is not None:
            return False
        with suppress(CopilotError):
            present = open_data(settings.home_dir)
            return present is not None and present.info.fingerprint != self.house.dataset.info.fingerprint
        return False


def _handed_back(job: Job) -> Busy:
    return Busy(
        f"the service is being stopped before the answer was there; turn {job.turn} is taken up at the next start",
        seconds=10,
    )


def outcome(job: Job) -> dict[str, Any]:
    """Return the answer of a job that is settled; raise why there is none."""
    if job.answer is not None:
        return dict(job.answer)
    raise job.error or Cancelled("the question was stopped")


def _tell(job: Job, told: int, listen: Listener | None) -> int:
    events = job.events[told:] if listen else []
    for event in events:
        if listen:
            listen(event)
    return told + len(events)
