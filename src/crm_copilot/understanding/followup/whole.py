"""Fragments that are read as a whole: a pattern covers all of their words but courtesies and little words."""

from __future__ import annotations

import re

from crm_copilot.understanding.followup.fragment import Fragment

_LEAD = (
    r"(?:(?:ok|okay|and|now|so|but|then|well|actually|no|sorry|please|just|only|what about|how about"
    r"|show|give me|show me|e|agora|entao|mas|na verdade|so|apenas|por favor|mostra|mostre|quero|me da)[, ]+)*"
)
_TRAIL = r"(?:,? (?:please|pls|instead|again|now|then|por favor|agora|em vez disso|de novo|entao))*[ ?.!]*"


def whole(pattern: str) -> re.Pattern[str]:
    """Return a pattern for a whole fragment, with what people say before and behind it."""
    return re.compile(rf"\s*{_LEAD}(?:{pattern}){_TRAIL}")


def covers(pattern: re.Pattern[str], fragment: Fragment) -> re.Match[str] | None:
    """Match a pattern with all of a fragment, whose words are used then."""
    found = pattern.fullmatch(fragment.text)
    if found is not None:
        use(fragment)
    return found


def use(fragment: Fragment) -> None:
    """Leave no word of a fragment unread and no mention unused."""
    draft = fragment.draft
    draft.fillers.update(range(len(draft.tokens)))
    draft.items.clear()
    draft.roles.clear()
    draft.doubts.clear()
