"""The lines of a frame, in the order in which they stand: merge, filter, bridge, compute columns."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.catalog import tables
from crm_copilot.library import joins
from crm_copilot.library.frames.columns import key_column, value_column
from crm_copilot.library.frames.lookups import start
from crm_copilot.library.frames.masks import all_of, direct_mask, period_mask
from crm_copilot.library.frames.spec import FrameSpec, by_child, split
from crm_copilot.library.plan import Condition
from crm_copilot.library.script import Script, names


def write_frame(script: Script, spec: FrameSpec) -> str:
    """Write the frame and return the name of its variable.

    Raises `joins.Unreachable` when a field cannot be brought to these rows.
    """
    direct, bridged = split(spec)
    behind = bridged or any(spec.bridge_of(one.field) for one in spec.alternatives())
    if behind and "order_id" not in tables()[spec.base].columns:
        direct.append("order_id")
    name = start(script, spec, direct)
    name = _filter(script, spec, name, direct)
    name = _bridge(script, spec, name, bridged)
    if either := [condition for condition in spec.where if condition.others]:
        name = script.filtered(name, spec.base, mask(script, spec, name, either))
    for key in spec.by:
        if key.field not in bridged:
            name = key_column(script, spec, name, key)
    for value in spec.values:
        name = value_column(script, name, value)
    return name


def mask(script: Script, spec: FrameSpec, name: str, conditions: Sequence[Condition]) -> str:
    """Return the expression that is true for the rows of frame `name` that satisfy all `conditions`."""
    single = [c for c in conditions if not c.others]
    direct = [c for c in single if joins.reaches(spec.base, c.field) == "lookup"]
    other = [c for c in single if c not in direct]
    parts = [_any_mask(script, spec, name, condition) for condition in conditions if condition.others]
    parts += [direct_mask(script, name, condition) for condition in direct]
    parts += [child_mask(script, spec, name, child, group) for child, group in by_child(spec.base, other).items()]
    return " & ".join(parts)


def _any_mask(script: Script, spec: FrameSpec, name: str, condition: Condition) -> str:
    """Return what is true for the rows that satisfy one of several conditions."""
    return f"({' | '.join(mask(script, spec, name, (one,)) for one in condition.each)})"


def child_mask(
    script: Script,
    spec: FrameSpec,
    name: str,
    child: str,
    conditions: Sequence[Condition] = (),
    among: tuple[str, str] | None = None,
    without: bool = False,
) -> str:
    """Return what is true for the rows of `name` with a child that meets `conditions` and those of the frame.

    A row that stands once for each key of its children is held to the children that have this key. `among`
    is a field of the child, and the expression of the values it must be among, or be `without`.
    """
    keys = tuple(key for key in spec.by if spec.bridge_of(key.field) == child)
    where = (*(c for c in spec.where if spec.bridge_of(c.field) == child and not c.others), *conditions)
    found = write_frame(script, FrameSpec(child, keys, (among[0],) if among else (), where))
    if among:
        target = script.fresh("chosen")
        chosen = f'{found}["{among[0]}"].isin({among[1]})'
        chosen = f'{found}["{among[0]}"].notna() & ~{chosen}' if without else chosen
        script.add(f"{target} = {found}[{chosen}]")
        found = target
    if not keys:
        return f'{name}["order_id"].isin({found}["order_id"])'
    script.needs_pandas()
    columns = names(["order_id", *(key.name for key in keys)])
    return f"pd.MultiIndex.from_frame({name}[{columns}]).isin(pd.MultiIndex.from_frame({found}[{columns}]))"


def _filter(script: Script, spec: FrameSpec, name: str, direct: Sequence[str]) -> str:
    """Keep the rows of the periods and conditions; those of a bridged key are met where the key is merged in."""
    masks = []
    if spec.periods and not any(key.field == "period" for key in spec.by):
        masks.append(period_mask(script, spec, name))
    masks += [direct_mask(script, name, condition) for condition in spec.where if _is_direct(condition, direct)]
    if masks:
        name = script.filtered(name, spec.base, all_of(masks))
    merged = {spec.bridge_of(key.field) for key in spec.by}
    rest = [condition for condition in spec.where if not condition.others and condition.field not in direct]
    for child, conditions in by_child(spec.base, rest).items():
        if child not in merged:
            target = name if name in script.used else script.frame(spec.base)
            found = write_frame(script, FrameSpec(child, where=tuple(conditions)))
            script.add(f'{target} = {name}[{name}["order_id"].isin({found}["order_id"])]')
            name = target
    return name


def _is_direct(condition: Condition, direct: Sequence[str]) -> bool:
    return condition.field in direct and not condition.others


def _bridge(script: Script, spec: FrameSpec, name: str, bridged: dict[str, str]) -> str:
    """Merge in the distinct pairs of order and bridged key, each pair once."""
    keys = [key for key in spec.by if key.field in bridged]
    for child in dict.fromkeys(bridged[key.field] for key in keys):
        mine = tuple(key for key in keys if bridged[key.field] == child)
        here = [condition for condition in spec.where if not condition.others]
        where = tuple(condition for condition in here if bridged.get(condition.field) == child)
        found = write_frame(script, FrameSpec(child, by=mine, where=where))
        pairs = script.fresh("pairs")
        script.add(f"{pairs} = {found}[{names(['order_id', *(key.name for key in mine)])}].drop_duplicates()")
        target = name if name in script.used else script.frame(spec.base)
        script.add(f'{target} = {name}.merge({pairs}, on="order_id")')
        name = target
    return name
