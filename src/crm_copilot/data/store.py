"""Versions of the data under `home`/data: made aside, put in place whole, one in use.

A version is a folder that is written under a temporary name and renamed when it is complete; only who
it came from may be written anew. What is in
use is said by `current.json`, which is replaced in one step: whoever opens the data sees the old version
or the new one. One process at a time writes; readers need no lock, since a version never changes and the
one before the current is kept for those that still read it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crm_copilot.data.dataset import CURRENT, MANIFEST, DataInfo, Dataset, complete, read_json
from crm_copilot.data.sources import Signature
from crm_copilot.errors import Busy, SettingsError

LOCK_SECONDS = 600
ASIDE = ".loading-"


class Store:
    """The folder `home`/data, for the one who writes to it."""

    def __init__(self, home: Path) -> None:
        self.directory = home / "data"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the right to write; wait for another process that has it; clear away what a crash left.

        Raises:
            Busy: another process has been loading for ten minutes.
            SettingsError: the folder cannot be written to.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(self.directory / ".lock", timeout=LOCK_SECONDS)
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise Busy("another process is still loading data; try again when it is done") from error
        except OSError as error:
            problem = f"{self.directory} cannot be written to ({error.strerror}); set CRM_HOME to a folder that can"
            raise SettingsError(problem) from error
        try:
            for leftover in self.directory.glob(ASIDE + "*"):
                shutil.rmtree(leftover, ignore_errors=True)
            yield
        finally:
            lock.release()

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """Give an empty folder on the same file system, gone afterwards."""
        with tempfile.TemporaryDirectory(prefix=ASIDE, dir=self.directory) as directory:
            yield Path(directory)

    def version(self, fingerprint: str) -> Dataset | None:
        """Return a version that is there and complete."""
        return complete(self.directory / fingerprint)

    def keep(self, built: Path, info: DataInfo) -> None:
        """Give a version that was built aside its manifest and its place."""
        _describe(built, info)
        place = self.directory / info.fingerprint
        shutil.rmtree(place, ignore_errors=True)
        built.rename(place)

    def use(self, info: DataInfo, signature: Signature) -> Dataset:
        """Make a version the current one in one step, and remove all but it and the one before."""
        fingerprint, before = info.fingerprint, self.current()
        _describe(self.directory / fingerprint, info)
        previous = before.get("fingerprint")
        if previous == fingerprint:
            previous = before.get("previous")
        entry = {"fingerprint": fingerprint, "previous": previous, "signature": signature}
        _replace(self.directory / CURRENT, json.dumps(entry, indent=2))
        self._remove_all_but({fingerprint, previous})
        return Dataset(self.directory / fingerprint, info)

    def current(self) -> dict[str, Any]:
        """Return the entry of the current version, empty when there is none or it cannot be read."""
        try:
            return read_json(self.directory / CURRENT)
        except (OSError, ValueError):
            return {}

    def _remove_all_but(self, kept: set[str | None]) -> None:
        for directory in self.directory.iterdir():
            if (directory / MANIFEST).is_file() and directory.name not in kept:
                shutil.rmtree(directory, ignore_errors=True)


def _describe(directory: Path, info: DataInfo) -> None:
    _replace(directory / MANIFEST, json.dumps(info.to_json(), ensure_ascii=False, indent=2))


def _replace(path: Path, text: str) -> None:
    """Write a file so that a reader finds the old text or the new one, never a part."""
    aside = path.with_name(path.name + ".new")
    aside.write_text(text, "utf-8")
    os.replace(aside, path)
