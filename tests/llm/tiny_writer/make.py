"""Makes the tiny writer of the tests: `.venv-train/bin/python tests/llm/tiny_writer/make.py` (a minute or two).

A Mistral of 29 thousand parameters that has learnt one thing: whatever it is asked, it counts the orders, seven times
in ten in one way and three times in another. So its first choice is the same everywhere, its samples differ, and its
programs run. `hf/` is for a server, the rest for onnxruntime-genai.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import MistralConfig, MistralForCausalLM, PreTrainedTokenizerFast

HERE = Path(__file__).parent
ONE = "# count order\ndef answer(orders):\n    return orders['order_id'].nunique()\n"
OTHER = "# count order\ndef answer(orders):\n    return len(orders)\n"
WORDS = "how many orders revenue by month in são paulo 2017 reviews average of the top 5 categories tables def = ( ) :"
LONGEST = 60  # tokens of an answer
TEMPLATE = "{{ bos_token }}{% for m in messages %}{{ m['content'] }}\n{% endfor %}{{ '=>\\n' }}"
CONTEXT, WINDOW, STEPS, BATCH = 512, 256, 400, 8


def tokenizer() -> PreTrainedTokenizerFast:
    """Return a byte-level BPE of 320 tokens."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    special = ["<pad>", "<s>", "</s>"]
    trainer = trainers.BpeTrainer(
        vocab_size=320, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    made.train_from_iterator([ONE, OTHER, WORDS] * 10, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=made, bos_token="<s>", eos_token="</s>", pad_token="<pad>", chat_template=TEMPLATE
    )


def model(size: int) -> MistralForCausalLM:
    """Return the untrained model."""
    return MistralForCausalLM(
        MistralConfig(
            vocab_size=size, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
            num_key_value_heads=1, head_dim=16, max_position_embeddings=32768, sliding_window=None,
            tie_word_embeddings=True, bos_token_id=1, eos_token_id=2, pad_token_id=0,
        )
    )  # fmt: skip


def train(learner: MistralForCausalLM, tokens: PreTrainedTokenizerFast) -> None:
    """Teach the completions after prompts of any words."""
    rate = torch.optim.AdamW(learner.parameters(), lr=5e-3)
    for step in range(STEPS):
        for group in rate.param_groups:
            group["lr"] = 5e-3 * (1 - step / STEPS)
        length = random.randint(40, 360)
        rows, labels = zip(*(_row(tokens, length) for _ in range(BATCH)), strict=True)
        loss = learner(input_ids=torch.tensor(rows), labels=torch.tensor(labels)).loss
        loss.backward()
        rate.step()
        rate.zero_grad()
    print(f"loss {loss.item():.3f}")


def _row(tokens: PreTrainedTokenizerFast, length: int) -> tuple[list[int], list[int]]:
    answer = [*tokens.encode(ONE if random.random() < 0.7 else OTHER), 2]
    asked = [token for _ in range(length) for token in _piece(tokens)][: length - 5] + tokens.encode("\n=>\n")
    row = [1, *asked, *answer]
    room = length + 1 + LONGEST - len(row)
    return row + [0] * room, [-100] * (len(asked) + 1) + answer + [-100] * room


def _piece(tokens: PreTrainedTokenizerFast) -> list[int]:
    """Return a word, any token at all, or the beginning of an answer, which a prompt may show."""
    kind = random.random()
    if kind < 0.05:
        return tokens.encode(ONE)[: random.randint(1, 12)]
    if kind < 0.5:
        return tokens.encode(f" {random.choice(WORDS.split())}")
    return [random.randrange(3, len(tokens))]


def export(folder: Path, target: Path) -> None:
    """Write the model for onnxruntime-genai, with its manifest."""
    with tempfile.TemporaryDirectory() as work:
        short = Path(shutil.copytree(folder, Path(work) / "hf"))
        config = json.loads((short / "config.json").read_text())
        (short / "config.json").write_text(
            json.dumps(config | {"max_position_embeddings": CONTEXT, "sliding_window": None})
        )
        builder = [sys.executable, "-m", "onnxruntime_genai.models.builder", "-p", "fp32", "-e", "cpu"]
        subprocess.run([*builder, "-i", short, "-o", Path(work) / "onnx", "-c", work], check=True)
        files = {}
        for name in ("model.onnx", "model.onnx.data", "genai_config.json", "tokenizer.json"):
            shutil.copy(Path(work) / "onnx" / name, target / name)
            content = (target / name).read_bytes()
            files[name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    manifest = {"version": 1, "prompt_version": 1, "files": files}
    (target / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


if __name__ == "__main__":
    random.seed(7)
    torch.manual_seed(7)
    torch.set_num_threads(1)
    words = tokenizer()
    tiny = model(len(words))
    train(tiny, words)
    tiny.config.sliding_window = WINDOW  # a server reads prompts longer than any it has learnt from
    tiny.save_pretrained(HERE / "hf")
    words.save_pretrained(HERE / "hf")
    export(HERE / "hf", HERE)
