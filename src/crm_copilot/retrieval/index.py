"""A hybrid index: FAISS over sentence vectors, fused with BM25 by reciprocal rank (Cormack et al., SIGIR 2009).

    folder/manifest.json   what it was built from: embedder, dimension, checksum of the documents
    folder/documents.jsonl the documents
    folder/vectors.faiss   their vectors, in the same order
    folder/bm25/           the lexical index

The manifest is checked when the index is opened: vectors of another model or other texts would be found in silence.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from crm_copilot.errors import IndexOutdated
from crm_copilot.retrieval.documents import Document, fingerprint
from crm_copilot.retrieval.embedder import DIMENSION, TextEmbedder, Vectors
from crm_copilot.understanding.text import plain, tokenize

FORMAT = 1
_RANKS = 60  # the constant of reciprocal rank fusion
_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """A document, its fused score, and the cosine of its vector with the query's."""

    document: Document
    score: float
    cosine: float


class HybridIndex:
    """Opened documents; `search` finds the nearest of a collection."""

    def __init__(self, documents: Sequence[Document], vectors: Any, lexical: Any, embedder: TextEmbedder) -> None:
        self._documents, self._vectors, self._lexical, self._embedder = documents, vectors, lexical, embedder
        self._places: dict[str, Any] = {}
        for place, document in enumerate(documents):
            self._places.setdefault(document.collection, []).append(place)
        self._recent: dict[str, Any] = {}
        self._places = {name: np.array(places) for name, places in self._places.items()}

    def __len__(self) -> int:
        return len(self._documents)

    def search(self, query: str, collection: str, k: int = 5) -> list[Hit]:
        """Return the k best documents of a collection; [] when it is empty."""
        places = self._places.get(collection)
        if places is None:
            return []
        cosines = self._cosines(query)
        words = word_scores(self._lexical, query)
        depth = max(_DEPTH, k)
        by_meaning = places[np.argsort(-cosines[places], kind="stable")][:depth]
        by_word = [p for p in places[np.argsort(-words[places], kind="stable")][:depth] if words[p] > 0]
        fused: dict[int, float] = {}
        for ranking in (by_meaning, by_word):
            for rank, place in enumerate(ranking):
                fused[int(place)] = fused.get(int(place), 0.0) + 1 / (_RANKS + rank)
        best = sorted(fused, key=lambda place: (-fused[place], place))[:k]
        return [Hit(self._documents[p], fused[p], float(cosines[p])) for p in best]

    def _cosines(self, query: str) -> Any:
        vector = self._vector(query)
        everything = len(self._documents)
        scores, places = self._vectors.search(vector, everything)
        cosines = np.empty(everything, np.float32)
        cosines[places[0]] = scores[0]
        return cosines

    def _vector(self, query: str) -> Any:
        """Embed a query once for all the collections it is searched in."""
        if query not in self._recent:
            self._recent = {query: self._embedder.embed([query])}
        return self._recent[query]


def lexical_tokens(text: str) -> list[str]:
    """Return the words of a text as the lexical index knows them."""
    return [plain(token.key) for token in tokenize(text.replace("_", " ")) if token.text[0].isalnum()]


def word_scores(lexical: Any, query: str) -> Any:
    """Return the BM25 score of every text of a lexical index, zeros for a query of unknown words."""
    tokens = [token for token in lexical_tokens(query) if token in lexical.vocab_dict]
    return lexical.get_scores(tokens) if tokens else np.zeros(lexical.scores["num_docs"], np.float32)


def in_memory(documents: Sequence[Document], vectors: Vectors, embedder: TextEmbedder) -> HybridIndex:
    """Return the index of a few documents whose vectors are known."""
    return HybridIndex(documents, searchable(vectors), lexical_index(documents), embedder)


