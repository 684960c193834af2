"""Who asks: the owner while there are no accounts, else whoever the key in the request belongs to.

What a key may do is one of its scopes: ask, read, feedback, tools; "admin" may everything.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from crm_copilot.errors import CopilotError, InputError
from crm_copilot.interfaces.api.problems import Refused
from crm_copilot.people import OWNER, Person
from crm_copilot.service import Service
from crm_copilot.storage.keys import KEY_SCOPES, KeyScope

_HOW = "send it as 'Authorization: Bearer crm_…'; 'crm people key NAME' makes one"
_LOOK_SECONDS = 2.0
_bearer = HTTPBearer(auto_error=False, description="A key, as `crm people key NAME` gives it.")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and what their key may do."""

    person: Person
    scopes: frozenset[str]

    def may(self, scope: str) -> bool:
        """Whether the key may do this."""
        return bool({scope, "admin"} & self.scopes)

    def must(self, *scopes: str) -> None:
        """Raise Refused unless the key has one of the scopes."""
        if not any(map(self.may, scopes)):
            raise Refused(
                f"this key may {', '.join(sorted(self.scopes)) or 'nothing'}, and this needs "
                f"{' or '.join(map(repr, scopes))}; ask an administrator for a key that may",
                403,
            )


class Gate:
    """Lets people in by their key."""

    def __init__(self, service: Service) -> None:
        self._service, self._looked, self._there = service, 0.0, False

    def needs_key(self) -> bool:
        """Whether there are accounts; once there is one, there are."""
        if not self._there and time.monotonic() - self._looked > _LOOK_SECONDS:
            self._there, self._looked = self._service.house.accounts.any(), time.monotonic()
        return self._there

    def asker(self, key: str | None) -> Asker:
        """Return who asks; raise Refused, which says why, for a key that does not hold."""
        if not self.needs_key():
            return Asker(OWNER, frozenset(KEY_SCOPES))
        if not key:
            raise Refused(f"a key is needed; {_HOW}")
        try:
            person, scopes = self._service.house.accounts.by_key(key)
        except InputError as error:
            raise Refused(str(error)) from None
        return Asker(person, frozenset(scopes))


def only_known(request: Request) -> None:
    """Raise InputError for a query parameter that the operation does not have: it would be ignored in silence."""
    if not request.query_params:
        return
    operations = request.app.openapi()["paths"].get(request.scope["route"].path, {})
    declared = operations.get(request.method.lower(), {}).get("parameters", [])
    known = [found["name"] for found in declared if found["in"] == "query"]
    for name in request.query_params:
        if name not in known:
            there = ", ".join(known) or "none"
            raise InputError(f"there is no parameter {name!r} here; those there are: {there}")


def service_of(request: Request) -> Service:
    """Return the service; raise why it did not open."""
    trouble: CopilotError | None = request.app.state.trouble
    if trouble is not None:
        raise trouble
    found: Service = request.app.state.service
    return found


def who_asks(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Asker:
    """Return who sends a request."""
    gate: Gate = request.app.state.gate
    return gate.asker(credentials.credentials if credentials else None)


def may(*scopes: KeyScope) -> Callable[[Asker], Asker]:
    """Return a dependency that lets in whose key has one of the scopes."""

    def asker(asker: Annotated[Asker, Depends(who_asks)]) -> Asker:
        asker.must(*scopes)
        return asker

    return asker


TheService = Annotated[Service, Depends(service_of)]
MayAsk = Annotated[Asker, Depends(may("ask"))]
MayRead = Annotated[Asker, Depends(may("read"))]
MayLook = Annotated[Asker, Depends(may("ask", "read"))]
MayRate = Annotated[Asker, Depends(may("feedback"))]
MayUseTools = Annotated[Asker, Depends(may("tools"))]
