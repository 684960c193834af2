"""What may be wrong with a result although the program ran: each check is one function that returns a doubt or None.

A doubt has a weight (how much of the confidence it takes) and a sentence for the writer that says what to mend; a
final one leaves nothing to mend. What was asked for is held against programs of a chat model: the library's is
written from the reading itself. `grain.py` tells the grain of a column.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crm_copilot.domain import Context, Execution, Period, Program
from crm_copilot.library import codec
from crm_copilot.library.plan import Plan
from crm_copilot.prompts import refusal
from crm_copilot.reflection.grain import is_of_another_grain
from crm_copilot.reflection.names import left_out
from crm_copilot.understanding.text import plain

_LIMITING = "in|on|during|with|without|among|per|by|each|em|no|na|nos|nas|com|sem|durante|entre|por|cada"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a result may not be the answer."""

    reason: str
    feedback: str
    weight: float = 1.0
    final: bool = False


Check = Callable[[Context, Program, Execution], Doubt | None]


def doubts(context: Context, program: Program, execution: Execution) -> Iterator[Doubt]:
    """Yield what every check finds wrong."""
    for check in _CHECKS:
        found = check(context, program, execution)
        if found is not None:
            yield found


def _nothing(context: Context, program: Program, execution: Execution) -> Doubt | None:
    if execution.rows or execution.figure:
        return None
    return Doubt("nothing was found", "The result is empty: check the names of values and the period.")


def _only_nulls(context: Context, program: Program, execution: Execution) -> Doubt | None:
    cells = [cell for row in execution.rows[:50] for cell in row]
    if not cells or any(cell is not None for cell in cells):
        return None
    return Doubt("nothing was found", "The result holds no value: check the filters and the period.")


def _cannot(context: Context, program: Program, execution: Execution) -> Doubt | None:
    why = refusal(execution)
    return Doubt(why, "", final=True) if why else None


def _unknown_filter(context: Context, program: Program, execution: Execution) -> Doubt | None:
    """A word that nobody knows limits what is asked for, where it stands behind a preposition or is what is counted.

    Elsewhere ("how many did we *mark* as …") such words seldom matter where grammar and small model agree.
    """
    unread = context.reading.unread if context.reading else ()
    text = plain(context.question)
    for word in unread if program.voices else ():
        limits = rf"\b(?:{_LIMITING}) (?:(?:the|a|an|um|uma|o|os|as) )?{re.escape(plain(word))}\b"
        if re.search(rf"{limits}|^{re.escape(plain(word))} (?:of|by|per|de|do|da|dos|das|por)\b", text):
            return Doubt(f"“{word}” is not known", "", 0.5, final=True)
    return None


def _percent(context: Context, program: Program, execution: Execution) -> Doubt | None:
    """A share of something lies between 0 and 100."""
    shares = [i for i, name in enumerate(execution.columns) if re.search(r"share_pct|cumulative_pct|_rate_pct", name)]
    for index in shares:
        values = [row[index] for row in execution.rows if isinstance(row[index], (int, float))]
        if any(value < -1e-9 or value > 100 + 1e-6 or math.isnan(value) for value in values):
            return Doubt("a share lies outside 0 to 100 percent", "A percentage of a whole must lie between 0 and 100.")
    return None


def _repeated_keys(context: Context, program: Program, execution: Execution) -> Doubt | None:
    """A key that comes twice is the mark of a join that multiplied rows."""
    plan = _plan(program) or _expected(context)
    if plan is None or not plan.by or plan.reduce or plan.special:
        return None
    names = [key.name for key in plan.by]
    places = [execution.columns.index(name) for name in names if name in execution.columns]
    keys = [tuple(row[i] for i in places) for row in execution.rows]
    if places and len(places) == len(names) and len(set(keys)) < len(keys):
        return Doubt("a group comes twice", "Each group must come once: a join has multiplied rows.")
    return None


