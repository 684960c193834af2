"""Conversations, turns and ratings: what a file of `user_version` 1 has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None
MOMENT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("updated", MOMENT, nullable=False),
    )
    op.create_table(
        "turns",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("conversation", sa.Text, sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("parts", sa.Text, nullable=False, server_default="[]"),
        sa.Column("answer", sa.Text),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("finished", MOMENT),
        sa.UniqueConstraint("conversation", "position"),
    )
    op.create_table(
        "ratings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("turn", sa.Text, sa.ForeignKey("turns.id", ondelete="CASCADE"), nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("thumbs", sa.Integer, sa.CheckConstraint("thumbs IN (0, 1)")),
        sa.Column("stars", sa.Integer, sa.CheckConstraint("stars BETWEEN 1 AND 5")),
        sa.Column("comment", sa.Text, nullable=False, server_default=""),
        sa.Column("created", MOMENT, nullable=False),
    )
    op.create_index("turns_by_status", "turns", ["status"])
    op.create_index("ratings_by_turn", "ratings", ["turn", "part"])
