"""Write a plan out as one Python function in plain pandas.

Every measure is taken apart into *atoms*, one aggregation over one set of rows each. Atoms that share their
rows share a frame and one `groupby`; ratios and percentages are computed from the atoms afterwards, so an
average is never averaged again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crm_copilot.catalog import fields, tables
from crm_copilot.library import joins, special
from crm_copilot.library.frames import FrameSpec, Script, child_mask, mask, write_frame
from crm_copilot.library.plan import By, Condition, Having, Measure, Plan
from crm_copilot.library.shapes import finish_scalar, finish_table, needs_more

_AGGS = {
    "count": "count", "nunique": "nunique", "sum": "sum", "mean": "mean", "median": "median", "min": "min",
    "max": "max", "std": "std",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Atom:
    """One aggregation: `agg` of `field` over rows of `base`, only those of `part` when there are any.

    `whole` atoms ignore the conditions on groups: they are what a share of groups is a share of.
    """

    name: str
    base: str
    agg: str
    field: str
    where: tuple[Condition, ...]
    part: tuple[Condition, ...] = ()
    whole: bool = False


def render(plan: Plan, name: str = "answer") -> str:
    """Return the source of a function that computes the plan.

    Raises `joins.Unreachable` when the data do not tie together what the plan asks for.
    """
    if plan.special:
        return special.source(plan.special.name, dict(plan.special.params))
    script = Script()
    if plan.correlate:
        _correlation(script, plan)
    elif plan.listing:
        _listing(script, plan)
    elif plan.by:
        _table(script, plan)
    else:
        _scalar(script, plan)
    return _function(script, name, plan)


def why_not(plan: Plan) -> str | None:
    """Return the sentence that says why the data cannot tie a plan's parts together, None when they can."""
    try:
        render(plan)
    except joins.Unreachable as error:
        return str(error)
    return None


def base_of(measure: Measure, plan: Plan) -> str:
    """Return the table whose rows the measure aggregates: the first that comes to all that the plan names."""
    wanted = [key.field for key in plan.by] + [c.field for c in (*plan.where, *measure.where, *measure.part)]
    if plan.periods or any(key.field in ("time", "period") for key in plan.by):
        wanted.append("time")
    if measure.field != "*":
        wanted.append(measure.field)
    wanted += [having.key for having in plan.having if having.key in fields()]
    best: tuple[int, str] | None = None
    for rank, base in enumerate((measure.table, *measure.via)):
        how = [joins.reaches(base, name, plan.time) for name in dict.fromkeys(wanted)]
        if "no" in how:
            continue
        cost = rank + 10 * how.count("bridge")
        if best is None or cost < best[0]:
            best = (cost, base)
    if best is None:
        raise joins.Unreachable(_not_tied(measure, wanted, plan))
    return best[1]


def _not_tied(measure: Measure, wanted: Sequence[str], plan: Plan) -> str:
    missing = [w for w in dict.fromkeys(wanted) if joins.reaches(measure.table, w, plan.time) == "no"]
    labels = [fields()[w].label["en"] if w in fields() else "dates" if w == "time" else w for w in missing]
    return f"{tables()[measure.table].row}s are not tied to {' and '.join(labels) or 'that'} in these data"


def _atoms(measure: Measure, plan: Plan) -> list[Atom]:
    base = base_of(measure, plan)
    where = (*plan.where, *measure.where)
    own = _own_name(measure)
    shared = any(having.part for having in plan.having)
    if measure.part or shared:
        atoms = [Atom(f"{own}_all", base, measure.agg, measure.field, where, whole=shared)]
        atoms.append(Atom(f"{own}_part", base, measure.agg, measure.field, where, measure.part))
        return atoms
    atoms = [Atom(own, base, measure.agg, measure.field, where)]
    return atoms + _atoms(measure.divisor, plan) if measure.divisor else atoms


