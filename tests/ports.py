"""Ports for the servers that tests start."""

from __future__ import annotations

import socket


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
