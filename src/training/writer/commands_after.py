"""`crm train grpo | kto | export`: what follows when the writer can write (needs requirements-train.txt)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from training.writer.options import DATA, Folder, Keep, Minutes, Resume, Steps, Train, training_packages

app = typer.Typer()
Base = Annotated[Path, typer.Option(help="folder of the model to begin with")]
_PATIENCE = 60.0  # seconds for one program: a busy machine is no reason to call it wrong


@app.command("grpo")
def grpo(
    train: Train = DATA / "train.jsonl",
    base: Base = DATA / "sft" / "model",
    folder: Folder = DATA / "grpo",
    minutes: Minutes = 20.0,
    resume: Resume = False,
    steps: Steps = None,
    keep: Keep = 5.0,
    peak: Annotated[float, typer.Option("--rate", help="highest learning rate")] = 3e-5,
    prompts: Annotated[int, typer.Option(help="prompts in a step", min=1)] = 8,
    group: Annotated[int, typer.Option(help="programs for each prompt", min=2)] = 8,
    written: Annotated[int, typer.Option(help="tokens of a program at most", min=8)] = 200,
    most: Annotated[int, typer.Option(help="how many examples are read", min=1)] = 1500,
    seed: int = 0,
) -> None:
    """Make programs more probable that run and give the right result, by running them over the data in use."""
    with training_packages():
        from training.writer import grpo as reinforcing
        from training.writer.reward import Reward
        from training.writer.texts import rows
    from crm_copilot.bootstrap import House
    from crm_copilot.settings import load_settings

    options = reinforcing.Options(
        base,
        folder,
        minutes,
        peak,
        prompts,
        group,
        written,
        resume=resume,
        steps=steps,
        checkpoint_minutes=keep,
        seed=seed,
    )
    house = House(load_settings(sandbox_timeout_seconds=_PATIENCE))
    try:
        found = reinforcing.reinforce(list(rows(train, most)), Reward(house), options)
    finally:
        house.close()
    typer.echo(f"the model is in {found}", err=True)


@app.command("kto")
def kto(
    thumbs: Annotated[Path, typer.Argument(help="rated answers, as 'crm train feedback' writes them")],
    base: Base = DATA / "sft" / "model",
    folder: Folder = DATA / "kto",
    minutes: Minutes = 5.0,
    resume: Resume = False,
    steps: Steps = None,
    keep: Keep = 5.0,
    peak: Annotated[float, typer.Option("--rate", help="highest learning rate")] = 2e-5,
    seed: int = 0,
) -> None:
    """Learn from thumbs; see with 'crm train promote' whether the result is better."""
    with training_packages():
        from training.writer import kto as rated
    options = rated.Options(base, folder, minutes, peak, resume=resume, steps=steps, checkpoint_minutes=keep, seed=seed)
    typer.echo(f"the model is in {rated.learn(thumbs, options)}", err=True)


@app.command("export")
def export(
    source: Annotated[Path, typer.Argument(help="folder of the trained model")] = DATA / "sft" / "model",
    target: Annotated[Path, typer.Argument(help="folder that ships")] = Path("models/writer"),
    weights: Annotated[str, typer.Option(help="fp32, int8 or int4")] = "fp32",
    examples: Annotated[Path, typer.Option(help="examples whose prompts it is compared to torch with")] = (
        DATA / "test.jsonl"
    ),
    figures: Annotated[Path | None, typer.Option(help="JSON file with figures for the manifest")] = None,
) -> None:
    """Export the model to ONNX and check that it writes what torch writes."""
    import json

    with training_packages():
        from training.writer import export as exporting
        from training.writer.texts import pairs
    prompts = [pair.prompt for pair in pairs(examples, 50)]
    known = json.loads(figures.read_text("utf-8")) if figures else {}
    agreed = exporting.export(source, target, weights, prompts, known)
    typer.echo(f"{target} is written; on {agreed:.0%} of {len(prompts)} prompts it writes what torch writes", err=True)
