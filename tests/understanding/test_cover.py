from __future__ import annotations

from crm_copilot.understanding.cover import best_cover
from crm_copilot.understanding.senses import Mention, Sense


def mention(start: int, end: int, kind: str = "entity", fuzzy: bool = False) -> Mention:
    return Mention(start, end, (Sense(kind, f"{kind} {start}-{end}"),), "", fuzzy)


def test_one_long_phrase_beats_its_words() -> None:
    words, phrase = [mention(0, 1), mention(1, 2), mention(2, 3)], mention(0, 3)
    assert best_cover(3, [*words, phrase]) == [phrase]


def test_what_is_chosen_does_not_overlap() -> None:
    chosen = best_cover(4, [mention(0, 2), mention(1, 3), mention(2, 4)])
    assert chosen == [mention(0, 2), mention(2, 4)]


def test_a_filler_yields_to_a_phrase_that_needs_its_word() -> None:
    assert best_cover(2, [mention(0, 1, "filler"), mention(1, 2), mention(0, 2)]) == [mention(0, 2)]


def test_a_misspelt_phrase_is_worth_less() -> None:
    assert best_cover(1, [mention(0, 1, fuzzy=True), mention(0, 1)]) == [mention(0, 1)]


def test_nothing_covers_nothing() -> None:
    assert best_cover(3, []) == []
