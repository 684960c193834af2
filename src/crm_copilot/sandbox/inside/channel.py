"""The worker's only way out: one descriptor, JSON lines with a cap on their length.

The app reads every line as a stranger's. The caps here are for good messages; the app's are the binding ones.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import Any


class ToolError(ValueError):
    """A tool refused its arguments; the text says what it expected."""


class TooLarge(ValueError):
    """What the program wants to send is longer than the channel carries."""


class Channel:
    """Lines to and from the app."""

    def __init__(self, descriptor: int, caps: Mapping[str, int]) -> None:
        self._descriptor, self.caps = descriptor, caps
        self._rest = b""

    def receive(self) -> dict[str, Any]:
        """Wait for one line from the app; an app that is gone ends the worker."""
        parts = [self._rest]
        while b"\n" not in parts[-1]:
            part = os.read(self._descriptor, 1 << 20)
            if not part:
                os._exit(0)
            parts.append(part)
        line, _, self._rest = b"".join(parts).partition(b"\n")
        message: dict[str, Any] = json.loads(line)
        return message

    def send(self, message: Mapping[str, Any]) -> None:
        """Write one line, whole; NaN has no place in it."""
        line = json.dumps(message, allow_nan=False, ensure_ascii=False).encode() + b"\n"
        if len(line) > self.caps["answer_bytes"]:
            raise TooLarge(f"the result is too large to be handed over ({len(line)} bytes): return fewer rows")
        view = memoryview(line)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def tool(self, name: str, parameters: list[str]) -> Callable[..., Any]:
        """Return the callable that stands for one of the app's tools inside the program."""

        def call(*values: Any, **arguments: Any) -> Any:
            if len(values) > len(parameters):
                raise ToolError(f"{name} takes its arguments by name")
            self.send({"tool": name, "arguments": {**dict(zip(parameters, values, strict=False)), **arguments}})
            answer = self.receive()
            if "error" in answer:
                raise ToolError(answer["error"])
            return answer["result"]

        call.__name__ = call.__qualname__ = name
        return call
