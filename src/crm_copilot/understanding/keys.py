"""By what the answer is broken down: "by state", "each month", "which sellers", "top 5 categories"."""

from __future__ import annotations

import re

from crm_copilot.catalog import entities, fields
from crm_copilot.library.plan import By
from crm_copilot.understanding.conditions import COUNTING
from crm_copilot.understanding.draft import SUBJECT_ORDERS, Draft, joined
from crm_copilot.understanding.lexicon import Mention
from crm_copilot.understanding.text import key_of

_BANDS = {
    "BRL": (50, 100, 200, 500, 1000), "days": (5, 10, 15, 20, 30), "g": (500, 1000, 5000, 10000), "km": (100, 500, 1000),
    "hours": (1, 6, 12, 24, 48), "cm3": (1000, 5000, 10000, 50000), "cm": (10, 20, 50), "percent": (10, 25, 50, 100),
    "characters": (100, 500, 1000, 2000),
}  # fmt: skip
_RANKED = ("dimension", "entity", "grain")


def mark_keys(draft: Draft) -> dict[int, str]:
    """Return the mentions that the words around them make a group key: place -> "by", "which" or "rank"."""
    marks: dict[int, str] = {}
    for index, item in enumerate(draft.items):
        if item.kind == "by":
            _mark_list(draft, index, "by", marks)
        elif item.kind == "which" or (item.kind == "list" and draft.language != "zh"):
            _mark_next(draft, index, "which", marks)
        elif (
            item.kind == "adjective"
            or (item.kind == "order" and _names_subject(draft, index))
            or draft.roles.get(index) == "limit"
        ):
            _mark_next(draft, index, "rank", marks)
    if draft.language != "en":
        _mark_adjectives_behind(draft, marks)
    return marks


def _names_subject(draft: Draft, index: int) -> bool:
    """Whether an ordering word names what is ranked ("top customers") and not what it is ranked by ("most customers")."""
    words = {key_of(w) for w in draft.items[index].text.split()}
    numbered = draft.roles.get(index + 1) == "limit" or draft.roles.get(index - 1) == "limit"
    return bool(words & SUBJECT_ORDERS) or (numbered and draft.kind(index + 1) != "entity")


def _mark_list(draft: Draft, index: int, mark: str, marks: dict[int, str]) -> None:
    """Mark what follows "by", and what is listed with it ("by state and month")."""
    at, first = index + 1, True
    if _over_all(draft, index) or _by_whom(draft, index):
        return
    if draft.language == "zh":
        while (
            at + 1 < len(draft.items)
            and "的" in draft.gap(at, at + 1)
            and draft.kind(at + 1) in ("predicate", "grain", "dimension")
        ):
            at += 1
        if at < len(draft.items) and draft.kind(at) == "predicate" and draft.kind(at + 1) in ("grain", "dimension"):
            at += 1
    while 0 < at < len(draft.items):
        item = draft.items[at]
        if (
            item.kind in ("order", "adjective", "which", "agg", "by", "no")
            and first
            and draft.touching(at - 1, at, at_most=1)
        ):
            at += 1
            continue
        groupable = item.sense("dimension", "grain", "entity", "predicate", "quantity", "trend")
        if not groupable or not draft.touching(at - 1, at, at_most=2 if not first else 1):
            return
        if not first and _names_again(draft, at):
            return
        if not first and not (
            joined(draft.gap(at - 1, at)) and item.kind in ("dimension", "grain", "entity") and _is_listed(draft, at)
        ):
            return
        marks.setdefault(at, mark)
        at, first = at + 1, False


_DONE = frozenset("given placed made left written submitted dada feita feito realizada deixada escrita enviada".split())


def _by_whom(draft: Draft, index: int) -> bool:
    """Whether "by" only says who did it: "reviews given by customers"."""
    before = [t.key for t in draft.tokens[max(0, draft.items[index].start - 1) : draft.items[index].start]]
    by_whom = (
        bool(_DONE & set(before))
        and draft.kind(index + 1) == "entity"
        and draft.items[index + 1].name in ("customer", "seller")
    )
    if by_whom:
        draft.use(index + 1, "nothing")
    return by_whom


