"""OpenAI's chat completions, so that any chat front end can use the copilot (docs/api.md).

The last message of the user is the question; those before it say which conversation it belongs to. Steps go out as
`reasoning_content`, which many front ends show, and the answer as Markdown. What only a writing model could do
(temperature, tools) is ignored.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool as in_thread
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from crm_copilot.errors import InputError, UnknownName
from crm_copilot.interfaces.api.asking import Asker, MayAsk, TheService
from crm_copilot.interfaces.api.markdown import markdown
from crm_copilot.interfaces.api.problems import openai_error, status_of
from crm_copilot.interfaces.api.questions import answer_of, as_json, settled
from crm_copilot.interfaces.api.shapes import Id
from crm_copilot.interfaces.api.steps import steps_of
from crm_copilot.interfaces.api.threads import thread_of
from crm_copilot.service import Job, Service
from crm_copilot.service.service import outcome

router = APIRouter(prefix="/v1", tags=["chat"])
MODEL = "crm-copilot"
_WAIT_SECONDS, _PIECE = 600.0, 400
_STEPS = {
    "questions": "Read the question", "retrieve": "Looked up names, dates and examples", "generate": "Wrote a function",
    "execute": "Ran it on the data", "reflect": "Checked the result", "respond": "Put the answer into words",
}  # fmt: skip


class TextPart(BaseModel):
    """A part of a message; only texts are read."""

    type: str
    text: str = ""


class Message(BaseModel):
    """A message of the chat."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """The words of the message."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class Metadata(BaseModel):
    """What a client may say beside the chat."""

    conversation_id: Id | None = Field(None, description="the conversation to go on with, instead of finding it")


class StreamOptions(BaseModel):
    """How the stream ends."""

    include_usage: bool = False


class Completion(BaseModel):
    """A chat to be completed; other fields of OpenAI's are taken and not read."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": True})

    model: str = Field(examples=[MODEL])
    messages: list[Message] = Field(min_length=1, max_length=1000)
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None
    metadata: Metadata | None = None


class Completed(BaseModel):
    """A completed chat, as OpenAI's clients read it; `crm` is the whole answer of POST /question."""

    model_config = ConfigDict(extra="allow")

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[dict[str, Any]]
    usage: dict[str, int]


class Models(BaseModel):
    """The models there are: one."""

    object: Literal["list"]
    data: list[dict[str, Any]]


@router.get("/models", response_model=Models)
async def models(asker: MayAsk) -> dict[str, Any]:
    """Return the one model there is."""
    return {"object": "list", "data": [_model()]}


@router.get("/models/{model}")
async def model(model: str, asker: MayAsk) -> dict[str, Any]:
    """Return the model of this name."""
    _check(model)
    return _model()


@router.post("/chat/completions", response_model=Completed, responses={200: {"content": {"text/event-stream": {}}}})
async def complete(body: Completion, asker: MayAsk, service: TheService) -> Response:
    """Answer the last question of a chat."""
    _check(body.model)
    job = await in_thread(_submit, service, asker, body)
    if body.stream:
        usage = body.stream_options is not None and body.stream_options.include_usage
        return EventSourceResponse(_chunks(job, usage), ping=15, sep="\n")
    await settled(job, _WAIT_SECONDS)
    answer = outcome(job)
    choice = {"index": 0, "message": {"role": "assistant", "content": markdown(answer)}, "finish_reason": "stop"}
    return as_json(
        {**_head(job, "chat.completion"), "choices": [choice], "usage": _usage(answer), "crm": answer_of(answer)}
    )


def _submit(service: Service, asker: Asker, body: Completion) -> Job:
    said = [message.text for message in body.messages if message.role == "user"]
    if not said:
        raise InputError("there is no message of a user; the last one of role 'user' is the question")
    thread = body.metadata.conversation_id if body.metadata else None
    return service.submit(asker.person, said[-1], thread or thread_of(service, asker.person, said[:-1]))


async def _chunks(job: Job, usage: bool) -> AsyncIterator[ServerSentEvent]:
    yield _chunk(job, {"role": "assistant", "content": ""})
    async for event in steps_of(job):
        if event["step"] in _STEPS:
            note = f": {event['note']}" if event.get("note") else ""
            yield _chunk(job, {"reasoning_content": f"{_STEPS[event['step']]}{note}\n"})
    try:
        answer = outcome(job)
    except Exception as error:
        _, code, detail, _ = status_of(error)
        yield _event(openai_error(code, detail))
    else:
        text = markdown(answer)
        for place in range(0, len(text), _PIECE):
            yield _chunk(job, {"content": text[place : place + _PIECE]})
        yield _chunk(job, {}, "stop")
        if usage:
            yield _event({**_head(job, "chat.completion.chunk"), "choices": [], "usage": _usage(answer)})
    yield ServerSentEvent("[DONE]", sep="\n")


def _chunk(job: Job, delta: Mapping[str, Any], finish: str | None = None) -> ServerSentEvent:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return _event({**_head(job, "chat.completion.chunk"), "choices": [choice]})


def _event(value: Mapping[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(value, ensure_ascii=False, allow_nan=False), sep="\n")


def _head(job: Job, sort: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{job.turn}", "object": sort, "created": int(time.time()), "model": MODEL}


def _usage(answer: Mapping[str, Any]) -> dict[str, int]:
    tokens = {} if answer.get("cached") else answer.get("tokens", {})
    read, wrote = int(tokens.get("input", 0)), int(tokens.get("output", 0))
    return {"prompt_tokens": read, "completion_tokens": wrote, "total_tokens": read + wrote}


def _check(model: str) -> None:
    if model != MODEL:
        raise UnknownName(f"there is no model {model!r}; the one there is has the name {MODEL!r}")


def _model() -> dict[str, Any]:
    return {"id": MODEL, "object": "model", "created": 1735689600, "owned_by": MODEL}
