"""The compose file and the Dockerfile, as far as they can be held to without a Docker engine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from crm_copilot.settings import PREFIX, ROOT, Settings

FILE = ROOT / "compose.yaml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
ONCE = {"reader"}  # services that run to their end


def test_the_compose_file_keeps_to_its_schema() -> None:
    command = [Path(sys.executable).parent / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", FILE]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_whole_service_is_there() -> None:
    assert set(SERVICES) == {"app", "api", "database", "prometheus", "grafana", "reader"}
    assert set(OURS) == {"app", "api"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONCE))
def test_a_service_says_whether_it_is_well(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries"} <= set(check)


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_can_come(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        ends = how["condition"] == "service_completed_successfully"
        assert ends == (other in ONCE)
        assert ends or "healthcheck" in SERVICES[other]


def test_no_password_has_a_default_and_an_empty_one_is_refused() -> None:
    text = FILE.read_text()
    secrets = set(re.findall(r"\$\{(\w*(?:PASSWORD|SECRET)\w*)[^}]*\}", text))
    assert secrets == {"POSTGRES_PASSWORD", "GRAFANA_ADMIN_PASSWORD", "GRAFANA_READER_PASSWORD"}
    for name in secrets:
        assert set(re.findall(rf"\$\{{{name}(.)(.)", text)) == {(":", "?")}, f"{name} must be {{{name}:?...}}"
    asked = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / "deploy" / "compose.env").read_text(), re.MULTILINE))
    assert asked == dict.fromkeys(secrets, "")


def test_a_variable_is_required_or_has_a_default_and_is_explained() -> None:
    text, page = FILE.read_text(), (ROOT / "docs" / "operations.md").read_text()
    for name, how in re.findall(r"(?<!\$)\$\{(\w+)(:?[-?]?)", text):
        assert how in (":-", ":?"), name
        assert name.startswith(PREFIX) or f"`{name}`" in page, f"docs/operations.md does not explain {name}"


@pytest.mark.parametrize("name", OURS)
def test_our_settings_are_settings(name: str) -> None:
    given = {key for key in SERVICES[name]["environment"] if key.startswith(PREFIX)}
    assert given
    assert given <= {PREFIX + field.upper() for field in Settings.model_fields}


@pytest.mark.parametrize("name", OURS)
def test_our_containers_may_do_little(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["mem_limit"]
    assert not {"privileged", "user", "cap_add"} & set(service)


def test_ports_are_open_to_this_machine_alone_unless_said() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert len(published) == 3
    assert all(re.match(r"\$\{\w+_ADDRESS:-127\.0\.0\.1\}:", port) for port in published)


def test_only_who_must_reaches_out() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert {name for name, service in SERVICES.items() if "outside" in service["networks"]} == {"app", "api", "grafana"}


def test_images_of_others_are_pinned() -> None:
    images = {service["image"] for service in SERVICES.values() if "build" not in service}
    assert all(re.search(r":v?\d+\.\d+", image) for image in images), images


def test_every_file_that_is_mounted_is_there() -> None:
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", ())]
    for mount in mounts:
        source, _, rest = mount.partition(":")
        if source.startswith("."):
            assert (ROOT / source).exists(), source
            assert rest.endswith(":ro"), f"{mount} may be written"
        else:
            assert source in COMPOSE["volumes"]


def test_the_addresses_that_are_scraped_are_those_of_services() -> None:
    config = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text())
    (job,) = config["scrape_configs"]
    targets = dict(target.split(":") for group in job["static_configs"] for target in group["targets"])
    assert targets == {"api": "8000", "app": SERVICES["app"]["environment"]["CRM_METRICS_PORT"]}


# ------------------------------------------------------------------------------------------------------- the image


def test_the_image_runs_as_an_ordinary_user() -> None:
    last = DOCKERFILE.split("\nFROM ")[-1]
    assert re.findall(r"^USER (\d+)$", last, re.MULTILINE) == ["10001"]
    assert last.index("USER") < last.index("CMD")


def test_the_image_has_two_stages_and_fetches_packages_in_the_first_alone() -> None:
    stages = DOCKERFILE.split("\nFROM ")[1:]
    assert len(stages) == 2
    assert "pip install" in stages[0]
    assert not re.search(r"pip install|apt-get|curl|wget|^ADD", stages[1], re.MULTILINE)


def test_what_the_image_is_made_of_answers_a_question(tmp_path: Path, child_environment: dict[str, str]) -> None:
    """The files that the Dockerfile copies, with .dockerignore applied, are enough: no network, no repository."""
    app = tmp_path / "app"
    for source, target in copied():
        place = app / target / (Path(source).name if target.endswith("/") else "")
        place.parent.mkdir(parents=True, exist_ok=True)
        whole = ROOT / source
        assert any(fnmatch(source, pattern) for pattern in _allowed()), f".dockerignore leaves out {source}"
        shutil.copytree(whole, place, ignore=_ignored) if whole.is_dir() else shutil.copy(whole, place)
    command = [sys.executable, "-m", "crm_copilot.interfaces.cli", "ask", "--json", "how many orders?"]
    environment = child_environment | {"PYTHONPATH": f"{app / 'src'}:{app}"}
    done = subprocess.run(command, cwd=app, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["status"] == "answered"
    assert answer["tokens"]["output"] > 0, "the model ships in the image"


def copied() -> list[tuple[str, str]]:
    """What is copied from the repository into /app, and where to."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    found = [(source, line.split()[-1]) for line in lines for source in line.split()[:-1]]
    return [(source, target.removeprefix("/app/").removeprefix("./") or "./") for source, target in found]


def _allowed() -> list[str]:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    return [line[1:] for line in lines if line.startswith("!")]


def _ignored(folder: str, names: list[str]) -> list[str]:
    left_out = [line[3:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("**/")]
    return [name for name in names if any(fnmatch(name, pattern) for pattern in left_out)]


@pytest.mark.parametrize(("status", "well"), [(200, True), (503, False)])
def test_the_health_check_tells_whether_it_is_well(status: int, *, well: bool) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.handle_request, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/ready"
        done = subprocess.run(
            [sys.executable, ROOT / "deploy" / "healthy.py", address], capture_output=True, timeout=30
        )
    assert (done.returncode == 0) is well
