"""People with keys and sessions, whose each conversation is, what each run cost, and the audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"
MOMENT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the tables and columns; what was there before belongs to the owner."""
    _people()
    _whose()
    _work()
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("turn", sa.Text),
        sa.Column("code", sa.Text),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("audit_by_time", "audit", ["at"])
    op.create_index("audit_by_person", "audit", ["person", "at"])


def _people() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False, unique=True),
        sa.Column("email", sa.Text, unique=True),
        sa.Column("password", sa.Text),
        sa.Column("role", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("managers", "states", "collections")),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        *(sa.Column(name, MOMENT) for name in ("locked", "disabled")),
        sa.Column("created", MOMENT, nullable=False),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
        sa.Column("scopes", sa.Text, nullable=False),
        *(sa.Column(name, MOMENT) for name in ("expires", "revoked")),
        sa.Column("created", MOMENT, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("expires", "created")),
    )
    op.create_index("api_keys_by_person", "api_keys", ["person"])
    op.create_index("sessions_by_person", "sessions", ["person"])


def _whose() -> None:
    for table in ("conversations", "turns"):
        op.add_column(table, sa.Column("person", sa.Text, nullable=False, server_default="owner"))
    op.add_column("turns", sa.Column("scope", sa.Text, nullable=False, server_default="all"))
    op.add_column("turns", sa.Column("beat", MOMENT))
    op.create_index("conversations_by_person", "conversations", ["person", "updated"])
    op.create_index("turns_by_person", "turns", ["person", "finished"])


def _work() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("turn", sa.Text, sa.ForeignKey("turns.id", ondelete="SET NULL")),
        sa.Column("part", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("person", "scope", "model", "outcome")),
        sa.Column("writer", sa.Text),
        sa.Column("confidence", sa.Double),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("cached", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Integer) for name in ("tokens_in", "tokens_out")),
        sa.Column("created", MOMENT, nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("turn", sa.Text, sa.ForeignKey("turns.id", ondelete="CASCADE"), nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("part", "number")),
        *(sa.Column(name, sa.Text) for name in ("code", "status")),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("confidence", sa.Double),
        sa.Column("seconds", sa.Double, nullable=False),
    )
    op.create_index("runs_by_time", "runs", ["created"])
    op.create_index("runs_by_turn", "runs", ["turn"])
    op.create_index("attempts_by_turn", "attempts", ["turn"])
