"""Clients that are told by a figure: which one is taken, by what, among whom; and what is not guessed."""

from __future__ import annotations

from datetime import date

import pytest

from crm_copilot.playbook.facts import Facts
from crm_copilot.playbook.meaning import meant
from crm_copilot.playbook.superlatives import described

TODAY = date(2018, 8, 31)
CLIENTS = (
    Facts("Aurora", "1", "Retail", 900.0, date(2018, 8, 1), "Eva Martins", today=TODAY),
    Facts("Boreal", "2", "Retail", 100.0, date(2018, 1, 1), "Ana Souza", today=TODAY),
    Facts("Cais", "3", "Food & Beverage", 500.0, date(2018, 8, 30), "Ana Ribeiro", today=TODAY),
    Facts("Delfim", "4", "Food & Beverage", 500.0, None, "Eva Martins", today=TODAY),
)


@pytest.mark.parametrize(("words", "name"), [
    ("our biggest client", "Aurora"), ("the client that spends the least", "Boreal"),
    ("our smallest retail account", "Boreal"), ("o cliente que mais gasta", "Aurora"),
    ("the client we have not met for the longest time", "Boreal"), ("who did we meet most recently", "Cais"),
    ("o último cliente que visitamos", "Cais"), ("the last client we met", "Cais"),
    ("Eva Martins's smallest client", "Delfim"), ("nosso menor cliente do setor Retail", "Boreal"),
    ("the top client in food", ""), ("our second biggest client", ""), ("our fourth biggest client", "Boreal"),
])  # fmt: skip
def test_a_figure_tells_a_client(words: str, name: str) -> None:
    found = meant(words, CLIENTS, "en")
    assert found.client.name == name
    assert (found.refusal is None) == bool(name)


def test_what_was_taken_is_told_with_its_figure() -> None:
    found = meant("our biggest client in Retail", CLIENTS, "en")
    assert found.note == "Aurora: highest spend this year (900) of 2 clients with industry Retail."
    assert found.told({"answer": "Yes."})["answer"].startswith("Yes. Aurora: ")


def test_several_with_the_same_figure_are_asked_back() -> None:
    refusal = meant("our biggest client in Food & Beverage", CLIENTS, "en").refusal
    assert refusal is not None
    assert "Cais and Delfim" in refusal["answer"]
    assert [row["client_name"] for row in refusal["rows"]] == ["Cais", "Delfim"]


@pytest.mark.parametrize("words", [
    "our biggest client in Lisbon", "our biggest client by orders", "Ana's biggest client", "our newest client",
])  # fmt: skip
def test_what_the_data_cannot_tell_is_not_guessed(words: str) -> None:
    refusal = meant(words, CLIENTS, "en").refusal
    assert refusal is not None
    assert refusal["status"] == "declined"


def test_a_client_without_a_meeting_is_not_counted_among_the_met() -> None:
    found = described("the client not met for longest", CLIENTS)
    assert found is not None
    assert found.count == 3


def test_a_name_goes_before_a_figure() -> None:
    assert meant("Top Company", (Facts("Top Company", "9", spend=1.0), *CLIENTS), "en").client.name == "Top Company"
