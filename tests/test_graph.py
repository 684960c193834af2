"""The loop: how often the writer is asked, what it is told, who gets which error, and where a run goes on."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from fakes import (
    ACCEPT,
    ScriptedJudge,
    ScriptedModel,
    ScriptedRetriever,
    ScriptedRunner,
    failed,
    program,
    scalar,
    table,
)
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver

from crm_copilot.domain import Attempt, Context, Execution, Program, Verdict
from crm_copilot.errors import Busy, Cancelled, ModelUnavailable, OperatorError, SandboxUnavailable
from crm_copilot.graph import build_graph
from crm_copilot.prompts import code_messages
from crm_copilot.reflection import ResultJudge

RETRY = Verdict("retry", "the period is wrong", "Use the year 2017.")
NODES = ["retrieve", "generate", "execute", "reflect"]
CONFIG = {"configurable": {"thread_id": "one"}}


def graph(**parts: Any) -> Any:
    given = {
        "retriever": ScriptedRetriever(),
        "code_model": ScriptedModel(),
        "runner": ScriptedRunner(),
        "judge": ScriptedJudge(),
    }
    return build_graph(**{**given, **parts})


def answer(question: str = "how many orders?", **parts: Any) -> dict[str, Any]:
    found: dict[str, Any] = graph(**parts).invoke({"question": question})
    return found


# ------------------------------------------------------------------------------------------------------- attempts


@pytest.mark.parametrize("good", [1, 2, 3])
def test_accepted_on_attempt(good: int) -> None:
    model = ScriptedModel()
    result = answer(code_model=model, judge=ScriptedJudge(*[RETRY] * (good - 1), ACCEPT))["result"]
    assert (result["status"], result["attempts"], len(model.seen)) == ("answered", good, good)
    assert result["rows"] == [[1]]


def test_never_accepted_is_declined_after_three_attempts() -> None:
    model, runner, judge = ScriptedModel(), ScriptedRunner(scalar(41)), ScriptedJudge(RETRY)
    result = answer(code_model=model, runner=runner, judge=judge)["result"]
    assert (result["status"], result["attempts"]) == ("declined", 3)
    assert len(model.seen) == len(runner.codes) == len(judge.reviewed) == 3


def test_a_refused_result_is_never_shown() -> None:
    result = answer(runner=ScriptedRunner(scalar(987654)), judge=ScriptedJudge(RETRY))["result"]
    assert result["rows"] == []
    assert "987654" not in json.dumps({**result, "code": ""})


def test_the_number_of_attempts_can_be_lowered() -> None:
    model = ScriptedModel()
    answer(code_model=model, judge=ScriptedJudge(RETRY), max_attempts=1)
    assert len(model.seen) == 1


def test_a_declined_attempt_is_the_last() -> None:
    model = ScriptedModel()
    result = answer(code_model=model, judge=ScriptedJudge(Verdict("decline", "out of scope")))["result"]
    assert (result["status"], len(model.seen)) == ("declined", 1)


def test_a_writer_with_nothing_to_offer_runs_nothing() -> None:
    runner = ScriptedRunner()
    result = answer(code_model=ScriptedModel([]), runner=runner, judge=ResultJudge(0.7))["result"]
    assert (result["status"], result["attempts"], runner.codes) == ("declined", 0, [])


def test_every_candidate_is_run_and_judged() -> None:
    programs = [program("def a(): return 1", 0.3), program("def b(): return 2", 0.7)]
    runner = ScriptedRunner(scalar(1), scalar(2))
    result = answer(code_model=ScriptedModel(programs), runner=runner, judge=ResultJudge(0.7))["result"]
    assert runner.codes == [p.code for p in programs]
    assert (result["rows"], result["code"]) == ([[2]], programs[1].code)


def test_a_second_question_on_the_same_thread_has_all_its_attempts() -> None:
    """LangGraph Studio asks every question of a conversation on one graph thread."""
    model = ScriptedModel()
    asked = graph(code_model=model, judge=ScriptedJudge(RETRY), checkpointer=InMemorySaver())
    for number in (1, 2):
        result = asked.invoke({"question": f"question {number}"}, CONFIG)["result"]
        assert (result["attempts"], len(model.seen)) == (3, 3 * number)
        assert [len(before) for _, before in model.seen[-3:]] == [0, 1, 2]


def test_a_second_question_on_the_same_thread_has_its_own_times() -> None:
    asked = graph(runner=ScriptedRunner(_slow, scalar(1)), checkpointer=InMemorySaver())
    first, second = (asked.invoke({"question": "how many?"}, CONFIG)["timings"] for _ in range(2))
    assert first["execute"] >= 0.2
    assert second["execute"] < 0.2


def _slow(cancel: threading.Event | None) -> Execution:
    threading.Event().wait(0.2)
    return scalar(1)


# ------------------------------------------------------------------------------------------------------- feedback


class Prompted(ScriptedModel):
    """Keeps the prompts that a chat model would be sent."""

    def write(self, context: Context, attempts: Any) -> Any:
        self.prompts = [
            *getattr(self, "prompts", []),
            "\n".join(text for _, text in code_messages(context, [], [], attempts)),
        ]
        return super().write(context, attempts)


def test_an_error_of_the_program_reaches_the_next_prompt() -> None:
    model = Prompted([program("def first(): return 1")], [program("def second(): return 1")])
    runner = ScriptedRunner(failed("column 'prize' is not in order_items"), scalar(1))
    result = answer(code_model=model, runner=runner, judge=ResultJudge(0.7))["result"]
    assert "prize" not in model.prompts[0]
    assert "column 'prize' is not in order_items" in model.prompts[1]
    assert "def first()" in model.prompts[1]
    assert (result["status"], result["code"]) == ("answered", "def second(): return 1")


def test_a_doubt_reaches_the_next_prompt() -> None:
    model = Prompted()
    runner = ScriptedRunner(table(["state", "revenue"]), table(["state", "revenue"], ["SP", 3.5]))
    result = answer(code_model=model, runner=runner, judge=ResultJudge(0.7))["result"]
    assert "The result is empty" in model.prompts[1]
    assert (result["status"], result["attempts"]) == ("answered", 2)


def test_the_feedback_of_every_attempt_reaches_the_last_prompt() -> None:
    model = Prompted()
    verdicts = [Verdict("retry", "", "Mend the period."), Verdict("retry", "", "Mend the grain."), ACCEPT]
    answer(code_model=model, judge=ScriptedJudge(*verdicts))
    assert "Mend the period." in model.prompts[2]
    assert "Mend the grain." in model.prompts[2]


# --------------------------------------------------------------------------------------------------- whose error


@pytest.mark.parametrize("error", [ModelUnavailable("the server is down"), ModelUnavailable("it answered garbage")])
def test_an_error_of_the_model_is_raised_to_the_operator(error: OperatorError) -> None:
    runner = ScriptedRunner()
    with pytest.raises(OperatorError, match=str(error)):
        answer(code_model=ScriptedModel(error), runner=runner)
    assert runner.codes == []


@pytest.mark.parametrize("error", [SandboxUnavailable("no landlock here"), Busy("all workers are taken")])
def test_an_error_of_the_sandbox_is_raised_and_never_told_to_the_writer(error: OperatorError) -> None:
    model = ScriptedModel()
    with pytest.raises(type(error)):
        answer(code_model=model, runner=ScriptedRunner(error))
    assert len(model.seen) == 1


def test_an_error_of_the_model_in_the_second_round_is_raised_too() -> None:
    with pytest.raises(ModelUnavailable):
        answer(code_model=ScriptedModel([program()], ModelUnavailable("down")), judge=ScriptedJudge(RETRY))


# ------------------------------------------------------------------------------------- stopping, resuming, streaming


def test_a_cancelled_run_stops_before_the_next_node() -> None:
    stop, runner = threading.Event(), ScriptedRunner()

    class Stopping(ScriptedModel):
        def write(self, context: Context, attempts: Any) -> Any:
            stop.set()
            return super().write(context, attempts)

    with pytest.raises(Cancelled):
        graph(code_model=Stopping(), runner=runner, cancellations={"one": stop}).invoke({"question": "q"}, CONFIG)
    assert runner.codes == []


def test_the_program_under_way_is_told_of_the_cancellation() -> None:
    stop = threading.Event()
    told = []
    runner = ScriptedRunner(lambda cancel: told.append(cancel) or scalar(1))  # type: ignore[func-returns-value]
    graph(runner=runner, cancellations={"one": stop}).invoke({"question": "q"}, CONFIG)
    assert told == [stop]


def test_only_the_cancelled_run_stops() -> None:
    stop = threading.Event()
    stop.set()
    assert graph(cancellations={"another": stop}).invoke({"question": "q"}, CONFIG)["result"]["status"] == "answered"


@pytest.mark.parametrize("broken", NODES)
def test_a_run_goes_on_at_the_node_that_raised(broken: str, tmp_path: Path) -> None:
    """The checkpoint is in a file that is closed and opened again, as after a restart."""
    calls: list[str] = []
    parts = _counting(calls)
    file = tmp_path / "checkpoints.sqlite"
    raising = {**parts, _PART[broken]: _Broken()}
    with sqlite3.connect(file, check_same_thread=False) as connection, pytest.raises(OperatorError):
        graph(**raising, checkpointer=SqliteSaver(connection)).invoke({"question": "q"}, CONFIG)
    with sqlite3.connect(file, check_same_thread=False) as connection:
        result = graph(**parts, checkpointer=SqliteSaver(connection)).invoke(None, CONFIG)["result"]
    assert result["status"] == "answered"
    assert calls == NODES, "each step was done once, before or after"


_PART = {"retrieve": "retriever", "generate": "code_model", "execute": "runner", "reflect": "judge"}


class _Broken:
    """Stands in for any part; cannot be reached."""

    name = "broken"

    def fail(self, *arguments: Any, **options: Any) -> Any:
        raise OperatorError("it is down")

    retrieve = write = run = review = fail


def _counting(calls: list[str]) -> dict[str, Any]:
    class Retriever(ScriptedRetriever):
        def retrieve(self, *arguments: Any, **options: Any) -> Any:
            calls.append("retrieve")
            return super().retrieve(*arguments, **options)

    class Model(ScriptedModel):
        def write(self, *arguments: Any) -> Any:
            calls.append("generate")
            return super().write(*arguments)

    class Runner(ScriptedRunner):
        def run(self, *arguments: Any, **options: Any) -> Any:
            calls.append("execute")
            return super().run(*arguments, **options)

    class Judge(ScriptedJudge):
        def review(self, *arguments: Any) -> Any:
            calls.append("reflect")
            return super().review(*arguments)

    return {"retriever": Retriever(), "code_model": Model(), "runner": Runner(), "judge": Judge()}


def test_each_step_is_streamed_with_what_it_changed() -> None:
    asked = graph(judge=ScriptedJudge(RETRY, ACCEPT))
    updates = [update for part in asked.stream({"question": "q"}, stream_mode="updates") for update in part.items()]
    assert [node for node, _ in updates] == [*NODES, "generate", "execute", "reflect", "respond"]
    changed = {node: set(keys) - {"timings", "tokens", "runs"} for node, keys in updates}
    assert changed == {
        "retrieve": {"context", "attempts"},
        "generate": {"programs"},
        "execute": {"executions"},
        "reflect": {"attempts", "executions", "programs"},
        "respond": {"result"},
    }


def test_what_leaves_is_the_result_and_what_each_node_took() -> None:
    found = answer(judge=ScriptedJudge(RETRY, ACCEPT))
    assert set(found) == {"result", "timings", "tokens", "runs"}
    assert found["runs"] == {"ok": 2}, "both attempts ran one program"
    assert set(found["timings"]) == {*NODES, "respond"}
    assert all(seconds >= 0 for seconds in found["timings"].values())


def test_a_checkpoint_holds_plain_json_only() -> None:
    figure = Execution("ok", kind="figure", figure=b"\x89PNG", n_rows=0)
    saver = InMemorySaver()
    asked = graph(runner=ScriptedRunner(figure), judge=ScriptedJudge(RETRY, ACCEPT), checkpointer=saver)
    asked.invoke({"question": "q"}, CONFIG)
    for snapshot in asked.get_state_history(CONFIG):
        json.dumps(snapshot.values, allow_nan=False)


def test_candidates_that_were_not_chosen_leave_their_rows_behind() -> None:
    rows = table(["state"], *[[f"S{n}"] for n in range(500)])
    asked = graph(
        code_model=ScriptedModel([program("def a(): ..."), program("def b(): ...")]),
        runner=ScriptedRunner(scalar(1), rows),
        checkpointer=InMemorySaver(),
    )
    asked.invoke({"question": "q"}, CONFIG)
    kept = asked.get_state(CONFIG).values["attempts"][0]["executions"]
    assert [len(execution["rows"]) for execution in kept] == [1, 0]
    assert kept[1]["n_rows"] == 500


def test_an_attempt_is_given_to_the_writer_as_it_was() -> None:
    model = ScriptedModel()
    answer(code_model=model, runner=ScriptedRunner(failed("no such column")), judge=ScriptedJudge(RETRY, ACCEPT))
    _, (before,) = model.seen[1]
    assert isinstance(before, Attempt)
    assert isinstance(before.programs[0], Program)
    assert (before.programs[0], before.executions[0].error, before.verdict) == (program(), "no such column", RETRY)
