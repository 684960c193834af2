from __future__ import annotations

import duckdb
import pytest

from crm_copilot.tools.conversations import recall_tool


def ids(answer) -> list[str]:
    return [row["interaction_id"] for row in answer["rows"]]


@pytest.mark.parametrize(("question", "found"), [
    ("What did Eva do for Techrenmash in March?", ["i1", "i2", "i3"]),
    ("what did eva do for techrenmahs in march", ["i1", "i2", "i3"]),
    ("Summarise the calls with Techrenmash", ["i1", "i4"]),
    ("What was said to Techrenmash and Casa do Cobre since April?", ["i4", "i7"]),
    ("What did Eva and Rafael tell Techrenmash?", ["i1", "i2", "i3", "i4"]),
    ("What did Ana Souza say to Horizonte Móveis last week?", []),
    ("O que a Eva fez para a Techrenmash em março?", ["i1", "i2", "i3"]),
    ("What did we agree with Alto Mar Pescados in 2018?", ["i8"]),
    ("Before I call Techrenmash: what happened in April?", ["i4"]),
])  # fmt: skip
def test_the_records_are_those_of_the_scope(recall, question: str, found: list[str]) -> None:
    assert ids(recall(question)) == found


def test_each_sentence_stands_in_the_record_it_cites(recall) -> None:
    answer = recall("What did Eva do for Techrenmash in March?")
    lines = [line for line in answer["answer"].splitlines() if line.startswith("- ")]
    assert lines
    for line in lines:
        said, _, ref = line.rpartition(" [")
        record = answer["rows"][int(ref.rstrip("]")) - 1]
        assert said.partition(": ")[2] in record["text"]
    assert {source["id"] for source in answer["sources"]} <= set(ids(answer))


def test_the_scope_is_stated(recall) -> None:
    answer = recall("What did Eva do for Techrenmash in March?")
    assert answer["answer"].startswith("Eva Martins with Techrenmash, March 2018: 3 records")
    assert answer["definition"] == "Scope: Eva Martins with Techrenmash, March 2018"


@pytest.mark.parametrize("question", [
    "What did Eva do for Techrenmash in spring 2018?", "Any calls with Techrenmash last summer?",
    "O que a Eva fez para a Techrenmash no verão de 2018?",
])  # fmt: skip
def test_which_months_a_season_means_is_asked_back(recall, question: str) -> None:
    answer = recall(question)
    assert answer["status"] == "declined"
    assert "months" in answer["answer"] or "meses" in answer["answer"]
    assert ids(recall(question, then="in March 2018")) == ["i1", "i2", "i3"] or "calls" in question


def test_nothing_recorded_is_said_with_what_is_near(recall) -> None:
    answer = recall("Summarise the mails with Casa do Cobre")
    assert answer["rows"] == []
    assert answer["answer"].startswith("Nothing recorded: Casa do Cobre, mails")
    assert "1 record (1 call) of other kinds" in answer["answer"]


@pytest.mark.parametrize(("question", "names"), [
    ("What did Ana say to Techrenmash?", ["Ana Ribeiro", "Ana Souza"]),
    ("Any news from Horizonte?", ["Horizonte Móveis", "Horizonte Tech"]),
])  # fmt: skip
def test_a_name_of_two_is_asked_back(recall, question: str, names: list[str]) -> None:
    answer = recall(question)
    assert answer["status"] == "declined"
    assert [row["name"] for row in answer["rows"]] == names
    assert all(name in answer["answer"] for name in names)
    assert len(answer["next"]) == 2


def test_what_was_asked_back_is_taken_up(recall) -> None:
    asked = "What did Ana say to Horizonte in March?"
    assert ids(recall(asked, then="Ana Souza Horizonte Móveis")) == ["i5"]
    assert "Horizonte Tech" in recall(asked, then="Ana Souza")["answer"]
    assert ids(recall("What did Eva do for Techrenmash in March?", then="and in April? and Rafael?")) == ["i4"]


def test_a_name_of_nobody_is_said(recall) -> None:
    answer = recall("What did Eva do for Foobar Ltd in March?")
    assert answer["status"] == "declined"
    assert answer["answer"].startswith("Nothing recorded: no manager or company is called “Foobar")


def test_who_is_told_by_manager_and_by_company(recall) -> None:
    who = recall("Who spoke to Techrenmash?", form="who")
    assert "- Eva Martins: 3 records (1 call, 1 mail and 1 meeting), 20 March 2018 [1][2][3]" in who["answer"]
    assert "- Casa do Cobre: 1 record" in recall("Who did Eva call in August?", form="who")["answer"]


def test_the_last_contact_and_a_note_behind_it(recall) -> None:
    assert (
        "Last contact of Rafael Teixeira with Techrenmash: 2 April 2018, call (150 days"
        in (recall("When did we last talk to Techrenmash?", form="last")["answer"])
    )


def test_won_and_lost_are_counted(recall) -> None:
    answer = recall("What went well and badly by manager in 2018?", form="ends")
    assert [(row["group"], row["won"], row["lost"]) for row in answer["rows"]] == [
        ("Ana Souza", 0, 1), ("Eva Martins", 1, 0),
    ]  # fmt: skip
    assert "Went badly, Horizonte Móveis: They will not renew: the competitor is cheaper. [2]" in answer["answer"]
    assert recall("What went wrong with Casa do Cobre?", form="ends")["answer"].startswith("Nothing recorded")


def test_a_topic_narrows_the_records(recall) -> None:
    assert ids(recall("What did we tell Techrenmash about the pumps?")) == ["i1"]
    nothing = recall("What did we tell Techrenmash about holidays?")
    assert nothing["rows"] == []
    assert "4 records of this scope do not speak of it" in nothing["answer"]


def test_data_without_contacts_are_said(tmp_path) -> None:
    file = tmp_path / "none.duckdb"
    duckdb.connect(file).close()
    answer = recall_tool(lambda: duckdb.connect(file, read_only=True))("What did Eva do for Techrenmash?")
    assert answer["status"] == "declined"
    assert "crm connect amocrm" in answer["answer"]


def test_what_all_texts_say_is_read_once_for_each_version_of_the_data(company) -> None:
    read: list[str] = []
    version, database = ["one"], company()

    def connect():
        read.append(version[0])
        return database()

    tool = recall_tool(connect, version=lambda: version[0])
    tool("Summarise the calls with Techrenmash")
    first = len(read)
    tool("Summarise the calls with Techrenmash")
    assert len(read) - first == first - 1
    version[0] = "two"
    tool("Summarise the calls with Techrenmash")
    assert len([one for one in read if one == "two"]) == first
