"""What people correct: a file under CRM_HOME with every rule, as it was read and as somebody says it should be.

    [{"id", "title", "text", "read": [clause], "corrected": [clause] or null}]
    clause: {"when": ["industry is Retail", "spend < 150000"], "offer": [names], "avoid": [names], "only": bool, "text"}

"read" is written anew whenever the rules are read; "corrected" is a person's and stays while the rule's text does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from crm_copilot.errors import InputError, OperatorError
from crm_copilot.playbook.conditions import parse, write
from crm_copilot.playbook.rules import Clause, Rule

Entry = dict[str, Any]
_REPAIR = "mend it, or delete the file to start from what is read"


class Corrections:
    """The file of corrections."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def stamp(self) -> int:
        """Return when the file was changed last, 0 when it is not there."""
        return self.file.stat().st_mtime_ns if self.file.exists() else 0

    def applied(self, rules: Sequence[Rule]) -> list[Rule]:
        """Return the rules with what was corrected; raise InputError when the file cannot be understood."""
        entries = self._entries()
        return [_corrected(rule, entries.get(rule.id)) for rule in rules]

    def keep(self, rules: Sequence[Rule]) -> None:
        """Write down the rules as they are read now; corrections of rules whose text has not changed stay."""
        before = self._entries()
        entries = [_entry(rule, _kept(rule, before.get(rule.id))) for rule in rules]
        if entries != list(before.values()):
            self._write(entries)

    def correct(self, rule: Rule, clauses: Sequence[Clause] | None) -> None:
        """Set how a rule is to be read; None takes a correction back."""
        entries = self._entries()
        entry = entries.get(rule.id) or _entry(rule, None)
        entries[rule.id] = entry | {"corrected": None if clauses is None else [plain(clause) for clause in clauses]}
        self._write(list(entries.values()))

    def _entries(self) -> dict[str, Entry]:
        try:
            found = json.loads(self.file.read_text("utf-8"))
            return {str(entry["id"]): dict(entry) for entry in found}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"{self.file} is no file of rules ({error}); {_REPAIR}") from error

    def _write(self, entries: Sequence[Entry]) -> None:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            new = self.file.with_suffix(".new")
            new.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", "utf-8")
            new.replace(self.file)
        except OSError as error:
            raise OperatorError(
                f"{self.file} cannot be written ({error.strerror}); make room, or set CRM_HOME"
            ) from error


def plain(clause: Clause) -> Entry:
    """Return a clause as JSON holds it."""
    return {
        "when": [write(line) for line in clause.when], "offer": list(clause.offer), "avoid": list(clause.avoid),
        "only": clause.only, "text": clause.text,
    }  # fmt: skip


def overview(rule: Rule) -> list[Entry]:
    """Return a row for each clause of a rule, one for a rule without any."""
    head = {"id": rule.id, "rule": rule.title, "status": rule.status}
    return [head | plain(clause) for clause in rule.clauses or (Clause(rule.text),)]


def clause_of(found: Mapping[str, Any], text: str) -> Clause:
    """Return the clause that somebody wrote; raise InputError that names what cannot be read."""
    if not isinstance(found, Mapping) or not all(
        isinstance(found.get(key, []), list) for key in ("when", "offer", "avoid")
    ):
        raise InputError(f"{found!r} is no clause; it has lists of texts as 'when', 'offer' and 'avoid'")
    names = {
        key: tuple(str(name).strip() for name in found.get(key, []) if str(name).strip()) for key in ("offer", "avoid")
    }
    when = tuple(parse(str(line)) for line in found.get("when", []) if str(line).strip())
    return Clause(str(found.get("text") or text), when, names["offer"], names["avoid"], bool(found.get("only")))


def _kept(rule: Rule, entry: Entry | None) -> Any:
    return entry.get("corrected") if entry and entry.get("text") == rule.text else None


def _entry(rule: Rule, corrected: Any) -> Entry:
    read = [plain(clause) for clause in rule.clauses]
    return {"id": rule.id, "title": rule.title, "text": rule.text, "read": read, "corrected": corrected}


def _corrected(rule: Rule, entry: Entry | None) -> Rule:
    told = _kept(rule, entry)
    if told is None:
        return rule
    if not isinstance(told, list):
        raise InputError(f"the correction of {rule.title!r} is {told!r}, expected a list of clauses or null; {_REPAIR}")
    return replace(rule, clauses=tuple(clause_of(found, rule.text) for found in told), status="corrected")
