"""The OpenAPI document: every operation keeps to it, whatever is sent; docs/api.md names every one."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from .conftest import Company

ROOT = Path(__file__).parents[3]
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    negative_data_rejection, unsupported_method,
]  # fmt: skip
# Each stream is a question of its own; test_steps.py reads them.
STREAMS = r"/stream$"


def test_every_operation_keeps_to_its_document(company: Company) -> None:
    document = schemathesis.openapi.from_url(f"{company.served.url}/openapi.json")
    key = {"Authorization": f"Bearer {company.keys['ana']}"}
    operations = [found.ok() for found in document.exclude(path_regex=STREAMS).get_all_operations()]
    assert len(operations) > 15
    for operation in operations:
        for mode in GenerationMode:
            _try(operation.as_strategy(generation_mode=mode), key)


def _try(cases: Any, headers: dict[str, str]) -> None:
    @settings(
        max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate], derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=cases)
    def keeps(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    with suppress(Unsatisfiable):  # where nothing can be wrong there is nothing to send
        keeps()


def test_every_operation_says_what_it_does_and_what_may_go_wrong(client: TestClient) -> None:
    for path, item in client.get("/openapi.json").json()["paths"].items():
        for method, operation in item.items():
            assert len(operation["description"]) > 15, f"{method} {path}"
            assert {"401", "422", "503"} <= operation["responses"].keys(), f"{method} {path}"


def test_the_page_names_every_operation_and_no_other(client: TestClient) -> None:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    written = set(re.findall(r"`(GET|POST|PATCH|DELETE) (/[^`\s?]*)", page))
    paths = client.get("/openapi.json").json()["paths"]
    declared = {(method.upper(), path) for path, item in paths.items() for method in item}
    assert declared <= written
    assert written - declared <= {("POST", "/mcp")}


def test_the_page_names_every_code_of_an_error() -> None:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    source = (ROOT / "src/crm_copilot/interfaces/api/problems.py").read_text("utf-8")
    codes = set(re.findall(r'\d{3}, "([a-z_]+)"', source))
    assert len(codes) > 6
    assert {code for code in codes if f"`{code}`" not in page} == set()
