"""Questions to the playbook: what to pitch to whom, whether something may be offered, what the rules are."""

from __future__ import annotations

import re

from crm_copilot.understanding.specials.asked import Asked, Told, special
from crm_copilot.understanding.specials.clients import OVER, UNDER, industry_of
from crm_copilot.understanding.specials.describing import described
from crm_copilot.understanding.specials.naming import language, linked, named, proper
from crm_copilot.understanding.text import plain

_SURE = 0.92
_ID = re.compile(r"\b[0-9a-f]{32}\b")
_OFFER = (
    r"(?:pitch|offer|propose|recommend|suggest|sell|upsell|up-sell|cross-sell|promote|present|push|bring up|lead with"
    r"|give|grant|discuss|mention|talk about|promise|share|quote|oferecer|propor|recomendar|vender|sugerir|discutir"
    r"|mencionar|dar|falar (?:de|sobre)|conceder|prometer)"
)
_PITCH = re.compile(
    r"\b(?:what|which|o que|que|qual|quais)\b.{0,60}\b(?:pitch(?:ed|es)?|offer(?:ed)?|propos(?:e|ed)"
    r"|recommend(?:ed)?|suggest|upsell|up-sell|promote|focus on|lead with|talk about"
    r"|(?:i|we|us|you|to|can|could|should|reps?) (?:sell|present|bring)(?! (?:the )?(?:most|best|least|more|in)\b)"
    r"|oferecer|propor|proponho|recomendar|recomendo|vender|vendo|ofereco|sugerir|apresento|apresentar|levo|levar)\b"
    r"|\b(?:pitch|offer|proposal|recommend\w*|recomenda\w*)\b.{0,25}\b(?:for|to|para)\b"
    r"|\b(?:prepare|preparing|prep|brief|talking points|get ready|plan|agenda)\b.{0,40}\b(?:meeting|call|visit|for)\b"
    r"|\b(?:give|make|write|need|suggest|draft|build) (?:me )?(?:a |an |the |some )?(?:\w+ )?(?:pitch|proposal"
    r"|recommendations?|offer)\b"
    r"|\bhow (?:should|do|can|would) (?:i|we) (?:approach|pitch|sell)\b|\bcomo (?:devo |posso )?abordar\b"
    r"|\b(?:products?|formats?|packages?|what|which|produtos?)\b.{0,30}\b(?:fits?|suits?|works? for|right for"
    r"|good for|best for|combina\w*)\b"
    r"|\bput on the table\b|\bbring to the (?:table|meeting)\b"
    r"|\bwhat(?:'s| is|s) (?:the|my|our) (?:best |right )?(?:angle|play|hook|approach|move)\b"
    r"|\bqual (?:e )?(?:a |o )?(?:melhor )?(?:abordagem|angulo|jogada)\b"
)
# Beside a client's name: "UrbanStyle comes in on Thursday. Which package?".
_PACKAGE = re.compile(
    r"\b(?:what|which|any|qual|que|quais) (?:\w+ )?(?:packages?|formats?|offers?|placements?|bundles?|ideas?|pacotes?"
    r"|formatos?|ofertas?)\b(?! (?:did|have|has|was|were))"
)
_NEGATIVE = re.compile(
    rf"\b(?:what|which|anything|o que)\b.{{0,40}}\b(?:not|never|shouldn't|mustn't|nao)\b.{{0,15}}\b{_OFFER}\b"
    r"|\b(?:what|which|anything|o que)\b.{0,40}\b(?:avoid|forbidden|off[- ]limits|off the table|taboo|no-?go"
    r"|out of bounds|proibid[oa]|evitar)\b"
)
# The text itself is spoken of: "what are the rules when a deal was lost?".
_TEXT = re.compile(
    r"\b(?:polic(?:y|ies)|playbook|guidelines?|(?:what|which) (?:is|are|rules?) (?:our |the )?rules?|our rules?"
    r"|politicas?|(?:quais|que|qual) (?:sao |e )?(?:as |a )?(?:nossas? )?regras?)\b"
)
_PAST = re.compile(
    r"\b(?:what|which|who|when|how|o que|quem)\b.{0,20}"
    r"\b(?:did|have(?! (?:me|us|you|to)\b)|has|had|was|were|foi|foram)\b"
    r"|\bo que (?:\w+ )?(?:ofereceu|ofereceram|propos)"
)
_CLIENT = re.compile(
    r"\b(?:clients?|accounts?|customers?|compan(?:y|ies)|advertisers?|someone|clientes?|contas?|empresas?)\b"
)
# Who counts or averages asks for numbers: "percentage of what we sell", "average freight".
_ANALYTIC = re.compile(
    r"\b(?:average|mean|median|percent(?:age|ual)? |share of|revenue|turnover|total|sum of|number of|per (?:month"
    r"|order|customer)"
    r"|by (?:month|state|category|year)|(?:sells?|sold) (?:the )?(?:most|best|least|fastest)"
    r"|top \d+|valor medio|media|medio|faturamento|receita|quantos (?!\w+ (?:posso"
    r"|podemos))"
    r"|how many (?!\w+ (?:can|may|could|should|must))"
    r"|(?:sells?|sold|buys?|earns?|ships?) (?:more|less|better)|weekdays?|weekends?"
    r"|how much (?:do|did|does|have|has) (?:we|they|you|i) (?:sell|sold|make|made|earn|take in|turn over|bring in))\b"
)
_MAY = re.compile(
    rf"\b(?:can|could|may|should|shall|must|am|are|is it|do)\s+(?:i|we|reps?|they|you|it)?\s*(?:ok(?:ay)?|fine"
    rf"|allowed|permitted|supposed|free|right"
    rf"|al?l ?right|acceptable|safe|we|i)?\s*(?:to|for me to|if i|if we)?\s*(?:even |ever |already "
    rf"|still |now )?(?P<verb>{_OFFER})\b(?! (?:me|us)\b)(?P<rest>.*)"
    rf"|\b(?:posso|podemos|devo|devemos|pode)\s+(?:ja )?(?P<verb2>{_OFFER})\b(?P<rest2>.*)"
)
_OPTION = re.compile(
    r"\b(?:is|are|would|will|could)\s+(?P<rest>.+?)\s+(?:be )?(?:an option|okay|ok|allowed|possible|suitable|right"
    r"|appropriate|a fit"
    r"|a good (?:fit|idea|choice)|fine|eligible|off[- ]limits)\b"
    r"|\b(?:would|will|could|does|do|might) (?P<rest2>.+?) (?:suit|fit|work for|make sense for|be right for)\b"
)
# "Can FinTrust have branded content?"
_RECEIVES = re.compile(
    r"\b(?:can|could|may|might|should|must|is|are|does|do|pode|poderia|deve) (?:[^\s?,;:]+ ){0,8}?(?:have|get"
    r"|receive|buy|book|qualify for|eligible for|entitled to|be (?:offered|given|shown|pitched|sold)|allowed|ter"
    r"|receber|comprar|contratar) (?P<rest>(?!to\b)[^?]+)"
)
# What a client may get that is no product: rules about it are quoted, and none of them by what it leaves to offer.
_SERVICE = re.compile(
    r"\b(?:refunds?|discounts?|rebates?|credits?|invoices?|extensions?|instal\w+|samples?|visits?|calls?|meetings?|replies"
    r"|reply|reembolso|descontos?|credito|parcel\w+|visita|reuniao)\b"
)
_ABOUT_CLIENT = re.compile(
    r"\bdo'?s (?:and|&) don'?t'?s\b|\bwhat do(?:es)? (?:the|our) (?:rules?|playbook|guidelines?) say\b"
    r"|\bo que (?:dizem as regras|diz o playbook)\b"
    r"|\b(?:rules?|playbook|polic(?:y|ies)|guidelines?|regras?)\b.{0,25}\b(?:for|about|appl(?:y|ies)|on|to|para|sobre)\b"
)
_ALLOWS = re.compile(
    rf"\b(?:does|do)\b.{{0,30}}\b(?:allow|permit|forbid|prohibit|ban)\b(?: (?:us|me|you"
    rf"|reps?))?(?: to)?(?: {_OFFER})?\s+(?P<rest>.+)"
)
_PASSIVE = re.compile(
    r"\b(?:can|may|should|must|is|are|pode[m]?|deve[m]?)\s+(?P<topic>.+?)\s+(?:be|to be|ser)\s+(?:offered|pitched"
    r"|proposed|discussed|mentioned|sold|recommended|given|shared|oferecid\w+|discutid\w+)\b"
)
_POLICY = re.compile(
    r"\bdo(?:es)? (?:we|the company) (?:ever )?(?:allow|permit|offer|give|grant|promise|accept|do)\b|"
    r"\b(?:polic(?:y|ies)|playbook|guidelines?|guidance|(?<!\d )rules?|allowed|permitted|politicas?|regras?|permitido"
    r"|manual|stance)\b"
    r"|\bwhat (?:do|should|must|can|may) (?:we|i|reps?)\b.{0,30}\b(?:say|tell|do|promise|answer|respond"
    r"|react)\b.{0,40}\b(?:about|on|to|when|if|after|with|of|for)\b"
    r"|\bhow (?:should|do|must|can|are|am) (?:we|i|reps?)\b.{0,30}\b(?:handle|deal with|respond|react|treat|answer"
    r"|supposed)\b"
    r"|\b(?:how much|how many|how big|what|which|quanto|quantos|quantas|que)\b.{0,30}\b(?:can|may|could|must|should"
    r"|posso|podemos)\s+(?:i|we|reps?|a rep\w*)?\s*(?:offer|give|grant|promise|oferecer|dar|conceder|approve|discuss)\b"
    r"|\bwhen (?:can|may|should|must|do) (?:i|we)\b.{0,40}\b(?:offer|propose|call|discuss|mention|talk|escalate"
    r"|involve|answer|reply|send)\b"
    r"|\bwho (?:signs?(?: off)?|approves?|decides?|authori[sz]es?|grants?)\b"
    r"|\bwho (?:must|has to|needs to|should|can"
    r"|may) (?:approve|sign|release|authori[sz]e|grant)\b|\bescalat\w+\b"
    r"|\bneed(?:s)? (?:an )?approval\b"
    r"|\b(?:do|must|should) (?:we|i|reps?) (?:need|have to|require)\b.{0,60}\b(?:before|first|to|if|when)\b"
    r"|\bhow (?:much|many|far|long|quickly|soon|fast|often|big|high) .{0,30}\b(?:may|must|do (?:we|i|reps?) have to"
    r"|should) ?(?:i|we|reps?|answer|reply|respond)?\b"
    r"|\b(?:anything|something|what) (?:else )?(?:that )?(?:i|we|reps?) (?:must|may|should|can|cannot|can't|mustn't"
    r"|shouldn't)(?: not| never)? (?:promise|say|tell|mention|discuss|offer|commit)\b"
    r"|\bwithout (?:asking|approval|permission|sign-?off|checking with)\b"
)
_SUCH = re.compile(
    r"\b(?:an?|our|any|the|some|um|uma)?\s*(?P<words>(?:[^\W\d_][\w&-]*\s+(?:&\s+"
    r"|and\s+)?){0,3}?)(?P<client>clients?|accounts?|customers?|compan(?:y|ies)|advertisers?|clientes?|contas?"
    r"|empresas?)\b"
)
_IN = re.compile(
    r"\b(?:clients?|accounts?|customers?|company|companies|clientes?|empresas?)\s+(?:in|from|of|do setor(?: de)?"
    r"|da area de|de)\s+(?:the\s+)?(?P<words>[^\W\d_][\w&-]*(?:\s+(?:&\s+|and\s+)?[A-ZÀ-Þ][\w-]*)?)"
)
_SPENDS = re.compile(r"\b(?:spend\w*|spent|ytd|budget|gast\w+|worth|with)\b")
_PLAIN_WORDS = frozenset(
    """a an our any the some new existing large small big key my your this that such each every all which what for"
    " to with of in
    um uma nosso nossa novo grande pequeno low-spend high-spend low high spend spending product products offer pitch
    recommend should i we typical potential premium video is are do does best right good first second those these
    low-budget other many most have has one two can may client clients""".split()
)
_TARGETS = (
    r"\b(?:to|for|with|at|para|com|meet|meeting|see|visit|visiting|approach|call|calling"
    r"|abordar|visitar|encontrar) (?:(?:with|to|at|com) )?"
    r"(?:the client |the company |client |our client |o cliente |a )?(?P<n>{name})",
    r"(?P<n>{name})(?:'s?) (?:pitch|offer|meeting|recommendation)",
)


