"""The first line of a frame: the table itself, with the columns that it looks up in others."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.library import joins
from crm_copilot.library.frames.spec import FrameSpec
from crm_copilot.library.script import Script, names

Steps = dict[joins.Lookup, list[str]]
"""The merges of a frame, and the columns that each brings."""


def start(script: Script, spec: FrameSpec, direct: Sequence[str]) -> str:
    """Begin with the table itself, its looked-up columns merged in."""
    steps = _steps(spec, direct)
    base = script.table(spec.base)
    if not steps:
        return base
    name = script.frame(spec.base)
    merges = [_merge(script, step, wanted) for step, wanted in steps.items()]
    if len(merges) == 1:
        script.add(f"{name} = {base}{merges[0]}")
        return name
    script.add(f"{name} = (")
    for line in (base, *merges):
        script.add(f"    {line}")
    script.add(")")
    return name


def _steps(spec: FrameSpec, direct: Sequence[str]) -> Steps:
    steps: Steps = {}
    columns = (column for name in direct for column in joins.needed(name, spec.base, spec.time))
    for column in dict.fromkeys(columns):
        trail = joins.path(spec.base, column) or ()
        for step in trail:
            steps.setdefault(step, [])
        if trail and column not in steps[trail[-1]]:
            steps[trail[-1]].append(column)
    _carry_keys(steps)
    return steps


def _carry_keys(steps: Steps) -> None:
    """Bring along the keys by which later steps look up."""
    for step, wanted in steps.items():
        ahead = [(lookup.table, lookup.key) for lookup in joins.lookups(step.table)]
        for later in steps:
            carries = later is not step and (later.table, later.key) in ahead
            if carries and later.key != step.key and later.key not in wanted:
                wanted.append(later.key)


def _merge(script: Script, step: joins.Lookup, wanted: Sequence[str]) -> str:
    table = script.table(step.table)
    how = f', how="{step.how}"' if step.how != "inner" else ""
    return f'.merge({table}[{names([step.key, *wanted])}], on="{step.key}"{how})'
