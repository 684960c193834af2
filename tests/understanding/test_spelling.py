from __future__ import annotations

import pytest

from crm_copilot.understanding.spelling import Speller, english_words
from crm_copilot.understanding.text import tokenize

SPELLER = Speller({"delivery", "revenue", "category", "freight", "freights"})


def corrected(word: str) -> str:
    (token,) = tokenize(word)
    return SPELLER.correct(token)


@pytest.mark.parametrize(
    ("typed", "meant"), [("delivary", "delivery"), ("revnue", "revenue"), ("categroy", "category")]
)  # fmt: skip
def test_small_slips_are_mended(typed: str, meant: str) -> None:
    assert corrected(typed) == meant


@pytest.mark.parametrize("word", ["delivery", "deliver", "avenue", "xyzzyxyz", "abc", "2018", "cataract"])
def test_known_and_strange_words_stay_as_they_are(word: str) -> None:
    assert corrected(word) == word


def test_the_first_letter_is_taken_as_typed() -> None:
    assert corrected("relivery") == "relivery"


def test_english_words_are_there() -> None:
    assert {"revenue", "house"} <= english_words()


@pytest.mark.parametrize(
    ("typed", "meant"), [("dlvry", "delivery"), ("ctgry", "category"), ("rvn", "rvn"), ("dlvrk", "dlvrk")]
)
def test_words_without_their_vowels_are_completed(typed: str, meant: str) -> None:
    assert corrected(typed) == meant


def test_an_abbreviation_of_two_words_is_left() -> None:
    (token,) = tokenize("cntr")
    assert Speller({"center"}).correct(token) == "center"
    assert Speller({"center", "counter"}).correct(token) == "cntr"
