"""The command line. With --json standard output is JSON only; everything else goes to standard error.

Exit status 0 when a command did its work, whatever the answer was; 1 when it could not, with one sentence that says
what to do; 2 for a misspelt command.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crm_copilot.errors import CopilotError, InputError
from crm_copilot.interfaces import points
from crm_copilot.interfaces.connect import app as connect_app
from crm_copilot.interfaces.jsonl import Json, put
from crm_copilot.interfaces.knowledge import app as knowledge_app
from crm_copilot.interfaces.people import app as people_app

if TYPE_CHECKING:
    from crm_copilot.data import Dataset
    from crm_copilot.settings import Settings

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
data_app = typer.Typer(no_args_is_help=True, help="The company's data: load a folder, see what is loaded.")
app.add_typer(data_app, name="data")
app.add_typer(connect_app, name="connect")
app.add_typer(knowledge_app, name="knowledge")
app.add_typer(people_app, name="people")

Batch = tuple[Path, Path] | None
Questions = Annotated[
    Batch,
    typer.Option(
        metavar="IN.jsonl OUT.jsonl",
        help='each line of IN is {"id": .., "question": .., "thread"?: ..}, of OUT an answer with its id; '
        "a run that was stopped goes on where it was",
    ),
]
Queries = Annotated[
    Batch,
    typer.Option(
        metavar="IN.jsonl OUT.jsonl",
        help='each line of IN is {"id": .., "query": ..}, of OUT {"id": .., "hits": [..]}; '
        "a run that was stopped goes on where it was",
    ),
]
Programs = Annotated[
    Batch,
    typer.Option(
        metavar="DIR OUT.jsonl",
        help='run every .py file of DIR; each line of OUT is {"id": file, "status": .., "columns": .., "rows": ..}',
    ),
]


class Thumb(StrEnum):
    """What somebody thinks of an answer."""

    up = "up"
    down = "down"
    none = "none"


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="the question, in plain words")] = None,
    as_json: Json = False,
    thread: Annotated[str | None, typer.Option(help="id of the conversation that the question belongs to")] = None,
    batch: Questions = None,
    show_code: Annotated[bool, typer.Option("--code", help="show the function too")] = False,
) -> None:
    """Ask a question, or a file of questions."""
    from crm_copilot.bootstrap import bootstrap
    from crm_copilot.interfaces import batches, console

    if (question is None) == (batch is None):
        raise InputError("give one question, or --batch IN.jsonl OUT.jsonl")
    house = bootstrap()
    try:
        if batch is not None:
            batches.ask(house.copilot, *batch)
            return
        answer = batches.answered(house.copilot, question or "", thread)
        put(answer) if as_json else console.show(answer, house.dataset.info, show_code)
    finally:
        house.close()


@app.command()
def feedback(
    turn: Annotated[str, typer.Argument(help="id of the turn, as 'crm ask --json' gives it, or 'last'")],
    thumb: Annotated[Thumb, typer.Argument(help="what you think of its answer; 'none' takes an earlier thumb back")],
    comment: Annotated[str | None, typer.Option(help="in your own words")] = None,
    part: Annotated[int | None, typer.Option(help="which answer, where the message held several questions")] = None,
    meant: Annotated[
        str | None,
        typer.Option("--for", help="id of a declined turn that asked the same, or 'before' for the turn before"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Rate an answer: a thumb up makes it a solved example for the next questions, any other takes it back."""
    from crm_copilot.bootstrap import bootstrap
    from crm_copilot.interfaces import feedback as desk

    house = bootstrap()
    try:
        done = desk.rate(house, turn, thumb.value, comment, part, meant)
    finally:
        house.close()
    put(done) if as_json else typer.echo(done["message"])


@app.command("run-code")
def run_code(
    file: Annotated[Path | None, typer.Argument(help="a Python file with one function")] = None,
    as_json: Json = False,
    batch: Programs = None,
) -> None:
    """Run a file with one function over the tables, in the sandbox."""
    from crm_copilot.bootstrap import bootstrap
    from crm_copilot.interfaces import batches

    if (file is None) == (batch is None):
        raise InputError("give one file, or --batch DIR OUT.jsonl")
    house = bootstrap()
    try:
        if batch is not None:
            batches.run_code(house.sandbox, *batch)
        else:
            put(batches.run_file(house.sandbox, file or Path()))
    finally:
        house.close()


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="what to look for")] = None,
    collection: Annotated[str, typer.Option(help="support, playbook, examples or one of your own")] = "examples",
    k: Annotated[int, typer.Option("-k", help="how many hits", min=1, max=1000)] = 10,
    as_json: Json = False,
    batch: Queries = None,
) -> None:
    """Search the playbook, the support answers or the solved examples."""
    from crm_copilot.bootstrap import bootstrap
    from crm_copilot.interfaces import batches, console

    if (query is None) == (batch is None):
        raise InputError("give one query, or --batch IN.jsonl OUT.jsonl")
    if query is not None and not query.strip():
        raise InputError("the query is empty; say what to look for, for example 'refund'")
    house = bootstrap()
    batches.check_collection(collection, house.collections.names())
    retriever = house.retriever
    if batch is not None:
        batches.search(retriever, collection, k, *batch)
        return
    hits = batches.hits(retriever, query or "", collection, k)
    put(hits) if as_json else console.show_hits(hits)


