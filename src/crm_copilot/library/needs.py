"""What a function needs: the tables and tools that it is given, what those read, and what of it is hidden."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from crm_copilot.catalog import tables
from crm_copilot.people import Scope


class Reads(NamedTuple):
    """The tables and columns without which a tool has nothing to say, and the tables that it looks at besides."""

    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


_BOUGHT = ("df", "orders", "customers", "products")
_ACCOUNTS = Reads(("clients",), ("interactions",))
# A test holds this to the tools that there are; of a tool that is not named here every table is taken to be read.
TOOLS: Mapping[str, Reads] = {
    "search_playbook": Reads(), "policy": Reads(), "guide_from_texts": Reads(),
    "recommend_products": Reads(_BOUGHT), "recommend_customers": Reads(_BOUGHT),
    "similar_products": Reads((*_BOUGHT, "order_items")), "bought_together": Reads((*_BOUGHT, "order_items")),
    "next_best_offer": Reads(_BOUGHT, ("clients",)), "tell_offers": Reads((*_BOUGHT, "order_items"), ("clients",)),
    "recall_interactions": Reads(("interactions", "clients"), columns=("interactions.text", "interactions.manager")),
    "client": _ACCOUNTS, "accounts": _ACCOUNTS, "candidates": _ACCOUNTS,
    "pitch": Reads((), ("clients", "interactions", *_BOUGHT)),
}  # fmt: skip


def tables_of(code: str) -> list[str]:
    """Return the tables that a function asks for by its parameters."""
    return [name for name in _given(_function(code)) if name in tables()]


def read_by(code: str) -> list[str]:
    """Return every table that a function reads, itself or by its tools."""
    names = _given(_function(code))
    read = [TOOLS.get(name, Reads(may=tuple(tables()))) for name in names if name not in tables()]
    tools = [table for reads in read for table in (*reads.must, *reads.may)]
    return list(dict.fromkeys([*(name for name in names if name in tables()), *tools]))


def hidden_of(code: str, scope: Scope) -> tuple[str, ...]:
    """Return the tables, and the columns as table.column, that a function needs and that a scope hides."""
    function = _function(code)
    if scope.whole or function is None:
        return ()
    names = _given(function)
    closed = [hidden for name in names for hidden in hidden_of_tool(name, scope)]
    closed += [name for name in names if name in tables() and not scope.sees(name)]
    said, seen = set(_said(function)), [name for name in names if scope.sees(name)]
    columns = [(table, name) for table in seen for name in hidden_columns(table, scope) if name in said]
    return tuple(dict.fromkeys([*closed, *(f"{table}.{name}" for table, name in columns)]))


def hidden_columns(table: str, scope: Scope) -> list[str]:
    """Return the columns of a table that a scope hides."""
    return [name for name in tables()[table].columns if scope.hides(table, name)] if table in tables() else []


def hidden_of_tool(name: str, scope: Scope) -> tuple[str, ...]:
    """Return the tables, else the columns, without which a tool has nothing to say and that a scope hides."""
    reads = TOOLS.get(name, Reads())
    hidden = tuple(table for table in reads.must if not scope.sees(table))
    return hidden or tuple(column for column in reads.columns if scope.hides(*column.split(".")))


def _function(code: str) -> ast.FunctionDef | None:
    """Return the function that answers, None where there is none."""
    try:
        functions = [node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)]
    except SyntaxError:
        return None
    return functions[-1] if functions else None


def _given(function: ast.FunctionDef | None) -> list[str]:
    """Return the parameters that the app fills in."""
    if function is None:
        return []
    names = [argument.arg for argument in function.args.args]
    own = len(function.args.defaults)
    return [name for place, name in enumerate(names) if name in tables() or place < len(names) - own]


def _said(function: ast.FunctionDef) -> Iterator[str]:
    """Yield the texts and attributes of a function: columns are named by either."""
    for node in ast.walk(function):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Attribute):
            yield node.attr
