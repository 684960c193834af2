"""Settings become objects in one place: when they are asked for, once each, and let go of again."""

from __future__ import annotations

import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from crm_copilot.bootstrap import House, bootstrap
from crm_copilot.catalog import tables
from crm_copilot.data import load
from crm_copilot.errors import DataError, IndexOutdated, ModelUnavailable, OperatorError, UnknownName
from crm_copilot.llm.chat_model import ChatCodeModel
from crm_copilot.llm.embedded_model import EmbeddedModel
from crm_copilot.llm.library_model import LibraryModel
from crm_copilot.llm.told_model import ToldFirst
from crm_copilot.respond import respond
from crm_copilot.sandbox import Sandbox
from crm_copilot.settings import ROOT, load_settings


def house_of(home: Path, **settings: Any) -> House:
    return House(load_settings(env_file=None, home=home, **settings))


@pytest.fixture
def own_home(fresh_home: Path, tmp_path: Path) -> Path:
    """A home of its own with the demo company in it."""
    return Path(shutil.copytree(fresh_home, tmp_path / "home", ignore=shutil.ignore_patterns("*.sqlite*")))


def test_nothing_is_made_before_it_is_asked_for(tmp_path: Path) -> None:
    house = house_of(tmp_path / "home")
    house.close()
    assert not (tmp_path / "home").exists()


def test_each_part_is_made_once(house: House) -> None:
    assert house.copilot is house.copilot
    assert house.sandbox is house.sandbox
    assert house.dataset is house.dataset


def test_the_settings_reach_their_parts(own_home: Path) -> None:
    house = house_of(own_home, sandbox_timeout_seconds=3, sandbox_memory_mb=256, confidence_threshold=0.99)
    assert (house.sandbox.limits.wall_seconds, house.sandbox.limits.memory_mb) == (3, 256)
    answer = house.copilot.ask("How many orders are there?")
    house.close()
    assert answer["results"][0]["confidence"] < 0.99
    assert answer["status"] == "declined"


def test_tables_without_a_file_are_not_asked_about(demo_files: Path, tmp_path: Path) -> None:
    optional = [str(table.file) for table in tables().values() if table.optional]
    files = shutil.copytree(demo_files, tmp_path / "files", ignore=shutil.ignore_patterns(*optional))
    load(files, tmp_path / "home")
    house = house_of(tmp_path / "home")
    context = house.retriever.retrieve("zorgle the leads by origin")
    assert context.absent == ("leads", "deals", "clients", "interactions")
    assert respond(context, [], "q")["next"] == []
    house.close()


def test_without_a_model_the_library_writes(tmp_path: Path) -> None:
    assert isinstance(house_of(tmp_path, models_dir=tmp_path).code_model, LibraryModel)


def test_with_its_weights_the_small_model_writes_too(tmp_path: Path, tiny_models: Path) -> None:
    house = house_of(tmp_path, models_dir=tiny_models, writer_candidates=3)
    assert isinstance(house.code_model, EmbeddedModel)
    house.close()
    with pytest.raises(ModelUnavailable, match="closed"):
        house.writer.generate("anything", 1)


def test_a_model_that_is_named_writes(own_home: Path) -> None:
    house = house_of(own_home, model="openai:tiny", model_base_url="http://127.0.0.1:9/v1", model_candidates=2)
    assert isinstance(house.code_model, ToldFirst)
    assert isinstance(house.code_model.model, ChatCodeModel)
    assert house.code_model.name == "openai:tiny"


def test_data_of_a_folder_are_loaded(demo_files: Path, tmp_path: Path) -> None:
    house = house_of(tmp_path / "home", data_dir=demo_files)
    assert (house.dataset.info.source, house.dataset.info.demo) == (str(demo_files), False)
    assert house.calendar.last == house.dataset.info.period[1]


