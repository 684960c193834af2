"""The tool that searches the playbook."""

from __future__ import annotations

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.errors import InputError


def test_the_playbook_is_searched(house: House) -> None:
    found = house.tool("search_playbook").call({"question": "how much discount may I give", "k": 2})
    assert [set(passage) for passage in found] == [{"id", "title", "text"}] * 2
    assert found[0]["title"] == "Discounts"


@pytest.mark.parametrize("k", [0, -1])
def test_the_playbook_refuses_to_find_nothing(house: House, k: int) -> None:
    with pytest.raises(InputError, match=f"k is {k}"):
        house.tool("search_playbook").call({"question": "discounts", "k": k})
