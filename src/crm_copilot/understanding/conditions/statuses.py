"""Several statuses of an order: "canceled or unavailable" is either, since an order has one status only."""

from __future__ import annotations

from crm_copilot.library.plan import Condition
from crm_copilot.understanding.draft import Draft

_STATUS = {"is_delivered": "delivered", "is_canceled": "canceled"}


def join_statuses(draft: Draft) -> None:
    """Join the conditions on the status of an order into one."""
    found = [(i, c) for i, c in draft.where if c.field == "order_status" or c.field in _STATUS]
    if len(found) < 2:
        return
    values = tuple(dict.fromkeys(value for _, condition in found for value in _statuses(condition)))
    negated = any(c.op in ("!=", "not in", "is not") for _, c in found)
    both = Condition("order_status", "not in" if negated else "in", values)
    draft.where = [pair for pair in draft.where if pair not in found] + [(found[0][0], both)]
    draft.keys = [(i, k) for i, k in draft.keys if k.field != "order_status" or draft.kind(i) != "value"]


def _statuses(condition: Condition) -> tuple[str, ...]:
    value = _STATUS.get(condition.field, condition.value)
    return value if isinstance(value, tuple) else (value,)
