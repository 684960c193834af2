"""Several questions in one message: which they are, each as a question of its own.

"How many orders were there in 2017? And which state had the most?" are two, the second a follow-up of the first.
"Which states and categories sell most?" and "the slowest deliveries and the lowest scores" are two in one clause.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from crm_copilot.catalog import fields
from crm_copilot.domain import LinkedValue
from crm_copilot.library.describe import describe
from crm_copilot.library.plan import Plan
from crm_copilot.understanding.followup import merge
from crm_copilot.understanding.lexicon import Mention
from crm_copilot.understanding.mentions import gather
from crm_copilot.understanding.reader import Calendar, Reading, drafted, read
from crm_copilot.understanding.text import language_of

_ENDS = re.compile(
    r"(?<=[?？])\s*|\n+|(?:^|\s)(?:\(?\d{1,2}[.)]|\(?[a-d]\)|[-•*])\s+|;\s+|(?<=[.!。])\s+(?=(?:and|also|what|which|how|who|show|list|e|qual|quais|quant|mostre|liste|tell)\b)",
    re.IGNORECASE,
)
_JOINTS = re.compile(
    r",?\s+(?:and|e)\s+(?=(?:(?:the|as|os)\s+(?:top|bottom)?\s*\d+|tell me|me diga|diga|the (?:top|bottom)|em qual|de qual|na qual|at which|on which|que %|em quais)\b|que %|(?:what|which|how|who|when|where|qual|quais|quant[oa]s?|quem|como|em que|what's|also|show|list|liste|mostre)\b)|,\s+(?=(?:how many|how much|quant[oa]s?)\b)|，\s*(?=[哪多各]|.{0,6}(?:多少|哪))",
    re.IGNORECASE,
)
_PAIRED = re.compile(r"\s+(?:and|e|&|和)\s+|、|和", re.IGNORECASE)
_PAIRED_WHICH = re.compile(r"\s+(?:and|e|&)\s+(?:at|in|on|em|a|during)?\s*(?:which|what|qual|que)\s+", re.IGNORECASE)
_SURE = 0.75


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a message: its own words, and its plan where it leans on the part before."""

    text: str
    plan: Plan | None = None
    confidence: float = 0.0


def split(message: str, link: object, calendar: Calendar) -> list[Part]:
    """Return the questions of a message; one when it asks only one.

    `link` finds the values of the data in a text.
    """
    whole = read(message, link(message), calendar)  # type: ignore[operator]
    parts = _sentences(message, link, calendar)
    if len(parts) > 1:
        return parts
    opposite = _two_directions(message, link, calendar)
    if opposite:
        return opposite
    paired = _two_rankings(message, whole, link, calendar)  # type: ignore[arg-type]
    return paired or [Part(message)]


def _sentences(message: str, link: object, calendar: Calendar) -> list[Part]:
    message, heading = _without_heading(message, link, calendar)
    pieces = [piece.strip(" ,") for piece in _ENDS.split(message) if piece and piece.strip(" ,.;?!")]
    clauses = [clause.strip(" ,") for piece in pieces for clause in _JOINTS.split(piece) if clause and clause.strip()]
    if len(clauses) > len(pieces) and (parts := _parts(clauses, heading, link, calendar, joint=True)):
        return parts
    return _parts(pieces, heading, link, calendar, joint=False)


def _parts(
    pieces: Sequence[str], heading: Plan | None, link: object, calendar: Calendar, *, joint: bool
) -> list[Part]:  # fmt: skip
    """Return the questions that the pieces are; none when a clause that a joint cut off is no question."""
    parts: list[Part] = []
    before: Plan | None = None
    unread: list[Part] = []
    for piece in pieces:
        found = _part(piece, before, link, calendar)
        if found is None and (joint or not piece.endswith(("?", "？"))):
            return []
        if found is None:
            unread.append(Part(piece))
            parts.append(unread[-1])
            continue
        part, plan, leaning = found
        shared = before.periods if joint and before is not None and not leaning else ()
        if plan is not None and (heading or (shared and not plan.periods)):
            plan = _under(heading, plan) if heading else plan.but(periods=shared)
            part = Part(part.text, plan, 0.85)
        parts.append(part)
        before = plan
    return parts if len(parts) > max(1, len(unread)) else []


_HEADING = re.compile(r"^([^:?]{3,90}):\s+(?=\S)")


