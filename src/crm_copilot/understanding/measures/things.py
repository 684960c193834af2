"""Things that stand alone and are counted: "orders by state", "customers with two orders"; or timed: "how long"."""

from __future__ import annotations

from typing import cast

from crm_copilot.catalog import entities
from crm_copilot.library.plan import Agg, aggregate_of, count_of, measure_of
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.measures.adding import add, add_count
from crm_copilot.understanding.measures.amounts import amount_of, mean_of, read_how_much
from crm_copilot.understanding.measures.counts import DID
from crm_copilot.understanding.text import plain

_ONLY = frozenset("only just so apena apenas somente".split())
_STATISTICS = ("mean", "median", "max", "min", "std")
_WORTH = frozenset("value amount valor montante".split())
_OF = frozenset("of de do da dos das".split())
_OWNED = frozenset("of the de do da dos das".split())
_WHO = frozenset("who that which que".split())
_ARRIVES = frozenset(
    "delivery deliver delivered arrive entrega entregar entregue chegar chega receive receber order pedido reach parcel"
    " package shipment encomenda pacote chegam".split()
)

_TAKES = frozenset("take took taken takes demorar demorou leva levou levar".split())
_LASTING: dict[str, Agg] = {"longest": "max", "shortest": "min", "fastest": "min", "slowest": "max"}
_REVIEWS = frozenset("review reviews avaliar avaliam avaliacao".split())


def read_things(draft: Draft) -> None:
    """Count a thing that stands alone; a ranked one by what stands behind "by"."""
    if _read_how_long(draft) or _read_longest(draft):
        return
    _absorb_askers(draft)
    if not _count_first(draft):
        _count_ranked_by(draft)


def _read_how_long(draft: Draft) -> bool:
    """Read "how long does delivery to SP take" as the delivery time, whatever stands between its words."""
    asked, words = draft.indices("how", free=False), {token.key for token in draft.tokens}
    if asked and _REVIEWS & words and not draft.measures:
        draft.use_all("entity")
        unit = "hours" if {"hour", "hours", "hora", "horas"} & words else "days"
        add(draft, asked[0], aggregate_of(f"review_response_{unit}", "mean"))
        return True
    if not asked or not _ARRIVES & words:
        return False
    for index in draft.indices("entity"):
        if draft.name(index) == "order":
            draft.use(index, "absorbed")
    named = [name for i in draft.indices("agg") if (name := draft.name(i)) in ("mean", "median", "max", "min")]
    draft.use_all("agg")
    add(draft, asked[0], aggregate_of("delivery_days", cast(Agg, named[0] if named else "mean")))
    return True


def _read_longest(draft: Draft) -> bool:
    """Read "the longest an order has taken to arrive" as the extreme of the delivery time."""
    words = {token.key for token in draft.tokens}
    said = [i for i in draft.indices("order", free=False) if plain(draft.word(i)) in _LASTING]
    if not said or draft.marks or not (_ARRIVES & words and _TAKES & words):
        return False
    for index in draft.indices("entity"):
        draft.use(index, "absorbed")
    longest = _LASTING[plain(draft.word(said[0]))]
    draft.fillers.update(i for i, token in enumerate(draft.tokens) if token.key in _ARRIVES | _TAKES)
    add(draft, said[0], aggregate_of("delivery_days", longest))
    return True


def _absorb_askers(draft: Draft) -> None:
    """Read "when do customers place their orders" as about orders."""
    plain = [i for i in draft.indices("entity") if draft.kind(i) == "entity" and i not in draft.marks]
    if [draft.name(i) for i in plain[:2]] == ["customer", "order"] and not (
        _is_shared(draft, plain[0]) or _WHO & set(draft.gap(*plain[:2]))
    ):
        draft.use(plain[0], "absorbed")


def _is_shared(draft: Draft, index: int) -> bool:
    """Whether a share of the things is asked for: "what percentage of our SP customers", "share of all buyers"."""
    before = index - 1
    while draft.roles.get(before) in ("value", "predicate"):
        before -= 1
    return (draft.kind(before), draft.name(before)) == ("transform", "share") and draft.word(before).endswith("of")


