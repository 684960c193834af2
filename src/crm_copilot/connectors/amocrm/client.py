"""Pages of amoCRM's API v4: seven requests a second at most, what fails for a while asked again, tokens refreshed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from crm_copilot.connectors.amocrm.tokens import LOGIN, TokenStore
from crm_copilot.errors import InputError, OperatorError

PACE = 1 / 7  # seconds between two requests
_TRIES, _LONGEST_WAIT, _TIMEOUT = 6, 60.0, 30.0
_PAGE = 250
_MOST_PAGES = 10_000
Entity = dict[str, Any]


@dataclass
class Client:
    """Reads lists of entities; `pace` is the least number of seconds between requests, `wait` the first wait."""

    tokens: TokenStore
    pace: float = PACE
    wait: float = 1.0
    _http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=_TIMEOUT), repr=False)
    _next: float = 0.0

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def entities(self, path: str, **query: Any) -> Iterator[Entity]:
        """Yield the entities of a list ("leads", "leads/notes") page by page; none when there are none.

        Raises InputError when the account must be connected anew, OperatorError when the server cannot be used.
        """
        base = self.tokens.read().url
        url: str | None = f"{base}/api/v4/{path}"
        params: Mapping[str, Any] | None = {"limit": query.pop("limit", _PAGE), "page": 1, **query}
        for _ in range(_MOST_PAGES):
            if url is None:
                return
            page = self._page(url, params)
            yield from _embedded(page, path)
            url, params = _following(page, base), None
        raise OperatorError(f"amoCRM gave more than {_MOST_PAGES} pages of {path}; narrow it with --since")

    def _page(self, url: str, params: Mapping[str, Any] | None) -> Entity:
        """Return one page, {} for an empty list; failures that pass are waited for."""
        wait, refused = self.wait, None
        problem = ""
        for _ in range(_TRIES):
            answer, problem = self._asked(url, params, refused)
            if answer is not None and answer.status_code == 401:
                if refused is not None:
                    raise InputError(f"amoCRM does not take a token that it has just given; {LOGIN}")
                refused = answer.request.headers["Authorization"].removeprefix("Bearer ")
                continue
            if answer is not None and answer.status_code < 429 and answer.status_code != 408:
                return _content(answer)
            time.sleep(min(_retry_after(answer) or wait, _LONGEST_WAIT))
            wait *= 2
        raise OperatorError(f"amoCRM does not answer ({problem}) after {_TRIES} tries; try again later")

    def _asked(
        self, url: str, params: Mapping[str, Any] | None, refused: str | None
    ) -> tuple[httpx.Response | None, str]:  # fmt: skip
        headers = {"Authorization": f"Bearer {self.tokens.token(refused=refused)}"}
        time.sleep(max(0.0, self._next - time.monotonic()))
        self._next = time.monotonic() + self.pace
        try:
            answer = self._http.get(url, params=params, headers=headers)
        except httpx.HTTPError as error:
            return None, type(error).__name__
        return answer, str(answer.status_code)


def _content(answer: httpx.Response) -> Entity:
    if answer.status_code == 204:
        return {}
    if answer.status_code in (402, 403):
        raise InputError(
            f"amoCRM refuses access ({answer.status_code}): the account is unpaid, blocked or the integration lacks "
            f"the right; repair it there, then {LOGIN}"
        )
    if answer.status_code != 200:
        raise OperatorError(f"amoCRM answers {answer.status_code} to {answer.request.url.path}; nothing was loaded")
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise OperatorError(f"{answer.request.url.path} gave no JSON object; check that this is amoCRM's API v4")
    return found


def _embedded(page: Entity, path: str) -> list[Entity]:
    found = page.get("_embedded") or {}
    entities = found.get(path.rsplit("/", 1)[-1]) if isinstance(found, dict) else None
    return [entity for entity in entities or [] if isinstance(entity, dict) and entity.get("id") is not None]


def _following(page: Entity, base: str) -> str | None:
    """Return the address of the next page; the token never goes to another server than the account's."""
    link = ((page.get("_links") or {}).get("next") or {}).get("href")
    if not isinstance(link, str):
        return None
    if urlsplit(link)[:2] != urlsplit(base)[:2]:
        raise OperatorError("amoCRM's next page lies on another server; nothing was loaded")
    return link


def _retry_after(answer: httpx.Response | None) -> float | None:
    text = answer.headers.get("Retry-After", "") if answer is not None else ""
    return float(text) if text.replace(".", "", 1).isdigit() else None
