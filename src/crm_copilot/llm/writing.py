"""What the small model reads and writes: the prompt of a context, and the program of what it wrote.

It writes a line that says what is computed (`library.notation`) and the function below it. What serves is what trains:
the training examples are made with these same functions.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence

from crm_copilot.domain import Attempt, Context, Program
from crm_copilot.library import codec, notation
from crm_copilot.library.plan import Plan
from crm_copilot.prompts import result_line, writer_prompt
from crm_copilot.understanding.evidence import Evidence, evidence
from crm_copilot.understanding.reading import Calendar

SOURCE = "writer"


def prompt_of(context: Context, attempts: Sequence[Attempt] = (), *, draft: bool = True) -> str:
    """Return the prompt for a question; without `draft` nothing that the grammar has read is told.

    Solved examples are told where the grammar could not read the question: they are looked up by what it read.
    """
    read = _plan_of(context)
    plan = read if draft else None
    said = evidence_of(context)
    tried, outcome = _last(attempts)
    return writer_prompt(
        context.question,
        values=said.values,
        periods=[f"{first}..{last}" for first, last in said.periods],
        examples=() if read else list(_examples(context)),
        draft=notation.write(plan) if plan else "",
        tried=tried,
        outcome=outcome,
    )


def solution_of(plan: Plan, code: str) -> str:
    """Return what the model is taught to write: the line of the plan, and the function without its docstring."""
    lines = [line for line in code.splitlines() if line.strip() and not line.startswith('    """')]
    return "\n".join((f"# {notation.write(plan)}", *lines)) + "\n"


def program_of(text: str, logprob: float) -> Program | None:
    """Return the program of what the model wrote, None when it is no function.

    Where its first line cannot be read the program has no plan: its result is judged as any other writer's.
    """
    head, _, code = text.partition("\n")
    if "def " not in code or not _parses(code):
        return None
    try:
        plan = codec.to_json(notation.parse(head.removeprefix("# ")))
    except ValueError:
        plan = None
    return Program(f"{code.strip()}\n", SOURCE, math.exp(logprob), plan=plan)


def _parses(code: str) -> bool:
    try:
        ast.parse(code)
    except (SyntaxError, ValueError):
        return False
    return True


def evidence_of(context: Context) -> Evidence:
    """Return what the question of a context says outright."""
    return evidence(context.question, context.links, Calendar(context.first_day, context.today))


def _plan_of(context: Context) -> Plan | None:
    reading = context.reading
    return codec.from_json(reading.plan) if reading and reading.plan is not None else None


def _examples(context: Context) -> Iterator[str]:
    for passage in context.passages:
        if passage.kind == "examples" and passage.data.get("plan"):
            yield notation.write(codec.from_json(passage.data["plan"]))


def _last(attempts: Sequence[Attempt]) -> tuple[str, str]:
    """Return the line of the program tried last, and what became of it."""
    if not attempts or not attempts[-1].programs:
        return "", ""
    place = attempts[-1].chosen or 0
    program, execution = attempts[-1].programs[place], attempts[-1].executions[place]
    tried = notation.write(codec.from_json(program.plan)) if program.plan else ""
    return tried, attempts[-1].verdict.feedback or result_line(execution)
