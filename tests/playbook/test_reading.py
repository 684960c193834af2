"""Rules in many wordings: when they hold, what they tell to offer and what not, and what nobody can tell."""

from __future__ import annotations

import pytest

from crm_copilot.playbook.conditions import write
from crm_copilot.playbook.names import Names
from crm_copilot.playbook.reading import read
from crm_copilot.playbook.rules import Rule
from crm_copilot.playbook.splitting import Piece, split

NAMES = Names(("Electronics", "Finance", "Retail", "Healthcare"), ("NovaTel", "Casa Sol"), ("Elena", "Marco"))
Read = list[tuple[list[str], list[str], list[str]]]


def rule_of(text: str) -> Rule:
    return read(Piece("", text), 1, "book", NAMES)


def clauses(text: str) -> Read:
    return [([write(line) for line in c.when], list(c.offer), list(c.avoid)) for c in rule_of(text).clauses]


WHEN = [
    ("For Retail clients, pitch 'Shelf Ads'.", ["industry is Retail"]),
    ("Clients in finance or healthcare get 'Audit Pack'.", ["industry is Finance or Healthcare"]),
    ("Aerospace accounts: lead with 'Wing Banner'.", ["industry is Aerospace"]),
    ("For non-Retail clients, recommend 'Search Ads'.", ["industry is not Retail"]),
    ("Anybody except Healthcare clients may be shown 'Quiz Ads'.", ["industry is not Healthcare"]),
    ("For NovaTel, never mention 'Project Owl'.", ["client is NovaTel"]),
    ("For accounts managed by Elena, offer 'Copy Desk'.", ["manager is Elena"]),
    ("If spend is below 150k, avoid 'Video'.", ["spend < 150000"]),
    ("Clients who spend at least R$ 1.5 million get 'Gold'.", ["spend >= 1500000"]),
    ("Clients spending US$ 80,000 or more get 'Gold'.", ["spend >= 80000"]),
    ("Clients with a budget of no more than 90k get 'Light'.", ["spend <= 90000"]),
    ("Clients whose YTD spend is between 20k and 60k get 'Plus'.", ["spend between 20000 and 60000"]),
    ("Clients who spend 80 to 120k get 'Plus'.", ["spend between 80000 and 120000"]),
    ("Unless a client spends over 200k, avoid 'Custom Work'.", ["spend <= 200000"]),
    ("If the last meeting was more than 90 days ago, propose 'Visit'.", ["days since meeting > 90"]),
    ("If we have not met them for three months, propose 'Visit'.", ["days since meeting > 90"]),
    ("If the client was visited in the last 10 days, avoid 'Calls'.", ["days since meeting <= 10"]),
    ("If nobody has spoken to the client for 6 weeks, send 'News'.", ["days since contact > 42"]),
    ("If the industry is Finance or spend is above 400k, offer 'Desk'.", ["industry is Finance or spend > 400000"]),
    ("Para clientes do setor de Retail com gasto acima de R$ 150 mil, ofereça 'Ouro'.",
     ["industry is Retail", "spend > 150000"]),
    ("Se a última reunião foi há mais de 60 dias, proponha 'Visita'.", ["days since meeting > 60"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "when"), WHEN, ids=[text for text, _ in WHEN])
def test_when_a_rule_holds(text: str, when: list[str]) -> None:
    assert clauses(text)[0][0] == when


ACTIONS = [
    ("Do not push for video ads with clients below 50k.", [], ["video ads"]),
    ("Healthcare clients must not be offered refurbished goods.", [], ["refurbished goods"]),
    ("'Video' is off-limits for clients below 50k.", [], ["Video"]),
    ("For Retail clients, lead with 'A1', never with 'B2'.", ["A1"], ["B2"]),
    ("For Retail clients recommend 'A1' instead of 'B2'.", ["A1"], ["B2"]),
    ("For Retail clients, propose an entry bundle.", ["entry bundle"], []),
    ("For Retail clients, refrain from offering 'A1' or 'B2'.", [], ["A1", "B2"]),
    ("For Retail clients, propose a visit before sending any offer.", ["visit"], []),
]


@pytest.mark.parametrize(("text", "offer", "avoid"), ACTIONS, ids=[text for text, *_ in ACTIONS])
def test_what_a_rule_tells_to_do(text: str, offer: list[str], avoid: list[str]) -> None:
    assert clauses(text)[0][1:] == (offer, avoid)


def test_a_later_sentence_stands_under_the_conditions_before_it() -> None:
    (clause,) = clauses("For Retail clients below 50k offer 'Small'. Never propose 'Large'.")
    assert clause == (["industry is Retail", "spend < 50000"], ["Small"], ["Large"])


def test_what_limits_half_a_sentence_limits_that_half() -> None:
    first, second = clauses("For Retail clients propose 'A1'; if spend is above 90k, propose 'B2'.")
    assert first == (["industry is Retail"], ["A1"], [])
    assert second == (["industry is Retail", "spend > 90000"], ["B2"], [])


def test_below_that_and_otherwise_turn_a_condition_round() -> None:
    assert [c[0] for c in clauses("Clients above 90k get 'A1'. Below that, propose 'B2'.")] == [
        ["spend > 90000"], ["spend <= 90000"],
    ]  # fmt: skip
    assert clauses("If spend is under 10k offer 'A1'. Otherwise offer 'B2'.")[1][0] == ["spend >= 10000"]


def test_only_to_some_is_forbidden_to_the_others() -> None:
    assert clauses("Offer 'Gold' only to clients who spend at least 500k.") == [
        (["spend >= 500000"], ["Gold"], []), (["spend < 500000"], [], ["Gold"]),
    ]  # fmt: skip


def test_nothing_else_is_told() -> None:
    assert [c.only for c in rule_of("Clients below 10k: recommend only 'Light'.").clauses] == [True]
    assert [c.only for c in rule_of("Clients below 10k: recommend 'Light'.").clauses] == [False]


UNCLEAR = [
    "If a client's orders arrived late this quarter, offer free freight.",
    "New clients may receive a free trial.",
    "For Retail clients with an active loyalty programme, propose 'Points'.",
    "Offer up to ten instalments on orders above R$ 500.",
    "Offer a second category only when the last two orders arrived on time.",
    "If spend is below 150k and the client has no campaign running, propose 'Push'.",
]


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_the_data_cannot_tell_is_kept_as_a_condition(text: str) -> None:
    assert any(line.startswith("unclear: ") for line in clauses(text)[0][0])


def test_a_product_is_no_industry_though_its_name_has_one() -> None:
    assert clauses("Never discuss the 'Retail Media Clients' report.") == [([], [], ["Retail Media Clients"])]


def test_a_text_without_a_rule_is_not_read() -> None:
    assert rule_of("We were founded in 1987 and are proud of it.").status == "not read"
    assert rule_of("").clauses == ()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Rule 1: Offer 'A' to all.\nRule 2: Never offer 'B'\nto anybody.", 2),
        ("1. Offer 'A1' to everybody.\n2. Never offer 'B2'.", 2),
        ("# Book\n\n## One\n\nOffer 'A1' to all.\n\n## Two\n\n- Never offer 'B2'.\n- Avoid 'C3' as well.", 3),
        ("Offer 'A1' to everybody.\n\nNever offer 'B2' to anybody.", 2),
    ],
)
def test_a_text_is_cut_into_its_rules(text: str, count: int) -> None:
    assert len(split(text)) == count


def test_line_breaks_of_a_page_are_no_ends_of_rules() -> None:
    (first, _) = split(
        "Snippet 1: \"If spend is below 10k, do not push \nfor re-\nengagement .\" \nSnippet 2: 'x y z a b c d'"
    )
    assert first.text == "If spend is below 10k, do not push for re-engagement."
    assert first.label == "Snippet 1"
