"""The workbench of a reading: the mentions of a question, and what has been made of them so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from crm_copilot.domain import Period
from crm_copilot.library.plan import By, Condition, Having, Measure
from crm_copilot.understanding.lexicon import Mention
from crm_copilot.understanding.text import Language, Token

SUBJECT_ORDERS = frozenset(
    "one 1 top best worst bottom main major leading largest biggest smallest greatest melhor pior principal maior menor ultimo "
    "primary ranked star melhores piores principais maiores menores".split()
)


@dataclass
class Draft:
    """Mentions without the fillers (`items`), a role for each once it is used, and the parts of the plan."""

    question: str
    tokens: Sequence[Token]
    items: list[Mention]
    fillers: set[int]
    language: Language
    roles: dict[int, str] = field(default_factory=dict)
    measures: list[tuple[int, Measure]] = field(default_factory=list)
    keys: list[tuple[int, By]] = field(default_factory=list)
    where: list[tuple[int, Condition]] = field(default_factory=list)
    having: list[tuple[int | None, Having]] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    limit: int | None = None
    order: str | None = None
    ordered_by: Measure | None = None
    forced: set[int] = field(default_factory=set)
    time: str | None = None
    percent: float | None = None
    doubts: dict[str, float] = field(default_factory=dict)

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

    def gap(self, left: int, right: int) -> list[str]:
        """Return the keys of the tokens between two mentions."""
        return [t.key for t in self.tokens[self.items[left].end : self.items[right].start]]

    def touching(self, left: int, right: int, at_most: int = 0) -> bool:
        """Whether two mentions stand beside each other, with at most so many other words between them."""
        if not (0 <= left < right < len(self.items)):
            return False
        return len([k for k in self.gap(left, right) if k not in _LIGHT]) <= at_most

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
        covered = set(self.fillers)
        for item in self.items:
            covered |= set(range(item.start, item.end))
        return [
            t.text
            for i, t in enumerate(self.tokens)
            if i not in covered and (t.is_word or t.is_number) and len(t.key) > 1
        ]


_LIGHT = frozenset(
    {"the", "a", "an", "o", "of", "de", "our", "-", "their", "its", "os", "as", "的", "own", "by", "um", "uma", "all"}
)


def joined(gap: Iterable[str]) -> bool:
    """Whether words only list what stands on both sides: commas, "and", "or"."""
    words = [w for w in gap if w not in _LIGHT]
    return all(w in _AND for w in words)


_AND = frozenset(
    {
        ",",
        "and",
        "e",
        "&",
        "/",
        "x",
        "+",
        "or",
        "ou",
        "和",
        "与",
        "及",
        "、",
        "或",
        "by",
        "por",
        "per",
        "then",
        "each",
        "versu",
        "vs",
        "-",
        "y",
        "the",
        "both",
    }
)
