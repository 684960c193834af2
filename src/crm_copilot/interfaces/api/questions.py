"""A question and its answer. The run goes on whether the client waits or not; its turn finds it again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.concurrency import run_in_threadpool as in_thread

from crm_copilot.interfaces.api.asking import MayAsk, MayLook, TheService
from crm_copilot.interfaces.api.shapes import Answer, Begun, Id, Question, Told
from crm_copilot.people import Person
from crm_copilot.service import Job, Service
from crm_copilot.service.service import outcome
from crm_copilot.storage import Turn

router = APIRouter(tags=["questions"])
_LONGEST_WAIT = 600.0
_TO_DO = {
    "running": "it is being answered; ask again for this turn, or follow its steps",
    "interrupted": "its process ended before the answer; POST /turns/{turn}/resume takes it up again",
    "stopped": "it was stopped; POST /turns/{turn}/resume takes it up again",
    "failed": "it could not be answered; POST /turns/{turn}/resume tries again",
}
Wait = Annotated[
    float,
    Query(ge=0, le=_LONGEST_WAIT, allow_inf_nan=False, description="seconds to wait for the answer; 0 does not wait"),
]


@router.post(
    "/question", response_model=Answer,
    responses={202: {"model": Begun, "description": "Not answered yet: GET /turns/{turn} has the answer later"}},
)  # fmt: skip
async def ask(body: Question, asker: MayAsk, service: TheService, wait: Wait = _LONGEST_WAIT) -> Response:
    """Ask a question and wait for its answer.

    A question of a conversation may lean on those before it ("and by state?").
    """
    job = await in_thread(service.submit, asker.person, body.question, body.conversation_id)
    if await settled(job, wait):
        return as_json(answer_of(outcome(job)))
    begun = {"conversation_id": job.conversation, "turn": job.turn, "question": body.question, "status": "running"}
    return as_json(begun, 202, {"Location": f"/turns/{job.turn}"})


@router.get("/turns/{turn}", response_model=Told)
async def look(turn: Id, asker: MayLook, service: TheService) -> Response:
    """Return a question, where it stands, and its answer once there is one."""
    return as_json(await in_thread(_looked, service, asker.person, turn))


@router.post("/turns/{turn}/stop", response_model=Told)
async def stop(turn: Id, asker: MayAsk, service: TheService) -> Response:
    """Stop a question; one that is answered stays so."""
    await in_thread(service.stop, asker.person, turn)
    return as_json(await in_thread(_looked, service, asker.person, turn))


@router.post("/turns/{turn}/resume", response_model=Told)
async def resume(turn: Id, asker: MayAsk, service: TheService, wait: Wait = _LONGEST_WAIT) -> Response:
    """Take up a question that was stopped, interrupted or failed; one that has an answer keeps it."""
    found = await in_thread(service.turn, asker.person, turn)
    if found.answer is None or found.status == "failed":
        job = await in_thread(service.resume, asker.person, turn)
        if await settled(job, wait):
            outcome(job)
    return as_json(await in_thread(_looked, service, asker.person, turn))


async def settled(job: Job, seconds: float) -> bool:
    """Wait until a job has its answer, was stopped or has failed; return whether it has within so many seconds."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    job.settled.then(lambda: loop.call_soon_threadsafe(done.set))
    try:
        await asyncio.wait_for(done.wait(), seconds)
    except TimeoutError:
        return False
    return True


def answer_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer as the API shows it."""
    rest = {name: value for name, value in answer.items() if name not in ("thread", "turn", "question")}
    first = {"conversation_id": answer["thread"], "turn": answer["turn"], "question": answer["question"]}
    return {**first, "cached": False, **rest}


def told(turn: Turn) -> dict[str, Any]:
    """Return a turn as the API shows it."""
    return {
        "conversation_id": turn.conversation, "turn": turn.id, "question": turn.message, "status": turn.status,
        "created": turn.created, "answer": answer_of(turn.answer) if turn.answer else None,
        "message": "" if turn.answer else _TO_DO.get(turn.status, "").format(turn=turn.id),
    }  # fmt: skip


def as_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return JSON as it is: ten thousand rows need not be checked again on their way out."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(text, status, dict(headers or {}), "application/json")


def _looked(service: Service, person: Person, turn: str) -> dict[str, Any]:
    found = service.turn(person, turn)
    if found.status == "running" and service.job(person, turn) is None:
        service.house.store.mark_interrupted()
        found = service.turn(person, turn)
    return told(found)
