"""Questions that a text answers: "a customer wants to cancel an order, what do I do?", "how do I reset a password?"."""

from __future__ import annotations

import re

from crm_copilot.understanding.specials.asked import Asked, Told, special
from crm_copilot.understanding.text import plain

FUNCTION = "guided_steps"
_SURE = 0.9
_WHO = (
    r"(?:customers?|clients?|buyers?|shoppers?|users?|callers?|some(?:one|body)|people|a person|clientes?"
    r"|comprador(?:es)?)"
)
_WISHES = (
    r"(?:(?:who |that |que )?(?:wants?|wanted|asks?|asked|asking|needs?|is asking|would like|wishes|requests?|tries"
    r"|trying|is trying|says?|said|claims?|complains?|complained|reports?|is complaining|writes|calls|cannot|can ?not"
    r"|can't|could ?n.t|is angry|is upset|quer|pede|pediu|pergunta|precisa|reclama|diz|nao consegue|não consegue))"
)
_WANTS = rf"(?:{_WISHES}|does ?n.t|did ?n.t|has not|has ?n.t|never|lost|forgot|perdeu|esqueceu)"
_ADVICE = (
    r"(?:what (?:do|should|must|can|shall|would|to) (?:i|we|they|you|one)?\s*(?:do|say|tell|answer|reply|write|respond"
    r"|send)|what to (?:do|say|tell|answer|reply)|what now\b|now what\b|steps\s?[?.]"
    r"|what (?:are|is) the (?:steps?|procedure|process|next steps?)"
    r"|how (?:do|should|can|must|shall|to|would|does)\b|what(?:'s| is) the (?:right )?(?:procedure|process|way|reply"
    r"|answer)|walk me through|guide me|give me the steps|steps? (?:to|for)|suggest(?:ed)? (?:a )?reply"
    r"|draft (?:a|an|the) (?:reply|answer)|help (?:me|them|him|her)|o que (?:eu |nos )?(?:faco|fazemos|devo|devemos"
    r"|fazer|digo|dizer|respondo|responder)"
    r"|como (?:eu |nos )?(?:faco|fazemos|devo|respondo|ajudo|proceder|procedo|ajudar|responder)"
    r"|quais (?:sao )?os passos|passo a passo)"
)
_HAS = r"(?:parcel|package|order|item|product|delivery|card|payment|account|pacote|pedido|produto|entrega|pagamento)"
_REQUEST = re.compile(rf"\b{_WHO}\b(?:\s\w+){{0,3}}?\s{_WANTS}\b|\b{_WHO}(?:.s)? {_HAS}\b")
_ADVISED = re.compile(rf"\b{_ADVICE}")
_ALONE = re.compile(
    r"^(?:please |hi,? |hello,? )?(?:how (?:do|can|should|to) (?:i|we|a customer|customers|they|one)?\s*(?:to )?"
    r"|(?:what are )?the steps (?:to|for) |steps (?:to|for) |walk me through |guide me through |how to "
    r"|como (?:eu )?(?:faco|posso|fazer) (?:para )?)(?P<what>cancel\w*|chang\w*|track\w*|plac\w*|swap\w*|add\w*"
    r"|remov\w*|return\w*|refund\w*"
    r"|reset\w*|recover\w*|register\w*|sign|log|pay\w*|complain\w*|contact\w*|speak|talk|reach|updat\w*|edit\w*|delet\w*"
    r"|open\w*|clos\w*|creat\w*|switch\w*|subscrib\w*|unsubscrib\w*|modif\w*|correct\w*|resend\w*|replac\w*|handl\w*"
    r"|deal\w*|help\w*|cancelar|rastrear|trocar|mudar|alterar|devolver|recuperar)\b"
)
# A request that is told and nothing asked of it: "customer wants to know where his parcel is".
_TOLD = re.compile(
    rf"^(?:hi,? |hello,? |so,? |ok,? )?(?:a|an|the|one|my|our|this|um|uma|o|a|meu|minha|nosso)? ?(?:\w+ )?{_WHO}"
    rf"\b(?:\s\w+){{0,2}}?\s{_WANTS}\b[^?]*$"
)
# What stands around the request itself: "how should I handle a customer who wants to cancel an order".
_FRAME = re.compile(
    rf"^(?:.{{0,60}}?\b)?{_WHO}\b\s+(?:{_WISHES}\s+)+"
    rf"(?:for |about |that |(?:me |us )?(?:how )?to |how (?:he|she|they) can )?"
    rf"(?=\S)|^(?:.{{0,60}}?\b)?{_WHO}\b\s+(?=\S+\s\S+\s\S)",
    re.IGNORECASE,
)
# Verbs of who serves a customer; other ones are what the customer wants done.
_HELPS = re.compile(r"handl|deal|help|contact|speak|talk|reach")
_COUNTS = re.compile(
    r"\bhow (?:many|much|often|long)\b|\b(?:number|share|percentage|average|total|sum|trend|rate) of\b|\bquant[oa]s?\b"
    r"|\b(?:revenue|sales|turnover|receita|faturamento|vendas)\b|\bby (?:month|state|city|category|year|seller)\b"
    r"|\b(?:change|changed|evolve|develop|compare)d? (?:over|between|from|since|in 20)\b"
)


def guide(asked: Asked) -> Told | None:
    """Read a request of a customer that somebody wants to know how to handle; None for anything else."""
    if asked.periods or not (tells_a_request(asked.draft.question) or _alone(asked.text)):
        return None
    return Told(special(FUNCTION, question=asked.draft.question, language=_tongue(asked)), _SURE)


def tells_a_request(message: str) -> bool:
    """Whether a message tells what a customer wants and asks what to do about it, in one sentence or in several."""
    text = plain(message)
    if _COUNTS.search(text):
        return False
    return bool(_REQUEST.search(text) and _ADVISED.search(text)) or bool(_TOLD.match(text))


def _alone(text: str) -> bool:
    return bool(_ALONE.search(text)) and not _COUNTS.search(text)


def request_of(question: str) -> str:
    """Return what the customer wants, without who asks for it and the plea for advice."""
    if (alone := _ALONE.match(plain(question))) and not _HELPS.match(alone["what"]):
        return question.strip(" ?.")
    kept = [part for part in re.split(r"(?<=[,.;?!:–—])\s+", question.strip()) if not _only_advice(part)]
    text = " ".join(kept) or question
    return _FRAME.sub("", text).strip(" ?,.") or question


def _only_advice(part: str) -> bool:
    words = plain(part)
    found = _ADVISED.search(words)
    return found is not None and len(words[: found.start()].split()) < 2 and len(words[found.end() :].split()) < 4


def _tongue(asked: Asked) -> str | None:
    return "pt" if asked.draft.language == "pt" else None
