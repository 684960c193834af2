"""Which field a value belongs to: the customer's state or the seller's, a category or a business segment."""

from __future__ import annotations

import re

from crm_copilot.catalog import fields
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.funnel import is_funnel
from crm_copilot.understanding.text import plain

_SELLER_NAMES = ("active_sellers", "new_sellers", "seller_id", "seller_city")
# How far away the thing may stand that a place belongs to.
_FAR = 5
_PLACED = ("seller", "customer")
_SENT_FROM = re.compile(
    r"\b(?:ship\w*|sent|send\w*|dispatch\w*|originat\w+|departing|enviad[oa]s?|despachad[oa]s?|postad[oa]s?|saindo)"
    r" (?:from|out of|de|do|da)(?: the| o| a)? $|\b(?:leaving|que saem d[eoa]|que sairam d[eoa]) $"
)
_FROM = re.compile(r"(?<!compared )(?<!compare )\b(?:from|de|do|da)(?: the)? $")
_TO = (["to"], ["to", "the"], ["para"], ["pra"], ["para", "o"], ["para", "a"], ["→"], ["-", ">"])
_CLOSED: tuple[list[str], ...] = ([")"], [","], ["?"], ["."], [])


def twin(field: str) -> str:
    """Return the seller's field for a customer's one and the other way round."""
    if field.startswith("customer_"):
        return "seller_" + field.removeprefix("customer_")
    return "customer_" + field.removeprefix("seller_") if field.startswith("seller_") else field


def sellers(field: str) -> str:
    """Return the seller's field in place of the customer's one; the field itself where sellers have none."""
    other = twin(field)
    return other if field.startswith("customer_") and other in fields() else field


def buyers(field: str) -> str:
    """Return the customer's field in place of the seller's one, where it is of a place."""
    other = twin(field)
    return other if field.startswith("seller_") and other in fields() else field


def field_of(draft: Draft, index: int) -> str:
    """Return the field that a value is of, by the words around it."""
    names = [sense.name for sense in draft.items[index].senses if sense.kind == "value"]
    if "business_segment" in names and ("product_category" not in names or is_funnel(draft)):
        return "business_segment"
    name = next((n for n in names if n != "business_segment"), names[0])
    if name == "payment_type":
        return _payment_field(draft)
    return _side(draft, index, name) if twin(name) != name else name


def _payment_field(draft: Draft) -> str:
    main = [i for i in draft.indices("dimension") if draft.name(i) == "main_payment_type"]
    if not main:
        return "payment_type"
    draft.use(main[0], "absorbed")
    return "main_payment_type"


def leaves_from(draft: Draft, index: int) -> bool:
    """Whether what is sent starts at a place: "shipped from SP", "freight from SP to RJ"."""
    before = plain(draft.question[: draft.tokens[draft.items[index].start].start])
    return bool(_SENT_FROM.search(before)) or (leads_to(draft, index) and bool(_FROM.search(before)))


def leads_to(draft: Draft, index: int) -> bool:
    """Whether another place follows behind "to"."""
    ahead = index + 1
    placed = draft.kind(ahead) == "value" and draft.name(ahead).startswith(("customer_", "seller_"))
    return placed and draft.gap(index, ahead) in _TO and "compar" not in draft.question.casefold()


def _side(draft: Draft, index: int, name: str) -> str:
    """Return the customer's or the seller's field of a place."""
    if leaves_from(draft, index) and sellers(name) in fields():
        return sellers(name)
    placed = _seller_dimension_beside(draft, index)
    if placed in (name, twin(name)):
        return placed
    customer = name if name.startswith("customer_") else twin(name)
    seller = twin(customer)
    return seller if seller in fields() and _seller_near(draft, index) else customer


def _seller_dimension_beside(draft: Draft, index: int) -> str:
    for near in (index - 1, index + 1):
        named = draft.kind(near) == "dimension" and draft.name(near).startswith("seller_")
        if named and draft.beside(near, index, at_most=1):
            return draft.name(near)
    return ""


def _seller_near(draft: Draft, index: int) -> bool:
    """Whether the place is the seller's: the nearest thing that has a place is a seller."""
    after = index + 1
    while (
        draft.kind(after) == "value"
        and twin(draft.name(after)) != draft.name(after)
        and draft.touching(after - 1, after, at_most=1)
    ):
        after += 1  # "only Paraná and Minas sellers"
    if draft.kind(after) == "entity" and draft.touching(after - 1, after) and draft.name(after) in _PLACED:
        return draft.name(after) == "seller"
    for distance in range(1, _FAR + 1):
        for near in (index - distance, index + distance):
            entity = draft.name(near) if draft.kind(near) == "entity" else ""
            if entity == "seller" or draft.name(near) in _SELLER_NAMES:
                return near < index or distance == 1
            if entity in ("customer", "order"):
                return False
    return False


def named_for_state(draft: Draft, index: int) -> bool:
    """Whether "São Paulo (SP)" means the state that has the city's name."""
    code = draft.items[index + 1].sense("value") if draft.free(index + 1) else None
    if code is None or not code.name.endswith("_state") or draft.gap(index, index + 1) not in (["("], ["-"], ["/"]):
        return False
    names = fields()["customer_state"].values.get(code.value, {}).get("en", ())
    return f"state of {_city(draft, index)}" in names


def _city(draft: Draft, index: int) -> str:
    """Return the name of a city in the data, however it is written ("rio")."""
    sense = draft.items[index].sense("value")
    return plain(str(sense.value)) if sense else plain(draft.items[index].text)


def state_called(city: str) -> str | None:
    """Return the code of the state that has a city's name, None when none has."""
    states = fields()["customer_state"].values.items()
    return next((str(code) for code, words in states if f"state of {city}" in words.get("en", ())), None)


def state_in_brackets(draft: Draft, index: int) -> str | None:
    """Return the code of the state that "São Paulo (state)", "Rio de Janeiro, o estado" means, None for the city."""
    ahead = index + 1
    bracketed = draft.free(ahead) and {"(", ","} & set(draft.gap(index, ahead)) and draft.touching(index, ahead, 1)
    if not bracketed or not draft.named(ahead, "dimension").endswith("_state") or draft.behind(ahead, 1) not in _CLOSED:
        return None
    code = state_called(_city(draft, index))
    if code:
        draft.use(ahead, "absorbed")
    return code
