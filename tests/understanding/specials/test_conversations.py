from __future__ import annotations

from datetime import date

import pytest

from crm_copilot.understanding.parties import Parties
from crm_copilot.understanding.reader import Calendar, read

CALENDAR = Calendar(date(2016, 9, 1), date(2018, 8, 31))
PARTIES = Parties(["Eva Martins", "Ana Souza"], ["Farol Eletrônicos", "Casa do Cobre"])


def form(question: str) -> str | None:
    """Return the form in which contacts are asked for, None when something else is."""
    plan = read(question, PARTIES.links(question), CALENDAR).plan
    if plan is None or plan.special is None or plan.special.name != "what_was_said":
        return None
    return str(dict(plan.special.params)["form"])


@pytest.mark.parametrize("question", [
    "What did Eva do for Farol in March?", "what has Eva been up to with Farol", "Any news from Casa do Cobre?",
    "Summarise the calls with Farol this quarter", "recap of last week's meetings", "What was agreed in July?",
    "Walk me through Eva's week with Farol", "Did Eva get anywhere with Farol in May?",
    "What did we promise Farol about the discount?", "bring me up to date on Farol",
    "O que a Eva combinou com a Farol em maio?", "resuma as reuniões da semana passada", "novidades da Farol?",
])  # fmt: skip
def test_what_was_said_is_summarised(question: str) -> None:
    assert form(question) == "summary"


@pytest.mark.parametrize(("question", "wanted"), [
    ("Who spoke to Farol last week?", "who"), ("quem falou com a Farol em maio?", "who"),
    ("When did we last talk to Farol?", "last"), ("quando foi a última conversa com a Farol?", "last"),
    ("What went well and badly across won and lost deals, by manager?", "ends"), ("Why did we lose Farol?", "ends"),
    ("o que deu certo e o que deu errado em 2018?", "ends"), ("Which deals did Eva lose in 2018 and why?", "ends"),
    ("how did our won deals differ from the lost ones?", "ends"), ("What made us lose accounts in May?", "ends"),
    ("quais negócios a Eva perdeu em 2018 e por quê?", "ends"), ("Which deals has Eva won since May?", "ends"),
    ("Where did Eva win and where did she lose?", "ends"), ("What was the reason Farol left us?", "ends"),
    ("who's been dealing with Farol?", "who"), ("Who was the last of us to visit Farol?", "last"),
])  # fmt: skip
def test_the_other_forms(question: str, wanted: str) -> None:
    assert form(question) == wanted


@pytest.mark.parametrize("question", [
    "How many calls did Eva Martins have in March?", "interactions by manager", "number of meetings by month",
    "revenue by month in 2018", "what happened to orders in March?", "what did customers buy in May?",
    "which customers bought toys in March 2018?", "how many deals did we win in 2018?", "quantas reuniões em maio?",
    "what is the average delivery time", "who sold the most in 2018?", "What do I pitch to Farol tomorrow?",
    "weather in Recife", "thank you", "what should we do about late deliveries", "deals won by month",
    "I have a call with Farol tomorrow, what's the angle?", "which categories lost the most revenue?",
    "how much did Farol turn over in May?", "at what hour do orders of Farol peak?", "quanto faturamos com a Farol?",
])  # fmt: skip
def test_numbers_and_advice_are_somebody_else_s(question: str) -> None:
    assert form(question) is None
