"""Who looks at a page: the owner while there are no accounts (on this machine alone), else whoever has signed in.

Two ways in, neither of which takes the browser's word for it. With a name and a password a session begins in the
database, whose random token the browser keeps in a cookie (`cookie.py`; over after two weeks or by signing out).
With OpenID Connect, Streamlit keeps a cookie that it has signed; the account is the one of the address that the
provider has verified. Either is looked up at each drawing: who is disabled is out at the next click.
"""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from crm_copilot.bootstrap import House
from crm_copilot.errors import CopilotError, InputError, UnknownName
from crm_copilot.interfaces.app import cookie
from crm_copilot.people import OWNER, Person

_TOKEN, _KEEP = "session-token", "session-keep"


def asker(whole: House) -> Person:
    """Return who looks at this page; raise InputError when they have to sign in first."""
    found = person(whole)
    if found is None:
        raise InputError("you are not signed in, or no longer; sign in to go on")
    return found


def person(whole: House) -> Person | None:
    """Return who looks at this page, None for somebody who has to sign in."""
    for token in _tokens():
        with suppress(UnknownName):
            return whole.accounts.by_session(token)
    if not whole.accounts.any():
        return OWNER if is_local() else None
    email = verified_email()
    if email:
        with suppress(CopilotError):
            return whole.accounts.by_email(email)
    return None


def is_local() -> bool:
    """Whether the browser is on this machine: the other end of its connection, which nobody elsewhere can make up."""
    return st.context.ip_address is None


def verified_email() -> str:
    """Return the address that an OpenID provider vouches for, "" when there is none."""
    if not signed_in_elsewhere():
        return ""
    verified = st.user.get("email_verified")
    return str(st.user.get("email") or "") if verified in (True, "true") else ""


def signed_in_elsewhere() -> bool:
    """Whether an OpenID provider has let this browser in, whether or not there is an account."""
    return bool(st.user.get("is_logged_in"))


def has_provider() -> bool:
    """Whether sign-in with OpenID Connect is set up in secrets.toml."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False


def sign_in(whole: House, name: str, password: str) -> None:
    """Begin a session; raise InputError when the name or the password is not right."""
    try:
        found = whole.accounts.sign_in(name, password)
    except InputError:
        whole.audit.record("", "sign-in refused")
        raise
    whole.audit.record(found.id, "sign-in")
    st.session_state[_TOKEN] = st.session_state[_KEEP] = whole.accounts.begin_session(found.id)


def sign_out(whole: House) -> None:
    """End the session, here and in the database, and forget what this browser has seen."""
    found, elsewhere = person(whole), signed_in_elsewhere()
    for token in _tokens():
        whole.accounts.end_session(token)
    if found is not None:
        whole.audit.record(found.id, "sign-out")
    st.session_state.clear()
    st.query_params.clear()
    st.session_state[_KEEP] = ""
    if elsewhere:
        st.logout()


def keep() -> None:
    """Let the browser keep a session that has begun, and drop one that has ended; drawn once."""
    token = st.session_state.pop(_KEEP, None)
    if token is None:
        return
    st.html(cookie.script(token), unsafe_allow_javascript=True)


def _tokens() -> list[str]:
    """Return the session of this page, else that of this browser."""
    own = st.session_state.get(_TOKEN)
    found = own or st.context.cookies.get(cookie.COOKIE)
    return [str(found)] if found else []
