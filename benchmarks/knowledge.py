"""How long a collection of 100,000 passages takes to be indexed, and a query to be answered, on this machine.

    python benchmarks/knowledge.py [passages] [queries]

On a machine that does other work too, the seconds of the processor (cpu) say more than those of the clock. The
passages are made here, of about 70 words each, from a vocabulary whose words are as unevenly common as a
language's. Everything is that of the product: the file is read, split, embedded, indexed and written.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from crm_copilot.knowledge import Collections
from crm_copilot.knowledge.embedding import Embedders
from crm_copilot.retrieval.embedder import Embedder

MODELS = Path(__file__).parents[1] / "models"


def main(passages: int = 100_000, queries: int = 200) -> None:
    minilm = MODELS / "minilm"
    embedders = Embedders(Embedder(minilm / "model.onnx", minilm / "tokenizer.json"), MODELS)
    with tempfile.TemporaryDirectory() as made:
        texts = written(passages)
        parts = [texts[at : at + 25_000] for at in range(0, passages, 25_000)]
        folder = Path(made) / "texts"
        folder.mkdir()
        for number, part in enumerate(parts):
            lines = (json.dumps({"id": f"{number}-{n}", "text": text}) for n, text in enumerate(part))
            (folder / f"{number}.jsonl").write_text("\n".join(lines), "utf-8")
        collections = Collections(Path(made) / "knowledge", embedders)
        began, worked = time.perf_counter(), time.process_time()
        collections.add(folder, "bench")
        indexed, indexed_cpu = time.perf_counter() - began, time.process_time() - worked
        began = time.perf_counter()
        collections.search("warm up", "bench", 10)
        opened = time.perf_counter() - began
        known = {"passages": passages, "indexed_s": round(indexed, 1), "indexed_cpu_s": round(indexed_cpu, 1)}
        print(json.dumps({**known, "opened_s": round(opened, 2), **searched(collections, texts, queries)}))


def searched(collections: Collections, texts: list[str], queries: int) -> dict[str, float]:
    draw, seconds, worked, found = np.random.default_rng(1), [], [], 0
    for place in draw.integers(0, len(texts), queries):
        words = texts[place].split()
        query = " ".join(draw.choice(words, 8, replace=False))
        began, before = time.perf_counter(), time.process_time()
        hits = collections.search(query, "bench", 10)
        seconds.append(time.perf_counter() - began)
        worked.append(time.process_time() - before)
        found += texts[place] in [hit.document.text for hit in hits]
    ordered = sorted(seconds)
    return {
        "median_ms": round(statistics.median(seconds) * 1000, 1),
        "p95_ms": round(ordered[queries * 95 // 100] * 1000, 1),
        "median_cpu_ms": round(statistics.median(worked) * 1000, 1), "among_ten": found / queries,
    }  # fmt: skip


def written(count: int) -> list[str]:
    """Return passages of 40 to 100 words, drawn from the words that the embedder's vocabulary holds whole."""
    vocabulary = json.loads((MODELS / "minilm" / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    words = np.array([word for word in vocabulary if word.isalpha() and len(word) > 2])
    share = 1 / (np.arange(len(words)) + 10)
    draw = np.random.default_rng(0)
    lengths = draw.integers(40, 101, count)
    drawn = words[draw.choice(len(words), int(lengths.sum()), p=share / share.sum())]
    ends = np.cumsum(lengths)
    return [" ".join(drawn[end - length : end]) for end, length in zip(ends, lengths, strict=True)]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