# "Is Zangão Mel a large account?": a name and what the rules may call it.
_IS_A = re.compile(
    r"^(?:so |and |ok,? )?(?:is|are|e|seria) (?:the |a |o )?(?P<n>[^?]+?) (?:an?|one of our|um|uma)"
    r" (?P<rest>[^?\d]+)\??$"
)


def pitch(asked: Asked, name: str = "") -> Told | None:
    """Read "I meet TechGiant tomorrow, what do I pitch?", "may I offer premium video to a client spending 80k?"."""
    if _ID.search(asked.text):
        return None
    may = _about(asked)
    known = linked(asked) or described(asked)
    if _PAST.search(asked.text) or (_ANALYTIC.search(asked.text) and not known):
        return None
    of_client = linked(asked) and (_ABOUT_CLIENT.search(asked.text) or _PACKAGE.search(asked.text))
    if not (may or of_client or _PITCH.search(asked.text) or _NEGATIVE.search(asked.text)):
        return None
    whom = known or _target(asked) or name
    spend, industry = spend_of(asked), kind_of(asked) if not whom else None
    such = (spend is not None or industry) and _CLIENT.search(asked.text)
    if not (whom or such):
        return Told(special("what_to_pitch", language=language(asked)), _SURE) if _names_nobody(asked) else None
    about = _topic(may, whom) if may else None
    values = {"name": whom or None, "about": about, "industry": industry, "spend": spend, "language": language(asked)}
    return Told(special("what_to_pitch", **values), _SURE)


