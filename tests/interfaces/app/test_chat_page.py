"""The chat page: asking, following up, rating, stopping short and taking up again."""

from __future__ import annotations

import pytest

from crm_copilot.errors import ModelUnavailable, SandboxUnavailable
from crm_copilot.interfaces.app import resources
from crm_copilot.interfaces.app.chat import EXAMPLES

from .helpers import App, press, texts


def test_every_example_is_answered(app: App) -> None:
    page = app.open()
    for question in EXAMPLES:
        app.ask(page, question)
    turns = resources.house().store.turns(page.query_params["conversation"])
    assert [(turn.message, turn.status) for turn in turns] == [(question, "answered") for question in EXAMPLES]


def test_an_example_is_asked_by_its_button(app: App) -> None:
    page = app.open()
    press(page, EXAMPLES[1])
    app.run(page)
    assert "Revenue by category, top 10" in texts(page)
    assert page.dataframe[0].value.columns.tolist() == ["product_category", "revenue"]
    assert "Confidence" in " ".join(text.value for text in page.markdown)


def test_a_number_is_shown_large(app: App) -> None:
    page = app.ask(app.open(), "How many orders were there in 2018?")
    (metric,) = page.metric
    assert metric.value.replace("\\", "").replace(",", "").isdigit()


def test_a_declined_question_offers_others(app: App) -> None:
    page = app.ask(app.open(), "What was our profit last year?")
    assert "no costs" in texts(page)
    assert not page.error
    assert "What I can answer" in [caption.value for caption in page.caption]


def test_a_next_question_is_asked_by_its_button(app: App) -> None:
    page = app.ask(app.open(), "Revenue in 2018")
    following = next(found for found in page.button if str(found.key).startswith("next-"))
    following.click()
    app.run(page)
    assert len(page.chat_message) == 4


def test_a_follow_up_leans_on_the_question_before(app: App) -> None:
    page = app.ask(app.ask(app.open(), "Revenue in 2018"), "and by state?")
    assert "customer_state" in page.dataframe[0].value.columns


def test_two_questions_in_one_message_get_two_blocks(app: App) -> None:
    page = app.ask(app.open(), "How many orders were there in 2018? What was the revenue in 2018?")
    assert len(page.metric) == 2
    assert len(page.feedback) == 4
    assert [caption.value for caption in page.caption].count("You could ask next") == 1


def test_a_conversation_is_opened_again_by_its_address(app: App) -> None:
    first = app.ask(app.open(), "Revenue in 2018")
    again = app.open(conversation=first.query_params["conversation"])
    assert [len(again.chat_message), again.chat_message[0].children[0].value] == [2, "Revenue in 2018"]


def test_a_conversation_is_listed_opened_and_deleted(app: App) -> None:
    page = app.ask(app.open(), "Revenue in 2018")
    conversation = page.query_params["conversation"]
    press(page, "New conversation")
    assert not app.run(page).chat_message
    page.button(f"open-{conversation}").click()
    assert len(app.run(page).chat_message) == 2
    press(page, "Delete conversation")
    assert not app.run(page).chat_message
    assert conversation not in [found.id for found in resources.house().store.conversations()]


def test_a_conversation_is_renamed(app: App) -> None:
    page = app.ask(app.open(), "Revenue in 2018")
    page.text_input[0].set_value("  Board meeting: $1 *and* $2 ")
    press(page, "Rename")
    app.run(page)
    title = page.button(f"open-{page.query_params['conversation']}").label
    assert title.replace("\\", "") == "Board meeting: $1 *and* $2"
    page.text_input[0].set_value(" ")
    press(page, "Rename")
    app.run(page)
    assert "the title is empty" in page.toast[0].value
    assert page.button(f"open-{page.query_params['conversation']}").label == title


def test_a_portuguese_table_is_written_in_portuguese(app: App) -> None:
    page = app.ask(app.open(), "Qual foi a receita por estado em 2018?")
    (table,) = page.dataframe
    assert table.value["revenue"].dtype == float
    first = f"{table.value['revenue'][0]:,.2f}".translate(str.maketrans(",.", ".,"))
    assert first in texts(page)
    assert first.encode() in table.proto.arrow_data.styler.display_values


