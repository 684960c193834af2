from __future__ import annotations

import pytest

from crm_copilot.understanding.parties import Parties, strangers

PARTIES = Parties(
    ["Eva Martins", "Ana Souza", "Ana Ribeiro", "Marcos Vidal", "Tiago Nogueira"],
    ["Horizonte Móveis", "Horizonte Tech", "Casa do Cobre", "Alto Mar Pescados", "Zênite Tech", "Kit & Casa",
     "Doce Trigo", "Estrela Papelaria", "Acme Ltd"],
)  # fmt: skip


def found(question: str) -> list[list[str]]:
    return [[party.name for party in named.parties] for named in PARTIES.find(question)]


@pytest.mark.parametrize(("question", "names"), [
    ("what did eva do for casa do cobre", [["Eva Martins"], ["Casa do Cobre"]]),
    ("What did Ana do?", [["Ana Ribeiro", "Ana Souza"]]),
    ("What did Souza do?", [["Ana Souza"]]),
    ("What did Ana Rieiro do?", [["Ana Ribeiro"]]),
    ("news from Horizonte", [["Horizonte Móveis", "Horizonte Tech"]]),
    ("news from Horizonte Tech", [["Horizonte Tech"]]),
    ("news from horizonet tehc", [["Horizonte Tech"]]),
    ("news from Zenite", [["Zênite Tech"]]),
    ("news from AltoMar Pescados", [["Alto Mar Pescados"]]),
    ("news from Acme", [["Acme Ltd"]]),
    ("o que a Eva combinou com estrela?", [["Eva Martins"], ["Estrela Papelaria"]]),
    ("what happened between tigo and Doce Trigo", [["Tiago Nogueira"], ["Doce Trigo"]]),
    ("Eva's calls with Kit & Casa", [["Eva Martins"], ["Kit & Casa"]]),
])  # fmt: skip
def test_names_are_found_in_full_in_part_and_misspelt(question: str, names: list[list[str]]) -> None:
    assert found(question) == names


@pytest.mark.parametrize("question", [
    "revenue by month in 2018", "how many orders came from São Paulo?", "quantos pedidos em março?",
    "top 10 categories by sales", "what is the average review score of late orders", "sales in Belo Horizonte",
    "which sellers have five stars", "any cheap house sold in May?",
])  # fmt: skip
def test_questions_about_numbers_name_nobody(question: str) -> None:
    assert [names for names in found(question) if "Horizonte Tech" not in names] == []


def test_dates_are_no_names() -> None:
    assert PARTIES.find("em março", [(3, 8)]) == []


@pytest.mark.parametrize(("question", "texts"), [
    ("What did Eva do for Foobar Ltd in March?", ["Foobar"]),
    ("what did eva do for foobar", ["foobar"]),
    ("What did Zeca say to Horizonte Tech?", ["Zeca"]),
    ("What did Eva do for the client last week?", []),
])  # fmt: skip
def test_a_name_of_nobody_is_told(question: str, texts: list[str]) -> None:
    dates = [(question.find("March"), question.find("March") + 5)] if "March" in question else []
    assert [named.text for named in strangers(question, PARTIES.find(question, dates), dates)] == texts


def test_the_nearest_names_are_offered() -> None:
    assert PARTIES.nearest("Horizonte Tecnologia")[0].startswith("Horizonte")
    assert PARTIES.nearest("xyzxyz") == []


def test_links_say_the_side_and_all_who_may_be_meant() -> None:
    links = PARTIES.links("What did Ana do for Casa do Cobre?")
    assert {(link.column, link.value) for link in links} == {
        ("manager", "Ana Ribeiro"), ("manager", "Ana Souza"), ("company", "Casa do Cobre"),
    }  # fmt: skip


def test_ten_thousand_companies_are_found_soon_enough() -> None:
    many = Parties([], [f"Empresa{n} Nome{n}" for n in range(10_000)])
    assert [n.parties[0].name for n in many.find("what happened with Empresa77 Nome77 in March")] == [
        "Empresa77 Nome77"
    ]
