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
_KNOWN, _NAMED, _UNNAMED = 0.95, 0.9, 0.8
_FRAGMENT_WORDS, _FEWEST_WORDS = 9, 3
# What a question about numbers mentions.
_NUMBERS = ("metric", "quantity", "agg", "transform", "compare", "order", "dimension", "grain")

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
    """Compile a pattern of lines: a space is a space, but at line ends, behind bars and around gaps it is none."""
    joined = re.sub(r"\s*\n\s*", "", pattern)
    return re.compile(re.sub(r" ?(\.\{0,\d+\}) ?", r"\1", re.sub(r" ?\| ", "|", joined)))


_ASKS_BACK = r"(?:have|has|had|did|does|do|was|were|is|are|'s|'ve)"
# Cues that speak of contacts by themselves.
_STRONG = _cue(
    rf"""\bwhat (?:was|were|has been|have been|got|had been) (?:\w+ )?(?:{_SAID})\b
      | \bwhat (?:all )?(?:did|have|has|had) (?:we|i|the team|anyone|everybody|our \w+) (?:\w+ )?(?:{_SAID})\b
      | \b(?:summar\w+|recap\w*|sum up|digest|run ?down|overview|gist|highlights|minutes|key points|takeaways|wrap up
          |resum\w+|panorama)\b .{{0,60}} \b(?:{_CONTACTS})\b
      | \b(?:{_CONTACTS})\b .{{0,60}} \b(?:summar\w+|recap|in (?:brief|short)|overview|digest|resum\w+)\b
      | \bwhat(?:ever)? (?:we|they|he|she)(?: and (?:we|they|us|them))? (?:have |has )?(?:{_SAID})\b
      | \bwho (?:said|told) what\b | \bwhat was said\b | \bo que (?:\w+ )?(?:foi|ficou) (?:{_DISSE})\b
      | \bo que (?:foi )?(?:{_DISSE})\b .{{0,30}} \b(?:com|para|a|ao|pela|pelo)\b"""
)
# Cues that speak of contacts beside a name.
_WEAK = _cue(
    rf"""\bwhat (?:all )?{_ASKS_BACK}? ?(?:\S+ ){{0,6}}?(?:{_SAID}|do|done|did|doing|been up to|up to|happen(?:ed)?
          |going on|work(?:ed)? on|accomplish(?:ed)?|achieve[d]?|want(?:ed)?|ask(?:ed)?|promise[d]?|get done)\b
      | \bwhat (?:did|has|have|was)\b .{{0,60}} \b(?:{_CONTACTS})\b
      | \bwhat(?:'s|s| is| are|) (?:the )?(?:new|latest|news|up|status|story|situation|state of play)\b
      | \bwhat (?:was|were|is|are) (?:it|they|that|this|those) (?:all )?about\b | \bback[ -]and[ -]forth\b
      | \b(?:unhappy|upset|worried|concern(?:s|ed)?|complain\w*|objections?|open points?|pending|commitments?)\b
      | \b(?:pendente|pendencias?|insatisfeit\w+|reclamac\w+|objec(?:ao|oes))\b
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
_WEAK_WORD = re.compile(rf"(?:{_CONTACTS}|{_SAID}|{_DISSE}|complain\w*|objection\w*|commitment\w*|reclam\w+)")
_WHO = _cue(
    r"""\bwho(?:m|'s)? (?:all |else |(?:from|on) our (?:side|team) |of us |in the team |on our team |exactly )?
         (?:did|has|have|had|was|is|were)?\ ?(?:\S+ ){0,3}?
         (?:met|meet|call(?:ed)?|talk(?:ed|ing)?|sp[oe]ken?|speak|wr[oi]te|written|e-?mail(?:ed)?|mail(?:ed)?|phoned?|rang
           |contact(?:ed)?|visit(?:ed)?|saw|seen?|handled?|dealt|deal(?:ing)?|looking after|taking care
           |work(?:ed)? with|in touch|in contact|reached out|looked after|had a (?:call|meeting))\b
      | \b(?:which|what) (?:of our |of the )?(?:managers?|colleagues?|people|reps?|compan(?:y|ies)|accounts?|clients?)
         .{0,40} \b(?:met|meet|called|call|talked|talk|spoke|speak|wrote|contacted|visited|visit|saw|seen?|dealt)\b
      | \b(?:quem|com quem) (?:\S+ ){0,4}?
         (?:falou|falaram|conversou|reuniu|reuniram|encontrou|ligou|escreveu|visitou|atendeu|contatou|tratou|esteve|falamos
           |se encontrou|fez contato)\b
      | \bquais (?:gerentes?|empresas?|clientes?|contas?) .{0,40}
         \b(?:falou|falaram|conversou|reuniu|encontrou|ligou|visitou|atendeu|contatou)\b"""
)
_LAST = _cue(
    rf"""\bwhen (?:did|was|have|has|had|were) .{{0,40}} \blast\b
      | \bwho (?:\S+ ){{0,3}}?(?:last|latest|most recent|most recently) (?:\S+ ){{0,3}}?(?:visit|meet|met|see|saw|call
          |speak|spoke|talk|write|wrote|contact|visited|called|talked|contacted|spoken)\b
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
      | \b(?:where|what|which|onde|o que|quais|que)\b .{0,40} \b(?:w[io]n|wins|ganh\w+)\b .{0,60}
          \b(?:los[et]|losing|losses|perd\w+)\b
      | \b(?:where|what|which|onde|o que|quais|que)\b .{0,40} \b(?:los[et]|losing|perd\w+)\b .{0,60}
          \b(?:w[io]n|wins|ganh\w+)\b
      | \b(?:won and lost|lost and won|wins and losses|losses and wins|win/loss|wins? (?:or|vs\.?|versus) loss(?:es)?)\b
      | \bwhy (?:did|do|have|are|were) (?:we|they|\S+) (?:\S+ ){0,2}?(?:win|won|lose|lost|losing|winning)\b
      | \bwhat (?:made|makes|caused|cost|led|drove) (?:us|them|\S+) (?:to )?(?:\S+ ){0,2}?(?:lose|lost|win)\b
      | \b(?:which|what) (?:\S+ ){0,2}?(?:deals?|accounts?|clients?|business|renewals?)\b .{0,40}
          \b(?:lose|lost|win|won)\b .{0,40} \b(?:why|how come|what for|reasons?)\b
      | \b(?:won|wins|lost|losses)\b .{0,40} \b(?:differ\w*|compar\w*|versus|vs|unlike|apart|against)\b .{0,40}
          \b(?:won|wins|lost|losses)\b
      | \b(?:lost|won|winning|losing) (?:deals?|accounts?|clients?)\b .{0,25}
          \b(?:in common|tell us|teach\w*|because of)\b
      | \b(?:quais|que) (?:\S+ ){0,2}?(?:negocios?|contas?|clientes?|contratos?)\b .{0,40}
          \b(?:perd\w+|ganh\w+)\b .{0,40} \bpor ?que\b
      | \b(?:lessons|learn(?:ed|t)?|learnings)\b .{0,40} \b(?:won|lost|wins|losses|deals)\b
      | \bo que (?:deu|foi|correu|funcionou) (?:certo|errado|bem|mal|e)\b
      | \b(?:ganhos e perd\w+|perd\w+ e ganh\w+|ganhas e perdidas|vitorias e derrotas)\b
      | \bpor ?que (?:\S+ ){0,2}?(?:perdemos|ganhamos|perdeu|ganhou|perderam|ganharam)\b"""
)
_COUNTED = _cue(
    r"""\bhow (?:many|much|often)\b | \b(?:number|count|share|percentage|average|total|sum|trend) of\b
      | \b(?:per|by|each) (?:month|week|day|year|quarter|kind|type|industry)\b | \btop \d+\b | \bmost\ often\b
      | \bquant[oa]s?\b | \b(?:numero|quantidade|media|total|percentual) de\b | \bpor (?:mes|semana|dia|ano|tipo)\b
      | \b(?:revenue|spent|spend|spending|bought|buy|ordered|purchased?|sold|sell|comprou|compraram|gastou|vendeu)\b
      | \b(?:invoiced?|bill(?:ed)?|charged?)\b
      | \b(?:turn(?:ed)?\ over|turnover|take\ in|took\ in|earn(?:ed)?|at\ what\ (?:hour|time)|peak(?:s|ed)?|faturamos
          |orders?\b .{0,20} \b(?:peak|come\ in))\b"""
)
# What is still to be done, and what is asked of the playbook.
_UPCOMING = _cue(
    rf"""\b(?:got|have|having|i've|we've|there is|there's|tenho|temos) (?:an? |uma? |my |the )?(?:\w+ )?
          (?:{_CONTACTS})\b .{{0,60}} \b(?:tomorrow|today|tonight|this (?:morning|afternoon|evening)|next|soon|shortly
          |on (?:mon|tues|wednes|thurs|fri)day|in (?:an?|\d+) (?:hours?|minutes?)|amanha|hoje|semana que vem
          |proxim[ao])\b"""
)
_ADVICE = _cue(
    r"""\b(?:pitch|upsell|cross-?sell|recommend|suggest|may (?:i|we)|can (?:i|we) (?:offer|give|sell|discount)|allowed
          |policy|playbook|rules?|should (?:i|we)|entitled|eligible)\b
      | \b(?:recomend\w+|posso oferecer|podemos oferecer|devo|devemos|politica|regras?)\b"""
)
# Beside a manager or a company: "which deals has Marcos won?", "why did Farol leave us?".
_ENDED = _cue(
    r"""\b(?:deals?|business|contracts?|renewals?|negocios?|contratos?)\b .{0,40} \b(?:w[io]n|los[et]|ganh\w+|perd\w+)\b
      | \b(?:w[io]n|los[et]|ganh\w+|perd\w+)\b .{0,25} \b(?:deals?|business|contracts?|renewals?|negocios?|contratos?)\b
      | \b(?:reasons?|why|por ?que|motivos?)\b .{0,40} \b(?:left|leave|leaving|quit|churn\w*|saiu|sairam|deixou)\b"""
)
Form = Literal["summary", "who", "last", "ends"]


def recall(asked: Asked) -> Told | None:
    """Read a question about records of contacts; None for one about numbers or anything else."""
    draft = asked.draft
    named = _named(draft)
    form = _form(asked.text, named, bool(draft.parties)) or ("summary" if _asks_of_company(asked) else None)
    if form is None:
        return None
    sure = _KNOWN if draft.parties else _NAMED if named else _UNNAMED
    return Told(special(FUNCTION, question=draft.question, form=form), sure)


def outright(asked: Asked) -> Told | None:
    """Read a question that speaks of contacts outright, which then asks for nothing else."""
    return recall(asked) if _STRONG.search(asked.text) else None


def asks_of_ends(text: str) -> bool:
    """Whether a text asks both for what was won and for what was lost."""
    return bool(_ENDS.search(text))


def _form(text: str, named: bool, known: bool = False) -> Form | None:
    """Return in which form the records are asked for."""
    if _ENDS.search(text):
        return "ends"
    if _is_other(text):
        return None
    if known and _ENDED.search(text):
        return "ends"
    if named and _LAST.search(text):
        return "last"
    if named and _WHO.search(text):
        return "who"
    return "summary" if _STRONG.search(text) or (named and _WEAK.search(text)) else None


def _is_other(text: str) -> bool:
    """Whether a count, advice, or what is still to come is spoken of."""
    return any(cue.search(text) for cue in (_COUNTED, _ADVICE, _UPCOMING))


def _asks_of_company(asked: Asked) -> bool:
    """Whether a company is named and nothing that could be counted: what else than the contacts could be meant?"""
    draft = asked.draft
    sides = {link.column for link in draft.parties}
    if _is_other(asked.text):
        return False
    if len(sides) > 1:
        return True
    if any(draft.has(kind) for kind in _NUMBERS):
        return False
    things = any(item.kind == "entity" and item.name != "interaction" for item in draft.items)
    if things and not re.search(rf"\b(?:{_SAID}|{_CONTACTS}|{_DISSE})\b", asked.text):
        return False
    return "company" in sides and len(asked.text.split()) > _FEWEST_WORDS


def _named(draft: Draft) -> bool:
    return bool(draft.parties) or _seems_named(draft)


def _seems_named(draft: Draft) -> bool:
    """Whether a word stands there that is a name or nothing; the words of contacts are none."""
    return any(_is_name(word, draft.question) for word in draft.unread() if not _WEAK_WORD.fullmatch(plain(word)))


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
    alone = _named(asked.draft) and len(asked.text.split()) <= 4
    if not (alone or (_LEANS.search(asked.text) and (asked.periods or _named(asked.draft)))):
        return None
    given = dict(before.params)
    then = " ".join(part for part in (given.get("then", ""), asked.draft.question) if part)
    return special(FUNCTION, **{**given, "then": then})
