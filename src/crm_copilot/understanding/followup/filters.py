"""The filter of a follow-up: put in place of the old one, beside it ("add MG"), or taken out of it ("without SP")."""

from __future__ import annotations

import re
from dataclasses import replace

from crm_copilot.catalog import fields
from crm_copilot.library.plan import EACH, By, Condition, Having, Plan
from crm_copilot.understanding.conditions.places import sellers
from crm_copilot.understanding.followup.cues import SWAPPED, WITH_ANOTHER
from crm_copilot.understanding.followup.fragment import Fragment, of_sellers
from crm_copilot.understanding.text import plain

_ADDED = re.compile(
    r"^(?:(?:ok|okay|and|now|e|agora|please)[, ]+)*"
    r"(?:add|plus|include|including|together with|adicion[ae]|acrescent[ae]|inclu[ai]r?|junt[ae]|mais"
    rf"|{WITH_ANOTHER})\b"
    r"|\b(?:next to|beside|alongside|together with|junto (?:com|a)|ao lado d)\w*"
    r" ?(?:them|those|it|these|el[ea]s?|isso)\b"
    r"|^(?:e|and) [^,?]{2,40}\b(?:too|as well|tambem)\W*$"
)
_CITY = re.compile(r"\b(?:city|cities|town|capital|cidades?|municipios?)\b")
_BUYERS = re.compile(r"\b(?:customers?|buyers?|clientes?|compradore?s?|orders?|pedidos?)\b")
# Of each of these an order, a customer, a review is one only: a new one takes the place of the old.
_EXCLUSIVE = (
    frozenset({"is_late", "is_on_time", "is_early"}),
    frozenset({"is_delivered", "is_canceled", "is_undelivered", "order_status"}),
    frozenset({"is_repeat_customer", "is_one_time_customer"}), frozenset({"is_positive_review", "is_negative_review"}),
    frozenset({"is_closed", "is_not_closed"}), frozenset({"has_comment", "has_no_comment"}),
    frozenset({"is_weekend", "is_weekday"}), frozenset({"is_single_item", "is_multi_item"}),
)  # fmt: skip
_PLACES = ("state", "city", "region")


def filtered(fragment: Fragment, plan: Plan) -> Plan:
    """Put the new conditions in place of those on the same field; a group that is fixed is no breakdown any more."""
    plan, said = _limiting_groups(plan, fragment.alone.where)
    named = tuple(_placed(fragment, _put_in(fragment, condition)) for condition in said)
    if not named:
        return plan
    plan = _other_part(plan, named)
    parts = {condition.field for measure in plan.measures for condition in measure.part}
    where = tuple(_joined(fragment, plan, condition) for condition in named if condition.field not in parts)
    fixed = {condition.field for condition in where if condition.op == "=="}
    kept = tuple(old for old in plan.where if not any(_replaces(new, old) for new in where))
    by = tuple(key for key in plan.by if key.field not in fixed)
    by = _with_added(fragment, plan, by, where)
    within = plan.within if plan.within in by else None  # "same for Rio" after one of each state
    plan = plan.but(where=(*kept, *_without_excluded(where, plan.where)), by=by, within=within)
    if plan.by:
        return plan
    transform = None if plan.transform == "share" else plan.transform
    return plan.but(limit=None, order=None, within=None, transform=transform)


def _limiting_groups(plan: Plan, said: tuple[Condition, ...]) -> tuple[Plan, tuple[Condition, ...]]:
    """Read "only those where it takes more than 20 days" of averages by state as a limit on the averages."""
    averaged = len(plan.measures) == 1 and plan.measures[0].agg in ("mean", "median") and bool(plan.by)
    own = tuple(c for c in said if averaged and c.field == plan.measures[0].field and c.op in (">", ">=", "<", "<="))
    having = tuple(Having(EACH, plan.measures[0], c.op, c.value) for c in own)
    return plan.but(having=(*plan.having, *having)), tuple(c for c in said if c not in own)


