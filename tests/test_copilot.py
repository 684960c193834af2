"""The one door: what an answer holds, how a conversation goes on, and what is left when something stops it."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fakes import FIRST, LAST, ScriptedJudge, ScriptedModel, ScriptedRetriever, ScriptedRunner, program, scalar, table
from langgraph.checkpoint.sqlite import SqliteSaver

from crm_copilot.bootstrap import House
from crm_copilot.copilot import MOST_CHARACTERS, Copilot
from crm_copilot.domain import Execution, Program, Verdict
from crm_copilot.errors import Cancelled, InputError, ModelUnavailable, SandboxUnavailable, UnknownName
from crm_copilot.graph import build_graph
from crm_copilot.library.plan import By, Plan, measure_of
from crm_copilot.prompts import code_messages
from crm_copilot.reflection import ResultJudge
from crm_copilot.storage import Store
from crm_copilot.understanding.reader import Calendar

ANSWER = {"question", "status", "answer", "results", "model", "timings", "seconds", "thread", "turn"}
RESULT = {
    "question",
    "status",
    "answer",
    "columns",
    "rows",
    "confidence",
    "definition",
    "code",
    "attempts",
    "sources",
    "truncated",
}
TESTS = Path(__file__).parent


class Fixture:
    """A copilot over scripted parts with a real store and real checkpoints, opened anew as often as wanted."""

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir(exist_ok=True)
        self._open: list[tuple[Copilot, sqlite3.Connection]] = []

    def __call__(self, *, checkpoints: bool = True, **parts: Any) -> Copilot:
        given = {
            "retriever": ScriptedRetriever(),
            "code_model": ScriptedModel(),
            "runner": ScriptedRunner(),
            "judge": ScriptedJudge(),
        }
        stops: dict[str, threading.Event] = {}
        connection = sqlite3.connect(self.home / "checkpoints.sqlite", check_same_thread=False)
        saver = SqliteSaver(connection) if checkpoints else None
        graph = build_graph(**{**given, **parts}, cancellations=stops, checkpointer=saver)
        copilot = Copilot(
            graph=graph,
            store=Store(self.home / "conversations.sqlite"),
            link=lambda text: [],
            calendar=Calendar(FIRST, LAST),
            model="scripted",
            checkpointer=saver,
            cancellations=stops,
        )
        self._open.append((copilot, connection))
        return copilot

    def checkpoints(self) -> int:
        with sqlite3.connect(self.home / "checkpoints.sqlite") as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'checkpoints'").fetchone():
                return 0
            return int(connection.execute("SELECT count(*) FROM checkpoints").fetchone()[0])

    def close(self) -> None:
        for copilot, connection in self._open:
            copilot.close()
            connection.close()


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Fixture]:
    fixture = Fixture(tmp_path / "home")
    yield fixture
    fixture.close()


# --------------------------------------------------------------------------------------------- the answer's contract


def test_an_answer_holds_what_the_design_says(make: Fixture) -> None:
    answer = make().ask("How many orders?")
    assert set(answer) >= ANSWER
    assert set(answer["results"][0]) >= RESULT
    assert (answer["question"], answer["status"], answer["model"]) == ("How many orders?", "answered", "scripted")
    assert set(answer["timings"]) == {"retrieve", "generate", "execute", "reflect", "respond"}
    assert 0 < answer["seconds"] < 30
    assert answer["results"][0]["code"] == program().code


@pytest.mark.parametrize("status", ["answered", "declined", "failed"])
def test_every_result_has_the_same_keys(make: Fixture, status: str) -> None:
    parts: dict[str, Any] = {
        "answered": {},
        "declined": {"judge": ScriptedJudge(Verdict("decline"))},
        "failed": {"code_model": ScriptedModel(ModelUnavailable("down"))},
    }
    (result,) = make(**parts[status]).ask("q")["results"]
    assert result["status"] == status
    assert set(result) == RESULT | {"reason", "limited", "n_rows", "understood_as", "chart", "figure", "next", "plan"}


@pytest.mark.parametrize(
    "execution",
    [
        scalar(3),
        scalar("a text"),
        scalar(None),
        table(["a", "b"], ["x", 1.5], [None, True]),
        table(["a"]),
        Execution("ok", ("k", "v"), (("a", 1),), "mapping", {"a": 1}, 1),
        Execution("ok", kind="figure", figure=b"\x89PNG"),
    ],
)
def test_an_answer_is_json_without_nan(make: Fixture, execution: Execution) -> None:
    answer = make(runner=ScriptedRunner(execution)).ask("q")
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


def test_a_scalar_is_a_table_of_one_cell(make: Fixture) -> None:
    (result,) = make(runner=ScriptedRunner(scalar(735))).ask("q")["results"]
    assert (result["columns"], result["rows"]) == (["value"], [[735]])


@pytest.mark.parametrize(("there", "kept", "truncated"), [(10_000, 10_000, False), (10_001, 10_000, True)])
def test_a_table_comes_whole_up_to_ten_thousand_rows(make: Fixture, there: int, kept: int, truncated: bool) -> None:
    rows = [["x", n] for n in range(kept)]
    (result,) = make(runner=ScriptedRunner(table(["a", "n"], *rows, n_rows=there))).ask("q")["results"]
    assert (len(result["rows"]), result["truncated"], result["n_rows"]) == (kept, truncated, there)


def test_a_declined_answer_shows_no_rows(make: Fixture) -> None:
    answer = make(judge=ScriptedJudge(Verdict("decline", "no"))).ask("q")
    assert (answer["status"], answer["results"][0]["rows"]) == ("declined", [])
    assert answer["answer"]


@pytest.mark.parametrize("error", [ModelUnavailable("the server at port 1 is down"), SandboxUnavailable("no landlock")])
def test_what_the_operator_must_mend_is_a_failed_answer_in_his_words(make: Fixture, error: Exception) -> None:
    parts: dict[str, Any] = (
        {"code_model": ScriptedModel(error)}
        if isinstance(error, ModelUnavailable)
        else {"runner": ScriptedRunner(error)}
    )
    answer = make(**parts).ask("q")
    assert (answer["status"], answer["answer"]) == ("failed", str(error))
    assert (answer["results"][0]["rows"], answer["results"][0]["code"]) == ([], "")


@pytest.mark.parametrize("message", ["", "   ", "\n\t "])
def test_an_empty_message_is_refused_and_not_kept(make: Fixture, message: str) -> None:
    copilot = make()
    with pytest.raises(InputError, match="empty"):
        copilot.ask(message)
    assert copilot.conversations() == []


def test_an_overlong_message_is_refused_and_not_kept(make: Fixture) -> None:
    copilot = make()
    with pytest.raises(InputError, match=f"{MOST_CHARACTERS + 1} characters"):
        copilot.ask("x" * (MOST_CHARACTERS + 1))
    assert copilot.conversations() == []
    assert copilot.ask("x" * MOST_CHARACTERS)["status"] == "answered"


@pytest.mark.parametrize("message", ["how many \x00 orders?", "🙂 quantos pedidos? 订单", "'; DROP TABLE turns; --"])
def test_any_text_is_kept_as_it_was_written(make: Fixture, message: str) -> None:
    copilot = make()
    answer = copilot.ask(message)
    assert answer["question"] == copilot.store.turn(answer["turn"]).message == message


def test_a_text_that_is_no_unicode_is_refused_with_a_sentence(make: Fixture) -> None:
    """A terminal in another encoding gives such characters."""
    with pytest.raises(InputError):
        make().ask("how many orders in S\udce3o Paulo?")


def test_it_answers_without_checkpoints_too(make: Fixture) -> None:
    assert make(checkpoints=False).ask("q")["status"] == "answered"


def test_what_a_chat_model_says_is_missing_is_told(make: Fixture) -> None:
    model = ScriptedModel([program(prior=1.0)])
    copilot = make(
        code_model=model, runner=ScriptedRunner(scalar("CANNOT ANSWER: no costs are recorded.")), judge=ResultJudge(0.7)
    )
    answer = copilot.ask("what is our profit?")
    assert (answer["status"], len(model.seen)) == ("declined", 1)
    assert "no costs are recorded" in answer["answer"].casefold()


# ------------------------------------------------------------------------------------------------- what is listened to


def test_each_step_is_told_while_it_runs(make: Fixture) -> None:
    events: list[Any] = []
    make(judge=ScriptedJudge(Verdict("retry", "too few", "x"), Verdict("accept", confidence=0.9))).ask(
        "q", listen=events.append
    )
    assert [event["step"] for event in events] == [
        "questions",
        *["retrieve", *["generate", "execute", "reflect"] * 2, "respond"],
    ]
    assert events[0]["questions"] == ["q"]
    assert all(event["part"] == 0 and isinstance(event["note"], str) for event in events[1:])
    assert "too few" in events[4]["note"]


# ----------------------------------------------------------------------------------------------------- conversations


def test_a_message_without_thread_begins_a_conversation(make: Fixture) -> None:
    copilot = make()
    first, second = copilot.ask("first"), copilot.ask("second")
    assert first["thread"] != second["thread"]
    assert [conversation.title for conversation in copilot.conversations()] == ["second", "first"]


def test_a_thread_keeps_its_turns_in_order(make: Fixture) -> None:
    copilot = make()
    for message in ("one", "two", "three"):
        assert copilot.ask(message, thread="mine")["thread"] == "mine"
    turns = copilot.store.turns("mine")
    assert [(turn.message, turn.position, turn.status) for turn in turns] == [
        ("one", 0, "answered"),
        ("two", 1, "answered"),
        ("three", 2, "answered"),
    ]


def test_a_conversation_is_there_after_a_restart(make: Fixture) -> None:
    answer = make().ask("how many?", thread="mine")
    (turn,) = make().store.turns("mine")
    assert turn.answer == answer


def test_every_question_of_a_conversation_has_all_its_attempts(make: Fixture) -> None:
    model = ScriptedModel()
    copilot = make(code_model=model, judge=ScriptedJudge(Verdict("retry", "no", "again")))
    for number in (1, 2):
        assert copilot.ask(f"question {number}", thread="mine")["results"][0]["attempts"] == 3
    assert len(model.seen) == 6


def test_an_answered_turn_leaves_no_checkpoint(make: Fixture) -> None:
    make().ask("q")
    assert make.checkpoints() == 0


def test_a_rating_is_kept_with_its_turn(make: Fixture) -> None:
    copilot = make()
    turn = copilot.ask("q")["turn"]
    copilot.store.rate(turn, 0, thumbs=1)
    copilot.store.rate(turn, 0, stars=4, comment="good, but slow")
    found = make().store.ratings(turn)
    assert [(r.thumbs, r.stars, r.comment) for r in found] == [(1, None, ""), (None, 4, "good, but slow")]


def test_a_rating_during_an_answer_loses_neither(make: Fixture) -> None:
    copilot = make()
    before = copilot.ask("first", thread="mine")["turn"]
    rated = make(runner=ScriptedRunner(lambda cancel: copilot.store.rate(before, 0, stars=5) or scalar(2)))  # type: ignore[func-returns-value]
    assert rated.ask("second", thread="mine")["status"] == "answered"
    assert [r.stars for r in copilot.store.ratings(before)] == [5]


def test_questions_of_one_conversation_at_the_same_time_are_all_kept(make: Fixture) -> None:
    copilot = make()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: copilot.ask(f"question {n}", thread="mine"), range(8)))
    turns = copilot.store.turns("mine")
    assert [turn.position for turn in turns] == list(range(8))
    assert {turn.message for turn in turns} == {f"question {n}" for n in range(8)}
    assert all(turn.answer and turn.answer["question"] == turn.message for turn in turns)


# ------------------------------------------------------------------------------------------------------ interruptions


def test_cancel_in_the_middle_stops_and_is_written_down(make: Fixture) -> None:
    cancel = threading.Event()
    copilot = make(runner=ScriptedRunner(_wait_for_cancel(cancel)))
    with pytest.raises(Cancelled):
        copilot.ask("q", thread="mine", cancel=cancel)
    (turn,) = copilot.store.turns("mine")
    assert (turn.status, turn.answer) == ("stopped", None)
    assert copilot.ask("next", thread="mine")["status"] == "answered"


def _wait_for_cancel(cancel: threading.Event) -> Callable[[threading.Event | None], Execution]:
    def run(given: threading.Event | None) -> Execution:
        assert given is not None
        if not cancel.is_set():
            threading.Timer(0.05, cancel.set).start()
            assert given.wait(5)
            return Execution("error", error="the program was cancelled", error_type="Cancelled")
        return scalar(1)

    return run


def test_a_stopped_question_can_be_taken_up_again(make: Fixture) -> None:
    cancel = threading.Event()
    with pytest.raises(Cancelled):
        make(runner=ScriptedRunner(_wait_for_cancel(cancel))).ask("q", thread="mine", cancel=cancel)
    copilot = make()
    (turn,) = copilot.store.turns("mine")
    assert copilot.resume(turn.id)["status"] == "answered"
    assert make.checkpoints() == 0


def test_a_bug_marks_the_turn_failed_and_is_raised(make: Fixture) -> None:
    copilot = make(runner=ScriptedRunner(ZeroDivisionError("a bug")))
    with pytest.raises(ZeroDivisionError):
        copilot.ask("q", thread="mine")
    assert copilot.store.turns("mine")[0].status == "failed"


DYING = """
    import sys, threading
    from pathlib import Path
    from test_copilot import Fixture
    from fakes import ScriptedRunner

    def hang(cancel):
        threading.Event().wait(0.5)  # checkpoints are written beside the work
        print("running", flush=True)
        threading.Event().wait()

    Fixture(Path(sys.argv[1]))(runner=ScriptedRunner(hang)).ask("how many orders?", thread="mine")
