from __future__ import annotations

from crm_copilot.understanding.draft import joined
from understanding.asking import draft_of, place_of


def test_mentions_are_used_up() -> None:
    draft = draft_of("top sellers")
    assert draft.free(0)
    draft.use(0, "order")
    assert not draft.free(0)
    assert draft.indices("order") == []
    assert draft.indices("order", free=False) == [0]


def test_outside_the_question_there_is_nothing() -> None:
    draft = draft_of("sellers")
    assert (draft.kind(-1), draft.kind(9), draft.name(9), draft.word(-1), draft.named(9, "entity")) == ("",) * 5
    assert not draft.free(-1)


def test_words_around_a_mention() -> None:
    draft = draft_of("orders shipped by wobbly customers zigzag")
    customers = place_of(draft, "customers")
    assert draft.before(customers, 1) == ["wobbly"]
    assert draft.behind(customers, 1) == ["zigzag"]


def test_touching_looks_past_small_words() -> None:
    draft = draft_of("revenue of the sellers")
    revenue, sellers = place_of(draft, "revenue"), place_of(draft, "sellers")
    assert draft.touching(revenue, sellers)
    assert draft.beside(sellers, revenue)
    assert not draft.touching(sellers, revenue)


def test_unread_words_and_words_in_brackets() -> None:
    draft = draft_of("orders (wobbly) zigzag")
    assert draft.unread() == ["wobbly", "zigzag"]
    assert "wobbly" in draft.aside()
    assert "zigzag" not in draft.aside()


def test_the_greater_doubt_counts() -> None:
    draft = draft_of("orders")
    draft.doubt("why", 0.3)
    draft.doubt("why", 0.1)
    assert draft.doubts == {"why": 0.3}


def test_lists() -> None:
    assert joined([",", "and", "the"])
    assert not joined(["and", "without"])
