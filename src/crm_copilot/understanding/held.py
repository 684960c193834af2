"""What groups are held against in place of a number: "above the national average", "mais que a média".

One mention covers the comparison and the average: its name is the bar, its value how it compares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crm_copilot.library.plan import Bar, Op
from crm_copilot.understanding.senses import Mention, Sense
from crm_copilot.understanding.text import Token, clean, plain

_WHOLE = (
    r"national|nation ?wide|overall|general|global|company(?:'s|s)?(?: wide)?|country(?:'s)?|platform|whole|total|grand"
)
_ALL = r"geral|nacional|global|total|da empresa|do pais|do brasil|da plataforma|da companhia|geral da empresa"
# Comparatives that say themselves what they compare.
_ABOUT = {
    "heavier": "product_weight_g", "lighter": "product_weight_g", "cheaper": "price", "more expensive": "price",
    "mais pesad": "product_weight_g", "mais leve": "product_weight_g", "mais barat": "price", "mais car": "price",
    "slower": "delivery_days", "faster": "delivery_days", "mais lent": "delivery_days", "mais rapid": "delivery_days",
}  # fmt: skip
_MORE = (
    "more expensive|mais pesad[oa]s?|mais car[oa]s?|slower|mais lent[oa]s?"
    "|more|higher|bigger|greater|larger|longer|heavier|mais|maior|maiores"
)
_FEWER = (
    "cheaper|faster|mais leves?|mais barat[oa]s?|mais rapid[oa]s?"
    "|fewer|less|lower|smaller|shorter|lighter|menos|menor|menores"
)
_OVER = (
    rf"(?:above|over|beyond|exceed(?:s|ing|ed)?|beat(?:s|ing)?|surpass(?:es|ed|ing)?|outperform(?:s|ing|ed)?"
    rf"|(?:{_MORE}) (?:than|then|(?:do )?que)|acima|superior(?:es)?|superam?|supera(?:ra)?m|passam?|excedem?"
    rf"|ultrapassam?)"
)
_UNDER = rf"(?:below|under|beneath|(?:{_FEWER}) (?:than|then|(?:do )?que)|abaixo|inferior(?:es)?)"
_LINK = r"(?:[ -](?:de|da|do|dos|a|o|the|their|its|our|that of|to|than|compared to))*[ -]"
_BAR = (
    rf"(?:(?P<whole>{_WHOLE})[ -])?(?P<bar>average|mean|avg|median|media|mediana|overall value|valor geral)\b"
    rf"(?P<all> (?:{_ALL}|overall|nationally|nation ?wide|across the board)\b)?"
)
_TOGETHER = re.compile(rf"\b(?:(?P<over>{_OVER})|(?P<under>{_UNDER})){_LINK}{_BAR}")
_APART = re.compile(
    rf"\b(?:(?P<over>{_MORE})|(?P<under>{_FEWER}))\b(?P<what> [^,.;:?!]{{2,40}}?)"
    rf"(?P<rest> (?:than|then|(?:do )?que){_LINK}{_BAR})"
)
# "20 % above the average", "twice the average", "0.5 above": a distance from the average is no plan.
_DISTANCE = re.compile(r"(?:\d ?%?|percent|por cento|points?|pontos?|times|vezes|twice|double|half|dobro|x) $")


def find_held(question: str, tokens: Sequence[Token]) -> Iterator[Mention]:
    """Yield a mention for each comparison with an average; in "more orders than average" the first word fills."""
    flat = plain(clean(question))
    if len(flat) != len(question):
        return
    for match in _TOGETHER.finditer(flat):
        if not _DISTANCE.search(flat[: match.start()]):
            yield _mention(tokens, match, match.start())
            return
    for match in _APART.finditer(flat):
        yield _covering(tokens, *match.span("over" if match["over"] else "under"), Sense("filler", ""))
        yield _mention(tokens, match, match.start("rest") + 1, apart=True)
        return


def _mention(tokens: Sequence[Token], match: re.Match[str], start: int, *, apart: bool = False) -> Mention:
    op: Op = ">" if match["over"] else "<"
    said = match["over"] or match["under"]
    about = next((field for word, field in _ABOUT.items() if said.startswith(word)), None)
    return _covering(tokens, start, match.end(), Sense("bar", _bar_of(match), op), {"about": about, "apart": apart})


def _bar_of(match: re.Match[str]) -> Bar:
    if match["bar"].startswith("median"):
        return "median"
    whole = match["whole"] or match["all"] or match["bar"] in ("overall value", "valor geral")
    return "overall" if whole else "mean"


def _covering(
    tokens: Sequence[Token], start: int, end: int, sense: Sense, data: Mapping[str, Any] | None = None
) -> Mention:  # fmt: skip
    inside = [i for i, token in enumerate(tokens) if token.start < end and token.end > start]
    return Mention(inside[0], inside[-1] + 1, (sense,), " ".join(tokens[i].text for i in inside), data=data or {})
