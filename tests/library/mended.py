"""Plans of the writer's corpus whose two results once differed, one or two of each kind, in the notation."""

from __future__ import annotations

from collections.abc import Iterator

from crm_copilot.library import notation
from crm_copilot.library.plan import Plan
from training.agreement import Company

KINDS = {
    "the rows that a share is one of": (
        "count order share is_same_state | where review_score > 2",
        "count order share freight_value > 5 | where has_comment",
    ),
    "a running total beside a gap": ("mean sellers_per_order | by week | where is_canceled | as cumulative",),
    "the amount of a growth": (
        "revenue | by month | in 2018-01-01..2019-01-01 | as growth absolute",
        "revenue | by customer_state, quarter | as yoy absolute",
        "count order | by year | as yoy absolute",
    ),
    "dates with gaps": (
        "count client | by account_manager, quarter",
        "count client | by semester",
        "count client | by quarter | in 2018-07-01..2019-01-01 | as yoy",
    ),
    "the top tenth of less than ten": (
        "revenue | by customer_unique_id | where customer_city == 'nowhere' | as top_share | percent 10",
        "revenue | by payment_type | as top_share | percent 10",
    ),
    "what is said of an id whose row is missing": (
        "count lead | where is_closed; is_funnel_seller",
        "conversion_rate | by month | where is_funnel_seller",
        "count deal | by landing_page_id | where is_funnel_seller",
        "count lead | where not is_funnel_seller",
        "count seller | where is_not_closed",
    ),
    "nothing on either side, by two keys": (
        "count order, mean delivery_days | by seller_state, customer_state | where customer_state == 'XX'",
    ),
}


def mended(company: Company) -> Iterator[Plan]:
    """Yield what was mended."""
    for plans in KINDS.values():
        yield from map(notation.parse, plans)
