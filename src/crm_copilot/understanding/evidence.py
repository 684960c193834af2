"""What a question says outright: values, numbers and periods; and whether a plan rests on nothing else.

A plan that somebody else wrote is held to it: a city that is not in the question, a threshold that nobody gave or a
period that was asked for and left out make it no reading of the question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from crm_copilot.catalog import fields
from crm_copilot.domain import LinkedValue
from crm_copilot.library.plan import Condition, Plan
from crm_copilot.understanding.mentions import gather
from crm_copilot.understanding.reading import Calendar
from crm_copilot.understanding.text import language_of, tokenize

# Numbers that need not be said: the best one, the few that "the top" is, and the parts of the usual concentrations.
_UNSAID = frozenset({0.0, 1.0, 10.0, 80.0})
_BOTH_SIDES = ("customer_", "seller_")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The (field, value) pairs, numbers and periods of a question; a period is its first day and the one after it."""

    values: tuple[tuple[str, str], ...]
    numbers: frozenset[float]
    periods: tuple[tuple[date, date], ...]

    def supports(self, plan: Plan) -> bool:
        """Whether all that the plan compares with is said in the question, and no period of it is left out."""
        if plan.special:
            return True
        said = {_place(field, value) for field, value in self.values}
        tests = [*plan.conditions(), *(test for having in plan.having for test in having.measure.where)]
        return (
            all(_place(test.field, text) in said for test in tests for text in _texts(test))
            and all(number in self.numbers | _UNSAID for number in _numbers(plan, tests))
            and self._is_timed(plan)
        )

    def _is_timed(self, plan: Plan) -> bool:
        """Whether the plan's days are days of the question: as they are said, or from the first to the last of them."""
        if not self.periods:
            return not plan.periods
        spans = {(first, last) for first, _ in self.periods for _, last in self.periods}
        return bool(plan.periods) and all((period.start, period.end) in spans for period in plan.periods)


def evidence(question: str, links: Sequence[LinkedValue], calendar: Calendar) -> Evidence:
    """Return what a question says outright."""
    _, mentions = gather(question, language_of(question), links, calendar)
    senses = [sense for mention in mentions for sense in mention.senses]
    values = [(sense.name, str(sense.value)) for sense in senses if sense.kind == "value"]
    values += [(link.column, link.value) for link in links]
    values += _named(question)
    found = [sense.value for sense in senses if sense.kind == "period"]
    periods = [(hit.first, hit.last) for hit in found if hit.first and hit.last]
    numbers = {float(sense.value) for sense in senses if sense.kind == "number"}
    spelt = {float(token.text) for token in tokenize(question) if token.text.isdecimal()}
    return Evidence(tuple(dict.fromkeys(values)), frozenset(numbers | spelt), tuple(dict.fromkeys(periods)))


def _named(question: str) -> Iterator[tuple[str, str]]:
    """Yield the values that the catalog has words for and the question says, whatever else they may mean."""
    text = f" {' '.join(token.key for token in tokenize(question, language_of(question)) if token.is_word)} "
    for words, field, value in _catalog_words():
        if words in text:
            yield field, value


@cache
def _catalog_words() -> tuple[tuple[str, str, str], ...]:
    found = []
    for field in fields().values():
        for value, words in field.values.items():
            said = [value.replace("_", " "), *(word for phrases in words.values() for word in phrases)]
            keys = {" ".join(token.key for token in tokenize(phrase) if token.is_word) for phrase in said}
            found += [(f" {key} ", field.name, value) for key in sorted(keys) if key]
    return tuple(found)


def _place(field: str, value: str) -> tuple[str, str]:
    """Return a pair in which the customer's and the seller's place are one: the words do not tell them apart."""
    for side in _BOTH_SIDES:
        field = field.removeprefix(side)
    return field, value


def _texts(test: Condition) -> Iterator[str]:
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    yield from (value for value in values if isinstance(value, str))


def _numbers(plan: Plan, tests: Sequence[Condition]) -> Iterator[float]:
    compared = [test.value for test in tests] + [having.value for having in plan.having]
    for value in compared:
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, (int, float)) and not isinstance(part, bool):
                yield float(part)
    if plan.limit:
        yield float(plan.limit)
    if plan.percent:
        yield float(plan.percent)
