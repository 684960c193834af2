"""Words that reviews must contain: 'reviews that mention "atraso"', 'com a palavra "recomendo" no título'."""

from __future__ import annotations

import re

from crm_copilot.library.plan import Condition
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import key_of

_QUOTED = re.compile(r"""["“”']([^"“”']{2,40})["“”']""")
_CUES = frozenset(
    key_of(word)
    for word in (
        "word term text mention mentions mentioned mentioning contain contains contained containing say says said"
        " saying include includes including comment message title phrase palavra termo texto menciona mencionam"
        " mencionando contem contenha contenham contendo diz dizem dizendo fala falam falando cita citam citando"
        " comentario mensagem titulo expressao lower upper case maiuscula minuscula ignoring"
        " capitalisation capitalization"
    ).split()
)
_TITLE = frozenset(("title", "titulo"))


def read_texts(draft: Draft) -> None:
    """Turn quoted words into a condition on the text of the reviews, where the question is about what they say."""
    found = _searched(draft)
    if found is None:
        return
    keys = {token.key for token in draft.tokens}
    inside = [i for i, item in enumerate(draft.items) if _lies_within(draft, i, found.start(), found.end())]
    if any(draft.kind(i) == "value" and draft.items[i].data.get("linked") for i in inside) and "word" not in keys:
        return
    for index in inside:
        draft.use(index, "nothing")
    draft.fillers.update(place for place, token in enumerate(draft.tokens) if _is_said(token.key, token.start, found))
    _use_cues(draft)
    column = "review_comment_title" if keys & _TITLE else "review_comment_message"
    place = next((i for i, item in enumerate(draft.items) if draft.tokens[item.start].start > found.start()), 0)
    draft.where.append((place, Condition(column, "contains", found[1].strip())))


def is_searched_for(draft: Draft, index: int) -> bool:
    """Whether a mention is only a word that the reviews must contain."""
    found = _searched(draft)
    return found is not None and _lies_within(draft, index, found.start(), found.end())


def _searched(draft: Draft) -> re.Match[str] | None:
    found = _QUOTED.search(draft.question)
    return found if found and any(token.key in _CUES for token in draft.tokens) else None


def _lies_within(draft: Draft, index: int, start: int, end: int) -> bool:
    item = draft.items[index]
    return start <= draft.tokens[item.start].start and draft.tokens[item.end - 1].end <= end


def _is_said(key: str, start: int, found: re.Match[str]) -> bool:
    return key in _CUES or found.start() <= start < found.end()


def _use_cues(draft: Draft) -> None:
    """Use up what only says that there is a text: "comment", "with a message"."""
    for index, item in enumerate(draft.items):
        if draft.free(index) and item.sense("predicate") and draft.name(index) in ("has_comment", "has_no_comment"):
            draft.use(index, "nothing")
