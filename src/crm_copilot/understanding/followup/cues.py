"""The words by which a question leans on the one before."""

from __future__ import annotations

import re

from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.reading import Reading
from crm_copilot.understanding.text import plain, tokenize

_FIRST_WORDS = (
    "and|what about|how about|same|the same|only|now|just|but|then|also|ok|okay|or|instead|in|for|by|per|with|without"
    "|excluding|exclude|ignore|omit|skip|discard|leave out|leaving out|exclu[ai]|desconsidere"
    "|sort|top|bottom|compare|break|split|show|make|as|roll|turn|keep|remove|drop|filter|limit|rank"
    "|order (?:from|it|them|that|by)|ordenar|which of (?:those|these|them)|of (?:those|these|them)"
    "|e|so|somente|apenas|agora|mesm[oa]|mas|tambem|entao|ou|por|para|em|com|sem|ordene|quebre|e se|qual deles"
    "|desses|dessas|mostra|mostrar|filtra|filtre|tira|retire|ordena|agrupa|ranqueie|e considerando|considerando"
    r"|(?:which|qual|quem|what|que)\s+(?:tem|has|have|had|one|is|e)\b.*"
)
_CUES = re.compile(rf"^(?:{_FIRST_WORDS})\b|^(?:那|只|同样|按|再|如果|其中|换成|改成)")
_REFERS = re.compile(
    r"\b(?:those|these|them|they|that|it|one|ones|same|esses|essas|desses|dessas|isso|mesm[oa]s?|del[ea]s?"
    r"|its|of each(?= (?:one|were|was|are|is|got|had|have|did|became|turned|came|closed|paid)\b)|cada um|cada uma"
    r"|quant[oa]s \w+ (?:foram|sao|eram|deu)(?=\W*$)|i meant?|quis dizer|quero dizer|na verdade)\b"
    r"|\beach(?: one)?\s*[?.!]*$"
    "|这些|其中|它们"
)
_BEGINS_ANEW = re.compile(r"^(?:and |e )?(?:also|tambem),? ")
_LISTS_ALL = re.compile(r"^(?:list|show|get|find|give me|liste|mostre|traga)\s+(?:me\s+)?(?:all|every|todos|todas)\b")
# So few words are seldom a whole question.
_SHORT, _SHORTEST = 6, 3
_SURE = 0.8
_FILLED_IN = {"what is measured", "what is counted", "what is ranked"}

ALSO = re.compile(
    r"\b(?:also(?!,? (?:give|show|list|tell|what|which|how|who))|too|as well|together with|tambem|junto"
    r"|each of (?:them|those|these)|cada uma?|their)\b|\beach(?: one)?\s*[?.!]*$|同时|还"
)
"""The new measure or breakdown stands beside the old one."""
ITS = re.compile(r"\b(?:its|it|her|his|d?el[ea])\b(?! (?:state|seller))", re.IGNORECASE)
"""The only row of the answer before is meant."""
WITH_ANOTHER = (
    r"compared? (?:it |that |this |them )?(?:with|to|against)|vs|versus|against"
    r"|compar[ae](?:r|do)? (?:isso )?(?:com|a)|contra"
)
COMPARED = re.compile(rf"^(?:(?:ok|okay|and|now|e|agora|please)[, ]+)*(?:{WITH_ANOTHER})\b")
"""Another place or period stands beside the one before."""
SWAPPED = re.compile(r"\b(?:swap|replace|exchange|substitute|troc[ae]r?|substitu[ai]r?)\b")
"""One value takes the place of another; both are named."""
AMONG = re.compile(r"\b(?:of|among) (?:those|these|them)\b|\b(?:desses|dessas|deles|delas|dentre)\b")
"""The rows of the answer before are meant."""
BEST_OF = re.compile(r"\b(?:best|worst|top|highest|lowest|first|last) (?:\w+ )?of (?:those|these|them)\b")
"""One of the rows of the answer before is meant, whichever it is."""
THAT_ONE = re.compile(r"\b(?:that|this|ess[ea]|ness[ea]|dess[ea]|naquel[ea])\s+(?P<noun>\w+)")
"""One row of the answer before is meant."""


def follows(question: str, alone: Reading, draft: Draft) -> bool:
    """Whether a question leans on the one before: by its words, or because it says too little by itself."""
    words = [token for token in tokenize(question) if token.is_word or token.is_number]
    text = plain(question).strip()
    if alone.plan is not None and _LISTS_ALL.search(text) and not _REFERS.search(text):
        return False
    cued = is_cued(question)
    if _judges_something(draft) or counts_the_same(draft) or _is_a_superlative(draft, len(words)):
        return True
    if alone.plan is not None and _BEGINS_ANEW.search(text) and draft.measures and alone.plan.by:
        return False
    explicit = alone.plan is not None and not _FILLED_IN & set(alone.doubts)
    if explicit and alone.confidence >= _SURE and (not cued or len(words) > 2 * _SHORT):
        return not cued and len(words) <= 2 and bool(alone.plan and alone.plan.listing)
    return cued or len(words) <= _SHORT or alone.plan is None


def is_cued(question: str) -> bool:
    """Whether its words say that it leans on something."""
    text = plain(question).strip()
    return bool(_CUES.search(text) or _REFERS.search(text) or ALSO.search(text))


def lacks_its_subject(alone: Reading, draft: Draft) -> bool:
    """Whether a question says neither what is measured nor of what: "and by weekday?"."""
    names = any(item.sense("entity", "metric", "quantity") for item in draft.items)
    missing = bool(_FILLED_IN & set(alone.doubts)) if alone.plan is not None else not draft.unread()
    return missing and not names


def _judges_something(draft: Draft) -> bool:
    """Whether it asks for the best, the worst or the average without saying of what."""
    aggregated = any(item.kind == "agg" and item.name != "count" for item in draft.items)
    ranked = draft.limit is not None and not draft.keys and not draft.has("list")
    return ranked or (not draft.measures and (aggregated or draft.has("order", "best", "worst")))


def _is_a_superlative(draft: Draft, length: int) -> bool:
    """Whether it is as short as "busiest day?"."""
    return length <= _SHORTEST and any(item.kind in ("order", "adjective") for item in draft.items)


def counts_the_same(draft: Draft) -> bool:
    """Whether it asks how many there are somewhere, without saying of what: "and how many in RJ?"."""
    kinds = {item.kind for item in draft.items}
    counted = any(item.kind == "agg" and item.name == "count" for item in draft.items)
    return counted and "value" in kinds and kinds <= {"agg", "value", "period", "with"}