@app.command()
def recommend(
    customer: Annotated[str, typer.Option(help="customer_unique_id or customer_id")],
    k: Annotated[int, typer.Option("-k", help="how many products")] = 5,
    as_json: Json = False,
) -> None:
    """Recommend products to a customer, with the reason for each."""
    from crm_copilot.bootstrap import bootstrap
    from crm_copilot.interfaces import console

    house = bootstrap()
    if house.scores is None:
        _then(points.WITHOUT_SCORES, house.settings, house.dataset)
    offers = house.tool("recommend_products").call({"customer_id": customer, "k": k})
    put(offers) if as_json else console.show_rows(offers)


@app.command()
def playbook(as_json: Json = False) -> None:
    """Show the rules of the playbook as they were read: when each holds, what it offers and what it forbids."""
    from crm_copilot.bootstrap import bootstrap
    from crm_copilot.interfaces import console
    from crm_copilot.playbook.corrections import overview

    house = bootstrap()
    rows = [row for rule in house.playbook.rules for row in overview(rule)]
    put(rows) if as_json else console.show_rows([_brief(row) for row in rows])


@data_app.command("load")
def data_load(
    directory: Annotated[Path, typer.Argument(help="folder with the CSV files")], as_json: Json = False
) -> None:
    """Load a folder with the Olist CSV files; what was loaded before stays when anything is wrong with it."""
    from crm_copilot.data import ensure, load
    from crm_copilot.interfaces import console
    from crm_copilot.settings import load_settings

    settings = load_settings()
    info = load(directory, settings.home_dir)
    _then(points.AFTER_LOAD, settings, ensure(settings.home_dir, None))
    put(info.to_json()) if as_json else console.show_data(info)


@data_app.command("info")
def data_info(as_json: Json = False) -> None:
    """Say which data are in use: where from, which period, how many rows."""
    from crm_copilot.bootstrap import bootstrap
    from crm_copilot.interfaces import console

    info = bootstrap().dataset.info
    put(info.to_json()) if as_json else console.show_data(info)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check that everything works here: data, index, model and the sandbox with its probes."""
    from crm_copilot.bootstrap import bootstrap
    from crm_copilot.interfaces import console

    house = bootstrap()
    try:
        found = {
            "home": str(house.settings.home_dir),
            "database": house.database.name,
            "data": house.dataset.info.to_json(),
            "model": house.code_model.name,
            "writer": house.writer.state(),
            "index": {"documents": len(house.index), "embedder": "all-MiniLM-L6-v2"},
            "sandbox": house.sandbox.doctor(),
        }
    finally:
        house.close()
    put(found) if as_json else console.show_doctor(found)


@app.command("app")
def open_app(port: Annotated[int, typer.Option(help="port of the page")] = 8501, browser: bool = True) -> None:
    """Open the app in the browser."""
    import subprocess

    from crm_copilot.settings import ROOT

    options = [
        "--server.port",
        str(port),
        "--server.headless",
        str(not browser).lower(),
        "--browser.gatherUsageStats",
        "false",
    ]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), *options]
    raise SystemExit(subprocess.call(command))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="address to listen on; without accounts this machine's own")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port to listen on; 0 takes a free one", min=0, max=65535)] = 8000,
    drain: Annotated[float, typer.Option(help="seconds to finish what runs when it is stopped", min=0)] = 10.0,
) -> None:
    """Serve the API: questions, conversations, tools, OpenAI's chat completions and MCP."""
    from crm_copilot.interfaces.api.serving import serve as run

    run(host, port, drain)


@app.command()
def mcp() -> None:
    """Serve the tools and the answers to a program that speaks MCP over standard input and output."""
    from crm_copilot.interfaces.mcp import serve as run

    run()


@app.command()
def telegram() -> None:
    """Run the Telegram bot: the same answers in a chat, for the users of CRM_TELEGRAM_USERS."""
    from crm_copilot.interfaces.telegram.command import serve

    serve()


def main() -> None:
    """Run the command line; what was raised on purpose becomes one sentence on standard error."""
    for point in entry_points(group="crm_copilot.commands"):
        if point.name in sys.argv[1:2] or "--help" in sys.argv[1:2] or len(sys.argv) == 1:
            found = point.load()
            app.add_typer(found, name=point.name) if isinstance(found, typer.Typer) else app.command(point.name)(found)
    try:
        app()
    except CopilotError as error:
        sys.stderr.write(f"crm: {error}\n")
        raise SystemExit(1) from None


def _brief(row: dict[str, Any]) -> dict[str, str]:
    """Return a clause of a rule as a terminal has room for it."""
    lists = {key: "; ".join(row[key]) for key in ("when", "offer", "avoid")}
    return {"rule": row["rule"], **lists, "status": row["status"]}


def _then(point: str, settings: Settings, data: Dataset) -> None:
    """Do what parts outside the product have to do at this point; what they say goes to standard error."""
    sys.stderr.writelines(f"{words}\n" for words in points.said(point, settings, data))


if __name__ == "__main__":
    main()
