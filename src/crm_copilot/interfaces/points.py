"""Where parts outside the product take a hand: after a load, and where nothing is foretold yet."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm_copilot.data import Dataset
    from crm_copilot.settings import Settings

AFTER_LOAD, WITHOUT_SCORES = "crm_copilot.after_load", "crm_copilot.without_scores"


def said(point: str, settings: Settings, data: Dataset) -> list[str]:
    """Let every part do what it has to do at this point; return what they say, a sentence each."""
    return [words for part in entry_points(group=point) if (words := part.load()(settings, data))]
