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
from crm_copilot.domain import LinkedValue, Period
from crm_copilot.library.plan import Condition, Plan
from crm_copilot.understanding.meant import numbers_meant, one_of_its_kind, values_meant
from crm_copilot.understanding.mentions import gather
from crm_copilot.understanding.parties import TABLE as PARTIES
from crm_copilot.understanding.periods import Found
from crm_copilot.understanding.reading import Calendar
from crm_copilot.understanding.text import language_of, plain, tokenize

# Numbers that need not be said: the best one, the few that "the top" is, and the parts of the usual concentrations.
_UNSAID = frozenset({0.0, 1.0, 10.0, 80.0})
_SPENT_THIS_YEAR = "total_spend_ytd"


Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The (field, value) pairs, numbers and periods of a question; a period is its first day and the one after it.

    `ends` are the two periods of each range, which a comparison is about; `unsaid` are those periods of the question
    that a plan may leave out, each with the field or grain that makes it so; `text` is the question, plain.
    """

    values: tuple[tuple[str, str], ...]
    numbers: frozenset[float]
    periods: tuple[Span, ...]
    ends: tuple[tuple[Span, Span], ...] = ()
    unsaid: tuple[tuple[str, Span], ...] = ()
    text: str = ""

    def supports(self, plan: Plan) -> bool:
        """Whether all that the plan compares with is said in the question, and no period of it is left out."""
        if plan.special:
            return True
        said = {one_of_its_kind(field, value) for field, value in self.values}
        tests = [*plan.conditions(), *(test for having in plan.having for test in having.measure.where)]
        return (
            all(one_of_its_kind(test.field, text) in said for test in tests for text in _texts(test))
            and all(plain(str(test.value)) in self.text for test in tests if test.op == "contains")
            and all(number in self.numbers | _UNSAID for number in _numbers(plan, tests))
            and self._is_timed(plan)
        )

    def _is_timed(self, plan: Plan) -> bool:
        """Whether the plan's days are days of the question: as they are said, or from the first to the last of them.

        The two ends of a range stand for it together, and what the plan counts by itself needs no period.
        """
        asked = {_span(period) for period in (*plan.periods, *(h.period for h in plan.having if h.period))}
        if not asked:
            return {span for name, span in self.unsaid if name in _named_in(plan)}.issuperset(self.periods)
        compared = {end for ends in self.ends if asked.issuperset(ends) for end in ends}
        spans = {(first, last) for first, _ in self.periods for _, last in self.periods}
        return bool(self.periods) and asked <= spans | compared


def evidence(question: str, links: Sequence[LinkedValue], calendar: Calendar) -> Evidence:
    """Return what a question says outright."""
    tokens, mentions = gather(question, language_of(question), links, calendar)
    senses = [sense for mention in mentions for sense in mention.senses]
    values = [(sense.name, str(sense.value)) for sense in senses if sense.kind == "value"]
    values += [(link.column, link.value) for link in links if link.table != PARTIES]
    values += _named(question)
    values += list(values_meant(tokens, values))
    found = [sense.value for sense in senses if sense.kind == "period" and sense.value.first]
    numbers = {float(sense.value) for sense in senses if sense.kind == "number"}
    numbers |= {float(token.text) for token in tokenize(question) if token.text.isdecimal()}
    return Evidence(
        tuple(dict.fromkeys(values)),
        numbers_meant(tokens, numbers) | numbers,
        tuple(dict.fromkeys(_span(hit.period) for hit in found)),
        tuple((_span(hit.ends[0]), _span(hit.ends[1])) for hit in found if hit.ends),
        tuple(_unsaid(found, calendar)),
        plain(question),
    )


def _named_in(plan: Plan) -> set[str]:
    """Return the fields and grains that a plan counts, groups by and compares."""
    measures = (*plan.measures, *(having.measure for having in plan.having))
    return {
        *(key.grain or key.field for key in plan.by),
        *(measure.field for measure in measures),
        *(test.field for test in plan.conditions()),
    }


def _span(period: Period) -> Span:
    return period.start, period.end


def _unsaid(found: Sequence[Found], calendar: Calendar) -> Iterator[tuple[str, Span]]:
    """Yield the periods that say what a field or grain counts anyway: this year's spend, December of all years."""
    for hit in found:
        first, last = _span(hit.period)
        if first == date(calendar.last.year, 1, 1) and last > calendar.last:
            yield _SPENT_THIS_YEAR, (first, last)
        if hit.guessed:
            yield "month of year", (first, last)


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


def _texts(test: Condition) -> Iterator[str]:
    if test.op == "contains":
        return
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
