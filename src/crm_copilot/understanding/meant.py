"""What words of a question may stand for beside themselves: "half" for 50 percent, "a week" for 7 days, "Rio" for a
state and a city, "cancelled" for a status of orders.

These are for judging a plan that is there already (`evidence.py`), so they allow more than a reading would guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from crm_copilot.understanding.periods.vocabulary import count_of
from crm_copilot.understanding.text import Token, plain

# What a unit counts in the units of the data: days, hours, grams, centimetres, months; by its key.
_FACTORS = {
    "week": (7.0,), "semana": (7.0,), "fortnight": (14.0,), "quinzena": (15.0,), "day": (24.0,), "dia": (24.0,),
    "month": (30.0,), "mes": (30.0,), "year": (12.0, 365.0), "ano": (12.0, 365.0), "hour": (1 / 24, 60.0),
    "hora": (1 / 24, 60.0), "h": (1 / 24,), "kg": (1000.0,), "kilo": (1000.0,), "kilogram": (1000.0,),
    "quilo": (1000.0,), "litre": (1000.0,), "liter": (1000.0,), "litro": (1000.0,), "m": (100.0,), "metre": (100.0,),
    "meter": (100.0,), "metro": (100.0,), "dozen": (12.0,), "duzia": (12.0,), "mil": (1e3,), "thousand": (1e3,),
    "k": (1e3,), "grand": (1e3,), "hundred": (100.0,), "million": (1e6,), "milhao": (1e6,), "milhoe": (1e6,),
}  # fmt: skip
_NUMBERS = {
    "half": (50.0, 0.5), "metade": (50.0, 0.5), "meio": (0.5,), "meia": (0.5,), "third": (33.0, 100 / 3),
    "terco": (33.0, 100 / 3), "quarter": (25.0,), "quarto": (25.0,), "pair": (2.0,), "couple": (2.0,), "par": (2.0,),
    "twice": (2.0,), "single": (1.0,), "cem": (100.0,), "once": (1.0,), "both": (2.0,), "ambo": (2.0,),
    "midnight": (0.0, 24.0), "noon": (12.0,), "repeat": (1.0, 2.0), "several": (1.0, 2.0), "vario": (1.0, 2.0),
    "multiple": (1.0, 2.0), "varia": (1.0, 2.0),
}  # fmt: skip
_HALF_DAY = 12.0

# Beginnings of words, and the values that a plan may then compare with.
_WORDS: tuple[tuple[str, str, str], ...] = (
    ("cancel", "order_status", "canceled"), ("cancl", "order_status", "canceled"),
    ("deliver", "order_status", "delivered"), ("entreg", "order_status", "delivered"),
    ("shipped", "order_status", "shipped"), ("enviad", "order_status", "shipped"),
    ("despachad", "order_status", "shipped"), ("transit", "order_status", "shipped"),
    ("unavailab", "order_status", "unavailable"), ("indispon", "order_status", "unavailable"),
    ("invoic", "order_status", "invoiced"), ("faturad", "order_status", "invoiced"),
    ("process", "order_status", "processing"), ("approv", "order_status", "approved"),
    ("aprovad", "order_status", "approved"), ("created", "order_status", "created"),
    ("criad", "order_status", "created"), ("organic", "origin", "organic_search"), ("paid", "origin", "paid_search"),
    ("pag", "origin", "paid_search"), ("social", "origin", "social"), ("email", "origin", "email"),
    ("card", "payment_type", "credit_card"), ("cartao", "payment_type", "credit_card"),
    ("cartoes", "payment_type", "credit_card"), ("credit", "payment_type", "credit_card"),
    ("debit", "payment_type", "debit_card"), ("midnight", "order_daypart", "dawn"),
    ("overnight", "order_daypart", "dawn"), ("evening", "order_daypart", "night"),
    ("call", "interaction_kind", "call"), ("ligac", "interaction_kind", "call"), ("phone", "interaction_kind", "call"),
    ("meeting", "interaction_kind", "meeting"), ("reuni", "interaction_kind", "meeting"),
    ("rio", "customer_state", "RJ"), ("rio", "customer_city", "rio de janeiro"), ("sampa", "customer_state", "SP"),
    ("sampa", "customer_city", "sao paulo"),
)  # fmt: skip
# Towns that are also states.
_STATES = {"rio de janeiro": "RJ", "sao paulo": "SP", "brasilia": "DF"}
_TOWNS = {state: town for town, state in _STATES.items()}
# Fields that hold the same: people of the CRM, and what is dealt in.
_MANAGERS = frozenset({"manager", "account_manager", "interaction_manager"})
_LINES = frozenset({"product_category", "business_segment", "industry"})
_SIDES = ("customer_", "seller_")


def numbers_meant(tokens: Sequence[Token], numbers: Iterable[float]) -> frozenset[float]:
    """Return the numbers that words stand for, alone and by the units in the question."""
    keys = [token.key for token in tokens]
    said = {1.0, *numbers, *(float(count_of(key, 1)) for key in keys if not key.isdigit())}
    halves = {_HALF_DAY} if {"half", "meio"} & set(keys) else set()
    scaled = {number * factor for key in keys for factor in _FACTORS.get(key, ()) for number in said}
    return frozenset(halves | scaled | {number for key in keys for number in _NUMBERS.get(key, ())})


def values_meant(tokens: Sequence[Token], values: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the (field, value) pairs that words, and the towns and states of the question, may stand for."""
    words = [plain(token.text) for token in tokens if token.is_word]
    for beginning, field, value in _WORDS:
        if any(word.startswith(beginning) if len(beginning) > 3 else word == beginning for word in words):
            yield field, value
    for field, value in values:
        if field.endswith("_city") and value in _STATES:
            yield "customer_state", _STATES[value]
        if field.endswith("_state") and value in _TOWNS:
            yield "customer_city", _TOWNS[value]


def one_of_its_kind(field: str, value: str) -> tuple[str, str]:
    """Return a pair in which fields that words do not tell apart are one: the two sides' places, the managers."""
    if field in _MANAGERS:
        return "manager", value
    if field in _LINES:
        return "line", plain(value).replace("_", " ").replace("&", "and")
    for side in _SIDES:
        field = field.removeprefix(side)
    return field, value
