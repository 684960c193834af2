"""Clients by name: as it is written, in part, misspelt, and when it means several or nobody."""

from __future__ import annotations

import pytest

from crm_copilot.playbook.facts import Facts, find

CLIENTS = [
    Facts(name, str(number))
    for number, name in enumerate(
        ["MegaBev Corp", "TechGiant", "FreshMart", "Horizonte Móveis", "Horizonte Tech", "Aurora Móveis",
         "Casa do Cobre",
 "Pão & Cia", "Hotel Miramar", "Hotel Mirador", "Grão Mestre Cafés"]
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("TechGiant", "TechGiant"), ("techgiant", "TechGiant"), ("Tech Giant", "TechGiant"), ("techgaint", "TechGiant"),
        ("TechGiants", "TechGiant"), ("megabev", "MegaBev Corp"), ("Mega Bev Corp.", "MegaBev Corp"),
        ("fresh mart", "FreshMart"), ("Aurora", "Aurora Móveis"), ("aurora moveis", "Aurora Móveis"),
        ("horizonte tech", "Horizonte Tech"), ("Grao Mestre", "Grão Mestre Cafés"), ("pao e cia", "Pão & Cia"),
        ("the people at Casa do Cobre", "Casa do Cobre"), ("TechGiant's", "TechGiant"), ("1", "TechGiant"),
    ],
)  # fmt: skip
def test_a_name_is_found(said: str, name: str) -> None:
    assert [client.name for client in find(said, CLIENTS).clients] == [name]


def test_a_misspelt_name_says_so() -> None:
    assert find("TechGiant", CLIENTS).exact
    assert not find("techgaint", CLIENTS).exact


@pytest.mark.parametrize("said", ["Horizonte", "Móveis", "Hotel", "Hotel Mirado"])
def test_a_name_of_several_is_not_guessed(said: str) -> None:
    found = find(said, CLIENTS).clients
    assert len(found) == (1 if said == "Hotel Mirado" and found[0].name == "Hotel Mirador" else 2)


@pytest.mark.parametrize("said", ["GlobalRetail", "Nobody", "", "???", "x"])
def test_nobody_is_found_for_a_name_that_is_none(said: str) -> None:
    assert find(said, CLIENTS).clients == ()
