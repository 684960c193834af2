"""Questions with the passage that answers them, and what the product answers: what ragas is given."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from crm_copilot.bootstrap import House

_CONTEXTS = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """A question, the answer ("" where it was declined), the passages that were found, and the right passage."""

    question: str
    answer: str
    contexts: list[str]
    reference: str


def samples(house: House, questions: Path) -> list[Sample]:
    """Ask each question of the tool that answers from the support texts that ship."""
    tool = house.tool("guide_from_texts")
    passages = {
        str(hit.document.data.get("title")): hit.document.text for hit in house.index.search("order", "support", 1000)
    }
    found = []
    for line in questions.read_text("utf-8").splitlines():
        asked = json.loads(line)
        told = tool.call({"question": asked["question"]})
        contexts = [hit.document.text for hit in house.retriever.search(asked["question"], "support", _CONTEXTS)]
        found.append(Sample(asked["question"], told.get("reply", ""), contexts, passages[asked["heading"]]))
    return found
