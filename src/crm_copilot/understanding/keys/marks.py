"""The mentions that the words around them make a group key: "by state", "which sellers", "top 5 categories"."""

from __future__ import annotations

from crm_copilot.understanding.draft import Draft, Mark, joined
from crm_copilot.understanding.text import key_of

_RANKED = ("dimension", "entity", "grain")
_GROUPABLE = ("dimension", "grain", "entity", "predicate", "quantity", "trend")
# Ordering words that name what is ranked ("top customers") and not what it is ranked by ("most customers").
_SUBJECT_ORDERS = frozenset(
    "one 1 top peak best worst bottom main major leading largest biggest smallest greatest melhor pior principal maior"
    " menor ultimo primary ranked star melhores piores principais maiores menores".split()
)
_EACH_DOING = {
    ("doe", "a"),
    ("does", "a"),
    ("do", "each"),
    ("does", "each"),
    ("doe", "each"),
    ("pedido", "um"),
    ("cada", "um"),
}
# What may stand between "by" and the key, and between "top" and the thing that is ranked.
_BEFORE_KEY = ("order", "adjective", "which", "agg", "by", "no")
_BEFORE_RANKED = ("order", "adjective", "predicate", "value", "which", "agg")
_USED_UP = ("limit", "absorbed", "value", "nothing", "percent")
_OPENS = ([","], [":"], ["the"], ["o"], ["a"])
_LISTED = frozenset(", and e & / x + 和 与 、 及 y to → >".split())
_DONE = frozenset("given placed made left written submitted dada feita feito realizada deixada escrita enviada".split())
_ONE = frozenset("a an um uma".split())
_ROWS = ("order", "item", "review", "payment", "lead", "deal", "customer")


def mark_keys(draft: Draft) -> None:
    """Mark the mentions that are a group key by the words around them."""
    for index, item in enumerate(draft.items):
        if item.kind == "by":
            _mark_list(draft, index)
        elif item.kind == "which" or (item.kind == "list" and draft.language != "zh"):
            _mark_next(draft, index, "which")
        elif _ranks(draft, index):
            _mark_next(draft, index, "rank")
    _mark_first(draft)
    _mark_each_doing(draft)
    if draft.language != "en":
        _mark_before_adjectives(draft)


def _mark_each_doing(draft: Draft) -> None:
    """Mark the doer of "how many orders does a seller receive", of which each one is meant."""
    if not any(draft.name(i) in ("mean", "median") for i in draft.indices("agg")):
        return
    for index in draft.indices("entity"):
        if index not in draft.marks and tuple(draft.before(index, 2)) in _EACH_DOING:
            draft.marks[index] = "by"


def _mark_first(draft: Draft) -> None:
    """Mark what a part begins with: "customers with the most orders", "for each month, the state with the highest"."""
    for index in range(len(draft.items)):
        begins = draft.items[index].start <= 1 if index == 0 else draft.before(index, 1)[-1:] in _OPENS
        head = begins and draft.kind(index) in ("entity", "dimension", "grain")
        ranked = draft.kind(index + 1) == "with" and draft.kind(index + 2) in ("order", "adjective")
        near = draft.touching(index + 1, index + 2, at_most=1) and draft.touching(index, index + 1, at_most=1)
        if head and ranked and near and draft.free(index):
            draft.marks.setdefault(index, "rank")


def _ranks(draft: Draft, index: int) -> bool:
    subject = draft.kind(index) == "order" and _names_subject(draft, index)
    attribute = draft.language == "zh" and draft.kind(index) == "order" and draft.word(index).endswith("的")
    return draft.kind(index) == "adjective" or subject or attribute or draft.roles.get(index) == "limit"


def _names_subject(draft: Draft, index: int) -> bool:
    """Whether an ordering word names what is ranked and not what it is ranked by."""
    words = {key_of(word) for word in draft.items[index].text.split()}
    numbered = "limit" in (draft.roles.get(index + 1), draft.roles.get(index - 1))
    return bool(words & _SUBJECT_ORDERS) or (numbered and draft.kind(index + 1) != "entity")


# ---------------------------------------------------------------------------------------------- what follows "by"


def _mark_list(draft: Draft, index: int) -> None:
    """Mark what follows "by", and what is listed with it ("by state and month")."""
    if _over_all(draft, index) or _by_whom(draft, index):
        return
    at = _past_attributes(draft, index + 1) if draft.language == "zh" else index + 1
    while draft.kind(at) in _BEFORE_KEY and draft.touching(at - 1, at, at_most=1):
        at += 1
    if not _is_groupable(draft, at, at_most=1):
        return
    draft.marks.setdefault(at, "by")
    while _continues(draft, at + 1):
        at += 1
        draft.marks.setdefault(at, "by")


