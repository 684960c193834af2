"""Measures taken apart into single aggregations, and put together again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crm_copilot.catalog import fields, tables
from crm_copilot.library import joins
from crm_copilot.library.combining import limits_of
from crm_copilot.library.plan import Agg, Condition, Measure, Plan


@dataclass(frozen=True, slots=True)
class Atom:
    """One aggregation: `agg` of `field` over rows of `base`, only those of `part` when there are any.

    `whole` atoms ignore the conditions on groups: they are what a share of groups is a share of.
    """

    name: str
    base: str
    agg: Agg
    field: str
    where: tuple[Condition, ...]
    part: tuple[Condition, ...] = ()
    whole: bool = False

    @property
    def call(self) -> str:
        """The aggregation as a call on a column."""
        return f"quantile({int(self.agg[1:]) / 100})" if self.agg.startswith("p") else f"{self.agg}()"


def is_share_of_groups(plan: Plan) -> bool:
    """Whether the plan's measure is the percentage that some groups make up."""
    return any(having.part for having in plan.having)


def atoms_of(measure: Measure, plan: Plan) -> list[Atom]:
    """Return the aggregations that a measure is made of."""
    if measure.minus:
        return [*atoms_of(measure.whole, plan), *atoms_of(measure.minus, plan)]
    base, where, own = _base_of(measure, plan), (*plan.where, *measure.where), _own_name(measure)
    shared = is_share_of_groups(plan)
    if measure.part or shared:
        return [
            Atom(f"{own}_all", base, measure.agg, measure.field, where, whole=shared),
            Atom(f"{own}_part", base, measure.agg, measure.field, where, measure.part),
        ]
    atoms = [Atom(own, base, measure.agg, measure.field, where)]
    return atoms + atoms_of(measure.divisor, plan) if measure.divisor else atoms


def by_rows(atoms: Sequence[Atom]) -> Iterator[list[Atom]]:
    """Yield the atoms that share their rows together."""
    for rows in dict.fromkeys((atom.base, atom.where) for atom in atoms):
        yield [atom for atom in atoms if (atom.base, atom.where) == rows]


def formula(measure: Measure, value: str, shared: bool = False, *, guarded: bool = False) -> str:
    """Return the expression of the measure over its atoms; `value` has a place for the atom's name.

    Single numbers are `guarded`: Python's own integers, unlike a column, cannot be divided by 0.
    """
    if measure.minus:
        one, other = (formula(m, value, shared, guarded=guarded) for m in (measure.whole, measure.minus))
        return f"{one} - {other}"
    own = _own_name(measure)
    if measure.part or shared:
        above, below, percent = value.format(own + "_part"), value.format(own + "_all"), " * 100"
    elif measure.divisor:
        above, below = value.format(own), formula(measure.divisor, value, guarded=guarded)
        percent = " * 100" if measure.percent else ""
    else:
        return value.format(own)
    ratio = f"{above} / {below}{percent}"
    return f'({ratio} if {below} else float("nan"))' if guarded else ratio


def _own_name(measure: Measure) -> str:
    """Return the name of the measure's own atom; no variable may hide a table."""
    name = measure.name
    if measure.divisor and not measure.part:
        name = f"total_{measure.field}" if measure.agg == "sum" else measure.field if measure.field != "*" else "number"
        own = limits_of(measure)
        name = f"{name}_{own}" if own else f"{name}_above" if name == measure.divisor.name else name
    return f"n_{name}" if name in tables() else name


# ------------------------------------------------------------------------------------- whose rows are aggregated


def _base_of(measure: Measure, plan: Plan) -> str:
    """Return the table whose rows the measure aggregates: the first that comes to all that the plan names."""
    wanted, either = _wanted(measure, plan), _alternatives(measure, plan)
    best: tuple[int, str] | None = None
    for rank, base in enumerate((measure.table, *measure.via)):
        how = [joins.reaches(base, name, plan.time) for name in wanted]
        cost = rank + 10 * how.count("bridge")
        tied = "no" not in (*how, *(joins.reaches(base, name, plan.time) for name in either))
        if tied and (best is None or cost < best[0]):
            best = (cost, base)
    if best is None:
        raise joins.Unreachable(_not_tied(measure, [*wanted, *either], plan))
    return best[1]


def _wanted(measure: Measure, plan: Plan) -> list[str]:
    """Return what the rows of the measure must be tied to, each once."""
    tests = (*plan.where, *measure.where, *measure.part)
    wanted = [key.field for key in plan.by] + [test.field for test in tests if not test.others]
    if plan.periods or any(key.field in ("time", "period") for key in plan.by):
        wanted.append("time")
    if measure.field != "*":
        wanted.append(measure.field)
    wanted += [having.key for having in plan.having if having.key in fields()]
    return list(dict.fromkeys(wanted))


def _alternatives(measure: Measure, plan: Plan) -> list[str]:
    """Return what the rows may be tied to: a row without an item may meet the other one of two conditions."""
    tests = (*plan.where, *measure.where, *measure.part)
    return [one.field for test in tests if test.others for one in test.each]


def _not_tied(measure: Measure, wanted: Sequence[str], plan: Plan) -> str:
    missing = [name for name in wanted if joins.reaches(measure.table, name, plan.time) == "no"]
    labels = [fields()[n].label["en"] if n in fields() else "dates" if n == "time" else n for n in missing]
    return f"{tables()[measure.table].row}s are not tied to {' and '.join(labels) or 'that'} in these data"
