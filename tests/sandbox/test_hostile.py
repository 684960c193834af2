"""What attackers write comes away with nothing: behind the gate, and with the kernel alone."""

from __future__ import annotations

import time

import pytest

from crm_copilot.sandbox import Sandbox

from .programs.hostile import ATTACKS, Attack
from .world import World

HARMLESS = (
    "def answer(df):\n    return float(df['score'].sum()), str(sorted(df.columns)), len(pd.DataFrame({'a': [1]}))"
)


@pytest.fixture(scope="module")
def honest(box: Sandbox) -> tuple[object, ...]:
    """What a harmless program answers before any attack."""
    execution = box.run(HARMLESS)
    assert execution.ok
    return execution.rows


@pytest.mark.parametrize("gate", ["gated", "box"])
@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_come_away_with_nothing(
    name: str, gate: str, world: World, honest: tuple[object, ...], request: pytest.FixtureRequest
) -> None:
    sandbox: Sandbox = request.getfixturevalue(gate)
    attack: Attack = ATTACKS[name]
    started = time.monotonic()
    execution = sandbox.run(world.fill(attack.code), timeout_seconds=attack.seconds)
    assert time.monotonic() - started < attack.seconds + 2
    assert execution.status in attack.ends | ({"denied"} if gate == "gated" else set()), execution
    assert execution.ok or execution.error
    assert execution.error is None or len(execution.error) < 5000
    world.assert_untouched(execution)
    assert sandbox.run(HARMLESS).rows == honest
