"""What is known of a client, and the clients that a name may mean: misspelt, shortened, or one word of several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from crm_copilot.playbook.wording import flat

_LEGAL = re.compile(
    r"\b(?:inc|incorporated|corp|corporation|co|company|ltd|limited|llc|plc|gmbh|ag|sa|s\.a|ltda|eireli|me|group"
    r"|grupo|holding)\b\.?"
)
_LIKE, _NEAR, _CLOSE = 80, 60, 6  # of 100: taken to be meant, worth showing, too close to choose between


@dataclass(frozen=True, slots=True)
class Facts:
    """One client, or one that is only described; None where nothing is known. `today` is the last day of the data."""

    name: str = ""
    id: str = ""
    industry: str | None = None
    spend: float | None = None
    last_meeting: date | None = None
    manager: str | None = None
    last_contact: date | None = None
    today: date = date.min

    @property
    def days_since_meeting(self) -> int | None:
        """Days from the last meeting to the last day of the data."""
        return (self.today - self.last_meeting).days if self.last_meeting else None

    @property
    def days_since_contact(self) -> int | None:
        """Days from the last call, mail, meeting or note; a meeting counts too."""
        known = [day for day in (self.last_contact, self.last_meeting) if day]
        return (self.today - max(known)).days if known else None


@dataclass(frozen=True, slots=True)
class Found:
    """Who a name may mean: `clients` all equally well, `exact` when it was spelt so; `near` are worth showing."""

    clients: tuple[Facts, ...] = ()
    exact: bool = True
    near: tuple[Facts, ...] = ()


def find(name: str, clients: Sequence[Facts]) -> Found:
    """Return the clients that a name means: one, several that it cannot tell apart, or none."""
    wanted = _form(name)
    if not wanted:
        return Found()
    for same in (_equal, _named_in, _by_words):
        if met := same(wanted, clients):
            return Found(tuple(met), exact=True)
    return _alike(wanted, clients)


def _equal(wanted: str, clients: Sequence[Facts]) -> list[Facts]:
    bare = wanted.replace(" ", "")
    return [c for c in clients if bare in (_form(c.name).replace(" ", ""), flat(c.id))] or [
        c for c in clients if bare == _plain(c.name).replace(" ", "")
    ]


def _named_in(wanted: str, clients: Sequence[Facts]) -> list[Facts]:
    """Return the clients whose whole name stands in what was said: "the people of Aurora Móveis"."""
    met = [c for c in clients if re.search(rf"\b{re.escape(_plain(c.name))}\b", wanted) and len(_plain(c.name)) > 3]
    longest = max((len(c.name) for c in met), default=0)
    return [c for c in met if len(c.name) == longest]


def _by_words(wanted: str, clients: Sequence[Facts]) -> list[Facts]:
    """Return the clients whose name has all these words: "Horizonte" is in two names."""
    words = set(wanted.split())
    return [c for c in clients if words <= set(_form(c.name).split())]


def _alike(wanted: str, clients: Sequence[Facts]) -> Found:
    ranked = sorted(((_likeness(wanted, c), c) for c in clients), key=lambda pair: -pair[0])
    best = ranked[0][0] if ranked else 0
    if best < _LIKE:
        return Found(near=tuple(c for score, c in ranked[:3] if score >= _NEAR))
    met = tuple(c for score, c in ranked if score > best - _CLOSE and score >= _LIKE)
    return Found(met, exact=False)


def _likeness(wanted: str, client: Facts) -> float:
    whole, bare = _form(client.name), _plain(client.name)
    solid = fuzz.ratio(wanted.replace(" ", ""), bare.replace(" ", ""))
    words = [word for word in bare.split() if len(word) > 4]
    one = max((fuzz.ratio(wanted, word) for word in words), default=0) if len(words) > 1 else 0
    return max(fuzz.ratio(wanted, whole), solid, one - 3)


def _form(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", re.sub(r"'s\b", "", flat(name))))


def _plain(name: str) -> str:
    """Return a name without what only says that it is a company."""
    return _form(_LEGAL.sub(" ", flat(name))) or _form(name)
