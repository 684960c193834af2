"""`crm evaluate-conversations`: ask about contacts with known truth, and report scopes and sentences without record."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from crm_copilot.bootstrap import House, bootstrap
from crm_copilot.errors import InputError
from crm_copilot.interfaces.console import progress
from evaluation.conversations.generator import questions
from evaluation.conversations.scoring import scope_is_right, sentences_without_record
from evaluation.conversations.truth import Asked, contacts_of, from_json

WRITTEN = Path(__file__).with_name("by_hand.jsonl")


def evaluate_conversations(
    number: Annotated[int, typer.Option(help="questions that are generated", min=4)] = 100,
    seed: Annotated[int, typer.Option(help="of the generated questions")] = 1,
    written: Annotated[Path | None, typer.Option(help="a file of questions in place of generated ones")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON only")] = False,
    wrong: Annotated[bool, typer.Option("--wrong", help="list the questions whose scope was not right")] = False,
) -> None:
    """Ask generated questions about what was said to whom; `--written` asks those of a file."""
    house = bootstrap()
    try:
        if "interactions" not in house.dataset.info.rows:
            raise InputError("the data in use have no interactions; load them, or use the demo company")
        found = _report(house, _read(written) if written else None, number, seed, wrong)
    finally:
        house.close()
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n" if as_json else _text(found))


def _report(house: House, given: Sequence[Asked] | None, number: int, seed: int, wrong: bool) -> dict[str, Any]:
    contacts = contacts_of(house.dataset)
    asked = given if given is not None else questions(contacts, number, seed)
    groups: dict[str, dict[str, int]] = {}
    unborne: list[str] = []
    with progress(len(asked)) as step:
        for each in asked:
            result = house.copilot.ask(each.question)["results"][0]
            right = scope_is_right(each, result, contacts)
            group = groups.setdefault(each.group, {"n": 0, "right": 0})
            group["n"] += 1
            group["right"] += int(right)
            unborne += sentences_without_record(result, contacts)
            if wrong and not right:
                sys.stderr.write(f"{each.group}: {each.question} -> {result['definition']} {result['answer'][:160]}\n")
            step()
    scopes = sum(group["right"] for group in groups.values())
    return {"questions": len(asked), "scope_right": scopes, "groups": groups, "sentences_without_record": unborne}


def _read(file: Path) -> list[Asked]:
    try:
        return [from_json(json.loads(line)) for line in file.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{file} cannot be read ({error}); give JSON lines with a question and its truth") from error


def _text(found: dict[str, Any]) -> str:
    lines = [f"{found['scope_right']} of {found['questions']} scopes right"]
    lines += [f"  {name}: {group['right']} of {group['n']}" for name, group in found["groups"].items()]
    lines.append(f"{len(found['sentences_without_record'])} sentences without their record")
    return "\n".join(lines) + "\n"
