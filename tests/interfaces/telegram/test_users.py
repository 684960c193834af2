"""Who a user of the bot is: the owner while there are no accounts, else the person that the setting names."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.errors import SettingsError, UnknownName
from crm_copilot.interfaces.telegram.bot import Desk
from crm_copilot.interfaces.telegram.command import users_of
from crm_copilot.people import OWNER
from crm_copilot.service import Service
from crm_copilot.settings import load_settings


def test_ids_may_have_names() -> None:
    settings = load_settings(None, telegram_users=" 12:ana , 34 ,56 : Ben B")
    assert users_of(settings) == {12: "ana", 34: "", 56: "Ben B"}
    with pytest.raises(SettingsError, match="CRM_TELEGRAM_USERS has 'ana'"):
        users_of(load_settings(None, telegram_users="ana:12"))


def test_a_user_sees_what_their_account_sees(tmp_path: Path) -> None:
    house = House(load_settings(None, home=tmp_path))
    desk = Desk(Service(house), {12: "ana", 34: "", 56: "gone"})
    assert desk._person(34) is OWNER
    ana = house.accounts.add("Ana", None, "rep", states=["SP"])
    house.accounts.disable(house.accounts.add("gone", None, "analyst").id)
    assert desk._person(12) == ana
    for user in (34, 56):
        with pytest.raises(UnknownName, match=f"Your Telegram id is {user}"):
            desk._person(user)
