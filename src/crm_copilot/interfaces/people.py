"""`crm people`: who may use the product and what they see, their keys, and everything that is kept about them."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crm_copilot.errors import InputError
from crm_copilot.interfaces.jsonl import Json, put

if TYPE_CHECKING:
    from crm_copilot.bootstrap import House
    from crm_copilot.storage.accounts import Account

app = typer.Typer(no_args_is_help=True, help="The people: add and change them, their keys, what is kept about them.")
Name = Annotated[str, typer.Argument(help="name or id, as 'crm people list' shows them")]
Role = Annotated[str | None, typer.Option(help="rep, support, marketing, analyst or admin")]
Managers = Annotated[list[str] | None, typer.Option("--manager", help="account manager whose clients they see")]
States = Annotated[list[str] | None, typer.Option("--state", help="state whose customers they see, as SP")]
Collections = Annotated[list[str] | None, typer.Option("--collection", help="collection of texts that they may read")]
Email = Annotated[str | None, typer.Option(help="address by which an OpenID provider knows them")]
Sure = Annotated[bool, typer.Option("--yes", help="do not ask again")]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="name to sign in with")],
    role: Annotated[str, typer.Option(help="rep, support, marketing, analyst or admin")],
    manager: Managers = None,
    state: States = None,
    collection: Collections = None,
    email: Email = None,
    password: Annotated[bool, typer.Option(help="ask for a password; without one they sign in by --email")] = True,
    as_json: Json = False,
) -> None:
    """Add a person. From the first one on the app and the API ask everybody to sign in."""
    with _house() as house:
        word = _password() if password else None
        first = not house.accounts.any()
        person = house.accounts.add(name, word, role, manager, state, collection, email)
        house.audit.record("owner", "person added", detail=person.id)
        found = _told(house.accounts.account(person.id))
    put(found) if as_json else typer.echo(f"{person.name} can sign in as {person.role}")
    if first:
        sys.stderr.write("from now on the app and the API ask everybody to sign in; restart them\n")


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List everybody with what they may see."""
    with _house() as house:
        found = [_told(account) for account in house.accounts.people()]
    if as_json:
        put(found)
    elif found:
        _show([{name: _cell(value) for name, value in row.items() if name != "id"} for row in found])
    else:
        typer.echo("there are no accounts: whoever can open the app sees everything. Add one with 'crm people add'")


@app.command()
def change(
    name: Name,
    new_name: Annotated[str | None, typer.Option("--name", help="another name")] = None,
    role: Role = None,
    manager: Managers = None,
    state: States = None,
    collection: Collections = None,
    email: Email = None,
    password: Annotated[bool, typer.Option("--password", help="ask for a new password")] = False,
    as_json: Json = False,
) -> None:
    """Change what is named; '' empties it. A new role or password signs them out."""
    given = {
        "name": new_name, "role": role, "managers": manager, "states": state, "collections": collection,
        "email": email, "password": _password() if password else None,
    }  # fmt: skip
    changes = {key: value for key, value in given.items() if value is not None}
    if not changes:
        raise InputError("nothing is to be changed; name it, for example --role analyst")
    with _house() as house:
        person = house.accounts.named(name).person.id
        house.accounts.change(person, **changes)
        house.audit.record("owner", "person changed", detail=f"{person}: {', '.join(sorted(changes))}")
        found = _told(house.accounts.account(person))
    put(found) if as_json else typer.echo(f"{found['name']} is changed")


@app.command()
def disable(name: Name) -> None:
    """Let somebody in no longer, by password, key or provider; what they wrote stays."""
    _switch(name, "disabled")


@app.command()
def enable(name: Name) -> None:
    """Let somebody in again, also one who is locked after wrong passwords."""
    _switch(name, "enabled")


