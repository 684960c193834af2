"""The accounts of the sales team, and what was said to whom.

Each account has a manager, and a story: topics that are opened, meet an objection, move on, and end well
or badly. The sentences are in `accounts.toml`. An account's last meeting is its latest interaction of
that kind, and nobody works at the weekend.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from crm_copilot.data.demo import calendar
from crm_copilot.data.demo.draws import DAY, Draws, Ints
from crm_copilot.data.demo.resources import table_of

KINDS = ("call", "mail", "meeting", "note")
SHARES = (36, 31, 15, 18)
# A topic is opened, meets an objection, moves on once or twice, and ends.
STAGES = ("opening", "objection", "progress", "progress", "end")
STORY_DAYS = 425
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MESES = (
    "janeiro", "fevereiro", "março", "abril", "maio", "junho",
    "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
)  # fmt: skip


@dataclass(frozen=True)
class Accounts:
    """The clients, and the interactions in order of time with the place of their client."""

    client_id: list[str]
    name: list[str]
    industry: list[str]
    spend: list[str]
    last_meeting: list[str]
    manager: list[str]
    interaction_id: list[str]
    client: Ints
    by: list[str]
    kind: list[str]
    time: Ints
    text: list[str]
    outcome: list[str]


def accounts(seed: int, clients: int, interactions: int) -> Accounts:
    """Return that many accounts, at most as many as there are names, and interactions with them."""
    draws, words = Draws(seed, "accounts"), table_of("accounts.toml")
    named = words["clients"][:clients]
    managers = _managers(draws, words["managers"], len(named))
    client = draws.pick(draws.lognormal(1.0, 0.45, len(named)), interactions)
    time = _office_hours(draws, interactions)
    kind = draws.pick(SHARES, interactions)
    colleagues = draws.one_of(words["managers"], interactions)
    told = Stories(Draws(seed, "stories"), words, len(named)).told(client, time, kind)
    away = draws.chance(0.12, interactions).tolist()
    by = [other if out else managers[c] for c, other, out in zip(client, colleagues, away, strict=True)]
    return Accounts(
        client_id=draws.ids(len(named)),
        name=[name for name, _ in named],
        industry=[industry for _, industry in named],
        spend=[f"{amount}.00" for amount in draws.lognormal(140_000, 0.8, len(named)).astype(np.int64)],
        last_meeting=_last_meetings(len(named), client, time, kind),
        manager=managers,
        interaction_id=draws.ids(interactions),
        client=client,
        by=by,
        kind=[KINDS[place] for place in kind],
        time=time,
        text=[text for text, _ in told],
        outcome=[outcome for _, outcome in told],
    )


class Stories:
    """Tells what each interaction was about, account by account, in order of time."""

    def __init__(self, draws: Draws, words: dict[str, Any], clients: int) -> None:
        self._draws, self._words = draws, words
        self._portuguese = draws.chance(0.22, clients).tolist()
        self._contacts = [words["contacts"][place % len(words["contacts"])] for place in range(clients)]
        self._topic = draws.one_of(list(words["topics"]), clients)
        self._stage = [0] * clients
        self._last = [""] * clients

    def told(self, client: Ints, time: Ints, kind: Ints) -> list[tuple[str, str]]:
        """Return a text of one to three sentences for each interaction, and "won" or "lost" where it ends a topic."""
        self._chances = iter(self._draws.uniform(14 * len(client)).tolist())
        steps = zip(client.tolist(), time.tolist(), kind.tolist(), strict=True)
        return [self._told(*step) for step in steps]

    def _told(self, client: int, time: int, kind: int) -> tuple[str, str]:
        language = "pt" if self._portuguese[client] else "en"
        stage = STAGES[self._stage[client]]
        topic = self._words["topics"][self._topic[client]][language]
        if stage == "end":
            stage = "won" if next(self._chances) < 0.6 else "lost"
        said = self._last[client] = self._other(topic[stage], self._last[client])
        opening = self._one(self._words["kinds"][language][KINDS[kind]])
        ending = stage in ("won", "lost")
        next_step = "" if ending or next(self._chances) > 0.6 else self._one(self._words["next"][language])
        aside = self._one(self._words["asides"][language]) if next(self._chances) < 0.18 else ""
        self._move_on(client, ending)
        sentences = [opening + said, aside, next_step]
        text = self._filled(" ".join(part for part in sentences if part), client, time, language)
        return text, stage if ending else ""

    def _move_on(self, client: int, ending: bool) -> None:
        if ending:
            self._stage[client] = 0
            self._topic[client] = self._one(list(self._words["topics"]))
        elif next(self._chances) < 0.8:
            self._stage[client] += 1

    def _filled(self, text: str, client: int, time: int, language: str) -> str:
        return text.format(
            contact=self._contacts[client],
            percent=5 * int(1 + 5 * next(self._chances)),
            amount=f"R$ {int(4 + 90 * next(self._chances))}{',' if language == 'en' else '.'}000",
            units=20 * int(3 + 60 * next(self._chances)),
            days=5 * int(2 + 8 * next(self._chances)),
            category=self._one(self._words["categories"][language]),
            day=_day_in_words(time, int(3 + 15 * next(self._chances)), language),
        )

    def _one(self, options: list[str]) -> str:
        return options[int(next(self._chances) * len(options))]

    def _other(self, options: list[str], last: str) -> str:
        """Return one of the options that was not said just now."""
        return self._one([option for option in options if option != last] or options)


def _day_in_words(time: int, days: int, language: str) -> str:
    """Return the working day that many days later, or the next one."""
    later = datetime.fromtimestamp(time + days * DAY, UTC)
    later += timedelta(days=7 - later.weekday() if later.weekday() > 4 else 0)
    if language == "en":
        return f"{later.day} {MONTHS[later.month - 1]}"
    return f"{later.day} de {MESES[later.month - 1]}"


def _managers(draws: Draws, names: list[str], clients: int) -> list[str]:
    """Give each account a manager; nobody is left without one while there are enough accounts."""
    drawn = draws.pick(1.0 / (4.0 + np.arange(len(names))), clients).tolist()
    return [names[place if place < len(names) else drawn[place]] for place in range(clients)]


def _office_hours(draws: Draws, number: int) -> Ints:
    """Return moments of the last fourteen months on working days from nine to six, in order."""
    day = calendar.END // DAY - STORY_DAYS + 1 + draws.whole(0, STORY_DAYS, number)
    weekend = np.maximum(calendar.weekday(day * DAY) - 4, 0)
    return np.sort((day - weekend) * DAY + 9 * 3600 + draws.whole(0, 9 * 60, number) * 60)


def _last_meetings(clients: int, client: Ints, time: Ints, kind: Ints) -> list[str]:
    met = kind == KINDS.index("meeting")
    latest = dict(zip(client[met].tolist(), time[met].tolist(), strict=True))
    return [
        datetime.fromtimestamp(latest[place], UTC).date().isoformat() if place in latest else ""
        for place in range(clients)
    ]
