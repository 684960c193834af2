"""The place of one named thing among all: "where does Bahia stand by revenue?", "em que posição está SP?"."""

from __future__ import annotations

import re

from crm_copilot.catalog import fields
from crm_copilot.library.plan import By, Condition, Plan
from crm_copilot.understanding.draft import Draft

_PLACE = r"(?:rank|ranking|place|position|placement|spot|standing)"
_ASKED = re.compile(
    rf"\bwhere (?:does|do|did|is|are|was)\b.*\b(?:stand|stands|rank|ranks|ranked|place|placed|come|land|sit|fall)\b"
    rf"|\b(?:what|which) (?:is|was|'s)?\s*(?:the )?(?:sales |revenue )?{_PLACE}\b|\bin (?:what|which) {_PLACE}\b"
    rf"|\bhow (?:high |low |well )?(?:does|do|did) .*\brank\b|'s {_PLACE}\b|\b(?:the )?{_PLACE} of\b"
    r"|\b(?:posi[çc][ãa]o|coloca[çc][ãa]o|lugar|ranking|classifica[çc][ãa]o)"
    r" (?:de|d[oa]s?|est[áa]|fica|ocupa|aparece)\b"
    r"|\b(?:em que|em qual|qual (?:é )?(?:a|o)?) ?(?:posi[çc][ãa]o|lugar|coloca[çc][ãa]o)\b"
    r"|\bonde (?:est[áa]|fica|se encontra|aparece)\b.*\b(?:ranking|em|por)\b",
    re.IGNORECASE,
)
_UNUSED = ("transform", "order", "agg", "list")


def place(draft: Draft, plan: Plan) -> Plan:
    """Rank all values of the one that is named, and show its place."""
    asked = _ASKED.search(draft.question)
    if asked is None or len(plan.measures) != 1 or plan.listing or plan.transform:
        return plan
    named = [condition for condition in plan.where if _is_named(condition)]
    keyed = [key for key in plan.by if not named or key.field != named[0].field]
    if len(named) != 1 or keyed or plan.having:
        return plan
    for index, item in enumerate(draft.items):
        if item.kind in _UNUSED:
            draft.use(index, "rank")
    inside = (i for i, token in enumerate(draft.tokens) if asked.start() <= token.start < asked.end())
    draft.fillers.update(inside)
    where = tuple(condition for condition in plan.where if condition not in named)
    by, order = (By(named[0].field),), "asc" if plan.order == "asc" else None
    return plan.but(by=by, where=where, transform="rank", show=tuple(named), order=order, limit=None)


def _is_named(condition: Condition) -> bool:
    known = fields().get(condition.field)
    return condition.op == "==" and known is not None and known.kind == "dimension"
