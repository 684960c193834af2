from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crm_copilot.tools import Tool
from crm_copilot.tools.conversations import recall_tool

CLIENTS = [
    ("c1", "Techrenmash", "Eva Martins"), ("c2", "Horizonte Móveis", "Ana Souza"),
    ("c3", "Horizonte Tech", "Ana Ribeiro"), ("c4", "Casa do Cobre", None), ("c5", "Alto Mar Pescados", None),
]  # fmt: skip
CONTACTS = [
    ("i1", "c1", "Eva Martins", "call", "2018-03-05 10:00", "Called Ivan. They want ten pumps by May.", None),
    ("i2", "c1", "Eva Martins", "mail", "2018-03-12 09:30", "Sent the offer: 4 percent off for two years.", None),
    ("i3", "c1", "Eva Martins", "meeting", "2018-03-20 15:00", "Signed for two years, worth R$ 54,000.", "won"),
    ("i4", "c1", "Rafael Teixeira", "call", "2018-04-02 11:00", "They asked about spare parts.", None),
    ("i5", "c2", "Ana Souza", "note", "2018-03-07 08:00", "Budget is reviewed in June.", None),
    ("i6", "c2", "Ana Souza", "call", "2018-08-27 10:00", "They will not renew: the competitor is cheaper.", "lost"),
    ("i7", "c4", "Eva Martins", "call", "2018-08-28 10:00", "Copper prices are up by 8 percent.", None),
    ("i8", "c5", "Ana Ribeiro", "note", "2018-08-30 10:00", "Internal: they change the owner.", None),
]

Contact = tuple[Any, ...]
Recall = Callable[..., dict[str, Any]]


@pytest.fixture
def company(tmp_path: Path) -> Callable[..., Callable[[], Any]]:
    """Make a database of contacts, these and others, and return how to open it."""

    def made(*others: Contact) -> Callable[[], Any]:
        file = tmp_path / f"company-{len(others)}.duckdb"
        with duckdb.connect(file) as data:
            data.execute("CREATE TABLE clients (client_id VARCHAR, client_name VARCHAR, account_manager VARCHAR)")
            data.execute(
                "CREATE TABLE interactions (interaction_id VARCHAR, client_id VARCHAR, manager VARCHAR, kind VARCHAR,"
                " interaction_time TIMESTAMP, text VARCHAR, outcome VARCHAR)"
            )
            data.executemany("INSERT INTO clients VALUES (?, ?, ?)", CLIENTS)
            rows = [(*row[:4], datetime.fromisoformat(row[4]), *row[5:]) for row in (*CONTACTS, *others)]
            data.executemany("INSERT INTO interactions VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        return lambda: duckdb.connect(file, read_only=True)

    return made


@pytest.fixture
def recall(company) -> Recall:
    """The tool, called as the sandbox calls it."""
    tool = Tool(recall_tool(company()))
    return lambda question, **given: tool.call({"question": question, **given})
