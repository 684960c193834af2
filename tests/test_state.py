"""What travels along the edges: plain JSON there, the same objects back."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from fakes import program, scalar, table

from crm_copilot.domain import Attempt, Context, Execution, LinkedValue, Passage, Understanding, Verdict
from crm_copilot.state import attempts_of, context_of, executions_of, plain, programs_of, to_state

LINK = LinkedValue("são paulo", "customers", "customer_city", "sao paulo", 0.9, 3, 12)
CONTEXT = Context(
    "quantos pedidos?",
    "pt",
    date(2018, 8, 31),
    date(2016, 9, 1),
    (LINK,),
    (Passage("examples", "library:x", "text", 0.5, {"plan": {"by": []}}),),
    Understanding({"measures": [{"name": "orders"}]}, 0.9, ("a doubt",), ("xyzzy",), None),
    ("leads",),
)


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(to_state(value), allow_nan=False))


def test_a_context_comes_back() -> None:
    assert context_of({"context": through_json(CONTEXT)}) == CONTEXT


def test_a_context_without_reading_comes_back() -> None:
    empty = Context("q", "en", date(2018, 1, 1), date(2017, 1, 1))
    assert context_of({"context": through_json(empty)}) == empty


def test_programs_come_back() -> None:
    written = program(notes=("a", "b"), description="d", definition="f")
    assert programs_of({"programs": [through_json(written)]}) == [written]
    assert programs_of({}) == programs_of({"programs": None}) == []


def test_executions_come_back_with_their_pictures() -> None:
    results = [
        scalar(3),
        table(["a", "b"], ["x", None], [True, 2.5]),
        Execution("timeout", error="too slow", error_type="Timeout", seconds=1.5),
        Execution("ok", kind="figure", figure=b"\x89PNG\x00\xff"),
        Execution("ok", ("k", "v"), (("a", 1),), "mapping", {"a": 1}, 1),
    ]
    assert executions_of({"executions": [through_json(result) for result in results]}) == results
    assert executions_of({}) == []


def test_attempts_come_back() -> None:
    one = Attempt((program(),), (scalar(1),), 0, Verdict("retry", "reason", "feedback", 0.4))
    two = Attempt((), (), None, Verdict("decline"))
    assert attempts_of({"attempts": [through_json(one), through_json(two)]}) == [one, two]
    assert attempts_of({}) == []


def test_any_value_becomes_plain() -> None:
    value = {1: (date(2018, 1, 2), b"\x00", {"x": [None, True, 1.5]}), "é": "ü"}
    assert plain(value) == {"1": ["2018-01-02", {"base64": "AA=="}, {"x": [None, True, 1.5]}], "é": "ü"}
