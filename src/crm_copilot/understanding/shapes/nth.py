"""One place of a ranking: "the second best category", "which state came third by revenue", "a terceira maior"."""

from __future__ import annotations

import re

from crm_copilot.library.plan import Condition, Plan
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import plain

_PLACES = {
    "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
    "segund": 2, "terceir": 3, "quart": 4, "quint": 5,
}  # fmt: skip
_EN = r"second|third|fourth|fifth|2nd|3rd|4th|5th"
_PT = r"(?:segund|terceir|quart|quint)(?=[oa]s?\b)"
_NTH = re.compile(
    rf"\b(?P<en>{_EN})(?=[- ](?:best|most|highest|largest|biggest|lowest|worst|least|top|smallest|busiest|strongest"
    r"|weakest|cheapest|priciest|fastest|slowest|quickest|longest|shortest|heaviest)\b)"
    r"|(?P<runner>\brunners?[- ]up\b)"
    rf"|\b(?:came|comes|come|ranks?|ranked|finish(?:es|ed)?|placed|in) (?P<placed>{_EN})"
    r"(?: place)?\b(?! (?:half|quarter|semester|week|month|order|purchase))"
    rf"|\b(?P<pt>{_PT})[oa]s? (?=(?:\w+ )?(?:(?:que|com) (?:o |a )?)?(?:mai[s]?|maior(?:es)?|melhor(?:es)?|menor(?:es)?"
    r"|pior(?:es)?|menos)\b)"
    rf"|\b(?:em|no) (?P<lugar>{_PT})[oa] (?:lugar|posicao)\b|\b(?P<colocado>{_PT})[oa]s? (?:lugar|colocad[oa])\b"
)


def pick_place(draft: Draft, plan: Plan) -> Plan:
    """Show the row of a ranking whose place is asked for."""
    found = _NTH.search(plain(draft.question))
    if found is None or len(plan.by) != 1 or len(plan.measures) != 1 or plan.transform or plan.listing or plan.reduce:
        return plan
    wanted = 2 if found["runner"] else _PLACES[next(said for said in found.groups() if said)]
    draft.fillers.update(i for i, t in enumerate(draft.tokens) if found.start() <= t.start < found.end())
    show = (Condition("place", "==", wanted),)
    return plan.but(transform="rank", show=show, order=plan.order or "desc", limit=None)
