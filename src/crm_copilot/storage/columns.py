"""Types of columns that hold the same in SQLite and in PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class Words(TypeDecorator[str]):
    """A text. What a database cannot hold becomes U+FFFD, also where it is looked for.

    That is half a surrogate pair, and NUL in PostgreSQL.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text as it can be stored."""
        if value is None:
            return None
        text = value.encode("utf-8", "replace").decode()
        return text.replace("\x00", "\ufffd") if dialect.name == "postgresql" else text


class Moment(TypeDecorator[datetime]):
    """A moment with its time zone: `timestamptz` in PostgreSQL, in SQLite a text in UTC that sorts as time does."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that the database has for it."""
        return dialect.type_descriptor(sa.TIMESTAMP(timezone=True) if dialect.name == "postgresql" else sa.Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Return the moment as it is stored."""
        return value if value is None or dialect.name == "postgresql" else written(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the moment as it was given."""
        return datetime.fromisoformat(value) if isinstance(value, str) else value


class Json(TypeDecorator[Any]):
    """Anything that JSON can say, kept as it was written: `jsonb` would sort the keys and refuse some texts.

    NaN and infinity are refused with ValueError, since no reader of JSON could read them.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Return the value as JSON."""
        if value is None:
            return None
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        return text.encode("utf-8", "replace").decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Return what was written."""
        return None if value is None else json.loads(value)


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


def written(moment: datetime) -> str:
    """Return a moment as text, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
