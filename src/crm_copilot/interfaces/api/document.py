"""The OpenAPI document: what FastAPI writes, with the errors as they are."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from crm_copilot.interfaces.api.problems import MEDIA
from crm_copilot.interfaces.api.shapes import Problem

_ERRORS = {
    "400": "The body cannot be read",
    "401": "No key, or one that does not hold",
    "403": "The key may not do this",
    "404": "There is none, or it is somebody else's",
    "409": "The question was stopped",
    "413": "The body is larger than 1 MB",
    "422": "What came in cannot be used",
    "429": "This person has asked too much for now",
    "503": "Busy, or not ready; Retry-After says when to try again",
}
_OPENAI = {
    "type": "object", "required": ["error"],
    "properties": {
        "error": {
            "type": "object", "required": ["message", "type", "code"],
            "properties": {name: {"type": "string"} for name in ("message", "type", "code")},
        }
    },
}  # fmt: skip
_METHODS = {"get", "post", "patch", "delete"}


def describe(app: FastAPI) -> None:
    """Let the app say what its errors look like."""
    written = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _say_errors(written())
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]


def _say_errors(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= {**problem.pop("$defs"), "Problem": problem, "ChatProblem": _OPENAI}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for path, item in document["paths"].items():
        media, name = ("application/json", "ChatProblem") if path.startswith("/v1/") else (MEDIA, "Problem")
        content = {media: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        for method in _METHODS & item.keys():
            responses = item[method]["responses"]
            responses |= {status: {"description": said, "content": content} for status, said in _ERRORS.items()}
