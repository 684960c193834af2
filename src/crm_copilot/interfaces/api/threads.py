"""Which conversation a chat belongs to: OpenAI's clients send all that was said, and no id.

The conversation is the one of the same person that holds the same questions, in the same order. Where it has gone on
since, because an earlier question was asked anew, a branch of it is made: an answer leans on what the client shows.
"""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.people import Person
from crm_copilot.service import Service
from crm_copilot.storage import Turn

_LOOKED_AT = 30


def thread_of(service: Service, person: Person, asked: Sequence[str]) -> str | None:
    """Return the id of the conversation that holds the questions asked before; None where there is none."""
    before = [question.strip() for question in asked]
    if not before:
        return None
    for conversation in service.conversations(person, _LOOKED_AT):
        if conversation.turns < len(before):
            continue
        turns = service.turns(person, conversation.id)
        if [turn.message for turn in turns[: len(before)]] == before:
            return conversation.id if len(turns) == len(before) else _branch(service, person, turns[: len(before)])
    return None


def _branch(service: Service, person: Person, turns: Sequence[Turn]) -> str | None:
    thread: str | None = None
    for turn in turns:
        thread = service.copied(person, turn, thread).conversation
    return thread
