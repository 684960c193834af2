"""The outside as an attacker would like it: a secret in a file and in the environment, listeners, a victim.

`fill` puts their addresses into a program; `assert_untouched` fails if anything was read, changed or reached.
"""

from __future__ import annotations

import os
import secrets
import select
import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from crm_copilot.domain import Execution


class World:
    """What programs must not read, change or reach."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.secret = secrets.token_hex(12)
        self.folder = folder
        self.file = folder / "secret.txt"
        self.file.write_text(self.secret)
        monkeypatch.setenv("SANDBOX_TEST_SECRET", self.secret)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._tcp = self._listen(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        self._udp = self._listen(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        self._path = self._listen(socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / "socket"))
        self._abstract_name = f"crm-{secrets.token_hex(6)}"
        self._abstract = self._listen(socket.AF_UNIX, socket.SOCK_STREAM, "\0" + self._abstract_name)
        self._victim = self._stack.enter_context(
            subprocess.Popen(["sleep", "60"], env={"SANDBOX_TEST_SECRET": self.secret})
        )
        self._stack.callback(self._victim.kill)
        self._before = self._state()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def fill(self, code: str) -> str:
        """Return the program with the addresses of this world in it."""
        names = {
            "SECRET_FILE": str(self.file),
            "FOLDER": str(self.folder),
            "TCP_PORT": str(self._tcp.getsockname()[1]),
            "UDP_PORT": str(self._udp.getsockname()[1]),
            "SOCKET_PATH": str(self.folder / "socket"),
            "ABSTRACT": self._abstract_name,
            "VICTIM": str(self._victim.pid),
            "APP": str(os.getpid()),
        }
        for name, value in names.items():
            code = code.replace(f"@{name}@", value)
        return code

    def assert_untouched(self, execution: Execution) -> None:
        """Fail if the program got hold of the secret, changed a file, reached a listener or hurt the victim."""
        assert self.secret not in repr(execution)
        assert self.secret.encode() not in (execution.figure or b"")
        assert self._state() == self._before
        assert self.file.read_text() == self.secret
        reached, _, _ = select.select([self._tcp, self._udp, self._path, self._abstract], [], [], 0)
        assert not reached
        assert self._victim.poll() is None

    def _listen(self, family: socket.AddressFamily, kind: socket.SocketKind, address: object) -> socket.socket:
        listener = self._stack.enter_context(socket.socket(family, kind))
        listener.bind(address)  # type: ignore[arg-type]
        if kind is socket.SOCK_STREAM:
            listener.listen(1)
        return listener

    def _state(self) -> dict[str, tuple[int, int, float, int]]:
        """Size, mode, time of change and links of everything in the folder."""
        return {
            path.name: (found.st_size, found.st_mode, found.st_mtime, found.st_nlink)
            for path in sorted(self.folder.rglob("*"))
            for found in [path.lstat()]
        }
