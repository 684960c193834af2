"""`crm connect`: other systems whose contacts become tables of the company's data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from crm_copilot.errors import InputError
from crm_copilot.interfaces.jsonl import Json, put

app = typer.Typer(no_args_is_help=True, help="Other systems: bring their contacts into the company's data.")
amocrm = typer.Typer(no_args_is_help=True, help="amoCRM (Kommo): companies, deals, notes, tasks and events.")
app.add_typer(amocrm, name="amocrm")

_SECRET = "secret key of the integration"


@amocrm.command()
def login(
    url: Annotated[str, typer.Option(help="address of the account, like https://company.amocrm.ru")],
    client_id: Annotated[str, typer.Option(help="id of the integration")],
    redirect_uri: Annotated[str, typer.Option(help="redirect address of the integration, as it is set there")],
    code: Annotated[str | None, typer.Option(help="code of the integration's page; asked for when not given")] = None,
    as_json: Json = False,
) -> None:
    """Connect an account: exchange the integration's code for tokens, which are kept under CRM_HOME.

    The secret key is asked for, or read from CRM_AMOCRM_CLIENT_SECRET; it is no option, since others could read it.
    """
    from crm_copilot.connectors.amocrm import Access, TokenStore
    from crm_copilot.connectors.amocrm.tokens import address
    from crm_copilot.settings import load_settings

    settings = load_settings()
    known = settings.amocrm_client_secret
    secret = known.get_secret_value() if known else typer.prompt(_SECRET, hide_input=True, err=True)
    given = code or typer.prompt("authorization code", hide_input=True, err=True)
    store = TokenStore(settings.home_dir)
    access = store.login(Access(address(url), client_id, secret, redirect_uri), given.strip())
    _say({"connected": access.url}, f"connected to {access.url}; now run 'crm connect amocrm sync'", as_json)


@amocrm.command()
def sync(
    into: Annotated[Path | None, typer.Option(help="folder with the company's files; CRM_DATA_DIR otherwise")] = None,
    full: Annotated[bool, typer.Option("--full", help="fetch everything again, not only what has changed")] = False,
    timezone: Annotated[str, typer.Option(help="in which days and hours are counted")] = "UTC",
    as_json: Json = False,
) -> None:
    """Fetch what is new and load it; what was loaded before stays when anything goes wrong."""
    from crm_copilot.connectors.amocrm import Client, TokenStore, synchronise
    from crm_copilot.connectors.amocrm.sync import company_folder
    from crm_copilot.settings import load_settings

    settings = load_settings()
    client = Client(TokenStore(settings.home_dir))
    zone = _zone(timezone)
    try:
        client.tokens.read()
        directory = into or company_folder(settings.home_dir, settings.data_dir)
        done = synchronise(client, settings.home_dir, directory, full=full, zone=zone, tell=_progress)
    finally:
        client.close()
    found = {
        "clients": done.clients,
        "interactions": done.interactions,
        "fetched": done.fetched,
        "folder": str(directory),
    }
    text = f"{done.interactions} interactions with {done.clients} clients are loaded ({done.fetched} entities fetched)"
    _say(found, text, as_json)


@amocrm.command()
def status(as_json: Json = False) -> None:
    """Say which account is connected and until when its token is good."""
    from datetime import UTC, datetime

    from crm_copilot.connectors.amocrm import TokenStore
    from crm_copilot.settings import load_settings

    access = TokenStore(load_settings().home_dir).read()
    ends = datetime.fromtimestamp(access.ends, UTC).isoformat(timespec="seconds")
    _say({"connected": access.url, "token_ends": ends}, f"{access.url}, token good until {ends}", as_json)


@amocrm.command()
def logout(as_json: Json = False) -> None:
    """Forget the tokens; what was loaded stays."""
    from crm_copilot.connectors.amocrm import TokenStore
    from crm_copilot.settings import load_settings

    TokenStore(load_settings().home_dir).forget()
    _say({"connected": None}, "the tokens are removed", as_json)


def _zone(name: str) -> Any:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InputError(f"{name!r} is no time zone; give one like America/Sao_Paulo") from error


def _progress(name: str, count: int) -> None:
    sys.stderr.write(f"{name}: {count}\n")


def _say(found: dict[str, Any], text: str, as_json: bool) -> None:
    put(found) if as_json else typer.echo(text)
