"""Whether rules hold for a client: three answers, and the figures beside them."""

from __future__ import annotations

from datetime import date

import pytest

from crm_copilot.playbook.conditions import parse
from crm_copilot.playbook.facts import Facts
from crm_copilot.playbook.judging import Judgement, judge
from crm_copilot.playbook.rules import Clause, Rule

TODAY = date(2024, 12, 15)
CLIENT = Facts("Casa Sol", "7", "Home & Furniture", 120_000.0, date(2024, 9, 16), "Elena", date(2024, 12, 1), TODAY)


def judged(*when: str, facts: Facts = CLIENT) -> Judgement:
    clause = Clause("x", tuple(parse(line) for line in when), offer=("A1",))
    (found,) = judge([Rule("r", "Rule 1", "x", "book", (clause,))], facts)
    return found


@pytest.mark.parametrize(
    ("when", "verdict"),
    [
        (["spend < 120000"], "does not hold"),
        (["spend <= 120000"], "holds"),
        (["spend between 100000 and 120000"], "holds"),
        (["spend >= 120k"], "holds"),
        (["industry is Furniture"], "holds"),
        (["industry is Finance or Furniture"], "holds"),
        (["industry is not Finance"], "holds"),
        (["industry is not Furniture"], "does not hold"),
        (["days since meeting > 90"], "does not hold"),
        (["days since meeting >= 90 days"], "holds"),
        (["days since contact <= 14"], "holds"),
        (["manager is elena"], "holds"),
        (["client is NovaTel"], "does not hold"),
        (["industry is Finance or spend > 100000"], "holds"),
        (["unclear: orders above 500"], "unknown"),
        (["spend > 100000", "unclear: orders above 500"], "unknown"),
        (["spend > 200000", "unclear: orders above 500"], "does not hold"),
        ([], "holds"),
    ],
)
def test_a_clause_holds_when_all_its_lines_do(when: list[str], verdict: str) -> None:
    assert judged(*when).verdict == verdict


def test_what_is_not_recorded_is_not_known() -> None:
    nobody = Facts("New", "8", None, None, None, None, None, TODAY)
    for line in (
        "spend < 5",
        "industry is Finance",
        "industry is not Finance",
        "days since meeting > 90",
        "manager is Elena",
    ):
        assert judged(line, facts=nobody).verdict == "unknown"


def test_the_figures_stand_beside_the_conditions() -> None:
    assert judged("spend < 150000", "days since meeting >= 90").because == (
        "spend 120,000 < 150,000", "days since meeting 90 >= 90",
    )  # fmt: skip
    assert judged("spend > 150000").because == ("spend is 120,000, it takes > 150,000",)
