"""Whether it lives, whether it can answer, and its numbers. No key is needed: none of it names anybody."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool as in_thread

from crm_copilot.interfaces.api.asking import TheService
from crm_copilot.interfaces.api.problems import problem, status_of
from crm_copilot.interfaces.api.shapes import Problem

router = APIRouter(tags=["watching"])
_OPENING = "the data and the sandbox are being opened; try again in 1 s"


@router.get("/health")
async def health() -> dict[str, str]:
    """Say that the process lives."""
    return {"status": "alive"}


@router.get("/ready", responses={503: {"model": Problem, "description": "Not yet, or not any more"}})
async def ready(request: Request) -> Any:
    """Say whether questions can be answered; 503 with the reason while they cannot."""
    state = request.app.state
    if state.trouble is not None:
        status, code, detail, headers = status_of(state.trouble)
        return problem(503 if status < 500 else status, code, detail, headers)
    if not state.ready.is_set():
        return problem(503, "opening", _OPENING, {"Retry-After": "1"})
    if state.service.closing:
        return problem(503, "busy", "the service is being stopped", {"Retry-After": "10"})
    await in_thread(state.service.house.accounts.any)  # the database answers
    return {"status": "ready"}


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(service: TheService) -> Response:
    """Return the numbers of the service as Prometheus reads them."""
    service.watch.queue(service.jobs.waiting())
    text, media = service.watch.exposition()
    return Response(text, media_type=media)
