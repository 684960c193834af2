"""Durations named by their two ends: "days between approval and the hand-over to the carrier"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crm_copilot.understanding.senses import Mention, Sense
from crm_copilot.understanding.text import Token

_EVENTS = {
    "purchase": "purchase purchased order ordered placing bought buying checkout compra pedido comprar 购 下",
    "approval": "approval approved aprovacao aprovado aprovada approve aprovar 审 批",
    "carrier": "carrier dispatch dispatched shipping shipment posting handover handoff shipped posted handing logistic"
    " transportadora postagem despacho envio postado enviado 发",
    "delivery": "delivery delivered arrival arrived arrive receipt received customer"
    " entrega entregue recebimento cliente receber chegar chega chegada 送 收",
    "estimate": "estimated estimate promised estimada prevista prazo estimado previsto 预",
    "answer": "answer response answered resposta respondida reply 回",
    "review": "review survey avaliacao pesquisa creation criacao 评",
    "contact": "contact lead mql contato",
    "won": "won closing close closed deal win fechamento ganho fechado contrato signing"
    " signature signed sign contract assinatura",
}
_EVENT_OF = {word: event for event, words in _EVENTS.items() for word in words.split()}
_FIELDS = {
    ("purchase", "approval"): "approval_hours", ("purchase", "carrier"): "purchase_to_carrier_days",
    ("approval", "carrier"): "handling_days", ("carrier", "delivery"): "transit_days",
    ("purchase", "delivery"): "delivery_days", ("approval", "delivery"): "approval_to_delivery_days",
    ("purchase", "estimate"): "promised_days", ("delivery", "estimate"): "early_days",
    ("estimate", "delivery"): "delay_days",
    ("review", "answer"): "review_response_days", ("contact", "won"): "sales_cycle_days",
}  # fmt: skip
_DURATION = frozenset(
    "time day days hour long duration gap lag interval takes take pass spent elapsed"
    " tempo dia dias hora demora intervalo tarda passam leva 时 天".split()
)
_SLACK = frozenset("slack buffer margin cushion folga antecedencia margem sobra".split())
# "The purchase of the customer" names no delivery.
_BUYERS, _OWNED = ("customer", "cliente"), ("of", "do", "da", "de", "dos", "by", "pelo")
_OPEN = frozenset({"between", "from", "entre", "de", "since", "从", "after", "desde"})
_ARROWS = frozenset({"->", "→", ">"})
_RATED = ("conv", "rate", "taxa")
_MOST = 16


def find_durations(tokens: Sequence[Token]) -> Iterable[Mention]:
    """Yield mentions of durations that are named by two events."""
    yield from _arrows(tokens)
    for start, token in enumerate(tokens):
        begin = _duration_near(tokens, start) if token.key in _OPEN else None
        events = _events(tokens, start + 1) if begin is not None else []
        if begin is not None and len(events) == 2 and (name := _field(tokens[begin].key, events[0][1], events[1][1])):
            end = events[1][0] + 1
            yield Mention(begin, end, (Sense("quantity", name),), " ".join(t.text for t in tokens[begin:end]))


def _field(duration: str, first: str, last: str) -> str | None:
    """Return the field of a duration; slack is what is left before the promised date, whichever is named first."""
    if duration in _SLACK:
        return "early_days" if {first, last} == {"estimate", "delivery"} else None
    return _FIELDS.get((first, last))


def _duration_near(tokens: Sequence[Token], start: int) -> int | None:
    """Return the place of the word of duration that the two ends belong to."""
    for index in range(start - 1, max(-1, start - 8), -1):
        if tokens[index].key in _DURATION or tokens[index].key in _SLACK:
            return index
        if tokens[index].text in ".?!;":
            return None
    return None


def _events(tokens: Sequence[Token], start: int) -> list[tuple[int, str]]:
    """Return the two ends: in a compound such as "order approval" the last word is the event."""
    found: list[tuple[int, str]] = []
    for index in range(start, min(len(tokens), start + _MOST)):
        if tokens[index].text in ".?!;:,(":
            break
        event = _EVENT_OF.get(tokens[index].key)
        if event is None or (tokens[index].key in _BUYERS and tokens[index - 1].key in _OWNED):
            continue
        if event == "delivery" and (carrier := _carrier_behind(tokens, index)):
            index, event = carrier, "carrier"  # "delivery to the carrier"
        if found and index - found[-1][0] <= 1 and len(found) < 2 and (found[-1][1], event) != ("approval", "carrier"):
            found[-1] = (index, event)
        elif not found or found[-1][1] != event:
            found.append((index, event))
        if len(found) == 2 and _closes(tokens, index, found):
            break
    return found[:2]


def _carrier_behind(tokens: Sequence[Token], index: int) -> int | None:
    return next((near for near in range(index + 1, index + 4) if _event(tokens, near) == "carrier"), None)


def _closes(tokens: Sequence[Token], index: int, found: Sequence[tuple[int, str]]) -> bool:
    ahead = [_EVENT_OF.get(t.key) for t in tokens[index + 1 : index + 5]]
    return found[1][1] not in ("purchase",) or not any(ahead)


def _arrows(tokens: Sequence[Token]) -> Iterable[Mention]:
    rated = any(token.key.startswith(_RATED) or token.text == "%" for token in tokens)
    for index in range(1, len(tokens) - 1):
        if tokens[index].text not in _ARROWS:
            continue
        after = index + 2 if tokens[index + 1].text in _ARROWS else index + 1
        ends = (_event(tokens, index - 1), _event(tokens, after))
        if ends == ("contact", "won") and rated:
            continue  # "conversion lead -> deal"
        if name := _FIELDS.get(ends):
            yield Mention(index - 1, after + 1, (Sense("quantity", name),), "→".join(ends))


def _event(tokens: Sequence[Token], index: int) -> str:
    return _EVENT_OF.get(tokens[index].key, "") if index < len(tokens) else ""