def _own_name(measure: Measure) -> str:
    """Return the name of the measure's own atom; no variable may hide a table."""
    name = measure.name
    if measure.divisor and not measure.part:
        name = f"total_{measure.field}" if measure.agg == "sum" else measure.field if measure.field != "*" else "number"
    return f"n_{name}" if name in tables() else name


def _formula(measure: Measure, value: str, shared: bool = False, *, guarded: bool = False) -> str:
    """Return the expression of the measure over its atoms; `value` has a place for the atom's name.

    Single numbers are `guarded`: Python's own integers, unlike a column, cannot be divided by 0.
    """
    own = _own_name(measure)
    if measure.part or shared:
        above, below, percent = value.format(own + "_part"), value.format(own + "_all"), " * 100"
    elif measure.divisor:
        above, below = value.format(own), _formula(measure.divisor, value, guarded=guarded)
        percent = " * 100" if measure.percent else ""
    else:
        return value.format(own)
    ratio = f"{above} / {below}{percent}"
    return f'({ratio} if {below} else float("nan"))' if guarded else ratio


# ---------------------------------------------------------------------------------------------------- one number


def _scalar(script: Script, plan: Plan) -> None:
    values = []
    for measure in plan.measures:
        _write_scalar_atoms(script, plan, _atoms(measure, plan))
        values.append(_formula(measure, "{}", any(having.part for having in plan.having), guarded=True))
    finish_scalar(script, plan, values)


def _write_scalar_atoms(script: Script, plan: Plan, atoms: Sequence[Atom]) -> None:
    for base, where in dict.fromkeys((atom.base, atom.where) for atom in atoms):
        group = [a for a in atoms if (a.base, a.where) == (base, where)]
        spec = _spec(plan, base, where, group)
        whole = write_frame(script, spec)
        frame = _having_filter(script, plan, spec, whole)
        for atom in group:
            rows = whole if atom.whole else frame
            if atom.part:
                rows = script.fresh("chosen")
                script.add(f"{rows} = {frame}[{mask(script, spec, frame, atom.part)}]")
            script.used.add(atom.name)
            script.add(f"{atom.name} = {_aggregate(rows, atom)}")


def _aggregate(rows: str, atom: Atom) -> str:
    if atom.field == "*":
        return f"len({rows})"
    if atom.agg.startswith("p"):
        return f'{rows}["{atom.field}"].quantile({int(atom.agg[1:]) / 100})'
    return f'{rows}["{atom.field}"].{_AGGS[atom.agg]}()'


# --------------------------------------------------------------------------------------------------------- tables


def _table(script: Script, plan: Plan) -> None:
    keys = [key.name for key in plan.by]
    result = _pieces(script, plan, (*plan.measures, *_beside(plan)), keys)
    columns = [m.column for m in plan.measures]
    for having in plan.having:
        if _shown(plan, having):
            _keep_groups(script, plan, result, having, columns)
    finish_table(script, plan, result, keys, columns)


def _pieces(script: Script, plan: Plan, measures: Sequence[Measure], keys: Sequence[str]) -> str:
    """Write every measure by the same keys, and return the name of the table."""
    atoms = list(dict.fromkeys(atom for measure in measures for atom in _atoms(measure, plan)))
    pieces = []
    for base, where in dict.fromkeys((atom.base, atom.where) for atom in atoms):
        group = [a for a in atoms if (a.base, a.where) == (base, where)]
        pieces.append(_grouped(script, plan, base, where, group, keys))
    result = _joined(script, pieces, keys, counts=[a.name for a in atoms if a.agg in ("count", "nunique", "sum")])
    _formulas(script, plan, result, measures)
    return result


