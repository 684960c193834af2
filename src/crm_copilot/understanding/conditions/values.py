"""Values of the data that a question names: a category, a city, a state, a payment type."""

from __future__ import annotations

from typing import Any, NamedTuple

from crm_copilot.catalog import fields
from crm_copilot.library.plan import By, Condition, Op
from crm_copilot.understanding.conditions.negation import negated
from crm_copilot.understanding.conditions.places import (
    field_of,
    leads_to,
    leaves_from,
    named_for_state,
    state_called,
    state_in_brackets,
    twin,
)
from crm_copilot.understanding.conditions.rest import is_against_rest
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.senses import Mention
from crm_copilot.understanding.versus import is_versus

_TOGETHER = frozenset("together combined junto junta somado somada".split())
_OR = frozenset("or ou 或".split())
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_UNTIL = frozenset("to through thru till until - – a ate ao".split())
_MORE = frozenset("more less fewer higher lower bigger larger better worse mais menos maior menor melhor pior".split())
_SENDING = ("shipped", "shipping", "enviou", "enviaram", "enviado", "enviados")
_ONLY = frozenset("only just apena apenas somente so".split())


class Named(NamedTuple):
    """A value that stands at a place of the question, wanted or not."""

    place: int
    value: Any
    negated: bool


def read_values(draft: Draft) -> None:
    """Turn the values of the question into conditions, one for each field."""
    by_field: dict[str, list[Named]] = {}
    sides: dict[int, str] = {}
    for index in draft.indices("value"):
        if draft.kind(index) != "value" or _only_a_verb(draft, index) or _only_says_how_large(draft, index):
            continue
        field = sides[index] = _field_of(draft, index, sides)
        draft.use(index, "value")
        if field.endswith("_city") and (code := state_in_brackets(draft, index)):
            state = Named(index, code, negated(draft, index))
            by_field.setdefault(field.replace("_city", "_state"), []).append(state)
        elif not (field.endswith("_city") and named_for_state(draft, index)):
            by_field.setdefault(field, []).extend(_named(draft, index, field))
    _fill_days(draft, by_field)
    _drop_spelt_out(draft, by_field)
    _as_states(by_field)
    _as_states_of_a_key(draft, by_field)
    for field, found in by_field.items():
        _limit(draft, field, found)


def _only_a_verb(draft: Draft, index: int) -> bool:
    """Whether "call", "meet" or "note" is no kind of interaction, since nothing else speaks of those.

    "Calls" and "meetings" are none: those happened.
    """
    done_by = draft.behind(index, 1) in (["by"], ["por"], ["pelo"], ["pela"])
    if draft.name(index) == "order_status" and done_by and "seller" in (draft.name(index + 1), draft.name(index + 2)):
        draft.use(index, "nothing")  # "shipped by a seller in SP"
        return True
    near = {draft.name(i) for i in (index - 1, index - 2) if draft.kind(i) in ("entity", "metric")}
    if draft.name(index) == "order_status" and draft.word(index) in _SENDING and near & {"seller", "active_sellers"}:
        draft.use(index, "nothing")  # "sellers that have shipped more than 50 orders"
        return True
    if draft.name(index) == "order_status" and draft.kind(index + 1) == "value" and leaves_from(draft, index + 1):
        draft.use(index, "nothing")  # "shipped from SP"
        return True
    named = draft.name(index) == "interaction_kind" and not draft.has("entity", "interaction", "client")
    counted = draft.kind(index - 1) in ("order", "agg", "adjective", "by") or draft.word(index).endswith("s")
    if named and not counted and not draft.has("dimension", "interaction_manager", "account_manager", "client_name"):
        draft.use(index, "nothing")
        return True
    return False


def _only_says_how_large(draft: Draft, index: int) -> bool:
    """Whether "small ones" are no appliances: a word of a name that stands for things named before."""
    part = draft.items[index].data.get("score", 1.0) < 1.0
    if part and draft.behind(index, 1) in (["ones"], ["one"], ["hours"], ["hour"]):
        draft.use(index, "nothing")
        if draft.kind(index - 1) == "no" and draft.free(index - 1):
            draft.use(index - 1, "negation")
        return True
    return False


