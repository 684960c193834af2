"""Files become sections: one reader for each kind of file, chosen by its ending.

A file that cannot be read is refused with one sentence; what a file says is data, and nothing in it is run or fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from crm_copilot.errors import DataError
from crm_copilot.knowledge.readers import documents, pages, records, webpages
from crm_copilot.knowledge.sections import Section

MOST_MB = 50
_READERS: dict[str, Callable[[Path], Sequence[Section]]] = {
    ".pdf": pages.pdf, ".docx": pages.docx,
    ".md": documents.markdown, ".markdown": documents.markdown, ".txt": documents.plain,
    ".html": webpages.html, ".htm": webpages.html,
    ".csv": records.csv_file, ".json": records.json_file, ".jsonl": records.json_lines,
}  # fmt: skip
ENDINGS = tuple(_READERS)
_KINDS = ", ".join(ending.removeprefix(".") for ending in ENDINGS)


def is_readable(file: Path) -> bool:
    """Whether there is a reader for files of this ending."""
    return file.suffix.casefold() in _READERS


def read(file: Path, name: str) -> list[Section]:
    """Return the sections of a file that hold text; raise DataError, under `name`, when there is nothing to read."""
    if not is_readable(file):
        raise DataError(f"files that end in {file.suffix or 'nothing'} are not read; give one of {_KINDS}", file=name)
    try:
        size = file.stat().st_size
        if size > MOST_MB * 2**20:
            raise DataError(f"it has {size / 2**20:,.0f} MB, at most {MOST_MB} are read; split it", file=name)
        found = [section for section in _READERS[file.suffix.casefold()](file) if section.text.strip()]
    except OSError as error:
        raise DataError(f"it cannot be opened ({error.strerror or error})", file=name) from error
    except UnicodeDecodeError as error:
        raise DataError(f"byte {error.start} is no UTF-8; save it as UTF-8", file=name) from error
    except ValueError as error:
        raise DataError(str(error), file=name) from error
    if not found:
        raise DataError("it holds no text; add a file that does", file=name)
    return found
