"""Limits: their name, what they say, and the one table of roles."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from crm_copilot.catalog import tables
from crm_copilot.errors import InputError
from crm_copilot.people import OWNER, ROLES, Scope, scope_of

REP = scope_of("rep", managers=["Ana Souza"], states=["sp", " RJ "])


def test_no_limits_are_everything() -> None:
    assert Scope().whole
    assert Scope().key == "all"
    assert OWNER.scope.whole


def test_the_same_limits_have_the_same_key_in_any_order() -> None:
    one, other = Scope(managers=("b", "a")), Scope(managers=("a", "b", "a"))
    assert one.key == other.key
    assert len(one.key) == 16


def test_an_empty_list_is_not_no_limit() -> None:
    assert not Scope(managers=()).whole
    assert Scope(managers=()).key != Scope().key


def test_a_text_is_no_list() -> None:
    with pytest.raises(TypeError, match="expected a tuple"):
        Scope(managers="Ana")  # type: ignore[arg-type]


@pytest.mark.parametrize("scope", [Scope(), REP, scope_of("analyst"), Scope(states=())])
def test_a_scope_survives_json(scope: Scope) -> None:
    written = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(scope).items()}
    assert Scope.from_json(written) == scope


@pytest.mark.parametrize(
    ("tables_read", "said"),
    [
        (["orders"], "Limited to what you may see: customers in RJ and SP."),
        (["clients"], "Limited to what you may see: clients of Ana Souza."),
        (["clients", "orders"], "Limited to what you may see: clients of Ana Souza; customers in RJ and SP."),
        (["products"], ""),
        (["deals"], ""),
    ],
)
def test_it_says_which_limits_touch_an_answer(tables_read: list[str], said: str) -> None:
    assert REP.said(tables_read, "en") == said


def test_it_says_so_in_portuguese_too() -> None:
    assert REP.said(["orders"], "pt") == "Limitado ao que você pode ver: compradores de RJ e SP."


def test_hidden_columns_are_told_where_somebody_would_read_them() -> None:
    analyst = scope_of("analyst")
    assert analyst.said(["reviews"], "en") == "Limited to what you may see: no personal columns."
    assert analyst.said(["orders", "customers"], "en") == ""  # a zip code is no loss to a number


@pytest.mark.parametrize("role", ROLES)
def test_a_role_names_tables_of_the_catalog(role: str) -> None:
    scope = scope_of(role, managers=["a"], states=["SP"])
    assert set(scope.tables or ()) <= set(tables())


@pytest.mark.parametrize(
    ("role", "hidden"),
    [
        ("admin", set()),
        ("analyst", set()),
        ("marketing", {"interactions"}),
        ("support", {"clients", "interactions", "leads", "deals"}),
        ("rep", {"leads", "deals"}),
    ],
)
def test_what_each_role_may_not_see(role: str, hidden: set[str]) -> None:
    scope = scope_of(role, managers=["a"] if role == "rep" else None, states=["SP"] if role == "rep" else None)
    assert {name for name in tables() if not scope.sees(name)} == hidden
    assert scope.personal == (role not in ("analyst", "marketing"))


def test_a_rep_sees_only_the_side_that_is_named() -> None:
    managers, states = scope_of("rep", managers=["Ana"]), scope_of("rep", states=["SP"])
    assert not managers.sees("orders")
    assert managers.sees("clients")
    assert states.sees("orders")
    assert not states.sees("clients")


@pytest.mark.parametrize("given", [{}, {"managers": []}, {"managers": [" "], "states": ()}])
def test_a_rep_without_anything_is_refused(given: dict[str, list[str]]) -> None:
    with pytest.raises(InputError, match="a rep needs managers"):
        scope_of("rep", **given)


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(InputError, match="there is no role 'boss'; the roles are rep, support"):
        scope_of("boss")


def test_support_reads_its_own_texts_only() -> None:
    assert scope_of("support").collections == ("support",)
    assert scope_of("support", collections=["returns"]).collections == ("returns", "support")
    assert scope_of("analyst").collections is None
    assert scope_of("analyst", collections=["manuals"]).collections == ("manuals",)
