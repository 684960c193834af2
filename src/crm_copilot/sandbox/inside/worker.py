"""A worker: from the fork to the one program that it runs and the end of the process.

The order of the layers matters: what needs a right is done before the right is given up. Whatever fails on the
way ends the worker before it has seen a program. When it is confined it says so on its channel, and waits.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn

from . import landlock, limber, privileges, program, seccomp, warm
from .channel import Channel, TooLarge
from .order import Order

if TYPE_CHECKING:
    import pandas as pd

CHANNEL, RULES = 3, 4
UNCONFINED, UNANSWERED = 97, 98


def live(
    channel: int,
    parent: int,
    order: Order,
    tables: Mapping[str, pd.DataFrame],
    space: int,
    filter_: bytes | None,
    rules: int | None,
) -> NoReturn:
    """Confine this process, run the program that comes through the channel, answer, and end."""
    _confine_or_end(channel, parent, order, space, filter_, rules)
    try:
        os.write(CHANNEL, b"confined\n")
        limber.up(CHANNEL, order.caps)
        line = Channel(CHANNEL, order.caps)
        answer = program.answer(line.receive(), tables, line)
        try:
            line.send({"answer": answer})
        except TooLarge as error:
            line.send({"answer": program.refusal(error)})
        os.close(CHANNEL)
    except BaseException:
        os._exit(UNANSWERED)
    os._exit(0)


def _confine_or_end(
    channel: int, parent: int, order: Order, space: int, filter_: bytes | None, rules: int | None
) -> None:
    said_on = channel
    try:
        _detach(channel, parent, rules, order.layers.close_descriptors)
        said_on = CHANNEL
        _confine(order, space, filter_, rules is not None)
    except BaseException as error:
        os.write(said_on, f"unconfined: {error!r}\n".encode())
        os._exit(UNCONFINED)


def _detach(channel: int, parent: int, rules: int | None, close: bool) -> None:
    """Leave the zygote's session and everything it has open; keep the channel, and the rules to come."""
    os.setsid()
    privileges.die_with_parent(parent)
    _volunteer_for_the_oom_killer()
    kept = [os.dup(channel), os.dup(rules if rules is not None else channel)]
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.dup2(kept[0], CHANNEL + 200), os.dup2(kept[1], RULES + 200)
    os.dup2(CHANNEL + 200, CHANNEL), os.dup2(RULES + 200, RULES)
    if close:
        os.closerange(RULES + 1, 1 << 20)
    os.chdir("/")
    os.umask(0o777)
    for which in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGPIPE):
        signal.signal(which, signal.SIG_DFL)


def _confine(order: Order, space: int, filter_: bytes | None, rules: bool) -> None:
    if order.layers.limits:
        privileges.limit(address_space=space, cpu_seconds=order.cpu_seconds)
    privileges.gain_no_more()
    if order.layers.privileges:
        privileges.drop()
    if not order.may_open and "matplotlib" in sys.modules:
        warm.fonts()
    if rules:
        landlock.restrict(RULES)
    os.close(RULES)
    if filter_ is not None:
        seccomp.apply(filter_)


def _volunteer_for_the_oom_killer() -> None:
    try:
        with open("/proc/self/oom_score_adj", "w") as score:
            score.write("1000")
    except OSError:
        pass
