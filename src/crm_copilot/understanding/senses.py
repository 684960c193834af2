"""Senses and mentions: what a phrase means, and a stretch of a question that it covers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_COUNTING = re.compile(
    r"(?:number|count|volume|quantidade|numero|número|qtde?|qtd|no\.?|nº) (?:of|de|in)"
    r"|.* (?:count|volume)$|.*(?:数|量|数量)$"
    r"|(?:units?|pieces|unidades|peças|pecas) (?:sold|moved|vendidas?)$"
)


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of a phrase: `kind` says what sort of word it is, `name` which one."""

    kind: str
    name: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Mention:
    """Tokens `start` to `end` (exclusive) of a question and what they mean, the likeliest sense first."""

    start: int
    end: int
    senses: tuple[Sense, ...]
    text: str
    fuzzy: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind of the likeliest sense."""
        return self.senses[0].kind

    @property
    def name(self) -> str:
        """The name of the likeliest sense."""
        return self.senses[0].name

    @property
    def value(self) -> Any:
        """The value of the likeliest sense."""
        return self.senses[0].value

    def sense(self, *kinds: str) -> Sense | None:
        """Return the likeliest sense of one of these kinds."""
        return next((sense for sense in self.senses if sense.kind in kinds), None)

    @property
    def counts(self) -> bool:
        """Whether a thing is named with its number: "number of orders", "order count"."""
        return bool(_COUNTING.match(self.text.casefold()))
