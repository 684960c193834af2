"""The function under construction: its lines, and what it needs from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from crm_copilot.catalog import tables

_NAMES = {
    "order_items": "items", "orders": "rows", "payments": "paid", "reviews": "rated", "customers": "people",
    "products": "goods", "sellers": "shops", "leads": "prospects", "deals": "won", "df": "scored",
    "clients": "accounts", "interactions": "contacts",
}  # fmt: skip


@dataclass
class Script:
    """Lines, and the tables, own parameters, constants and imports that they need; `used` are variable names."""

    lines: list[str] = field(default_factory=list)
    needs: dict[str, None] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    imports: dict[str, None] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def add(self, line: str) -> None:
        """Append a line to the function's body."""
        self.lines.append(line)

    def table(self, name: str) -> str:
        """Ask for a table as a parameter and return its name."""
        self.needs[name] = None
        return name

    def param(self, name: str, value: Any) -> str:
        """Make `value` a parameter with a default; equal values under one name share it."""
        taken = name in tables() and name not in self.params
        candidate, number = (f"{name}_value" if taken else name), 2
        while candidate in self.params and self.params[candidate] != value:
            candidate, number = f"{name}_{number}", number + 1
        self.params[candidate] = value
        return candidate

    def fresh(self, name: str) -> str:
        """Return a variable name that no line uses yet."""
        candidate, number = name, 2
        while candidate in self.used or candidate in tables() or candidate in self.params:
            candidate, number = f"{name}_{number}", number + 1
        self.used.add(candidate)
        return candidate

    def frame(self, table: str) -> str:
        """Return a fresh name for rows of a table."""
        return self.fresh(_NAMES.get(table, "rows"))

    def filtered(self, name: str, table: str, condition: str) -> str:
        """Keep the rows of a frame that satisfy a condition; the tables themselves are never written to."""
        target = name if name in self.used else self.frame(table)
        self.add(f"{target} = {name}[{condition}]")
        return target

    def assigned(self, name: str, column: str, expression: str) -> str:
        """Add a column to a frame, once; the tables themselves are never written to."""
        line = f'{name}["{column}"] = {expression}'
        if line in self.lines:
            return name
        if name in self.used:
            self.add(line)
            return name
        target = self.frame(name)
        self.add(f"{target} = {name}.assign({column}={expression})")
        return target

    def needs_pandas(self) -> None:
        """Note that the function calls pandas by name."""
        self.imports["import pandas as pd"] = None


def names(columns: Sequence[str]) -> str:
    """Return the columns as a list in code, each once."""
    return "[" + ", ".join(f'"{name}"' for name in dict.fromkeys(columns)) + "]"


def name_or_names(columns: Sequence[str]) -> str:
    """Return one column as a text in code, several as a list."""
    return f'"{columns[0]}"' if len(columns) == 1 else names(columns)
