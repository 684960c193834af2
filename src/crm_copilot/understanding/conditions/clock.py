"""Hours of the day that limit what is meant: "after 6 pm", "between 8 pm and midnight", "das 8h às 12h"."""

from __future__ import annotations

import re
from typing import Literal

from crm_copilot.library.plan import Condition
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import clean, plain

_HOUR = "order_hour"
_WORDS = {"noon": 12, "midday": 12, "meio": 12, "midnight": 0, "meia": 0}
_WORD = r"noon|midday|midnight|meio[- ]dia|meia[- ]noite"
_UNIT = r"a\.?m\b\.?|p\.?m\b\.?|o'?clock|:00|hs?\b|horas\b|da (?:manha|tarde|noite)\b"


def _time(name: str, *, bare: bool) -> str:
    """Return the pattern of a time of the day; a `bare` number takes its half of the day from the other end."""
    optional = "?" if bare else ""
    return rf"(?:(?P<{name}>[01]?\d|2[0-4])\s?(?P<{name}_unit>{_UNIT}){optional}|(?P<{name}_word>{_WORD}))"


_FROM = r"(?:between|from|entre|d?as|de)"
_TO = r"(?:and|to|till|until|through|-|–|e|a|as|ate(?: antes d[ao])?)"
_RANGE = re.compile(
    rf"\b{_FROM} (?:as |o |a )?{_time('first', bare=True)} ?{_TO} ?(?:as |o |a )?{_time('last', bare=False)}"
)
# Behind "depois de" and "in" hours are a duration; the article, and what English says behind them, make them a time.
_SINCE = re.compile(
    rf"\b(?:after|since|past|from|starting at|later than|(?:depois|a partir) d[ao]s?|apos (?:as|o|a)|desde as)"
    rf" {_time('first', bare=False)}"
)
_UNTIL = re.compile(
    rf"\b(?:before|until|till|up to|earlier than|antes d[ao]s?|ate (?:as|o|a)) {_time('last', bare=False)}"
)
_AT = re.compile(rf"\b(?:at|around|as) {_time('first', bare=False)}")
_DURATION = re.compile(r"\b(?:after|since|past|from|before|until|till|up to|at|around) \d+\s?(?:h|hs|horas)\b")
_OTHER_MOMENT = re.compile(r"\b(?:deliver|approv|ship|review|arriv|entreg|aprova|envia|avalia|cheg)\w*")


def read_clock(draft: Draft) -> None:
    """Limit orders to hours of the day."""
    flat = plain(clean(draft.question))
    found, condition = _condition(flat)
    if found is None or condition is None or len(flat) != len(draft.question):
        return
    draft.where.append((0, condition))
    inside = {i for i, t in enumerate(draft.tokens) if found.start() <= t.start < found.end()}
    draft.fillers.update(inside)
    for index, item in enumerate(draft.items):
        if draft.free(index) and inside & set(range(item.start, item.end)):
            draft.use(index, "clock")
    if _OTHER_MOMENT.search(flat):
        draft.doubt("which moment the hour is of", 0.4)


def _condition(flat: str) -> tuple[re.Match[str] | None, Condition | None]:
    """Return the words that name hours, and the condition that they make."""
    if _DURATION.search(flat):
        return None, None
    if found := _RANGE.search(flat):
        last = _hour(found, "last")
        return found, _between(_hour(found, "first", beside=found["last_unit"], before=last), last or 24)
    if (found := _SINCE.search(flat)) and found["first_word"] != "midnight":
        return found, Condition(_HOUR, ">=", _hour(found, "first"))
    if found := _UNTIL.search(flat):
        return found, Condition(_HOUR, "<", _hour(found, "last") or 24)
    if found := _AT.search(flat):
        return found, Condition(_HOUR, "==", _hour(found, "first"))
    return None, None


def _between(first: int, last: int) -> Condition:
    """Return the hours from `first` up to, not including, `last`, which may lie behind midnight."""
    if first < last:
        return Condition(_HOUR, "between", (first, last - 1))
    return Condition(_HOUR, ">=", first, others=(Condition(_HOUR, "<", last),))


def _hour(found: re.Match[str], name: Literal["first", "last"], beside: str | None = None, before: int = 24) -> int:
    """Return an hour, 0 to 23; one without a half of the day lies in that of the other end, when it is before it."""
    if word := found[f"{name}_word"]:
        return _WORDS[re.split(r"[- ]", word)[0]]
    hour, unit = int(found[name]), found[f"{name}_unit"]
    if unit is None and beside and beside[0] == "p" and hour < 12:
        return hour + 12 if hour + 12 < before else hour
    unit = unit or ""
    if unit[0:1] == "p" or unit in ("da tarde", "da noite"):
        return hour % 12 + 12
    return hour % 12 if unit[0:1] == "a" else hour % 24
