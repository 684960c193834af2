from __future__ import annotations

import pytest

from crm_copilot.understanding.conditions.texts import is_searched_for, read_texts
from understanding.asking import draft_of, limits, link, measures, plan_of, reading_of

MESSAGE, TITLE = "review_comment_message", "review_comment_title"


@pytest.mark.parametrize(
    ("question", "column", "word"),
    [
        ('How many reviews contain the word "rasgado"?', MESSAGE, "rasgado"),
        ("reviews that mention 'caixa' by state", MESSAGE, "caixa"),
        ("quantas avaliações citam “entrega rápida”?", MESSAGE, "entrega rápida"),
        ('how many reviews have the word "perfeito" in the title?', TITLE, "perfeito"),
        ('quantas avaliações têm a palavra "lindo" no título?', TITLE, "lindo"),
    ],
)
def test_quoted_words_are_looked_for(question: str, column: str, word: str) -> None:
    plan = plan_of(question)
    assert (limits(plan), measures(plan)) == ([(column, "contains", word)], ["reviews"])


@pytest.mark.parametrize("word", ["devolução", "troca", "cinco estrelas", "2018", "cartão"])
def test_what_is_quoted_means_nothing_else(word: str) -> None:
    plan = plan_of(f'average score of reviews that mention "{word}"')
    assert (limits(plan), plan.by, plan.periods) == ([(MESSAGE, "contains", word)], (), ())
    assert measures(plan) == ["average_review_score"]


def test_a_share_is_taken_of_all_reviews() -> None:
    plan = plan_of("what share of reviews mentions 'quebrado'?")
    assert [condition.value for condition in plan.measures[0].part] == ["quebrado"]
    assert plan.where == ()


def test_unquoted_requests_are_still_beyond_the_data() -> None:
    assert reading_of("how many refunds were there?").scope == "returns"


def test_a_quoted_value_is_no_text_where_nothing_is_said() -> None:
    question = 'orders of category "toys"'
    plan = plan_of(question, link(question, "toys", "product_category", "toys"))
    assert limits(plan) == [("product_category", "==", "toys")]


def test_only_what_stands_in_the_quotes_is_looked_for() -> None:
    draft = draft_of('orders with reviews that mention "late orders"')
    assert [is_searched_for(draft, index) for index in (0, len(draft.items) - 1)] == [False, True]
    read_texts(draft)
    assert draft.free(0)
    assert not draft.free(len(draft.items) - 1)
