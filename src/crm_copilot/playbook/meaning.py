"""Which client is meant: by a name, misspelt too, or by a figure ("our biggest client"); and what is said of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from crm_copilot.playbook import records
from crm_copilot.playbook.facts import Facts, find
from crm_copilot.playbook.saying import day, listed, say, written
from crm_copilot.playbook.superlatives import Described, described

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Meant:
    """The client that is meant and how that was understood; `refusal` where nobody, or no single one, is."""

    client: Facts = field(default_factory=Facts)
    note: str = ""
    refusal: Answer | None = None

    def told(self, answer: Answer) -> Answer:
        """Return an answer that says first, or behind a single line, which client was taken."""
        if not self.note:
            return answer
        text = str(answer["answer"])
        return {**answer, "answer": f"{self.note}\n{text}" if "\n" in text else f"{text} {self.note}"}


def meant(name: str, clients: Sequence[Facts], language: str) -> Meant:
    """Return the client that a name or a description means."""
    found = find(name, clients)
    if len(found.clients) == 1 and found.exact:
        return Meant(found.clients[0])
    if (chosen := described(name, clients)) is not None:
        return _chosen(name, chosen, language)
    if len(found.clients) != 1:
        return Meant(refusal=records.not_one(name, found, language))
    return Meant(found.clients[0], say(language, "read as", name=name, found=found.clients[0].name))


def _chosen(words: str, chosen: Described, language: str) -> Meant:
    if chosen.unread:
        return Meant(refusal=records.refused(say(language, "not by", words=", ".join(chosen.unread))))
    if not chosen.clients:
        what = say(language, f"by {chosen.figure}")
        return Meant(refusal=records.refused(say(language, "no figure", figure=what)))
    note = _note(chosen, language)
    if len(chosen.clients) > 1:
        rows = [records.row(client) for client in chosen.clients]
        return Meant(refusal=records.refused(f"{note} {say(language, 'which of them')}", rows=rows))
    return Meant(chosen.clients[0], note)


def _note(chosen: Described, language: str) -> str:
    """Return who was taken, by which figure, among whom."""
    first = chosen.clients[0]
    value = written(first.spend, language) if chosen.figure.endswith("spend") else day(first.last_meeting)
    among = [
        say(language, key, value=name)
        for key, name in (("of industry", chosen.industry), ("of manager", chosen.manager))
        if name
    ]
    return say(
        language, "chosen", names=listed([client.name for client in chosen.clients], language), count=chosen.count,
        figure=_figure(chosen, language), value=value,
        among=say(language, "among", what=listed(among, language)) if among else "",
    )  # fmt: skip


def _figure(chosen: Described, language: str) -> str:
    figure = say(language, f"by {chosen.figure}")
    return figure if chosen.place == 1 else say(language, "place", place=chosen.place, figure=figure)
