"""A chat model behind a real HTTP server: what it is sent, what is made of its answers, and whose fault what is."""

from __future__ import annotations

import socket
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fakes import ChatServer, attempt, breaks, context, failed, program, says

from crm_copilot.bootstrap import House
from crm_copilot.domain import LinkedValue, Passage
from crm_copilot.errors import ModelUnavailable
from crm_copilot.library import codec
from crm_copilot.library.plan import Plan, measure_of
from crm_copilot.llm.chat_model import ChatCodeModel, extract_function
from crm_copilot.settings import load_settings

CODE = "def answer(orders):\n    return len(orders)\n"
OTHER = "def answer(orders):\n    return orders['order_id'].nunique()\n"
FENCED = f"Here is the function you asked for:\n\n```python\n{CODE}```\nIt counts the orders."


def model(server: ChatServer, candidates: int = 1, **options: Any) -> ChatCodeModel:
    return ChatCodeModel(
        "openai:tiny", base_url=server.url, candidates=candidates, **{"timeout_seconds": 5.0, **options}
    )


def write(server: ChatServer, *answers: Any, candidates: int = 1) -> list[Any]:
    server.script = [says(answer) if isinstance(answer, str) else answer for answer in answers]
    return list(model(server, candidates).write(context(), []))


# ------------------------------------------------------------------------------------------------ what it answers


@pytest.mark.parametrize(
    ("said", "code"),
    [
        pytest.param(FENCED, CODE, id="fenced"),
        pytest.param(CODE, CODE, id="bare"),
        pytest.param(f"```\n{CODE}```", CODE, id="fenced without language"),
        pytest.param(f"```py\n{CODE}```", CODE, id="fenced as py"),
        pytest.param(f"```python\r\n{CODE}```", CODE, id="carriage return"),
        pytest.param(
            f"First thought:\n```python\n{OTHER}```\nBetter:\n```python\n{CODE}```", CODE, id="the last block"
        ),
        pytest.param(f"```python\n{CODE}```\n```text\nno code here\n```", CODE, id="a block of text after it"),
        pytest.param(f"import numpy as np\n\n{CODE}", f"import numpy as np\n\n{CODE}", id="bare with an import"),
        pytest.param(f"```python\n{CODE}", CODE, id="a fence that was never closed"),
        pytest.param(f"Sure, this counts them:\n\n{CODE}", CODE, id="prose before the bare function"),
        pytest.param(f"{CODE}\nThis counts the orders.", CODE, id="prose after the bare function"),
    ],
)
def test_the_function_is_found(chat_server: ChatServer, said: str, code: str) -> None:
    (found,) = write(chat_server, said)
    assert found.code.strip() == code.strip()
    assert (found.source, found.prior) == ("model:openai:tiny", 1.0)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("I cannot help with that.", id="prose"),
        pytest.param("", id="nothing"),
        pytest.param("```python\nprint('hello')\n```", id="code without a function"),
        pytest.param("\x00\x01 def\u2028{]", id="garbage"),
        pytest.param("You could define a function: def is the keyword.", id="prose about def"),
    ],
)
def test_an_answer_without_function_is_the_operators_affair(chat_server: ChatServer, said: str) -> None:
    with pytest.raises(ModelUnavailable, match="without a function") as error:
        write(chat_server, said)
    assert "CRM_MODEL" in str(error.value)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(breaks(500), id="500"),
        pytest.param(breaks(503, "overloaded"), id="503 in plain text"),
        pytest.param(breaks(401), id="wrong key"),
        pytest.param(breaks(404), id="wrong address"),
        pytest.param(breaks(200, "<html>welcome</html>"), id="a web page"),
        pytest.param(breaks(200, "{}"), id="JSON of another kind"),
        pytest.param(breaks(200, '{"choices": []}'), id="no choices"),
        pytest.param(breaks(200, '{"choices": [{"index"'), id="JSON that was cut short"),
        pytest.param(says(None), id="a message without text"),
    ],
)
def test_a_server_that_fails_is_the_operators_affair(chat_server: ChatServer, answer: Any) -> None:
    with pytest.raises(ModelUnavailable) as error:
        write(chat_server, answer)
    assert "'openai:tiny'" in str(error.value)
    assert "CRM_MODEL" in str(error.value)


