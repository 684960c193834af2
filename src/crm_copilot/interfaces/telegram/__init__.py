"""The Telegram bot: the same answers, with progress, tables as text, charts as pictures and a rating from 1 to 5.

    bot       what the bot does with a message, a rating and a command
    messages  an answer as messages that Telegram takes
    pictures  the chart of an answer as a PNG

It answers the users of CRM_TELEGRAM_USERS in private chats, and tells anybody else their id and nothing more.
"""
