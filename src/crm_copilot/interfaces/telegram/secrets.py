"""A log without the token: the library that talks to Telegram writes it into its errors."""

from __future__ import annotations

import logging


class WithoutToken(logging.Filter):
    """Puts stars in place of the token in whatever a handler writes."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; it is always written."""
        record.msg, record.args = record.getMessage().replace(self._token, "***"), ()
        if record.exc_info:
            record.exc_text = logging.Formatter().formatException(record.exc_info).replace(self._token, "***")
            record.exc_info = None
        return True


def keep_out_of_the_log(token: str) -> None:
    """Keep the token out of all that the root's handlers write."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(WithoutToken(token))
