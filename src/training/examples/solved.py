"""Questions with functions that somebody else wrote: brought in when the function runs, reported when it does not.

Chat messages (system, user, assistant) in JSON lines, as *LLM_CRM_PERSO* keeps them: the first data set's three frames,
`df`, `customer_df` and `product_df`. That a function runs does not say that it is right; so these have no plan, and
are a small part of the corpus.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_copilot.errors import InputError
from crm_copilot.ports import Runner
from crm_copilot.prompts import writer_prompt
from crm_copilot.understanding.text import language_of

_EXPECTED = '{"messages": [{"role": "system"…}, {"role": "user"…}, {"role": "assistant"…}]}'
_VALIDATION = "val"


@dataclass(frozen=True, slots=True)
class Solved:
    """A question with its function, or why that function was left out."""

    id: str
    question: str
    code: str
    problem: str | None = None

    def line(self) -> Mapping[str, Any]:
        """Return the example as a line of the corpus."""
        prompt = writer_prompt(self.question)
        return {
            "id": self.id, "question": self.question, "language": language_of(self.question), "source": "solved",
            "template": self.id, "plan": None,
            "messages": [{"role": "user", "content": prompt}, {"role": "assistant", "content": self.code}],
        }  # fmt: skip


def solved(files: Sequence[Path], runner: Runner) -> Iterator[Solved]:
    """Yield every question of the files with its function, run once over the data in use."""
    for file in files:
        for number, text in enumerate(file.read_text("utf-8").splitlines(), 1):
            question, solution = _messages(text, f"{file}, line {number}")
            yield _tried(f"{file.stem}-{number}", question, solution, runner)


def split_of(example: Solved) -> str:
    """Return the split of an example: the file named `val` is for measuring."""
    return _VALIDATION if example.id.startswith(_VALIDATION) else "train"


def _messages(text: str, place: str) -> tuple[str, str]:
    try:
        roles = {message["role"]: message["content"] for message in json.loads(text)["messages"]}
        return str(roles["user"]), str(roles["assistant"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{place}: {error!r}; expected {_EXPECTED}") from error


def _tried(name: str, question: str, solution: str, runner: Runner) -> Solved:
    code = solution.replace("\\n", "\n").replace("\\t", "\t").strip() + "\n"
    try:
        code = _undocumented(code)
    except SyntaxError as error:
        return Solved(name, question, code, f"no Python: {error.msg}, line {error.lineno}")
    found = runner.run(code)
    return Solved(name, question, code, None if found.ok else f"{found.status}: {found.error}")


def _undocumented(code: str) -> str:
    """Take away docstrings and comments: they say what the frames are once more."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None and len(node.body) > 1:
            node.body = node.body[1:]
    return ast.unparse(tree) + "\n"
