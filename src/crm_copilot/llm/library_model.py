"""The library as a writer: what a question was read as, written out as a verified function in plain pandas.

The reading names the plan; its parameters are the linked values, the periods and the numbers of the question. Where
nothing could be read, the nearest solved example by meaning is taken over with the question's own limits. A second
attempt, or a first that cannot be joined, tries what else the words may mean (the seller's city in place of the
customer's).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crm_copilot.catalog import fields
from crm_copilot.domain import Attempt, Context, Passage, Program
from crm_copilot.library import codec
from crm_copilot.library.describe import Lang, definitions, describe
from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import Condition, Plan
from crm_copilot.library.render import render

_NEAR = 0.8  # cosine from which an example is taken to ask the same
_NEAR_PRIOR = 0.75
_OTHERWISE = 0.85  # what another meaning of the same words is worth


class LibraryModel:
    """Writes the functions of the library; needs no model, and is the same on every machine."""

    name = "library"

    def write(self, context: Context, attempts: Sequence[Attempt]) -> Sequence[Program]:
        """Return the next candidate, [] when there is none left."""
        tried = {program.code for attempt in attempts for program in attempt.programs}
        for plan, prior, source in _candidates(context):
            try:
                code = render(plan)
            except Unreachable:
                continue
            if code not in tried:
                return [_program(context, plan, code, prior, source)]
        return []


def _program(context: Context, plan: Plan, code: str, prior: float, source: str) -> Program:
    tongue: Lang = "pt" if context.language == "pt" else "en"
    doubts = context.reading.doubts if context.reading else ()
    said, defined = describe(plan, tongue), definitions(plan, tongue)
    return Program(code, source, prior, said, defined, doubts, codec.to_json(plan))


def _candidates(context: Context) -> Iterator[tuple[Plan, float, str]]:
    reading = context.reading
    if reading is None or reading.scope:
        return
    examples = [p for p in context.passages if p.kind == "examples"]
    if reading.plan is not None:
        plan = codec.from_json(reading.plan)
        yield plan, reading.confidence, f"library:{examples[0].id.partition(':')[2]}" if examples else "library"
        for other in _other_meanings(plan):
            yield other, reading.confidence * _OTHERWISE, "library"
    elif not reading.unread:
        yield from _from_examples(examples)


def _from_examples(examples: Sequence[Passage]) -> Iterator[tuple[Plan, float, str]]:
    for example in examples[:1]:
        if example.score >= _NEAR:
            yield codec.from_json(example.data["plan"]), _NEAR_PRIOR * example.score, example.id


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
