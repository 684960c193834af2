"""Drawn plans and their words: every shape, in both languages, read without a stumble."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.library import notation
from crm_copilot.library.render import why_not
from crm_copilot.understanding.reader import read
from training.examples.draw import Draw
from training.examples.noise import misspelt, roughened
from training.examples.shapes import SHAPES, draw
from training.examples.values import Values
from training.examples.words import ask, phrases
from training.examples.written import ask_written, wordings

LANGUAGES = ("en", "pt")


@pytest.fixture(scope="module")
def values(house: House) -> Values:
    counts = {name: values for columns in house.dataset.values.values() for name, values in columns.items()}
    return Values(counts, house.calendar.first, house.calendar.last)


def drawn(values: Values, count: int, seed: int = 3) -> list[Draw]:
    rng = random.Random(seed)
    return [made for made in (draw(rng, values) for _ in range(count)) if why_not(made.plan) is None]


def test_the_same_seed_draws_the_same(values: Values) -> None:
    assert drawn(values, 40) == drawn(values, 40)
    assert drawn(values, 40) != drawn(values, 40, seed=4)


def test_every_shape_is_drawn_and_most_can_be_computed(values: Values) -> None:
    made = drawn(values, 1500)
    assert {each.shape for each in made} == set(SHAPES)
    assert len(made) > 1200


def test_a_company_without_clients_is_asked_about_none(values: Values) -> None:
    of_clients = {"client_name", "industry", "account_manager", "kind"}
    counts = {name: known for name, known in values.counts.items() if name not in of_clients}
    rng, without = random.Random(6), Values(counts, values.first, values.last)
    fields = {c.field for made in (draw(rng, without) for _ in range(1500)) for c in made.plan.where if c.op == "=="}
    assert "customer_state" in fields
    assert not fields & {*of_clients, "interaction_kind"}


def test_plans_keep_their_meaning_as_a_line(values: Values) -> None:
    for made in drawn(values, 300):
        line = notation.write(made.plan)
        assert notation.write(notation.parse(line)) == line


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_frame_can_be_filled(values: Values, language: str) -> None:
    rng, found = random.Random(5), Counter[str]()
    for made in drawn(values, 4000):
        try:
            text, template = ask(made, language, rng)
        except KeyError:
            continue
        found[template] += 1
        assert "{" not in text
        assert "  " not in text
        assert text == text.strip()
    shapes = {template.split(":")[1] for template in found}
    assert shapes == set(SHAPES), f"no question of the shapes {set(SHAPES) - shapes}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_drawn_is_named_in_the_question(values: Values, language: str) -> None:
    rng = random.Random(6)
    for made in drawn(values, 400):
        if made.said and made.said.kind == "year" and not made.slots:
            try:
                text, _ = ask(made, language, rng)
            except KeyError:
                continue
            assert str(made.said.slots["year"]) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_wordings_belong_to_plans_that_can_be_computed(language: str) -> None:
    for line in {wording.plan for wording in wordings(language)}:
        assert why_not(notation.parse(line)) is None, line


@pytest.mark.parametrize("language", LANGUAGES)
def test_wordings_are_filled(values: Values, language: str) -> None:
    rng = random.Random(7)
    for _ in range(300):
        try:
            text, template, made = ask_written(language, rng, values)
        except KeyError:
            continue
        assert "{" not in text
        assert template.startswith(f"{language}:written:")
        assert why_not(notation.parse(template.split(":", 2)[2])) is None
        assert made.plan.limit is None or made.plan.limit > 0


def test_no_drawn_question_makes_the_reader_stumble(house: House, values: Values) -> None:
    rng = random.Random(8)
    for made in drawn(values, 500, seed=8):
        for language in LANGUAGES:
            try:
                text, _ = ask(made, language, rng)
            except KeyError:
                continue
            read(text, tuple(house.values.link(text)), house.calendar)


def test_phrases_of_both_languages_name_the_same() -> None:
    english, portuguese = phrases("en"), phrases("pt")
    for section in ("measure", "count", "quantity", "predicate"):
        assert set(english[section]) == set(portuguese[section])
    assert set(SHAPES) <= set(english["frame"])
    assert set(SHAPES) <= set(portuguese["frame"])


def test_a_misspelt_word_differs_in_one_place() -> None:
    rng = random.Random(1)
    for _ in range(50):
        before, after = "revenue", misspelt("revenue", rng)
        assert after != before or "ee" in before
        assert abs(len(after) - len(before)) <= 1


def test_noise_keeps_the_numbers() -> None:
    rng = random.Random(2)
    for _ in range(200):
        assert "2017" in roughened("Revenue by state in 2017?", "en", rng)
