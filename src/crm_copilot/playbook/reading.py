"""From a rule's text to its clauses: when each holds, what it tells to offer and what not.

Sentences, and halves of sentences that bring a condition of their own, become clauses. A later clause stands under the
conditions before it unless it says for whom it is itself; "below that" and "otherwise" turn the last one round. What
limits a clause and says nothing the data could tell becomes a condition that is "unclear": nobody guesses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from crm_copilot.playbook.actions import QUOTED, Actions, actions
from crm_copilot.playbook.conditions import atoms, lines, opposite, write
from crm_copilot.playbook.names import Names
from crm_copilot.playbook.rules import TEXTS, Atom, Clause, Condition, Line, Rule
from crm_copilot.playbook.splitting import Piece
from crm_copilot.playbook.wording import CLIENTS, FOR, IF, VAGUE, WHO, flat

_SENTENCE = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!etc\.)(?<!p\.ex\.)(?<!vs\.)\s+(?=[A-ZÀ-Þ0-9'\"“‘(])")
_ONLY_TO = re.compile(r"\b(?:only|exclusively|somente|apenas)\b(?:\s+\w+){0,4}?\s+(?:to|for|para|a)\s+(?!\w+ing\b)")
_ONLY_IF = r"\b(?:only|somente|apenas)\b(?:\s+\w+){0,6}?\s+(?:if|when|after|once|with|se|quando|depois)\b"
_REMARK = re.compile(_ONLY_IF)
_HALF = re.compile(
    rf"\s*;\s*|\s*,?\s+and\s+(?=\w+ing\b[^,;.]*{_ONLY_IF}|\w+\b[^,;.]*{_ONLY_IF})|\s*,\s*(?=(?:but|while|whereas"
    rf"|however|yet|mas|porem|enquanto)\b)"
)
_BELOW = re.compile(
    r"^\W*(?:below|under|above|over|beyond) that\b|^\W*(?:abaixo|acima) disso\b|^\W*(?:otherwise|else"
    r"|in all other cases|caso contrario|senao)\b"
)
_REFERS = re.compile(
    r"\b(?:rules?|polic(?:y|ies)|constraints?|guidelines?|eligibility|regras?|politicas?"
    r"|restricoes)\b.{0,30}\b(?:allow|apply|permit|appl|permit|conflict|perm|valem)"
    r"|\b(?:conflict)\b.{0,40}\b(?:rules?|polic)|constraints? still"
)
_PARENTHESES = re.compile(r"\([^()]*\)")
_FRAME_END = re.compile(
    r",(?!\d)|;|:|\?|$"
    r"|\b(?:then|entao|propose|offer|pitch|recommend|suggest|lead with|avoid|do not|don't|never|always|send|ofereca"
    r"|proponha)\b"
)
_FILLER = frozenset(
    "for with to in the a an of or and at is are be has have had its it their his client clients client's clients'"
    " account accounts customer customers company companies total ytd annual yearly spend spending spent so far"
    " this year"
    " date day days last latest most recent meeting industry industries sector sectors vertical segment if when"
    " whenever"
    " where once above below over under more less than between from up equal older ago was been not no we you they were"
    " met any all always who that which whose os as o do da de no na que se quando para com clientes cliente gasto"
    " total"
    " anual ano este setor ultima reuniao foi ha mais menos dias esta sao e tem em um uma based any every our"
    " without contact contacted spoken in-person within during past least only unless except other other-than"
    " budget budgets currently falls fall sits reaches reached still gastam gastou gastar neste cuja cujo since"
    " regardless each than amount range manager managed by account's client’s reais usd dollars us r brl $".split()
)


def read(piece: Piece, number: int, source: str, names: Names) -> Rule:
    """Return the rule of a piece of text; its status says whether it could be read."""
    title = piece.label or f"Rule {number}"
    clauses = tuple(_clauses(piece.text, names))
    rule = Rule(f"{source}:{number}", title, piece.text, source, clauses)
    return rule if any(c.offer or c.avoid or c.when for c in clauses) else replace(rule, status="not read")


def _clauses(text: str, names: Names) -> Iterator[Clause]:
    """Yield the clauses, and for whom they hold the other way round."""
    for clause in _told(text, names):
        yield clause
        yield from _elsewhere(clause)


def _elsewhere(clause: Clause) -> Iterator[Clause]:
    """Yield what "offer it only to clients above 300k" forbids to the others."""
    line = clause.when[0] if len(clause.when) == 1 and len(clause.when[0]) == 1 else None
    if line and clause.offer and _ONLY_TO.search(flat(clause.text)) and (other := opposite(line[0])):
        yield Clause(clause.text, ((other,),), avoid=clause.offer)


def _told(text: str, names: Names) -> Iterator[Clause]:
    """Yield the clauses as they stand; one that brings neither a condition nor an action belongs to the one before."""
    before: tuple[Line, ...] = ()
    kept: Clause | None = None
    for part in _parts(text, names):
        own = _when(part, names)
        when = _inherited(before, own, part)
        done = actions(part)
        clause = Clause(part, when, done.offer, done.avoid, done.only)
        before = when if not _is_remark(own, done, part) else before
        if kept is not None and (not done or _REFERS.search(flat(part))) and not _tells_apart(own, done):
            kept = replace(kept, text=f"{kept.text} {part}")
        elif kept is not None and when == kept.when:
            kept = _together(kept, clause)
        else:
            if kept is not None:
                yield kept
            kept = clause
    if kept is not None:
        yield kept


def _tells_apart(own: Sequence[Line], done: Actions) -> bool:
    return bool(done) and any(c.field != "unclear" for line in own for c in line)


def _is_remark(own: Sequence[Line], done: Actions, part: str) -> bool:
    """Whether a clause limits only itself: "only propose premium formats if the rules allow"."""
    return bool(_REMARK.search(flat(part))) and all(c.field == "unclear" for line in own for c in line)


def _together(first: Clause, second: Clause) -> Clause:
    offer = tuple(dict.fromkeys((*first.offer, *second.offer)))
    avoid = tuple(dict.fromkeys((*first.avoid, *second.avoid)))
    only = first.only or second.only
    return Clause(f"{first.text} {second.text}", first.when, offer, tuple(a for a in avoid if a not in offer), only)


def _parts(text: str, names: Names) -> Iterator[str]:
    for sentence in _SENTENCE.split(text):
        halves = [half.strip() for half in _HALF.split(sentence) if half and half.strip()]
        kept = halves[0] if halves else ""
        for half in halves[1:]:
            if _when(half, names) or actions(half):
                yield kept
                kept = half
            else:
                kept = f"{kept}; {half}"
        if kept:
            yield kept


def _inherited(before: tuple[Line, ...], own: tuple[Line, ...], part: str) -> tuple[Line, ...]:
    """Return all the conditions of a clause, those before it included."""
    fields = {condition.field for line in own for condition in line}
    if fields & set(TEXTS):
        return own
    turned = _BELOW.search(flat(part))
    if turned and before and len(before[-1]) == 1 and (other := opposite(before[-1][0])):
        return (*before[:-1], (other,), *own)
    if turned and before:
        return (*before[:-1], (Condition("unclear", "is", (f"{turned.group().strip()} ({write(before[-1])})",)),), *own)
    kept = tuple(line for line in before if not fields & {c.field for c in line if c.field != "unclear"})
    return (*kept, *(line for line in own if line not in kept))


def _when(part: str, names: Names) -> tuple[Line, ...]:
    """Return the conditions that a clause itself names."""
    masked = QUOTED.sub(lambda found: "_" * len(found.group()), part)
    found = atoms(masked, names)
    unclear = tuple((Condition("unclear", "is", (said,)),) for said in _unclear(masked, part, found))
    return (*lines(found, masked), *unclear)


def _unclear(masked: str, part: str, found: Sequence[Atom]) -> Iterator[str]:
    """Yield what limits a clause beside the conditions that were read."""
    said = _PARENTHESES.sub(lambda found: re.sub(r"[,;:.]", " ", found.group()), flat(masked))
    taken: list[tuple[int, int]] = []
    for start, end in _frames(said):
        if any(first <= start < last for first, last in taken):
            continue
        taken.append((start, end))
        rest = _uncovered(said, start, end, found)
        if len(rest) > (1 if any(start <= a.start < end for a in found) else 0) and not _REFERS.search(said[start:end]):
            yield part[start:end].strip(" ,.")
    numbers = any(atom.condition.field in ("spend", "days since meeting", "days since contact") for atom in found)
    for vague in VAGUE.finditer(said):
        inside = any(first <= vague.start() < last for first, last in taken)
        if not numbers and not inside and not any(a.start < vague.end() and vague.start() < a.end for a in found):
            yield part[vague.start() : vague.end()]


def _frames(said: str) -> Iterator[tuple[int, int]]:
    """Yield where a clause says for whom or when: "For ... ,", "if ...", "clients that ...", "orders above ..."."""
    if FOR.match(said):
        end = _FRAME_END.search(said)
        if end and (end.group() == "," or end.group() == ":"):
            yield 0, end.start()
    for pattern in (IF, WHO):
        for found in pattern.finditer(said):
            tail = said[found.end() :]
            end = _FRAME_END.search(tail)
            stop = found.end() + (end.start() if end else len(tail))
            verb = _VERB_AFTER.search(said, found.end(), stop) if pattern is WHO else None
            yield found.start(), verb.start() if verb else stop
    for found in _OTHER.finditer(said):
        yield found.start(), found.end()


_VERB_AFTER = re.compile(
    r"\b(?:gets?|receives?|must|may|can|should|are|is|never|always|prefer|buy|offer|propose|devem|podem|recebem)\b"
)
_OTHER = re.compile(
    r"\b(?:on|for|of|with|em|para|de)\s+(?:an?\s+|the\s+|um\s+)?(?:orders?|deals?|contracts?|quotes?|invoices?"
    r"|campaigns?|pedidos?|contratos?)"
    r"\s+(?:above|below|over|under|between|of (?:more|less) than|larger|smaller|acima|abaixo|de mais)(?:[^,.;]"
    r"|[,.](?=\d))*"
)


def _uncovered(said: str, start: int, end: int, found: Sequence[Atom]) -> list[str]:
    """Return the words of a frame that are neither filler nor part of a condition that was read."""
    words = re.finditer(r"[^\W\d_][\w'-]*", said[start:end])
    spans = [(atom.start, atom.end) for atom in found]
    return [
        word.group()
        for word in words
        if word.group() not in _FILLER
        and not re.fullmatch(CLIENTS, word.group())
        and not any(first <= start + word.start() < last for first, last in spans)
    ]
