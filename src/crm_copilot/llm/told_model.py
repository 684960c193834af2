"""Questions that a tool answers are written by the library, whichever model writes the rest."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.domain import Attempt, Context, Program
from crm_copilot.library.special import calls_tools
from crm_copilot.ports import CodeModel


class ToldFirst:
    """The library for what a tool answers (contacts, clients, playbook, support), another model for all else."""

    def __init__(self, library: CodeModel, model: CodeModel) -> None:
        self._library, self.model = library, model
        self.name = model.name

    def write(self, context: Context, attempts: Sequence[Attempt]) -> Sequence[Program]:
        """Return the candidates of whoever knows this kind of question; raise what the model raises."""
        if context.reading is not None and context.reading.hidden:
            return []
        if asks_a_tool(context) and (read := list(self._library.write(context, attempts))):
            return read
        return self.model.write(context, attempts)


def asks_a_tool(context: Context) -> bool:
    """Whether the question was read as one that a tool answers."""
    plan = context.reading.plan if context.reading else None
    return bool(plan and plan.get("special") and calls_tools(plan["special"]["name"]))
