"""What holds for several questions: a heading ("KPI cards for 2018: ..."), a beginning ("In 2018, ..."), an end.

Sentences that only say how the answer should look, or what to leave out, belong to the question before them.
"""

from __future__ import annotations

import re

from crm_copilot.library.plan import Plan
from crm_copilot.understanding.chatter import without_opening
from crm_copilot.understanding.clauses import instructs, tells
from crm_copilot.understanding.mentions import gather
from crm_copilot.understanding.questions.part import Link
from crm_copilot.understanding.reader import drafted
from crm_copilot.understanding.reading import Calendar
from crm_copilot.understanding.text import language_of

_HEADING = re.compile(r"^([^:?]{3,90}):\s+(?=\S)")
_SIGN = r"(?:[-•*]|\(?\d{1,2}[.)]|\(?[a-d]\))"
_LIST_HEADING = re.compile(rf"^(?P<head>(?!{_SIGN})[^\n?]{{3,90}}?)\s*:?[ \t]*\n+[ \t]*{_SIGN}\s+(?P<item>[^\n]+)")
_PREAMBLE = re.compile(
    r"^(?:(?:hi|hello|hey|good (?:morning|afternoon|evening)|oi|ol[áa]|bom dia|boa (?:tarde|noite))"
    r"(?:\s+(?:there|all|team|everyone|pessoal|gente|time))?\s*[!,.]\s*)?"
    r"(?:(?:(?:can|could|would) you (?:please )?(?:tell|give|show) me|(?:please )?tell me"
    r"|i(?:'d| would) like to (?:know|see|have)|me (?:diz|diga|fala|conta|passa)|(?:eu )?(?:gostaria de|queria|quero)"
    r" (?:saber|ver))\s+)?",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"""(?:,|\s[-–—]|;)\s+(?:looking\ only|counting\ only|considering|among
        |only\ (?:counting|considering|looking|including|for|among)
        |excluding|ignoring|leaving\ out|not\ counting
        |for\ (?:sellers|products|categories|states|customers|orders)\ with
        |considerando|olhando|contando|s[óo]|apenas|somente|sem\ contar|excluindo|desconsiderando|ignorando
        |entre\ [ao]s\ que|com\ (?:pelo|no)\ m)\b[^?]*(?=\?|$)""",
    re.IGNORECASE | re.VERBOSE,
)
_CONTEXT = re.compile(
    r"^(?P<head>[^:?]{3,90}:\s+|(?:for|in|of|among|considering|during|since"
    r"|para|em|n[oa]s?|d[oae]s?|entre|considerando|durante|desde)\b(?:[^,:?]{2,70},\s+|[^,:?]{2,40}?\s+(?=how )))"
    r"(?=(?:how|what|which|who|show|give|list|quant|qual|quais|quem|mostre|liste)\w*\b)",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"^(?:please\s+)?(?:give|return|show|include|report|provide|i (?:need|want)"
    r"|mostre|informe|traga|d[êe]|preciso|quero)\b",
    re.IGNORECASE,
)
# How a sentence begins that asks for something more.
_GOES_ON = re.compile(
    r"^(?:and|also|then|e|tamb[ée]m|what|which|how|who|when|where|is|are|do|does|did|qual|quais|quant[oa]s?|quem|como"
    r"|list|show|tell|liste|mostre|diga|\d+[.)])\b",
    re.IGNORECASE,
)
_MEASURED = ("metric", "quantity", "entity", "dimension")

# Two ways of saying the same of a customer and of what they bought.
_CAME_BACK = {"is_repeat_customer", "is_repeat_order"}


def without_heading(message: str, link: Link, calendar: Calendar) -> tuple[str, Plan | None]:
    """Take off a heading that limits what follows."""
    if over := _LIST_HEADING.match(message):
        return _without_list_heading(message, over, link, calendar)
    found = _HEADING.match(message)
    if found is None:
        return message, None
    draft, plan = drafted(found[1], language_of(message), link(found[1]), calendar)
    limits = bool(plan.periods or plan.where) and not draft.measures
    if not limits and all(item.kind == "number" for item in draft.items):
        return message[found.end() :], None
    return (message[found.end() :], plan) if limits else (message, None)


def _without_list_heading(
    message: str, found: re.Match[str], link: Link, calendar: Calendar
) -> tuple[str, Plan | None]:  # fmt: skip
    """Take off a line over a list of numbers: it names their period and filter, whatever else it says."""
    item, head = found["item"], found["head"]
    draft, _ = drafted(item, language_of(message), link(item), calendar)
    if not draft.measures or instructs(head) or _GOES_ON.match(head):
        return message, None  # "Revenue:" over "- by state"
    _, plan = drafted(head, language_of(message), link(head), calendar)
    return message[found.end("head") :].lstrip(" :\n"), Plan(where=plan.where, periods=plan.periods)


def without_preamble(message: str) -> str:
    """Take off a greeting, and the polite words before what is asked."""
    return _PREAMBLE.sub("", without_opening(message), count=1)


def under(heading: Plan, plan: Plan) -> Plan:
    """Return a plan with the period and the filter of its heading, where it has none of its own."""
    known = {condition.field for condition in plan.conditions()}
    if known & _CAME_BACK:
        known |= _CAME_BACK  # "Repeat purchases: how many came back?"
    where = (*plan.where, *(condition for condition in heading.where if condition.field not in known))
    return plan.but(where=where, periods=plan.periods or heading.periods)


def context_of(clause: str) -> str:
    """Return the beginning of a clause that the next clauses share: "For customer 7: how many orders"."""
    found = _CONTEXT.match(clause)
    return found["head"] if found and not tells(found["head"]) else ""


def beginning(sentence: str, link: Link, calendar: Calendar) -> Plan | None:
    """Return the period of a beginning that the sentences behind it share: "In March 2018, how many orders ...?"."""
    head = context_of(sentence)
    if not head:
        return None
    _, plan = drafted(head, language_of(sentence), link(head), calendar)
    return Plan(periods=plan.periods) if plan.periods else None


def without_tail(sentence: str) -> tuple[str, str]:
    """Take off an end that limits each clause of a sentence: ", looking only at sellers with 50 orders"."""
    found = _TAIL.search(sentence)
    return (sentence[: found.start()], sentence[found.start() :]) if found else (sentence, "")


def with_instructions(pieces: list[str], link: Link, calendar: Calendar) -> list[str]:
    """Put sentences that ask for nothing themselves behind the question that they are about."""
    found: list[str] = []
    for piece in pieces:
        asks = piece.endswith(("?", "？")) or not found
        if not asks and (_specifies(found[-1], piece) or _instructs(piece, link, calendar)):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return found


def _specifies(question: str, piece: str) -> bool:
    """Whether a sentence says what a question means: "Where do our customers live? The five biggest cities."."""
    return question.endswith(("?", "？")) and not _GOES_ON.search(piece)


def _instructs(piece: str, link: Link, calendar: Calendar) -> bool:
    if instructs(piece):
        return True
    _, mentions = gather(piece, language_of(piece), link(piece), calendar)
    return not any(mention.kind in _MEASURED for mention in mentions) and _IMPERATIVE.search(piece) is not None
