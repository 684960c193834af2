"""One version of a collection on disk: passages in SQLite, vectors in FAISS, words in BM25; never written again.

folder/passages.sqlite   passages by place, and the sources that they come from
folder/vectors.faiss     a vector for each place
folder/bm25/             the lexical index, in the same order
folder/pieces.npy        in a small collection: the word pieces of each passage, with ends.npy and ids.npy
folder/manifest.json     what made it: format, embedder, number of passages
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from crm_copilot.errors import IndexOutdated
from crm_copilot.knowledge import late
from crm_copilot.retrieval.documents import Document
from crm_copilot.retrieval.embedder import Vectors
from crm_copilot.retrieval.index import lexical_index, searchable

FORMAT = 1
_TABLES = """
CREATE TABLE sources (name TEXT PRIMARY KEY, origin TEXT, checksum TEXT, added_at TEXT);
CREATE TABLE passages (place INTEGER PRIMARY KEY, id TEXT UNIQUE, source TEXT, text TEXT, words TEXT, data TEXT);
CREATE INDEX by_source ON passages (source);
"""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was added: its name in the collection, where it came from, and when."""

    name: str
    origin: str
    checksum: str
    added_at: str
    passages: int = 0


class Shelf:
    """An opened version."""

    def __init__(self, folder: Path, collection: str, projection: Callable[[], Vectors]) -> None:
        import bm25s
        import faiss

        self.folder, self.collection = folder, collection
        try:
            manifest = dict(json.loads((folder / "manifest.json").read_text("utf-8")))
            if manifest["format"] != FORMAT:
                raise IndexOutdated(f"the collection {collection!r} has another format; remove it and add it anew")
            self.embedder = str(manifest["embedder"])
            self.vectors = faiss.read_index(str(folder / "vectors.faiss"))
            self.lexical = bm25s.BM25.load(str(folder / "bm25"), mmap=True)
            self._size = int(manifest["passages"])
            self.late = late.Late(folder, projection()) if (folder / "pieces.npy").exists() else None
            if {self.vectors.ntotal, self.lexical.scores["num_docs"]} != {self._size}:
                raise IndexOutdated(f"the parts of the collection {collection!r} do not belong together; add it anew")
        except (OSError, EOFError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise IndexOutdated(f"the collection {collection!r} cannot be opened ({error}); add it anew") from error

    def __len__(self) -> int:
        return self._size

    def documents(self, places: Sequence[int]) -> list[Document]:
        """Return the passages at these places, in this order."""
        marks = ",".join("?" * len(places))
        rows = self._rows(f"SELECT place, id, text, words, data FROM passages WHERE place IN ({marks})", places)
        found = {row[0]: self._document(row[1:]) for row in rows}
        return [found[place] for place in places]

    def listed(self, source: str | None, start: int, count: int) -> list[Document]:
        """Return passages in their order, those of one source or of all."""
        where, values = ("WHERE source = ?", [source]) if source is not None else ("", [])
        sql = f"SELECT id, text, words, data FROM passages {where} ORDER BY place LIMIT ? OFFSET ?"
        return [self._document(row) for row in self._rows(sql, [*values, count, start])]

    def sources(self) -> list[Source]:
        """Return what was added, by name."""
        sql = """SELECT name, origin, checksum, added_at, count(id) FROM sources LEFT JOIN passages
                 ON source = name GROUP BY name ORDER BY name"""
        return [Source(*row) for row in self._rows(sql, [])]

    def places(self) -> dict[str, list[int]]:
        """Return the places of each source's passages."""
        found: dict[str, list[int]] = {}
        for name, place in self._rows("SELECT source, place FROM passages ORDER BY place", []):
            found.setdefault(name, []).append(place)
        return found

    def vectors_at(self, places: Sequence[int]) -> Vectors:
        """Return the vectors of these places, one row each."""
        rows: Vectors = self.vectors.reconstruct_batch(np.array(places, np.int64))
        return rows

    def _document(self, row: Sequence[Any]) -> Document:
        return Document(row[0], self.collection, row[1], row[2], json.loads(row[3]))

    def _rows(self, sql: str, values: Sequence[Any]) -> list[Any]:
        file = f"file:{(self.folder / 'passages.sqlite').as_posix()}?immutable=1"
        try:
            with closing(sqlite3.connect(file, uri=True)) as connection:
                return connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise IndexOutdated(f"the collection {self.collection!r} is damaged ({error}); add it anew") from error


def write(
    folder: Path, sources: Iterable[Source], documents: Sequence[Document], vectors: Vectors, embedder: str,
    pieces: Sequence[Any] | None = None, tell: Callable[[str], None] = lambda step: None,
) -> None:  # fmt: skip
    """Write a version into an empty folder; `vectors` has a row for each document."""
    import faiss

    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "passages.sqlite")) as connection, connection:
        connection.executescript(_TABLES)
        connection.executemany(
            "INSERT INTO sources VALUES (?, ?, ?, ?)", [(s.name, s.origin, s.checksum, s.added_at) for s in sources]
        )
        connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", (_row(n, d) for n, d in enumerate(documents))
        )
    faiss.write_index(searchable(vectors), str(folder / "vectors.faiss"))
    if pieces is not None:
        late.write(folder, pieces)
    tell("indexing the words")
    lexical_index(documents).save(str(folder / "bm25"))
    manifest: Mapping[str, Any] = {"format": FORMAT, "embedder": embedder, "passages": len(documents)}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


def _row(place: int, document: Document) -> tuple[int, str, str, str, str, str]:
    data = json.dumps(document.data, ensure_ascii=False)
    return place, document.id, document.data["source"], document.text, document.words, data
