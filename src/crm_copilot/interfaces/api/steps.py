"""The steps of an answer as server-sent events.

    event: turn      {"conversation_id", "turn", "question"}       at once
    event: step      {"step", "part", "note"} or {"step": "questions", "questions"}
    event: answer    the answer as POST /question returns it
    event: problem   why there is none, as every error is told

Each event has a number: a client that comes again with `Last-Event-ID` gets those after it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.concurrency import run_in_threadpool as in_thread
from sse_starlette import EventSourceResponse, ServerSentEvent

from crm_copilot.errors import Cancelled, CopilotError
from crm_copilot.interfaces.api.asking import MayAsk, MayLook, TheService
from crm_copilot.interfaces.api.problems import body_of, problem_of
from crm_copilot.interfaces.api.questions import answer_of, told
from crm_copilot.interfaces.api.shapes import Id, Question
from crm_copilot.people import Person
from crm_copilot.service import Job, Service
from crm_copilot.service.service import outcome

router = APIRouter(tags=["questions"])
_LOOK_SECONDS, _LOOK_ELSEWHERE_SECONDS, _PING_SECONDS = 0.05, 1.0, 15
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "The steps, then the answer", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
}
LastSeen = Annotated[str | None, Header(alias="Last-Event-ID", description="the number of the last event that came")]


@router.post("/question/stream", response_class=EventSourceResponse, responses=_STREAM)
async def ask(body: Question, asker: MayAsk, service: TheService) -> EventSourceResponse:
    """Ask a question and follow its steps. Who goes away stops nothing: GET /turns/{turn}/stream goes on."""
    job = await in_thread(service.submit, asker.person, body.question, body.conversation_id)
    return _stream(_events(service, asker.person, job.turn, body.question, job.conversation), 0)


@router.get("/turns/{turn}/stream", response_class=EventSourceResponse, responses=_STREAM)
async def follow(turn: Id, asker: MayLook, service: TheService, last_seen: LastSeen = None) -> EventSourceResponse:
    """Follow the steps of a question, from its beginning or after the last event that came."""
    found = await in_thread(service.turn, asker.person, turn)
    seen = int(last_seen) + 1 if last_seen and last_seen.isdecimal() and len(last_seen) < 10 else 0
    return _stream(_events(service, asker.person, turn, found.message, found.conversation), seen)


def _stream(events: AsyncIterator[tuple[str, Any]], after: int) -> EventSourceResponse:
    async def numbered() -> AsyncIterator[ServerSentEvent]:
        number = 0
        async for event, data in events:
            if number >= after or event in ("answer", "problem"):
                text = json.dumps(data, ensure_ascii=False, allow_nan=False)
                yield ServerSentEvent(text, event=event, id=str(number))
            number += 1

    return EventSourceResponse(numbered(), ping=_PING_SECONDS)


async def _events(
    service: Service, person: Person, turn: str, question: str, conversation: str
) -> AsyncIterator[tuple[str, Any]]:
    yield "turn", {"conversation_id": conversation, "turn": turn, "question": question}
    job = service.job(person, turn)
    if job is not None:
        async for event in steps_of(job):
            yield "step", event
    yield await (_end_elsewhere(service, person, turn) if job is None else _end(job))


async def steps_of(job: Job) -> AsyncIterator[Any]:
    """Give the steps of a job as they come, until it is settled."""
    number = 0
    while True:
        over = job.settled.is_set()
        for event in job.events[number:]:
            number += 1
            yield event
        if over:
            return
        await asyncio.sleep(_LOOK_SECONDS)


async def _end(job: Job) -> tuple[str, Any]:
    try:
        return "answer", answer_of(outcome(job))
    except Cancelled as error:
        return "problem", {**problem_of(error), "message": f"POST /turns/{job.turn}/resume takes it up again"}
    except Exception as error:
        return "problem", problem_of(error)


async def _end_elsewhere(service: Service, person: Person, turn: str) -> tuple[str, Any]:
    """Wait for a turn that another process answers, or answered before."""
    while True:
        try:
            found = told(await in_thread(service.turn, person, turn))
        except CopilotError as error:
            return "problem", problem_of(error)
        if found["answer"] is not None:
            return "answer", found["answer"]
        if found["status"] != "running":
            return "problem", body_of(409, found["status"], found["message"])
        await in_thread(service.house.store.mark_interrupted)
        await asyncio.sleep(_LOOK_ELSEWHERE_SECONDS)
