"""Functions that no plan can say: baskets, cohorts, gaps between purchases, segments.

Each is written here as it runs in the sandbox. `source` returns its text with other defaults, which is how
the library fills in what a question asks for.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

from crm_copilot.library.special import baskets, customers, funnel, overview

_MODULES: tuple[ModuleType, ...] = (baskets, customers, funnel, overview)


@cache
def functions() -> Mapping[str, Callable[..., Any]]:
    """Return every special function by name."""
    return {
        name: function
        for module in _MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }


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
