"""Which function answers, what it is given, and what a failure says: without a process."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from crm_copilot.sandbox.inside import names, program
from crm_copilot.sandbox.inside.channel import Channel, ToolError

CAPS = {"rows": 100, "columns": 20, "printed": 50, "answer_bytes": 1 << 20}


class FakeChannel(Channel):
    """A channel whose other end adds one to what it is given."""

    def __init__(self) -> None:
        super().__init__(-1, CAPS)
        self.asked: list[Any] = []

    def send(self, message: Any) -> None:
        self.asked.append(message)

    def receive(self) -> dict[str, Any]:
        arguments = self.asked[-1]["arguments"]
        return {"result": arguments["n"] + 1} if "n" in arguments else {"error": "n is missing"}


@pytest.fixture(autouse=True)
def keep_the_streams() -> Iterator[None]:
    """The worker takes standard output for itself."""
    out, err = sys.stdout, sys.stderr
    yield
    sys.stdout, sys.stderr = out, err
    sys.modules.pop("generated", None)


def run(code: str, *, gate: bool = False, tools: dict[str, list[str]] | None = None) -> dict[str, Any]:
    """Answer a request over two small tables."""
    frame = pd.DataFrame({"price": [1.0, 2.0], "city": ["a", "b"]})
    request = {"code": code, "gate": gate, "tools": tools or {}}
    return program.answer(request, {"orders": frame, "df": frame.copy()}, FakeChannel())


def value(code: str, **given: Any) -> Any:
    answer = run(code, **given)
    assert answer["status"] == "ok", answer
    return answer["value"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("def one(): ...", "one"),
        ("def helper(): ...\ndef answer(): return helper()", "answer"),
        ("def answer(): return helper()\ndef helper(): ...", "answer"),
        ("def first(): ...\ndef second(): ...", "second"),
        ("def a(): return b()\ndef b(): return a()", "b"),
        ("def a(): return a()\ndef b(): return a()", "b"),
        ("def a(): ...\ndef b(): return sorted([], key=a)", "b"),
        ("def a(): ...\nKEYS = {'k': a}\ndef b(): ...\n", "b"),
        ("class C:\n    def method(self): ...\ndef answer(): return C()", "answer"),
        ("def f(): ...\ndef f(): ...", "f"),
    ],
)
def test_the_answer_is_the_function_that_no_other_uses(code: str, name: str) -> None:
    assert program.answer_function(ast.parse(code)) == name


def test_parameters_name_what_they_need() -> None:
    assert value("def f(orders): return orders['price'].sum()") == 3.0
    assert value("def f(orders, df, least=1): return len(df[df.price > least])") == 1
    assert value("def f(orders, /, *, df, **rest): return len(orders) + len(df)") == 4
    assert value("def f(): return 1") == 1


def test_a_table_is_a_copy_of_its_own() -> None:
    table = pd.DataFrame({"price": [1.0]})
    request = {
        "code": "def f(orders):\n    orders['price'] = 0\n    orders['x'] = 1\n    return 1",
        "gate": False,
        "tools": {},
    }
    program.answer(request, {"orders": table}, FakeChannel())
    assert table.equals(pd.DataFrame({"price": [1.0]}))


def test_an_unknown_parameter_says_what_there_is() -> None:
    answer = run("def f(sales): return 1", tools={"recommend": []})
    assert answer["status"] == "error"
    assert answer["message"] == (
        "the parameter 'sales' is neither a table nor a tool. There are tables: orders, df; tools: recommend"
    )


def test_tools_are_called_by_name_and_by_place() -> None:
    assert value("def f(add): return add(n=1)", tools={"add": []}) == 2
    assert value("def f(add): return add(1)", tools={"add": ["n"]}) == 2
    assert "takes its arguments by name" in run("def f(add): return add(1)", tools={"add": []})["message"]
    failed = run("def f(add): return add(m=1)", tools={"add": []})
    assert (failed["type"], failed["line"]) == (ToolError.__name__, 1)
    assert "n is missing" in failed["message"]


def test_printed_text_is_kept_and_cut() -> None:
    answer = run("def f():\n    print('hello')\n    print('x' * 1000)\n    return 1")
    assert answer["printed"].startswith("hello\nxxx")
    assert len(answer["printed"]) == 50


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(): return pd.Timestamp('2018-01-01') + timedelta(days=1)", "2018-01-02"),
        ("def f(): return np.sqrt(4)", 2.0),
        ("def f(): return math.floor(2.5)", 2),
        ("def f(): return datetime(2018, 1, 2)", "2018-01-02"),
        ("def f(): return datetime.strptime('2018', '%Y')", "2018-01-01"),
        ("def f(): return datetime.datetime(2018, 1, 2)", "2018-01-02"),
        ("def f(): return date(2018, 1, 2)", "2018-01-02"),
        ("def f(): return Counter('aab')['a']", 2),
        ("def f(): return round(stats.norm.cdf(0), 2)", 0.5),
        ("from statistics import mean\ndef f(stats=None): return mean([1, 3])", 2),
        ("def f():\n    import datetime as dt\n    return dt.date(2018, 1, 2)", "2018-01-02"),
    ],
)
def test_usual_names_are_there_without_an_import(code: str, expected: Any) -> None:
    assert value(code, gate=True) == expected


def test_names_that_the_program_binds_are_left_alone() -> None:
    assert names.needed(ast.parse("def f(orders):\n    stats = 1\n    return stats")) == {}
    assert names.needed(ast.parse("import numpy as np\ndef f():\n    return np.nan")) == {}
    assert value("math = 3\ndef f(): return math") == 3


@pytest.mark.parametrize(
    ("code", "kind", "line", "said"),
    [
        (
            "def f(orders):\n    x = 1\n    return 1 / 0",
            "ZeroDivisionError",
            3,
            "line 3: ZeroDivisionError: division by zero\n    return 1 / 0",
        ),
        ("def f(:", "SyntaxError", 1, "does not parse"),
        ("def f(orders):\n    return orders['prise']", "KeyError", 2, "orders has the columns price, city"),
        ("def f(orders):\n    return orders.prise", "AttributeError", 2, "orders has the columns price, city"),
        ("def f():\n    return orders", "NameError", 2, "orders is given to a function that names it as a parameter"),
        ("def f():\n    return missing", "NameError", 2, "name 'missing' is not defined"),
        ("x = 1 / 0\ndef f(): return 1", "ZeroDivisionError", 1, "x = 1 / 0"),
        ("x = 1", "Unusable", None, "there is no function"),
        ("def f(): raise SystemExit(3)", "SystemExit", 1, "SystemExit: 3"),
        ("def f(): return None", "Unshowable", None, "returned nothing"),
        (
            "def f():\n    def g():\n        raise ValueError('in')\n    return g()",
            "ValueError",
            3,
            "line 3: ValueError: in",
        ),
        ("def f(): open('/nonexistent/x')", "FileNotFoundError", 1, "No such file"),
        ("def f(): raise PermissionError('no')", "PermissionError", 1, "out of reach here"),
        ("def f(): return f()", "RecursionError", 1, "maximum recursion depth"),
    ],
)
def test_failures_name_the_line_and_the_way_out(code: str, kind: str, line: int | None, said: str) -> None:
    answer = run(code)
    assert answer["status"] == "error"
    assert answer["type"] == kind
    assert answer["line"] == line
    assert said in answer["message"]


def test_the_gate_is_asked_when_it_is_wanted() -> None:
    code = "def f(orders):\n    return pd.read_csv('x')"
    assert run(code, gate=True)["status"] == "denied"
    assert run(code, gate=True)["message"] == (
        "line 2: read_csv is not allowed: the data is already given as `orders`\n    return pd.read_csv('x')"
    )
    assert run(code, gate=False)["type"] == "FileNotFoundError"


def test_an_exception_with_a_hostile_text_is_described() -> None:
    answer = run("class E(Exception):\n    def __str__(self): raise self\ndef f(): raise E")
    assert answer["type"] == "E"
    assert "cannot be shown" in answer["message"]
    assert len(run("def f(): raise ValueError('x' * 10**6)")["message"]) < 1200


def test_annotations_and_dataclasses_work_as_in_a_file() -> None:
    code = (
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    x: 'int' = 1\n"
        "def f(orders: pd.DataFrame) -> int: return C()"
    )
    assert value(code) == {"x": 1}


def test_a_hint_of_long_or_broken_names_is_kept_short() -> None:
    names = "pd.Index(['\\ud800' + 'x' * 9999, 'y'], dtype=object)"
    answer = run(f"def f():\n    t = pd.DataFrame([[1, 2]], columns={names})\n    return t['z']")
    assert answer["type"] == "KeyError"
    assert "t has the columns \\ud800xxx" in answer["message"]
    assert len(answer["message"].encode()) < 6000
