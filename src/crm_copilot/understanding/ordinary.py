"""Words that are no names: common words of English and Portuguese, and those of questions about contacts."""

from __future__ import annotations

from functools import cache

from crm_copilot.understanding.lexicon import lexicon
from crm_copilot.understanding.spelling import english_words
from crm_copilot.understanding.text import key_of

_WORDS = frozenset(
    """
    a about all an and any are as at be been by can could did do does done each else ever for from had has have he her
    him his how i in is it its just last latest me more most my new next no not now of off on one or our out over own
    please said say see she so some than that the their them then there they this those through to too up us via was we
    well were what when where which while who whom whose why will with would yet you your hey hi met ask let got get
    calls call called mail mails mailed email emails e meeting meetings meet note notes visit visits visited touch base
    summarise summarize summary recap briefly short quick overview digest minutes timeline story log logged chat chats
    chatted phoned rang ring emailed wrote catch fill bring speed tldr pls plz ok okay thx week weeks month months year
    years quarter quarters day days today yesterday since until till between during within recently lately spoke spoken
    talked talk talks speak discuss discussed agreed agree promise promised won lost win wins loss losses lose losing
    deals deal account accounts client clients customer customers company companies manager managers colleague rep reps
    team everyone everybody anyone anybody somebody someone nobody anything everything something nothing
    o os as um uma uns umas de do da dos das no na nos nas ao aos em por pelo pela pelos pelas para pra com sem sob
    sobre entre ate e ou que qual quais quem quando quanto quantos quanta quantas onde como porque por ja foi foram era
    eram ser sao esta estao estava estavam tem tinha teve tivemos temos ha houve fez fizeram fazer feito disse disseram
    dito falou falaram falamos falado falar conversou conversamos conversaram conversado combinou combinaram combinado
    combinamos discutiu discutiram discutido discutimos tratou trataram tratado prometeu prometeram prometido ligou
    ligaram ligamos escreveu escreveram visitou visitaram encontrou encontraram encontramos reuniu reuniram reunimos
    contatou atendeu ultimo ultima ultimos ultimas vez vezes semana semanas mes meses ano anos trimestre dia dias hoje
    ontem passado passada passados passadas este esta esse essa neste nesta nesse nessa deste desta nosso nossa nossos
    nossas meu minha seu sua deles delas dele dela ele ela eles elas nos se me mais menos muito bem mal certo errado
    resuma resumo resumir resume resumos ligacao ligacoes chamada chamadas reuniao reunioes mensagem mensagens conversa
    conversas contato contatos anotacao anotacoes nota notas visita visitas interacao interacoes gerente gerentes
    cliente clientes empresa empresas conta contas equipe alguem ninguem algo nada tudo novidade novidades noticias
    aconteceu historico ganhos ganhas perdidos perdidas ganhamos perdemos ganhou perdeu negocios negocio desde durante
    mim favor pode voce quero saber diga mostre liste lista conte antes depois agora ainda tambem outro outra
    monday tuesday wednesday thursday friday saturday sunday segunda terca quarta quinta sexta sabado domingo feira
    face person side sides holiday holidays file prep unhappy
    crm amocrm whatsapp telegram b2b
    """.split()
)  # fmt: skip


def is_asked_with(word: str) -> bool:
    """Whether a word (without accents and case) is one that questions about contacts are made of."""
    return word in _WORDS


@cache
def is_function_word(word: str) -> bool:
    """Whether a word (without accents and case) means something in a question: about contacts, or by the lexicon."""
    key = key_of(word)
    return word in _WORDS or key in _WORDS or bool(lexicon().senses(word))


@cache
def is_ordinary(word: str) -> bool:
    """Whether a word is a common word; first names and family names are among them."""
    return is_function_word(word) or word in english_words() or key_of(word) in english_words()
