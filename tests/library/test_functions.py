from __future__ import annotations

import ast

import pytest

from crm_copilot.library import special
from crm_copilot.library.functions import LibraryFunction, library


def test_the_library_is_large_and_nothing_is_there_twice() -> None:
    assert len(library()) >= 200
    assert len({function.id for function in library()}) == len(library())
    assert len({function.plan for function in library()}) == len(library())


@pytest.mark.parametrize("function", library(), ids=[function.id for function in library()])
def test_each_is_one_function_of_its_name(function: LibraryFunction) -> None:
    definitions = [node for node in ast.parse(function.code).body if isinstance(node, ast.FunctionDef)]
    name = function.plan.special.name if function.plan.special else function.id
    assert [node.name for node in definitions] == [name]
    assert name.isidentifier()
    assert ast.get_docstring(definitions[0])


def test_every_special_function_is_in_it() -> None:
    shipped = {function.plan.special.name for function in library() if function.plan.special}
    assert shipped == set(special.functions())
