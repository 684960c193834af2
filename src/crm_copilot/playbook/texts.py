"""The texts that rules are read from: one's own collection, put together again from its passages, or what ships."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from crm_copilot.retrieval.documents import Document


@dataclass(frozen=True, slots=True)
class Text:
    """A text by the name of its file, and its passages by id where it was cut into such."""

    source: str
    text: str
    passages: tuple[tuple[str, str], ...] = ()


def shipped(knowledge: Path) -> list[Text]:
    """Return the playbook that ships with the product, or lies in the folder that replaces it."""
    files = (file for file in sorted((knowledge / "playbook").glob("*.md")) if file.name != "README.md")
    return [Text(file.name, file.read_text("utf-8")) for file in files]


def of_passages(documents: Iterable[Document]) -> list[Text]:
    """Return the texts that passages of a collection were cut from; every block is a paragraph again."""
    ordered = sorted(documents, key=lambda document: str(document.data.get("source", "")))
    return [
        _text(source, list(found)) for source, found in groupby(ordered, key=lambda d: str(d.data.get("source", "")))
    ]


def _text(source: str, documents: list[Document]) -> Text:
    return Text(source, "\n\n".join(_blocks(documents)), tuple((d.id, d.text) for d in documents))


def _blocks(documents: Iterable[Document]) -> Iterator[str]:
    before = ""
    for document in documents:
        title = str(document.data.get("title") or "")
        if title and title != before:
            yield f"## {title}"
        before = title
        yield from document.text.removeprefix(f"{title}\n" if title else "").split("\n")
