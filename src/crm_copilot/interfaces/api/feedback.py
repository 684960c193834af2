"""What people think of an answer: +1 makes it help to answer the next questions, -1 takes it back."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from crm_copilot.errors import InputError, UnknownName
from crm_copilot.interfaces.api.asking import MayRate, TheService
from crm_copilot.interfaces.api.shapes import Feedback, Rated
from crm_copilot.people import Person
from crm_copilot.service import Service
from crm_copilot.storage import Turn

router = APIRouter(tags=["feedback"])


@router.post("/feedback", response_model=Rated)
def feedback(body: Feedback, asker: MayRate, service: TheService) -> dict[str, Any]:
    """Rate an answer of a conversation, the last one when no turn is named."""
    turn = _turn(service, asker.person, body)
    thumbs = 1 if body.feedback == 1 else 0
    outcome = service.rate(asker.person, turn.id, body.part, thumbs=thumbs, comment=body.comment.strip())
    said = f"Feedback received for conversation {body.conversation_id}: {body.feedback}"
    return {"message": said, "turn": turn.id, "outcome": outcome}


def _turn(service: Service, person: Person, body: Feedback) -> Turn:
    turns = service.turns(person, body.conversation_id)
    if not turns:
        raise UnknownName(f"there is no conversation {body.conversation_id!r}")
    if body.turn is not None:
        named = [turn for turn in turns if turn.id == body.turn]
        if not named:
            raise UnknownName(f"there is no turn {body.turn!r} in conversation {body.conversation_id!r}")
        return named[0]
    answered = [turn for turn in turns if turn.answer is not None]
    if not answered:
        raise InputError("nothing in this conversation has an answer yet; wait for it, then rate it")
    return answered[-1]
