"""The tables as they are now. How a database comes to have them is said in `migrations/versions`, once for each step.

docs/storage.md explains every table; a test holds both to the migrations.
"""

from __future__ import annotations

import sqlalchemy as sa

from crm_copilot.storage.columns import Json, Moment, Words

REVISION = "0003"  # the last one of migrations/versions
metadata = sa.MetaData()


def _of_turn(*, kept: bool = False) -> sa.Column[str]:
    """Return the column of a row that goes with its turn, or stays without it."""
    gone = "SET NULL" if kept else "CASCADE"
    return sa.Column("turn", Words, sa.ForeignKey("turns.id", ondelete=gone), nullable=kept)


users = sa.Table(
    "users", metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("folded", Words, nullable=False, unique=True),  # the name, whatever the case of its letters
    sa.Column("email", Words, unique=True),
    sa.Column("password", Words),  # argon2; none: signs in elsewhere, or with a key
    sa.Column("role", Words, nullable=False),
    sa.Column("managers", Json),
    sa.Column("states", Json),
    sa.Column("collections", Json),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("locked", Moment),  # until then
    sa.Column("disabled", Moment),
    sa.Column("created", Moment, nullable=False),
)  # fmt: skip

api_keys = sa.Table(
    "api_keys", metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("person", Words, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("hash", Words, nullable=False, unique=True),  # SHA-256 of the key
    sa.Column("scopes", Json, nullable=False),
    sa.Column("expires", Moment),
    sa.Column("revoked", Moment),
    sa.Column("created", Moment, nullable=False),
    sa.Index("api_keys_by_person", "person"),
)  # fmt: skip

sessions = sa.Table(
    "sessions", metadata,
    sa.Column("hash", Words, primary_key=True),  # SHA-256 of the token
    sa.Column("person", Words, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    sa.Column("expires", Moment, nullable=False),
    sa.Column("created", Moment, nullable=False),
    sa.Index("sessions_by_person", "person"),
)  # fmt: skip

# `person` is the id of an account or "owner", who has none; that is why it refers to nothing here and below.
conversations = sa.Table(
    "conversations", metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("title", Words, nullable=False),
    sa.Column("created", Moment, nullable=False),
    sa.Column("updated", Moment, nullable=False),
    sa.Column("person", Words, nullable=False, server_default="owner"),
    sa.Index("conversations_by_person", "person", "updated"),
)  # fmt: skip

turns = sa.Table(
    "turns", metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("conversation", Words, sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("message", Words, nullable=False),
    sa.Column("status", Words, nullable=False),  # running, interrupted, stopped, answered, declined, failed
    sa.Column("parts", Json, nullable=False, server_default="[]"),
    sa.Column("answer", Json),
    sa.Column("owner", Words, nullable=False),  # the process that answers it
    sa.Column("created", Moment, nullable=False),
    sa.Column("finished", Moment),
    sa.Column("person", Words, nullable=False, server_default="owner"),
    sa.Column("scope", Words, nullable=False, server_default="all"),  # what the asker may see, Scope.key
    sa.Column("beat", Moment),  # when its process last said that it lives
    sa.UniqueConstraint("conversation", "position"),
    sa.Index("turns_by_status", "status"),
    sa.Index("turns_by_person", "person", "finished"),
)  # fmt: skip

ratings = sa.Table(
    "ratings", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of_turn(),
    sa.Column("part", sa.Integer, nullable=False),
    sa.Column("thumbs", sa.Integer, sa.CheckConstraint("thumbs IN (0, 1)")),
    sa.Column("stars", sa.Integer, sa.CheckConstraint("stars BETWEEN 1 AND 5")),
    sa.Column("comment", Words, nullable=False, server_default=""),
    sa.Column("created", Moment, nullable=False),
    sa.Index("ratings_by_turn", "turn", "part"),
)  # fmt: skip

examples = sa.Table(
    "examples", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of_turn(),
    sa.Column("part", sa.Integer, nullable=False),
    sa.Column("question", Words, nullable=False),
    sa.Column("plan", Json),
    sa.Column("code", Words, nullable=False),
    sa.Column("data", Words, nullable=False),
    sa.Column("embedded", Words, nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),
    sa.Column("embedder", Words, nullable=False),
    sa.Column("scope", Words, nullable=False, server_default="all"),
    sa.Column("dropped", Words),  # why a review dropped it
    sa.Column("created", Moment, nullable=False),
    sa.UniqueConstraint("turn", "part", "question"),
    sqlite_autoincrement=True,
)  # fmt: skip

runs = sa.Table(
    "runs", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of_turn(kept=True),
    sa.Column("part", sa.Integer, nullable=False),
    sa.Column("person", Words, nullable=False),
    sa.Column("scope", Words, nullable=False),
    sa.Column("model", Words, nullable=False),
    sa.Column("writer", Words),  # who wrote the code: library, writer, confirmed, ...
    sa.Column("outcome", Words, nullable=False),  # answered, declined, failed
    sa.Column("confidence", sa.Double),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Double, nullable=False),
    sa.Column("cached", sa.Boolean, nullable=False),
    sa.Column("tokens_in", sa.Integer),
    sa.Column("tokens_out", sa.Integer),
    sa.Column("created", Moment, nullable=False),
    sa.Index("runs_by_time", "created"),
    sa.Index("runs_by_turn", "turn"),
)  # fmt: skip

attempts = sa.Table(
    "attempts", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of_turn(),
    sa.Column("part", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("code", Words),
    sa.Column("status", Words),  # of the program: ok, error, denied, timeout, memory; none: nothing fitted
    sa.Column("verdict", Words, nullable=False),  # accept, retry, decline
    sa.Column("reason", Words, nullable=False, server_default=""),
    sa.Column("confidence", sa.Double),
    sa.Column("seconds", sa.Double, nullable=False),
    sa.Index("attempts_by_turn", "turn"),
)  # fmt: skip

audit = sa.Table(
    "audit", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("person", Words, nullable=False),
    sa.Column("action", Words, nullable=False),
    sa.Column("turn", Words),  # stays when the turn goes
    sa.Column("code", Words),
    sa.Column("detail", Words, nullable=False, server_default=""),
    sa.Index("audit_by_time", "at"),
    sa.Index("audit_by_person", "person", "at"),
)  # fmt: skip
