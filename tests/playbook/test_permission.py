"""Whom something may be offered to where rules do not agree, over rules that are read from text."""

from __future__ import annotations

from datetime import date

from crm_copilot.playbook.book import rules_of
from crm_copilot.playbook.facts import Facts
from crm_copilot.playbook.judging import judge
from crm_copilot.playbook.names import Names
from crm_copilot.playbook.permission import candidates, permission
from crm_copilot.playbook.texts import Text

TODAY = date(2024, 12, 15)
RULES = rules_of(
    Text(
        "rules.md",
        "Rule 1: For clients with a spend below 100k offer 'Small Pack' only.\n\n"
        "Rule 2: For Farming clients propose the 'Field Kit'.\n\n"
        "Rule 3: For Mining clients avoid the 'Field Kit'.",
        (),
    ),
    Names(industries=("Farming", "Mining")),
)
SMALL = Facts(id="1", name="Little Acre", industry="Farming", spend=50_000, today=TODAY)
LARGE = Facts(id="2", name="Broad Acre", industry="Farming", spend=500_000, today=TODAY)
MINE = Facts(id="3", name="Deep Shaft", industry="Mining", spend=500_000, today=TODAY)


def listed(language: str = "en") -> dict[str, object]:
    judged = [(client, judge(RULES, client)) for client in (SMALL, LARGE, MINE)]
    return candidates(judged, "Field Kit", language)


def test_those_that_may_and_those_that_may_not_are_apart() -> None:
    told = str(listed()["answer"]).splitlines()
    assert told[0] == "Field Kit may be offered to: Broad Acre (Rule 2)."
    assert told[1] == "Ruled out for: Deep Shaft (Rule 3)."
    assert [row["client_name"] for row in listed()["rows"]] == ["Broad Acre"]


def test_a_client_of_whom_two_rules_do_not_agree_is_told_with_both() -> None:
    assert "Field Kit, Little Acre: offered by Rule 2, ruled out by Rule 1" in str(listed()["answer"])
    assert "Little Acre: oferecido por Rule 2, vetado por Rule 1" in str(listed("pt")["answer"])


def test_whether_it_may_be_offered_says_so_too() -> None:
    told = permission(judge(RULES, SMALL), SMALL, "Field Kit", "en")
    assert str(told["answer"]).startswith("Field Kit: offered by Rule 2, ruled out by Rule 1")
    assert len(told["sources"]) == 2


def test_what_no_rule_speaks_of_is_said_to_be_unsaid() -> None:
    told = candidates([(LARGE, judge(RULES, LARGE))], "Moon Shuttle", "en")
    assert told["status"] == "declined"
    assert "Moon Shuttle" in told["answer"]


def test_a_rule_that_only_its_text_speaks_of_is_quoted_with_what_decides_it() -> None:
    judged = judge(RULES, LARGE)
    told = permission(judged, LARGE, "small client", "en", [j for j in judged if j.rule.title == "Rule 1"])
    assert "Rule 1 does not apply: spend is 500,000, it takes < 100,000." in told["answer"]
    assert not told["answer"].startswith(("Yes", "No"))
