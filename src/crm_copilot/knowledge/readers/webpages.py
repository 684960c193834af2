"""HTML: what a visitor reads, under its headings; scripts, styles and hidden parts are left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from crm_copilot.knowledge.sections import Section

_UNSEEN = ("script", "style", "noscript", "template", "nav", "svg", "iframe", "object", "head")
_HEADS = ("h1", "h2", "h3", "h4")
_BLOCKS = ("p", "li", "div", "section", "article", "tr", "br", "pre", "blockquote", "dd", "dt", "table", "ul", "ol")


def html(file: Path) -> Sequence[Section]:
    """Return the sections of a page."""
    from bs4 import BeautifulSoup

    page = BeautifulSoup(file.read_bytes(), "html.parser")
    title = page.title.get_text(" ", strip=True) if page.title else ""
    for unseen in page.find_all(_UNSEEN):
        unseen.decompose()
    for hidden in page.select("[hidden], [aria-hidden=true]"):
        hidden.decompose()
    return list(_sections(page, title))


def _sections(page: Any, title: str) -> Iterator[Section]:
    """Walk the texts in reading order; a heading begins a section."""
    from bs4 import Tag
    from bs4.element import Comment, Declaration, Doctype, NavigableString, ProcessingInstruction

    silent = (Comment, Declaration, Doctype, ProcessingInstruction)
    head, words = title, list[str]()
    for node in page.descendants:
        if isinstance(node, Tag):
            if node.name in _HEADS:
                yield Section(head, _joined(words))
                head, words = node.get_text(" ", strip=True), []
            elif node.name in _BLOCKS:
                words.append("\n")
        elif isinstance(node, NavigableString) and not isinstance(node, silent) and not node.find_parent(_HEADS):
            words.append(str(node) if node.find_parent("pre") else " ".join(f"|{node}|".split())[1:-1])
    yield Section(head, _joined(words))


def _joined(words: Sequence[str]) -> str:
    lines = "".join(words).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())
