"""The embedded model: what the library reads and what the small model writes, side by side.

The library's candidate carries how sure its reading is. The writer's candidates share one belief among them, each as
much as it was written often; candidates whose results agree are counted together by the judge.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace

from crm_copilot.domain import Attempt, Context, Program
from crm_copilot.errors import InputError
from crm_copilot.llm.runtime import Generation
from crm_copilot.llm.writer import Writer
from crm_copilot.llm.writing import program_of, prompt_of
from crm_copilot.ports import CodeModel

log = logging.getLogger(__name__)


class WriterModel:
    """The small model alone."""

    name = "writer"

    def __init__(self, writer: Writer, candidates: int) -> None:
        self._writer, self._candidates = writer, candidates

    def write(self, context: Context, attempts: Sequence[Attempt]) -> Sequence[Program]:
        """Return the different programs among its completions, the greedy one first, without those tried before."""
        texts = self._writer.generate(prompt_of(context, attempts), self._candidates, seed=len(attempts))
        return [program for program in _different(texts) if program.code not in _tried(attempts)]


class EmbeddedModel:
    """The library first, the small model beside it."""

    name = "embedded"

    def __init__(self, library: CodeModel, writer: CodeModel) -> None:
        self._library, self._writer = library, writer

    def write(self, context: Context, attempts: Sequence[Attempt]) -> Sequence[Program]:
        """Return the candidates of both; none for what the data do not hold.

        Raises ModelUnavailable when the model is damaged, InputError when only it could answer and cannot read so much.
        """
        if context.reading is not None and context.reading.scope:
            return []
        read = list(self._library.write(context, attempts))
        try:
            return _together(read, self._writer.write(context, attempts))
        except InputError as error:
            if not read:
                raise
            log.warning("answered by the library alone: %s", error)
            return read


def _different(texts: Sequence[Generation]) -> list[Program]:
    """Return each program once, its prior the share of the completions that wrote it."""
    found = [program_of(text.text, text.logprob) for text in texts if text.complete]
    programs = [program for program in found if program is not None]
    codes = [program.code for program in programs]
    first = {program.code: program for program in reversed(programs)}
    return [replace(first[code], prior=codes.count(code) / len(texts)) for code in dict.fromkeys(codes)]


def _together(read: Sequence[Program], written: Sequence[Program]) -> list[Program]:
    """Return both, the library's first; what both wrote is the library's, believed for both reasons."""
    shares = {program.code: program.prior for program in written}
    codes = {program.code for program in read}
    both = [replace(program, prior=min(1.0, program.prior + shares.get(program.code, 0.0))) for program in read]
    return [*both, *(program for program in written if program.code not in codes)]


def _tried(attempts: Iterable[Attempt]) -> set[str]:
    return {program.code for attempt in attempts for program in attempt.programs}
