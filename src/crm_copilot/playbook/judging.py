"""Whether a clause holds for what is known of a client, and the figures that this rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from crm_copilot.playbook.facts import Facts
from crm_copilot.playbook.rules import Clause, Condition, Line, Rule
from crm_copilot.playbook.wording import flat

Verdict = Literal["holds", "does not hold", "unknown"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A clause and its verdict; `because` are the figures, `open` what nobody could tell from the data."""

    rule: Rule
    clause: Clause
    verdict: Verdict
    because: tuple[str, ...] = ()
    open: tuple[str, ...] = ()

    @property
    def general(self) -> bool:
        """Whether the clause names no condition."""
        return not self.clause.when

    @property
    def partly(self) -> bool:
        """Whether something that is known speaks for it while something else is not known."""
        return self.verdict == "unknown" and bool(self.because)

    @property
    def figures(self) -> str:
        """The figures that speak for it, and behind a question mark what is open."""
        return "; ".join([*self.because, *(f"? {said}" for said in self.open)])


def judge(rules: Sequence[Rule], facts: Facts) -> list[Judgement]:
    """Return a judgement for each clause, in the order of the text."""
    return [_judged(rule, clause, facts) for rule in rules for clause in rule.clauses]


def _judged(rule: Rule, clause: Clause, facts: Facts) -> Judgement:
    because: list[str] = []
    left: list[str] = []
    for line in clause.when:
        truths = [(holds(condition, facts), condition) for condition in line]
        if true := [condition for truth, condition in truths if truth]:
            because.append(figure(true[0], facts))
        elif any(truth is None for truth, _ in truths):
            left += [missing(condition) for truth, condition in truths if truth is None]
        else:
            return Judgement(rule, clause, "does not hold", tuple(_against(line, facts)))
    return Judgement(rule, clause, "unknown" if left else "holds", tuple(because), tuple(left))


def holds(condition: Condition, facts: Facts) -> bool | None:
    """Return whether a condition is true of a client; None when the data do not tell."""
    if condition.field in ("industry", "client", "manager"):
        known = _known(condition, facts)
        if not known:
            return None
        same = any(_same(wanted, known) for wanted in cast(tuple[str, ...], condition.value))
        return same == (condition.op == "is")
    value = _number(condition, facts)
    return None if value is None else _compared(value, condition)


def _number(condition: Condition, facts: Facts) -> float | None:
    known = {
        "spend": facts.spend, "days since meeting": facts.days_since_meeting,
        "days since contact": facts.days_since_contact,
    }  # fmt: skip
    return known.get(condition.field)


def _compared(value: float, condition: Condition) -> bool:
    if condition.op == "between":
        low, high = cast(tuple[float, float], condition.value)
        return low <= value <= high
    limit = cast(float, condition.value)
    return {"<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit}[condition.op]


def _same(wanted: str, known: str) -> bool:
    """Whether two names mean the same: equal words, or all of one in the other (Furniture, Home & Furniture)."""
    first, second = (set(flat(name).replace("&", " ").replace("-", " ").split()) for name in (wanted, known))
    return bool(first) and (first <= second or second <= first)


def figure(condition: Condition, facts: Facts) -> str:
    """Return the figure of the client beside the condition, as "spend 120,000 < 150,000"."""
    value = _number(condition, facts)
    if value is None:
        return f"{condition.field} {_known(condition, facts)}"
    limit = condition.value
    if condition.op == "between":
        low, high = cast(tuple[float, float], limit)
        return f"{condition.field} {value:,.0f}, between {low:,.0f} and {high:,.0f}"
    return f"{condition.field} {value:,.0f} {condition.op} {cast(float, limit):,.0f}"


def _known(condition: Condition, facts: Facts) -> str:
    return {"industry": facts.industry, "client": facts.name, "manager": facts.manager}.get(condition.field) or ""


def _against(line: Line, facts: Facts) -> Iterator[str]:
    """Yield why a line does not hold: the client's figure beside what would have been needed."""
    for condition in line:
        value = _number(condition, facts)
        known = f"{value:,.0f}" if value is not None else _known(condition, facts)
        yield f"{condition.field} is {known}, it takes {needed(condition)}"


def needed(condition: Condition) -> str:
    """Return what a condition asks for, in a few words."""
    value = condition.value
    if isinstance(value, float | int):
        return f"{condition.op} {value:,.0f}"
    if condition.op == "between":
        low, high = cast(tuple[float, float], value)
        return f"{low:,.0f} to {high:,.0f}"
    names = " or ".join(cast(tuple[str, ...], value))
    return f"other than {names}" if condition.op == "is not" else names


def missing(condition: Condition) -> str:
    """Return what is not known, in the words of the text where the data have no such thing."""
    if condition.field == "unclear":
        return " ".join(cast(tuple[str, ...], condition.value))
    return f"{condition.field} {needed(condition)}"
