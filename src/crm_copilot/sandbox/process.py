"""The zygote as the app holds it: one child process, one socket, one thread that listens.

The app never forks: it starts a fresh interpreter, with a few variables and nothing open but the socket, and
gets from it a socket to each worker. A dead zygote is a closed socket; everyone who waits is told.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from crm_copilot.errors import SandboxUnavailable

from .inside.order import Order

HERE = Path(__file__).parent
START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from inside import launch; launch.main(int(sys.argv[2]), sys.argv[3])"
)
MESSAGE_BYTES = 1 << 17
READY_SECONDS = 60.0
CLEAN_ENVIRONMENT = {
    "PATH": "/nonexistent",
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    # Memory that a spare has touched stays its own; large tables come in large pages.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=33554432:"
    "glibc.malloc.trim_threshold=1073741824:glibc.malloc.top_pad=33554432",
}


class ZygoteLost(Exception):
    """The zygote ended, or does not answer; its workers end with it."""


@dataclass(frozen=True)
class Ending:
    """How a worker's process ended: its wait status, and why the zygote killed it, if it did."""

    status: int
    why: str | None
    cpu_seconds: float


@dataclass
class Worker:
    """A confined process that waits for one program at the other end of `channel`."""

    key: int
    channel: socket.socket
    over: threading.Event = field(default_factory=threading.Event)
    ending: Ending | None = None


