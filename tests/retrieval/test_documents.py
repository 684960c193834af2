"""What is searched: every table and metric, the whole library, and the sections of the texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_copilot.catalog import tables
from crm_copilot.library.functions import library
from crm_copilot.retrieval.documents import COLLECTIONS, Document, corpus, fingerprint

RULES = """# Rules

Words before the first section belong to the title.

## Discounts

Up to 5 percent.

## Empty

### Deep down
Call first.

#### not a section of its own
"""


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    for folder in ("playbook", "support"):
        (tmp_path / folder).mkdir()
    (tmp_path / "playbook" / "rules.md").write_text(RULES, "utf-8")
    (tmp_path / "playbook" / "README.md").write_text("# About\n\nnot a rule", "utf-8")
    (tmp_path / "support" / "réponses.md").write_text("## Devolução\n\nEm 7 dias.", "utf-8")
    return tmp_path


def of(collection: str, documents: list[Document]) -> list[Document]:
    return [document for document in documents if document.collection == collection]


def test_every_table_and_every_function_is_searched(knowledge: Path) -> None:
    documents = corpus(knowledge)
    assert {d.id for d in of("catalog", documents)} >= {f"table:{name}" for name in tables()}
    assert {d.id for d in of("examples", documents)} == {f"library:{function.id}" for function in library()}
    assert len(of("examples", documents)) >= 200
    assert {document.collection for document in documents} == set(COLLECTIONS)


def test_ids_are_unique(knowledge: Path) -> None:
    ids = [document.id for document in corpus(knowledge)]
    assert len(set(ids)) == len(ids)


def test_an_example_is_found_in_both_languages(knowledge: Path) -> None:
    (found,) = [d for d in corpus(knowledge) if d.id == "library:revenue_by_month"]
    assert (found.text, found.words) == ("revenue by month", "receita por mês")
    assert "plan" in found.data


def test_a_section_is_a_passage_with_its_title(knowledge: Path) -> None:
    found = of("playbook", corpus(knowledge))
    assert [(d.data["title"], d.text) for d in found] == [
        ("Rules", "Rules. Words before the first section belong to the title."),
        ("Discounts", "Discounts. Up to 5 percent."),
        ("Deep down", "Deep down. Call first.\n\n#### not a section of its own"),
    ]


def test_the_file_that_explains_the_folder_is_no_passage(knowledge: Path) -> None:
    assert not [d for d in corpus(knowledge) if "not a rule" in d.text]


def test_texts_in_any_language_are_read(knowledge: Path) -> None:
    (found,) = of("support", corpus(knowledge))
    assert (found.id, found.text) == ("support:réponses:0", "Devolução. Em 7 dias.")


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert of("playbook", corpus(tmp_path / "nowhere")) == []


def test_the_fingerprint_tells_any_change(knowledge: Path) -> None:
    documents = corpus(knowledge)
    assert fingerprint(documents) == fingerprint(corpus(knowledge))
    assert fingerprint(documents) != fingerprint(documents[:-1])
    assert fingerprint(documents) != fingerprint(documents[::-1])
    (knowledge / "playbook" / "rules.md").write_text(RULES.replace("5 percent", "6 percent"), "utf-8")
    assert fingerprint(documents) != fingerprint(corpus(knowledge))
