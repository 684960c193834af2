"""Without Landlock no file may be opened at all; analysts' programs still work, attackers' still fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_copilot.sandbox import Limits, Sandbox, selftest

from .programs.benign import PROGRAMS
from .programs.hostile import FILES, NETWORK, PROC, PROCESSES
from .world import World


@pytest.fixture(scope="module")
def blind(files: dict[str, Path]) -> Iterator[Sandbox]:
    with Sandbox(files, limits=Limits(wall_seconds=5), gate=False, may_open=False) as sandbox:
        yield sandbox


@pytest.mark.parametrize("name", PROGRAMS)
def test_analysts_programs_work_without_opening_a_file(name: str, blind: Sandbox) -> None:
    execution = blind.run(PROGRAMS[name])
    assert execution.ok, execution.error


@pytest.mark.parametrize("name", {**FILES, **PROC, **PROCESSES, **NETWORK})
def test_attacks_come_away_with_nothing(name: str, blind: Sandbox, world: World) -> None:
    attack = {**FILES, **PROC, **PROCESSES, **NETWORK}[name]
    execution = blind.run(world.fill(attack.code), timeout_seconds=attack.seconds)
    assert execution.status in attack.ends
    world.assert_untouched(execution)


@pytest.mark.parametrize(
    "expression", ["open('/dev/null').read()", "os.stat('/etc/hostname').st_size", "os.path.exists('/etc') or 1 / 0",
                   "os.listdir('/usr/share/zoneinfo')", "open(pd.__file__).read()"],
)  # fmt: skip
def test_not_even_the_libraries_can_be_read_nor_a_path_be_looked_at(expression: str, blind: Sandbox) -> None:
    assert not blind.run(f"def f():\n    import os\n    return {expression}").ok


def test_it_says_so_and_tests_itself(blind: Sandbox) -> None:
    assert blind.doctor()["mode"] == "no-open"
    assert selftest.broken(blind.self_test()) == []
