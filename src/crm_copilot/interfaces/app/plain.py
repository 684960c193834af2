"""Words as they are: what comes from data, from models and from people is never read as Markdown.

Streamlit reads labels, captions and messages as Markdown, with LaTeX between $ signs, :icons: and arrows made of
hyphens. `literal` takes all of that away; where a whole element is plain text, the pages use `st.text` instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from crm_copilot.library.wording import capital

_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=@\"'])")
_FOUND_LATER = re.compile(r"[-<>~=](?=[-<>~=])|:(?=\w)")
_JOINER = "\u2060"


def literal(text: str) -> str:
    """Return Markdown that shows this text and nothing else, in one line.

    A backslash before each sign is enough for Markdown itself; Streamlit looks for :icons: and arrows in the finished
    text, so an invisible joiner parts their letters.
    """
    parted = _FOUND_LATER.sub(lambda found: found.group() + _JOINER, " ".join(text.split()))
    return _PUNCTUATION.sub(r"\\\1", parted)


def sheet(rows: Sequence[Mapping[str, str]], alt: str) -> None:
    """Show texts as a table whose lines wrap, so that each is read whole."""
    cells = [{name: literal(text) for name, text in row.items()} for row in rows]
    st.table(pd.DataFrame(cells), border="horizontal", hide_index=True, alt=alt)


def heading(name: str) -> str:
    """Return the name of a column or a table as a person writes it."""
    return capital(name.replace("_", " ").strip())


def notice(key: str, failed: str) -> None:
    """Say once what became of the last change: `key` holds (whether it went well, text), `failed` heads a failure."""
    good, text = st.session_state.pop(key, (True, ""))
    if text and good:
        st.success(literal(text))
    elif text:
        st.error(literal(text), title=failed)
