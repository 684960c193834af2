"""Small words of the answers in English and Portuguese: dates, kinds of contact, scopes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from crm_copilot.domain import Period
from crm_copilot.playbook.saying import listed
from crm_copilot.tools.conversations.scope import Scope

MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split(),
}
KINDS = {
    "en": {"call": ("call", "calls"), "mail": ("mail", "mails"), "meeting": ("meeting", "meetings"),
           "note": ("note", "notes")},
    "pt": {"call": ("ligação", "ligações"), "mail": ("e-mail", "e-mails"), "meeting": ("reunião", "reuniões"),
           "note": ("nota", "notas")},
}  # fmt: skip
SAY = {
    "en": {
        "with": "with", "all": "all contacts", "records": ("record", "records"), "any": "whole record",
        "about": "about “{topic}”", "scope": "Scope", "nothing": "Nothing recorded", "lead": "{scope}: {counts}.",
        "more": "{n} further records are in the table.", "last": "Last contact of {who} with {company}: {day}, {kind}",
        "before": "{n} days before the last day on record", "which": "“{text}” may be {names}: which one do you mean?",
        "nobody": "Nothing recorded: no manager or company is called “{text}” here.", "near": "Did you mean {names}?",
        "cover": "The records run from {first} to {last}.", "absent": "No contacts are loaded: the data have no table "
        "of interactions. Bring them with 'crm connect amocrm' or a file interactions.csv.",
        "elsewhere": "In this scope there are {counts} of other kinds.", "not_about": "{n} records of this scope do not"
        " speak of it.", "won": "won", "lost": "lost", "well": "Went well", "badly": "Went badly", "manager": "manager",
        "company": "company", "ends": "{scope}: {won} won and {lost} lost.", "each": "{name}: {won} won, {lost} lost",
        "the_team": "the team", "until": "{a} to {b}", "everyone": "all managers and companies",
        "names": "Names are looked up among the managers and the companies of the data.",
        "season": "“{season}” is not the same months everywhere: which months do you mean?",
        "no_ends": "Nothing recorded: no deal was marked won or lost in this scope.",
    },
    "pt": {
        "with": "com", "all": "todos os contatos", "records": ("registro", "registros"),
        "any": "todo o registro", "about": "sobre “{topic}”", "scope": "Escopo", "nothing": "Nada registrado",
        "lead": "{scope}: {counts}.", "more": "Mais {n} registros estão na tabela.",
        "last": "Último contato de {who} com {company}: {day}, {kind}", "before": "{n} dias antes do último registro",
        "which": "“{text}” pode ser {names}: de quem se trata?",
        "nobody": "Nada registrado: nenhum gerente ou empresa se chama “{text}” aqui.", "near": "Seria {names}?",
        "cover": "Os registros vão de {first} a {last}.", "absent": "Não há contatos carregados: os dados não têm a "
        "tabela de interações. Traga-os com 'crm connect amocrm' ou um arquivo interactions.csv.",
        "elsewhere": "Neste escopo há {counts} de outros tipos.", "not_about": "{n} registros deste escopo não falam "
        "disso.", "won": "ganhos", "lost": "perdidos", "well": "Deu certo", "badly": "Deu errado",
        "manager": "gerente", "company": "empresa", "ends": "{scope}: {won} ganhos e {lost} perdidos.",
        "each": "{name}: {won} ganhos, {lost} perdidos", "the_team": "a equipe", "until": "{a} a {b}",
        "everyone": "todos os gerentes e empresas",
        "names": "Os nomes são procurados entre os gerentes e as empresas dos dados.",
        "season": "“{season}” não são os mesmos meses em toda parte: quais meses?",
        "no_ends": "Nada registrado: nenhum negócio foi marcado como ganho ou perdido neste escopo.",
    },
}  # fmt: skip


def day(when: date | datetime, language: str) -> str:
    """Return a day in words."""
    name = MONTHS[language][when.month - 1]
    return f"{when.day} {name} {when.year}" if language == "en" else f"{when.day} de {name} de {when.year}"


def kind(name: str, count: int, language: str) -> str:
    """Return a kind of contact, in the plural where there are several; a kind of the company's own as it is."""
    forms = KINDS[language].get(name, (name, name))
    return forms[0] if count == 1 else forms[1]


def counted(kinds: Sequence[str], language: str) -> str:
    """Return "4 records (3 calls and 1 mail)"."""
    each = [(name, kinds.count(name)) for name in dict.fromkeys(kinds)]
    parts = [f"{n} {kind(name, n, language)}" for name, n in sorted(each, key=lambda pair: (-pair[1], pair[0]))]
    one, many = SAY[language]["records"]
    return f"{len(kinds)} {one if len(kinds) == 1 else many} ({listed(parts, language)})"


def scope_in_words(scope: Scope, language: str) -> str:
    """Return who with whom, when, in which way, about what."""
    say = SAY[language]
    who = listed(scope.managers, language)
    company = listed(scope.companies, language)
    parties = f"{who} {say['with']} {company}" if who and company else who or company or str(say["everyone"])
    kinds = listed([kind(name, 2, language) for name in scope.kinds], language)
    when = listed([period_in_words(period, language) for period in scope.periods], language)
    topic = str(say["about"]).format(topic=scope.topic) if scope.topic else ""
    return ", ".join(part for part in (parties, kinds, topic, when or str(say["any"])) if part)


def period_in_words(period: Period, language: str) -> str:
    """Return a month or year by its name, other stretches by their first and last day."""
    first, last = period.start, period.end - timedelta(1)
    if first.day == 1 and (last + timedelta(1)).day == 1 and first.month == last.month and first.year == last.year:
        month = MONTHS[language][first.month - 1]
        return f"{month} {first.year}" if language == "en" else f"{month} de {first.year}"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return str(first.year)
    if first == last:
        return day(first, language)
    return str(SAY[language]["until"]).format(a=day(first, language), b=day(last, language))
