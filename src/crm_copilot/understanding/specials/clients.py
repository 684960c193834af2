"""Questions about one client of the CRM, or which clients somebody has: "who manages TechGiant?", "Elif's accounts"."""

from __future__ import annotations

import re

from crm_copilot.library.plan import Special
from crm_copilot.understanding.specials.asked import Asked, Told, special
from crm_copilot.understanding.specials.describing import described, is_met
from crm_copilot.understanding.specials.naming import language, linked, meant, named, proper, whole
from crm_copilot.understanding.text import plain

_SURE = 0.92
# A name stands where {n} is; "_" is any of the little words before it.
_FACTS = {
    "spend": (
        r"how much (?:money )?(?:has|have|did|does|do) (?P<n>{name}) (?:actually )?(?:spent|spend|spends"
        r"|invest(?:ed)?|paid?|bought|buy)\b",
        r"\b(?:spend(?:ing)?|spent|ytd|budget|gastos?)(?: (?:this year|so far|ytd|no ano))? (?:of|by|for|from|at|da"
        r"|do|de) (?:the client )?(?P<n>{name})",
        r"(?P<n>{name})(?:'s?|s)? (?:current |total |ytd |annual |yearly |year-to-date )*(?:spend(?:ing)?|ytd"
        r"|budget)\b",
        r"\bwhat (?:has|did|does) (?P<n>{name}) spen[dt]",
        r"\bquanto (?:a |o )?(?P<n>{name}) (?:ja )?gast(?:ou|a)\b", r"\bquanto (?:ja )?gast(?:ou|a) (?:a "
        r"|o )?(?P<n>{name})",
    ),
    "manager": (
        r"\bwho(?:'s| is| are| was)? (?:the |our |their )?(?:\w+ )?(?:account |key account |relationship "
        r"|client )*(?:manager|owner|rep|executive|responsible|in charge)s? (?:for|of|at|with|on) (?P<n>{name})",
        r"\bwho (?:currently )?(?:manages|handles|looks after|owns|runs|is in charge of|is responsible for"
        r"|takes care of|covers|serves|is assigned to) (?P<n>{name})",
        r"\bwho (?:manages|handles|looks after|owns|runs|covers|serves|has|got) (?:the "
        r"|our )?(?P<n>{name}) (?:account|client)\b",
        r"\b(?:account )?(?:manager|owner) (?:for|of) (?P<n>{name})", r"(?P<n>{name})(?:'s?|s)? (?:account "
        r"|key account )?(?:manager|owner)\b",
        r"\bwhose (?:account|client) is (?P<n>{name})",
        r"\bquem (?:e )?(?:o |a )?(?:gerente|responsavel)(?: de conta)? (?:da|do|de|pela|pelo|por) (?P<n>{name})",
        r"\bquem (?:cuida|gerencia|atende|toma conta) (?:da |do |de |a |o )?(?:(?:conta|cliente)"
        r" (?:da |do |de )?)?(?P<n>{name})",
    ),
    "industry": (
        r"\b(?:what|which) (?:industry|sector|vertical|line of business) (?:is|does|are) (?P<n>{name}) (?:in|from"
        r"|work|belong|operat)",
        r"\b(?:what|which) (?:is |'s )?(?:the )?(?:industry|sector|vertical) (?:of|for) (?P<n>{name})",
        r"(?P<n>{name})(?:'s?|s) (?:industry|sector|vertical)\b", r"\b(?:industry|sector|setor) (?:of|da|do"
        r"|de) (?P<n>{name})",
        r"\bem (?:que|qual) setor (?:esta|atua|fica|e) (?:a |o )?(?P<n>{name})",
        r"\bqual (?:e )?o (?:setor|ramo) (?:da|do|de) (?P<n>{name})",
    ),
    "meeting": (
        r"\b(?:when|how long ago|how many days ago) (?:did|have|was|is|were) (?:we|i|anyone|somebody|someone|my|our"
        r"|the|you) (?:last |most recently )?(?:time |most recent )?(?:met|meet|see|seen|saw|visit(?:ed)?|meeting"
        r"|we met|i met|s[ia]t down|get together|got together|face to face)(?: last)?(?: with| at)? (?P<n>{name})",
        r"\b(?:last|latest|most recent) (?:meeting|time (?:we|i) met|visit)(?: date| day)? (?:with|of|to|at"
        r"|for) (?P<n>{name})",
        r"\bdays (?:since|ago).{{0,30}}\b(?:met|meeting|visit)(?: with)? (?P<n>{name})",
        r"\bhow long (?:is it |has it been )?since.{{0,30}}\b(?:met|meeting|visit(?:ed)?)(?: with)? (?P<n>{name})",
        r"(?P<n>{name})(?:'s?|s)? last (?:meeting|visit)\b",
        r"\b(?:last|latest) (?:meeting|visit)(?: date)? (?P<n>{name})",
        r"\b(?:ultima|mais recente) (?:reuniao|visita) com (?:a |o )?(?P<n>{name})",
        r"\bha quanto tempo (?:nao )?(?:nos )?(?:reunimos|encontramos|visitamos|vimos|vemos)"
        r" (?:com )?(?:a |o )?(?P<n>{name})",
        r"\bquando (?:nos )?(?:reunimos|encontramos|visitamos) (?:com )?(?:a |o )?(?P<n>{name})",
    ),
}  # fmt: skip
_ASKS = {
    "spend": r"\b(?:how much|spend\w*|spent|ytd|gast\w+)\b",
    "manager": r"\b(?:(?:account |key )?manager|who (?:manages|owns|handles|looks after|runs|covers|has|is in charge"
    r"|is responsible|takes care)|gerente|quem (?:cuida|gerencia|atende))\b",
    "industry": r"\b(?:(?:what|which) (?:industry|sector|vertical)|industry|sector|setor|ramo)\b",
    "meeting": r"\b(?:(?:last|latest) (?:meeting|met|visit)|when (?:did|have|was) .{0,20}(?:met|meet|meeting|visit)"
    r"|ultima (?:reuniao|visita)|quando .{0,20}(?:reunimos|visitamos|encontramos))\b",
}  # fmt: skip
_SMALL = re.compile(
    r"(?:\W|\b(?:which|what|who|whom|is|are|was|of|the|our|my|time|ago|qual|quem|e|foi|o|a|com|with)\b)*"
)
_ALL = re.compile(
    r"\b(?:tell me (?:more )?(?:about|of)|what do (?:we|you) (?:know|have) (?:about|on|of)|who (?:is|are)"
    r"|(?:everything|all) (?:we (?:know|have) )?(?:about|on)"
    r"|(?:profile|facts|details|record|data|info|information|summary|overview) (?:of|on|about|for)|me fale sobre"
    r"|fale sobre|o que sabemos (?:da|do|de|sobre)|dados (?:da|do|de))\b"
)
_THIS_YEAR = re.compile(
    r"\b(?:this|current) year\b|\bso far\b|\bytd\b|\byear[- ]to[- ]date\b|\b(?:nest[ea]|est[ea]) ano\b|\bno ano\b"
    r"|\bate agora\b"
)

