"""What an entity of amoCRM is here: companies are clients; notes, tasks and ends of deals are interactions.

note of a call, in or out            call       a deal that was won (status 142) or lost (143)   note with its outcome
mail, SMS                            mail       a task that was done: a call, a meeting, else a note
a plain note                         note       messages of the service itself are left out
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

Entity = Mapping[str, Any]
WON, LOST = 142, 143
_NOTES = {
    "common": "note", "call_in": "call", "call_out": "call", "amomail_message": "mail", "sms_in": "mail",
    "sms_out": "mail", "attachment": "note",
}  # fmt: skip
_CALL, _MEETING = 1, 2
_TASKS = {_CALL: "call", _MEETING: "meeting"}
_INDUSTRY = re.compile(r"industry|sector|segment|отрасль|сфера|setor|ramo", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,200}>")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Contact:
    """A row of `interactions`."""

    interaction_id: str
    client_id: str
    manager: str
    kind: str
    interaction_time: str
    text: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A row of `clients`."""

    client_id: str
    client_name: str
    industry: str
    total_spend_ytd: str
    last_meeting_date: str
    account_manager: str


@dataclass
class Mapper:
    """Maps entities; `users` are names by id, `leads` the deals and `companies` the companies by id."""

    users: Mapping[int, str]
    companies: Mapping[int, Entity]
    leads: Mapping[int, Entity]
    zone: tzinfo = UTC

    def note(self, note: Entity, of: str) -> Contact | None:
        """Return a note of a lead or company as an interaction, None for messages of the service."""
        kind = _NOTES.get(str(note.get("note_type")))
        client = self._client(of, note.get("entity_id"))
        if kind is None or client is None:
            return None
        text = _note_text(note)
        return Contact(
            f"amo-{of}-note-{note['id']}", client, self._manager(note, of), kind, self._moment(note["created_at"]), text
        )

    def task(self, task: Entity) -> Contact | None:
        """Return a task that was done as an interaction, None for one that is open."""
        client = self._client(str(task.get("entity_type")), task.get("entity_id"))
        if not task.get("is_completed") or client is None:
            return None
        result = task.get("result") if isinstance(task.get("result"), dict) else {}
        text = ". ".join(part for part in (clean(task.get("text")), clean((result or {}).get("text"))) if part)
        when = task.get("updated_at") or task.get("complete_till") or task["created_at"]
        kind = _TASKS.get(int(task.get("task_type_id") or 0), "note")
        return Contact(f"amo-task-{task['id']}", client, self._manager(task, "leads"), kind, self._moment(when), text)

    def end(self, event: Entity) -> Contact | None:
        """Return the change of a deal to won or lost as an interaction, None for other events."""
        lead = self.leads.get(_number(event.get("entity_id")) or 0)
        outcome = _outcome(_status_after(event))
        if event.get("type") != "lead_status_changed" or lead is None or outcome is None:
            return None
        manager = self.users.get(_number(event.get("created_by")) or 0) or self._manager(lead, "leads")
        return self._ended(lead, outcome, event["created_at"], manager)

    def closed(self, lead: Entity) -> Contact | None:
        """Return a closed deal as an interaction, None for one that is open."""
        outcome = _outcome(_number(lead.get("status_id")))
        if outcome is None or not lead.get("closed_at"):
            return None
        return self._ended(lead, outcome, lead["closed_at"], self._manager(lead, "leads"))

    def _ended(self, lead: Entity, outcome: str, when: Any, manager: str) -> Contact:
        price = f", {lead['price']}" if lead.get("price") else ""
        reasons = (lead.get("_embedded") or {}).get("loss_reason") or []
        why = f". {clean(reasons[0].get('name'))}" if outcome == "lost" and reasons else ""
        text = f"Deal {outcome}: {clean(lead.get('name'))}{price}{why}."
        client = self._client("leads", lead["id"]) or f"amo-lead-{lead['id']}"
        return Contact(f"amo-end-{lead['id']}", client, manager, "note", self._moment(when), text, outcome)

    def accounts(self, contacts: Iterable[Contact], today: datetime) -> Iterator[Account]:
        """Yield the companies, and the deals without one, with what was won from them this year."""
        met: dict[str, str] = {}
        for contact in contacts:
            if contact.kind == "meeting":
                met[contact.client_id] = max(met.get(contact.client_id, ""), contact.interaction_time[:10])
        spent = self._spent(today.year)
        named = {f"amo-{id_}": company for id_, company in self.companies.items()}
        named |= {f"amo-lead-{id_}": lead for id_, lead in self.leads.items() if _company(lead) is None}
        for client, entity in named.items():
            name = clean(entity.get("name")) or client
            manager = self.users.get(_number(entity.get("responsible_user_id")) or 0, "")
            yield Account(client, name, _industry(entity), spent.get(client, "0"), met.get(client, ""), manager)

    def _spent(self, year: int) -> dict[str, str]:
        total: dict[str, float] = {}
        for lead in self.leads.values():
            closed = lead.get("closed_at")
            if _number(lead.get("status_id")) == WON and closed and self._when(closed).year == year:
                client = self._client("leads", lead["id"]) or ""
                total[client] = total.get(client, 0.0) + float(lead.get("price") or 0)
        return {client: f"{amount:.2f}" for client, amount in total.items()}

    def _client(self, of: str, entity: Any) -> str | None:
        number = _number(entity)
        if of in ("companies", "company"):
            return f"amo-{number}" if number in self.companies else None
        lead = self.leads.get(number or 0) if of in ("leads", "lead") else None
        if lead is None:
            return None
        company = _company(lead)
        return f"amo-{company}" if company in self.companies else f"amo-lead-{number}"

    def _manager(self, entity: Entity, of: str) -> str:
        """Return who did it: its author; for what a robot made, whoever is responsible."""
        lead = self.leads.get(_number(entity.get("entity_id")) or 0) if of == "leads" else None
        asked = (entity.get("created_by"), entity.get("responsible_user_id"), (lead or {}).get("responsible_user_id"))
        names = (self.users.get(_number(user) or 0) for user in asked)
        return next((name for name in names if name), "amoCRM")

    def _when(self, seconds: Any) -> datetime:
        return datetime.fromtimestamp(int(seconds), self.zone)

    def _moment(self, seconds: Any) -> str:
        return self._when(seconds).strftime("%Y-%m-%d %H:%M:%S")