def _names_again(draft: Draft, at: int) -> bool:
    """Whether a dimension is named again to limit it: "per seller state, states with 100 orders"."""
    sense, before = draft.items[at].sense("dimension"), draft.items[at - 1].sense("dimension")
    same = sense and before and sense.name.rsplit("_", 1)[-1] == before.name.rsplit("_", 1)[-1]
    return bool(same) and draft.kind(at + 1) in ("with", "compare")


def _over_all(draft: Draft, index: int) -> bool:
    """Whether "across all orders" only says that nothing is left out."""
    by, thing = draft.items[index], draft.items[index + 1] if index + 1 < len(draft.items) else None
    rows = (
        thing is not None
        and thing.kind == "entity"
        and thing.name in ("order", "item", "review", "payment", "lead", "deal", "customer")
    )
    everything = by.text.casefold().endswith("all") or (thing is not None and "all" in draft.gap(index, index + 1))
    return rows and by.text.casefold().startswith(("across", "for all")) and everything


def _is_listed(draft: Draft, at: int) -> bool:
    return any(
        word in (",", "and", "e", "&", "/", "x", "+", "和", "与", "、", "及", "y", "to", "→", ">")
        for word in draft.gap(at - 1, at)
    )


def _mark_next(draft: Draft, index: int, mark: str, marks: dict[int, str]) -> None:
    """Mark the thing that an ordering word or "which" speaks of, looking past numbers and adjectives."""
    at = index + 1
    while at < len(draft.items):
        item = draft.items[at]
        passed = item.kind in ("order", "adjective", "predicate", "value", "which", "agg") or draft.roles.get(at) in (
            "limit", "absorbed", "value", "nothing", "percent",
        )  # fmt: skip
        passed = passed or (item.kind == "transform" and item.text == "%")
        counted = item.kind == "agg" and item.name == "count"
        if item.kind == "entity" and draft.kind(at - 1) == "order" and not _names_subject(draft, at - 1):
            return
        if item.kind in _RANKED and draft.free(at) and draft.touching(at - 1, at, at_most=2):
            marks.setdefault(at, mark)
            return
        if not passed or counted:
            return
        at += 1


def _mark_adjectives_behind(draft: Draft, marks: dict[int, str]) -> None:
    """Portuguese and Chinese put the adjective behind its noun: "categorias mais vendidas"."""
    for index, item in enumerate(draft.items):
        before = index - 1
        rows = draft.kind(before) == "entity" and draft.items[before].name in ("order", "review", "payment")
        if rows and marks:
            continue
        if (
            item.kind == "adjective"
            and draft.kind(before) in ("dimension", "entity")
            and draft.touching(before, index, 2)
        ):
            marks.setdefault(before, "rank")


def read_keys(draft: Draft, marks: dict[int, str]) -> None:
    """Turn the marked mentions, and dimensions and grains that nothing else has used, into group keys."""
    _cohort(draft)
    for index in range(len(draft.items)):
        if not draft.free(index):
            continue
        item = draft.items[index]
        if index not in marks and item.kind == "dimension" and _considered(draft, index):
            draft.use(index, "nothing")
            continue
        if index in marks or item.kind in ("dimension", "grain", "trend"):
            key = _key_of(draft, index, marks)
            if (
                item.kind == "grain"
                and index not in marks
                and not _adverbial(item)
                and not _averaged(draft, index)
                and not _also_by(draft, index, marks)
            ):
                draft.use(index, "nothing")
                if not any(k.grain == item.name for _, k in draft.keys):
                    draft.doubt(f"{item.text} may be a breakdown", 0.05)
                continue
            if key is not None and index not in marks and _said_before(draft, key, item.end - item.start):
                key = None
            if key is not None and key not in [k for _, k in draft.keys]:
                draft.keys.append((index, key))
            draft.use(index, "key")
    _tidy_time(draft)
    read_moment(draft)


def _considered(draft: Draft, index: int) -> bool:
    """Whether a dimension only says by what another one is meant: "by region, considering the customer's state"."""
    before = {t.key for t in draft.tokens[max(0, draft.items[index].start - 3) : draft.items[index].start]}
    return bool(draft.keys) and bool(before & {"considering", "considerando", "considere", "using", "usando", "based"})