"""


@pytest.fixture
def died(make: Fixture, child_environment: dict[str, str]) -> Fixture:
    """A home whose only turn was being answered by a process that was killed in the middle of it."""
    path = {"PYTHONPATH": f"{child_environment['PYTHONPATH']}:{TESTS}"}
    command = [sys.executable, "-c", textwrap.dedent(DYING), str(make.home)]
    with subprocess.Popen(command, env=child_environment | path, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "running\n"
        Store(make.home / "conversations.sqlite").mark_interrupted()
        (turn,) = Store(make.home / "conversations.sqlite").turns("mine")
        assert turn.status == "running", "a turn of a living process is left alone"
        child.send_signal(signal.SIGKILL)
    return make


def test_a_turn_of_a_dead_process_becomes_interrupted_and_can_be_resumed(died: Fixture) -> None:
    store = Store(died.home / "conversations.sqlite")
    assert store.mark_interrupted() == 1
    (turn,) = store.turns("mine")
    assert (turn.status, turn.message) == ("interrupted", "how many orders?")
    retriever, model = ScriptedRetriever(), ScriptedModel()
    answer = died(retriever=retriever, code_model=model).resume(turn.id)
    assert (answer["status"], answer["turn"], answer["results"][0]["rows"]) == ("answered", turn.id, [[1]])
    assert retriever.asked == [] == model.seen, "it goes on with the program that was running"
    assert store.turn(turn.id).answer == answer
    assert store.mark_interrupted() == 0


def test_a_turn_that_does_not_exist_cannot_be_resumed(make: Fixture) -> None:
    with pytest.raises(UnknownName):
        make().resume("nobody")


def test_a_turn_that_is_being_answered_is_not_taken_up_a_second_time(make: Fixture) -> None:
    """Two windows show the same interrupted turn, and both are told to take it up."""
    copilot = make()
    turn = copilot.begin("q")
    with pytest.raises(InputError, match="being answered"):
        copilot.resume(turn.id)
    copilot.answer(turn)
    assert copilot.store.turn(turn.id).status == "answered"


def test_a_failed_turn_can_be_tried_again(make: Fixture) -> None:
    model = ScriptedModel(ModelUnavailable("the server is down"), [program()])
    copilot = make(code_model=model)
    failed = copilot.ask("q")
    assert failed["status"] == "failed"
    assert copilot.resume(failed["turn"])["status"] == copilot.store.turn(failed["turn"]).status == "answered"


# ----------------------------------------------------------------------------- follow-ups, with another writer


def test_a_chat_model_is_told_what_a_follow_up_means(make: Fixture, house: House) -> None:
    """The fragment itself, "and by state?", says nothing to whoever has not heard the question before."""
    revenue = Plan((measure_of("revenue"),), (By("time", "month"),))
    model = ScriptedModel([program(plan=revenue)])
    rows = ScriptedRunner(table(["month", "revenue"], ["2017-01", 1.0]))
    copilot = make(retriever=house.retriever, code_model=model, runner=rows)
    copilot.ask("revenue by month", thread="mine")
    copilot.ask("and by state?", thread="mine")
    context, _ = model.seen[-1]
    asked = code_messages(context, [], [], [])[1][1].rpartition("Question:")[2]
    assert "revenue" in asked.casefold()
    assert "state" in asked.casefold()


def test_a_follow_up_of_a_chat_models_answer_has_its_conversation(make: Fixture, house: House) -> None:
    """What a model wrote has no plan, but the question that it answered was read."""
    retriever = house.retriever
    copilot = make(retriever=retriever, code_model=ScriptedModel([program()]))
    copilot.ask("revenue by month in 2017", thread="mine")
    copilot.ask("and by state?", thread="mine")
    parts = copilot.store.turns("mine")[1].parts
    assert parts[0]["plan"] is not None


# ------------------------------------------------------------------------------------------ everything real: the house


def ask(house: House, message: str, thread: str | None = None) -> dict[str, Any]:
    answer = house.copilot.ask(message, thread=thread)
    json.dumps(answer, allow_nan=False)
    return answer


def count(house: House, sql: str) -> Any:
    with house.dataset.connect() as data:
        row = data.execute(sql).fetchone()
    assert row is not None
    return row[0]


def test_a_question_end_to_end(house: House) -> None:
    answer = ask(house, "How many orders were there in 2017?")
    expected = count(house, "SELECT count(*) FROM orders WHERE year(order_purchase_timestamp) = 2017")
    (result,) = answer["results"]
    assert (answer["status"], result["rows"], result["attempts"]) == ("answered", [[expected]], 1)
    assert 0.7 <= result["confidence"] <= 1
    assert "def answer(orders" in result["code"]
    assert result["definition"]
    assert {source["kind"] for source in result["sources"]} >= {"function", "table"}
    assert f"{expected}" in answer["answer"]


def test_a_value_of_the_question_is_linked_and_named_as_a_source(house: House) -> None:
    (result,) = ask(house, "revenue in São Paulo")["results"]
    expected = count(
        house,
        "SELECT sum(price) FROM order_items JOIN orders USING (order_id) JOIN customers USING (customer_id)"
        " WHERE customer_city = 'sao paulo'",
    )
    assert result["rows"][0][0] == pytest.approx(expected)
    assert {"kind": "value", "id": "customers.customer_city", "text": "“São Paulo” = sao paulo"} in result["sources"]


def test_decomposed_accents_read_the_same(house: House) -> None:
    """As a Mac gives them when a name is pasted from a file."""
    composed, decomposed = (
        ask(house, text)["results"][0] for text in ("revenue in São Paulo", "revenue in Sa\u0303o Paulo")
    )
    assert decomposed["rows"] == composed["rows"]


def test_only_what_was_used_is_named_as_a_source(house: House) -> None:
    """São Paulo is a city of sellers too; the function does not look at them."""
    (result,) = ask(house, "revenue in São Paulo")["results"]
    assert "sellers" not in result["code"]
    assert "sellers.seller_city" not in [source["id"] for source in result["sources"]]


def test_several_questions_are_answered_each_by_itself(house: House) -> None:
    answer = ask(house, "How many sellers are there? What is our profit? How many orders are there?")
    results = answer["results"]
    assert [result["status"] for result in results] == ["answered", "declined", "answered"]
    assert results[0]["rows"] == [[count(house, "SELECT count(*) FROM sellers")]]
    assert results[2]["rows"] == [[count(house, "SELECT count(*) FROM orders")]]
    assert answer["status"] == "answered"
    assert all(result["answer"] in answer["answer"] for result in results)


def test_the_second_question_of_a_message_may_lean_on_the_first(house: House) -> None:
    results = ask(house, "How many orders were there in 2017? And which state had the most?")["results"]
    assert [result["status"] for result in results] == ["answered", "answered"]
    expected = count(
        house,
        "SELECT customer_state FROM orders JOIN customers USING (customer_id)"
        " WHERE year(order_purchase_timestamp) = 2017"
        " GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    )
    assert results[1]["rows"][0][0] == expected


def test_follow_ups_change_what_they_name_and_keep_the_rest(house: House) -> None:
    first = ask(house, "revenue by month")
    thread = first["thread"]
    year = ask(house, "only 2018", thread)["results"][0]
    assert {row[0][:4] for row in year["rows"]} == {"2018"}
    states = ask(house, "and by state?", thread)["results"][0]
    assert states["columns"][0] == "customer_state"
    total = count(
        house,
        "SELECT sum(price) FROM order_items JOIN orders USING (order_id) WHERE year(order_purchase_timestamp) = 2018",
    )
    assert sum(row[1] for row in states["rows"]) == pytest.approx(total)
    assert ask(house, "top 3", thread)["results"][0]["rows"] == states["rows"][:3]


def test_a_follow_up_in_another_conversation_finds_nothing_to_follow(house: House) -> None:
    ask(house, "revenue by month")
    assert ask(house, "only 2018")["status"] == "declined"


def test_a_declined_question_does_not_break_the_thread(house: House) -> None:
    thread = ask(house, "revenue by month")["thread"]
    assert ask(house, "what is our profit?", thread)["status"] == "declined"
    followed = ask(house, "only 2018", thread)
    assert followed["status"] == "answered"
    assert {row[0][:4] for row in followed["results"][0]["rows"]} == {"2018"}


@pytest.mark.parametrize("question", ["and by weekday?", "only 2018", "e por mês?"])
def test_what_leans_on_a_declined_question_is_not_answered_without_its_filters(house: House, question: str) -> None:
    thread = ask(house, "profit margin in Santos")["thread"]
    (result,) = ask(house, question, thread)["results"]
    assert (result["status"], result["reason"]) == ("declined", "scope:unanswered")
    assert ask(house, "orders by weekday", thread)["status"] == "answered"


def test_what_leans_on_a_declined_question_keeps_the_filters_of_the_last_answer(house: House) -> None:
    thread = ask(house, "revenue in Santos in 2017")["thread"]
    ask(house, "profit margin of it", thread)
    (result,) = ask(house, "and by weekday?", thread)["results"]
    assert result["understood_as"] == "revenue by day of the week, city santos, in 2017"


def test_a_question_in_portuguese_is_answered_in_portuguese(house: House) -> None:
    (result,) = ask(house, "faturamento por estado em 2017")["results"]
    assert result["status"] == "answered"
    assert "Receita por estado" in result["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "What is the weather tomorrow?",
        "What was our profit margin in 2017?",
        "Write a poem about love",
        "qual a capital da França?",
    ],
)
def test_what_the_data_cannot_answer_is_declined_in_a_sentence(house: House, question: str) -> None:
    answer = ask(house, question)
    assert answer["status"] == "declined"
    assert answer["answer"].endswith(".")
    assert answer["results"][0]["rows"] == []


@pytest.mark.parametrize(
    "question",
    [
        "How many orders came from Atlantis?",
        "orders in Atlantis",
        "revenue in Gotham in 2017",
        "How many orders has customer 00000000000000000000000000000000?",
    ],
)
def test_a_name_that_is_not_in_the_data_is_never_left_out(house: House, question: str) -> None:
    """The number of all orders is no answer to how many came from Atlantis."""
    assert ask(house, question)["status"] == "declined"


def test_a_city_that_is_a_common_word_is_not_left_out(house: House) -> None:
    """Contagem is a city, and Portuguese for counting."""
    answer = ask(house, "How many orders were there in Contagem?")
    expected = count(
        house, "SELECT count(*) FROM orders JOIN customers USING (customer_id) WHERE customer_city = 'contagem'"
    )
    assert answer["status"] == "declined" or answer["results"][0]["rows"] == [[expected]]


def test_a_period_before_the_data_is_not_answered_with_zero(house: House) -> None:
    answer = ask(house, "What was the revenue in 1999?")
    assert answer["status"] == "declined"
    assert "2016" in answer["answer"]


def test_questions_at_the_same_time_get_their_own_answers(house: House) -> None:
    questions = ["How many sellers are there?", "How many orders are there?", "How many orders were there in 2017?"] * 2
    with ThreadPoolExecutor(len(questions)) as pool:
        answers = list(pool.map(lambda question: ask(house, question), questions))
    assert [answer["question"] for answer in answers] == questions
    values = [answer["results"][0]["rows"][0][0] for answer in answers]
    assert values[:3] == values[3:]
    assert len(set(values)) == 3


def test_what_a_chat_model_writes_runs_in_the_real_sandbox(make: Fixture, house: House) -> None:
    """The first function fails in the sandbox; its error is what the second is written from."""
    wrong = Program("def answer(orders):\n    return orders['no_such_column'].sum()\n", "model:x", 1.0)
    right = Program("def answer(orders):\n    return len(orders)\n", "model:x", 1.0)
    model = ScriptedModel([wrong], [right])
    copilot = make(code_model=model, runner=house.sandbox, judge=ResultJudge(0.7))
    (result,) = copilot.ask("How many orders?")["results"]
    assert (result["rows"], result["attempts"]) == ([[count(house, "SELECT count(*) FROM orders")]], 2)
    assert "no_such_column" in model.seen[1][1][0].verdict.feedback
