"""`crm knowledge`: add texts to a collection, list what there is, look at passages, remove."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from crm_copilot.interfaces.jsonl import Json, put

app = typer.Typer(no_args_is_help=True, help="The company's texts: add, list, look at and remove them.")
Collection = Annotated[str, typer.Option("--collection", "-c", help="playbook, support or a name of your own")]
Source = Annotated[str | None, typer.Option(help="one of its files, as 'crm knowledge list' names it")]


@app.command()
def add(
    path: Annotated[Path, typer.Argument(help="a PDF, Markdown, HTML, DOCX, CSV, JSON or text file, or a folder")],
    collection: Collection,
    as_json: Json = False,
) -> None:
    """Add a file, or the files of a folder; a file of the same name is replaced."""
    done = _collections().add(path, collection, _tell)
    put(asdict(done)) if as_json else typer.echo(_said(done))


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the collections and the files that they were made of."""
    found = _collections().overviews()
    if as_json:
        put([asdict(overview) for overview in found])
        return
    for overview in found:
        typer.echo(f"{overview.name}: {_count(overview.passages)}")
        for source in overview.sources:
            typer.echo(f"  {_safe(source.name)}  {_count(source.passages)}, added {source.added_at[:16]}")
    if not found:
        typer.echo("nothing has been added; the texts that ship are searched. Add yours with 'crm knowledge add FILE'")


@app.command()
def show(
    collection: Collection,
    source: Source = None,
    start: Annotated[int, typer.Option(min=0, help="the first passage")] = 0,
    count: Annotated[int, typer.Option(min=1, max=1000, help="how many")] = 20,
    as_json: Json = False,
) -> None:
    """Show passages in their order."""
    found = _collections().passages(collection, source, start, count)
    if as_json:
        put([{**p.data, "id": p.id, "text": p.text} for p in found])
        return
    for passage in found:
        typer.echo(f"[{_safe(passage.id)}] {_safe(passage.data.get('place', ''))}\n{_safe(passage.text)}\n")


@app.command()
def remove(collection: Collection, source: Source = None, as_json: Json = False) -> None:
    """Remove a file from a collection, or the whole collection."""
    gone = _collections().remove(collection, source, _tell)
    put({"collection": collection, "source": source, "passages": gone}) if as_json else typer.echo(
        f"removed {_count(gone)}"
    )


def _collections() -> Any:
    from crm_copilot.bootstrap import bootstrap

    return bootstrap().collections


def _said(done: Any) -> str:
    lines = [f"{_safe(name)}: {_count(n)}{', replaced' * (name in done.replaced)}" for name, n in done.passages.items()]
    lines += [f"{_safe(name)}: gone from the folder, removed" for name in done.gone]
    lines += [f"NOT added: {_safe(str(refused.reason))}" for refused in done.refused]
    return "\n".join(lines)


def _count(passages: int) -> str:
    return f"{passages:,} passage{'s' * (passages != 1)}"


def _tell(step: str) -> None:
    """Say on standard error what is under way, on one line where somebody watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{_safe(step)}")


def _safe(text: str) -> str:
    from crm_copilot.interfaces.console import shown

    return shown(text)
