"""Which conditions a percentage is about, and which only limit what it is taken of."""

from __future__ import annotations

from crm_copilot.catalog import fields
from crm_copilot.library.plan import Condition, Plan
from crm_copilot.understanding.conditions import with_base
from crm_copilot.understanding.draft import Draft

Placed = list[tuple[int, Condition]]
"""Conditions and where in the question they stand."""

PLACES = frozenset(
    "customer_state customer_city customer_region seller_state seller_city seller_region product_category"
    " business_segment origin".split()
)


# Fields that say whose rows are meant, unless the question says that the rows are, or come, from there.
_WHOSE = PLACES | {"payment_type", "main_payment_type", "account_manager", "interaction_manager", "client_name"}
_ARE = frozenset(
    "is are was were be come comes came go goes going went belong belongs paid settled placed sent shipped"
    " e sao foi foram era vem vieram veio vao vai pertencem pagos pagas pago paga".split()
)
_INSIDE = (["in"], ["within"], ["em"], ["no"], ["na"])
# Behind a value: what share it has of the rest of the sentence ("how much of it do toys make up").
_MAKE_UP = frozenset("make makes made represent represents account accounts represent representam tem".split())
# "Orders from SP that included an item from elsewhere": what stands behind the verb is the part.
_VERBS = ("included", "include", "includes", "contained", "contain", "contains", "involved", "incluem", "incluiram")


def part_of(draft: Draft, plan: Plan) -> tuple[Condition, ...]:
    """Return the conditions that the percentage is about; those before the thing counted only limit what it is of."""
    placed = _candidates(draft, plan)
    if not placed or _only_limits(draft, placed):
        return ()
    if mixed := _of_two_kinds(draft, placed):
        return mixed
    if led := tuple(c for i, c in placed if _leads_the_share(draft, i)):
        return led
    placed = _behind_the_share(draft, placed)
    last = max((i for i, _ in draft.measures), default=-1)
    after = [(i, c) for i, c in placed if i > last]
    before = [c for i, c in placed if i < last]
    if not after:
        return tuple(c for _, c in placed[-1:])
    return _without_limits(draft, after, alone=not before)


def _only_limits(draft: Draft, placed: Placed) -> bool:
    """Whether places only say whose rows are split up: "share of revenue by category in SP"."""
    keys = [i for i, key in draft.keys if draft.kind(i) != "value" and not key.is_time]
    behind = bool(keys) and all(is_whose(c) and i > max(keys) for i, c in placed)
    return behind and draft.before(min(i for i, _ in placed), 1) in _INSIDE


def is_whose(condition: Condition) -> bool:
    """Whether a condition says whose rows are meant (a place, a category), and not what they are."""
    return condition.field in _WHOSE


def _candidates(draft: Draft, plan: Plan) -> Placed:
    """Return the conditions that are no key and no base of one."""
    keyed = {key.field for i, key in draft.keys if key in plan.by and draft.kind(i) != "value"}
    predicates = [key.field for key in plan.by if key.field in fields() and fields()[key.field].kind == "predicate"]
    bases = {base.field for base in with_base((*plan.where, *map(Condition, predicates)))}
    return [(i, c) for i, c in draft.where if c in plan.where and c.field not in keyed | bases]


def _behind_the_share(draft: Draft, placed: Placed) -> Placed:
    """Read "of the late orders, what share got one star" as a share of the late orders."""
    asked = next(iter(draft.places("transform", "share")), 0)
    behind = [(i, c) for i, c in placed if i > asked]
    return behind if asked > 0 and behind and draft.language != "zh" else placed


def _of_two_kinds(draft: Draft, placed: Placed) -> tuple[Condition, ...]:
    """Return what the percentage is about where both whose rows are meant and what they are is said.

    "The weekend share of SP's orders" is about the weekend, "what share of the late orders came from SP" about SP.
    """
    whose = [(i, c) for i, c in placed if is_whose(c)]
    what = [(i, c) for i, c in placed if not is_whose(c)]
    if not whose or not what or draft.language == "zh":
        return ()
    about = whose if _is_about(draft, [i for i, _ in whose], [i for i, _ in what]) else what
    return tuple(c for _, c in about)


def _leads_the_share(draft: Draft, index: int) -> bool:
    """Whether a condition stands right before the word for the share: "the 1-star share of the late deliveries"."""
    share = (draft.kind(index + 1), draft.name(index + 1)) == ("transform", "share")
    return share and draft.touching(index, index + 1)


def _is_about(draft: Draft, whose: list[int], what: list[int]) -> bool:
    """Whether the values are what the percentage is about: led by a verb, or right at the words for the share."""
    share = next(iter(draft.places("transform", "share")), -1)
    first, last = whose[0], max(what)
    if share - 1 in whose and draft.touching(share - 1, share):
        return True  # "SP's share of the late orders"
    if share - 1 in what:
        return False
    led = last < first and bool(_ARE & {t.key for t in draft.tokens[draft.items[last].end : draft.items[first].start]})
    return led or bool(_MAKE_UP & set(draft.behind(whose[-1], 2)))


def _without_limits(draft: Draft, after: Placed, alone: bool) -> tuple[Condition, ...]:
    """Leave out the places, or the first condition where it stands right at the thing counted."""
    verb = max((i for i in draft.indices("with") if after[0][0] < i < after[-1][0]), default=None)
    if verb is not None and draft.word(verb) in _VERBS:
        return tuple(c for i, c in after if i > verb)
    conditions = tuple(c for _, c in after)
    others = tuple(c for c in conditions if c.field not in PLACES)
    if len(after) > 1 and others and len(others) < len(after):
        return others
    if len(after) < 2 or not alone or draft.language == "zh":
        return conditions
    first = min(i for i, _ in after)
    early = [c for i, c in after if i == first and _qualifies(draft, i, c)]
    return tuple(c for c in conditions if c not in early)


def _qualifies(draft: Draft, index: int, condition: Condition) -> bool:
    """Whether a condition stands at the thing it limits: "of card payments, what share", "pedidos entregues que"."""
    if draft.kind(index - 1) != "entity":
        return False
    if condition.field == "payment_type":
        return draft.touching(index - 1, index, at_most=1)
    status = condition.field in ("is_delivered", "is_canceled")
    return status and draft.language == "pt" and draft.touching(index - 1, index)
