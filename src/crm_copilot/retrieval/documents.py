"""What is searched: the tables, the library's functions, the playbook and the support texts.

A document has the text that is embedded, further words that only the lexical index reads (the other language), and
data of its own. The same texts on any machine give the same documents in the same order.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from crm_copilot.catalog import Table, metrics, tables

COLLECTIONS = ("catalog", "examples", "playbook", "support")
_SECTION = re.compile(r"^#{1,3} +(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """One searchable text."""

    id: str
    collection: str
    text: str
    words: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the document as one line."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def corpus(knowledge: Path) -> list[Document]:
    """Return all documents: catalog, library, and the texts under `knowledge`."""
    return [*_catalog(), *_examples(), *_texts(knowledge, "playbook"), *_texts(knowledge, "support")]


def fingerprint(documents: Sequence[Document]) -> str:
    """Return a checksum of the documents, equal on every machine."""
    digest = hashlib.sha256()
    for document in documents:
        digest.update(document.to_json().encode())
    return digest.hexdigest()[:16]


def _catalog() -> Iterator[Document]:
    for table in tables().values():
        yield Document(f"table:{table.name}", "catalog", f"{table.name}: {table.about}", _columns(table))
    for metric in metrics().values():
        if not metric.hidden:
            words = " ".join(word for phrases in metric.words.values() for word in phrases)
            yield Document(f"metric:{metric.name}", "catalog", f"{metric.label['en']}: {metric.about}", words)


def _columns(table: Table) -> str:
    return " ".join(f"{column.name} {column.about}" for column in table.columns.values())


def _examples() -> Iterator[Document]:
    from crm_copilot.library.codec import to_json
    from crm_copilot.library.functions import library

    for function in library():
        yield Document(
            f"library:{function.id}", "examples", function.title, function.title_pt, {"plan": to_json(function.plan)}
        )


def _texts(knowledge: Path, collection: str) -> Iterator[Document]:
    """Cut Markdown files into their sections; a section is a passage."""
    for file in sorted((knowledge / collection).glob("*.md")):
        if file.name != "README.md":
            yield from _sections(file, collection)


def _sections(file: Path, collection: str) -> Iterable[Document]:
    text = file.read_text("utf-8")
    heads = list(_SECTION.finditer(text))
    for number, head in enumerate(heads):
        end = heads[number + 1].start() if number + 1 < len(heads) else len(text)
        body = text[head.end() : end].strip()
        if body:
            title = head.group(1).strip()
            yield Document(f"{collection}:{file.stem}:{number}", collection, f"{title}. {body}", "", {"title": title})
