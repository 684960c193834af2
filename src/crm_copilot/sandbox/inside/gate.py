"""The syntax gate: an allow-list over the tree, for early messages that the writer of a program can act on.

It is not a border: much that it lets through could run anything, if the kernel did not hold. It must not
refuse what analysts write: imports inside functions, classes, comprehensions, `df.query`, formulas.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Sequence

from . import vocabulary as allowed
from .failures import Denied

_DUNDER_IN_TEXT = re.compile(r"__(?!main__)[a-z]+__")
_CALL_IN_QUERY = re.compile(r"@\s*\w+\s*[.(\[]")


def check(tree: ast.Module, tables: Sequence[str]) -> None:
    """Raise Denied for the first thing in the program that is not allowed."""
    gate = _Gate(tables, _bound_names(tree))
    for node in ast.walk(tree):
        reason = gate.refusal(node)
        if reason:
            raise Denied(getattr(node, "lineno", 1), reason)


def _bound_names(tree: ast.Module) -> set[str]:
    """Names that the program gives itself, and which therefore are not the builtins of that name."""
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    given = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return stored | defined | given


class _Gate:
    def __init__(self, tables: Sequence[str], own: set[str]) -> None:
        self.tables, self.own = tables, own

    def refusal(self, node: ast.AST) -> str | None:
        """Why this node is not allowed, or None."""
        if not isinstance(node, allowed.NODES) or isinstance(node, allowed.REFUSED_NODES):
            return f"{type(node).__name__} is not allowed: write plain, sequential code"
        match node:
            case ast.Import(names=names):
                return next(filter(None, (self._module(alias.name) for alias in names)), None)
            case ast.ImportFrom():
                return self._import_from(node)
            case ast.Name(id=name):
                return self._name(name)
            case ast.Attribute(attr=name):
                return self._attribute(node, name)
            case ast.Call(func=ast.Attribute()):
                return self._method(node)
            case ast.Constant(value=str(text)) if _DUNDER_IN_TEXT.search(text):
                return "a text with a name in double underscores is not allowed"
        return None

    def _module(self, name: str) -> str | None:
        top = name.split(".")[0]
        if top not in allowed.IMPORTS or any(_within(name, closed) for closed in allowed.CLOSED_MODULES):
            return f"import of {name} is not allowed: {allowed.INSTEAD.get(top, self._given())}"
        return None

    def _import_from(self, node: ast.ImportFrom) -> str | None:
        if node.level or not node.module:
            return "relative imports are not allowed"
        for alias in node.names:
            reason = self._module(node.module) or self._member(node.module, alias.name)
            if reason:
                return reason
        return None

    def _member(self, module: str, name: str) -> str | None:
        if f"{module}.{name}" in allowed.CLOSED_MODULES or (name.startswith("_") and module != "__future__"):
            return f"import of {name} from {module} is not allowed"
        if module == "io" and name not in ("StringIO", "BytesIO"):
            return f"io.{name} is not allowed: {self._given()}"
        return self._door(name)

    def _name(self, name: str) -> str | None:
        if name in self.own or name in allowed.BUILTINS:
            return None
        if name == "open" or name == "input":
            return f"{name} is not allowed: {self._given()}"
        if hasattr(builtins, name) or name.startswith("__"):
            return f"{name} is not allowed"
        return None

    def _attribute(self, node: ast.Attribute, name: str) -> str | None:
        if name.startswith("__") and name not in allowed.DUNDERS:
            return f"{name} is not allowed"
        if name.startswith("_") and name not in allowed.PRIVATE | allowed.DUNDERS and not _is_own(node.value):
            return f"{name} is private and not allowed"
        if name in allowed.INNER | allowed.MODULES:
            return f"{name} is not allowed"
        if name in allowed.READING_NUMPY and _is_name(node.value, "np", "numpy"):
            return f"np.{name} is not allowed: {self._given()}"
        return self._door(name)

    def _door(self, name: str) -> str | None:
        """The libraries' own ways in and out."""
        if name.startswith("read_") or name in allowed.READING:
            return f"{name} is not allowed: {self._given()}"
        if name in allowed.WRITING:
            return f"{name} is not allowed: {allowed.WRITERS}"
        return None

    def _method(self, call: ast.Call) -> str | None:
        assert isinstance(call.func, ast.Attribute)
        name = call.func.attr
        if name in allowed.WRITING_WITH_A_PATH and _has_path(call):
            return f"{name} with a path is not allowed: {allowed.WRITERS}"
        if name in ("query", "eval") and call.args and _CALL_IN_QUERY.search(_literal(call.args[0])):
            return f"in {name}, @ may stand before plain variables only"
        return None

    def _given(self) -> str:
        asked_for = [name for name in self.tables if name in self.own]
        names = ", ".join(f"`{name}`" for name in asked_for or self.tables[:20])
        return f"{allowed.READERS} as {names}" if names else allowed.READERS


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def _is_name(node: ast.expr, *names: str) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _is_own(node: ast.expr) -> bool:
    """`self._total` and `cls._total` are the program's own; so is `super()._total`."""
    return _is_name(node, "self", "cls") or (isinstance(node, ast.Call) and _is_name(node.func, "super"))


def _has_path(call: ast.Call) -> bool:
    first = call.args[0] if call.args else None
    named = [word.value for word in call.keywords if word.arg in ("path_or_buf", "buf")]
    return any(not (isinstance(value, ast.Constant) and value.value is None) for value in [first, *named] if value)


def _literal(node: ast.expr) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
