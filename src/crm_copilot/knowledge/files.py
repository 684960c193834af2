"""Files on their way into a collection: which there are, what they hold, which are refused and why."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crm_copilot.errors import DataError, InputError
from crm_copilot.knowledge.readers import ENDINGS, is_readable, read
from crm_copilot.knowledge.sections import Section
from crm_copilot.knowledge.shelf import Source
from crm_copilot.knowledge.splitting import split
from crm_copilot.retrieval.documents import Document

_LONG_RECORD = 400


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that could not be read; its text says why."""

    name: str
    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was read: where it came from, and its passages."""

    source: Source
    documents: tuple[Document, ...]


def found_in(path: Path) -> list[Path]:
    """Return the file, or the files of a folder that have a reader; raise InputError when there is none."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise InputError(f"there is no file or folder {path}; name one that exists")
    inside = (f for f in sorted(path.rglob("*")) if not any(p.startswith(".") for p in f.relative_to(path).parts))
    found = [file for file in inside if file.is_file() and is_readable(file)]
    if not found:
        raise InputError(f"{path} holds no file that ends in {', '.join(ENDINGS)}")
    return found


def read_all(
    files: Sequence[Path], root: Path, tell: Callable[[str], None]
) -> tuple[list[Read], list[Refused]]:  # fmt: skip
    """Return what the files hold, and those that cannot be read; names are told from the folder `root`."""
    done: list[Read] = []
    refused: list[Refused] = []
    for file in files:
        name = file.relative_to(root).as_posix() if root.is_dir() else file.name
        tell(f"reading {name}")
        try:
            done.append(_read(file, name))
        except DataError as error:
            refused.append(Refused(name, str(error)))
    return done, refused


def _read(file: Path, name: str) -> Read:
    sections = read(file, name)
    documents = tuple(_documents(sections, name))
    checksum = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Read(Source(name, str(file.resolve()), checksum, now), documents)


def _documents(sections: Sequence[Section], source: str) -> Iterator[Document]:
    """Yield the passages; the heading of a section stands before each of its passages."""
    number = 0
    for section in sections:
        for part, text in enumerate(_parts(section)):
            number += 1
            name = f"{source}#{number}" if section.id is None else section.id + (f"#{part + 1}" if part else "")
            shown = f"{section.title}\n{text}" if section.title else text
            own = {"title": section.title, "source": source, "place": section.place}
            yield Document(name, "", shown, "", {**section.data, **own})


def _parts(section: Section) -> list[str]:
    if section.whole and len(section.text.split()) <= _LONG_RECORD:
        return [section.text]
    return split(section.text)
