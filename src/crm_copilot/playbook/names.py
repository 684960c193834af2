"""Industries, clients and managers that a rule names: those of the data, those that people know, and capital words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from crm_copilot.playbook.rules import Atom, Condition, Field
from crm_copilot.playbook.wording import CLIENTS, KNOWN, SECTOR, either, flat

_JOIN = r"\s*(?:,\s*(?:and|or|e|ou)?|/|\band\b|\bor\b|&|\be\b|\bou\b)\s*"
_WORD = r"[A-ZÀ-Þ][\w'’&-]*"
# Capital words before "clients" that are no industry.
_NO_INDUSTRY = frozenset(
    "for the all our any every new existing key large small vip premium strategic loyal inactive dormant returning when"
    " if to with only never always these those other such high low mid top some most many no each both existing"
    " potential"
    " para os as todos todas nossos novos grandes pequenos clientes a an do offer pitch propose recommend avoid do not"
    " high-spend low-spend high-value low-value enterprise smb our big local global international unhappy"
    " in from of and or is are among instead de do da dos das com sem que se quando".split()
)


@dataclass(frozen=True)
class Names:
    """The names that the data hold."""

    industries: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    managers: tuple[str, ...] = ()

    @cached_property
    def industry(self) -> str:
        """A pattern of one industry."""
        return rf"(?:{either([*self.industries, *KNOWN])})"

    @cached_property
    def industry_list(self) -> str:
        """A pattern of one industry or several."""
        return rf"\b{self.industry}\b(?:{_JOIN}(?:the )?{self.industry}\b)*"


def named(text: str, said: str, names: Names) -> Iterator[Atom]:
    """Yield conditions on industry, client and manager; `said` is the flat text."""
    yield from _industries(text, said, names)
    for field, known in (("client", names.clients), ("manager", names.managers)):
        yield from _known(text, said, field, known)  # type: ignore[arg-type]


def _industries(text: str, said: str, names: Names) -> Iterator[Atom]:
    many = names.industry_list
    patterns = (
        rf"(?P<names>{many})(?:[- ](?:based|focused|sector|industry"
        rf"|vertical))?(?:\s+{SECTOR})?\s+(?:\w+\s+)?{CLIENTS}\b",
        rf"\b{CLIENTS}\s+(?:(?:is|are|operat\w+|work\w*|active|based|sao)\s+)?(?:not\s+)?(?:in|from|of|within|do|da"
        rf"|de|no|na|em)\s+(?:the\s+|o\s+|a\s+)?(?:{SECTOR}\s+(?:de|do|da|of)\s+)?(?P<names>{many})",
        rf"\b{SECTOR}\s+(?:is|are|=|:|equals|of|de|do|da|e)\s+(?:not\s+)?(?:in\s+)?(?P<names>{many})",
        rf"(?:in|from|within|for|no|na|do|da|para)\s+(?:the\s+|o\s+|a\s+)?(?P<names>{many})\s+{SECTOR}\b",
        rf"(?:except|excluding|other than|apart from|but not|exceto|salvo)(?:\s+(?:for|those|in|the|para|de|do|da"
        rf"|os|as))*\s+(?P<names>{many})",
        rf"^(?:for|in|with|to|para)\s+(?:the\s+)?(?P<names>{many})\s*(?=[,:])",
    )
    for pattern in patterns:
        for found in re.finditer(pattern, said):
            start, end = found.span("names")
            yield Atom(Condition("industry", "is", _split(text[start:end], names)), start, end)
    yield from _capitals(text, said, names)


def _split(text: str, names: Names) -> tuple[str, ...]:
    """Return the industries of a list in the spelling of the data where they are known there."""
    spelt = {flat(name): name for name in (*KNOWN, *names.industries)}
    found = re.finditer(rf"\b{names.industry}\b", flat(text))
    return tuple(dict.fromkeys(spelt.get(one.group(), text[one.start() : one.end()]) for one in found))


def _capitals(text: str, said: str, names: Names) -> Iterator[Atom]:
    """Read "For Aerospace clients" as an industry that the data do not have yet."""
    pattern = rf"(?P<name>{_WORD}(?:\s+(?:&\s+)?{_WORD}){{0,2}})\s+(?:(?i:{SECTOR})\s+)?(?i:{CLIENTS})\b"
    for found in re.finditer(pattern, text):
        words = list(re.finditer(r"[\w'’&-]+", found["name"]))
        while words and flat(words[0].group()) in _NO_INDUSTRY:
            words.pop(0)
        if not words or any(flat(word.group()) in _NO_INDUSTRY for word in words):
            continue
        start, end = found.start("name") + words[0].start(), found.start("name") + words[-1].end()
        name = text[start:end]
        known = {flat(known) for known in (*names.clients, *names.managers)}
        if flat(name) not in known and not re.search(rf"\b{names.industry}\b", said[start:end]):
            yield Atom(Condition("industry", "is", (name,)), start, end)


def _known(text: str, said: str, field: Field, known: tuple[str, ...]) -> Iterator[Atom]:
    if not known:
        return
    one = rf"(?:{either(known)})"
    spelt = {flat(name): name for name in known}
    for found in re.finditer(rf"\b{one}\b(?:{_JOIN}{one}\b)*", said):
        values = tuple(spelt.get(name, name) for name in re.findall(rf"\b{one}\b", found.group()))
        if (
            field == "client"
            or re.search(
                rf"(?:managed by|owned by|{CLIENTS} of|manager is|manager:|gerid\w+ por)\s*$", said[: found.start()]
            )
            or re.match(rf"'?s?\s+{CLIENTS}\b", said[found.end() :])
        ):
            yield Atom(Condition(field, "is", values), found.start(), found.end())
