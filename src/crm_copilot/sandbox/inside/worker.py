"""A worker: from the fork to the one program that it runs and the end of the process.

The order of the layers matters: what needs a right is done before the right is given up. Whatever fails on
the way ends the worker before it has seen a program. When it is confined it says so on its channel, and waits.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from . import landlock, limber, privileges, program, readable, seccomp, warm
from .channel import Channel, TooLarge
from .order import Order

if TYPE_CHECKING:
    import pandas as pd

CHANNEL, RULES = 3, 4
ABOVE_ALL = 200
UNCONFINED, UNANSWERED = 97, 98


@dataclass(frozen=True)
class Ground:
    """What the zygote has made ready for all its workers."""

    order: Order
    tables: Mapping[str, pd.DataFrame]
    address_space: int
    filter: bytes | None
    rules: int | None
    parent: int


def live(channel: int, ground: Ground) -> NoReturn:
    """Confine this process, run the program that comes through the channel, answer, and end."""
    # Whatever happens, this stack must not be left: above it is the zygote's own loop.
    try:
        _confine_or_end(channel, ground)
        os.write(CHANNEL, b"confined\n")
        limber.up(CHANNEL, ground.order.caps)
        line = Channel(CHANNEL, ground.order.caps)
        request = line.receive()
        os.write(CHANNEL, b"begun\n")
        warm.seed()
        _answer(request, line, ground.tables)
        os.close(CHANNEL)
        os._exit(0)
    finally:
        os._exit(UNANSWERED)


def _answer(request: Mapping[str, Any], line: Channel, tables: Mapping[str, pd.DataFrame]) -> None:
    answer = program.answer(request, tables, line)
    try:
        line.send({"answer": answer})
    except TooLarge as error:
        line.send({"answer": program.refusal(error)})


def _confine_or_end(channel: int, ground: Ground) -> None:
    try:
        _detach(channel, ground)
        _confine(ground)
    except BaseException as error:
        with suppress(OSError):
            os.write(CHANNEL, f"unconfined: {error!r}\n".encode())
        os._exit(UNCONFINED)


def _detach(channel: int, ground: Ground) -> None:
    """Leave the zygote's session and everything it has open; keep the channel, and the rules to come."""
    rules = ground.rules if ground.rules is not None else channel
    os.dup2(channel, ABOVE_ALL), os.dup2(rules, ABOVE_ALL + 1)
    os.dup2(ABOVE_ALL, CHANNEL), os.dup2(ABOVE_ALL + 1, RULES)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    if ground.order.layers.close_descriptors:
        os.closerange(RULES + 1, 1 << 20)
    os.setsid()
    privileges.die_with_parent(ground.parent)
    _volunteer_for_the_oom_killer()
    os.chdir("/")
    os.umask(0o777)
    for which in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGPIPE):
        signal.signal(which, signal.SIG_DFL)


def _confine(ground: Ground) -> None:
    layers = ground.order.layers
    if layers.limits:
        privileges.limit(address_space=ground.address_space, cpu_seconds=ground.order.cpu_seconds)
    privileges.gain_no_more()
    if layers.privileges:
        privileges.drop()
    if not ground.order.may_open and "matplotlib" in sys.modules:
        warm.fonts()
    if ground.rules is not None:
        landlock.restrict(RULES)
    os.close(RULES)
    sys.meta_path.insert(0, readable.OthersAreAbsent())
    if ground.filter is not None:
        seccomp.apply(ground.filter)


def _volunteer_for_the_oom_killer() -> None:
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")
