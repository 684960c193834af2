"""Passages are short, in order, and lose nothing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_copilot.knowledge.splitting import sentences, split
from crm_copilot.knowledge.steps import guide

RULES = 'Rule 1: "Never discuss prices."\nRule 2: "Offer freight\nwhen late."'


def test_a_labelled_item_is_a_passage_of_its_own() -> None:
    assert split(RULES) == ['Rule 1: "Never discuss prices."', 'Rule 2: "Offer freight when late."']


def test_steps_stay_together_and_long_texts_are_cut_between_sentences() -> None:
    assert len(split("1. Open it.\n2. Close it.\n3. Done.")) == 1
    long = " ".join(f"Sentence number {n} ends here." for n in range(60))
    parts = split(long)
    assert len(parts) > 2
    assert all(len(part.split()) <= 90 and part.endswith(".") for part in parts)


@given(st.text(alphabet="ab. \n1-é漢", max_size=400), st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_but_blanks(text: str, most: int) -> None:
    assert "".join("".join(split(text, most)).split()) == "".join(text.split())


def test_sentences_know_list_items() -> None:
    assert sentences("First one. Second one.\n- an item") == ["First one.", "Second one.", "- an item"]


def test_a_guide_is_taken_apart() -> None:
    found = guide("To cancel:\n\n1. Open {{Order}}. 2. Press\n   cancel.\n\nCall us from 9.5 hours.")
    assert (found.before, found.after) == ("To cancel:", "Call us from 9.5 hours.")
    assert found.steps == ("Open {{Order}}.", "Press cancel.")
    assert guide("In 2. place, no steps.").steps == ()
