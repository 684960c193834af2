"""Things that are counted: "how many orders", "number of different categories", "orders, customers and revenue"."""

from __future__ import annotations

from crm_copilot.catalog import fields
from crm_copilot.library.plan import By, count_of, distinct_of
from crm_copilot.understanding.conditions.places import sellers
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.keys import side_of
from crm_copilot.understanding.measures.adding import add, add_count, are_listed
from crm_copilot.understanding.measures.natural import natural_entity, natural_measure

_OF = frozenset("of among from out de entre dentre".split())
# Verbs by which things are named: "how many sold" counts who did.
DID = frozenset(
    "sold sell sells bought buy buys ordered order purchased"
    " venderam vende vendem vendeu compraram compram comprou".split()
)
# Words behind "how many" that only point at what was named before.
_POINTING = frozenset(
    "of them those these they are were there is it that do did we have had in total altogether such please pl overall"
    " dele dela desse dessa sao foram ha tem temo existem no ao todo".split()
)
# What may stand between "how many" and the thing.
_BETWEEN = ("predicate", "value", "no", "order", "by", "adjective")
_PAID = ("paid", "pago", "paga", "pagos", "pagas")
_SIDES = ("order_kind",)
_USED_UP = ("value", "predicate", "absorbed")
# Stretches of time that are counted: "on how many days did we get 40 orders".
CALENDAR = {"day": "purchase_day", "month": "purchase_month", "week": "purchase_week"}
# "Total de vendas" are sales, "total de vendas em reais" is money.
_MONEY = frozenset("reais r$ brl valor value faturamento receita revenue".split())
_DAYS = ("days", "dias")
_HOW_MANY = ("how m", "quant", "number", "count")
_WHO = {"is_repeat_customer": "customer", "is_one_time_customer": "customer", "is_first_order": "customer"}


def read_counts(draft: Draft) -> None:
    """Read "how many orders", "number of different categories"."""
    for index in draft.indices("entity"):
        item = draft.items[index]
        if item.kind == "entity" and item.counts and draft.marks.get(index) != "by":
            add_count(draft, index, item.name)
            draft.marks.pop(index, None)
    for index in draft.indices("agg"):
        if draft.kind(index) == "agg" and draft.name(index) == "count":
            _read_count(draft, index)
    _read_days(draft)


def _read_days(draft: Draft) -> None:
    """Read "how many days had 40 orders", which asks for no duration: nothing else has those orders."""
    for index in draft.indices("how"):
        said = draft.word(index).split()[-1] in _DAYS and draft.kind(index + 1) in ("with", "compare")
        if said and any(not having.key for _, having in draft.having):
            add(draft, index, distinct_of(CALENDAR["day"]))


def _read_count(draft: Draft, index: int) -> None:
    if (head := _asked_at_the_end(draft, index)) is not None:
        draft.use(index, "agg")
        draft.roles.pop(head, None)
        add_count(draft, head, draft.named(head, "entity"))
        draft.marks.pop(head, None)
        return
    at = index + 1
    while _is_between(draft, at) and draft.touching(at - 1, at, at_most=1):
        at += 1
    if not draft.free(at) or not draft.touching(at - 1, at, at_most=2):
        return
    if draft.marks.get(at) == "by" and draft.kind(at - 1) == "by" and at - 1 == index + 1 and _says_nothing_else(draft):
        draft.use(index, "agg")  # "count by state": of what there is one each
        draft.measures.append((index, natural_measure(By(side_of(draft, at, draft.name(at))))))
        return
    if (described := _described(draft, index, at)) is not None:
        draft.use(index, "agg")
        name = draft.name(described)
        draft.measures.append((described, count_of(_WHO.get(name) or natural_entity(name))))
        return
    if (head := _head(draft, index, at)) is not None:
        draft.use(index, "agg")
        add_count(draft, head, draft.named(head, "entity"))
        return
    if (doer := _doer(draft, index, at)) is not None:
        draft.use(at, "absorbed")
        draft.use(index, "agg")
        add_count(draft, doer, draft.name(doer))
        draft.marks.pop(doer, None)
    elif _add_counted(draft, at):
        draft.marks.pop(at, None)
        draft.use(index, "agg")
        _count_listed(draft, at + 1)
    elif draft.named(at, "metric", "quantity"):
        draft.use(index, "agg")


def _asked_at_the_end(draft: Draft, index: int) -> int | None:
    """Return what is counted in "sellers with 50 orders: how many?", where nothing stands behind "how many"."""
    if not draft.word(index).casefold().startswith(_HOW_MANY):
        return None  # Contagem is a city, and Portuguese for counting
    rest = {token.key for token in draft.tokens[draft.items[index].end :] if token.is_word}
    if not rest <= _POINTING:
        return None
    things = [i for i in range(index) if draft.named(i, "entity") and draft.roles.get(i) != "threshold"]
    return next((i for i in things if draft.kind(i) == "entity"), None)


def _says_nothing_else(draft: Draft) -> bool:
    """Whether nothing is named that could be counted, and nothing that the counted must be."""
    named = {"entity", "metric", "quantity", "predicate"} & {item.kind for item in draft.items}
    return not named and not draft.having and not draft.is_fragment


def _described(draft: Draft, index: int, at: int) -> int | None:
    """Return what is counted in "number of repeat customers by state", where one phrase names it and what it is."""
    between = [i for i in range(index + 1, at) if draft.roles.get(i) == "predicate"]
    paid = draft.name(at) == "payment" and draft.word(at) in _PAID  # "how many cancelled ones were paid by card"
    return between[0] if between and (draft.marks.get(at) == "by" or paid) else None


