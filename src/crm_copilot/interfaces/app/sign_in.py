"""The page on which people sign in; it is shown only once there are accounts."""

from __future__ import annotations

import streamlit as st

from crm_copilot.errors import CopilotError
from crm_copilot.interfaces.app import signed_in
from crm_copilot.interfaces.app.plain import literal
from crm_copilot.interfaces.app.resources import asker, service

_TROUBLE = "sign-in-trouble"
_ELSEWHERE = "Sign in with your company's account"
_OPEN = (
    "There are no accounts, so only the machine itself is answered, and you come from another one. Add an account there"
    " with 'crm people add NAME --role admin' and load this page again."
)
_NO_ACCOUNT = "{} has no account here. Ask an administrator for one, or sign in as somebody else."
_UNVERIFIED = "Your provider does not vouch for your e-mail address, so it opens no account here."


def page() -> None:
    """Draw the page."""
    st.title("Sign in")
    if not service().house.accounts.any():
        st.error(literal(_OPEN), title="Nobody can sign in yet")
        return
    if signed_in.signed_in_elsewhere():
        email = signed_in.verified_email()
        st.error(literal(_NO_ACCOUNT.format(email) if email else _UNVERIFIED))
        st.button("Sign in as somebody else", on_click=signed_in.sign_out, args=(service().house,))
        return
    if signed_in.has_provider():
        st.button(_ELSEWHERE, icon=":material/login:", on_click=st.login)
        st.caption("Or with a name and a password of this app")
    with st.form("sign-in"):
        st.text_input("Name", key="sign-in-name", max_chars=200, autocomplete="username")
        st.text_input("Password", key="sign-in-password", type="password", autocomplete="current-password")
        st.form_submit_button("Sign in", on_click=_sign_in)
    if trouble := st.session_state.pop(_TROUBLE, ""):
        st.error(literal(trouble))


def who() -> None:
    """Show in the sidebar who is signed in, with the button that signs out; nothing while there are no accounts."""
    if not service().house.accounts.any():
        return
    person = asker()
    with st.sidebar, st.container(horizontal=True, vertical_alignment="center"):
        st.text(f"{person.name} ({person.role})")
        st.button(
            "Sign out", key="sign-out", type="tertiary", icon=":material/logout:", on_click=signed_in.sign_out,
            args=(service().house,),
        )  # fmt: skip


def _sign_in() -> None:
    state = st.session_state
    try:
        signed_in.sign_in(service().house, str(state["sign-in-name"]), str(state["sign-in-password"]))
    except CopilotError as error:
        state[_TROUBLE] = str(error)
