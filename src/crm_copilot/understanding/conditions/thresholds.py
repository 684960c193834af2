"""Comparisons with a number: "at least 3 orders", "between 5 and 10 days", "R$ 500 or more", "50+"."""

from __future__ import annotations

from typing import Any, cast

from crm_copilot.domain import Period
from crm_copilot.library.plan import Condition, Having, Measure, Op
from crm_copilot.understanding.conditions.groups import stretch_key, subject_key
from crm_copilot.understanding.conditions.lone import read_lone_comparison
from crm_copilot.understanding.conditions.targets import Target, find_target, timed_target
from crm_copilot.understanding.conditions.units import TIME_UNITS, unit_of
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import plain

# Comparisons that stand behind their number begin with these words: "3 or more", "5 ou mais".
_POSTFIX = frozenset("or and ou e 以 及 plus so só only".split())
OPPOSITE: dict[Op, Op] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!="}
_STRICT: dict[Op, Op] = {">=": ">", "<=": "<"}
_ONE = frozenset("a an uma um one".split())
_AGO = frozenset("before ago antes atras".split())
_UP_TO = frozenset("to - – through until a ate".split())
_PROMISED = frozenset("promised estimated estimate promise deadline due prazo prevista previsto estimada".split())


def read_thresholds(draft: Draft) -> None:
    """Read every comparison of the question, and numbers with a plus sign behind them."""
    for index in draft.indices("compare"):
        if draft.free(index):
            _read_comparison(draft, index)
    for index in draft.indices("number"):
        end = draft.items[index].end
        if draft.free(index) and end < len(draft.tokens) and draft.tokens[end].text == "+":
            draft.use(index, "threshold")
            draft.fillers.add(end)
            apply_threshold(draft, index, index, ">=", draft.items[index].value)
        elif _is_range(draft, index):
            explains = draft.before(index, 1) == ["("] or _are_all_scores(
                draft, index
            )  # "negative reviews (1-2 stars)"
            draft.use(index, "nothing" if explains else "threshold")
            draft.use(index + 1, "nothing" if explains else "threshold")
            if explains:
                continue
            value = (draft.items[index].value, draft.items[index + 1].value)
            apply_threshold(draft, index, index + 1, "between", value)


def _are_all_scores(draft: Draft, index: int) -> bool:
    """Whether a range is all that a score can be: "distribution of review scores from 1 to 5"."""
    ends = (draft.items[index].value, draft.items[index + 1].value)
    return ends == (1, 5) and draft.named(index - 1, "quantity") == "review_score"


def _is_range(draft: Draft, index: int) -> bool:
    """Whether two numbers are the ends of a range: "10 to 20 reais", "50-100", "de 2 a 4 itens"."""
    both = (
        draft.language != "zh"
        and draft.free(index + 1)
        and draft.kind(index + 1) == "number"
        and draft.kind(index - 1) != "order"
    )
    if not both or len(gap := draft.gap(index, index + 1)) != 1 or gap[0] not in _UP_TO:
        return False
    low, high = draft.items[index].value, draft.items[index + 1].value
    return low is not None and high is not None and low < high


def _read_comparison(draft: Draft, index: int) -> None:
    op = cast(Op, draft.named(index, "compare"))
    numbers = None if draft.name(index) == ">1" else _number_of(draft, index)
    if numbers is None:
        if not _read_one_unit(draft, index, op) and (one := read_lone_comparison(draft, index)):
            apply_threshold(draft, index, index, one, 1.0)
        return
    number, last = numbers
    if draft.word(index) == "over" and "the" in draft.gap(index, number) and draft.kind(number + 1) == "grain":
        for place in (index, number):
            draft.use(place, "nothing")  # "over the four quarters of 2017"
        draft.marks.setdefault(number + 1, "by")
        return
    if op == "==" and "+" in draft.behind(number, 1):
        draft.use(index, "nothing")  # "cities with 200+ orders only"
        return
    if op == "==" and _is_of_a_ranking(draft, index, number):
        draft.use(index, "nothing")  # "only the five biggest", "top 5 only", "only the ones with ..."
        return
    value: object = draft.items[number].value
    op = said_op(draft, index, number)
    if op == ">=" and value == 1 and number > index and draft.kind(number + 1) == "value":
        draft.use(index, "nothing")
        draft.use(number, "nothing")
        return  # "with at least one toy" says no more than "with toys"
    draft.use(index, "threshold")
    draft.use(number, "threshold")
    if op == "between":
        second = next((i for i in draft.indices("number") if i > number), None)
        if second is None:
            draft.doubt("a range without its end", 0.4)
            return
        draft.use(second, "threshold")
        value, last = (value, draft.items[second].value), second
    first = min(index, number)
    apply_threshold(draft, first, last, _turned(draft, first, op), value)


def said_op(draft: Draft, index: int, number: int) -> Op:
    """Return the comparison that a mention makes with a number: "and below 100" is no "100 and below"."""
    op = cast(Op, draft.named(index, "compare"))
    before = number > index and plain(draft.word(index)).split()[0] in _POSTFIX
    return _STRICT.get(op, op) if before else op


