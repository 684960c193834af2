"""What all pages and all browsers share: the service and the desks of the Data page. Made once, renewed after a load.

What a page draws of data, texts and tools it takes from `house()`: that of whoever looks at it.
"""

from __future__ import annotations

import streamlit as st

from crm_copilot.bootstrap import House, bootstrap
from crm_copilot.errors import CopilotError
from crm_copilot.interfaces import points
from crm_copilot.interfaces.app import signed_in
from crm_copilot.interfaces.app.following import Following
from crm_copilot.interfaces.app.loading import Loading
from crm_copilot.people import Person
from crm_copilot.service import Service
from crm_copilot.service.jobs import Jobs

_OPENING = "Opening the data and the sandbox. The first time takes some seconds."


@st.cache_resource(show_spinner=False)
def service() -> Service:
    """Return the service; what it stands on is opened when it is first asked for."""
    made = Service(bootstrap())
    if made.house.settings.metrics_port:
        made.watch.listen(made.house.settings.metrics_port)
    return made


def asker() -> Person:
    """Return who looks at this page; raise InputError when they have to sign in first."""
    return signed_in.asker(service().house)


def house() -> House:
    """Return the house of whoever looks at this page: it holds what they may see."""
    return service().house_of(asker())


def jobs() -> Jobs:
    """Return the registry of running answers, which outlives a change of data."""
    return service().jobs


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
    service().renew()


def opened() -> str:
    """Open the house, anew when other data have been loaded meanwhile; return what is wrong, "" when nothing is."""
    whole = service().house
    try:
        if "copilot" not in vars(whole):
            with st.spinner(_OPENING):
                _open(whole)
        service().refresh()
    except CopilotError as error:
        return str(error)
    return ""


def _open(whole: House) -> None:
    """Open the copilot; where nothing is foretold and models of these very data are there, write their scores."""
    whole.copilot  # noqa: B018 - it is opened here
    if whole.scores is None and not following().busy:
        following().start(points.WITHOUT_SCORES, whole.settings)
