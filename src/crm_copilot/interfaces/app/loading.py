"""Loading data outside the thread of any page, so that a click in the middle of it breaks nothing off."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from crm_copilot.data import DataInfo, load
from crm_copilot.errors import CopilotError

log = logging.getLogger(__name__)
Then = Callable[[], None]
UPLOADS = "uploads"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a load: what is in use now, or what was wrong while the old data stay in use."""

    info: DataInfo | None = None
    trouble: str = ""


class Loading:
    """Loads one folder at a time; `outcome` keeps the last result until it is taken."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="load")
        self._lock = threading.Lock()
        self._future: Future[Outcome] | None = None

    @property
    def busy(self) -> bool:
        """Whether a load is under way."""
        return self._future is not None and not self._future.done()

    def folder(self, directory: Path, home: Path, then: Then = lambda: None) -> None:
        """Start loading a folder, unless one is being loaded; `then` is done when it has been."""
        self._start(lambda: _load(directory, home), then)

    def files(self, files: Mapping[str, bytes], home: Path, then: Then = lambda: None) -> None:
        """Start loading uploaded files, by name; `then` is done when they have been.

        They are kept under `home`, since a later version of the product may have to read them again.
        """
        self._start(lambda: _load_files(dict(files), home), then)

    def _start(self, load: Callable[[], Outcome], then: Then) -> None:
        with self._lock:
            if not self.busy:
                self._future = self._pool.submit(_followed, load, then)

    def outcome(self) -> Outcome | None:
        """Return what became of the last load, None while it runs or when there was none; it is told once."""
        with self._lock:
            if self._future is None or not self._future.done():
                return None
            done, self._future = self._future, None
        return done.result()


def _followed(load: Callable[[], Outcome], then: Then) -> Outcome:
    outcome = load()
    if outcome.info is not None:
        then()
    return outcome


def _load(directory: Path, home: Path) -> Outcome:
    try:
        return Outcome(load(directory.expanduser(), home))
    except CopilotError as error:
        return Outcome(trouble=str(error))
    except Exception:
        log.exception("%s could not be loaded", directory)
        return Outcome(trouble=f"{directory} could not be loaded; the log of the app says why. Nothing has changed.")


def _load_files(files: Mapping[str, bytes], home: Path) -> Outcome:
    uploads = home / UPLOADS
    uploads.mkdir(parents=True, exist_ok=True)
    directory = Path(tempfile.mkdtemp(dir=uploads))
    for name, content in files.items():
        (directory / Path(name).name).write_bytes(content)
    outcome = _load(directory, home)
    for old in uploads.iterdir():
        if (old == directory) == (outcome.info is None):
            shutil.rmtree(old, ignore_errors=True)
    return outcome
