"""Markdown and plain text; headings make the sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from crm_copilot.knowledge.sections import Section


def plain(file: Path) -> Sequence[Section]:
    """Return a text file as one section."""
    return [Section("", _text(file))]


def markdown(file: Path) -> Sequence[Section]:
    """Return the sections under the headings; what stands in code blocks is no heading."""
    from markdown_it import MarkdownIt

    text = _text(file)
    lines = text.split("\n")
    tokens = MarkdownIt().parse(text)
    heads = [
        (token.map[0], token.map[1], tokens[place + 1].content.strip())
        for place, token in enumerate(tokens)
        if token.type == "heading_open" and token.map and token.level == 0
    ]
    return list(_under(heads, lines))


def _under(heads: Sequence[tuple[int, int, str]], lines: Sequence[str]) -> Iterator[Section]:
    first = heads[0][0] if heads else len(lines)
    yield Section("", "\n".join(lines[:first]), "line 1")
    for number, (start, body, title) in enumerate(heads):
        end = heads[number + 1][0] if number + 1 < len(heads) else len(lines)
        yield Section(title, "\n".join(lines[body:end]), f"line {start + 1}")


def _text(file: Path) -> str:
    text = file.read_text("utf-8-sig")
    if "\x00" in text:
        raise ValueError("it is no text file; save it as UTF-8")
    return text.replace("\r\n", "\n")
