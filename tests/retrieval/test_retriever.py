"""The retrieve step over the demo company and the index that is shipped."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.library import codec
from crm_copilot.library.plan import By, Plan, measure_of
from crm_copilot.retrieval.documents import Document
from crm_copilot.retrieval.embedder import Embedder
from crm_copilot.retrieval.index import build, open_index
from crm_copilot.retrieval.retriever import HybridRetriever
from crm_copilot.understanding.calibration import calibration


@pytest.fixture
def retriever(house: House) -> HybridRetriever:
    return house.retriever


def ids(retriever: HybridRetriever, query: str, collection: str = "examples", k: int = 3) -> list[str]:
    return [hit.document.id.partition(":")[2] for hit in retriever.search(query, collection, k)]


@pytest.mark.parametrize(
    ("question", "example"),
    [
        ("how much do we sell in each category", "revenue_by_category"),
        ("which cities bring the most revenue", "revenue_by_city"),
        ("how long does delivery take in each state", "average_delivery_time_by_state"),
        ("which share of deliveries is late, month by month", "late_delivery_rate_by_month"),
        ("how is the freight cost distributed by state", "total_freight_by_state"),
        ("which payment methods are used", "number_of_payments_by_payment_type"),
        ("average basket value by month", "average_order_value_by_month"),
        ("who are our top sellers by revenue", "revenue_by_seller_top_10"),
        ("month-on-month growth of revenue", "revenue_by_month_with_growth"),
        ("number of deals closed per segment", "number_of_closed_deals_by_business_segment"),
        ("faturamento por mês", "revenue_by_month"),
        ("quantos pedidos por estado", "number_of_orders_by_state"),
        ("ticket médio por mês", "average_order_value_by_month"),
        ("avaliação média por categoria", "average_review_score_by_category"),
        ("pedidos cancelados", "list_of_orders_canceled"),
    ],
)
def test_a_paraphrase_finds_the_example(retriever: HybridRetriever, question: str, example: str) -> None:
    assert example in ids(retriever, question)


@pytest.mark.parametrize(
    ("query", "collection", "title"),
    [
        ("order arrived late", "support", "Late delivery"),
        ("the product arrived broken", "support", "Damaged product"),
        ("how do I get my money back", "support", "Refund"),
        ("forgot password", "support", "Recover a password"),
        ("how much discount may I give", "playbook", "Discounts"),
        ("client who has not bought for a long time", "playbook", "Silent accounts"),
    ],
)
def test_texts_are_found_by_meaning(retriever: HybridRetriever, query: str, collection: str, title: str) -> None:
    assert title in [hit.document.data["title"] for hit in retriever.search(query, collection, 2)]


def test_a_portuguese_query_keeps_its_own_words_among_texts(embedder: Embedder, house: House, tmp_path: Path) -> None:
    """The words of the catalog are English; those of a company's own texts need not be, and go beyond sales."""
    texts = {
        "Senha": "O cliente esqueceu a senha: envie o link.",
        "Clientes": "Customers are greeted by name. Every customer counts.",
    }
    documents = [Document(f"support:{n}", "support", text, data={"title": n}) for n, text in texts.items()]
    build(documents, tmp_path / "index", embedder)
    retriever = HybridRetriever(open_index(tmp_path / "index", embedder), house.values, house.calendar)
    assert retriever.search("o cliente esqueceu a senha", "support", 1)[0].document.data["title"] == "Senha"


def test_a_context_holds_what_a_writer_needs(retriever: HybridRetriever, house: House) -> None:
    found = retriever.retrieve("faturamento de beleza e saúde em São Paulo")
    assert (found.language, found.question) == ("pt", "faturamento de beleza e saúde em São Paulo")
    assert {link.value for link in found.links} >= {"health_beauty", "sao paulo"}
    kinds = [passage.kind for passage in found.passages]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"catalog": 4, "examples": 5, "playbook": 2}
    assert found.reading is not None
    assert found.reading.plan is not None
    assert (found.first_day, found.today) == house.dataset.info.period
    assert isinstance(found.today, date)


def test_the_values_of_the_reading_come_from_the_data(retriever: HybridRetriever) -> None:
    reading = retriever.retrieve("revenue in São Paulo").reading
    assert reading is not None
    assert codec.from_json(reading.plan or {}).where[0].value == "sao paulo"


def test_a_given_plan_takes_the_place_of_the_reading(retriever: HybridRetriever) -> None:
    """A follow-up was rewritten with the conversation; its own words say little."""
    plan = Plan((measure_of("revenue"),), (By("customer_state"),))
    given = {**codec.to_json(plan), "confidence": 0.83, "asked": "and by state?"}
    found = retriever.retrieve("revenue by state", plan=given)
    assert found.reading is not None
    assert codec.from_json(found.reading.plan or {}) == plan
    assert found.reading.confidence == calibration()(0.83, "and by state?")
    assert next(p.id for p in found.passages if p.kind == "examples") == "library:revenue_by_state"


def test_what_is_out_of_scope_is_said(retriever: HybridRetriever) -> None:
    reading = retriever.retrieve("what was our profit in 2017?").reading
    assert reading is not None
    assert (reading.scope, reading.plan) == ("costs", None)


@pytest.mark.parametrize("question", ["", "?", "🙂", "x" * 4000, "订单有多少?"])
def test_any_question_can_be_retrieved_for(retriever: HybridRetriever, question: str) -> None:
    assert retriever.retrieve(question).passages
