"""A plan: what is computed, without saying how. The common tongue of the understanding and the library.

A question becomes a plan, a plan becomes code (`render/`), words (`describe.py`) and, where examples are
made and checked, SQL. Plans are plain values: equal plans compute the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from crm_copilot.catalog import Entity, Metric, entities, fields, metrics
from crm_copilot.domain import Period
from crm_copilot.library.combining import apart

Agg = Literal["count", "nunique", "sum", "mean", "median", "min", "max", "std", "p25", "p75", "p90", "p95", "p99"]
Op = Literal["is", "is not", "==", "!=", "in", "not in", ">", ">=", "<", "<=", "between", "contains", "missing"]
Grain = Literal[
    "day", "week", "month", "quarter", "semester", "year", "weekday", "hour", "month of year", "daypart", "day of month"
]
Transform = Literal[
    "share",
    "growth",
    "yoy",
    "cumulative",
    "top share",
    "reach",
    "reach share",
    "reach list",
    "compound",
    "cumulative share",
    "rank",
    "number",
]
Bar = Literal["mean", "median", "overall"]
"""What a group is held against in place of a number: its peers, or the same measure of all rows together."""
Rank = Literal["top", "bottom"]
"""How a group stands among the others: one of the highest, or one of the lowest."""
EACH = "each"
"""The key of a condition on the rows of the answer itself, whatever they are grouped by."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Rows to keep: a predicate that `is` or `is not`, or a field compared with a value.

    With `others` a row that meets any one of them is kept too: late or cancelled.
    """

    field: str
    op: Op = "is"
    value: Any = True
    others: tuple[Condition, ...] = ()

    @property
    def each(self) -> tuple[Condition, ...]:
        """The conditions of which one is enough."""
        return (replace(self, others=()), *self.others) if self.others else (self,)


@dataclass(frozen=True, slots=True)
class By:
    """A group key: a field, or `time` at a grain, or `period` (one group for each of the plan's periods).

    `bins` are the inner edges that turn a quantity into bands, `closed` the side on which an edge belongs to
    the band; `only` puts all other values of the field together as "other".
    """

    field: str
    grain: Grain | None = None
    bins: tuple[float, ...] = ()
    closed: Literal["left", "right"] = "left"
    only: tuple[Any, ...] = ()

    @property
    def name(self) -> str:
        """The column that the key becomes in the result."""
        if self.field == "time" and self.grain:
            return self.grain.replace(" ", "_")
        return f"{self.field}_band" if self.bins else self.field

    @property
    def is_time(self) -> bool:
        """Whether the groups follow each other in time."""
        return self.field == "period" or (self.field == "time" and self.grain is not None)


@dataclass(frozen=True, slots=True)
class Measure:
    """A number for each group: `agg` of `field` over the rows of `table` that satisfy `where`.

    With `part` it is the percentage of it that also satisfies `part`; with `divisor` a ratio; with `minus` what
    it is more than that. `field` "*" counts rows. `via` are further tables on which it can be computed.
    """

    name: str
    table: str
    agg: Agg
    field: str = "*"
    where: tuple[Condition, ...] = ()
    part: tuple[Condition, ...] = ()
    divisor: Measure | None = None
    percent: bool = False
    unit: str | None = None
    via: tuple[str, ...] = ()
    metric: str | None = None
    entity: str | None = None
    minus: Measure | None = None

    @property
    def whole(self) -> Measure:
        """The measure before `minus` is taken away from it."""
        return replace(self, name=self.name.partition("_minus_")[0], minus=None) if self.minus else self

    @property
    def above(self) -> Measure:
        """What a ratio without a name of its own divides, by the name it had before."""
        plain = replace(self, divisor=None, percent=False, unit=None)
        for name in sorted(metrics(), key=len, reverse=True):
            metric = metrics()[name]
            same = (metric.agg, metric.field or "*") == (self.agg, self.field) and not metric.ratio
            if same and self.name.startswith(f"{name}_"):
                return replace(plain, name=name, metric=name)
        return plain

    @property
    def is_percent(self) -> bool:
        """Whether the number is a percentage, 0 to 100."""
        return bool(self.part) or self.percent or self.unit == "percent"

    @property
    def column(self) -> str:
        """The column of the result."""
        return f"{self.name}_pct" if self.is_percent and not self.name.endswith("_pct") else self.name


@dataclass(frozen=True, slots=True)
class Having:
    """Keep only the groups of `key` whose measure compares with `value` as asked, or `without` those.

    The value is a number, two, or a `Bar`: the mean or median of the groups, or the measure of all rows. With a `Rank`
    it is how many groups are kept, the first by name where some are equal.
    With `part` nothing is dropped: the plan's measure becomes the percentage that those groups make up.
    With `period` the groups are measured in it, whatever periods the plan is about.
    """

    key: str
    measure: Measure
    op: Op | Rank
    value: float | tuple[float, float] | Bar
    part: bool = False
    period: Period | None = None
    without: bool = False


@dataclass(frozen=True, slots=True)
class Special:
    """A function of `library.special` and the values of its own parameters."""

    name: str
    params: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is computed for one question.

    `time` names another moment than the table's usual one (a column, or a field of kind "moment").
    `reduce` sums the finished table up again over its last key (the mean of the months, say);
    `within` makes `limit` count inside each group of that key; `listing` shows rows of that entity
    in place of an aggregation; `correlate` are the two quantities of a correlation;
    `absolute` ranks growth by the increase itself and not in percent; `percent` belongs to "top share"
    (the share of the top so many percent) and to "reach" (how many make up so many percent); `show` are
    the rows of the finished table that are wanted, such as the one whose "rank" is asked for.
    """

    measures: tuple[Measure, ...] = ()
    by: tuple[By, ...] = ()
    where: tuple[Condition, ...] = ()
    periods: tuple[Period, ...] = ()
    time: str | None = None
    having: tuple[Having, ...] = ()
    order: Literal["asc", "desc"] | None = None
    limit: int | None = None
    within: By | None = None
    transform: Transform | None = None
    reduce: Agg | None = None
    listing: str | None = None
    correlate: tuple[str, str] | None = None
    special: Special | None = None
    absolute: bool = False
    percent: float | None = None
    show: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        """Give measures that differ only in their conditions columns of their own."""
        columns = [measure.column for measure in self.measures]
        if len(set(columns)) < len(columns):
            object.__setattr__(self, "measures", apart(self.measures))

    @property
    def is_lookup(self) -> bool:
        """Whether it shows the rows of one thing whose id is given, with all their columns."""
        return self.listing is not None and any(c.field == "order_id" and c.op == "==" for c in self.where)

    def but(self, **changes: Any) -> Plan:
        """Return the plan with these parts changed."""
        return replace(self, **changes)

    def conditions(self) -> Iterator[Condition]:
        """Yield every condition on rows, those of the measures too."""
        for condition in (*self.where, *(c for measure in self.measures for c in (*measure.where, *measure.part))):
            yield from condition.each


def by_time(grain: str) -> By:
    """Return the key of a grain of time."""
    return By("time", cast(Grain, grain))


ROW_KEYS = frozenset({"item", "payment", "review", "transaction"})


def count_of(entity: str, *, where: tuple[Condition, ...] = (), part: tuple[Condition, ...] = ()) -> Measure:
    """Return the measure that counts the things of `entity`."""
    thing: Entity = entities()[entity]
    rows = thing.key in ROW_KEYS
    return Measure(
        name=f"{entity}s" if not entity.endswith("y") else f"{entity[:-1]}ies",
        table=thing.table,
        agg="count" if rows else "nunique",
        field="*" if rows else thing.key,
        where=where,
        part=part,
        unit="count",
        via=thing.via,
        entity=entity,
    )


def measure_of(metric: str) -> Measure:
    """Return the measure of a named metric (or of an entity, counted, or of a quantity, by its usual aggregation).

    Raises KeyError when nothing has that name.
    """
    if metric in metrics():
        return _of_metric(metrics()[metric])
    if metric in entities():
        return count_of(metric)
    return aggregate_of(metric)


def aggregate_of(field: str, agg: Agg | None = None) -> Measure:
    """Return the measure that aggregates a quantity, by its usual aggregation unless `agg` is given."""
    quantity = fields()[field]
    how = agg or cast(Agg, quantity.agg)
    via = {"products": ("order_items",), "sellers": ("order_items",), "customers": ("orders",)}.get(quantity.table, ())
    unit = "count" if how in ("count", "nunique") else quantity.unit
    return Measure(f"{AGG_NAMES[how]}_{field}", quantity.table, how, field, unit=unit, via=via)


def distinct_of(dimension: str) -> Measure:
    """Return the measure that counts the different values of a dimension."""
    for entity in entities().values():
        if entity.key == dimension:
            return count_of(entity.name)
    table = fields()[dimension].table
    via = {"sellers": ("order_items",), "customers": ("orders", "order_items"), "products": ("order_items",)}
    return Measure(f"different_{dimension}", table, "nunique", dimension, unit="count", via=via.get(table, ()))


AGG_NAMES = {
    "sum": "total", "mean": "average", "median": "median", "min": "minimum", "max": "maximum", "std": "std",
    "count": "number", "nunique": "different", "p25": "p25", "p75": "p75", "p90": "p90", "p95": "p95", "p99": "p99",
}  # fmt: skip


def _of_metric(metric: Metric) -> Measure:
    where = tuple(Condition(name) for name in metric.where)
    part = tuple(Condition(name) for name in metric.part)
    if metric.share_of:
        return replace(count_of(metric.share_of, where=where, part=part), name=metric.name, metric=metric.name)
    if metric.ratio:
        above, below = (measure_of(name) for name in metric.ratio)
        return replace(
            above, name=metric.name, divisor=below, percent=metric.percent, unit=metric.unit, metric=metric.name
        )
    table = metric.table or fields()[metric.field or ""].table
    return Measure(
        metric.name,
        table,
        cast(Agg, metric.agg),
        metric.field or "*",
        where,
        part,
        unit=metric.unit,
        metric=metric.name,
    )
