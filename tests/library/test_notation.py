"""Plans as lines: what is new in them comes back as it was, is kept as JSON, and is said in both languages."""

from __future__ import annotations

import pytest

from crm_copilot.library import codec, notation
from crm_copilot.library.describe import definitions, describe
from crm_copilot.library.render import render

LINES = (
    "revenue | by seller_id | having seller_id: revenue > mean | desc",
    "mean freight_value | by customer_state | having customer_state: mean freight_value > overall",
    "count customer | having customer_unique_id: revenue < median",
    "count lead, count lead if is_closed | by origin",
    "aov if payment_type == 'boleto', aov if payment_type == 'credit_card' | by month",
    "count order share is_late, count order share is_canceled | by month",
    "count order | by month | having each: count order > 1000",
    "count order | by seller_state, customer_state | having each: count order >= 30 | as number",
    "revenue if customer_state == 'SP' per revenue if customer_state == 'RJ'",
    "mean promised_days minus mean delivery_days | by customer_state",
    "count order | where is_late or is_canceled; customer_state == 'SP' or seller_state == 'SP'",
    "count customer if product_category == 'toys'"
    " | having without customer_unique_id: count order if product_category == 'baby or kids' > 0",
    "count order | by seller_id | in 2017-01-01..2018-01-01"
    " | having without seller_id: count order > 0 in 2018-01-01..2019-01-01",
    "count seller | in 2018-01-01..2019-01-01 | having seller_id: distinct purchase_month >= overall",
    "revenue | by customer_state | as rank | show customer_state == 'BA'",
    "count order | having order_id: count item between (2, 5)",
    "revenue | by month, product_category | having product_category: revenue top 5",
    "aov | by customer_state | having without customer_state: count order bottom 3",
    "list orders | where customer_state == 'SP' | desc 5",
)


@pytest.mark.parametrize("line", LINES)
def test_a_line_comes_back_as_it_was(line: str) -> None:
    plan = notation.parse(line)
    assert notation.write(plan) == line
    assert notation.parse(notation.write(plan)) == plan


@pytest.mark.parametrize("line", LINES)
def test_a_plan_is_kept_as_json_and_said_in_both_languages(line: str) -> None:
    plan = notation.parse(line)
    assert codec.from_json(codec.to_json(plan)) == plan
    assert describe(plan, "en") != describe(plan, "pt")
    compile(render(plan), "plan", "exec")


@pytest.mark.parametrize(
    "line", ["revenue | having nothing: revenue > 1", "revenue | having seller_id: revenue > most"]
)
def test_what_is_no_plan_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="no"):
        notation.parse(line)


def test_it_is_said_what_groups_are_held_against() -> None:
    peers, overall = (
        notation.parse(f"revenue | by seller_id | having seller_id: {m}") for m in ("revenue > mean", "aov > overall")
    )
    assert "average over every seller" in definitions(peers)
    assert "everything together" in definitions(overall)
    assert describe(peers, "pt").endswith("receita acima da média de todos")


def test_it_is_said_which_groups_are_among_the_first() -> None:
    kept = notation.parse("revenue | by month, product_category | having product_category: revenue top 5")
    assert describe(kept) == "revenue by month and category, only category among the top 5 by revenue"
    assert describe(notation.parse("list orders | desc 5")) == "list of orders, 5 newest"


def test_either_or_and_without_are_said() -> None:
    either = notation.parse("count order | where is_late or is_canceled")
    assert describe(either) == "number of orders, late or canceled"
    gone = notation.parse("count seller | having without seller_id: count order > 0 in 2018-01-01..2019-01-01")
    assert "without seller with number of orders more than 0 in 2018" in describe(gone)
