"""What a question about contacts must find: the ids of its records, or the names that it must ask back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from crm_copilot.data import Dataset

Days = tuple[date, date]
"""A first day and the one after the last."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its truth: who with whom, when, in which way; `among` are names that it must ask back."""

    question: str
    managers: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    days: tuple[Days, ...] = ()
    kinds: tuple[str, ...] = ()
    among: tuple[str, ...] = ()
    group: str = ""

    def ids(self, contacts: pd.DataFrame) -> set[str]:
        """Return the ids of the records that the question means."""
        kept = pd.Series(True, index=contacts.index)
        for column, names in (("manager", self.managers), ("client_name", self.companies), ("kind", self.kinds)):
            if names:
                kept &= contacts[column].isin(names)
        if self.days:
            inside = pd.Series(False, index=contacts.index)
            for first, end in self.days:
                inside |= (contacts["day"] >= first) & (contacts["day"] < end)
            kept &= inside
        return set(contacts.loc[kept, "interaction_id"])


def contacts_of(dataset: Dataset) -> pd.DataFrame:
    """Return the contacts with the name of their company and their day."""
    with dataset.connect() as data:
        found: pd.DataFrame = data.execute(
            "SELECT interaction_id, interaction_time, interaction_time::DATE AS day, manager, client_name, kind, text"
            " FROM interactions JOIN clients USING (client_id) ORDER BY interaction_time"
        ).df()
    found["day"] = pd.to_datetime(found["day"]).dt.date
    return found


def from_json(line: Mapping[str, Any]) -> Asked:
    """Return the question of a line of a file; `days` are pairs of a first and a last day, both in it."""
    return Asked(
        line["question"], tuple(line.get("managers", ())), tuple(line.get("companies", ())),
        tuple(_days(pair) for pair in line.get("days", ())), tuple(line.get("kinds", ())),
        tuple(line.get("among", ())), line.get("group", "by hand"),
    )  # fmt: skip


def _days(pair: Sequence[str]) -> Days:
    first, last = (date.fromisoformat(text) for text in pair)
    return first, date.fromordinal(last.toordinal() + 1)
