"""Which ends of deals a question asks for."""

from __future__ import annotations

import pytest

from crm_copilot.tools.conversations.grouping import sides


@pytest.mark.parametrize(("question", "wanted"), [
    ("Why did we lose Farol?", ("lost",)), ("por que perdemos negócios em maio?", ("lost",)),
    ("what made us win in 2018?", ("won",)), ("por que ganhamos a Farol?", ("won",)),
    ("what went well and badly for Eva?", ("won", "lost")), ("o que deu certo e o que deu errado?", ("won", "lost")),
    ("lessons of our deals", ("won", "lost")),
])  # fmt: skip
def test_the_ends_that_are_asked_for(question: str, wanted: tuple[str, ...]) -> None:
    assert sides(question) == wanted
