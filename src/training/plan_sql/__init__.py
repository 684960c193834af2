"""A plan as one DuckDB query, written from what plans mean: the check on every function the product ships.

    >>> to_sql(Plan((measure_of("revenue"),), by=(By("time", "month"),)))

This shares nothing with `crm_copilot.library`'s renderer but the catalog's `sql` entries, so that each can find the
mistakes of the other. A measure (`measures`) is computed from rows (`rows`) of the table that comes nearest to all that
is named (`places`), under conditions (`conditions`, `groups`); the groups go through `stages`.
"""

from __future__ import annotations

from crm_copilot.library.plan import Plan
from training.plan_sql.labels import regions
from training.plan_sql.listings import correlation, listing
from training.plan_sql.stages import aggregation


def to_sql(plan: Plan) -> str:
    """Return the query that computes a plan over the tables of the catalog.

    Raises:
        Unreachable: the tables do not tie together what the plan asks for.
        ValueError: the plan means nothing that can be computed from its parts alone.
    """
    if plan.special:
        raise ValueError(f"{plan.special.name} is a function of its own, not a plan")
    if plan.correlate:
        return f"with {regions()} {correlation(plan, *plan.correlate)}"
    if plan.listing:
        return f"with {regions()} {listing(plan, plan.listing)}"
    return f"with {regions()}, {aggregation(plan)}"
