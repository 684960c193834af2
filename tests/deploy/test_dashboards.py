"""Every query of the dashboard and every alert, against the real Prometheus and a real PostgreSQL.

`crm serve` runs with accounts over PostgreSQL, somebody asks and rates, Prometheus reads its /metrics: a panel that
names a metric, a label or a column that is not there fails here.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from crm_copilot.settings import ROOT

from .serving import READER, Scraper, Served

DEPLOY = ROOT / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana" / "dashboards" / "operations.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
TARGETS = [(panel["title"], target) for panel in PANELS for target in panel["targets"]]
EXPRESSIONS = [(title, target["expr"]) for title, target in TARGETS if "expr" in target]
STATEMENTS = [(title, target["rawSql"]) for title, target in TARGETS if "rawSql" in target]
ALERTS = [
    (rule["alert"], rule["expr"])
    for group in yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
needs_prometheus = pytest.mark.skipif(
    not (shutil.which("prometheus") and shutil.which("promtool")),
    reason="Prometheus is not installed here: scripts/prometheus, or apt-get install prometheus",
)


@pytest.fixture(scope="module")
def prometheus(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scraper]:
    with Scraper(DEPLOY / "prometheus", served.address, tmp_path_factory.mktemp("prometheus")) as scraper:
        scraper.wait_for("crm_questions_total")
        served.work()
        scraper.wait_for("crm_declines_total")
        served.work()
        scraper.wait_for("crm_declines_total")
        yield scraper


# ------------------------------------------------------------------------------------------------------ Prometheus


@needs_prometheus
def test_the_target_is_up(prometheus: Scraper) -> None:
    assert [sample["value"][1] for sample in prometheus.query('up{job="crm"}')] == ["1"]


@needs_prometheus
@pytest.mark.parametrize(("title", "expression"), EXPRESSIONS, ids=[title for title, _ in EXPRESSIONS])
def test_a_query_of_a_panel_finds_something(prometheus: Scraper, title: str, expression: str) -> None:
    found = prometheus.query(grafana_range(expression))
    assert found, f"{title}: {expression} finds nothing"
    legend = next(target["legendFormat"] for name, target in TARGETS if name == title and "expr" in target)
    for label in re.findall(r"\{\{(\w+)\}\}", legend):
        assert all(label in sample["metric"] for sample in found), f"{title}: nothing is labelled {label!r}"


@needs_prometheus
@pytest.mark.parametrize(("name", "expression"), [*EXPRESSIONS, *ALERTS], ids=lambda value: value.split("(")[0][:40])
def test_what_a_query_names_is_there(prometheus: Scraper, name: str, expression: str) -> None:
    metrics, labels = prometheus.names(), prometheus.labels()
    without = re.sub(r'"[^"]*"', '""', expression)
    assert set(re.findall(r"\b(?:crm|process)_\w+|\bup\b", without)) <= metrics
    inside = [part for group in re.findall(r"\{([^}]*)\}|by \(([^)]*)\)", without) for part in group if part]
    assert {word for part in inside for word in re.findall(r"(\w+)\s*(?:=|,|$)", part)} <= labels


@needs_prometheus
def test_the_alerts_fire_when_they_should() -> None:
    for command in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]):
        done = subprocess.run(
            ["promtool", *command], cwd=DEPLOY / "prometheus", capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr


@needs_prometheus
def test_prometheus_takes_its_configuration(tmp_path: Path) -> None:
    text = (DEPLOY / "prometheus" / "prometheus.yml").read_text()
    (tmp_path / "prometheus.yml").write_text(text.replace("/etc/prometheus", str(DEPLOY / "prometheus")))
    command = ["promtool", "check", "config", str(tmp_path / "prometheus.yml")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_explained() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    assert not [name for name, _ in ALERTS if f"`{name}`" not in page]


def grafana_range(expression: str) -> str:
    """Put the times in that Grafana puts in."""
    return expression.replace("$__rate_interval", "1m").replace("$__range", "5m")


# ------------------------------------------------------------------------------------------------------ PostgreSQL


@pytest.fixture(scope="module")
def as_reader(served: Served) -> Iterator[Callable[[str], list[dict[str, Any]]]]:
    """Ask the database as Grafana does: with what `reader.sql` lets it read."""
    served.work()
    address = served.grant(DEPLOY / "postgres" / "reader.sql")
    with psycopg.connect(address, autocommit=True, row_factory=psycopg.rows.dict_row) as connection:
        yield lambda statement: connection.execute(statement).fetchall()  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize(("title", "statement"), STATEMENTS, ids=[title for title, _ in STATEMENTS])
def test_a_statement_of_a_panel_finds_something(
    as_reader: Callable[[str], list[dict[str, Any]]], title: str, statement: str
) -> None:
    rows = as_reader(grafana_time(statement))
    if title != "Programs that failed":  # nothing has
        assert rows, f"{title} finds nothing"
        assert any(value is not None for row in rows for name, value in row.items() if name != "time")


def test_the_panels_say_what_happened(as_reader: Callable[[str], list[dict[str, Any]]]) -> None:
    found = {title: as_reader(grafana_time(statement)) for title, statement in STATEMENTS}
    last = found["Last conversations"][0]
    assert last["person"] == "Ana"
    assert {row["outcome"] for row in found["Last conversations"]} == {"answered", "declined"}
    (thumbs,) = found["Thumbs"]
    assert thumbs["+1"] > 0
    assert thumbs["-1"] > 0
    assert 0.6 <= found["Relevance"][0]["relevance"] <= 1
    assert sum(int(row["written"]) for row in found["Tokens"]) > 0
    assert {row["model"].partition(":")[0] for row in found["Models used"]} == {"embedded"}
    assert found["People active"][0]["people"] == 1
    assert {row["person"] for row in found["Audit"]} == {"Ana"}


@pytest.mark.parametrize(
    "statement",
    ["SELECT password FROM users", "SELECT email FROM users", "SELECT * FROM api_keys", "SELECT * FROM sessions",
     "SELECT * FROM examples", "DELETE FROM turns", "UPDATE ratings SET thumbs = 1", "CREATE TABLE mine (a int)"],
)  # fmt: skip
def test_grafana_can_read_nothing_else_and_change_nothing(
    as_reader: Callable[[str], list[dict[str, Any]]], statement: str
) -> None:
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
        as_reader(statement)


def test_the_grants_can_be_given_again(served: Served) -> None:
    address = served.grant(DEPLOY / "postgres" / "reader.sql")
    assert f"//{READER}:" in address


def grafana_time(statement: str) -> str:
    """Put the times in that Grafana puts in."""
    text = re.sub(r"\$__timeFilter\(([\w.]+)\)", r"\1 BETWEEN now() - interval '6 hours' AND now()", statement)
    group = r"\$__timeGroupAlias\(([\w.]+), \$__interval\)"
    text = re.sub(group, r'floor(extract(epoch from \1) / 300) * 300 AS "time"', text)
    assert "$" not in text, text
    return text


# ----------------------------------------------------------------------------------------------------- the dashboard


def test_the_dashboard_asks_what_is_provisioned() -> None:
    folder = DEPLOY / "grafana" / "provisioning"
    known = yaml.safe_load((folder / "datasources" / "datasources.yaml").read_text())["datasources"]
    sources = {(source["type"], source["uid"]) for source in known}
    asked = [panel["datasource"] for panel in PANELS] + [target["datasource"] for _, target in TARGETS]
    assert {(source["type"], source["uid"]) for source in asked} == sources
    (provider,) = yaml.safe_load((folder / "dashboards" / "dashboards.yaml").read_text())["providers"]
    mounts = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["grafana"]["volumes"]
    assert f"./deploy/grafana/dashboards:{provider['options']['path']}:ro" in mounts


def test_panels_have_names_of_their_own_and_do_not_overlap() -> None:
    assert len({panel["title"] for panel in PANELS}) == len(PANELS)
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells


def test_the_five_panels_and_those_of_an_administrator_are_there() -> None:
    assert {panel["title"] for panel in PANELS} >= {
        "Last conversations", "Thumbs", "Relevance", "Tokens", "Models used", "Questions by outcome",
        "Seconds by node, p50", "Seconds by node, p95", "Declined, by reason", "Answers from the cache",
        "Programs that the sandbox ended", "Waiting for a worker", "Messages without an answer", "People active",
        "Audit",
    }  # fmt: skip
