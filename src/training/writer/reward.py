"""What a written program is worth: the reward of GRPO, computed by running it.

    0.0   it is no Python function
    0.1   it parses
    0.2   it passes the sandbox's syntax gate
    0.4   it runs over the demo data and gives a result
    1.0   the result is the gold's: the same plan computed in SQL by DuckDB, compared by the grader of the evaluation

A completion that is one line, the plan alone, stands for the function that the library writes for it, as it does when
it is served; a plan that cannot be written out is worth what parses.

The steps below the last are there so that a group of programs that are all wrong still tells which way is up.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from crm_copilot.bootstrap import House
from crm_copilot.library import codec, notation
from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import Plan
from crm_copilot.library.render import render
from crm_copilot.sandbox.inside import gate
from crm_copilot.sandbox.inside.failures import Denied
from evaluation.matcher import Given, matches
from evaluation.questions import Gold, computed
from training.agreement import keys_of, ranked_by
from training.plan_sql import to_sql

PARSES, PASSES, RUNS, RIGHT = 0.1, 0.2, 0.4, 1.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """The result that a program must give."""

    gold: Gold
    ordered: bool


@dataclass
class Reward:
    """Rewards programs by running them in the sandbox of a house; each is run once."""

    house: House
    known: dict[tuple[str, str], float] = field(default_factory=dict)
    golds: dict[str, Wanted | None] = field(default_factory=dict)

    def executed(
        self, prompts: Sequence[str], completions: Sequence[str], plan: Sequence[str], **rest: Any
    ) -> list[float]:
        """Return the reward of each completion; `plan` is what it should compute, as JSON. TRL calls this."""
        self.golds |= {text: self._wanted(text) for text in set(plan) - set(self.golds)}
        tasks = {task for task in zip(completions, plan, strict=True) if task not in self.known}
        with ThreadPoolExecutor(max_workers=2) as threads:
            self.known |= dict(zip(tasks, threads.map(lambda task: self._of(*task), tasks), strict=True))
        return [self.known[task] for task in zip(completions, plan, strict=True)]

    def can_judge(self, plan: str) -> bool:
        """Whether the plan has a result to compare with: one that SQL can compute, and that is not empty."""
        if plan not in self.golds:
            self.golds[plan] = self._wanted(plan)
        return self.golds[plan] is not None

    def _wanted(self, plan: str) -> Wanted | None:
        with self.house.dataset.connect() as connection:

            def query(sql: str) -> tuple[list[str], list[list[Any]]]:
                cursor = connection.execute(sql)
                return [column[0] for column in cursor.description], [list(row) for row in cursor.fetchall()]

            found = codec.from_json(json.loads(plan))
            try:
                gold = gold_of(found, query)
            except (Unreachable, ValueError):
                return None
            return Wanted(gold, bool(found.order)) if gold.rows else None

    def _of(self, completion: str, plan: str) -> float:
        if "def " in completion:
            return self._run(completion, self.golds[plan])
        try:
            said = notation.parse(completion.partition("\n")[0].removeprefix("# ").strip())
        except ValueError:
            return 0.0
        try:
            return self._run(render(said), self.golds[plan])
        except (Unreachable, ValueError, KeyError):
            return PARSES

    def _run(self, program: str, wanted: Wanted | None) -> float:
        try:
            tree = ast.parse(program)
        except (SyntaxError, ValueError, RecursionError):
            return 0.0
        if not any(isinstance(node, ast.FunctionDef) for node in tree.body):
            return 0.0
        try:
            gate.check(tree, sorted(self.house.dataset.frames))
        except Denied:
            return PARSES
        execution = self.house.sandbox.run(program)
        if not execution.ok:
            return PASSES
        given = Given(execution.columns, execution.rows)
        return RIGHT if wanted and matches(wanted.gold, given, wanted.ordered) else RUNS


def gold_of(plan: Plan, query: Any) -> Gold:
    """Return the result of the plan's SQL as the evaluation's gold; a ranking may break its ties either way.

    Raises Unreachable or ValueError for a plan that SQL cannot compute.
    """
    columns, rows = query(to_sql(plan))
    top = None
    if plan.limit and plan.order and not plan.within and (by := ranked_by(plan, columns)) in columns:
        top = {"k": plan.limit, "by": by, "desc": plan.order == "desc"}
        columns, rows = query(to_sql(plan.but(limit=None)))
    keys = tuple(name for name in keys_of(plan, columns) if len(columns) > 1)
    percent = tuple(name for name in columns if name.endswith(("_pct", "_share")))
    required = tuple(name for name in columns if name not in keys) or keys
    gold = Gold("plan", "", tuple(columns), required, keys, percent, top)
    return computed(gold, lambda _: (columns, rows))
