"""How a quantity is aggregated: by the word inside its phrase, before it, behind it, or at the end of the question."""

from __future__ import annotations

from typing import cast

from crm_copilot.library.plan import Agg
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import key_of, plain

# How many mentions before a quantity its aggregation may stand.
_FAR = 3
_BETWEEN = ("order", "predicate", "grain", "number", "with", "entity")
_BEHIND = ("medio", "media", "mediano", "mediana", "total", "maximo", "minimo")
_ADD_UP = ("add up", "adds up", "amount to", "amounts to", "sum up", "come to", "somam", "totalizam")
_AT_THE_END = ("on average", "em media", "na media", "typically", "average")


def agg_of(draft: Draft, index: int) -> Agg | None:
    """Return the aggregation of a quantity or metric, None when the question names none."""
    found = draft.items[index].data.get("agg") or _agg_before(draft, index) or _agg_behind(draft, index)
    if (
        found == "sum"
        and _asks_how_much(draft)
        and (last := _agg_behind(draft, index) or _agg_at_the_end(draft, index))
    ):
        return cast(Agg, last)
    if found == "sum" and draft.word(index).startswith(("cost", "does it cost")):
        return "mean"  # "how much does it cost to ship to Bahia"
    if not found and draft.has("how", "how_long"):
        found = "mean"
    return cast("Agg | None", found or _adds_up(draft, index) or _agg_at_the_end(draft, index))


def _adds_up(draft: Draft, index: int) -> str | None:
    """Read "what did freight add up to in 2017" as the sum of what stands before."""
    said = [i for i in draft.indices("agg") if i > index and draft.word(i).startswith(_ADD_UP)]
    if not said or any(draft.named(i, "quantity", "metric") for i in range(index + 1, said[0])):
        return None
    draft.use(said[0], "agg")
    return "sum"


def _asks_how_much(draft: Draft) -> bool:
    return any(draft.word(i) in ("how much", "quanto", "qto", "qnto") for i in draft.indices("agg", free=False))


def _agg_before(draft: Draft, index: int) -> str | None:
    for before in range(index - 1, index - 1 - _FAR, -1):
        if not draft.touching(before, before + 1, at_most=1):
            return None
        if draft.kind(before) == "agg":
            return _used(draft, before)
        if not _may_stand_between(draft, before):
            return None
    return None


def _used(draft: Draft, index: int) -> str:
    """Use an aggregation up; in "average number of orders" the average is what is meant."""
    if draft.free(index):
        draft.use(index, "agg")
    outer = index - 1
    if draft.name(index) == "count" and draft.kind(outer) == "agg" and draft.free(outer):
        draft.use(outer, "agg")
        return draft.name(outer)
    return draft.name(index)


def _may_stand_between(draft: Draft, index: int) -> bool:
    listed = draft.kind(index) in ("quantity", "metric") and "," in draft.gap(index, index + 1)
    return draft.kind(index) in _BETWEEN or draft.roles.get(index) in ("value", "limit") or listed


def _agg_behind(draft: Draft, index: int) -> str | None:
    """Portuguese puts the adjective behind its noun: "frete médio"."""
    after = index + 1
    if not draft.free(after) or draft.kind(after) != "agg" or not draft.touching(index, after):
        return None
    if key_of(draft.items[after].text.split()[0]) not in _BEHIND or draft.kind(after + 1) == "entity":
        return None
    draft.use(after, "agg")
    return "sum" if draft.name(after) == "count" else draft.name(after)  # "frete total de 2017"


def _agg_at_the_end(draft: Draft, index: int) -> str | None:
    only = [i for i in draft.indices("agg") if draft.name(i) not in ("count", "sum")]
    if len(only) != 1 or only[0] < index or plain(draft.word(only[0])) not in _AT_THE_END:
        return None
    if draft.named(only[0] + 1, "quantity", "metric"):
        return None  # "the total paid and the average number of instalments"
    draft.use(only[0], "agg")
    return draft.name(only[0])
