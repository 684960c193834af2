"""Put a new small model into use, or the one before it back.

    CRM_HOME/models/writer            a link to the model in use; without it the one that ships is
    CRM_HOME/models/writers/0001-…/   every model that was promoted, numbered, with the record of its promotion

What ships is never written over. A model is copied beside the others and checked there; then one rename of a link puts
it into use, so that a process sees the old model or the new one and never half of either.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from crm_copilot.bootstrap import House
from crm_copilot.data import Dataset
from crm_copilot.errors import Busy, InputError
from crm_copilot.interfaces.console import progress
from crm_copilot.llm import weights
from crm_copilot.prompts import WRITER_VERSION
from crm_copilot.settings import Settings
from evaluation.questions import Question
from evaluation.replay import frozen, replay
from evaluation.run import Outcome
from training.gate import MOST_WRONG, Comparison, compare

RECORD = "promotion.json"
Evaluate = Callable[[Path], Sequence[Outcome]]
"""Asks the frozen set of the model in a folder; a folder without one means the library alone."""


def asked(
    settings: Settings, load: Callable[[Dataset], Sequence[Question]] = frozen, how: str = "embedded"
) -> Evaluate:
    """Return what asks the questions of a model, beside the library or alone, and without confirmed examples."""
    own = settings.model_copy(update={"model": how, "learned_examples": False})

    def outcomes(folder: Path) -> Sequence[Outcome]:
        house = House(own, folder)
        try:
            questions = load(house.dataset)
            with progress(len(questions)) as step:
                return replay(house, questions, step)
        finally:
            house.close()

    return outcomes


def promote(candidate: Path, settings: Settings, evaluate: Evaluate, most_wrong: float = MOST_WRONG) -> Comparison:
    """Put a candidate into use if it is better than what is in use; say how they compare.

    Raises ModelUnavailable for a folder that holds no whole model, InputError for the model that is in use already.
    """
    weights.check(candidate, WRITER_VERSION)
    with _alone(settings):
        present = settings.writer_dir
        if not weights.absent(present) and _sum(candidate) == _sum(present):
            raise InputError(f"{candidate} holds the model that is in use already; give another one")
        found = compare(evaluate(present), evaluate(candidate), most_wrong)
        if found.accepted:
            _use(settings, _kept(candidate, settings, found))
        return found


def rollback(settings: Settings) -> Path:
    """Put back what was in use before the last promotion, and return its folder.

    Raises InputError when nothing was promoted, ModelUnavailable when that model is no longer whole.
    """
    with _alone(settings):
        link = _link(settings)
        if not link.is_symlink():
            raise InputError(
                f"no model was promoted: the one that ships ({settings.writer_dir}) is in use; promote one with"
                " 'crm train promote FOLDER'"
            )
        previous = _record(link.resolve())["previous"]
        if previous is None:
            link.unlink()
        else:
            weights.check(link.parent / "writers" / previous, WRITER_VERSION)
            _use(settings, link.parent / "writers" / previous)
        return settings.writer_dir


def _kept(candidate: Path, settings: Settings, found: Comparison) -> Path:
    """Copy a model beside the others, with the record of its promotion; return its folder."""
    link = _link(settings)
    others = link.parent / "writers"
    others.mkdir(parents=True, exist_ok=True)
    previous = link.resolve().name if link.is_symlink() else None
    record = {"previous": previous, "promoted": datetime.now(UTC).isoformat(timespec="seconds"), **found.to_json()}
    with tempfile.TemporaryDirectory(dir=others) as made:
        new = Path(shutil.copytree(candidate, Path(made) / "new"))
        weights.check(new, WRITER_VERSION)
        (new / RECORD).write_text(json.dumps(record, indent=2) + "\n", "utf-8")
        return new.rename(others / f"{_next(others):04}-{_sum(new)[:8]}")


def _next(others: Path) -> int:
    return 1 + max((int(folder.name[:4]) for folder in others.glob("[0-9][0-9][0-9][0-9]-*")), default=0)


def _use(settings: Settings, folder: Path) -> None:
    link = _link(settings)
    new = link.with_name("writer.new")
    new.unlink(missing_ok=True)
    new.symlink_to(Path("writers") / folder.name, target_is_directory=True)
    os.replace(new, link)


def _link(settings: Settings) -> Path:
    return settings.home_dir / "models" / "writer"


def _sum(folder: Path) -> str:
    """Return a checksum of what a folder holds."""
    files = json.loads((folder / weights.MANIFEST).read_bytes())["files"]
    text = json.dumps([(name, files[name]["sha256"]) for name in sorted(files)])
    return hashlib.sha256(text.encode()).hexdigest()


def _record(folder: Path) -> dict[str, Any]:
    file = folder / RECORD
    try:
        return dict(json.loads(file.read_bytes()))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{file} cannot be read ({error}), so what was in use before is not known; remove the link"
            f" {folder.parent.parent / 'writer'} to use the model that ships"
        ) from error


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Let one promotion run at a time: it lasts minutes, and compares with what is in use."""
    (settings.home_dir / "models").mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(settings.home_dir / "models" / "promotion.lock", timeout=0):
            yield
    except Timeout as error:
        raise Busy("another promotion is running; try again when it has ended") from error