def _fill_days(draft: Draft, by_field: dict[str, list[Named]]) -> None:
    """Read "Monday to Friday" as the five days, also beside others."""
    named, filled = list(by_field.get("order_weekday", [])), list[Named]()
    for place, one in enumerate(named):
        filled.append(one)
        last = named[place + 1] if place + 1 < len(named) else None
        if last and draft.touching(one.place, last.place, at_most=1) and _UNTIL & set(draft.gap(one.place, last.place)):
            first, end = _DAYS.index(one.value), _DAYS.index(last.value)
            between = [_DAYS[(first + far) % 7] for far in range(1, (end - first) % 7)]
            filled += [one._replace(value=day) for day in between]
            named[place + 1] = last._replace(place=one.place)  # all of them are one limit, and no comparison
    if filled:
        by_field["order_weekday"] = filled


def _drop_spelt_out(draft: Draft, by_field: dict[str, list[Named]]) -> None:
    """Drop what is said twice: "the South (PR, SC and RS)", "at weekends, on Saturdays and Sundays"."""
    days = {named.value for named in by_field.get("order_weekday", ())}
    if any(condition.field == "order_hour" for _, condition in draft.where):
        by_field.pop("order_daypart", None)  # "at night, from 6 pm to midnight"
    said = (("is_weekend", {*_DAYS[5:]}), ("is_weekday", {*_DAYS[:5]}))
    if any(days == named and draft.has("predicate", predicate) for predicate, named in said):
        del by_field["order_weekday"]
    for side in ("customer", "seller"):
        if by_field.get(f"{side}_region") and len(by_field.get(f"{side}_state", ())) > 1:
            del by_field[f"{side}_region"]


def _as_states(by_field: dict[str, list[Named]]) -> None:
    """Take a city for the state of its name beside other states: "in Bahia and Rio", but not "in Rio, RJ"."""
    for side in ("customer", "seller"):
        states, cities = by_field.get(f"{side}_state", []), by_field.get(f"{side}_city", [])
        codes = {named.value for named in states}
        meant = [(city, state_called(str(city.value))) for city in cities]
        if codes and meant and all(code and code not in codes for _, code in meant):
            states.extend(city._replace(value=code) for city, code in meant)
            del by_field[f"{side}_city"]


def _as_states_of_a_key(draft: Draft, by_field: dict[str, list[Named]]) -> None:
    """Take a city that is left out for the state of its name: "sales by state of the seller, without São Paulo"."""
    keys = [draft.name(i) for i in draft.indices("dimension", free=False) if draft.name(i).endswith("_state")]
    cities = [field for field in by_field if field.endswith("_city")]
    if (
        len(set(keys)) != 1
        or len(cities) != 1
        or any(draft.name(i).endswith("_city") for i in draft.indices("dimension"))
    ):
        return
    named = by_field[cities[0]]
    codes = [state_called(str(city.value)) for city in named]
    if all(codes) and all(city.negated for city in named) and keys[0] not in by_field:
        del by_field[cities[0]]
        by_field[keys[0]] = [city._replace(value=code) for city, code in zip(named, codes, strict=True)]


def _field_of(draft: Draft, index: int, sides: dict[int, str]) -> str:
    """Return the field of a value; places that are listed together belong to the same side."""
    field = field_of(draft, index)
    listed = index - 1 in sides and draft.touching(index - 1, index, at_most=1)
    if listed and leads_to(draft, index - 1):
        return field  # "from SP to RJ"
    return sides[index - 1] if listed and twin(field) == sides[index - 1] else field


def _named(draft: Draft, index: int, field: str) -> list[Named]:
    item = draft.items[index]
    values = _values_of(item, field)
    _absorb(draft, index, field)
    if item.fuzzy or item.data.get("score", 1.0) < 0.75:
        draft.doubt(f"{item.text} read as {values[0]}", 0.15)
    unwanted = negated(draft, index)
    return [Named(index, value, unwanted) for value in values]


