"""Conversations in a database: every question is written down before it is answered, so that none is lost.

A turn is `running` until its answer is stored. When its process has died it is `interrupted`, and can be taken up
again. Safe for several threads, processes and hosts.
"""

from __future__ import annotations

from pathlib import Path

from crm_copilot.storage.database import Database
from crm_copilot.storage.migrations import migrate
from crm_copilot.storage.ratings import Ratings
from crm_copilot.storage.writing import Writing


class Store(Writing, Ratings):
    """The conversation store in a database that has its tables, or in an SQLite file, which is made as it has to be."""

    def __init__(self, place: Database | Path) -> None:
        super().__init__(place if isinstance(place, Database) else Database.of_file(place))
        if isinstance(place, Path):
            migrate(self.database)