@app.command()
def key(
    name: Name,
    purpose: Annotated[str | None, typer.Option("--for", help="what the key is for; makes a new one")] = None,
    scope: Annotated[list[str] | None, typer.Option(help="ask, read, feedback, tools or admin; several may be")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="so long it opens; without it until it is revoked")] = None,
    revoke: Annotated[str | None, typer.Option(help="id of a key that is to open nothing any more")] = None,
    as_json: Json = False,
) -> None:
    """Make a key for a program with --for, revoke one, or list those there are."""
    with _house() as house:
        person = house.accounts.named(name).person.id
        if purpose is not None:
            _make_key(house, person, purpose, scope, days, as_json)
            return
        if revoke is not None:
            house.accounts.revoke(revoke, person=person)
            house.audit.record("owner", "key revoked", detail=f"{person}: {revoke}")
        found = [asdict(each) for each in house.accounts.keys(person)]
    put(found) if as_json else _show([{field: _cell(value) for field, value in row.items()} for row in found])


@app.command()
def export(name: Name) -> None:
    """Print everything that is kept about a person, as JSON; 'owner' is who asked without an account."""
    from crm_copilot.storage.personal import export as exported

    with _house() as house:
        person = _anybody(house, name)
        put(exported(house.store, person))
        house.audit.record("owner", "person exported", detail=person)


@app.command()
def erase(name: Name, yes: Sure = False, as_json: Json = False) -> None:
    """Forget a person with everything that is kept about them. This cannot be taken back."""
    from crm_copilot.storage.personal import erase as erased

    with _house() as house:
        person = _anybody(house, name)
        _sure(yes, f"forget {name} with all conversations, for good?")
        gone = erased(house.store, person, house.checkpointer)
        house.audit.record("owner", "person erased")
        left = house.accounts.any()
    _gone(gone, as_json)
    if gone["users"] and not left:
        sys.stderr.write("nobody is left: whoever can open the app sees everything again\n")


@app.command()
def expire(days: Annotated[int, typer.Option(min=1, help="how old")], yes: Sure = False, as_json: Json = False) -> None:
    """Forget everybody's conversations that were last used so long ago, with runs and audit of that age."""
    from crm_copilot.storage.personal import expire as expired

    with _house() as house:
        _sure(yes, f"forget what is older than {days} days, for good?")
        gone = expired(house.store, timedelta(days=days), house.checkpointer)
        house.audit.record("owner", "expired", detail=f"{days} days")
    _gone(gone, as_json)


def _house() -> closing[House]:
    from crm_copilot.bootstrap import bootstrap

    return closing(bootstrap())


def _switch(name: str, state: str) -> None:
    with _house() as house:
        person = house.accounts.named(name).person
        house.accounts.disable(person.id) if state == "disabled" else house.accounts.enable(person.id)
        house.audit.record("owner", f"person {state}", detail=person.id)
    typer.echo(f"{person.name} is {state}")


def _make_key(
    house: House, person: str, purpose: str, scopes: list[str] | None, days: int | None, as_json: bool
) -> None:
    from crm_copilot.storage.keys import FOR_A_PROGRAM

    until = datetime.now(UTC) + timedelta(days=days) if days else None
    made = house.accounts.new_key(person, purpose, scopes or FOR_A_PROGRAM, until)
    house.audit.record("owner", "key made", detail=f"{person}: {purpose}")
    put({"key": made}) if as_json else typer.echo(made)
    sys.stderr.write("keep it now: it is shown this once\n")


def _anybody(house: House, name: str) -> str:
    return "owner" if name == "owner" else house.accounts.named(name).person.id


def _password() -> str:
    """Ask for a password, twice on a terminal; from a pipe its first line is read."""
    if sys.stdin.isatty():
        return str(typer.prompt("password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _sure(yes: bool, question: str) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise InputError(f"{question} say so with --yes")
    typer.confirm(question, abort=True)


def _told(account: Account) -> dict[str, Any]:
    told = asdict(account)
    person = told.pop("person")
    return {**{field: person[field] for field in ("id", "name", "role")}, **told}


def _gone(gone: dict[str, int], as_json: bool) -> None:
    said = ", ".join(f"{count} {table}" for table, count in gone.items() if count)
    put(gone) if as_json else typer.echo(f"forgotten: {said or 'nothing'}")


def _show(rows: list[dict[str, str]]) -> None:
    from crm_copilot.interfaces import console

    console.show_rows(rows)


def _cell(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    text = "" if value is None else str(value)
    return text[:16].replace("T", " ") if text[4:5] + text[10:11] == "-T" else text
