"""One generated program: read it, give it what its function asks for, run it, and say what became of it.

Nothing here is trusted by the app: the program runs in this very process and may rewrite all of this module.
What it says of itself is checked on the other side; what became of its process, the zygote tells.
"""

from __future__ import annotations

import ast
import inspect
import io
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import failures, gate, names, results
from .cells import text
from .channel import Channel
from .failures import FILENAME

if TYPE_CHECKING:
    import pandas as pd

Answer = dict[str, Any]


class Unusable(Exception):
    """The program cannot be run as it is; the text says what to change."""


class Printed(io.TextIOBase):
    """Keeps the first characters of what is printed, and forgets the rest."""

    def __init__(self, characters: int) -> None:
        self._parts: list[str] = []
        self._room = characters

    def writable(self) -> bool:
        """Say yes, as a stream for print must."""
        return True

    def write(self, text: str) -> int:
        """Keep what there is still room for."""
        if self._room > 0:
            self._parts.append(text[: self._room])
            self._room -= len(text)
        return len(text)

    def text(self) -> str:
        """Return what was kept."""
        return "".join(self._parts)


def answer(request: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], channel: Channel) -> Answer:
    """Run the program of a request and return the answer for the app."""
    printed = Printed(channel.caps["printed"])
    sys.stdout, sys.stderr = printed, Printed(0)
    code: str = request["code"]
    try:
        tree = ast.parse(code, FILENAME)
        offer = Offer(tables, {name: channel.tool(name, given) for name, given in request["tools"].items()})
        if request["gate"]:
            gate.check(tree, [*offer.tables])
        result = _call(tree, offer)
        said = {"status": "ok", **results.encode(result, channel.caps)}
    except BaseException as error:
        said = failures.describe(error, code, [*tables, *request["tools"]])
    return {**said, "printed": text(printed.text(), channel.caps["printed"])}


def refusal(error: Exception) -> Answer:
    """Return the answer that says why the true one is not given."""
    return {**failures.describe(error, "", []), "printed": ""}


class Offer:
    """What a program may ask for by the names of its parameters."""

    def __init__(self, tables: Mapping[str, pd.DataFrame], tools: Mapping[str, Callable[..., Any]]) -> None:
        self.tables, self.tools = tables, tools

    def __contains__(self, name: str) -> bool:
        return name in self.tables or name in self.tools

    def __getitem__(self, name: str) -> Any:
        return self.tables[name].copy(deep=False) if name in self.tables else self.tools[name]

    def __str__(self) -> str:
        tools = f"; tools: {', '.join(self.tools)}" if self.tools else ""
        return f"tables: {', '.join(self.tables)}{tools}"


def _call(tree: ast.Module, offer: Offer) -> Any:
    module = types.ModuleType("generated")
    sys.modules["generated"] = module
    module.__dict__.update(names.needed(tree))
    entry = answer_function(tree)
    exec(compile(tree, FILENAME, "exec", dont_inherit=True), module.__dict__)
    function = module.__dict__[entry]
    arguments, by_name = _bind(function, offer)
    return function(*arguments, **by_name)


def answer_function(tree: ast.Module) -> str:
    """Return the name of the function that answers: the only one, the only one not used, or the last."""
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    if not functions:
        raise Unusable("there is no function: write one function whose parameters name the tables it needs")
    unused = [name for name in dict.fromkeys(functions) if not _is_used(name, tree.body)]
    return unused[0] if len(unused) == 1 else functions[-1]


def _is_used(name: str, body: Sequence[ast.stmt]) -> bool:
    others = (node for node in body if not (isinstance(node, ast.FunctionDef) and node.name == name))
    return any(isinstance(node, ast.Name) and node.id == name for other in others for node in ast.walk(other))


def _bind(function: Callable[..., Any], offer: Offer) -> tuple[list[Any], dict[str, Any]]:
    positional: list[Any] = []
    by_name: dict[str, Any] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.default is not parameter.empty:
            continue
        if parameter.name not in offer:
            raise Unusable(f"the parameter {parameter.name!r} is neither a table nor a tool. There are {offer}")
        if parameter.kind is parameter.POSITIONAL_ONLY:
            positional.append(offer[parameter.name])
        else:
            by_name[parameter.name] = offer[parameter.name]
    return positional, by_name
