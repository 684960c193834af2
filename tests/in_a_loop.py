"""Run a coroutine in a loop of its own thread: while a browser is open, this thread has a loop already."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import anyio

T = TypeVar("T")


def run(function: Callable[..., Awaitable[T]], *given: object) -> T:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, function, *given).result()
