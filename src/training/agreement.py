"""Two computations of one plan compared: what the library writes, in pandas, and the plan's query, in DuckDB.

They share the catalog and nothing else, so what they agree on is what the plan means.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crm_copilot.catalog import fields, tables
from crm_copilot.data import Dataset
from crm_copilot.library.plan import Plan
from crm_copilot.library.render import render
from training.plan_sql import to_sql

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass
class Company:
    """Data to compute on, in both forms, and the plans that were compared on them."""

    data: Dataset
    frames: dict[str, pd.DataFrame]
    connection: DuckDBPyConnection
    compared: set[Plan] = field(default_factory=set)

    def by_pandas(self, plan: Plan) -> pd.DataFrame:
        """Run what the library ships for the plan."""
        names: dict[str, Any] = {}
        exec(render(plan), names)
        answer = names["answer"]
        given = {name: self.frames[name] for name in inspect.signature(answer).parameters if name in self.frames}
        return _table(answer(**given))

    def by_sql(self, plan: Plan) -> pd.DataFrame:
        """Run the plan's query."""
        return self.connection.execute(to_sql(plan)).df()

    def has(self, plan: Plan) -> bool:
        """Whether the data have the tables of the plan, of which some are optional."""
        return all(table in self.frames for table in _tables_of(plan))


def _tables_of(plan: Plan) -> set[str]:
    named = {measure.table for measure in plan.measures} | ({plan.listing} if plan.listing else set())
    return named | {fields()[name].table for name in plan.correlate or ()}


def _table(result: Any) -> pd.DataFrame:
    if isinstance(result, pd.DataFrame):
        return result
    return pd.DataFrame({"value": [result]})


def difference(plan: Plan, company: Company) -> str | None:
    """Say how the two results differ, or return None."""
    found, expected = _once(company.by_pandas(plan)), company.by_sql(plan)
    if list(found.columns) == ["value"] and expected.shape[1] == 1:
        found.columns = expected.columns
    if list(found.columns) != list(expected.columns):
        return f"columns {list(found.columns)}, expected {list(expected.columns)}"
    if plan.limit is not None:
        return _cut_difference(plan, company, found, expected)
    return _same_rows(found, expected, plan)


def _once(table: pd.DataFrame) -> pd.DataFrame:
    """Take away the columns that say others once more in another unit, when they do."""
    for unit, factor in (("_days", 24), ("_kg", 1000)):
        for name in [name for name in table.columns if name.removesuffix(unit) in set(table.columns) - {name}]:
            if np.allclose(table[name] * factor, table[name.removesuffix(unit)], equal_nan=True):
                table = table.drop(columns=name)
    return table


def _cut_difference(plan: Plan, company: Company, found: pd.DataFrame, expected: pd.DataFrame) -> str | None:
    """Compare what was cut: each row is one of all, and the ranks are those of the expected rows."""
    if len(found) != len(expected):
        return f"{len(found)} rows, expected {len(expected)}"
    keys = keys_of(plan, found.columns)
    problem = _same_rows(found, expected, plan)
    if keys and problem:
        problem = _not_among_all(plan, company, found, keys)
    if problem or not keys or not plan.order:
        return problem
    rank = ranked_by(plan, found.columns)
    groups = [plan.within.name] if plan.within else []
    return _same_values(rank, _rank_values(found, rank, groups), _rank_values(expected, rank, groups))


def _not_among_all(plan: Plan, company: Company, found: pd.DataFrame, keys: Sequence[str]) -> str | None:
    every = company.by_sql(plan.but(limit=None))
    places = {text: number for number, text in enumerate(_texts(every, keys))}
    missing = [text for text in _texts(found, keys) if text not in places]
    if missing:
        return f"rows that are none of all: {missing[:3]}"
    return _same_rows(found, every.iloc[[places[text] for text in _texts(found, keys)]].reset_index(drop=True), plan)


def ranked_by(plan: Plan, columns: Collection[str]) -> str:
    """Return the column that a plan's order is about."""
    if plan.listing:
        return plan.measures[0].field if plan.measures else plan.time or tables()[plan.listing].time or ""
    if "growth_pct" in columns:
        return "increase" if plan.absolute and "increase" in columns else "growth_pct"
    return plan.measures[0].column


def _rank_values(table: pd.DataFrame, rank: str, groups: list[str]) -> pd.Series:
    if not groups:
        return table[rank]
    order = table.assign(_group=table[groups[0]].astype(str)).sort_values(["_group", rank], kind="stable")
    return order[rank].reset_index(drop=True)


def _same_rows(found: pd.DataFrame, expected: pd.DataFrame, plan: Plan) -> str | None:
    if len(found) != len(expected):
        return f"{len(found)} rows, expected {len(expected)}: {_only(found, expected, plan)}"
    keys = keys_of(plan, found.columns)
    found, expected = _sorted(found, keys), _sorted(expected, keys)
    if keys and _texts(found, keys) != _texts(expected, keys):
        return f"keys differ: {_only(found, expected, plan)}"
    for column in found.columns:
        if column not in keys and (problem := _same_values(column, _values(found, column), _values(expected, column))):
            return problem
    return None


def _only(found: pd.DataFrame, expected: pd.DataFrame, plan: Plan) -> str:
    keys = keys_of(plan, found.columns)
    if not keys:
        return ""
    ours, theirs = set(_texts(found, keys)), set(_texts(expected, keys))
    return f"only found {sorted(ours - theirs)[:3]}, only expected {sorted(theirs - ours)[:3]}"


def keys_of(plan: Plan, columns: Collection[str]) -> list[str]:
    """Return the columns that say which row it is."""
    if plan.listing:
        return list(tables()[plan.listing].key)
    return [key.name for key in plan.by if key.name in columns]


def _texts(table: pd.DataFrame, keys: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(*(table[key].map(_text) for key in keys), strict=True))


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _sorted(table: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    if not keys:
        return table
    order = sorted(range(len(table)), key=_texts(table, keys).__getitem__)
    return table.iloc[order].reset_index(drop=True)


def _values(table: pd.DataFrame, column: str) -> pd.Series:
    """Return a column's values; running shares in order, since groups of one size may stand either way."""
    return table[column].sort_values(ignore_index=True) if column == "cumulative_pct" else table[column]


def _same_values(column: str, found: pd.Series, expected: pd.Series) -> str | None:
    if not pd.api.types.is_numeric_dtype(expected.dtype):
        pairs = [(a, b) for a, b in zip(found, expected, strict=True) if not (pd.isna(a) and pd.isna(b))]
        unequal = [(a, b) for a, b in pairs if str(a) != str(b)]
        return f"{column}: {unequal[0][0]!r}, expected {unequal[0][1]!r}" if unequal else None
    ours = pd.to_numeric(found).to_numpy(dtype=float, na_value=np.nan)
    theirs = pd.to_numeric(expected).to_numpy(dtype=float, na_value=np.nan)
    wrong = ~np.isclose(ours, theirs, rtol=1e-6, atol=1e-7, equal_nan=True)
    if not wrong.any():
        return None
    first = int(np.flatnonzero(wrong)[0])
    return f"{column}: {wrong.sum()} of {len(wrong)} differ, the first {ours[first]!r}, expected {theirs[first]!r}"
