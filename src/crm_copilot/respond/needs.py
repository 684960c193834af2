"""What a function needs: the tables that it is given."""

from __future__ import annotations

import ast

from crm_copilot.catalog import tables


def tables_of(code: str) -> list[str]:
    """Return the tables that a function asks for by its parameters."""
    try:
        functions = [node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)]
    except SyntaxError:
        return []
    return [arg.arg for arg in functions[-1].args.args if arg.arg in tables()] if functions else []
