"""OpenAI's own client against a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from openai import APIStatusError, OpenAI

from .conftest import Company


@pytest.fixture(scope="module")
def openai(company: Company) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{company.served.url}/v1", api_key=company.keys["ana"], max_retries=0) as client:
        yield client


def ask(openai: OpenAI, *said: str) -> str:
    """Say what was said by turns, the user first, and return the answer."""
    messages = [{"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(said)]
    reply = openai.chat.completions.create(model="crm-copilot", messages=messages)  # type: ignore[arg-type]
    assert reply.choices[0].finish_reason == "stop"
    return reply.choices[0].message.content or ""


def test_there_is_one_model(openai: OpenAI) -> None:
    assert [model.id for model in openai.models.list()] == ["crm-copilot"]
    assert openai.models.retrieve("crm-copilot").id == "crm-copilot"


def test_a_chat_is_answered_with_a_table(openai: OpenAI) -> None:
    said = ask(openai, "Top 3 product categories by revenue")
    assert said.startswith("Revenue by category, top 3")
    assert said.count("\n| ") == 1 + 1 + 3
    assert "| product_category | revenue |" in said


def test_a_chat_goes_on_where_it_was(openai: OpenAI) -> None:
    first = ask(openai, "How many orders were there in 2017?")
    second = ask(openai, "How many orders were there in 2017?", first, "and by state?")
    assert "| customer_state |" in second
    third = ask(openai, "How many orders were there in 2017?", first, "and by state?", second, "and in 2018?")
    assert "2018" in third
    assert "| customer_state |" in third


def test_a_question_that_is_asked_anew_leans_on_what_the_client_shows(openai: OpenAI) -> None:
    first = ask(openai, "How many sellers are there?")
    ask(openai, "How many sellers are there?", first, "And how many customers are there?")
    again = ask(openai, "How many sellers are there?", first, "and by state?")
    assert "| seller_state |" in again


def test_the_steps_and_the_answer_are_streamed(openai: OpenAI) -> None:
    stream = openai.chat.completions.create(
        model="crm-copilot", messages=[{"role": "user", "content": "Revenue by month in 2018"}], stream=True,
        stream_options={"include_usage": True},
    )  # fmt: skip
    chunks = list(stream)
    deltas = [choice.delta for chunk in chunks for choice in chunk.choices]
    steps = "".join(delta.reasoning_content or "" for delta in deltas if hasattr(delta, "reasoning_content"))
    text = "".join(delta.content or "" for delta in deltas)
    assert steps.splitlines()[0] == "Read the question"
    assert "Ran it on the data: ok" in steps
    assert text.startswith("Revenue by month, in 2018")
    assert [choice.finish_reason for chunk in chunks for choice in chunk.choices][-1] == "stop"
    assert chunks[-1].usage is not None
    assert len({chunk.id for chunk in chunks}) == 1


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"model": "gpt-4"}, 404, "crm-copilot"),
        ({"messages": [{"role": "system", "content": "x"}]}, 422, "no message of a user"),
        ({"messages": []}, 422, "at least 1"),
        ({"n": 2}, 422, "n:"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_an_error_of_openai(
    openai: OpenAI, change: dict[str, object], status: int, said: str
) -> None:
    asked = {"model": "crm-copilot", "messages": [{"role": "user", "content": "revenue"}]}
    with pytest.raises(APIStatusError) as error:
        openai.chat.completions.create(**{**asked, **change})  # type: ignore[call-overload]
    assert error.value.status_code == status
    assert said in str(error.value)


def test_a_wrong_key_is_refused(company: Company) -> None:
    with OpenAI(base_url=f"{company.served.url}/v1", api_key="crm_no", max_retries=0) as client:
        with pytest.raises(APIStatusError) as error:
            client.models.list()
        assert error.value.status_code == 401
        assert "the key is unknown" in str(error.value)


def test_a_rep_gets_no_other_numbers_here(company: Company) -> None:
    with OpenAI(base_url=f"{company.served.url}/v1", api_key=company.keys["ben"], max_retries=0) as client:
        said = ask(client, "How many orders were there in 2017 by state?")
    assert "RJ" not in said
    assert "SP" in said
