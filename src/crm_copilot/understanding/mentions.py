"""All that a question mentions, in reading order: phrases, numbers, periods, durations, bands and linked values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from crm_copilot.catalog import fields
from crm_copilot.domain import LinkedValue
from crm_copilot.understanding.accounts import as_accounts, kinds
from crm_copilot.understanding.asides import find_asides
from crm_copilot.understanding.bands import find_bands
from crm_copilot.understanding.chatter import spans
from crm_copilot.understanding.durations import find_durations
from crm_copilot.understanding.held import find_held
from crm_copilot.understanding.lexicon import lexicon
from crm_copilot.understanding.nicknames import find_nicknames
from crm_copilot.understanding.opposites import with_opposites
from crm_copilot.understanding.parties import TABLE as PARTIES
from crm_copilot.understanding.periods import Found, find_periods
from crm_copilot.understanding.pronouns import with_pronouns
from crm_copilot.understanding.reading import Calendar
from crm_copilot.understanding.senses import Mention, Sense
from crm_copilot.understanding.text import Language, Token, tokenize
from crm_copilot.understanding.versus import find_versus

_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
# What may stand right at a number in capitals: thousands, kilograms, hours, times.
_UNITS = frozenset("k m kg g h x mil d t s q cm l ml reais brl gb".split())
_SCALE = {"k": 1e3, "mil": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "milhao": 1e6, "milhoe": 1e6, "万": 1e4}
_TIMES = {"twice": 2.0, "thrice": 3.0}  # behind a comparison: "more than twice", but not "twice the average"
_COMPARED = frozenset("than least most exactly".split())
# Words of long names of categories that are seldom meant for those; what a feast is of; whose book it is.
_PARTIAL = 0.75
# How surely a word is a place that stands where only a place can, though it is known as something else ("contagem").
PLACED = 0.95
_PLAIN_WORDS = frozenset(
    "stuff area areas supplies things goods general service services market place room rooms interest business industry"
    " commerce gift safety security living".split()
)
_SEASON = frozenset("week day eve season period holiday time sale sales campaign quarter month year rush".split())
_OWNERS = frozenset("their his her manager's my our its largest biggest smallest".split())
_PLACED = frozenset("in of to from em no do ao pro".split())
# State codes that are no words in any of the languages, so that lower case will do.
_PLAIN_CODES = frozenset({"sp", "rj", "mg", "rs", "df"})
# Others that are none where a place must stand: "sales in rn", "pedidos do mt".
_PLACED_CODES = frozenset("ba ce mt ms pb pe pi pr rn rr sc pa ma es go ap ac ro".split())
_IN_A_STATE = frozenset("in from em no na do da de".split())


def gather(
    question: str, language: Language, links: Sequence[LinkedValue], calendar: Calendar
) -> tuple[tuple[Token, ...], tuple[Mention, ...]]:
    """Return the tokens of a question and its mentions, fillers included."""
    tokens = tokenize(question, language)
    bands = list(find_bands(question, tokens))
    banded = _places(bands)
    periods = [_period(tokens, found) for found in find_periods(question, calendar.last, calendar.first)]
    dated = [p for p in periods if not banded & set(range(p.start, p.end))]
    taken = [*bands, *dated, *(tuple(find_held(question, tokens)) or find_versus(question, tokens))]
    firm = [link for link in links if link.score == PLACED and lexicon().senses(link.text)]
    for mention in (*_chatter(question, tokens), *find_asides(question, tokens), *_values(tokens, firm)):
        taken += [mention] if not _places(taken) & set(range(mention.start, mention.end)) else []
    fixed = _places(taken)
    numbers = [m for m in _numbers(tokens) if m.start not in fixed]
    rivals = [*numbers, *kinds(tokens), *find_durations(tokens), *find_nicknames(tokens)]
    rivals += [*_values(tokens, [link for link in links if link not in firm]), *_state_codes(tokens)]
    mentions = with_pronouns(as_accounts(tokens, lexicon().mentions(tokens, language, taken, rivals)))
    return tokens, with_opposites(tokens, tuple(map(_counting, mentions)))


def _counting(mention: Mention) -> Mention:
    """Read "qtos" as "quantos", where "qto" is "quanto": both have one stem."""
    counts = [sense for sense in mention.senses if (sense.kind, sense.name) == ("agg", "count")]
    plural = mention.text.casefold() in ("qtos", "qtas", "qntos", "qntas", "qnts", "qts")
    return replace(mention, senses=(*counts, *mention.senses)) if plural and counts else mention


def _places(mentions: Iterable[Mention]) -> set[int]:
    return {i for mention in mentions for i in range(mention.start, mention.end)}


def _chatter(question: str, tokens: Sequence[Token]) -> Iterable[Mention]:
    """Yield the words that say nothing where they stand."""
    for start, end in spans(question):
        inside = [i for i, t in enumerate(tokens) if t.start < end and t.end > start and (t.is_word or t.is_number)]
        if inside:
            yield Mention(inside[0], inside[-1] + 1, (Sense("filler", "filler"),), question[start:end])


def _period(tokens: Sequence[Token], found: Found) -> Mention:
    inside = [i for i, t in enumerate(tokens) if t.start < found.end and t.end > found.start]
    sense = Sense("period", found.unit, found)
    return Mention(inside[0], inside[-1] + 1, (sense,), found.label)


def _numbers(tokens: Sequence[Token]) -> Iterable[Mention]:
    for index, token in enumerate(tokens):
        if token.key in _TIMES and index and tokens[index - 1].key in _COMPARED:
            yield Mention(index, index + 1, (Sense("number", token.text, _TIMES[token.key]),), token.text)
        if not token.is_number or _is_part_of_a_name(tokens, index):
            continue
        value, end = _number(token.text), index + 1
        following = tokens[end].key if end < len(tokens) else ""
        if following in _SCALE and tokens[end].start - token.end <= 1:
            value, end = value * _SCALE[following], end + 1
        yield Mention(index, end, (Sense("number", token.text, value),), token.text)


def _is_part_of_a_name(tokens: Sequence[Token], index: int) -> bool:
    """Whether a number is only part of an abbreviation: "3PL", "B2B"."""
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    joined = after is not None and after.start == tokens[index].end and after.is_word
    return bool(after and joined and after.text.isupper() and after.key not in _UNITS)


def _number(text: str) -> float:
    if _GROUPED.fullmatch(text):
        return float(re.sub(r"[.,]", "", text))
    return float(text.replace(",", ".")) if text.count(",") + text.count(".") <= 1 else 0.0


def _values(tokens: Sequence[Token], links: Sequence[LinkedValue]) -> Iterable[Mention]:
    spans: dict[tuple[int, int], list[LinkedValue]] = defaultdict(list)
    for link in links:
        if link.table != PARTIES:
            spans[link.start, link.end].append(link)
    for (start, end), found in spans.items():
        inside = [i for i, t in enumerate(tokens) if t.start < end and t.end > start]
        if not inside or _is_no_value(tokens, inside, found[0]):
            continue
        senses = tuple(dict.fromkeys(Sense("value", link.column, link.value) for link in found))
        data = {"score": max(link.score for link in found), "linked": True}
        yield Mention(inside[0], inside[-1] + 1, senses, found[0].text, found[0].score < 0.7, data)


def _is_no_value(tokens: Sequence[Token], inside: Sequence[int], link: LinkedValue) -> bool:
    """Whether a word that is part of a value's name says something else: "stuff", "areas", "Christmas week"."""
    behind = tokens[inside[-1] + 1].key if inside[-1] + 1 < len(tokens) else ""
    partial = link.score == _PARTIAL and (link.text.casefold() in _PLAIN_WORDS or behind in _SEASON)
    before = tokens[inside[0] - 1].key if inside[0] else ""
    return partial or (link.text.casefold() == "book" and before in _OWNERS)


def _state_codes(tokens: Sequence[Token]) -> Iterable[Mention]:
    shouted = all(t.text.isupper() for t in tokens if t.is_word)
    codes = {code.lower() for code in fields()["customer_state"].values}
    for index, token in enumerate(tokens):
        text = token.text.removesuffix("'s")
        upper = text.isupper() and not shouted
        placed = index > 0 and tokens[index - 1].text.casefold() in _IN_A_STATE and text in _PLACED_CODES
        if len(text) == 2 and text.lower() in codes and (upper or placed or text.lower() in _PLAIN_CODES):
            sense = Sense("value", "customer_state", text.upper())
            yield Mention(index, index + 1, (sense,), token.text, data={"score": 1.0})
        elif _is_para(tokens, index):
            yield Mention(index, index + 1, (Sense("value", "customer_state", "PA"),), token.text, data={"score": 1.0})


def _is_para(tokens: Sequence[Token], index: int) -> bool:
    """Whether a token is the state of Pará, which without its accent is the Portuguese "for"."""
    accented = tokens[index].text.casefold() == "pará"
    placed = index > 0 and tokens[index].text == "Para" and tokens[index - 1].key in _PLACED
    return accented or (placed and tokens[index - 1].text.casefold() not in ("a", "de"))
