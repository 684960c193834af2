"""A playbook's text cut into its rules: numbered snippets, list items, sections under headings, else paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NUMBERED = re.compile(
    r"^[ \t]*(?P<label>(?:(?:snippet|rule|regra|policy|guideline|pol[ií]tica|item|section)[ \t]*(?:no\.?|nº|#)?[ \t]*"
    r"(?P<number>\d+(?:\.\d+)*)[ \t]*[:.)–—-]*)|(?:(?P<plain>\d{1,3})[.)](?=[ \t])))[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
_HEADING = re.compile(r"^#{1,6}[ \t]+(?P<title>.+?)[ \t#]*$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*[-*•‣▪][ \t]+", re.MULTILINE)
_PARAGRAPH = re.compile(r"\n[ \t]*\n+")
_SHORTEST = 12  # characters; less is no rule


@dataclass(frozen=True, slots=True)
class Piece:
    """One rule's text: `label` is what the text itself calls it, "" where it has no name."""

    label: str
    text: str


def split(text: str) -> list[Piece]:
    """Return the rules of a text in order."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    cut = _NUMBERED if len(list(_NUMBERED.finditer(text))) > 1 else _HEADING if _HEADING.search(text) else None
    if cut is _NUMBERED:
        found = _numbered(text)
    elif cut is _HEADING:
        found = _sections(text)
    else:
        found = _paragraphs(text, "")
    return [piece for piece in found if len(piece.text) >= _SHORTEST]


def _numbered(text: str) -> Iterator[Piece]:
    marks = list(_NUMBERED.finditer(text))
    for place, mark in enumerate(marks):
        end = marks[place + 1].start() if place + 1 < len(marks) else len(text)
        label = " ".join(mark["label"].strip(" \t:.)–—-").split()) if mark["number"] else f"Rule {mark['plain']}"
        yield Piece(label, joined(_HEADING.sub("", text[mark.end() : end])))


def _sections(text: str) -> Iterator[Piece]:
    heads = list(_HEADING.finditer(text))
    for place, head in enumerate(heads):
        end = heads[place + 1].start() if place + 1 < len(heads) else len(text)
        body = text[head.end() : end].strip()
        if body:
            yield from _paragraphs(body, head["title"].strip())


def _paragraphs(text: str, title: str) -> Iterator[Piece]:
    """Yield list items where there are any, else paragraphs."""
    bullets = len(list(_BULLET.finditer(text))) > 1
    parts = [part for part in (_BULLET.split(text) if bullets else _PARAGRAPH.split(text)) if part.strip()]
    for number, part in enumerate(parts, 1):
        yield Piece(f"{title}, rule {number}" if title and len(parts) > 1 else title, joined(part))


def joined(text: str) -> str:
    """Return a text on one line: words that a line break cut are put together again, quotation marks around it go."""
    text = re.sub(r"(?<=\w)-[ \t]*\n[ \t]*(?=[a-zà-ÿ])", "-", text)
    text = " ".join(text.split())
    if len(text) > 1 and text[0] in '"“' and text[-1] in '"”':
        text = text[1:-1]
    return re.sub(r"\s+([.,;:!?])(?=\s|$)", r"\1", text).strip()
