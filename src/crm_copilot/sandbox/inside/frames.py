"""Tables from Arrow files into pandas, by one thread and into memory of our own.

The file is copied, not mapped: what is done to it later cannot reach a frame that is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def load(files: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Return each table's frame; times are datetime64, texts pandas `str` backed by Arrow."""
    return {name: _load(path) for name, path in files.items()}


def _load(path: str) -> pd.DataFrame:
    import pyarrow as pa
    from pyarrow import ipc

    # From a buffer: reading from a file, Arrow starts a thread for input and output.
    source = pa.BufferReader(pa.py_buffer(Path(path).read_bytes()))
    table = ipc.open_file(source, options=ipc.IpcReadOptions(use_threads=False)).read_all()
    frame: pd.DataFrame = table.to_pandas(use_threads=False, date_as_object=False, self_destruct=True)
    return frame
