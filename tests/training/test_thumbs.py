"""Thumbs as training data: what is kept in which form, and what is left out for which reason."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.errors import InputError
from crm_copilot.llm.writing import program_of, prompt_of
from crm_copilot.settings import load_settings
from training.feedback import Feedback, collect, write

Rated = Callable[..., str]


@pytest.fixture
def house(fresh_home: Path, tmp_path: Path) -> Iterator[House]:
    home = Path(shutil.copytree(fresh_home, tmp_path / "home", ignore=shutil.ignore_patterns("*.sqlite*")))
    house = House(load_settings(env_file=None, home=home, model="library"))
    yield house
    house.close()


@pytest.fixture
def rated(house: House) -> Rated:
    """Ask, change what is stored of the answer, and rate it."""

    def rate(question: str, thumbs: int, part: int = 0, answer: dict[str, Any] | None = None, **result: Any) -> str:
        told = house.copilot.ask(question)
        results = [{**entry, **result} for entry in told["results"]]
        house.store.finish(told["turn"], {**told, "results": results, **(answer or {})})
        house.store.rate(told["turn"], part, thumbs=thumbs)
        return str(told["turn"])

    return rate


def test_a_thumb_is_a_prompt_a_completion_and_a_label(house: House, rated: Rated) -> None:
    rated("revenue by month", 1)
    rated("How many sellers are there?", 0)
    up, free, *down = collect(house).rows
    asked = house.plain_retriever.retrieve("revenue by month")
    assert (up["prompt"], free["prompt"]) == (prompt_of(asked), prompt_of(asked, draft=False))
    assert up["completion"].startswith("# revenue | by month\ndef ")
    assert (up["label"], free["label"], [row["label"] for row in down]) == (True, True, [False, False])


def test_a_completion_is_what_the_writer_would_have_written(house: House, rated: Rated) -> None:
    turn = rated("revenue by month", 1)
    result = (house.store.turn(turn).answer or {})["results"][0]
    found = program_of(collect(house).rows[0]["completion"], 0.0)
    assert found is not None
    assert found.plan == result["plan"]
    assert house.sandbox.run(found.code).rows == tuple(map(tuple, result["rows"]))


def test_a_follow_up_has_the_prompt_of_its_whole_question(house: House) -> None:
    thread = house.copilot.ask("revenue by month")["thread"]
    turn = house.copilot.ask("only 2018", thread=thread)["turn"]
    house.store.rate(turn, 0, thumbs=1)
    assert collect(house).rows[0]["prompt"].startswith("revenue by month")


def test_what_is_left_out_is_counted_by_its_reason(house: House, rated: Rated) -> None:
    model = {"sources": [{"kind": "function", "id": "model:x", "text": ""}]}
    rated("zorgle the glorze", 0)
    rated("revenue by month", 1, answer={"data": "another company"})
    rated("number of orders by state", 1, code="def answer(orders):\n    return 1\n", rows=[[1]], **model)
    rated("number of orders", 1, part=3)
    rated("How many sellers are there?", 1)
    rated("How many sellers are there?", 1)
    rated("How many products are there?", 1)
    rated("How many products are there?", 0)
    found = collect(house)
    assert len(found.rows) == 2
    assert found.left_out == {
        "not answered": 2,
        "answered from other data": 1,
        "written without a plan": 1,
        "the same again": 2,
        "rated up and down": 4,
    }
    assert str(found).startswith("2 rows (2 up, 0 down); left out: 2 not answered, 1 answered from other data")


def test_the_last_thumb_counts(house: House, rated: Rated) -> None:
    turn = rated("revenue by month", 1)
    house.store.rate(turn, 0, thumbs=0)
    assert [row["label"] for row in collect(house).rows] == [False, False]
    house.store.rate(turn, 0, thumbs=None)
    assert collect(house).rows == []


def test_no_row_of_an_answer_is_written(house: House, rated: Rated) -> None:
    turn = rated("the customer with the highest revenue", 1)
    (row,) = (house.store.turn(turn).answer or {})["results"][0]["rows"]
    assert not [cell for cell in row if str(cell) in str(collect(house).rows)]


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        write(Feedback([{"prompt": "p", "completion": "c", "label": True}]), tmp_path / "folder")
    assert [file.name for file in tmp_path.iterdir()] == ["folder"]


def test_the_command_writes_lines_and_tells_the_counts(
    crm: Callable[..., Any], house: House, rated: Rated, tmp_path: Path
) -> None:
    rated("número de pedidos por mês", 1)
    done = crm("train", "feedback", tmp_path / "thumbs.jsonl", "--json", seconds=300, CRM_HOME=house.settings.home_dir)
    assert json.loads(done.stdout) == {"rows": 2, "up": 2, "down": 0, "left_out": {}}, done.stderr
    row, _ = map(json.loads, (tmp_path / "thumbs.jsonl").read_text("utf-8").splitlines())
    assert set(row) == {"prompt", "completion", "label"}
