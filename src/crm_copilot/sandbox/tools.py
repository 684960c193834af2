"""Tools that a program may call: the program asks by a JSON line, the app checks, runs and answers.

What a tool may do is what the asker may do: the port is bound to a person before it comes here. A program is
given an answer, never an object of the app.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any, Protocol

from crm_copilot.errors import InputError

from .limits import MIB, Limits

log = logging.getLogger(__name__)


class ToolPort(Protocol):
    """A tool as the sandbox needs it; with a `parameters` sequence of names it may be called by position."""

    @property
    def name(self) -> str:
        """The name by which a program asks for it."""

    def call(self, arguments: dict[str, Any], /) -> Any:
        """Check the arguments (InputError, with a sentence, when they are wrong); return what JSON can hold."""


class BudgetSpent(Exception):
    """The program asked too much of its tools; it is ended."""


class ToolDesk:
    """Answers the calls of one program."""

    def __init__(self, tools: Mapping[str, ToolPort], limits: Limits) -> None:
        self._tools, self._limits = tools, limits
        self.calls = 0

    def declared(self) -> dict[str, list[str]]:
        """Return each tool's name with the names of its parameters, as far as they are known."""
        return {name: list(getattr(tool, "parameters", ())) for name, tool in self._tools.items()}

    def answer(self, request: Mapping[str, Any]) -> bytes:
        """Return the line that answers a request; raise BudgetSpent when there have been too many."""
        self.calls += 1
        if self.calls > self._limits.tool_calls:
            raise BudgetSpent(f"a program may call tools {self._limits.tool_calls} times")
        line = self._encode(self._call(request["tool"], request["arguments"]))
        if len(line) > self._limits.tool_answer_mb * MIB:
            line = self._encode({"error": f"the answer of {request['tool']} is too large: ask for less"})
        return line

    def _call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        tool = self._tools.get(name)
        if tool is None:
            return {"error": f"there is no tool {name!r}; there are {', '.join(self._tools) or 'none'}"}
        try:
            return {"result": tool.call(arguments)}
        except InputError as error:
            return {"error": str(error)}
        except Exception:
            log.exception("the tool %s failed", name)
            return {"error": f"the tool {name} failed; it is not the program's fault"}

    @staticmethod
    def _encode(answer: Mapping[str, Any]) -> bytes:
        try:
            return json.dumps(answer, allow_nan=False).encode() + b"\n"
        except (TypeError, ValueError):
            log.exception("a tool returned what JSON cannot hold")
            return b'{"error": "the tool returned a value that cannot be handed over"}\n'
