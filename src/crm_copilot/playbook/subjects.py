"""What a question is about: its words without those that only ask, and whether a text or a name speaks of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crm_copilot.playbook.wording import flat

_ASKING = frozenset(
    """what whats which who whom whose when where why how is are am was were be been do does did done can could may
    might must shall should will would i we you they he she it me us our your their my the a an any some this
    that these those of on in at to for from with about by and or not if as into than then so there here please
    tell show give say says said mean means let know need want have has had get got ever still now today
    tomorrow policy policies rule rules playbook guideline guidelines guidance regarding concerning according
    official position stance text document company's ours allowed allow permitted permit supposed okay ok fine
    possible discuss discussing talk talking mention mentioning bring raise client clients customer customers
    account accounts someone anyone rep reps off high-spend low-spend what's who's much many big high low amount
    give given giving grant offer offered propose proposed pitch send show sell promise thing things stuff case
    quickly soon fast
    handle handling deal regards around per there's exactly que qual quais quem quando onde como o os as um uma
    de do da dos das em no na nos nas para com por e ou se eu nos posso podemos pode devo devemos deve ser foi
    sobre politica politicas regra regras diz dizer fala falar cliente clientes nossa nosso isso este esta a ao
    pelo pela permitido industry industries sector sectors vertical setor setores ramo ramos area alguma
    algum coisa algo nada anything something nothing""".split()
)
_ENDINGS = (
    "ations", "ation", "ments", "ment", "ings", "ing", "ies", "ed", "es", "ers", "er", "ly", "s", "e", "y", "al",
)  # fmt: skip
_SAME = tuple(
    frozenset(words.split())
    for words in (
        "price pricing prices rate rates cost",
        "sign signs signed signature approve approves approved approval",
        "discount discounts rebate rebates desconto descontos",
        "instalment instalments installment installments parcela parcelas",
        "review reviews rating ratings avaliacao avaliacoes",
        "ad ads advert adverts advertisement advertisements",
        "meet meeting meetings met visit visits",
        "late delayed delay delays",
        "delivery deliveries delivered shipping shipment entrega entregas",
        "freight shipping frete",
        "finance financial financeiro financeira financas",
        "healthcare health saude",
        "retail varejo varejista",
        "education educacao",
        "automotive automobile automotivo automotiva",
        "electronics eletronicos eletronica",
        "video videos",
        "cross-selling cross-sell crosssell crossselling",
    )
)


def keywords(question: str) -> list[str]:
    """Return the words of a question that say what it is about, in order."""
    words = re.findall(r"[^\W_]+(?:[-'][^\W_]+)*", re.sub(r"'s\b", "", flat(question)))
    return list(dict.fromkeys(word for word in words if word not in _ASKING and _tells(word)))


def _tells(word: str) -> bool:
    """Whether a word says anything by itself: of numbers only years do."""
    return len(word) == 4 if word.isdigit() else len(word) > 2


def share_of(words: Sequence[str], text: str) -> float:
    """Return the share of the words that a text has, 0 to 1, inflected ones and a few synonyms counted."""
    said = {form for word in re.findall(r"[^\W_]+(?:[-'][^\W_]+)*", flat(text)) for form in (word, *word.split("-"))}
    stems = {_stem(word) for word in said}
    found = [word for word in words if all(_is_said(part, said, stems) for part in word.split("-")) or word in said]
    return len(found) / len(words) if words else 0.0


def _is_said(word: str, said: set[str], stems: set[str]) -> bool:
    return word in said or _stem(word) in stems or any(word in same and said & same for same in _SAME)


def covers(name: str, topic: str) -> bool:
    """Whether a name speaks of any word of a topic."""
    return share_of(keywords(topic), name) > 0


def same_thing(name: str, topic: str) -> bool:
    """Whether a name and a topic mean the same thing: all words of one are in the other, as "premium video" in
    "premium video ads".
    """
    first, second = keywords(name), keywords(topic)
    return bool(first and second) and (share_of(first, topic) == 1 or share_of(second, name) == 1)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: len(word) - len(ending)]
    return word
