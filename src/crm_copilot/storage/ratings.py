"""What people thought of answers, and the solved examples that were learned from it.

An example belongs to its turn: a conversation that is deleted takes its examples along.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from crm_copilot.domain import Solved
from crm_copilot.errors import InputError, UnknownName
from crm_copilot.storage.columns import now
from crm_copilot.storage.database import insert
from crm_copilot.storage.reading import Reading
from crm_copilot.storage.records import Rating
from crm_copilot.storage.schema import examples, ratings, turns

_RATING = [ratings.c[name] for name in ("turn", "part", "thumbs", "stars", "comment")]
_SOLVED = [examples.c[name] for name in "turn part question plan code data embedded vector embedder scope id".split()]
_IN_USE = examples.c.dropped.is_(None)
IN_FORCE = ratings.c.id.in_(sa.select(sa.func.max(ratings.c.id)).group_by(ratings.c.turn, ratings.c.part))
"""The last rating of each answer is the one that counts."""


class Ratings(Reading):
    """Ratings, each of an answer that its person got, and examples, which all of one scope share."""

    def rate(
        self, turn: str, part: int, *, thumbs: int | None = None, stars: int | None = None, comment: str = "",
        example: Solved | None = None, person: str = "owner",
    ) -> None:  # fmt: skip
        """Store a rating, and with it what is learned: `example` is kept, and forgotten when the thumb is not up.

        Raises InputError for a value out of range, UnknownName for an unknown turn.
        """
        if thumbs not in (None, 0, 1):
            raise InputError(f"thumbs is {thumbs!r}, expected 0 (down) or 1 (up)")
        if stars is not None and not 1 <= stars <= 5:
            raise InputError(f"stars is {stars!r}, expected 1 to 5")
        self.turn(turn, person=person)
        given = {"turn": turn, "part": part, "thumbs": thumbs, "stars": stars, "comment": comment, "created": now()}
        self.database.write(lambda connection: _rate(connection, given, example))

    def ratings(self, turn: str, *, person: str = "owner") -> list[Rating]:
        """Return the ratings of a turn, oldest first; [] when there is no turn of that id."""
        own = sa.exists().where(*_own(turn, person))
        found = sa.select(*_RATING).where(ratings.c.turn == turn, own).order_by(ratings.c.id)
        return [Rating(**row._mapping) for row in self.database.rows(found)]

    def rating(self, turn: str, part: int, *, person: str = "owner") -> Rating:
        """Return what is thought of one answer now: each rating holds thumbs, stars and comment."""
        found = [rating for rating in self.ratings(turn, person=person) if rating.part == part]
        return found[-1] if found else Rating(turn, part, None, None, "")

    def thumbs(self) -> list[Rating]:
        """Return everybody's ratings in force that are thumbs, up or down, oldest first."""
        found = sa.select(*_RATING).where(IN_FORCE, ratings.c.thumbs.is_not(None)).order_by(ratings.c.id)
        return [Rating(**row._mapping) for row in self.database.rows(found)]

    def example_ids(self, scope: str | None = None) -> tuple[int, ...]:
        """Return which examples are in use, of one scope or of all; a changed one has another id."""
        return tuple(row.id for row in self.database.rows(_used([examples.c.id], scope)))

    def examples(self, scope: str | None = None) -> list[Solved]:
        """Return the examples in use, of one scope or of all, oldest first."""
        return [Solved(**row._mapping) for row in self.database.rows(_used(_SOLVED, scope))]

    def learned_from(self, turn: str, part: int, *, person: str = "owner") -> list[str]:
        """Return the questions that one answer was confirmed for, also where a review dropped the example since."""
        own = sa.exists().where(*_own(turn, person))
        found = sa.select(examples.c.question).where(examples.c.turn == turn, examples.c.part == part, own)
        return [row.question for row in self.database.rows(found)]

    def drop_example(self, number: int, reason: str) -> None:
        """Use an example no longer, whatever its thumb; raise UnknownName when there is none of that number."""
        change = sa.update(examples).where(examples.c.id == number).values(dropped=reason)
        if not self.database.write(lambda connection: connection.execute(change).rowcount):
            raise UnknownName(f"there is no confirmed example {number}; 'crm train review' lists those in use")


def _used(columns: list[Any], scope: str | None) -> sa.Select[Any]:
    query = sa.select(*columns).where(_IN_USE).order_by(examples.c.id)
    return query if scope is None else query.where(examples.c.scope == scope)


def _own(turn: str, person: str) -> tuple[sa.ColumnElement[bool], ...]:
    return turns.c.id == turn, turns.c.person == person


def _rate(connection: sa.Connection, given: dict[str, Any], example: Solved | None) -> None:
    connection.execute(sa.insert(ratings).values(**given))
    if given["thumbs"] != 1:
        forgotten = examples.c.turn == given["turn"], examples.c.part == given["part"], _IN_USE
        connection.execute(sa.delete(examples).where(*forgotten))  # what a review dropped stays dropped
    elif example is not None:
        kept = {name: value for name, value in asdict(example).items() if name != "id"}
        made = insert(connection, examples).values(**kept, created=given["created"])
        connection.execute(made.on_conflict_do_nothing(index_elements=["turn", "part", "question"]))
