"""Questions about a client who is told by a figure, and messages that are not cut because of it."""

from __future__ import annotations

from datetime import date

import pytest

from crm_copilot.domain import LinkedValue
from crm_copilot.understanding.reader import Calendar, read
from crm_copilot.understanding.specials.asking_texts import request_of
from crm_copilot.understanding.specials.whole import is_one

CALENDAR = Calendar(date(2016, 9, 1), date(2018, 8, 31))


def links_of(question: str) -> list[LinkedValue]:
    """Return the clients, managers and industries of a question, as the index would."""
    known = {
        "client_name": ["Umbu Saúde"], "account_manager": ["Eva Martins", "Rafael Teixeira"], "industry": ["Retail"],
    }  # fmt: skip
    return [
        LinkedValue(name, "clients", column, name, 1.0, question.find(name), question.find(name) + len(name))
        for column, names in known.items()
        for name in names
        if name in question
    ]


def asked(question: str) -> tuple[str, dict[str, object]]:
    """Return the tool function that a question asks, with what is filled in."""
    plan = read(question, links_of(question), CALENDAR).plan
    return (plan.special.name, dict(plan.special.params)) if plan and plan.special else ("", {})


@pytest.mark.parametrize(("question", "function", "name"), [
    ("What should I pitch to our biggest client?", "what_to_pitch", "our biggest client"),
    ("Which of our accounts spends the most and what may I sell them?", "what_to_pitch", "spends the most"),
    ("Who looks after our smallest account in Retail?", "client_facts", "our smallest account in Retail"),
    ("Quem cuida do nosso maior cliente?", "client_facts", "nosso maior cliente"),
    ("What industry is our top client in?", "client_facts", "our top client"),
])  # fmt: skip
def test_a_client_is_told_by_a_figure(question: str, function: str, name: str) -> None:
    found, values = asked(question)
    assert found == function
    assert str(values["name"]).endswith(name)


@pytest.mark.parametrize("question", [
    "Who did we meet most recently?", "Which client have we not met for longest?",
    "Qual foi o último cliente que visitamos?", "Who was the last client we met?",
])  # fmt: skip
def test_whom_we_met_is_a_question_about_meetings(question: str) -> None:
    found, values = asked(question)
    assert (found, values["fact"]) == ("client_facts", "meeting")


@pytest.mark.parametrize("question", [
    "Who is our biggest customer?", "Top 5 customers by revenue", "Which state has the biggest customers?",
    "What is the revenue of the top category?", "Which account manager has the biggest client spend?",
])  # fmt: skip
def test_questions_about_numbers_are_left_to_the_grammar(question: str) -> None:
    assert asked(question)[0] not in ("client_facts", "what_to_pitch", "client_list")


@pytest.mark.parametrize("message", [
    "Where did Rafael win and where did he lose in 2018?", "Who is our smallest client and who looks after them?",
    "Shopper says he lost his invoice. Steps?", "Onde a Eva ganhou e onde perdeu?",
])  # fmt: skip
def test_what_a_tool_answers_at_once_is_not_cut(message: str) -> None:
    assert is_one(message)


@pytest.mark.parametrize("message", ["How many orders in 2017? And which state had most?", "Who is our top customer?"])
def test_other_messages_are_cut_as_before(message: str) -> None:
    assert not is_one(message)


def test_two_facts_of_a_client_are_told_together() -> None:
    found, values = asked("What is Umbu Saúde's industry and who owns the account?")
    assert (found, values) == ("client_facts", {"name": "Umbu Saúde"})


def test_clients_of_two_managers_are_those_of_both() -> None:
    found, values = asked("Which clients do Eva Martins and Rafael Teixeira look after?")
    assert (found, values["manager"]) == ("client_list", "Eva Martins, Rafael Teixeira")


@pytest.mark.parametrize(("question", "about"), [
    ("Is Umbu Saúde a large account?", "large account"), ("Can Umbu Saúde have branded content?", "branded content"),
    ("A Umbu Saúde pode receber vídeo premium?", "vídeo premium"),
    ("Is our biggest client allowed a premium video?", "premium video"),
])  # fmt: skip
def test_whether_a_client_may_have_something(question: str, about: str) -> None:
    found, values = asked(question)
    assert (found, values["about"]) == ("what_to_pitch", about)


def test_a_service_is_no_offer() -> None:
    assert asked("Can Umbu Saúde get a refund?")[0] == "playbook_says"


@pytest.mark.parametrize("question", [
    "Is there anything we must not promise about prices?", "How quickly do we have to answer a bad review?",
    "What do we have to do before a client we have not met for half a year gets an offer?",
    "What are the rules when a deal was lost on price?",
    "Do we need approval before we quote prices?", "How much may I knock off without asking anyone?",
])  # fmt: skip
def test_what_one_may_or_must_do_is_asked_of_the_playbook(question: str) -> None:
    assert asked(question)[0] == "playbook_says"


@pytest.mark.parametrize(("message", "wish"), [
    ("How do I place an order for a customer over the phone?", "How do I place an order for a customer over the phone"),
    ("Shopper says he lost his invoice. Steps?", "he lost his invoice"),
])  # fmt: skip
def test_what_the_customer_wants_is_what_is_looked_for(message: str, wish: str) -> None:
    assert request_of(message) == wish


def test_a_request_that_is_only_told_is_one() -> None:
    assert asked("customer wants to know where his parcel is")[0] == "guided_steps"
