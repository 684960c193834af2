"""Periods that are open to one end, in the ways people say it."""

from __future__ import annotations

from datetime import date

import pytest

from understanding.asking import CALENDAR, plan_of

FIRST, LAST = CALENDAR.first, CALENDAR.last
SINCE = [
    ("reviews from May 2018 onwards", date(2018, 5, 1)),
    ("reviews from May 2018 on by state", date(2018, 5, 1)),
    ("reviews of May 2018 and later", date(2018, 5, 1)),
    ("reviews not before May 2018", date(2018, 5, 1)),
    ("reviews since May 2018 until now", date(2018, 5, 1)),
    ("avaliações de maio de 2018 em diante por estado", date(2018, 5, 1)),
    ("avaliações do início de 2018 em diante", date(2018, 1, 1)),
    ("avaliações a partir do segundo trimestre de 2018", date(2018, 4, 1)),
    ("avaliações a partir do dia 1 de junho de 2018", date(2018, 6, 1)),
    ("reviews since the 10th of May 2018", date(2018, 5, 10)),
    ("avaliações depois do dia 3 de maio de 2018", date(2018, 5, 4)),
    ("avaliações de 2018 pra frente", date(2018, 1, 1)),
]
UNTIL = [
    ("reviews up to and including June 2017", date(2017, 7, 1)),
    ("reviews no later than June 2017", date(2017, 7, 1)),
    ("avaliações até junho de 2017 inclusive", date(2017, 7, 1)),
    ("avaliações antes do dia 1 de julho de 2017", date(2017, 7, 1)),
    ("avaliações até o fim de junho de 2017", date(2017, 7, 1)),
]


@pytest.mark.parametrize(("question", "start"), SINCE, ids=[question for question, _ in SINCE])
def test_a_period_reaches_to_the_end_of_the_data(question: str, start: date) -> None:
    (period,) = plan_of(question).periods
    assert period.start == start
    assert period.end > LAST


@pytest.mark.parametrize(("question", "end"), UNTIL, ids=[question for question, _ in UNTIL])
def test_a_period_reaches_from_the_beginning_of_the_data(question: str, end: date) -> None:
    (period,) = plan_of(question).periods
    assert period.start <= FIRST
    assert period.end == end
