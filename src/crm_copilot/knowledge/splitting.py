"""Sections become passages: short enough for the embedder, cut where the writer paused.

A blank line, a labelled item ("Rule 3: ...") or a list's item begins a block; blocks are put together up to the
length of a passage, and a block that is longer is cut between sentences. A labelled item is a passage of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

MOST_WORDS = 90
_LABELLED = re.compile(r"^\s*(?:\*\*|#+ )?(?:[A-Z][\w-]+ ){1,2}(?:No\. ?)?\d{1,3}(?:\.\d+)*(?:\*\*)? ?[:.)]")
_ITEM = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,3}[.)]|\(?[a-z]\))\s+\S")
_SENTENCE = re.compile(r"(?<=[.!?。！？])[\"'”’)]*\s+(?=[\"'“‘(¿¡A-ZÀ-Ý\d{])|(?<=[。！？])")


def split(text: str, most_words: int = MOST_WORDS) -> list[str]:
    """Return the passages of a text, in its order; nothing of it is lost but blank space."""
    found: list[str] = []
    for group in _groups(text):
        found += _packed([piece for block in group for piece in _cut(block, most_words)], most_words)
    return found


def sentences(text: str) -> list[str]:
    """Return the sentences and list items of a text."""
    return [part.strip() for block in _blocks(text) for part in _SENTENCE.split(block) if part and part.strip()]


def _groups(text: str) -> Iterator[list[str]]:
    """Yield blocks that may stand in one passage: a labelled item begins a new group."""
    group: list[str] = []
    for block in _blocks(text):
        if _LABELLED.match(block) and group:
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _blocks(text: str) -> list[str]:
    blocks: list[list[str]] = [[]]
    for line in text.split("\n"):
        begins = not line.strip() or _LABELLED.match(line) or _ITEM.match(line)
        if begins and blocks[-1]:
            blocks.append([])
        if line.strip():
            blocks[-1].append(line.strip())
    return [" ".join(lines) for lines in blocks if lines]


def _cut(block: str, most: int) -> list[str]:
    """Cut a long block between sentences, and a sentence without end between words."""
    if _length(block) <= most:
        return [block]
    parts = [part.strip() for part in _SENTENCE.split(block) if part and part.strip()]
    return [piece for part in parts for piece in _chopped(part, most)]


def _chopped(part: str, most: int) -> Iterator[str]:
    if _length(part) <= most:
        yield part
        return
    words = part.split()
    if len(words) < 2:  # no blanks: another script, or no words at all
        size = most * 6
        yield from (part[at : at + size] for at in range(0, len(part), size))
        return
    yield from (" ".join(words[at : at + most]) for at in range(0, len(words), most))


def _packed(pieces: Sequence[str], most: int) -> list[str]:
    packs: list[list[str]] = []
    for piece in pieces:
        if packs and sum(map(_length, packs[-1])) + _length(piece) <= most:
            packs[-1].append(piece)
        else:
            packs.append([piece])
    return ["\n".join(pack) for pack in packs]


def _length(text: str) -> int:
    """Return the words of a text; scripts without blanks count six letters as one."""
    return max(len(text.split()), len(text) // 12)
