"""The words that ask what to offer, or to whom; all without accents and case, English and Portuguese."""

from __future__ import annotations

import re

_PEOPLE = r"(?:who|whom|customers?|clients?|people|buyers?|shoppers?|quem|clientes?|compradores?|pessoas|consumidores)"
_MAY = (
    r"(?:would|could|might|may|will|should|can|shall|going to|ought to|want to"
    r"|deve(?:mos|ria\w*)?|devo|pode(?:mos|ria\w*|m)?|posso|vai|vao|quer(?:em)?|gostaria\w*(?: de)?|tende(?:m)? a|ia)"
)
_ASIDE = (
    r"(?:(?:i|we|you|they|most|more|likely|probably|really|also|still|best|actually|next|eu|nos|a gente|mais|tambem"
    r"|provavelmente) )*"
)
_TAKE = (
    r"(?:buy|take|want|like|love|need|get|purchase|order|go for|choose|enjoy|appreciate|respond|say yes"
    r"|comprar|levar|querer|gostar|pedir|precisar|aceitar)"
)
_GIVE = (
    r"(?:offer|pitch|recommend|suggest|sell|propose|target|approach|contact|call|e-?mail|mail|send|reach|invite|present"
    r"|promote|oferecer|ofertar|recomendar|sugerir|vender|propor|abordar|contatar|ligar|mandar|enviar|apresentar)"
)
_TO_WHOM = r"(?:to whom|whom to|to which (?:customers?|people)|a quem|(?:para|a) (?:quem|(?:quais|que) clientes))"
OFFER = re.compile(
    r"\b(?:offer|recommend|suggest|pitch|propose|cross-?sell|up-?sell|sell|promote|present|interest|ideas?|suits?|fits?"
    r"|in front of|lead with|bring up"
    r"|right for|appeal|next best|best next|likely|good for|attract|tempt"
    rf"|{_MAY}\b.{{0,45}}\b{_TAKE}\b|(?:buy|purchase|order|take) next|next (?:purchase|order|buy)"
    r"|oferec\w+|ofert\w+|recomend\w+|suger\w+|sugestao|sugestoes|indic\w+|indiqu\w+|propor|vender|ideias?|combina\w*|agrad\w+"
    rf"|proxima (?:compra|vez)|(?:comprar|levar) a seguir|interess\w+|compraria|levaria|{_MAY} (?:\w+ )?{_TAKE})"
)
WHO = re.compile(
    rf"\b{_PEOPLE}\b.{{0,40}}\b(?:{_MAY} {_ASIDE}(?:{_TAKE}|{_GIVE})"
    r"|(?:is|are|be) (?:most |more )?(?:likely|interested|keen)|most likely|likeliest"
    rf"|to {_GIVE}"
    r"|(?:mais |maior )?(?:provave\w+|chances?|propens\w+|probabilidade|inclinad\w+|afinidade)|compraria\w*|levaria\w*"
    r"|teria(?:m)? interesse|interessad\w+)\b"
    rf"|\b{_GIVE}\b.{{0,60}}\b{_TO_WHOM}\b|\b{_TO_WHOM}\b.{{0,40}}\b(?:{_GIVE}|oferec\w+|recomend\w+|ofert\w+|vend\w+)\b"
    r"|\b(?:prospects?|target (?:list|group|audience)|audience"
    r"|(?:likely|potential) (?:buyers?|takers?|customers?|clients?)|publico[- ]alvo"
    r"|(?:potenciais|possiveis) (?:clientes|compradores))\b"
    r"|\b(?:send|plan\w*|build|run|launch|prepar\w+|mandar|envi\w+|fazer|lancar|planej\w+|montar)\b.{0,50}"
    r"\b(?:campaign|mailing|newsletter|campanha)\b"
)
ALIKE = re.compile(
    r"\b(?:similar\w*|alike|resembl\w+|comparable|substitut\w+|alternativ\w+|equivalent\w*|like|instead of|in place of"
    r"|replac\w+|close to|closest|nearest|parecid\w+|semelhante\w*|em vez d[eoa]|no lugar d[eoa]|proximos? d[eoa])\b"
)
_BOUGHT = (
    r"(?:buys?|bought|takes?|took|taken|orders?|ordered|purchased?|gets?|goe?s?|sells?|sold|pairs?|paired|combines?)"
)
TOGETHER = re.compile(
    rf"\b(?:together|baskets?|carts?|accompan\w+|alongside|{_BOUGHT} (?:\w+ )?(?:along )?with|{_GIVE} (?:\w+ )?with"
    r"|juntos?|juntas?|acompanha\w*|combina\w*|carrinhos?|cestas?|(?:leva\w*|vai|vao|compra\w*|vend\w+) (?:\w+ )?com)\b"
)
ALSO = re.compile(
    rf"\b(?:also|else|as well|too)\b.{{0,60}}\b{_BOUGHT}\b|\b{_BOUGHT}\b.{{0,60}}\b(?:also|else|as well|too)\b"
    r"|\btambem\b.{0,30}\b(?:compr|lev)\w+|\b(?:compr|lev)\w+\b.{0,60}\b(?:tambem|o que mais)\b"
    r"|\bo que mais\b.{0,40}\b(?:compr|lev)\w+"
)
NEXT_BEST = re.compile(
    r"\bnext best (?:offer|product|action)\b|\bbest next offer\b"
    r"|\bmelhor (?:proxima )?oferta\b|\bproxima melhor oferta\b"
)
COUNTED = re.compile(r"\bhow (?:many|much|often)\b|\bquant[oa]s?\b")
DONE = re.compile(r"\b(?:did|has|have|had) .{0,40}\b(?:buy|bought|spen[dt]|order(?:ed)?)\b")
GIVEN = re.compile(
    rf"\b(?:{_GIVE}|oferec\w+|ofert\w+|recomend\w+|suger\w+|indic\w+|indiqu\w+|vender|ideas?|ideias?|next)\b"
)
PAST = re.compile(
    r"\b(?:did|was|were|had|has|have|last|made|said|told|foi|foram|fizemos|oferecemos|ultim\w+|disse\w*)\b"
)
BARE = re.compile(r"\b(?:top|show|give|list|only|just|me|mostre|liste|apenas|so) (?P<n>\d{1,9})\b(?! (?:days?|dias|%))")
