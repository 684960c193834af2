"""Who may see which page: the owner while there are no accounts, then whoever has signed in, each their own."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from crm_copilot.interfaces.app import resources
from crm_copilot.people import Person

from .helpers import App, press, texts

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def people(app: App) -> dict[str, Person]:
    """Accounts of several roles in the home that the tests of this module share."""
    accounts = resources.service().house.accounts
    return {
        "admin": accounts.add("Ada Admin", PASSWORD, "admin"),
        "rep": accounts.add("Rita Rep", PASSWORD, "rep", ["Eva Martins"], ["SP"]),
        "support": accounts.add("Saul Support", PASSWORD, "support"),
        "analyst": accounts.add("Ana Lyst", PASSWORD, "analyst"),
        "marketing": accounts.add("Mark Eting", PASSWORD, "marketing"),
    }


def signed_in(app: App, person: Person, page: str = "chat", **query: str) -> AppTest:
    test = app.open(page, **query)
    test.text_input(key="sign-in-name").set_value(person.name)
    test.text_input(key="sign-in-password").set_value(PASSWORD)
    press(test, "Sign in")
    return app.run(test)


def test_nobody_signs_in_while_there_are_no_accounts(own_app: App) -> None:
    page = own_app.open()
    assert page.title[0].value == "Ask about your company's sales"
    assert not [button for button in page.button if button.label == "Sign out"]


def test_without_accounts_only_this_machine_is_answered(own_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(st.context), "ip_address", property(lambda self: "10.0.0.7"))
    for name in ("chat", "data", "settings"):
        page = own_app.open(name)
        assert "crm people add NAME" in page.error[0].value
        assert not page.chat_input
        assert not page.dataframe


@pytest.mark.parametrize("name", ["chat", "data", "settings", "knowledge", "offers", "playbook"])
def test_once_there_are_accounts_every_page_asks_who_it_is(app: App, people: dict[str, Person], name: str) -> None:
    page = app.open(name)
    assert [title.value for title in page.title] == ["Sign in"]
    assert not page.chat_input
    assert not page.dataframe


@pytest.mark.parametrize(("name", "password"), [("Rita Rep", "wrong password"), ("Nobody", PASSWORD), ("", "")])
def test_what_is_wrong_is_refused_in_the_same_words(
    app: App, people: dict[str, Person], name: str, password: str
) -> None:
    page = app.open()
    page.text_input(key="sign-in-name").set_value(name)
    page.text_input(key="sign-in-password").set_value(password)
    press(page, "Sign in")
    page.run()
    assert "name or password is not right" in page.error[0].value.replace("\\", "")
    assert page.title[0].value == "Sign in"
    assert resources.service().house.audit.entries()[0].action == "sign-in refused"


def test_a_rep_is_answered_from_what_they_may_see(app: App, people: dict[str, Person]) -> None:
    page = app.ask(signed_in(app, people["rep"]), "how many orders?")
    assert "Limited to what you may see: customers in SP." in texts(page)
    assert "Rita Rep (rep)" in texts(page)


def test_the_conversation_of_another_is_not_there(app: App, people: dict[str, Person]) -> None:
    first = app.ask(signed_in(app, people["admin"]), "revenue by state")
    conversation = first.query_params["conversation"]
    other = signed_in(app, people["rep"], conversation=conversation)
    assert other.title[0].value == "Ask about your company's sales"
    assert "revenue by state" not in texts(other)
    other = app.ask(other, "and in SP?")
    assert "there is no conversation" in other.error[0].value.replace("\\", "")


@pytest.mark.parametrize(
    ("role", "page", "title"),
    [
        ("admin", "data", "Data"), ("admin", "settings", "Settings"), ("admin", "knowledge", "Knowledge"),
        ("rep", "offers", "Offers"), ("marketing", "offers", "Offers"), ("marketing", "playbook", "Playbook"),
        ("analyst", "offers", "Offers"),
    ],
)  # fmt: skip
def test_a_role_has_its_pages(app: App, people: dict[str, Person], role: str, page: str, title: str) -> None:
    assert signed_in(app, people[role], page).title[0].value == title


@pytest.mark.parametrize(
    ("role", "page"),
    [(role, page) for role in ("rep", "support", "analyst", "marketing") for page in ("data", "settings", "knowledge")]
    + [("support", "offers"), ("rep", "playbook"), ("support", "playbook"), ("analyst", "playbook")],
)
def test_a_page_of_another_role_is_not_drawn(app: App, people: dict[str, Person], role: str, page: str) -> None:
    drawn = signed_in(app, people[role], page)
    assert page.capitalize() not in [title.value for title in drawn.title]
    assert not drawn.dataframe


def test_a_page_looks_itself_who_draws_it(app: App, people: dict[str, Person]) -> None:
    """A browser that is on a page when its person loses the role sees nothing more of it."""
    accounts = resources.service().house.accounts
    person = accounts.add("Ola Once", PASSWORD, "admin")
    page = signed_in(app, person, "settings")
    assert page.title[0].value == "Settings"
    accounts.change(person.id, role="support")
    page.run()
    assert "Settings" not in [title.value for title in page.title]


def test_who_is_disabled_is_out_at_the_next_click(app: App, people: dict[str, Person]) -> None:
    accounts = resources.service().house.accounts
    person = accounts.add("Gil Gone", PASSWORD, "rep", ["Eva Martins"], ["SP"])
    page = signed_in(app, person)
    accounts.disable(person.id)
    page.run()
    assert page.title[0].value == "Sign in"


def test_signing_out_forgets_what_was_seen(app: App, people: dict[str, Person]) -> None:
    page = app.ask(signed_in(app, people["rep"]), "how many orders?")
    press(page, "Sign out")
    page.run()
    assert page.title[0].value == "Sign in"
    assert "customers in SP" not in texts(page)
    assert not page.query_params.get("conversation")
    assert resources.service().house.audit.entries(limit=1)[0].action == "sign-out"


def test_a_rep_without_a_region_is_told_that_there_are_no_offers(app: App, people: dict[str, Person]) -> None:
    accounts = resources.service().house.accounts
    person = accounts.add("Ivo Inside", PASSWORD, "rep", ["Eva Martins"], None)
    page = signed_in(app, person, "offers")
    assert "you may not see" in page.warning[0].value.replace("\\", "")
