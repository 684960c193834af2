"""A real PostgreSQL for the tests: started by them, on a port of its own in a temporary folder, and gone with them.

initdb refuses root, so root starts it as another user.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

import psycopg
from ports import free_port

USER, PASSWORD = "crm", "a password of the tests"  # noqa: S105 - of a server that lives for a minute


@cache
def binaries() -> Path | None:
    """The folder of the newest PostgreSQL that is installed, None where there is none."""
    found = shutil.which("postgres")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return Path(found).parent if found else installed[-1].parent if installed else None


class PostgresServer:
    """A server; `safe` writes to the disk as in production, which takes longer."""

    def __init__(self, *, safe: bool = False) -> None:
        self._bin = binaries() or Path()
        self.folder = Path(tempfile.mkdtemp(prefix="crm-postgres-"))
        self.port = free_port()
        self._as = _ordinary_user() if os.geteuid() == 0 else {}
        if self._as:
            shutil.chown(self.folder, self._as["user"], self._as["group"])
        self._initialise()
        self._options = [] if safe else ["-c", "fsync=off", "-c", "full_page_writes=off"]
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it, also after it was killed, and wait until it answers."""
        here = ["-D", self._data, "-p", str(self.port), "-k", str(self.folder), "-h", "127.0.0.1"]
        command = [str(self._bin / "postgres"), *here, *self._options]
        for _ in range(50):
            log = (self.folder / "log").open("ab")
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, **self._as)
            if self._answers():
                return
            time.sleep(0.2)  # what was killed is still letting go of its memory
        raise RuntimeError((self.folder / "log").read_text()[-2000:])

    def kill(self) -> None:
        """Kill it with everything that belongs to it, as a power failure does."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """Stop it and remove what it wrote."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)  # at once: nobody reads it again
        self._process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres", password: str = PASSWORD) -> str:
        """The address of one of its databases."""
        return f"postgresql://{USER}:{password.replace(' ', '%20')}@127.0.0.1:{self.port}/{database}"

    def new_database(self, template: str = "template1") -> str:
        """Make a database and return its name."""
        name = f"crm_{secrets.token_hex(6)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.run(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def run(self, statement: str) -> None:
        """Run a statement that stands in no transaction."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _initialise(self) -> None:
        words = self.folder / "password"
        words.write_text(PASSWORD)
        if self._as:
            shutil.chown(words, self._as["user"])
        options = ["-U", USER, "--pwfile", str(words), "--auth=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        command = [str(self._bin / "initdb"), "-D", self._data, *options]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, timeout=120, **self._as)

    def _answers(self) -> bool:
        assert self._process is not None
        for _ in range(300):
            if self._process.poll() is not None:
                return False
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
                return True
            except psycopg.OperationalError:
                time.sleep(0.1)
        return False


def _ordinary_user() -> dict[str, object]:
    names = {user.pw_name for user in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
