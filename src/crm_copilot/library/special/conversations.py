"""What was said to whom, told by the tool that reads the records of contacts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def what_was_said(
    recall_interactions: Callable[..., Mapping[str, Any]],
    question: str = "summarise the contacts of the last week", form: str = "summary", then: str = "",
) -> Mapping[str, Any]:  # fmt: skip
    """What was said to whom: the records that a question means, summarised with a reference for each sentence."""
    return recall_interactions(question=question, form=form, then=then)
