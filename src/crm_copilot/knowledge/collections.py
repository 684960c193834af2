"""Collections: what people add to, remove from, look through and search.

    CRM_HOME/knowledge/<collection>/current      the name of the version in use
    CRM_HOME/knowledge/<collection>/v<number>/   a version (`shelf.py`)

A change writes a new version beside the one in use and then switches: a reader sees the old or the new one, whole. A
collection of one's own stands in for the texts of that name that ship with the product.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crm_copilot.errors import Busy, InputError, OperatorError, UnknownName
from crm_copilot.knowledge.embedding import Embedders
from crm_copilot.knowledge.files import Read, Refused, found_in, read_all
from crm_copilot.knowledge.searching import search
from crm_copilot.knowledge.shelf import Shelf, Source, write
from crm_copilot.knowledge.stock import Stock, without
from crm_copilot.retrieval.documents import Document
from crm_copilot.retrieval.index import Hit

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_TAKEN = ("catalog", "examples")
_SECONDS = 5.0  # to wait for another one that changes the same collection
Tell = Callable[[str], None]
Shipped = Callable[[str, str, int], Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Added:
    """What an addition did: passages by source, which sources were there before, which were gone, which refused."""

    collection: str
    passages: Mapping[str, int]
    replaced: tuple[str, ...]
    gone: tuple[str, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """A collection as a list shows it."""

    name: str
    passages: int
    sources: tuple[Source, ...]


class Collections:
    """The collections under a folder."""

    def __init__(self, folder: Path, embedders: Embedders) -> None:
        self._folder, self._embedders = folder, embedders
        self._open: dict[str, tuple[str, Shelf]] = {}

    def names(self) -> list[str]:
        """Return the collections that hold something."""
        return sorted(file.parent.name for file in self._folder.glob("*/current"))

    def has(self, collection: str) -> bool:
        """Whether somebody has added anything to it."""
        return (self._folder / collection / "current").exists()

    def overviews(self) -> list[Overview]:
        """Return every collection with its sources."""
        shelves = [(name, self._shelf(name)) for name in self.names()]
        return [Overview(name, len(shelf), tuple(shelf.sources())) for name, shelf in shelves if shelf]

    def add(self, path: Path, collection: str, tell: Tell = lambda step: None) -> Added:
        """Add a file or the files of a folder; a source of the same name is replaced.

        Raises InputError when nothing can be added; what was there before stays as it was.
        """
        _check(collection)
        read, refused = read_all(found_in(path), path, tell)
        if not read:
            raise InputError(str(refused[0]) if refused else f"{path} holds no file that can be read")
        with self._changing(collection):
            before = self._stock(collection)
            gone = _gone(before.sources, path)
            kept = without(before, {r.source.name for r in read} | set(gone))
            self._replace(collection, kept, read, tell)
        replaced = tuple(sorted({r.source.name for r in read} & {s.name for s in before.sources}))
        counts = {r.source.name: len(r.documents) for r in read}
        return Added(collection, counts, replaced, tuple(gone), tuple(refused))

    def remove(self, collection: str, source: str | None = None, tell: Tell = lambda step: None) -> int:
        """Remove a source, or the collection; return how many passages went. Raises UnknownName."""
        with self._changing(collection):
            before = self._stock(collection)
            names = [s.name for s in before.sources]
            if not names:
                raise self._missing(collection)
            if source is not None and source not in names:
                raise UnknownName(f"{collection!r} holds no source {source!r}; it holds {_listed(names)}")
            kept = without(before, set(names) if source is None else {source})
            if kept.documents:
                self._replace(collection, kept, [], tell)
            else:
                (self._folder / collection / "current").unlink()
                self._sweep(collection, "")
        return len(before.documents) - len(kept.documents)

    def passages(self, collection: str, source: str | None = None, start: int = 0, count: int = 50) -> list[Document]:
        """Return passages in their order, for somebody who looks through them."""
        shelf = self._shelf(collection)
        return shelf.listed(source, start, count) if shelf else []

    def search(self, query: str, collection: str, k: int = 5) -> list[Hit]:
        """Return the k best passages, best first; [] when there is no such collection."""
        shelf = self._shelf(collection)
        return search(shelf, self._embedders, query, k) if shelf and query.strip() else []

    def opened(self, collection: str) -> Shelf:
        """Return the version in use; raise UnknownName when there is none."""
        shelf = self._shelf(collection)
        if shelf is None:
            raise self._missing(collection)
        return shelf

    def _missing(self, collection: str) -> UnknownName:
        return UnknownName(f"there is no collection {collection!r}; there are {_listed(self.names())}")

    # --------------------------------------------------------------------------------------------------- versions

    def _shelf(self, collection: str) -> Shelf | None:
        """Return the version in use, opened anew when another one has taken its place."""
        try:
            version = (self._folder / collection / "current").read_text("utf-8").strip()
        except OSError:
            return None
        held = self._open.get(collection)
        if held is None or held[0] != version:
            held = (
                version,
                Shelf(self._folder / collection / version, collection, lambda: self._embedders.reranker.projection),
            )
            self._open[collection] = held
        return held[1]

    def _stock(self, collection: str) -> Stock:
        shelf = self._shelf(collection)
        return Stock.of(shelf) if shelf else Stock.empty()

    def _replace(self, collection: str, kept: Stock, read: Sequence[Read], tell: Tell) -> None:
        """Write a version of what is kept and what was read, and switch to it."""
        home = self._folder / collection
        version = f"v{max((int(f.name[1:]) for f in home.glob('v*')), default=0) + 1}"
        stock = kept.with_new(read)
        made = self._embedders.vectors(stock, tell)
        try:
            write(home / version, stock.sources, stock.documents, made.vectors, made.embedder, made.pieces, tell)
            (home / "next").write_text(version, "utf-8")
            (home / "next").replace(home / "current")
        except OSError as error:
            raise OperatorError(f"{home} cannot be written ({error.strerror}); make room, or set CRM_HOME") from error
        finally:
            self._sweep(collection, (home / "current").read_text("utf-8") if (home / "current").exists() else "")

    def _sweep(self, collection: str, version: str) -> None:
        """Remove the other versions; whoever has one open reads on."""
        for other in (self._folder / collection).glob("v*"):
            if other.name != version:
                shutil.rmtree(other, ignore_errors=True)

    @contextmanager
    def _changing(self, collection: str) -> Iterator[None]:
        from filelock import FileLock, Timeout

        home = self._folder / collection
        home.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(home / "lock", timeout=_SECONDS):
                yield
        except Timeout as error:
            raise Busy(f"the collection {collection!r} is being changed by another one; try again") from error


def _gone(sources: Sequence[Source], folder: Path) -> list[str]:
    """Return the sources that were read from this folder and are no longer in it."""
    if not folder.is_dir():
        return []
    root = folder.resolve()
    return [s.name for s in sources if Path(s.origin).is_relative_to(root) and not Path(s.origin).exists()]


def _check(collection: str) -> None:
    if not _NAME.fullmatch(collection) or collection in _TAKEN:
        raise InputError(
            f"a collection cannot be called {collection!r}; take small letters, digits and dashes, "
            f"and not {' or '.join(_TAKEN)}: for example 'support'"
        )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:10]) or "none"
