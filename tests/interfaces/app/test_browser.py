"""The app in a real browser: what is clicked, closed or killed in the middle of an answer loses nothing."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest

from crm_copilot.storage import Store, Turn

from .helpers import Server, SlowModel, serve

pytest.importorskip("playwright")
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)

SLOW = "Number of orders by status"
SLOW_ANSWER = "Number of orders by status: delivered ("
NASTY = "# **bold** $x^2$ :smile: <b>hi</b> [a](http://b.c) -> `d`"


def opened(page: Page, server: Server) -> Page:
    page.goto(server.url)
    expect(box(page)).to_be_visible()
    return page


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Ask about sales")


def ask(page: Page, question: str) -> None:
    box(page).fill(question)
    box(page).press("Enter")
    expect(bubble(page, question)).to_be_visible()


def bubble(page: Page, question: str) -> Locator:
    return page.get_by_label("Chat message from user").filter(has_text=question).last


def answers(page: Page) -> Locator:
    return page.get_by_label("Chat message from assistant")


def stop(page: Page) -> Locator:
    return page.get_by_role("button", name="Stop", exact=True)


def follow_link(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def turns(page: Page, server: Server) -> list[Turn]:
    """Return what the store of the server holds of the conversation in the page's address."""
    (conversation,) = parse_qs(urlparse(page.url).query)["conversation"]
    return Store(server.home / "conversations.sqlite").turns(conversation)


@pytest.fixture
def running(page: Page, slow_server: Server, held: SlowModel) -> Iterator[Page]:
    """A page in the middle of an answer."""
    opened(page, slow_server)
    ask(page, SLOW)
    held.wait_until_asked()
    expect(page.get_by_text("Writing a function")).to_be_visible()
    yield page
    held.release()


# ------------------------------------------------------------------------------------------- nothing in the middle


def test_a_question_is_answered_with_chart_table_and_code(page: Page, server: Server) -> None:
    outside: list[str] = []
    page.on("request", lambda request: outside.append(request.url) if server.url not in request.url else None)
    opened(page, server)
    ask(page, "Top 10 product categories by revenue")
    answer = answers(page)
    expect(answer).to_contain_text("Revenue by category, top 10: ")
    expect(answer).to_contain_text(re.compile(r"Confidence \d\d%"))
    expect(answer.get_by_role("img").filter(has_text="Revenue (R$)")).to_be_visible()
    answer.get_by_role("tab", name="Table").click()
    expect(answer.get_by_role("region", name="Top 10 product categories by revenue")).to_be_visible()
    answer.get_by_text("Code", exact=True).click()
    expect(answer.get_by_text("def answer(")).to_be_visible()
    answer.get_by_text("Definition and period", exact=True).click()
    expect(answer.get_by_text("All days of the data")).to_be_visible()
    assert [url for url in outside if not url.startswith(("data:", "blob:", "ws:"))] == []


def test_a_follow_up_a_reload_and_the_list_of_conversations(page: Page, server: Server) -> None:
    opened(page, server)
    page.get_by_role("button", name="How many customers bought more than once?").press("Enter")
    expect(answers(page)).to_contain_text("Confidence")
    ask(page, "and by state?")
    expect(answers(page).last).to_contain_text("by state")
    page.reload()
    expect(answers(page)).to_have_count(2)
    page.get_by_role("button", name="New conversation").click()
    expect(answers(page)).to_have_count(0)
    page.get_by_role("region", name="Sidebar").get_by_role(
        "button", name="How many customers bought more"
    ).first.click()
    expect(answers(page)).to_have_count(2)


def test_what_people_and_data_say_is_never_markdown(page: Page, server: Server) -> None:
    opened(page, server)
    ask(page, NASTY)
    expect(answers(page)).to_contain_text("You could ask")
    assert bubble(page, NASTY).inner_text().strip() == NASTY
    title = page.get_by_role("region", name="Sidebar").get_by_role("button").filter(has_text="bold").first
    assert re.sub(r"\u2060", "", title.inner_text()).strip() == NASTY


def test_money_is_never_a_formula(page: Page, server: Server) -> None:
    opened(page, server)
    ask(page, "Revenue in 2018")
    answer = answers(page)
    expect(answer.get_by_test_id("stMetricValue")).to_have_text(re.compile(r"^R\$ [\d,]+\.\d\d$"))
    assert answer.locator(".katex").count() == 0


