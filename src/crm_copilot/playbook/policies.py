"""Which rules answer a question: those that have its words, or are near to it in meaning and share some."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.playbook.rules import Rule
from crm_copilot.playbook.subjects import keywords, share_of

_ALL, _MOST, _SOME, _NEAR, _VERY_NEAR = 0.999, 0.6, 0.3, 0.42, 0.62
_ANSWERS = 3


def relevant(question: str, rules: Sequence[Rule], near: Sequence[tuple[str, float]]) -> list[Rule]:
    """Return the rules that answer, best first; `near` are ids of passages with their likeness, 0 to 1."""
    likeness = dict(near)
    words = keywords(question)
    scored = []
    for rule in rules:
        share = share_of(words, f"{rule.title} {rule.text}")
        alike = max((likeness.get(passage, 0.0) for passage in (*rule.passages, rule.id)), default=0.0)
        if _answers(share, alike, len(words)):
            scored.append((share + alike, share, rule))
    scored.sort(key=lambda each: -each[0])
    best = scored[0] if scored else None
    return [
        rule for score, share, rule in scored[:_ANSWERS] if best and share >= best[1] - 0.01 and score > best[0] - 0.35
    ]


def _answers(share: float, alike: float, words: int) -> bool:
    """Whether a rule speaks of what is asked; one word alone is not enough where others are missing."""
    if words and share >= _ALL:
        return True
    if share >= _MOST and alike >= _NEAR / 2:
        return True
    return (share >= _SOME and alike >= _NEAR) or alike >= _VERY_NEAR
