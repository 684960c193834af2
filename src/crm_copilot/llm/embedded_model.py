"""The embedded model: what the library reads and what the small model writes, side by side.

The small model is asked twice: knowing what the library read ("draft"), and not knowing it ("free", with further tries
drawn beside the greedy one). It says in one line what is to be computed, and the library writes that out as a verified
function; a line that is no plan is not used. Who wrote a candidate is kept as its voices, with what the verifier makes
of its words; from them the judge computes how probable it is that their common result is right.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from crm_copilot.domain import CONFIRMED, VERIFIED, Attempt, Context, Program, together
from crm_copilot.errors import InputError
from crm_copilot.library import notation
from crm_copilot.llm.library_model import written_out
from crm_copilot.llm.runtime import Generation
from crm_copilot.llm.told_model import asks_a_tool
from crm_copilot.llm.verifier import Verifier
from crm_copilot.llm.writer import Writer
from crm_copilot.llm.writing import SOURCE, evidence_of, program_of, prompt_of
from crm_copilot.ports import CodeModel
from crm_copilot.understanding.evidence import Evidence

log = logging.getLogger(__name__)
_MOST_RUN = 5  # different programs that are run for one attempt
_LINE_TOKENS = 80


class WriterModel:
    """The small model alone: it writes whole functions, or the line of a plan, which the library writes out."""

    name = "writer"

    def __init__(self, writer: Writer, candidates: int) -> None:
        self.writer, self.candidates = writer, candidates

    def write(self, context: Context, attempts: Sequence[Attempt]) -> Sequence[Program]:
        """Return the different programs among its completions, the greedy one first, without those tried before."""
        texts = self.writer.generate(prompt_of(context, attempts), self.candidates, seed=len(attempts))
        return [program for program in _different(context, texts) if program.code not in _tried(attempts)]


class EmbeddedModel:
    """The library first, the small model beside it."""

    name = "embedded"

    def __init__(self, library: CodeModel, writer: WriterModel, verifier: Verifier | None = None) -> None:
        self._library, self._writer, self._verifier = library, writer, verifier

    def write(self, context: Context, attempts: Sequence[Attempt]) -> Sequence[Program]:
        """Return the candidates of both; none for what the data do not hold.

        Raises ModelUnavailable when the model is damaged, InputError when only it could answer and cannot read so much.
        """
        if context.reading is not None and context.reading.scope:
            return []
        read = list(self._library.write(context, attempts))
        if context.reading is not None and context.reading.carried:
            return read  # the small model knows no turn before
        if asks_a_tool(context):
            return read  # the small model writes numbers only
        if read and read[0].source.startswith(CONFIRMED):
            return read  # somebody has said that this is right
        read = [replace(program, voices={"library": program.prior}) for program in read]
        try:
            written = list(self._lines(context, len(attempts)))
        except InputError as error:
            if not read:
                raise
            log.warning("answered by the library alone: %s", error)
            return read
        tried = _tried(attempts)
        candidates = _once([*read, *(program for program in written if program.code not in tried)])[:_MOST_RUN]
        return self._verified(context, candidates)

    def _verified(self, context: Context, programs: Sequence[Program]) -> Sequence[Program]:
        """Return the programs with what the verifier makes of each that says in words what it computes."""
        told = [program for program in programs if program.plan and not program.plan.get("special")]
        if self._verifier is None or self._verifier.absent:
            return programs
        scores = self._verifier.scores(context.question, [program.description for program in told])
        found = {program.code: score for program, score in zip(told, scores, strict=True)}
        return [replace(p, voices={**p.voices, VERIFIED: found[p.code]}) if p.code in found else p for p in programs]

    def _lines(self, context: Context, seed: int) -> Iterator[Program]:
        writer, tries, said = self._writer.writer, self._writer.candidates, evidence_of(context)
        if context.reading is not None and context.reading.plan is not None:
            told = writer.generate(prompt_of(context), 1, line=True, max_new_tokens=_LINE_TOKENS, seed=seed)
            yield from _planned(context, said, told[0], draft=1.0)
        prompt = prompt_of(context, draft=False)
        free, *drawn = writer.generate(prompt, tries, line=True, max_new_tokens=_LINE_TOKENS, seed=seed)
        yield from _planned(context, said, free, free=1.0)
        for text in drawn:
            yield from _planned(context, said, text, drawn=1 / len(drawn))


def _planned(context: Context, said: Evidence, text: Generation, **voices: float) -> Iterator[Program]:
    """Yield the program of a line that is a plan, rests on what the question says, and can be computed."""
    try:
        plan = notation.parse(text.text.strip().removeprefix("# "))
    except ValueError:
        return
    program = written_out(context, plan, max(voices.values()), SOURCE) if said.supports(plan) else None
    if text.complete and program is not None:
        yield replace(program, voices=voices)


def _once(programs: Iterable[Program]) -> list[Program]:
    """Return each program once with all its voices, the library's first and then the most said."""
    found: dict[str, list[Program]] = {}
    for program in programs:
        found.setdefault(program.code, []).append(program)
    merged = [replace(same[0], voices=together(p.voices for p in same)) for same in found.values()]
    return sorted(merged, key=lambda program: (-("library" in program.voices), -sum(program.voices.values())))


def _different(context: Context, texts: Sequence[Generation]) -> list[Program]:
    """Return each program once, its prior the share of the completions that wrote it."""
    found = [_written(context, text) for text in texts if text.complete]
    programs = [program for program in found if program is not None]
    codes = [program.code for program in programs]
    first = {program.code: program for program in reversed(programs)}
    return [replace(first[code], prior=codes.count(code) / len(texts)) for code in dict.fromkeys(codes)]


def _written(context: Context, text: Generation) -> Program | None:
    if "\n" in text.text.strip():
        return program_of(text.text, text.logprob)
    plans = _planned(context, evidence_of(context), text, free=1.0)
    return next((replace(program, voices={}) for program in plans), None)


def _tried(attempts: Iterable[Attempt]) -> set[str]:
    return {program.code for attempt in attempts for program in attempt.programs}