def test_the_table_is_downloaded_as_csv_and_as_excel(page: Page, server: Server, tmp_path: Path) -> None:
    opened(page, server)
    ask(page, "Revenue by state")
    with page.expect_download() as waiting:
        answers(page).get_by_role("button", name="CSV", exact=True).click()
    assert waiting.value.suggested_filename == "revenue-by-state.csv"
    waiting.value.save_as(tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        heading, *rows = csv.reader(file)
    (turn,) = turns(page, server)
    assert turn.answer is not None
    assert heading == turn.answer["results"][0]["columns"]
    assert rows == [[name, str(value)] for name, value in turn.answer["results"][0]["rows"]]
    with page.expect_download() as waiting:
        answers(page).get_by_role("button", name="Excel", exact=True).click()
    assert waiting.value.suggested_filename == "revenue-by-state.xlsx"


def test_a_narrow_window_needs_no_scrolling_sideways(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    opened(page, server)
    ask(page, "Revenue by month in 2018")
    expect(answers(page)).to_contain_text("Confidence")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    expect(box(page)).to_be_in_viewport()
    comment = answers(page).get_by_role("button", name="Comment")
    comment.scroll_into_view_if_needed()
    expect(comment).to_be_in_viewport(ratio=1)


def test_a_dark_browser_gets_a_dark_page(page: Page, server: Server) -> None:
    shades = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        opened(page, server)
        shades.append(page.get_by_test_id("stApp").evaluate("element => getComputedStyle(element).backgroundColor"))
    assert shades == ["rgb(255, 255, 255)", "rgb(18, 25, 31)"]


def test_a_conversation_is_renamed_and_deleted(page: Page, server: Server) -> None:
    opened(page, server)
    ask(page, "Revenue in 2018")
    expect(answers(page)).to_contain_text("Confidence")
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("textbox", name="Title").fill("For the board")
    page.get_by_role("button", name="Rename").click()
    listed = page.get_by_role("region", name="Sidebar").get_by_role("button", name="For the board", exact=True)
    expect(listed).to_be_visible()
    (turn,) = turns(page, server)
    page.get_by_role("button", name="Delete conversation").click()
    expect(answers(page)).to_have_count(0)
    expect(listed).to_have_count(0)
    assert Store(server.home / "conversations.sqlite").turns(turn.conversation) == []


def test_a_wrong_folder_is_refused_with_its_reason(page: Page, server: Server, tmp_path: Path) -> None:
    page.goto(f"{server.url}/data")
    folder = page.get_by_role("textbox", name="Folder with the CSV files")
    folder.fill(str(tmp_path))
    page.get_by_role("button", name="Load folder").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Nothing was loaded; the data in use have not changed")
    expect(alert).to_contain_text("olist_orders_dataset.csv: the file is missing")


# --------------------------------------------------------------------------------------- in the middle of an answer


def test_ratings_in_the_middle_of_an_answer(page: Page, slow_server: Server, slow_model: SlowModel) -> None:
    slow_model.release()
    opened(page, slow_server)
    ask(page, SLOW)
    expect(answers(page)).to_contain_text(SLOW_ANSWER)
    slow_model.hold()
    ask(page, SLOW)
    slow_model.wait_until_asked()
    first, second = answers(page).first, answers(page).last
    first.get_by_role("radio", name="Thumbs up").click()
    first.get_by_role("radio", name="4 out of 5 stars").click()
    first.get_by_role("button", name="Comment").click()
    words = page.get_by_role("textbox", name="Your comment on this answer")
    words.fill("right to the unit")
    page.get_by_role("button", name="Save comment").click()
    expect(first.get_by_text("right to the unit")).to_be_visible()
    words.fill("a draft that nobody has saved")
    expect(stop(page)).to_be_visible()
    slow_model.release()
    expect(second).to_contain_text("Confidence")
    expect(words).to_have_value("a draft that nobody has saved")
    page.reload()
    expect(answers(page).first.get_by_role("radio", name="Thumbs up")).to_be_checked()
    expect(answers(page).first.get_by_role("radio", name="4 out of 5 stars")).to_be_checked()
    told = Store(slow_server.home / "conversations.sqlite").ratings(turns(page, slow_server)[0].id)[-1]
    assert (told.thumbs, told.stars, told.comment) == (1, 4, "right to the unit")


def test_a_reload_in_the_middle_of_an_answer(running: Page, held: SlowModel) -> None:
    running.reload()
    expect(running.get_by_text("Writing a function")).to_be_visible()
    held.release()
    expect(answers(running)).to_contain_text(SLOW_ANSWER)


def test_other_pages_and_conversations_in_the_middle_of_an_answer(running: Page, held: SlowModel) -> None:
    follow_link(running, "Settings")
    expect(running.get_by_role("heading", name="All settings")).to_be_visible()
    follow_link(running, "Data")
    expect(running.get_by_role("heading", name="Load your own data")).to_be_visible()
    follow_link(running, "Chat")
    expect(stop(running)).to_be_visible()
    running.get_by_role("button", name="New conversation").click()
    expect(answers(running)).to_have_count(0)
    held.release()
    running.get_by_role("region", name="Sidebar").get_by_role("button", name=SLOW, exact=True).first.click()
    expect(answers(running)).to_contain_text(SLOW_ANSWER)


def test_a_stopped_question_is_over_at_once_and_can_be_asked_again(
    running: Page, slow_server: Server, held: SlowModel
) -> None:
    stop(running).click()
    expect(answers(running)).to_contain_text("You stopped this question.")
    assert [turn.status for turn in turns(running, slow_server)] == ["stopped"]
    running.get_by_role("button", name="Ask it again").click()
    expect(stop(running)).to_be_visible()
    held.release()
    expect(answers(running)).to_contain_text(SLOW_ANSWER)


def test_two_tabs_show_and_stop_the_same_answer(running: Page, held: SlowModel) -> None:
    other = running.context.new_page()
    other.goto(running.url)
    expect(other.get_by_text("Writing a function")).to_be_visible()
    stop(other).click()
    for tab in (other, running):
        expect(answers(tab)).to_contain_text("You stopped this question.")
    other.get_by_role("button", name="Ask it again").click()
    held.release()
    expect(answers(other)).to_contain_text(SLOW_ANSWER)
    running.reload()
    expect(answers(running)).to_contain_text(SLOW_ANSWER)


def test_a_conversation_is_deleted_in_the_middle_of_an_answer(
    running: Page, slow_server: Server, held: SlowModel
) -> None:
    (turn,) = turns(running, slow_server)
    other = running.context.new_page()
    other.goto(running.url)
    expect(stop(other)).to_be_visible()
    running.get_by_role("button", name="Edit").click()
    running.get_by_role("button", name="Delete conversation").click()
    held.release()
    for tab in (running, other):
        expect(answers(tab)).to_have_count(0)
    ask(other, SLOW)
    expect(answers(other)).to_contain_text(SLOW_ANSWER)
    assert turn.id not in [found.id for found in turns(other, slow_server)]


def test_a_second_question_waits_for_the_first(running: Page, held: SlowModel) -> None:
    ask(running, SLOW)
    expect(running.get_by_text("Waiting for the question before")).to_be_visible()
    held.release()
    expect(answers(running).first).to_contain_text(SLOW_ANSWER)
    expect(answers(running).last).to_contain_text(SLOW_ANSWER)


def test_a_killed_app_starts_again_where_it_was(page: Page, held: SlowModel, demo_home: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(demo_home, tmp_path / "home"))
    with serve(home, **held.settings) as first:
        opened(page, first)
        ask(page, SLOW)
        held.wait_until_asked()
        first.kill()
    with serve(home, port=urlparse(first.url).port, **held.settings) as second:
        page.reload()
        expect(bubble(page, SLOW)).to_be_visible()
        expect(answers(page)).to_contain_text("This answer was interrupted")
        assert [turn.status for turn in turns(page, second)] == ["interrupted"]
        held.release()
        page.get_by_role("button", name="Take it up again").click()
        expect(answers(page)).to_contain_text(SLOW_ANSWER)
        assert [turn.status for turn in turns(page, second)] == ["answered"]
