"""What people share (the service, its cache, solved examples, texts) tells nobody what another one may see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.errors import InputError, UnknownName
from crm_copilot.people import OWNER, Person, scope_of
from crm_copilot.service import Service
from crm_copilot.storage import Turn

from .company import CLIENT, Outside
from .conftest import People

SPEND = f"how much did {CLIENT} spend this year?"


@pytest.fixture
def theirs(service: Service, people: People) -> Turn:
    """A turn of an administrator, with an answer that the rep may not see."""
    answer = service.ask(people.admin, SPEND)
    return service.turn(people.admin, answer["turn"])


Try = Callable[[Service, Person, Turn], Any]
# What a rep tries with the ids of another's turn and conversation; each is an unknown name.
ATTEMPTS: Mapping[str, Try] = {
    "read the turn": lambda s, p, t: s.turn(p, t.id),
    "stop it": lambda s, p, t: s.stop(p, t.id),
    "take it up": lambda s, p, t: s.resume(p, t.id),
    "rate it": lambda s, p, t: s.rate(p, t.id, thumbs=1),
    "rate it as what was meant": lambda s, p, t: s.rate(p, t.id, thumbs=1, meant=t.id),
    "read its rating": lambda s, p, t: s.rating(p, t.id),
    "ask in its conversation": lambda s, p, t: s.ask(p, "and by account manager?", t.conversation),
    "ask in it at once": lambda s, p, t: s.submit(p, "and the others?", t.conversation),
    "rename its conversation": lambda s, p, t: s.rename(p, t.conversation, "mine"),
    "delete its conversation": lambda s, p, t: s.delete(p, t.conversation) or s.turn(p, t.id),
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_ids_of_another_are_unknown(service: Service, people: People, theirs: Turn, attempt: str) -> None:
    with pytest.raises(UnknownName) as refused:
        ATTEMPTS[attempt](service, people.rep, theirs)
    assert CLIENT not in str(refused.value)
    assert service.turn(people.admin, theirs.id).answer == theirs.answer


def test_their_turns_are_in_no_list(service: Service, people: People, theirs: Turn) -> None:
    assert service.turns(people.rep, theirs.conversation) == []
    assert service.job(people.rep, theirs.id) is None
    assert theirs.conversation not in [found.id for found in service.conversations(people.rep)]


def test_the_owner_of_the_machine_is_another_person_too(service: Service, people: People, theirs: Turn) -> None:
    with pytest.raises(UnknownName):
        service.turn(OWNER, theirs.id)


@pytest.mark.parametrize(
    "question", [SPEND, "revenue by state, please", "the top 50 clients by spend", "list all clients"]
)
def test_an_equal_question_is_shared_only_by_those_who_may_see_the_same(
    service: Service, people: People, outside: Outside, question: str
) -> None:
    first, again = service.ask(people.admin, question), service.ask(people.admin, question)
    assert again.get("cached")
    other = service.ask(people.rep, question)
    assert not other.get("cached")
    assert outside.found_in(other, question) == []
    assert outside.found_in(first, question)
    if other["status"] == "answered":
        assert service.ask(people.rep, question).get("cached")
    assert not service.ask(people.other, question).get("cached")


def test_nor_while_it_is_under_way(service: Service, people: People, outside: Outside) -> None:
    question = "total payment value by state"
    with ThreadPoolExecutor(8) as pool:
        asked = [(person, pool.submit(service.ask, person, question)) for person in (people.admin, people.rep) * 4]
        told = [(person, answer.result()) for person, answer in asked]
    for person, answer in told:
        assert bool(outside.found_in(answer, question)) == (person == people.admin)


# ----------------------------------------------------------------------------------------------- solved examples


def test_what_others_confirmed_is_no_example_of_the_rep(
    service: Service, people: People, whole: House, rep: House, outside: Outside, theirs: Turn
) -> None:
    """The wording of an example, its values and its code are of its asker's scope."""
    service.rate(people.admin, theirs.id, thumbs=1)
    assert outside.found_in([hit.document.text for hit in whole.learned.search(SPEND)], "")
    for question in (SPEND, "how much did somebody spend this year?", "spend this year"):
        hits = [(hit.document.text, dict(hit.document.data)) for hit in rep.learned.search(question)]
        assert outside.found_in(hits) == []
        found = [(hit.document.text, dict(hit.document.data)) for hit in rep.retriever.search(question, "examples", 50)]
        assert outside.found_in(found, question) == []
        assert outside.found_in(service.ask(people.rep, f"{question} "), question) == []


