"""What the bot does: answer a message, show how far it is, take a rating, begin a new conversation, stop.

Questions run in threads; the loop that talks to Telegram is never blocked. A rating is taken from the chat that the
answer was given in, and from nobody else.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from crm_copilot.errors import Cancelled, CopilotError, UnknownName
from crm_copilot.interfaces.telegram.messages import messages_of
from crm_copilot.interfaces.telegram.pictures import picture_of
from crm_copilot.people import OWNER, Person
from crm_copilot.service import Service

log = logging.getLogger(__name__)
HELLO = (
    "Ask me about the company's sales, its clients, and what was said to whom. /new begins a new conversation, "
    "/stop ends what I am working on."
)
_STEPS = {
    "questions": "Reading …", "retrieve": "Looking it up …", "generate": "Writing the function …",
    "execute": "Computing …", "reflect": "Checking …", "respond": "Putting it into words …",
}  # fmt: skip
_THANKS = "Thank you."
_STARS = range(1, 6)
_MOST_WAITING = 3  # questions of one chat
_NOT_YOURS = "That is not your answer to rate."
_PAUSE = 1.0  # seconds between two notes of progress: Telegram takes about one a second


class Desk:
    """Answers the users who may ask; `users` are their ids, each with the name of an account once there are any."""

    def __init__(self, service: Service, users: Mapping[int, str]) -> None:
        self._service, self._users = service, users
        self._threads: dict[int, str] = {}
        self._running: dict[int, threading.Event] = {}
        self._turns: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: dict[int, int] = defaultdict(int)

    def add_to(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Tell the application which updates go where; what is said in groups is not heard."""
        private = filters.ChatType.PRIVATE
        application.add_handler(CommandHandler(["start", "help"], self.hello, private))
        application.add_handler(CommandHandler("new", self.new, private))
        application.add_handler(CommandHandler("stop", self.stop, private))
        application.add_handler(MessageHandler(private & filters.TEXT & ~filters.COMMAND, self.ask))
        application.add_handler(CallbackQueryHandler(self.rate, pattern=r"^stars:"))

    # ------------------------------------------------------------------------------------------------- updates

    async def hello(self, update: Update, context: Any) -> None:
        """Say what can be asked."""
        if message := await self._from_user(update):
            await message.reply_text(HELLO)

    async def new(self, update: Update, context: Any) -> None:
        """Begin a conversation: the next question leans on nothing before."""
        if message := await self._from_user(update):
            self._threads[message.chat_id] = f"{_own(message.chat_id)}-{time.time_ns():x}"
            await message.reply_text("A new conversation.")

    async def stop(self, update: Update, context: Any) -> None:
        """Stop the question of this chat."""
        if message := await self._from_user(update):
            event = self._running.get(message.chat_id)
            if event is not None:
                event.set()
            await message.reply_text("Stopping …" if event else "Nothing is running.")

    async def ask(self, update: Update, context: Any) -> None:
        """Answer a message."""
        message = await self._from_user(update)
        if message is None or not message.text:
            return
        if self._waiting[message.chat_id] >= _MOST_WAITING:
            await message.reply_text("One question after another: I am still working on those before. /stop ends one.")
            return
        self._waiting[message.chat_id] += 1
        try:
            async with self._turns[message.chat_id]:
                await self._in_turn(message)
        finally:
            self._waiting[message.chat_id] -= 1

    async def rate(self, update: Update, context: Any) -> None:
        """Store the stars that were given to an answer, and say so in its place."""
        query = update.callback_query
        if query is None or query.data is None or query.message is None:
            return
        _, turn, part, stars = query.data.split(":")
        chat, user = query.message.chat.id, query.from_user.id
        said = await asyncio.to_thread(self._rated, user, chat, turn, int(part), int(stars))
        with suppress(TelegramError):
            await query.answer(said)
            if said == _THANKS:
                await query.edit_message_reply_markup(_keyboard(turn, int(part), int(stars)))

    # ------------------------------------------------------------------------------------------------- the work

    async def _in_turn(self, message: Message) -> None:
        self._running[message.chat_id] = threading.Event()
        try:
            await self._answer(message)
        finally:
            del self._running[message.chat_id]

    async def _answer(self, message: Message) -> None:
        note = await message.reply_text(_STEPS["questions"])
        tell = _teller(note, asyncio.get_running_loop())
        try:
            answer = await asyncio.to_thread(self._asked, message, tell)
        except Cancelled:
            await note.edit_text("Stopped.")
            return
        except CopilotError as error:
            await note.edit_text(str(error)[:4000])
            return
        except Exception:
            log.exception("a question of a chat failed")
            await note.edit_text("Something went wrong here; whoever runs this finds it in the log.")
            return
        with suppress(TelegramError):
            await note.delete()
        for part, result in enumerate(answer["results"]):
            await self._send(message, result, answer["turn"], part)

    async def _send(self, message: Message, result: Mapping[str, Any], turn: str, part: int) -> None:
        texts = messages_of(result)
        picture = await asyncio.to_thread(picture_of, result)
        for text in texts[:-1]:
            await message.reply_text(text, parse_mode=ParseMode.HTML)
        if picture is not None:
            await message.reply_photo(picture)
        rated = _keyboard(turn, part) if result["status"] == "answered" else None
        await message.reply_text(texts[-1], parse_mode=ParseMode.HTML, reply_markup=rated)

    def _asked(self, message: Message, tell: Callable[[Mapping[str, Any]], None]) -> Mapping[str, Any]:
        person, chat = self._person(message.chat_id), message.chat_id  # in a private chat its id is the user's
        return self._service.ask(
            person, message.text or "", self._thread(chat), listen=tell, cancel=self._running[chat]
        )  # fmt: skip

    def _person(self, user: int) -> Person:
        """Return the person of a user who may ask; raise UnknownName where there are accounts and none is theirs."""
        accounts, name = self._service.house.accounts, self._users[user]
        if not accounts.any():
            return OWNER
        account = accounts.named(name) if name else None
        if account is None or account.disabled is not None:
            raise UnknownName(
                f"Your Telegram id is {user}, and it has no account here. Ask an administrator to add it to"
                " CRM_TELEGRAM_USERS with the name of yours."
            )
        return account.person

    def _rated(self, user: int, chat: int, turn: str, part: int, stars: int) -> str:
        """Store a rating and return what is said to whoever gave it."""
        if user not in self._users:
            return _NOT_YOURS
        try:
            person = self._person(user)
            if not self._service.turn(person, turn).conversation.startswith(_own(chat)):
                return _NOT_YOURS
            before = self._service.rating(person, turn, part)
            self._service.rate(person, turn, part, thumbs=before.thumbs, stars=stars, comment=before.comment)
        except CopilotError as error:
            return str(error)[:190]
        return _THANKS

    async def _from_user(self, update: Update) -> Message | None:
        """Return the message of a user who may ask; tell anybody else their id."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return None
        if user.id in self._users:
            return message
        await message.reply_text(f"I answer my company's own people. Your Telegram id is {user.id}.")
        return None

    def _thread(self, chat: int) -> str:
        return self._threads.setdefault(chat, _own(chat))


def _own(chat: int) -> str:
    """Return how the conversations of a chat begin."""
    return f"telegram-{chat}-"


def _teller(note: Message, loop: asyncio.AbstractEventLoop) -> Callable[[Mapping[str, Any]], None]:
    """Return a listener for the thread of a question: it shows the steps, at most one a second."""
    shown = time.monotonic()

    async def show(text: str) -> None:
        with suppress(TelegramError):
            await note.edit_text(text)

    def tell(event: Mapping[str, Any]) -> None:
        nonlocal shown
        text = _STEPS.get(str(event.get("step")))
        if text and time.monotonic() - shown >= _PAUSE:
            shown = time.monotonic()
            asyncio.run_coroutine_threadsafe(show(text), loop)

    return tell


def _keyboard(turn: str, part: int, given: int = 0) -> InlineKeyboardMarkup:
    """Return five buttons; the stars that were given are full."""
    row = [
        InlineKeyboardButton(f"{'★' if n <= given else '☆'} {n}", callback_data=f"stars:{turn}:{part}:{n}")
        for n in _STARS
    ]
    return InlineKeyboardMarkup([row])
