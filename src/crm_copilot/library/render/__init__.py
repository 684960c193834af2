"""Write a plan out as one Python function in plain pandas.

Every measure is taken apart into *atoms*, one aggregation over one set of rows each. Atoms that share their
rows share a frame and one `groupby`; ratios and percentages are computed from the atoms afterwards, so an
average is never averaged again.
"""

from __future__ import annotations

import re

from crm_copilot.library import joins, special
from crm_copilot.library.describe import describe
from crm_copilot.library.plan import Plan
from crm_copilot.library.render.correlations import write_correlation
from crm_copilot.library.render.listings import Hides, shows_all, write_listing
from crm_copilot.library.render.scalars import write_scalar
from crm_copilot.library.render.tables import write_table
from crm_copilot.library.script import Script

__all__ = ["render", "why_not"]


def render(plan: Plan, name: str = "answer", *, without: Hides | None = None) -> str:
    """Return the source of a function that computes the plan; `without` says which columns are not to be listed.

    Raises `joins.Unreachable` when the data do not tie together what the plan asks for.
    """
    if plan.special:
        return special.source(plan.special.name, dict(plan.special.params))
    script = Script()
    if plan.correlate:
        write_correlation(script, plan, *plan.correlate)
    elif plan.listing:
        write_listing(script, plan, plan.listing, without or shows_all)
    elif plan.by:
        write_table(script, plan)
    else:
        write_scalar(script, plan)
    return _function(script, name, plan)


def why_not(plan: Plan) -> str | None:
    """Return the sentence that says why the data cannot tie a plan's parts together, None when they can."""
    try:
        render(plan)
    except joins.Unreachable as error:
        return str(error)
    return None


def _function(script: Script, name: str, plan: Plan) -> str:
    params = [*script.needs, *(f"{key}={value!r}" for key, value in script.params.items())]
    head = [*script.imports, *(f"{key} = {value}" for key, value in script.constants.items())]
    body = "\n".join(f"    {line}" for line in script.lines)
    doc = re.sub(r'[\\"]', "", describe(plan))
    lead = "\n\n".join(head) + "\n\n\n" if head else ""
    return f'{lead}def {name}({", ".join(params)}):\n    """{doc}"""\n{body}\n'
