"""Any LangChain chat model as a writer: a hosted one, or the fine-tuned Mistral behind an OpenAI-compatible server.

The first candidate is greedy, the others are sampled; how far their results agree is the confidence. langchain is
imported only when a chat model is configured.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from functools import cached_property
from typing import Any

from crm_copilot.domain import Attempt, Context, Passage, Program
from crm_copilot.errors import ModelUnavailable
from crm_copilot.library import codec
from crm_copilot.library.render import render
from crm_copilot.prompts import code_messages
from crm_copilot.watching.tokens import spend

_FENCE = re.compile(r"```(?:python|py)?\s*\n(.*?)```", re.DOTALL)
# A bare function: imports, `def`, and every line after it that is indented, empty or begins as code does.
_FUNCTION = re.compile(
    r"^(?:(?:import|from) .*\n|\s*\n)*def \w+\(.*(?:\n(?:[ \t)\]}@#].*|def .*|\w+ = .*|$))*", re.MULTILINE
)
_EXAMPLES = 3
_WARM = 0.7
_TRIES = 2


class ChatCodeModel:
    """Asks a chat model for candidates."""

    def __init__(
        self, model: str, *, base_url: str | None = None, api_key: str | None = None, timeout_seconds: float = 60.0,
        candidates: int = 3, tools: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.name = model
        self._base_url, self._api_key, self._timeout = base_url, api_key, timeout_seconds
        self._candidates, self._tools = candidates, tuple(tools)

    def write(self, context: Context, attempts: Sequence[Attempt]) -> Sequence[Program]:
        """Return the different programs among the candidates, the greedy one first.

        Raises ModelUnavailable when the server cannot be reached, is too slow or answers without a function.
        """
        messages = code_messages(context, _solved(context), self._tools, attempts)
        answers = self._ask(messages)
        codes = [code for code in map(extract_function, answers) if code]
        if not codes:
            shown = answers[0].strip()[:200] if answers else ""
            raise ModelUnavailable(
                f"the model {self.name!r} answered without a function ({shown!r}); check CRM_MODEL, or set"
                " CRM_MODEL=embedded to work without it"
            )
        share = 1 / len(answers)  # a refusal agrees with no function
        return [Program(code, f"model:{self.name}", codes.count(code) * share) for code in dict.fromkeys(codes)]

    def say(self, messages: list[tuple[str, str]]) -> str:
        """Return the greedy answer in words; raise ModelUnavailable when there is none."""
        try:
            answer = self._in_time(self._greedy.invoke, messages)
            _count([answer])
            return str(answer.text)
        except Exception as error:
            raise ModelUnavailable(self._trouble(error)) from error

    def _ask(self, messages: list[tuple[str, str]]) -> list[str]:
        warm = max(0, self._candidates - 1)
        try:
            first = [self._in_time(self._greedy.invoke, messages)]
            rest = self._in_time(self._sampled.batch, [messages] * warm) if warm else []
        except Exception as error:
            raise ModelUnavailable(self._trouble(error)) from error
        _count([*first, *rest])
        return [str(answer.text) for answer in [*first, *rest]]

    def _in_time(self, ask: Callable[[Any], Any], messages: Any) -> Any:
        """Return what is answered in two tries; a server that sends a byte now and then would go on for ever."""
        answer: Future[Any] = Future()
        threading.Thread(target=_settle, args=(answer, ask, messages), daemon=True).start()
        limit = _TRIES * self._timeout + 1
        try:
            return answer.result(limit)
        except FutureTimeout:
            if answer.done():
                raise
            raise TimeoutError(f"no whole answer within {limit:g} s") from None

    def _trouble(self, error: Exception) -> str:
        at = f" at {self._base_url}" if self._base_url else ""
        reason = f"{type(error).__name__}: {error}"[:300]
        return (
            f"the model {self.name!r}{at} cannot be used ({reason}); start the server or correct CRM_MODEL,"
            " CRM_MODEL_BASE_URL and CRM_MODEL_API_KEY, or set CRM_MODEL=embedded to work without it"
        )

    @cached_property
    def _greedy(self) -> Any:
        return self._chat(0.0)

    @cached_property
    def _sampled(self) -> Any:
        return self._chat(_WARM)

    def _chat(self, temperature: float) -> Any:
        from langchain.chat_models import init_chat_model

        options: dict[str, Any] = {"temperature": temperature, "timeout": self._timeout, "max_retries": _TRIES - 1}
        if self._base_url:
            options["base_url"] = self._base_url
        if self._api_key or self._base_url:
            options["api_key"] = self._api_key or "none"
        return init_chat_model(self.name, **options)


def _count(answers: Sequence[Any]) -> None:
    """Count the tokens of answers, as far as the server tells them."""
    for answer in answers:
        used = getattr(answer, "usage_metadata", None) or {}
        spend(used.get("input_tokens", 0), used.get("output_tokens", 0))


def _settle(answer: Future[Any], ask: Callable[[Any], Any], messages: Any) -> None:
    try:
        answer.set_result(ask(messages))
    except BaseException as error:
        answer.set_exception(error)


def extract_function(text: str) -> str | None:
    """Return the Python function that an answer holds: the last fenced block with one, or the bare text."""
    blocks = [str(block) for block in _FENCE.findall(text) if "def " in block]
    if blocks:
        return blocks[-1].strip() + "\n"
    found = _FUNCTION.search(text)
    return found.group().strip() + "\n" if found else None


def _solved(context: Context) -> list[tuple[str, str]]:
    examples = [passage for passage in context.passages if passage.kind == "examples"]
    return [(passage.text, _code(passage)) for passage in examples[:_EXAMPLES]]


def _code(passage: Passage) -> str:
    if "code" in passage.data:
        return str(passage.data["code"])
    return render(codec.from_json(passage.data["plan"]))
