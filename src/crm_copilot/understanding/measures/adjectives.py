"""Superlatives that bring their own measure: "best-selling", "slowest", "top rated"."""

from __future__ import annotations

import re

from crm_copilot.catalog import fields
from crm_copilot.library.plan import By, Measure, aggregate_of, count_of, measure_of
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.funnel import is_funnel
from crm_copilot.understanding.measures.adding import are_listed
from crm_copilot.understanding.measures.natural import natural_entity

_SPENDERS = ("spenders", "whales")
_WITH = frozenset("and with plus e com".split())
# "For the five sellers with the most orders, their average score": ranked by one, shown with the other.
_THEN = frozenset((",", ":", ";", "-", "–", "—", ".", "show", "mostre"))
_MOST = ("most", "least", "mais", "menos")
_NAMED = frozenset("orders pedidos reviews avaliações avaliacoes items itens sales vendas".split())
_SPEED = re.compile(r"deliver|arriv|shipp|wait|entreg|cheg", re.IGNORECASE)
# "Sold most in reais" is about the money.
_IN_MONEY = re.compile(
    r"\b(?:in|em) (?:reais|r\$|brl|money|value|valor|dinheiro|faturamento|receita)(?!\w)", re.IGNORECASE
)
_BY = frozenset("by por term".split())
_DIFFERENT = frozenset("different distinct unique diferentes distintos".split())
_OF_THOSE = frozenset("of for in das dos da do de nas nos entre among".split())


def read_adjectives(draft: Draft) -> None:
    """Read a measure and its direction in one."""
    for index in draft.indices("adjective"):
        if _read_both_ends(draft, index) or _read_speed_of_growth(draft, index):
            continue
        if draft.kind(index) == "adjective":
            _read_adjective(draft, index)


def _read_both_ends(draft: Draft, index: int) -> bool:
    """Read "the quickest and the slowest delivery" as the two extremes, where nothing is ranked by them."""
    name, direction = draft.name(index).rsplit(" ", 1)
    other = next((i for i in draft.indices("adjective") if i != index and draft.name(i).startswith(f"{name} ")), None)
    both = other is not None and not draft.name(other).endswith(direction) and draft.kind(index) == "adjective"
    if other is None or not both or draft.marks or name not in fields() or draft.measures:
        return False
    for place, agg in ((index, direction), (other, draft.name(other).rsplit(" ", 1)[1])):
        draft.use(place, "agg")
        draft.measures.append((place, aggregate_of(name, "max" if agg == "desc" else "min")))
    return True


def _read_speed_of_growth(draft: Draft, index: int) -> bool:
    """Read "grew orders the fastest" as most growth, not as fast deliveries."""
    if draft.kind(index) != "adjective" or not draft.name(index).startswith("delivery_days"):
        return False
    if not draft.has("transform", "growth") or _SPEED.search(draft.question):
        return False
    draft.use(index, "order")
    draft.order = draft.order or ("desc" if draft.name(index).endswith("asc") else "asc")
    return True


def _read_adjective(draft: Draft, index: int) -> None:
    name, direction = draft.name(index).rsplit(" ", 1)
    if name in fields() and _names_other_end(draft, index, direction):
        for place in (index - 1, index):
            draft.use(place, "agg")
        draft.measures += [(index, aggregate_of(name, "min")), (index, aggregate_of(name, "max"))]
        return
    draft.use(index, "order")
    draft.order = draft.order or direction
    if draft.word(index) in ("best sellers", "best seller") and draft.kind(index + 1) == "by":
        draft.marks[index] = "rank"
        draft.keys.append((index, By("seller_id")))
        return
    if draft.word(index).split()[-1] in _SPENDERS and not draft.marks:
        draft.marks[index] = "rank"
        draft.keys.append((index, By("customer_unique_id")))
    if name == "item":
        _count_what_was_sold(draft)
    of_the_ranked = bool(draft.measures) and _is_of_the_ranked(draft, index)
    if draft.measures and not (_is_shown_beside(draft, index) or of_the_ranked):
        return
    measure = _counted_behind(draft, index, name) or _measure(draft, name, direction)
    if all(measure != known for _, known in draft.measures):
        draft.measures.insert(0, (index, measure))
        draft.ranked_by = measure if of_the_ranked else None


