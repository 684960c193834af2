"""Places as people call them in short: "rio" for Rio de Janeiro, "sampa", "bh"; the names stand in `places.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from crm_copilot.understanding.senses import Mention, Sense
from crm_copilot.understanding.text import Token, plain

_FIELDS = {"city": "customer_city", "state": "customer_state"}
_LONGEST = 4


@cache
def _known() -> dict[tuple[str, ...], Sense]:
    """Return the place that each short name means; names are known as they are written and without their accents."""
    kinds = tomllib.loads((files(__package__) / "places.toml").read_text("utf-8"))
    senses = {
        spelt: Sense("value", _FIELDS[kind], place)
        for kind, places in kinds.items()
        for place, names in places.items()
        for name in names
        for spelt in (name, plain(name))
    }
    return {tuple(name.split()): sense for name, sense in senses.items()}


def find_nicknames(tokens: Sequence[Token]) -> Iterable[Mention]:
    """Yield the places that are called by a short name."""
    words = [token.text.casefold().removesuffix("'s") for token in tokens]
    for start in range(len(tokens)):
        for end in range(start + 1, min(len(tokens), start + _LONGEST) + 1):
            if sense := _known().get(tuple(words[start:end])):
                text = " ".join(token.text for token in tokens[start:end])
                yield Mention(start, end, (sense,), text, data={"score": 1.0})
