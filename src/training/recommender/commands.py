"""`crm train recommender ...`: train the models, write the scores, draw the report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crm_copilot.data import Dataset, ensure
from crm_copilot.settings import Settings, load_settings

app = typer.Typer(no_args_is_help=True, help="Recommendations: models, scores, report.")
Target = Annotated[Path | None, typer.Argument(help="folder of the models; below CRM_HOME when none is given")]


def _opened() -> tuple[Settings, Dataset]:
    settings = load_settings()
    return settings, ensure(settings.home_dir, settings.data_dir)


@app.command("fit")
def fit(target: Target = None, seeds: Annotated[int, typer.Option(min=1, max=10)] = 3) -> None:
    """Train all models on the data in use (in .venv-recommender)."""
    from crm_copilot.tools.recommending import data_version
    from training.interactions import Company
    from training.recommender import folder
    from training.recommender.fit import fit as fitted
    from training.recommender.models import choice
    from training.recommender.refresh import roots

    settings, data = _opened()
    models = fitted(Company.of(data), data.info, lambda line: typer.echo(line, err=True), range(seeds))
    place = target or roots(settings)[0] / data_version(data.info.checksums)
    folder.save(models, place)
    typer.echo(f"models in {place}. {choice(models.about['rmse'], models.served)}", err=True)


@app.command("refresh")
def refresh(whole: Annotated[bool, typer.Option("--whole", help="score everybody anew")] = False) -> None:
    """Write the scores of the data in use, of customers with new orders only where there are older scores."""
    from training.recommender.refresh import refresh as refreshed

    settings, data = _opened()
    done = refreshed(settings, data, whole)
    typer.echo(f"scores of {done['customers']} customers, {done['scored']} of them new", err=True)


@app.command("report")
def report(target: Annotated[Path, typer.Argument(help="folder of the page and its plots")]) -> None:
    """Judge the models in use on the data in use and write a page with plots."""
    from training.recommender.evaluation import figures
    from training.recommender.report import write

    settings, data = _opened()
    source = "the demo company" if data.info.demo else Path(data.info.source).name
    typer.echo(f"{write(figures(settings, data), source, target)}", err=True)


@app.command("interactions")
def interactions(target: Annotated[Path, typer.Argument(help="a Parquet file")]) -> None:
    """Write the interactions with their features, for a synthetic company to be drawn from."""
    from training.interactions import Company
    from training.recommender.transfer import table

    _, data = _opened()
    rows = table(Company.of(data))
    target.parent.mkdir(parents=True, exist_ok=True)
    rows.to_parquet(target, index=False)
    typer.echo(f"{len(rows)} interactions in {target}", err=True)


@app.command("transfer")
def transfer(directory: Annotated[Path, typer.Argument(help="folder with real.parquet and synthetic.parquet")]) -> None:
    """Train on the synthetic interactions, test on real ones, and say which dependences were kept."""
    import json
    import sys

    from training.recommender.transfer import judged

    found = judged(directory)
    (directory / "transfer.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    sys.stdout.write(json.dumps(found) + "\n")
