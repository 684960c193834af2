"""What is loaded when: nothing heavy at chat time, and no work done at import. Each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = (
    "torch",
    "tensorflow",
    "transformers",
    "trl",
    "peft",
    "ragas",
    "streamlit",
    "sentence_transformers",
    "datasets",
    "training",
    "evaluation",
)
# Loaded only once they are needed: the command line answers in less time.
LATE = ("faiss", "onnxruntime", "bm25s", "duckdb", "langchain_openai", "openai", "matplotlib")
# What serves others, or another database: a question on the command line has no use for them.
SERVERS = ("fastapi", "uvicorn", "mcp", "authlib", "argon2", "psycopg")
MODULES = sorted(
    ".".join(file.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
    for file in (ROOT / "src" / "crm_copilot").rglob("*.py")
    if not {"inside", "app", "migrations"} & set(file.parts)  # what Alembic runs is no module
)


def python(code: str, environment: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def loaded(child_environment: dict[str, str], tmp_path: Path) -> list[str]:
    code = "import sys; before = set(sys.modules); import crm_copilot.bootstrap; print(*set(sys.modules) - before)"
    return python(code, child_environment, tmp_path).split()


def test_importing_the_bootstrap_loads_nothing_heavy(loaded: list[str]) -> None:
    assert "crm_copilot.copilot" in loaded
    assert sorted(name for name in loaded if name.partition(".")[0] in HEAVY) == []


def test_what_is_needed_later_is_loaded_later(loaded: list[str]) -> None:
    assert sorted(set(LATE) & set(loaded)) == []


def test_answering_loads_nothing_heavy(child_environment: dict[str, str], tmp_path: Path) -> None:
    code = (
        "import sys; from crm_copilot.bootstrap import bootstrap; house = bootstrap();"
        "answer = house.copilot.ask('How many orders were there in 2017?'); house.close();"
        f"print(answer['status'], *[name for name in {HEAVY + SERVERS} if name in sys.modules])"
    )
    assert python(code, child_environment, tmp_path).split() == ["answered"]


def test_importing_does_no_work(child_environment: dict[str, str], tmp_path: Path) -> None:
    """Every module can be imported without settings, writes nothing and says nothing."""
    home = tmp_path / "home"
    environment = child_environment | {
        "CRM_HOME": str(home),
        "CRM_MAX_ATTEMPTS": "nonsense",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    imports = "; ".join(f"import {module}" for module in MODULES)
    assert len(MODULES) > 60
    assert python(imports, environment, tmp_path) == ""
    assert list(tmp_path.iterdir()) == []
