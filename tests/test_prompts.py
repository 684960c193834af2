"""Every wording of a prompt, as it is sent. What serves is what trained: a change asks for a new WRITER_VERSION."""

from __future__ import annotations

import pytest
from fakes import attempt, context, failed, program, scalar, table

from crm_copilot import prompts
from crm_copilot.catalog import Column, Table, tables
from crm_copilot.domain import Execution, LinkedValue, Passage, Verdict
from crm_copilot.prompts import WRITER_VERSION, code_messages, link_line, result_line, table_line

SYSTEM = """You write one Python function that answers a question about a company's sales with pandas.

Rules:
- Write exactly one function named answer. Its parameters name the tables it needs, for example
  def answer(orders, customers): each table is then given as a pandas DataFrame. Parameters of your own have defaults.
- pandas is pd and numpy is np. Read no files, use no network, change nothing outside the function.
- Return a number, a text, a date, a DataFrame, a Series, a list or a dict. Keep ids and keys beside their values.
- Dates such as "last month" count from the last day of the data, 2018-08-31, not from today.
- A customer is customers.customer_unique_id; customer_id is one for each order. An order has several items, payments
  and reviews: count orders with nunique, and never join two of those tables row by row before summing.
- Revenue is the sum of order_items.price over orders of every status unless the question says otherwise.
- Use the linked values as they are given.
- When the data cannot answer, return the text "CANNOT ANSWER: " followed by one sentence that says what is missing.
Answer with the function alone, in a ```python block."""

USER = """Tables:
- customers (one row for each person): customer_id: id, customer_city: category
- df (purchases with a score): order_id: id, score: number

Tools (name one as a parameter to call it):
def search_playbook(question: str): ...  # Search.

Definitions:
revenue: the sum of item prices

Linked values:
"são paulo" is customers.customer_city == 'sao paulo'

Solved examples:
# revenue
def answer(order_items):
    return order_items.price.sum()

The data cover 2016-09-01 to 2018-08-31.

Question: revenue in são paulo"""

SMALLEST = """Tables:
- customers (one row for each person): customer_id: id, customer_city: category
- df (purchases with a score): order_id: id, score: number

The data cover 2016-09-01 to 2018-08-31.

Question: how many orders?"""

AGAIN = [
    ("assistant", "```python\ndef answer(orders):\n    return orders.prize.sum()\n```"),
    ("user", "It failed (error): no column 'prize'\nUse price.\nWrite the function again, corrected."),
]
LINK = LinkedValue("são paulo", "customers", "customer_city", "sao paulo", 1.0, 11, 20)
FIRST = program("def answer(orders):\n    return orders.prize.sum()\n")


@pytest.fixture
def small_catalog(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two tables of our own: a new column of the catalog is no new wording."""
    customers = [Column("customer_id", "id", "the customer"), Column("customer_city", "category", "the city")]
    purchases = [Column("order_id", "id", "the order"), Column("score", "number", "the score")]
    small = {
        "customers": Table(
            "customers", "one row for each person", "customer", {column.name: column for column in customers}
        ),
        "df": Table("df", "purchases with a score", "purchase", {column.name: column for column in purchases}),
    }
    monkeypatch.setattr(prompts, "tables", lambda: small)


@pytest.mark.usefixtures("small_catalog")
def test_the_whole_prompt() -> None:
    asked = context(
        "revenue in são paulo",
        links=(LINK,),
        passages=(Passage("catalog", "metric:revenue", "revenue: the sum of item prices"),),
    )
    example = ("revenue", "def answer(order_items):\n    return order_items.price.sum()")
    tool = "def search_playbook(question: str): ...  # Search."
    assert code_messages(asked, [example], [tool], []) == [("system", SYSTEM), ("user", USER)]
    assert WRITER_VERSION == 1, "the wording above belongs to version 1: a trained model is refused when it differs"


@pytest.mark.usefixtures("small_catalog")
def test_what_is_empty_is_left_out() -> None:
    assert code_messages(context(), [], [], []) == [("system", SYSTEM), ("user", SMALLEST)]


def test_each_attempt_is_shown_with_what_became_of_it() -> None:
    one = attempt(FIRST, failed("no column 'prize'"), "Use price.")
    assert code_messages(context(), [], [], [one])[2:] == AGAIN
    assert code_messages(context(), [], [], [one, one])[2:] == [*AGAIN, *AGAIN]


def test_the_chosen_candidate_of_an_attempt_is_shown() -> None:
    second = program("def answer(orders): return 2\n")
    shown = type(attempt(FIRST, scalar(1)))(
        (FIRST, second), (scalar(1), scalar(2)), 1, Verdict("retry", "", "Mend it.")
    )
    said, then = code_messages(context(), [], [], [shown])[2:]
    assert said[1] == "```python\ndef answer(orders): return 2\n```"
    assert "beginning [[2]]" in then[1]


def test_an_attempt_without_program_says_nothing() -> None:
    empty = type(attempt(FIRST, scalar(1)))((), (), None, Verdict("retry"))
    assert len(code_messages(context(), [], [], [empty])) == 2


@pytest.mark.parametrize(
    ("execution", "line"),
    [
        (failed("no column 'prize'"), "It failed (error): no column 'prize'"),
        (Execution("timeout", error="too slow"), "It failed (timeout): too slow"),
        (scalar(3), "It returned 1 rows with columns ['value'], beginning [[3]]."),
        (table(["a", "b"]), "It returned 0 rows with columns ['a', 'b'], beginning []."),
        (
            table(["a"], *[[n] for n in range(900)]),
            "It returned 900 rows with columns ['a'], beginning [[0], [1], [2]].",
        ),
    ],
)
def test_a_result_is_told_in_one_short_line(execution: Execution, line: str) -> None:
    assert result_line(execution) == line


def test_a_long_result_stays_short_enough_for_a_prompt() -> None:
    """One cell may hold a whole review, or a list of all the rows."""
    wide = table([f"column_{n}" for n in range(200)], *[["x" * 5000] * 200] * 3)
    assert len(result_line(wide)) < 4000
    assert len(result_line(failed("y" * 50_000))) < 4000


def test_a_link_ties_words_to_a_value_with_its_quotes() -> None:
    assert link_line(LINK) == "\"são paulo\" is customers.customer_city == 'sao paulo'"
    oeste = LinkedValue("oeste", "customers", "customer_city", "santa barbara d'oeste", 1.0, 0, 5)
    assert link_line(oeste) == '"oeste" is customers.customer_city == "santa barbara d\'oeste"'


def test_every_table_and_column_of_the_catalog_is_told() -> None:
    text = code_messages(context(), [], [], [])[1][1]
    for one in tables().values():
        assert table_line(one) in text
        assert all(f"{column.name}: {column.type}" in table_line(one) for column in one.columns.values())
