"""`crm telegram`: run the bot until it is stopped."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from crm_copilot.bootstrap import bootstrap
from crm_copilot.errors import SettingsError
from crm_copilot.interfaces.telegram.secrets import keep_out_of_the_log
from crm_copilot.service import Service
from crm_copilot.settings import Settings, load_settings


def serve() -> None:
    """Ask Telegram for messages and answer them; raise SettingsError when the token or a user is missing or wrong."""
    settings = load_settings()
    users = users_of(settings)
    if settings.telegram_token is None:
        raise SettingsError("CRM_TELEGRAM_TOKEN is not set; ask @BotFather for a bot and put its token into .env")
    if not users:
        sys.stderr.write("CRM_TELEGRAM_USERS is not set: nobody is answered; the bot tells whoever writes their id\n")
    service = Service(bootstrap(settings))
    token = settings.telegram_token.get_secret_value()
    keep_out_of_the_log(token)
    try:
        _run(service, token, settings.telegram_base_url.rstrip("/"), users)
    finally:
        service.close()


def users_of(settings: Settings) -> Mapping[int, str]:
    """Return the ids of CRM_TELEGRAM_USERS with the names of their accounts, "" where none is named.

    Raises SettingsError for an id that is no number.
    """
    given = [part.strip() for part in (settings.telegram_users or "").split(",") if part.strip()]
    pairs = [(user.strip(), name.strip()) for user, _, name in (part.partition(":") for part in given)]
    wrong = next((user for user, _ in pairs if not user.isdecimal()), None)
    if wrong is not None:
        raise SettingsError(
            f"CRM_TELEGRAM_USERS has {wrong!r}, expected ids with commas between, like 123456,98765, or with the names"
            " of their accounts, like 123456:ana"
        )
    return {int(user): name for user, name in pairs}


def _run(service: Service, token: str, server: str, users: Mapping[int, str]) -> None:
    from telegram.error import InvalidToken, NetworkError
    from telegram.ext import Application

    from crm_copilot.interfaces.telegram.bot import Desk

    service.house.copilot.store  # noqa: B018 - what is missing is told before anybody asks
    builder = Application.builder().token(token).base_url(f"{server}/bot").base_file_url(f"{server}/file/bot")
    application = builder.concurrent_updates(True).build()
    Desk(service, users).add_to(application)
    try:
        application.run_polling(drop_pending_updates=False, bootstrap_retries=0)
    except InvalidToken:
        raise SettingsError("Telegram does not know the token in CRM_TELEGRAM_TOKEN; ask @BotFather for it") from None
    except NetworkError as error:
        raise SettingsError(f"{server} cannot be reached ({type(error).__name__}); check the network") from None
