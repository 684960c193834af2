"""Columns that are computed: group keys (grains of time, bands, one value against the rest) and quantities."""

from __future__ import annotations

from itertools import pairwise

from crm_copilot.catalog import fields, tables
from crm_copilot.library import joins
from crm_copilot.library.frames.expressions import expression_of, moment_of
from crm_copilot.library.frames.spec import FrameSpec
from crm_copilot.library.grains import GRAINS, bands
from crm_copilot.library.plan import By
from crm_copilot.library.script import Script


def value_column(script: Script, name: str, value: str) -> str:
    """Compute a quantity, unless the table has it."""
    if value not in fields() or fields()[value].pandas is None:
        return name
    return script.assigned(name, value, expression_of(script, value, name))


def key_column(script: Script, spec: FrameSpec, name: str, key: By) -> str:
    """Compute a group key, unless the table has it."""
    if key.field == "period":
        return _period_column(script, spec, name)
    if key.field == "time":
        return _time_column(script, spec, name, key)
    name = value_column(script, name, key.field)
    if key.bins:
        return _band_column(script, name, key)
    return _rest_column(script, name, key) if key.only else name


def _time_column(script: Script, spec: FrameSpec, name: str, key: By) -> str:
    moment = moment_of(script, spec, name)
    if _may_be_missing(spec) and not spec.periods:
        name, before = script.filtered(name, spec.base, f"{moment}.notna()"), name
        moment = moment.replace(f"{before}[", f"{name}[")
    expression = GRAINS[key.grain or "month"].format(t=moment)
    if "pd." in expression:
        script.needs_pandas()
    return script.assigned(name, key.name, expression)


def _may_be_missing(spec: FrameSpec) -> bool:
    """Whether rows may have no date: years of a column with gaps are no whole numbers."""
    columns = [column for table in tables().values() for column in table.columns.values()]
    dates = joins.needed("time", spec.base, spec.time)
    return any(column.null for column in columns if column.name in dates)


def _band_column(script: Script, name: str, key: By) -> str:
    if any(low >= high for low, high in pairwise(key.bins)):
        raise joins.Unreachable(f"bands need edges that rise, not {', '.join(f'{edge:g}' for edge in key.bins)}")
    edges, labels = bands(key.bins, key.closed)
    script.needs_pandas()
    name = script.filtered(name, name, f'{name}["{key.field}"].notna()')
    right = key.closed == "right"
    cut = f'pd.cut({name}["{key.field}"], {edges}, right={right}, labels={labels}).astype(str)'
    return script.assigned(name, key.name, cut)


def _rest_column(script: Script, name: str, key: By) -> str:
    """Put all other values of the field together as "other"."""
    chosen = script.param(f"{key.field}_values", list(key.only))
    column = f'{name}["{key.field}"]'
    kept = f"{column}.isin({chosen}) | {column}.isna()"
    return script.assigned(name, key.field, f'{column}.where({kept}, "other")')


def _period_column(script: Script, spec: FrameSpec, name: str) -> str:
    """Stack the rows of each period under its label, so that periods may overlap."""
    script.needs_pandas()
    column = moment_of(script, spec, name)
    target = script.fresh("compared")
    script.add(f"{target} = pd.concat([")
    for period in spec.periods:
        span = f'({column} >= "{period.start}") & ({column} < "{period.end}")'
        script.add(f"    {name}[{span}].assign(period={period.label!r}),")
    script.add("])")
    return target
