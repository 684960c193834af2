"""The order of a follow-up: "and the worst?", "top 3 only", "the other way round"."""

from __future__ import annotations

import re
from typing import Literal

from crm_copilot.library.plan import Plan
from crm_copilot.understanding.followup.fragment import Fragment
from crm_copilot.understanding.followup.whole import covers, whole
from crm_copilot.understanding.shapes import direction_of

_TURNED = whole(
    r"(?:(?:sort|order|rank|put|list|ordene|ordena|coloque)\s(?:it|them|that|this)?\s?)?(?:in\s)?(?:the\s|a\s|o\s|na\s|em\s)?"
    r"(?:(?:other|opposite)\sway(?:\sa?round)?|reversed?(?:\s(?:it|that|them|the\s(?:order|sorting|list)|order))?"
    r"|opposite\sorder|flip(?:ped)?(?:\s(?:it|that|the\sorder))?|(?:ao\s)?contrario|inverso"
    r"|invert[ae](?:\sa\sordem)?|ordem\s(?:inversa|contraria))"
)
_LOWEST = r"(?:lowest|cheapest|smallest|fewest|least|shortest|fastest|menor|mais\sbarat[oa]|mais\srapid[oa])"
_HIGHEST = r"(?:highest|largest|biggest|most(?:\sexpensive)?|longest|slowest|maior|mais\scar[oa]|mais\slent[oa])"
_SORTED = whole(
    r"(?:(?:sort|order|rank|list|ordene|ordena|ordenar)\s(?:it|them|that|this)?\s?)?(?:from\s|d[aeo]s?\s)?(?:the\s|o\s|a\s)?"
    rf"(?:(?P<low>{_LOWEST})|(?P<high>{_HIGHEST}))"
    rf"\s(?:to|first|para|at\sthe\stop)(?:\s(?:the|o|a|os|as))?(?:\s(?:{_LOWEST}|{_HIGHEST}))?"
)
_FIRST_FEW = whole(
    r"(?:quero\s|ver\s|see\s|os\s|as\s|so\s|apenas\s|just\s|only\s|the\s|i\sneed\s|i\swant\s)*(?:(?:first|primeir[oa]s)\s(?P<n>\d+)"
    r"|(?:make|turn)\s(?:it|that)\s(?:into\s)?(?:a\s)?(?:top\s)?(?P<l>\d+)|(?P<m>\d+)\s(?:first|primeir[oa]s|maiores|at\sthe\stop))(?:\sonly|\sapenas)?"
)
_ALL_ROWS = whole(
    r"(?:(?:show|list|give|see|mostr[ae]|lista|liste|quero(?:\sver)?|traz)\s(?:me\s)?)?"
    r"(?:all(?:\s(?:of\s)?(?:them|those|the\srest|\w+))?|everything|the\s(?:whole|full)\s(?:list|ranking|table)"
    r"|tod[oa]s(?:\sel[ea]s)?|a\slista\s(?:toda|inteira|completa))"
    r"(?:,?\s(?:busiest|highest|biggest|best|largest|most)\sfirst)?"
)
_MADE = re.compile(r"\b(?:make (?:it|that)|faz(?:er)?|bota|coloca) (?:a |the )?(?:top )?(?P<n>\d{1,3})\b(?! ?%)")
_WHICH_IS = re.compile(
    r"^\W*(?:(?:and|so|ok|e|entao)[, ]+)?(?:which|what|who|qual|quem)(?: one)?"
    r"(?:'s| (?:is|was|has|had|e|foi|tem|teve))\b"
    r"|^\W*(?:(?:and|so|ok|but|e|mas)[, ]+)?(?:(?:what|how) about )?(?:the|o|a)"
    r" (?:best|worst|highest|lowest|biggest|smallest|largest|melhor|pior|maior|menor)(?: one)?\W*$"
)
_FROM_TO = re.compile(
    r"\bfrom (?:the )?(best|worst) to (?:the )?(?:best|worst)\b|\bdos? (melhor|pior)(?:es)? para os? (?:melhor|pior)"
)
_FIRST = {"best": "best", "worst": "worst", "melhor": "best", "pior": "worst"}
_OPPOSITE: dict[str | None, Literal["asc", "desc"]] = {"asc": "desc", "desc": "asc", None: "asc"}


def turned(fragment: Fragment) -> Plan | None:
    """Return the plan in another order, or its first rows, where that is all that is asked for."""
    before = fragment.before
    if not before.by:
        return None
    if found := covers(_FIRST_FEW, fragment):
        return before.but(limit=int(found["n"] or found["m"] or found["l"]), order=before.order or "desc")
    if before.limit and covers(_ALL_ROWS, fragment):
        return before.but(limit=None)
    if found := covers(_SORTED, fragment):
        return before.but(order="asc" if found["low"] else "desc")
    return before.but(order=_OPPOSITE[before.order]) if covers(_TURNED, fragment) else None


def rank(fragment: Fragment, plan: Plan) -> Plan:
    """Set the direction and the number of rows that the fragment names."""
    if not plan.by:
        return plan
    ranks = any(item.kind in ("order", "adjective", "which", "transform") for item in fragment.draft.items)
    ranks = ranks or bool(fragment.alone.limit) or not plan.order  # "only states with 100 orders" turns nothing round
    order = (fragment.alone.order if ranks else None) or fragment.draft.order
    order = _judged(fragment, plan) or order
    limit = fragment.alone.limit or fragment.draft.limit or _made(fragment)
    if order and not limit and _WHICH_IS.search(fragment.text):
        limit = 1
    if limit:
        return plan.but(limit=limit, order=order or plan.order or "desc")
    return plan.but(order=order) if order else plan


def _made(fragment: Fragment) -> int | None:
    """Return the number of rows of "make it 10, and for 2018"."""
    found = _MADE.search(fragment.text)
    if found is None:
        return None
    fragment.hear(found[0])
    fragment.draft.use_all("number")
    return int(found["n"])


def _judged(fragment: Fragment, plan: Plan) -> str | None:
    """Return the direction of a word whose sense depends on what is measured: best, worst; or that only orders."""
    if found := _FROM_TO.search(fragment.text):
        return direction_of(_FIRST[found[1] or found[2]], plan)
    name = next((item.name for item in fragment.draft.items if item.kind == "order"), None)
    judges = name in ("best", "worst") or (name and not fragment.alone.order)
    return direction_of(name, plan) if name and judges else None
