"""Fragments about the rows of the answer before: "the score of those five", "where is the second one based"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from crm_copilot.catalog import entities, fields
from crm_copilot.domain import Period
from crm_copilot.library import joins
from crm_copilot.library.combining import limited
from crm_copilot.library.plan import By, Condition, Having, Measure, Plan, Rank
from crm_copilot.understanding.followup.fragment import Fragment, new_measures
from crm_copilot.understanding.followup.whole import use

_NUMBERS = r"(?:\d+|two|three|four|five|ten|dois|duas|tres|quatro|cinco|dez)"
_BUYERS, _STATES, _CITIES = "customers? buyers? clientes? comprador(?:es)?", "states? estados?", "city cities cidades?"
_NOUNS = {
    "seller_id": "sellers? vendors? vendedor(?:es)? lojistas?", "product_id": "products? produtos? items?",
    "customer_unique_id": _BUYERS, "order_id": f"orders? pedidos? compras? {_BUYERS}",
    "product_category": "categor(?:y|ies|ias?)", "customer_state": _STATES, "seller_state": _STATES,
    "customer_city": _CITIES, "seller_city": _CITIES,
}  # fmt: skip
_ALL = r"(?:(?:those|these)|them|they|ess[ea]s|dess[ea]s|ness[ea]s|el[ea]s|del[ea]s|nel[ea]s)"
_EACH = rf"(?:each|each one|all|all {_NUMBERS}|cada uma?|tod[oa]s)(?: of (?:them|those|these)| del[ea]s)?"
_ORDINALS = {"first": 1, "top": 1, "best": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_ORDINAIS = {"primeir": 1, "segund": 2, "terceir": 3, "quart": 4, "quint": 5}
_NTH = re.compile(
    rf"\b(?:the |of the )?(?:number|no\.?|#) ?(?P<number>\d{{1,2}})\b|\bthe (?P<en>{'|'.join(_ORDINALS)}) one\b"
    rf"|\b(?:[od]?[oa]|n[oa]|pel[oa]) (?P<pt>{'|'.join(_ORDINAIS)})[oa]"
    r"(?: (?:colocad[oa]|da lista|lugar)\b|(?=\s*(?:[?.,!]|$)| (?:tem|teve|vende\w*|fica|esta|faz|recebe\w*)\b))"
)
_NEXT = re.compile(
    r"\W*(?:and |e |ok |so )*(?:what about |which is |qual (?:e |foi )?)?(?:the |o |a )?"
    rf"(?:(?P<en>second|third|fourth|fifth)|(?P<pt>{'|'.join(_ORDINAIS)})[oa])"
    r"(?: (?:one|place|best|worst|slowest|fastest|highest|lowest|biggest|largest|smallest|most|mais \w+|melhor|pior"
    r"|maior|menor|colocad[oa]|lugar))?\W*"
)
_LEFT_OUT = re.compile(
    r"\b(?:tirando|sem|fora|excluindo|exceto|without|excluding|except|besides|apart from|leaving out|other than)"
    r" (?:ess[ea]|el[ea]|it|that(?: one| \w+)?|this(?: one)?)\b"
)
_EVER = Period(date(2000, 1, 1), date(2100, 1, 1), "all years")
_WHERE = re.compile(r"\b(?:where|onde|de onde)\b")
_BASED = re.compile(
    r"\b(?:where|(?:de |a)?onde)\b|\b(?:based|located|coming from|come from|comes from|live|lives|sit|from"
    r"|fica|ficam|sao|e|estao|esta|mora|moram|vem|localizad[oa]s?)\b"
)
_WHICH_OF = re.compile(
    r"\b(?:which|what|who|quais|qual|quem) (?:one )?(?:of (?:them|those|these)|del[ea]s|dess[ea]s)\b"
)
_LITTLE = frozenset("one ones each all of the id pls please just only and what s is are was were".split())
_PLACES = {
    "seller_id": ("seller_city", "seller_state"), "customer_unique_id": ("customer_city", "customer_state"),
    "order_id": ("customer_city", "customer_state"),
}  # fmt: skip


def about_rows(fragment: Fragment) -> Plan | None:
    """Return what is asked about the rows of a ranking; None where the fragment points at none of them."""
    before, alone = fragment.before, fragment.alone
    if (ranked := _best_of_the_counted(fragment)) is not None:
        return ranked
    if not _is_ranking(before) or alone.where or alone.having or fragment.asks("rank"):
        return None
    if not alone.periods and (other := _next_or_others(fragment)) is not None:
        return other
    said = _pointer(fragment, before.by[0].field, int(before.limit or 0))
    if said is None:
        return None
    words, place = said
    others = _other_groups(fragment, words)
    if others or (alone.periods and not place and before.limit == 1):
        return _told_apart(fragment, words, place, others)
    if alone.periods:
        return None
    measures = tuple(m for m in _measures(fragment, words) if m not in before.measures)
    keys = _attributes(fragment, before.by[0])
    if not measures and not keys:
        return None
    if (apart := _without_its_own_filter(fragment, words, measures)) is not None:
        return apart
    _hear(fragment, words)
    plan = before.but(measures=(*before.measures, *measures), by=(*before.by, *keys))
    if place:
        return plan.but(transform="rank", show=(Condition("place", "==", place),), limit=None)
    if (alone.order or fragment.draft.has("order")) and measures and not (alone.limit or fragment.draft.limit):
        return _ranked_anew(fragment, measures)
    few = alone.limit or fragment.draft.limit
    return plan.but(limit=min(few or plan.limit or 0, plan.limit or 0))


def _best_of_the_counted(fragment: Fragment) -> Plan | None:
    """Read "which of them sold the most?" after "how many sellers are in PR?" as a ranking of those."""
    before, draft = fragment.before, fragment.draft
    counted = before.measures[0].entity if len(before.measures) == 1 and not before.by else None
    key = entities()[counted].key if counted else ""
    ranks = fragment.alone.order or draft.has("order") or draft.has("adjective")
    if not _WHICH_OF.search(fragment.text) or key not in fields() or not ranks or draft.keys:
        return None
    measures = new_measures(fragment)
    if not measures:
        return None
    draft.use_all("which")
    draft.fillers.update(i for i, token in enumerate(draft.tokens) if token.text.casefold() in _LITTLE)
    order, limit = fragment.alone.order or "desc", fragment.alone.limit or draft.limit or 1
    return before.but(measures=measures, by=(By(key),), order=order, limit=limit)


def _next_or_others(fragment: Fragment) -> Plan | None:
    """Read "and the second slowest?" as the next place, "without that one, the top 5" as the ranking of the others."""
    before = fragment.before
    if (nth := _NEXT.fullmatch(fragment.text)) and len(before.measures) == 1:
        use(fragment)
        place = (_ORDINALS | _ORDINAIS)[nth["en"] or nth["pt"]]
        return before.but(transform="rank", show=(Condition("place", "==", place),), limit=None)
    if before.limit == 1 and _LEFT_OUT.search(fragment.text) and not before.having:
        limit = fragment.alone.limit or fragment.draft.limit or before.limit
        use(fragment)
        return before.but(having=tuple(replace(one, without=True) for one in _among(before, None)), limit=limit)
    return None


def _is_ranking(before: Plan) -> bool:
    """Whether the answer before has a row for each of the first things of a ranking."""
    if not (before.by and before.by[0].field in _NOUNS and before.limit and before.measures):
        return False
    plain = not (before.transform or before.within or before.listing)
    return plain and all(_is_attribute(key, before.by[0]) for key in before.by[1:])


def _pointer(fragment: Fragment, key: str, limit: int) -> tuple[re.Match[str], int | None] | None:
    """Return the words that point at rows, and at which place where they point at one."""
    nth = _NTH.search(fragment.text)
    if nth:
        place = int(nth["number"]) if nth["number"] else (_ORDINALS | _ORDINAIS)[nth["en"] or nth["pt"]]
        return (nth, place) if place <= limit else None
    noun = rf"(?:{_NOUNS[key].replace(' ', '|')})"
    person = r"|they|them|their|mora|vive|fica" if key in ("customer_unique_id", "seller_id") else ""
    pronoun = rf"\b(?:it|its|he|she|el[ea]|del[ea]{person})\b"
    one = rf"(?:that|this|ess[ea]|dess[ea]|ness[ea]|aquel[ea]) (?:one\b|{noun}\b)|{pronoun}"
    every = rf"(?:{_ALL}|{_EACH})(?: {_NUMBERS})?(?: {noun})?"
    found = re.search(rf"\b(?:{one if limit == 1 else every})\b", fragment.text)
    return (found, None) if found else None


def _measures(fragment: Fragment, words: re.Match[str]) -> tuple[Measure, ...]:
    """Return what is measured, without what only names the rows: "that *customer*"."""
    named = {measure.name for i, measure in fragment.draft.measures if _is_inside(fragment, i, words)}
    return tuple(measure for measure in new_measures(fragment) if measure.name not in named)


def _attributes(fragment: Fragment, key: By) -> tuple[By, ...]:
    """Return the keys of which each row has one: the category of a product, where a seller is based."""
    if _WHERE.search(fragment.text) and key.field in _PLACES and not fragment.draft.keys:
        return tuple(By(name) for name in _PLACES[key.field])
    named = (known for _, known in fragment.draft.keys if known.field in fields() and not known.bins)
    own = (_own(known, key) for known in named)
    return tuple(one for one in own if one not in fragment.before.by and _is_attribute(one, key))


def _other_groups(fragment: Fragment, words: re.Match[str]) -> tuple[By, ...]:
    """Return the breakdowns that are asked for of which the rows have no value: "which *seller* sells most of it"."""
    draft, thing = fragment.draft, fragment.before.by[0]
    keys = ((i, key) for i, key in draft.keys if key not in fragment.before.by)
    apart = ((i, key) for i, key in keys if not _is_attribute(_own(key, thing), thing))
    return tuple(key for i, key in apart if not _is_inside(fragment, i, words))


def _is_inside(fragment: Fragment, index: int, words: re.Match[str]) -> bool:
    draft = fragment.draft
    return words.start() <= draft.tokens[draft.items[index].start].start < words.end()


def _told_apart(fragment: Fragment, words: re.Match[str], place: int | None, keys: tuple[By, ...]) -> Plan | None:
    """Read "which seller sells most of it", "show those by month" as a question about those groups alone."""
    before, alone = fragment.before, fragment.alone
    if before.having:
        return None
    measures = _measures(fragment, words) or before.measures[:1]
    shown = keys if place or before.limit == 1 else (*keys, before.by[0])
    _hear(fragment, words)
    timed = any(key.is_time for key in keys)
    order, limit = (None, None) if timed and not alone.limit else (alone.order or "desc", alone.limit)
    periods, among = alone.periods or before.periods, _among(before, place)
    if periods != before.periods:
        own = before.periods[0] if len(before.periods) == 1 else _EVER
        among = tuple(replace(having, period=own) for having in among)
    return before.but(measures=measures, by=shown, having=among, order=order, limit=limit, periods=periods)


def _among(before: Plan, place: int | None) -> tuple[Having, ...]:
    """Return the conditions that leave the ranked groups, or the one at a place of them."""
    way: Rank = "bottom" if before.order == "asc" else "top"
    upto = Having(before.by[0].field, before.measures[0], way, place or before.limit or 0)
    if not place or place == 1:
        return (upto,)
    return (upto, replace(upto, value=place - 1, without=True))


def _is_attribute(known: By, thing: By) -> bool:
    """Whether each thing has one value of it."""
    table = next((entity.table for entity in entities().values() if entity.key == thing.field), None)
    return table is not None and not known.grain and joins.reaches(table, known.field) == "lookup"


def _own(named: By, key: By) -> By:
    """Read "which state are they in" of sellers as theirs."""
    side, _, kind = named.field.partition("_")
    return By(f"seller_{kind}") if key.field == "seller_id" and side == "customer" else named


def _without_its_own_filter(
    fragment: Fragment, words: re.Match[str], measures: tuple[Measure, ...]
) -> Plan | None:  # fmt: skip
    """Read "the average score of those" of what has most 1-star reviews as the score of all their reviews."""
    before, fields_of = fragment.before, {measure.field for measure in measures}
    own = tuple(condition for condition in before.where if condition.field in fields_of)
    if not own or before.having:
        return None
    _hear(fragment, words)
    ranked = before.but(measures=(limited(before.measures[0], own),))
    rest = tuple(condition for condition in before.where if condition not in own)
    return before.but(measures=measures, where=rest, having=_among(ranked, None), order=None, limit=None)


def _ranked_anew(fragment: Fragment, measures: tuple[Measure, ...]) -> Plan | None:
    """Read "which of those has the best score" as a ranking of those alone; None where they were limited otherwise."""
    before, alone = fragment.before, fragment.alone
    if before.having:
        return None
    limit = 1 if fragment.draft.has("which") else None
    return before.but(measures=measures, having=_among(before, None), order=alone.order or "desc", limit=limit)


def _hear(fragment: Fragment, words: re.Match[str]) -> None:
    """Take the words that point at the rows as read."""
    draft = fragment.draft
    spans = [words.span(), *(found.span() for found in _BASED.finditer(fragment.text))]
    inside = {i for i, token in enumerate(draft.tokens) if any(a <= token.start < b for a, b in spans)}
    draft.fillers.update(inside)
    draft.fillers.update(i for i, token in enumerate(draft.tokens) if token.text.casefold() in _LITTLE)
    for index, item in enumerate(draft.items):
        if item.start in inside or item.kind in ("number", "with", "transform"):
            draft.use(index, "pointer")
    draft.doubts.clear()
