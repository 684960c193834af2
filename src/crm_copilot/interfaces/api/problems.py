"""What went wrong, as `application/problem+json` (RFC 9457): a status, one sentence, and a code to react to."""

from __future__ import annotations

import http
import json
import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from crm_copilot.errors import (
    Busy,
    Cancelled,
    CopilotError,
    InputError,
    TooMany,
    UnknownName,
)

log = logging.getLogger(__name__)
MEDIA = "application/problem+json"
_OUR_FAULT = "something went wrong on our side; the log of the server says what"
_ERRORS: Mapping[type[CopilotError], tuple[int, str]] = {
    UnknownName: (404, "unknown"),
    TooMany: (429, "too_many"),
    Cancelled: (409, "stopped"),
    InputError: (422, "input"),
    Busy: (503, "busy"),
    CopilotError: (503, "unavailable"),
}


class Refused(CopilotError):
    """Who asks is not known (401) or may not do this (403)."""

    def __init__(self, message: str, status: int = 401) -> None:
        self.status = status
        super().__init__(message)


def status_of(error: Exception) -> tuple[int, str, str, dict[str, str]]:
    """Return the status, the code, the sentence and the headers of an error."""
    if isinstance(error, Refused):
        headers = {"WWW-Authenticate": 'Bearer realm="crm"'} if error.status == 401 else {}
        return error.status, "key" if error.status == 401 else "not_allowed", str(error), headers
    for sort, (status, code) in _ERRORS.items():
        if isinstance(error, sort):
            seconds = getattr(error, "seconds", None)
            return status, code, str(error), {"Retry-After": str(seconds)} if seconds else {}
    return 500, "internal", _OUR_FAULT, {}


def body_of(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """Return a problem as JSON."""
    title = http.HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code, **more}


def problem_of(error: Exception) -> dict[str, Any]:
    """Return an error as the JSON of a problem."""
    status, code, detail, _ = status_of(error)
    return body_of(status, code, detail)


def problem(status: int, code: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """Return a problem as a response."""
    text = json.dumps(body_of(status, code, detail, **more), ensure_ascii=False)
    return Response(text, status, dict(headers or {}), MEDIA)


def openai_problem(status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem in the shape that OpenAI's clients read."""
    sort = "invalid_request_error" if status < 500 else "server_error"
    text = json.dumps(openai_error(code, detail, sort), ensure_ascii=False)
    return Response(text, status, dict(headers or {}), "application/json")


def openai_error(code: str, detail: str, sort: str = "server_error") -> dict[str, Any]:
    """Return an error as the JSON that OpenAI's clients read."""
    return {"error": {"message": detail, "type": sort, "param": None, "code": code}}


def add_to(app: FastAPI) -> None:
    """Answer every error of the app with a problem."""
    app.add_exception_handler(CopilotError, _told)
    app.add_exception_handler(Exception, _told)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _wrong_shape)


def _told(request: Request, error: Exception) -> Response:
    status, code, detail, headers = status_of(error)
    if status == 500:
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return respond(request.url.path, status, code, detail, headers)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = "too_large" if error.status_code == 413 else http.HTTPStatus(error.status_code).name.lower()
    said = _SAID.get(error.status_code)
    detail = said.format(path=request.url.path, method=request.method) if said else str(error.detail)
    return respond(request.url.path, error.status_code, code, detail, dict(error.headers or {}))


def _wrong_shape(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = [{"field": _place(each["loc"]), "message": each["msg"]} for each in error.errors()]
    if "json" not in request.headers.get("content-type", "json"):
        return respond(request.url.path, 422, "input", _NO_JSON)
    detail = "; ".join(f"{each['field']}: {each['message']}" for each in found[:3])
    return respond(request.url.path, 422, "input", detail, None, errors=found)


def respond(
    path: str, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """Return a problem in the shape of the part of the API that it came up in."""
    if path.startswith("/v1/"):
        return openai_problem(status, code, detail, headers)
    return problem(status, code, detail, headers, **more)


def _place(place: tuple[Any, ...]) -> str:
    """Return the name of a field, without where in the request it stood."""
    inner = [str(step) for step in place[1:] if isinstance(step, str)]
    return ".".join(inner) or str(place[0] if place else "body")


_NO_JSON = "the body is no JSON; send a JSON object, with the header 'Content-Type: application/json'"
TOO_LARGE = "the body is larger than 1 MB; a question has 4000 characters at most"
_SAID = {
    400: "the body cannot be read; send a JSON object in UTF-8",
    404: "there is nothing at {path}; /openapi.json lists what there is",
    405: "{path} takes no {method}; /openapi.json says what it takes",
    413: TOO_LARGE,
}
