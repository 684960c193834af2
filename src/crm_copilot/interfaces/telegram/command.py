"""`crm telegram`: run the bot until it is stopped."""

from __future__ import annotations

import sys

from crm_copilot.bootstrap import House, bootstrap
from crm_copilot.errors import SettingsError
from crm_copilot.interfaces.telegram.secrets import keep_out_of_the_log
from crm_copilot.settings import Settings, load_settings


def serve() -> None:
    """Ask Telegram for messages and answer them; raise SettingsError when the token or a user is missing or wrong."""
    settings = load_settings()
    users = users_of(settings)
    if settings.telegram_token is None:
        raise SettingsError("CRM_TELEGRAM_TOKEN is not set; ask @BotFather for a bot and put its token into .env")
    if not users:
        sys.stderr.write("CRM_TELEGRAM_USERS is not set: nobody is answered; the bot tells whoever writes their id\n")
    house = bootstrap(settings)
    token = settings.telegram_token.get_secret_value()
    keep_out_of_the_log(token)
    try:
        _run(house, token, settings.telegram_base_url.rstrip("/"), users)
    finally:
        house.close()


def users_of(settings: Settings) -> frozenset[int]:
    """Return the ids of CRM_TELEGRAM_USERS; raise SettingsError for one that is no number."""
    given = [part.strip() for part in (settings.telegram_users or "").split(",") if part.strip()]
    wrong = next((part for part in given if not part.isdecimal()), None)
    if wrong is not None:
        raise SettingsError(f"CRM_TELEGRAM_USERS has {wrong!r}, expected ids with commas between, like 123456,98765")
    return frozenset(map(int, given))


def _run(house: House, token: str, server: str, users: frozenset[int]) -> None:
    from telegram.error import InvalidToken, NetworkError
    from telegram.ext import Application

    from crm_copilot.interfaces.telegram.bot import Desk

    house.copilot.store  # noqa: B018 - what is missing is told before anybody asks
    builder = Application.builder().token(token).base_url(f"{server}/bot").base_file_url(f"{server}/file/bot")
    application = builder.concurrent_updates(True).build()
    Desk(house, users).add_to(application)
    try:
        application.run_polling(drop_pending_updates=False, bootstrap_retries=0)
    except InvalidToken:
        raise SettingsError("Telegram does not know the token in CRM_TELEGRAM_TOKEN; ask @BotFather for it") from None
    except NetworkError as error:
        raise SettingsError(f"{server} cannot be reached ({type(error).__name__}); check the network") from None
