"""A tool is a plain function with type hints and a docstring; everything else is derived from it.

`stub()` is its line in the prompt, `call()` what the sandbox and the front ends call, `arguments` the pydantic model
that checks what comes in, `parameters` their names in order. An incomplete declaration is refused at start-up.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from crm_copilot.errors import InputError

MOST = 1000


def check_count(k: int) -> None:
    """Raise InputError unless k is a number of rows that can be shown."""
    if not 1 <= k <= MOST:
        raise InputError(f"k is {k}, expected 1 to {MOST}")


class Tool:
    """One declared tool."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.name = function.__name__
        self.description = inspect.cleandoc(function.__doc__ or "")
        self.function = function
        self._signature = inspect.signature(function)
        self.arguments = self._model()
        self.parameters = tuple(self._signature.parameters)

    def call(self, arguments: Mapping[str, Any]) -> Any:
        """Check the arguments and call the function; raise InputError that names what is wrong with them."""
        try:
            checked = self.arguments(**arguments)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "arguments"
            raise InputError(f"{self.name}: {place}: {first['msg']}; call it as {self.stub()}") from error
        return self.function(**checked.model_dump())

    def stub(self) -> str:
        """Return the signature with the first line of the docstring."""
        signature = str(inspect.signature(self.function, eval_str=True)).replace("typing.", "")
        return f"def {self.name}{signature}: ...  # {self.description.splitlines()[0]}"

    def _model(self) -> type[BaseModel]:
        hints = get_type_hints(self.function)
        if not self.description or "return" not in hints:
            raise TypeError(f"the tool {self.name} needs a docstring and a return type")
        fields: dict[str, Any] = {}
        for name, parameter in self._signature.parameters.items():
            if name not in hints:
                raise TypeError(f"the tool {self.name} needs a type for {name}")
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                raise TypeError(f"the tool {self.name} needs a name for each argument, not {parameter}")
            default = ... if parameter.default is parameter.empty else parameter.default
            fields[name] = (hints[name], default)
        return create_model(f"{self.name}_arguments", __config__=ConfigDict(extra="forbid"), **fields)
