"""The numbers of the service, in a registry of its own, as Prometheus reads them.

Labels are roles, outcomes and names of nodes only, so their number is bounded and none names a person.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    exposition,
)

from crm_copilot.errors import OperatorError
from crm_copilot.watching.reasons import ENDED, reason_of

log = logging.getLogger(__name__)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40)
_SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)
_ATTEMPTS = (0, 1, 2, 3)
_THUMBS = {1: "up", 0: "down"}
OUTCOMES = ("answered", "declined", "failed")


class Watch:
    """Counts what happens; safe for several threads, one for each process."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._questions = Counter(
            "crm_questions", "Questions that came to an end", ["outcome", "role", "cached"], registry=registry
        )
        self._seconds = Histogram(
            "crm_message_seconds", "From a message to its answer", ["cached"], buckets=_SECONDS, registry=registry
        )
        self._nodes = Histogram(
            "crm_node_seconds", "What a node of the graph took for one message", ["node"], buckets=_SECONDS,
            registry=registry,
        )  # fmt: skip
        self._attempts = Histogram("crm_attempts", "Attempts for one question", buckets=_ATTEMPTS, registry=registry)
        self._confidence = Histogram(
            "crm_confidence", "How sure the answers are, 0 to 1", buckets=_SHARES, registry=registry
        )
        self._declines = Counter("crm_declines", "Questions declined", ["reason"], registry=registry)
        self._runs = Counter("crm_sandbox_runs", "Programs run in the sandbox", ["status"], registry=registry)
        self._tokens = Counter("crm_tokens", "Tokens read and written by models", ["direction"], registry=registry)
        self._cache = Counter("crm_cache_lookups", "Looks into the cache of answers", ["result"], registry=registry)
        self._refusals = Counter("crm_refusals", "Messages that got no answer", ["kind"], registry=registry)
        self._ratings = Counter("crm_ratings", "Ratings of answers", ["thumb"], registry=registry)
        self._queue = Gauge("crm_queue_depth", "Messages that wait for a worker", registry=registry)
        self._at_zero()

    def answered(self, answer: Mapping[str, Any], *, person_role: str, cached: bool) -> None:
        """Count an answer as `Copilot.ask` returns it; what a cached one cost was counted when it was made."""
        was = str(cached).lower()
        for result in answer["results"]:
            self._questions.labels(result["status"], person_role, was).inc()
        self._seconds.labels(was).observe(answer["seconds"])
        if not cached:
            self._made(answer)
        log.info(
            "a message was answered",
            extra={
                "turn": answer.get("turn"), "outcome": answer["status"], "role": person_role, "cached": cached,
                "seconds": answer["seconds"], "questions": len(answer["results"]),
            },
        )  # fmt: skip

    def cache(self, hit: bool) -> None:
        """Count a look into the cache."""
        self._cache.labels("hit" if hit else "miss").inc()

    def queue(self, depth: int) -> None:
        """Say how many messages wait for a worker."""
        self._queue.set(depth)

    def sandbox(self, status: str) -> None:
        """Count a program that was run outside of a question; `answered` counts those of questions."""
        self._runs.labels(status).inc()

    def failed(self, kind: str) -> None:
        """Count a message without an answer: "busy", "quota", "stopped", "input" or "error"."""
        self._refusals.labels(kind).inc()
        log.info("a message got no answer", extra={"kind": kind})

    def rated(self, thumbs: int | None) -> None:
        """Count a rating: 1 up, 0 down, None for one without a thumb."""
        self._ratings.labels("none" if thumbs is None else _THUMBS[thumbs]).inc()

    def exposition(self) -> tuple[bytes, str]:
        """Return the page that Prometheus reads, and its content type."""
        return exposition.generate_latest(self.registry), exposition.CONTENT_TYPE_PLAIN_0_0_4

    def listen(self, port: int, host: str = "0.0.0.0") -> None:  # noqa: S104 - it is asked for by CRM_METRICS_PORT
        """Give the page to Prometheus at a port of its own, in a thread; raise OperatorError when it is taken."""
        try:
            exposition.start_http_server(port, host, self.registry)
        except OSError as error:
            raise OperatorError(
                f"CRM_METRICS_PORT is {port}, which cannot be listened on ({error.strerror}); choose another"
            ) from error

    def value(self, name: str, **labels: str) -> float:
        """Return a number of the registry, summed over the labels that are not given; 0 where nothing was counted."""
        return sum(
            sample.value
            for family in self.registry.collect()
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def _made(self, answer: Mapping[str, Any]) -> None:
        for node, seconds in answer["timings"].items():
            self._nodes.labels(node).observe(seconds)
        for status, times in answer.get("runs", {}).items():
            self._runs.labels(status).inc(times)
        for direction, tokens in answer.get("tokens", {}).items():
            self._tokens.labels(direction).inc(tokens)
        for result in answer["results"]:
            self._attempts.observe(result["attempts"])
            if result["status"] == "answered":
                self._confidence.observe(result["confidence"])
            elif result["status"] == "declined":
                self._declines.labels(reason_of(result)).inc()

    def _at_zero(self) -> None:
        """Show from the start what has not happened yet: a rate over a series that begins at 1 misses the first."""
        for outcome in OUTCOMES:
            self._questions.labels(outcome, "admin", "false")
        for status in ("ok", "error", *ENDED):
            self._runs.labels(status)
        for result in ("hit", "miss"):
            self._cache.labels(result)
        for direction in ("input", "output"):
            self._tokens.labels(direction)
        for kind in ("busy", "quota", "stopped", "input", "error"):
            self._refusals.labels(kind)
        for thumb in _THUMBS.values():
            self._ratings.labels(thumb)
