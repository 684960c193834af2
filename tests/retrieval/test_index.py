"""The hybrid index: opened as it was built, refused when it belongs to something else, finding by word and meaning."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from crm_copilot.errors import IndexOutdated
from crm_copilot.retrieval.documents import Document, corpus, fingerprint
from crm_copilot.retrieval.embedder import Embedder
from crm_copilot.retrieval.index import HybridIndex, build, open_index

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    Document("e:1", "examples", "revenue by month", "receita por mês"),
    Document("e:2", "examples", "number of orders by state", "número de pedidos por estado"),
    Document("e:3", "examples", "average delivery time by seller", "tempo médio de entrega por vendedor"),
    Document("e:4", "examples", "share of late deliveries", "percentual de entregas atrasadas"),
    Document("p:1", "playbook", "Discounts. Up to 5 percent may be granted.", data={"title": "Discounts"}),
    Document(
        "p:2",
        "playbook",
        "Silent accounts. Call a client who has not bought for 90 days.",
        data={"title": "Silent accounts"},
    ),
    Document("s:1", "support", "Refund. A refund goes back the way it was paid, for a boleto to the bank."),
]


@pytest.fixture(scope="session")
def built(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index") / "faiss_store"
    build(DOCUMENTS, folder, embedder)
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(built, tmp_path / "faiss_store"))


@pytest.fixture(scope="session")
def index(built: Path, embedder: Embedder) -> HybridIndex:
    return open_index(built, embedder)


def ids(index: HybridIndex, query: str, collection: str = "examples", k: int = 3) -> list[str]:
    return [hit.document.id for hit in index.search(query, collection, k)]


# ------------------------------------------------------------------------------------------------------- searching


def test_documents_come_back_as_they_went_in(index: HybridIndex) -> None:
    assert len(index) == len(DOCUMENTS)
    found = {
        hit.document.id: hit.document
        for name in ("examples", "playbook", "support")
        for hit in index.search("x", name, 99)
    }
    assert [found[document.id] for document in DOCUMENTS] == DOCUMENTS


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("turnover for each month", "e:1"),
        ("purchases in each state of the country", "e:2"),
        ("late parcels", "e:4"),
        ("tempo de entrega", "e:3"),
        ("RECEITA", "e:1"),
        ("DELIVERIES", "e:4"),
    ],
)
def test_search_finds_by_meaning_and_by_word(index: HybridIndex, query: str, first: str) -> None:
    assert ids(index, query)[0] == first


def test_a_collection_holds_its_own_documents_only(index: HybridIndex) -> None:
    assert set(ids(index, "revenue by month", "playbook", 99)) == {"p:1", "p:2"}
    assert set(ids(index, "discounts", "examples", 99)) == {"e:1", "e:2", "e:3", "e:4"}


def test_an_unknown_collection_is_empty(index: HybridIndex) -> None:
    assert index.search("revenue", "nowhere", 5) == []


def test_hits_come_best_first_and_k_at_most(index: HybridIndex) -> None:
    hits = index.search("revenue by month", "examples", 4)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(index.search("revenue", "examples", 2)) == 2
    assert hits[0].cosine == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("query", ["", "   ", "🙂", "?!.,", "'; DROP TABLE", "x" * 20_000])
def test_any_query_can_be_searched_for(index: HybridIndex, query: str) -> None:
    assert len(index.search(query, "examples", 3)) == 3


def test_the_same_query_finds_the_same(index: HybridIndex) -> None:
    assert index.search("late orders", "examples", 4) == index.search("late orders", "examples", 4)


@pytest.mark.parametrize("separator", ["\u2028", "\x85", "\x0b", "\x1e", "\r"])
def test_a_text_with_line_separators_of_any_kind_comes_back_whole(
    tmp_path: Path, embedder: Embedder, separator: str
) -> None:
    """Word processors leave such characters in a playbook."""
    document = Document("p:1", "playbook", f"Discounts.{separator}Up to 5 percent.")
    build([document], tmp_path / "index", embedder)
    assert open_index(tmp_path / "index", embedder).search("discounts", "playbook", 1)[0].document == document


def test_all_that_are_asked_for_are_found_in_a_large_collection(tmp_path: Path, embedder: Embedder) -> None:
    build([Document(f"e:{n}", "examples", f"note {n}") for n in range(130)], tmp_path / "large", embedder)
    assert len(open_index(tmp_path / "large", embedder).search("note", "examples", 120)) == 120


# ---------------------------------------------------------------------------------------------------- the manifest


def test_the_manifest_says_what_it_was_built_from(built: Path) -> None:
    manifest = json.loads((built / "manifest.json").read_text())
    assert manifest == {
        "format": 1,
        "embedder": "all-MiniLM-L6-v2",
        "dimension": 384,
        "documents": len(DOCUMENTS),
        "corpus": fingerprint(DOCUMENTS),
    }
    assert {path.name for path in built.iterdir()} == {"manifest.json", "documents.jsonl", "vectors.faiss", "bm25"}


def test_building_again_replaces_all_but_the_readme(folder: Path, embedder: Embedder) -> None:
    (folder / "README.md").write_text("what this is")
    (folder / "leftover").touch()
    build(DOCUMENTS[:3], folder, embedder)
    assert len(open_index(folder, embedder, fingerprint(DOCUMENTS[:3]))) == 3
    assert (folder / "README.md").read_text() == "what this is"
    assert not (folder / "leftover").exists()


def test_a_build_that_fails_leaves_the_index_as_it_was(folder: Path, embedder: Embedder) -> None:
    class Failing(Other):
        def embed(self, texts: Sequence[str]) -> np.ndarray:
            raise OSError("no memory")

    with pytest.raises(OSError, match="no memory"):
        build(DOCUMENTS[:3], folder, Failing())
    assert len(open_index(folder, embedder)) == len(DOCUMENTS)
    assert [path.name for path in folder.parent.iterdir()] == ["faiss_store"]


class Other:
    """Another embedder."""

    name = "another-model"

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return np.zeros((len(texts), 384), np.float32)


def test_an_index_of_another_embedder_is_refused(built: Path) -> None:
    with pytest.raises(IndexOutdated, match="embedder is 'all-MiniLM-L6-v2', expected 'another-model'"):
        open_index(built, Other())


def test_an_index_of_other_texts_is_refused(built: Path, embedder: Embedder) -> None:
    assert open_index(built, embedder, fingerprint(DOCUMENTS))
    changed = [*DOCUMENTS[:-1], Document("s:1", "support", "Refund. No refunds.")]
    with pytest.raises(IndexOutdated, match="corpus is"):
        open_index(built, embedder, fingerprint(changed))


# --------------------------------------------------------------------------------------------------- damaged files


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def other_dimension(folder: Path) -> None:
    import faiss

    vectors = faiss.IndexFlatIP(12)
    vectors.add(np.ones((len(DOCUMENTS), 12), np.float32))
    faiss.write_index(vectors, str(folder / "vectors.faiss"))


def other_lexical(folder: Path) -> None:
    import bm25s

    lexical = bm25s.BM25()
    lexical.index([["revenue"], ["order"]], show_progress=False)
    shutil.rmtree(folder / "bm25")
    lexical.save(str(folder / "bm25"))


def swapped(folder: Path) -> None:
    """The vectors would be those of other documents."""
    file = folder / "documents.jsonl"
    first, *rest = file.read_text("utf-8").split("\n")
    file.write_text("\n".join([rest[0], first, *rest[1:]]), "utf-8")


def change(name: str, **values: object) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        manifest = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps({**manifest, **values}))

    return write


def without(folder: Path, key: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest[key]
    (folder / "manifest.json").write_text(json.dumps(manifest))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no folder": lambda f: shutil.rmtree(f),
    "no manifest": lambda f: (f / "manifest.json").unlink(),
    "no documents": lambda f: (f / "documents.jsonl").unlink(),
    "no vectors": lambda f: (f / "vectors.faiss").unlink(),
    "no lexical index": lambda f: shutil.rmtree(f / "bm25"),
    "a manifest cut short": lambda f: cut(f / "manifest.json"),
    "a manifest that is a list": lambda f: (f / "manifest.json").write_text("[]"),
    "a manifest without count": lambda f: without(f, "documents"),
    "a format of the future": change("manifest.json", format=2),
    "another dimension declared": change("manifest.json", dimension=768),
    "documents cut short": lambda f: cut(f / "documents.jsonl"),
    "documents of another shape": lambda f: (f / "documents.jsonl").write_text('{"name": "x"}\n' * len(DOCUMENTS)),
    "documents that are no text": lambda f: (f / "documents.jsonl").write_bytes(b"\xff\xfe\x00"),
    "documents in another order": swapped,
    "vectors cut short": lambda f: cut(f / "vectors.faiss"),
    "vectors that are none": lambda f: (f / "vectors.faiss").write_text("version https://git-lfs.github.com/spec/v1"),
    "no bytes of vectors": lambda f: (f / "vectors.faiss").write_bytes(b""),
    "vectors of another dimension": other_dimension,
    "a lexical file cut short": lambda f: cut(f / "bm25" / "data.csc.index.npy"),
    "a lexical file without bytes": lambda f: (f / "bm25" / "data.csc.index.npy").write_bytes(b""),
    "a lexical vocabulary that is none": lambda f: (f / "bm25" / "vocab.index.json").write_text("{"),
    "a lexical index of other documents": other_lexical,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_index_is_refused_when_it_is_opened(folder: Path, embedder: Embedder, damage: str) -> None:
    DAMAGE[damage](folder)
    with pytest.raises(IndexOutdated, match="faiss_store"):
        open_index(folder, embedder, fingerprint(DOCUMENTS))


# ----------------------------------------------------------------------------------------------- what is shipped


def test_the_index_that_is_shipped_belongs_to_the_texts_and_the_model(embedder: Embedder) -> None:
    documents = corpus(ROOT / "data")
    index = open_index(ROOT / "faiss_store", embedder, fingerprint(documents))
    assert len(index) == len(documents) > 600
