from __future__ import annotations

import pytest

from understanding.asking import line, link


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        ("spend YTD by sector", "sum total_spend_ytd | by industry"),
        ("which account manager looks after the biggest client spend ytd", "sum total_spend_ytd | by account_manager"),
        ("top 4 clients by spend this year", "sum total_spend_ytd | by client_name | desc 4"),
        ("median spend of our accounts year to date", "median total_spend_ytd"),
        ("average spend per account by industry", "mean total_spend_ytd | by industry"),
        ("how many companies have spent more than 5000 this year", "count client | where total_spend_ytd > 5000"),
    ],
)
def test_the_crm_counts_spend_since_january(question: str, plan: str) -> None:
    assert line(question).startswith(plan)


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        ("meetings per quarter", "count interaction | by quarter | where interaction_kind == 'meeting'"),
        ("number of calls by client", "count interaction | by client_name | where interaction_kind == 'call'"),
        ("interactions for each manager", "count interaction | by interaction_manager"),
        ("client notes by weekday", "count interaction | by weekday | where interaction_kind == 'note'"),
        ("how many clients had meetings", "count client | where interaction_kind == 'meeting'"),
    ],
)
def test_contacts_are_counted_by_their_kind(question: str, plan: str) -> None:
    assert line(question) == plan


def test_a_manager_is_the_one_who_met_them_or_the_one_of_the_account() -> None:
    for question, plan in (
        (
            "how many calls did Ana Prado make",
            "count interaction | where interaction_kind == 'call'; interaction_manager",
        ),
        (
            "accounts spending the most, only those of Ana Prado",
            "sum total_spend_ytd | by client_name | where account_",
        ),
    ):
        found = (
            link(question, "Ana Prado", "manager", "Ana Prado"),
            link(question, "Ana Prado", "account_manager", "Ana Prado"),
        )
        assert line(question, *found).startswith(plan)


def test_an_industry_comes_before_a_category_where_accounts_are_meant() -> None:
    for question, plan in (
        ("interactions with Electronics accounts", "count interaction | where industry == 'Electronics'"),
        ("revenue of Electronics", "revenue | where product_category == 'electronics'"),
    ):
        found = (
            link(question, "Electronics", "product_category", "electronics"),
            link(question, "Electronics", "industry", "Electronics"),
        )
        assert line(question, *found) == plan


def test_what_customers_spent_stays_revenue() -> None:
    assert line("how much did customers spend by state") == "revenue | by customer_state"
    assert line("prepare my meeting: revenue by state").startswith("revenue | by customer_state")
