"""Files that only their owner may read, replaced in one step: tokens, and what was said to customers."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def write_private(file: Path, value: Any) -> None:
    """Write a value as JSON; whoever reads the file meanwhile sees the old or the new one, whole."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = file.with_suffix(".new")
    aside.unlink(missing_ok=True)  # one that a killed run left, whose mode nobody knows
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        json.dump(value, stream, ensure_ascii=False)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(aside, file)
