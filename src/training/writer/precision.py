"""In which numbers a machine trains faster: bf16 or fp32, measured where it is not told.

On processors bf16 is worth it only for the matrix products: attention in bf16 takes there three times as long backwards
as in fp32, so it stays in fp32.
"""

from __future__ import annotations

import contextlib
import time
from typing import Any, Literal, cast

import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from crm_copilot.errors import InputError

Precision = Literal["auto", "fp32", "bf16"]
_FLOAT_ATTENTION = "sdpa_in_fp32"
_TEXTS, _LENGTH, _ROUNDS = 16, 128, 3


def checked(name: str) -> Precision:
    """Return the precision if it is one."""
    if name not in ("auto", "fp32", "bf16"):
        raise InputError(f"precision {name!r} is not known; expected auto, fp32 or bf16")
    return cast(Precision, name)


def use_bf16(model: Any, device: torch.device, wanted: Precision) -> bool:
    """Return whether to train in bf16, as told or as is faster here, and make the model ready for it."""
    if device.type == "cuda":
        return wanted != "fp32" and torch.cuda.is_bf16_supported()
    if wanted != "fp32":
        _keep_attention_in_fp32(model)
    return wanted == "bf16" or (wanted == "auto" and _bf16_is_faster(model))


def cast_to(device: torch.device, bf16: bool) -> contextlib.AbstractContextManager[Any]:
    """Return the context in which the model computes."""
    return torch.autocast(device.type, torch.bfloat16) if bf16 else contextlib.nullcontext()


def _keep_attention_in_fp32(model: Any) -> None:
    AttentionInterface.register(_FLOAT_ATTENTION, _attention_in_fp32)
    AttentionMaskInterface.register(_FLOAT_ATTENTION, sdpa_mask)
    model.set_attn_implementation(_FLOAT_ATTENTION)


def _attention_in_fp32(
    module: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor | None, **options: Any
) -> tuple[torch.Tensor, None]:
    with torch.autocast(query.device.type, enabled=False):
        found, _ = sdpa_attention_forward(module, query.float(), key.float(), value.float(), mask, **options)
    return found.to(query.dtype), None


def _bf16_is_faster(model: Any) -> bool:
    """Take turns, so that a load that comes and goes strikes both; the fastest round counts."""
    seconds: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(_ROUNDS):
        for bf16, measured in seconds.items():
            measured.append(_seconds(model, bf16))
    return min(seconds[True]) < min(seconds[False])


def _seconds(model: Any, bf16: bool) -> float:
    ids = torch.ones((_TEXTS, _LENGTH), dtype=torch.long)
    start = time.monotonic()
    with cast_to(torch.device("cpu"), bf16):
        model(input_ids=ids, labels=ids, use_cache=False).loss.backward()
    model.zero_grad(set_to_none=True)
    return time.monotonic() - start
