"""The judge: which candidate answers, how sure that is, and what the next attempt must mend.

Candidates vote with their results: what most of them return, rounded, is chosen, and the share that agrees is the
confidence of a chat model. The library's confidence is how sure the reading was; with the small model beside it, what
both wrote counts (`agreement.py`). Doubts about the result take their part of it. Below the threshold nothing is
accepted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from crm_copilot.domain import Attempt, Context, Execution, Program, Review, Verdict, together
from crm_copilot.library import codec
from crm_copilot.library.needs import hidden_of
from crm_copilot.library.render import why_not
from crm_copilot.reflection.agreement import agreement
from crm_copilot.reflection.checks import Doubt, doubts
from crm_copilot.reflection.content import content


class ResultJudge:
    """Reviews the results of one attempt."""

    def __init__(self, threshold: float, max_attempts: int = 3) -> None:
        self._threshold, self._max_attempts = threshold, max_attempts

    def review(
        self,
        context: Context,
        programs: Sequence[Program],
        executions: Sequence[Execution],
        attempts: Sequence[Attempt],
    ) -> Review:
        """Return the verdict; `attempts` are those before this one."""
        last = len(attempts) + 1 >= self._max_attempts
        if not programs:
            return Review(Verdict("decline", _reason(context, attempts)))
        chosen, confidence = _vote(programs, executions)
        execution = executions[chosen]
        if not execution.ok:
            hidden = hidden_of(programs[chosen].code, context.scope)
            return Review(_failed(execution, last or bool(hidden)), chosen)
        found = list(doubts(context, programs[chosen], execution))
        for doubt in found:
            confidence *= 1 - doubt.weight
        return Review(self._decide(context, programs[chosen], found, round(confidence, 4), last), chosen)

    def _decide(
        self, context: Context, program: Program, found: Sequence[Doubt], confidence: float, last: bool
    ) -> Verdict:
        if confidence >= self._threshold:
            return Verdict("accept", confidence=confidence)
        feedback = " ".join(doubt.feedback for doubt in found if doubt.feedback)
        reason = "; ".join(doubt.reason for doubt in found) or _unsure(program)
        can_mend = (bool(feedback) or program.plan is None) and not any(doubt.final for doubt in found)
        return Verdict("retry" if can_mend and not last else "decline", reason, feedback, confidence)


def _vote(programs: Sequence[Program], executions: Sequence[Execution]) -> tuple[int, float]:
    """Return the candidate whose result is the likeliest to be right, and how likely that is."""
    groups: dict[str, list[int]] = defaultdict(list)
    for place, execution in enumerate(executions):
        if execution.ok:
            groups[content(execution.rows)].append(place)
    if not groups:
        return 0, 0.0
    reading = next((p.voices["library"] for p in programs if "library" in p.voices), None)
    beliefs = {result: _belief([programs[p] for p in places], reading) for result, places in groups.items()}
    best = max(groups, key=lambda result: (beliefs[result], -groups[result][0]))
    return groups[best][0], beliefs[best]


def _belief(same: Sequence[Program], reading: float | None) -> float:
    """Return what the voices of candidates with one result make of it, or their share of the writer's belief."""
    if any(program.voices for program in same):
        return agreement()(together(program.voices for program in same), reading)
    return min(1.0, sum(program.prior for program in same))


def _failed(execution: Execution, last: bool) -> Verdict:
    feedback = f"The program failed ({execution.status}): {execution.error}"
    return Verdict("decline" if last else "retry", execution.error or execution.status, feedback)


def _unsure(program: Program) -> str:
    return "; ".join(program.notes[:3]) or "the candidates disagree"


def _reason(context: Context, attempts: Sequence[Attempt]) -> str:
    if attempts:
        return attempts[-1].verdict.reason
    reading = context.reading
    if reading is None or reading.scope:
        return f"scope:{reading.scope}" if reading and reading.scope else "not understood"
    if reading.plan is not None and (why := why_not(codec.from_json(reading.plan))):
        return f"unreachable:{why}"
    if reading.unread:
        return "unknown words: " + ", ".join(reading.unread[:4])
    return "not understood"
