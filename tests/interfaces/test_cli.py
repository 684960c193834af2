"""The command line as people and programs use it: what is printed where, and with which status it ends.

`crm` runs it in a process of its own, which costs seconds; `here` runs the same `main` in this process over the
session's house, for everything that needs no process to be seen.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from fakes import ChatServer

from crm_copilot.bootstrap import House
from crm_copilot.data import load
from crm_copilot.interfaces import cli
from crm_copilot.settings import load_settings

ORDERS_IN_2017 = "How many orders were there in 2017?"
ANSWER = {"question", "status", "answer", "results", "model", "timings", "seconds"}
RESULT = {"question", "status", "answer", "columns", "rows", "confidence", "definition", "code", "attempts", "sources"}
Crm = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass
class Done:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        assert self.status == 0, self.err
        assert self.out.count("\n") == 1, "one line, and nothing else"
        return json.loads(self.out)


Here = Callable[..., Done]


@pytest.fixture
def here(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, demo_home: Path
) -> Here:
    """Run a command in this process over the session's house, which stays open."""
    monkeypatch.setattr("crm_copilot.bootstrap.bootstrap", lambda: house)
    monkeypatch.setattr(House, "close", lambda self: None)
    monkeypatch.setenv("CRM_HOME", str(demo_home))
    monkeypatch.chdir(tmp_path)

    def run(*words: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["crm", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        shown = capsys.readouterr()
        return Done(int(ended.value.code or 0), shown.out, shown.err)

    return run


def refused(done: Done | subprocess.CompletedProcess[str], status: int = 1) -> str:
    """Check that a command failed as it should: nothing on standard output, one sentence on standard error."""
    code, out, err = (
        (done.status, done.out, done.err) if isinstance(done, Done) else (done.returncode, done.stdout, done.stderr)
    )
    assert (code, out) == (status, ""), err
    assert "Traceback" not in err
    if status == 1:
        assert err.startswith("crm: ")
        assert err.count("\n") == 1
    return err


# ------------------------------------------------------------------------------------------------------------- ask


def test_ask_prints_one_object_and_logs_elsewhere(crm: Crm, house: House) -> None:
    done = crm("ask", "--json", ORDERS_IN_2017, CRM_LOG_LEVEL="DEBUG")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    answer = json.loads(done.stdout)
    assert set(answer) >= ANSWER
    assert set(answer["results"][0]) >= RESULT
    with house.dataset.connect() as data:
        row = data.execute("SELECT count(*) FROM orders WHERE year(order_purchase_timestamp) = 2017").fetchone()
    assert (answer["status"], answer["results"][0]["rows"]) == ("answered", [list(row or ())])
    assert "DEBUG" in done.stderr


def test_a_question_whose_process_was_killed_is_there_at_the_next_start(
    child_environment: dict[str, str], demo_files: Path, tmp_path: Path, chat_server: ChatServer
) -> None:
    """Killed while the model is asked, as by a laptop that ran out of power."""
    home = tmp_path / "home"
    load(demo_files, home)
    chat_server.script = [chat_server.hangs]
    settings = {"CRM_HOME": str(home), "CRM_MODEL": "openai:tiny", "CRM_MODEL_BASE_URL": chat_server.url}
    command = [sys.executable, "-m", "crm_copilot.interfaces.cli", "ask", ORDERS_IN_2017, "--thread", "mine"]
    with subprocess.Popen(command, env=child_environment | settings, cwd=tmp_path, stderr=subprocess.DEVNULL) as child:
        _wait(lambda: bool(chat_server.requests), child)
        child.kill()
    house = House(load_settings(env_file=None, home=home))
    try:
        (turn,) = house.store.turns("mine")
        assert (turn.message, turn.status, turn.answer) == (ORDERS_IN_2017, "interrupted", None)
        assert house.copilot.resume(turn.id)["status"] == "answered"
        assert [turn.status for turn in house.store.turns("mine")] == ["answered"]
    finally:
        house.close()


def test_a_conversation_goes_on_in_another_process(here: Here, crm: Crm) -> None:
    first = here("ask", "--json", "--thread", "two-processes", "revenue by month").json()
    second = json.loads(crm("ask", "--json", "only 2018", "--thread", "two-processes").stdout)
    assert first["thread"] == second["thread"] == "two-processes"
    assert second["status"] == "answered"
    assert {row[0][:4] for row in second["results"][0]["rows"]} == {"2018"}


@pytest.mark.parametrize("question", ["What is the weather?", "profit by month", "xyzzy plugh"])
def test_a_declined_answer_is_work_done(here: Here, question: str) -> None:
    assert here("ask", "--json", question).json()["status"] == "declined"


def test_json_is_written_as_it_is_read(here: Here) -> None:
    done = here("ask", "--json", "faturamento em São Paulo")
    assert "São Paulo" in done.out
    assert json.loads(done.out)["question"] == "faturamento em São Paulo"


def test_without_json_it_is_for_people(here: Here) -> None:
    done = here("ask", "revenue by state", "--code")
    assert done.status == 0
    for part in ("Revenue by state", "SP", "def answer(", "Confidence", "Ask next"):
        assert part in done.out
    with pytest.raises(ValueError, match=r"JSON|Expecting"):
        json.loads(done.out)


def test_a_bug_in_one_question_is_one_sentence_and_is_logged(
    here: Here, house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def bug(question: str, **options: Any) -> None:
        raise KeyError("manager")

    monkeypatch.setattr(house.copilot, "ask", bug)
    found = here("ask", "--json", "q").json()
    assert (found["status"], set(found) >= ANSWER, set(found["results"][0]) >= RESULT) == ("failed", True, True)
    assert "KeyError" in found["answer"]
    shown = here("ask", "q")
    assert (shown.status, "mistake in the product" in shown.out) == (0, True)
    assert "Traceback" not in shown.out + shown.err
    assert "'q' met KeyError('manager') at test_cli.py" in caplog.text


@pytest.mark.parametrize("words", [["ask", "--json", ""], ["ask", "--json", "   "]])
def test_an_empty_question_is_refused(here: Here, words: list[str]) -> None:
    assert "empty" in refused(here(*words))


def test_an_overlong_question_is_refused(here: Here) -> None:
    assert "4001 characters" in refused(here("ask", "--json", "x" * 4001))


@pytest.mark.parametrize("words", [["ask"], ["ask", "q", "--batch", "a", "b"], ["search"], ["run-code"]])
def test_one_thing_or_a_batch_is_asked_for(here: Here, words: list[str]) -> None:
    assert "give one" in refused(here(*words))


@pytest.mark.parametrize(
    "words",
    [
        ["aks", "q"],
        ["ask", "--jsno", "q"],
        ["data"],
        ["search", "-k", "0", "q"],
        ["recommend"],
        ["ask", "--batch", "a"],
    ],
)
def test_a_misspelt_command_ends_with_two(here: Here, words: list[str]) -> None:
    done = here(*words)
    assert (done.status, "Traceback" in done.err) == (2, False)
    assert done.err + done.out


# ------------------------------------------------------------------------------------------------------------ batch

QUESTIONS = [
    "How many orders are there?",
    "revenue by month",
    "What is the weather?",
    "number of sellers",
    "revenue by state",
    "average review score",
    "How many sellers are there? How many orders are there?",
    "revenue in São Paulo",
]


def test_a_batch_that_was_killed_goes_on_in_the_order_of_the_input(
    child_environment: dict[str, str], crm: Crm, tmp_path: Path
) -> None:
    asked, answers = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    asked.write_text(
        "".join(json.dumps({"id": n, "question": question}) + "\n" for n, question in enumerate(QUESTIONS))
    )
    command = [sys.executable, "-m", "crm_copilot.interfaces.cli", "ask", "--batch", str(asked), str(answers)]
    with subprocess.Popen(
        command, env=child_environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        _wait(lambda: answers.exists() and answers.read_bytes().count(b"\n") >= 2, child)
        family = psutil.Process(child.pid).children(recursive=True)
        child.kill()
        assert child.stdout is not None
        assert child.stdout.read() == b""
    before = answers.read_bytes()
    whole = before[: before.rfind(b"\n") + 1]
    assert 2 <= whole.count(b"\n") < len(QUESTIONS), "it was killed in the middle"

    done = crm("ask", "--batch", asked, answers)
    assert (done.returncode, done.stdout) == (0, "")
    found = [json.loads(line) for line in answers.read_text("utf-8").splitlines()]
    assert [(line["id"], line["question"]) for line in found] == list(enumerate(QUESTIONS))
    assert [line["status"] for line in found] == ["answered", "answered", "declined", *["answered"] * 5]
    assert answers.read_bytes().startswith(whole), "what was done is left alone"
    assert family, "it had a sandbox"
    psutil.wait_procs(family, timeout=5)
    assert [process for process in family if process.is_running() and process.status() != psutil.STATUS_ZOMBIE] == []


def _wait(ready: Callable[[], bool], child: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while not ready():
        assert child.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize(("command", "key"), [("ask", '"question"'), ("search", '"query"'), ("run-code", '"status"')])
def test_help_says_what_a_line_of_a_batch_holds(here: Here, command: str, key: str) -> None:
    done = here(command, "--help")
    assert (done.status, key in done.out) == (0, True), done.out


def test_a_bad_line_of_a_batch_is_named(here: Here, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": 1, "question": "q"}\nnonsense\n')
    assert "in.jsonl, line 2: no JSON object" in refused(
        here("ask", "--batch", tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    )
    assert not (tmp_path / "out.jsonl").exists()


def test_a_batch_of_searches(here: Here, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "a", "query": "refund"}\n{"id": "b", "query": "late order"}\n')
    done = here(
        "search", "--collection", "support", "-k", "3", "--batch", tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    )
    assert (done.status, done.out) == (0, "")
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(line["id"], len(line["hits"])) for line in found] == [("a", 3), ("b", 3)]


# --------------------------------------------------------------------------------------------------------- run-code

PROGRAMS = {
    "denied.py": ("def f(orders):\n    return open('/etc/passwd').read()\n", "denied"),
    "error.py": ("def f(orders):\n    return orders['no_such_column']\n", "error"),
    "memory.py": ("def f():\n    return len(bytearray(4 << 30))\n", "memory"),
    "nan.py": ("def f():\n    return pd.DataFrame({'a': [1.0, float('nan'), float('inf')]})\n", "ok"),
    "no_function.py": ("x = 1\n", None),
    "ok.py": ("def f(orders, wanted='delivered'):\n    return int((orders.order_status == wanted).sum())\n", "ok"),
    "syntax.py": ("def f(:\n", None),
    "timeout.py": ("def f():\n    while True:\n        pass\n", "timeout"),
}


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    folder = tmp_path / "programs"
    folder.mkdir()
    for name, (code, _) in PROGRAMS.items():
        (folder / name).write_text(code)
    return folder


def test_run_code_tells_what_became_of_each_program(crm: Crm, programs: Path, tmp_path: Path, house: House) -> None:
    out = tmp_path / "out.jsonl"
    done = crm("run-code", "--batch", programs, out, CRM_SANDBOX_TIMEOUT_SECONDS=2)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    found = {line["id"]: line for line in map(json.loads, out.read_text().splitlines())}
    assert list(found) == sorted(PROGRAMS)
    assert {name: line["status"] for name, line in found.items() if PROGRAMS[name][1]} == {
        name: status for name, (_, status) in PROGRAMS.items() if status
    }
    for line in found.values():
        assert set(line) >= {"status", "columns", "rows", "value", "error", "seconds"}
        assert (line["error"] is None) == (line["status"] == "ok")
    assert {found["syntax.py"]["status"], found["no_function.py"]["status"]} <= {"error", "denied"}
    with house.dataset.connect() as data:
        row = data.execute("SELECT count(*) FROM orders WHERE order_status = 'delivered'").fetchone()
    assert (found["ok.py"]["columns"], found["ok.py"]["rows"], found["ok.py"]["value"]) == (
        ["value"],
        [list(row or ())],
        (row or [None])[0],
    )
    assert "no_such_column" in found["error.py"]["error"]
    assert found["nan.py"]["rows"][:2] == [[1.0], [None]]


def test_run_code_of_one_file_is_json_and_work_done(here: Here, programs: Path) -> None:
    ok = here("run-code", programs / "ok.py", "--json").json()
    assert (ok["status"], ok["error"]) == ("ok", None)
    assert here("run-code", "--json", programs / "error.py").json()["status"] == "error"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_run_code_of_what_is_no_file_is_refused(here: Here, tmp_path: Path, content: bytes | None) -> None:
    if content:
        (tmp_path / "it.py").write_bytes(content)
    assert "it.py cannot be read" in refused(here("run-code", "--json", tmp_path / "it.py"))


# ------------------------------------------------------------------------------------------------ search, recommend


@pytest.mark.parametrize(
    ("collection", "query"), [("support", "refund"), ("playbook", "discount"), ("examples", "revenue by month")]
)
def test_search_prints_hits_best_first(here: Here, collection: str, query: str) -> None:
    hits = here("search", "--json", query, "--collection", collection, "-k", "4").json()
    assert len(hits) == 4
    assert all(set(hit) >= {"id", "score", "text"} for hit in hits)
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert query.split()[0] in hits[0]["text"].casefold()


def test_search_gives_ten_of_the_examples_by_default(here: Here) -> None:
    hits = here("search", "--json", "revenue").json()
    assert len(hits) == 10
    assert all(hit["id"].startswith("library:") for hit in hits)


def test_search_gives_as_many_as_are_asked_for(here: Here) -> None:
    assert len(here("search", "--json", "revenue", "-k", "200").json()) == 200


def test_search_in_an_unknown_collection_is_refused_with_those_there_are(here: Here) -> None:
    text = refused(here("search", "--json", "q", "--collection", "nowhere"))
    assert all(name in text for name in ("nowhere", "support", "playbook", "examples"))


@pytest.mark.parametrize("query", ["", "  "])
def test_an_empty_query_is_refused(here: Here, query: str) -> None:
    assert "the query is empty" in refused(here("search", query))


def test_search_without_json_is_for_people(here: Here) -> None:
    done = here("search", "refund", "--collection", "support", "-k", "1")
    assert (done.status, "bank account" in done.out) == (0, True)


@pytest.fixture(scope="module")
def customer(house: House) -> str:
    with house.dataset.connect() as data:
        sql = "FROM customers JOIN orders USING (customer_id) JOIN order_items USING (order_id)"
        row = data.execute(f"SELECT customer_unique_id {sql} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1").fetchone()
    assert row is not None
    return str(row[0])


def test_recommend_prints_products_with_reasons(here: Here, customer: str) -> None:
    offers = here("recommend", "--json", "--customer", customer, "-k", "3").json()
    assert [set(offer) for offer in offers] == [{"product_id", "product_category", "score", "reason"}] * 3
    assert len(here("recommend", "--json", "--customer", customer).json()) == 5


def test_recommend_as_a_table_shows_whole_ids(crm: Crm, customer: str) -> None:
    offers = json.loads(crm("recommend", "--json", "--customer", customer).stdout)
    shown = crm("recommend", "--customer", customer, COLUMNS=80).stdout
    assert offers
    assert all(offer["product_id"] in shown for offer in offers)
    assert {len(line) for line in shown.splitlines()} == {80}, "nothing is cut off at the right"


@pytest.mark.parametrize(
    ("words", "named"), [(["--customer", "nobody"], "'nobody'"), (["--customer", "x", "-k", "0"], "k is 0")]
)
def test_recommend_to_nobody_or_nothing_is_refused(here: Here, words: list[str], named: str) -> None:
    assert named in refused(here("recommend", "--json", *words))


# ----------------------------------------------------------------------------------------------------- data, doctor


def test_data_are_loaded_and_told(
    here: Here, crm: Crm, demo_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_HOME", str(tmp_path / "home"))
    loaded = here("data", "load", demo_files, "--json").json()
    assert (loaded["source"], loaded["demo"], loaded["rows"]["orders"]) == (str(demo_files), False, 1500)
    told = crm("data", "info", "--json", CRM_HOME=tmp_path / "home")
    assert json.loads(told.stdout) == loaded


def test_a_bad_folder_is_refused_and_what_was_loaded_stays(
    here: Here, demo_home: Path, demo_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (demo_home / "data" / "current.json").read_bytes()
    assert "nowhere" in refused(here("data", "load", tmp_path / "nowhere", "--json"))
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "olist_orders_dataset.csv").write_bytes((demo_files / "olist_orders_dataset.csv").read_bytes())
    assert ".csv" in refused(here("data", "load", tmp_path / "some", "--json"))
    assert (demo_home / "data" / "current.json").read_bytes() == before


def test_info_of_a_bad_folder_is_refused(crm: Crm, tmp_path: Path) -> None:
    text = refused(crm("data", "info", "--json", CRM_DATA_DIR=tmp_path / "nowhere", CRM_HOME=tmp_path / "home"))
    assert "nowhere" in text


def test_data_info_without_json_is_for_people(here: Here) -> None:
    done = here("data", "info")
    assert (done.status, "orders" in done.out, "1500" in done.out or "1,500" in done.out) == (0, True, True)


def test_the_doctor_finds_everything_well(here: Here) -> None:
    found = here("doctor", "--json").json()
    assert found["data"]["rows"]["orders"] == 1500
    assert found["index"]["documents"] > 600
    assert (found["model"], found["writer"]["state"]) in {("embedded", "ready"), ("library", "absent")}
    assert found["sandbox"]["self_test"]
    assert not any(probe["succeeded"] for probe in found["sandbox"]["self_test"] if "succeeded" in probe)


def test_the_doctor_names_what_is_wrong_with_the_small_model(crm: Crm, tiny_models: Path) -> None:
    (tiny_models / "writer" / "tokenizer.json").unlink()
    found = json.loads(crm("doctor", "--json", CRM_MODELS_DIR=tiny_models).stdout)
    assert found["writer"]["state"] == "damaged"
    assert "tokenizer.json is missing" in found["writer"]["detail"]


# ---------------------------------------------------------------------------------------------- settings, start, help


def test_a_bad_setting_is_one_sentence(crm: Crm) -> None:
    text = refused(crm("ask", "--json", "q", CRM_MAX_ATTEMPTS="many"))
    assert "CRM_MAX_ATTEMPTS has the value 'many'" in text


def test_a_bad_log_level_is_one_sentence(crm: Crm) -> None:
    assert "CRM_LOG_LEVEL" in refused(crm("data", "info", "--json", CRM_LOG_LEVEL="LOUD"))


def test_a_home_that_is_a_file_is_one_sentence(crm: Crm, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "file" in refused(crm("data", "load", tmp_path, CRM_HOME=tmp_path / "file"))


def test_a_misspelt_setting_is_warned_of_on_standard_error(crm: Crm) -> None:
    done = crm("data", "info", "--json", CRM_MODLE="x")
    assert done.returncode == 0
    assert "CRM_MODLE is no setting of this product; did you mean CRM_MODEL?" in done.stderr
    json.loads(done.stdout)


def test_a_model_that_is_down_is_an_answer_that_says_so(crm: Crm) -> None:
    done = crm("ask", "--json", ORDERS_IN_2017, CRM_MODEL="openai:tiny", CRM_MODEL_BASE_URL="http://127.0.0.1:9/v1")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["status"] == "failed"
    assert "127.0.0.1:9" in answer["answer"]
    assert (answer["results"][0]["rows"], answer["results"][0]["code"]) == ([], "")


def test_the_console_command_is_installed_and_lists_its_commands(
    child_environment: dict[str, str], tmp_path: Path
) -> None:
    command = Path(sys.executable).with_name("crm")
    environment = {name: value for name, value in child_environment.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [command, "--help"], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    for name in ("ask", "run-code", "search", "recommend", "data", "doctor", "evaluate", "train"):
        assert name in done.stdout
    assert os.listdir(tmp_path) == []
