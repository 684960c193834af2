"""The playbook in use: its rules, read again when the texts, the names of the data or the corrections change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from crm_copilot.errors import UnknownName
from crm_copilot.playbook.conditions import parse
from crm_copilot.playbook.corrections import Corrections
from crm_copilot.playbook.names import Names
from crm_copilot.playbook.reading import read
from crm_copilot.playbook.rules import Clause, Rule
from crm_copilot.playbook.splitting import split
from crm_copilot.playbook.texts import Text


class Playbook:
    """Rules by id; `texts` and `names` are asked at each use, so that a new playbook is in use at once."""

    def __init__(
        self, texts: Callable[[], Sequence[Text]], names: Callable[[], Names], corrections: Corrections
    ) -> None:  # fmt: skip
        self._texts, self._names, self._corrections = texts, names, corrections
        self._read_from: object = None
        self._rules: tuple[Rule, ...] = ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule in the order of the texts; InputError when the corrections cannot be understood."""
        texts, names = tuple(self._texts()), self._names()
        if (texts, names, self._corrections.stamp()) != self._read_from:
            found = [rule for text in texts for rule in rules_of(text, names)]
            self._corrections.keep(found)
            self._rules = tuple(self._corrections.applied(found))
            self._read_from = (texts, names, self._corrections.stamp())
        return self._rules

    def correct(
        self, rule_id: str, place: int, *, when: Sequence[str], offer: Sequence[str], avoid: Sequence[str], only: bool
    ) -> None:  # fmt: skip
        """Set how the clause at a place of a rule is to be read (the place behind the last adds one).

        Raises UnknownName for a rule that is not there, InputError for a condition that cannot be read.
        """
        rule = self._rule(rule_id)
        lines = tuple(parse(line) for line in when if line.strip())
        old = rule.clauses[place] if place < len(rule.clauses) else Clause(rule.text)
        new = replace(old, when=lines, offer=tuple(offer), avoid=tuple(avoid), only=only)
        clauses = [*rule.clauses[:place], new, *rule.clauses[place + 1 :]]
        self._corrections.correct(rule, clauses)

    def restore(self, rule_id: str) -> None:
        """Take the corrections of a rule back."""
        self._corrections.correct(self._rule(rule_id), None)

    def _rule(self, rule_id: str) -> Rule:
        found = next((rule for rule in self.rules if rule.id == rule_id), None)
        if found is None:
            known = ", ".join(rule.id for rule in self.rules[:5])
            raise UnknownName(f"there is no rule {rule_id!r}; there are {known} and more ('crm playbook')")
        return found


def rules_of(text: Text, names: Names) -> list[Rule]:
    """Return the rules of one text, each with the ids of the passages that hold it."""
    found = [read(piece, number, text.source, names) for number, piece in enumerate(split(text.text), 1)]
    return [replace(rule, passages=_holding(rule, text)) for rule in found]


def _holding(rule: Rule, text: Text) -> tuple[str, ...]:
    beginning = " ".join(rule.text.split())[:50]
    return tuple(name for name, passage in text.passages if beginning in " ".join(passage.split()))
