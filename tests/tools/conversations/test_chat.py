"""The whole way: a message, its records, a name that is asked back, and what follows."""

from __future__ import annotations


def result(house, message: str, thread: str):
    return house.copilot.ask(message, thread=thread)["results"][0]


def test_a_name_is_asked_back_and_the_answer_taken_up(house) -> None:
    first = result(house, "What did Ana do in July 2018?", "contacts-1")
    assert first["status"] == "declined"
    assert "Ana Ribeiro or Ana Souza" in first["answer"]
    second = result(house, "Ana Souza", "contacts-1")
    assert second["definition"] == "Scope: Ana Souza, July 2018"
    third = result(house, "and in 2018?", "contacts-1")
    assert third["definition"] == "Scope: Ana Souza, 2018"
    assert {row[third["columns"].index("manager")] for row in third["rows"]} == {"Ana Souza"}


def test_sources_are_the_cited_records(house) -> None:
    told = result(house, "What did Eva Martins do in July 2018?", "contacts-2")
    cited = [source for source in told["sources"] if source["kind"] == "interaction"]
    assert cited
    ids = {row[told["columns"].index("interaction_id")] for row in told["rows"]}
    assert {source["id"] for source in cited} <= ids
    assert told["chart"] is None