_WHOM = re.compile(
    rf"\b(?:who|to whom|which (?:of (?:our|my) )?(?:clients?|accounts?|customers?)|quem|(?:quais|que) (?:clientes"
    rf"|contas))\b.{{0,15}}"
    rf"\b(?:can|may|could|should|must|posso|podemos|pode[m]?|devo|qualif(?:y|ies)"
    rf"|(?:is|are|would be) (?:an? |the )?(?:right (?:ones? |clients? )?|good (?:ones? |fit )?)?"
    rf"(?:eligible|ripe|ready|due|suited|suitable|candidates?|for))\b\s*(?:i|we)?\s*"
    rf"(?:be |get |receber? |ser )?(?:{_OFFER}|offered|pitched|proposed|shown|given|oferecid\w+|for|get"
    rf"|receive|receber|hear (?:about|of)|know about|be told about|saber d[aeo])?\s+(?P<topic>.+)"
)


def asks_to_pitch(text: str) -> bool:
    """Whether a text asks what to pitch, or what to leave out."""
    return bool(_PITCH.search(text) or _NEGATIVE.search(text))


def _is_somebody(word: str, asked: Asked) -> bool:
    """Whether a word belongs to the name of a manager or a place."""
    values = (item for item in asked.draft.items if item.sense("value") and item.name != "industry")
    return any(word.casefold() in item.text.casefold().split() for item in values)


