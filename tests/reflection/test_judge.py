"""The verdict: who is chosen, how sure that is, and that what cannot be judged is not accepted."""

from __future__ import annotations

from typing import Any

import pytest
from fakes import attempt, context, failed, program, scalar, table

from crm_copilot.domain import Execution, Program, Review, Understanding
from crm_copilot.library.plan import By, Plan, measure_of
from crm_copilot.reflection import ResultJudge

REVENUE = Plan((measure_of("revenue"),))


def judged(*candidates: tuple[float, Execution], before: int = 0, threshold: float = 0.7, **changes: Any) -> Review:
    programs = [program(f"def answer{n}(): ...", prior, **changes) for n, (prior, _) in enumerate(candidates)]
    return ResultJudge(threshold).review(context(), programs, [e for _, e in candidates], _before(before))


def _before(rounds: int) -> list[Any]:
    return [attempt(program(), scalar(1), "mend it", "too few rows")] * rounds


# ----------------------------------------------------------------------------------------------------- agreement


def test_one_sure_candidate_is_accepted() -> None:
    review = judged((0.9, scalar(3)))
    assert (review.verdict.decision, review.verdict.confidence, review.chosen) == ("accept", 0.9, 0)


@pytest.mark.parametrize(("threshold", "decision"), [(0.69, "accept"), (0.7, "accept"), (0.71, "retry")])
def test_the_threshold_decides(threshold: float, decision: str) -> None:
    assert judged((0.7, scalar(3)), threshold=threshold).verdict.decision == decision


def test_what_most_candidates_return_is_chosen() -> None:
    review = judged((0.25, scalar(1)), (0.25, scalar(2)), (0.25, scalar(2)), (0.25, scalar(2)))
    assert (review.chosen, review.verdict.confidence, review.verdict.decision) == (1, 0.75, "accept")


def test_candidates_that_disagree_are_not_accepted() -> None:
    review = judged((0.34, scalar(1)), (0.33, scalar(2)), (0.33, scalar(3)))
    assert (review.verdict.decision, review.verdict.confidence) == ("retry", 0.34)
    assert review.verdict.reason == "the candidates disagree"


def test_a_tie_goes_to_the_first() -> None:
    assert judged((0.5, scalar(1)), (0.5, scalar(2))).chosen == 0


def test_a_candidate_that_failed_has_no_vote_and_takes_its_share() -> None:
    review = judged((0.5, failed("no such column")), (0.25, scalar(2)), (0.25, scalar(2)))
    assert (review.chosen, review.verdict.confidence) == (1, 0.5)


@pytest.mark.parametrize(
    "same",
    [
        pytest.param((scalar(3), scalar(3.0)), id="integer and float"),
        pytest.param((scalar(0.1 + 0.2), scalar(0.3)), id="rounding of floats"),
        pytest.param((table(["a"], ["x"], ["y"]), table(["b"], ["y"], ["x"])), id="order of rows, names of columns"),
        pytest.param((table(["k", "n"], ["x", 1]), table(["n", "k"], [1, "x"])), id="order of columns"),
    ],
)
def test_results_that_say_the_same_agree(same: tuple[Execution, Execution]) -> None:
    assert judged((0.5, same[0]), (0.5, same[1])).verdict.confidence == 1.0


@pytest.mark.parametrize(
    "different",
    [
        pytest.param((scalar(3), scalar(4)), id="numbers"),
        pytest.param((scalar("SP"), scalar("RJ")), id="texts"),
        pytest.param((scalar(0), scalar(None)), id="zero and nothing"),
        pytest.param((scalar(99441), scalar(99442)), id="large counts"),
        pytest.param((table(["a"], ["x"]), table(["a"], ["x"], ["x"])), id="rows multiplied"),
        pytest.param(
            (table(["k", "n"], ["x", 1], ["y", 2]), table(["k", "n"], ["x", 2], ["y", 1])), id="values swapped"
        ),
    ],
)
def test_results_that_say_something_else_do_not_agree(different: tuple[Execution, Execution]) -> None:
    assert judged((0.5, different[0]), (0.5, different[1])).verdict.confidence == 0.5


# ---------------------------------------------------------------------------------------------------- fails closed


@pytest.mark.parametrize("status", ["error", "denied", "timeout", "memory"])
def test_a_failed_program_is_never_accepted(status: str) -> None:
    review = judged((1.0, failed("column 'prize' is missing", status)))
    assert (review.verdict.decision, review.verdict.confidence) == ("retry", 0.0)
    assert review.verdict.feedback == f"The program failed ({status}): column 'prize' is missing"


def test_a_failed_program_of_the_last_attempt_is_declined() -> None:
    assert judged((1.0, failed("no")), before=2).verdict.decision == "decline"


@pytest.mark.parametrize("before", [0, 1, 2])
def test_a_doubtful_result_is_asked_again_while_attempts_are_left(before: int) -> None:
    review = judged((1.0, table(["state"])), before=before)
    assert review.verdict.decision == ("retry" if before < 2 else "decline")
    assert review.verdict.confidence == 0.0


def test_a_doubt_takes_its_part_of_the_confidence() -> None:
    asked = context(plan=Plan((measure_of("revenue"),), (By("customer_state"),)))
    review = ResultJudge(0.7).review(asked, [program()], [scalar(3)], [])
    assert (review.verdict.decision, review.verdict.confidence) == ("retry", 0.5)
    assert "one row for each group" in review.verdict.feedback


def test_an_unsure_reading_of_the_library_is_declined_at_once() -> None:
    """It would write the same again."""
    review = judged((0.4, scalar(3)), plan=REVENUE, notes=("xyzzy is not known",))
    assert (review.verdict.decision, review.verdict.reason) == ("decline", "xyzzy is not known")


def test_a_chat_model_that_says_it_cannot_is_not_pressed() -> None:
    review = judged((1.0, scalar("CANNOT ANSWER: no costs are recorded")))
    assert (review.verdict.decision, review.verdict.reason) == ("decline", "no costs are recorded")


# -------------------------------------------------------------------------------------------------- no candidates


def nothing(reading: Understanding | None, before: int = 0) -> Review:
    return ResultJudge(0.7).review(context(reading=reading), [], [], _before(before))


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        (None, "not understood"),
        (Understanding(), "not understood"),
        (Understanding(scope="costs"), "scope:costs"),
        (Understanding(unread=("xyzzy", "plugh")), "unknown words: xyzzy, plugh"),
    ],
)
def test_no_candidate_is_declined_with_the_reason(reading: Understanding | None, reason: str) -> None:
    review = nothing(reading)
    assert (review.verdict.decision, review.verdict.reason, review.chosen) == ("decline", reason, None)


def test_what_cannot_be_joined_is_the_reason() -> None:
    asked = context(plan=Plan((measure_of("revenue"),), (By("client_name"),)))
    review = ResultJudge(0.7).review(asked, [], [], [])
    assert review.verdict.reason.startswith("unreachable:")


def test_a_writer_that_has_nothing_more_is_declined_for_what_was_wrong() -> None:
    assert nothing(None, before=1).verdict.reason == "too few rows"


def test_the_judge_says_which_program_it_means() -> None:
    programs = [Program("def a(): ...", "model:x", 0.2), Program("def b(): ...", "model:x", 0.8)]
    assert ResultJudge(0.7).review(context(), programs, [scalar(1), scalar(2)], []).chosen == 1
