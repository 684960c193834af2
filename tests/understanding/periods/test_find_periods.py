from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm_copilot.understanding.periods import Found, find_periods

LAST = date(2018, 8, 29)  # a Wednesday
FIRST = date(2016, 9, 4)


def days(text: str) -> list[tuple[str, str]]:
    """Return the first and the last day of each period."""
    found: list[Found] = find_periods(text, LAST, FIRST)
    return [(hit.period.start.isoformat(), (hit.period.end - timedelta(1)).isoformat()) for hit in found]


CALENDAR = [
    ("orders on 2018-03-05", ("2018-03-05", "2018-03-05")),
    ("pedidos em 05/03/2018", ("2018-03-05", "2018-03-05")),
    ("orders on 5 March 2018", ("2018-03-05", "2018-03-05")),
    ("orders on March 5th, 2018", ("2018-03-05", "2018-03-05")),
    ("orders in March 2018", ("2018-03-01", "2018-03-31")),
    ("pedidos em março de 2018", ("2018-03-01", "2018-03-31")),
    ("orders in 2018-02", ("2018-02-01", "2018-02-28")),
    ("orders in Q3 2017", ("2017-07-01", "2017-09-30")),
    ("orders in quarter 2, 2017", ("2017-04-01", "2017-06-30")),
    ("pedidos no 3º tri 2017", ("2017-07-01", "2017-09-30")),
    ("pedidos no 2T de 2017", ("2017-04-01", "2017-06-30")),
    ("pedidos na 1a metade de 2017", ("2017-01-01", "2017-06-30")),
    ("pedidos no ano de 2017", ("2017-01-01", "2017-12-31")),
    ("revenue over 2017, by month", ("2017-01-01", "2017-12-31")),
    ("orders through 2017, month by month", ("2017-01-01", "2017-12-31")),
    ("buyers in Black Friday month, November 2017", ("2017-11-01", "2017-11-30")),
    ("orders on Christmas Day 2017", ("2017-12-25", "2017-12-25")),
    ("pedidos na véspera de natal", ("2017-12-24", "2017-12-24")),
    ("pedidos nos 14 dias mais recentes", ("2018-08-16", "2018-08-29")),
    ("pedidos no terceiro trimestre de 2017", ("2017-07-01", "2017-09-30")),
    ("orders in the first half of 2018", ("2018-01-01", "2018-06-30")),
    ("orders in H2 2017", ("2017-07-01", "2017-12-31")),
    ("orders of 2017", ("2017-01-01", "2017-12-31")),
    ("Black Friday 2017", ("2017-11-24", "2017-11-24")),
]
SHORT = [
    ("pedidos em abr/17", ("2017-04-01", "2017-04-30")),
    ("pedidos em outubro/17", ("2017-10-01", "2017-10-31")),
    ("late orders in Mar 18", ("2018-03-01", "2018-03-31")),
    ("late orders on Mar 18", ("2018-03-18", "2018-03-18")),
    ("orders Apr 3 to Apr 17", ("2018-04-03", "2018-04-17")),
    ("leads Nov 17 - Feb 18", ("2017-11-01", "2018-02-28")),
    ("leads jan-jun/18", ("2018-01-01", "2018-06-30")),
    ("revenue 2H17", ("2017-07-01", "2017-12-31")),
    ("revenue H1'18", ("2018-01-01", "2018-06-30")),
    ("revenue Q2'18", ("2018-04-01", "2018-06-30")),
    ("receita do 2º sem de 2017", ("2017-07-01", "2017-12-31")),
    ("receita do 1o tri/18", ("2018-01-01", "2018-03-31")),
    ("second-half 2017 revenue", ("2017-07-01", "2017-12-31")),
    ("FY17 revenue", ("2017-01-01", "2017-12-31")),
    ("pedidos de 5/3/18", ("2018-03-05", "2018-03-05")),
    ("pedidos de 15/7/2018 pra cá", ("2018-07-15", "2018-08-29")),
]
PARTS = [
    ("orders in the first two weeks of June 2018", ("2018-06-01", "2018-06-14")),
    ("orders in the first fortnight of April", ("2018-04-01", "2018-04-14")),
    ("pedidos da segunda quinzena de maio/18", ("2018-05-16", "2018-05-31")),
    ("pedidos da última semana de julho de 2018", ("2018-07-25", "2018-07-31")),
    ("pedidos de julho de 2018 (10 a 20)", ("2018-07-10", "2018-07-20")),
    ("pedidos dos 2 primeiros meses de 2018", ("2018-01-01", "2018-02-28")),
    ("orders in the last month of 2017", ("2017-12-01", "2017-12-31")),
    ("orders in the second half of May 2018", ("2018-05-16", "2018-05-31")),
    ("orders in the first months of 2018", ("2018-01-01", "2018-12-31")),
]
RELATIVE = [
    ("orders last month", ("2018-07-01", "2018-07-31")),
    ("pedidos do mês passado", ("2018-07-01", "2018-07-31")),
    ("orders this month", ("2018-08-01", "2018-08-31")),
    ("orders last year", ("2017-01-01", "2017-12-31")),
    ("orders last quarter", ("2018-04-01", "2018-06-30")),
    ("orders last week", ("2018-08-20", "2018-08-26")),
    ("orders in the last 10 days", ("2018-08-20", "2018-08-29")),
    ("pedidos dos últimos 3 meses", ("2018-05-30", "2018-08-29")),
    ("orders year to date", ("2018-01-01", "2018-08-29")),
    ("orders yesterday", ("2018-08-28", "2018-08-28")),
    ("orders in May", ("2018-05-01", "2018-05-31")),
    ("orders in November", ("2017-11-01", "2017-11-30")),
]
RANGES = [
    ("orders from January to March 2018", ("2018-01-01", "2018-03-31")),
    ("pedidos de janeiro a março de 2018", ("2018-01-01", "2018-03-31")),
    ("orders between 2017-05-02 and 2017-06-03", ("2017-05-02", "2017-06-03")),
    ("20 to 26 November 2017", ("2017-11-20", "2017-11-26")),
    ("orders since May 2018", ("2018-05-01", "2018-08-29")),
    ("pedidos a partir de maio de 2018", ("2018-05-01", "2018-08-29")),
    ("orders before 2017", ("2016-09-04", "2016-12-31")),
    ("orders until March 2017", ("2016-09-04", "2017-03-31")),
    ("orders after June 2018", ("2018-07-01", "2018-08-29")),
]


