"""Prompt and solution of a question as they are served, and the check of its plan by an independent computation."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crm_copilot.bootstrap import House
from crm_copilot.domain import Context, Understanding
from crm_copilot.library import codec
from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import Plan
from crm_copilot.library.render import render
from crm_copilot.llm.writing import prompt_of, solution_of
from crm_copilot.understanding.reader import read
from crm_copilot.understanding.text import language_of
from training.agreement import Company, difference

WITHOUT_DRAFT = 0.35  # of the prompts tell nothing of what the grammar read


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its plan, where it comes from, and the template that its split goes by."""

    question: str
    language: str
    plan: Plan
    source: str
    template: str


@dataclass
class Checker:
    """Computes each plan twice, once; a plan is taught only when both results are the same."""

    company: Company
    seen: dict[Plan, str | None] = field(default_factory=dict)

    def problem(self, plan: Plan) -> str | None:
        """Return why a plan is not taught, None when its two results agree."""
        if plan not in self.seen:
            self.seen[plan] = self._compared(plan)
        return self.seen[plan]

    def _compared(self, plan: Plan) -> str | None:
        try:
            return None if plan.special else difference(plan, self.company)
        except (Unreachable, ValueError) as error:
            return f"unreachable: {error}"
        except Exception as error:
            return f"{type(error).__name__}: {error}"


def rendered(plan: Plan) -> str | None:
    """Return the plan's function, None when the tables do not tie together what it asks for."""
    try:
        return render(plan)
    except (Unreachable, ValueError, KeyError):
        return None


def message_line(number: int, example: Example, house: House, rng: random.Random) -> Mapping[str, Any] | None:
    """Return one line of the corpus; None when the plan has no function."""
    code = rendered(example.plan)
    if code is None:
        return None
    prompt = prompt_of(_context(example.question, house), draft=rng.random() > WITHOUT_DRAFT)
    return {
        "id": f"{example.source}-{number:06d}", "question": example.question, "language": example.language,
        "source": example.source, "template": example.template, "plan": codec.to_json(example.plan),
        "messages": [
            {"role": "user", "content": prompt}, {"role": "assistant", "content": solution_of(example.plan, code)},
        ],
    }  # fmt: skip


def _context(question: str, house: House) -> Context:
    """Return the context as it is retrieved; examples are looked up only where the prompt will tell them."""
    links = tuple(house.values.link(question))
    reading = read(question, links, house.calendar)
    if reading.plan is None:
        return house.retriever.retrieve(question)
    calendar, understood = house.calendar, Understanding(codec.to_json(reading.plan), reading.confidence)
    return Context(question, language_of(question), calendar.last, calendar.first, links, reading=understood)
