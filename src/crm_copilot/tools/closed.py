"""A tool that somebody may not use: it is declared as it is, and says what they may not see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crm_copilot.errors import InputError
from crm_copilot.tools.declaration import Tool

REPAIR = "an administrator can change that ('crm people change')"


class ClosedTool(Tool):
    """A tool that needs tables or columns which a scope hides."""

    def __init__(self, tool: Tool, hidden: Sequence[str]) -> None:
        super().__init__(tool.function)
        self.hidden = tuple(hidden)

    def call(self, arguments: Mapping[str, Any]) -> Any:
        """Refuse: raise InputError that names what may not be seen."""
        raise InputError(not_to_be_seen(self.hidden, f"the tool {self.name}"))


def not_to_be_seen(hidden: Sequence[str], what: str) -> str:
    """Return the sentence that says why something is closed."""
    return f"you may not see {' and '.join(hidden)}, which {what} needs; {REPAIR}"
