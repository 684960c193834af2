"""Several statuses of an order: "canceled or unavailable" is either, since an order has one status only."""

from __future__ import annotations

from crm_copilot.library.plan import By, Condition, Op
from crm_copilot.understanding.draft import Draft

_STATUS = {"is_delivered": "delivered", "is_canceled": "canceled"}


def join_statuses(draft: Draft) -> None:
    """Join the conditions on the status of an order into one."""
    found = [(i, c) for i, c in draft.where if c.field == "order_status" or c.field in _STATUS]
    wanted = [pair for pair in found if _is_wanted(pair[1])]
    if wanted[:1] == found[:1] and len(wanted) < len(found):  # "shipped but not delivered" are shipped
        draft.where = [pair for pair in draft.where if pair not in found or pair in wanted]
        found = wanted
    if len(found) < 2:
        return
    values = tuple(dict.fromkeys(value for _, condition in found for value in _statuses(condition)))
    op: Op = "in" if all(_is_wanted(condition) for _, condition in found) else "not in"
    both = Condition("order_status", op, values)
    draft.where = [pair for pair in draft.where if pair not in found] + [(found[0][0], both)]
    draft.keys = [(i, k) for i, k in draft.keys if k.field != "order_status" or draft.kind(i) != "value"]
    if op == "in" and draft.has("transform", "compare"):
        draft.keys.append((found[0][0], By("order_status")))  # "the score of delivered orders against canceled ones"


def _is_wanted(condition: Condition) -> bool:
    return condition.op not in ("!=", "not in", "is not")


def _statuses(condition: Condition) -> tuple[str, ...]:
    value = _STATUS.get(condition.field, condition.value)
    return value if isinstance(value, tuple) else (value,)
