"""The limits of what somebody may see. None is no limit, an empty list lets nothing through."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from crm_copilot.catalog import tables as declared

# Which tables a limit makes smaller; every other one is the same for everybody who may see it at all.
BY_MANAGER = ("clients", "interactions")
BY_STATE = ("customers", "orders", "order_items", "payments", "reviews", "df", "customer_df", "product_df")
_LISTS = ("managers", "states", "tables", "collections")
_SAY = {
    "en": {"lead": "Limited to what you may see: {limits}.", "managers": "clients of {names}",
           "states": "customers in {names}", "personal": "no personal columns", "and": " and ", "nobody": "nobody"},
    "pt": {"lead": "Limitado ao que você pode ver: {limits}.", "managers": "clientes de {names}",
           "states": "compradores de {names}", "personal": "sem colunas pessoais", "and": " e ", "nobody": "ninguém"},
}  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """What somebody may see; people with equal scopes share what is made for them.

    `managers` limits clients and interactions to the clients of these account managers, `states` customers and all
    that they bought, paid and wrote to those of these states. `tables` and `collections` (of texts) are the only ones
    that may be seen at all. Without `personal` the columns marked so in the catalog are left out.
    """

    managers: tuple[str, ...] | None = None
    states: tuple[str, ...] | None = None
    tables: tuple[str, ...] | None = None
    personal: bool = True
    collections: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Put the lists in order, so that the same limits are the same scope."""
        for name in _LISTS:
            found = getattr(self, name)
            if isinstance(found, str):
                raise TypeError(f"{name} is the text {found!r}, expected a tuple of texts")
            if found is not None:
                object.__setattr__(self, name, tuple(sorted(set(found))))

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Scope:
        """Return the scope that `dataclasses.asdict` wrote; raise TypeError for anything else."""
        lists: dict[str, Any] = {name: tuple(value) for name, value in found.items() if isinstance(value, list)}
        return cls(**{**found, **lists})

    @property
    def whole(self) -> bool:
        """Whether nothing is limited."""
        return self == WHOLE

    @cached_property
    def key(self) -> str:
        """The name of these limits: "all", or 16 hex digits."""
        written = json.dumps(asdict(self), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return "all" if self.whole else hashlib.sha256(written.encode()).hexdigest()[:16]

    def sees(self, table: str) -> bool:
        """Whether a table may be seen at all."""
        return self.tables is None or table in self.tables

    def hides(self, table: str, column: str) -> bool:
        """Whether a column of a table that may be seen is left out."""
        return not self.personal and table in declared() and declared()[table].columns[column].personal

    def reads(self, collection: str) -> bool:
        """Whether a collection of texts may be read."""
        return self.collections is None or collection in self.collections

    def said(self, tables: Iterable[str], language: str) -> str:
        """Return one sentence with the limits that touch an answer from these tables, "" when none does."""
        say, seen = _SAY["pt" if language == "pt" else "en"], {table for table in tables if self.sees(table)}
        limits = [
            say[name].format(names=_listed(values, say["and"]) or say["nobody"])
            for name, values, touched in (("managers", self.managers, BY_MANAGER), ("states", self.states, BY_STATE))
            if values is not None and seen & set(touched)
        ]
        if not self.personal and any(_has_told_columns(table) for table in seen):
            limits.append(say["personal"])
        return say["lead"].format(limits="; ".join(limits)) if limits else ""


WHOLE = Scope()


def _listed(names: tuple[str, ...], last: str) -> str:
    return last.join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _has_told_columns(table: str) -> bool:
    """Whether a table has personal columns that one would read: a number is the same without a personal id."""
    columns = declared()[table].columns.values() if table in declared() else ()
    return any(column.personal and column.type != "id" for column in columns)
