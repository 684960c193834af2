"""The corpus: drawn, written and natural questions with their solutions, split, as chat messages in JSON lines.

    train.jsonl, val.jsonl, test.jsonl   {"id", "question", "language", "source", "template", "plan", "messages"}

A template (a frame of the grammar, a plan with its wordings, a question that a person wrote) lies in one split with
everything made from it.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as arrow

from crm_copilot.bootstrap import House
from crm_copilot.data import demo, ensure
from crm_copilot.library import codec
from crm_copilot.library.functions import library
from crm_copilot.library.render import why_not
from training.agreement import Company
from training.examples.natural import HELD_OUT, asked, natural, varied
from training.examples.noise import roughened
from training.examples.shapes import draw
from training.examples.solve import Checker, Example, message_line
from training.examples.values import Values
from training.examples.words import ask
from training.examples.written import ask_written

SPLITS = ("train", "val", "test")
# Shares of the corpus by source; drawn questions are cheap, those that people wrote are closer to what is asked.
SHARES: Mapping[str, float] = {
    "drawn-en": 0.28, "drawn-pt": 0.15, "written-en": 0.17, "written-pt": 0.11, "natural": 0.26, "library": 0.03,
}  # fmt: skip
_ORDERS = 1500  # of the demo company on which every plan is computed twice


@dataclass
class Corpus:
    """What examples are made from, and which were refused, by reason."""

    house: House
    values: Values
    checker: Checker
    written: Sequence[Example]
    rng: random.Random
    checked: float = 1.0
    refused: Counter[str] = field(default_factory=Counter)

    def examples(self) -> Iterator[Example]:
        """Yield checked examples without end, each question once."""
        makers: Mapping[str, Callable[[], Example | None]] = {
            "drawn-en": lambda: self._drawn("en"), "drawn-pt": lambda: self._drawn("pt"),
            "written-en": lambda: self._written("en"), "written-pt": lambda: self._written("pt"),
            "natural": self._natural, "library": self._titled,
        }  # fmt: skip
        seen: set[str] = set()
        while True:
            source = self.rng.choices([*SHARES], list(SHARES.values()))[0]
            made = makers[source]()
            if made and made.question not in seen and self._is_sound(made):
                seen.add(made.question)
                yield made

    def _is_sound(self, made: Example) -> bool:
        """Whether the plan's two computations agree; `checked` is the part of them that is computed."""
        if self.rng.random() > self.checked:
            return True
        problem = self.checker.problem(made.plan)
        if problem:
            self.refused[problem.partition(":")[0]] += 1
        return problem is None

    def _drawn(self, language: str) -> Example | None:
        made = draw(self.rng, self.values)
        if why_not(made.plan):
            return None
        try:
            text, template = ask(made, language, self.rng)
        except KeyError:
            return None
        return Example(text, language, made.plan, f"drawn-{language}", template)

    def _written(self, language: str) -> Example | None:
        try:
            text, template, made = ask_written(language, self.rng, self.values)
        except KeyError:
            return None
        return None if why_not(made.plan) else Example(text, language, made.plan, f"written-{language}", template)

    def _natural(self) -> Example | None:
        example = self.rng.choice(self.written)
        return varied(example, self.house, self.values, self.rng) if self.rng.random() < 0.9 else example

    def _titled(self) -> Example:
        function, language = self.rng.choice(library()), self.rng.choice(("en", "pt"))
        title = function.title if language == "en" else function.title_pt
        text = roughened(title, language, self.rng)
        return Example(text, language, function.plan, "library", f"library:{function.id}")


def open_corpus(house: House, files: Sequence[Path], folder: Path, seed: int, checked: float) -> Corpus:
    """Return the corpus over the house's data; the checks are computed on a small company under `folder`."""
    counts = {name: values for columns in house.dataset.values.values() for name, values in columns.items()}
    values = Values(counts, house.calendar.first, house.calendar.last)
    written = [*_written_by_people(house, files, folder / "natural.jsonl"), *asked()]
    return Corpus(house, values, Checker(small_company(folder)), written, random.Random(seed), checked)


def _written_by_people(house: House, files: Sequence[Path], kept: Path) -> list[Example]:
    """Return the natural examples; they are computed once and kept, since every gold of every question is run."""
    if not kept.exists():
        lines = [json.dumps({**asdict(e), "plan": codec.to_json(e.plan)}) for e in natural(house, files)]
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text("\n".join(lines), "utf-8")
    found = map(json.loads, kept.read_text("utf-8").splitlines())
    return [Example(**{**line, "plan": codec.from_json(line["plan"])}) for line in found]


def small_company(folder: Path) -> Company:
    """Return a small demo company to compute on, made under a folder."""
    files = folder / "files"
    if not files.exists():
        demo.generate(files, orders=_ORDERS)
    data = ensure(folder / "home", files)
    frames = {name: arrow.ipc.open_file(path).read_all().to_pandas() for name, path in data.frames.items()}
    connection = data.connect()
    connection.execute("set threads to 1")
    return Company(data, frames, connection)


def split_of(template: str) -> str:
    """Return the split of a template: 80, 10 and 10 in a hundred by its checksum; the latest sets are for testing."""
    if template.partition(":")[0] in HELD_OUT:
        return "test"
    place = int(hashlib.sha256(template.encode()).hexdigest()[:8], 16) % 10
    return "val" if place == 0 else "test" if place == 1 else "train"


def write(corpus: Corpus, folder: Path, count: int, step: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Write `count` examples, all splits together, and return how many each split got."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: (folder / f"{name}.jsonl").open("w", encoding="utf-8") for name in SPLITS}
    written = dict.fromkeys(SPLITS, 0)
    examples = corpus.examples()
    while sum(written.values()) < count:
        example = next(examples)
        line = message_line(sum(written.values()), example, corpus.house, corpus.rng)
        if line is not None:
            name = split_of(example.template)
            files[name].write(json.dumps(line, ensure_ascii=False) + "\n")
            written[name] += 1
            step()
    for file in files.values():
        file.close()
    return written
