"""`crm serve`: listen until it is told to stop, then finish or hand back what runs."""

from __future__ import annotations

import ipaddress
import logging
import socket
import sys
import threading
from types import FrameType

import uvicorn

from crm_copilot.bootstrap import House, bootstrap
from crm_copilot.errors import InputError, OperatorError
from crm_copilot.interfaces.api.application import create
from crm_copilot.service import Service

_IDLE_SECONDS = 75  # longer than a proxy keeps a connection (60 s): one that is closed as it is used again is an error
_MORE_SECONDS = 10  # for what was stopped to end, and for its answers to go out


class _Server(uvicorn.Server):
    """Stops the service as soon as it is told to stop: requests that wait are answered, not cut off."""

    def __init__(self, config: uvicorn.Config, service: Service, drain_seconds: float) -> None:
        super().__init__(config)
        self._service, self._drain = service, drain_seconds

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take nothing more; a second signal waits for nothing."""
        if not self.should_exit:
            threading.Thread(target=self._service.close, args=(self._drain,), name="drain").start()
        super().handle_exit(sig, frame)


def serve(host: str, port: int, drain_seconds: float) -> None:
    """Serve the API until SIGTERM or SIGINT.

    Raises InputError for a host that others reach while there are no accounts, OperatorError for a port that is taken.
    """
    house = bootstrap()
    _refuse_strangers(house, host)
    listening = _listen(host, port)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    service = Service(house)
    config = uvicorn.Config(
        create(service), log_config=None, access_log=False, server_header=False, proxy_headers=False,
        timeout_graceful_shutdown=int(drain_seconds) + _MORE_SECONDS, timeout_keep_alive=_IDLE_SECONDS,
    )  # fmt: skip
    sys.stderr.write(f"crm: http://{host}:{listening.getsockname()[1]} (stop with Ctrl-C)\n")
    _Server(config, service, drain_seconds).run(sockets=[listening])


def _refuse_strangers(house: House, host: str) -> None:
    if not _is_local(host) and not house.accounts.any():
        raise InputError(
            f"--host {host} lets others in, and there are no accounts; add one with 'crm people add NAME --role admin',"
            " or leave --host out to serve this machine alone"
        )


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listening = socket.socket(family)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        raise OperatorError(
            f"{host}:{port} cannot be listened on ({error.strerror}); choose another with --host and --port"
        ) from error
    return listening
