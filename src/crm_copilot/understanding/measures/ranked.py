"""What a ranking is by: "top 5 reps by deals won", "the states with the most orders"."""

from __future__ import annotations

from crm_copilot.catalog import metrics
from crm_copilot.library.plan import count_of, distinct_of, measure_of
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.measures.adding import add, add_count
from crm_copilot.understanding.measures.natural import natural_entity

_ENDS = {"max": "desc", "min": "asc"}
_SUBJECTS = ("dimension", "grain", "entity")
_EACH = ("per", "each", "for each", "cada", "por cada")
_DIFFERENT = frozenset("different distinct unique diferente distinto distinta".split())
_MOST = frozenset("most fewest least mais menos more fewer".split())


def read_ranked_by(draft: Draft) -> None:
    """Read "top 5 reps by deals won": what stands behind "by" is the measure when something else is ranked."""
    ranked = [i for i, mark in draft.marks.items() if mark == "rank"]
    sorts = [i for i, item in enumerate(draft.items) if item.kind == "transform" and item.name == "rank"]
    tops = [i for i, item in enumerate(draft.items) if item.kind == "order" and draft.limit is not None]
    first = min([*ranked, *sorts, *tops], default=len(draft.items))
    for index, mark in sorted(draft.marks.items()):
        named = draft.kind(index) == "entity" and draft.free(index) and draft.word(index - 1) not in _EACH
        compared = draft.has("transform", "compare") and draft.items[index].counts
        if mark == "by" and named and (first < index or compared):
            add(draft, index, count_of(draft.name(index)))
            del draft.marks[index]
            return


def read_max_as_most(draft: Draft) -> None:
    """Read "the weekday with max orders" and "which month had max revenue" as rankings by their number."""
    for index in draft.indices("agg"):
        ahead = draft.kind(index + 1) if draft.touching(index, index + 1) else ""
        counted = ahead == "entity" or (
            ahead == "metric" and metrics()[draft.name(index + 1)].agg in ("sum", "nunique")
        )
        led = draft.kind(index - 1) == "with" and draft.touching(index - 1, index, at_most=1)
        subject = next((i for i in (index - 2, index - 1) if draft.kind(i) in _SUBJECTS and draft.free(i)), None)
        if draft.name(index) not in _ENDS or not counted or not led or subject is None:
            continue
        draft.use(index, "order")
        draft.order = _ENDS[draft.name(index)]
        draft.marks.setdefault(subject, "rank")


def read_most_different(draft: Draft) -> None:
    """Read "the seller with the most different customer states" as a ranking by the number of states."""
    for index in draft.indices("dimension"):
        words = draft.before(index, 2)
        ranked = draft.kind(index - 1) == "order" and draft.touching(index - 1, index, at_most=1)
        if ranked and len(words) == 2 and words[0] in _MOST and words[1] in _DIFFERENT and draft.marks.keys() - {index}:
            add(draft, index, distinct_of(draft.name(index)))
            draft.marks.pop(index, None)


def read_most_such(draft: Draft) -> None:
    """Read "the seller with the most negative reviews", where one phrase says both which and of what."""
    if draft.indices("quantity", "metric"):
        return
    for index in draft.indices("predicate", free=False):
        most = draft.kind(index - 1) == "order" and draft.word(index - 1).split()[-1] in _MOST
        alone = draft.kind(index) == "predicate" and draft.kind(index + 1) != "entity"
        if most and alone and draft.touching(index - 1, index) and not draft.measures:
            draft.measures.append((index, count_of(natural_entity(draft.name(index)))))


def read_most_of(draft: Draft) -> None:
    """Read "the states with the most orders" as a ranking by orders, whatever else is shown."""
    for index in draft.indices("entity"):
        before = index - 1
        judged = draft.kind(before) == "order" and draft.name(before) in ("best", "worst")
        if judged and draft.name(index) == "review" and draft.touching(before, index, at_most=2):
            add(draft, index, measure_of("average_review_score"))
            draft.marks.pop(index, None)
            continue
        if draft.roles.get(before) == "predicate":
            before -= 1
        most = draft.kind(before) == "order" and draft.word(before).split()[-1] in _MOST
        counted = draft.kind(index) == "entity" and index not in draft.marks
        if most and counted and draft.touching(before, index, at_most=1):
            add_count(draft, index, draft.name(index))
