"""The last lines of a function: from the aggregated table to what was asked (order, top, share, growth ...)."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.library.frames import Script
from crm_copilot.library.grains import GRAINS
from crm_copilot.library.plan import By, Measure, Plan

_ORDERED = {
    "day", "week", "month", "quarter", "semester", "year", "weekday", "hour", "month of year", "daypart", "day of month",
}  # fmt: skip
# Grains whose labels begin with the year, so that the one of the year before has a name.
_LABELLED = {"day", "month", "quarter", "semester"}
_CYCLES = {"weekday", "hour", "month of year", "daypart", "day of month"}
_NO_GROWTH = '.replace([float("inf"), float("-inf")], float("nan"))'  # nothing can be said of a growth from 0


def needs_more(plan: Plan) -> bool:
    """Whether rows outside the periods count: for the change on the stretch of time before them.

    Several periods are compared with each other, except year on year.
    """
    along = any(key.field == "time" and key.grain not in _CYCLES for key in plan.by)
    changes = plan.transform == "yoy" or (plan.transform == "growth" and len(plan.periods) == 1)
    return bool(plan.periods) and along and changes


def finish_scalar(script: Script, plan: Plan, values: Sequence[str]) -> None:
    """Return the one number, or one row when there are several; hours also in days, grams in kilograms."""
    if len(values) == 1 and plan.measures[0].unit not in _ALSO:
        script.add(f"return {values[0]}")
        return
    columns = dict(zip([m.column for m in plan.measures], values, strict=True))
    for measure in plan.measures:
        if measure.unit in _ALSO:
            other, factor = _ALSO[measure.unit]
            columns[f"{measure.column}_{other}"] = f"({columns[measure.column]}) / {factor}"
    script.imports["import pandas as pd"] = None
    cells = ", ".join(f'"{column}": [{value}]' for column, value in columns.items())
    script.add(f"return pd.DataFrame({{{cells}}})")


def finish_table(script: Script, plan: Plan, result: str, keys: Sequence[str], columns: Sequence[str]) -> None:
    """Add shares or growth, sort, cut, reduce, and return the table."""
    shown = [*keys, *columns]
    if plan.reduce:
        _reduce(script, plan, result, keys, columns[0])
        return
    if plan.transform in ("top share", "reach", "reach share", "reach list", "compound"):
        _concentration(script, plan, result, keys, columns[0])
        return
    if plan.transform == "growth" and any(key.field == "period" for key in plan.by):
        _between_periods(script, plan, result, keys, columns[0])
        return
    shown += _transform(script, plan, result, keys, columns)
    shown += _also(script, plan, result)
    _sort(script, plan, result, keys, shown)
    if plan.limit:
        k = script.param("k", plan.limit)
        inside = f'.groupby("{plan.within.name}", observed=True)' if plan.within else ""
        script.add(f"{result} = {result}{inside}.head({k})")
    picked = ", ".join(f'"{name}"' for name in dict.fromkeys(shown))
    script.add(f"return {result}[[{picked}]].reset_index(drop=True)")


def _concentration(script: Script, plan: Plan, result: str, keys: Sequence[str], column: str) -> None:
    """Say how much the top makes up, how many make up so much, or the compound growth over the periods."""
    if plan.transform == "compound":
        script.add(f"{result} = {result}.sort_values({_names(keys)})")
        script.add(f'values = {result}["{column}"]')
        script.add("return ((values.iloc[-1] / values.iloc[0]) ** (1 / (len(values) - 1)) - 1) * 100")
        return
    script.add(f'{result} = {result}.sort_values(["{column}", "{keys[0]}"], ascending=[False, True])')
    if plan.transform == "top share":
        top = f"len({result}) * {plan.percent:g} // 100" if plan.percent else script.param("k", plan.limit or 10)
        script.add(f"top = {result}.head(int({top}))")
        script.add(f'return top["{column}"].sum() / {result}["{column}"].sum() * 100')
        return
    percent = script.param("percent", plan.percent or 80)
    script.add(f'share = {result}["{column}"].cumsum() / {result}["{column}"].sum() * 100')
    if plan.transform == "reach":
        script.add(f"return int((share < {percent}).sum()) + 1")
        return
    if plan.transform == "reach share":
        script.add(f"return (int((share < {percent}).sum()) + 1) / len({result}) * 100")
        return
    script.add(f'{result}["cumulative_pct"] = share')
    script.add(f"{result} = {result}[{_names([*keys, column, 'cumulative_pct'])}]")
    script.add(f"return {result}[share.shift(fill_value=0) < {percent}].reset_index(drop=True)")


# Units that are shown in a second one beside: the unit, the other, and how many make one of it.
_ALSO = {"hours": ("days", 24), "g": ("kg", 1000)}


def _also(script: Script, plan: Plan, result: str) -> list[str]:
    added = []
    for measure in plan.measures:
        if measure.unit in _ALSO:
            other, factor = _ALSO[measure.unit]
            script.add(f'{result}["{measure.column}_{other}"] = {result}["{measure.column}"] / {factor}')
            added.append(f"{measure.column}_{other}")
    return added


def _reduce(script: Script, plan: Plan, result: str, keys: Sequence[str], column: str) -> None:
    """Sum the table up again over its last key."""
    how = plan.reduce or "mean"
    call = f"quantile({int(how[1:]) / 100})" if how[0] == "p" else {"count": "count()"}.get(how, f"{how}()")
    if len(keys) == 1:
        script.add(f'return {result}["{column}"].{call}')
        return
    group = ", ".join(f'"{key}"' for key in keys[:-1])
    script.add(f'{result} = {result}.groupby([{group}], as_index=False, observed=True)["{column}"].{call}')
    if plan.order or not _is_time(plan.by[0]):
        script.add(f'{result} = {result}.sort_values("{column}", ascending={plan.order == "asc"})')
    if plan.limit:
        script.add(f"{result} = {result}.head({script.param('k', plan.limit)})")
    script.add(f"return {result}.reset_index(drop=True)")


def _transform(script: Script, plan: Plan, result: str, keys: Sequence[str], columns: Sequence[str]) -> list[str]:
    column = columns[0]
    if plan.transform == "share":
        total = f'{result}["{column}"].sum()'
        timed = [key.name for key in plan.by if _is_time(key)]
        if plan.within or (len(keys) > 1 and timed):
            inner = plan.within.name if plan.within else timed[0]
            total = f'{result}.groupby("{inner}", observed=True)["{column}"].transform("sum")'
        script.add(f'{result}["share_pct"] = {result}["{column}"] / {total} * 100')
        return ["share_pct"]
    if plan.transform == "cumulative share":
        script.add(f'{result} = {result}.sort_values(["{column}", "{keys[0]}"], ascending=[False, True])')
        script.add(f'{result}["cumulative_pct"] = {result}["{column}"].cumsum() / {result}["{column}"].sum() * 100')
        return ["cumulative_pct"]
    if plan.transform == "cumulative":
        script.add(f"{result} = {result}.sort_values({_names(keys)})")
        others = [key.name for key in plan.by if not _is_time(key)]
        source = f'{result}.groupby({_names(others)}, observed=True)["{column}"]' if others else f'{result}["{column}"]'
        script.add(f'{result}["cumulative_{column}"] = {source}.cumsum()')
        return [f"cumulative_{column}"]
    if plan.transform in ("growth", "yoy"):
        return _growth(script, plan, result, keys, column)
    return []


def _growth(script: Script, plan: Plan, result: str, keys: Sequence[str], column: str) -> list[str]:
    """Add the change against the row before (the same month of the year before for `yoy`), in percent."""
    time = next((key for key in plan.by if key.field in ("time", "period")), plan.by[0])
    others = [key for key in keys if key != time.name]
    added = ["growth_pct"]
    script.add(f"{result} = {result}.sort_values({_names([*others, time.name])})")
    series = f'{result}.groupby({_names(others)}, observed=True)["{column}"]' if others else f'{result}["{column}"]'
    if plan.transform == "yoy" and time.grain == "year":
        years = series.replace(f'["{column}"]', '["year"]')
        script.add(f"gap = {years}.diff()")
        script.add(f'{result}["growth_pct"] = ({series}.pct_change() * 100).where(gap == 1){_NO_GROWTH}')
    elif plan.transform == "yoy" and time.grain in _LABELLED:
        _year_before(script, result, time, others, column)
        base = f'{result}["{column}_year_before"]'
        script.add(f'{result}["growth_pct"] = (({result}["{column}"] / {base} - 1) * 100){_NO_GROWTH}')
        added = [f"{column}_year_before", "growth_pct"]
    else:
        script.add(f'{result}["growth_pct"] = ({series}.pct_change() * 100){_NO_GROWTH}')
    if plan.absolute:
        script.add(f'{result}["increase"] = {series}.diff()')
        added.insert(0, "increase")
    if needs_more(plan):
        _cut_period(script, plan, result, time)
    return added


def _between_periods(script: Script, plan: Plan, result: str, keys: Sequence[str], column: str) -> None:
    """Put the periods side by side, and the change from the first to the last beside them."""
    others = [key for key in keys if key != "period"]
    labels = [period.label for period in sorted(plan.periods, key=lambda p: p.start)]
    first, last = labels[0], labels[-1]
    if others:
        script.add(
            f'{result} = {result}.pivot_table(index={_names(others)}, columns="period", values="{column}", observed=True)'
        )
        filled = ".fillna(0)" if _additive(plan.measures[0]) else ""
        script.add(f"{result} = {result}.reindex(columns={labels!r}){filled}.reset_index()")
    else:
        script.add(
            f'{result} = {result}.set_index("period")[["{column}"]].reindex({labels!r}).T.reset_index(drop=True)'
        )
    script.add(f'{result}["increase"] = {result}["{last}"] - {result}["{first}"]')
    script.add(f'{result}["growth_pct"] = (({result}["{last}"] / {result}["{first}"] - 1) * 100){_NO_GROWTH}')
    if others:
        by = "increase" if plan.absolute else "growth_pct"
        script.add(f'{result} = {result}[{result}["{first}"] > 0]') if by == "growth_pct" else None
        script.add(f'{result} = {result}.sort_values(["{by}", "{others[0]}"], ascending=[{plan.order == "asc"}, True])')
        if plan.limit:
            script.add(f"{result} = {result}.head({script.param('k', plan.limit)})")
    shown = _names([*others, *labels, "increase", "growth_pct"])
    script.add(f"return {result}[{shown}].reset_index(drop=True)")


def _year_before(script: Script, result: str, time: By, others: Sequence[str], column: str) -> None:
    """Look each row up one year earlier by its label: rows may be missing, so counting rows back would err."""
    script.add(f"earlier = {result}.copy()")
    script.add(
        f'earlier["{time.name}"] = (earlier["{time.name}"].str[:4].astype(int) + 1).astype(str)'
        f' + earlier["{time.name}"].str[4:]'
    )
    script.add(f'earlier = earlier.rename(columns={{"{column}": "{column}_year_before"}})')
    picked = _names([*others, time.name, f"{column}_year_before"])
    script.add(f'{result} = {result}.merge(earlier[{picked}], on={_names([*others, time.name])}, how="left")')


def _cut_period(script: Script, plan: Plan, result: str, time: By) -> None:
    """Keep the labels with a day in the periods only now, since the first growth needs the row before it."""
    script.imports["import pandas as pd"] = None
    spans = [f'pd.Series(pd.date_range("{p.start}", "{p.end}", inclusive="left"))' for p in plan.periods]
    script.add(f"days = {spans[0]}" if len(spans) == 1 else f"days = pd.concat([{', '.join(spans)}])")
    labels = GRAINS[time.grain or "month"].format(t="days")
    script.add(f'{result} = {result}[{result}["{time.name}"].isin({labels})]')


def _additive(measure: Measure) -> bool:
    return measure.agg in ("sum", "count", "nunique") and not measure.part and measure.divisor is None


def _is_time(key: By) -> bool:
    return key.field == "period" or (key.field == "time" and key.grain in _ORDERED)


def _sort(script: Script, plan: Plan, result: str, keys: Sequence[str], shown: Sequence[str]) -> None:
    column = _order_column(plan, shown)
    ascending = plan.order == "asc"
    timed = [key.name for key in plan.by if _is_time(key)]
    if plan.within:
        inner = plan.within.name
        rest = [key for key in keys if key != inner]
        names, ways = [inner, column, *rest], [True, ascending, *([True] * len(rest))]
    elif plan.order or (not timed and not _numeric_key(plan)):
        names, ways = [column, *keys], [ascending, *([True] * len(keys))]
    elif timed and len(keys) > 1:
        rest = [key for key in keys if key not in timed]
        names, ways = [*timed, column, *rest], [*([True] * len(timed)), False, *([True] * len(rest))]
    else:
        names, ways = list(keys), [True] * len(keys)
    script.add(f"{result} = {result}.sort_values({_names(names)}, ascending={ways})")


def _order_column(plan: Plan, shown: Sequence[str]) -> str:
    if plan.transform in ("growth", "yoy"):
        return "increase" if plan.absolute else "growth_pct"
    return plan.measures[0].column if plan.measures else shown[-1]


def _numeric_key(plan: Plan) -> bool:
    """Whether the only key is a number such as a score or a count, which reads best in its own order."""
    from crm_copilot.catalog import fields

    key = plan.by[0]
    return len(plan.by) == 1 and not key.bins and key.field in fields() and fields()[key.field].kind == "quantity"


def _names(names: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in dict.fromkeys(names)) + "]"
