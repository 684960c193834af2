"""`crm evaluate contacts`: ask about contacts with known truth, and report scopes and sentences without record."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from crm_copilot.bootstrap import House, bootstrap
from crm_copilot.errors import InputError
from crm_copilot.interfaces.console import progress
from evaluation.conversations.generator import questions
from evaluation.conversations.scoring import scope_is_right, sentences_without_record
from evaluation.conversations.truth import Asked, contacts_of, from_json

NUMBER, SEED = 100, 1
WRITTEN = tuple(Path(__file__).with_name(f"{name}.jsonl") for name in ("by_hand", "by_hand_2"))


def evaluate(as_json: bool) -> None:
    """Ask the generated questions and those written by hand, and report both on standard output."""
    with _house() as house:
        contacts = contacts_of(house.dataset)
        asked = {"generated": questions(contacts, NUMBER, SEED)} | {file.stem: read(file) for file in WRITTEN}
        found = {name: report(house, each, contacts) for name, each in asked.items()}
    _say(found, as_json)


def evaluate_file(
    written: Annotated[Path | None, typer.Argument(help="a file of questions with their truth")] = None,
    number: Annotated[int, typer.Option(help="questions that are generated where no file is given", min=4)] = NUMBER,
    seed: Annotated[int, typer.Option(help="of the generated questions")] = SEED,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON only")] = False,
    wrong: Annotated[bool, typer.Option("--wrong", help="list the questions whose scope was not right")] = False,
) -> None:
    """Ask other questions about contacts: `python -m evaluation.conversations --seed 2`."""
    with _house() as house:
        contacts = contacts_of(house.dataset)
        asked = read(written) if written else questions(contacts, number, seed)
        _say({str(written or f"seed {seed}"): report(house, asked, contacts, wrong=wrong)}, as_json)


@contextmanager
def _house() -> Iterator[House]:
    house = bootstrap()
    try:
        if "interactions" not in house.dataset.info.rows:
            raise InputError("the data in use have no interactions; load them, or use the demo company")
        yield house
    finally:
        house.close()


def report(house: House, asked: Sequence[Asked], contacts: pd.DataFrame, *, wrong: bool = False) -> dict[str, Any]:
    """Return how many scopes were right, by group, and the sentences that no record bears."""
    groups: dict[str, dict[str, int]] = {}
    unborne: list[str] = []
    with progress(len(asked)) as step:
        for each in asked:
            result = house.copilot.ask(each.question)["results"][0]
            right = scope_is_right(each, result, contacts)
            group = groups.setdefault(each.group, {"n": 0, "right": 0})
            group["n"] += 1
            group["right"] += int(right)
            unborne += sentences_without_record(result, contacts) if _is_of_contacts(result) else []
            if wrong and not right:
                sys.stderr.write(f"{each.group}: {each.question} -> {result['definition']} {result['answer'][:160]}\n")
            step()
    scopes = sum(group["right"] for group in groups.values())
    return {"questions": len(asked), "scope_right": scopes, "groups": groups, "sentences_without_record": unborne}


def _is_of_contacts(result: Mapping[str, Any]) -> bool:
    """Whether an answer was told from contacts; another kind of answer has a wrong scope already."""
    special = (result["plan"] or {}).get("special") or {}
    return special.get("name") == "what_was_said"


def read(file: Path) -> list[Asked]:
    """Return the questions of a file; raise InputError for one that cannot be read."""
    try:
        return [from_json(json.loads(line)) for line in file.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{file} cannot be read ({error}); give JSON lines with a question and its truth") from error


def _say(found: dict[str, dict[str, Any]], as_json: bool) -> None:
    text = json.dumps(found, ensure_ascii=False) if as_json else "\n".join(_text(*pair) for pair in found.items())
    sys.stdout.write(f"{text}\n")


def _text(name: str, found: dict[str, Any]) -> str:
    lines = [f"{name}: {found['scope_right']} of {found['questions']} scopes right"]
    lines += [f"  {group}: {n['right']} of {n['n']}" for group, n in found["groups"].items()]
    return "\n".join([*lines, f"  {len(found['sentences_without_record'])} sentences without their record"])
