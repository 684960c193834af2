"""Answers that are a table: the measures by their keys, and only the groups that are wanted."""

from __future__ import annotations

from crm_copilot.library.plan import EACH, Having, Measure, Plan
from crm_copilot.library.render.atoms import atoms_of
from crm_copilot.library.render.groups import is_shown, met
from crm_copilot.library.render.numbers import write_bar
from crm_copilot.library.render.pieces import write_enough, write_pieces
from crm_copilot.library.script import Script, name_or_names, names
from crm_copilot.library.shapes import finish_table


def write_table(script: Script, plan: Plan) -> None:
    """Write the table of a plan with group keys."""
    result = write_pieces(script, plan, (*plan.measures, *_beside(plan)))
    columns = [measure.column for measure in plan.measures]
    for having in plan.having:
        if is_shown(plan, having):
            _keep_groups(script, plan, result, having, columns)
    finish_table(script, plan, result, [key.name for key in plan.by], columns)


def _keep_groups(script: Script, plan: Plan, result: str, having: Having, columns: list[str]) -> None:
    """Keep the groups whose key, over all other keys, meets a condition; show what it was measured by."""
    keys, column = _keys_of(plan, having), having.measure.column
    if having.measure in (*plan.measures, *_beside(plan)) and _is_one_pass(plan):
        bar = write_bar(script, plan, having, result, write_enough)
        script.add(f"{result} = {result}[{met(script, result, having, bar)}]")
        columns += [column] if column not in columns else []
        return
    enough = write_enough(script, plan, having)
    known = [*columns, *(atom.name for measure in plan.measures for atom in atoms_of(measure, plan))]
    if having.without:
        script.add(f'{result} = {result}[~{result}["{keys[0]}"].isin({enough}["{keys[0]}"])]')
    elif column not in known:
        columns.append(column)
        script.add(f"{result} = {result}.merge({enough}[{names([*keys, column])}], on={name_or_names(keys)})")
    elif len(keys) == 1:
        script.add(f'{result} = {result}[{result}["{keys[0]}"].isin({enough}["{keys[0]}"])]')
    else:
        script.add(f"{result} = {result}.merge({enough}[{names(keys)}], on={names(keys)})")


def _keys_of(plan: Plan, having: Having) -> list[str]:
    """Return the columns that say which group a condition is about."""
    return [key.name for key in plan.by] if having.key == EACH else [having.key]


def _is_one_pass(plan: Plan) -> bool:
    """Whether the groups that are limited are the groups that are shown."""
    shown = all(is_shown(plan, having) and having.period is None and not having.without for having in plan.having)
    each = all(having.key == EACH for having in plan.having)
    barred = len(plan.having) > 1 and any(_is_relative(having) for having in plan.having)
    steady = plan.transform not in ("growth", "yoy")
    return (len(plan.by) == 1 or each) and steady and shown and not barred


def _is_relative(having: Having) -> bool:
    """Whether the other groups decide, so that they must all be there still."""
    return isinstance(having.value, str) or having.op in ("top", "bottom")


def _beside(plan: Plan) -> list[Measure]:
    """Return the measures that only limit the groups and come from the same rows as those that are shown."""
    if not _is_one_pass(plan):
        return []
    rows = {(atom.base, atom.where) for measure in plan.measures for atom in atoms_of(measure, plan)}
    limits = list(dict.fromkeys(having.measure for having in plan.having if having.measure not in plan.measures))
    names = {measure.column for measure in plan.measures}
    return [m for m in limits if m.column not in names and all((a.base, a.where) in rows for a in atoms_of(m, plan))]
