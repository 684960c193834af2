"""Signing in with a real browser: a password with a cookie that lasts, and a provider of OpenID Connect."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.settings import load_settings

from .helpers import Server, serve
from .provider import Provider, providing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "correct horse battery"
COOKIE = "crm_session"
EMAIL = "rita@example.com"
PATIENCE = 150_000  # milliseconds


@contextmanager
def company(demo_home: Path, folder: Path) -> Iterator[Path]:
    """A home with an administrator and a rep, who has an address."""
    home = Path(shutil.copytree(demo_home, folder / "home"))
    house = House(load_settings(env_file=None, home=home))
    house.accounts.add("Ada Admin", PASSWORD, "admin")
    house.accounts.add("Rita Rep", PASSWORD, "rep", ["Eva Martins"], ["SP"], email=EMAIL)
    house.close()
    yield home


@pytest.fixture(scope="module")
def server(browser: Browser, demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app with accounts, and passwords alone."""
    with company(demo_home, tmp_path_factory.mktemp("accounts")) as home, serve(home, CRM_MODEL="library") as started:
        yield started


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providing() as started:
        yield started


@pytest.fixture(scope="module")
def oidc_server(
    browser: Browser, demo_home: Path, provider: Provider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The app with accounts, and a provider in secrets.toml."""
    with company(demo_home, tmp_path_factory.mktemp("oidc")) as home:
        secrets = home.parent / ".streamlit" / "secrets.toml"
        secrets.parent.mkdir()
        secrets.write_text(provider.secrets())
        with serve(home, CRM_MODEL="library") as started:
            yield started


def patient(page: Page) -> Any:
    """Return `expect` with the time that a busy machine takes to open a company; the page waits as long."""
    from playwright.sync_api import expect

    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    return expect


def sign_in(page: Page, url: str, name: str, password: str = PASSWORD) -> None:
    page.goto(url)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_password_lets_in_and_stays_over_a_reload(page: Page, server: Server) -> None:
    expect = patient(page)
    sign_in(page, server.url, "Rita Rep", "wrong password")
    expect(page.get_by_text("name or password is not right")).to_be_visible()
    sign_in(page, server.url, "rita rep")
    expect(page.get_by_text("Rita Rep (rep)")).to_be_visible()
    for hidden in ("Data", "Settings", "Knowledge"):
        expect(page.get_by_role("link", name=hidden)).to_have_count(0)
    page.get_by_test_id("stChatInputTextArea").fill("how many orders?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Limited to what you may see: customers in SP.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Limited to what you may see: customers in SP.")).to_be_visible()
    (cookie,) = [found for found in page.context.cookies() if found["name"] == COOKIE]
    assert (cookie["sameSite"], cookie["httpOnly"]) == ("Strict", True)
    assert cookie["value"] not in page.content() + page.evaluate("document.cookie")
    assert len(cookie["value"]) > 40

    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert COOKIE not in [found["name"] for found in page.context.cookies()]
    page.context.add_cookies([{"name": COOKIE, "value": cookie["value"], "url": server.url}])
    page.goto(server.url)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_cookie_that_somebody_made_up_opens_nothing(page: Page, server: Server) -> None:
    expect = patient(page)
    page.context.add_cookies([{"name": COOKIE, "value": "x" * 43, "url": server.url}])
    page.context.add_cookies([{"name": "_streamlit_user", "value": "2|made|up", "url": server.url}])
    page.goto(f"{server.url}/settings")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_address_of_an_administrators_page_opens_nothing_to_a_rep(page: Page, server: Server) -> None:
    expect = patient(page)
    sign_in(page, server.url, "Rita Rep")
    expect(page.get_by_text("Rita Rep (rep)")).to_be_visible()
    page.goto(f"{server.url}/settings")
    expect(page.get_by_text("Rita Rep (rep)")).to_be_visible()
    expect(page.get_by_role("heading", name="Settings")).to_have_count(0)


def test_a_verified_address_lets_in(page: Page, oidc_server: Server, provider: Provider) -> None:
    expect = patient(page)
    provider.claims = {"email": EMAIL.upper(), "email_verified": True, "name": "Rita of the provider"}
    page.goto(oidc_server.url)
    page.get_by_role("button", name="Sign in with your company's account").click()
    expect(page.get_by_text("Rita Rep (rep)")).to_be_visible()
    assert {"/authorize", "/token", "/jwks"} <= set(provider.seen)
    page.reload()
    expect(page.get_by_text("Rita Rep (rep)")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(oidc_server.url)
    expect(page.get_by_role("button", name="Sign in with your company's account")).to_be_visible()


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"email": EMAIL, "email_verified": False}, "does not vouch for your e-mail address"),
        ({"email": EMAIL}, "does not vouch for your e-mail address"),
        ({"email": "mallory@example.com", "email_verified": True}, "mallory@example.com has no account here"),
    ],
)
def test_another_address_lets_nobody_in(
    page: Page, oidc_server: Server, provider: Provider, claims: dict[str, object], said: str
) -> None:
    expect = patient(page)
    provider.claims = dict(claims)
    page.goto(oidc_server.url)
    page.get_by_role("button", name="Sign in with your company's account").click()
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_count(0)
    page.get_by_role("button", name="Sign in as somebody else").click()
    expect(page.get_by_role("button", name="Sign in with your company's account")).to_be_visible()