def _past_attributes(draft: Draft, at: int) -> int:
    """Chinese puts what the key belongs to before it, with 的 between them."""
    attributes = ("predicate", "grain", "dimension")
    while draft.kind(at + 1) in attributes and "的" in draft.gap(at, at + 1):
        at += 1
    before = draft.kind(at) == "predicate" and draft.kind(at + 1) in ("grain", "dimension")
    return at + 1 if before else at


def _is_groupable(draft: Draft, at: int, at_most: int) -> bool:
    return bool(draft.named(at, *_GROUPABLE)) and draft.touching(at - 1, at, at_most=at_most)


def _continues(draft: Draft, at: int) -> bool:
    """Whether a mention is listed with the key before it."""
    if not _is_groupable(draft, at, at_most=2) or draft.kind(at) not in _RANKED or _names_again(draft, at):
        return False
    gap = draft.gap(at - 1, at)
    return joined(gap) and bool(_LISTED & set(gap))


def _names_again(draft: Draft, at: int) -> bool:
    """Whether a dimension is named again to limit it: "per seller state, states with 100 orders"."""
    name, before = draft.named(at, "dimension"), draft.named(at - 1, "dimension")
    same = bool(name and before) and name.rsplit("_", 1)[-1] == before.rsplit("_", 1)[-1]
    return same and draft.kind(at + 1) in ("with", "compare")


def _over_all(draft: Draft, index: int) -> bool:
    """Whether "across all orders" only says that nothing is left out."""
    word, ahead = draft.word(index), index + 1
    rows = draft.kind(ahead) == "entity" and draft.name(ahead) in _ROWS
    return (
        rows and word.startswith(("across", "for all")) and (word.endswith("all") or "all" in draft.gap(index, ahead))
    )


def _by_whom(draft: Draft, index: int) -> bool:
    """Whether "by" only says who did it: "reviews given by customers"."""
    ahead = index + 1
    who = draft.kind(ahead) == "entity" and draft.name(ahead) in ("customer", "seller")
    if not who:
        return False
    one = draft.word(index) in ("by", "por") and _ONE & set(draft.gap(index, ahead))  # "shipped by a seller in SP"
    if not (one or _DONE & set(draft.before(index, 1))):
        return False
    draft.use(ahead, "nothing")
    return True


# ------------------------------------------------------------------------------------------------- what is ranked


def _mark_next(draft: Draft, index: int, mark: Mark) -> None:
    """Mark the thing that an ordering word or "which" speaks of, looking past numbers and adjectives."""
    for at in range(index + 1, len(draft.items)):
        measured = draft.kind(at) == "entity" and draft.kind(at - 1) == "order" and not _names_subject(draft, at - 1)
        if measured:
            return
        if draft.kind(index) == "adjective" and _is_what_for(draft, index, at):
            return
        if draft.kind(at) in _RANKED and draft.free(at) and draft.touching(at - 1, at, at_most=2):
            if mark == "rank" and draft.name(at) == "payment":
                return
            draft.marks.setdefault(at, mark)
            return
        if not _is_passed(draft, at):
            return


def _is_what_for(draft: Draft, index: int, at: int) -> bool:
    """Whether a thing only says what a superlative is about: "the quietest weekday for orders", "wait for parcels"."""
    owned = {"for", "their", "from", "by", "para", "seus", "em"} & set(draft.gap(index, at))
    return at == index + 1 and draft.kind(at) == "entity" and bool(owned) and any(i < index for i in draft.marks)


def _is_passed(draft: Draft, at: int) -> bool:
    if draft.kind(at) == "agg" and draft.name(at) == "count":
        return False
    percent = draft.kind(at) == "transform" and draft.items[at].text == "%"
    return draft.kind(at) in _BEFORE_RANKED or draft.roles.get(at) in _USED_UP or percent


def _mark_before_adjectives(draft: Draft) -> None:
    """Portuguese and Chinese put the adjective behind its noun: "categorias mais vendidas"."""
    for index, item in enumerate(draft.items):
        before = index - 1
        rows = draft.kind(before) == "entity" and draft.name(before) in ("order", "review", "payment")
        if item.kind != "adjective" or (rows and draft.marks) or draft.kind(before) not in ("dimension", "entity"):
            continue
        if draft.touching(before, index, at_most=2):
            draft.marks.setdefault(before, "rank")
