"""The tool that searches the playbook."""

from __future__ import annotations

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.errors import InputError


def test_the_playbook_is_searched(house: House) -> None:
    playbook = next(tool for tool in house.tools if tool.name == "search_playbook")
    found = playbook.call({"question": "how much discount may I give", "k": 2})
    assert [set(passage) for passage in found] == [{"id", "title", "text"}] * 2
    assert found[0]["title"] == "Discounts"


@pytest.mark.parametrize("k", [0, -1])
def test_the_playbook_refuses_to_find_nothing(house: House, k: int) -> None:
    playbook = next(tool for tool in house.tools if tool.name == "search_playbook")
    with pytest.raises(InputError, match=f"k is {k}"):
        playbook.call({"question": "discounts", "k": k})
