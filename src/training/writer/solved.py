"""Solved questions as ids and labels, rendered as they are served; the labels ignore what is only read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from datasets import Dataset

from crm_copilot.errors import InputError
from training.writer.batches import IGNORED
from training.writer.texts import Pair


def dataset(tokenizer: Any, pairs: Sequence[Pair], context: int, plans_only: float = 0.0) -> Dataset:
    """Return the pairs as ids and labels; those longer than the context are left out.

    Of the share `plans_only` only the first line of the completion is kept.
    """
    cut = np.random.default_rng(1).random(len(pairs)) < plans_only
    found = (_row(tokenizer, pair, bool(short)) for pair, short in zip(pairs, cut, strict=True))
    rows = [ids for ids in found if len(ids[0]) <= context]
    if not rows:
        raise InputError(f"none of {len(pairs)} examples fits into {context} tokens; give a larger --context")
    return Dataset.from_dict(
        {
            "input_ids": [ids for ids, _ in rows],
            "labels": [labels for _, labels in rows],
            "length": [len(ids) for ids, _ in rows],
        }
    )


def _row(tokenizer: Any, pair: Pair, short: bool) -> tuple[list[int], list[int]]:
    if not short:
        return ids_and_labels(tokenizer, pair)
    return ids_and_labels(tokenizer, Pair(pair.prompt, pair.completion.partition("\n")[0]))


def ids_and_labels(tokenizer: Any, pair: Pair) -> tuple[list[int], list[int]]:
    """Return the ids of a pair as it is served, and labels that ignore the prompt."""
    if tokenizer.chat_template:
        asked = [{"role": "user", "content": pair.prompt}]
        prompt = tokenizer.apply_chat_template(asked, add_generation_prompt=True, return_dict=False)
        solved = [*asked, {"role": "assistant", "content": pair.completion}]
        whole = tokenizer.apply_chat_template(solved, return_dict=False)
        completion = whole[len(prompt) :]
    else:
        prompt = [tokenizer.bos_token_id, *tokenizer.encode(pair.prompt, add_special_tokens=False)]
        completion = [*tokenizer.encode(pair.completion, add_special_tokens=False), tokenizer.eos_token_id]
    return [*prompt, *completion], [IGNORED] * len(prompt) + completion


class Collator:
    """Pads on the right. The mask is all ones: with causal attention nothing looks at what comes after it."""

    def __init__(self, pad: int) -> None:
        self.pad = pad

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, torch.Tensor]:
        """Return the batch of these rows."""
        width = max(len(row["input_ids"]) for row in rows)
        ids = [[*row["input_ids"], *[self.pad] * (width - len(row["input_ids"]))] for row in rows]
        labels = [[*row["labels"], *[IGNORED] * (width - len(row["labels"]))] for row in rows]
        found = torch.tensor(ids)
        return {"input_ids": found, "attention_mask": torch.ones_like(found), "labels": torch.tensor(labels)}
