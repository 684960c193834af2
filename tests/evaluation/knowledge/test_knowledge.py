"""The answers from the sample texts, and that what cannot be measured is missing rather than 0."""

from __future__ import annotations

import importlib.util

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.errors import InputError
from evaluation.knowledge.commands import QUESTIONS, _mean, report
from evaluation.knowledge.samples import Sample, samples

SAMPLES = [Sample(str(n), "answer", [], "reference") for n in range(3)]


def step() -> None:
    """Stand for the bar of progress."""


def test_the_sample_texts_answer_their_questions(house: House) -> None:
    found = samples(house, QUESTIONS)
    assert len(found) == 12
    assert sum(sample.contexts[0] == sample.reference for sample in found) >= 11
    assert sum(bool(sample.answer) and sample.answer in sample.reference for sample in found) >= 9


def test_what_was_not_computed_is_missing() -> None:
    def fails(sample: Sample) -> float:
        raise TimeoutError("no judge there")

    assert _mean(fails, SAMPLES, step) == {"mean": None, "of": 0, "missing": "TimeoutError: no judge there"}
    assert _mean(lambda sample: float("nan"), SAMPLES, step)["mean"] is None


def test_the_mean_is_of_those_that_were_computed() -> None:
    def measure(sample: Sample) -> float:
        return 1 / int(sample.question)

    found = _mean(measure, SAMPLES, step)
    assert (found["mean"], found["of"]) == (0.75, 2)
    assert found["missing"].startswith("ZeroDivisionError")


@pytest.mark.skipif(importlib.util.find_spec("ragas") is not None, reason="ragas is installed here")
def test_without_ragas_one_sentence_says_what_to_install(house: House) -> None:
    with pytest.raises(InputError, match=r"requirements-eval\.txt"):
        report(house, QUESTIONS)
