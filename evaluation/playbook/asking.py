"""Ask the questions of `questions.jsonl` over the clients and the rules beside it, and hold the answers to their gold.

{"id", "question", "thread"?, "lang"?, "status"?: "declined", "client"?: id of the record that is a source,
 "rules"?: [words of each rule that is a source, and no other is], "has"?/"not"?: [words of the answer],
 "offer"?/"avoid"?: [exactly these names, of rules with conditions], "names"?: [exactly these clients],
 "value"?: a cell, "rows"?: count}

python -m evaluation.playbook.asking [QUESTIONS.jsonl]
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crm_copilot.bootstrap import House
from crm_copilot.copilot import Copilot
from crm_copilot.data import demo
from crm_copilot.settings import load_settings

HERE = Path(__file__).parent
_ORDERS = 300
Entry = Mapping[str, Any]


@contextmanager
def opened(clients: Path = HERE / "clients.json", rules: Path = HERE / "rules.md") -> Iterator[House]:
    """Open a house of its own over a small generated company with these clients and this playbook."""
    with tempfile.TemporaryDirectory() as made:
        files = Path(made) / "files"
        demo.generate(files, orders=_ORDERS)
        for optional in ("clients.csv", "interactions.csv"):
            (files / optional).unlink(missing_ok=True)
        shutil.copy(clients, files / "clients.json")
        house = House(load_settings(env_file=None, home=Path(made) / "home", data_dir=files, model="library"))
        try:
            house.collections.add(rules, "playbook")
            yield house
        finally:
            house.close()


def load(file: Path = HERE / "questions.jsonl") -> list[Entry]:
    """Return the questions of a file in order."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def ask(copilot: Copilot, entries: Sequence[Entry]) -> Iterator[tuple[Entry, list[str]]]:
    """Yield each question with what is wrong about its answer; those of a thread are one conversation."""
    threads: dict[str, str] = {}
    for entry in entries:
        name = str(entry.get("thread") or entry["id"])
        answer = copilot.ask(str(entry["question"]), thread=threads.get(name))
        threads[name] = str(answer["thread"])
        yield entry, faults(entry, answer)


def faults(entry: Entry, answer: Mapping[str, Any]) -> list[str]:
    """Return what an answer lacks or has too much, nothing when it is right."""
    result, text = answer["results"][0], str(answer["answer"])
    found = [] if len(answer["results"]) == 1 else [f"{len(answer['results'])} results"]
    if answer["status"] != entry.get("status", "answered"):
        found.append(f"status {answer['status']}")
    found += [f"lacks {word!r}" for word in entry.get("has", ()) if word not in text]
    found += [
        f"says {word!r}" for word in entry.get("not", ()) if word in text.replace("\n", " ").split("What applies")[0]
    ]
    return [*found, *_wrong_sources(entry, result["sources"]), *_wrong_rows(entry, result)]


def _wrong_sources(entry: Entry, sources: Sequence[Mapping[str, str]]) -> Iterator[str]:
    if "client" in entry and entry["client"] not in [s["id"] for s in sources if s["kind"] == "client"]:
        yield f"record {entry['client']} is no source"
    quoted = [source["text"] for source in sources if source["kind"] == "playbook"]
    if "rules" in entry:
        yield from (
            f"rule {rule!r} is no source" for rule in entry["rules"] if not any(rule in text for text in quoted)
        )
        yield from (f"rule too much: {t!r}" for t in quoted if not any(rule in t for rule in entry["rules"]))


def _wrong_rows(entry: Entry, result: Mapping[str, Any]) -> Iterator[str]:
    rows = [dict(zip(result["columns"], row, strict=True)) for row in result["rows"]]
    for key in ("offer", "avoid"):
        own = [row for row in rows if str(row.get("says", "")).startswith(key) and row["because"]]
        named = {str(row["what"]) for row in own}
        if key in entry and named != set(entry[key]):
            yield f"{key} {sorted(named)}"
    names = [row.get("client_name") for row in rows]
    if "names" in entry and sorted(map(str, names)) != sorted(entry["names"]):
        yield f"clients {names}"
    if "value" in entry and entry["value"] not in [value for row in rows for value in row.values()]:
        yield f"rows {rows}"
    if "rows" in entry and len(rows) != entry["rows"]:
        yield f"{len(rows)} rows"


def main(files: Sequence[Path]) -> int:
    """Ask every question of the files (those that ship when none is given); return how many were wrong."""
    entries = [entry for file in files or [HERE / "questions.jsonl"] for entry in load(file)]
    wrong = 0
    with opened() as house:
        for entry, found in ask(house.copilot, entries):
            wrong += bool(found)
            if found:
                sys.stderr.write(f"{entry['id']} {entry['question']}: {'; '.join(found)}\n")
    sys.stdout.write(json.dumps({"questions": len(entries), "right": len(entries) - wrong}) + "\n")
    return wrong


if __name__ == "__main__":
    raise SystemExit(main([Path(name) for name in sys.argv[1:]]) > 0)
