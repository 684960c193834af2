"""Questions generated from the data with known truth: with records, with nothing recorded, with ambiguous names.

The days of relative periods are counted here by themselves, from the last day of the contacts; names are misspelt,
shortened, written small and without accents. The same data and seed give the same questions.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from evaluation.conversations.truth import Asked, Days

MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split(),
}
_ASKS = {
    "en": [
        "What did {manager} do for {company} {when}?", "What did {manager} say to {company} {when}?",
        "What was discussed between {manager} and {company} {when}?", "what has {manager} agreed with {company} {when}",
        "Summarise {manager}'s contacts with {company} {when}",
        "Recap of the interactions of {manager} with {company} {when}",
        "Tell me what {manager} talked about with {company} {when}.",
        "{when} - what happened between {manager} and {company}?",
    ],
    "pt": [
        "O que {manager} fez para {company} {when}?", "O que {manager} combinou com {company} {when}?",
        "Resuma os contatos de {manager} com {company} {when}", "o que foi dito por {manager} para {company} {when}",
    ],
}  # fmt: skip
_ASKS_ONE = {
    "en": [
        "What happened with {company} {when}?",
        "Summarise the conversations with {company} {when}",
        "What was said to {company} {when}?",
        "Give me a summary of our contacts with {company} {when}",
    ],
    "pt": ["O que aconteceu com {company} {when}?", "Resumo das conversas com {company} {when}"],
}
_ASKS_KIND = {
    "en": ["Summarise the {kind} of {manager} {when}", "What was said in the {kind} with {company} {when}?"],
    "pt": ["Resuma as {kind} de {manager} {when}", "O que foi dito nas {kind} com {company} {when}?"],
}
_KINDS = {
    "en": {"call": "calls", "mail": "mails", "meeting": "meetings"}, "pt": {"call": "ligações", "meeting": "reuniões"},
}  # fmt: skip


def questions(contacts: pd.DataFrame, number: int = 100, seed: int = 1) -> list[Asked]:
    """Return so many questions: half with records, a quarter with none, a quarter with a name of several."""
    drawn = _Drawn(contacts, random.Random(seed))
    quarter = number // 4
    made = [
        *drawn.until(number - 2 * quarter, drawn.any, lambda ids: 0 < len(ids) < len(contacts)),
        *drawn.until(quarter, drawn.pair, lambda ids: not ids, "nothing recorded"),
        *drawn.ambiguous(quarter),
    ]
    return made


class _Drawn:
    """Draws questions from contacts."""

    def __init__(self, contacts: pd.DataFrame, chance: random.Random) -> None:
        self._contacts, self._chance = contacts, chance
        self._managers = sorted(set(contacts["manager"]))
        self._companies = sorted(set(contacts["client_name"]))
        self._last: date = max(contacts["day"])

    def until(
        self, number: int, draw: Callable[[], Asked], fits: Callable[[set[str]], bool], group: str = "recorded"
    ) -> Iterator[Asked]:
        """Yield so many different questions whose records fit."""
        seen: set[str] = set()
        while len(seen) < number:
            asked = draw()
            if asked.question not in seen and fits(asked.ids(self._contacts)):
                seen.add(asked.question)
                yield replace(asked, group=group)

    def any(self) -> Asked:
        """Return a question about a pair, a company or a kind of contact; pairs are drawn from those in contact."""
        return self._chance.choice([self.pair, self.pair, self._one, self._kind])()

    def pair(self) -> Asked:
        """Return a question about a manager and a company."""
        row = self._contacts.sample(1, random_state=self._chance.randrange(10**6)).iloc[0]
        company = row["client_name"] if self._chance.random() < 0.8 else self._chance.choice(self._companies)
        return self._asked(_ASKS, row["manager"], company)

    def _one(self) -> Asked:
        return self._asked(_ASKS_ONE, None, self._chance.choice(self._companies))

    def _kind(self) -> Asked:
        language = self._language()
        kind, word = self._chance.choice(list(_KINDS[language].items()))
        text = self._chance.choice(_ASKS_KIND[language]).replace("{kind}", word)
        manager = self._chance.choice(self._managers) if "{manager}" in text else None
        company = self._chance.choice(self._companies) if "{company}" in text else None
        return replace(self._filled(text, language, manager, company), kinds=(kind,))

    def ambiguous(self, number: int) -> Iterator[Asked]:
        """Yield questions with a word that several names share."""
        shared = [(word, names) for word, names in self._shared()]
        for place in range(number):
            word, names = shared[place % len(shared)]
            is_manager = names[0] in self._managers
            other = self._chance.choice(self._companies if is_manager else self._managers)
            pair = (word, other) if is_manager else (other, word)
            language = self._language()
            text = self._chance.choice(_ASKS[language])
            when, _ = self._period(language)
            question = text.format(manager=pair[0], company=pair[1], when=when)
            yield Asked(_tidy(question), among=tuple(names), group="ambiguous")

    def _shared(self) -> Iterator[tuple[str, Sequence[str]]]:
        for names in (self._managers, self._companies):
            firsts = [name.split()[0] for name in names]
            for word in sorted({first for first in firsts if firsts.count(first) > 1}):
                yield word, [name for name in names if name.split()[0] == word]

    # ------------------------------------------------------------------------------------------------ the words

    def _language(self) -> str:
        return "pt" if self._chance.random() < 0.25 else "en"

    def _asked(self, asks: dict[str, list[str]], manager: str | None, company: str | None) -> Asked:
        language = self._language()
        return self._filled(self._chance.choice(asks[language]), language, manager, company)

    def _filled(self, text: str, language: str, manager: str | None, company: str | None) -> Asked:
        when, days = self._period(language)
        question = text.format(manager=self._said(manager), company=self._said(company), when=when)
        found = Asked(_tidy(question), days=(days,) if days else ())
        return replace(
            found, managers=(manager,) if manager else (), companies=(company,) if company else ()
        )  # fmt: skip

    def _said(self, name: str | None) -> str:
        """Return a name as somebody may write it: shortened where that is clear, misspelt, small, without accents."""
        if name is None:
            return ""
        first, others = name.split()[0], [*self._managers, *self._companies]
        clear = len(first) > 2 and sum(first in other.split() for other in others) == 1
        text = first if clear and self._chance.random() < 0.5 else name
        if self._chance.random() < 0.4:
            text = self._misspelt(text)
        if self._chance.random() < 0.2:
            text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()
        return text

    def _misspelt(self, text: str) -> str:
        places = [i for i in range(1, len(text) - 1) if text[i - 1 : i + 2].isalpha()]
        if len(text) < 5 or not places:
            return text
        i = self._chance.choice(places)
        left, right = text[:i], text[i + 1 :]
        return self._chance.choice([left + right, left + text[i] * 2 + right, left + right[0] + text[i] + right[1:]])

    def _period(self, language: str) -> tuple[str, Days | None]:
        """Return a period in words and its days; a month without a year is the last of that name."""
        last, month = self._last, self._chance.randrange(1, 13)
        year = last.year if month <= last.month else last.year - 1
        english, portuguese, days = self._chance.choice(_periods(last, year, month, self._chance.choice([10, 30, 60])))
        return (english if language == "en" else portuguese), days


def _periods(last: date, year: int, month: int, back: int) -> list[tuple[str, str, Days | None]]:
    """Return periods in English and Portuguese, with their days, counted from the `last` one."""
    name, nome = MONTHS["en"][month - 1], MONTHS["pt"][month - 1]
    monday, quarter = last - timedelta(last.weekday()), 3 * ((last.month - 1) // 3)
    of_month, after = (_first(year, month), _first(year, month + 1)), last + timedelta(1)
    before = (_first(last.year, last.month - 1), _first(last.year, last.month))
    return [
        (f"in {name} {year}", f"em {nome} de {year}", of_month),
        (f"in {name}", f"em {nome}", of_month),
        ("last month", "no mês passado", before),
        ("last week", "na semana passada", (monday - timedelta(7), monday)),
        ("this quarter", "neste trimestre", (_first(last.year, quarter + 1), _first(last.year, quarter + 4))),
        (f"in the last {back} days", f"nos últimos {back} dias", (after - timedelta(back), after)),
        (f"in {last.year}", f"em {last.year}", (date(last.year, 1, 1), date(last.year + 1, 1, 1))),
        ("in Q1 2018", "no primeiro trimestre de 2018", (date(2018, 1, 1), date(2018, 4, 1))),
        (f"since {name} {year}", f"desde {nome} de {year}", (of_month[0], after)),
        ("", "", None),
    ]


def _first(year: int, month: int) -> date:
    """Return the first day of a month; the 0th is the last of the year before, the 13th the first of the next."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _tidy(text: str) -> str:
    """Return a question without what an empty period leaves behind."""
    text = " ".join(text.split()).replace(" ?", "?").replace(" .", ".")
    return text.removeprefix("- ").strip()
