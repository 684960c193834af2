"""Thumbs as training data: each answer that was rated becomes a prompt, what was written, and whether it was liked.

The form is that of TRL's KTOTrainer ({"prompt", "completion", "label"}). The small model is asked in two ways, knowing
what the grammar read and not knowing it, so a thumb makes two rows where the two prompts differ. Only what the small
model could have written is kept: an answer with a plan that its code follows.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crm_copilot.bootstrap import House
from crm_copilot.errors import InputError
from crm_copilot.library import codec
from crm_copilot.llm.writing import prompt_of, solution_of
from crm_copilot.storage import Rating

Row = dict[str, Any]


@dataclass(slots=True)
class Feedback:
    """Rows for training, and how many thumbs were left out for which reason."""

    rows: list[Row] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """Return the counts."""
        up = sum(row["label"] for row in self.rows)
        return {"rows": len(self.rows), "up": up, "down": len(self.rows) - up, "left_out": dict(self.left_out)}

    def __str__(self) -> str:
        counts = self.to_json()
        reasons = ", ".join(f"{count} {reason}" for reason, count in self.left_out.items()) or "none"
        return f"{counts['rows']} rows ({counts['up']} up, {counts['down']} down); left out: {reasons}"


def write(found: Feedback, out: Path) -> None:
    """Write the rows as JSON lines, all of them or none."""
    new = out.with_name(f"{out.name}.new")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        new.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found.rows), "utf-8")
        new.replace(out)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise InputError(f"{out} cannot be written ({error}); give a file in a folder of your own") from error


def collect(house: House) -> Feedback:
    """Return what people thought of the answers in the store."""
    found, labels = Feedback(), dict[tuple[str, str], set[bool]]()
    for rating in house.store.thumbs():
        made = _rows(house, rating)
        if isinstance(made, str):
            found.left_out[made] += 1
            continue
        found.rows += made
        for row in made:
            labels.setdefault((row["prompt"], row["completion"]), set()).add(row["label"])
    found.rows = list(_agreed(found, labels))
    return found


def _agreed(found: Feedback, labels: dict[tuple[str, str], set[bool]]) -> Iterator[Row]:
    """Yield each answer once; of what is liked by some and disliked by others nothing can be learned."""
    seen = set()
    for row in found.rows:
        key = row["prompt"], row["completion"]
        if len(labels[key]) > 1:
            found.left_out["rated up and down"] += 1
        elif key in seen:
            found.left_out["the same again"] += 1
        else:
            seen.add(key)
            yield row


def _rows(house: House, rating: Rating) -> list[Row] | str:
    """Return the rows of a thumb, or why there is none."""
    turn = house.store.any_turn(rating.turn)
    answer = turn.answer or {}
    if not 0 <= rating.part < len(answer.get("results", [])):
        return "not answered"
    result = answer["results"][rating.part]
    if result["status"] != "answered":
        return "not answered"
    if answer.get("data") != house.dataset.info.fingerprint:
        return "answered from other data"
    plan = house.learning.plan_of(result)
    if plan is None:
        return "written without a plan"
    part = turn.parts[rating.part]
    context = house.plain_retriever.retrieve(str(part["text"]), plan=part["plan"])
    completion = solution_of(codec.from_json(plan), str(result["code"]))
    prompts = dict.fromkeys((prompt_of(context), prompt_of(context, draft=False)))
    return [{"prompt": prompt, "completion": completion, "label": rating.thumbs == 1} for prompt in prompts]