def _keep_groups(script: Script, plan: Plan, result: str, having: Having, columns: list[str]) -> None:
    """Keep the groups whose key, over all other keys, meets a condition; show what it was measured by."""
    column = having.measure.column
    if having.measure in (*plan.measures, *_beside(plan)) and _one_pass(plan):
        script.add(f"{result} = {result}[{_met(script, result, having)}]")
        columns += [column] if column not in columns else []
        return
    enough = _enough(script, plan, having)
    taken = column in columns or any(column == atom.name for m in plan.measures for atom in _atoms(m, plan))
    if taken:
        script.add(f'{result} = {result}[{result}["{having.key}"].isin({enough}["{having.key}"])]')
        return
    columns.append(column)
    script.add(f'{result} = {result}.merge({enough}[["{having.key}", "{column}"]], on="{having.key}")')


def _one_pass(plan: Plan) -> bool:
    """Whether the groups that are limited are the groups that are shown."""
    together = all(_shown(plan, h) and h.period is None for h in plan.having)
    return len(plan.by) == 1 and plan.transform not in ("growth", "yoy") and together


def _beside(plan: Plan) -> list[Measure]:
    """Return the measures that only limit the groups and come from the same rows as those that are shown."""
    if not _one_pass(plan):
        return []
    rows = {(atom.base, atom.where) for m in plan.measures for atom in _atoms(m, plan)}
    limits = list(dict.fromkeys(h.measure for h in plan.having if _shown(plan, h) and h.measure not in plan.measures))
    names = {m.column for m in plan.measures}
    return [m for m in limits if m.column not in names and all((a.base, a.where) in rows for a in _atoms(m, plan))]


def _shown(plan: Plan, having: Having) -> bool:
    return not having.part and any(key.field == having.key for key in plan.by)


def _grouped(
    script: Script, plan: Plan, base: str, where: tuple[Condition, ...], atoms: Sequence[Atom], keys: Sequence[str]
) -> str:
    spec = _spec(plan, base, where, atoms)
    frame = write_frame(script, spec)
    shared = any(having.part for having in plan.having)
    if not shared:
        frame = _having_filter(script, plan, spec, frame)
    named = []
    for atom in atoms:
        column = atom.field
        if atom.part or (shared and not atom.whole):
            masks = [mask(script, spec, frame, atom.part)] if atom.part else []
            masks += [_having_mask(script, plan, spec, frame)] if shared else []
            condition = " & ".join(f"({m})" for m in masks) if len(masks) > 1 else masks[0]
            rest = ", 0" if atom.agg == "sum" else ""
            source = f'{frame}["{column}"].where({condition}{rest})' if atom.field != "*" else condition
            frame = _with_column(script, frame, atom.name, source)
            column = atom.name
        how = _group_agg(atom, whole=not shared or atom.whole)
        named.append(f'    {atom.name}=("{column if column != "*" else keys[0]}", {how}),')
    result = script.fresh("result")
    script.add(f"{result} = {frame}.groupby({_quoted(keys)}, as_index=False, observed=True).agg(")
    for line in named:
        script.add(line)
    script.add(")")
    return result


def _with_column(script: Script, frame: str, column: str, expression: str) -> str:
    if frame in script.used:
        script.add(f'{frame}["{column}"] = {expression}')
        return frame
    target = script.fresh("rows")
    script.add(f"{target} = {frame}.assign({column}={expression})")
    return target


def _group_agg(atom: Atom, whole: bool) -> str:
    if atom.field == "*":
        return '"sum"' if atom.part or not whole else '"size"'
    if atom.agg.startswith("p"):
        return f"lambda values: values.quantile({int(atom.agg[1:]) / 100})"
    return f'"{_AGGS[atom.agg]}"'


def _joined(script: Script, pieces: Sequence[str], keys: Sequence[str], counts: Sequence[str]) -> str:
    result = pieces[0]
    for piece in pieces[1:]:
        script.add(f'{result} = {result}.merge({piece}, on={_quoted(keys)}, how="outer")')
    if len(pieces) > 1:
        filled = ", ".join(f'"{name}": 0' for name in dict.fromkeys(counts))
        script.add(f"{result} = {result}.fillna({{{filled}}})")
    return result


