"""Respond: the answer in words, with its chart, sources and the next questions; or one sentence that declines."""

from crm_copilot.respond.answer import respond

__all__ = ["respond"]
