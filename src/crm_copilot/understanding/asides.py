"""Sayings of several words that a lexicon of phrases cannot hold: "not including shipping", "per 100 orders".

Beside money "without freight" says what is counted anyway, the prices of the items; "relative to how many they place"
and "per 100 orders" ask for a share; the headcount of sellers is their number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from crm_copilot.understanding.senses import Mention, Sense
from crm_copilot.understanding.text import Token, clean, plain

_MONEY = re.compile(
    r"\b(?:prices?|revenues?|sales|sell|sold|spend|spent|ticket|aov|value|worth|turnover|gmv|income|brings?|earn\w*|money"
    r"|basket|precos?|receitas?|fatur\w+|vend\w+|gast\w+|valor(?:es)?|rend\w+|quanto)\b"
)
_PAID = re.compile(r"\b(?:paid|payments?|pay|pag[oa]s?|pagamentos?|pagam|pagaram)\b")
_FREIGHT = (
    r"(?:(?:the|any|all|o|a|os|custo d[eo]|valor d[eo]) )*(?:freight|shipping|delivery|fretes?|envio)"
    r"(?: (?:costs?|fees?|charges?|values?))?"
)
_WITHOUT_FREIGHT = re.compile(
    rf"\b(?:(?:(?:not|without) (?:including|counting|considering)|excluding|excl|without|before|net of|ignoring|no"
    rf"|leaving (?:out|aside)|disregarding|exclusive of|excluindo|desconsiderando|descontando|ignorando|tirando|fora"
    rf"|sem(?: (?:contar|incluir|considerar|somar|computar))?(?: com)?|nao (?:contando|incluindo|considerando))"
    rf" {_FREIGHT}"
    r"|(?:freight|shipping|frete) (?:excluded|not included|aside|left out|excluido|nao incluso|a parte|de fora)"
    r"(?! (?:in|n))"
    r"|(?:the )?item prices only|only (?:the )?item prices)\b"
)
_THINGS = (
    r"(?:orders?|deliver(?:y|ies)|reviews?|sales|items?|leads?|customers?"
    r"|pedidos?|entregas?|avaliacoes|vendas|itens|clientes?)"
)
_HUNDRED = r"(?:100|(?:a |one )?hundred|cem)"
_EACH_HUNDRED = (
    r"(?:(?:per|in|for (?:every|each)|(?:in|out of|of) every|out of|(?:a|por|em|de) cada|por|em)"
    rf" {_HUNDRED})"
)
_HELD_AGAINST = (
    r"(?P<vague>for|given|considering|considerando|compared (?:to|with)|comparado a[os]?|em relacao a[os]?)"
    r"|relative to|in (?:relation|proportion) to|proportional(?:ly)? to|adjusted for|em proporcao a[os]?"
    r"|na proporcao d[eo]s?|proporcional(?:mente)? a[os]?"
)
_OWN = (
    r"(?:(?:the|their|its|all|overall|(?:total )?(?:number|amount|volume) of|total|how many|o|a|os|seus?|suas?|todos os"
    r"|(?:total|numero|quantidade|volume)(?: total)? de) )*"
)
_DO = r"(?:place|make|made|have|had|has|get|got|ship|sell|sold|receive|order|handle)(?:d|s|ed)?"
_VOLUME = (
    rf"(?:{_THINGS}(?: (?:they|it|each) {_DO}| volume| count| total)?|how many they {_DO}|(?:order )?volume|size|total"
    r"|tamanho|(?:o que|quanto) (?:pedem|vendem|compram))"
)
# "Drop toys" takes them away, where "drop in toys" and "drop rate" are something else.
_DROPPED = re.compile(
    r"\W*(?:(?:and|ok(?:ay)?|now|then|please|but|so),? )*"
    r"(?P<verb>drop|lose|ditch|scrap|toss|get rid of|forget(?: about)?|cut out|throw out)\b"
    r"(?! (?:in|of|from|by|rate|off|sales|orders|revenue)\b)"
)
# "The median, not the average" says twice how things are put together.
_AGG = r"(?:averages?|mean|median|total|sum|media|mediana|soma)"
_HOW = re.compile(rf"\b{_AGG}\b")
_NOT_THAT = re.compile(
    rf"\b(?:and not|not|rather than|instead of|nao|e nao|em vez d[ao])(?: the| an?| a| o)? {_AGG}\b(?! of| d)"
)
_SHARE = re.compile(
    rf"\b(?:{_EACH_HUNDRED} {_THINGS}|(?:out of|(?:a|de|em) cada) (?:every )?{_HUNDRED}(?! \w+s)"
    rf"|(?:{_HELD_AGAINST}) (?P<own>{_OWN})(?P<volume>{_VOLUME})"
    r"|(?:proportionally|proportionately|proporcionalmente)(?! (?:to|a)))\b"
)
_SAYS_HOW_MANY = re.compile(r"size|volume|tamanho|how many|number|numero|total|quantidade|quanto|o que")
_PEOPLE = r"(?:sellers?|customers?|buyers?|shoppers?|merchants?|vendors?)"
_HEADCOUNT = re.compile(rf"\b(?P<whose>{_PEOPLE}) head[ -]?count\b|\bhead[ -]?count of (?=(?:\w+ ){{0,2}}{_PEOPLE}\b)")

_FIRST = re.compile(
    r"\b(?:(?:slowest|fastest|busiest|longest|shortest)"
    r"|(?:best|worst|highest|lowest|biggest|smallest|largest|slowest|fastest|busiest) \w+) (?P<first>first)\b"
)
# "How many deals does each segment account for" asks for a number and no share.
_COUNTED_FOR = re.compile(r"\bhow many\b[^?.;]*\b(?P<verb>accounts? for|makes? up|represents?)\W*$")


def find_asides(question: str, tokens: Sequence[Token]) -> Iterable[Mention]:
    """Yield what such sayings mean: nothing, a share, or a count."""
    flat = plain(clean(question))
    if len(flat) != len(question):
        return
    for found in _WITHOUT_FREIGHT.finditer(flat):
        rest = flat[: found.start()] + flat[found.end() :]
        if _MONEY.search(rest) and not _PAID.search(rest):
            yield from _mention(tokens, found.span(), Sense("filler", "filler"))
    for found in _SHARE.finditer(flat):
        if not found["vague"] or _SAYS_HOW_MANY.search(found["own"] + found["volume"]):
            yield from _mention(tokens, found.span(), Sense("transform", "share"))
    if dropped := _DROPPED.match(flat):
        yield from _mention(tokens, dropped.span("verb"), Sense("no", "not"))
    for found in _NOT_THAT.finditer(flat):
        if _HOW.search(flat[: found.start()]) or _HOW.search(flat[found.end() :]):
            yield from _mention(tokens, found.span(), Sense("filler", "filler"))
    for found in _FIRST.finditer(flat):
        yield from _mention(tokens, found.span("first"), Sense("filler", "filler"))
    for found in _COUNTED_FOR.finditer(flat):
        yield from _mention(tokens, found.span("verb"), Sense("filler", "filler"))
    for found in _HEADCOUNT.finditer(flat):
        whose = found["whose"]
        sense = Sense("filler", "filler") if whose else Sense("agg", "count")
        yield from _mention(tokens, (found.end("whose") if whose else found.start(), found.end()), sense)


def _mention(tokens: Sequence[Token], span: tuple[int, int], sense: Sense) -> Iterable[Mention]:
    first, last = span
    inside = [i for i, t in enumerate(tokens) if t.start < last and t.end > first and (t.is_word or t.is_number)]
    if inside:
        text = " ".join(token.text for token in tokens[inside[0] : inside[-1] + 1])
        yield Mention(inside[0], inside[-1] + 1, (sense,), text)
