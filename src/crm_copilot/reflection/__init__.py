"""Reflection: is this result an answer to this question? It fails closed."""

from crm_copilot.reflection.judge import ResultJudge

__all__ = ["ResultJudge"]
