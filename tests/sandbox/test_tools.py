"""Tools inside a program: answered by the app, checked by the tool, counted against a budget."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm_copilot.errors import InputError
from crm_copilot.sandbox import Limits, Sandbox
from crm_copilot.sandbox.tools import BudgetSpent, ToolDesk


class Recommend:
    """Recommends numbered products; refuses what is not a customer."""

    name = "recommend_products"
    parameters = ("customer_id", "k")

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    def call(self, arguments: dict[str, Any]) -> Any:
        self.calls.append(arguments)
        if not isinstance(arguments.get("customer_id"), str):
            raise InputError("customer_id is a text such as 'user001'")
        return [{"product_id": f"item{n}", "score": 1 / n} for n in range(1, arguments.get("k", 3) + 1)]


class Broken:
    """Fails as code of the app may fail."""

    name = "broken"

    def call(self, arguments: dict[str, Any]) -> Any:
        raise RuntimeError("the password is hunter2")


class Odd:
    """Returns what JSON cannot hold."""

    name = "odd"

    def call(self, arguments: dict[str, Any]) -> Any:
        return {"nan": float("nan"), "object": object()}.get(arguments["what"], "x" * (5 << 20))


@pytest.fixture(scope="module")
def tool() -> Recommend:
    return Recommend()


@pytest.fixture(scope="module")
def sandbox(files: dict[str, Path], tool: Recommend) -> Iterator[Sandbox]:
    tools = {"recommend_products": tool, "broken": Broken(), "odd": Odd()}
    with Sandbox({"df": files["df"]}, tools, limits=Limits(tool_calls=5)) as made:
        yield made


def test_a_program_calls_a_tool(sandbox: Sandbox, tool: Recommend) -> None:
    execution = sandbox.run(
        "def answer(df, recommend_products):\n"
        "    found = recommend_products(df['user_id'].iloc[0], k=2)\n"
        "    return pd.DataFrame(found)\n"
    )
    assert execution.columns == ("product_id", "score")
    assert execution.rows == (("item1", 1.0), ("item2", 0.5))
    assert tool.calls[-1]["k"] == 2
    assert tool.calls[-1]["customer_id"].startswith("user")


def test_arguments_are_checked_by_the_tool(sandbox: Sandbox) -> None:
    execution = sandbox.run("def answer(recommend_products):\n    return recommend_products(customer_id=5)")
    assert execution.status == "error"
    assert "line 2: customer_id is a text such as 'user001'" in (execution.error or "")


def test_a_program_may_mend_its_call(sandbox: Sandbox) -> None:
    code = (
        "def answer(recommend_products):\n"
        "    try:\n        return recommend_products(customer_id=5)\n"
        "    except ValueError:\n        return len(recommend_products('user001'))\n"
    )
    assert sandbox.run(code).value == 3


def test_a_failure_of_the_app_tells_nothing_of_it(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    execution = sandbox.run("def answer(broken):\n    return broken()")
    assert "the tool broken failed" in (execution.error or "")
    assert "hunter2" not in repr(execution)
    assert "hunter2" in caplog.text


@pytest.mark.parametrize("what", ["nan", "object", "much"])
def test_what_cannot_be_handed_over_is_an_error(sandbox: Sandbox, what: str) -> None:
    execution = sandbox.run(f"def answer(odd):\n    return odd(what={what!r})")
    assert (execution.status, execution.error_type) == ("error", "ToolError")


def test_calls_are_counted(sandbox: Sandbox, tool: Recommend) -> None:
    before = len(tool.calls)
    code = "def answer(recommend_products):\n    return sum(len(recommend_products('u')) for _ in range({n}))"
    assert sandbox.run(code.format(n=5)).value == 15
    execution = sandbox.run(code.format(n=6))
    assert (execution.status, execution.error_type) == ("error", "ToolBudget")
    assert len(tool.calls) - before == 10


def test_arguments_that_json_cannot_hold_stay_inside(sandbox: Sandbox) -> None:
    execution = sandbox.run("def answer(df, recommend_products):\n    return recommend_products(customer_id=df)")
    assert execution.error_type == "TypeError"


def test_large_arguments_end_the_program(sandbox: Sandbox) -> None:
    execution = sandbox.run("def answer(recommend_products):\n    return recommend_products(customer_id='x' * 10**6)")
    assert execution.error_type == "ToolRequestTooLarge"


def test_a_tool_that_is_not_given_is_not_there() -> None:
    desk = ToolDesk({"one": Recommend()}, Limits())
    assert "there is no tool 'two'; there are one" in json.loads(desk.answer({"tool": "two", "arguments": {}}))["error"]
    assert desk.declared() == {"one": ["customer_id", "k"]}


def test_the_budget_is_for_each_program() -> None:
    desk = ToolDesk({}, Limits(tool_calls=1))
    desk.answer({"tool": "x", "arguments": {}})
    with pytest.raises(BudgetSpent):
        desk.answer({"tool": "x", "arguments": {}})
