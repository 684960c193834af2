"""What analysts write works: behind the gate and without it, with the result that it has unconfined."""

from __future__ import annotations

import ast
import base64
from typing import Any

import matplotlib
import pandas as pd
import pytest

from crm_copilot.sandbox import Limits, Sandbox
from crm_copilot.sandbox.inside import names, program, results

from .programs.benign import PROGRAMS

matplotlib.use("Agg")
LIMITS = Limits()


def run_bare(code: str, tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """Run the program in this process; return its encoded result."""
    import matplotlib.pyplot as plt

    tree = ast.parse(code)
    space: dict[str, Any] = {**names.needed(tree), "__name__": "generated"}
    exec(compile(tree, "<generated>", "exec", dont_inherit=True), space)
    function = space[program.answer_function(tree)]
    wanted = function.__code__.co_varnames[: function.__code__.co_argcount]
    encoded = results.encode(function(*(tables[name].copy() for name in wanted)), {"rows": 10_000, "columns": 200})
    plt.close("all")
    return encoded


@pytest.mark.parametrize("gate", ["gated", "box"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_analysts_programs_work(
    name: str, gate: str, tables: dict[str, pd.DataFrame], request: pytest.FixtureRequest
) -> None:
    sandbox: Sandbox = request.getfixturevalue(gate)
    execution = sandbox.run(PROGRAMS[name])
    assert execution.ok, execution.error
    expected = run_bare(PROGRAMS[name], tables)
    assert list(execution.columns) == expected["tables"][0]["columns"]
    assert [list(row) for row in execution.rows] == expected["tables"][0]["rows"]
    assert (execution.figure is None) == (expected["figure"] is None)
    if execution.figure:
        assert len(execution.figure) > 1000
        assert base64.b64decode(expected["figure"])[:8] == execution.figure[:8]
