"""Files of questions: each line once, in the order of the input, and gone on with where a run was stopped."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes import scalar, table

from crm_copilot.bootstrap import House
from crm_copilot.domain import Execution
from crm_copilot.errors import InputError, ModelUnavailable
from crm_copilot.interfaces import batches


class Answering:
    """Answers with the question itself; the answer to "boom" is an error, or whatever `errors` says."""

    model = "scripted"

    def __init__(self, **errors: BaseException) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self._errors = errors

    def ask(self, question: str, *, thread: str | None = None) -> dict[str, Any]:
        self.asked.append((question, thread))
        if question in self._errors:
            raise self._errors[question]
        return {"question": question, "status": "answered", "answer": f"é {question}", "results": [], "thread": thread}


Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "in.jsonl", tmp_path / "out" / "answers.jsonl"


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_bytes().decode().rstrip("\n").split("\n") if line]


def ask(files: tuple[Path, Path], questions: list[dict[str, Any]], copilot: Any = None) -> list[dict[str, Any]]:
    files[0].write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in questions), "utf-8")
    batches.ask(copilot or Answering(), *files)
    return lines(files[1])


def numbered(*questions: str) -> list[dict[str, Any]]:
    return [{"id": f"q{n}", "question": question} for n, question in enumerate(questions)]


def test_each_question_becomes_one_line_in_the_order_of_the_input(files: tuple[Path, Path]) -> None:
    found = ask(files, numbered("c", "a", "b"))
    assert [(line["id"], line["question"], line["status"]) for line in found] == [
        ("q0", "c", "answered"),
        ("q1", "a", "answered"),
        ("q2", "b", "answered"),
    ]


def test_ids_may_be_numbers_and_threads_are_handed_on(files: tuple[Path, Path]) -> None:
    copilot = Answering()
    found = ask(
        files,
        [
            {"id": 7, "question": "a", "thread": "t"},
            {"id": "7", "question": "b", "thread": 3},
            {"id": 8, "question": "c"},
        ],
        copilot,
    )
    assert [line["id"] for line in found] == [7, "7", 8]
    assert copilot.asked == [("a", "t"), ("b", "3"), ("c", None)]


def test_what_is_done_is_not_done_again(files: tuple[Path, Path]) -> None:
    ask(files, numbered("a", "b"))
    before = files[1].read_bytes()
    copilot = Answering()
    ask(files, numbered("a", "b", "c"), copilot)
    assert copilot.asked == [("c", None)]
    assert files[1].read_bytes().startswith(before)
    assert [line["id"] for line in lines(files[1])] == ["q0", "q1", "q2"]


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param('{"id": "q1", "question"', id="in the middle"),
        pytest.param('{"id": "q1", "question": "b", "status": "answered", "answer": "', id="in a text"),
        pytest.param("", id="after a line"),
        pytest.param("{", id="after one byte"),
    ],
)
def test_a_line_that_was_cut_short_is_done_again(files: tuple[Path, Path], rest: str) -> None:
    ask(files, numbered("a"))
    with files[1].open("a", encoding="utf-8") as file:
        file.write(rest)
    assert [line["id"] for line in ask(files, numbered("a", "b", "c"))] == ["q0", "q1", "q2"]


def test_a_line_that_was_cut_within_a_letter_is_done_again(files: tuple[Path, Path]) -> None:
    """A long line is written in several pieces, and é has two bytes."""
    ask(files, numbered("a"))
    with files[1].open("ab") as file:
        file.write('{"id": "q1", "answer": "é'.encode()[:-1])
    assert [line["id"] for line in ask(files, numbered("a", "b"))] == ["q0", "q1"]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_a_line_separator_within_an_answer_ends_no_line(files: tuple[Path, Path], separator: str) -> None:
    """Reviews that were pasted from a word processor hold them."""
    questions = numbered(f"first{separator}second", "b", "c")
    ask(files, questions)
    copilot = Answering()
    assert [line["id"] for line in ask(files, questions, copilot)] == ["q0", "q1", "q2"]
    assert copilot.asked == []


def test_an_error_of_the_operator_is_the_answer_of_its_line(files: tuple[Path, Path]) -> None:
    found = ask(files, numbered("a", "boom", "c"), Answering(boom=ModelUnavailable("the server is down")))
    assert [line["status"] for line in found] == ["answered", "failed", "answered"]
    assert (found[1]["answer"], found[1]["question"], found[1]["results"]) == ("the server is down", "boom", [])


def test_an_empty_question_is_the_answer_of_its_line(files: tuple[Path, Path]) -> None:
    found = ask(files, numbered("a", "boom"), Answering(boom=InputError("the question is empty")))
    assert (found[1]["status"], found[1]["answer"]) == ("failed", "the question is empty")


def test_a_bug_in_one_question_does_not_stop_the_others(files: tuple[Path, Path]) -> None:
    """A file of thousands runs through the night; started again it would stop at the same line."""
    found = ask(files, numbered("a", "boom", "c"), Answering(boom=KeyError("a bug")))
    assert [line["status"] for line in found] == ["answered", "failed", "answered"]


def test_a_stop_in_the_middle_keeps_what_is_done(files: tuple[Path, Path]) -> None:
    with pytest.raises(KeyboardInterrupt):
        ask(files, numbered("a", "boom", "c"), Answering(boom=KeyboardInterrupt()))
    assert [line["id"] for line in lines(files[1])] == ["q0"]
    assert [line["id"] for line in ask(files, numbered("a", "boom", "c"))] == ["q0", "q1", "q2"]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ('{"id": 1, "question": "a"}\n{"id": 2', "line 2: no JSON object"),
        ('{"id": 1, "question": "a"}\n\n[1, 2]\n', "line 3"),
        ('{"question": "a"}\n', "line 1: 'id' is missing"),
        ('{"id": 1}\n', "line 1: 'question' is missing"),
        ('"text"\n', "line 1"),
        ('{"id": 1, "question": "a"}\n{"id": 1, "question": "b"}\n', "line 2"),
        ("how many orders?\n", "line 1: no JSON object"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_asked(files: tuple[Path, Path], content: str, named: str) -> None:
    files[0].write_text(content, "utf-8")
    copilot = Answering()
    with pytest.raises(InputError) as error:
        batches.ask(copilot, *files)  # type: ignore[arg-type]
    assert str(files[0]) in str(error.value)
    assert named in str(error.value)
    assert (copilot.asked, files[1].exists()) == ([], False)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'{"id": 1, "question": "\xe9"}'])
def test_a_file_in_another_encoding_is_refused(files: tuple[Path, Path], content: bytes) -> None:
    files[0].write_bytes(content)
    with pytest.raises(InputError, match="UTF-8"):
        batches.ask(Answering(), *files)  # type: ignore[arg-type]


def test_a_file_that_is_not_there_is_named(files: tuple[Path, Path]) -> None:
    with pytest.raises(InputError, match=r"in\.jsonl"):
        batches.ask(Answering(), *files)  # type: ignore[arg-type]


def test_a_byte_order_mark_and_empty_lines_do_no_harm(files: tuple[Path, Path]) -> None:
    files[0].write_bytes(b'\xef\xbb\xbf{"id": 1, "question": "a"}\r\n\r\n   \r\n{"id": 2, "question": "b"}\r\n')
    batches.ask(Answering(), *files)  # type: ignore[arg-type]
    assert [line["id"] for line in lines(files[1])] == [1, 2]


def test_an_empty_file_gives_an_empty_file(files: tuple[Path, Path]) -> None:
    assert ask(files, []) == []
    assert files[1].read_text() == ""


def test_progress_is_shown_on_standard_error_only(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    ask(files, numbered("a", "b"))
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "2/2" in shown.err


# ------------------------------------------------------------------------------------------- searches and programs


def test_queries_are_searched_line_by_line(files: tuple[Path, Path], house: House) -> None:
    files[0].write_text('{"id": 1, "query": "refund"}\n{"id": 2, "question": "discount"}\n')
    batches.search(house.retriever, "support", 2, *files)
    found = lines(files[1])
    assert [(line["id"], len(line["hits"])) for line in found] == [(1, 2), (2, 2)]
    assert found[0]["hits"][0]["title"] == "Refund"
    assert set(found[0]["hits"][0]) >= {"id", "score", "text"}


def test_a_line_without_query_is_refused(files: tuple[Path, Path], house: House) -> None:
    files[0].write_text('{"id": 1, "text": "refund"}\n')
    with pytest.raises(InputError, match="line 1"):
        batches.search(house.retriever, "support", 2, *files)


class Running:
    """A sandbox that gives back the code it was given."""

    def run(self, code: str) -> Execution:
        return table(["code"], [code]) if "table" in code else scalar(code)


def test_every_program_of_a_folder_is_run_in_the_order_of_the_names(tmp_path: Path) -> None:
    for name in ("b.py", "a.py", "notes.txt", "c.py"):
        (tmp_path / name).write_text(f"# {name}")
    out = tmp_path / "out.jsonl"
    batches.run_code(Running(), tmp_path, out)  # type: ignore[arg-type]
    assert [(line["id"], line["status"], line["rows"]) for line in lines(out)] == [
        ("a.py", "ok", [["# a.py"]]),
        ("b.py", "ok", [["# b.py"]]),
        ("c.py", "ok", [["# c.py"]]),
    ]


def test_a_program_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"\xff\xfe")
    (tmp_path / "b.py").write_text("# b")
    out = tmp_path / "out.jsonl"
    batches.run_code(Running(), tmp_path, out)  # type: ignore[arg-type]
    assert [(line["id"], line["status"]) for line in lines(out)] == [("a.py", "error"), ("b.py", "ok")]


@pytest.mark.parametrize("name", ["nowhere", "file.py"])
def test_a_folder_of_programs_that_is_none_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.py").touch()
    with pytest.raises(InputError, match=name):
        batches.run_code(Running(), tmp_path / name, tmp_path / "out.jsonl")  # type: ignore[arg-type]


def test_a_program_is_shown_as_the_design_says(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one")
    found = batches.run_file(Running(), tmp_path / "a.py")  # type: ignore[arg-type]
    assert set(found) >= {"status", "columns", "rows", "value", "error", "seconds"}
    assert (found["status"], found["columns"], found["rows"], found["value"]) == ("ok", ["value"], [["one"]], "one")
