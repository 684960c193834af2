"""A small demo company, the app within this process (AppTest), and the app as a server with a real browser."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import streamlit as st

from crm_copilot.bootstrap import bootstrap
from crm_copilot.data import demo, load
from crm_copilot.interfaces.app import resources
from crm_copilot.settings import PREFIX, load_settings

from .helpers import App, Server, SlowModel, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a company with 600 orders."""
    directory = tmp_path_factory.mktemp("company") / "files"
    demo.generate(directory, orders=600)
    return directory


@pytest.fixture(scope="session")
def demo_home(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with that company in use, marked as the demo company; copied, never written to."""
    home = tmp_path_factory.mktemp("demo") / "home"
    info = load(files, home)
    bootstrap(load_settings(None, home=home)).index  # noqa: B018 - built here once where the shipped one is outdated
    manifest = home / "data" / info.fingerprint / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"demo": True, "source": demo.LABEL}))
    return home


@pytest.fixture
def home(demo_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo_home, tmp_path / "home"))


@pytest.fixture
def own_app(home: Path, tmp_path: Path) -> Iterator[App]:
    """The app in this process over a home of its own."""
    with _app(home, tmp_path) as started:
        yield started


@pytest.fixture(scope="module")
def app(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app in this process, shared by the tests of a module that load no data."""
    directory = tmp_path_factory.mktemp("app")
    with _app(Path(shutil.copytree(demo_home, directory / "home")), directory) as started:
        yield started


@contextmanager
def _app(home: Path, directory: Path) -> Iterator[App]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(PREFIX)]:  # noqa: TID251
            patch.delenv(name)
        patch.chdir(directory)
        patch.setenv("CRM_HOME", str(home))
        # AppTest has no connection; a browser on this machine has no address.
        patch.setattr(type(st.context), "ip_address", property(lambda self: None))
        st.cache_resource.clear()
        yield App()
        resources.service().close()
        st.cache_resource.clear()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if executable is None:
        pytest.skip("there is no Chromium here: apt-get install -y chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def server(browser: Browser, demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app with the embedded model, for tests that leave its data as they are."""
    home = Path(shutil.copytree(demo_home, tmp_path_factory.mktemp("server") / "home"))
    with serve(home) as started:
        yield started


@pytest.fixture(scope="session")
def slow_model() -> Iterator[SlowModel]:
    with SlowModel() as model:
        yield model


@pytest.fixture(scope="session")
def slow_server(
    browser: Browser, demo_home: Path, slow_model: SlowModel, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The app with a model that answers when the test lets it."""
    home = Path(shutil.copytree(demo_home, tmp_path_factory.mktemp("slow") / "home"))
    with serve(home, **slow_model.settings) as started:
        yield started


@pytest.fixture
def held(slow_model: SlowModel) -> Iterator[SlowModel]:
    """The slow model, holding its answers back until the test or its end."""
    slow_model.hold()
    yield slow_model
    slow_model.release()
