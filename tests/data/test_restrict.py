"""The part of the data that a scope may see: nothing of the rest is in it, and the rest does not change it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from crm_copilot.catalog import tables
from crm_copilot.data import Dataset, load, open_data
from crm_copilot.data.restrict import DERIVED, RULES, restricted
from crm_copilot.people import Scope, scope_of

MANAGER, STATE = "Eva Martins", "SP"
REP = scope_of("rep", managers=[MANAGER], states=[STATE])


@pytest.fixture(scope="module")
def whole(demo_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    home = tmp_path_factory.mktemp("restricted-home")
    load(demo_files, home)
    found = open_data(home)
    assert found is not None
    return found


def column(dataset: Dataset, sql: str) -> set[str]:
    with dataset.connect() as data:
        return {row[0] for row in data.execute(sql).fetchall()}


def frame(dataset: Dataset, table: str) -> pa.Table:
    with pa.ipc.open_file(str(dataset.frames[table])) as file:
        return file.read_all()


def test_every_table_has_a_rule() -> None:
    assert set(RULES) | set(DERIVED) == set(tables())


def test_no_limits_give_the_data_themselves(whole: Dataset) -> None:
    assert restricted(whole, Scope()) is whole


def test_rows_are_of_the_scope_alone(whole: Dataset) -> None:
    part = restricted(whole, REP)
    assert column(part, "SELECT customer_state FROM customers") == {STATE}
    assert column(part, "SELECT account_manager FROM clients") == {MANAGER}
    for table in ("order_items", "payments", "reviews", "df"):
        assert column(part, f"SELECT order_id FROM {table}") <= column(part, "SELECT order_id FROM orders")
    assert column(part, "SELECT client_id FROM interactions") <= column(part, "SELECT client_id FROM clients")
    assert column(part, "SELECT user_id FROM customer_df") == column(part, "SELECT user_id FROM df")


def test_none_of_the_scope_is_missing(whole: Dataset) -> None:
    part = restricted(whole, REP)
    wanted = "SELECT order_id FROM orders JOIN customers USING (customer_id) WHERE customer_state = 'SP'"
    assert column(part, "SELECT order_id FROM orders") == column(whole, wanted)


def test_frames_values_and_database_say_the_same(whole: Dataset) -> None:
    part = restricted(whole, REP)
    assert set(part.frames) == set(part.info.rows) == set(part.values)
    for table, count in part.info.rows.items():
        assert frame(part, table).num_rows == count
    assert set(part.values["customers"]["customer_state"]) == {STATE}
    assert set(part.values["clients"]["account_manager"]) == {MANAGER}


def test_hidden_tables_and_columns_are_not_there(whole: Dataset) -> None:
    analyst, support = restricted(whole, scope_of("analyst")), restricted(whole, scope_of("support"))
    assert "customer_zip_code_prefix" not in frame(analyst, "customers").column_names
    assert not {"text", "manager"} & set(frame(analyst, "interactions").column_names)
    assert "account_manager" not in analyst.values["clients"]
    assert not {"clients", "interactions", "leads", "deals"} & set(support.info.rows)
    assert column(support, "SELECT table_name FROM duckdb_tables()") == set(support.info.rows)


def test_no_file_of_the_part_holds_a_byte_of_the_rest(whole: Dataset) -> None:
    """Searched in the files themselves: what a query does not return may still lie in a page."""
    part = restricted(whole, REP)
    hidden = column(whole, "SELECT client_name FROM clients") - column(part, "SELECT client_name FROM clients")
    hidden |= set(
        sorted(column(whole, "SELECT order_id FROM orders") - column(part, "SELECT order_id FROM orders"))[:300]
    )
    for file in (path for path in part.directory.rglob("*") if path.is_file()):
        content = file.read_bytes()
        assert [name for name in hidden if name.encode() in content] == [], file.name


def test_the_period_is_that_of_the_whole(whole: Dataset) -> None:
    part = restricted(whole, scope_of("rep", states=["AC"]))
    assert part.info.period == whole.info.period
    assert part.info.fingerprint.startswith(f"{whole.info.fingerprint}-")


def test_a_manager_or_state_of_nobody_lets_nothing_through(whole: Dataset) -> None:
    part = restricted(whole, scope_of("rep", managers=["nobody'; DROP TABLE clients --"], states=["XX"]))
    assert part.info.rows["clients"] == part.info.rows["orders"] == part.info.rows["df"] == 0
    assert part.values["customers"]["customer_city"] == {}


def test_it_is_made_once(whole: Dataset) -> None:
    scope = scope_of("marketing", states=["MG"])
    first = restricted(whole, scope)
    made = (first.directory / "manifest.json").stat().st_mtime_ns
    assert (restricted(whole, scope).directory / "manifest.json").stat().st_mtime_ns == made


@pytest.fixture
def damaged(whole: Dataset) -> Iterator[Dataset]:
    part = restricted(whole, scope_of("rep", states=["PR"]))
    yield part
    shutil.rmtree(part.directory)


def test_what_is_not_whole_is_made_again(damaged: Dataset, whole: Dataset) -> None:
    next(iter(damaged.frames.values())).unlink()
    again = restricted(whole, scope_of("rep", states=["PR"]))
    assert all(path.is_file() for path in again.frames.values())


def test_what_was_made_by_other_rules_is_made_again(damaged: Dataset, whole: Dataset) -> None:
    manifest = damaged.directory / "manifest.json"
    found = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**found, "catalog": "of-before"}))
    assert restricted(whole, scope_of("rep", states=["PR"])).info.catalog != "of-before"


def test_the_rest_does_not_change_the_part(demo_files: Path, whole: Dataset, tmp_path: Path) -> None:
    """Another manager's clients and another state's orders are other ones: the part stays the same, row by row.

    But for `score`, a rank among all purchases of the company.
    """
    files = Path(shutil.copytree(demo_files, tmp_path / "files"))
    clients = (files / "clients.csv").read_text("utf-8").splitlines()
    (files / "clients.csv").write_text("\n".join(map(_raised, clients)) + "\n", "utf-8")
    orders = column(whole, "SELECT order_id FROM orders JOIN customers USING (customer_id) WHERE customer_state = 'SP'")
    payments = (files / "olist_order_payments_dataset.csv").read_text("utf-8").splitlines()
    kept = [line for line in payments if line[:32] in orders or line.startswith("order_id")]
    assert len(kept) < len(payments)
    (files / "olist_order_payments_dataset.csv").write_text("\n".join(kept) + "\n", "utf-8")
    load(files, tmp_path / "home")
    other = open_data(tmp_path / "home")
    assert other is not None
    one, two = restricted(whole, REP), restricted(other, REP)
    assert one.info.fingerprint != two.info.fingerprint
    for table in one.info.rows:
        left, right = frame(one, table), frame(two, table)
        shown = [name for name in left.column_names if name != "score"]
        assert left.select(shown).equals(right.select(shown)), table
    assert one.values == two.values


def _raised(line: str) -> str:
    """Change the spend of others' clients."""
    cells = line.split(",")
    if line.startswith("client_id") or line.endswith(MANAGER):
        return line
    return ",".join([*cells[:3], "777777.00", *cells[4:]])
