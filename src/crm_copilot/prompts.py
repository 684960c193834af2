"""Every prompt as a pure function. What serves is what trains: training renders these same functions.

`WRITER_VERSION` is written beside the small model and checked when it is loaded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from crm_copilot.catalog import Table, tables
from crm_copilot.domain import Attempt, Context, Execution, LinkedValue
from crm_copilot.people import WHOLE, Scope

WRITER_VERSION = 1
WRITER_TURN = "\n=>\n"  # after it the small model writes
REFUSAL = "CANNOT ANSWER"
_GROUPED = re.compile(r"\b\d{1,3}(?:[.,]\d{3})+\b")  # 1,000 or 1.000
_LONGEST = 3000  # characters of one result in a prompt

RULES = """You write one Python function that answers a question about a company's sales with pandas.

Rules:
- Write exactly one function named answer. Its parameters name the tables it needs, for example
  def answer(orders, customers): each table is then given as a pandas DataFrame. Parameters of your own have defaults.
- pandas is pd and numpy is np. Read no files, use no network, change nothing outside the function.
- Return a number, a text, a date, a DataFrame, a Series, a list or a dict. Keep ids and keys beside their values.
- Dates such as "last month" count from the last day of the data, {today}, not from today.
- A customer is customers.customer_unique_id; customer_id is one for each order. An order has several items, payments
  and reviews: count orders with nunique, and never join two of those tables row by row before summing.
- Revenue is the sum of order_items.price over orders of every status unless the question says otherwise.
- Use the linked values as they are given.
- When the data cannot answer, return the text "CANNOT ANSWER: " followed by one sentence that says what is missing.
Answer with the function alone, in a ```python block."""


def code_messages(
    context: Context, examples: Sequence[tuple[str, str]], tools: Sequence[str], attempts: Sequence[Attempt]
) -> list[tuple[str, str]]:
    """Return the conversation that asks for a function, as (role, text) pairs.

    `examples` are solved questions with their code, `tools` the stubs of the callables that a function may ask for.
    """
    parts = [
        "Tables:\n" + "\n".join(table_line(table, context.scope) for table in _there(context)),
        _section("The asker may not see these tables: what needs one cannot be answered", _closed(context.scope)),
        _section("Tools (name one as a parameter to call it)", tools),
        _section("Definitions", [p.text for p in context.passages if p.id.startswith("metric:")]),
        _section("Linked values", [link_line(link) for link in context.links[:12]]),
        _section("Solved examples", [f"# {title}\n{code}" for title, code in examples]),
        f"The data cover {context.first_day} to {context.today}.",
        f"Question: {context.question}",
    ]
    messages = [("system", RULES.format(today=context.today)), ("user", "\n\n".join(part for part in parts if part))]
    for attempt in attempts:
        messages += _attempt_messages(attempt)
    return messages


def _there(context: Context) -> list[Table]:
    """Return the tables that are given to programs."""
    return [table for table in tables().values() if table.name not in context.absent]


def _closed(scope: Scope) -> list[str]:
    return [name for name in tables() if not scope.sees(name)]


def table_line(table: Table, scope: Scope = WHOLE) -> str:
    """Return one line that tells a table: its columns with their types, and what a row is."""
    shown = (column for column in table.columns.values() if not scope.hides(table.name, column.name))
    columns = ", ".join(f"{column.name}: {column.type}" for column in shown)
    return f"- {table.name} ({table.about}): {columns}"


def link_line(link: LinkedValue) -> str:
    """Return one line that ties words of the question to a value."""
    return f'"{link.text}" is {link.table}.{link.column} == {link.value!r}'


def writer_prompt(
    question: str,
    *,
    values: Sequence[tuple[str, str]] = (),
    periods: Sequence[str] = (),
    examples: Sequence[str] = (),
    draft: str = "",
    tried: str = "",
    outcome: str = "",
) -> str:
    """Return what the small model reads: one line for each thing that was found, the question first.

    `values` are linked (column, value) pairs, `periods` the question's stretches of time ("2018-03-01..2018-04-01"),
    `examples` solved examples and `draft` the grammar's reading, as lines of `library.notation`; `tried` is the
    attempt before and `outcome` what became of it.
    """
    lines = [
        plain_text(question),
        _line("values", "; ".join(f"{column} {value!r}" for column, value in values[:8])),
        _line("periods", ", ".join(periods[:4])),
        *(_line("like", example) for example in examples[:2]),
        _line("draft", draft),
        _line("tried", tried),
        _line("outcome", outcome[:200]),
    ]
    return "\n".join(line for line in lines if line) + WRITER_TURN


def plain_text(text: str) -> str:
    """Return a text on one line as the small model knows it: small letters without accents, numbers as digits alone."""
    plain = _GROUPED.sub(lambda number: re.sub(r"[.,]", "", number[0]), text.casefold())
    letters = unicodedata.normalize("NFKD", plain)
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def _line(name: str, value: str) -> str:
    return f"{name}: {value}" if value else ""


def _section(title: str, lines: Sequence[str]) -> str:
    return f"{title}:\n" + "\n".join(lines) if lines else ""


def _attempt_messages(attempt: Attempt) -> list[tuple[str, str]]:
    """Show the writer what became of an attempt, so that the next one mends it."""
    place = attempt.chosen if attempt.chosen is not None else 0
    if not attempt.programs:
        return []
    said = f"```python\n{attempt.programs[place].code}```"
    outcome = result_line(attempt.executions[place])
    return [
        ("assistant", said),
        ("user", f"{outcome}\n{attempt.verdict.feedback}\nWrite the function again, corrected."),
    ]


def result_line(execution: Execution) -> str:
    """Return what became of a program, short enough for a prompt."""
    if not execution.ok:
        return _short(f"It failed ({execution.status}): {execution.error}")
    head = [[_short(cell, 200) if isinstance(cell, str) else cell for cell in row] for row in execution.rows[:3]]
    return _short(f"It returned {execution.n_rows} rows with columns {list(execution.columns)}, beginning {head}.")


def _short(text: str, most: int = _LONGEST) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def refusal(execution: Execution) -> str | None:
    """Return what a program says is missing when it answers that it cannot, as the rules tell it to."""
    value = execution.value
    if not isinstance(value, str) or not value.startswith(REFUSAL):
        return None
    return value.partition(":")[2].strip() or "the data do not hold this"
