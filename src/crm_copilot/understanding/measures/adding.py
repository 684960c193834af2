"""Add a measure to the draft, under the name that it has in the catalog."""

from __future__ import annotations

from crm_copilot.library.plan import Agg, Measure, aggregate_of, count_of, measure_of
from crm_copilot.understanding.draft import Draft

_LISTING = frozenset(", and e & vs versus + 和 与 及 the y o a os as".split())
_ARTICLES = frozenset("the y o a os as".split())
# Quantities that have a metric's name when they are aggregated so.
_METRICS: dict[tuple[str, Agg | None], str] = {
    ("review_score", None): "average_review_score", ("review_score", "mean"): "average_review_score",
    ("order_value", None): "aov", ("order_value", "mean"): "aov",
    ("freight_value", "sum"): "total_freight", ("price", "sum"): "revenue", ("order_value", "sum"): "revenue",
}  # fmt: skip


def add(draft: Draft, index: int, measure: Measure) -> None:
    """Use a mention as a measure; the same measure is added once."""
    draft.use(index, "measure")
    if all(measure != known for _, known in draft.measures):
        draft.measures.append((index, measure))


def add_count(draft: Draft, index: int, entity: str) -> None:
    """Use a mention as the count of a thing. Items that were never sold are products: no order holds them."""
    never = any(c.field in ("is_never_sold", "has_no_category") for _, c in draft.where)
    add(draft, index, count_of("product" if entity == "item" and never else entity))


def aggregated(name: str, agg: Agg | None) -> Measure:
    """Return the measure of a quantity, by the metric that has a name for it where there is one."""
    metric = _METRICS.get((name, agg))
    return measure_of(metric) if metric else aggregate_of(name, agg)


def are_listed(draft: Draft, left: int, right: int) -> bool:
    """Whether two mentions stand in a list: with a comma or "and" between them."""
    words = draft.gap(left, right)
    return any(word not in _ARTICLES for word in words) and all(word in _LISTING for word in words)
