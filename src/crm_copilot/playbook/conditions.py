"""When a clause of a rule holds: conditions read from its words, and the short form in which people see and edit them.

    industry is Retail or Fashion        industry is not Healthcare        client is TechGiant       manager is Elif
    spend < 150000                       spend between 150000 and 300000   days since meeting > 90
    unclear: orders above R$ 2,000       (said in the text, and nothing the data can tell of a client)

Several conditions joined by " or " make one line; all lines must hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast, get_args

from crm_copilot.errors import InputError
from crm_copilot.playbook.amounts import amount, days
from crm_copilot.playbook.names import Names, named
from crm_copilot.playbook.rules import NUMBERS, TEXTS, Atom, Condition, Field, Line, Op
from crm_copilot.playbook.wording import (
    AGO,
    AMOUNT_RANGE,
    AMOUNTS,
    CLIENTS,
    CONTACT,
    LATELY,
    MEETING,
    NEGATED,
    NOT_DONE,
    OR,
    OTHER_AMOUNTS,
    SPAN_RANGE,
    SPANS,
    SPEND,
    UNLESS,
    flat,
)

_OPPOSITE: dict[Op, Op] = {"is": "is not", "is not": "is", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_NO_MONEY = re.compile(
    r"\s*(?:%|percent|days?|dias?|weeks?|months?|meses|mes\b|years?|anos?|times|clients|stars?)"
)  # behind a number
_AFTERWARDS = re.compile(r"\W*(?:in |of |de )?(?:(?:total|annual|ytd|yearly) )*(?:spend|spent|gasto|year|budget|ytd)")
_JUST_CLIENTS = re.compile(rf"\b{CLIENTS}\b\W*(?:\w+\W+)?$")


def atoms(text: str, names: Names) -> list[Atom]:
    """Return every condition that the text names, in order, negated where it says so."""
    said = flat(text)
    found = [*_spans(said), *_amounts(said), *named(text, said, names)]
    return [_negated(atom, said) for atom in _apart(sorted(found, key=lambda atom: (atom.start, -atom.end)))]


def lines(found: Sequence[Atom], text: str) -> tuple[Line, ...]:
    """Return the conditions as lines: those that "or" joins stand in one."""
    made: list[list[Atom]] = []
    for atom in found:
        between = flat(text[made[-1][-1].end : atom.start]) if made else ""
        if made and OR.search(between) and len(between) < 40 and "," not in between.rstrip(", "):
            made[-1].append(atom)
        else:
            made.append([atom])
    return tuple(tuple(atom.condition for atom in line) for line in made)


def opposite(condition: Condition) -> Condition | None:
    """Return the condition that holds when this one does not; None where there is no single one."""
    op = _OPPOSITE.get(condition.op)
    return replace(condition, op=op) if op and condition.field != "unclear" else None


# ------------------------------------------------------------------------------------------------ amounts and times


def _amounts(said: str) -> Iterator[Atom]:
    for found in AMOUNT_RANGE.finditer(said):
        low, high = found["low"] or found["low2"], found["high"] or found["high2"]
        if _is_spend(said, found.start(), found.end()):
            pair = (_scaled(low, high), amount(high))
            yield Atom(Condition("spend", "between", pair), found.start(), found.end())
    for op, pattern in AMOUNTS:
        for found in pattern.finditer(said):
            if _NO_MONEY.match(said[found.end() :]):
                continue
            if _is_spend(said, found.start(), found.end()):
                yield Atom(Condition("spend", op, amount(found["value"])), found.start(), found.end())


def _scaled(low: str, high: str) -> float:
    """Return the lower end of "150 to 300k", which is meant in thousands too."""
    first, second = amount(low), amount(high)
    bare = re.fullmatch(r"\d+(?:[.,]\d+)?", low.strip())
    return first * 1000 if bare and first < 1000 <= second and second >= 1000 * first / 10 else first


def _is_spend(said: str, start: int, end: int) -> bool:
    """Whether an amount is what a client spends, and not the value of an order or a price."""
    before = said[max(0, start - 90) : start]
    if _JUST_CLIENTS.search(before) or not said[:start].strip():
        return not OTHER_AMOUNTS.match(said[end:].lstrip())
    other = [found.end() for found in OTHER_AMOUNTS.finditer(before)]
    spend = [found.end() for found in SPEND.finditer(before)]
    if other and max(other) > max(spend, default=0) and len(before) - max(other) < 25:
        return False
    if OTHER_AMOUNTS.match(said[end:].lstrip()):
        return False
    return bool(spend or _AFTERWARDS.match(said[end:]))


def _spans(said: str) -> Iterator[Atom]:
    for found in SPAN_RANGE.finditer(said):
        if field := _met(said, found.start(), found.end()):
            low, high = found["low"] or found["low2"], found["high"] or found["high2"]
            low = low if re.search("[a-z]", low) else f"{low} {high.split()[-1]}"
            yield Atom(Condition(field, "between", (days(low), days(high))), found.start(), found.end())
    for op, pattern in SPANS:
        for found in pattern.finditer(said):
            if field := _met(said, found.start(), found.end()):
                yield Atom(Condition(field, op, days(found["value"])), found.start(), found.end())
    for pattern in (LATELY, AGO):
        for found in pattern.finditer(said):
            if field := _met(said, found.start(), found.end()):
                around = said[max(0, found.start() - 45) : found.end() + 4]
                missing = pattern is AGO or bool(NOT_DONE.search(around) or CONTACT_LOST.search(around))
                op = ">" if missing else "<="
                yield Atom(Condition(field, op, days(found["value"])), found.start(), found.end())


CONTACT_LOST = re.compile(r"\b(?:inactive|silent|dormant|inativ[oa]s?)\b")


def _met(said: str, start: int, end: int) -> Field | None:
    """Return what a stretch of time is counted from: the last meeting, the last contact, or nothing of ours."""
    begin = max(said.rfind(sign, 0, start) for sign in ".;!?") + 1
    around = said[max(begin, start - 70) : start] + said[end : end + 30]
    if MEETING.search(around):
        return "days since meeting"
    return "days since contact" if CONTACT.search(around) else None


# ------------------------------------------------------------------------------------------- which of them, negated?


def _apart(found: Sequence[Atom]) -> list[Atom]:
    """Drop what lies inside something longer."""
    kept: list[Atom] = []
    for atom in found:
        if not kept or atom.start >= kept[-1].end:
            kept.append(atom)
        elif atom.end - atom.start > kept[-1].end - kept[-1].start:
            kept[-1] = atom
    return kept


def _negated(atom: Atom, said: str) -> Atom:
    before = said[: atom.start]
    sentence = before[max(before.rfind(sign) for sign in ".;!?") + 1 :]
    if not (NEGATED.search(sentence) or UNLESS.search(sentence)):
        return atom
    turned = opposite(atom.condition)
    return replace(atom, condition=turned) if turned else atom


# ------------------------------------------------------------------------------------------- as people see and edit


def write(line: Line) -> str:
    """Return a line in its short form."""
    return " or ".join(_written(condition) for condition in line)


def _written(condition: Condition) -> str:
    value = condition.value
    if condition.field == "unclear":
        return f"unclear: {' '.join(cast(tuple[str, ...], value))}"
    if isinstance(value, float | int):
        said = f"{value:g}" if value < 1e6 else f"{value:.0f}"
    elif condition.op == "between":
        low, high = cast(tuple[float, float], value)
        said = f"{low:.0f} and {high:.0f}"
    else:
        said = " or ".join(cast(tuple[str, ...], value))
    return f"{condition.field} {condition.op} {said}"


def parse(text: str) -> Line:
    """Return the line of a short form; raise InputError that says what was expected."""
    if text.strip().casefold().startswith("unclear:"):
        return (Condition("unclear", "is", (text.partition(":")[2].strip(),)),)
    made: list[Condition] = []
    for part in re.split(r"\s+or\s+", text.strip()):
        if made and not _begins(part) and made[-1].field in TEXTS:
            value = cast(tuple[str, ...], made[-1].value)
            made[-1] = replace(made[-1], value=(*value, part.strip()))
        else:
            made.append(_parsed(part.strip(), text))
    return tuple(made)


def _begins(part: str) -> bool:
    return any(part.strip().casefold().startswith(f"{name} ") for name in get_args(Field))


def _parsed(part: str, text: str) -> Condition:
    lowered = part.casefold()
    name = next((name for name in (*TEXTS, *NUMBERS) if lowered.startswith(f"{name} ")), None)
    rest = part[len(name) :].strip() if name else ""
    try:
        if name in TEXTS:
            op: Op = "is not" if rest.casefold().startswith("is not ") else "is"
            if rest.casefold().startswith("is ") and rest[len(op) :].strip():
                return Condition(name, op, (rest[len(op) :].strip(),))
        elif name is not None:
            return _number(name, rest)
    except ValueError:
        pass
    raise InputError(
        f"the condition {text!r} cannot be read; write for example 'industry is Retail', 'spend < 150000', "
        "'spend between 150000 and 300000' or 'days since meeting > 90'"
    )


def _number(name: Field, rest: str) -> Condition:
    read = amount if name == "spend" else days_or_number
    if between := re.fullmatch(r"between (.+?) and (.+)", rest, re.IGNORECASE):
        return Condition(name, "between", (read(between[1]), read(between[2])))
    compared = re.fullmatch(r"(<=|>=|<|>)\s*(.+)", rest)
    if compared is None:
        raise ValueError(rest)
    return Condition(name, cast(Op, compared[1]), read(compared[2]))


def days_or_number(text: str) -> float:
    """Return "90" or "90 days" in days; raise ValueError for anything else."""
    return amount(text) if re.fullmatch(r"\s*[\d.,]+\s*", text) else days(text)
