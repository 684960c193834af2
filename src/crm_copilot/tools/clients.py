"""The clients of the CRM with what rules ask for: industry, spend, the last meeting and contact, the manager."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from crm_copilot.playbook.facts import Facts
from crm_copilot.playbook.names import Names

Connect = Callable[[], Any]
_CONTACTS = "SELECT client_id, max(interaction_time)::DATE AS contact FROM interactions GROUP BY 1"
_CLIENTS = """
SELECT client_name, client_id, industry, total_spend_ytd, last_meeting_date::DATE, account_manager, contact
FROM clients LEFT JOIN ({contacts}) USING (client_id) ORDER BY client_name, client_id
"""
_NOBODY = "SELECT NULL AS client_id, NULL::DATE AS contact WHERE false"


class Directory:
    """The clients of the loaded data; read again when other data are in use."""

    def __init__(self, connect: Connect, version: Callable[[], str]) -> None:
        self._connect, self._version = connect, version
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
            tables = {name for (name,) in data.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
            if "clients" not in tables:
                return ()
            contacts = _CONTACTS if "interactions" in tables else _NOBODY
            rows = data.execute(_CLIENTS.format(contacts=contacts)).fetchall()
            ordered = data.execute("SELECT max(order_purchase_timestamp)::DATE FROM orders").fetchone()
        days = [day for row in rows for day in (row[4], row[6]) if day]
        today = max([*days, *(day for day in ordered or () if day)], default=date.min)
        return tuple(_facts(row, today) for row in rows)


def _facts(row: Sequence[Any], today: date) -> Facts:
    name, number, industry, spend, met, manager, contact = row
    return Facts(str(name), str(number), industry, spend, met, manager, contact, today)