def _without_heading(message: str, link: object, calendar: Calendar) -> tuple[str, Plan | None]:
    """Take off a heading ("KPI cards for 2018:") whose period or filter holds for all that follows."""
    found = _HEADING.match(message)
    if found is None:
        return message, None
    draft, plan = drafted(found[1], language_of(message), link(found[1]), calendar)  # type: ignore[operator]
    limits = bool(plan.periods or plan.where) and not draft.measures
    return (message[found.end() :], plan) if limits else (message, None)


def _under(heading: Plan, plan: Plan) -> Plan:
    known = {c.field for c in plan.where}
    where = (*plan.where, *(c for c in heading.where if c.field not in known))
    return plan.but(where=where, periods=plan.periods or heading.periods)


def _part(piece: str, before: Plan | None, link: object, calendar: Calendar) -> tuple[Part, Plan | None, bool] | None:
    """Return a piece as a question, its plan, and whether it leans on the one before; None when it is no question."""
    links: Sequence[LinkedValue] = link(piece)  # type: ignore[operator]
    if before is not None:
        leaning = merge(piece, before, links, calendar)
        if leaning is not None and leaning.plan is not None and leaning.confidence >= _SURE:
            leaning = _pointing_back(piece, leaning, before)
            return Part(piece, leaning.plan, leaning.confidence), leaning.plan, True
    alone = read(piece, links, calendar)
    if before is not None and alone.plan is not None:
        alone = _pointing_back(piece, alone, before)
    if alone.scope:
        return Part(piece), before, False
    if alone.plan is None or alone.confidence < _SURE:
        return None
    return Part(piece, alone.plan, alone.confidence), alone.plan, False


_THAT = re.compile(
    r"\b(?:that|this|those|the same|naquel[ea]|nessa|nesse|dessa|desse|essa|esse|mesma|mesmo)\s+(?P<noun>\w+)",
    re.IGNORECASE,
)


def _pointing_back(piece: str, alone: Reading, before: Plan) -> Reading:
    """Read "from that category" as the category of the question before, "in that year" as its period."""
    found = _THAT.search(piece)
    if alone.plan is not None and _THEY.search(piece) and not before.by and not alone.plan.by:
        known = {c.field for c in alone.plan.where}
        where = (*alone.plan.where, *(c for c in before.where if c.field not in known))
        return replace(
            alone,
            plan=alone.plan.but(where=where, periods=alone.plan.periods or before.periods),
            confidence=min(alone.confidence, 0.9),
        )
    if found is None or alone.plan is None:
        return alone
    if any(stem_of(found["noun"]) in _NOUNS.get(k.field, k.field) for k in before.by) and before.limit == 1:
        return replace(alone, confidence=0.4)  # the answer of the question before would have to be known
    plan, stem = alone.plan, stem_of(found["noun"])
    meant = tuple(
        c for c in before.where if c.field in fields() and c.op in ("==", "in") and stem in _NOUNS.get(c.field, c.field)
    )
    if meant:
        named = {c.field for c in meant}
        plan = plan.but(where=(*plan.where, *meant), by=tuple(k for k in plan.by if k.field not in named))
    if (
        stem in ("year", "mont", "peri", "ano", "mes", "mês", "quar", "trim", "week")
        and before.periods
        and not plan.periods
    ):
        plan = plan.but(periods=before.periods, by=tuple(k for k in plan.by if k.field != "time" or len(plan.by) > 1))
    return replace(alone, plan=plan, confidence=min(alone.confidence, 0.9))


_THEY = re.compile(
    r"\b(?:they|them|those|these|their|eles|elas|deles|delas)\b(?! (?:states|categories|sellers|months))", re.IGNORECASE
)


def stem_of(noun: str) -> str:
    """Return the beginning under which a noun is compared with the names of fields."""
    return noun.casefold()[:4]


_NOUNS = {
    "seller_id": "seller vendedor lojista merchant vendor",
    "customer_unique_id": "customer cliente buyer",
    "product_id": "product produto item",
    "product_category": "category categoria",
    "customer_state": "state estado",
    "seller_state": "state estado",
    "customer_city": "city cidade",
}


_OPPOSITE = re.compile(
    r"\b(?P<a>highest|top|best|most|largest|fastest|slowest|cheapest|biggest|longest|most expensive|priciest|maiores|melhores|mais)(?P<tail>[- ]?(?:selling|rated|performing|vendid[oa]s|avaliad[oa]s))?(?P<joint>\s*(?:and the|and|&|e os|e as|e|/)\s+(?:\d+\s+)?)"
    r"(?P<b>lowest|bottom|worst|least|fewest|smallest|slowest|fastest|priciest|shortest|most expensive|cheapest|menores|piores|menos)\b",
    re.IGNORECASE,
)


