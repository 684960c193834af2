"""One number over rows, with its aggregations in variables of their own."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.library.frames import mask, write_frame
from crm_copilot.library.plan import Having, Measure, Plan
from crm_copilot.library.render.atoms import Atom, atoms_of, by_rows, formula, is_share_of_groups
from crm_copilot.library.render.groups import Enough, keep_rows, measured_alone, spec_of
from crm_copilot.library.script import Script


def write_number(script: Script, plan: Plan, measure: Measure, enough: Enough, called: str = "{}") -> str:
    """Write what a measure of a plan without keys needs, and return its expression.

    `called` is the pattern of the variables' names.
    """
    for group in by_rows(atoms_of(measure, plan)):
        _write_atoms(script, plan, group, enough, called)
    return formula(measure, called, is_share_of_groups(plan), guarded=True)


def write_bar(script: Script, plan: Plan, having: Having, table: str, enough: Enough) -> str:
    """Return the expression of what the groups in a table are held against, "" where that is a plain number."""
    if having.value == "overall":
        alone = measured_alone(plan, having).but(by=())
        script.add(f"overall = {write_number(script, alone, having.measure, enough, 'overall_{}')}")
        return "overall"
    return f'{table}["{having.measure.column}"].{having.value}()' if isinstance(having.value, str) else ""


def _write_atoms(script: Script, plan: Plan, atoms: Sequence[Atom], enough: Enough, called: str) -> None:
    spec = spec_of(plan, atoms)
    whole = write_frame(script, spec)
    frame = keep_rows(script, plan, spec, whole, enough)
    for atom in atoms:
        rows = whole if atom.whole else frame
        if atom.part:
            rows = script.fresh("chosen")
            script.add(f"{rows} = {frame}[{mask(script, spec, frame, atom.part)}]")
        name = called.format(atom.name)
        script.used.add(name)
        value = f"len({rows})" if atom.field == "*" else f'{rows}["{atom.field}"].{atom.call}'
        script.add(f"{name} = {value}")
