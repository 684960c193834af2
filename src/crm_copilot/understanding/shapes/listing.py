"""Rows themselves, where a question asks which orders or products satisfy a condition and for no number."""

from __future__ import annotations

import re
from dataclasses import replace

from crm_copilot.catalog import Entity, entities, fields, tables
from crm_copilot.library import joins
from crm_copilot.library.plan import By, Measure, Plan, aggregate_of
from crm_copilot.understanding.draft import Draft

_IDS = re.compile(r"\b(?:order|seller|product|customer)[ _]?ids?\b|\bids\b|\bcodigos?\b|\bcódigos?\b", re.IGNORECASE)
_LISTABLE = ("orders", "products", "deals", "leads", "clients", "reviews")
_BESIDE = ("order_items", "payments", "reviews", "customers", "orders", "products", "leads")


def list_rows(draft: Draft, plan: Plan) -> Plan:
    """Show rows in place of an aggregation."""
    subject = _subject(draft)
    if plan.listing or subject is None or not _asks_for_rows(draft, plan) or not _is_listable(draft, plan, subject):
        return plan
    limited = [c.field for c in plan.where if c.field in fields() and fields()[c.field].kind == "quantity"]
    shown = tuple(aggregate_of(field) for field in limited)
    beside = tuple(key for key in plan.by if key.field != subject.key)
    if any(fields()[field].table != subject.table for field in limited):
        largest = tuple(_largest(measure) for measure in shown)
        return plan.but(measures=largest, by=(By(subject.key),), order="desc")
    _use_up_dates(draft, subject)
    return plan.but(measures=shown, by=beside, listing=subject.table, order="desc" if shown else None)


def _use_up_dates(draft: Draft, subject: Entity) -> None:
    """A list shows when each row was: "with the day they were won"."""
    table = tables()[subject.table]
    if table.time in table.listed:
        for index in draft.indices("grain"):
            if draft.name(index) == "day":
                draft.use(index, "shown")


def _asks_for_all(draft: Draft, plan: Plan) -> bool:
    """Whether every row of a period is wanted: "list all orders of May 2018"."""
    return bool(plan.periods) and draft.has("list") and not _counts(draft)


def _counts(draft: Draft) -> bool:
    return draft.has("agg") or any(item.kind == "entity" and item.counts for item in draft.items)


def _largest(measure: Measure) -> Measure:
    return replace(measure, name=f"maximum_{measure.field}", agg="max")


def _subject(draft: Draft) -> Entity | None:
    """Return the thing that is asked for: what is ranked, grouped by or counted, else what is named first."""
    things = [i for i, item in enumerate(draft.items) if item.kind == "entity"]
    asked = (
        i for i in things if draft.marks.get(i) in ("which", "rank") or draft.roles.get(i) in ("key", "measure")
    )  # fmt: skip
    place = next(iter((*asked, *things)), None)
    return entities()[draft.name(place)] if place is not None else None


def _asks_for_rows(draft: Draft, plan: Plan) -> bool:
    ids = bool(_IDS.search(draft.question))
    if not (draft.marks or draft.has("list") or ids):
        return False
    counted = draft.has("agg", "count") or any(draft.items[i].counts for i, _ in draft.measures)
    if counted and any(measure.entity for measure in plan.measures):
        return False  # "find how many orders ...", "find the number of orders"
    return draft.has("list") or draft.has("which") or not plan.measures or (ids and not draft.has("agg", "count"))


def _is_listable(draft: Draft, plan: Plan, subject: Entity) -> bool:
    """Whether nothing is wanted but rows of the thing's own table under conditions."""
    ids = bool(_IDS.search(draft.question)) and not draft.has("agg", "count")
    listed = ids or (draft.has("list") and not _counts(draft))
    rows = subject.table in _LISTABLE or (listed and subject.table == "sellers")
    if not rows or not (plan.where or _asks_for_all(draft, plan)) or plan.having or plan.order:
        return False
    limited = {condition.field for condition in plan.where if condition.op != "contains"}
    own = all(field in fields() and fields()[field].table in (subject.table, *_BESIDE) for field in limited)
    beside = all(key.field == subject.key or _shows(draft, subject, key) for key in plan.by)
    real = any(measure.entity != subject.name and measure.field not in limited for measure in plan.measures)
    return own and beside and not real


def _shows(draft: Draft, subject: Entity, key: By) -> bool:
    """Whether a list of all that is meant can show this beside each row: "list the deals with their lead type"."""
    listed = draft.has("list") and not any(mark == "by" for mark in draft.marks.values())
    return listed and not key.grain and not key.bins and joins.reaches(subject.table, key.field) == "lookup"