def test_what_the_rep_confirmed_stays_with_the_rep(service: Service, people: People, whole: House, rep: House) -> None:
    answer = service.ask(people.rep, "revenue in campinas")
    service.rate(people.rep, answer["turn"], thumbs=1)
    assert [hit.document.text for hit in rep.learned.search("revenue in campinas")] != []
    assert "revenue in campinas" not in [hit.document.text for hit in whole.learned.search("revenue in campinas")]
    other = service.house_of(people.other)
    assert [hit.document.text for hit in other.learned.search("revenue in campinas")] == []


# -------------------------------------------------------------------------------------------------------- texts


SECRET = "Zyxquark Vidraria gets a discount of 40 percent; ask for OPALVINTNER at the door, says Quillon Vanterpool."


@pytest.fixture(scope="module")
def support(
    service: Service, people: People, whole: House, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The house of somebody who reads the support texts alone, beside a playbook and plans of the company's own."""
    file: Path = tmp_path_factory.mktemp("texts") / "secret.md"
    file.write_text(f"# Discounts\n\n{SECRET}\n", "utf-8")
    for collection in ("playbook", "plans"):
        whole.collections.add(file, collection)
    yield service.house_of(people.support)
    for collection in ("playbook", "plans"):
        whole.collections.remove(collection)


@pytest.mark.parametrize("collection", ["playbook", "plans"])
def test_texts_are_filtered_before_they_are_found(
    whole: House, support: House, outside: Outside, collection: str
) -> None:
    wanted = "discount for Zyxquark"
    assert outside.found_in([hit.document.text for hit in whole.retriever.search(wanted, collection, 5)])
    assert support.retriever.search(wanted, collection, 50) == []
    assert collection not in support.readable()


TEXTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search_playbook", {"question": "discount", "k": 50}),
    ("policy", {"question": "which discounts do we give?"}),
    ("guide_from_texts", {"question": "which discount is there, and for whom?"}),
    ("pitch", {"industry": "Retail"}),
)


@pytest.mark.parametrize(("name", "arguments"), TEXTS)
def test_no_tool_tells_a_text_that_may_not_be_read(
    support: House, outside: Outside, name: str, arguments: dict[str, Any]
) -> None:
    try:
        told = support.tool(name).call(arguments)
    except InputError as error:
        told = str(error)
    assert outside.found_in(told) == []


@pytest.mark.parametrize(
    "question", ["what does the playbook say about discounts?", "which discounts do we give?", "o que o playbook diz?"]
)
def test_nor_does_an_answer(service: Service, support: House, people: People, outside: Outside, question: str) -> None:
    answer = service.ask(people.support, question)
    assert outside.found_in(answer, question) == []


def test_rules_of_the_playbook_are_written_down_once_for_all(whole: House, rep: House, support: House) -> None:
    """A house that sees fewer names does not read the rules anew, over those that everybody uses."""
    assert rep.playbook is whole.playbook
    assert support.playbook.rules == ()


# ------------------------------------------------------------------------------------------------- what is shared


def test_a_house_shares_what_knows_no_rows(whole: House, rep: House) -> None:
    for name in ("embedder", "index", "collections", "store", "accounts", "checkpointer", "code_model"):
        assert getattr(rep, name) is getattr(whole, name)
    for name in ("dataset", "sandbox", "values", "ledger", "directory", "retriever", "learned", "copilot"):
        assert getattr(rep, name) is not getattr(whole, name)


def test_no_limits_are_the_house_itself(whole: House, rep: House) -> None:
    assert whole.seen_by(scope_of("admin")) is whole
    assert rep.seen_by(scope_of("admin")) is whole
    assert rep.seen_by(scope_of("analyst")).whole is whole
