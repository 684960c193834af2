"""The corpus computed twice: each plan once, whatever was broken off; what differs is told and looked at anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crm_copilot.errors import InputError
from crm_copilot.library import codec, notation
from training import agreement
from training.commands import app
from training.examples.check import plans_of

PLANS = ("revenue | by month", "revenue | where customer_state == 'SP'", "count order | by customer_state | desc 3")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    file = tmp_path / "train.jsonl"
    lines = [json.dumps({"plan": codec.to_json(notation.parse(plan))}) for plan in (*PLANS, PLANS[0])]
    file.write_text("\n".join([*lines, '{"plan": null}']), "utf-8")
    return file


def _check(corpus: Path, *more: str) -> dict[str, int]:
    made = CliRunner().invoke(app, ["check", str(corpus), "--folder", str(corpus.parent / "checked"), *more])
    assert made.exit_code == 0, made.output
    return dict(json.loads(made.stdout))


def test_each_plan_is_computed_once_though_calls_are_broken_off(corpus: Path) -> None:
    assert _check(corpus, "--most", "2") == {"the same": 2}
    kept = corpus.parent / "checked" / "checked.jsonl"
    kept.write_text(kept.read_text("utf-8") + '{"plan": {"mea', "utf-8")
    assert _check(corpus) == {"the same": 3}
    assert kept.read_text("utf-8").count('"problem"') == 3


def test_what_differs_is_told_until_it_is_mended(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sql = agreement.to_sql
    with monkeypatch.context() as patch:
        patch.setattr(agreement, "to_sql", lambda plan: sql(plan).replace("price", "freight_value"))
        assert _check(corpus) == {"revenue": 2, "the same": 1}
    assert _check(corpus) == {"revenue": 2, "the same": 1}
    assert _check(corpus, "--again") == {"the same": 3}


def test_a_line_that_is_no_example_is_named(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_text('{"question": "?"}\n', "utf-8")
    with pytest.raises(InputError, match="line 1: no example with a plan"):
        plans_of([tmp_path / "train.jsonl"])
