"""The one table of what each role may see. Whatever is not named in it is hidden."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from crm_copilot.errors import InputError
from crm_copilot.people.scope import Scope

Role = Literal["rep", "support", "marketing", "analyst", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

_GOODS = ("products", "sellers", "geolocation")
_SALES = ("orders", "order_items", "payments", "reviews", "customers", "df", "customer_df", "product_df")
_ACCOUNTS = ("clients", "interactions")
_FUNNEL = ("leads", "deals")


@dataclass(frozen=True, slots=True)
class _Sight:
    """What a role may see: tables (None: all), personal columns, collections of texts (None: all)."""

    tables: tuple[str, ...] | None = None
    personal: bool = True
    collections: tuple[str, ...] | None = None


_SIGHTS: dict[Role, _Sight] = {
    "admin": _Sight(),
    "analyst": _Sight((*_GOODS, *_SALES, *_ACCOUNTS, *_FUNNEL), personal=False),
    "marketing": _Sight((*_GOODS, *_SALES, "clients", *_FUNNEL), personal=False),
    "support": _Sight((*_GOODS, *_SALES), collections=("support",)),
    "rep": _Sight(_GOODS),  # and what their managers and states add
}


def scope_of(
    role: str, *, managers: Iterable[str] | None = None, states: Iterable[str] | None = None,
    collections: Iterable[str] | None = None,
) -> Scope:  # fmt: skip
    """Return what somebody of a role may see, narrowed to these managers' clients and these states' customers.

    A rep sees clients only where managers are named and sales only where states are. `collections` are added to
    those of a role that reads but some, and limit one that reads all.

    Raises InputError for a role that is not there, and for a rep without managers and without states.
    """
    sight = _SIGHTS.get(role)  # type: ignore[call-overload]
    if sight is None:
        raise InputError(f"there is no role {role!r}; the roles are {', '.join(ROLES)}")
    named, placed, read = _names(managers), _names(states, upper=True), _names(collections)
    seen = sight.tables
    if role == "rep":
        seen = (*_GOODS, *(_ACCOUNTS if named else ()), *(_SALES if placed else ()))
        if not named and not placed:
            raise InputError("a rep needs managers (whose clients) or states (whose customers); name at least one")
    texts = read if sight.collections is None else (*sight.collections, *(read or ()))
    return Scope(named, placed, seen, sight.personal, texts)


def _names(given: Iterable[str] | None, *, upper: bool = False) -> tuple[str, ...] | None:
    """Return names without blanks around them, None when there is none."""
    if isinstance(given, str):
        raise InputError(f"{given!r} is one text, expected a list of names; write it as [{given!r}]")
    found = [name.strip().upper() if upper else name.strip() for name in given or ()]
    return tuple(name for name in found if name) or None
