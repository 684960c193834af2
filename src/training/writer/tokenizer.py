"""The writer's own tokenizer: byte-level BPE in which code takes few tokens and values can be copied.

    crm train tokenizer build/writer/train.jsonl

A function of 200 tokens of an ordinary vocabulary becomes about 50 here, because merges may run across words and
punctuation within one line of code (`    result = result.sort_values([` can be one token). They never run across the
end of a line, the quotes of a value, a name in double quotes or a group of digits; and a prompt, like the inside of a
single-quoted value, is cut into words. So a value has the same tokens where it is read and where it is written.

Not covered: special tokens in the text. Whoever encodes what a user typed sets `encode_special_tokens`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from crm_copilot.errors import InputError

PAD, START, END = SPECIAL = "<pad>", "<s>", "</s>"
# What the prompt ends with: the line after it is the first of the completion.
ARROW = "=>\n"
VOCABULARY = 6000

# A line of code with the line break before it; the break after the prompt belongs to the prompt.
_CODE_LINE = r"(?:\A|(?<==>\n)|(?<!=>)\n)(?:def |import | {4})[^\n]*"
_DIGITS = r"\d{4}(?!\d)|\d{1,3}"
_WORD = r" ?[\p{L}\p{M}_]+"
_MARKS = r" ?'| ?[^\s\p{L}\p{M}\d_']+|[^\S\n]+|\n"
_MONTH_OR_DAY = r"(?<=\d)-\d{2}(?!\d)"
_LINES = rf"{_CODE_LINE}|{_MONTH_OR_DAY}|{_DIGITS}|{_WORD}|{_MARKS}"
# Within a line of code: an odd number of single quotes to the end of the line means "inside a value".
_INSIDE = r"(?=[^'\n]*'(?:[^'\n]*'[^'\n]*')*[^'\n]*\z)"
_VALUE = rf" ?'|{_MONTH_OR_DAY}|\A-\d{{2}}\z|{_WORD}{_INSIDE}| ?[^\s\p{{L}}\p{{M}}\d_']+{_INSIDE}"
_NAME = r'"[^"\n]*"'
_PIECES = rf"{_VALUE}|{_NAME}|{_DIGITS}|[^'\d\"]+"


def train(texts: Iterable[str], vocabulary: int = VOCABULARY) -> Tokenizer:
    """Learn a vocabulary of that many tokens from `texts`, prompts followed by their completions."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_LINES), "isolated"),
            pre_tokenizers.Split(Regex(_PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        min_frequency=2,
        show_progress=False,
    )
    tokenizer.train_from_iterator(_with_numbers(texts), trainer)
    start = tokenizer.token_to_id(START)
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{START} $A", special_tokens=[(START, start)])
    return tokenizer


def _with_numbers(texts: Iterable[str]) -> Iterator[str]:
    """Every year, month, day and small number is a token, whether or not the examples happen to hold it."""
    yield from texts
    dates = [f"{year}-{number:02d}" for year in range(1995, 2040) for number in range(1, 32)]
    yield from ("\n".join([*dates, *map(str, range(100))]) for _ in range(100))


def wrapped(tokenizer: Tokenizer, context: int = 768) -> Any:
    """Return the tokenizer as transformers uses it."""
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=START,
        eos_token=END,
        pad_token=PAD,
        model_max_length=context,
        clean_up_tokenization_spaces=False,
    )


def special(tokenizer: Tokenizer, name: str) -> int:
    """Return the id of a special token; InputError when the tokenizer is not one of the writer's."""
    found: int | None = tokenizer.token_to_id(name)
    if found is None:
        raise InputError(f"the tokenizer has no token {name}; make one with 'crm train tokenizer'")
    return found


def mean_tokens(tokenizer: Tokenizer, texts: Iterable[str]) -> float:
    """Return how many tokens a text takes on the average."""
    counts = [len(found.ids) for found in tokenizer.encode_batch(list(texts), add_special_tokens=False)]
    return sum(counts) / max(1, len(counts))


def load(folder: Path) -> Tokenizer:
    """Read the tokenizer of a folder; InputError when there is none."""
    if not (folder / "tokenizer.json").is_file():
        raise InputError(f"{folder} holds no tokenizer.json; make one: crm train tokenizer --folder {folder}")
    return Tokenizer.from_file(str(folder / "tokenizer.json"))
