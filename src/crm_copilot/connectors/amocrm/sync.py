"""From amoCRM's pages to loaded tables: all is fetched first, then written, then loaded; what fails changes nothing.

What an earlier run fetched is kept and merged by id, so that later runs ask only for what has changed since. Rows that
are not amoCRM's stay in the files as they are.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from crm_copilot.connectors.amocrm.client import Client, Entity
from crm_copilot.connectors.amocrm.mapping import Account, Contact, Mapper
from crm_copilot.connectors.amocrm.private import write_private
from crm_copilot.data import DataInfo, load
from crm_copilot.errors import DataError, InputError, OperatorError

_LISTS: dict[str, dict[str, Any]] = {
    "companies": {}, "leads": {"with": "loss_reason"}, "leads/notes": {}, "companies/notes": {}, "tasks": {},
    "events": {"filter[type]": "lead_status_changed", "limit": 100},
}  # fmt: skip
_BY_CREATION = "events"  # has no moment of change
_OVERLAP = 3600  # seconds that a run looks back behind the last: clocks differ
OWN = "amo-"
Tell = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Synced:
    """How many rows came of what, and what was loaded."""

    clients: int
    interactions: int
    fetched: int
    info: DataInfo


def synchronise(
    client: Client, home: Path, directory: Path, *, full: bool = False, zone: tzinfo = UTC, tell: Tell | None = None
) -> Synced:
    """Fetch what is new, write clients.csv and interactions.csv into `directory` and load it.

    `directory` has the other files of the company; `tell` is told of each list and how many entities it gave.
    Raises InputError, DataError or OperatorError; what was loaded before stays then.
    """
    began, state = int(time.time()), home / "connect" / "amocrm-data.json"
    known, since = ({}, 0) if full else _known(state, client.tokens.read().url)
    users = {user["id"]: str(user.get("name") or user.get("email") or user["id"]) for user in client.entities("users")}
    fetched = 0
    for name, query in _LISTS.items():
        new = list(client.entities(name, **query, **_changed(name, since)))
        known.setdefault(name, {}).update({str(entity["id"]): entity for entity in new})
        fetched += len(new)
        if tell:
            tell(name, len(new))
    accounts, contacts = mapped(users, known, zone)
    info = _loaded(directory, home, accounts, contacts)
    write_private(state, {"url": client.tokens.read().url, "since": began - _OVERLAP, "lists": known})
    return Synced(len(accounts), len(contacts), fetched, info)


def mapped(
    users: dict[int, str], lists: dict[str, dict[str, Entity]], zone: tzinfo
) -> tuple[list[Account], list[Contact]]:
    """Return the rows of clients and interactions, the interactions in order of time."""
    companies = {entity["id"]: entity for entity in lists["companies"].values()}
    leads = {entity["id"]: entity for entity in lists["leads"].values() if not entity.get("is_deleted")}
    mapper = Mapper(users, companies, leads, zone)
    found = {contact.interaction_id: contact for contact in _contacts(mapper, lists)}
    contacts = sorted(found.values(), key=lambda contact: (contact.interaction_time, contact.interaction_id))
    return list(mapper.accounts(contacts, datetime.now(zone))), contacts


def _contacts(mapper: Mapper, lists: dict[str, dict[str, Entity]]) -> Iterator[Contact]:
    """Yield the interactions; an event says better than the deal itself who closed it, and comes after it."""
    made = [
        *(mapper.note(note, "leads") for note in lists["leads/notes"].values()),
        *(mapper.note(note, "companies") for note in lists["companies/notes"].values()),
        *(mapper.task(task) for task in lists["tasks"].values()),
    ]
    closed = {lead: contact for lead, entity in mapper.leads.items() if (contact := mapper.closed(entity))}
    events = sorted(lists["events"].values(), key=lambda event: int(event.get("created_at") or 0))
    for event in events:
        lead = event.get("entity_id")
        ended = mapper.end(event)
        if ended is not None and lead in closed and closed[lead].outcome == ended.outcome:
            closed[lead] = ended
    yield from (contact for contact in made if contact is not None)
    yield from closed.values()


def _changed(name: str, since: int) -> dict[str, Any]:
    field = "created_at" if name == _BY_CREATION else "updated_at"
    return {f"filter[{field}][from]": since} if since else {}


# ---------------------------------------------------------------------------------------------------- the files


def company_folder(home: Path, data_dir: Path | None) -> Path:
    """Return the folder that amoCRM's rows go to: CRM_DATA_DIR, or one under CRM_HOME with the other files in it."""
    if data_dir is not None:
        return data_dir
    directory = home / "connect" / "company"
    if not directory.exists():
        _furnish(directory, home)
    return directory


def _furnish(directory: Path, home: Path) -> None:
    """Put the files of the data in use there, or those of the demo company, but for its clients and contacts."""
    from crm_copilot.data import demo, open_data

    aside = directory.with_name("company.new")
    shutil.rmtree(aside, ignore_errors=True)
    data = open_data(home)
    if data is None or data.info.demo:
        demo.generate(aside)
    else:
        shutil.copytree(data.info.source, aside)
    for name in ("clients.csv", "interactions.csv"):
        (aside / name).unlink(missing_ok=True)
    aside.rename(directory)


def _loaded(directory: Path, home: Path, accounts: Sequence[Account], contacts: Sequence[Contact]) -> DataInfo:
    """Write both files and load the folder; where it cannot be loaded the files are as before."""
    if not accounts or not contacts:
        raise InputError("amoCRM has no company with a note, a call, a done task or a closed deal yet; nothing to load")
    rows: dict[str, tuple[type[Any], Sequence[Any]]] = {
        "clients.csv": (Account, accounts),
        "interactions.csv": (Contact, contacts),
    }
    before = {name: (directory / name).read_bytes() if (directory / name).exists() else None for name in rows}
    try:
        for name, (kind, own) in rows.items():
            _write(directory / name, [field.name for field in fields(kind)], map(asdict, own))
        return load(directory, home)
    except (DataError, OperatorError, OSError) as error:
        for name, content in before.items():
            _restore(directory / name, content)
        if isinstance(error, OSError):
            raise OperatorError(
                f"{directory} cannot be written to ({error.strerror}); free it, or set CRM_HOME"
            ) from error
        raise


def _write(file: Path, columns: Sequence[str], own: Iterable[dict[str, Any]]) -> None:
    """Write the rows of the file that are not amoCRM's, and then amoCRM's."""
    kept, heading = _others(file)
    names = list(dict.fromkeys([*heading, *columns]))
    aside = file.with_name(file.name + ".new")
    with aside.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
        writer.writerows(own)
    os.replace(aside, file)


def _others(file: Path) -> tuple[list[dict[str, str]], list[str]]:
    if not file.exists():
        return [], []
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        key = (reader.fieldnames or [""])[0]
        return [row for row in reader if not str(row.get(key, "")).startswith(OWN)], list(reader.fieldnames or [])


def _restore(file: Path, content: bytes | None) -> None:
    if content is None:
        file.unlink(missing_ok=True)
    else:
        file.write_bytes(content)


def _known(state: Path, url: str) -> tuple[dict[str, dict[str, Entity]], int]:
    """Return what was fetched from this account before, and since when to ask; nothing where it cannot be read."""
    try:
        found = json.loads(state.read_text("utf-8"))
        return (found["lists"], int(found["since"])) if found["url"] == url else ({}, 0)
    except (OSError, ValueError, KeyError, TypeError):
        return {}, 0
