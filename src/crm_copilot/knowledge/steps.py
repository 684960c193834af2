"""A guided answer taken apart: what comes before the steps, the steps themselves, what comes after."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"(?:(?<=^)|(?<=\s))\(?(\d{1,2})[.)]\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Guide:
    """The parts of an answer in its own words."""

    before: str
    steps: tuple[str, ...]
    after: str


def guide(text: str) -> Guide:
    """Return the parts of a text; without at least two numbered steps all of it is `before`."""
    marks = _in_order(text)
    if len(marks) < 2:
        return Guide(text.strip(), (), "")
    ends = [start for start, _ in marks[1:]] + [len(text)]
    pieces = [text[begin:end].strip() for (_, begin), end in zip(marks, ends, strict=True)]
    last, _, after = pieces[-1].partition("\n\n")
    steps = [" ".join(piece.split()) for piece in (*pieces[:-1], last)]
    return Guide(text[: marks[0][0]].strip(), tuple(steps), after.strip())


def _in_order(text: str) -> list[tuple[int, int]]:
    """Return where the numbers 1, 2, 3 ... stand and where what they number begins."""
    found: list[tuple[int, int]] = []
    for mark in _NUMBER.finditer(text):
        if int(mark.group(1)) == len(found) + 1:
            found.append((mark.start(), mark.end()))
    return found
