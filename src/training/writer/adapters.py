"""The base of a fine-tuning: whole, or frozen under a LoRA adapter, in 4 bits where a GPU can do that."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM

from crm_copilot.errors import InputError, OperatorError

_PARTS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


def base(name: str, *, frozen: bool) -> Any:
    """Load a base from a folder or the hub; weights that are trained are fp32, frozen ones on a GPU half as large."""
    half = frozen and torch.cuda.is_available()
    numbers = torch.bfloat16 if half else torch.float32
    return loaded(AutoModelForCausalLM, name, dtype=numbers, attn_implementation="sdpa")


def quantised(name: str) -> Any:
    """Load a base in 4 bits; raise OperatorError where that cannot run."""
    if not torch.cuda.is_available():
        raise OperatorError("--qlora needs an NVIDIA GPU, and none is here; use --lora, or run it where there is one")
    if importlib.util.find_spec("bitsandbytes") is None:
        raise OperatorError("--qlora needs bitsandbytes, which is not installed; install it: pip install bitsandbytes")
    from transformers import BitsAndBytesConfig

    bits = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16)
    return loaded(AutoModelForCausalLM, name, quantization_config=bits, attn_implementation="sdpa")


def loaded(kind: Any, name: str, **how: Any) -> Any:
    """Load a model or a tokenizer; raise InputError when there is none of that name."""
    try:
        return kind.from_pretrained(name, **how)
    except (OSError, ValueError) as error:
        raise InputError(
            f"the base {name!r} cannot be loaded; expected a folder with a model ('crm train pretrain' makes one), or "
            f"the name of one on the Hugging Face hub and a connection to it ({str(error).splitlines()[0]})"
        ) from error


def with_adapter(model: Any, rank: int, *, quantised: bool = False) -> Any:
    """Put a LoRA adapter of that rank over every matrix of the layers."""
    from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training

    if quantised:
        model = prepare_model_for_kbit_training(model)
    adapter = LoraConfig(
        r=rank, lora_alpha=2 * rank, lora_dropout=0.05, target_modules=list(_PARTS), task_type="CAUSAL_LM"
    )
    return get_peft_model(model, adapter)


def merged(name: str, adapter: Path) -> Any:
    """Return the base in bf16 with the saved adapter in it; what was quantised is not merged into."""
    from peft import PeftModel

    whole = loaded(AutoModelForCausalLM, name, dtype=torch.bfloat16)
    return PeftModel.from_pretrained(whole, adapter).merge_and_unload()