_LIST = re.compile(
    r"\b(?:which|what|list|show|name|give me|who are|quais|liste|mostre)\b.{0,25}\b(?:clients?|accounts?|companies"
    r"|contas|empresas|clientes)\b"
    r"|^\s*(?:our |my |all )?(?:clients?|accounts?|contas)\b"
)
_COUNTED = re.compile(
    r"\b(?:how many|number of|count|average|total|sum|share|percent\w*"
    r"|(?<!managed )(?<!handled )(?<!owned )(?<!after )by|per|most|least|top|highest|lowest|biggest|largest|quantos"
    r"|quantas|media|por)\b|%"
)
_MANAGED = re.compile(
    r"\b(?:managed by|handled by|owned by|looked after by|assigned to|(?:clients|accounts|customers|companies) of"
    r"|belong(?:s|ing)? to|under|geridas? por|gerenciad[oa]s? por|(?:clientes"
    r"|contas) d[aoe])\s+(?P<n>[\w'-]+(?: [A-ZÀ-Þ][\w'-]+)?)"
    r"|\b(?:does|do|has|have|is)\s+(?P<n2>[A-ZÀ-Þ][\w'-]+(?: [A-ZÀ-Þ][\w'-]+)?)\s+(?:have|manage|handle|own"
    r"|look(?:s|ing)? after|got|manag\w+|responsible)?"
    r"|(?P<n3>[A-ZÀ-Þ][\w-]+(?: [A-ZÀ-Þ][\w'-]+)?)'s?\s+(?:\w+ )?(?:clients|accounts|companies)"
    r"|\b(?:tem|cuida|gerencia|atende)\s+(?:a |o )?(?P<n4>[A-ZÀ-Þ][\w'-]+(?: [A-ZÀ-Þ][\w'-]+)?)"
    r"|\b(?:quais|que) (?:clientes|contas|empresas) (?:a |o )?(?P<n5>[A-ZÀ-Þ][\w'-]+) (?:tem|cuida|gerencia|atende)",
    re.IGNORECASE,
)
_SPEND = re.compile(r"\b(?:spend\w*|spent|ytd|budget|gast\w+)\b")
_MET = re.compile(r"\b(?:met|meet|meetings?|visit(?:ed)?|seen|reunia?o|reunimos|encontramos|visitamos)\b")
_NOT = re.compile(r"\b(?:not|no|n't|haven't|hasn't|without|nao|sem)\b|n't\b")
_MONEY = r"\s*(?:r?\$|us\$)?\s*$"
_OVER = r"above|over|more than|exceed\w*|acima de|mais de"
_UNDER = r"below|under|less than|abaixo de|menos de"
OVER, UNDER = (re.compile(rf"\b(?:{words}){_MONEY}") for words in (_OVER, _UNDER))
_LEAST = re.compile(rf"\b(?:{_OVER}|at least|from|>|>=|pelo menos|a partir de){_MONEY}")
_MOST = re.compile(rf"\b(?:{_UNDER}|at most|up to|<|<=|ate|no maximo){_MONEY}")


