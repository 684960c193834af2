"""The operations page: what happened, for administrators alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from crm_copilot.interfaces.app import resources
from crm_copilot.interfaces.app.operations_page import by_time, quantile
from crm_copilot.people import OWNER
from crm_copilot.storage.overview import Overview, Run

from .helpers import App, texts


def metrics(page: Any) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def cells(page: Any, column: str) -> list[str]:
    tables = [table.value for table in page.table]
    return [str(cell).replace("\\", "") for table in tables if column in table for cell in table[column]]


def test_an_empty_house_says_so(own_app: App) -> None:
    page = own_app.open("operations")
    assert metrics(page)["Questions"] == "0"
    assert "Nobody has asked anything yet." in texts(page)


def test_what_was_asked_and_thought_is_shown(own_app: App) -> None:
    service = resources.service()
    answer = service.ask(OWNER, "How many orders were there in 2018?")
    service.ask(OWNER, "How many orders were there in 2018?")
    service.ask(OWNER, "what is our profit margin?")
    service.rate(OWNER, answer["turn"], thumbs=1)
    service.house.audit.record("owner", "data", detail="loaded a folder")
    page = own_app.open("operations")
    shown = metrics(page)
    assert (shown["Questions"], shown["Answered"], shown["People"]) == ("3", "67%", "1")
    assert (shown["Thumbs up"], shown["Thumbs down"]) == ("1", "0")
    assert shown["From the cache"] == "33%"
    assert int(shown["Tokens written"].replace(",", "")) == answer["tokens"]["output"]
    assert shown["Cache hits"] == "33%"
    assert cells(page, "Question")[0] == "what is our profit margin?"
    assert cells(page, "Outcome") == ["declined", "answered", "answered"]
    assert cells(page, "Reason") == ["not in the data: costs"]
    assert "loaded a folder" in cells(page, "Detail")
    assert cells(page, "Node") == ["retrieve", "generate", "execute", "reflect", "respond"]


def test_what_people_wrote_is_shown_as_it_is(own_app: App) -> None:
    resources.service().ask(OWNER, "<b>how many</b> orders :smile: $x$")
    page = own_app.open("operations")
    assert cells(page, "Question")[0].replace("\u2060", "") == "<b>how many</b> orders :smile: $x$"


def test_who_is_no_administrator_does_not_see_it(own_app: App, monkeypatch: Any) -> None:
    house = resources.service().house
    person = house.accounts.add("Rui", "a long password", "analyst")
    monkeypatch.setattr("crm_copilot.interfaces.app.signed_in.person", lambda house: person)
    monkeypatch.setattr("crm_copilot.interfaces.app.signed_in.asker", lambda house: person)
    page = own_app.open("operations")
    assert not page.metric
    assert "Operations" not in [title.value for title in page.title]


def test_another_time_is_shown_when_it_is_chosen(own_app: App) -> None:
    house = resources.service().house
    resources.service().ask(OWNER, "How many orders?")
    before = datetime.now(UTC) + timedelta(seconds=1)
    assert len(Overview(house.database).runs(before - timedelta(hours=1))) == 1
    assert Overview(house.database).runs(before) == []


def test_the_arithmetic() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    runs = [Run(since + timedelta(hours=h), "p", "m", None, o, 0.9, 1, 0.1, False, 1, 1) for h, o in MADE]  # noqa: FBT003
    bars = by_time(runs, since, timedelta(days=1))
    assert [(bar["time"], bar["outcome"], bar["questions"]) for bar in bars] == [
        (since, "answered", 2), (since, "declined", 1), (since + timedelta(hours=5), "answered", 1),
    ]  # fmt: skip
    assert [quantile([], 0.5), quantile([3, 1, 2], 0.5), quantile(list(range(100)), 0.95)] == [0, 2, 95]


MADE = ((0.1, "answered"), (0.2, "answered"), (0.3, "declined"), (5.5, "answered"))