def _formulas(script: Script, plan: Plan, result: str, measures: Sequence[Measure]) -> None:
    for measure in measures:
        formula = _formula(measure, result + '["{}"]', any(having.part for having in plan.having))
        if formula != f'{result}["{measure.column}"]':
            script.add(f'{result}["{measure.column}"] = {formula}')


# -------------------------------------------------------------------------------------------- rows that are kept


def _spec(plan: Plan, base: str, where: tuple[Condition, ...], atoms: Sequence[Atom]) -> FrameSpec:
    values = [a.field for a in atoms if a.field != "*"]
    values += [n for a in atoms for c in a.part if joins.reaches(base, c.field) == "lookup" for n in _operands(c)]
    behind = [c for a in atoms for c in a.part if joins.reaches(base, c.field) == "bridge"]
    hidden = [h.key for h in plan.having if not _shown(plan, h)]
    keys = [key for key in hidden if joins.reaches(base, key) == "lookup"]
    if behind or len(keys) < len(hidden):
        keys.append("order_id")
    periods = () if needs_more(plan) else plan.periods
    return FrameSpec(base, plan.by, tuple(dict.fromkeys([*values, *keys])), where, periods, plan.time)


def _operands(condition: Condition) -> tuple[str, ...]:
    """Return the plain columns that the mask of a condition reads, so that the frame brings them in."""
    known = fields().get(condition.field)
    return known.columns if known else (condition.field,)


def _having_filter(script: Script, plan: Plan, spec: FrameSpec, frame: str) -> str:
    """Keep the rows whose key satisfies each condition on groups that the result itself does not show."""
    condition = _having_mask(script, plan, spec, frame)
    if not condition:
        return frame
    target = script.fresh("kept")
    script.add(f"{target} = {frame}[{condition}]")
    return target


def _enough(script: Script, plan: Plan, having: Having) -> str:
    """Write the groups of a key that meet a condition, with what they were measured by."""
    periods = (having.period,) if having.period else plan.periods
    inner = Plan((having.measure,), (By(having.key),), plan.where, periods, plan.time)
    piece = _pieces(script, inner, [having.measure], [having.key])
    enough = script.fresh("enough")
    script.add(f"{enough} = {piece}[{_met(script, piece, having)}]")
    return enough


def _met(script: Script, table: str, having: Having) -> str:
    column = f'{table}["{having.measure.column}"]'
    value = having.value
    if isinstance(value, tuple):
        return f"{column}.between({script.param('minimum', value[0])}, {script.param('maximum', value[1])})"
    return f"{column} {having.op} {script.param('minimum', value)}"


def _having_mask(script: Script, plan: Plan, spec: FrameSpec, frame: str) -> str:
    masks = []
    for having in plan.having:
        if _shown(plan, having):
            continue
        enough = _enough(script, plan, having)
        values = f'{enough}["{having.key}"]'
        child = joins.bridge(spec.base, having.key) if joins.reaches(spec.base, having.key) == "bridge" else None
        if child:
            masks.append(child_mask(script, spec, frame, child, among=(having.key, values)))
        else:
            masks.append(f'{frame}["{having.key}"].isin({values})')
    return masks[0] if len(masks) == 1 else " & ".join(masks)


# ---------------------------------------------------------------------------------------------- correlation, lists


def _correlation(script: Script, plan: Plan) -> None:
    first, second = plan.correlate or ("", "")
    homes = [fields()[first].table, fields()[second].table, "order_items", "orders", "reviews", "payments"]
    for base in dict.fromkeys(homes):
        if all(joins.reaches(base, name) == "lookup" for name in (first, second)):
            spec = FrameSpec(base, plan.by, (first, second), plan.where, plan.periods, plan.time)
            frame = write_frame(script, spec)
            break
    else:
        frame = _paired(script, plan, first, second)
    if plan.by:
        keys = _quoted([key.name for key in plan.by])
        script.add(f'result = {frame}.groupby({keys})[["{first}", "{second}"]].apply(')
        script.add(f'    lambda group: group["{first}"].corr(group["{second}"])')
        script.add(').rename("correlation").reset_index()')
        script.add("return result")
        return
    script.add(f'return {frame}["{first}"].corr({frame}["{second}"])')


