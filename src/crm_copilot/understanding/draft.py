"""The workbench of a reading: the mentions of a question, and what has been made of them so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from crm_copilot.domain import LinkedValue
from crm_copilot.library.plan import By, Condition, Having, Measure
from crm_copilot.understanding.senses import Mention
from crm_copilot.understanding.text import Language, Token

# Words that say nothing of how two mentions belong together.
_LIGHT = frozenset("the a an o of de our - their its os as 的 own by um uma all".split())
# Words that only list what stands on both sides of them.
_LISTING = frozenset(", and e & / x + or ou 和 与 及 、 或 by por per then each versu vs - y the both".split())


Mark = Literal["by", "which", "rank"]
"""The word that makes a mention a group key."""


@dataclass
class Draft:
    """Mentions without the fillers (`items`), a role for each once it is used, and the parts of the plan.

    `ranked_by` is the measure that ranks where others are asked for; `parties` are the managers and companies that the
    words may name, which only questions about contacts ask for.
    """

    question: str
    tokens: Sequence[Token]
    items: list[Mention]
    fillers: set[int]
    language: Language
    roles: dict[int, str] = field(default_factory=dict)
    marks: dict[int, Mark] = field(default_factory=dict)
    measures: list[tuple[int, Measure]] = field(default_factory=list)
    keys: list[tuple[int, By]] = field(default_factory=list)
    where: list[tuple[int, Condition]] = field(default_factory=list)
    having: list[tuple[int | None, Having]] = field(default_factory=list)
    limit: int | None = None
    order: str | None = None
    forced: set[int] = field(default_factory=set)
    ranked_by: Measure | None = None
    time: str | None = None
    percent: float | None = None
    is_fragment: bool = False
    doubts: dict[str, float] = field(default_factory=dict)
    parties: tuple[LinkedValue, ...] = ()

    def use(self, index: int, role: str) -> None:
        """Record what a mention is used as."""
        self.roles[index] = role

    def use_all(self, kind: str) -> None:
        """Record that no mention of a kind is left over."""
        for index, item in enumerate(self.items):
            if item.kind == kind and index not in self.roles:
                self.roles[index] = "nothing"

    def free(self, index: int) -> bool:
        """Whether the mention stands in the question and is not used yet."""
        return 0 <= index < len(self.items) and index not in self.roles

    def kind(self, index: int) -> str:
        """Return the kind of a mention, "" outside the question."""
        return self.items[index].kind if 0 <= index < len(self.items) else ""

    def indices(self, *kinds: str, free: bool = True) -> list[int]:
        """Return the places of the mentions that have a sense of one of these kinds."""
        return [i for i, item in enumerate(self.items) if item.sense(*kinds) and (not free or self.free(i))]

    def has(self, kind: str, *names: str) -> bool:
        """Whether the question mentions anything of this kind (with one of these names)."""
        return any(item.kind == kind and (not names or item.name in names) for item in self.items)

    def places(self, kind: str, name: str) -> list[int]:
        """Return the places of the mentions of this kind and name, used or not."""
        return [i for i, item in enumerate(self.items) if (item.kind, item.name) == (kind, name)]

    def name(self, index: int) -> str:
        """Return the name of a mention, "" outside the question."""
        return self.items[index].name if 0 <= index < len(self.items) else ""

    def word(self, index: int) -> str:
        """Return the text of a mention without case, "" outside the question."""
        return self.items[index].text.casefold() if 0 <= index < len(self.items) else ""

    def named(self, index: int, *kinds: str) -> str:
        """Return what a mention names in a sense of one of these kinds, "" when it has none or is outside."""
        sense = self.items[index].sense(*kinds) if 0 <= index < len(self.items) else None
        return sense.name if sense else ""

    def gap(self, left: int, right: int) -> list[str]:
        """Return the keys of the tokens between two mentions, none where one of them is outside."""
        if not 0 <= left <= right < len(self.items):
            return []
        return [t.key for t in self.tokens[self.items[left].end : self.items[right].start]]

    def before(self, index: int, count: int) -> list[str]:
        """Return the keys of the last few tokens before a mention."""
        start = self.items[index].start
        return [t.key for t in self.tokens[max(0, start - count) : start]]

    def behind(self, index: int, count: int) -> list[str]:
        """Return the keys of the first few tokens behind a mention."""
        end = self.items[index].end
        return [t.key for t in self.tokens[end : end + count]]

    def touching(self, left: int, right: int, at_most: int = 0) -> bool:
        """Whether two mentions stand beside each other, with at most so many other words between them."""
        if not (0 <= left < right < len(self.items)):
            return False
        return len([k for k in self.gap(left, right) if k not in _LIGHT]) <= at_most

    def beside(self, one: int, other: int, at_most: int = 0) -> bool:
        """Whether two mentions touch, whichever of them comes first."""
        return self.touching(min(one, other), max(one, other), at_most)

    def doubt(self, reason: str, weight: float) -> None:
        """Note something that makes the reading less sure."""
        self.doubts[reason] = max(weight, self.doubts.get(reason, 0.0))

    def aside(self) -> list[str]:
        """Return the words that stand in brackets: they only explain what stands before them."""
        found, depth = [], 0
        for token in self.tokens:
            depth += (token.text == "(") - (token.text == ")")
            if depth > 0:
                found.append(token.text)
        return found

    def unread(self) -> list[str]:
        """Return the words that nothing in the lexicon covers."""
        covered = self.fillers.union(*(range(item.start, item.end) for item in self.items))
        left = (token for place, token in enumerate(self.tokens) if place not in covered)
        return [token.text for token in left if (token.is_word or token.is_number) and len(token.key) > 1]


def joined(gap: Iterable[str]) -> bool:
    """Whether words only list what stands on both sides: commas, "and", "or"."""
    return all(word in _LISTING for word in gap if word not in _LIGHT)
