"""Something that happens once: threads wait for it, and others are called when it does."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Signal(threading.Event):
    """An event that can also call back."""

    def __init__(self) -> None:
        super().__init__()
        self._guard = threading.Lock()
        self._calls: list[Callable[[], object]] = []

    def then(self, do: Callable[[], object]) -> None:
        """Call `do` once it has happened, at once when it has; in the thread that makes it happen."""
        with self._guard:
            if not self.is_set():
                self._calls.append(do)
                return
        do()

    def set(self) -> None:
        """Let it happen; a second time nothing does."""
        with self._guard:
            super().set()
            calls, self._calls = self._calls, []
        for do in calls:
            do()
