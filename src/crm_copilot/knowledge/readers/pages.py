"""PDF and DOCX, read by pypdf and python-docx."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from crm_copilot.knowledge.sections import Section

_MOST_UNPACKED = 200 * 2**20
_MOST_PAGES = 2000


def pdf(file: Path) -> Sequence[Section]:
    """Return the pages of a PDF; raise ValueError for a password, a scan without text, or a broken file."""
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ValueError("it is locked with a password; save it without one")
        if len(reader.pages) > _MOST_PAGES:
            raise ValueError(f"it has {len(reader.pages)} pages, at most {_MOST_PAGES} are read; split it")
        found = [Section("", _mended(page.extract_text()), f"page {n}") for n, page in enumerate(reader.pages, 1)]
    except ValueError:
        raise
    except (PyPdfError, Exception) as error:
        # A damaged file makes pypdf raise what its code happens to trip over.
        raise ValueError(f"it is no PDF that can be read ({type(error).__name__}); save it anew") from error
    if found and not any(section.text.strip() for section in found):
        raise ValueError(f"its {len(found)} pages hold pictures but no text; run a text recognition over it first")
    return found


def _mended(text: str) -> str:
    """Put words together again that stand on two lines."""
    return re.sub(r"(?<=[a-z])-[ \t]*\n[ \t]*(?=[a-z])", "-", text)


def docx(file: Path) -> Sequence[Section]:
    """Return the sections of a Word file under its headings, tables as lines."""
    import docx as word

    try:
        with zipfile.ZipFile(file) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > _MOST_UNPACKED:
                raise ValueError("it unpacks to more than 200 MB; split it")
        document = word.Document(str(file))
    except ValueError:
        raise
    except Exception as error:
        locked = file.read_bytes()[:4] == b"\xd0\xcf\x11\xe0"
        why = "it is locked with a password or an old .doc" if locked else "it is no Word file that can be read"
        raise ValueError(f"{why}; save it anew as .docx without a password") from error
    return list(_headed(document))


def _headed(document: Any) -> Iterator[Section]:
    from docx.table import Table

    head, lines = "", list[str]()
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            lines += [" | ".join(cell.text.strip() for cell in row.cells) for row in block.rows]
        elif (block.style.name or "").startswith(("Heading", "Title")):
            yield Section(head, "\n".join(lines))
            head, lines = block.text.strip(), []
        else:
            lines.append(block.text)
    yield Section(head, "\n".join(lines))
