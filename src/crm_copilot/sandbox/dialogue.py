"""The talk with one worker: it says that it is confined, gets its program and says so, may call
tools, and answers once.

Every byte that comes after the program is a stranger's: lines are capped, tool calls counted, and after the
answer nothing may follow. What became of a worker that did not answer is told by its wait status alone.
"""

from __future__ import annotations

import json
import os
import select
import signal
import threading
import time
from collections.abc import Mapping
from typing import Any

from crm_copilot.domain import Execution
from crm_copilot.errors import SandboxUnavailable

from . import answers
from .limits import MIB, Limits
from .process import Ending, ZygoteLost, ZygoteProcess
from .tools import BudgetSpent, ToolDesk

CHUNK_BYTES = 1 << 18
TICK_MILLISECONDS = 50
GRACE_SECONDS = 3.0
"""How much longer than the zygote the app waits before it takes the zygote itself for dead."""
UNCONFINED = 97
_NONE_YET = object()


class Stopped(Exception):
    """The app ends the program: cancelled, too talkative, or over its budget."""

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        super().__init__(message)


class Dialogue:
    """One program in one worker."""

    def __init__(
        self,
        zygote: ZygoteProcess,
        desk: ToolDesk,
        limits: Limits,
        *,
        seconds: float,
        cancel: threading.Event | None,
    ) -> None:
        self._zygote, self._desk, self._limits = zygote, desk, limits
        self._seconds, self._cancel = seconds, cancel

    def hold(self, request: Mapping[str, Any]) -> Execution:
        """Run the program of this request; raise ZygoteLost when it must be run again in another zygote."""
        self._worker = self._zygote.take(GRACE_SECONDS + self._seconds)
        self._buffer, self._searched, self._received = bytearray(), 0, 0
        try:
            self._await_confinement()
            self._started = time.monotonic()
            self._zygote.begin(self._worker, self._seconds)
            self._send(json.dumps(request).encode() + b"\n")
            if self._line() == b"begun":
                return self._converse()
            if self._ending().why == "deadline":
                return self._post_mortem(self._ending())
            raise ZygoteLost
        except Stopped as stopped:
            return self._failure("error", stopped.kind, str(stopped))
        finally:
            self._zygote.end(self._worker)

    def _await_confinement(self) -> None:
        self._started = time.monotonic()
        line = self._line()
        if line == b"confined":
            return
        ending = self._ending()
        if line is None and (not os.WIFEXITED(ending.status) or os.WEXITSTATUS(ending.status) != UNCONFINED):
            raise ZygoteLost
        reason = line.decode(errors="replace") if line else "it ended before it was confined"
        raise SandboxUnavailable(f"a program cannot be confined here, so it is not run ({reason})")

    def _converse(self) -> Execution:
        answer: Any = _NONE_YET
        while (line := self._line()) is not None:
            if answer is not _NONE_YET:
                raise Stopped("BadAnswer", "there is more after the program's answer")
            if not line.startswith(b'{"answer"') and len(line) > self._limits.tool_request_characters:
                raise Stopped("ToolRequestTooLarge", "the arguments of a tool call are too large")
            try:
                message = answers.parse(line)
            except answers.BadAnswer as error:
                raise Stopped("BadAnswer", f"the program's answer cannot be read: {error}") from error
            if answers.is_tool_call(message):
                self._serve_tool(message)
            else:
                answer = message.get("answer", message)
        return self._judge(answer)

    def _judge(self, answer: Any) -> Execution:
        unfinished = answer is _NONE_YET or self._buffer
        if unfinished or (self._elapsed() >= self._seconds and self._ending().why == "deadline"):
            return self._post_mortem(self._ending())
        try:
            return answers.execution(answer, self._limits, self._elapsed())
        except answers.BadAnswer as error:
            return self._failure("error", "BadAnswer", f"the program's answer cannot be read: {error}")

    def _serve_tool(self, message: Mapping[str, Any]) -> None:
        try:
            self._send(self._desk.answer(message))
        except BudgetSpent as spent:
            raise Stopped("ToolBudget", str(spent)) from spent

    def _line(self) -> bytes | None:
        """The next line, or None when the worker's end is closed."""
        while (end := self._buffer.find(b"\n", self._searched)) < 0:
            self._searched = len(self._buffer)
            if not self._read():
                return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        self._searched = 0
        return line

    def _read(self) -> bool:
        self._wait(select.POLLIN)
        try:
            chunk = self._worker.channel.recv(CHUNK_BYTES)
        except ConnectionError:
            return False
        self._buffer += chunk
        self._received += len(chunk)
        if self._received > self._most_bytes():
            raise Stopped("TooLarge", f"the program's answer is larger than {self._limits.answer_mb} MB")
        return bool(chunk)

    def _most_bytes(self) -> int:
        return self._limits.answer_mb * MIB + self._limits.tool_calls * self._limits.tool_request_characters

    def _send(self, line: bytes) -> None:
        """Write without waiting for ever: a worker need not read."""
        view = memoryview(line)
        self._worker.channel.setblocking(False)
        while view:
            self._wait(select.POLLOUT)
            try:
                view = view[self._worker.channel.send(view) :]
            except ConnectionError:
                return

    def _wait(self, event: int) -> None:
        ready = select.poll()
        ready.register(self._worker.channel, event)
        while not ready.poll(TICK_MILLISECONDS):
            if self._cancel is not None and self._cancel.is_set():
                raise Stopped("Cancelled", "the program was cancelled")
            if self._elapsed() > self._seconds + GRACE_SECONDS:
                self._zygote.kill()
                raise ZygoteLost

    def _ending(self) -> Ending:
        if not self._worker.over.wait(GRACE_SECONDS + max(0.0, self._seconds - self._elapsed())):
            self._zygote.kill()
        if self._worker.ending is None:
            raise ZygoteLost
        return self._worker.ending

    def _post_mortem(self, ending: Ending) -> Execution:
        """Say why there is no answer, from how the process ended."""
        if ending.why == "deadline":
            return self._failure("timeout", "Timeout", f"the program did not end within {self._seconds:g} seconds")
        if os.WIFSIGNALED(ending.status):
            return self._killed(os.WTERMSIG(ending.status), ending.cpu_seconds)
        code = os.WEXITSTATUS(ending.status)
        return self._failure("error", "NoAnswer", f"the program ended its process without an answer (exit code {code})")

    def _killed(self, number: int, cpu_seconds: float) -> Execution:
        if number == signal.SIGKILL and cpu_seconds >= self._seconds:
            return self._failure("timeout", "Timeout", "the program used up its processor time")
        if number == signal.SIGKILL:
            return self._failure("memory", "MemoryError", "the program was ended because memory ran out")
        if number == signal.SIGSYS:
            return self._failure("denied", "SystemCall", "the program made a system call that is not allowed")
        name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
        return self._failure("error", "Crash", f"the program crashed its process ({name})")

    def _failure(self, status: Any, kind: str, message: str) -> Execution:
        return Execution(status, error=message, error_type=kind, seconds=self._elapsed())

    def _elapsed(self) -> float:
        return time.monotonic() - self._started