def _averaged(draft: Draft, index: int) -> bool:
    """Whether an average stands right before or behind the grain: "média diária", "daily average"."""
    return any(
        draft.kind(near) == "agg"
        and draft.items[near].name in ("mean", "median")
        and not draft.gap(*sorted((near, index)))
        for near in (index - 1, index + 1)
    )


def _also_by(draft: Draft, index: int, marks: dict[int, str]) -> bool:
    """Whether the grain ends a list of keys that brackets interrupt: "by region (North, South) and year"."""
    before = [t.key for t in draft.tokens[max(0, draft.items[index].start - 2) : draft.items[index].start]]
    return "by" in marks.values() and ")" in before and bool({"and", "e"} & set(before))


_ADVERBS = re.compile(
    r"(?:dail|week|month|quarter|year|annual|hour)\w*ly\b|annual|mensa\w+|diari\w+|semana\w+|trimestra\w+|anua\w+|semestra\w+|month by month|day by day|year by year|week by week"
    r"|m[eê]s a m[eê]s|ano a ano|逐|每|各|度|wise|year and month|month and year|ano e m|m[eê]s e a|seasonal|sazon|of the (?:day|week|month|year)|d[ao] (?:dia|semana|ano|m[eê]s)"
    r"|weekday|time of day|daypart|day of|hour of|part|turno|per[ií]odo|星期|周几|季节",
)


def _adverbial(item: Mention) -> bool:
    """Whether a grain by itself says how to break down: "monthly revenue", but not "the last day"."""
    return item.name in ("weekday", "month of year", "daypart", "day of month") or bool(
        _ADVERBS.search(item.text.casefold())
    )


def _said_before(draft: Draft, key: By, words: int) -> bool:
    """Whether a dimension only refers to a key again: "by seller state, only states with 50 orders"."""
    last = key.field.rsplit("_", 1)[-1]
    if words > 1 and key.field not in [k.field for _, k in draft.keys]:
        return False
    return last in ("state", "city", "region", "category") and any(
        k.field.rsplit("_", 1)[-1] == last for _, k in draft.keys
    )


def _key_of(draft: Draft, index: int, marks: dict[int, str]) -> By | None:
    item = draft.items[index]
    if item.kind in ("grain", "trend"):
        if item.kind == "grain" and _is_unit(draft, index):
            return None
        return By("time", item.name)  # type: ignore[arg-type]
    if dimension := item.sense("dimension"):
        if item.kind in ("dimension", "quantity"):
            return By(side_of(draft, index, dimension.name))
    if item.kind == "entity":
        if (counted := _counted_key(draft, item)) is not None:
            return counted
        if _per_row(draft, index):
            return None
        key = entities()[item.name].key
        return By(key) if key in fields() else None
    if item.kind in ("quantity", "metric") and (quantity := item.sense("quantity")):
        return By(quantity.name, bins=bins_of(quantity.name))
    if predicate := item.sense("predicate"):
        return By(predicate.name)
    return None


_COUNTS = {
    ("customer", "order"): "customer_orders", ("order", "item"): "items_per_order", ("order", "seller"): "sellers_per_order",
    ("order", "product"): "items_per_order", ("order", "payment"): "payments_per_order", ("customer", "transaction"): "customer_orders",
}  # fmt: skip


def _counted_key(draft: Draft, item: Mention) -> By | None:
    """Read "customers by number of orders" as a distribution: grouped by the count of the second thing."""
    if not COUNTING.match(item.text.casefold()):
        return None
    counted = [m.entity for _, m in draft.measures if m.entity]
    pair = _COUNTS.get((counted[0], item.name)) if counted and counted[0] else None
    return By(pair) if pair and counted[0] != item.name else None


def _per_row(draft: Draft, index: int) -> bool:
    """Whether "per order" only says of what an average is: "average instalments per order by type"."""
    mean = any(m.agg == "mean" or m.divisor for _, m in draft.measures)
    return draft.items[index].name in ("order", "item", "payment", "review") and draft.kind(index - 1) == "by" and mean