def _count_what_was_sold(draft: Draft) -> None:
    """Read "best-selling category by number of products" as by the pieces sold, and not by how many different ones."""
    for place, (index, measure) in enumerate(draft.measures):
        if measure == count_of("product") and not _DIFFERENT & set(draft.word(index).split()):
            draft.measures[place] = (index, count_of("item"))


def _names_other_end(draft: Draft, index: int, direction: str) -> bool:
    """Whether both ends of a quantity are wanted: "maior e menor preço em cada ano"."""
    before = index - 1
    opposite = draft.kind(before) == "order" and {draft.name(before), direction} == {"asc", "desc"}
    return opposite and are_listed(draft, before, index) and "rank" not in draft.marks.values() and not draft.measures


def _is_shown_beside(draft: Draft, index: int) -> bool:
    """Whether the measures are only shown beside a ranking: "the ten busiest states and their mean freight"."""
    first = min(i for i, _ in draft.measures)
    names_it = draft.word(index).split()[-1] in _NAMED  # "the states with the most orders and their revenue"
    if first < index or (draft.limit is None and not names_it):
        return False
    between = set(draft.gap(index, first))
    return (bool(_WITH & between) or (names_it and bool(_THEN & between))) and not _BY & between


def _is_of_the_ranked(draft: Draft, index: int) -> bool:
    """Whether the measures are of what is ranked: "the average score of each of the 5 best-selling categories"."""
    last = max(i for i, _ in draft.measures)
    phrase = index
    while phrase - 1 > last and (draft.roles.get(phrase - 1) in ("limit", "nothing") or phrase - 1 in draft.marks):
        phrase -= 1
    led = last == phrase - 1 or draft.kind(phrase - 1) in ("by", "agg")  # "of each", "média das"
    beside = index + 2 if draft.roles.get(index + 1) == "limit" else index + 1
    ranked = index - 1 in draft.marks or beside in draft.marks
    return last < index and ranked and led and bool(_OF_THOSE & set(draft.before(phrase, 3)))


def _counted_behind(draft: Draft, index: int, name: str) -> Measure | None:
    """Read "most popular products" by what stands right behind the adjective."""
    ahead = index + 1
    if name == "order" and ahead in draft.forced and draft.named(ahead, "quantity"):
        return count_of(natural_entity(draft.named(ahead, "quantity")))
    if not draft.free(ahead) or not draft.touching(index, ahead) or draft.kind(ahead) != "entity":
        return None
    ranked = any(place < index for place in draft.marks) or ahead not in draft.marks
    if name == "revenue" and draft.word(index).split()[-1] in _MOST and ranked:
        draft.use(ahead, "measure")
        draft.marks.pop(ahead, None)
        return count_of(draft.name(ahead))
    if name not in ("order", "item") or draft.name(ahead) not in ("item", "product", "order"):
        return None
    if draft.name(ahead) == "product" and name == "item" and draft.word(ahead).split()[0] in _DIFFERENT:
        draft.use(ahead, "measure")
        draft.marks.pop(ahead, None)
        return measure_of("products_sold_distinct")  # "who sold the most different products"
    if draft.name(ahead) == "product" and not any(place < index for place in draft.marks):
        return None  # the products themselves are ranked
    draft.use(ahead, "measure")
    return count_of("item" if (draft.name(ahead), name) == ("product", "item") else draft.name(ahead))


def _measure(draft: Draft, name: str, direction: str) -> Measure:
    if name in ("item", "order") and _IN_MONEY.search(draft.question):
        return measure_of("revenue")
    if name == "delivery_days" and is_funnel(draft):
        return measure_of("sales_cycle_days")
    if name != "price":
        return measure_of(name)
    averages = [i for i in draft.indices("agg") if draft.name(i) == "mean"]
    if averages:  # "the most expensive category on average"
        draft.use(averages[0], "agg")
        return aggregate_of("price", "mean")
    ranked = [draft.name(i) for i, mark in draft.marks.items() if mark in ("which", "rank")]
    if ranked == ["order"]:
        return aggregate_of("order_value", "max" if direction == "desc" else "min")
    if not any(draft.name(i) in ("product", "item") for i in draft.indices("entity", free=False)):
        return aggregate_of("price", "mean")
    return aggregate_of("price", "max" if direction == "desc" else "min")