def clean(text: Any) -> str:
    """Return a text without tags, entities and control characters, at most 20,000 of them."""
    if not isinstance(text, str):
        return ""
    plain = _CONTROL.sub(" ", html.unescape(_TAG.sub(" ", text)))
    return re.sub(r"[ \t]+", " ", plain).strip()[:_LONGEST]


def _note_text(note: Entity) -> str:
    params = note.get("params") if isinstance(note.get("params"), dict) else {}
    said = [clean((params or {}).get(name)) for name in ("subject", "text", "call_result", "content_summary")]
    seconds = _number((params or {}).get("duration"))
    length = [f"({seconds // 60} min {seconds % 60} s)"] if seconds else []
    return " ".join([*(text for text in dict.fromkeys(said) if text), *length])


def _status_after(event: Entity) -> int | None:
    values = event.get("value_after")
    first = values[0] if isinstance(values, list) and values and isinstance(values[0], dict) else {}
    return _number((first.get("lead_status") or {}).get("id"))


def _outcome(status: int | None) -> str | None:
    return {WON: "won", LOST: "lost"}.get(status or 0)


def _company(lead: Entity) -> int | None:
    companies = (lead.get("_embedded") or {}).get("companies") or []
    return _number(companies[0].get("id")) if companies else None


def _industry(entity: Entity) -> str:
    for field in entity.get("custom_fields_values") or []:
        values = field.get("values") or []
        if values and _INDUSTRY.search(str(field.get("field_name", ""))):
            return clean(str(values[0].get("value", "")))
    return ""


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
