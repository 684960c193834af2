"""The bot in a process of its own, against a Bot API server on this machine."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from interfaces.telegram.server import TOKEN, USER, BotServer

from crm_copilot.storage import Store


@pytest.fixture
def server() -> Iterator[BotServer]:
    made = BotServer()
    threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    made.over.set()
    made.shutdown()
    made.server_close()


@pytest.fixture
def started(server: BotServer, child_environment: dict[str, str], tmp_path: Path):
    """Start the command with settings of its own; end it with the test."""
    running: list[subprocess.Popen[str]] = []

    def start(**settings: str) -> subprocess.Popen[str]:
        environment = child_environment | {
            "CRM_TELEGRAM_TOKEN": TOKEN, "CRM_TELEGRAM_USERS": str(USER), "CRM_TELEGRAM_BASE_URL": server.url,
            "CRM_MODEL": "library", **settings,
        }  # fmt: skip
        command = [sys.executable, "-m", "crm_copilot.interfaces.cli", "telegram"]
        running.append(subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True))
        return running[-1]

    yield start
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=240)


def has(*words: str):
    return lambda fields: all(word in str(fields.get("text", "")) for word in words)


def test_questions_pictures_ratings_and_strangers(server: BotServer, started, demo_home: Path) -> None:
    """One process for the whole walk: starting it costs more than the rest."""
    started()
    server.says("/start")
    server.sent("sendMessage", has("Ask me"))

    server.says("revenue by month in 2018")
    server.sent("sendMessage", has("Reading"))
    answer = server.sent("sendMessage", lambda fields: "reply_markup" in fields)
    picture = server.sent("sendPhoto")["photo"]
    assert picture.startswith(b"\x89PNG")
    server.sent("sendMessage", has("<pre>", "2018-"))
    buttons = json.loads(answer["reply_markup"])["inline_keyboard"][0]
    assert [button["text"] for button in buttons] == [f"☆ {n}" for n in range(1, 6)]

    turn = buttons[3]["callback_data"].split(":")[1]
    server.presses(buttons[3]["callback_data"], user=7, chat=7)
    server.sent("answerCallbackQuery", has("not your answer"))
    server.presses(buttons[3]["callback_data"])
    server.sent("answerCallbackQuery", has("Thank you"))
    assert Store(demo_home / "conversations.sqlite").rating(turn, 0).stars == 4

    server.says("and only for SP?")
    server.sent("sendMessage", has("SP"))

    server.says("what did Eva Martins do in March 2018?")
    told = server.sent("sendMessage", has("Eva Martins", "March 2018", "[1]"))
    assert re.search(r"^- \d+ March 2018", told["text"], re.MULTILINE)

    server.says("revenue", user=7)
    assert str(server.sent("sendMessage", has("Your Telegram id is 7"))["chat_id"]) == "7"
    server.says("revenue in a group", chat=-5, kind="group")
    server.says("/new")
    server.sent("sendMessage", has("new conversation"))
    assert not [fields for _, fields in server.calls if str(fields.get("chat_id")) == "-5"]


def test_an_unknown_token_is_one_sentence(started) -> None:
    process = started(CRM_TELEGRAM_TOKEN="9:wrong")
    _, said = process.communicate(timeout=240)
    assert process.returncode == 1
    assert "crm: Telegram does not know the token" in said
    assert "9:wrong" not in said


@pytest.mark.parametrize(("settings", "message"), [
    ({"CRM_TELEGRAM_TOKEN": ""}, "CRM_TELEGRAM_TOKEN is not set"),
    ({"CRM_TELEGRAM_USERS": "eva"}, "CRM_TELEGRAM_USERS has 'eva'"),
])  # fmt: skip
def test_settings_are_checked_first(started, settings: dict[str, str], message: str) -> None:
    process = started(**settings)
    _, said = process.communicate(timeout=240)
    assert process.returncode == 1
    assert message in said
