from __future__ import annotations

import inspect

import pandas as pd
import pytest

from crm_copilot.bootstrap import House
from crm_copilot.catalog import tables
from crm_copilot.library.special import functions, source
from crm_copilot.settings import load_settings
from library.small_company import FRAMES, run

TOOLS = {tool.name for tool in House(load_settings(env_file=None)).tools}


@pytest.mark.parametrize("name", functions())
def test_parameters_are_tables_or_have_defaults(name: str) -> None:
    for parameter in inspect.signature(functions()[name]).parameters.values():
        own = parameter.default is not inspect.Parameter.empty
        assert own or parameter.name in tables() or parameter.name in TOOLS
        assert not (own and parameter.name in tables())
    assert functions()[name].__doc__


def test_the_source_takes_other_defaults() -> None:
    assert "k=3" in source("bought_together", {"k": 3})
    with pytest.raises(ValueError, match="has no parameter 'colour'"):
        source("bought_together", {"colour": "red"})
    with pytest.raises(KeyError):
        source("nothing_of_ours", {})


def on_small_company(name: str) -> bool:
    """Whether the small company has the tables, and customers enough for fifths."""
    needed = [p.name for p in inspect.signature(functions()[name]).parameters.values() if p.default is p.empty]
    return set(needed) <= set(FRAMES) and name != "rfm_segments"


@pytest.mark.parametrize("name", list(filter(on_small_company, functions())))
def test_each_runs_as_it_is_written_out(name: str) -> None:
    assert run(source(name, {}), name) is not None


def test_customers_by_recency_and_spend() -> None:
    ids = [str(number) for number in range(10)]
    bought = pd.date_range("2018-01-01", periods=10)
    company = {
        "orders": pd.DataFrame({"order_id": ids, "customer_id": ids, "order_purchase_timestamp": bought}),
        "customers": pd.DataFrame({"customer_id": ids, "customer_unique_id": ids}),
        "order_items": pd.DataFrame({"order_id": ids, "price": [10.0 * n for n in range(10)]}),
    }
    segments = run(source("rfm_segments", {}), "rfm_segments", company).set_index("segment")
    assert segments["customers"].sum() == 10
    assert segments.loc["recent big spenders", "average_spend"] > segments.loc["lost", "average_spend"]


def test_who_bought_again() -> None:
    years = {"start": "2017-01-01", "end": "2018-01-01", "again_start": "2018-01-01", "again_end": "2019-01-01"}
    assert run(source("bought_again", years), "bought_again") == 1
    assert run(source("bought_again", {**years, "lost": True}), "bought_again") == 2


def test_days_between_orders() -> None:
    assert run(source("days_between_orders", {}), "days_between_orders") == pytest.approx(360.0)


def test_the_dates_that_the_data_cover() -> None:
    covered = run(source("date_range", {}), "date_range")
    assert str(covered.loc[0, "first_order"].date()) == "2017-01-10"