def _is_of_a_ranking(draft: Draft, index: int, number: int) -> bool:
    """Whether "only" stands beside a number of rows, or beside a word for the rows, and limits nothing."""
    if draft.word(number) == "ones":
        draft.use(number, "nothing")
        return True
    ranked = number < index and draft.kind(number - 1) in ("order", "adjective")
    return ranked or draft.kind(number + 1) in ("order", "adjective")


def _read_one_unit(draft: Draft, index: int, op: Op) -> bool:
    """Read "within a week", "over a month" as a threshold of one such unit."""
    unit = TIME_UNITS.get(draft.name(index + 1)) if draft.kind(index + 1) == "grain" else None
    ordered = op in ("<", "<=", ">", ">=") and draft.free(index + 1)
    if unit is None or not ordered or not _ONE & set(draft.gap(index, index + 1)):
        return False
    target, used = timed_target(draft, index, index + 1, [index + 1], unit.name)
    for place in (index, *used):
        draft.use(place, "threshold")
    if isinstance(target, str):
        draft.where.append((index, Condition(target, op, _whole(unit.factor))))
    return isinstance(target, str)


def _number_of(draft: Draft, index: int) -> tuple[int, int] | None:
    """Return the number that a comparison speaks of, and the last mention of the two.

    It stands after it ("at least 3"), before it ("3 or more"), or before the noun before it ("3 items or more").
    """
    postfix = draft.items[index].text.split()[0].casefold() in _POSTFIX
    before, after = index - 1, index + 1
    if draft.kind(before) == "number" and "," in draft.gap(before, index):
        postfix, before = False, -1
    behind = _is_number(draft, after) and draft.touching(index, after, at_most=2)
    if not postfix and behind:
        return after, after
    if _is_number(draft, before) and draft.touching(before, index, at_most=2):
        return before, index
    beyond = index - 2
    if postfix and _is_number(draft, beyond) and draft.kind(before) in ("entity", "quantity", "dimension", "grain"):
        return beyond, index if draft.kind(before) == "grain" else beyond
    return (after, after) if behind else None


def _is_number(draft: Draft, index: int) -> bool:
    return draft.free(index) and draft.kind(index) == "number"


_PAUSES = frozenset(":;,.(–—-")


def _turned(draft: Draft, index: int, op: Op) -> Op:
    """Turn a threshold round that says what to leave out: "ignore those with fewer than 100 leads"."""
    for before in (index - 1, index - 2, index - 3):
        if draft.free(before) and draft.kind(before) == "no":
            paused = bool(_PAUSES & set(draft.gap(before, before + 1)))
            if draft.touching(before, before + 1, at_most=6 if paused else 2):
                draft.use(before, "negation")
                return op if paused else OPPOSITE.get(op, op)  # "leave out the small ones: at least 50 items"
        if draft.kind(before) not in ("with", "entity", "dimension"):
            break
    return op


def apply_threshold(draft: Draft, first: int, last: int, op: Op, value: Any) -> None:
    """Limit what the mentions from `first` to `last` speak of: rows by a field, or groups by a measure."""
    number = next((i for i in (last, first, last - 1) if draft.kind(i) == "number"), last)
    unit = unit_of(draft, number)
    behind = draft.behind(number, 6)
    if unit.name == "days" and _AGO & set(behind[:3]) and not _PROMISED & set(behind):
        draft.doubt("days before what", 0.4)
    target, used = found = find_target(draft, first, last, unit.name)
    for index in used:
        draft.use(index, "threshold")
    if target is None:
        draft.doubt(f"what {draft.items[number].text} limits", 0.5)
        return
    _limit(draft, first, number, found, op, _scaled(value, unit.factor))


def _limit(draft: Draft, first: int, number: int, found: Target, op: Op, value: Any) -> None:
    target, used = found
    if isinstance(target, Measure):
        sellers = target.metric == "revenue" and any(draft.name(index) == "active_sellers" for index in used)
        key = "seller_id" if sellers else subject_key(draft, first, target) or stretch_key(draft, first) or ""
        period = _own_period(draft, max(number, *used) if used else number)
        draft.having.append((first, Having(key, target, op, value, period=period)))
    elif target is not None:
        draft.where.append((first, Condition(target, op, value)))


def _own_period(draft: Draft, last: int) -> Period | None:
    """Return the period that only the condition is about: "grew most, at least 50 items in H1 2017"."""
    after = last + 1
    others = [i for i in draft.indices("period", free=False) if i != after]
    own = draft.free(after) and draft.kind(after) == "period" and draft.touching(last, after, at_most=2)
    if not others or not own or not draft.has("transform", "growth", "yoy", "compare"):
        return None
    draft.use(after, "threshold")
    return cast(Period, draft.items[after].value.period)


def _scaled(value: Any, factor: float) -> Any:
    if isinstance(value, tuple):
        return tuple(_scaled(one, factor) for one in value)
    return _whole(value * factor if factor != 1.0 else value)


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
