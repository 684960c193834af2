"""Write the lines that build one frame: rows of a table, looked-up columns, filters, computed columns.

A `FrameSpec` says which rows and columns are wanted; `write_frame` writes them into a `Script`.
"""

from crm_copilot.library.frames.spec import FrameSpec
from crm_copilot.library.frames.writing import child_mask, mask, write_frame

__all__ = ["FrameSpec", "child_mask", "mask", "write_frame"]