def _other_part(plan: Plan, where: tuple[Condition, ...]) -> Plan:
    """Read "and vouchers?" after "what share is paid by card?" as the share of vouchers."""
    new = {condition.field: condition for condition in where}
    measures = tuple(replace(m, part=tuple(new.get(c.field, c) for c in m.part)) for m in plan.measures)
    return plan.but(measures=measures)


def _placed(fragment: Fragment, condition: Condition) -> Condition:
    """Read "and in Rio de Janeiro?" after a state as the state of that name, "those in SP" of sellers as theirs."""
    if of_sellers(fragment.before) and not _BUYERS.search(fragment.text):
        condition = replace(condition, field=sellers(condition.field))
    side, _, kind = condition.field.rpartition("_")
    state = f"{side}_state"
    stated = state in {known.field for known in fragment.before.where} | {key.field for key in fragment.before.by}
    if kind != "city" or condition.op not in ("==", "!=") or not stated or _CITY.search(fragment.text):
        return condition
    code = _state_named(str(condition.value))
    return Condition(state, condition.op, code) if code else condition


def _put_in(fragment: Fragment, condition: Condition) -> Condition:
    """Read "swap MG for BA" as the second of the two."""
    swapped = SWAPPED.search(fragment.text)
    if condition.op != "in" or swapped is None:
        return condition
    fragment.hear(swapped[0])
    return Condition(condition.field, "==", _values(condition)[-1])


def _state_named(city: str) -> str | None:
    """Return the state that has the name of a city."""
    values = fields()["customer_state"].values
    return next((code for code, names in values.items() if f"state of {plain(city)}" in names.get("en", ())), None)


def _joined(fragment: Fragment, plan: Plan, condition: Condition) -> Condition:
    """Put a value that is added beside those that there are."""
    old = next((known for known in plan.where if known.field == condition.field and known.op in ("==", "in")), None)
    if old is None or condition.op not in ("==", "in") or not _ADDED.search(fragment.text):
        return condition
    return Condition(condition.field, "in", tuple(dict.fromkeys((*_values(old), *_values(condition)))))


def _values(condition: Condition) -> tuple[object, ...]:
    return tuple(condition.value) if isinstance(condition.value, (tuple, list)) else (condition.value,)


def _replaces(new: Condition, old: Condition) -> bool:
    """Whether a new condition takes the place of an old one: the same field, or another place on the same side."""
    if new.op in ("!=", "not in"):
        return old.field == new.field and old.op in ("==", "!=", "in", "not in")
    if any({new.field, old.field} <= family for family in _EXCLUSIVE):
        return True
    side, _, kind = new.field.rpartition("_")
    old_side, _, old_kind = old.field.rpartition("_")
    both_places = kind in _PLACES and old_kind in _PLACES and side == old_side
    return old.field == new.field or both_places


def _without_excluded(where: tuple[Condition, ...], before: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Take values that are excluded out of the list that there was; what else is excluded stays excluded."""
    return tuple(_excluding(condition, before) for condition in where)


def _excluding(condition: Condition, before: tuple[Condition, ...]) -> Condition:
    old = next((known for known in before if known.field == condition.field), None)
    if condition.op not in ("!=", "not in") or old is None:
        return condition
    gone = _values(condition)
    if old.op in ("!=", "not in"):
        return Condition(condition.field, "not in", tuple(dict.fromkeys((*_values(old), *gone))))
    left = tuple(value for value in _values(old) if value not in gone)
    return Condition(condition.field, "in", left) if old.op == "in" and left else condition


def _with_added(
    fragment: Fragment, plan: Plan, by: tuple[By, ...], where: tuple[Condition, ...]
) -> tuple[By, ...]:  # fmt: skip
    """Show each of the values beside the others when one is added to the only one there was."""
    alone = [c.field for c in plan.where if c.op == "=="]
    new = [c.field for c in where if c.op == "in" and c.field in alone and _ADDED.search(fragment.text)]
    return (*by, *(By(field) for field in new if all(key.field != field for key in by)))
