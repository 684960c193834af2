"""What is left out: "excluding SP", "not delivered", "sem frete"."""

from __future__ import annotations

from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import plain

_BUT = frozenset(("but", "menos"))
# Negations that stand behind what they leave out: "cancelled orders left out".
_BEHIND = frozenset(
    "left out;taken out;kept out;not included;not counted;filtered out;stripped out;thrown out;put aside;set aside"
    ";excluded;omitted;removed;ignored;excluidos;excluidas;excluido;excluida;de fora;deixados de fora;deixadas de fora"
    ";desconsiderados;desconsideradas;removidos;removidas".split(";")
)
_ALSO = frozenset("and & or nor e ou nem".split())
_ANY = frozenset("any all every everything everywhere anything todo toda tudo qualquer".split())


def negated(draft: Draft, index: int) -> bool:
    """Whether a negation stands before or right behind a value or predicate, or the list that it belongs to."""
    before = index - 1
    while draft.roles.get(before) in ("absorbed", "value") and _are_one_list(draft, before, index):
        before -= 1
    if draft.word(before) == "ones":
        before -= 1  # "without the ones in SP"
    if draft.kind(before) == "no" and plain(draft.word(before)) not in _BEHIND and draft.touching(before, index, 3):
        draft.use(before, "negation")
        return True
    if draft.named(index, "value") == "product_category" and draft.named(before, "predicate") == "has_no_category":
        draft.use(before, "negation")
        return True  # "without the category toys"
    return draft.roles.get(before) == "negation" or _all_but(draft, index) or _is_left_out(draft, index)


def _are_one_list(draft: Draft, before: int, index: int) -> bool:
    """Whether a negation of a value holds for a predicate behind it: "without SP and late", not "without SP, late"."""
    return draft.kind(index) != "predicate" or bool(_ALSO & set(draft.gap(before, index)))


def _is_left_out(draft: Draft, index: int) -> bool:
    """Whether a negation stands behind: "cancelled orders left out", "SP and RJ excluded"."""
    after = index + 1
    while draft.kind(after) in ("value", "entity") and draft.touching(after - 1, after, at_most=1):
        after += 1
    behind = draft.kind(after) == "no" and plain(draft.word(after)) in _BEHIND
    if not behind or not draft.touching(after - 1, after, at_most=2):
        return False
    draft.use(after, "negated")
    return True


def _all_but(draft: Draft, index: int) -> bool:
    """Whether "but" leaves the value out: "any payment method but vouchers"."""
    return (
        bool(draft.before(index, 1)) and draft.before(index, 1)[0] in _BUT and bool(_ANY & set(draft.before(index, 7)))
    )
