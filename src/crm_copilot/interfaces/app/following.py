"""What follows a load outside the thread of any page: the scores of what to offer are written anew."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor

from crm_copilot.data import ensure
from crm_copilot.errors import CopilotError
from crm_copilot.interfaces import points
from crm_copilot.settings import Settings

log = logging.getLogger(__name__)
_FAILED = "The scores of what to offer could not be written; the log of the app says why."


class Following:
    """Lets the parts outside the product follow, one after the other; `said` is what the last one told."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="follow")
        self._lock = threading.Lock()
        self._last: Future[str] | None = None

    @property
    def busy(self) -> bool:
        """Whether a part is at work, or waits to be."""
        return self._last is not None and not self._last.done()

    @property
    def said(self) -> str:
        """What the last part told, "" when there was nothing to tell, or while it is at work."""
        with self._lock:
            return self._last.result() if self._last is not None and self._last.done() else ""

    def start(self, point: str, settings: Settings) -> None:
        """Let the parts of this point follow, in the background."""
        with self._lock:
            self._last = self._pool.submit(_follow, point, settings)


def _follow(point: str, settings: Settings) -> str:
    try:
        return "; ".join(points.said(point, settings, ensure(settings.home_dir, settings.data_dir)))
    except CopilotError as error:
        return str(error)
    except Exception:
        log.exception("what follows at %s", point)
        return _FAILED
