"""A question in the catalog's English words, for looking it up among texts in English."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.catalog import entities, fields, metrics
from crm_copilot.domain import LinkedValue
from crm_copilot.understanding.mentions import gather
from crm_copilot.understanding.reading import Calendar
from crm_copilot.understanding.senses import Mention
from crm_copilot.understanding.text import language_of

_AGGS = {"mean": "average", "sum": "total", "count": "number of"}


def gloss(question: str, links: Sequence[LinkedValue], calendar: Calendar) -> str:
    """Return the question in the catalog's English words."""
    language = language_of(question)
    if language == "en":
        return question
    _, mentions = gather(question, language, links, calendar)
    said = [_english(mention) for mention in mentions if mention.kind not in ("filler", "with")]
    return " ".join(word for word in said if word) or question


def _english(mention: Mention) -> str:
    name = mention.name
    match mention.kind:
        case "metric":
            return metrics()[name].label["en"]
        case "quantity" | "dimension" | "predicate":
            return fields()[name].label["en"]
        case "entity":
            return entities()[name].label["en"]
        case "value":
            return str(mention.value)
        case "agg":
            return _AGGS.get(name, name)
        case "by":
            return "by"
        case "grain":
            return name
        case "period" | "number":
            return mention.text
    return name.replace("_", " ")
