"""The groups of conditions on groups: "only states with 50 orders"."""

from __future__ import annotations

from dataclasses import replace

from crm_copilot.catalog import entities, fields
from crm_copilot.library.plan import Having, Plan
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.measures.counts import CALENDAR


def give_groups(draft: Draft, plan: Plan) -> Plan:
    """Give each condition on groups its group: what it stands beside, else what the answer is broken down by."""
    return plan.but(having=tuple(_with_group(draft, plan, having) for having in plan.having))


def _with_group(draft: Draft, plan: Plan, having: Having) -> Having:
    key = same_kind(having.key or _group(draft, plan), plan)
    if having.measure.entity and entities()[having.measure.entity].key == key:
        draft.doubt("a group that limits itself", 0.5)
    return replace(having, key=key)


def _group(draft: Draft, plan: Plan) -> str:
    keyed = next((key.field for key in plan.by if key.field in fields()), None)
    if keyed:
        return keyed
    different = next((m.field for m in plan.measures if m.agg == "nunique" and m.field in fields()), None)
    if different in CALENDAR.values():
        return different or ""
    draft.doubt("whose groups are limited", 0.2)
    counted = next((measure.entity for measure in plan.measures if measure.entity), None)
    key = entities()[counted].key if counted else ""
    return key if key in fields() else "customer_unique_id"


def same_kind(key: str, plan: Plan) -> str:
    """Read "only states with 50 orders" as the sellers' states where the answer is by those."""
    last = key.rsplit("_", 1)[-1]
    if last not in ("state", "city", "region") or key in [k.field for k in plan.by]:
        return key
    return next((k.field for k in plan.by if k.field.rsplit("_", 1)[-1] == last), key)
