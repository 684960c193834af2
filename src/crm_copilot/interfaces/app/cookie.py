"""The cookie of a session, which only the server reads and writes: no script of a page can (`HttpOnly`).

A page of Streamlit sends no headers of its own. So it gives the browser a ticket, good once and for a minute, which the
browser changes for the cookie at an address beside the pages. Only a page from here can ask there: the browser asks
first whether another may send such a request, and nothing says that it may.
"""

from __future__ import annotations

import secrets
import threading
import time

from cachetools import TTLCache
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit import config

from crm_copilot.storage.keys import SESSION

COOKIE = "crm_session"
_TICKET_SECONDS = 60.0


class Tickets:
    """What the browsers may change for a session; each once."""

    def __init__(self, seconds: float = _TICKET_SECONDS) -> None:
        self._kept: TTLCache[str, str] = TTLCache(10_000, seconds, timer=time.monotonic)
        self._lock = threading.Lock()

    def give(self, session: str) -> str:
        """Return a ticket for a session."""
        ticket = secrets.token_urlsafe(32)
        with self._lock:
            self._kept[ticket] = session
        return ticket

    def take(self, ticket: str) -> str | None:
        """Return the session of a ticket, which is used up now; None for one that opens nothing."""
        with self._lock:
            found: str | None = self._kept.pop(ticket, None)
        return found


tickets = Tickets()


def script(session: str) -> str:
    """Return what a browser does to keep a session, or with "" to forget the one that it has."""
    how = f"'PUT', headers: {{'X-Ticket': '{tickets.give(session)}', 'X-Scheme': location.protocol}}"
    return f"<script>fetch('{_path()}', {{keepalive: true, method: {how if session else repr('DELETE')}}})</script>"


def routes() -> list[Route]:
    """Return the address where a ticket is changed for the cookie, and where the cookie is given back."""
    return [Route(_path(), _keep, methods=["PUT"]), Route(_path(), _forget, methods=["DELETE"])]


def _path() -> str:
    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/session" if base else "/session"


async def _keep(request: Request) -> Response:
    session = tickets.take(request.headers.get("X-Ticket", ""))
    if session is None:
        return Response("this ticket opens nothing, or no longer; sign in again", 403)
    answer = Response(status_code=204)
    answer.set_cookie(
        COOKIE, session, max_age=int(SESSION.total_seconds()), httponly=True, samesite="strict",
        secure=request.headers.get("X-Scheme") == "https:",
    )  # fmt: skip
    return answer


async def _forget(request: Request) -> Response:
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer
