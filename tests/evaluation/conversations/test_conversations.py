from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from evaluation.conversations.commands import WRITTEN, read
from evaluation.conversations.generator import questions
from evaluation.conversations.scoring import scope_is_right, sentences_without_record
from evaluation.conversations.truth import Asked, contacts_of

CONTACTS = pd.DataFrame({
    "interaction_id": ["a", "b"], "day": [date(2018, 3, 5), date(2018, 4, 5)], "manager": ["Eva", "Eva"],
    "client_name": ["Farol", "Farol"], "kind": ["call", "mail"], "text": ["They want pumps.", None],
})  # fmt: skip
MARCH = ((date(2018, 3, 1), date(2018, 4, 1)),)


def result(answer: str, ids=(), status: str = "answered", sources=()):
    rows = [[identifier] for identifier in ids]
    return {"status": status, "answer": answer, "columns": ["interaction_id"], "rows": rows, "sources": list(sources)}


@pytest.mark.parametrize(("asked", "given", "right"), [
    (Asked("", days=MARCH), result("…", ["a"]), True),
    (Asked("", days=MARCH), result("…", ["a", "b"]), False),
    (Asked("", days=MARCH), result("Nothing recorded"), False),
    (Asked("", kinds=("meeting",)), result("Nothing recorded: …"), True),
    (Asked("", kinds=("meeting",)), result("…", ["a"]), False),
    (Asked("", among=("Ana Souza", "Ana Ribeiro")), result("Ana Ribeiro or Ana Souza?", status="declined"), True),
    (Asked("", among=("Ana Souza", "Ana Ribeiro")), result("Ana Souza …", ["a"]), False),
])  # fmt: skip
def test_a_scope_is_right_with_exactly_its_records(asked: Asked, given, right: bool) -> None:
    assert scope_is_right(asked, given, CONTACTS) is right


def test_a_sentence_must_stand_in_the_record_that_it_cites() -> None:
    source = {"kind": "interaction", "id": "a", "text": "[1] 2018-03-05 …"}
    good, bad = "- 5 March 2018, call: They want pumps. [1]", "- 5 March 2018, call: They want hoses. [1]"
    uncited, missing = "- They want pumps.", "- 5 March 2018, call: They want pumps. [2]"
    counted, miscounted = "- Eva: 1 record (1 call), 5 March 2018 [1]", "- Rafael: 1 record (1 call), 5 March 2018 [1]"
    lines = ["head", good, bad, uncited, missing, counted, miscounted]
    answer = result("\n".join(lines), ["a"], sources=[source])
    assert sentences_without_record(answer, CONTACTS) == [bad, uncited, missing, miscounted]


def test_generated_questions_have_their_truth_and_are_the_same_again(house) -> None:
    contacts = contacts_of(house.dataset)
    made = questions(contacts, 40, seed=3)
    assert [q.question for q in made] == [q.question for q in questions(contacts, 40, seed=3)]
    groups = [q.group for q in made]
    assert [groups.count(name) for name in ("recorded", "nothing recorded", "ambiguous")] == [20, 10, 10]
    assert all(q.ids(contacts) for q in made if q.group == "recorded")
    assert not any(q.ids(contacts) for q in made if q.group == "nothing recorded")


def test_the_questions_that_ship_can_be_read() -> None:
    assert [len(read(file)) for file in WRITTEN] == [30, 20]
