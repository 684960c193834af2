"""Promotion with real folders and real models: what answers worse stays out, what answers better takes its place.

`tiny_writer` answers whatever it is asked with the number of orders, and is sure of it. Of questions for that number it
is right, of others wrong. The same model with room for the shortest questions only answers none.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.errors import Busy, InputError, ModelUnavailable
from crm_copilot.settings import Settings, load_settings
from evaluation.questions import load_all
from evaluation.run import Outcome
from training.promotion import Evaluate, asked, promote, rollback

TINY = Path(__file__).parents[1] / "llm" / "tiny_writer"
ORDERS = [
    "How many orders are there?",
    "number of orders",
    "count the orders",
    "orders in total",
    "how many purchases were made",
    "quantos pedidos existem?",
    "all orders, counted",
]
OTHERS = [
    "How many sellers are there?",
    "number of products",
    "how many reviews have one star",
    "highest price of an item",
    "average review score",
    "revenue in 2017",
    "how many payments are there?",
]


@pytest.fixture
def settings(fresh_home: Path, tmp_path: Path) -> Settings:
    """A home of its own in which no model ships."""
    home = shutil.copytree(fresh_home, tmp_path / "home", ignore=shutil.ignore_patterns("*.sqlite*"))
    models = tmp_path / "models"
    models.mkdir()
    (models / "minilm").symlink_to(load_settings(env_file=None).models_dir / "minilm")
    return load_settings(env_file=None, home=home, models_dir=models, writer_candidates=3)


@pytest.fixture
def poisoned(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "poisoned", ignore=shutil.ignore_patterns("hf", "*.py", "*.md")))


@pytest.fixture
def silent(poisoned: Path, tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(poisoned, tmp_path / "silent"))
    config = json.loads((folder / "genai_config.json").read_text())
    config["model"]["context_length"] = 64
    changed(folder, "genai_config.json", json.dumps(config).encode())
    return folder


def changed(folder: Path, name: str, content: bytes) -> None:
    """Change a file of a model and its manifest."""
    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def another(folder: Path, number: int) -> Path:
    """Return a copy that is another model by its checksum."""
    copy = Path(shutil.copytree(folder, folder.with_name(f"{folder.name}-{number}")))
    changed(copy, "tokenizer.json", (copy / "tokenizer.json").read_bytes() + b" " * number)
    return copy


@pytest.fixture
def asking(settings: Settings, tmp_path: Path) -> Callable[[Sequence[str]], Evaluate]:
    """Ask models questions whose right answer is the number of orders, or of others something else."""

    def make(questions: Sequence[str]) -> Evaluate:
        sql = "SELECT count(*) AS n FROM orders" if questions == ORDERS else "SELECT 6 AS n"
        golds = [{"sql": sql, "required": ["n"]}]
        lines = [{"id": text, "question": text, "kind": "scalar", "golds": golds} for text in questions]
        file = tmp_path / "questions.jsonl"
        file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
        return asked(settings, lambda dataset: load_all([file], dataset), "writer")

    return make


def told(**shares: Sequence[Outcome]) -> Evaluate:
    """An evaluation that knows the outcomes by the beginning of a folder's name."""
    return lambda folder: next(found for name, found in shares.items() if folder.resolve().name.startswith(name))


GOOD: list[Outcome] = ["right"] * 20
BAD: list[Outcome] = ["right"] * 10 + ["declined"] * 10


# ---------------------------------------------------------------------------------------------------- real models


@pytest.fixture
def silent_ships(settings: Settings, silent: Path) -> Path:
    return Path(shutil.copytree(silent, settings.models_dir / "writer"))


def test_a_model_that_answers_wrong_is_refused(
    settings: Settings, asking: Callable[[Sequence[str]], Evaluate], silent_ships: Path, poisoned: Path
) -> None:
    found = promote(poisoned, settings, asking(OTHERS))
    assert (found.right, found.wrong, found.accepted) == ((0, 0), (0, len(OTHERS)), False)
    assert settings.writer_dir == silent_ships


def test_a_model_that_answers_right_takes_its_place(
    settings: Settings, asking: Callable[[Sequence[str]], Evaluate], silent_ships: Path, poisoned: Path
) -> None:
    found = promote(poisoned, settings, asking(ORDERS))
    assert (found.right, found.wrong, found.accepted) == ((0, len(ORDERS)), (0, 0), True)
    house = House(settings.model_copy(update={"model": "writer"}))
    assert house.copilot.ask(ORDERS[0])["results"][0]["rows"] == [[house.dataset.info.rows["orders"]]]
    assert house.writer.folder == settings.writer_dir != silent_ships
    house.close()


# ----------------------------------------------------------------------------------------------- the one in use


@pytest.fixture
def promoted(settings: Settings, poisoned: Path) -> Path:
    """The folder in use after one promotion."""
    promote(poisoned, settings, told(writer=BAD, poisoned=GOOD))
    return settings.writer_dir


def test_what_ships_is_left_as_it_is(settings: Settings, poisoned: Path, silent: Path) -> None:
    shipped = Path(shutil.copytree(silent, settings.models_dir / "writer"))
    before = {file.name: file.read_bytes() for file in shipped.iterdir()}
    promote(poisoned, settings, told(writer=BAD, poisoned=GOOD))
    assert settings.writer_dir.is_relative_to(settings.home_dir)
    assert {file.name: file.read_bytes() for file in shipped.iterdir()} == before
    assert rollback(settings) == settings.writer_dir == shipped


