"""Comparatives that name what is compared: "are deliveries faster in SP than in RJ", "is SP cheaper or RJ?"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from crm_copilot.understanding.senses import Mention, Sense
from crm_copilot.understanding.text import Token, clean, plain

_ABOUT: Mapping[str, Sense] = {
    "speed": Sense("quantity", "delivery_days"), "cost": Sense("quantity", "price"),
    "weight": Sense("quantity", "product_weight_g"), "rated": Sense("quantity", "review_score"),
    "late": Sense("metric", "late_rate"),
}  # fmt: skip
_SAID = (
    r"(?P<speed>faster|slower|quicker|sooner)|(?P<cost>cheaper|more expensive|dearer|pricier|costlier)"
    r"|(?P<weight>heavier|lighter)|(?P<late>later|(?:late )?more often(?: late)?|late more frequently)"
    r"|(?P<rated>(?:better|worse|higher|lower)[- ](?:rated|reviewed|reviews|ratings?|review scores?|scores?|stars)"
    r"|rated (?:better|worse|higher|lower))"
)
# Who is asked about stands in a question for yes or no, and against whom behind "than" or "or".
_VERSUS = re.compile(
    rf"^\W*(?:so |and )?(?:is|are|do|does|did|was|were|has|have|who|where)\b[^.;?!]*?\b(?:{_SAID})\b"
    r"(?=[^.;?!]*\b(?:than|or)\b(?! (?:the |our |its |their |what |we |was |were )*(?:average|mean|median|overall"
    r"|promis|estimat|expect|plan|usual|normal|rest|other|before|ever|last|this|that\b|\d)))"
)
# What is dearer to send costs more freight.
_SHIPPED, _FREIGHT = re.compile(r"\b(?:freight|ship|shipping|send|deliver)\b"), Sense("quantity", "freight_value")
_LATE = re.compile(r"\blate\b")


def is_versus(question: str) -> bool:
    """Whether a comparative says which of those that are named has more of it."""
    return bool(_VERSUS.search(plain(clean(question))))


def find_versus(question: str, tokens: Sequence[Token]) -> Iterator[Mention]:
    """Yield a mention of what is measured, where a comparative says it."""
    flat = plain(clean(question))
    found = _VERSUS.search(flat)
    if found is None or len(flat) != len(question):
        return
    kind = next(name for name in _ABOUT if found[name])
    start, end = found.span(kind)
    if kind == "late" and found[kind] != "later" and not _LATE.search(found[kind]):
        return  # what happens more often is said elsewhere
    inside = [i for i, token in enumerate(tokens) if token.start < end and token.end > start]
    about = _FREIGHT if kind == "cost" and _SHIPPED.search(flat) else _ABOUT[kind]
    yield Mention(inside[0], inside[-1] + 1, (about,), question[start:end])