def bins_of(quantity: str) -> tuple[float, ...]:
    """Return the inner edges of the bands of a quantity that has many values, () for small counts and scores."""
    return _BANDS.get(fields()[quantity].unit or "", ())


def _is_unit(draft: Draft, index: int) -> bool:
    """Whether "days" or "hours" only says in what the answer is counted."""
    before = [t.key for t in draft.tokens[max(0, draft.items[index].start - 1) : draft.items[index].start]]
    timed = any(
        fields()[m.field].unit in ("days", "hours") for _, m in draft.measures if m.field in fields()
    ) or draft.has("how")
    return (
        draft.items[index].name in ("day", "hour", "week")
        and timed
        and (
            before in (["in"], ["em"], ["("])
            or draft.items[index].text.casefold() in ("days", "hours", "dias", "horas", "天")
        )
    )


def side_of(draft: Draft, index: int, name: str) -> str:
    """Read "state" as the seller's where sellers are what the place belongs to."""
    if not name.startswith("customer_") or name == "customer_unique_id" or "seller_" + name[9:] not in fields():
        return name
    for near in (index + 1, index - 1):
        if 0 <= near < len(draft.items):
            item = draft.items[near]
            entity = item.sense("entity") if item.kind == "entity" else None
            if item.name == "active_sellers" or (
                entity and entity.name == "seller" and draft.touching(*sorted((near, index)), at_most=2)
            ):
                return "seller_" + name[9:]
    things = {item.name for item in draft.items if item.kind in ("entity",)}
    counted_sellers = any(
        m.entity == "seller" or m.name in ("active_sellers", "revenue_per_seller") for _, m in draft.measures
    )
    if counted_sellers and "customer" not in things:
        return "seller_" + name[9:]
    return name


def _cohort(draft: Draft) -> None:
    """Read "by month of first purchase" as cohorts: time is then the customer's first order."""
    for index, item in enumerate(draft.items):
        if item.name != "is_first_order" or item.kind not in ("predicate", "metric"):
            continue
        beside = [
            i for i in (index - 1, index + 1, index - 2) if 0 <= i < len(draft.items) and draft.kind(i) == "grain"
        ]
        others = [m for _, m in draft.measures if m.metric != "new_customers"]
        if beside and others and not all(m.entity == "customer" and not m.part for m in others):
            draft.time = "first_purchase"
            draft.where = [(i, c) for i, c in draft.where if c.field != "is_first_order"]
            draft.keys = [(i, k) for i, k in draft.keys if k.field != "is_first_order"]


_CREATED = re.compile(r"\b(?:created|written|submitted|answered|criadas?|escritas?|recebidas|feitas)\b", re.IGNORECASE)


def read_moment(draft: Draft) -> None:
    """Date reviews by their own day where the question says so: "reviews created in 2018"."""
    reviews = any(m.table == "reviews" for _, m in draft.measures)
    if (
        reviews
        and draft.time is None
        and draft.has("period")
        and draft.has("entity", "review")
        and _CREATED.search(draft.question)
    ):
        draft.time = "review_creation_date"


def _tidy_time(draft: Draft) -> None:
    """Keep one grain of time: "by year and month" is by month, and "trend" yields to a grain that is named."""
    times = [(i, k) for i, k in draft.keys if k.field == "time"]
    grains = [k.grain for _, k in times]
    named = {k.grain for i, k in times if draft.kind(i) == "grain"}
    drop: set[int] = set()
    if "month" in grains and "year" in grains:
        drop |= {i for i, k in times if k.grain == "year"}
    if len(times) > 1:
        drop |= {
            i
            for i, k in times
            if k.grain == "month of year"
            and any(w in draft.items[i].text.casefold() for w in ("season", "sazon", "季"))
        }
        if any(k.grain == "daypart" for _, k in times):
            drop |= {i for i, k in times if k.grain == "hour"}
    if named:
        drop |= {i for i, k in times if draft.kind(i) == "trend" and named}
    draft.keys = [(i, k) for i, k in draft.keys if i not in drop or k.field != "time"]
    spelt_out = {k.field for i, k in draft.keys if k.bins and draft.kind(i) == "bands"}
    draft.keys = [(i, k) for i, k in draft.keys if k.field not in spelt_out or draft.kind(i) == "bands"]
