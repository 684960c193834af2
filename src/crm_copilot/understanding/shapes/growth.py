"""Growth: from month to month, year on year, or between two periods."""

from __future__ import annotations

from crm_copilot.library.plan import Plan, by_time
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.shapes.order import asks_which

# Words that may as well ask for the level and not for its change.
_WEAK = frozenset("change changed rise fall drop increase decrease grow decline".split())
_FALLS = frozenset(
    "fall drop decrease decline declined dropped fell decreased fallen queda caiu cairam reducao diminuiu shrink"
    " shrank shrunk loss lost lose perdeu perderam encolheu encolheram"
    " despencou despencaram derreteu derreteram".split()
)
_FELL_MOST = frozenset(
    "lost the most;lost most;lose the most;perdeu mais;perderam mais;mais perdeu;mais perderam".split(";")
)
_MOST = ("most", "fastest", "hardest", "mais")
_ABSOLUTE = (
    "absolut", "in reai", "em reai", "in real", "em real", "em valor", "in value", "amount of growth",
    "added the most", "added most", "adding the most", "gained the most", "gained most", "gaining the most",
    "ganhou mais", "ganharam mais", "acrescentou mais", "acrescentaram mais",
)  # fmt: skip
_GRAINS = (("quarter", ("quarter", "qoq", "trimestr")), ("week", ("week", "wow", "seman")))


def grow(draft: Draft, plan: Plan) -> Plan:
    """Show the change of the measure over time."""
    yoy = draft.has("transform", "yoy")
    if not yoy and not draft.has("transform", "growth") and not is_compared_in_percent(draft, plan):
        return plan
    for index in draft.indices("transform"):
        if draft.name(index) in ("growth", "yoy"):
            draft.use(index, "transform")
    _use_how_much(draft)
    if not plan.measures or plan.correlate:
        return plan
    if not any(key.field in ("time", "period") for key in plan.by):
        plan = plan.but(by=(*plan.by, by_time("year" if yoy else _grain(draft))))
    timed = [key for key in plan.by if key.field in ("time", "period")]
    keys = [key for key in plan.by if key not in timed]
    transform = "yoy" if yoy and timed[0].grain in ("month", "quarter") else "growth"
    order = _order(draft, plan, ranked=bool(keys))
    return plan.but(by=(*keys, *timed), transform=transform, absolute=_is_absolute(draft), order=order)


def _use_how_much(draft: Draft) -> None:
    """Use up "by how many percent", "in %": growth is in percent."""
    for index in draft.indices("transform"):
        if draft.name(index) == "share":
            draft.use(index, "transform")
            if draft.free(index - 1) and (draft.kind(index - 1), draft.name(index - 1)) == ("agg", "count"):
                draft.use(index - 1, "agg")


def _order(draft: Draft, plan: Plan, ranked: bool) -> str | None:
    """Return the direction of a ranking by growth: what fell most comes first where falls are asked for."""
    said = {item.text.casefold() for item in draft.items if item.name in ("growth", "yoy")}
    timed = [key for key in plan.by if key.field in ("time", "period")]
    if said <= _WEAK and len(timed) == 1 and timed[0].field == "time" and len(plan.periods) < 2:
        draft.doubt("whether the change is asked for", 0.05)
    if ranked and any(word in _FELL_MOST for word in said):
        return "asc"
    order = plan.order if ranked or plan.limit or asks_which(draft) else None
    most = any(set(_MOST) & set(word.split()) for word in said)
    if order is None and ((ranked and (plan.limit or most)) or (most and _asks_which_time(draft))):
        order = "desc"
    falls = any(word in _FALLS for words in said for word in words.split())
    return "asc" if order == "desc" and falls else order


def _asks_which_time(draft: Draft) -> bool:
    """Whether the month of the largest change is asked for: "in which month did revenue grow most"."""
    return any(draft.kind(i) == "grain" and mark == "which" for i, mark in draft.marks.items())


def is_compared_in_percent(draft: Draft, plan: Plan) -> bool:
    """Whether two periods are put side by side in percent: "how did Q2 2018 compare with Q2 2017 in % terms"."""
    if len(plan.periods) != 2 or any(key.field not in ("time", "period") for key in plan.by):
        return False
    return draft.has("transform", "compare") and draft.has("transform", "share")


def _is_absolute(draft: Draft) -> bool:
    """Whether growth is ranked by the amount: "in reais", "in absolute terms"."""
    words = " ".join(token.key for token in draft.tokens)
    return any(word in words for word in _ABSOLUTE)


def _grain(draft: Draft) -> str:
    said = [item.text.casefold() for item in draft.items if item.kind == "transform" and item.name == "growth"]
    found = (grain for text in said for grain, words in _GRAINS if any(word in text for word in words))
    return next(found, "month")
