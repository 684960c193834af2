"""What a grain of time says: how to break down ("monthly"), in what to count ("in days"), or nothing."""

from __future__ import annotations

import re

from crm_copilot.catalog import fields
from crm_copilot.understanding.draft import Draft

_ADVERBS = re.compile(
    r"""(?:dai|week|month|quarter|year|annual|hour)\w*ly\b | annual | wise | seasonal
      | mensa\w+ | di[aá]ri\w+ | semana\w+ | trimestra\w+ | anua\w+ | semestra\w+ | sazon
      | (?:month|day|year|week)[\ -]+by[\ -]+(?:month|day|year|week) | m[eê]s\ a\ m[eê]s | ano\ a\ ano
      | (\w+)\ (?:a|to|by)\ \1 | one\ \w+\ to\ the\ next | de\ um\
      | year\ and\ month | month\ and\ year | ano\ e\ m | m[eê]s\ e\ a
      | of\ the\ (?:day|week|month|year) | d[ao]\ (?:dia|semana|ano|m[eê]s)
      | weekday | time\ of\ day | daypart | day\ of | hour\ of | part | turno | per[ií]odo
      | 逐 | 每 | 各 | 度 | 星期 | 周几 | 季节""",
    re.VERBOSE,
)
_ALWAYS = ("weekday", "month of year", "daypart", "day of month")
_UNIT_WORDS = ("days", "hours", "dias", "horas", "天")


def breaks_down(draft: Draft, index: int) -> bool:
    """Whether a grain by itself says how to break down: "monthly revenue", but not "the last day"."""
    spread = draft.kind(index + 1) == "transform" and draft.name(index + 1) == "distribution"
    if spread and draft.touching(index, index + 1):
        return True  # "hour distribution"
    adverb = draft.name(index) in _ALWAYS or bool(_ADVERBS.search(draft.word(index)))
    crossed = index > 0 and draft.gap(index - 1, index) in (["x"], ["by"]) and draft.roles.get(index - 1) == "key"
    slashed = index > 0 and draft.gap(index - 1, index) == ["/"]  # "orders / month"
    return adverb or crossed or slashed or _is_averaged(draft, index) or _ends_list(draft, index)


def _is_averaged(draft: Draft, index: int) -> bool:
    """Whether an average stands right before or behind the grain: "média diária", "daily average"."""
    return any(
        draft.kind(near) == "agg"
        and draft.name(near) in ("mean", "median")
        and not draft.gap(min(near, index), max(near, index))
        for near in (index - 1, index + 1)
    )


def _ends_list(draft: Draft, index: int) -> bool:
    """Whether the grain ends a list of keys that brackets interrupt: "by region (North, South) and year"."""
    before = draft.before(index, 2)
    return "by" in draft.marks.values() and ")" in before and bool({"and", "e"} & set(before))


def is_unit(draft: Draft, index: int) -> bool:
    """Whether "days" or "hours" only says in what the answer is counted."""
    if draft.name(index) not in ("day", "hour", "week"):
        return False
    units = [fields()[measure.field].unit for _, measure in draft.measures if measure.field in fields()]
    timed = draft.has("how") or bool({"days", "hours"} & set(units))
    return timed and (draft.before(index, 1) in (["in"], ["em"], ["("]) or draft.word(index) in _UNIT_WORDS)
