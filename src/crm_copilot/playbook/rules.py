"""Rules of a playbook: the text as it stands, and its clauses as conditions and actions.

A clause holds when every line of `when` holds; a line holds when one of its conditions does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Field = Literal["industry", "client", "manager", "spend", "days since meeting", "days since contact", "unclear"]
Op = Literal["is", "is not", "<", "<=", ">", ">=", "between"]
Status = Literal["read", "corrected", "not read"]
Value = tuple[str, ...] | float | tuple[float, float]

TEXTS: tuple[Field, ...] = ("industry", "client", "manager")
NUMBERS: tuple[Field, ...] = ("spend", "days since meeting", "days since contact")


@dataclass(frozen=True, slots=True)
class Condition:
    """One fact of a client compared: names for `is` and `is not`, a number or two else.

    Field "unclear" keeps in `value` the words that say something the data do not hold.
    """

    field: Field
    op: Op
    value: Value


Line = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Atom:
    """A condition and its place in the text."""

    condition: Condition
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clause:
    """What is to be done when: names of what to offer and of what not, `only` when nothing else may be offered."""

    text: str
    when: tuple[Line, ...] = ()
    offer: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    only: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it stands in the text, and its clauses; none when it could not be read."""

    id: str
    title: str
    text: str
    source: str
    clauses: tuple[Clause, ...] = ()
    status: Status = "read"
    passages: tuple[str, ...] = field(default=())

    @property
    def quote(self) -> str:
        """The text in quotation marks, on one line."""
        return f"“{' '.join(self.text.split())}”"
