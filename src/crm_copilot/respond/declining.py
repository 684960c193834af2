"""One helpful sentence for what is not answered: why, and what could be asked instead."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from crm_copilot.domain import Attempt, Context
from crm_copilot.library.needs import hidden_of
from crm_copilot.prompts import refusal

_SAY = {
    "en": {
        "unsure": "I am not sure I understand this well enough to give a number I would stand by",
        "words": "I do not know what {words} means in these data",
        "nothing": "I found nothing for this; the data cover {first} to {last}",
        "missing": "These data do not answer this: {why}",
        "unreachable": "I cannot compute that: {why}",
        "hidden": "You may not see {names}, which this needs; an administrator can change that",
        "table": "the table {name}",
        "column": "the column {name} (personal data)",
        "and": " and ",
        "try": "You could ask: {questions}.",
    },
    "pt": {
        "unsure": "Não tenho certeza de ter entendido o bastante para dar um número confiável",
        "words": "Não sei o que {words} significa nestes dados",
        "nothing": "Não encontrei nada para isso; os dados vão de {first} a {last}",
        "missing": "Estes dados não respondem a isso: {why}",
        "unreachable": "Não consigo calcular isso: {why}",
        "hidden": "Você não pode ver {names}, de que isto precisa; um administrador pode mudar isso",
        "table": "a tabela {name}",
        "column": "a coluna {name} (dados pessoais)",
        "and": " e ",
        "try": "Você poderia perguntar: {questions}.",
    },
}


@cache
def scopes() -> dict[str, dict[str, str]]:
    """Return the sentences of `scope.toml`."""
    return tomllib.loads((files(__package__) / "scope.toml").read_text("utf-8"))


def declined(context: Context, attempts: list[Attempt], suggestions: list[str]) -> str:
    """Return why the question is not answered, with what could be asked instead."""
    say = _SAY["pt" if context.language == "pt" else "en"]
    reading = context.reading
    if reading is not None and reading.scope and not reading.hidden:
        return scopes()[reading.scope]["pt" if context.language == "pt" else "en"]
    hidden = _hidden(context, attempts)
    text = _not_to_be_seen(hidden, say) if hidden else _reason(context, attempts[-1] if attempts else None, say)
    hint = say["try"].format(questions="; ".join(f"“{s}”" for s in suggestions[:3])) if suggestions else ""
    return f"{text}. {hint}".strip()


def _hidden(context: Context, attempts: list[Attempt]) -> tuple[str, ...]:
    """Return what the question, or the program that was tried last for it, needs and the asker may not see."""
    if context.reading is not None and context.reading.hidden:
        return context.reading.hidden
    last = attempts[-1] if attempts else None
    if last is None or last.chosen is None or last.executions[last.chosen].ok:
        return ()
    return hidden_of(last.programs[last.chosen].code, context.scope)


def _not_to_be_seen(names: Sequence[str], say: dict[str, str]) -> str:
    shown = [say["column" if "." in name else "table"].format(name=name) for name in names]
    return say["hidden"].format(names=say["and"].join(shown))


def _reason(context: Context, last: Attempt | None, say: dict[str, str]) -> str:
    reason = last.verdict.reason if last else ""
    if last and last.chosen is not None and (why := refusal(last.executions[last.chosen])):
        return say["missing"].format(why=why.rstrip("."))
    if reason.startswith("unreachable:"):
        return say["unreachable"].format(why=reason.partition(":")[2])
    if reason == "nothing was found":
        return say["nothing"].format(first=context.first_day, last=context.today)
    unread = context.reading.unread if context.reading else ()
    if unread:
        return say["words"].format(words=", ".join(f"“{word}”" for word in unread[:3]))
    return say["unsure"]
