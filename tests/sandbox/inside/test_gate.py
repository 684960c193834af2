"""The gate lets analysts' code through and says, of the rest, what to do instead."""

from __future__ import annotations

import ast

import pytest

from crm_copilot.sandbox.inside import gate, vocabulary
from crm_copilot.sandbox.inside.failures import Denied

from ..programs.benign import PROGRAMS  # noqa: TID252

TABLES = ["orders", "order_items", "df"]


def refusal(code: str) -> Denied | None:
    """What the gate says of a program, or None."""
    try:
        gate.check(ast.parse(code), TABLES)
    except Denied as denied:
        return denied
    return None


def of_expression(expression: str) -> str:
    """What the gate says of an expression on the second line of a function of `orders`."""
    denied = refusal(f"def answer(orders):\n    return {expression}\n")
    assert denied is None or denied.line == 2
    return str(denied or "")


@pytest.mark.parametrize("name", PROGRAMS)
def test_analysts_programs_pass(name: str) -> None:
    assert refusal(PROGRAMS[name]) is None


@pytest.mark.parametrize(
    "expression",
    [
        "orders.query('a > @least and `b c` == 1')",
        "orders.query(f'a > {1 + 1}')",
        "orders.eval('c = a + b')",
        "orders.to_csv(index=False)",
        "orders.to_dict('records')",
        "getattr(orders['a'], 'mean')()",
        "type(orders).__name__",
        "super().__init__()",
        "self._private + cls._also",
        "row._asdict()",
        "{'clf__depth': [1, 2]}",
        "[x for x in orders.open if x]",
        "orders.plot(kind='bar').get_figure()",
        "np.random.default_rng(0).normal()",
        "np.lib.stride_tricks.sliding_window_view(orders, 2)",
        "__name__ == '__main__'",
        "sorted(orders, key=lambda row: row[1])",
        "pd.io_total if (n := len(orders)) else ...",
        "print(f'{orders.shape[0]:,}')",
        "'{:.2f} {a}'.format(1, a=2)",
        "np.save_total",
        "isinstance(orders, pd.DataFrame)",
        "(yield 1)",
        "warnings.warn('x', UserWarning)",
    ],
)
def test_ordinary_expressions_pass(expression: str) -> None:
    assert of_expression(expression) == ""


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("pd.read_csv('orders.csv')", "read_csv is not allowed: the data is already given as `orders`"),
        ("open('x')", "open is not allowed: the data is already given as `orders`"),
        ("np.load('x')", "np.load is not allowed: the data is already given"),
        ("np.genfromtxt('x')", "genfromtxt is not allowed"),
        (
            "orders.to_csv('x.csv')",
            "to_csv with a path is not allowed: nothing can be written: return the result",
        ),
        ("orders.to_json(path_or_buf='x')", "to_json with a path is not allowed"),
        ("orders.to_parquet('x')", "to_parquet is not allowed: nothing can be written"),
        ("plt.savefig('x')", "savefig is not allowed: nothing can be written: return the result"),
        ("eval('1')", "eval is not allowed"),
        ("exec('1')", "exec is not allowed"),
        ("__import__('os')", "__import__ is not allowed"),
        ("globals()", "globals is not allowed"),
        ("__builtins__", "__builtins__ is not allowed"),
        ("orders.__class__", "__class__ is not allowed"),
        ("orders._mgr", "_mgr is private and not allowed"),
        ("(lambda: 0).__code__", "__code__ is not allowed"),
        ("f.gi_frame", "gi_frame is not allowed"),
        ("pd.io.common.os", "os is not allowed"),
        ("'{0.__class__}'.format(1)", "double underscores"),
        ("getattr(orders, '__class__')", "double underscores"),
        ("orders.query('@pd.eval(\"1\")')", "in query, @ may stand before plain variables only"),
        ("[await f for f in orders]", "Await is not allowed: write plain, sequential code"),
    ],
)
def test_refusals_name_the_way_out(expression: str, said: str) -> None:
    if "await" in expression:
        denied = refusal(f"async def answer(orders):\n    return {expression}\n")
        assert denied is not None
        assert "is not allowed: write plain, sequential code" in str(denied)
    else:
        assert said in of_expression(expression)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("import os", "import of os is not allowed: nothing outside of the given tables can be reached"),
        ("import os.path as p", "import of os.path is not allowed"),
        ("from subprocess import run", "import of subprocess is not allowed"),
        (
            "import seaborn as sns",
            "import of seaborn is not allowed: draw with matplotlib, and return the figure",
        ),
        ("import threading", "import of threading is not allowed: the function runs alone"),
        ("import pickle", "import of pickle is not allowed: the data is already given"),
        ("import requests", "nothing outside of the given tables can be reached"),
        ("from sklearn.datasets import load_iris", "import of sklearn.datasets is not allowed"),
        ("from pandas import read_csv", "read_csv is not allowed"),
        ("from scipy import io", "import of io from scipy is not allowed"),
        ("from io import open", "io.open is not allowed"),
        ("from . import x", "relative imports are not allowed"),
    ],
)
def test_imports_outside_of_the_list_are_refused(line: str, said: str) -> None:
    for code in (f"{line}\ndef f(orders):\n    return 1\n", f"def f(orders):\n    {line}\n    return 1\n"):
        assert said in str(refusal(code))


@pytest.mark.parametrize(
    "line",
    [
        "import pandas as pd", "import numpy as np, math", "from datetime import datetime, timedelta",
        "import matplotlib.pyplot as plt", "from sklearn.cluster import KMeans",
        "import statsmodels.formula.api as smf",
        "from scipy import stats", "from collections import Counter, defaultdict", "from io import StringIO",
        "from __future__ import annotations", "from dateutil.relativedelta import relativedelta",
        "from typing import Optional", "import warnings", "from statsmodels.tsa.seasonal import seasonal_decompose",
    ],
)  # fmt: skip
def test_analysts_imports_pass(line: str) -> None:
    assert refusal(f"{line}\ndef f(orders):\n    return 1\n") is None


@pytest.mark.parametrize(
    "name", sorted(vocabulary.WRITING | vocabulary.READING | vocabulary.INNER | vocabulary.MODULES)
)
def test_every_listed_attribute_is_refused(name: str) -> None:
    assert "is not allowed" in of_expression(f"orders.{name}")


def test_a_name_of_ones_own_is_no_builtin() -> None:
    assert refusal("def answer(orders):\n    input = orders\n    return [vars for vars in input]\n") is None
    assert refusal("def compile(orders):\n    return 1\ndef answer(orders):\n    return compile(orders)\n") is None
