"""Fragments that take something away: "drop the year", "the whole country", "just the total", "without the filter"."""

from __future__ import annotations

import re
from collections.abc import Callable

from crm_copilot.library.plan import Plan
from crm_copilot.understanding.followup.fragment import Fragment
from crm_copilot.understanding.followup.whole import covers, use, whole

Limits = Callable[[str], bool]
"""Whether a field is one of those that are taken away."""

_NOUNS = {
    "time": "years? period dates? months? quarters? weeks? time anos? periodo datas? mes(?:es)? trimestres?",
    "place": "states? city cities regions? location place estados? cidades? regi(?:ao|oes) lugar",
    "category": "categor(?:y|ies|ias?)",
    "payment": "payment(?:\\stypes?|\\smethods?)? (?:forma|tipo)s?\\sde\\spagamento",
    "seller": "sellers? vendedor(?:es)?",
    "all": "filters? filtros? restrictions? restric(?:ao|oes) conditions?",
    "limit": "limit cut-?off limite corte",
}
_FIELDS: dict[str, tuple[str, ...]] = {
    "place": ("_state", "_city", "_region"), "category": ("product_category",), "payment": ("payment_type",),
    "seller": ("seller_id",),
}  # fmt: skip
_NOUN = "|".join(f"(?P<{name}>{words.replace(' ', '|')})" for name, words in _NOUNS.items())
_REMOVED = whole(
    r"(?:drop|remove|forget|ignore|without|take\s(?:out|off|away)|clear|skip|lose|leave\sout|reset"
    r"|tir[ae]|remov[ae]|esquec[ae]|sem|ignor[ae]|retir[ae]|limp[ae])"
    rf"(?:\sabout)?(?:\s(?:the|that|this|any|all|o|a|os|as|ess[ea]|est[ea]))*\s(?:{_NOUN})"
    r"(?:\s(?:filter|limit|restriction|condition))?"
)
# "Without limiting it to Bahia", "drop the toys filter": what is named is no filter any more.
_NO_LONGER = re.compile(
    r"\b(?:without|no longer|not) (?:limit|restrict|filter|narrow)\w*\b"
    r"|\b(?:without|drop|remove|lose) (?:the |that )?[\w ]{2,30} (?:filter|restriction|limit)\b"
    r"|\bsem (?:limitar|restringir|filtrar)\b|\b(?:sem|tira|tire|remove) o filtro\b"
)
_EVERYWHERE = whole(
    r"(?:in\s|for\s|across\s|em\s|no\s|para\s|d?o\s)*"
    r"(?:(?:the\s)?(?:whole|entire)\s(?:country|of\sbrazil)|(?:all\sof|all|the\swhole\sof)\sbrazil|nation(?:wide|ally)|everywhere"
    r"|all\s(?:the\s)?(?:states|cities|regions)(?:\s(?:together|combined))?|every\s(?:state|city|region)|brasil(?:\s(?:todo|inteiro))?|brazil"
    r"|tod[oa]\s(?:o\s)?(?:brasil|pais)|(?:pais|brasil)\s(?:todo|inteiro)"
    r"|tod[oa]s\s(?:os|as)\s(?:estados|cidades|regioes))"
)
_EVER = whole(
    r"(?:for\s|in\s|of\s|over\s|em\s|de\s)?"
    r"(?:all\s(?:time|years|months|periods)|(?:the\s)?(?:whole|entire)\s(?:period|time)|any\s(?:year|time)|every\syear"
    r"|todos\sos\s(?:anos|meses|periodos)|todo\so\speriodo|o\speriodo\s(?:todo|inteiro)|desde\so\s(?:inicio|comeco))"
)
_ALL_CATEGORIES = whole(
    r"(?:in\s|for\s|across\s|em\s|para\s)?(?:all|every|tod[oa]s(?:\sas)?)\s(?:the\s)?categor(?:y|ies|ias)"
    r"(?:\s(?:together|combined|junt[oa]s|somadas))?"
)
_TOTAL = whole(
    r"(?:the\s|um\s|o\s)?(?:(?:grand\s|overall\s)?total(?:\s(?:number|amount|geral))?|overall|altogether"
    r"|in\stotal|all\stogether|no\stotal|ao\stodo|no\sgeral|em\sgeral|som[ae]\stud[oa]"
    r"|(?:sum|add)\s(?:it|them|that|everything)(?:\sall)?(?:\sup)?)"
)
_ABSOLUTE = whole(
    r"(?:back\sto\s|in\s|as\s|em\s|volta\spara\s(?:os\s)?)?(?:the\s)?"
    r"(?:(?:absolute|actual|raw)\s(?:values?|numbers?|figures?|terms)|(?:valores|numeros)\sabsolutos)"
)


def without(fragment: Fragment) -> Plan | None:
    """Return the plan before without what the fragment takes away; None when it takes nothing away."""
    before = fragment.before
    if found := covers(_REMOVED, fragment):
        return _removed(before, next(name for name, text in found.groupdict().items() if text))
    if _NO_LONGER.search(fragment.text) and (named := {c.field for c in fragment.alone.where}):
        kept = tuple(condition for condition in before.where if condition.field not in named)
        if kept != before.where:
            use(fragment)
            return before.but(where=kept)
    if covers(_EVERYWHERE, fragment):
        return _unlimited(before, _one_of("place"))
    if covers(_ALL_CATEGORIES, fragment):
        return _unlimited(before, _one_of("category"))
    if before.transform and covers(_ABSOLUTE, fragment):
        return before.but(transform=None)
    if covers(_EVER, fragment):
        return before.but(periods=())
    return _total(before) if covers(_TOTAL, fragment) else None


def _removed(before: Plan, what: str) -> Plan:
    if what == "limit":
        return before.but(limit=None)
    if what == "all":
        return before.but(where=(), having=(), periods=()) if not before.where else before.but(where=())
    if what == "time":
        keys = tuple(key for key in before.by if not key.is_time)
        return before.but(periods=()) if before.periods else before.but(by=keys, transform=None)
    return _unlimited(before, _one_of(what))


def _unlimited(before: Plan, taken: Limits) -> Plan:
    """Return the plan without its conditions on some fields, or without those keys where nothing limits them."""
    where = tuple(condition for condition in before.where if not taken(condition.field))
    if where != before.where:
        return before.but(where=where)
    by = tuple(key for key in before.by if not taken(key.field))
    return before.but(by=by) if by or not before.limit else before.but(by=(), limit=None, order=None)


def _one_of(what: str) -> Limits:
    return lambda field: field.endswith(_FIELDS[what])


def _total(before: Plan) -> Plan:
    """Return one number in place of a table; where there is one already, the number of all places."""
    if not before.by:
        return _unlimited(before, _one_of("place"))
    return before.but(by=(), limit=None, order=None, within=None, transform=None, having=())
