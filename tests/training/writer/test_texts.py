"""Reading the examples: what is wrong with a file is told with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crm_copilot.errors import InputError
from training.writer.texts import Pair, pairs

GOOD = {"messages": [{"role": "user", "content": "how many?\n=>\n"}, {"role": "assistant", "content": "# count\n"}]}


def test_pairs_are_the_last_two_messages(tmp_path: Path) -> None:
    file = tmp_path / "train.jsonl"
    system = {"role": "system", "content": "be brief"}
    with_system = {"messages": [system, *GOOD["messages"]]}
    file.write_text("\n".join(json.dumps(row) for row in (GOOD, with_system, GOOD)), "utf-8")
    assert pairs(file, 2) == [Pair("how many?\n=>\n", "# count\n")] * 2


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 1: no JSON"),
        ("[]", "line 1: expected"),
        ('{"question": "how many?"}', "KeyError"),
        ('{"messages": [{"role": "user", "content": "x"}]}', "ValueError"),
        (json.dumps({"messages": GOOD["messages"][::-1]}), "the roles are not user and assistant"),
    ],
)
def test_a_bad_line_is_told_with_its_place(tmp_path: Path, line: str, told: str) -> None:
    file = tmp_path / "train.jsonl"
    file.write_text(line + "\n", "utf-8")
    with pytest.raises(InputError, match=told):
        pairs(file)


def test_a_missing_file_names_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="crm train examples"):
        pairs(tmp_path / "none.jsonl")