def test_a_folder_without_data_is_an_error_of_who_named_it(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        _ = house_of(tmp_path / "home", data_dir=tmp_path).dataset


# ------------------------------------------------------------------------------------------------------- the index


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """The texts of another company."""
    (tmp_path / "knowledge" / "playbook").mkdir(parents=True)
    (tmp_path / "knowledge" / "playbook" / "ours.md").write_text("## Gifts\n\nNobody accepts gifts.\n", "utf-8")
    return tmp_path / "knowledge"


@pytest.fixture
def small_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Embedding the whole library again takes seconds, and is not what is tested."""
    from crm_copilot.library import functions

    few = functions.library()[:5]
    monkeypatch.setattr(functions, "library", lambda: few)


@pytest.mark.usefixtures("small_library")
def test_other_texts_get_an_index_of_their_own(own_home: Path, knowledge: Path) -> None:
    house = house_of(own_home, knowledge_dir=knowledge)
    assert house.retriever.search("may I accept a present", "playbook", 1)[0].document.data["title"] == "Gifts"
    made = own_home / "faiss_store" / "manifest.json"
    before = made.stat().st_mtime_ns
    assert len(house_of(own_home, knowledge_dir=knowledge).index) == len(house.index)
    assert made.stat().st_mtime_ns == before, "it is built once"


@pytest.mark.usefixtures("small_library")
def test_an_index_that_is_damaged_is_built_anew(own_home: Path, knowledge: Path) -> None:
    assert house_of(own_home, knowledge_dir=knowledge).index
    (own_home / "faiss_store" / "vectors.faiss").write_bytes(b"")
    assert len(house_of(own_home, knowledge_dir=knowledge).index) > 0
    assert json.loads((own_home / "faiss_store" / "manifest.json").read_text())["documents"] > 0


def test_the_shipped_index_is_left_alone(house: House) -> None:
    """What is in the repository is never written to by the product."""
    before = {path: path.stat().st_mtime_ns for path in (ROOT / "faiss_store").rglob("*")}
    assert len(house.index) > 600
    assert {path: path.stat().st_mtime_ns for path in (ROOT / "faiss_store").rglob("*")} == before


def test_a_missing_embedder_is_named_with_its_repair(own_home: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexOutdated, match="minilm") as error:
        _ = house_of(own_home, models_dir=tmp_path).index
    assert isinstance(error.value, OperatorError)


# ------------------------------------------------------------------------------------------------- letting go


def test_close_ends_the_sandbox_and_may_be_called_twice(own_home: Path) -> None:
    house = house_of(own_home)
    pid = house.sandbox.doctor()["zygote"]["pid"]
    house.close()
    house.close()
    assert not _alive(pid)


def test_close_ends_what_was_made_only(own_home: Path) -> None:
    house = house_of(own_home)
    assert house.dataset.info.rows["orders"] > 0
    house.close()
    assert "sandbox" not in vars(house)


def test_close_lets_go_of_the_checkpoints(own_home: Path) -> None:
    """A folder that is still open cannot be deleted on every system, and leaves -wal files behind."""
    house = house_of(own_home)
    house.copilot.ask("How many orders are there?")
    house.close()
    assert not list(own_home.glob("checkpoints.sqlite-*"))


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# ---------------------------------------------------------------------------------------------- a chat model, whole


def test_a_chat_model_answers_through_everything_real(own_home: Path, chat_server: Any) -> None:
    from fakes import says

    chat_server.script = [
        says(
            "```python\ndef answer(orders):\n"
            "    return int((orders.order_purchase_timestamp.dt.year == 2017).sum())\n```"
        )
    ]
    house = house_of(own_home, model="openai:tiny", model_base_url=chat_server.url, model_candidates=2)
    answer = house.copilot.ask("How many orders were there in 2017?")
    with house.dataset.connect() as data:
        row = data.execute("SELECT count(*) FROM orders WHERE year(order_purchase_timestamp) = 2017").fetchone()
    house.close()
    assert (answer["status"], answer["model"], answer["results"][0]["rows"]) == (
        "answered",
        "openai:tiny",
        [list(row or ())],
    )
    assert answer["results"][0]["confidence"] == 1.0
    prompt = chat_server.requests[0][2]["messages"][1]["content"]
    assert "Solved examples:" in prompt
    assert "recommend_products" in prompt


def test_the_settings_of_the_environment_are_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CRM_HOME", str(tmp_path / "here"))
    house = bootstrap()
    assert isinstance(house, House)
    assert house.settings.home_dir == tmp_path / "here"
    assert not (tmp_path / "here").exists()


def test_two_threads_open_a_part_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []

    def slowly(*_: object) -> object:
        time.sleep(0.1)
        made.append(object())
        return made[-1]

    monkeypatch.setattr("crm_copilot.bootstrap.ensure", slowly)
    house = house_of(tmp_path / "home")
    with ThreadPoolExecutor(4) as pool:
        found = {id(data) for data in pool.map(lambda _: house.dataset, range(4))}
    assert len(found) == len(made) == 1


def test_a_tool_is_found_by_its_name(house: House) -> None:
    assert house.tool("search_playbook") in house.tools
    with pytest.raises(UnknownName, match=r"no tool 'search'; the tools are .*search_playbook"):
        house.tool("search")


def test_the_sandbox_has_every_table_and_tool(house: House) -> None:
    assert isinstance(house.sandbox, Sandbox)
    found = house.sandbox.doctor()
    assert set(found["tables"]) == set(house.dataset.info.rows)
    assert found["tools"] == sorted(tool.name for tool in house.tools)
    assert {"recommend_products", "search_playbook"} <= set(found["tools"])
