"""When one table answers all the clauses of a sentence: "how many leads came and how many of them closed"."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.library.combining import limited
from crm_copilot.library.plan import Condition, Plan
from crm_copilot.library.render import why_not
from crm_copilot.understanding.questions.part import Link, Part
from crm_copilot.understanding.reader import read
from crm_copilot.understanding.reading import Calendar

# How surely the whole must be read, so that it is better than its clauses.
_SURE = 0.9


def in_one_row(piece: str, parts: Sequence[Part], link: Link, calendar: Calendar) -> bool:
    """Whether a sentence, read as one question, asks in one row for the numbers that its clauses ask for."""
    plans = [part.plan for part in parts if part.plan is not None]
    if len(plans) < len(parts) or not all(map(_is_a_number, plans)):
        return False
    whole = read(piece, link(piece), calendar)
    return whole.plan is not None and whole.confidence >= _SURE and _holds(whole.plan, plans)


def beside_each_other(message: str, parts: Sequence[Part]) -> Part | None:
    """Put numbers of the same rows beside each other, in one row: "how many orders and how much revenue in May"."""
    plans = [part.plan for part in parts if part.plan is not None]
    if len(plans) == len(parts) == 2 and (shared := _with_its_share(*plans)):
        return Part(message, shared, min(part.confidence for part in parts))
    first = plans[0] if len(plans) == len(parts) else Plan()
    alike = all(_is_a_number(plan) and plan == first.but(measures=plan.measures) for plan in plans)
    one = first.but(measures=tuple(measure for plan in plans for measure in plan.measures))
    if not alike or len(set(one.measures)) < len(parts) or not one.measures or why_not(one) is not None:
        return None
    return Part(message, one, min(part.confidence for part in parts))


def _with_its_share(counted: Plan, shared: Plan) -> Plan | None:
    """Put a count beside the percentage that it is: "how many orders were late, and what share is that"."""
    if not (_is_a_number(counted) and _is_a_number(shared)) or counted.periods != shared.periods:
        return None
    count, share = counted.measures[0], shared.measures[0]
    same = count.entity and count.entity == share.entity and share.part and not count.part
    own = tuple(condition for condition in counted.where if condition not in shared.where)
    if not same or not own or not {*own} <= {*share.part, *share.where}:
        return None
    return shared.but(measures=(limited(count, own), share))


def _is_a_number(plan: Plan) -> bool:
    return len(plan.measures) == 1 and not (plan.by or plan.listing or plan.special or plan.correlate or plan.having)


def _holds(whole: Plan, plans: Sequence[Plan]) -> bool:
    """Whether each number stands in the whole, limited as it is by itself."""
    if whole.by or len(whole.measures) < len(plans) or any(plan.periods != whole.periods for plan in plans):
        return False
    own: set[Condition] = {c for measure in whole.measures for c in (*measure.where, *measure.part)}
    known = own | set(whole.where)
    return all(set(whole.where) <= set(plan.where) <= known for plan in plans)