def _two_directions(message: str, link: object, calendar: Calendar) -> list[Part]:
    """Cut "the highest and lowest freight" in two rankings."""
    found = _OPPOSITE.search(message)
    if found is None:
        return []
    texts = [
        message[: found.start("joint")] + message[found.end() :],
        message[: found.start("a")] + message[found.start("b") :],
    ]
    texts = [re.sub(r"\b(top|os|as) (\d+) ", r"\2 ", text) for text in texts]
    readings = [read(text, link(text), calendar) for text in texts]  # type: ignore[operator]
    plans = [r.plan for r in readings if r.plan is not None and r.confidence >= _SURE]
    if len(plans) < 2 or plans[0].order == plans[1].order or not plans[0].by:
        return []
    return [Part(_capital(describe(plan)), plan, r.confidence) for plan, r in zip(plans, readings, strict=True)]


def _two_rankings(message: str, whole: Reading, link: object, calendar: Calendar) -> list[Part]:
    """Cut "which states and categories ..." and "slowest deliveries and lowest scores" in two."""
    language = language_of(message)
    _, mentions = gather(message, language, link(message), calendar)  # type: ignore[operator]
    items = [m for m in mentions if m.kind != "filler"]
    texts = _by_subjects(message, items) or _by_rankings(message, items)
    if not texts:
        return []
    readings = [read(text, link(text), calendar) for text in texts]  # type: ignore[operator]
    if any(r.plan is None or r.confidence < _SURE for r in readings):
        return []
    plans = [r.plan for r in readings if r.plan is not None]
    return [Part(_capital(describe(plan)), plan, r.confidence) for plan, r in zip(plans, readings, strict=True)]


def _by_subjects(message: str, items: Sequence[Mention]) -> list[str]:
    """Two things ranked by one measure: "which states and categories generate the most sales"."""
    for index in range(len(items) - 2):
        first, which, second = items[index : index + 3]
        between = _between(message, first, second)
        asked = index > 0 and items[index - 1].kind == "which" and which.kind == "which"
        if asked and _PAIRED_WHICH.fullmatch(between) and {first.kind, second.kind} <= {"dimension", "entity", "grain"}:
            a, b = message.find(first.text), message.find(second.text)
            return [message[: a + len(first.text)] + message[b + len(second.text) :], message[:a] + message[b:]]
    for index in range(len(items) - 1):
        first, second = items[index], items[index + 1]
        subjects = first.kind in ("dimension", "entity", "grain") and second.kind in ("dimension", "entity", "grain")
        asked = index > 0 and items[index - 1].kind in ("which", "order", "adjective", "number")
        ranked = any(item.kind in ("order", "adjective") for item in items)
        plural = first.text.casefold().endswith("s") and second.text.casefold().endswith("s")
        between = _between(message, first, second)
        if subjects and asked and ranked and plural and _PAIRED.fullmatch(between):
            return [_without(message, second, first), _without(message, first, second)]
    return []


def _by_rankings(message: str, items: Sequence[Mention]) -> list[str]:
    """One thing ranked by two measures in directions of their own: "slowest deliveries and lowest review scores"."""
    ranks = [i for i, item in enumerate(items) if item.kind in ("order", "adjective")]
    if len(ranks) != 2 or not any(item.kind == "which" for item in items[: ranks[0]]):
        return []
    first, second = (items[i] for i in ranks)
    cut = [m for m in _PAIRED.finditer(message) if _place(message, first) < m.start() < _place(message, second) + 1]
    if not cut:
        return []
    head = message[: _place(message, first)]
    return [message[: cut[-1].start()], head + message[cut[-1].end() :]]


def _place(message: str, mention: Mention) -> int:
    return message.casefold().find(mention.text.casefold().split()[0])


def _between(message: str, first: Mention, second: Mention) -> str:
    a, b = message.find(first.text), message.find(second.text)
    return message[a + len(first.text) : b] if 0 <= a < b else ""


def _without(message: str, dropped: Mention, kept: Mention) -> str:
    a, b = message.find(dropped.text), message.find(kept.text)
    if a < b:
        return message[:a] + message[b:]
    return message[: b + len(kept.text)] + message[a + len(dropped.text) :]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
