"""Who never did anything: "sellers that never sold anything", "vendedores sem nenhuma venda".

Sellers are registered before they sell, so those without an item are in no order; products that were never sold have
a predicate of their own.
"""

from __future__ import annotations

import re

from crm_copilot.catalog import entities
from crm_copilot.library.plan import Having, count_of
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import clean, plain

_DOERS, _ACTING = ("seller", "customer"), {"active_sellers": "seller"}
_DEED = (
    r"(?:sold|sell|made|make|had|have|got|get|received|receive|bought|buy|placed|place|ordered|order|purchased|shipped)"
)
_THING = r"(?:anything|things?|something|(?:sales?|orders?|items?|products?|purchases?)(?! (?:in|of|from|to)\b))"
_FEZ = r"(?:vend(?:eram|eu|em|e)|t(?:iveram|eve|em)|f(?:izeram|ez)|compr(?:aram|ou|am)|receb(?:eram|eu|em))"
_NADA = r"(?:nada|coisa alguma|(?:vendas?|pedidos?|itens|item|produtos?|compras?)(?! (?:em|n[oa]s?|d[eoa]s?)\b))"
_NEVER = re.compile(
    rf"\b(?:(?:never|have not|haven'?t|has not|hasn'?t|had not|hadn'?t|did not|didn'?t|do not|don'?t|does not|doesn'?t)"
    rf"(?: (?:ever|yet|once))* {_DEED}(?: (?:ever|yet|even|once))*(?: (?:an?|any|one|a single|even one))? ?{_THING}"
    rf"|never (?:sold|bought)|(?:sold|bought) nothing"
    r"|(?:without|with (?:no|zero)|ha(?:ve|s|d|ving) (?:no|zero))(?: (?:any|a|a single|one))? (?:sales?|orders?|items?)"
    rf"|(?:nunca|nao) {_FEZ}(?: (?:um|uma|nenhum|nenhuma|qualquer))*(?: unica?)? {_NADA}|nunca (?:vend|compr)\w+"
    rf"|sem(?: (?:nenhum|nenhuma|qualquer|uma|um|uma unica|um unico))? (?:vendas?|pedidos?|compras?)"
    r"|(?:(?:are|is|were) )?(?:not|never)(?: (?:appear|appears|appeared|show up|shows up))? in (?:the )?order items"
    r"|(?:sem|fora d[ea]) (?:order items|itens))\b(?: (?:at all|yet|so far|ever|ate hoje|ate agora|na vida))*"
)
# What may stand behind it without saying what exactly never happened.
_HARMLESS = ("by", "agg", "how", "which", "with", "order", "transform", "dimension", "grain", "period")


def read_idle(draft: Draft) -> None:
    """Leave out the sellers (or customers) that did anything, where the question is about those that never did."""
    flat = plain(clean(draft.question))
    match = _NEVER.search(flat) if len(flat) == len(draft.question) else None
    doer = _doer(draft, match.start()) if match else None
    if match is None or doer is None or not _ends(draft, match.end()):
        return
    when = _period_behind(draft, match.end())
    others = (i for i, item in enumerate(draft.items) if item.kind == "period" and i != when)
    if any(not match.start() <= _at(draft, draft.items[i].start) < match.end() for i in others):
        return
    key, period = entities()[doer].key, None
    if when is not None:
        period = draft.items[when].value.period
        draft.use(when, "left out")
    draft.having.append((None, Having(key, count_of("order"), ">", 0, period=period, without=True)))
    for index, item in enumerate(draft.items):
        if (
            match.start() < draft.tokens[item.end - 1].end
            and _at(draft, item.start) < match.end()
            and draft.free(index)
        ):
            draft.use(index, "negation")
    draft.fillers.update(i for i, token in enumerate(draft.tokens) if match.start() <= token.start < match.end())


def _doer(draft: Draft, before: int) -> str | None:
    """Return who is named before the words, if no product stands between: those have a predicate of their own."""
    named = [
        _ACTING.get(draft.name(i), draft.name(i))
        for i, item in enumerate(draft.items)
        if _names(draft, i) and _at(draft, item.start) < before
    ]
    return named[-1] if named and named[-1] in _DOERS else None


def _names(draft: Draft, index: int) -> bool:
    return draft.kind(index) in ("entity", "metric") and draft.name(index) in (*_DOERS, *_ACTING, "product")


def _at(draft: Draft, token: int) -> int:
    return draft.tokens[token].start


def _behind(draft: Draft, end: int) -> int | None:
    return next((i for i, item in enumerate(draft.items) if _at(draft, item.start) >= end), None)


def _period_behind(draft: Draft, end: int) -> int | None:
    """Return the period in which it did not happen: "had no sales since March"."""
    behind = _behind(draft, end)
    return behind if behind is not None and draft.kind(behind) == "period" else None


def _ends(draft: Draft, end: int) -> bool:
    """Whether nothing behind the words says what it was that never happened: "never sold a toy"."""
    behind = _behind(draft, end)
    return behind is None or draft.kind(behind) in _HARMLESS
