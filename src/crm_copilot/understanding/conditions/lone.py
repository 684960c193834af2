"""Comparisons without a number: "a single seller" means one, "only" and "within" mean nothing by themselves."""

from __future__ import annotations

from crm_copilot.library.plan import Condition, Having, Op, count_of
from crm_copilot.understanding.conditions.groups import subject_key
from crm_copilot.understanding.draft import Draft

_REPEATED = {"has_review": "review", "is_sold": "item"}
# Things that one phrase names together with what is done with them: "products sold".
_SOLD = {"item": "product_id"}
_MEANINGLESS = ("==", "between", "<=", ">1")
_TIMES = ("once", "times", "vez", "vezes")


def read_lone_comparison(draft: Draft, index: int) -> Op | None:
    """Use up a comparison that has no number; return how it compares with 1 where that is what it means."""
    name = draft.name(index)
    if draft.kind(index) != "compare":
        return None
    if (draft.kind(index - 1), draft.kind(index + 1)) == ("period", "period"):
        draft.use(index, "nothing")
        return None
    if (
        draft.word(index) == "over"
        and draft.kind(index + 1) == "period"
        and draft.touching(index, index + 1, at_most=1)
    ):
        draft.use(index, "nothing")  # "over the last six months"
        return None
    if name == ">1" and draft.word(index).startswith("combina") and draft.has("number"):
        draft.use(index, "nothing")  # "combinations of city and category with 30 orders"
        return None
    if name == ">1" and draft.kind(index + 1) in ("entity", "dimension", "quantity"):
        draft.use(index, "threshold")
        return ">"
    if name == ">1" and read_repeated(draft, index, ">"):
        return None
    if draft.kind(index - 1) == "order":
        draft.use(index, "nothing")
        return None
    if name in (">=", ">") and _one_item(draft, index + 1):
        _read_one_item(draft, index)
        return None
    if draft.word(index) in ("a single", "single") and draft.kind(index + 1) in ("entity", "dimension"):
        draft.use(index, "threshold")
        return "=="
    _leave(draft, index)
    return None


def read_repeated(draft: Draft, index: int, op: Op) -> bool:
    """Read "reviewed more than once", "customers who bought several times" as groups with more than one of those."""
    before = index - 1
    what = _REPEATED.get(draft.named(before, "predicate")) or draft.named(before, "entity")
    if not what or not draft.touching(before, index, at_most=1):
        return False
    counted = count_of(what)
    key = subject_key(draft, before, counted) or _SOLD.get(what)
    if key is None:
        return False
    for used in (before, index):
        draft.use(used, "threshold")
    draft.having.append((index, Having(key, counted, op, 1)))
    return True


def _one_item(draft: Draft, index: int) -> bool:
    return draft.kind(index) == "predicate" and draft.name(index) == "is_single_item"


def _read_one_item(draft: Draft, index: int) -> None:
    """Read "more than one item" as several, "one item or more" as any."""
    draft.use(index, "threshold")
    draft.use(index + 1, "threshold")
    if draft.name(index) == ">":
        draft.where.append((index, Condition("is_multi_item")))


def _leave(draft: Draft, index: int) -> None:
    if draft.name(index) in _MEANINGLESS and draft.word(index).split()[-1] not in _TIMES:
        draft.use(index, "nothing")
        return
    if _between_two(draft, index):
        draft.use(index, "nothing")
        return
    draft.use(index, "unread")
    draft.doubt(f"{draft.items[index].text} without a number", 0.3)


def _between_two(draft: Draft, index: int) -> bool:
    """Whether two values of one kind are compared: "is the score in SP higher than in BA?"."""
    sides = [draft.name(i) for i in (index - 1, index + 1) if draft.kind(i) == "value"]
    return len(sides) == 2 and sides[0] == sides[1]
