"""One declaration of a tool: refused when it is incomplete, and checking what comes in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm_copilot.errors import InputError
from crm_copilot.tools import Tool


def find_clients(industry: str, k: int = 5, exact: bool = False) -> list[dict[str, Any]]:
    """Return the k largest clients of an industry.

    More than one line is told to who reads on.
    """
    return [{"industry": industry, "k": k, "exact": exact}]


def no_docstring(industry: str) -> list[str]:
    return [industry]


def no_return_type(industry: str):
    """Return the clients of an industry."""
    return [industry]


def no_type(industry, k: int = 5) -> list[str]:
    """Return the clients of an industry."""
    return [industry] * k


def any_number(*industries: str) -> list[str]:
    """Return the clients of industries."""
    return list(industries)


def any_names(**options: str) -> list[str]:
    """Return the clients with these options."""
    return list(options)


@pytest.mark.parametrize("function", [no_docstring, no_return_type, no_type, any_number, any_names])
def test_an_incomplete_declaration_is_refused_by_name(function: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match=function.__name__):
        Tool(function)


def test_everything_is_derived_from_the_function() -> None:
    tool = Tool(find_clients)
    assert (tool.name, tool.description.splitlines()[0]) == (
        "find_clients",
        "Return the k largest clients of an industry.",
    )
    schema = tool.arguments.model_json_schema()
    assert schema["required"] == ["industry"]
    assert {name: entry["type"] for name, entry in schema["properties"].items()} == {
        "industry": "string",
        "k": "integer",
        "exact": "boolean",
    }
    assert schema["additionalProperties"] is False


def test_the_stub_is_one_line_of_python_with_the_docstrings_first() -> None:
    stub = Tool(find_clients).stub()
    assert "\n" not in stub
    assert stub.startswith("def find_clients(industry: str, k: int = 5, exact: bool = False) -> list[dict[str, ")
    assert stub.endswith("# Return the k largest clients of an industry.")
    compile(stub, "stub", "exec")


def test_defaults_are_filled_in() -> None:
    assert Tool(find_clients).call({"industry": "Pet"}) == [{"industry": "Pet", "k": 5, "exact": False}]
    assert Tool(find_clients).call({"industry": "Pet", "k": 2, "exact": True}) == [
        {"industry": "Pet", "k": 2, "exact": True}
    ]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({}, "industry"),
        ({"industry": 5}, "industry"),
        ({"industry": None}, "industry"),
        ({"industry": "Pet", "k": "many"}, "k"),
        ({"industry": "Pet", "k": 2.5}, "k"),
        ({"industry": "Pet", "limit": 3}, "limit"),
        ({"industry": ["Pet"]}, "industry"),
    ],
)
def test_wrong_arguments_are_refused_with_the_name_and_the_way_to_call(arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError) as error:
        Tool(find_clients).call(arguments)
    assert str(error.value).startswith(f"find_clients: {named}: ")
    assert "def find_clients(" in str(error.value)


def test_what_the_function_refuses_is_passed_on() -> None:
    def refuse(k: int) -> list[str]:
        """Refuse everything."""
        raise InputError(f"k is {k}")

    with pytest.raises(InputError, match="k is 3"):
        Tool(refuse).call({"k": 3})
