"""What was said to whom: "what did Eva do for Farol in March", "who met Farol", "when did we last talk to them".

The words here say that records of contacts are asked for, and in which form. Names, days and kinds of contact are found
by the tool, which knows the data. A cue that could also be about orders counts only beside something like a name.
"""

from __future__ import annotations

import re
from typing import Literal

from crm_copilot.library.plan import Special
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.ordinary import is_function_word, is_ordinary
from crm_copilot.understanding.specials.asked import Asked, Told, special
from crm_copilot.understanding.text import plain

FUNCTION = "what_was_said"
_PARTIES = ("client_name", "account_manager", "manager")
_NAMED, _UNNAMED, _FRAGMENT_WORDS = 0.95, 0.8, 9

_CONTACTS = (
    r"(?:phone ?)?calls?|e-?mails?|mails?|meetings?|notes?|interactions?|conversations?|contacts?|correspondence|talks"
    r"|discussions?|touch ?points?|communications?|exchanges?|visits?|dealings"
    r"|ligac(?:ao|oes)|chamadas?|reuni(?:ao|oes)|mensage(?:m|ns)|conversas?|contatos?|anotac(?:ao|oes)|notas"
    r"|interac(?:ao|oes)|visitas?|tratativas?|atendimentos?"
)
_SAID = (
    r"say|said|tell|told|discuss(?:ed)?|talk(?:ed)?|speak|spoke|spoken|promised?|agreed?|wr[io]te|written|offer(?:ed)?"
    r"|mention(?:ed)?|decide[d]?|complain(?:ed)?|settled?|propose[d]?|report(?:ed)?|answer(?:ed)?|repl(?:y|ied)"
    r"|negotiate[d]?|hear|heard|learn(?:ed|t)?|go over|went over|cover(?:ed)?|come up|came up|raise[d]?|pitch(?:ed)?"
)
_DISSE = (
    r"disse(?:mos|ram)?|dito|fal(?:ou|amos|aram|ado)|combin(?:ou|amos|aram|ado)|discuti(?:u|mos|ram|do)"
    r"|promet(?:eu|emos|eram|ido)|acert(?:ou|amos|aram|ado)|acord(?:ou|amos|aram|ado)|trat(?:ou|amos|aram|ado)"
    r"|convers(?:ou|amos|aram|ado)|escrev(?:eu|emos|eram)|ofere(?:ceu|cemos|ceram|cido)|decidi(?:u|mos|ram|do)"
    r"|reclam(?:ou|aram)|respond(?:eu|emos|eram)|negoci(?:ou|amos|aram|ado)|ficou (?:decidido|combinado|acertado)"
)


