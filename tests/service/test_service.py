"""The service over everything real: shared runs, the cache, limits, and what is handed on to another house."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slow_model import SlowModel

from crm_copilot.bootstrap import House
from crm_copilot.errors import Busy, Cancelled, InputError, TooMany, UnknownName
from crm_copilot.people import OWNER, Person
from crm_copilot.service import Job, Service
from crm_copilot.service.service import outcome
from crm_copilot.settings import load_settings

SECONDS = 60.0
QUESTION = "orders by status"


@pytest.fixture(scope="module")
def home(fresh_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(fresh_home, tmp_path_factory.mktemp("service") / "home"))


@pytest.fixture(scope="module")
def service(home: Path) -> Iterator[Service]:
    """The service with the library, which answers at once."""
    made = Service(House(load_settings(None, home=home, model="library")))
    yield made
    made.close()


@pytest.fixture(scope="module")
def model() -> Iterator[SlowModel]:
    with SlowModel() as made:
        yield made


@pytest.fixture(scope="module")
def slow(home: Path, model: SlowModel) -> Iterator[Service]:
    """The service with a model that answers when the test lets it; two answer at once, three may wait."""
    given = {name.removeprefix("CRM_").lower(): value for name, value in model.settings.items()}
    made = Service(House(load_settings(None, home=home, **given)), workers=2, waiting=3)
    yield made
    made.close()


@pytest.fixture
def held(model: SlowModel) -> Iterator[SlowModel]:
    model.hold()
    yield model
    model.release()


@pytest.fixture(scope="module")
def people(service: Service) -> dict[str, Person]:
    add = service.house.accounts.add
    return {name: add(name, None, "admin") for name in ("ana", "ben")} | {"sam": add("sam", None, "rep", states=["SP"])}


def answered(job: Job) -> dict[str, Any]:
    assert job.settled.wait(SECONDS)
    return outcome(job)


def test_equal_questions_under_way_share_one_run(slow: Service, held: SlowModel) -> None:
    first = slow.submit(OWNER, QUESTION)
    others = [slow.submit(OWNER, f" {QUESTION}  ") for _ in range(5)]
    held.wait_until_asked()
    assert slow.jobs.waiting() == 0
    held.release()
    answers = [answered(job) for job in (first, *others)]
    assert len({answer["turn"] for answer in answers}) == 6
    assert [answer.get("cached", False) for answer in answers] == [False] + [True] * 5
    assert all(answer["results"] == answers[0]["results"] for answer in answers)
    for answer in answers:
        assert slow.turn(OWNER, answer["turn"]).answer == answer
    assert not held.asked.acquire(timeout=0.2)


def test_where_the_first_is_stopped_the_next_one_leads(slow: Service, held: SlowModel) -> None:
    first, second, third = (slow.submit(OWNER, QUESTION) for _ in range(3))
    held.wait_until_asked()
    slow.stop(OWNER, first.turn)
    with pytest.raises(Cancelled):
        outcome(first)
    held.release()
    assert [answered(job)["status"] for job in (second, third)] == ["answered"] * 2
    assert slow.turn(OWNER, first.turn).status == "stopped"


def test_a_full_queue_is_busy_and_writes_nothing(slow: Service, held: SlowModel) -> None:
    jobs = [slow.submit(OWNER, f"{QUESTION} {'and ' * number}") for number in range(5)]
    for _ in range(2):
        held.wait_until_asked()
    before = len(slow.conversations(OWNER, 1000))
    with pytest.raises(Busy, match="try again in") as refused:
        slow.submit(OWNER, "one more")
    assert refused.value.seconds >= 1
    assert len(slow.conversations(OWNER, 1000)) == before
    held.release()
    for job in jobs:
        assert job.ended.wait(SECONDS)
    assert slow.watch.value("crm_refusals_total", kind="busy") == 1


def test_a_person_has_a_rate(service: Service, people: dict[str, Person]) -> None:
    strict = Service(House(service.house.settings.model_copy(update={"questions_a_minute": 2})))
    try:
        for _ in range(2):
            strict.ask(people["ana"], "How many orders?")
        with pytest.raises(TooMany, match="2 questions, the most there may be a minute"):
            strict.submit(people["ana"], "How many orders?")
        assert strict.ask(people["ben"], "How many orders?")["status"] == "answered"
    finally:
        strict.close()


def test_an_answer_is_shared_with_those_who_may_see_the_same_and_no_others(
    service: Service, people: dict[str, Person]
) -> None:
    question = "How many orders were there in 2017 by state?"
    ana, ben, sam = (service.ask(people[name], question) for name in ("ana", "ben", "sam"))
    assert [answer.get("cached", False) for answer in (ana, ben, sam)] == [False, True, False]
    assert ben["results"] == ana["results"]
    assert {row[0] for row in sam["results"][0]["rows"]} == {"SP"}
    assert len(ana["results"][0]["rows"]) > 1


def test_a_follow_up_of_a_shared_answer_leans_on_it(service: Service, people: dict[str, Person]) -> None:
    for name in ("ana", "ben"):
        first = service.ask(people[name], "How many orders were there in 2018?")
        second = service.ask(people[name], "and by state?", first["thread"])
        assert sum(row[1] for row in second["results"][0]["rows"]) == first["results"][0]["rows"][0][0]


def test_what_somebody_confirms_or_rejects_is_not_given_from_before(service: Service) -> None:
    question = "How many reviews are there?"
    first = service.ask(OWNER, question)
    assert service.ask(OWNER, question)["cached"]
    service.rate(OWNER, first["turn"], thumbs=0)
    assert not service.ask(OWNER, question).get("cached", False)


def test_others_turns_and_jobs_are_unknown(service: Service, people: dict[str, Person]) -> None:
    job = service.submit(people["ana"], "Revenue in 2018")
    answered(job)
    assert service.job(people["ana"], job.turn) is job
    assert service.job(people["ben"], job.turn) is None
    for do in (service.turn, service.stop, service.resume, service.rating):
        with pytest.raises(UnknownName):
            do(people["ben"], job.turn)
    with pytest.raises(UnknownName):
        service.submit(people["ben"], "and by state?", job.conversation)
    assert service.turns(people["ben"], job.conversation) == []


def test_who_asked_what_and_which_code_ran_is_written_down(service: Service, people: dict[str, Person]) -> None:
    answer = service.ask(people["ben"], "How many customers are there in RJ?")
    entries = [found for found in service.house.audit.entries(person=people["ben"].id) if found.turn == answer["turn"]]
    assert {found.action: found.code for found in entries} == {
        "question": None, "code": answer["results"][0]["code"],
    }  # fmt: skip


def test_tools_are_those_of_the_house_of_the_asker(service: Service, people: dict[str, Person]) -> None:
    assert len(service.call(OWNER, "search_playbook", {"question": "discount", "k": 2})) == 2
    assert service.call(OWNER, "accounts", {})
    with pytest.raises(InputError, match="clients"):
        service.call(people["sam"], "accounts", {})
    with pytest.raises(UnknownName):
        service.call(OWNER, "drop_tables", {})


def test_a_listener_hears_the_steps_and_a_cancelled_question_ends(slow: Service, held: SlowModel) -> None:
    steps: list[str] = []
    cancel = threading.Event()
    timer = threading.Timer(1.0, cancel.set)
    timer.start()
    with pytest.raises(Cancelled):
        slow.ask(OWNER, QUESTION, listen=lambda event: steps.append(event["step"]), cancel=cancel)
    assert steps[:2] == ["questions", "retrieve"]


def test_what_is_deleted_is_gone_before_it_stops(
    slow: Service, held: SlowModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = slow.submit(OWNER, "items by month")
    held.wait_until_asked()
    seen: list[int] = []
    stop = slow.jobs.stop
    monkeypatch.setattr(
        slow.jobs, "stop", lambda turn: (seen.append(len(slow.turns(OWNER, job.conversation))), stop(turn))
    )
    slow.delete(OWNER, job.conversation)
    assert seen == [0]
    assert not job.active


def test_who_was_disabled_is_not_answered_after_a_restart(home: Path, service: Service) -> None:
    gone = service.house.accounts.add("gone", None, "admin")
    turns = [service.house.store.begin("How many orders?", None, person=who) for who in (gone.id, OWNER.id)]
    for turn in turns:
        service.house.store.stop(turn.id, "interrupted")
    service.house.accounts.disable(gone.id)
    taken = service.take_up()
    assert [job.turn for job in taken] == [turns[1].id]
    assert answered(taken[0])["status"] == "answered"
