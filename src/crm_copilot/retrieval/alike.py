"""Do two questions ask the same, and what becomes of the answer to one when the other names other values?

A vector does not tell: "customers that ghosted us" and "customers that never ghosted us" have a cosine of 0.91. So the
words are compared in their order, as the lexicon knows them: whatever means something must be the same, and a word that
means nothing here must be the same word. Names of the data and periods may differ, and then take each other's place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm_copilot.domain import LinkedValue
from crm_copilot.understanding.mentions import gather
from crm_copilot.understanding.reading import Calendar
from crm_copilot.understanding.senses import Mention
from crm_copilot.understanding.text import Token, language_of

Linker = Callable[[str], Sequence[LinkedValue]]
PlanJson = Mapping[str, Any]
# Words that say how a question is put, and not what it asks. Few: many a filler of the lexicon means something to
# somebody ("before", "after").
_MANNERS = frozenset({"with", "list", "which", "by"})
_COURTESY = frozenset(
    "the a an of in on at for our my we us i me you your please pls show give tell display get find see let what whats"
    " what's how how's is are was were be do doe did have ha had can could would want need like hi hello hey thank"
    " thanks kindly there that"
    " o os as um uma de em qual quais que foi foram e sao ser mostre mostra mostrar me diga informe por favor quero"
    " queria gostaria ver saber preciso pode poderia nosso nossa temos tem tivemo teve houve oi ola obrigado liste"
    " 的 是 请 问 我 们 了 吗 呢".split()
)
_SIGNS = frozenset({"<", ">", "<=", ">=", "≤", "≥", "=", "-", "+"})
_VALUED = frozenset({"value", "only", "params"})


@dataclass(frozen=True, slots=True)
class Wording:
    """A question as the lexicon knows it: its words in order, the values it names, its periods as (start, end)."""

    words: tuple[str, ...]
    values: tuple[str, ...]
    periods: tuple[tuple[str, str, str], ...]


def wording(question: str, link: Linker, calendar: Calendar) -> Wording:
    """Return what two questions are compared by."""
    language = language_of(question)
    tokens, mentions = gather(question, language, link(question), calendar)
    said = list(_in_order(tokens, mentions))
    names = [m for m in said if isinstance(m, Mention)]
    values = tuple(str(m.value) for m in names if m.kind == "value")
    return Wording(tuple(map(_word, said)), values, tuple(map(_days, filter(_is_dated, names))))


def adapted(plan: PlanJson, confirmed: Wording, asked: Wording) -> PlanJson | None:
    """Return the plan with the values and periods of the other question; None where they are not in the plan."""
    if confirmed.words != asked.words:
        return None
    values = _exchange(confirmed.values, asked.values)
    held = {(period["start"], period["end"]) for period in _periods(plan)}
    if values is None or not _holds(plan, values) or any(days[:2] not in held for days in confirmed.periods):
        return None
    days = _exchange([p[:2] for p in confirmed.periods], asked.periods)
    return None if days is None else _with_values(_with_periods(plan, days), values)


# ------------------------------------------------------------------------------------------------ what is said


def _in_order(tokens: Sequence[Token], mentions: Sequence[Mention]) -> Iterator[Mention | Token]:
    """Yield the mentions that mean something and the words that mean nothing here, as they stand in the question."""
    known = [mention for mention in mentions if mention.kind != "filler"]
    covered = {place for mention in known for place in range(mention.start, mention.end)}
    unread = [(place, token) for place, token in enumerate(tokens) if place not in covered and _counts(token)]
    meant: list[tuple[int, Mention | Token]] = [(m.start, m) for m in known if m.kind not in _MANNERS]
    yield from (said for _, said in sorted([*meant, *unread], key=lambda pair: pair[0]))


def _counts(token: Token) -> bool:
    return token.key not in _COURTESY and (token.is_word or token.is_number or token.text in _SIGNS)


def _word(said: Mention | Token) -> str:
    if isinstance(said, Token):
        return f"word {said.key}"
    if said.kind == "value":
        return f"value {said.name}"
    if _is_dated(said):
        return "period"
    return f"{[(sense.kind, sense.name, sense.value) for sense in said.senses]} {said.data.get('agg', '')}"


def _is_dated(mention: Mention) -> bool:
    return mention.kind == "period" and mention.value.first is not None and mention.value.last is not None


def _days(mention: Mention) -> tuple[str, str, str]:
    period = mention.value.period
    return period.start.isoformat(), period.end.isoformat(), period.label


# -------------------------------------------------------------------------------------- what takes another's place


def _exchange(old: Sequence[Any], new: Sequence[Any]) -> dict[Any, Any] | None:
    """Return what each of the old becomes; None where one would become two."""
    pairs = set(zip(old, new, strict=True))
    found = dict(pairs)
    return found if len(found) == len(pairs) else None


def _holds(plan: Any, values: Mapping[str, str]) -> bool:
    """Whether the plan has every value that another is to take the place of."""
    held = set(_strings(plan, False))
    return all(old in held for old, new in values.items() if old != new)


def _strings(found: Any, valued: bool) -> Iterator[str]:
    if isinstance(found, Mapping):
        for key, item in found.items():
            yield from _strings(item, valued or key in _VALUED)
    elif isinstance(found, (list, tuple)):
        for item in found:
            yield from _strings(item, valued)
    elif valued and isinstance(found, str):
        yield found


def _with_values(found: Any, values: Mapping[str, str], valued: bool = False) -> Any:
    if isinstance(found, Mapping):
        return {key: _with_values(item, values, valued or key in _VALUED) for key, item in found.items()}
    if isinstance(found, (list, tuple)):
        return [_with_values(item, values, valued) for item in found]
    return values.get(found, found) if valued and isinstance(found, str) else found


def _periods(found: Any) -> Iterator[Mapping[str, str]]:
    """Yield every period that a plan holds."""
    if isinstance(found, Mapping):
        if {"start", "end", "label"} <= found.keys():
            yield found
        for item in found.values():
            yield from _periods(item)
    elif isinstance(found, (list, tuple)):
        for item in found:
            yield from _periods(item)


def _with_periods(found: Any, days: Mapping[tuple[str, str], tuple[str, str, str]]) -> Any:
    if isinstance(found, Mapping):
        new = days.get((str(found.get("start")), str(found.get("end"))))
        if new is not None:
            return dict(zip(("start", "end", "label"), new, strict=True))
        return {key: _with_periods(item, days) for key, item in found.items()}
    return [_with_periods(item, days) for item in found] if isinstance(found, (list, tuple)) else found
