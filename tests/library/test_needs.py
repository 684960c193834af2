"""What a function needs, and what of it somebody may not see."""

from __future__ import annotations

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.catalog import tables
from crm_copilot.library.needs import TOOLS, hidden_of, hidden_of_tool, read_by, tables_of
from crm_copilot.library.special import functions, source
from crm_copilot.people import WHOLE, scope_of

SUPPORT, ANALYST = scope_of("support"), scope_of("analyst")
REP = scope_of("rep", managers=["Ana"])


def test_every_tool_says_what_it_reads(house: House) -> None:
    assert set(TOOLS) == {tool.name for tool in house.tools}
    named = {name for reads in TOOLS.values() for name in (*reads.must, *reads.may)}
    assert named <= set(tables())
    assert all(tables()[table].column(name) for reads in TOOLS.values() for table, name in map(_split, reads.columns))


def _split(column: str) -> tuple[str, str]:
    table, _, name = column.partition(".")
    return table, name


def test_tables_are_the_parameters() -> None:
    assert tables_of("def helper(x):\n    return x\n\ndef answer(orders, client, deals, k=3):\n    pass\n") == [
        "orders", "deals",
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["", "x = 1", "def answer(", "class A:\n    pass"])
def test_what_is_no_function_needs_nothing(code: str) -> None:
    assert tables_of(code) == read_by(code) == []
    assert hidden_of(code, SUPPORT) == ()


def test_tables_are_read_by_tools_too() -> None:
    assert read_by("def answer(accounts, orders):\n    pass\n") == ["orders", "clients", "interactions"]


def test_a_tool_that_nobody_described_may_read_anything() -> None:
    assert set(read_by("def answer(some_new_tool):\n    pass\n")) == set(tables())


@pytest.mark.parametrize(
    ("code", "hidden"),
    [
        ("def answer(deals):\n    return len(deals)\n", ("deals",)),
        ("def answer(orders, clients, leads):\n    pass\n", ("clients", "leads")),
        ("def answer(orders):\n    return len(orders)\n", ()),
        ("def answer(client):\n    return client(name='x')\n", ("clients",)),
        ("def answer(pitch):\n    return pitch(industry='x')\n", ()),
    ],
)
def test_hidden_tables(code: str, hidden: tuple[str, ...]) -> None:
    assert hidden_of(code, SUPPORT) == hidden


@pytest.mark.parametrize(
    ("code", "hidden"),
    [
        ('def answer(reviews):\n    return reviews["review_comment_message"]\n', ("reviews.review_comment_message",)),
        ("def answer(clients):\n    return clients.account_manager\n", ("clients.account_manager",)),
        ('def answer(orders):\n    return orders.assign(text="text")\n', ()),
        ("def answer(recall_interactions):\n    pass\n", ("interactions.text", "interactions.manager")),
    ],
)
def test_hidden_columns(code: str, hidden: tuple[str, ...]) -> None:
    assert hidden_of(code, ANALYST) == hidden


def test_nothing_is_hidden_from_those_who_see_all() -> None:
    assert all(hidden_of(source(name, {}), WHOLE) == () for name in functions())


def test_a_rep_without_a_state_has_no_offers() -> None:
    assert hidden_of_tool("recommend_products", REP) == ("df", "orders", "customers")
    assert hidden_of_tool("client", REP) == ()