@pytest.mark.parametrize(("text", "expected"), [*CALENDAR, *SHORT, *PARTS, *RELATIVE, *RANGES])
def test_one_period(text: str, expected: tuple[str, str]) -> None:
    assert days(text) == [expected]


def test_a_month_takes_the_year_of_its_neighbour() -> None:
    assert days("orders in May and June 2017") == [("2017-05-01", "2017-05-31"), ("2017-06-01", "2017-06-30")]


def test_the_same_months_of_another_year() -> None:
    assert days("January to April 2018 against the same period of 2017") == [
        ("2018-01-01", "2018-04-30"), ("2017-01-01", "2017-04-30"),
    ]  # fmt: skip


def test_months_of_two_years() -> None:
    assert days("2017 and 2018 (January to April)")[:2] == [("2017-01-01", "2017-04-30"), ("2018-01-01", "2018-04-30")]


def test_months_named_before_the_years_hold_for_both() -> None:
    expected = [("2017-03-01", "2017-05-31"), ("2018-03-01", "2018-05-31")]
    assert days("from March to May, orders of 2017 and of 2018") == expected


def test_a_period_said_twice_is_one() -> None:
    assert len(days("Black Friday 2017 (24/11/2017)")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "orders above 2000",
        "top 2018 sellers",
        "they may come",
        "R$ 2017",
        "rio de janeiro",
        "out of all",
        "os dez maiores",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert days(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "comparison of orders between 2017 and 2018",
        "receita do 1º semestre de 2017 contra o de 2018",
        "revenue from the 1st to the 2nd quarter of 2018",
        "pedidos em mai/17 e mai/18",
        "1T18 x 2T18",
        "o 2º trimestre de 2017 e o 2º de 2018",
    ],
)
def test_two_periods_that_are_put_side_by_side(text: str) -> None:
    assert len(days(text)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "revenue of each month against the previous month",
        "a variação sobre o mês anterior, por mês",
        "em que mês a receita mais cresceu em relação ao mês anterior",
        "which month grew most against the previous month",
    ],
)
def test_the_step_before_in_a_series_is_no_period(text: str) -> None:
    assert days(text) == []


@pytest.mark.parametrize(
    "text",
    ["bought out-of-state in 2017", "3 out of 10 in 2017", "os dez maiores vendedores de 2017", "2017, sem frete"],
)
def test_words_that_are_also_months_are_none_beside_a_year(text: str) -> None:
    assert days(text) == [("2017-01-01", "2017-12-31")]


def test_months_without_a_year_follow_each_other() -> None:
    assert days("por mês, jan a dez") == [("2017-01-01", "2017-12-31")]


def test_an_amount_is_no_year() -> None:
    assert days("the 4 quarters by orders") == []
    assert days("sellers with over 2017 orders") == []
