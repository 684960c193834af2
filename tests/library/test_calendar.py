from __future__ import annotations

import pytest

from crm_copilot.library.calendar import dated


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("November 2017", "novembro de 2017"),
        ("January to August 2018", "janeiro a agosto de 2018"),
        ("the last 6 months (to 2018-10-16)", "nos últimos 6 meses (até 2018-10-16)"),
        ("the last 1 day (to 2018-10-16)", "nos últimos 1 dias (até 2018-10-16)"),
        ("Q3 2018", "3º trimestre de 2018"),
        ("H1 2017", "1º semestre de 2017"),
        ("since May 2018", "desde maio de 2018"),
        ("2017 to 2018", "2017 a 2018"),
        ("Monday", "segunda-feira"),
        ("2018", "2018"),
    ],
)
def test_periods_are_named_in_the_language_of_the_asker(label: str, said: str) -> None:
    assert dated(label, "pt") == said
    assert dated(label, "en") == label


def test_black_friday_keeps_its_name() -> None:
    assert dated("Black Friday 2017-11-24", "pt") == "Black Friday 2017-11-24"
