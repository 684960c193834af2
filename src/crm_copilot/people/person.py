"""Somebody who asks."""

from __future__ import annotations

from dataclasses import dataclass

from crm_copilot.people.roles import Role
from crm_copilot.people.scope import WHOLE, Scope


@dataclass(frozen=True, slots=True)
class Person:
    """A person by the id of their account, with their role and what they may see."""

    id: str
    name: str
    role: Role
    scope: Scope


# Who asks while there are no accounts: the product works at once, for the one who started it.
OWNER = Person("owner", "owner", "admin", WHOLE)
