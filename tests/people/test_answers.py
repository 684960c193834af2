"""What people with less are told: their part, which limits touched it, and what they may not see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.errors import InputError
from crm_copilot.people import scope_of

from .company import MANAGER, STATE


def told(house: House, question: str) -> dict[str, object]:
    answer: dict[str, object] = house.copilot.ask(question)["results"][0]
    return answer


@pytest.fixture(scope="module")
def analyst(whole: House) -> Iterator[House]:
    house = whole.seen_by(scope_of("analyst"))
    yield house
    house.close()


def test_a_number_is_that_of_the_part(rep: House, whole: House) -> None:
    assert told(rep, "how many orders?")["rows"] == told(whole, f"how many orders from customers in {STATE}?")["rows"]


@pytest.mark.parametrize(
    ("question", "limited"),
    [
        ("how many orders?", f"Limited to what you may see: customers in {STATE}."),
        ("quantos pedidos?", f"Limitado ao que você pode ver: compradores de {STATE}."),
        ("number of clients by industry", f"Limited to what you may see: clients of {MANAGER}."),
        ("how many products are there?", ""),
    ],
)
def test_an_answer_says_which_limits_touched_it(rep: House, question: str, limited: str) -> None:
    answer = told(rep, question)
    assert answer["limited"] == limited
    assert str(answer["answer"]).endswith(limited)


def test_so_does_one_that_found_nothing(rep: House) -> None:
    answer = told(rep, "clients of Nobody Atall")
    assert answer["status"] == "declined"
    assert answer["limited"] == f"Limited to what you may see: clients of {MANAGER}."


def test_who_sees_all_reads_of_no_limits(whole: House) -> None:
    assert told(whole, "how many orders?")["limited"] == ""


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("how many deals were won?", "You may not see the table deals, which this needs"),
        ("leads by origin", "You may not see the table leads, which this needs"),
        ("leads por origem", "Você não pode ver a tabela leads, de que isto precisa"),
    ],
)
def test_a_hidden_table_is_named(rep: House, question: str, said: str) -> None:
    answer = told(rep, question)
    assert answer["status"] == "declined"
    assert said in str(answer["answer"])
    assert answer["attempts"] == 0


@pytest.mark.parametrize(
    ("question", "column"),
    [
        ("revenue by zip code", "customers.customer_zip_code_prefix"),
        ("comment rate", "reviews.review_comment_message"),
        ("number of clients by account manager", "clients.account_manager"),
        ("what was said last month?", "interactions.text"),
        (f"list the clients of {MANAGER}", "account_manager"),
    ],
)
def test_a_hidden_column_is_named(analyst: House, question: str, column: str) -> None:
    answer = told(analyst, question)
    assert answer["status"] == "declined"
    assert column in str(answer["answer"])
    assert "personal data" in str(answer["answer"])


def test_a_record_is_shown_without_its_hidden_columns(analyst: House, whole: House) -> None:
    with whole.dataset.connect() as data:
        (order,) = data.execute("SELECT order_id FROM reviews LIMIT 1").fetchone() or ("",)
    everything, less = (told(house, f"review of order {order}") for house in (whole, analyst))
    assert less["status"] == everything["status"] == "answered"
    left_out = set(everything["columns"]) - set(less["columns"])  # type: ignore[call-overload]
    assert left_out == {"review_comment_title", "review_comment_message"}
    assert less["limited"] == "Limited to what you may see: no personal columns."


def test_next_questions_can_be_answered(rep: House) -> None:
    answer = told(rep, "revenue by product category")
    assert answer["next"]
    for question in answer["next"]:  # type: ignore[attr-defined]
        assert told(rep, question)["status"] == "answered"


def test_a_closed_tool_says_why(whole: House) -> None:
    support = whole.seen_by(scope_of("support"))
    with pytest.raises(InputError, match="you may not see clients, which the tool client needs; an administrator"):
        support.tool("client").call({"name": "x"})


def test_offers_without_sales_are_refused(whole: House) -> None:
    inside = whole.seen_by(scope_of("rep", managers=[MANAGER]))
    with pytest.raises(InputError, match="you may not see df and orders and customers"):
        inside.ledger  # noqa: B018
    assert inside.directory.clients
    assert inside.directory.clients[0].today == whole.directory.clients[0].today
