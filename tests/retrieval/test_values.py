"""Values of the data in a question: found as people write them, and not where a word only looks like one."""

from __future__ import annotations

import pytest

from crm_copilot.domain import LinkedValue
from crm_copilot.retrieval.values import ValueIndex

CUSTOMER, SELLER = ("customers", "customer_city"), ("sellers", "seller_city")
CATEGORY, SEGMENT = ("products", "product_category"), ("deals", "business_segment")
ID = "0123456789abcdef0123456789abcdef"
VALUES = {
    "customers": {
        "customer_city": {
            "sao paulo": 100,
            "rio de janeiro": 50,
            "belo horizonte": 30,
            "curitiba": 20,
            "santa barbara d'oeste": 9,
            "contagem": 8,
            "natal": 7,
            "americana": 6,
            "itu": 5,
            "sao jose dos campos": 4,
            "goiania": 3,
        },
    },
    "sellers": {"seller_city": {"sao paulo": 10, "maringa": 2}},
    "products": {
        "product_category": {
            "health_beauty": 40,
            "toys": 30,
            "watches_gifts": 20,
            "bed_bath_table": 10,
            "christmas_supplies": 5,
            "telephony": 5,
            "fixed_telephony": 2,
            "books_technical": 1,
            "books_general_interest": 1,
        },
        "product_category_name": {
            "beleza_saude": 40,
            "brinquedos": 30,
            "relogios_presentes": 20,
            "cama_mesa_banho": 10,
            "artigos_de_natal": 5,
        },
    },
    "deals": {"business_segment": {"health_beauty": 3, "other": 2}, "lead_type": {"online_big": 2}},
    "leads": {"origin": {"organic_search": 9, "paid_search": 5, "unknown": 3}},
    "clients": {
        "client_name": {"Aurora Móveis": 1},
        "account_manager": {"Ana Souza": 2, "Eva Martins": 1},
        "industry": {"Pet": 1},
    },
    "interactions": {"manager": {"Ana Souza": 4}},
}
TRANSLATIONS = {
    "beleza_saude": "health_beauty",
    "brinquedos": "toys",
    "relogios_presentes": "watches_gifts",
    "cama_mesa_banho": "bed_bath_table",
    "artigos_de_natal": "christmas_supplies",
}


@pytest.fixture(scope="module")
def values() -> ValueIndex:
    return ValueIndex(VALUES, TRANSLATIONS, lambda text: ("orders", "order_id") if text == ID else None)


def found(values: ValueIndex, question: str) -> set[tuple[str, str, str]]:
    return {(link.table, link.column, link.value) for link in values.link(question)}


@pytest.mark.parametrize(
    ("question", "place", "value"),
    [
        ("revenue in sao paulo", CUSTOMER, "sao paulo"),
        ("revenue in São Paulo", CUSTOMER, "sao paulo"),
        ("revenue in SÃO PAULO?", CUSTOMER, "sao paulo"),
        ("sellers from Maringá", SELLER, "maringa"),
        ("pedidos de Goiânia", CUSTOMER, "goiania"),
        ("orders of Santa Bárbara D'Oeste", CUSTOMER, "santa barbara d'oeste"),
        ("orders in Itu", CUSTOMER, "itu"),
        ("sales of health & beauty", CATEGORY, "health_beauty"),
        ("sales of health and beauty", CATEGORY, "health_beauty"),
        ("sales of health_beauty", CATEGORY, "health_beauty"),
        ("sales of Health Beauty products", CATEGORY, "health_beauty"),
        ("vendas de beleza e saúde", CATEGORY, "health_beauty"),
        ("vendas de beleza_saude", CATEGORY, "health_beauty"),
        ("quanto vendemos de brinquedos", CATEGORY, "toys"),
        ("receita de cama, mesa e banho", CATEGORY, "bed_bath_table"),
        ("bed, bath and table revenue", CATEGORY, "bed_bath_table"),
        ("revenue of watches", CATEGORY, "watches_gifts"),
        ("leads from organic search", ("leads", "origin"), "organic_search"),
        ("meetings of Ana Souza", ("clients", "account_manager"), "Ana Souza"),
        ("meetings of Ana Souza", ("interactions", "manager"), "Ana Souza"),
        ("spend of aurora moveis", ("clients", "client_name"), "Aurora Móveis"),
    ],
)
def test_a_value_is_found(values: ValueIndex, question: str, place: tuple[str, str], value: str) -> None:
    assert (*place, value) in found(values, question)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("customers in Curitba", "curitiba"),
        ("revenue in Rio de Janero", "rio de janeiro"),
        ("orders from Belo Horizonti", "belo horizonte"),
        ("pedidos de Sao Paolo", "sao paulo"),
        ("orders in Sao Paolo", "sao paulo"),
        ("orders in São Paolo", "sao paulo"),
        ("orders from Sao Jose dos Canpos", "sao jose dos campos"),
    ],
)
def test_a_misspelt_city_is_found_less_surely(values: ValueIndex, question: str, value: str) -> None:
    links = [link for link in values.link(question) if link.column == "customer_city"]
    assert [link.value for link in links] == [value]
    assert 0.6 <= links[0].score < 1


@pytest.mark.parametrize(
    "question",
    [
        "how many orders are there?",
        "revenue by month",
        "what is the total number of other categories?",
        "contagem de pedidos por mês",
        "revenue of the best sellers",
        "orders by origin unknown",
        "which table has the most rows?",
    ],
)
def test_a_common_word_is_no_city(values: ValueIndex, question: str) -> None:
    assert not [link for link in values.link(question) if link.column in ("customer_city", "seller_city")]


