"""The weights of the reranker, what they are measured on, and the batches that the model of the pieces learns from."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from training.pieces import Lessons, Options, lessons
from training.reranker import NAMES, PLAIN, Asked, _keep_folds, cross_checked, cut, fitted, rank, write

RNG = np.random.default_rng(3)


def asked(number: int, measure: int) -> Asked:
    """Return a question whose document stands out by one measure alone; the others are noise."""
    rows = RNG.normal(size=(20, len(NAMES)))
    rows[number % 20, measure] += 3
    ids = tuple(f"d{number}" if place == number % 20 else f"d{number}-{place}" for place in range(20))
    return Asked(f"question {number}", f"d{number}", ids, rows)


ASKED = [asked(number, 5) for number in range(60)]


def test_the_measure_that_tells_weighs_most() -> None:
    weights = fitted(ASKED)
    assert max(weights, key=lambda name: weights[name]) == NAMES[5]
    assert np.mean([rank(each, weights) for each in ASKED]) < 3


def test_a_question_whose_document_is_no_candidate_has_no_rank() -> None:
    assert rank(Asked("?", "elsewhere", ("a",), np.zeros((1, len(NAMES)))), {}) == 0


def test_each_document_is_measured_by_weights_of_the_others() -> None:
    checked = cross_checked(ASKED)
    assert sorted(name for part in checked.held_out for name in part) == sorted(each.document for each in ASKED)
    assert len(checked.weights) == len(checked.held_out) == 5
    first = [each for each in ASKED if each.document not in checked.held_out[0]]
    assert checked.weights[0] == fitted(first)
    assert checked.figures["among ten"] > 0.9 > cross_checked(ASKED, names=PLAIN).figures["among ten"]


def test_documents_are_cut_alike_however_they_come() -> None:
    names = [f"d{number}" for number in range(11)]
    assert cut(names, 3) == cut(reversed(names), 3)
    assert sorted(len(part) for part in cut(names, 3)) == [3, 4, 4]


def test_the_models_of_a_fold_are_the_same_but_for_the_weights(tmp_path: Path) -> None:
    target = tmp_path / "models"
    (target / "minilm").mkdir(parents=True)
    (target / "reranker").mkdir()
    np.save(target / "reranker" / "projection.npy", np.eye(2))
    write(target / "reranker", dict.fromkeys(NAMES, 9.0), {})
    late, plain = cross_checked(ASKED, 2), cross_checked(ASKED, 2, PLAIN)
    _keep_folds([target], tmp_path / "work", late, plain)
    kept = json.loads((tmp_path / "work" / "checked1" / "reranker" / "weights.json").read_text("utf-8"))
    assert kept == {"late": late.weights[1], "plain": plain.weights[1], "held_out": sorted(late.held_out[1])}
    assert (tmp_path / "work" / "checked1" / "minilm").resolve() == target / "minilm"


def test_a_batch_holds_documents_of_one_group_and_every_document_once() -> None:
    groups = {f"d{number}": "even" if number % 2 == 0 else "odd" for number in range(30)}
    lessons = Lessons(dict.fromkeys(groups, "text"), groups, {name: ["?"] for name in list(groups)[:25]})
    batches = lessons.batches(Options(documents=5), random.Random(1))
    assert sorted(name for batch in batches for name in batch) == sorted(list(groups)[:25])
    assert all(len({groups[name] for name in batch}) == 1 and len(batch) <= 5 for batch in batches)


def test_each_fold_is_measured_with_the_model_that_has_not_seen_it(tmp_path: Path) -> None:
    late, plain = cross_checked(ASKED, 2), cross_checked(ASKED, 2, PLAIN)
    models = [tmp_path / name for name in ("first", "second")]
    for folder in models:
        (folder / "pieces").mkdir(parents=True)
        (folder / "reranker").mkdir()
        np.save(folder / "reranker" / "projection.npy", np.eye(2))
    _keep_folds(models, tmp_path / "work", late, plain)
    used = [(tmp_path / "work" / f"checked{number}" / "pieces").resolve() for number in range(2)]
    assert used == [folder / "pieces" for folder in models]


@pytest.mark.parametrize("fold", [None, 0])
def test_without_a_fold_every_document_is_learned_from(tmp_path: Path, fold: int | None) -> None:
    documents, questions = tmp_path / "texts.json", tmp_path / "questions.csv"
    names = [f"d{number}" for number in range(10)]
    documents.write_text(json.dumps([{"id": name, "text": f"Text of {name}.", "intent": "any"} for name in names]))
    questions.write_text("question,document\n" + "".join(f"What of {name}?,{name}\n" for name in names))
    learned, held_out = lessons(documents, questions, "intent", fold)
    assert sorted([*learned.questions, *held_out]) == names
    assert len(held_out) == (0 if fold is None else 2)
