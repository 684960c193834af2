"""The clients of the CRM with what rules ask for: industry, spend, the last meeting and contact, the manager."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from crm_copilot.playbook.facts import Facts
from crm_copilot.playbook.names import Names

Connect = Callable[[], Any]
_CONTACTS = "SELECT client_id, max(interaction_time)::DATE AS contact FROM interactions GROUP BY 1"
_COLUMNS = {"client_name": "", "client_id": "", "industry": "", "total_spend_ytd": "", "last_meeting_date": "::DATE",
            "account_manager": ""}  # fmt: skip
_CLIENTS = "SELECT {columns}, contact FROM clients LEFT JOIN ({contacts}) USING (client_id) ORDER BY 1, 2"
_NOBODY = "SELECT NULL AS client_id, NULL::DATE AS contact WHERE false"


class Directory:
    """The clients of the loaded data; read again when other data are in use.

    `last` is the last day that the whole data know of, also where only a part of them may be seen.
    """

    def __init__(
        self, connect: Connect, version: Callable[[], str], last: Callable[[], date] = lambda: date.min
    ) -> None:
        self._connect, self._version, self._last = connect, version, last
        self._held: tuple[str, tuple[Facts, ...]] | None = None

    @property
    def clients(self) -> tuple[Facts, ...]:
        """Every client by name; () when the data have none."""
        version = self._version()
        if self._held is None or self._held[0] != version:
            self._held = version, self._read()
        return self._held[1]

    @property
    def names(self) -> Names:
        """The industries, clients and managers that rules may name."""
        return Names(
            tuple(sorted({c.industry for c in self.clients if c.industry})),
            tuple(sorted({c.name for c in self.clients if c.name})),
            tuple(sorted({c.manager for c in self.clients if c.manager})),
        )

    def _read(self) -> tuple[Facts, ...]:
        with self._connect() as data:
            found = data.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall()
            known = {name for table, name in found if table == "clients"}
            if not known:
                return ()
            contacts = _CONTACTS if "interactions" in {table for table, _ in found} else _NOBODY
            rows = data.execute(_CLIENTS.format(columns=_columns(known), contacts=contacts)).fetchall()
            ordered = _ordered(data) if "orders" in {table for table, _ in found} else None
        days = [day for row in rows for day in (row[4], row[6]) if day]
        today = max([self._last(), *days, *(day for day in ordered or () if day)])
        return tuple(_facts(row, today) for row in rows)


def _columns(known: set[str]) -> str:
    """Return the columns to read; one that may not be seen is empty."""
    return ", ".join(f"{name}{kind}" if name in known else f"NULL AS {name}" for name, kind in _COLUMNS.items())


def _ordered(data: Any) -> Any:
    return data.execute("SELECT max(order_purchase_timestamp)::DATE FROM orders").fetchone()


def _facts(row: Sequence[Any], today: date) -> Facts:
    name, number, industry, spend, met, manager, contact = row
    return Facts(str(name or number), str(number), industry, spend, met, manager, contact, today)
