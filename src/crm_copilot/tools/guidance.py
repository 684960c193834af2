"""What the texts of the company say: guided steps for a request of a customer, and passages that answer a question.

Only what a passage says is told, in its own words. When no passage is near enough, the answer says that the texts do
not say it, and names what comes nearest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crm_copilot.errors import InputError
from crm_copilot.knowledge.steps import guide
from crm_copilot.library.wording import capital
from crm_copilot.retrieval.documents import Document
from crm_copilot.retrieval.index import Hit
from crm_copilot.understanding.specials.asking_texts import request_of
from crm_copilot.understanding.text import plain

Search = Callable[[str, str, int], Sequence[Hit]]
# Cosines measured on requests that the texts answer (0.55 to 0.8 on average by intent) and on others (0.25 to 0.5).
_NEAR, _SAME, _RELATED = 0.5, 0.62, 0.35
_COVERED = 0.5  # share of what is asked for that the passage must name
_LOOKED_AT, _MOST = 8, 3
_WORD = re.compile(r"[^\W_]{3,}")
_EMPTY = frozenset(
    """the and for with from that this what who how can should customer customers client clients wants want asks ask
    about does our please need needs tell say somebody someone person user they them their his her has have had was
    were are you your would like know help uma que para com como cliente quer fazer por favor""".split()
)
_SAY = {
    "en": {
        "none": "The texts do not say what to do here, so I give no steps. Nearest to it: {near}.",
        "nothing": "The texts do not say anything about this. Add the one that does with 'crm knowledge add FILE'.",
        "steps": "{title}, step by step", "quote": "The {collection} texts say",
        "places": "Fill in: {places}.", "from": "Quoted from {source} ({id}).",
    },
    "pt": {
        "none": "Os textos não dizem o que fazer neste caso, então não dou passos. O mais próximo: {near}.",
        "nothing": "Os textos não dizem nada sobre isso. Adicione o que diz com 'crm knowledge add FILE'.",
        "steps": "{title}, passo a passo", "quote": "Os textos de {collection} dizem",
        "places": "Preencher: {places}.", "from": "Citado de {source} ({id}).",
    },
}  # fmt: skip


def guidance_tool(search: Search, collections: Callable[[], Sequence[str]]) -> Callable[..., Any]:
    """Return the tool; `search` looks in one collection, `collections` names those of one's own."""

    def guide_from_texts(question: str, language: str = "en") -> dict[str, Any]:
        """Tell what the support texts say to do about a customer's request: steps, and a reply ready to copy."""
        if not question.strip():
            raise InputError("the question is empty; say what the customer wants")
        asked, say = request_of(question), _SAY["pt" if language == "pt" else "en"]
        named = [name for name in collections() if name not in ("support", "playbook")]
        hits = [hit for name in ("support", *named) for hit in search(asked, name, _LOOKED_AT)]
        best = _answering(asked, hits)
        return _told(best, say) if best is not None else _not_said(hits, say)

    return guide_from_texts


def _answering(asked: str, hits: Sequence[Hit]) -> Hit | None:
    """Return the passage that answers, one with steps among those of its intent; None when none is near enough.

    The intent is that of most passages near by: where many are alike, one alone says little.
    """
    near = [hit for hit in hits if hit.cosine >= _SAME or (hit.cosine >= _NEAR and _covers(hit, asked))]
    if not near:
        return None
    intent = Counter(hit.document.data.get("intent") for hit in near).most_common(1)[0][0]
    alike = [hit for hit in near if intent and hit.document.data.get("intent") == intent]
    return next((hit for hit in alike if guide(_body(hit)).steps), alike[0] if alike else near[0])


def _covers(hit: Hit, asked: str) -> bool:
    """Whether a passage names enough of what is asked for."""
    wanted = {word[:5] for word in _WORD.findall(plain(asked)) if word not in _EMPTY}
    text = plain(hit.document.text)
    return bool(wanted) and sum(word in text for word in wanted) >= _COVERED * len(wanted)


def _told(hit: Hit, say: Mapping[str, str]) -> dict[str, Any]:
    document, reply = hit.document, _body(hit)
    parts = guide(reply)
    lines = [f"{number}. {step}" for number, step in enumerate(parts.steps, 1)]
    head = (
        say["steps"].format(title=_heading(document)) if lines else say["quote"].format(collection=document.collection)
    )
    body = "\n".join(lines) or reply
    found = places(reply)
    hint = "\n" + say["places"].format(places=", ".join(found)) if found else ""
    source = str(document.data.get("source") or document.collection)
    return {
        "answer": f"{head}:\n{body}{hint}",
        "rows": [{"step": number, "what to do": step} for number, step in enumerate(parts.steps, 1)],
        "reply": reply,
        "sources": [{"kind": document.collection, "id": document.id, "text": document.text}],
        "definition": say["from"].format(source=source, id=document.id),
    }


def _not_said(hits: Sequence[Hit], say: Mapping[str, str]) -> dict[str, Any]:
    near = sorted((hit for hit in hits if hit.cosine >= _RELATED), key=lambda hit: -hit.cosine)
    titles = list(dict.fromkeys(_name(hit) for hit in near))[:_MOST]
    text = say["none"].format(near="; ".join(f"“{title}”" for title in titles)) if titles else say["nothing"]
    return {"answer": text, "status": "declined"}


def places(text: str) -> list[str]:
    """Return the places of a reply that are to be filled in, as they stand in it."""
    return list(dict.fromkeys(re.findall(r"\{\{[^{}]+\}\}", text)))


def _body(hit: Hit) -> str:
    """Return a passage without its heading."""
    title, text = str(hit.document.data.get("title") or ""), hit.document.text
    return text.removeprefix(title).lstrip(". \n") if title else text


def _name(hit: Hit) -> str:
    return str(hit.document.data.get("title") or " ".join(hit.document.text.split()[:8]))


def _heading(document: Document) -> str:
    """Return what the steps are for: the intent where the text names one, else its heading."""
    named = str(document.data.get("intent") or "").replace("_", " ") or str(document.data.get("title") or document.id)
    return capital(named.rstrip("?.! "))
