"""Every plan of a corpus computed twice, once each, in an order that can be taken up again.

checked.jsonl   {"plan", "problem"}, one line for each plan; `problem` is null where both results agree
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crm_copilot.errors import InputError
from crm_copilot.library import codec
from crm_copilot.library.plan import Plan
from training.examples.solve import Checker

Problems = Mapping[str, str | None]
OWN_FUNCTION = "a function of its own"
_REPAIR = "make it with 'crm train examples'"


@dataclass(frozen=True, slots=True)
class Register:
    """What was found of each plan, kept in a file that only grows: the last line of a plan counts."""

    file: Path

    def problems(self) -> Problems:
        """Return what was found of each plan, by the plan's text; a line that was cut off says nothing."""
        found: dict[str, str | None] = {}
        for line in self.file.read_text("utf-8").splitlines() if self.file.exists() else ():
            try:
                made = json.loads(line)
            except ValueError:
                continue
            found[key_of(made["plan"])] = made["problem"]
        return found

    def check(self, texts: Iterable[str], checker: Checker, step: Callable[[], None] = lambda: None) -> None:
        """Compute each plan twice and write at once what was found."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a", encoding="utf-8") as kept:
            kept.write("\n" if kept.tell() else "")  # the last call may have left half a line
            for text in texts:
                problem = _problem(codec.from_json(json.loads(text)), checker)
                kept.write(json.dumps({"plan": json.loads(text), "problem": problem}, ensure_ascii=False) + "\n")
                kept.flush()
                step()


def _problem(plan: Plan, checker: Checker) -> str | None:
    return OWN_FUNCTION if plan.special else checker.problem(plan)


def key_of(plan: Mapping[str, object]) -> str:
    """Return the text by which a plan is known again."""
    return json.dumps(plan, sort_keys=True, ensure_ascii=False)


def plans_of(files: Sequence[Path], seed: int = 0) -> list[str]:
    """Return the texts of the different plans of corpus files in a drawn order, so that a part is a sample.

    Raises:
        InputError: a file is missing, or a line of it is no example.
    """
    found = sorted({text for file in files for text in _plans(file)})
    random.Random(seed).shuffle(found)
    return found


def _plans(file: Path) -> Iterator[str]:
    if not file.is_file():
        raise InputError(f"{file} is missing; {_REPAIR}")
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                plan = json.loads(line)["plan"]
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(f"{file}, line {number}: no example with a plan; {_REPAIR}") from error
            if plan:
                yield key_of(plan)


def kinds(problems: Problems) -> Counter[str]:
    """Return how many plans agree, and how many have each kind of problem: its words up to the first colon."""
    return Counter("the same" if problem is None else problem.partition(":")[0] for problem in problems.values())
