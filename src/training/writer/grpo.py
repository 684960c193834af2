"""Reinforcement on executed results with TRL's GRPOTrainer: programs that run and are right become more probable.

    crm train grpo --base build/writer/sft/model --minutes 20

For each prompt a group of programs is sampled and run; the reward (`reward.py`) of each is compared with the group's.
Examples whose plan has no result to compare with are left out. Killed, a run goes on with `--resume`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasets import Dataset
from tokenizers import Tokenizer
from transformers import AutoTokenizer
from trl import GRPOConfig, GRPOTrainer

from crm_copilot.errors import InputError
from training.writer import model, run
from training.writer.reward import Reward
from training.writer.timed import Timed, begun, last_checkpoint, quiet, steps_of, timed_optimizer


@dataclass(frozen=True, slots=True)
class Options:
    """How a run goes: in each step `prompts` prompts with `group` programs for each."""

    base: Path
    folder: Path
    minutes: float
    peak: float = 3e-5
    prompts: int = 8
    group: int = 8
    written: int = 200
    temperature: float = 1.0
    beta: float = 0.0
    resume: bool = False
    steps: int | None = None
    checkpoint_minutes: float = 5.0
    seed: int = 0


def reinforce(rows: Sequence[dict[str, Any]], reward: Reward, options: Options) -> Path:
    """Train the base on what its programs do when they are run; return the folder of the result."""
    writer = model.load(options.base)
    tokenizer = AutoTokenizer.from_pretrained(options.base, padding_side="left")
    asked = dataset(rows, reward, options)
    done = begun(options.folder) if options.resume else 0.0
    budget = run.Budget(options.minutes * 60, done)
    trainer = GRPOTrainer(
        model=writer,
        reward_funcs=reward.executed,
        args=_config(options, done),
        train_dataset=asked,
        processing_class=tokenizer,
        optimizers=timed_optimizer(writer, options.peak, budget, options.steps),
        callbacks=[Timed(options.folder, budget, options.checkpoint_minutes)],
    )
    quiet(trainer).train(resume_from_checkpoint=last_checkpoint(options.folder) if options.resume else None)
    target = options.folder / "model"
    model.save(trainer.model, Tokenizer.from_file(str(options.base / "tokenizer.json")), target)
    return target


def _config(options: Options, done: float) -> GRPOConfig:
    return GRPOConfig(
        output_dir=str(options.folder),
        per_device_train_batch_size=options.prompts * options.group,
        num_generations=options.group,
        max_completion_length=options.written,
        temperature=options.temperature,
        beta=options.beta,
        max_steps=steps_of(options.steps),
        mask_truncated_completions=False,
        bf16=run.device().type == "cuda",
        use_cpu=run.device().type == "cpu",
        gradient_checkpointing=False,
        max_grad_norm=1.0,
        save_strategy="no",
        logging_steps=5,
        ignore_data_skip=True,
        data_seed=options.seed + int(done),
        seed=options.seed,
        report_to="none",
        disable_tqdm=True,
    )


def dataset(rows: Sequence[dict[str, Any]], reward: Reward, options: Options) -> Dataset:
    """Return prompts with the plan that each should compute, in an order of chance."""
    shuffled = random.Random(options.seed).sample(list(rows), len(rows))
    most = None if options.steps is None else options.steps * options.prompts
    found = list(_judged(shuffled, reward, most))
    if not found:
        raise InputError(f"none of {len(rows)} examples has a plan whose result can be computed; give others")
    return Dataset.from_list(found)


def _judged(rows: Sequence[dict[str, Any]], reward: Reward, most: int | None) -> Iterator[dict[str, str]]:
    left = most
    for row in rows:
        plan = json.dumps(row["plan"]) if row.get("plan") else ""
        if plan and reward.can_judge(plan):
            yield {"prompt": row["messages"][-2]["content"], "plan": plan}
            if left is not None and (left := left - 1) == 0:
                return
