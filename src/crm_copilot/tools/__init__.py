"""Tools: typed, documented functions declared once, for the prompt, the sandbox and every front end."""

from crm_copilot.tools.declaration import Tool

__all__ = ["Tool"]