def test_a_text_too_long_to_be_shown_large_is_left_to_the_sentence(app: App) -> None:
    page = app.open()
    store = resources.house().store
    turn = store.begin("Revenue in 2018", None)
    answered = resources.house().copilot.answer(turn)
    told = answered["results"][0] | {"answer": "In 2018."}
    for text, large in (("x" * 80, 0), ("sao paulo", 1)):
        store.finish(turn.id, answered | {"results": [told | {"rows": [[text]]}]})
        page = app.open(conversation=turn.conversation)
        assert len(page.metric) == large


def test_ratings_are_stored_and_shown_again(app: App) -> None:
    page = app.ask(app.open(), "Revenue in 2018")
    page.feedback[0].set_value(1).run()
    page.feedback[1].set_value(3).run()
    page.text_area[0].set_value("cost me $5 to check $5")
    press(page, "Save comment")
    app.run(page)
    again = app.open(conversation=page.query_params["conversation"])
    assert [again.feedback[0].value, again.feedback[1].value] == [1, 3]
    assert "cost me $5 to check $5" in texts(again)
    (turn,) = resources.house().store.turns(page.query_params["conversation"])
    last = resources.house().store.ratings(turn.id)[-1]
    assert (last.thumbs, last.stars, last.comment) == (1, 4, "cost me $5 to check $5")


def test_what_is_being_stopped_is_shown_as_stopped_before_the_store_knows(app: App) -> None:
    turn = resources.house().store.begin("Revenue in 2018", None)
    resources.service().jobs.hold(turn.id, turn.conversation)
    resources.service().jobs.stop(turn.id)
    assert "You stopped this question." in texts(app.open(conversation=turn.conversation))


def test_what_was_declined_is_learned_from_the_answer_behind_it(app: App) -> None:
    page = app.ask(app.open(), "the zorgle by month")
    page = app.ask(page, "revenue by month")
    page.feedback[2].set_value(1).run()
    press(page, "“the zorgle by month” meant this too")
    app.run(page)
    assert not [button for button in page.button if "meant this too" in button.label]
    assert "revenue by month" in texts(app.ask(page, "zorgle by month"))
    store = resources.house().store
    assert [example.question for example in store.examples()][-1] == "the zorgle by month"


def test_a_thumb_that_cannot_be_stored_is_taken_off_again(app: App) -> None:
    page = app.ask(app.open(), "the glorze by month")
    page.feedback[0].set_value(1).run()
    assert page.feedback[0].value is None
    assert "there is no answer to confirm" in " ".join(toast.value for toast in page.toast)
    (turn,) = resources.house().store.turns(page.query_params["conversation"])
    assert resources.house().store.ratings(turn.id) == []


def test_an_interrupted_turn_is_taken_up_again(app: App) -> None:
    page = app.open()
    turn = resources.house().store.begin("Revenue in 2018", None)
    resources.house().store.stop(turn.id, "interrupted")
    page = app.open(conversation=turn.conversation)
    assert "interrupted" in texts(page)
    press(page, "Take it up again")
    app.run(page)
    assert resources.house().store.turn(turn.id).status == "answered"
    assert "Revenue, in 2018" in texts(page)


@pytest.mark.parametrize("error", [SandboxUnavailable, ModelUnavailable])
def test_what_the_operator_must_repair_is_said_and_the_question_kept(
    app: App, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    page = app.open()
    repair = "it is down; start it with `make up` and pay $1 or $2"
    monkeypatch.setattr(resources.house().sandbox, "run", lambda *_, **__: (_ for _ in ()).throw(error(repair)))
    app.ask(page, "Revenue in 2018")
    assert page.error[0].value.replace("\\", "") == repair
    monkeypatch.undo()
    press(page, "Try again")
    app.run(page)
    assert not page.error
    assert "Revenue, in 2018" in texts(page)


def test_a_failure_of_ours_shows_no_insides(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    page = app.open()
    monkeypatch.setattr(resources.house().sandbox, "run", lambda *_, **__: 1 / 0)
    app.ask(page, "Revenue in 2018")
    assert "went wrong" in page.error[0].value
    assert "division" not in page.error[0].value


def test_an_empty_question_is_refused_in_words(app: App) -> None:
    page = app.ask(app.open(), "   ")
    assert "the question is empty" in page.error[0].value
    assert "conversation" not in page.query_params
