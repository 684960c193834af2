"""Jobs run outside any page: one after the other in a conversation, stopped at once, never started twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from crm_copilot.errors import Cancelled, ModelUnavailable
from crm_copilot.service.jobs import Jobs

SECONDS = 10.0


class Work:
    """A stand-in for `Copilot.answer` that ends when it is let go."""

    def __init__(self, error: Exception | None = None) -> None:
        self.begun, self.let_go, self.times, self.error = threading.Event(), threading.Event(), 0, error

    def __call__(self, *, listen: Callable[[Mapping[str, Any]], None], cancel: threading.Event) -> None:
        self.times += 1
        listen({"step": "questions", "questions": ["?"]})
        self.begun.set()
        assert self.let_go.wait(SECONDS)
        if self.error is not None:
            raise self.error
        if cancel.is_set():
            raise Cancelled("stopped")


@pytest.fixture
def jobs() -> Jobs:
    return Jobs(workers=4)


@pytest.fixture
def work() -> Iterator[Work]:
    made = Work()
    yield made
    made.let_go.set()


def test_a_job_tells_its_steps_while_it_runs(jobs: Jobs, work: Work) -> None:
    job = jobs.start("turn", "talk", work)
    assert work.begun.wait(SECONDS)
    assert jobs.get("turn") is job
    assert job.active
    assert [event["step"] for event in job.events] == ["questions"]
    work.let_go.set()
    assert job.ended.wait(SECONDS)
    assert (job.active, job.trouble, jobs.running()) == (False, "", [])


def test_a_turn_is_not_started_twice(jobs: Jobs, work: Work) -> None:
    first = jobs.start("turn", "talk", work)
    assert jobs.start("turn", "talk", Work()) is first
    work.let_go.set()
    assert first.ended.wait(SECONDS)
    assert work.times == 1


def test_questions_of_a_conversation_wait_for_each_other(jobs: Jobs, work: Work) -> None:
    jobs.start("first", "talk", work)
    second, elsewhere = Work(), Work()
    waiting = jobs.start("second", "talk", second)
    jobs.start("other", "another talk", elsewhere)
    assert elsewhere.begun.wait(SECONDS)
    assert not waiting.working.is_set()
    for let_go in (elsewhere, work, second):
        let_go.let_go.set()
    assert waiting.ended.wait(SECONDS)
    assert second.times == 1


def test_a_stopped_job_is_over_at_once_and_holds_nobody_up(jobs: Jobs, work: Work) -> None:
    stopped = jobs.start("first", "talk", work)
    assert work.begun.wait(SECONDS)
    jobs.stop("first")
    assert not stopped.active
    assert not stopped.ended.is_set()
    following = Work()
    following.let_go.set()
    assert jobs.start("second", "talk", following).ended.wait(SECONDS)


def test_a_stopped_turn_waits_for_its_own_thread_before_it_is_taken_up(jobs: Jobs, work: Work) -> None:
    stopped = jobs.start("turn", "talk", work)
    assert work.begun.wait(SECONDS)
    jobs.stop("turn")
    again = Work()
    again.let_go.set()
    job = jobs.start("turn", "talk", again)
    assert {stopped, job} == set(jobs.running())
    assert again.times == 0
    work.let_go.set()
    assert job.ended.wait(SECONDS)
    assert stopped.ended.is_set()
    assert again.times == 1


def test_a_waiting_job_can_be_stopped(jobs: Jobs, work: Work) -> None:
    jobs.start("first", "talk", work)
    second = Work()
    waiting = jobs.start("second", "talk", second)
    jobs.stop("second")
    assert waiting.ended.wait(SECONDS)
    assert second.times == 0


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ModelUnavailable("start the server"), "start the server"),
        (KeyError("inside"), "Something went wrong on our side"),
    ],
)
def test_what_went_wrong_is_told_without_our_insides(jobs: Jobs, error: Exception, told: str) -> None:
    work = Work(error)
    work.let_go.set()
    job = jobs.start("turn", "talk", work)
    assert job.ended.wait(SECONDS)
    assert job.trouble.startswith(told)
    assert "inside" not in job.trouble


def test_old_jobs_are_forgotten(jobs: Jobs) -> None:
    for number in range(300):
        work = Work()
        work.let_go.set()
        assert jobs.start(str(number), str(number), work).ended.wait(SECONDS)
    assert jobs.get("0") is None
    assert jobs.get("299") is not None


def test_a_question_that_waits_takes_no_worker(work: Work) -> None:
    """Somebody who asks much in one conversation holds nobody else up."""
    jobs = Jobs(workers=2)
    jobs.start("first", "talk", work)
    for number in range(5):
        jobs.start(f"next {number}", "talk", Work())
    elsewhere = Work()
    elsewhere.let_go.set()
    assert jobs.start("other", "another talk", elsewhere).ended.wait(SECONDS)
    assert jobs.waiting() == 5
    for job in jobs.running():
        jobs.stop(job.turn)


def test_a_job_that_is_held_is_settled_from_elsewhere(jobs: Jobs) -> None:
    job = jobs.hold("turn", "talk", person="ana")
    assert (job.active, jobs.waiting("ana")) == (True, 0)
    jobs.settle(job, {"answer": "42"})
    assert (job.active, job.answer, job.trouble) == (False, {"answer": "42"}, "")
    assert jobs.running() == []


def test_a_job_that_was_held_can_be_stopped_or_let_work(jobs: Jobs, work: Work) -> None:
    stopped, released = jobs.hold("one", "talk"), jobs.hold("two", "other")
    jobs.stop("one")
    assert stopped.ended.is_set()
    jobs.release(released, work)
    work.let_go.set()
    assert released.ended.wait(SECONDS)
    assert work.times == 1


def test_closing_waits_for_what_ends_in_time_and_stops_the_rest(jobs: Jobs) -> None:
    quick, slow = Work(), Work()
    jobs.start("quick", "a", quick)
    left = jobs.start("slow", "b", slow)
    waiting = jobs.start("waiting", "b", Work())
    assert quick.begun.wait(SECONDS)
    assert slow.begun.wait(SECONDS)
    quick.let_go.set()
    threading.Timer(0.3, slow.let_go.set).start()
    assert set(jobs.close(0.1)) == {left, waiting}
    assert left.ended.is_set()
    assert waiting.ended.is_set()
    late = jobs.start("late", "c", Work())
    assert not late.active
