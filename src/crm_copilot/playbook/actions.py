"""What a clause tells to offer and what not to: the names that stand behind its verbs, quoted ones before others.

"Do not push for premium video ads" forbids, "focus strictly on up-selling 'Mobile App Banners' only" offers that and
nothing else. Verbs behind "before", "until" and "without" are no orders.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crm_copilot.playbook.wording import CLIENTS, flat

_OFFERS = (
    r"pitch(?:es|ed|ing)?|propos(?:e|es|ed|ing)|recommend(?:s|ed|ing)?|offer(?:s|ed|ing)?|promot(?:e|es|ed|ing)"
    r"|suggest(?:s|ed|ing)?|focus(?:es|ed|ing)? (?:\w+ )?on|up-?sell(?:s|ing)?|cross-?sell(?:s|ing)?|upsold"
    r"|prioriti[sz](?:e|es|ed|ing)"
    r"|lead(?:s|ing)? with|open(?:s|ing)? with|start(?:s|ing)? with|begin(?:s|ning)? with|default(?:s|ing)? to"
    r"|push(?:es|ed|ing)?(?: for)?|present(?:s|ed|ing)?"
    r"|introduc(?:e|es|ed|ing)|bundl(?:e|es|ed|ing)|combin(?:e|es|ed|ing)|includ(?:e|es|ed|ing)|add(?:s|ed|ing)?"
    r"|sell(?:s|ing)?|show(?:s|n|ing)?|quot(?:e|es|ed|ing)|grant(?:s|ed|ing)?|giv(?:e|en|es|ing)|gets?|receives?"
    r"|position(?:s|ed|ing)?|mention(?:s|ed|ing)?|discuss(?:es|ed|ing)?|shar(?:e|es|ed|ing)|talk(?:s|ing)? about"
    r"|use|sen(?:d|t|ds|ding)"
    r"|ofere[cç](?:a|er|am|emos|ido|ida|idos)|proponha[m]?|propor|recomend(?:e|em|ar|amos)|sugir(?:a|am)|sugerir"
    r"|venda[m]?|vender"
    r"|prioriz(?:e|em|ar)|apresent(?:e|em|ar)|inclu(?:a|am|ir)|foque[m]?(?: \w+)? em|focar(?: \w+)? em|discut(?:a"
    r"|am|ir)|mencion(?:e|em|ar)|promov(?:a|am|er)|comece[m]? (?:por|com)"
)
_FORBIDS = (
    r"avoid(?:s|ed|ing)?|refrain(?:s|ing)? from|steer clear of|stay away from|hold back|exclud(?:e|es|ed|ing)"
    r"|withhold(?:ing)?"
    r"|evit(?:e|em|ar)|not allowed to|forbidden to|prohibited|proibid[oa]s?|off[- ]limits"
    r"|(?:never|not|nunca|nao|no) (?:with |in |on |com |em |any )?(?=['‘“\"])"
)
_VERB = re.compile(rf"\b(?:(?P<forbid>{_FORBIDS})|(?P<offer>{_OFFERS}))(?!\w)")
_NOT = re.compile(
    r"\b(?:never|not|don't|doesn't|cannot|can't|mustn't|shouldn't|won't|no|nor|nunca|nao|jamais"
    r"|nem)\b(?:[\s,]+(?:\w+ly|be|to|be ever|ever|even|yet|"
    r"try|attempt|or|allowed|permitted|you|we|a|an|any|ser|sejam|lhes?|deve[m]?|pode[m]?|must|may|should"
    r"|under any circumstances)\b)*[\s,]*$"
)
# Words that are things as often as deeds: "an entry bundle", "a re-engagement pitch".
_ANYTHING = re.compile(
    r"sen(?:d|t|ds|ding)|us(?:e|es|ing)|shar(?:e|es|ed|ing)"
)  # "send every proposal to ...": what is offered is quoted
_THING = re.compile(
    r"(?:pitch(?:es)?|bundles?|offers?|focus|use|shows?|quotes?|mentions?|defaults?|starts?|shares?|up-?sells?"
    r"|cross-?sells?"
    r"|pushes|presents?|grants?|positions?|gives|promotes|leads|oferecida)"
)
_DEED = re.compile(
    r"(?:^|[,;:.?!(–—-]|\b\d[\d.,]*\s?(?:k|m|mil|reais)?|\b(?:and|or|then|to|not|never|always|also|please|first"
    r"|instead|otherwise|else|can|may|must|should|will|would|could|you|we|reps?"
    r"|representatives?|sellers?|managers?|teams?|only|just|don't|doesn't|cannot|can't|strictly|nor|e|ou|nao|nunca"
    r"|sempre|deve[m]?|pode[m]?))\s*$"
)
_BEING = re.compile(r"\b(?:is|are|was|were|be|been|being|sao|foi|ser|sejam|estao)\s+(?:\w+ly\s+)?$")
_OF_CLIENTS = re.compile(rf"\b{CLIENTS}\b[^,;:]*$")
_ASIDE = re.compile(r"\([^()'‘“\"]*\)")
_NO_ORDER = re.compile(
    r"\b(?:before|until|without|antes de|ate|sem|after|depois de|instead of|rather than|how to|when"
    r"|while)\s+(?:\w+\s+){0,2}$"
)
_AVOID_INSTEAD = re.compile(r"\b(?:instead of|rather than|em vez de|ao inves de)\s+(?:\w+ing\s+)?(?P<what>[^,.;]+)")
_PASSIVE = re.compile(
    r"(?P<what>[^,.;:]+?)\s+(?P<not>(?:(?:is|are|must|may|can|should|will|sao|e|devem|deve|podem|pode)\s+)(?:(?:not"
    r"|never|nao|nunca)\s+)?|cannot\s+)"
    r"(?:be\s+|ser\s+)?(?P<verb>offered|pitched|proposed|sold|recommended|discussed|mentioned|allowed|permitted"
    r"|promoted|ofertad[oa]s?|oferecid[oa]s?|discutid[oa]s?|proibid[oa]s?|forbidden|prohibited|off[- ]limits"
    r"|eligible)\b"
)
_ONLY = re.compile(
    r"\b(?:only|exclusively|strictly|nothing but|nothing else|no other|solely|just|somente|apenas|exclusivamente"
    r"|nada alem)\b"
)
_ONLY_IF = re.compile(
    r"\b(?:only|exclusively|somente|apenas)\b(?:\s+\w+){0,6}?\s+(?:if|when|after|once|with|to|for|se|quando|depois"
    r"|para)\b"
)
QUOTED = re.compile(r"(?<!\w)['‘“\"«](?P<name>[^'‘’“”\"«»]{1,80}?)['’”\"»](?!\w)")
# Where the name of what is offered ends.
_STOPS = re.compile(
    r"\s+(?:(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve) (?:days?|weeks?|months?)|in (?:the|a|an"
    r"|any|their|this|every)|of (?=\d))|\s+(?:to|for|if|when|unless|until|before|after|that|which|who|because|as"
    r"|in order|provided|regardless|so|instead|only|on|at"
    r"|with|without|into|by|per|from|whenever|where|while|is|are|first|entirely|altogether|and (?:then|only)|para"
    r"|se|quando|ate|antes|que|como|em|por|quem|desde|primeiro|somente|apenas)\b|[,;:.(!?]"
)
_LIGHT = re.compile(
    r"^(?:(?:the|a|an|our|any|all|their|them|him|her|you|us|always|up to|more|also|both|first|only|these|those|to|"
    r"clients?|customers?|accounts?|o|a|os|as|um|uma|nosso|nossa|qualquer|with|of|de|do|da)\s+)+"
)
_EMPTY = re.compile(
    r"(?:it|them|this|that|these|those|one|anything|anybody|something|someone|more|less|nothing|other options|first)$"
    r"|(?:what|how|why|whether|in (?:the|a|an|one|any|every|same|their|this|that)|o que)\b"
)
_JOINED = re.compile(r"\s+(?:and|or|e|ou|nor)\s+|\s*,\s*")


@dataclass(frozen=True, slots=True)
class Actions:
    """Names to offer, names to leave alone, and whether only the first may be offered."""

    offer: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    only: bool = False

    def __bool__(self) -> bool:
        return bool(self.offer or self.avoid)


def actions(text: str) -> Actions:
    """Return what a clause tells to do."""
    text = _ASIDE.sub("", text)
    said = flat(text)
    found = list(_ordered(text, said))
    offer = tuple(dict.fromkeys(name for name, allowed in found if allowed))
    avoid = tuple(dict.fromkeys(name for name, allowed in found if not allowed and name not in offer))
    return Actions(offer, avoid, bool(offer and _ONLY.search(said) and not _ONLY_IF.search(said)))


def _ordered(text: str, said: str) -> Iterator[tuple[str, bool]]:
    """Yield the names in order, with whether they are to be offered."""
    for found in _PASSIVE.finditer(said):
        if _OF_CLIENTS.search(found["what"]):
            continue  # "clients must not be offered ...": what is offered comes behind
        negative = bool(re.search(r"not|never|nao|nunca|no\b", found["not"])) != bool(
            re.search("proibid|forbidden|prohibited|off", found["verb"])
        )
        for name in _names(text, found.start("what"), found.end("what"), subject=True):
            yield name, not negative
    for found in _AVOID_INSTEAD.finditer(said):
        for name in _names(text, *found.span("what")):
            yield name, False
    verbs = [verb for verb in _VERB.finditer(said) if _is_deed(text, said, verb)]
    allowed, behind = True, -1
    for place, verb in enumerate(verbs):
        if _NO_ORDER.search(said[: verb.start()]) and not _NOT.search(said[: verb.start()]):
            continue
        end = verbs[place + 1].start() if place + 1 < len(verbs) else len(said)
        other = _AVOID_INSTEAD.search(said, verb.end(), end)
        end = other.start() if other else end
        shares = behind >= 0 and _CARRIES_ON.fullmatch(said, behind, verb.start())
        negative = verb["forbid"] is not None or bool(_NOT.search(said[: verb.start()]))
        allowed = (allowed if shares else True) and not negative
        behind = verb.end()
        names = list(_names(text, verb.end(), end))
        if _ANYTHING.fullmatch(verb.group()) and not QUOTED.search(text[verb.end() : end]):
            continue
        if not names and _SELLS_MORE.fullmatch(verb.group()):
            names = [verb.group()]
        for name in names:
            yield name, allowed


_CARRIES_ON = re.compile(r"\s*|\W*(?:or|nor|ou|nem)\W+")  # between "refrain from" and "offering"
_SELLS_MORE = re.compile(r"(?:up|cross)-?sell(?:ing)?")


def _is_deed(text: str, said: str, verb: re.Match[str]) -> bool:
    """Whether a word orders something: not in quotation marks, no thing of that name, not told in the passive."""
    before = said[: verb.start()]
    if _is_quoted(text, verb.start()):
        return False
    if _BEING.search(before):
        return bool(_OF_CLIENTS.search(re.split(r"[.;]", before)[-1]))
    return not _THING.fullmatch(verb.group()) or bool(_DEED.search(before))


def _is_quoted(text: str, place: int) -> bool:
    return any(found.start() < place < found.end() for found in QUOTED.finditer(text))


def _names(text: str, start: int, end: int, subject: bool = False) -> Iterator[str]:
    """Yield the names in a stretch: what is quoted, else the words up to where the name of a thing ends."""
    stretch = text[start:end]
    quoted = [found["name"].strip(" .,") for found in QUOTED.finditer(stretch)]
    if quoted:
        yield from quoted
        return
    said = stretch.strip()
    said = re.sub(r"^.*?\b(?:if|when|for|to)\b.*?,\s*", "", said) if subject else said
    plain = flat(said)
    light = _LIGHT.match(plain)
    said = said[light.end() :] if light else said
    stop = _STOPS.search(f"{flat(said)} ")
    for name in _JOINED.split(said[: stop.start()] if stop else said):
        light = _LIGHT.match(flat(f"{name} "))
        name = name[light.end() :].strip(" -") if light else name.strip(" -")
        if 2 < len(name) <= 60 and not _EMPTY.match(flat(name)) and len(name.split()) <= 7:
            yield name
