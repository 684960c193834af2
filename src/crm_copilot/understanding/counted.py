"""What is listed by a number of something else: "states by number of orders", "categorias por cancelamentos"."""

from __future__ import annotations

from crm_copilot.understanding.draft import Draft

_LISTED = ("dimension", "grain", "entity")
# Predicates that are counted behind "by"; others part the rows.
_NOUNS = ("cancellations", "cancelamentos", "atrasos", "delays", "deliveries", "entregas atrasadas")


def listed_by_count(draft: Draft, index: int) -> int | None:
    """Return what is listed in "states by number of orders", where what stands behind "by" is counted."""
    head, ahead = index - 1, index + 1
    listed = draft.kind(head) in ("dimension", "grain") or draft.name(head) in ("seller", "product")
    told = any(
        draft.kind(i) in ("metric", "quantity", "agg", "transform") for i in range(head) if draft.name(i) != "rank"
    )
    if not listed or told or not draft.free(head) or not draft.touching(head, index):
        return None
    counted = draft.kind(ahead) == "entity" and draft.items[ahead].counts
    apart = (draft.kind(ahead), draft.name(ahead)) == ("agg", "count") and draft.kind(ahead + 1) == "entity"
    ranked = draft.kind(ahead) == "quantity" and draft.has("transform", "rank")
    went_wrong = draft.kind(ahead) == "predicate" and draft.word(ahead).endswith(_NOUNS)
    return head if draft.kind(head) in _LISTED and (counted or apart or ranked or went_wrong) else None
