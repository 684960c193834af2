"""The retriever of somebody who may see less: texts that may not be read, readings that need what is hidden."""

from __future__ import annotations

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.people import Scope, scope_of
from crm_copilot.retrieval.retriever import HybridRetriever


def seen_by(house: House, scope: Scope) -> HybridRetriever:
    """Return the retriever over the same values and index: what differs is what may be read."""
    return HybridRetriever(house.index, house.values, house.calendar, scope=scope)


@pytest.mark.parametrize(("collection", "found"), [("playbook", False), ("support", True), ("examples", True)])
def test_a_collection_that_may_not_be_read_is_not_searched(house: House, collection: str, found: bool) -> None:
    retriever = seen_by(house, scope_of("support"))
    assert bool(retriever.search("a customer wants a refund", collection, 5)) == found
    assert house.plain_retriever.search("a customer wants a refund", collection, 5)


def test_nor_are_its_passages_told_to_a_writer(house: House) -> None:
    question = "which discounts may we give to retail clients?"
    told = {passage.kind for passage in seen_by(house, scope_of("support")).retrieve(question).passages}
    assert "playbook" not in told
    assert "playbook" in {passage.kind for passage in house.plain_retriever.retrieve(question).passages}


@pytest.mark.parametrize(
    ("question", "hidden"),
    [
        ("how many deals were won?", ("deals",)),
        ("how many orders were there?", ()),
        ("who manages Aurora Móveis?", ("clients",)),
    ],
)
def test_a_reading_that_needs_what_is_hidden_is_marked(house: House, question: str, hidden: tuple[str, ...]) -> None:
    reading = seen_by(house, scope_of("support")).retrieve(question).reading
    assert reading is not None
    assert reading.hidden == hidden
    assert (reading.scope == "hidden") == bool(hidden)


def test_so_is_one_that_was_carried_over(house: House) -> None:
    plan = house.plain_retriever.retrieve("how many deals were won?").reading
    assert plan is not None
    assert plan.plan is not None
    given = {**plan.plan, "confidence": 0.9, "asked": "and last year?"}
    reading = seen_by(house, scope_of("support")).retrieve("deals last year", plan=given).reading
    assert reading is not None
    assert reading.hidden == ("deals",)
