"""Who did something in each of two periods: "customers who bought in both 2017 and 2018"."""

from __future__ import annotations

import re
from typing import cast

from crm_copilot.domain import Period
from crm_copilot.library.plan import Having, count_of
from crm_copilot.understanding.conditions.left_out import whose
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import plain

_BOTH = re.compile(
    r"\b(?:in|during|of|for) both\b|\bboth (?:in|during)\b"
    r"|\bboth (?=\d|h1|h2|q\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"|\btanto (?:em|no|na)\b|\bnos dois (?:anos|meses|periodos)\b"
    r"|\band again in\b|\be (?:tambem|de novo|novamente) (?:em|no)\b"
)


def read_both(draft: Draft) -> None:
    """Keep the customers, sellers or products that have an order in each of two periods."""
    periods = [i for i in draft.indices("period") if draft.kind(i) == "period"]
    cue, key = _BOTH.search(plain(draft.question)), whose(draft)
    if cue is None or key is None or len(periods) != 2 or draft.has("metric") or draft.has("quantity"):
        return
    for index in periods:
        period = cast(Period, draft.items[index].value.period)
        draft.having.append((index, Having(key, count_of("order"), ">", 0, period=period)))
        draft.use(index, "threshold")
    said = set(re.findall(r"\w+", cue.group()))
    draft.fillers.update(place for place, token in enumerate(draft.tokens) if token.text.casefold() in said)
