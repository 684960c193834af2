"""Solved examples in the store: what a thumb up keeps and another thumb takes back.

They belong to their turn: a conversation that is deleted takes its examples along.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from crm_copilot.domain import Solved

COLUMNS = "turn, part, question, plan, code, data, embedded, vector, embedder, scope, id"
_WRITTEN = COLUMNS.removesuffix(", id")


def keep(connection: sqlite3.Connection, example: Solved, now: str) -> None:
    """Write an example down; what is there of the same turn, part and question stays, dropped or not."""
    plan = json.dumps(example.plan, ensure_ascii=False) if example.plan is not None else None
    connection.execute(
        f"INSERT INTO examples ({_WRITTEN}, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (turn, part, question) DO NOTHING",
        (
            example.turn, example.part, example.question, plan, example.code, example.data, example.embedded,
            example.vector, example.embedder, example.scope, now,
        ),
    )  # fmt: skip


def forget(connection: sqlite3.Connection, turn: str, part: int) -> None:
    """Take back what was learned from one answer; what a review dropped stays dropped."""
    connection.execute("DELETE FROM examples WHERE turn = ? AND part = ? AND dropped IS NULL", (turn, part))


def read(row: Sequence[Any]) -> Solved:
    """Return the example of a row of `COLUMNS`."""
    turn, part, question, plan, *rest = row
    return Solved(turn, part, question, json.loads(plan) if plan else None, *rest)
