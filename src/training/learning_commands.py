"""`crm train feedback | review | promote | rollback`: what is learned from use, and the gate that it passes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from crm_copilot.errors import InputError

app = typer.Typer()
Json = Annotated[bool, typer.Option("--json", help="print JSON only")]


@app.command("feedback")
def feedback(out: Annotated[Path, typer.Argument(help="file of JSON lines to write")], as_json: Json = False) -> None:
    """Write the thumbs of the conversations as data for KTO: {"prompt", "completion", "label"}."""
    from crm_copilot.bootstrap import bootstrap
    from training.feedback import collect, write

    house = bootstrap()
    try:
        found = collect(house)
    finally:
        house.close()
    write(found, out)
    _tell(found.to_json(), f"{found} in {out}", as_json)


@app.command("review")
def review(as_json: Json = False) -> None:
    """Ask the frozen questions with and without the confirmed examples, and drop the examples that do harm."""
    from crm_copilot.bootstrap import bootstrap
    from crm_copilot.interfaces.console import progress
    from evaluation.replay import frozen
    from training.review import review as reviewed

    house = bootstrap()
    try:
        questions = frozen(house.dataset)
    finally:
        house.close()
    with progress(len(questions)) as step:
        found = reviewed(house.settings, questions, step)
    _tell(found.to_json(), str(found), as_json)


@app.command("promote")
def promote(
    candidate: Annotated[Path, typer.Argument(help="folder of an exported model: model.onnx, manifest.json, ...")],
    also: Annotated[
        list[Path] | None, typer.Option(help="a further file of questions to ask: more questions tell smaller gains")
    ] = None,
    most_wrong: Annotated[float, typer.Option(help="largest share of wrong answers", min=0, max=1)] = 0.05,
    as_json: Json = False,
) -> None:
    """Put a small model into use under CRM_HOME if it beats the present one on the frozen questions."""
    from crm_copilot.settings import load_settings
    from evaluation.replay import frozen
    from training.promotion import asked
    from training.promotion import promote as promoted

    settings = load_settings()
    evaluate = asked(settings, lambda dataset: frozen(dataset, also or ()))
    found = promoted(candidate, settings, evaluate, most_wrong)
    said = "promoted" if found.accepted else "not promoted"
    _tell({**found.to_json(), "promoted": found.accepted}, f"{said}: {found}", as_json)
    if not found.accepted:
        reason = "it gives too many wrong answers" if found.is_better else "it is not surely better"
        raise InputError(f"{candidate} was not promoted: {reason}; {settings.writer_dir} stays in use")


@app.command("rollback")
def rollback() -> None:
    """Put the small model back that was in use before the last promotion."""
    from crm_copilot.settings import load_settings
    from training.promotion import rollback as rolled_back

    typer.echo(f"in use: {rolled_back(load_settings())}", err=True)


def _tell(found: dict[str, Any], said: str, as_json: bool) -> None:
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n") if as_json else typer.echo(said)
