"""Which files a worker may read: libraries that are named here, time zones and what is mapped already.

Named one by one: neither `site-packages` as a whole (it may hold the house's own code, or lead to a source
folder with an `.env` in it), nor /etc, /proc, /tmp, a home, or the prefix of the interpreter.
"""

# ruff: noqa: SIM905
from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from pathlib import Path

PACKAGES = frozenset(
    "numpy pandas scipy sklearn statsmodels matplotlib mpl_toolkits pylab pyarrow joblib threadpoolctl "
    "narwhals patsy formulaic interface_meta wrapt typing_extensions packaging dateutil pytz tzdata six "
    "cycler kiwisolver contourpy fontTools PIL pyparsing numexpr bottleneck tabulate".split()
)
SYSTEM = ("/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/ld.so.cache", "/dev/null")
_NOT_STANDARD = frozenset({"site-packages", "dist-packages", "test", "idlelib", "ensurepip"})


def readable() -> list[str]:
    """Return the paths, files and folders, that a worker may read."""
    folders = {*_standard_library(), *_packages(), *SYSTEM}
    mapped = {path for path in _mapped() if folders.isdisjoint(map(str, Path(path).parents))}
    return sorted(path for path in folders | mapped if os.path.exists(path))


class OthersAreAbsent(MetaPathFinder):
    """Makes packages that may not be read look as if they were not installed.

    Libraries try optional packages and go on without them at an ImportError, not at a PermissionError.
    """

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        """Leave what is named here to the other finders."""
        if path is None and fullname not in PACKAGES and fullname not in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def _standard_library() -> Iterator[str]:
    folders = {sysconfig.get_path("stdlib"), os.path.dirname(os.__file__)}
    for folder in folders:
        yield from (entry.path for entry in os.scandir(folder) if entry.name not in _NOT_STANDARD)


def _packages() -> Iterator[str]:
    for folder in {entry for entry in sys.path if os.path.isdir(entry)}:
        yield from (entry.path for entry in os.scandir(folder) if _belongs(entry.name))


def _belongs(entry: str) -> bool:
    """`numpy`, `six.py`, `_x.cpython-311.so` by their module; `scikit_learn.libs` since wheels keep .so there."""
    return entry.split(".")[0] in PACKAGES or entry.endswith(".libs")


def _mapped() -> Iterator[str]:
    """The shared libraries in use: the loader may look at them again."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        parts = line.split(None, 5)
        if len(parts) == 6 and ".so" in parts[5] and not parts[5].endswith(" (deleted)"):
            yield parts[5]
