"""`crm serve` over PostgreSQL with somebody who works, and Prometheus that reads its numbers."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import httpx
import yaml
from ports import free_port
from postgres import binaries

from crm_copilot.bootstrap import House
from crm_copilot.settings import ROOT, load_settings

READER, READER_PASSWORD = "grafana", "letters-and-digits-1"
_PATIENCE = 60.0


class Served:
    """A server with one account."""

    def __init__(self, url: str, home: Path, log: Path) -> None:
        self.url, self._home, self._log = url, home, log

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What it has logged; only where it listens is said in words."""
        text = self._log.read_text("utf-8").splitlines()
        assert [line for line in text if not line.startswith("{")] == [f"crm: {self.address} (stop with Ctrl-C)"]
        return [json.loads(line) for line in text if line.startswith("{")]

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Send a request with the key."""
        headers = {"Authorization": f"Bearer {self._key}"}
        return httpx.request(method, self.address + path, headers=headers, timeout=60, **given)

    def __enter__(self) -> Self:
        house = House(load_settings(None, home=self._home, database_url=self.url))
        ana = house.accounts.add("Ana", None, "analyst")
        self._key = house.accounts.new_key(ana.id, "test", ("ask", "read", "feedback"))
        house.close()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}  # noqa: TID251
        given = {"CRM_HOME": str(self._home), "CRM_DATABASE_URL": self.url, "PYTHONPATH": str(ROOT / "src")}
        loud = {"CRM_LOG_FORMAT": "json", "CRM_LOG_LEVEL": "DEBUG"}
        command = [sys.executable, "-m", "crm_copilot.interfaces.cli", "serve", "--port", "0"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, env=kept | given | loud, cwd=ROOT, stderr=log)
        until(lambda: "http://" in self._log.read_text())
        self.address = re.findall(r"http://\S+", self._log.read_text())[0]
        try:
            until(lambda: httpx.get(f"{self.address}/ready").status_code == 200)
        except TimeoutError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._process.terminate()
        self._process.wait(60)

    def work(self) -> None:
        """Ask something that is answered, the same again, something that is declined, and rate it."""
        headers = {"Authorization": f"Bearer {self._key}"}
        said = (("revenue by state in 2018", 1), ("revenue by state in 2018", -1), ("profit", None))
        with httpx.Client(base_url=self.address, headers=headers, timeout=60) as client:
            for question, thumb in said:
                answer = client.post("/question", json={"question": question})
                answer.raise_for_status()
                if thumb is not None:
                    body = {"conversation_id": answer.json()["conversation_id"], "feedback": thumb}
                    client.post("/feedback", json=body).raise_for_status()

    def grant(self, file: Path) -> str:
        """Run the statements that make Grafana's role, as the compose file does; return the address for it."""
        command = [client("psql"), self.url, "-v", "ON_ERROR_STOP=1", "-v", f"password={READER_PASSWORD}"]
        subprocess.run([*command, "-f", str(file)], check=True, capture_output=True, timeout=60)
        return re.sub(r"//[^@]+@", f"//{READER}:{READER_PASSWORD}@", self.url)


class Scraper:
    """Prometheus with the configuration of the deployment, reading one address every second."""

    def __init__(self, folder: Path, target: str, place: Path) -> None:
        config = yaml.safe_load((folder / "prometheus.yml").read_text())
        config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
        config["rule_files"] = [str(folder / "alerts.yml")]
        config["scrape_configs"][0]["static_configs"] = [{"targets": [target.removeprefix("http://")]}]
        self._place, self._port = place, free_port()
        (place / "prometheus.yml").write_text(yaml.safe_dump(config))

    def __enter__(self) -> Self:
        listen = f"--web.listen-address=127.0.0.1:{self._port}"
        paths = [f"--config.file={self._place / 'prometheus.yml'}", f"--storage.tsdb.path={self._place / 'data'}"]
        with (self._place / "log").open("wb") as log:
            self._process = subprocess.Popen([str(shutil.which("prometheus")), *paths, listen], stdout=log, stderr=log)
        until(lambda: httpx.get(f"http://127.0.0.1:{self._port}/-/ready").status_code == 200)
        return self

    def __exit__(self, *error: object) -> None:
        self._process.terminate()
        self._process.wait(30)

    def query(self, expression: str) -> list[dict[str, Any]]:
        """Return what an expression finds now; fail for one that is none."""
        answer = httpx.get(f"http://127.0.0.1:{self._port}/api/v1/query", params={"query": expression}).json()
        assert answer["status"] == "success", f"{expression}: {answer.get('error')}"
        found: list[dict[str, Any]] = answer["data"]["result"]
        return found

    def names(self) -> set[str]:
        """Return the names of the metrics that were read."""
        return self._values("label/__name__/values")

    def labels(self) -> set[str]:
        """Return the names of their labels."""
        return self._values("labels")

    def wait_for(self, metric: str) -> None:
        """Wait until a metric was read twice more, so that there is a rate."""
        until(lambda: bool(self.query(metric)))
        before = time.time()
        until(lambda: any(sample["value"][1] > str(before + 2) for sample in self.query(f"timestamp({metric})")))

    def _values(self, path: str) -> set[str]:
        return set(httpx.get(f"http://127.0.0.1:{self._port}/api/v1/{path}").json()["data"])


def client(name: str) -> str:
    """Return where a program of PostgreSQL lies: on the path, or beside the server."""
    folder = binaries()
    assert folder is not None
    found = shutil.which(name) or shutil.which(name, path=str((folder / "postgres").resolve().parent))
    assert found is not None, f"{name} is not installed here"
    return found


def until(well: Any) -> None:
    """Wait until something is so."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            if well():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"it was not so within {_PATIENCE:g} s")
