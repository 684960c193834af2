"""What all pages and all browsers share: the house, its copilot, and the jobs. Made once, renewed after a load."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from crm_copilot.bootstrap import House, bootstrap
from crm_copilot.copilot import Copilot
from crm_copilot.data import open_data
from crm_copilot.errors import CopilotError
from crm_copilot.service.jobs import Jobs
from crm_copilot.interfaces import points
from crm_copilot.interfaces.app.following import Following
from crm_copilot.interfaces.app.loading import Loading

_OPENING = "Opening the data and the sandbox. The first time takes some seconds."


@st.cache_resource(show_spinner=False)
def house() -> House:
    """Return the house; what it holds is made when it is first asked for."""
    return bootstrap()


@st.cache_resource(show_spinner=_OPENING)
def copilot() -> Copilot:
    """Return the copilot; raise CopilotError when it cannot be put together.

    Where nothing is foretold and models of these very data are there, they write their scores meanwhile.
    """
    found = house().copilot
    if house().scores is None and not following().busy:
        following().start(points.WITHOUT_SCORES, house().settings)
    return found


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """Return the registry of running answers, which outlives a change of data."""
    return Jobs()


@st.cache_resource(show_spinner=False)
def loading() -> Loading:
    """Return the desk where data are loaded, one folder at a time."""
    return Loading()


@st.cache_resource(show_spinner=False)
def following() -> Following:
    """Return what follows a load in the background."""
    return Following()


def renew() -> None:
    """Open everything anew; what still answers from the old data ends first."""
    old = house()
    house.clear()
    copilot.clear()
    jobs().when_done(old.close)


def opened() -> str:
    """Open the house, anew when other data have been loaded meanwhile; return what is wrong, "" when nothing is."""
    try:
        copilot()
        if _outdated():
            renew()
            copilot()
    except CopilotError as error:
        return str(error)
    return ""


def _outdated() -> bool:
    """Whether this app or `crm data load` has put other data in place since the house was opened."""
    settings = house().settings
    if settings.data_dir is not None:
        return False
    with suppress(CopilotError):
        present = open_data(settings.home_dir)
        return present is not None and present.info.fingerprint != house().dataset.info.fingerprint
    return False
