"""The corpus: every plan computed twice, splits that share no template, prompts as they are served."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.library import codec, notation
from crm_copilot.library.plan import Plan, by_time, measure_of
from crm_copilot.prompts import WRITER_TURN
from training import agreement
from training.examples.build import HELD_OUT, Corpus, open_corpus, small_company, split_of, write
from training.examples.natural import varied
from training.examples.solve import Checker

QUESTIONS = Path("evaluation/questions")


@pytest.fixture(scope="module")
def corpus(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    return open_corpus(house, [QUESTIONS / "everyday.jsonl"], tmp_path_factory.mktemp("corpus"), 1, 1.0)


@pytest.fixture(scope="module")
def lines(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, object]]]:
    folder = tmp_path_factory.mktemp("written")
    counts = write(corpus, folder, 150)
    assert sum(counts.values()) == 150
    return {
        name: [json.loads(line) for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()]
        for name in counts
    }


def test_solutions_say_their_plan_and_hold_one_function(lines: dict[str, list[dict[str, object]]]) -> None:
    for line in (line for split in lines.values() for line in split):
        prompt, solution = (message["content"] for message in line["messages"])  # type: ignore[attr-defined]
        assert prompt.endswith(WRITER_TURN)
        head, _, code = solution.partition("\n")
        assert notation.write(notation.parse(head.removeprefix("# "))) == head.removeprefix("# ")
        assert codec.from_json(line["plan"]) is not None  # type: ignore[arg-type]
        compile(code, "solution", "exec")


def test_each_question_stands_once_and_each_template_in_one_split(lines: dict[str, list[dict[str, object]]]) -> None:
    questions = [line["question"] for split in lines.values() for line in split]
    assert len(set(questions)) == len(questions)
    templates = {name: {line["template"] for line in split} for name, split in lines.items()}
    assert not templates["train"] & templates["test"]
    assert not templates["train"] & templates["val"]


def test_the_latest_sets_are_for_testing() -> None:
    assert {split_of(f"{name}:qa-001") for name in HELD_OUT} == {"test"}


def test_a_plan_whose_results_differ_is_refused(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    by_month = Plan((measure_of("revenue"),), (by_time("month"),))
    checker = Checker(corpus.checker.company)
    assert checker.problem(by_month) is None
    wrong = replace(measure_of("revenue"), field="freight_value")
    sql = agreement.to_sql
    monkeypatch.setattr(agreement, "to_sql", lambda plan: sql(plan.but(measures=(wrong,))))
    assert "differ" in str(Checker(corpus.checker.company).problem(by_month))


def test_people_are_asked_with_other_values(corpus: Corpus, house: House) -> None:
    rng, changed = random.Random(4), 0
    for example in corpus.written:
        other = varied(example, house, corpus.values, rng)
        if other is None:
            continue
        changed += 1
        assert other.question != example.question
        assert other.plan != example.plan
        assert other.template == example.template
    assert changed > 4


def test_the_small_company_is_made_once(corpus: Corpus, tmp_path: Path) -> None:
    first = small_company(tmp_path)
    written = (tmp_path / "files" / "olist_orders_dataset.csv").stat().st_mtime
    second = small_company(tmp_path)
    assert (tmp_path / "files" / "olist_orders_dataset.csv").stat().st_mtime == written
    assert first.frames["orders"].equals(second.frames["orders"])