def build(documents: Sequence[Document], folder: Path, embedder: TextEmbedder) -> None:
    """Write the index of the documents to a folder, replacing what was there at once."""
    import faiss

    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        new = Path(made) / "index"
        new.mkdir()
        vectors = searchable(embedder.embed([document.text for document in documents]))
        faiss.write_index(vectors, str(new / "vectors.faiss"))
        lexical_index(documents).save(str(new / "bm25"))
        (new / "documents.jsonl").write_text("".join(d.to_json() + "\n" for d in documents), "utf-8")
        (new / "manifest.json").write_text(json.dumps(_manifest(documents, embedder), indent=2) + "\n", "utf-8")
        _replace(folder, new)


def searchable(rows: Vectors) -> Any:
    """Return the FAISS index of vectors of length one, a row each: the inner product is their cosine."""
    import faiss

    vectors = faiss.IndexFlatIP(rows.shape[1])
    vectors.add(rows)
    return vectors


def lexical_index(documents: Sequence[Document]) -> Any:
    """Return the BM25 index of what documents say."""
    import bm25s

    lexical = bm25s.BM25()
    lexical.index(_numbered([lexical_tokens(f"{d.text} {d.words}") for d in documents]), show_progress=False)
    return lexical


def _numbered(texts: Sequence[Sequence[str]]) -> tuple[list[list[int]], dict[str, int]]:
    """Return tokens as numbers, with the vocabulary in one order: bm25s would take that of a set."""
    words = sorted({word for text in texts for word in text})
    numbers = {word: number for number, word in enumerate(words)}
    return [[numbers[word] for word in text] for text in texts], numbers


def _replace(folder: Path, new: Path) -> None:
    kept = {name: (folder / name).read_bytes() for name in ("README.md",) if (folder / name).exists()}
    if folder.exists():
        shutil.rmtree(folder)
    new.rename(folder)
    for name, content in kept.items():
        (folder / name).write_bytes(content)


def _manifest(documents: Sequence[Document], embedder: TextEmbedder) -> dict[str, Any]:
    return {
        "format": FORMAT, "embedder": embedder.name, "dimension": DIMENSION, "documents": len(documents),
        "corpus": fingerprint(documents),
    }  # fmt: skip


def open_index(folder: Path, embedder: TextEmbedder, corpus: str | None = None) -> HybridIndex:
    """Open the index of a folder.

    Raises IndexOutdated when there is none, when it is damaged, or when it was built with another embedder or, where
    `corpus` gives the checksum of the present documents, from other texts.
    """
    import bm25s
    import faiss

    try:
        manifest = dict(json.loads((folder / "manifest.json").read_text("utf-8")))
        _agree(folder, _declared(embedder, corpus), manifest)
        documents = _documents(folder)
        vectors = faiss.read_index(str(folder / "vectors.faiss"))
        lexical = bm25s.BM25.load(str(folder / "bm25"))
        held = _held(documents, vectors, lexical)
        _agree(folder, {key: manifest[key] for key in held}, held)
    except (OSError, EOFError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise IndexOutdated(f"{folder} holds no index that can be opened ({error})") from error
    return HybridIndex(documents, vectors, lexical, embedder)


def _documents(folder: Path) -> list[Document]:
    lines = (folder / "documents.jsonl").read_text("utf-8").split("\n")
    return [Document(**json.loads(line)) for line in lines if line]


def _declared(embedder: TextEmbedder, corpus: str | None) -> dict[str, Any]:
    """Return what the manifest of an index that may be used says."""
    wanted = {"format": FORMAT, "embedder": embedder.name, "dimension": DIMENSION}
    return wanted if corpus is None else {**wanted, "corpus": corpus}


def _held(documents: Sequence[Document], vectors: Any, lexical: Any) -> dict[str, Any]:
    """Return what the files hold, under the names of the manifest."""
    counts = {len(documents), vectors.ntotal, lexical.scores["num_docs"]}
    count = counts.pop() if len(counts) == 1 else f"different in its files: {sorted(counts)}"
    return {"documents": count, "dimension": vectors.d, "corpus": fingerprint(documents)}


def _agree(folder: Path, expected: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    for key, value in expected.items():
        if found.get(key) != value:
            raise IndexOutdated(f"{folder}: {key} is {found.get(key)!r}, expected {value!r}")
