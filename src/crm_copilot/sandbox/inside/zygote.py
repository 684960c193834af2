"""The zygote: a process with one thread and no secrets that forks a worker for each program.

It talks to the app alone, over one socket, and never reads a byte that a worker wrote: it forks, keeps the
deadlines, kills, reaps, and reports the wait status. It ends when the app's end of the socket is closed.

    app to zygote   spawn id | begin id seconds | end id | warm | memory
    zygote to app   ready | warm | worker id (+ a socket) | failed id | ended id status why | memory

It is started by `launch`, on the order of `process.py` in the app.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from . import frames, landlock, privileges, readable, seccomp, syscalls, warm, worker
from .order import Order

MESSAGE_BYTES = 1 << 17


class Child:
    """A worker as the zygote sees it: a process to wait for and a moment when it must be over."""

    def __init__(self, key: int, pid: int) -> None:
        self.key, self.pid = key, pid
        self.descriptor = os.pidfd_open(pid)
        self.deadline: float | None = None
        self.why: str | None = None

    def kill(self, why: str) -> None:
        """End the process at once; the first reason is the one that counts."""
        self.why = self.why or why
        self.deadline = None
        signal.pidfd_send_signal(self.descriptor, signal.SIGKILL)

    def reap(self) -> tuple[int, float]:
        """Kill what is left of its group while the number is still its own; return status and processor time."""
        os.waitid(os.P_PIDFD, self.descriptor, os.WEXITED | os.WNOWAIT)
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        _, status, usage = os.wait4(self.pid, 0)
        os.close(self.descriptor)
        return status, usage.ru_utime + usage.ru_stime


class Zygote:
    """The loop that serves the app."""

    def __init__(self, app: socket.socket, order: Order) -> None:
        self.app, self.order = app, order
        self.children: dict[int, Child] = {}
        self.steps: list[Callable[[], None]] = []
        self.poll = select.poll()
        self.poll.register(app, select.POLLIN)

    def prepare(self) -> None:
        """Load what every program needs, then report to the app."""
        warm.core()
        if not self.order.may_open:
            for step in warm.STEPS:
                warm.attempt(step)
        self.tables = frames.load(self.order.frames)
        self.rules = self._rules()
        self.filter = self._filter()
        self._settle()
        self.send({"op": "ready", **self._memory()})

    def serve(self) -> None:
        """Do what the app asks until it goes away; between its wishes, warm the next library."""
        while True:
            events = dict(self.poll.poll(self._patience()))
            for child in [child for child in self.children.values() if child.descriptor in events]:
                self._bury(child)
            if self.app.fileno() in events and not self._obey():
                return
            self._enforce_deadlines()
            if not events and self.steps:
                self._warm_one()

    def send(self, message: dict[str, Any], *descriptors: int) -> None:
        """Tell the app something; an app that is gone is a BrokenPipeError."""
        socket.send_fds(self.app, [json.dumps(message).encode()], list(descriptors))

    def _obey(self) -> bool:
        """Do what the app asks; False when the app is gone."""
        data = self.app.recv(MESSAGE_BYTES)
        if not data:
            return False
        message = json.loads(data)
        key = message.get("id", -1)
        match message["op"]:
            case "spawn":
                self._spawn(key)
            case "begin" if key in self.children:
                self.children[key].deadline = time.monotonic() + message["seconds"]
            case "end" if key in self.children:
                self.children[key].kill("asked")
            case "warm":
                self._begin_to_warm()
            case "memory":
                self.send({"op": "memory", **self._memory()})
        return True

    def _spawn(self, key: int) -> None:
        try:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            with ours, theirs:
                pid = os.fork()
                if pid == 0:
                    worker.live(theirs.fileno(), self.ground)
                child = self.children[key] = Child(key, pid)
                self.poll.register(child.descriptor, select.POLLIN)
                self.send({"op": "worker", "id": key}, ours.fileno())
        except BrokenPipeError:
            raise
        except OSError as error:
            self.send({"op": "failed", "id": key, "error": str(error)})

    def _bury(self, child: Child) -> None:
        self.poll.unregister(child.descriptor)
        del self.children[child.key]
        status, seconds = child.reap()
        ended = {"status": status, "why": child.why, "cpu_seconds": seconds}
        self.send({"op": "ended", "id": child.key, **ended})

    def _patience(self) -> float | None:
        """Milliseconds until something must be done, None when only an event can bring it."""
        if self.steps:
            return 0
        deadlines = [child.deadline for child in self.children.values() if child.deadline is not None]
        return max(0.0, (min(deadlines) - time.monotonic()) * 1000 + 1) if deadlines else None

    def _enforce_deadlines(self) -> None:
        now = time.monotonic()
        for child in self.children.values():
            if child.deadline is not None and child.deadline <= now:
                child.kill("deadline")

    def _begin_to_warm(self) -> None:
        if self.order.may_open:
            self.steps = list(warm.STEPS)
        else:
            self.send({"op": "warm", **self._memory()})

    def _warm_one(self) -> None:
        warm.attempt(self.steps.pop(0))
        if not self.steps:
            self._settle()
            self.send({"op": "warm", **self._memory()})

    def _settle(self) -> None:
        """Make what is loaded the common ground of all later workers."""
        gc.collect()
        gc.freeze()
        space = privileges.address_space() + self.order.memory_bytes
        self.ground = worker.Ground(self.order, self.tables, space, self.filter, self.rules, os.getpid())
        if len(os.listdir("/proc/self/task")) != 1:
            raise RuntimeError("a library started a thread in the zygote, so that it cannot fork safely")
        if any(line.split()[1].startswith("rw-s") for line in Path("/proc/self/maps").read_text().splitlines()):
            raise RuntimeError("a library shares writable memory, so that one program could leave word for another")

    def _rules(self) -> int | None:
        if self.order.layers.landlock and landlock.abi() > 0:
            return landlock.ruleset(readable.readable())
        if self.order.layers.landlock and self.order.may_open:
            raise RuntimeError("files may be opened, and there is no Landlock to say which")
        return None

    def _filter(self) -> bytes | None:
        architecture = syscalls.here()
        if not self.order.layers.seccomp:
            return None
        if architecture is None:
            raise RuntimeError("there is no table of system calls for this processor")
        return seccomp.build(architecture, may_open=self.order.may_open)

    def _memory(self) -> dict[str, int]:
        fields = {}
        with open("/proc/self/smaps_rollup") as rollup:
            for line in rollup:
                name, _, rest = line.partition(":")
                if name in ("Rss", "Pss"):
                    fields[f"{name.lower()}_kb"] = int(rest.split()[0])
        return fields


def run(app: socket.socket) -> None:
    """Take the order from the app, prepare, and serve until the app is gone."""
    zygote = Zygote(app, Order.from_json(json.loads(app.recv(MESSAGE_BYTES))))
    zygote.prepare()
    zygote.serve()
