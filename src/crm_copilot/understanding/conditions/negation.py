"""What is left out: "excluding SP", "not delivered", "sem frete"."""

from __future__ import annotations

from crm_copilot.understanding.draft import Draft

_BUT = frozenset(("but", "menos"))
_ANY = frozenset("any all every everything everywhere anything todo toda tudo qualquer".split())


def negated(draft: Draft, index: int) -> bool:
    """Whether a negation stands before a value or predicate, or before the list that it belongs to."""
    before = index - 1
    while draft.roles.get(before) in ("absorbed", "value"):
        before -= 1
    if draft.kind(before) == "no" and draft.touching(before, index, at_most=3):
        draft.use(before, "negation")
        return True
    return draft.roles.get(before) == "negation" or _all_but(draft, index)


def _all_but(draft: Draft, index: int) -> bool:
    """Whether "but" leaves the value out: "any payment method but vouchers"."""
    return (
        bool(draft.before(index, 1)) and draft.before(index, 1)[0] in _BUT and bool(_ANY & set(draft.before(index, 7)))
    )