def _paired(script: Script, plan: Plan, first: str, second: str) -> str:
    """Pair two quantities of different children of an order by the order."""
    bases = [fields()[first].table, fields()[second].table]
    if any(joins.path(base, "order_id") is None for base in bases):
        bases = ["order_items" if base in ("products", "sellers") else base for base in bases]
    if any(joins.path(base, "order_id") is None for base in bases):
        raise joins.Unreachable(f"{first} and {second} do not belong to the same rows in these data")
    behind = [n for n in (*(k.field for k in plan.by), *(c.field for c in plan.where)) if _other_side(bases, n)]
    keys = tuple(key for key in plan.by if key.field in behind)
    left = FrameSpec(
        bases[0],
        tuple(key for key in plan.by if key not in keys),
        (first,),
        tuple(c for c in plan.where if c.field not in behind),
        plan.periods,
        plan.time,
    )
    right = FrameSpec(bases[1], keys, (second,), tuple(c for c in plan.where if c.field in behind))
    left_name, right_name = write_frame(script, left), write_frame(script, right)
    columns = _list(["order_id", second, *(key.name for key in keys)])
    script.add(f'both = {left_name}.merge({right_name}[{columns}], on="order_id")')
    return "both"


def _other_side(bases: Sequence[str], name: str) -> bool:
    """Whether the second of two children of an order says `name`, and not the first."""
    return joins.reaches(bases[0], name) == "bridge" and joins.reaches(bases[1], name) == "lookup"


def _listing(script: Script, plan: Plan) -> None:
    """Show rows of a table: its key, the fields that the conditions speak of, and the one it is sorted by."""
    table = plan.listing or ""
    shown = [m.field for m in plan.measures if m.field != "*"]
    hidden = [h.key for h in plan.having if joins.reaches(table, h.key) == "lookup"]
    spec = FrameSpec(table, plan.by, (*shown, *hidden), plan.where, plan.periods, plan.time)
    frame = _having_filter(script, plan, spec, write_frame(script, spec))
    conditions = [c.field for c in plan.where if joins.reaches(table, c.field) == "lookup" and _column_like(c.field)]
    columns = [*tables()[table].key, *(key.name for key in plan.by), *shown, *conditions]
    if plan.is_lookup:
        columns = list(dict.fromkeys((*tables()[table].columns, *(key.name for key in plan.by))))
    if plan.periods:
        columns.append(joins.needed("time", table, plan.time)[0])
    script.add(f"result = {frame}[{_list(columns)}]")
    if shown:
        script.add(f'result = result.sort_values("{shown[0]}", ascending={plan.order == "asc"}, kind="stable")')
    if plan.limit:
        script.add(f"result = result.head({script.param('k', plan.limit)})")
    script.add("return result.reset_index(drop=True)")


def _column_like(name: str) -> bool:
    return name in fields() and fields()[name].pandas is None


# ------------------------------------------------------------------------------------------------- the function


def _function(script: Script, name: str, plan: Plan) -> str:
    from crm_copilot.library.describe import describe

    params = [*script.needs, *(f"{key}={value!r}" for key, value in script.params.items())]
    head = [*script.imports, *(f"{key} = {value}" for key, value in script.constants.items())]
    body = "\n".join(f"    {line}" for line in script.lines)
    doc = re.sub(r'[\\"]', "", describe(plan))
    lead = "\n\n".join(head) + "\n\n\n" if head else ""
    return f'{lead}def {name}({", ".join(params)}):\n    """{doc}"""\n{body}\n'


def _quoted(names: Sequence[str]) -> str:
    return f'"{names[0]}"' if len(names) == 1 else _list(names)


def _list(names: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in dict.fromkeys(names)) + "]"
