"""`crm train tokenizer | pretrain | sft | export ...`: the writer, step by step (needs requirements-train.txt)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from crm_copilot.errors import OperatorError

app = typer.Typer()

_DATA = Path("build/writer")
Train = Annotated[Path, typer.Argument(help="examples to learn from, JSON lines")]
Val = Annotated[Path, typer.Option(help="examples to measure with, JSON lines")]
Folder = Annotated[Path, typer.Option(help="folder of the run: checkpoint, log.jsonl and the model in model/")]
Minutes = Annotated[float, typer.Option(help="how long to train; the rate comes to its end then", min=0.01)]
Resume = Annotated[bool, typer.Option("--resume", help="go on where the run in the folder was stopped")]
Steps = Annotated[int | None, typer.Option(help="stop after so many steps instead, for trying out", min=1)]


@contextmanager
def _training_packages() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise OperatorError(
            f"{error.name} is not installed; make the environment for training (make train-environment) "
            "and run this with .venv-train/bin/python -m crm_copilot.interfaces.cli"
        ) from error


@app.command("tokenizer")
def tokenizer(
    train: Train = _DATA / "train.jsonl",
    folder: Annotated[Path, typer.Option(help="where tokenizer.json is written")] = _DATA / "tokenizer",
    vocabulary: Annotated[int, typer.Option(help="how many tokens", min=300)] = 6000,
    most: Annotated[int, typer.Option(help="how many examples are looked at", min=1)] = 40000,
) -> None:
    """Learn the vocabulary in which code takes few tokens."""
    with _training_packages():
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
    train: Train = _DATA / "train.jsonl",
    val: Val = _DATA / "val.jsonl",
    vocabulary: Annotated[Path, typer.Option(help="folder of tokenizer.json")] = _DATA / "tokenizer",
    folder: Folder = _DATA / "pretrain",
    minutes: Minutes = 60.0,
    resume: Resume = False,
    steps: Steps = None,
    hidden: Annotated[int, typer.Option(help="width")] = 256,
    layers: Annotated[int, typer.Option(help="layers")] = 6,
    heads: Annotated[int, typer.Option(help="attention heads")] = 4,
    kv_heads: Annotated[int, typer.Option(help="heads of keys and values")] = 2,
    intermediate: Annotated[int, typer.Option(help="width inside a layer")] = 768,
    context: Annotated[int, typer.Option(help="longest text in tokens")] = 768,
    peak: Annotated[float, typer.Option("--rate", help="highest learning rate")] = 2e-3,
    tokens: Annotated[int, typer.Option(help="tokens in a step")] = 8192,
    precision: Annotated[str, typer.Option(help="auto (measured), fp32 or bf16")] = "auto",
    minilm: Annotated[bool, typer.Option(help="start the word embeddings from MiniLM's")] = True,
    seed: int = 0,
) -> None:
    """Teach an empty Mistral the language of questions and code."""
    with _training_packages():
        from training.writer import batches, model, pretrain
        from training.writer import tokenizer as learned
        from training.writer.texts import pairs
    spoken = learned.load(vocabulary)
    empty = model.fresh(spoken, model.Shape(hidden, layers, heads, kv_heads, intermediate, context), seed)
    if minilm:
        model.start_from_minilm(empty, spoken)
    read, measured = (batches.encode(spoken, pairs(file), context) for file in (train, val))
    typer.echo(
        f"{empty.num_parameters():,} parameters; {len(read):,} texts of {len(read.ids):,} tokens "
        f"({read.left_out} longer than the context are left out)",
        err=True,
    )
    options = pretrain.Options(
        folder, minutes, peak, tokens, pretrain.checked(precision), steps=steps, resume=resume, seed=seed
    )
    loss = pretrain.Pretraining(empty, spoken, read, measured, options).go()
    typer.echo(f"validation loss {loss:.4f}; the model is in {folder / 'model'}", err=True)
