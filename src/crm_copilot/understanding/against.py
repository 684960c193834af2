"""Signs that something is held against what the plan does not show: the rest of the groups, an earlier quarter.

Each check is like those of `misgivings`, which calls them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from crm_copilot.library.plan import Plan
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import plain

Doubt = tuple[str, float]
_REST = re.compile(
    r"\b(?:versus|vs\.?|against|compared (?:to|with)|to|with|and|than|contra|e|x|com|que|do que|a) (?:all |tod[oa]s )?"
    r"(?:(?:of )?the |d?[oa]s )?(?:others?|rest|everyone else|everybody else|remaining|remainder|demais|outr[oa]s"
    r"|resto|restantes?)\b(?! (?:states?|reasons?|things?|words?))"
)
_LIKE = re.compile(
    r"\b(?:vs\.?|versus|against|compared (?:to|with)|over|em relacao|contra|comparado)\b(?: (?:ao?|the|com|o|a))*"
    r" (?:1st|2nd|3rd|4th|first|second|third|fourth|[1-4] ?[ºoª]|primeiro|segundo|terceiro|quarto)(?= *(?:[?.!,]|$))"
)


def says_rest(text: str) -> bool:
    """Whether a text holds something against all the others."""
    return bool(_REST.search(plain(text)))


def _against_the_rest(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Doubt a plan of some groups alone where they are to be compared with all others."""
    told_apart = any(key.only for key in plan.by) or any(key.field.startswith(("is_", "has_")) for key in plan.by)
    grouped = bool(plan.having) or draft.has("adjective") or draft.limit is not None
    if grouped and not told_apart and not plan.special and _REST.search(plain(draft.question)):
        yield "against the rest", 0.4


def _against_an_ordinal(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Doubt one period where it is held against another that only a number names: "in Q2, against the first"."""
    if len(plan.periods) < 2 and _LIKE.search(plain(draft.question)):
        yield "against which period", 0.35


def _against_one_group(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Doubt a ranking of one: "which state pays more than SP" asks for the others."""
    keys = {key.field for key in plan.by}
    if plan.limit and len(plan.by) == 1 and any(c.field in keys and c.op == "==" for c in plan.where):
        yield "against one of the groups", 0.4


def _side_by_side(draft: Draft, plan: Plan) -> Iterator[Doubt]:
    """Doubt numbers side by side where things are asked for of which one is more: "more items than payments"."""
    said = any(draft.kind(i) == "order" and draft.word(i) in _MORE for i in range(len(draft.items)))
    than = any(draft.kind(i) == "transform" and draft.word(i) in ("than", "do que") for i in range(len(draft.items)))
    alone = not plan.by and not plan.having and len(plan.periods) < 2
    if said and than and alone and len(plan.measures) > 1:
        yield "what is compared with what", 0.4


_MORE = ("more", "less", "fewer", "mais", "menos")
AGAINST: tuple[Callable[[Draft, Plan], Iterator[Doubt]], ...] = (
    _against_the_rest, _against_an_ordinal, _against_one_group, _side_by_side,
)  # fmt: skip