def _names_nobody(asked: Asked) -> bool:
    """Whether a short question leaves out whom it is about: "what should I pitch?"."""
    words = asked.text.split()
    return len(words) <= 6 and bool(_PITCH.search(asked.text)) and not asked.draft.has("value") and "?" in asked.text


def candidates(asked: Asked) -> Told | None:
    """Read "who may be offered the 'Annual Pact'?", "which clients can I pitch premium video to?"."""
    found = _WHOM.search(asked.text)
    if not found or _ANALYTIC.search(asked.text) or any(item.name == "product_category" for item in asked.draft.items):
        return None
    topic = _topic(asked.draft.question[found.start("topic") : found.end("topic")], "")
    if not topic or not (any(word[:1].isupper() for word in topic.split()) or proper(topic, asked)):
        return None
    return Told(special("who_may_be_offered", product=topic, language=language(asked)), _SURE)


def policy(asked: Asked, name: str = "") -> Told | None:
    """Read "what is our policy on discussing 2026 pricing?", "how much discount may I give?"."""
    if (_PAST.search(asked.text) and not _TEXT.search(asked.text)) or _ANALYTIC.search(asked.text):
        return None
    if not (_receives(asked) or _POLICY.search(asked.text) or _MAY.search(asked.text) or _PASSIVE.search(asked.text)):
        return None
    return Told(special("playbook_says", question=asked.draft.question.strip(), language=language(asked)), _SURE)


