"""How many ways a thing was paid in: "orders paid with more than one method", "pagos de duas formas"."""

from __future__ import annotations

import re

from crm_copilot.library.plan import Having, Op, count_of, distinct_of
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import clean, plain

_NUMBERS = {"one": 1, "two": 2, "three": 3, "um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "a single": 1}
_WAYS = re.compile(
    r"\b(?:paid|pay|pays|paying|settled|pag[oa]s?|pagaram|pagou|quitad[oa]s?)\b(?: \w+){0,2}?"
    r" (?:(?P<more>more than|mais de|mais que)|(?P<least>at least|pelo menos|ao menos|no minimo)"
    r"|(?P<exact>exactly|only|just|exatamente|apenas|so))?"
    r" ?(?P<number>one|two|three|1|2|3|uma?|dois|duas|tres|a single|several|multiple|various|different|varias|varios"
    r"|diversas|diversos)(?P<up> or more| ou mais)?(?: (?:different|distinct|diferentes|distint[ao]s))?"
    r" (?:methods?|ways?|means|forms?|types?|metodos?|formas?|meios?|tipos?|jeitos?|maneiras?)\b"
    r"(?: (?:of payment|de pagamento|de pagar))?"
)
_HELD = re.compile(
    r"\b(?:items?|products?|goods|things|itens|produtos|coisas) (?:\w+ )?(?:of|from|in|by|de|em)"
    r" (?:(?:different|distinct) (?P<en>sellers|vendors|merchants|categories)"
    r"|(?P<pt>vendedores|lojistas|lojas|categorias) (?:diferentes|distint[ao]s))\b"
)
_WHOSE = {"order": "order_id", "customer": "customer_unique_id"}


def read_methods(draft: Draft) -> None:
    """Turn the number of ways in which orders or customers paid into a condition on them."""
    flat = plain(clean(draft.question))
    match = (_WAYS.search(flat) or _HELD.search(flat)) if len(flat) == len(draft.question) else None
    named = (draft.name(i) for i, item in enumerate(draft.items) if item.kind == "entity")
    key = next((_WHOSE[name] for name in named if name in _WHOSE), None)
    if match is None or key is None:
        return
    if match.re is _HELD:
        held = count_of("category" if (match["en"] or match["pt"]).startswith("categor") else "seller")
        draft.having.append((None, Having(key, held, ">", 1)))
    else:
        draft.having.append((None, Having(key, distinct_of("payment_type"), *_compared(match))))
    inside = range(*match.span())
    for index, item in enumerate(draft.items):
        if draft.tokens[item.start].start in inside:
            draft.use(index, "threshold")
    draft.fillers.update(place for place, token in enumerate(draft.tokens) if token.start in inside)


def _compared(match: re.Match[str]) -> tuple[Op, int]:
    said = match["number"]
    number = int(said) if said.isdigit() else _NUMBERS.get(said, 0)
    if not number:
        return ">", 1
    return (">" if match["more"] else ">=" if match["least"] or match["up"] else "=="), number