def _cue(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of several lines: a space is a space, but at line ends, at bars and around gaps it is none."""
    joined = re.sub(r"\s*\n\s*", "", pattern)
    return re.compile(re.sub(r" ?(\||\.\{0,\d+\}) ?", r"\1", joined))


_ASKS_BACK = r"(?:have|has|had|did|does|do|was|were|is|are|'s|'ve)"
# Cues that speak of contacts by themselves.
_STRONG = _cue(
    rf"""\bwhat (?:was|were|has been|have been|got|had been) (?:\w+ )?(?:{_SAID})\b
      | \bwhat (?:all )?(?:did|have|has|had) (?:we|i|the team|anyone|everybody|our \w+) (?:\w+ )?(?:{_SAID})\b
      | \b(?:summar\w+|recap\w*|sum up|digest|run ?down|overview|gist|highlights|minutes|key points|takeaways|wrap up
          |resum\w+|panorama)\b .{{0,60}} \b(?:{_CONTACTS})\b
      | \b(?:{_CONTACTS})\b .{{0,60}} \b(?:summar\w+|recap|in (?:brief|short)|overview|digest|resum\w+)\b
      | \bwho (?:said|told) what\b | \bwhat was said\b | \bo que (?:\w+ )?(?:foi|ficou) (?:{_DISSE})\b
      | \bo que (?:foi )?(?:{_DISSE})\b .{{0,30}} \b(?:com|para|a|ao|pela|pelo)\b"""
)
# Cues that speak of contacts beside a name.
_WEAK = _cue(
    rf"""\bwhat (?:all )?{_ASKS_BACK}? ?(?:\S+ ){{0,6}}?(?:{_SAID}|do|done|did|doing|been up to|up to|happen(?:ed)?
          |going on|work(?:ed)? on|accomplish(?:ed)?|achieve[d]?|want(?:ed)?|ask(?:ed)?|promise[d]?|get done)\b
      | \bwhat (?:did|has|have|was)\b .{{0,60}} \b(?:{_CONTACTS})\b
      | \bwhat(?:'s|s| is| are|) (?:the )?(?:new|latest|news|up|status|story|situation|state of play)\b
      | \b(?:any|the|some) (?:news|updates?|developments|progress|word)\b .{{0,12}}\b(?:on|from|with|about|at|of)\b
      | \b(?:where|how) (?:do|are|did|have|is|were) (?:we|things|it|you|they) (?:\w+ ){{0,2}}?
          (?:stand|with|going|at|left)\b
      | \b(?:bring|catch|fill|get) (?:me|us) (?:up|in)\b | \bupdate (?:me|us)\b | \bbrief (?:me|us)\b
      | \b(?:briefing|status|update|history|background|timeline|story|relationship|dealings|log|record|recap|summary
          |rundown|summari[sz]e|sum up|overview)\b .{{0,25}}\b(?:on|with|of|for|about|at|between)\b
      | \b(?:tell|remind|show|give|list|read|pull up|find|get) (?:me |us )?.{{0,40}} \b(?:{_CONTACTS})\b
      | \b(?:remind|tell) (?:me|us) (?:of |about )?(?:what|who|how|when)\b
      | \b(?:our|all|latest|last|recent|the) (?:\w+ )?(?:{_CONTACTS}) (?:with|of|by|from|to|between|at)\b
      | \bo que (?:\S+ ){{0,6}}?(?:{_DISSE}|fez|fizeram|fizemos|fazendo|aconteceu|rolou|houve|ha de novo|tem de novo
          |pediu|pediram|quer|queria|andou fazendo|anda fazendo|esta fazendo)\b
      | \b(?:novidades?|noticias?|atualizac\w+|historico|situacao|andamento|status|resumo|resum\w+)\b
          .{{0,25}}\b(?:de|do|da|com|sobre|dos|das|entre)\b
      | \b(?:como (?:anda|andam|esta|estao|vai|vao|foi|foram)|em que pe) .{{0,30}}\b(?:com|d[aeo])\b
      | \b(?:liste|mostre|mostra|lista|traga|quais (?:foram|sao)|leia|ver)\b .{{0,40}} \b(?:{_CONTACTS})\b"""
)
_WHO = _cue(
    r"""\bwho(?:m)? (?:all |else |from our side |of us |in the team |on our team |exactly )?
         (?:did|has|have|had|was|is|were)?\ ?(?:\S+ ){0,3}?
         (?:met|meet|call(?:ed)?|talk(?:ed|ing)?|sp[oe]ken?|speak|wr[oi]te|written|e-?mail(?:ed)?|mail(?:ed)?|phoned?|rang
           |contact(?:ed)?|visit(?:ed)?|s[ae]en?|handled?|dealt|deal|work(?:ed)? with|in touch|in contact|reached out
           |looked after|had a (?:call|meeting))\b
      | \b(?:which|what) (?:of our |of the )?(?:managers?|colleagues?|reps?|compan(?:y|ies)|accounts?|clients?)
         .{0,40} \b(?:met|meet|called|call|talked|talk|spoke|speak|wrote|contacted|visited|visit|seen?)\b
      | \b(?:quem|com quem) (?:\S+ ){0,4}?
         (?:falou|falaram|conversou|reuniu|reuniram|encontrou|ligou|escreveu|visitou|atendeu|contatou|tratou|esteve|falamos
           |se encontrou|fez contato)\b
      | \bquais (?:gerentes?|empresas?|clientes?|contas?) .{0,40}
         \b(?:falou|falaram|conversou|reuniu|encontrou|ligou|visitou|atendeu|contatou)\b"""
)
_LAST = _cue(
    rf"""\bwhen (?:did|was|have|has|had|were) .{{0,40}} \blast\b
      | \bwhen (?:did|was|have|has) (?:the )?(?:last|latest)\b
      | \bwhen last\b | \blast (?:time|heard|spoke|talked|contacted|in touch)\b
      | \b(?:last|latest|most recent) (?:{_CONTACTS})\b
      | \bwhen (?:did|have|has) (?:\S+ ){{1,3}}(?:most recently)\b
      | \bhow long (?:since|ago) .{{0,40}}\b(?:{_SAID}|contact)\b
      | \bquando .{{0,50}} \b(?:por ultimo|pela ultima vez|ultim[ao])\b | \bultima vez\b
      | \bultim[ao] (?:{_CONTACTS})\b"""
)
_ENDS = _cue(
    r"""\b(?:went|gone|going|did|works?|worked|goes) (?:\w+ )?(?:well|badly|wrong|right|poorly)\b (?=.*\b(?:badly|wrong
          |poorly|deals?|won|lost|accounts?|clients?|manager|did ?n.t|not|with|for)\b)
      | \b(?:won and lost|lost and won|wins and losses|losses and wins|win/loss|wins? (?:or|vs\.?|versus) loss(?:es)?)\b
      | \bwhy (?:did|do|have|are|were) (?:we|they|\S+) (?:\S+ ){0,2}?(?:win|won|lose|lost|losing|winning)\b
      | \b(?:lessons|learn(?:ed|t)?|learnings)\b .{0,40} \b(?:won|lost|wins|losses|deals)\b
      | \bo que (?:deu|foi|correu|funcionou) (?:certo|errado|bem|mal|e)\b
      | \b(?:ganhos e perd\w+|perd\w+ e ganh\w+|ganhas e perdidas|vitorias e derrotas)\b
      | \bpor ?que (?:\S+ ){0,2}?(?:perdemos|ganhamos|perdeu|ganhou|perderam|ganharam)\b"""
)
_COUNTED = _cue(
    r"""\bhow (?:many|much|often)\b | \b(?:number|count|share|percentage|average|total|sum|trend) of\b
      | \b(?:per|by|each) (?:month|week|day|year|quarter|kind|type|industry)\b | \btop \d+\b | \bmost\ often\b
      | \bquant[oa]s?\b | \b(?:numero|quantidade|media|total|percentual) de\b | \bpor (?:mes|semana|dia|ano|tipo)\b
      | \b(?:revenue|spent|spend|spending|bought|buy|ordered|purchased?|sold|sell|comprou|compraram|gastou|vendeu)\b"""
)
Form = Literal["summary", "who", "last", "ends"]


def recall(asked: Asked) -> Told | None:
    """Read a question about records of contacts; None for one about numbers or anything else."""
    form, named = _form(asked.text, named_in(asked.draft))
    if form is None:
        return None
    return Told(special(FUNCTION, question=asked.draft.question, form=form), _NAMED if named else _UNNAMED)


def _form(text: str, named: bool) -> tuple[Form | None, bool]:
    """Return in which form the records are asked for, and whether somebody is named."""
    if _ENDS.search(text):
        return "ends", named
    if _COUNTED.search(text):
        return None, named
    if named and _LAST.search(text):
        return "last", True
    if named and _WHO.search(text):
        return "who", True
    if _STRONG.search(text) or (named and _WEAK.search(text)):
        return "summary", named
    return None, named


def named_in(draft: Draft) -> bool:
    """Whether a manager or a company is named, or a word stands there that is a name or nothing."""
    if any(sense.name in _PARTIES for item in draft.items for sense in item.senses if sense.kind == "value"):
        return True
    return any(_is_name(word, draft.question) for word in draft.unread())


def _is_name(word: str, question: str) -> bool:
    key = plain(word)
    if word[:1].isupper() and question.find(word) > 0:
        return not is_function_word(key)
    return word.isalpha() and len(word) > 2 and not is_ordinary(key)


# ------------------------------------------------------------------------------------------------- what follows

_LEANS = _cue(
    r"^(?:and|also|what about|how about|only|just|or|no,?|i mean[t]?|the one|e|e (?:o|a|os|as|em|com|para)|apenas|so"
    r"|somente|quis dizer|mas)\b|^(?:in|on|during|with|for|em|no|na|com|para|last|this|since)\b"
)


def follow(asked: Asked, before: Special) -> Special | None:
    """Change the scope of what was told: "and in April?", "and Rafael?", or the name that was asked back."""
    if recall(asked) is not None or len(asked.text.split()) > _FRAGMENT_WORDS or _COUNTED.search(asked.text):
        return None
    alone = named_in(asked.draft) and len(asked.text.split()) <= 4
    if not (alone or (_LEANS.search(asked.text) and (asked.periods or named_in(asked.draft)))):
        return None
    given = dict(before.params)
    then = " ".join(part for part in (given.get("then", ""), asked.draft.question) if part)
    return special(FUNCTION, **{**given, "then": then})
