"""Words of a chat say nothing where they stand as such, and mean what they mean elsewhere."""

from __future__ import annotations

import pytest

from crm_copilot.understanding.chatter import spans, without_opening
from crm_copilot.understanding.questions import split
from understanding.asking import CALENDAR, limits, link, no_values, plan_of

IDLE = [
    ("Beleza! Faturamento de 2018 por trimestre", "faturamento de 2018 por trimestre"),
    ("opa, tudo joia? faturamento de 2018 por trimestre", "faturamento de 2018 por trimestre"),
    ("faturamento de 2018 por trimestre, blz?", "faturamento de 2018 por trimestre"),
    ("galera, joga aí o faturamento de 2018 por trimestre", "faturamento de 2018 por trimestre"),
    ("puxa pra mim o faturamento de 2018 por trimestre, vlw", "faturamento de 2018 por trimestre"),
    ("tô precisando do faturamento de 2018 por trimestre, né", "faturamento de 2018 por trimestre"),
    ("alright, quick one: freight per region lol", "freight per region"),
    ("yo folks, grab the freight per region real quick", "freight per region"),
    ("how many sellers do we have on our books in SC", "how many sellers do we have in SC"),
]


@pytest.mark.parametrize(("said", "meant"), IDLE, ids=[said for said, _ in IDLE])
def test_a_question_means_the_same_without_its_chatter(said: str, meant: str) -> None:
    assert plan_of(said) == plan_of(meant)


def test_an_imperative_is_no_ranking_and_a_ranking_no_imperative() -> None:
    assert plan_of("puxa os estados com menos pedidos, 4 deles").order == "asc"
    assert spans("que categoria mais puxa as vendas") == []


def test_a_category_keeps_its_name_where_it_is_one() -> None:
    question = "faturamento em beleza no ano de 2018"
    assert spans(question) == []
    plan = plan_of(question, link(question, "beleza", "product_category", "health_beauty", 0.75))
    assert limits(plan) == [("product_category", "==", "health_beauty")]


def test_a_nod_at_the_beginning_is_no_question_of_its_own() -> None:
    parts = split("Show! Quantos clientes do PR?", no_values, CALENDAR)
    assert len(parts) == 1


@pytest.mark.parametrize(
    ("message", "rest"),
    [("ok, cool. how many leads?", "how many leads?"), ("Beleza!", "Beleza!"), ("leads by origin", "leads by origin")],
)
def test_what_a_message_opens_with_is_taken_off_where_more_follows(message: str, rest: str) -> None:
    assert without_opening(message) == rest
