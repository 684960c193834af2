"""The sandbox: one program in, one Execution out, whatever the program tries.

Code that a model wrote, from texts that strangers write, runs in a throw-away process that the kernel confines
(docs/sandbox.md says how). Where that cannot be had, nothing is run: `SandboxUnavailable` says why.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import asdict
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from crm_copilot.domain import Execution
from crm_copilot.errors import Busy, SandboxUnavailable

from . import ground, selftest
from .dialogue import Dialogue
from .inside.order import Layers, Order
from .limits import MIB, Limits
from .process import ZygoteLost, ZygoteProcess
from .selftest import Probe
from .tools import ToolDesk, ToolPort

log = logging.getLogger(__name__)

_HEAVY = re.compile(
    r"sklearn|scipy|statsmodels|matplotlib|\b(?:plt|sm|smf|stats)\b|\.(?:plot|plotting|hist|boxplot|interpolate)\b|kendall"
)
"""Programs that speak of these wait for the libraries, rather than load them within their own limits."""
_WARM_SECONDS = 30.0
_STARTS = 5
"""How often a zygote is started that something kills before it is ready, and a self-test that it broke off."""


class Sandbox:
    """Runs programs over tables, each in a process of its own; may be used by several threads at once.

    The zygote starts in the background; the first `run` waits for it and for its self-test. `gate=False`
    leaves out the syntax gate and nothing else. `eager=False` loads what pandas does not need (charts, statistics,
    learning: 150 MB) only for a program that speaks of it, which waits. `layers` is for the tests that show what each
    layer is for: a sandbox with a layer off tests nothing about itself, and says so in the log.
    """

    def __init__(
        self,
        frames: Mapping[str, Path],
        tools: Mapping[str, ToolPort] | None = None,
        *,
        limits: Limits | None = None,
        gate: bool = True,
        layers: Layers | None = None,
        may_open: bool = True,
        eager: bool = True,
    ) -> None:
        self.limits, self.layers = limits or Limits(), layers or Layers()
        self._frames, self._tools, self._gate = dict(frames), dict(tools or {}), gate
        self._may_open, self._eager = may_open, eager
        self._slots = threading.BoundedSemaphore(self.limits.workers)
        self._lock = threading.Lock()
        self._zygote: ZygoteProcess | None = None
        self._losses, self._closed = 0, False
        self._probes: list[Probe] = []
        self._ready: Future[None] = Future()
        threading.Thread(target=self._open, name="sandbox-start", daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def start(self) -> None:
        """Wait until programs can be run; raise SandboxUnavailable when none can be confined here."""
        self._ready.result()

    def run(
        self, code: str, *, cancel: threading.Event | None = None, timeout_seconds: float | None = None
    ) -> Execution:
        """Run one program; what it does wrong is told by the Execution, never raised.

        Raises SandboxUnavailable when it cannot be confined, Busy when no worker was free for too long.
        `timeout_seconds` can shorten the limit, not lengthen it.
        """
        self.start()
        if len(code) > self.limits.code_characters:
            said = f"the program is longer than {self.limits.code_characters} characters"
            return Execution("denied", error=said, error_type="TooLong")
        most = self.limits.wall_seconds
        seconds = most if timeout_seconds is None else min(timeout_seconds, most)
        with self._slot():
            return self._run(code, seconds, cancel, gate=self._gate)

    def self_test(self) -> list[Probe]:
        """Run the probes of the start again; return what each found."""
        self.start()
        zygote = self._living()
        if self._eager or zygote.is_warming:
            with suppress(ZygoteLost):  # a zygote that loads a library is late with its deadlines
                zygote.wait_for("warm", _WARM_SECONDS)
        self._probe()
        return self._probes

    def doctor(self) -> dict[str, Any]:
        """Return mode, kernel, limits, memory and the last self-test, as JSON can hold them."""
        self.start()
        zygote = self._living()
        try:
            memory = zygote.memory()
        except ZygoteLost:
            raise SandboxUnavailable("the sandbox was lost while it was asked: ask again") from None
        return {
            "mode": self._mode,
            **ground.facts(),
            "gate": self._gate,
            "layers": asdict(self.layers),
            "limits": asdict(self.limits),
            "tables": sorted(self._frames),
            "tools": sorted(self._tools),
            "zygote": {
                "pid": zygote.pid,
                "ready_seconds": round(zygote.wait_for("ready")["after_seconds"], 2),
                "warm_seconds": round(zygote.wait_for("warm")["after_seconds"], 2) if zygote.said("warm") else None,
                "pss_mb": memory["pss_kb"] // 1024,
                "rss_mb": memory["rss_kb"] // 1024,
            },
            "self_test": [asdict(probe) for probe in self._probes],
        }

    def close(self) -> None:
        """End the zygote and every program that still runs."""
        with suppress(SandboxUnavailable):
            self.start()
        with self._lock:
            self._closed = True
            if self._zygote is not None:
                self._zygote.close()

    def _open(self) -> None:
        try:
            self._mode = ground.mode(landlock_wanted=self._may_open)
            self._living()
            if self.layers == Layers():
                self._refuse_if_broken()
            else:
                log.warning("layers of the sandbox are off: %s", self.layers)
            self._ready.set_result(None)
        except BaseException as error:
            self._ready.set_exception(error)
            if self._zygote is not None:
                self._zygote.close()

    def _probe(self) -> None:
        """Run the self-test, anew where something killed the zygote in the middle of it."""
        for _ in range(_STARTS):
            self._probes = selftest.run_all(self._run_probe, self.limits.memory_mb)
            if not selftest.broken_off(self._probes):
                break

    def _refuse_if_broken(self) -> None:
        self._probe()
        broken = selftest.broken(self._probes)
        if broken:
            what = ", ".join(broken)
            raise SandboxUnavailable(
                f"the sandbox does not hold here, nothing prevented this: {what}. Way out: {ground.WAY_OUT}"
            )

    def _run_probe(self, code: str, seconds: float) -> Execution:
        return self._run(code, seconds, None, gate=False)

    def _run(self, code: str, seconds: float, cancel: threading.Event | None, *, gate: bool) -> Execution:
        for again in (True, False):
            desk = ToolDesk(self._tools, self.limits)
            request = {"code": code, "gate": gate, "tools": desk.declared()}
            try:
                zygote = self._living()
                if _HEAVY.search(code):
                    with suppress(ZygoteLost):
                        zygote.warm()
                        zygote.wait_for("warm", _WARM_SECONDS)
                execution = Dialogue(zygote, desk, self.limits, seconds=seconds, cancel=cancel).hold(request)
                self._losses = 0
                return execution
            except ZygoteLost:
                if desk.calls or not again:
                    break
        return Execution("error", error="the sandbox was lost while the program ran: ask again", error_type="Lost")

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=self.limits.queue_seconds):
            raise Busy(f"all {self.limits.workers} workers of the sandbox are taken; try again in a few seconds")
        try:
            yield
        finally:
            self._slots.release()

    def _living(self) -> ZygoteProcess:
        """The zygote, started again if it was lost; each loss in a row makes the next start wait longer."""
        with self._lock:
            if self._closed:
                raise SandboxUnavailable("the sandbox is closed")
            if self._zygote is None or not self._zygote.alive:
                if self._zygote is not None:
                    self._zygote.close()
                    self._losses += 1
                    time.sleep(min(5.0, 0.05 * 2**self._losses) if self._losses > 1 else 0)
                self._zygote = self._begin()
            return self._zygote

    def _begin(self) -> ZygoteProcess:
        """A zygote that is ready. One that was killed on its way is started again; one that failed would fail again."""
        for _ in range(_STARTS):
            zygote = self._spawned()
            try:
                zygote.wait_for("ready")
                zygote.keep_spare()
            except ZygoteLost:
                killed, words = zygote.was_killed(), zygote.last_words()
                zygote.close()
                if not killed:
                    raise SandboxUnavailable(f"the sandbox did not start: {words}") from None
                continue
            if self._eager:
                threading.Thread(target=self._warm, args=(zygote,), name="sandbox-warm", daemon=True).start()
            return zygote
        raise SandboxUnavailable(
            f"the sandbox was killed {_STARTS} times while it started, as a system does that runs out of memory: "
            "free some, then ask again"
        )

    def _spawned(self) -> ZygoteProcess:
        try:
            return ZygoteProcess(self._order())
        except OSError as error:
            raise SandboxUnavailable(f"the sandbox did not start: {error}") from error

    def _warm(self, zygote: ZygoteProcess) -> None:
        """Once the sandbox serves, let the zygote load the rest."""
        with suppress(ZygoteLost, SandboxUnavailable):
            self.start()
            zygote.warm()

    def _order(self) -> Order:
        limits = self.limits
        return Order(
            frames={name: str(Path(path).resolve()) for name, path in self._frames.items()},
            layers=self.layers,
            memory_bytes=limits.memory_mb * MIB,
            cpu_seconds=ceil(limits.wall_seconds) + 1,
            may_open=self._mode == "full" or not self.layers.landlock,
            caps={
                "rows": limits.rows,
                "columns": limits.columns,
                "printed": limits.printed_characters,
                "answer_bytes": limits.answer_mb * MIB,
            },
        )
