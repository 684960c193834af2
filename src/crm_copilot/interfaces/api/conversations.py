"""The conversations of whoever asks: list, read, rename, delete."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.concurrency import run_in_threadpool as in_thread

from crm_copilot.errors import UnknownName
from crm_copilot.interfaces.api.asking import MayAsk, MayRead, TheService
from crm_copilot.interfaces.api.questions import as_json, told
from crm_copilot.interfaces.api.shapes import Conversations, Id, Renamed, Title, Turns

router = APIRouter(prefix="/conversations", tags=["conversations"])


@router.get("", response_model=Conversations)
def listed(asker: MayRead, service: TheService, limit: Annotated[int, Query(ge=1, le=1000)] = 50) -> dict[str, Any]:
    """Return the conversations, the one used last first."""
    return {"conversations": [asdict(found) for found in service.conversations(asker.person, limit)]}


@router.get("/{conversation_id}", response_model=Turns)
async def read(conversation_id: Id, asker: MayRead, service: TheService) -> Response:
    """Return a conversation with its questions and answers in order."""
    turns = await in_thread(service.turns, asker.person, conversation_id)
    if not turns:
        raise _unknown(conversation_id)
    return as_json({"id": conversation_id, "turns": [told(turn) for turn in turns]})


@router.patch("/{conversation_id}", response_model=Renamed)
def rename(conversation_id: Id, body: Title, asker: MayAsk, service: TheService) -> dict[str, Any]:
    """Give a conversation another title."""
    service.rename(asker.person, conversation_id, body.title)
    return {"id": conversation_id, "title": body.title.strip()}


@router.delete("/{conversation_id}", status_code=204)
def delete(conversation_id: Id, asker: MayAsk, service: TheService) -> None:
    """Forget a conversation with its answers and ratings, for good; what still runs in it is stopped."""
    if not service.turns(asker.person, conversation_id):
        raise _unknown(conversation_id)
    service.delete(asker.person, conversation_id)


def _unknown(conversation: str) -> UnknownName:
    return UnknownName(f"there is no conversation {conversation!r}")
