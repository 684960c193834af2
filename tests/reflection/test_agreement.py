"""How much the voices of a result count: the weights that ship, and how the judge hears them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import context, program, scalar

from crm_copilot.domain import VERIFIED, Understanding, together
from crm_copilot.reflection import ResultJudge
from crm_copilot.reflection.agreement import FILE, Agreement, agreement, features

EVEN = Agreement(-4.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.6, -1.0)
ALL = {"library": 0.8, "draft": 1.0, "free": 1.0, "drawn": 1.0}


def test_tries_are_summed_and_of_the_others_the_strongest_counts() -> None:
    assert together([{"drawn": 0.25, "free": 1.0}, {"drawn": 0.5}, {"free": 1.0, "library": 0.4}]) == {
        "drawn": 0.75, "free": 1.0, "library": 0.4,
    }  # fmt: skip


def test_a_reading_counts_for_its_own_result_or_against_another() -> None:
    own, against, *_ = features({"library": 0.5}, 0.5)
    assert own > 0 == against
    assert features({"free": 1.0}, 0.5)[0] == 0.0 < features({"free": 1.0}, 0.5)[1]
    assert features({"free": 1.0}, None) == (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)


def test_the_verifier_counts_both_ways_and_only_where_it_has_spoken() -> None:
    unheard, liked, disliked = (EVEN({"library": 0.8} | said, 0.8) for said in ({}, {VERIFIED: 5.0}, {VERIFIED: -5.0}))
    assert disliked < unheard < liked
    assert EVEN({VERIFIED: 4.0}, 0.8) == EVEN({VERIFIED: 7.0}, 0.8), "it counts so much and no more"
    assert EVEN({VERIFIED: -4.0}, 0.8) == EVEN({VERIFIED: -7.0}, 0.8)
    assert together([{VERIFIED: -4.0}, {VERIFIED: -2.0}]) == {VERIFIED: -2.0}


def test_what_ships_believes_more_the_more_agree() -> None:
    shipped = agreement()
    alone, both = shipped({"library": 0.8}, 0.8), shipped(ALL, 0.8)
    assert 0 < alone < both < 1
    assert shipped({"library": 0.9}, 0.9) > shipped({"library": 0.6}, 0.6)
    assert shipped({"drawn": 0.2}, 0.8) < alone


def test_the_file_that_ships_holds_every_weight() -> None:
    assert {line.split(" = ")[0] for line in FILE.read_text("utf-8").splitlines()} == set(Agreement.__slots__)


def test_the_judge_chooses_the_result_with_the_stronger_voices() -> None:
    read = replace(program("def a(): ...", 0.55), voices={"library": 0.55})
    free = replace(program("def b(): ...", 0.5), voices={"free": 1.0, "drawn": 0.6})
    told = replace(program("def c(): ...", 0.5), voices={"draft": 1.0, "drawn": 0.4})
    review = ResultJudge(0.0).review(context(), [read, free, told], [scalar(1), scalar(2), scalar(2)], [])
    beliefs = agreement()({"library": 0.55}, 0.55), agreement()({"free": 1.0, "draft": 1.0, "drawn": 1.0}, 0.55)
    assert review.chosen == (1 if beliefs[1] > beliefs[0] else 0)
    assert review.verdict.confidence == pytest.approx(max(beliefs), abs=1e-3)


@pytest.mark.parametrize(
    ("question", "word", "believed"),
    [
        ("orders in autumn", "autumn", 0.5), ("average basket on rainy days", "rainy", 0.5),
        ("pedidos com laço", "laço", 0.5), ("zorgle of all sellers", "zorgle", 0.5),
        ("how many orders did we have to mark as unavailable", "mark", 1.0),
        ("before the board call: revenue in 2018", "board", 1.0),
    ],
)  # fmt: skip
def test_an_unknown_word_that_limits_is_doubted_however_many_agree(question: str, word: str, believed: float) -> None:
    heard = replace(program("def a(): ...", 0.8), voices=ALL)
    asked = context(question, reading=Understanding(unread=(word,)))
    review = ResultJudge(0.0).review(asked, [heard], [scalar(1)], [])
    assert review.verdict.confidence == pytest.approx(agreement()(ALL, 0.8) * believed, abs=1e-3)
