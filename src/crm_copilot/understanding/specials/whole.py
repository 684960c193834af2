"""Messages that a tool answers as one, however many questions they seem to ask.

"A customer lost his parcel. What do I do?", "where did Eva win and where did she lose?", "who is our biggest client and
who looks after them?".
"""

from __future__ import annotations

from crm_copilot.understanding.specials.asking_texts import tells_a_request
from crm_copilot.understanding.specials.clients import asks_facts
from crm_copilot.understanding.specials.conversations import asks_of_ends
from crm_copilot.understanding.specials.describing import found_in
from crm_copilot.understanding.specials.playbook import asks_to_pitch
from crm_copilot.understanding.text import plain


def is_one(message: str) -> bool:
    """Whether a message asks one thing of a tool."""
    text = plain(message)
    return tells_a_request(message) or asks_of_ends(text) or _asks_of_described(text)


def _asks_of_described(text: str) -> bool:
    """Whether a client is told by a figure and something else is asked of them."""
    found = found_in(text)
    if found is None:
        return False
    rest = text[: found.start()] + " " + text[found.end() :]
    return asks_to_pitch(rest) or asks_facts(rest)
