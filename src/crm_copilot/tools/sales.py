"""The tool that searches the playbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from crm_copilot.tools.declaration import check_count

Search = Callable[[str, str, int], Sequence[Any]]


def playbook_tool(search: Search) -> Callable[..., Any]:
    """Return the tool that searches the playbook."""

    def search_playbook(question: str, k: int = 3) -> list[dict[str, Any]]:
        """Search the sales playbook and return the k best passages with their titles."""
        check_count(k)
        return [
            {"id": h.document.id, "title": h.document.data.get("title", ""), "text": h.document.text}
            for h in search(question, "playbook", k)
        ]

    return search_playbook
