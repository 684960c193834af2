"""Names that analysts use without importing them, bound only when a program uses one that it does not define."""

# ruff: noqa: SIM905
from __future__ import annotations

import ast
import importlib
from typing import Any

MODULES = {
    "pd": "pandas", "np": "numpy", "plt": "matplotlib.pyplot", "mpl": "matplotlib", "sm": "statsmodels.api",
    "smf": "statsmodels.formula.api", "stats": "scipy.stats", "dt": "datetime",
    "mdates": "matplotlib.dates", "mticker": "matplotlib.ticker",
    **{name: name for name in "pandas numpy scipy sklearn matplotlib statsmodels math cmath statistics calendar "
       "itertools functools collections operator re json random string textwrap decimal fractions time "
       "warnings".split()},
}  # fmt: skip
MEMBERS = {
    **dict.fromkeys(("datetime", "timedelta", "date", "timezone"), "datetime"),
    **dict.fromkeys(("Counter", "defaultdict", "OrderedDict", "namedtuple", "deque"), "collections"),
    **dict.fromkeys(("Decimal",), "decimal"),
    **dict.fromkeys(("dataclass", "field"), "dataclasses"),
    **dict.fromkeys(("reduce", "partial", "lru_cache"), "functools"),
    **dict.fromkeys(("combinations", "product", "chain", "permutations"), "itertools"),
    **dict.fromkeys(("Any", "Optional", "Union", "List", "Dict", "Tuple", "Callable", "Iterable"), "typing"),
    **dict.fromkeys(("relativedelta",), "dateutil.relativedelta"),
    **dict.fromkeys(("ZoneInfo",), "zoneinfo"),
    **dict.fromkeys(("DataFrame", "Series", "Timestamp", "Timedelta"), "pandas"),
}
_OF_THE_MODULE = {"datetime", "date", "timedelta", "time", "timezone", "UTC"}


def needed(tree: ast.Module) -> dict[str, Any]:
    """Return the bindings for the well-known names that this program reads and never binds."""
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - _bound(tree)
    found: dict[str, Any] = {}
    for name in read:
        if name == "datetime" and _uses_the_module(tree):
            found[name] = importlib.import_module("datetime")
        elif name in MEMBERS:
            found[name] = getattr(importlib.import_module(MEMBERS[name]), name)
        elif name in MODULES:
            found[name] = importlib.import_module(MODULES[name])
    return found


def _bound(tree: ast.Module) -> set[str]:
    """Names that the program binds: by assignment or as a parameter anywhere, by import or def at the top."""
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
    return bound


def _uses_the_module(tree: ast.Module) -> bool:
    """Whether `datetime` is meant as the module: `datetime.datetime(…)`, `datetime.timedelta(…)`."""
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "datetime"
        and node.attr in _OF_THE_MODULE
        for node in ast.walk(tree)
    )
