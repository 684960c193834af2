"""Solved examples: what a file of `user_version` 2 has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"
MOMENT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "examples",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("turn", sa.Text, sa.ForeignKey("turns.id", ondelete="CASCADE"), nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("plan", sa.Text),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("embedded", sa.Text, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.Column("embedder", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False, server_default="all"),
        sa.Column("dropped", sa.Text),
        sa.Column("created", MOMENT, nullable=False),
        sa.UniqueConstraint("turn", "part", "question"),
        sqlite_autoincrement=True,
    )
