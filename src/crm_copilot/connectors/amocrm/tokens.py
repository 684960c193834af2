"""OAuth tokens of amoCRM: kept in one file, refreshed before they end, each refresh token used once.

amoCRM takes a refresh token once only: whoever refreshes holds a lock, reads the file again inside of it, and writes
the new pair before it is used. The file is readable by its owner alone and replaced in one step.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from crm_copilot.connectors.amocrm.private import write_private
from crm_copilot.errors import Busy, InputError, OperatorError

LOGIN = "log in again with 'crm connect amocrm login'"
_EARLY = 300  # seconds before their end that tokens are refreshed
_LOCK_SECONDS, _TIMEOUT = 60, 30.0
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Access:
    """An account's address, the integration's keys, and its tokens; `ends` is in seconds since 1970."""

    url: str
    client_id: str
    client_secret: str
    redirect_uri: str
    access_token: str = ""
    refresh_token: str = ""
    ends: float = 0.0

    def __repr__(self) -> str:
        """Keep secrets out of logs and tracebacks."""
        return f"Access({self.url!r})"


def address(url: str) -> str:
    """Return the address of an account without a path; raise InputError for one that is no https."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.scheme != "https" and parts.hostname not in _LOCAL:
        raise InputError(f"{url!r} would send the tokens in the clear; give an address like https://company.amocrm.ru")
    if not parts.hostname or ("." not in parts.hostname and parts.hostname not in _LOCAL):
        raise InputError(f"{url!r} is no address of an account; give one like https://company.amocrm.ru")
    return f"{parts.scheme}://{parts.netloc}"


class TokenStore:
    """The file with the access of one account under CRM_HOME."""

    def __init__(self, home: Path) -> None:
        self.file = home / "connect" / "amocrm.json"

    def login(self, access: Access, code: str) -> Access:
        """Exchange the code of the integration's page for tokens and keep them; raise InputError when it is refused."""
        with self._locked():
            return self._kept(_asked(access, {"grant_type": "authorization_code", "code": code}))

    def read(self) -> Access:
        """Return what is kept; raise InputError when there is nothing or it is damaged."""
        try:
            return Access(**json.loads(self.file.read_text("utf-8")))
        except FileNotFoundError:
            raise InputError(f"no amoCRM account is connected; {LOGIN}") from None
        except (OSError, ValueError, TypeError) as error:
            raise InputError(f"{self.file} cannot be read ({type(error).__name__}); {LOGIN}") from None

    def token(self, *, refused: str | None = None) -> str:
        """Return a token that is good; `refused` is one that the server did not take."""
        if (good := self._good(refused)) is not None:
            return good
        with self._locked():
            if (good := self._good(refused)) is not None:
                return good  # another process was faster
            access = self.read()
            given = {"grant_type": "refresh_token", "refresh_token": access.refresh_token}
            return self._kept(_asked(access, given)).access_token

    def _good(self, refused: str | None) -> str | None:
        access = self.read()
        good = access.access_token != refused and access.ends - _EARLY > time.time()
        return access.access_token if good else None

    def forget(self) -> None:
        """Remove what is kept."""
        self.file.unlink(missing_ok=True)

    def _kept(self, access: Access) -> Access:
        write_private(self.file, asdict(access))
        return access

    @contextmanager
    def _locked(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with FileLock(self.file.with_suffix(".lock"), timeout=_LOCK_SECONDS):
                yield
        except Timeout as error:
            raise Busy("another process is refreshing the tokens of amoCRM; try again") from error


def _asked(access: Access, given: Mapping[str, str]) -> Access:
    """Return the access with the tokens that the server gives for a code or a refresh token."""
    keys = {"client_id": access.client_id, "client_secret": access.client_secret, "redirect_uri": access.redirect_uri}
    try:
        answer = httpx.post(f"{access.url}/oauth2/access_token", json={**keys, **given}, timeout=_TIMEOUT)
    except httpx.HTTPError as error:
        raise OperatorError(f"{access.url} cannot be reached ({type(error).__name__}); try again later") from None
    if answer.status_code >= 500 or answer.status_code == 429:
        raise OperatorError(f"{access.url} answers {answer.status_code}; try again later")
    if answer.status_code != 200:
        raise InputError(f"amoCRM refuses the keys or the code ({answer.status_code}); {LOGIN} and a new code")
    return _with_tokens(access, answer)


def _with_tokens(access: Access, answer: httpx.Response) -> Access:
    try:
        found: dict[str, Any] = answer.json()
        ends = time.time() + float(found["expires_in"])
        return replace(
            access, access_token=str(found["access_token"]), refresh_token=str(found["refresh_token"]), ends=ends
        )
    except (ValueError, KeyError, TypeError):
        raise OperatorError(f"{access.url} gave no tokens; check that this is the address of the account") from None
