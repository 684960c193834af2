"""Supervised fine-tuning on solved questions with TRL's SFTTrainer: the loss is that of the completion alone.

    crm train sft --base build/writer/pretrain/model                             the small model, whole
    crm train sft --base mistralai/Mistral-7B-Instruct-v0.3 --lora --merge       a large one, by an adapter

A base with a chat template is given the messages in that template; one without (ours) prompt and completion as they
are. Killed, a run goes on with `--resume`. Not covered: several machines.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, MistralForCausalLM
from trl import SFTConfig, SFTTrainer

from crm_copilot.errors import InputError, OperatorError
from training.writer import run
from training.writer.batches import IGNORED
from training.writer.precision import Precision, cast_to, use_bf16
from training.writer.texts import Pair
from training.writer.timed import Timed, begun, last_checkpoint, quiet, steps_of, timed_optimizer

_PARTS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


@dataclass(frozen=True, slots=True)
class Options:
    """How a run goes."""

    base: str
    folder: Path
    minutes: float
    peak: float = 5e-4
    batch: int = 64
    context: int = 768
    lora: bool = False
    qlora: bool = False
    rank: int = 16
    merge: bool = False
    resume: bool = False
    steps: int | None = None
    precision: Precision = "auto"
    checkpoint_minutes: float = 5.0
    plans_only: float = 0.0  # share of the examples of which only the first line is learned
    seed: int = 0


def finetune(train: Sequence[Pair], val: Sequence[Pair], options: Options) -> Path:
    """Fine-tune the base and return the folder of the result: the whole model, or the adapter."""
    check_quantisation(options)
    tokenizer = AutoTokenizer.from_pretrained(options.base)
    model = _adapted(_base(options), options)
    learned, measured = (dataset(tokenizer, pairs, options.context, options.plans_only) for pairs in (train, val))
    trainer = _trainer(model, tokenizer, learned, measured, options)
    quiet(trainer).train(resume_from_checkpoint=last_checkpoint(options.folder) if options.resume else None)
    trainer.evaluate()
    return _keep(trainer.model, tokenizer, options)


def check_quantisation(options: Options) -> None:
    """Raise OperatorError when 4-bit training is asked for where it cannot run."""
    if not options.qlora:
        return
    if not torch.cuda.is_available():
        raise OperatorError("--qlora needs an NVIDIA GPU, and none is here; use --lora, or run it where there is one")
    if importlib.util.find_spec("bitsandbytes") is None:
        raise OperatorError("--qlora needs bitsandbytes, which is not installed; install it: pip install bitsandbytes")


def _base(options: Options) -> Any:
    quantisation = None
    if options.qlora:
        from transformers import BitsAndBytesConfig

        quantisation = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16
        )
    try:
        return AutoModelForCausalLM.from_pretrained(
            options.base, dtype=_dtype(options), quantization_config=quantisation, attn_implementation="sdpa"
        )
    except (OSError, ValueError) as error:
        raise InputError(
            f"the base {options.base!r} cannot be loaded ({error}); expected a folder or a hub name"
        ) from (error)


def _dtype(options: Options) -> torch.dtype:
    """Weights that are trained are fp32; frozen ones on a GPU may be half as large."""
    frozen = options.lora or options.qlora
    return torch.bfloat16 if frozen and torch.cuda.is_available() else torch.float32


def _adapted(model: Any, options: Options) -> Any:
    if not (options.lora or options.qlora):
        return model
    from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training

    if options.qlora:
        model = prepare_model_for_kbit_training(model)
    adapter = LoraConfig(
        r=options.rank,
        lora_alpha=2 * options.rank,
        lora_dropout=0.05,
        target_modules=list(_PARTS),
        task_type="CAUSAL_LM",
    )
    return get_peft_model(model, adapter)


def dataset(tokenizer: Any, pairs: Sequence[Pair], context: int, plans_only: float = 0.0) -> Dataset:
    """Return the pairs as ids and labels; those longer than the context are left out.

    Of the share `plans_only` only the first line of the completion is kept.
    """
    cut = np.random.default_rng(1).random(len(pairs)) < plans_only
    found = (_row(tokenizer, pair, bool(short)) for pair, short in zip(pairs, cut, strict=True))
    rows = [ids for ids in found if len(ids[0]) <= context]
    if not rows:
        raise InputError(f"none of {len(pairs)} examples fits into {context} tokens; give a larger --context")
    return Dataset.from_dict(
        {
            "input_ids": [ids for ids, _ in rows],
            "labels": [labels for _, labels in rows],
            "length": [len(ids) for ids, _ in rows],
        }
    )


def _row(tokenizer: Any, pair: Pair, short: bool) -> tuple[list[int], list[int]]:
    if not short:
        return ids_and_labels(tokenizer, pair)
    return ids_and_labels(tokenizer, Pair(pair.prompt, pair.completion.partition("\n")[0]))


def ids_and_labels(tokenizer: Any, pair: Pair) -> tuple[list[int], list[int]]:
    """Return the ids of a pair as it is served, and labels that ignore the prompt."""
    if tokenizer.chat_template:
        asked = [{"role": "user", "content": pair.prompt}]
        prompt = tokenizer.apply_chat_template(asked, add_generation_prompt=True, return_dict=False)
        solved = [*asked, {"role": "assistant", "content": pair.completion}]
        whole = tokenizer.apply_chat_template(solved, return_dict=False)
        completion = whole[len(prompt) :]
    else:
        prompt = [tokenizer.bos_token_id, *tokenizer.encode(pair.prompt, add_special_tokens=False)]
        completion = [*tokenizer.encode(pair.completion, add_special_tokens=False), tokenizer.eos_token_id]
    return [*prompt, *completion], [IGNORED] * len(prompt) + completion


class _Collator:
    """Pads on the right. The mask is all ones: with causal attention nothing looks at what comes after it."""

    def __init__(self, pad: int) -> None:
        self.pad = pad

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, torch.Tensor]:
        width = max(len(row["input_ids"]) for row in rows)
        ids = [[*row["input_ids"], *[self.pad] * (width - len(row["input_ids"]))] for row in rows]
        labels = [[*row["labels"], *[IGNORED] * (width - len(row["labels"]))] for row in rows]
        found = torch.tensor(ids)
        return {"input_ids": found, "attention_mask": torch.ones_like(found), "labels": torch.tensor(labels)}


class Frugal(SFTTrainer):  # type: ignore[misc, unused-ignore]
    """SFTTrainer with the output layer computed where there is a label alone: twice as fast for a small Mistral."""

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Return the mean loss of a labelled token."""
        wanted = inputs["labels"][:, 1:]
        counted = wanted != IGNORED
        with cast_to(wanted.device, self.args.bf16):
            hidden = model.model(input_ids=inputs["input_ids"], use_cache=False).last_hidden_state
            logits = model.lm_head(hidden[:, :-1][counted]).float()
        loss = torch.nn.functional.cross_entropy(logits, wanted[counted], reduction="sum")
        right = (logits.detach().argmax(dim=-1) == wanted[counted]).float().mean()
        self._metrics["train" if self.model.training else "eval"]["mean_token_accuracy"].append(float(right))
        return loss / (counted.sum() if num_items_in_batch is None else num_items_in_batch)