def test_the_error_names_the_server_and_what_repairs_it(chat_server: ChatServer) -> None:
    with pytest.raises(ModelUnavailable) as error:
        write(chat_server, breaks(500))
    text = str(error.value)
    assert all(part in text for part in (chat_server.url, "500", "CRM_MODEL_BASE_URL", "CRM_MODEL=embedded"))
    assert "Traceback" not in text


def test_a_hiccup_of_the_server_is_asked_again(chat_server: ChatServer) -> None:
    (found,) = write(chat_server, breaks(500), says(FENCED))
    assert (found.code, len(chat_server.requests)) == (CODE, 2)


def test_a_server_that_hangs_is_given_up_in_time(chat_server: ChatServer) -> None:
    chat_server.script = [chat_server.hangs]
    began = time.monotonic()
    with pytest.raises(ModelUnavailable, match=r"(?i)timeout|timed out"):
        model(chat_server, timeout_seconds=0.4).write(context(), [])
    assert time.monotonic() - began < 5


def test_a_server_that_trickles_is_given_up_in_time(chat_server: ChatServer) -> None:
    """Each byte comes in time, the answer never."""
    chat_server.script = [chat_server.trickles]
    began = time.monotonic()
    with pytest.raises(ModelUnavailable, match=r"no whole answer within 1\.8 s"):
        model(chat_server, timeout_seconds=0.4).write(context(), [])
    assert time.monotonic() - began < 10


