"""Plans as one line of text and back: what the small model writes above its function, and sees in solved examples.

    revenue | by customer_state | where product_category = 'health_beauty'; is_late | in 2018-01-01..2019-01-01 | desc 5
    count order share is_late | by month
    mean price, median price | where price > 100; not is_canceled or is_late
    count order, count order if is_late | by seller_state, customer_state | having each: count order >= 30
    revenue minus total_freight | by seller_id | having seller_id: revenue > mean
    count customer | having without customer_unique_id: count order if product_category == 'toys' > 0
    revenue | by customer_state | as rank | show customer_state == 'BA'

Clauses are divided by " | ", their parts by "; " or ", ". A line holds what its plan computes and nothing of how it is
called: the names of periods are made anew from their dates (`period_names.py`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, cast, get_args

from crm_copilot.catalog import entities, fields, metrics
from crm_copilot.domain import Period
from crm_copilot.library.calendar import period_label
from crm_copilot.library.combining import less, limited, over
from crm_copilot.library.plan import (
    EACH,
    Agg,
    Bar,
    By,
    Condition,
    Grain,
    Having,
    Measure,
    Plan,
    Special,
    aggregate_of,
    count_of,
    distinct_of,
    measure_of,
)

_OPS = ("not in", "in", "between", "contains", "missing", ">=", "<=", "!=", "==", ">", "<")
_AGGS = frozenset(get_args(Agg))
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_HAVING = re.compile(r"(part )?(without )?(\w+): (.+?)(?: in (\d\S+))?$")
_MEASURED = re.compile(r"(.+) (>=|<=|!=|==|>|<|between|top|bottom) (\([^()]*\)|\S+)$")
_BARS = frozenset(get_args(Bar))


def write(plan: Plan) -> str:
    """Return the line of a plan."""
    return " | ".join(clause for clause in _clauses(plan) if clause)


def parse(line: str) -> Plan:
    """Return the plan of a line; raise ValueError when it is none."""
    head, *clauses = _split(line, " | ")
    try:
        plan = _headed(head)
        for clause in clauses:
            word, _, rest = clause.partition(" ")
            plan = _READ[word](plan, rest)
    except (KeyError, TypeError, SyntaxError, IndexError) as error:
        raise ValueError(f"{line!r} is no plan: {error}") from error
    return plan


# ------------------------------------------------------------------------------------------------- writing


def _clauses(plan: Plan) -> Iterator[str]:
    yield _head(plan)
    yield _clause("by", ", ".join(map(_key, plan.by)))
    yield _clause("where", "; ".join(map(_condition, plan.where)))
    yield _clause("in", ", ".join(map(_period, plan.periods)))
    yield _clause("dated", plan.time)
    yield from (f"having {_having(having)}" for having in plan.having)
    yield _clause(plan.order or "first", plan.limit) if plan.limit else (plan.order or "")
    yield _clause("within", plan.within and _key(plan.within))
    yield _clause("as", plan.transform and plan.transform.replace(" ", "_") + (" absolute" if plan.absolute else ""))
    yield _clause("percent", _number(plan.percent))
    yield _clause("reduce", plan.reduce)
    yield _clause("show", "; ".join(map(_condition, plan.show)))


def _clause(word: str, value: object) -> str:
    return f"{word} {value}" if value not in (None, "") else ""


def _number(value: Any) -> str | None:
    return None if value is None else repr(int(value) if isinstance(value, float) and value.is_integer() else value)


def _head(plan: Plan) -> str:
    measures = ", ".join(map(_measure, plan.measures))
    if plan.special:
        given = ", ".join(f"{name}={value!r}" for name, value in plan.special.params)
        return f"call {plan.special.name}({given})"
    if plan.correlate:
        return "correlate " + ", ".join(plan.correlate)
    if plan.listing:
        return f"list {plan.listing}" + (f", {measures}" if measures else "")
    return measures


def _measure(measure: Measure) -> str:
    if measure.minus:
        return f"{_measure(measure.whole)} minus {_measure(measure.minus)}"
    if measure.divisor and not measure.metric:
        return f"{_measure(measure.above)} {'%' if measure.percent else 'per'} {_measure(measure.divisor)}"
    text = _base(measure)
    if measure.where != _bare(text).where:
        text += " if " + " and ".join(map(_condition, measure.where))
    if measure.part != _bare(_base(measure)).part:
        text += " share " + " and ".join(map(_condition, measure.part))
    return text


def _base(measure: Measure) -> str:
    if measure.metric:
        return measure.metric
    if measure.entity:
        return f"count {measure.entity}"
    return f"distinct {measure.field}" if measure.name.startswith("different_") else f"{measure.agg} {measure.field}"


def _key(key: By) -> str:
    text = key.grain.replace(" ", "_") if key.grain else key.field
    if key.bins:
        text += f"[{' '.join(_number(edge) or '' for edge in key.bins)}{']' if key.closed == 'right' else ')'}"
    return text + "".join(f" only {value!r}" for value in key.only)


def _condition(condition: Condition) -> str:
    return " or ".join(map(_one_condition, condition.each))


def _one_condition(condition: Condition) -> str:
    if condition.op in ("is", "is not"):
        return condition.field if condition.op == "is" else f"not {condition.field}"
    value = condition.value
    many = isinstance(value, (tuple, list))
    shown = f"({', '.join(_value(v) for v in value)})" if many else _value(value)
    return f"{condition.field} {condition.op} {shown}"


def _value(value: Any) -> str:
    return _number(value) or repr(value)


def _period(period: Period) -> str:
    return f"{period.start}..{period.end}"


def _having(having: Having) -> str:
    value = having.value
    shown = f"({_number(value[0])}, {_number(value[1])})" if isinstance(value, tuple) else _number(value)
    shown = value if isinstance(value, str) else shown
    kind = ("part " if having.part else "") + ("without " if having.without else "")
    text = f"{kind}{having.key}: {_measure(having.measure)} {having.op} {shown}"
    return text + (f" in {_period(having.period)}" if having.period else "")


# ------------------------------------------------------------------------------------------------- reading


def _split(text: str, mark: str) -> list[str]:
    """Divide at a mark that is outside quotes and brackets."""
    parts, depth, start = [], 0, 0
    flat = _QUOTED.sub(lambda found: "x" * len(found[0]), text)
    for place, letter in enumerate(flat):
        depth += (letter == "(") - (letter == ")" and depth > 0)
        if depth == 0 and place >= start and flat.startswith(mark, place):
            parts.append(text[start:place])
            start = place + len(mark)
    return [part.strip() for part in (*parts, text[start:])]


def _headed(head: str) -> Plan:
    word, _, rest = head.partition(" ")
    if word == "call":
        return Plan(special=_special(rest))
    if word == "correlate":
        first, second = (fields()[name].name for name in _split(rest, ", "))
        return Plan(correlate=(first, second))
    if word == "list":
        table, *measures = _split(rest, ", ")
        return Plan(listing=table, measures=tuple(map(_parsed_measure, measures)))
    return Plan(tuple(map(_parsed_measure, _split(head, ", "))))


def _special(text: str) -> Special:
    call = ast.parse(text, mode="eval").body
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise ValueError(f"{text!r} is no call")
    return Special(call.func.id, tuple((str(key.arg), ast.literal_eval(key.value)) for key in call.keywords))


def _bare(text: str) -> Measure:
    first, _, name = text.partition(" ")
    if not name:
        return measure_of(metrics()[text].name)
    if first == "count":
        return count_of(entities()[name].name)
    if first == "distinct":
        return distinct_of(name)
    if first not in _AGGS:
        raise ValueError(f"{first!r} is no aggregation")
    return aggregate_of(name, cast(Agg, first))


def _parsed_measure(text: str) -> Measure:
    above, *rest = _split(text, " minus ")
    if rest:
        return less(_parsed_measure(above), _parsed_measure(" minus ".join(rest)))
    for mark, percent in ((" % ", True), (" per ", False)):
        above, *rest = _split(text, mark)
        if rest:
            return over(_parsed_measure(above), _parsed_measure(mark.join(rest)), percent=percent)
    text, _, part = text.partition(" share ")
    text, _, where = text.partition(" if ")
    measure = _bare(text)
    if where:
        measure = _limited(measure, _conditions(where, " and "))
    return replace(measure, part=_conditions(part, " and ")) if part else measure


def _limited(measure: Measure, where: tuple[Condition, ...]) -> Measure:
    return limited(replace(measure, where=()), where) if measure.divisor else replace(measure, where=where)


def _conditions(text: str, mark: str) -> tuple[Condition, ...]:
    return tuple(map(_parsed_condition, _split(text, mark)))


def _parsed_condition(text: str) -> Condition:
    first, *others = map(_parsed_one, _split(text, " or "))
    return replace(first, others=tuple(others))


def _parsed_one(text: str) -> Condition:
    for op in _OPS:
        name, found, value = text.partition(f" {op} ")
        if found and name.isidentifier():
            return Condition(name, cast(Any, op), ast.literal_eval(value))
    negated = text.startswith("not ")
    return Condition(fields()[text.removeprefix("not ")].name, "is not" if negated else "is")


def _parsed_key(text: str) -> By:
    text, *only = text.split(" only ")
    name, _, edges = text.partition("[")
    bins = tuple(map(float, edges[:-1].split()))
    kept = tuple(ast.literal_eval(value) for value in only)
    grain = name.replace("_", " ")
    if grain in get_args(Grain):
        return By("time", cast(Grain, grain))
    if name != "period" and name not in fields():
        raise ValueError(f"{name!r} is no field")
    return By(name, None, bins, "right" if edges.endswith("]") else "left", kept)


def _parsed_period(text: str) -> Period:
    start, end = (date.fromisoformat(day) for day in text.split(".."))
    return Period(start, end, period_label(start, end))


def _parsed_having(text: str) -> Having:
    found = _HAVING.match(text)
    measured = found and _MEASURED.match(found[4])
    if not found or not measured:
        raise ValueError(f"{text!r} is no condition on groups")
    period = _parsed_period(found[5]) if found[5] else None
    value: Any = measured[3] if measured[3] in _BARS else ast.literal_eval(measured[3])
    if found[3] != EACH and found[3] not in fields():
        raise ValueError(f"{found[3]!r} is no field")
    part, without = bool(found[1]), bool(found[2])
    return Having(found[3], _parsed_measure(measured[1]), cast(Any, measured[2]), value, part, period, without)


def _shaped(plan: Plan, text: str) -> Plan:
    name, _, absolute = text.partition(" ")
    return plan.but(transform=name.replace("_", " "), absolute=bool(absolute))


_READ: dict[str, Callable[[Plan, str], Plan]] = {
    "by": lambda plan, text: plan.but(by=tuple(map(_parsed_key, _split(text, ", ")))),
    "where": lambda plan, text: plan.but(where=_conditions(text, "; ")),
    "in": lambda plan, text: plan.but(periods=tuple(map(_parsed_period, text.split(", ")))),
    "dated": lambda plan, text: plan.but(time=text),
    "having": lambda plan, text: plan.but(having=(*plan.having, _parsed_having(text))),
    "desc": lambda plan, text: plan.but(order="desc", limit=int(text) if text else None),
    "asc": lambda plan, text: plan.but(order="asc", limit=int(text) if text else None),
    "first": lambda plan, text: plan.but(limit=int(text)),
    "within": lambda plan, text: plan.but(within=_parsed_key(text)),
    "as": _shaped,
    "percent": lambda plan, text: plan.but(percent=float(text)),
    "reduce": lambda plan, text: plan.but(reduce=text),
    "show": lambda plan, text: plan.but(show=_conditions(text, "; ")),
}