def _trainer(model: Any, tokenizer: Any, train: Dataset, val: Dataset, options: Options) -> SFTTrainer:
    device = run.device()
    bf16 = use_bf16(model.to(device) if not options.qlora else model, device, options.precision)
    done = begun(options.folder) if options.resume else 0.0
    budget = run.Budget(options.minutes * 60, done)
    config = SFTConfig(
        output_dir=str(options.folder),
        per_device_train_batch_size=options.batch,
        per_device_eval_batch_size=options.batch,
        max_steps=steps_of(options.steps),
        bf16=bf16,
        use_cpu=device.type == "cpu",
        gradient_checkpointing=device.type == "cuda" and (options.lora or options.qlora),
        max_grad_norm=1.0,
        train_sampling_strategy="group_by_length",
        remove_unused_columns=False,
        dataset_kwargs={"skip_prepare_dataset": True},
        eval_strategy="no",
        save_strategy="no",
        logging_steps=20,
        ignore_data_skip=True,
        data_seed=options.seed + int(done),
        seed=options.seed,
        report_to="none",
        disable_tqdm=True,
    )
    trainer = Frugal if isinstance(model, MistralForCausalLM) else SFTTrainer
    return trainer(
        model=model,
        args=config,
        train_dataset=train,
        eval_dataset=val.select(range(min(len(val), 1000))),
        processing_class=tokenizer,
        data_collator=_Collator(
            tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
        ),
        optimizers=timed_optimizer(model, options.peak, budget, options.steps),
        callbacks=[Timed(options.folder, budget, options.checkpoint_minutes)],
    )


def _keep(model: Any, tokenizer: Any, options: Options) -> Path:
    """Save what came of it: the adapter beside the merged model, or the model."""
    target = options.folder / "model"
    if options.lora or options.qlora:
        model.save_pretrained(options.folder / "adapter")
        if not options.merge:
            return options.folder / "adapter"
        model = merged(options) if options.qlora else model.merge_and_unload()
    model.save_pretrained(target)
    tokenizer.save_pretrained(target)
    return target


def merged(options: Options) -> Any:
    """Return the base in full precision with the saved adapter in it; what was quantised is not merged into."""
    from peft import PeftModel

    base = AutoModelForCausalLM.from_pretrained(options.base, dtype=torch.bfloat16)
    return PeftModel.from_pretrained(base, options.folder / "adapter").merge_and_unload()
