"""What every response carries, how large a body may be, and which hosts are answered while there are no accounts.

No CORS header is ever sent: a page of another site can read nothing here.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm_copilot.interfaces.api.problems import TOO_LARGE, respond

MOST_BYTES = 1_000_000
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
LOCAL = ("127.0.0.1", "localhost", "[::1]")


class Guard:
    """Adds the headers; refuses a foreign host name while whoever asks is the owner.

    A page on the internet may have its own name lead to this machine, and would then be let in without a key.
    """

    def __init__(self, app: ASGIApp, needs_key: Callable[[], bool]) -> None:
        self._app, self._needs_key = app, needs_key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        refused = self._refused(scope["path"], headers.get("host", ""), headers.get("content-length", ""))
        if refused is not None:
            await refused(scope, receive, guarded)
            return
        await self._app(scope, _counted(receive), guarded)

    def _refused(self, path: str, host: str, length: str) -> Response | None:
        if _name(host) not in LOCAL and not self._needs_key():
            said = f"there are no accounts, so only this machine is answered, not {host!r}; 'crm people add' adds one"
            return respond(path, 403, "not_allowed", said)
        if length.isdecimal() and int(length) > MOST_BYTES:
            return respond(path, 413, "too_large", TOO_LARGE)
        return None


def _counted(receive: Receive) -> Receive:
    """Count a body that comes in pieces; raise HTTPException once it is too large."""
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MOST_BYTES:
            raise HTTPException(413)
        return message

    return counted


def _name(host: str) -> str:
    """Return a host without its port."""
    return host[: host.rindex("]") + 1] if host.startswith("[") and "]" in host else host.partition(":")[0]
