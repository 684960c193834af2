"""Where a question goes.

    question ─▶ retrieve ─▶ generate ─▶ execute ─▶ reflect ─▶ respond ─▶ answer
                               ▲                      │
                               └── error or doubt ────┘   three attempts at most

Each node is a plain function of the state and of what it needs; it returns only the keys that it changes.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal

from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph

from crm_copilot.domain import Attempt, Execution
from crm_copilot.errors import Cancelled
from crm_copilot.ports import CodeModel, Judge, Retriever, Runner
from crm_copilot.respond import respond as compose
from crm_copilot.state import (
    InputState,
    OutputState,
    State,
    attempts_of,
    context_of,
    executions_of,
    programs_of,
    to_state,
)
from crm_copilot.watching import tracing
from crm_copilot.watching.tokens import Tokens, counted

Node = Callable[..., dict[str, Any]]


def retrieve(state: State, *, retriever: Retriever) -> dict[str, Any]:
    """Collect linked values, examples, tables and passages."""
    context = retriever.retrieve(state["question"], plan=state.get("plan"))
    return {"context": to_state(context), "attempts": []}


def generate(state: State, *, code_model: CodeModel) -> dict[str, Any]:
    """Write candidates, knowing what became of the attempts before."""
    programs = code_model.write(context_of(state), attempts_of(state))
    return {"programs": [to_state(program) for program in programs]}


def execute(state: State, *, runner: Runner, cancel: threading.Event | None) -> dict[str, Any]:
    """Run every candidate in the sandbox; `cancel` stops it in the middle."""
    executions = [runner.run(program.code, cancel=cancel) for program in programs_of(state)]
    return {"executions": [to_state(execution) for execution in executions]}


def reflect(state: State, *, judge: Judge) -> dict[str, Any]:
    """Decide whether a result answers, and what the next attempt must mend."""
    programs, executions, before = programs_of(state), executions_of(state), attempts_of(state)
    review = judge.review(context_of(state), programs, executions, before)
    attempt = Attempt(tuple(programs), tuple(_light(executions, review.chosen)), review.chosen, review.verdict)
    return {"attempts": [*state["attempts"], to_state(attempt)], "executions": [], "programs": []}


def respond(state: State) -> dict[str, Any]:
    """Say the answer in words, or why there is none."""
    asked = state.get("asked") or state["question"]
    return {"result": compose(context_of(state), attempts_of(state), asked)}


def route(state: State, *, max_attempts: int) -> Literal["generate", "respond"]:
    """Go back to the writer while the judge asks for it and attempts are left."""
    retry = state["attempts"][-1]["verdict"]["decision"] == "retry"
    return "generate" if retry and len(state["attempts"]) < max_attempts else "respond"


def build_graph(
    *,
    retriever: Retriever,
    code_model: CodeModel,
    runner: Runner,
    judge: Judge,
    max_attempts: int = 3,
    cancellations: Mapping[str, threading.Event] | None = None,
    checkpointer: Any = None,
) -> Any:
    """Return the compiled graph with its dependencies bound.

    `cancellations` holds the event that stops a run, by the id of its graph thread.
    """
    stops = cancellations if cancellations is not None else {}
    nodes: Mapping[str, Node] = {
        "retrieve": partial(retrieve, retriever=retriever),
        "generate": partial(generate, code_model=code_model),
        "execute": partial(execute, runner=runner),
        "reflect": partial(reflect, judge=judge),
        "respond": respond,
    }
    graph = StateGraph(State, input_schema=InputState, output_schema=OutputState)
    for name, node in nodes.items():
        graph.add_node(name, _watched(name, node, stops, code_model.name))
    graph.add_edge(START, "retrieve")
    graph.add_edge("retrieve", "generate")
    graph.add_edge("generate", "execute")
    graph.add_edge("execute", "reflect")
    graph.add_conditional_edges("reflect", partial(route, max_attempts=max_attempts), ["generate", "respond"])
    graph.add_edge("respond", END)
    return graph.compile(checkpointer=checkpointer)


def _watched(name: str, node: Node, stops: Mapping[str, threading.Event], model: str) -> Callable[..., dict[str, Any]]:
    """Stop a cancelled run between the nodes, trace it, and add what a node took to the state."""

    def run(state: State, config: RunnableConfig) -> dict[str, Any]:
        stop = stops.get(str(config.get("configurable", {}).get("thread_id")))
        if stop is not None and stop.is_set():
            raise Cancelled("the question was cancelled")
        began = time.perf_counter()
        with tracing.node(name, model) as trace, counted() as tokens:
            changed = node(state, cancel=stop) if name == "execute" else node(state)
            trace.set(_told(changed, tokens))
        # A thread may have had a question before: the first node begins anew.
        before: Mapping[str, Any] = {} if name == "retrieve" else state
        return {**changed, **_spent(name, before, time.perf_counter() - began, tokens, changed)}

    return run


def _spent(
    name: str, before: Mapping[str, Any], seconds: float, tokens: Tokens, changed: Mapping[str, Any]
) -> dict[str, Any]:
    """Return seconds by node, tokens and programs by how they ended, with those of the nodes before."""
    timings, read = before.get("timings", {}), before.get("tokens", {})
    runs = Counter(before.get("runs", {}))
    runs.update(str(execution["status"]) for execution in changed.get("executions", ()))
    return {
        "timings": {**timings, name: round(timings.get(name, 0.0) + seconds, 4)},
        "tokens": {
            "input": read.get("input", 0) + tokens.input,
            "output": read.get("output", 0) + tokens.output,
        },
        "runs": dict(runs),
    }


def _told(changed: Mapping[str, Any], tokens: Tokens) -> dict[str, Any]:
    """Return what a trace says of a node: tokens, how programs ended, what was judged; never what they hold."""
    verdict = changed["attempts"][-1]["verdict"] if changed.get("attempts") else {}
    statuses = [str(execution["status"]) for execution in changed.get("executions", ())]
    return {
        "gen_ai.usage.input_tokens": tokens.input or None,
        "gen_ai.usage.output_tokens": tokens.output or None,
        "gen_ai.evaluation.score.label": verdict.get("decision"),
        "gen_ai.evaluation.score.value": verdict.get("confidence"),
        "crm.sandbox.statuses": statuses or None,
    }


def _light(executions: list[Execution], chosen: int | None) -> list[Execution]:
    """Keep the rows of the chosen candidate only: the others have voted."""
    return [
        e if place == chosen else Execution(e.status, error=e.error, n_rows=e.n_rows)
        for place, e in enumerate(executions)
    ]