def _head(draft: Draft, index: int, at: int) -> int | None:
    """Return what is counted in "products without a sale: how many by category": the thing named before."""
    if draft.marks.get(at) != "by" or draft.kind(at) not in ("dimension", "grain"):
        return None
    return next((i for i in draft.indices("entity") if i < index and i not in draft.marks), None)


def _doer(draft: Draft, index: int, at: int) -> int | None:
    """Return who is counted in "of our sellers, how many sold anything": the doer, named before the verb."""
    if draft.word(at) not in DID or draft.kind(at) != "entity":
        return None
    things = [i for i in draft.indices("entity") if i < index and draft.name(i) in ("seller", "customer")]
    return next((i for i in things if _OF & set(draft.before(i, 3))), None)


def _is_between(draft: Draft, at: int) -> bool:
    return draft.kind(at) in _BETWEEN or draft.roles.get(at) in _USED_UP


def _add_counted(draft: Draft, at: int) -> bool:
    """Add the count of what stands at a place, if it can be counted."""
    kind = draft.kind(at)
    if draft.name(at) == "payment" and draft.word(at) in _PAID:
        return False  # "how many of the cancelled ones were paid by card"
    if draft.name(at) in _SIDES and draft.kind(at + 1) == "entity" and draft.touching(at, at + 1):
        add_count(draft, at + 1, draft.name(at + 1))  # "number of new vs returning customers"
        draft.keys.append((at, By(draft.name(at))))
        draft.use(at, "key")
        return True
    if (entity := draft.named(at, "entity")) and kind != "dimension":
        add_count(draft, at, entity)
    elif kind == "metric" and draft.name(at) == "revenue" and not _MONEY & set(draft.word(at).split()):
        add(draft, at, count_of("item" if _sells_a_category(draft, at) else "order"))
    elif kind == "dimension":
        add(draft, at, distinct_of(_of_those_named(draft, at, side_of(draft, at, draft.name(at)))))
    elif kind == "grain" and draft.having and draft.name(at) in CALENDAR:
        add(draft, at, distinct_of(CALENDAR[draft.name(at)]))
    else:
        return False
    return True


def _of_those_named(draft: Draft, at: int, field: str) -> str:
    """Return the sellers' side of a place where only they are named: "em quantas cidades de Minas temos vendedor"."""
    said = {draft.name(i) for i in draft.indices("entity", free=False) if draft.kind(i) == "entity"}
    only_sellers = "seller" in said and not said & {"customer", "order", "item", "payment", "review"}
    return sellers(field) if only_sellers and draft.has("agg") and field.startswith("customer_") else field


def _sells_a_category(draft: Draft, at: int) -> bool:
    """Whether "how many toys did we sell" counts what was sold, not how often."""
    sold = draft.named(at - 1, "value") == "product_category" and draft.kind(at - 2) == "agg"
    return sold and draft.touching(at - 2, at - 1)


def _count_listed(draft: Draft, at: int) -> None:
    """Count what is listed behind a thing that is counted: "count the cities and states"."""
    while draft.free(at) and draft.kind(at) in ("dimension", "entity") and are_listed(draft, at - 1, at):
        name = draft.named(at, "dimension", "entity")
        add(draft, at, count_of(name) if draft.kind(at) == "entity" else distinct_of(name))
        draft.marks.pop(at, None)
        if name.startswith("seller_"):
            _count_on_the_same_side(draft)
        at += 1


def _count_on_the_same_side(draft: Draft) -> None:
    """Read "the cities and states of the sellers" as the sellers' cities too."""
    for place, (index, measure) in enumerate(draft.measures):
        other = sellers(measure.field)
        if measure.agg == "nunique" and other != measure.field:
            draft.measures[place] = (index, distinct_of(other))


def read_listed_things(draft: Draft) -> None:
    """Count things that are listed beside a measure: "orders, unique customers, revenue and ticket"."""
    while listed := [i for i in draft.indices("entity") if _is_listed_measure(draft, i)]:
        add(draft, listed[0], count_of(draft.name(listed[0])))
        draft.marks.pop(listed[0], None)
    draft.measures.sort(key=lambda pair: pair[0])


def _is_listed_measure(draft: Draft, index: int) -> bool:
    measured = {i for i, _ in draft.measures}
    versus = (draft.kind(index - 1), draft.name(index - 1)) == ("transform", "compare") and index - 2 in measured
    beside = (
        (index - 1 in measured and are_listed(draft, index - 1, index))
        or (_measured_at(draft, index + 1) in measured and are_listed(draft, index, index + 1))
        or (versus and draft.touching(index - 2, index - 1) and draft.touching(index - 1, index))
    )  # fmt: skip
    return beside and draft.kind(index) == "entity" and draft.marks.get(index) != "by"


def _measured_at(draft: Draft, index: int) -> int:
    """Return the place of what an aggregation is of: "orders and average freight by state"."""
    led = draft.roles.get(index) == "agg" and draft.touching(index, index + 1) and "by" in draft.marks.values()
    return index + 1 if led else index


def read_predicate_counts(draft: Draft) -> None:
    """Read "how many came back?" by what its predicate is about."""
    counts = [i for i in draft.indices("agg") if draft.name(i) == "count"]
    about = next((c.field for _, c in draft.where if c.field in fields()), None)
    if counts and about and not draft.having:
        draft.use(counts[0], "agg")
        draft.measures.append((counts[0], count_of(_WHO.get(about) or natural_entity(about))))
