"""The library and the small model side by side, and each alone; a damaged model never costs the conversation."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fakes import attempt, context, scalar

from crm_copilot.bootstrap import House
from crm_copilot.domain import Passage, Understanding
from crm_copilot.errors import InputError, ModelUnavailable
from crm_copilot.library import codec, notation
from crm_copilot.library.plan import Plan, measure_of
from crm_copilot.llm.embedded_model import EmbeddedModel, WriterModel
from crm_copilot.llm.library_model import LibraryModel, written_out
from crm_copilot.llm.writer import Writer
from crm_copilot.settings import load_settings

ROOT = Path(__file__).parents[2]
REVENUE = Plan((measure_of("revenue"),))
COUNTED = notation.parse("count order")
ONE = "def answer(orders):\n    return orders['order_id'].nunique()\n"
OTHER = "def answer(orders):\n    return len(orders)\n"
UNREAD = Understanding(unread=("zorgle",))


@pytest.fixture(scope="module")
def writer() -> Iterator[WriterModel]:
    writer = Writer(Path(__file__).parent / "tiny_writer", prompt_version=1)
    yield WriterModel(writer, 16)
    writer.close()


@pytest.fixture
def both(writer: WriterModel) -> EmbeddedModel:
    return EmbeddedModel(LibraryModel(), writer)


# ---------------------------------------------------------------------------------------------------- who writes what


def test_the_writer_writes_each_program_once(writer: WriterModel) -> None:
    found = writer.write(context(), [])
    assert found[0].code == ONE, "the greedy one comes first"
    assert {ONE, OTHER} <= {each.code for each in found}
    assert len({each.code for each in found}) == len(found)


def test_their_priors_are_the_shares_of_what_was_written(writer: WriterModel) -> None:
    found = {each.code: each.prior for each in writer.write(context(), [])}
    assert all(0 < prior <= 1 and (prior * 16).is_integer() for prior in found.values())
    assert found[ONE] > found[OTHER]
    assert sum(found.values()) <= 1


def test_the_library_comes_first_and_the_small_model_has_its_say(both: EmbeddedModel) -> None:
    """Told what was read and not told, the tiny writer says to count the orders."""
    first, second = both.write(context(plan=REVENUE, confidence=0.93), [])
    assert (first.plan, dict(first.voices)) == (codec.to_json(REVENUE), {"library": 0.93})
    assert (second.plan, second.source) == (codec.to_json(COUNTED), "writer")
    assert second.code == written_out(context(), COUNTED, 1.0, "writer").code
    assert second.voices["draft"] == second.voices["free"] == 1.0
    assert 0.5 < second.voices["drawn"] <= 1.0


def test_what_the_library_cannot_read_is_written_by_the_small_model(both: EmbeddedModel) -> None:
    asked = context(reading=UNREAD)
    assert LibraryModel().write(asked, []) == []
    (found,) = both.write(asked, [])
    assert (found.plan, set(found.voices)) == (codec.to_json(COUNTED), {"free", "drawn"})


def test_what_both_say_is_one_program_with_all_voices(both: EmbeddedModel) -> None:
    (found,) = both.write(context(plan=COUNTED, confidence=0.6), [])
    assert found.source == "library"
    assert set(found.voices) == {"library", "draft", "free", "drawn"}


def test_what_the_data_do_not_hold_is_not_written(both: EmbeddedModel) -> None:
    assert both.write(context(reading=Understanding(scope="costs")), []) == []


def test_what_leans_on_the_turn_before_is_the_librarys_alone(both: EmbeddedModel) -> None:
    """The small model has not heard that turn."""
    asked = context(reading=Understanding(codec.to_json(REVENUE), 0.9, carried=True))
    assert [each.source for each in both.write(asked, [])] == ["library"]


def test_what_somebody_confirmed_is_answered_by_it_alone(both: EmbeddedModel) -> None:
    answers = {"plan": codec.to_json(REVENUE)}
    known = Passage("examples", "confirmed:7", "asked before", 0.99, {"plan": {}, "answers": answers})
    found = both.write(context(reading=UNREAD, passages=(known,)), [])
    assert [(each.source, each.plan) for each in found] == [("confirmed:7", codec.to_json(REVENUE))]


def test_a_second_attempt_repeats_nothing(both: EmbeddedModel) -> None:
    asked = context(plan=REVENUE)
    first = both.write(asked, [])
    second = both.write(asked, [attempt(each, scalar(1)) for each in first])
    assert not {each.code for each in first} & {each.code for each in second}


def test_the_same_question_is_written_the_same(both: EmbeddedModel) -> None:
    assert both.write(context(plan=REVENUE), []) == both.write(context(plan=REVENUE), [])


# --------------------------------------------------------------------------------------------------- what goes wrong


def test_a_question_too_long_for_the_small_model_is_the_librarys(
    both: EmbeddedModel, caplog: pytest.LogCaptureFixture
) -> None:
    asked = context("revenue " * 200, plan=REVENUE)
    assert [each.source for each in both.write(asked, [])] == ["library"]
    assert "shorten the question" in caplog.text


def test_a_question_too_long_that_the_library_cannot_read_is_the_askers_affair(both: EmbeddedModel) -> None:
    with pytest.raises(InputError, match="shorten the question"):
        both.write(context("zorgle " * 200, reading=UNREAD), [])


def test_a_damaged_model_is_not_hidden_by_the_library(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    both = EmbeddedModel(LibraryModel(), WriterModel(Writer(tmp_path, prompt_version=1), 8))
    with pytest.raises(ModelUnavailable, match="git checkout"):
        both.write(context(plan=REVENUE), [])


# ------------------------------------------------------------------------------------------------------ in the house


def house_of(home: Path, models: Path, model: str = "embedded", **settings: Any) -> House:
    return House(load_settings(env_file=None, home=home, models_dir=models, model=model, **settings))


@pytest.mark.parametrize(
    ("model", "made"), [("embedded", EmbeddedModel), ("library", LibraryModel), ("writer", WriterModel)]
)
def test_the_setting_names_who_writes(demo_home: Path, tiny_models: Path, model: str, made: type) -> None:
    house = house_of(demo_home, tiny_models, model)
    assert isinstance(house.code_model, made)
    assert house.code_model.name == model
    house.close()


def test_without_weights_the_library_answers_alone_and_says_so(
    demo_home: Path, tiny_models: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(tiny_models / "writer")
    house = house_of(demo_home, tiny_models)
    assert isinstance(house.code_model, LibraryModel)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "the library answers alone" in caplog.text
    assert house.writer.state()["state"] == "absent"
    house.close()


def test_the_writer_alone_without_weights_is_an_error(demo_home: Path, tiny_models: Path) -> None:
    shutil.rmtree(tiny_models / "writer")
    with closing(house_of(demo_home, tiny_models, "writer")) as house:
        answer = house.copilot.ask("how many orders are there?")
    assert answer["status"] == "failed"
    assert "CRM_MODEL=library" in answer["answer"]


def test_the_writer_alone_answers_through_everything_real(demo_home: Path, tiny_models: Path) -> None:
    with closing(house_of(demo_home, tiny_models, "writer", confidence_threshold=0.0)) as house:
        answer = house.copilot.ask("please count all of the orders")
        rows = house.dataset.info.rows["orders"]
    assert (answer["model"], answer["results"][0]["rows"]) == ("writer", [[rows]])
    assert "nunique" in answer["results"][0]["code"]


def test_a_damaged_model_fails_the_turn_and_keeps_the_conversation(demo_home: Path, tiny_models: Path) -> None:
    file = tiny_models / "writer" / "model.onnx.data"
    kept = file.read_bytes()
    file.write_bytes(kept[:5000])
    with closing(house_of(demo_home, tiny_models)) as house:
        first = house.copilot.ask("how many orders are there?")
        file.write_bytes(kept)
        second = house.copilot.ask("how many orders are there?", thread=first["thread"])
        turns = house.store.turns(first["thread"])
    assert (first["status"], second["status"]) == ("failed", "answered")
    assert all(part in first["answer"] for part in ("model.onnx.data has 5000 bytes", "git checkout"))
    assert [turn.answer["status"] for turn in turns if turn.answer] == ["failed", "answered"]