def _about(asked: Asked) -> str:
    """Return what a question wants to offer, in its own words, "" when it asks for no yes or no."""
    found = _MAY.search(asked.text)
    if found:
        group = "rest" if found["rest"] is not None else "rest2"
        before = asked.text[: found.start()]
        if re.search(r"\b(?:what|which|how|o que|qual|quais|que|when|who)\b[^,.;]*$", before):
            return ""
        return asked.draft.question[found.start(group) : found.end(group)]
    if allows := _ALLOWS.search(asked.text):
        return asked.draft.question[allows.start("rest") :]
    if (receives := _receives(asked)) and not _SERVICE.search(receives["rest"]):
        return asked.draft.question[receives.start("rest") :]
    option = _OPTION.search(asked.text)
    if option and (linked(asked) or _is_described(asked)):
        group = "rest" if option["rest"] is not None else "rest2"
        return asked.draft.question[option.start(group) : option.end(group)]
    if (kind := _IS_A.match(asked.text)) and linked(asked) and plain(linked(asked)) in kind["n"]:
        return asked.draft.question[kind.start("rest") : kind.end("rest")]
    passive = _PASSIVE.search(asked.text)
    return (
        asked.draft.question[passive.start("topic") : passive.end("topic")] + asked.draft.question[passive.end() :]
        if passive
        else ""
    )


_ANYTHING = re.compile(
    r"(?:(?:a|the|some|any|other|new|more|good|specific|never|not|ever|nunca)\s*)*(?:products?|something|anything|offers?|ideas?"
    r"|packages?|formats?|produtos?)?"
)


def _receives(asked: Asked) -> re.Match[str] | None:
    """Return where it is asked whether a client may have something."""
    return _RECEIVES.search(asked.text) if linked(asked) or described(asked) else None


def _is_described(asked: Asked) -> bool:
    """Whether a client is told by an industry or a spend."""
    return bool(_CLIENT.search(asked.text)) and (spend_of(asked) is not None or industry_of(asked) is not None)


def _topic(rest: str, whom: str) -> str | None:
    """Return the thing that is to be offered, without the one it is offered to."""
    said = (
        re.sub(
            rf"\b(?:to|for|with|at|para|com|a|ao)?\s*(?:the client |client )?{re.escape(whom)}(?:['’]s)?",
            " ",
            rest,
            flags=re.IGNORECASE,
        )
        if whom
        else rest
    )
    said = re.split(
        r"\b(?:to|for|with|at|when|if|given|based|considering|para|com|se|who|that)\b|[?.!;]", said, maxsplit=1
    )[0]
    said = re.sub(r"^\s*(?:them|him|her|it|the|a|an|our|any|some|o|a|os|as|um|uma)\b", "", said, flags=re.IGNORECASE)
    words = " ".join(said.split()).strip(" ,'\"")
    return None if _ANYTHING.fullmatch(words.casefold()) else words


def _target(asked: Asked) -> str:
    found = named(asked, _TARGETS)
    return "" if plain_words(found) else found


_TIME = re.compile(r"\b(?:half|years?|months?|weeks?|days?|quarters?|anos?|mes|meses|dias?|semanas?)\b")


def plain_words(name: str) -> bool:
    """Whether a target is no name but words: "a client", "next week"."""
    words = name.casefold().split()
    joined = {"to", "for", "about", "with", "on", "para", "com", "sobre", "if", "that", "when"} & set(words)
    plainly = not words or joined or re.match(rf"{_OFFER}\b", " ".join(words)) or re.search(r"\d", name)
    return bool(plainly or _TIME.search(name.casefold())) or all(word in _PLAIN_WORDS for word in words)


def spend_of(asked: Asked) -> float | None:
    """Return what the client that is described spends."""
    if not _SPENDS.search(asked.text):
        return None
    for item in asked.draft.items:
        number = item.sense("number")
        if number is not None and number.value is not None and float(number.value) >= 100:
            before = asked.text[: asked.draft.tokens[item.start].start]
            return float(number.value) + (1 if OVER.search(before) else -1 if UNDER.search(before) else 0)
    return None


def kind_of(asked: Asked) -> str | None:
    """Return the industry of the clients that are spoken of, known or not."""
    known = industry_of(asked)
    if known:
        return known
    for pattern in (_IN, _SUCH):
        for found in pattern.finditer(asked.draft.question):
            last = re.split(r"\b(?:for|to|with|of|in|from|at|para|com|de)\b", found["words"])[-1]
            words = [word for word in last.split() if word.casefold() not in _PLAIN_WORDS]
            if any(_is_somebody(word, asked) for word in words):
                continue
            if (
                words
                and (pattern is _IN or any(word[:1].isupper() for word in words))
                and not re.search(r"\d", found["words"])
            ):
                return " ".join(words)
    return None
