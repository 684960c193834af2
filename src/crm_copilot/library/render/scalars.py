"""Answers that are one number, or one row of several."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.library.frames import mask, write_frame
from crm_copilot.library.plan import Plan
from crm_copilot.library.render.atoms import Atom, atoms_of, by_rows, formula, is_share_of_groups
from crm_copilot.library.render.groups import keep_rows, spec_of
from crm_copilot.library.render.pieces import write_enough
from crm_copilot.library.script import Script
from crm_copilot.library.shapes import finish_scalar


def write_scalar(script: Script, plan: Plan) -> None:
    """Write the numbers of a plan without group keys."""
    values = []
    for measure in plan.measures:
        for group in by_rows(atoms_of(measure, plan)):
            _write_atoms(script, plan, group)
        values.append(formula(measure, "{}", is_share_of_groups(plan), guarded=True))
    finish_scalar(script, plan, values)


def _write_atoms(script: Script, plan: Plan, atoms: Sequence[Atom]) -> None:
    spec = spec_of(plan, atoms)
    whole = write_frame(script, spec)
    frame = keep_rows(script, plan, spec, whole, write_enough)
    for atom in atoms:
        rows = whole if atom.whole else frame
        if atom.part:
            rows = script.fresh("chosen")
            script.add(f"{rows} = {frame}[{mask(script, spec, frame, atom.part)}]")
        script.used.add(atom.name)
        value = f"len({rows})" if atom.field == "*" else f'{rows}["{atom.field}"].{atom.call}'
        script.add(f"{atom.name} = {value}")