class ZygoteProcess:
    """A running zygote and its idle workers."""

    def __init__(self, order: Order) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="crm-sandbox-", ignore_cleanup_errors=True)
        self._log = Path(self._home.name, "zygote.log")
        self._changed = threading.Condition()
        self._idle: deque[Worker] = deque()
        self._workers: dict[int, Worker] = {}
        self._facts: dict[str, dict[str, Any]] = {}
        self._failures: list[str] = []
        self._alive, self._next, self._warming = True, 0, False
        self.started = time.monotonic()
        self._process = self._start(order)
        self._listener = threading.Thread(target=self._listen, name="sandbox-zygote", daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        """The zygote's process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can still give workers."""
        return self._alive

    def wait_for(self, fact: str, seconds: float = READY_SECONDS) -> Mapping[str, Any]:
        """Wait until the zygote has said this ("ready", "warm", "memory"); return what it said.

        Raises ZygoteLost when it ended before, or did not say it in time.
        """
        with self._changed:
            self._changed.wait_for(lambda: fact in self._facts or not self._alive, seconds)
            if fact in self._facts:
                return self._facts[fact]
        raise ZygoteLost

    def said(self, fact: str) -> bool:
        """Whether the zygote has said this already."""
        return fact in self._facts

    def keep_spare(self) -> None:
        """Have one worker made ahead."""
        self._order_worker()

    def warm(self) -> None:
        """Let the zygote load the other libraries between its tasks; once it was told, nothing happens."""
        with self._changed:
            told, self._warming = self._warming, True
        if not told:
            self._send({"op": "warm"})

    @property
    def is_warming(self) -> bool:
        """Whether it was told to load the other libraries and has not done so yet."""
        return self._warming and not self.said("warm")

    def memory(self) -> Mapping[str, Any]:
        """Return the zygote's resident and proportional memory."""
        self._facts.pop("memory", None)
        self._send({"op": "memory"})
        return self.wait_for("memory", 10.0)

    def take(self, seconds: float) -> Worker:
        """Return a worker, and have another made for the next."""
        with self._changed:
            self._failures.clear()
        self._order_worker()
        with self._changed:
            self._changed.wait_for(lambda: self._drop_killed() or self._failures or not self._alive, seconds)
            if self._idle and self._alive:
                return self._idle.popleft()
            if self._failures:
                raise SandboxUnavailable(f"no process could be started for the program: {self._failures.pop()}")
        self.kill()
        raise ZygoteLost

    def begin(self, worker: Worker, seconds: float) -> None:
        """Start the clock of a worker."""
        self._send({"op": "begin", "id": worker.key, "seconds": seconds})

    def end(self, worker: Worker) -> None:
        """End a worker now; nothing happens to one that has ended."""
        worker.channel.close()
        if not worker.over.is_set() and self._alive:
            with suppress(ZygoteLost):
                self._send({"op": "end", "id": worker.key})

    def kill(self) -> None:
        """End the zygote at once, and with it all workers; from now on it is lost, whenever its end is heard."""
        self._alive = False
        self._process.kill()

    def close(self) -> None:
        """End the zygote and clean up."""
        self.kill()
        self._listener.join(10)
        self._process.wait(10)
        self._home.cleanup()

    def _drop_killed(self) -> int:
        """Forget idle workers that something killed; return how many are left."""
        for worker in [worker for worker in self._idle if worker.ending and os.WIFSIGNALED(worker.ending.status)]:
            self._idle.remove(worker)
            worker.channel.close()
        return len(self._idle)

    def _start(self, order: Order) -> subprocess.Popen[bytes]:
        self._app, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        given = CLEAN_ENVIRONMENT if order.layers.clean_environment else {**os.environ, **CLEAN_ENVIRONMENT}  # noqa: TID251
        with theirs, self._log.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-I", "-B", "-c", START, str(HERE), str(theirs.fileno()), self._home.name],
                env=given,
                cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                pass_fds=[theirs.fileno()], start_new_session=True,
            )  # fmt: skip
        with suppress(ZygoteLost):  # one that was killed already is found lost by whoever waits for it
            self._send(asdict(order))
        return process

    def _order_worker(self) -> None:
        with self._changed:
            key, self._next = self._next, self._next + 1
        self._send({"op": "spawn", "id": key})

    def _send(self, message: Mapping[str, Any]) -> None:
        try:
            self._app.send(json.dumps(message).encode())
        except OSError as error:
            self._alive = False
            raise ZygoteLost from error

    def _listen(self) -> None:
        with self._app:
            while True:
                try:
                    data, descriptors, _, _ = socket.recv_fds(self._app, MESSAGE_BYTES, 1, socket.MSG_CMSG_CLOEXEC)
                except OSError:
                    data = b""
                if not data:
                    return self._lose_all()
                self._hear(json.loads(data), descriptors)

    def _hear(self, message: dict[str, Any], descriptors: list[int]) -> None:
        with self._changed:
            match message.pop("op"):
                case "worker":
                    worker = Worker(message["id"], socket.socket(fileno=descriptors[0]))
                    self._workers[worker.key] = worker
                    self._idle.append(worker)
                case "ended":
                    self._bury(message)
                case "failed":
                    self._failures.append(message["error"])
                case fact:
                    if fact == "warm":
                        self._discard_spares()
                    self._facts[fact] = {**message, "after_seconds": time.monotonic() - self.started}
            self._changed.notify_all()

    def _discard_spares(self) -> None:
        """End the idle workers, which were made before the zygote was warm, and order as many anew."""
        with suppress(ZygoteLost):
            while self._idle:
                self.end(self._idle.popleft())
                self._order_worker()

    def _bury(self, message: Mapping[str, Any]) -> None:
        worker = self._workers.pop(message["id"])
        worker.ending = Ending(**{key: message[key] for key in ("status", "why", "cpu_seconds")})
        worker.over.set()

    def _lose_all(self) -> None:
        with self._changed:
            self._alive = False
            for worker in self._workers.values():
                worker.over.set()
            for worker in self._idle:
                worker.channel.close()
            self._changed.notify_all()

    def was_killed(self) -> bool:
        """Whether a signal from elsewhere ended it; False while it runs, and when it ended by itself."""
        if self._alive:
            return False
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        return (self._process.poll() or 0) < 0

    def last_words(self) -> str:
        """Return the last line that the zygote wrote to its log: why it ended, if it failed."""
        lines = self._log.read_text(errors="replace").strip().splitlines() if self._log.exists() else []
        return lines[-1] if lines else "it ended without a word"
