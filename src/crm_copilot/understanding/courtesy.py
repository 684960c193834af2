"""Messages that only greet or thank: they ask for nothing and get a friendly sentence."""

from __future__ import annotations

import re

from crm_copilot.understanding.text import plain

_THANKS = frozenset("thanks thank thx cheers obrigado obrigada valeu brigado brigada agradeco bye tchau".split())
_GREETINGS = frozenset("hello hi hey morning afternoon evening oi ola bom boa".split())
# What stands beside them and asks for nothing either.
_BESIDE = frozenset(
    "you very much a lot so that s is was it all i we needed need wanted know to for now the your this help everything"
    " great perfect nice ok okay good day there how are today done just what me and again really"
    " dia tarde noite tudo bem por pela era isso so muito mesmo ajuda e voce como vai gente pessoal otimo perfeito"
    " legal beleza ate logo mais era o que eu precisava".split()
)


def courtesy(message: str) -> str | None:
    """Return "thanks" or "greeting" for a message that is nothing else."""
    words = re.findall(r"[a-z]+", plain(message))
    said = set(words)
    if not words or not said <= _THANKS | _GREETINGS | _BESIDE:
        return None
    return "thanks" if said & _THANKS else "greeting" if said & _GREETINGS else None
