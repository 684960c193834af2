"""Aggregated tables: one piece for each set of rows, merged by their keys."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.library.combining import limits_of
from crm_copilot.library.frames import FrameSpec, mask, write_frame
from crm_copilot.library.plan import Having, Measure, Plan
from crm_copilot.library.render.atoms import Atom, atoms_of, by_rows, formula, is_share_of_groups
from crm_copilot.library.render.groups import keep_rows, measured_alone, met, rows_mask, spec_of
from crm_copilot.library.render.numbers import write_bar
from crm_copilot.library.script import Script, name_or_names, names
from crm_copilot.library.shapes import NO_GROWTH


def write_pieces(script: Script, plan: Plan, measures: Sequence[Measure]) -> str:
    """Write every measure by the keys of the plan, and return the name of the table."""
    keys = [key.name for key in plan.by]
    atoms = list(dict.fromkeys(atom for measure in measures for atom in atoms_of(measure, plan)))
    pieces = [_write_piece(script, plan, group, keys) for group in by_rows(atoms)]
    filled = [atom.name for atom in atoms if atom.agg in ("count", "nunique", "sum")]
    result = _merged(script, pieces, keys, filled)
    for measure in measures:
        expression = formula(measure, result + '["{}"]', is_share_of_groups(plan))
        if any(m and m.divisor and limits_of(m.divisor) for m in (measure, measure.minus)):
            expression = f"({expression}){NO_GROWTH}"
        if expression != f'{result}["{measure.column}"]':
            script.add(f'{result}["{measure.column}"] = {expression}')
    return result


def write_enough(script: Script, plan: Plan, having: Having) -> str:
    """Write the groups of a key that meet a condition, with what they were measured by."""
    piece = write_pieces(script, measured_alone(plan, having), [having.measure])
    bar = write_bar(script, plan, having, piece, write_enough)
    enough = script.fresh("enough")
    script.add(f"{enough} = {piece}[{met(script, piece, having, bar)}]")
    return enough


def _write_piece(script: Script, plan: Plan, atoms: Sequence[Atom], keys: Sequence[str]) -> str:
    spec = spec_of(plan, atoms)
    frame = write_frame(script, spec)
    if not is_share_of_groups(plan):
        frame = keep_rows(script, plan, spec, frame, write_enough)
    named = []
    for atom in atoms:
        frame, column, how = _aggregation(script, plan, spec, frame, atom)
        named.append(f'    {atom.name}=("{column if column != "*" else keys[0]}", {how}),')
    result = script.fresh("result")
    script.add(f"{result} = {frame}.groupby({name_or_names(keys)}, as_index=False, observed=True).agg(")
    for line in named:
        script.add(line)
    script.add(")")
    return result


def _aggregation(script: Script, plan: Plan, spec: FrameSpec, frame: str, atom: Atom) -> tuple[str, str, str]:
    """Return the frame, the column and how it is aggregated; what only part of the rows count for is a column."""
    chosen = is_share_of_groups(plan) and not atom.whole
    how = _how(atom, parted=bool(atom.part) or chosen)
    if not atom.part and not chosen:
        return frame, atom.field, how
    masks = [mask(script, spec, frame, atom.part)] if atom.part else []
    masks += [rows_mask(script, plan, spec, frame, write_enough)] if is_share_of_groups(plan) else []
    condition = " & ".join(f"({one})" for one in masks) if len(masks) > 1 else masks[0]
    rest = ", 0" if atom.agg == "sum" else ""
    source = f'{frame}["{atom.field}"].where({condition}{rest})' if atom.field != "*" else condition
    return _with_column(script, frame, atom.name, source), atom.name, how


def _how(atom: Atom, parted: bool) -> str:
    if atom.field == "*":
        return '"sum"' if parted else '"size"'
    return f"lambda values: values.{atom.call}" if atom.agg.startswith("p") else f'"{atom.agg}"'


def _with_column(script: Script, frame: str, column: str, expression: str) -> str:
    if frame in script.used:
        script.add(f'{frame}["{column}"] = {expression}')
        return frame
    target = script.fresh("rows")
    script.add(f"{target} = {frame}.assign({column}={expression})")
    return target


def _merged(script: Script, pieces: Sequence[str], keys: Sequence[str], counts: Sequence[str]) -> str:
    result = pieces[0]
    for piece in pieces[1:]:
        script.add(f"{result} = {_outer(result, piece, keys)}")
    if len(pieces) > 1:
        filled = ", ".join(f'"{name}": 0' for name in dict.fromkeys(counts))
        script.add(f"{result} = {result}.fillna({{{filled}}})")
    return result


def _outer(one: str, other: str, keys: Sequence[str]) -> str:
    """Return the expression of the rows of both; pandas 3 cannot merge by several keys where both are empty."""
    if len(keys) == 1:
        return f'{one}.merge({other}, on="{keys[0]}", how="outer")'
    on = names(keys)
    return f'{one}.set_index({on}).join({other}.set_index({on}), how="outer").reset_index()'