BROKEN = [
    pytest.param(breaks(500), id="500"),
    pytest.param(breaks(200, "<html>welcome</html>"), id="a web page"),
    pytest.param(breaks(200, '{"choices": []}'), id="no choices"),
    pytest.param(says("I would rather not."), id="no function"),
    pytest.param(None, id="hangs"),
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_turn_that_fails_leaves_the_conversation(chat_server: ChatServer, demo_home: Path, broken: Any) -> None:
    """The message is kept with its error, and the next one of the same conversation is answered."""
    chat_server.script = [broken or chat_server.hangs]
    here = load_settings(
        env_file=None, home=demo_home, model="openai:tiny", model_candidates=1, model_base_url=chat_server.url,
        model_timeout_seconds=1.0,
    )  # fmt: skip
    with closing(House(here)) as house:
        first = house.copilot.ask("How many orders are there?")
        chat_server.script = [says(f"```python\n{OTHER}```")]
        second = house.copilot.ask("How many orders are there?", thread=first["thread"])
        turns = house.store.turns(first["thread"])
    assert (first["status"], second["status"]) == ("failed", "answered")
    assert all(part in first["answer"] for part in ("'openai:tiny'", "CRM_MODEL=embedded"))
    assert [turn.answer["status"] for turn in turns if turn.answer] == ["failed", "answered"]


def test_a_server_that_is_not_there(chat_server: ChatServer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ModelUnavailable, match=rf"127\.0\.0\.1:{port}"):
        ChatCodeModel("openai:tiny", base_url=f"http://127.0.0.1:{port}/v1", candidates=1).write(context(), [])


@pytest.mark.parametrize("name", ["nonsense", "nobody:tiny", ""])
def test_a_model_that_langchain_does_not_know(name: str) -> None:
    with pytest.raises(ModelUnavailable, match="CRM_MODEL"):
        ChatCodeModel(name, candidates=1).write(context(), [])


def test_a_hosted_model_without_its_key() -> None:
    with pytest.raises(ModelUnavailable, match="CRM_MODEL_API_KEY"):
        ChatCodeModel("openai:gpt-4o-mini", candidates=1).write(context(), [])


# ------------------------------------------------------------------------------------------------------ candidates


def test_equal_candidates_are_one_and_count_together(chat_server: ChatServer) -> None:
    found = write(chat_server, FENCED, CODE, OTHER, CODE, candidates=4)
    assert {(p.code.strip(), p.prior) for p in found} == {(CODE.strip(), 0.75), (OTHER.strip(), 0.25)}
    assert found[0].code.strip() == CODE.strip(), "the greedy one comes first"


def test_a_candidate_without_function_takes_its_share_of_the_confidence(chat_server: ChatServer) -> None:
    """One function and two refusals are no agreement."""
    (found,) = write(chat_server, CODE, "I cannot.", "I cannot.", candidates=3)
    assert found.prior == pytest.approx(1 / 3)


def test_the_first_candidate_is_greedy_and_the_others_are_sampled(chat_server: ChatServer) -> None:
    write(chat_server, CODE, candidates=3)
    assert sorted(body["temperature"] for _, _, body in chat_server.requests) == [0.0, 0.7, 0.7]
    assert chat_server.requests[0][2]["temperature"] == 0.0


# -------------------------------------------------------------------------------------------------- what it is sent


def sent(server: ChatServer, place: int = 0) -> list[dict[str, str]]:
    path, _, body = server.requests[place]
    assert (path, body["model"]) == ("/v1/chat/completions", "tiny")
    messages: list[dict[str, str]] = body["messages"]
    return messages


def test_the_prompt_holds_question_tables_links_tools_and_examples(chat_server: ChatServer) -> None:
    chat_server.script = [says(CODE)]
    link = LinkedValue("são paulo", "customers", "customer_city", "sao paulo", 1.0, 0, 9)
    plan = codec.to_json(Plan((measure_of("revenue"),)))
    passages = (
        Passage("examples", "library:revenue", "revenue", 0.9, {"plan": plan}),
        Passage("examples", "model:1", "a solved one", 0.9, {"code": "def solved(): return 1"}),
        Passage("catalog", "metric:revenue", "revenue: the sum of prices"),
    )
    asked = context("revenue in são paulo", links=(link,), passages=passages)
    model(chat_server, tools=["def search_playbook(question: str): ..."]).write(asked, [])
    system, user = sent(chat_server)
    assert (system["role"], user["role"]) == ("system", "user")
    assert "2018-08-31" in system["content"]
    for part in (
        "Question: revenue in são paulo",
        "\"são paulo\" is customers.customer_city == 'sao paulo'",
        "- order_items (",
        "def search_playbook",
        "# revenue\ndef ",
        "# a solved one\ndef solved(): return 1",
        "the sum of prices",
    ):
        assert part in user["content"]


def test_the_prompt_tells_what_became_of_the_attempt_before(chat_server: ChatServer) -> None:
    chat_server.script = [says(CODE)]
    before = attempt(program("def answer(orders): return orders.prize"), failed("no column 'prize'"), "Use price.")
    model(chat_server).write(context(), [before])
    assert [message["role"] for message in sent(chat_server)] == ["system", "user", "assistant", "user"]
    assert "orders.prize" in sent(chat_server)[2]["content"]
    assert "It failed (error): no column 'prize'\nUse price." in sent(chat_server)[3]["content"]


def test_the_key_is_sent_and_never_shown(chat_server: ChatServer) -> None:
    chat_server.script = [breaks(401)]
    with pytest.raises(ModelUnavailable) as error:
        model(chat_server, api_key="sk-very-secret").write(context(), [])
    assert chat_server.requests[0][1]["authorization"] == "Bearer sk-very-secret"
    assert "sk-very-secret" not in str(error.value)


def test_a_server_without_keys_needs_none(chat_server: ChatServer) -> None:
    write(chat_server, CODE)
    assert chat_server.requests[0][1]["authorization"] == "Bearer none"


def test_nothing_is_asked_before_the_first_question(chat_server: ChatServer) -> None:
    model(chat_server)
    assert chat_server.requests == []


# ------------------------------------------------------------------------------------------------ the bare function


@pytest.mark.parametrize("text", ["", "def", "no function", "```python\nx = 1\n```"])
def test_no_function_is_none(text: str) -> None:
    assert extract_function(text) is None
