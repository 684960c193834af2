"""What is too old is forgotten by itself, once a day, by every process that lives long enough."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from crm_copilot.errors import CopilotError
from crm_copilot.storage.personal import expire
from crm_copilot.storage.store import Store

log = logging.getLogger(__name__)
FIRST_SECONDS = 60.0  # a question on the command line is over before
EVERY_SECONDS = 24 * 3600.0


def keep(store: Store, days: int, saver: Callable[[], Any], over: threading.Event) -> threading.Thread:
    """Forget from now on what is older than so many days, until `over` is set."""
    thread = threading.Thread(target=_keep, args=(store, timedelta(days), saver, over), name="retention", daemon=True)
    thread.start()
    return thread


def _keep(store: Store, age: timedelta, saver: Callable[[], Any], over: threading.Event) -> None:
    pause = FIRST_SECONDS
    while not over.wait(pause):
        pause = EVERY_SECONDS
        try:
            log.info("forgotten by age: %s", expire(store, age, saver()))
        except CopilotError as error:  # tomorrow is another day
            log.warning("what is old could not be forgotten: %s", error)
