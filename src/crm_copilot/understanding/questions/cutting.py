"""Where a message may be cut: at the ends of its sentences, at list signs, at the joints of a sentence.

What leans on what stands before it stays with it, and nothing is cut inside brackets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crm_copilot.understanding.clauses import is_yes_or_no, tells
from crm_copilot.understanding.questions.headings import context_of, with_instructions, without_tail
from crm_copilot.understanding.questions.leaning import is_subordinate, leans, merged
from crm_copilot.understanding.questions.part import Link
from crm_copilot.understanding.reading import Calendar

_ENDS = re.compile(
    r"""(?<=[?？])\s*
      | (?:^|\s+)(?:\(?\d{1,2}[.)]|\(?[a-d]\))\s+
      | (?:^|\n+)[-•*]\s+
      | \n+
      | ;\s+
      | (?<=[.!。])\s+(?=(?:and|also|what|which|how|who|show|list|tell|e|qual|quais|quant|mostre|liste)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_ASKS = (
    r"what|which|how|who|when|where|what's|also|show|list"
    r"|qual|quais|quant[oa]s?|quem|como|em\ que|liste|mostre"
)
_JOINTS = re.compile(
    rf"""
        ,?\s+(?:and|e|&)\s+(?=
            (?: (?:the|as|os)\s+(?:top|bottom)?\s*\d+ | tell\ me | me\ diga | diga | the\ (?:top|bottom)
              | isso\ (?:da|dá|e|é|representa)
              | em\ qual | de\ qual | na\ qual | at\ which | on\ which | que\ % | em\ quais )\b
          | que\ %
          | (?:{_ASKS})\b )
      | ,\s+(?=(?:how\ (?:many|much|long)|quant[oa]s?|what's|what\ (?:is|was|are|were))\b)
      | ,\s+(?=also\s+(?:what|which|how|who|when|where|show|list)\b)
      | ，\s*(?=[哪多各]|.{{0,6}}(?:多少|哪))""",
    re.IGNORECASE | re.VERBOSE,
)
# What stands in brackets, but for the signs of a list: "(a)", "(1)".
_BRACKETS = re.compile(r"\((?![a-d\d]{1,2}\))[^()]*\)")
# Signs that part questions whatever stands between them.
_PARTING = re.compile(r";\s|\n|(?:^|\s)\(?(?:\d{1,2}|[a-d])[.)]\s")
# "And which one the lowest?" is asked of the question before.
_ELLIPTIC = re.compile(r"(?:which|what) one|qual d[ea]l[ea]s|qual (?:o|a) (?:menor|pior|maior|melhor)\b", re.IGNORECASE)
# "For orders above 1,000, how many were paid by card?": what only says of which is no question.
_OF_WHICH = re.compile(
    r"(?:for|among|of|out of|considering|given|para|dentre|entre|d[oa]s|considerando)\b(?!.*\?)", re.IGNORECASE
)
_SENTENCE = re.compile(r"[.!:]\s+")
# "In 2017, how many orders and how many customers?" is one question about both.
_GROUPED = re.compile(r"(?:by|per|for each|for every|por|para cada|em cada)\b", re.IGNORECASE)
_COUNTS = re.compile(r"(?:how (?:many|much)|quant[oa]s?)\b", re.IGNORECASE)


def is_parted(message: str) -> bool:
    """Whether signs part the questions: numbers, bullets, semicolons, lines."""
    return _PARTING.search(_BRACKETS.sub("", message)) is not None


def pieces_of(message: str, parted: bool, link: Link, calendar: Calendar) -> list[str]:
    """Return the sentences and list items of a message, each with those that say nothing without it."""
    cut = [message[start:end].strip(" ,") for start, end in _places(_ENDS, message)]
    pieces = with_instructions(cut, link, calendar)
    return pieces if parted else _whole(pieces, link, calendar)


def _whole(pieces: Sequence[str], link: Link, calendar: Calendar) -> list[str]:
    """Put a sentence behind one that asks nothing without it: "Take the top 5. What is the ticket of each?"."""
    found: list[str] = []
    for piece in pieces:
        asks_not = found and (is_yes_or_no(found[-1]) or not found[-1].endswith(("?", "？")))
        if asks_not and (tells(found[-1]) or leans(piece, found[-1], link, calendar)):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return found


def joined(piece: str, link: Link, calendar: Calendar) -> list[str]:
    """Cut a sentence at its joints; what it begins and ends with holds for each of its clauses."""
    whole, tail = without_tail(piece)
    head = context_of(whole)
    rest = whole[len(head) :]
    clauses = merged(_places(_JOINTS, rest), rest, link, calendar)
    side_by_side = (head.endswith(", ") or _GROUPED.match(head)) and all(_COUNTS.match(clause) for clause in clauses)
    if len(clauses) < 2 or side_by_side or (len(clauses) == 2 and _only_limits(clauses[0])):
        return [piece]
    return [
        clause if number and _ELLIPTIC.match(clause) else f"{head}{clause}{tail}"
        for number, clause in enumerate(clauses)
    ]


def _only_limits(clause: str) -> bool:
    """Whether a clause, or its last sentence, only says of which things, or when, the next one asks."""
    last = _SENTENCE.split(clause)[-1]
    return _OF_WHICH.match(last) is not None or is_subordinate(last)


def _places(joints: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Return where the clauses between joints stand; nothing is cut inside brackets."""
    brackets = [found.span() for found in _BRACKETS.finditer(text)]
    found = [m.span() for m in joints.finditer(text) if not any(a < m.end() - 1 and m.start() < b for a, b in brackets)]
    cuts = [0, *(place for span in found for place in span), len(text)]
    return [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if text[a:b].strip(" ,.;?!")]
