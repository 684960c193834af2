"""`crm train tokenizer | pretrain | sft`: the writer's first steps (needs requirements-train.txt).

`commands_after.py` has those that follow: grpo, kto and export.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from training.writer.commands_after import app as after
from training.writer.options import DATA, Folder, Keep, Minutes, PlansOnly, Resume, Steps, Train, Val, training_packages

app = typer.Typer()
app.add_typer(after)


@app.command("tokenizer")
def tokenizer(
    train: Train = DATA / "train.jsonl",
    folder: Annotated[Path, typer.Option(help="where tokenizer.json is written")] = DATA / "tokenizer",
    vocabulary: Annotated[int, typer.Option(help="how many tokens", min=300)] = 6000,
    most: Annotated[int, typer.Option(help="how many examples are looked at", min=1)] = 40000,
) -> None:
    """Learn the vocabulary in which code takes few tokens."""
    with training_packages():
        from training.writer import tokenizer as learned
        from training.writer.texts import pairs
    examples = pairs(train, most)
    found = learned.train((pair.prompt + pair.completion for pair in examples), vocabulary)
    folder.mkdir(parents=True, exist_ok=True)
    found.save(str(folder / "tokenizer.json"))
    some = examples[:2000]
    prompts = learned.mean_tokens(found, (pair.prompt for pair in some))
    completions = learned.mean_tokens(found, (pair.completion for pair in some))
    typer.echo(
        f"{found.get_vocab_size()} tokens in {folder}; a prompt takes {prompts:.1f} tokens, "
        f"a completion {completions:.1f}",
        err=True,
    )


@app.command("pretrain")
def pretrain(
    train: Train = DATA / "train.jsonl",
    val: Val = DATA / "val.jsonl",
    vocabulary: Annotated[Path, typer.Option(help="folder of tokenizer.json")] = DATA / "tokenizer",
    folder: Folder = DATA / "pretrain",
    minutes: Minutes = 60.0,
    resume: Resume = False,
    steps: Steps = None,
    keep: Keep = 5.0,
    hidden: Annotated[int, typer.Option(help="width")] = 256,
    layers: Annotated[int, typer.Option(help="layers")] = 6,
    heads: Annotated[int, typer.Option(help="attention heads")] = 4,
    kv_heads: Annotated[int, typer.Option(help="heads of keys and values")] = 2,
    intermediate: Annotated[int, typer.Option(help="width inside a layer")] = 768,
    context: Annotated[int, typer.Option(help="longest text in tokens")] = 768,
    peak: Annotated[float, typer.Option("--rate", help="highest learning rate")] = 2e-3,
    tokens: Annotated[int, typer.Option(help="tokens in a step")] = 8192,
    numbers: Annotated[str, typer.Option("--precision", help="auto (measured), fp32 or bf16")] = "auto",
    minilm: Annotated[bool, typer.Option(help="start the word embeddings from MiniLM's")] = True,
    plans_only: PlansOnly = 0.0,
    seed: int = 0,
) -> None:
    """Teach an empty Mistral the language of questions and code."""
    with training_packages():
        from training.writer import batches, model, precision, pretrain
        from training.writer import tokenizer as learned
        from training.writer.texts import pairs
    spoken = learned.load(vocabulary)
    empty = model.fresh(spoken, model.Shape(hidden, layers, heads, kv_heads, intermediate, context), seed)
    if minilm:
        model.start_from_minilm(empty, spoken)
    read, measured = (batches.encode(spoken, pairs(file), context, plans_only) for file in (train, val))
    typer.echo(
        f"{empty.num_parameters():,} parameters; {len(read):,} texts of {len(read.ids):,} tokens "
        f"({read.left_out} longer than the context are left out)",
        err=True,
    )
    options = pretrain.Options(
        folder,
        minutes,
        peak,
        tokens,
        precision.checked(numbers),
        steps=steps,
        resume=resume,
        checkpoint_minutes=keep,
        seed=seed,
    )
    loss = pretrain.Pretraining(empty, spoken, read, measured, options).go()
    typer.echo(f"validation loss {loss:.4f}; the model is in {folder / 'model'}", err=True)


@app.command("sft")
def sft(
    train: Train = DATA / "train.jsonl",
    val: Val = DATA / "val.jsonl",
    base: Annotated[str, typer.Option(help="folder of a model, or its name on the Hugging Face hub")] = str(
        DATA / "pretrain" / "model"
    ),
    folder: Folder = DATA / "sft",
    minutes: Minutes = 30.0,
    resume: Resume = False,
    steps: Steps = None,
    keep: Keep = 5.0,
    lora: Annotated[bool, typer.Option("--lora", help="train an adapter, the base stays as it is")] = False,
    qlora: Annotated[bool, typer.Option("--qlora", help="the same over a base in 4 bits (needs a GPU)")] = False,
    merge: Annotated[bool, typer.Option("--merge", help="put the adapter into the base at the end")] = False,
    peak: Annotated[float, typer.Option("--rate", help="highest learning rate")] = 5e-4,
    batch: Annotated[int, typer.Option(help="examples in a step", min=1)] = 64,
    context: Annotated[int, typer.Option(help="longest text in tokens")] = 768,
    most: Annotated[int | None, typer.Option(help="how many examples are read", min=1)] = None,
    numbers: Annotated[str, typer.Option("--precision", help="auto (measured), fp32 or bf16")] = "auto",
    plans_only: PlansOnly = 0.0,
    seed: int = 0,
) -> None:
    """Teach a model to answer the served prompt; the small one whole, a large one by LoRA."""
    with training_packages():
        from training.writer import precision
        from training.writer import sft as tuning
        from training.writer.texts import pairs
    options = tuning.Options(
        base, folder, minutes, peak, batch, context, lora or qlora, qlora, merge=merge, resume=resume, steps=steps,
        precision=precision.checked(numbers), plans_only=plans_only, checkpoint_minutes=keep,
        seed=seed,
    )  # fmt: skip
    found = tuning.finetune(pairs(train, most), pairs(val, most), options)
    typer.echo(f"the model is in {found}", err=True)
