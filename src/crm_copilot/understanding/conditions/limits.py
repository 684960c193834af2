"""How many are wanted: "top 5", "5 states", "os 10 maiores"; and exact numbers: "customers with 2 orders"."""

from __future__ import annotations

from crm_copilot.library.plan import Having, count_of, distinct_of
from crm_copilot.understanding.conditions.groups import subject, subject_key
from crm_copilot.understanding.draft import Draft

_COUNTABLE = frozenset("dimension entity order adjective predicate grain quantity metric value".split())
_ONE = frozenset("one single um uma 一".split())
_LABELS = frozenset(
    "exercise lab task question page slide section chart part appendix exercicio questao tarefa".split()
)
_MOST = 1000
_ENDS = frozenset(". ! ? ; ) please only apena".split())
_FIRST = frozenset("first primeiro primeira".split())
_OF_THEM = (["dele"], ["deles"], ["dela"], ["delas"])
_GIVE = frozenset("give me;show me;show;list;name;me de;me da;mostre;liste;cite;return;quero;want".split(";"))


def read_limit(draft: Draft) -> None:
    """Read the number of rows that are wanted, and the percentage of "the top 10 %"."""
    for index in draft.indices("number"):
        value = draft.items[index].value
        if draft.behind(index, 1) in (["%"], ["percent"], ["per"]):
            draft.percent = value
            draft.use(index, "percent")
        elif _each_has(draft, index):
            continue  # "orders with two payment methods"
        elif _says_nothing(draft, index):
            draft.use(index, "nothing")
        elif _limits(draft, index) and float(value).is_integer() and 0 < value <= _MOST:
            draft.limit = int(value) if draft.limit is None else draft.limit
            draft.use(index, "limit")


def read_heads(draft: Draft) -> None:
    """Read how many from the head of the ranking are wanted: "os 5 primeiros estados", "the first 10", "(3 first)"."""
    for index in draft.indices("number"):
        if draft.items[index].value is None:
            continue
        value = float(draft.items[index].value)
        if value.is_integer() and 0 < value <= _MOST and _counts_heads(draft, index):
            draft.limit = int(value)
            draft.use(index, "limit")


def _each_has(draft: Draft, index: int) -> bool:
    """Whether a number says how many different ones each thing has: "orders with two payment methods"."""
    named = draft.kind(index + 1) == "dimension" and draft.free(index + 1) and draft.touching(index, index + 1)
    led = draft.kind(index - 1) == "with" and draft.kind(index - 2) == "entity" and draft.touching(index - 2, index - 1)
    return named and led and draft.items[index].value > 1 and not draft.has("order") and not draft.has("adjective")


def _says_nothing(draft: Draft, index: int) -> bool:
    """Whether a number only says again what is said: "quarters (3 months)", "all 27 states", "one"."""
    before = draft.before(index, 2)
    if draft.word(index) == "ones" and draft.kind(index - 1) not in ("order", "adjective"):
        return True  # "the ones that were on time"
    if before[-1:] == ["("] and draft.kind(index + 1) == "grain" and draft.behind(index + 1, 1) == [")"]:
        draft.use(index + 1, "nothing")
        return True
    if before and before[-1] in _LABELS:
        draft.fillers.add(draft.items[index].start - 1)
        return True  # "exercise 7: ..."
    if _counts_values(draft, index):
        return True
    if (
        before[-1:] == ["the"]
        and draft.kind(index + 1) == "value"
        and not draft.has("order")
        and (not draft.has("adjective"))
    ):
        return True  # "for the three southern states"
    alone = draft.items[index].value == 1 and draft.word(index) in _ONE
    return alone or bool({"all", "todo", "toda"} & set(before))


def _counts_heads(draft: Draft, index: int) -> bool:
    """Whether a number stands beside "first" in a ranking, and no stretch of time is counted."""
    place = next((i for i in (draft.items[index].start - 1, draft.items[index].end) if _is_first(draft, i)), None)
    if place is not None and draft.kind(index + 1) == "grain":
        draft.doubt("of which period the first are", 0.35)
    if place is None or draft.kind(index + 1) in ("grain", "period"):
        return False
    last = place if place > draft.items[index].start else draft.items[index].end - 1
    behind = draft.tokens[last + 1].key if last + 1 < len(draft.tokens) else "."
    ranked = draft.has("order") or draft.has("adjective") or draft.has("transform", "rank") or bool(draft.indices("by"))
    if not (ranked or behind in _ENDS or draft.kind(index + 1) == "dimension"):
        return False
    draft.fillers.add(place)
    return True


def _is_first(draft: Draft, place: int) -> bool:
    return 0 <= place < len(draft.tokens) and draft.tokens[place].key in _FIRST


def _counts_values(draft: Draft, index: int) -> bool:
    """Whether a number only says how many values follow: "in each of the three states SP, RJ and MG"."""
    if draft.kind(index - 1) in ("order", "adjective") or draft.kind(index + 1) not in ("dimension", "entity"):
        return False
    place = first = index + 2
    while draft.kind(place) == "value" and draft.touching(place - 1, place, at_most=2):
        place += 1
    return bool(place - first == draft.items[index].value > 1)


def _limits(draft: Draft, index: int) -> bool:
    ranking = draft.kind(index - 1) in ("order", "adjective", "which", "list")
    ranked = ranking and draft.touching(index - 1, index, at_most=1)
    asked = ranked or _is_asked_for(draft, index) or _of_those_with(draft, index)
    return asked or (draft.kind(index + 1) in _COUNTABLE and not _owned(draft, index))


def _of_those_with(draft: Draft, index: int) -> bool:
    """Whether so many are wanted "with the highest ...": "and the 3 with the slowest delivery"."""
    led = draft.kind(index + 1) == "with" and draft.touching(index, index + 1)
    return led and any(draft.kind(index + far) in ("order", "adjective") for far in (2, 3))


def _is_asked_for(draft: Draft, index: int) -> bool:
    """Whether a number alone says how many are wanted: "give me five.", "by city, first 15", "me dê 3"."""
    before, behind = draft.before(index, 2), draft.behind(index, 1)
    if draft.behind(index, 2) in (["of", "them"], ["of", "those"]) or behind in _OF_THEM:
        return True  # "ten of them please"
    alone = not behind or behind[0] in _ENDS
    return alone and (
        before[-1:] in (["first"], ["primeiro"], ["primeira"]) or bool(_GIVE & {" ".join(before), *before[-1:]})
    )


def _owned(draft: Draft, index: int) -> bool:
    """Whether the number says how many each one has: "with 3 orders"."""
    return draft.kind(index - 1) == "with" and draft.touching(index - 1, index) and draft.kind(index + 1) == "entity"


def read_exact_numbers(draft: Draft) -> None:
    """Read "customers with 2 orders" as exactly two."""
    for index in draft.indices("number"):
        if _each_has(draft, index):
            several = distinct_of(draft.name(index + 1))
            if key := subject_key(draft, index, several):
                draft.having.append((index, Having(key, several, "==", int(draft.items[index].value))))
                draft.use(index, "threshold")
                draft.use(index + 1, "threshold")
            continue
        entity = draft.named(index + 1, "entity") if draft.free(index + 1) else ""
        if draft.kind(index - 1) != "with" or not entity or subject(draft, index) is None:
            continue
        counted = count_of(entity)
        if key := subject_key(draft, index, counted):
            draft.having.append((index, Having(key, counted, "==", int(draft.items[index].value))))
            draft.use(index, "threshold")
            draft.use(index + 1, "threshold")
