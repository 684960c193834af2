"""How answers look in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape as without_markup
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.syntax import Syntax
from rich.table import Table

from crm_copilot.data import DataInfo

_MOST_ROWS = 20
# A cell may hold what strangers wrote: sequences that move the cursor or rename the window are shown, not obeyed.
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
_out = Console()


def escape(text: str) -> str:
    """Return a text that a terminal shows as it is: no markup, no control characters."""
    return without_markup(shown(text))


def shown(text: str) -> str:
    """Return a text without control characters."""
    return text.translate(_CONTROLS)


def show(answer: Mapping[str, Any], info: DataInfo, code: bool) -> None:
    """Print an answer with its tables, and what it rests on."""
    if info.demo:
        _out.print("[dim]demo data: load your own with 'crm data load DIR'[/dim]")
    for result in answer["results"]:
        _show_result(result, code)
    conversation = f" · conversation {escape(answer['thread'])}" if answer["thread"] else ""
    _out.print(f"[dim]{answer['seconds']:.2f} s · model {escape(answer['model'])}{conversation}[/dim]")
    if answer["status"] == "answered":
        _out.print("[dim]Right or wrong? Say so with 'crm feedback last up' or 'crm feedback last down'.[/dim]")


def _show_result(result: Mapping[str, Any], code: bool) -> None:
    color = {"answered": "green", "declined": "yellow", "failed": "red"}[result["status"]]
    _out.print(f"[{color}]●[/{color}] {escape(result['answer'])}")
    if len(result["rows"]) > 1:
        _out.print(_table(result["columns"], result["rows"], result["n_rows"]))
    if result.get("reply"):
        _out.print(f"[dim]Suggested reply, ready to copy:[/dim]\n{escape(result['reply'])}")
    if result["status"] == "answered":
        _out.print(f"[dim]{escape(result['definition'])} Confidence {result['confidence']:.0%}.[/dim]")
    if code and result["code"]:
        _out.print(Syntax(result["code"].translate(_CONTROLS), "python", word_wrap=True))
    if result["next"]:
        _out.print("[dim]Ask next: " + escape(" · ".join(result["next"])) + "[/dim]")


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]], total: int) -> Table:
    rest = total - _MOST_ROWS
    table = Table(caption=f"{rest} more rows" if rest > 0 else None)
    for number, column in enumerate(columns):
        numeric = all(isinstance(row[number], (int, float)) for row in rows[:_MOST_ROWS] if row[number] is not None)
        # An id on two lines cannot be copied: the columns beside it give way.
        whole = number == 0 and column.endswith("_id")
        table.add_column(escape(column), justify="right" if numeric else "left", no_wrap=whole, overflow="fold")
    for row in rows[:_MOST_ROWS]:
        table.add_row(*(_cell(value) for value in row))
    return table


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) >= 1 or value == 0 else f"{value:.4g}"
    return "" if value is None else escape(str(value))


def show_hits(hits: Sequence[Mapping[str, Any]]) -> None:
    """Print search hits."""
    for hit in hits:
        _out.print(f"[bold]{escape(hit['id'])}[/bold] [dim]{hit['score']:.4f}[/dim]\n{escape(hit['text'])}\n")


def show_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print a list of objects as a table."""
    if not rows:
        _out.print("nothing found")
        return
    _out.print(_table(list(rows[0]), [list(row.values()) for row in rows], len(rows)))


def show_data(info: DataInfo) -> None:
    """Print what is loaded."""
    _out.print(f"{'Demo data' if info.demo else escape(info.source)}, orders from {info.period[0]} to {info.period[1]}")
    _out.print(_table(["table", "rows"], [[name, rows] for name, rows in info.rows.items()], len(info.rows)))
    for note in info.notes:
        _out.print(f"[yellow]{escape(note)}[/yellow]")


def show_doctor(found: Mapping[str, Any]) -> None:
    """Print the state of the house."""
    box = found["sandbox"]
    _out.print(f"home     {escape(found['home'])}")
    _out.print(f"database {escape(found['database'])}")
    _out.print(f"data     {'demo company' if found['data']['demo'] else escape(found['data']['source'])}")
    _out.print(f"model    {escape(found['model'])}")
    _out.print(f"writer   {escape(found['writer']['detail'])}")
    _out.print(f"index    {found['index']['documents']} documents")
    _out.print(f"sandbox  mode {box['mode']}, {len(box['self_test'])} probes contained: {_probes(box)}")
    _out.print_json(data=box)


def _probes(box: Mapping[str, Any]) -> str:
    return "all" if all(probe["held"] for probe in box["self_test"]) else "NOT all"


@contextmanager
def progress(total: int) -> Iterator[Callable[[], None]]:
    """Show a bar on standard error; the yielded function moves it by one."""
    console = Console(stderr=True)
    with Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)
