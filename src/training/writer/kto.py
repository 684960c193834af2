"""What people liked and disliked, learned with TRL's KTOTrainer.

    crm train feedback thumbs.jsonl && crm train kto thumbs.jsonl --base build/writer/sft/model

A row is {"prompt", "completion", "label"}: thumbs up is true. KTO compares with the model as it was, so a handful of
thumbs moves little; few rows, or rows all of one kind, are refused. Whether the result is better `crm train promote`
decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasets import Dataset
from tokenizers import Tokenizer
from transformers import AutoTokenizer
from trl import KTOConfig, KTOTrainer

from crm_copilot.errors import InputError
from training.writer import model, run
from training.writer.texts import rows
from training.writer.timed import Timed, begun, last_checkpoint, quiet, steps_of, timed_optimizer

_FEWEST = 8
_FORM = '{"prompt": text, "completion": text, "label": true|false}'


@dataclass(frozen=True, slots=True)
class Options:
    """How a run goes."""

    base: Path
    folder: Path
    minutes: float
    peak: float = 2e-5
    batch: int = 16
    context: int = 768
    beta: float = 0.1
    resume: bool = False
    steps: int | None = None
    checkpoint_minutes: float = 5.0
    seed: int = 0


def learn(file: Path, options: Options) -> Path:
    """Train the base on the thumbs of a file; return the folder of the result."""
    rated = read(file)
    writer = model.load(options.base)
    done = begun(options.folder) if options.resume else 0.0
    budget = run.Budget(options.minutes * 60, done)
    trainer = KTOTrainer(
        model=writer,
        ref_model=model.load(options.base),
        args=_config(rated, options, done),
        train_dataset=Dataset.from_list(rated),
        processing_class=AutoTokenizer.from_pretrained(options.base),
        optimizers=timed_optimizer(writer, options.peak, budget, options.steps),
        callbacks=[Timed(options.folder, budget, options.checkpoint_minutes)],
    )
    quiet(trainer).train(resume_from_checkpoint=last_checkpoint(options.folder) if options.resume else None)
    target = options.folder / "model"
    model.save(trainer.model, Tokenizer.from_file(str(options.base / "tokenizer.json")), target)
    return target


def read(file: Path) -> list[dict[str, Any]]:
    """Return the rows of a file; InputError for a row of another form, for too few, and for one kind alone."""
    found = [_row(row, f"{file}, row {number}") for number, row in enumerate(rows(file), 1)]
    up = sum(row["label"] for row in found)
    if len(found) < _FEWEST or not 0 < up < len(found):
        raise InputError(
            f"{file} has {up} thumbs up and {len(found) - up} down; KTO needs both, {_FEWEST} or more together"
        )
    return found


def _row(row: dict[str, Any], place: str) -> dict[str, Any]:
    if not isinstance(row.get("label"), bool) or not all(isinstance(row.get(k), str) for k in ("prompt", "completion")):
        raise InputError(f"{place}: expected {_FORM}; write the file with 'crm train feedback'")
    return {name: row[name] for name in ("prompt", "completion", "label")}


def _config(rated: Sequence[dict[str, Any]], options: Options, done: float) -> KTOConfig:
    """Both kinds weigh alike in the whole, however many there are of each."""
    up = sum(row["label"] for row in rated)
    down = len(rated) - up
    return KTOConfig(
        output_dir=str(options.folder),
        per_device_train_batch_size=min(options.batch, len(rated)),
        max_length=options.context,
        beta=options.beta,
        desirable_weight=max(1.0, down / up),
        undesirable_weight=max(1.0, up / down),
        max_steps=steps_of(options.steps),
        bf16=run.device().type == "cuda",
        use_cpu=run.device().type == "cpu",
        gradient_checkpointing=False,
        save_strategy="no",
        logging_steps=5,
        ignore_data_skip=True,
        data_seed=options.seed + int(done),
        seed=options.seed,
        report_to="none",
        disable_tqdm=True,
    )
