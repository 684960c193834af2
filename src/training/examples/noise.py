"""What hurried people do to a question: small letters, no marks, misspelt words, a wrapper of courtesy."""

from __future__ import annotations

import random
import unicodedata
from typing import Any

_RATE = {"wrap": 0.08, "lower": 0.3, "bare": 0.3, "typo": 0.08, "accents": 0.35}


def roughened(text: str, language: str, rng: random.Random) -> str:
    """Return the question as somebody in a hurry may write it."""
    if rng.random() < _RATE["wrap"]:
        text = _wrapped(text, language, rng)
    if rng.random() < _RATE["bare"]:
        text = text.rstrip("?.!")
    if rng.random() < _RATE["lower"]:
        text = text.lower()
    if rng.random() < _RATE["typo"]:
        text = misspelt(text, rng)
    if language == "pt" and rng.random() < _RATE["accents"]:
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return text


def _wrapped(text: str, language: str, rng: random.Random) -> str:
    from training.examples.words import phrases

    wrappers: Any = phrases(language)["frame"]["polite"]
    wrapper = str(rng.choice(wrappers))
    inner = text[:1].lower() + text[1:] if not text[:2].isupper() and not wrapper.startswith("{question}") else text
    return wrapper.replace("{question}", inner.rstrip("?."))


def misspelt(text: str, rng: random.Random) -> str:
    """Drop, double or swap a letter in one longer word."""
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    if not long:
        return text
    place = rng.choice(long)
    word, at = words[place], rng.randrange(1, len(words[place]) - 2)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    words[place] = rng.choice((word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], swapped))
    return " ".join(words)
