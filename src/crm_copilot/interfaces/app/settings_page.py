"""The settings page: what is in use and which variable sets it. Nothing is changed here; secrets are never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st
from pydantic import SecretStr

from crm_copilot.errors import CopilotError
from crm_copilot.interfaces.app.plain import literal, sheet
from crm_copilot.interfaces.app.resources import house
from crm_copilot.settings import PREFIX, Settings

_MODES = {
    "full": "Full: a program reads no files, opens no network and starts nothing.",
    "no-open": "Full, without Landlock: this kernel lacks it, so a program may open no file at all.",
}
_HOW = (
    "Settings come from variables in the environment or in a file .env beside the app. Change one and start the app"
    " again."
)
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")


def page() -> None:
    """Draw the page."""
    st.title("Settings")
    settings = house().settings
    with st.container(horizontal=True, gap="medium"):
        st.metric("Model", literal(settings.model), width="content")
        st.metric("Answers need a confidence of", f"{settings.confidence_threshold:.0%}", width="content")
        st.metric("Attempts", str(settings.max_attempts), width="content")
    st.text(f"Home folder: {settings.home_dir}")
    st.subheader("Sandbox")
    _sandbox()
    st.subheader("All settings")
    st.text(_HOW)
    sheet(rows(settings), "All settings")


def rows(settings: Settings) -> list[dict[str, str]]:
    """Return each setting with its variable, its value and whether it was set."""
    return [
        {
            "Variable": PREFIX + name.upper(),
            "Value": shown(getattr(settings, name)),
            "From": "environment or .env" if name in settings.model_fields_set else "default",
            "Meaning": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    ]


def shown(value: Any) -> str:
    """Return a value as it may be seen: secrets masked, also those within an address."""
    if value is None:
        return "not set"
    if isinstance(value, SecretStr):
        return "••••••••"
    return _CREDENTIALS.sub("•••@", str(value))


def _sandbox() -> None:
    try:
        with st.spinner("Asking the sandbox"):
            found = house().sandbox.doctor()
    except CopilotError as error:
        st.error(literal(str(error)), title="Programs cannot be run here")
        return
    held = [probe for probe in found["self_test"] if probe["held"]]
    st.text(_MODES.get(found["mode"], found["mode"]))
    st.text(f"Self-test: {len(held)} of {len(found['self_test'])} attempts to break out were stopped.")
    sheet(_facts(found), "Limits of the sandbox")


def _facts(found: Mapping[str, Any]) -> list[dict[str, str]]:
    limits = found["limits"]
    facts = {
        "Time for one program": f"{limits['wall_seconds']:g} s",
        "Memory for one program": f"{limits['memory_mb']} MB above the tables",
        "Programs at once": str(limits["workers"]),
        "Rows of one result": f"{limits['rows']:,}",
        "System": f"{found['system']}, {found['machine']}, Python {found['python']}",
        "Tables": ", ".join(found["tables"]),
        "Tools": ", ".join(found["tools"]),
    }
    return [{"Fact": name, "Value": value} for name, value in facts.items()]