@pytest.mark.parametrize(
    ("question", "city"), [("orders in Contagem", "contagem"), ("customers in the city of Americana", "americana")]
)
def test_a_city_that_is_a_common_word_is_found_where_a_place_is_named(
    values: ValueIndex, question: str, city: str
) -> None:
    assert (*CUSTOMER, city) in found(values, question)


def test_a_city_that_is_part_of_a_category_is_offered_as_a_city_too(values: ValueIndex) -> None:
    """Natal is Christmas, and the capital of Rio Grande do Norte."""
    assert (*CUSTOMER, "natal") in found(values, "orders from Natal")


def test_a_value_of_two_columns_is_linked_to_both_the_more_frequent_first(values: ValueIndex) -> None:
    links = values.link("revenue in São Paulo")
    assert [(link.table, link.column) for link in links] == [CUSTOMER, SELLER]


def test_the_longest_name_is_linked(values: ValueIndex) -> None:
    assert (*CATEGORY, "fixed_telephony") in found(values, "sales of fixed telephony")
    links = values.link("sales of fixed telephony")
    assert links[0].text == "fixed telephony"


def test_a_word_of_several_categories_is_linked_to_each(values: ValueIndex) -> None:
    assert found(values, "revenue of books") == {(*CATEGORY, "books_technical"), (*CATEGORY, "books_general_interest")}


def test_several_values_of_one_question_are_all_found(values: ValueIndex) -> None:
    question = "revenue of toys and bed bath table in Curitiba and Belo Horizonte"
    assert found(values, question) == {
        (*CATEGORY, "toys"),
        (*CATEGORY, "bed_bath_table"),
        (*CUSTOMER, "curitiba"),
        (*CUSTOMER, "belo horizonte"),
    }


# ------------------------------------------------------------------------------------------------------------ ids


@pytest.mark.parametrize("question", [f"status of order {ID}", f"status of {ID.upper()}?", f"'{ID}'"])
def test_an_id_is_linked_to_the_column_that_has_it(values: ValueIndex, question: str) -> None:
    assert found(values, question) == {("orders", "order_id", ID)}


@pytest.mark.parametrize("question", ["order " + "f" * 32, "order " + ID[:31], "order " + ID + "0", "order xyz"])
def test_what_is_no_id_of_the_data_is_not_linked(values: ValueIndex, question: str) -> None:
    assert found(values, question) == set()


# ------------------------------------------------------------------------------------------------- where and what


@pytest.mark.parametrize(
    "question",
    [
        "revenue in São Paulo?",
        "vendas de Beleza & Saúde em 2017",
        "customers in Curitba",
        f"order {ID}",
        "  revenue   of   watches ",
    ],
)
def test_a_link_points_at_the_words_it_came_from(values: ValueIndex, question: str) -> None:
    links: list[LinkedValue] = values.link(question)
    assert links
    for link in links:
        assert question[link.start : link.end].casefold() == link.text.casefold()
        assert 0 < link.score <= 1


@pytest.mark.parametrize("question", ["", "   ", "?!", "🙂", "订单有多少", "a" * 4000, "in " * 1300])
def test_any_text_can_be_linked(values: ValueIndex, question: str) -> None:
    assert values.link(question) == []


def test_no_data_link_nothing() -> None:
    assert ValueIndex({}).link(f"revenue in São Paulo of {ID}") == []


def test_the_same_question_is_linked_the_same(values: ValueIndex) -> None:
    assert values.link("toys in Curitba") == values.link("toys in Curitba")


@pytest.mark.parametrize("question", ["items sold in contagem", "reviews from natal", "avaliações em contagem"])
def test_a_common_word_is_a_city_where_only_a_place_can_stand(values: ValueIndex, question: str) -> None:
    assert [link.value for link in values.link(question) if link.column == "customer_city"] in (["contagem"], ["natal"])


def test_words_of_a_chat_are_no_values(values: ValueIndex) -> None:
    assert not values.link("beleza, quantos leads temos?")
    assert found(values, "receita de beleza") == {(*CATEGORY, "health_beauty")}


@pytest.mark.parametrize("question", ["Campinas against Recife: orders", "campinas vs. recife, average ticket"])
def test_a_city_that_many_know_needs_no_sign_of_a_place(question: str) -> None:
    cities = {"customers": {"customer_city": {"campinas": 40, "recife": 30, "una": 90, "formosa": 30}}}
    found = ValueIndex(cities).link(question)
    assert {link.value for link in found} == {"campinas", "recife"}


def test_a_word_that_starts_a_question_is_seldom_a_city() -> None:
    cities = {"customers": {"customer_city": {"central": 40, "planning": 30, "formosa": 30, "tiny": 2}}}
    index = ValueIndex(cities)
    assert not [
        link for text in ("Central question", "Planning a sale", "formosa or not", "tiny") for link in index.link(text)
    ]


@pytest.mark.parametrize("question", ["data de cadastro dos clientes", "entregas previstas para amanhã"])
def test_a_longer_word_is_no_misspelt_city(question: str) -> None:
    values = ValueIndex({"customers": {"customer_city": {"castro": 9, "campanha": 8}}})
    assert not values.link(question)


@pytest.mark.parametrize("question", ["median price of a perfume", "faturamento de perfumes", "pet sales"])
def test_what_a_shop_sells_is_its_category(question: str) -> None:
    values = {
        "products": {"product_category": {"perfumery": 9, "pet_shop": 8}},
        "deals": {"business_segment": {"perfume": 3, "pet": 2}},
    }
    found = {(link.column, link.value) for link in ValueIndex(values).link(question)}
    assert found & {("product_category", "perfumery"), ("product_category", "pet_shop")}
