"""Respond: the answer in words, with its chart, sources and the next questions; or one sentence that declines."""

from crm_copilot.respond.answer import failed, respond

__all__ = ["failed", "respond"]
