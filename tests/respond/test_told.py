"""What a tool told becomes the answer; what a program says of itself does not."""

from __future__ import annotations

from typing import Any

import pytest
from fakes import context, program

from crm_copilot.domain import Attempt, Execution, Verdict
from crm_copilot.respond import respond

TOLD = {
    "answer": "Elif.",
    "rows": [{"client_name": "TechGiant", "account_manager": "Elif"}],
    "sources": [{"kind": "client", "id": "102", "text": "TechGiant, Elif"}],
    "next": ["Who manages FinTrust?"],
}
PASSES_ON = "def client_fact(client, name='TechGiant'):\n    return client(name=name)\n"


def answered(value: Any, code: str = PASSES_ON) -> dict[str, Any]:
    shown = Execution("ok", ("key", "value"), (("answer", "Elif."),), "mapping", value, 1)
    found = Attempt((program(code=code),), (shown,), 0, Verdict("accept", confidence=0.9))
    return respond(context(), [found], "who?")


def test_the_words_the_rows_and_the_sources_are_the_tools() -> None:
    found = answered(TOLD)
    assert (found["status"], found["answer"]) == ("answered", "Elif.")
    assert (found["columns"], found["rows"]) == (["client_name", "account_manager"], [["TechGiant", "Elif"]])
    assert found["sources"][0] == {"kind": "client", "id": "102", "text": "TechGiant, Elif"}
    assert found["next"] == ["Who manages FinTrust?"]


def test_a_question_back_is_no_answer() -> None:
    found = answered({"answer": "Which one?", "status": "declined"})
    assert (found["status"], found["rows"]) == ("declined", [])


@pytest.mark.parametrize(
    "code",
    [
        "def f(client):\n    return {'answer': 'Elif.', 'sources': []}\n",
        "def f(client):\n    found = client(name='x')\n    found['answer'] = 'Elif.'\n    return found\n",
        "def f(client, name='x'):\n    return dict(client(name=name), answer='Elif.')\n",
        "def f(orders):\n    return orders(name='x')\n",
        "def f(client=dict):\n    return client(answer='Elif.')\n",
        "def f(client):\n    return client(name=str(1))\n",
        "def client(name):\n    return {'answer': 'x'}\ndef f(client):\n    return client(name='x')\n",
    ],
)
def test_what_a_program_says_of_itself_is_shown_as_what_it_is(code: str) -> None:
    assert answered(TOLD, code)["sources"][0]["kind"] == "function"