def fact(asked: Asked, name: str = "") -> Told | None:
    """Read "who manages TechGiant?", "how much has it spent?"; `name` is the client spoken of before."""
    whom = described(asked)
    for which, patterns in _FACTS.items():
        if (whom and which == "spend") or not (found := named(asked, patterns, name)):
            continue
        period = _period(asked, which)
        values = {"fact": which, "period": period} if period or not _more(asked, which) else {}
        return Told(special("client_facts", name=found, **values, language=language(asked)), _SURE)
    if whom and (which := _of_described(asked, whom)):
        return Told(special("client_facts", name=whom, fact=which, language=language(asked)), _SURE)
    known = linked(asked) or (name if meant(asked) else "")
    if known and _ALL.search(asked.text):
        return Told(special("client_facts", name=known, language=language(asked)), _SURE)
    return None


def asks_facts(text: str) -> bool:
    """Whether a text asks for facts of a client that are no figures."""
    return any(re.search(words, text) for fact, words in _ASKS.items() if fact != "spend")


def _more(asked: Asked, which: str) -> bool:
    """Whether another fact is asked for beside one."""
    asks = re.split(r"(?:and|e)|[,;?]", asked.text)
    return len(asks) > 1 and any(re.search(words, asked.text) for fact, words in _ASKS.items() if fact != which)


def _of_described(asked: Asked, whom: str) -> str:
    """Return the fact that is asked of a client who is told by a figure, "" when none is."""
    rest = asked.text.replace(plain(whom), " ")
    wanted = [fact for fact, words in _ASKS.items() if fact != "spend" and re.search(words, rest)]
    if not wanted and is_met(whom) and _SMALL.fullmatch(rest):
        return "meeting"
    return "all" if len(wanted) > 1 else "".join(wanted)


def _period(asked: Asked, fact: str) -> str | None:
    """Return the period that is asked for where it is another than this year, which alone is recorded."""
    if fact != "spend" or _THIS_YEAR.search(asked.text) or not asked.periods:
        return None
    return asked.periods[0].label


def clients(asked: Asked, before: Special | None = None) -> Told | None:
    """Read "which clients in Retail has Sarah?", "clients that we have not met for 90 days"."""
    if before is None and (not _LIST.search(asked.text) or _COUNTED.search(asked.text)):
        return None
    values = {
        "manager": _manager(asked), "industry": ", ".join(_industries(asked)) or None, "language": language(asked),
        **_spends(asked), **_meetings(asked),
    }  # fmt: skip
    if not any(values[key] is not None for key in values if key not in ("language", "industry")):
        return None
    return Told(special("client_list", **values), _SURE)


def _manager(asked: Asked) -> str | None:
    known = [
        whole(item.text, asked)
        for item in asked.draft.items
        if any(sense.kind == "value" and sense.name in ("account_manager", "manager") for sense in item.senses)
    ]
    if known:
        return ", ".join(dict.fromkeys(known))
    for found in _MANAGED.finditer(asked.draft.question):
        name = next((group for group in found.groups() if group), "")
        if proper(name, asked):
            return name
    return None


def industry_of(asked: Asked) -> str | None:
    """Return the industry that a question names, the first of several."""
    return next(iter(_industries(asked)), None)


def _industries(asked: Asked) -> list[str]:
    senses = (sense for item in asked.draft.items for sense in item.senses)
    return list(dict.fromkeys(str(s.value) for s in senses if (s.kind, s.name) == ("value", "industry")))


def _spends(asked: Asked) -> dict[str, float | None]:
    found: dict[str, float | None] = {"least_spend": None, "most_spend": None}
    if not _SPEND.search(asked.text):
        return found
    for item in asked.draft.items:
        number = item.sense("number")
        if number is None or number.value is None:
            continue
        before = asked.text[: asked.draft.tokens[item.start].start]
        if _LEAST.search(before):
            found["least_spend"] = float(number.value)
        elif _MOST.search(before):
            found["most_spend"] = float(number.value)
    return found


def _meetings(asked: Asked) -> dict[str, float | None]:
    found: dict[str, float | None] = {"not_met_days": None, "met_days": None}
    days = asked.days or _length(asked)
    if days and _MET.search(asked.text):
        found["not_met_days" if _NOT.search(asked.text) else "met_days"] = days
    return found


def _length(asked: Asked) -> float | None:
    """Return the days of "the last 90 days", which is read as a period."""
    return next((float((period.end - period.start).days) for period in asked.periods), None)
