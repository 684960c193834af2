"""`crm train examples`: the corpus of the small model, made in several processes; `crm train check`: its plans."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()
_QUESTIONS = Path("evaluation/questions")
_CHECKED = Path("build/checked")
_NATURAL_TIMES = 4  # that each example of people's questions stands in the corpus: they are few, and the real thing


@dataclass(frozen=True, slots=True)
class Share:
    """What one process makes."""

    number: int
    count: int
    folder: Path
    questions: tuple[Path, ...]
    seed: int
    checked: float


@app.command("examples")
def examples(
    folder: Annotated[Path, typer.Argument(help="where train.jsonl, val.jsonl and test.jsonl are written")] = Path(
        "build/writer"
    ),
    count: Annotated[int, typer.Option(help="how many examples, all splits together", min=10)] = 130_000,
    questions: Annotated[Path, typer.Option(help="folder of question files that people wrote")] = _QUESTIONS,
    solved: Annotated[list[Path] | None, typer.Option(help="questions with functions, chat messages")] = None,
    checked: Annotated[
        float, typer.Option(help="part of the plans that are computed twice and compared", min=0, max=1)
    ] = 1.0,
    workers: Annotated[int, typer.Option(min=1)] = 2,
    seed: int = 0,
) -> None:
    """Make questions with their plans and functions; each plan's function is compared with SQL on a small company."""
    files = tuple(sorted(questions.glob("*.jsonl")))
    shares = [Share(n, count // workers, folder / f"part{n}", files, seed + n, checked) for n in range(workers)]
    with ProcessPoolExecutor(workers) as pool:
        for refused in pool.map(_make, shares):
            typer.echo(f"refused: {dict(refused.most_common(8))}", err=True)
    lines = _with_solved(solved or [])
    for split in ("train", "val", "test"):
        written = _merge([share.folder for share in shares], split, lines.get(split, []), folder, seed)
        typer.echo(f"{split}: {written} examples", err=True)


@app.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(help="examples, JSON lines, as 'crm train examples' writes them")],
    folder: Annotated[Path, typer.Option(help="where checked.jsonl and the small company are kept")] = _CHECKED,
    most: Annotated[int | None, typer.Option(help="how many plans, drawn at random, all calls together", min=1)] = None,
    again: Annotated[bool, typer.Option("--again", help="compute those anew that had a problem")] = False,
    seed: int = 0,
) -> None:
    """Compute every plan of a corpus twice, in pandas and in SQL; go on where an earlier call was broken off."""
    from training.examples.build import small_company
    from training.examples.check import Register, kinds, plans_of
    from training.examples.solve import Checker

    register = Register(folder / "checked.jsonl")
    plans = plans_of(files, seed)[:most]
    known = register.problems()
    register.check([plan for plan in plans if _is_due(plan, known, again)], Checker(small_company(folder)))
    typer.echo(json.dumps(kinds(register.problems()).most_common(), ensure_ascii=False))


def _is_due(plan: str, known: Mapping[str, str | None], again: bool) -> bool:
    return plan not in known or (again and known[plan] is not None)


def _make(share: Share) -> Counter[str]:
    from crm_copilot.bootstrap import House
    from crm_copilot.settings import load_settings
    from training.examples.build import open_corpus, write

    house = House(load_settings())
    try:
        corpus = open_corpus(house, share.questions, share.folder, share.seed, share.checked)
        write(corpus, share.folder, share.count)
    finally:
        house.close()
    return corpus.refused


def _with_solved(files: Sequence[Path]) -> dict[str, list[str]]:
    """Return the lines of functions that run, by split; those that do not are reported."""
    if not files:
        return {}
    from crm_copilot.bootstrap import House
    from crm_copilot.settings import load_settings
    from training.examples.solved import solved, split_of

    lines: dict[str, list[str]] = {}
    house = House(load_settings())
    try:
        for example in solved(files, house.sandbox):
            if example.problem:
                typer.echo(f"{example.id} is left out: {example.problem.splitlines()[0]}", err=True)
            else:
                lines.setdefault(split_of(example), []).append(json.dumps(example.line(), ensure_ascii=False) + "\n")
    finally:
        house.close()
    return lines


def _merge(parts: Sequence[Path], split: str, more: Sequence[str], folder: Path, seed: int) -> int:
    """Write the parts of a split as one file in a drawn order, each question once, people's questions several times."""
    lines = [*_once(part / f"{split}.jsonl" for part in parts), *more]
    if split == "train":
        lines += [line for line in lines if _is_natural(line)] * (_NATURAL_TIMES - 1)
    random.Random(seed).shuffle(lines)
    (folder / f"{split}.jsonl").write_text("".join(lines), "utf-8")
    return len(lines)


def _once(files: Iterator[Path]) -> Iterator[str]:
    seen: set[str] = set()
    for file in files:
        for line in file.read_text("utf-8").splitlines(keepends=True):
            question = json.loads(line)["question"]
            if question not in seen:
                seen.add(question)
                yield line


def _is_natural(line: str) -> bool:
    source = str(json.loads(line)["source"])
    return not source.startswith(("drawn", "written", "library", "solved"))
