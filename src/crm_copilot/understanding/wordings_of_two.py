"""Turns of phrase that tie two things together: more of one with more of another, a row and what is asked about it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crm_copilot.catalog import fields
from crm_copilot.library.plan import Plan
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import clean, plain
from crm_copilot.understanding.wordings_of_time import Check, Doubt

_MORE = r"(?:more|fewer|less|higher|lower|better|worse|longer|shorter|bigger|heavier)"
_MAIS = r"(?:mais|menos|maior(?:es)?|menor(?:es)?|melhor(?:es)?|pior(?:es)?)"
_MORE_WITH_MORE = re.compile(
    rf"\bwith {_MORE} [\w ]{{2,25}} (?:get|have|sell|receive|earn|cost|take|arrive|pay|bring|tend)\b.*\b{_MORE}\b"
    rf"|\bcom {_MAIS} \w+ (?:tem|recebem|vendem|custam|pagam|saem|ganham|geram|atrasam|demoram|costumam)\b.*\b{_MAIS}\b"
    r"|\b(?:quanto mais|the more)\b.*\b(?:mais|menos|maior|menor|melhor|pior|the (?:more|less|better|worse|higher))\b"
)
# What is asked about a row is none of the things that rank it: "the largest order, and in how many instalments".
_ABOUT_IT = re.compile(
    r"\b(?:bought|ordered|paid|sold|delivered|shipped|reviewed|placed) it\b"
    r"|\bwas (?:it|that one|that order) (?:paid|bought|sold|delivered|shipped|placed)\b"
    r"|\b(?:de|em) (?:que|qual) \w+ (?:e|era|fica|sao)\W*$"
    r"|\b(?:e|and) (?:em |in |de |from )?(?:quant[oa]s?|how many|que|qual|what|which)\b[^?.!,]*"
    r"\bfoi (?:pag[oa]|comprad[oa]|vendid[oa]|entregue|enviad[oa])\W*$"
)
_BEST_OF = re.compile(r"\b(?:in|of|for|at) the (?:best|worst|top) (?:\w+ )?of (?:those|these|them)\b")
_ANY_OF_THOSE = re.compile(
    r"\b(?:and|e) (?:have|has|had|did|do|does|are|were|is|was) (?:any|some|all|most|many) of (?:those|them|these)\b"
)
_OF_THE_TOTAL = re.compile(r"\bhow much\b.*\bof (?:the |our )?total\b")
_UNITS = {
    "hours": re.compile(r"\b(?:how many hours|in hours|quantas horas|em horas)\b"),
    "days": re.compile(r"\b(?:how many days|in days|quantos dias|em dias)\b"),
}


def _more_with_more(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Whether more photos go with better scores is told by a group for each number of photos, or a correlation."""
    grouped = plan.by and not plan.limit and any(_is_amount(key.field) for key in plan.by)
    if _MORE_WITH_MORE.search(_flat(draft)) and not (grouped or plan.correlate):
        yield "what is held against what", 0.4


def _is_amount(field: str) -> bool:
    return field in fields() and fields()[field].kind in ("quantity", "predicate")


def _about_it(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Who bought "it" is asked of one row, which no measure of groups shows."""
    if _ABOUT_IT.search(_flat(draft)) and not (plan.listing or plan.special):
        yield "which one it is", 0.45


def _best_of_those(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Which is the best of those is told by the answer before."""
    if not draft.is_fragment and _BEST_OF.search(_flat(draft)):
        yield "which one that is", 0.45


def _any_of_those(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Whether any of those were sold is a question of its own."""
    if _ANY_OF_THOSE.search(_flat(draft)):
        yield "what is asked about those", 0.4


def _of_the_total(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """How much something is of the total is a share."""
    shared = plan.transform or any(measure.is_percent for measure in plan.measures)
    if _OF_THE_TOTAL.search(_flat(draft)) and not shared:
        yield "which share", 0.4


def _in_units(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """What is asked for in hours is not answered in days."""
    units = {measure.unit for measure in plan.measures} & {"days", "hours"}
    asked = {unit for unit, said in _UNITS.items() if said.search(_flat(draft))}
    if units and asked and not units & asked:
        yield "in which unit", 0.4


def _flat(draft: Draft) -> str:
    return plain(clean(draft.question))


OF_TWO: tuple[Check, ...] = (_more_with_more, _about_it, _best_of_those, _any_of_those, _of_the_total, _in_units)
