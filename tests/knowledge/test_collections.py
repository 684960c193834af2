"""Adding, replacing and removing; whatever goes wrong, what was there before is found as before."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from crm_copilot.errors import InputError, UnknownName
from crm_copilot.knowledge import Collections
from crm_copilot.knowledge.embedding import Embedders
from crm_copilot.knowledge.reranking import Reranker

RULES = "# Discounts\n\nFive percent at most.\n\n# Freight\n\nFree when the delivery was late.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "texts"
    (made / "deep").mkdir(parents=True)
    (made / "rules.md").write_text(RULES, "utf-8")
    (made / "deep" / "more.txt").write_text("Invoices are sent by mail.", "utf-8")
    (made / ".hidden.md").write_text("# Hidden\n\nnot read", "utf-8")
    (made / "picture.png").write_bytes(b"png")
    return made


def best(collections: Collections, query: str) -> str:
    return collections.search(query, "playbook", 1)[0].document.text


def test_a_folder_is_added_and_found(collections: Collections, folder: Path) -> None:
    added = collections.add(folder, "playbook")
    assert added.passages == {"deep/more.txt": 1, "rules.md": 2}
    hit = collections.search("how much discount may I give", "playbook", 2)[0]
    assert hit.document.data == {"title": "Discounts", "source": "rules.md", "place": "line 1"}
    assert hit.document.collection == "playbook"
    (overview,) = collections.overviews()
    assert (overview.name, overview.passages, [s.passages for s in overview.sources]) == ("playbook", 3, [1, 2])


def test_adding_again_replaces_and_what_left_the_folder_goes(collections: Collections, folder: Path) -> None:
    collections.add(folder, "playbook")
    (folder / "rules.md").write_text("# Discounts\n\nTen percent at most.\n", "utf-8")
    (folder / "deep" / "more.txt").unlink()
    added = collections.add(folder, "playbook")
    assert (added.replaced, added.gone) == (("rules.md",), ("deep/more.txt",))
    assert [p.text for p in collections.passages("playbook")] == ["Discounts\nTen percent at most."]
    assert "Ten" in best(collections, "discount")


def test_removing_removes(collections: Collections, folder: Path) -> None:
    collections.add(folder, "playbook")
    assert collections.remove("playbook", "rules.md") == 2
    assert best(collections, "discount") == "Invoices are sent by mail."
    assert collections.remove("playbook") == 1
    assert collections.names() == []
    assert collections.search("discount", "playbook") == []
    with pytest.raises(UnknownName, match="no collection 'playbook'"):
        collections.remove("playbook")


def test_unknown_sources_and_impossible_names(collections: Collections, folder: Path) -> None:
    collections.add(folder, "playbook")
    with pytest.raises(UnknownName, match=r"no source 'x'; it holds deep/more.txt, rules.md"):
        collections.remove("playbook", "x")
    for name in ("examples", "../up", "A B", ""):
        with pytest.raises(InputError, match="cannot be called"):
            collections.add(folder, name)
    with pytest.raises(InputError, match="no file or folder"):
        collections.add(folder / "nowhere", "playbook")


def test_a_bad_file_beside_good_ones_is_named_and_alone_it_is_refused(collections: Collections, folder: Path) -> None:
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    added = collections.add(folder, "playbook")
    assert [refused.name for refused in added.refused] == ["bad.pdf"]
    before = [p.id for p in collections.passages("playbook")]
    with pytest.raises(InputError, match=r"bad\.pdf: it is no PDF"):
        collections.add(folder / "bad.pdf", "playbook")
    assert [p.id for p in collections.passages("playbook")] == before


def test_a_run_that_dies_leaves_the_version_in_use(
    collections: Collections, folder: Path, models: Embedders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collections.add(folder, "playbook")
    before = best(collections, "discount")

    def dies(*what: object) -> None:
        raise KeyboardInterrupt

    for step in ("crm_copilot.knowledge.shelf.lexical_index", "crm_copilot.knowledge.late.write"):
        with monkeypatch.context() as broken:
            broken.setattr(step, dies)
            with pytest.raises(KeyboardInterrupt):
                collections.add(folder / "rules.md", "playbook")
        anew = Collections(tmp_path / "knowledge", models)
        assert best(anew, "discount") == before
        assert len(list((tmp_path / "knowledge" / "playbook").glob("v*"))) == 1


def test_another_process_sees_the_new_version(
    collections: Collections, folder: Path, models: Embedders, tmp_path: Path
) -> None:
    collections.add(folder, "playbook")
    other = Collections(tmp_path / "knowledge", models)
    assert "Five" in best(other, "discount")
    (folder / "rules.md").write_text("# Discounts\n\nTen percent at most.\n", "utf-8")
    collections.add(folder, "playbook")
    assert "Ten" in best(other, "discount")


def test_ids_of_records_are_kept_and_told_apart(collections: Collections, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.json").write_text(json.dumps([{"id": 7, "text": f"{name} says hello"}]), "utf-8")
        collections.add(tmp_path / f"{name}.json", "support")
    assert [p.id for p in collections.passages("support")] == ["7", "two.json#7"]


def test_vectors_and_pieces_of_what_stays_are_not_made_again(
    collections: Collections, folder: Path, models: Embedders, monkeypatch: pytest.MonkeyPatch
) -> None:
    collections.add(folder, "playbook")
    made: list[str] = []
    real = models.exact.pieces
    monkeypatch.setattr(models.exact, "pieces", lambda texts: made.extend(texts) or real(texts))
    collections.add(folder / "rules.md", "playbook")
    assert made == ["Discounts\nFive percent at most.", "Freight\nFree when the delivery was late."]
    found = collections.search("mail", "playbook", 3)
    assert found[0].document.text == "Invoices are sent by mail."


def test_pieces_of_another_model_are_left_aside(
    collections: Collections, folder: Path, models: Embedders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collections.add(folder, "playbook")
    (manifest,) = (tmp_path / "knowledge" / "playbook").glob("v*/manifest.json")
    told = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps({**told, "embedder": "another"}), "utf-8")
    monkeypatch.setattr(models.tuned, "pieces", lambda texts: pytest.fail("pieces of two models were compared"))
    assert best(Collections(tmp_path / "knowledge", models), "how much discount may I give").startswith("Discounts")


@pytest.mark.parametrize("query", ["", "  ", "!?", "\u200b", "🙂", "x" * 5000, "{{}}", "0"])
def test_any_query_is_answered(collections: Collections, folder: Path, query: str) -> None:
    collections.add(folder, "playbook")
    assert len(collections.search(query, "playbook", 2)) <= 2


def test_another_projection_is_another_model(models: Embedders, tmp_path: Path) -> None:
    shipped = models.reranker.projection
    np.save(tmp_path / "projection.npy", np.roll(shipped, 1))
    assert Reranker(tmp_path).mark != models.reranker.mark
    assert models.reranker.mark in models.in_pieces
