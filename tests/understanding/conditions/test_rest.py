from __future__ import annotations

from crm_copilot.understanding.conditions.rest import is_against_rest
from understanding.asking import draft_of, plan_of


def test_a_value_against_the_rest() -> None:
    (key,) = plan_of("revenue of SP versus the rest").by
    assert (key.field, key.only) == ("customer_state", ("SP",))


def test_the_rest_must_be_compared() -> None:
    assert not is_against_rest(draft_of("revenue of the rest"), 0)
    assert not is_against_rest(draft_of("revenue of SP vs RJ"), 1)


def test_only_the_nearest_is_compared_with_the_rest() -> None:
    plan = plan_of("ticket médio: pedidos atrasados x os demais, em SP")
    assert [key.field for key in plan.by] == ["is_late"]
    assert ("customer_state", "SP") in [(c.field, c.value) for c in plan.where]
