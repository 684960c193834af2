"""What is left out: "excluding SP", "not delivered", "sem frete"."""

from __future__ import annotations

from crm_copilot.understanding.draft import Draft


def negated(draft: Draft, index: int) -> bool:
    """Whether a negation stands before a value or predicate, or before the list that it belongs to."""
    before = index - 1
    while draft.roles.get(before) in ("absorbed", "value"):
        before -= 1
    if draft.kind(before) == "no" and draft.touching(before, index, at_most=3):
        draft.use(before, "negation")
        return True
    return draft.roles.get(before) == "negation"