def _values_of(item: Mention, field: str) -> list[Any]:
    senses = [sense for sense in item.senses if sense.kind == "value"]
    own = [s.value for s in senses if s.name == field]
    values = own or [s.value for s in senses if twin(s.name) == field] or [s.value for s in senses]
    return list(dict.fromkeys(values)) if item.data.get("score", 1.0) == 0.75 else [values[0]]


def _absorb(draft: Draft, index: int, field: str) -> None:
    """Use up the name of the dimension beside one of its values: "the state of SP"."""
    beyond = [index - 2] if draft.kind(index - 1) == "no" else []  # "all regions except the South"
    for near in (index - 1, index + 1, *beyond):
        name = draft.named(near, "dimension")
        same = name in (field, twin(field), "product_category") and name.split("_")[-1] == field.split("_")[-1]
        if same and draft.free(near) and draft.beside(near, index, at_most=1) and not _has_role(draft, near):
            draft.use(near, "absorbed")


def _has_role(draft: Draft, index: int) -> bool:
    """Whether the words before a dimension give it a part of its own: "by state", "how many states"."""
    by = draft.kind(index - 1) == "by" and draft.word(index - 1) not in ("of different", "de")
    return by or (draft.kind(index - 1) == "agg" and draft.name(index - 1) == "count")


def _limit(draft: Draft, field: str, found: list[Named]) -> None:
    """Limit the rows to the values, or group by them where they are compared."""
    if not found[0].negated:
        wanted = [named for named in found if not named.negated]  # "invoiced but not shipped"
        if {named.value for named in wanted} & {named.value for named in found if named.negated}:
            draft.doubt("a value is both wanted and not", 0.4)  # "from SP to outside SP"
        found = wanted
    places = list(dict.fromkeys(named.place for named in found))
    values = tuple(dict.fromkeys(named.value for named in found))
    if field == "order_weekday" and len(values) == len(_DAYS) and draft.has("transform", "compare"):
        draft.keys.append((places[0], By("is_weekend")))  # "Saturdays and Sundays against Monday to Friday"
        return
    if _are_all(field, values):
        draft.keys.append((places[0], By("time", "daypart") if field == "order_daypart" else By(field)))
        return
    if any(is_against_rest(draft, place) for place in places) and not found[0].negated:
        draft.keys.append((places[0], By(field, only=values)))
        return
    draft.where.append((places[0], _condition(field, values, found[0].negated)))
    compared = len(places) > 1 and len(values) > 1 and not found[0].negated
    if field == "order_weekday" and {*values} == {*_DAYS[5:]} and not draft.has("transform", "compare"):
        return  # the two days are the weekend
    if compared and not any(t.key in _TOGETHER for t in draft.tokens) and not _only(draft, places):
        draft.keys.append((places[0], By(field)))


def _are_all(field: str, values: tuple[Any, ...]) -> bool:
    """Whether every value that a field can have is named, so that they limit nothing."""
    known = fields()[field].values if field in fields() else {}
    return bool(known) and len(values) >= max(3, len(known))


def _condition(field: str, values: tuple[Any, ...], unwanted: bool) -> Condition:
    if len(values) == 1:
        return Condition(field, "!=" if unwanted else "==", values[0])
    op: Op = "not in" if unwanted else "in"
    return Condition(field, op, values)


def _only(draft: Draft, places: list[int]) -> bool:
    """Whether the values are only what is looked at ("Saturdays and Sundays only") and not compared."""
    first, last = draft.items[places[0]].start, draft.items[places[-1]].end
    compared = draft.has("transform", "compare") or _asks_of_which_more(draft)
    either = any(token.key in _OR for token in draft.tokens[first:last]) and not compared
    return either or bool(_ONLY & {*draft.before(places[0], 2), *draft.behind(places[-1], 1)})


def _asks_of_which_more(draft: Draft) -> bool:
    """Whether it is asked which of two values has more: "Campinas or Santos: who buys more?", "mais em SP ou RJ?"."""
    more = [i for i in draft.indices("order", free=False) if draft.word(i) in _MORE]
    others = draft.has("dimension") or draft.has("grain") or draft.has("which") or draft.has("with")
    return (bool(more) or is_versus(draft.question)) and not others
