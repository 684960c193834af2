"""Functions that others wrote: brought in when they run in the sandbox, reported when they do not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.errors import InputError
from training.examples.solved import Solved, solved, split_of

PERSO = Path("../shared/data/crm_questions")


def written(folder: Path, name: str, *functions: str) -> Path:
    file = folder / f"{name}.jsonl"
    lines = [
        {"messages": [
            {"role": "system", "content": "frames"}, {"role": "user", "content": "How many purchases?"},
            {"role": "assistant", "content": function},
        ]}
        for function in functions
    ]  # fmt: skip
    file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return file


def test_a_function_that_runs_is_an_example(house: House, tmp_path: Path) -> None:
    file = written(tmp_path, "train", 'def count(df):\\n    """Doc."""\\n    return len(df)\\n')
    (example,) = solved([file], house.sandbox)
    assert (example.problem, example.code) == (None, "def count(df):\n    return len(df)\n")
    assert example.line()["messages"][1]["content"] == example.code


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        ("def count(df):\n    return df['nothing'].sum()\n", "KeyError"),
        ("def count(df:\n    return 1\n", "no Python"),
        ("def count(df):\n    return open('/etc/passwd').read()\n", "denied"),
        ("def count(df):\n    len(df)\n", "returned nothing"),
    ],
)
def test_a_function_that_does_not_run_is_reported(house: House, tmp_path: Path, function: str, problem: str) -> None:
    (example,) = solved([written(tmp_path, "train", function)], house.sandbox)
    assert problem in str(example.problem)


def test_a_line_that_is_no_conversation_is_an_error(house: House, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"messages": [{"role": "user"}]}\n')
    with pytest.raises(InputError, match=r"bad\.jsonl, line 1"):
        list(solved([tmp_path / "bad.jsonl"], house.sandbox))


def test_the_file_named_val_is_for_measuring() -> None:
    assert split_of(Solved("val-3", "q", "c")) == "val"
    assert split_of(Solved("train-3", "q", "c")) == "train"


@pytest.mark.skipif(not PERSO.exists(), reason=f"{PERSO} is not there: the questions of LLM_CRM_PERSO")
def test_most_functions_of_perso_run(house: House) -> None:
    found = list(solved([PERSO / "val.jsonl"], house.sandbox))
    assert len(found) == 41
    assert sum(example.problem is None for example in found) >= 25