def _count_first(draft: Draft) -> bool:
    """Count the first thing that is no key; Chinese names it last."""
    places = [i for i in draft.indices("entity") if draft.kind(i) == "entity"]
    if any(draft.word(i) in DID and read_how_much(draft, i) for i in places):
        return True  # "sellers from Curitiba: how much did they sell"
    for index in reversed(places) if draft.language == "zh" else places:
        if read_how_much(draft, index) or _read_average_review(draft, index):
            return True
        if draft.name(index) == "payment" and _is_about_value(draft):
            add(draft, index, aggregate_of("payment_value", "sum"))
            return True
        if _is_worth(draft, index):
            means = [i for i in draft.indices("agg") if draft.name(i) == "mean"]
            for agg in means:
                draft.use(agg, "agg")
            add(draft, index, mean_of(draft.name(index)) if means else amount_of(draft.name(index)))
            return True
        if _is_counted(draft, index):
            add_count(draft, index, draft.name(index))
            return True
    return False


def _is_about_value(draft: Draft) -> bool:
    """Whether payments are asked for by their value: "voucher payments by month, value"."""
    return any(t.key in _WORTH for t in draft.tokens) and not (draft.has("agg", "count") or draft.has("order"))


def _is_worth(draft: Draft, index: int) -> bool:
    """Whether what things are worth is asked for: "the value of cancelled orders in 2018"."""
    said = draft.before(index, 5)
    place = next((i for i, word in enumerate(said) if word in _WORTH), -1)
    summed = not any(draft.name(i) in (*_STATISTICS[1:], "count") for i in draft.indices("agg"))
    summed = summed and not (draft.has("order") or draft.has("adjective"))
    return draft.name(index) in ("order", "item") and summed and place >= 0 and bool(_OF & {*said[place + 1 :][:1]})


def _read_average_review(draft: Draft, index: int) -> bool:
    """Read "average review" as the average of the scores, "largest single boleto payment" as that of the values."""
    before = index - 2 if draft.roles.get(index - 1) == "value" else index - 1
    near = [i for i in (before, index + 1) if draft.free(i) and draft.kind(i) == "agg" and draft.beside(i, index, 2)]
    entity, how = draft.name(index), draft.name(near[0]) if near else ""
    if (entity, how) == ("review", "mean"):
        measure = measure_of("average_review_score")
    elif entity == "payment" and how in _STATISTICS:
        measure = aggregate_of("payment_value", cast(Agg, how))
    else:
        return False
    draft.use(near[0], "agg")
    add(draft, index, measure)
    return True


def _owns_a_key(draft: Draft, index: int) -> bool:
    """Whether a thing only says whose place is grouped by: "late orders by state of the customer"."""
    placed = draft.kind(index - 1) == "dimension" and draft.marks.get(index - 1) == "by"
    return placed and bool(draft.gap(index - 1, index)) and {*draft.gap(index - 1, index)} <= _OWNED


def _is_counted(draft: Draft, index: int) -> bool:
    if _owns_a_key(draft, index):
        return False
    if index in draft.marks or (draft.has("transform", "distribution") and _ONLY & set(draft.before(index, 1))):
        return False  # "distribution of scores, only late orders"
    asked_for = any(mark == "which" and draft.kind(i) == "entity" for i, mark in draft.marks.items())
    limited = entities()[draft.name(index)].key in {having.key for _, having in draft.having}
    return draft.has("transform", "share") or not (asked_for or limited)


def _count_ranked_by(draft: Draft) -> None:
    """Read "which sellers ... by orders": the ranking is by the number of those."""
    by = [i for i, mark in draft.marks.items() if mark == "by" and draft.kind(i) == "entity" and draft.free(i)]
    ranked_by = [
        i for i in by if not draft.word(i - 1).endswith(("each", "cada"))
    ]  # "for each seller, the years in which"
    if ranked_by and any(mark != "by" for mark in draft.marks.values()):
        add(draft, ranked_by[0], count_of(draft.name(ranked_by[0])))
        del draft.marks[ranked_by[0]]
