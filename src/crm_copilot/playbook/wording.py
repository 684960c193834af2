"""The words of conditions in English and Portuguese, as patterns over flat text (no accents, no case)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from crm_copilot.playbook.amounts import AMOUNT, SPAN
from crm_copilot.playbook.rules import Op

CLIENTS = (
    r"(?:clients?|accounts?|customers?|compan(?:y|ies)|advertisers?|brands?|prospects?|clientes?|contas?|empresas?)"
)
SECTOR = r"(?:industr(?:y|ies)|sectors?|verticals?|segments?|setor(?:es)?|segmentos?|ramos?|industrias?|areas?)"
SPEND = re.compile(
    r"\b(?:spend(?:ing|s)?|spent|budgets?|billings?|invest(?:s|ed|ment)?|gasta(?:m|r|ram)?|gaste[m]?|gastos?|gastou"
    r"|investimentos?|investe[m]?|consumo|ytd|year[- ]to[- ]date)\b"
)
OTHER_AMOUNTS = re.compile(
    r"\b(?:orders?|deals?|contracts?|quotes?|invoices?|discounts?|baskets?|carts?|prices?|fees?|campaigns?|pedidos?"
    r"|contratos?|descontos?|compras?|faturas?|notas?|employees?|stores?|lojas?|funcionarios?)\b"
)
MEETING = re.compile(r"\b(?:meetings?|met|meet|visit(?:s|ed)?|reunia?o|reunioes|reunid[oa]s?|encontros?|visitas?)\b")
CONTACT = re.compile(
    r"\b(?:contact(?:s|ed)?|spoken?|talked|calls?|called|interactions?|heard|touch(?:ed|point)?|inactive|silent|dormant"
    r"|contatos?|contatad[oa]s?|falamos|conversa(?:s|mos)?|inativ[oa]s?)\b"
)

_COMPARED: tuple[tuple[Op, str], ...] = (
    (">=", r"(?:(?:at|equal to) or (?:above|over|more than|greater than|higher than|exceeding)|at least|no less than"
           r"|not (?:less|lower) than|not (?:below|under)|a minimum of|minimum|>=|≥|pelo menos|no minimo|a partir de"
           r"|igual ou (?:superior|maior) (?:a|que)|(?:greater|higher|more) than or equal to|above or equal to"
           r"|starting at|starting from|from)"),
    ("<=", r"(?:(?:at|equal to) or (?:below|under|less than)|at most|no more than|not (?:more|higher) than"
           r"|not (?:above|over)|(?:does|do) not exceed|not exceeding|up to|a maximum of|maximum|<=|≤|no maximo|ate"
           r"|igual ou (?:inferior|menor) (?:a|que)|(?:less|lower) than or equal to|below or equal to)"),
    ("<", r"(?:below|under|less than|lower than|smaller than|fewer than|short of|beneath|younger than|sooner than|<"
          r"|has not reached|have not reached|abaixo d[eo]s?|menos d[eo]|menor(?:es)? (?:do )?que|inferior(?:es)? a"
          r"|menor(?:es)? d[eo])"),
    (">", r"(?:above|over|more than|greater than|higher than|larger than|bigger than|older than|longer than"
          r"|exceed(?:s|ing|ed)?"
          r"|in excess of|beyond|north of|surpass(?:es|ing|ed)?|past|>|acima d[eo]s?|mais d[eo]"
          r"|maior(?:es)? (?:do )?que"
          r"|superior(?:es)? a|passa(?:r|m|ram|ou)? d[eo]|ultrapass\w+|exced\w+)"),
)  # fmt: skip
_AFTER: tuple[tuple[Op, str], ...] = (
    (">=", r"(?:\+|\s*(?:or|and|ou|e) (?:more|above|over|higher|up|upwards?|older|longer|mais|acima)|\s+upwards?)"),
    ("<=", r"\s*(?:or|and|ou|e) (?:less|below|under|lower|menos|abaixo)"),
)
_FROM_TO = (
    r"(?:between|from|entre|de|in the range of)\s+(?P<low>{x})\s*(?:and|to|e|a|ate|-|–|—)\s*(?P<high>{x})"
    r"|(?P<low2>{x})\s*(?:to|-|–|—)\s*(?P<high2>{x})"
)


def compared(what: str) -> list[tuple[Op, re.Pattern[str]]]:
    """Return the patterns of a comparison with an amount or a stretch of time, group "value" holding it."""
    before = [(op, re.compile(rf"(?<![\w<>]){words}\s*(?P<value>{what})")) for op, words in _COMPARED]
    after = [(op, re.compile(rf"(?<![\w.,])(?P<value>{what}){words}")) for op, words in _AFTER]
    return [*after, *before]


AMOUNTS = compared(AMOUNT)
SPANS = compared(SPAN)
AMOUNT_RANGE = re.compile(_FROM_TO.format(x=AMOUNT))
SPAN_RANGE = re.compile(_FROM_TO.format(x=SPAN))
# "no meeting in the last 60 days" and "met in the last 30 days": which of both tells a negation before it.
LATELY = re.compile(
    rf"(?:in|within|during|for|nos|nas|no|na|ha|durante)\s+(?:the |os |as |o )?(?:last |past |previous "
    rf"|ultim[oa]s? )?(?P<value>{SPAN})"
)
AGO = re.compile(rf"(?P<value>{SPAN})\s+(?:ago|or (?:more|longer) ago|without|sem|atras)")
NOT_DONE = re.compile(r"\b(?:no|not|never|without|n't|haven't|hasn't|nobody|no one|ninguem|nao|sem|nenhuma?|nunca)\b")

_SMALL = (
    r"(?:for|to|of|in|from|the|a|an|any|those|all|with|if|is|are|its?|their|his|total|ytd|spend|spending|has|have"
    r"|when|where|para|os|as|o|do|da|de|no|na|que|se|nos|nas|" + CLIENTS + r"|client's|" + SECTOR + r")"
)
NEGATED = re.compile(
    r"(?:\b(?:except|excluding|other than|outside|but not|apart from|besides|not|exceto|salvo|fora|menos|nao)\b"
    rf"(?:\s+{_SMALL})*|\bnon)[\s-]*$"
)
UNLESS = re.compile(r"\b(?:unless|a menos que|a nao ser que)\b")
OR = re.compile(r"\b(?:or|ou)\b|/")

VAGUE = re.compile(
    r"\b(?:new|existing|returning|inactive|dormant|large|small|big|key|strategic|vip|premium|loyal|first[- ]time|top"
    r"|high[- ](?:spend(?:ing)?|value|potential)|low[- ](?:spend(?:ing)?|value|budget)|mid[- ]?(?:tier|size[d]?|market)"
    rf"|enterprise|smb|unhappy|at[- ]risk|nov[oa]s?|antig[oa]s?|inativ[oa]s?|grandes?|pequen[oa]s?|estrategic[oa]s?)"
    rf" (?:\w+ )?{CLIENTS}\b"
)
IF = re.compile(
    r"\b(?:if|when|whenever|where|once|in case|as long as|only after|after|unless|except when|se|quando|caso|sempre que"
    r"|desde que|depois que|a menos que)\b"
)
FOR = re.compile(r"^(?:for|with|to|in the case of|among|para|com|no caso de|em)\b")
WHO = re.compile(
    rf"\b{CLIENTS}\s+(?:who|that|which|whose|with|without|under|not|que|cuj[oa]s?|com|sem)\b"
)  # fmt: skip

KNOWN = (
    "FMCG", "CPG", "Electronics", "Consumer Electronics", "Retail", "Automotive", "Healthcare", "Health", "Finance",
    "Financial Services", "Banking", "Insurance", "Education", "Technology", "Tech", "Software", "SaaS", "IT",
    "Telecom",
    "Telecommunications", "Media", "Entertainment", "Travel", "Tourism", "Hospitality", "Real Estate", "Construction",
    "Energy", "Utilities", "Oil & Gas", "Manufacturing", "Industrial", "Logistics", "Transport", "Transportation",
    "Pharma", "Pharmaceutical", "Pharmaceuticals", "Food & Beverage", "Food", "Beverage", "Beverages", "Fashion",
    "Apparel", "Beauty", "Cosmetics", "Luxury", "Sports", "Gaming", "Agriculture", "Government", "Public Sector",
    "Nonprofit", "Legal", "Consulting", "Home & Furniture", "Furniture", "Garden", "Pet", "Baby", "Toys", "Books",
    "Music", "Stationery", "Services", "Grocery", "Restaurants", "E-commerce", "Aerospace", "Mining", "Chemicals",
    "Varejo", "Saúde", "Educação", "Finanças", "Tecnologia", "Eletrônicos", "Automotivo", "Moda", "Alimentos",
    "Bebidas",
    "Alimentos e Bebidas", "Seguros", "Bancos", "Turismo", "Energia", "Construção", "Agricultura", "Beleza", "Móveis",
)  # fmt: skip


def flat(text: str) -> str:
    """Return the text without accents and case, character by character, so that places in it stay the same."""
    return "".join(_flat(letter) for letter in text)


def _flat(letter: str) -> str:
    letter = {"’": "'", "‘": "'", "“": '"', "”": '"'}.get(letter, letter)
    base = unicodedata.normalize("NFKD", letter)[:1] or letter
    lowered = base.lower()
    return lowered if len(lowered) == 1 else letter


def either(names: Iterable[str]) -> str:
    """Return a pattern for any of these names, the longest first, "&" and "and" being the same."""
    flats = sorted({flat(name) for name in names if name.strip()}, key=len, reverse=True)
    return "|".join(re.sub(r"\\ (?:&|and|e)\\ ", r"\\s*(?:&|and|e)\\s*", re.escape(name)) for name in flats) or r"(?!)"
