"""Scores and instalments that are named by their number: "5-star", "score of 1 or 2", "10 instalments"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crm_copilot.library.plan import By, Condition
from crm_copilot.understanding.conditions.units import is_about_paying
from crm_copilot.understanding.draft import Draft

_SCORES = (1, 2, 3, 4, 5)
_RANGE = frozenset(("a", "to", "-", "ate", "until"))
_TIMES = frozenset("x vez veze vezes".split())
_ONCE = re.compile(r"\b1 ?x\b")


def read_literals(draft: Draft) -> None:
    """Read the numbers beside a score or a number of instalments as equalities."""
    _read_instalments(draft)
    for index in draft.indices("quantity"):
        name = draft.named(index, "quantity")
        if name in ("review_score", "payment_installments"):
            _read_literal(draft, index, name)
            _put_together(draft, index, name)


def _read_literal(draft: Draft, index: int, name: str) -> None:
    numbers = _numbers_beside(draft, index)
    if draft.kind(index - 1) == "by" and draft.touching(index - 1, index):
        for used in numbers:
            draft.use(used, "nothing")
        return
    values = [draft.items[i].value for i in numbers]
    if sorted(values) == [_SCORES[0], _SCORES[-1]] and _RANGE & set(draft.gap(*sorted(numbers))):
        for used in numbers:
            draft.use(used, "nothing")
        return  # "scores from 1 to 5" are all
    if not values or (name == "review_score" and not all(value in _SCORES for value in values)):
        return
    for used in (index, *numbers):
        draft.use(used, "literal")
    again = max(index, *numbers) + 1
    if draft.free(again) and draft.named(again, "quantity") == name and draft.touching(again - 1, again):
        draft.use(again, "nothing")  # "rated us 1 star"
    draft.where.append((index, _is_one_of(name, [int(value) for value in values])))


def _is_one_of(name: str, values: Iterable[int]) -> Condition:
    wanted = tuple(sorted(values))
    return Condition(name, "in", wanted) if len(wanted) > 1 else Condition(name, "==", wanted[0])


def _put_together(draft: Draft, index: int, name: str) -> None:
    """Compare the groups where a second number is named: "orders with 1 star compared with orders with 5 stars"."""
    found = [(i, c) for i, c in draft.where if c.field == name and c.op in ("==", "in")]
    if len(found) < 2:
        return
    values = {v for _, c in found for v in (c.value if isinstance(c.value, tuple) else (c.value,))}
    draft.where = [(i, c) for i, c in draft.where if (i, c) not in found]
    draft.where.append((index, Condition(name, "in", tuple(sorted(values)))))
    if all(key.field != name for _, key in draft.keys):
        draft.keys.append((index, By(name)))


def _numbers_beside(draft: Draft, index: int) -> list[int]:
    """Return the numbers before the quantity; those behind it when there are none."""
    return _numbers_from(draft, index, -1) or _numbers_from(draft, index, 1)


def _numbers_from(draft: Draft, index: int, step: int) -> list[int]:
    found: list[int] = []
    at = index + step
    while draft.free(at) and draft.kind(at) == "number" and len(draft.gap(*sorted((at, at - step)))) <= 2:
        other = _ranks(draft, at) if step == -1 else _counts_next(draft, index, at)
        if other:
            break
        found.append(at)
        at += step
    return found


def _ranks(draft: Draft, number: int) -> bool:
    """Whether the number is how many are wanted: "top 5 scores"."""
    return draft.kind(number - 1) == "order" and not draft.word(number - 1).endswith(("most", "mais", "fewest"))


def _counts_next(draft: Draft, index: int, number: int) -> bool:
    """Whether the number counts the thing behind it: "by score, 5 sellers"."""
    counted = draft.kind(number + 1) in ("entity", "dimension") and draft.touching(number, number + 1)
    return counted and draft.word(index) not in ("stars", "star")


def _read_instalments(draft: Draft) -> None:
    """Read "in 10x", "1x and 10x", "em 3 vezes" as numbers of instalments; several of them are compared."""
    numbers = [i for i in draft.indices("number") if _TIMES & set(draft.behind(i, 1)) and is_about_paying(draft)]
    single = [i for i in draft.indices("predicate") if _ONCE.search(draft.word(i))]
    if not numbers or any(draft.kind(i - 1) == "compare" or draft.kind(i + 1) == "compare" for i in numbers):
        return
    for index in numbers:
        draft.use(index, "literal")
        draft.fillers.add(draft.items[index].end)
    values = {int(draft.items[i].value) for i in numbers} | ({1} if single else set())
    for index in single:
        draft.use(index, "literal")
    place = min((*numbers, *single))
    draft.where.append((place, _is_one_of("payment_installments", values)))
    if len(values) > 1:
        draft.keys.append((place, By("payment_installments")))
