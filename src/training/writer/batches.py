"""Texts as token ids, and batches of texts of like length, so that next to nothing is computed for padding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer

from training.writer.texts import Pair
from training.writer.tokenizer import END, START, special

_TOGETHER = 4096  # texts among which those of like length are looked for
_AT_ONCE = 2000
IGNORED = -100  # a label that counts for nothing


@dataclass(frozen=True, slots=True)
class Encoded:
    """All texts in one row of token ids; text `i` is `ids[starts[i]:starts[i + 1]]`."""

    ids: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]
    left_out: int = 0

    def __len__(self) -> int:
        return len(self.starts) - 1

    def text(self, i: int) -> npt.NDArray[np.int32]:
        """Return the ids of one text."""
        return self.ids[self.starts[i] : self.starts[i + 1]]


def encode(tokenizer: Tokenizer, pairs: Sequence[Pair], context: int, plans_only: float = 0.0) -> Encoded:
    """Turn pairs into ids: start, prompt, completion, end. What is longer than the context is left out and counted.

    Of the share `plans_only` only the first line of the completion is kept: it is the hard part, the function follows
    from it.
    """
    rows: list[list[int]] = []
    cut = np.random.default_rng(0).random(len(pairs)) < plans_only
    for at in range(0, len(pairs), _AT_ONCE):
        some = [_headed(p) if short else p for p, short in zip(pairs[at : at + _AT_ONCE], cut[at:], strict=False)]
        rows += ids_of(tokenizer, some)
    kept = [row for row in rows if len(row) <= context]
    starts = np.cumsum([0, *map(len, kept)])
    flat = np.fromiter((token for row in kept for token in row), np.int32, int(starts[-1]))
    return Encoded(flat, starts, len(rows) - len(kept))


def _headed(pair: Pair) -> Pair:
    return Pair(pair.prompt, pair.completion.partition("\n")[0])


def ids_of(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> list[list[int]]:
    """Return the ids of each pair; prompt and completion are cut apart, as they are when it is served."""
    start, end = special(tokenizer, START), special(tokenizer, END)
    read = tokenizer.encode_batch_fast([pair.prompt for pair in pairs], add_special_tokens=False)
    written = tokenizer.encode_batch_fast([pair.completion for pair in pairs], add_special_tokens=False)
    return [[start, *first.ids, *second.ids, end] for first, second in zip(read, written, strict=True)]


def plan(lengths: npt.NDArray[np.int64], tokens: int, seed: int) -> list[list[int]]:
    """Return which texts go together: about `tokens` ids in a batch, in an order that `seed` decides."""
    chance = np.random.default_rng(seed)
    order = chance.permutation(len(lengths))
    found: list[list[int]] = []
    for at in range(0, len(order), _TOGETHER):
        group = order[at : at + _TOGETHER]
        found += _cut(group[np.argsort(lengths[group], kind="stable")], lengths, tokens)
    chance.shuffle(found)
    return found


def _cut(ordered: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], tokens: int) -> list[list[int]]:
    found: list[list[int]] = [[]]
    for i in ordered.tolist():
        if found[-1] and (len(found[-1]) + 1) * lengths[i] > tokens:
            found.append([])
        found[-1].append(i)
    return found


def collate(encoded: Encoded, batch: Sequence[int], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return ids and labels of a batch; labels of the padding on the right count for nothing."""
    texts = [encoded.text(i) for i in batch]
    width = max(map(len, texts))
    ids = torch.full((len(texts), width), pad, dtype=torch.long)
    labels = torch.full((len(texts), width), IGNORED, dtype=torch.long)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = labels[row, : len(text)] = torch.from_numpy(text.astype(np.int64))
    return ids, labels
