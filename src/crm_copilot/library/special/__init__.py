"""Functions that no plan can say: baskets, cohorts, gaps between purchases, segments.

Each is written here as it runs in the sandbox. `source` returns its text with other defaults, which is how
the library fills in what a question asks for. Parameters without a default are tables, or tools of the app that it
calls; one that calls a tool returns what the tool says, which may be a *told* answer (`respond.told`).
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

from crm_copilot.catalog import tables
from crm_copilot.library.special import baskets, conversations, customers, funnel, offers, overview, playbook, texts

_MODULES: tuple[ModuleType, ...] = (baskets, customers, funnel, overview, conversations, playbook, texts, offers)


@cache
def functions() -> Mapping[str, Callable[..., Any]]:
    """Return every special function by name."""
    return {
        name: function
        for module in _MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }


@cache
def calls_tools(name: str) -> bool:
    """Whether a special function asks a tool of the app; False for a name that is none of ours."""
    return any(needed not in tables() for needed in _needs(name))


def _needs(name: str) -> list[str]:
    """Return the parameters without a default: tables and tools."""
    function = functions().get(name)
    parameters = inspect.signature(function).parameters.values() if function else ()
    return [parameter.name for parameter in parameters if parameter.default is parameter.empty]


def source(name: str, params: Mapping[str, Any]) -> str:
    """Return the source of a special function whose own parameters have these defaults.

    Raises KeyError when there is no such function, ValueError when it has no such parameter.
    """
    function = functions()[name]
    text = inspect.getsource(function)
    node = ast.parse(text).body[0]
    if not isinstance(node, ast.FunctionDef):
        raise ValueError(f"{name} is no function")
    names = [arg.arg for arg in node.args.args]
    first = len(names) - len(node.args.defaults)
    for key, value in params.items():
        if key not in names[first:]:
            raise ValueError(f"{name} has no parameter {key!r}; it has {', '.join(names[first:])}")
        node.args.defaults[names.index(key) - first] = ast.parse(repr(value), mode="eval").body
    head = "import pandas as pd\n\n\n" if "pd." in text else ""
    return head + ast.unparse(_plain(node)) + "\n"


def _plain(node: ast.FunctionDef) -> ast.FunctionDef:
    """Drop the annotations: the tables are given by name, and the reader of the code knows them."""
    node.returns = None
    for arg in node.args.args:
        arg.annotation = None
    return node
