"""The verifier that ships: it prefers readings to near misses of them, and does no harm where it is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fakes import context

from crm_copilot.bootstrap import House
from crm_copilot.domain import VERIFIED, Understanding
from crm_copilot.errors import ModelUnavailable
from crm_copilot.library import codec, notation
from crm_copilot.llm.embedded_model import EmbeddedModel, WriterModel
from crm_copilot.llm.library_model import LibraryModel
from crm_copilot.llm.verifier import Verifier
from crm_copilot.llm.writer import Writer
from crm_copilot.settings import load_settings

MODELS = Path(__file__).parents[2] / "models"
TOKENIZER = MODELS / "minilm" / "tokenizer.json"
MISSED = [
    ("revenue by month in 2018", "revenue by month, in 2018", "revenue by month"),
    ("top 5 states by number of orders", "number of orders by state, top 5", "number of orders by state"),
    ("average freight by state", "average freight by state", "average price by state"),
    ("what share of orders is late?", "percentage of number of orders late", "number of orders, late"),
    ("how many sellers are in SP?", "number of sellers, seller state SP", "number of customers, state SP"),
    ("which cities have the lowest freight?", "average freight by city, lowest 10", "average freight by city, top 10"),
    ("sellers with the most orders", "number of orders by seller, top 10", "number of orders by seller, top 1"),
    ("orders after 6 pm", "number of orders, hour of purchase at least 18", "number of orders"),
    (
        "second biggest state by revenue",
        "revenue by state, only place 2, with the place of each",
        "revenue by state, top 1",
    ),
    ("ticket médio por estado em 2017", "ticket médio por estado, em 2017", "ticket médio por estado, em 2018"),
]


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier(MODELS / "verifier" / "model.onnx", TOKENIZER)


@pytest.mark.parametrize(("question", "right", "wrong"), MISSED, ids=[question for question, *_ in MISSED])
def test_a_reading_is_preferred_to_what_nearly_says_it(
    verifier: Verifier, question: str, right: str, wrong: str
) -> None:
    good, bad = verifier.scores(question, [right, wrong])
    assert good > bad
    assert bad < 0


def test_a_reading_is_scored_alone_as_beside_longer_ones(verifier: Verifier) -> None:
    question, said = "orders by state", "number of orders by state"
    (alone,) = verifier.scores(question, [said])
    beside, _ = verifier.scores(question, [said, "average review score by category and month, in 2018, top 10"])
    assert alone == pytest.approx(beside, abs=0.01)
    assert verifier.scores(question, []) == []


def test_a_damaged_model_names_its_repair(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no model")
    with pytest.raises(ModelUnavailable, match="crm train verifier"):
        Verifier(tmp_path / "model.onnx", TOKENIZER).scores("orders", ["number of orders"])


def test_a_model_for_other_inputs_names_its_repair(tmp_path: Path) -> None:
    shutil.copy(MODELS / "minilm" / "model.onnx", tmp_path / "model.onnx")
    with pytest.raises(ModelUnavailable, match="does not fit"):
        Verifier(tmp_path / "model.onnx", TOKENIZER).scores("orders", ["number of orders"])


def test_what_can_be_said_in_words_has_its_voice_and_without_the_model_none_has(
    verifier: Verifier, tmp_path: Path
) -> None:
    plan = codec.to_json(notation.parse("count order"))
    asked = context("how many orders are there?", reading=Understanding(plan, 0.9))
    writer = WriterModel(Writer(Path(__file__).parent / "tiny_writer", prompt_version=1), 4)
    first, *_ = EmbeddedModel(LibraryModel(), writer, verifier).write(asked, [])
    assert first.voices[VERIFIED] > 0
    without = EmbeddedModel(LibraryModel(), writer, Verifier(tmp_path / "none.onnx", TOKENIZER)).write(asked, [])
    assert all(VERIFIED not in program.voices for program in without)
    writer.writer.close()


def test_the_house_verifies_what_it_answers(fresh_home: Path) -> None:
    house = House(load_settings(None, home=fresh_home, model="embedded"))
    asked = house.retriever.retrieve("revenue by month in 2018")
    first, *_ = house.code_model.write(asked, [])
    house.close()
    assert first.voices[VERIFIED] > 0