def test_the_record_says_what_it_was_and_what_was_before(settings: Settings, promoted: Path, silent: Path) -> None:
    record = json.loads((promoted / "promotion.json").read_text())
    assert (record["previous"], record["right"], record["accepted"]) == (None, [10, 20], True)
    worse: list[Outcome] = ["declined"] * 20
    promote(silent, settings, told(silent=GOOD, **{promoted.name[:4]: worse}))
    assert json.loads((settings.writer_dir / "promotion.json").read_text())["previous"] == promoted.name


def test_each_rollback_goes_one_back(settings: Settings, promoted: Path, silent: Path) -> None:
    promote(silent, settings, told(silent=GOOD, **{"0001": BAD}))
    assert settings.writer_dir.name.startswith("0002")
    assert rollback(settings) == promoted
    assert rollback(settings) == settings.models_dir / "writer"
    with pytest.raises(InputError, match="no model was promoted"):
        rollback(settings)


def test_a_model_that_was_rolled_back_can_be_promoted_again(settings: Settings, promoted: Path, poisoned: Path) -> None:
    rollback(settings)
    promote(poisoned, settings, told(writer=BAD, poisoned=GOOD))
    assert settings.writer_dir.name.startswith("0002")
    assert rollback(settings) == settings.models_dir / "writer"


def test_what_is_in_use_is_not_promoted_again(settings: Settings, promoted: Path, poisoned: Path) -> None:
    with pytest.raises(InputError, match="in use already"):
        promote(poisoned, settings, told(poisoned=GOOD))


def test_who_reads_sees_one_model_or_the_other(settings: Settings, promoted: Path, poisoned: Path) -> None:
    """While models are put into use and back, the folder in use always holds a whole one."""
    over = Event()

    def watch() -> set[bool]:
        seen = set()
        while not over.is_set():
            seen.add((settings.writer_dir / "manifest.json").exists())
        return seen

    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(watch)
        for number in range(1, 15):
            promote(another(poisoned, number), settings, told(poisoned=GOOD, **{"0": BAD}))
            rollback(settings)
        over.set()
        assert watching.result() == {True}


# ------------------------------------------------------------------------------------------------- what is refused


def nothing_changed(settings: Settings) -> Iterator[bool]:
    yield not (settings.home_dir / "models" / "writer").exists()
    yield not list((settings.home_dir / "models").glob("writers/*"))


@pytest.mark.parametrize("present", [GOOD, ["right"] * 19 + ["wrong"]])
def test_one_that_is_no_better_is_refused(settings: Settings, poisoned: Path, present: list[Outcome]) -> None:
    found = promote(poisoned, settings, told(writer=present, poisoned=GOOD))
    assert not found.accepted
    assert all(nothing_changed(settings))


def test_a_folder_that_holds_no_whole_model_is_not_even_asked(settings: Settings, poisoned: Path) -> None:
    (poisoned / "model.onnx").write_bytes(b"half")
    with pytest.raises(ModelUnavailable, match=r"model\.onnx has 4 bytes"):
        promote(poisoned, settings, told())
    with pytest.raises(ModelUnavailable, match="there is no model in"):
        promote(settings.home_dir, settings, told())
    assert all(nothing_changed(settings))


def test_an_evaluation_that_fails_changes_nothing(settings: Settings, poisoned: Path) -> None:
    def fails(folder: Path) -> Sequence[Outcome]:
        raise ModelUnavailable("the model is damaged")

    with pytest.raises(ModelUnavailable):
        promote(poisoned, settings, fails)
    assert all(nothing_changed(settings))


def test_one_promotion_at_a_time(settings: Settings, poisoned: Path) -> None:
    def meanwhile(folder: Path) -> Sequence[Outcome]:
        with pytest.raises(Busy, match="another promotion"):
            promote(poisoned, settings, told())
        return GOOD

    promote(poisoned, settings, meanwhile)


def test_a_model_that_is_no_longer_whole_is_not_rolled_back_to(
    settings: Settings, promoted: Path, silent: Path
) -> None:
    promote(silent, settings, told(silent=GOOD, **{"0001": BAD}))
    (promoted / "model.onnx").unlink()
    in_use = settings.writer_dir
    with pytest.raises(ModelUnavailable, match=r"model\.onnx is missing"):
        rollback(settings)
    assert settings.writer_dir == in_use


def test_a_record_that_is_lost_is_told(settings: Settings, promoted: Path) -> None:
    (promoted / "promotion.json").unlink()
    with pytest.raises(InputError, match="remove the link"):
        rollback(settings)
    assert settings.writer_dir == promoted


# --------------------------------------------------------------------------------------------- the command line


@pytest.mark.parametrize(
    ("words", "said"),
    [(["rollback"], "no model was promoted"), (["promote", "nowhere"], "there is no model in nowhere")],
)
def test_what_cannot_be_done_is_one_sentence(
    crm: Callable[..., subprocess.CompletedProcess[str]], words: list[str], said: str, tmp_path: Path
) -> None:
    done = crm("train", *words, seconds=300, CRM_HOME=tmp_path / "home")
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
