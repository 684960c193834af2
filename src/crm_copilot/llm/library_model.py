"""The library as a writer: what a question was read as, written out as a verified function in plain pandas.

The reading names the plan; its parameters are the linked values, the periods and the numbers of the question. Where
nothing could be read, the nearest solved example by meaning is taken over with the question's own limits. What somebody
confirmed for the same question in other words comes before a reading that is less sure. A second attempt, or a first
that cannot be joined, tries what else the words may mean (the seller's city in place of the customer's).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crm_copilot.catalog import fields
from crm_copilot.domain import CONFIRMED, Attempt, Context, Passage, Program
from crm_copilot.library import codec
from crm_copilot.library.describe import Lang, definitions, describe
from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import Condition, Plan
from crm_copilot.library.render import render

_NEAR = 0.8  # cosine from which an example is taken to ask the same
_NEAR_PRIOR = 0.75
_CONFIRMED_PRIOR = 0.95  # of an example that somebody confirmed for the same question
_OTHERWISE = 0.85  # what another meaning of the same words is worth


class _Candidate(NamedTuple):
    """What may answer: a plan that is still to be written out, or code that was confirmed."""

    prior: float
    source: str
    plan: Plan | None = None
    code: str | None = None


class LibraryModel:
    """Writes the functions of the library; needs no model, and is the same on every machine."""

    name = "library"

    def write(self, context: Context, attempts: Sequence[Attempt]) -> Sequence[Program]:
        """Return the next candidate, [] when there is none left."""
        tried = {program.code for attempt in attempts for program in attempt.programs}
        for candidate in _candidates(context):
            program = _program(context, candidate)
            if program is not None and program.code not in tried:
                return [program]
        return []


def _program(context: Context, candidate: _Candidate) -> Program | None:
    if candidate.plan is None:
        return Program(candidate.code or "", candidate.source, candidate.prior, context.question)
    return written_out(context, candidate.plan, candidate.prior, candidate.source)


def written_out(context: Context, plan: Plan, prior: float, source: str) -> Program | None:
    """Return a plan as a verified function, None when the tables do not tie together what it asks for."""
    try:
        code = render(plan, without=context.scope.hides)
    except (Unreachable, ValueError, KeyError):
        return None
    tongue: Lang = "pt" if context.language == "pt" else "en"
    doubts = context.reading.doubts if context.reading and not source.startswith(CONFIRMED) else ()
    said, defined = describe(plan, tongue), definitions(plan, tongue)
    return Program(code, source, prior, said, defined, doubts, codec.to_json(plan))


def _candidates(context: Context) -> list[_Candidate]:
    """Return what may answer, the surest first; nothing for what the data do not hold."""
    if context.reading is None or context.reading.scope:
        return []
    examples = [p for p in context.passages if p.kind == "examples"]
    found = [*_confirmed(examples), *_read(context, examples)]
    return sorted(found, key=lambda candidate: -candidate.prior)


def _confirmed(examples: Sequence[Passage]) -> Iterator[_Candidate]:
    """Yield what somebody confirmed for a question that asks the same."""
    for example in examples:
        answers = example.data.get("answers")
        if answers is not None and example.score >= _NEAR:
            plan = codec.from_json(answers["plan"]) if "plan" in answers else None
            yield _Candidate(_CONFIRMED_PRIOR * min(example.score, 1.0), example.id, plan, answers.get("code"))


def _read(context: Context, examples: Sequence[Passage]) -> Iterator[_Candidate]:
    """Yield what the grammar read, and where it read nothing the nearest example."""
    reading = context.reading
    library = [p for p in examples if not p.id.startswith(CONFIRMED)]
    if reading is None:
        return
    if reading.plan is not None:
        plan = codec.from_json(reading.plan)
        nearest = f"library:{library[0].id.partition(':')[2]}" if library else "library"
        yield _Candidate(reading.confidence, nearest, plan)
        for other in _other_meanings(plan):
            yield _Candidate(reading.confidence * _OTHERWISE, "library", other)
    elif not reading.unread:
        yield from _from_examples(library)


def _from_examples(examples: Sequence[Passage]) -> Iterator[_Candidate]:
    for example in examples[:1]:
        if example.score >= _NEAR:
            yield _Candidate(_NEAR_PRIOR * example.score, example.id, codec.from_json(example.data["plan"]))


def _other_meanings(plan: Plan) -> Iterator[Plan]:
    """Yield the plan with a place or a category taken as the other thing of that name."""
    for number, condition in enumerate(plan.where):
        other = _twin(condition.field)
        if other:
            where = list(plan.where)
            where[number] = Condition(other, condition.op, condition.value)
            yield plan.but(where=tuple(where))


def _twin(field: str) -> str | None:
    pairs = {"product_category": "business_segment", "business_segment": "product_category"}
    if field.startswith("customer_"):
        pairs[field] = "seller_" + field.removeprefix("customer_")
    if field.startswith("seller_"):
        pairs[field] = "customer_" + field.removeprefix("seller_")
    other = pairs.get(field)
    return other if other in fields() else None
