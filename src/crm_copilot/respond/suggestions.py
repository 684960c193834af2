"""The next questions worth asking: the same by another group, over time, as a share; else the nearest examples."""

from __future__ import annotations

from crm_copilot.catalog import metrics
from crm_copilot.domain import Context
from crm_copilot.library import codec
from crm_copilot.library.describe import Lang, describe
from crm_copilot.library.needs import hidden_of, tables_of
from crm_copilot.library.plan import By, Plan
from crm_copilot.library.render import render, why_not
from crm_copilot.library.wording import capital

_MOST = 3
_TRY = ("customer_state", "product_category", "seller_state", "payment_type", "origin")


def suggestions(context: Context, plan: Plan | None) -> list[str]:
    """Return up to three questions that can be asked of these data, in the language of the asker."""
    tongue: Lang = "pt" if context.language == "pt" else "en"
    if plan is not None and plan.measures and not plan.special:
        plans = _variations(plan)
    else:
        examples = [p for p in context.passages if p.kind == "examples" and "plan" in p.data]
        plans = [codec.from_json(example.data["plan"]) for example in examples]
    found = [capital(describe(other, tongue)) for other in plans if _can_be_asked(other, context)]
    return list(dict.fromkeys(found))[:_MOST]


def _can_be_asked(plan: Plan, context: Context) -> bool:
    """Say whether its words are a question, and its tables are there; a special function is told by what it does."""
    if plan.special or why_not(plan) is not None:
        return False
    code = render(plan)
    return not set(tables_of(code)) & set(context.absent) and not hidden_of(code, context.scope)


def _variations(plan: Plan) -> list[Plan]:
    base = plan.but(by=(), order=None, limit=None, within=None, transform=None, reduce=None)
    timed = any(key.field == "time" for key in plan.by)
    found = [] if timed else [base.but(by=(By("time", "month"),))]
    if timed and plan.transform is None and len(plan.by) == 1:
        found.append(plan.but(transform="growth"))
    metric = plan.measures[0].metric
    likely = metrics()[metric].by if metric else ()
    used = {key.field for key in plan.by} | {condition.field for condition in plan.where}
    for field in [name for name in _TRY if name in likely] + list(_TRY):
        if field not in used:
            found.append(base.but(by=(By(field),), order="desc", limit=10))
    return found[:8]