def _rows_asked(context: Context, program: Program, execution: Execution) -> Doubt | None:
    plan = _expected(context)
    if plan is None or not plan.limit or plan.within or plan.transform:
        return None
    if execution.n_rows > plan.limit:
        return Doubt(
            "more rows than asked for", f"The question asks for {plan.limit}, not for {execution.n_rows}.", 0.6
        )
    return None


def _shape_asked(context: Context, program: Program, execution: Execution) -> Doubt | None:
    """A breakdown was asked for and one number came, or the other way round."""
    plan = _expected(context)
    if plan is None or plan.special or plan.correlate or plan.listing or program.plan is not None:
        return None
    breakdown = bool(plan.by) and not plan.reduce and not plan.transform
    if breakdown and execution.kind == "scalar":
        return Doubt(
            "one number for a breakdown", "The question asks for one row for each group, not for one number.", 0.5
        )
    if not plan.by and not plan.having and execution.n_rows > 5 and len(plan.measures) == 1:
        return Doubt("a table for one number", "The question asks for one number, not for a table.", 0.4)
    return None


def _grain_asked(context: Context, program: Program, execution: Execution) -> Doubt | None:
    """Days came for months, or years for months."""
    plan = _expected(context)
    if plan is None or program.plan is not None or plan.reduce:
        return None
    for key in plan.by:
        if key.grain and is_of_another_grain(execution, key.grain):
            return Doubt(f"the rows are not one for each {key.grain}", f"Return one row for each {key.grain}.", 0.5)
    return None


def _period_known(context: Context, program: Program, execution: Execution) -> Doubt | None:
    """A sum over days that the data do not hold is 0, which looks like an answer."""
    plan = _plan(program) or _expected(context)
    if plan is None or not plan.periods or any(_held(context, period) for period in plan.periods):
        return None
    numbers = [cell for row in execution.rows for cell in row if isinstance(cell, (int, float))]
    if any(numbers):
        return None
    return Doubt("nothing was found", f"The data cover {context.first_day} to {context.today} only.")


def _held(context: Context, period: Period) -> bool:
    return period.start <= context.today and period.end > context.first_day


def _period_asked(context: Context, program: Program, execution: Execution) -> Doubt | None:
    """The code of a model must speak of the period that the question names."""
    plan = _expected(context)
    if plan is None or program.plan is not None:
        return None
    missing = [
        p.label
        for p in plan.periods
        if str(p.start.year) not in program.code and str(p.start.year - 1) not in program.code
    ]
    if missing:
        return Doubt(f"the period {missing[0]} is not in the code", f"The question asks for {missing[0]} only.", 0.6)
    return None


def _values_used(context: Context, program: Program, execution: Execution) -> Doubt | None:
    plan = _expected(context)
    if plan is None or program.plan is not None:
        return None
    wanted = [c.value for c in plan.where if c.op == "==" and isinstance(c.value, str)]
    missing = [value for value in wanted if value not in program.code]
    if missing:
        return Doubt(f"{missing[0]!r} is not in the code", f"The question asks for {missing[0]!r} only.", 0.6)
    return None


def _name_used(context: Context, program: Program, execution: Execution) -> Doubt | None:
    """The number of all orders is no answer to how many came from Atlantis."""
    missing = list(left_out(context, program))
    if not missing:
        return None
    return Doubt(f"{missing[0]!r} was left out", f"The question names {missing[0]!r}: the answer is for it only.")


def _expected(context: Context) -> Plan | None:
    reading = context.reading
    if reading is None or reading.plan is None or reading.confidence < 0.5:
        return None
    return codec.from_json(reading.plan)


def _plan(program: Program) -> Plan | None:
    return codec.from_json(program.plan) if program.plan is not None else None


_CHECKS: tuple[Check, ...] = (
    _unknown_filter, _cannot, _nothing, _only_nulls, _percent, _repeated_keys, _rows_asked, _shape_asked, _grain_asked,
    _period_known, _period_asked, _values_used, _name_used,
)  # fmt: skip
