"""What is counted, as Prometheus reads it."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest
from ports import free_port
from prometheus_client.parser import text_string_to_metric_families

from crm_copilot.bootstrap import House
from crm_copilot.errors import OperatorError
from crm_copilot.people.roles import ROLES
from crm_copilot.respond.declining import scopes
from crm_copilot.watching.reasons import reason_of
from crm_copilot.watching.watch import OUTCOMES, Watch

SECRETS = ("Zenith Imports", "maria.silva@example.com", "Maria Silva", "11987654321")


def result(status: str = "answered", **more: Any) -> dict[str, Any]:
    return {"status": status, "attempts": 1, "confidence": 0.93, "reason": "", "code": "def f(): ...", **more}


def answer(*results: dict[str, Any], **more: Any) -> dict[str, Any]:
    given = {"turn": "t", "status": "answered", "seconds": 0.4, "results": list(results) or [result()]}
    spent = {"timings": {"retrieve": 0.02, "execute": 0.3}, "tokens": {"input": 90, "output": 12}, "runs": {"ok": 2}}
    return {**given, **spent, **more}


def test_a_question_is_counted_with_its_outcome_and_its_cost() -> None:
    watch = Watch()
    watch.answered(answer(result(), result("declined", reason="not understood")), person_role="rep", cached=False)
    assert watch.value("crm_questions_total", outcome="answered", role="rep") == 1
    assert watch.value("crm_questions_total", outcome="declined", role="rep") == 1
    assert watch.value("crm_declines_total", reason="not understood") == 1
    assert watch.value("crm_tokens_total", direction="input") == 90
    assert watch.value("crm_sandbox_runs_total", status="ok") == 2
    assert watch.value("crm_node_seconds_sum", node="execute") == pytest.approx(0.3)
    assert watch.value("crm_confidence_count") == 1, "a declined question has no relevance"
    assert watch.value("crm_attempts_count") == 2
    assert watch.value("crm_message_seconds_count") == 1


def test_an_answer_from_the_cache_costs_nothing_again() -> None:
    watch = Watch()
    watch.answered(answer(), person_role="rep", cached=True)
    assert watch.value("crm_questions_total", cached="true") == 1
    spent = ("crm_tokens_total", "crm_sandbox_runs_total", "crm_node_seconds_count", "crm_attempts_count")
    assert [watch.value(name) for name in spent] == [0, 0, 0, 0]


def test_cache_queue_refusals_ratings_and_programs() -> None:
    watch = Watch()
    watch.cache(True)
    watch.cache(False)
    watch.queue(7)
    watch.failed("busy")
    watch.sandbox("timeout")
    for thumbs in (1, 1, 0, None):
        watch.rated(thumbs)
    assert watch.value("crm_cache_lookups_total", result="hit") == watch.value("crm_cache_lookups_total") / 2 == 1
    assert watch.value("crm_queue_depth") == 7
    assert watch.value("crm_refusals_total", kind="busy") == 1
    assert watch.value("crm_sandbox_runs_total", status="timeout") == 1
    assert [watch.value("crm_ratings_total", thumb=thumb) for thumb in ("up", "down", "none")] == [2, 1, 1]


def test_two_watches_do_not_share_their_numbers() -> None:
    first, second = Watch(), Watch()
    first.cache(True)
    assert second.value("crm_cache_lookups_total") == 0


def test_no_count_is_lost_between_threads() -> None:
    watch = Watch()
    threads = [threading.Thread(target=lambda: [watch.cache(True) for _ in range(500)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert watch.value("crm_cache_lookups_total", result="hit") == 4000


def test_the_page_can_be_read_by_prometheus_and_names_nobody() -> None:
    watch = Watch()
    reasons = [f"unknown words: {SECRETS[2]}", f"no column {SECRETS[0]}", f"unreachable:{SECRETS[1]}", "scope:costs"]
    declined = [result("declined", reason=reason, question=SECRETS[3]) for reason in reasons]
    watch.answered(answer(*declined), person_role="rep", cached=False)
    page, kind = watch.exposition()
    text = page.decode()
    assert kind.startswith("text/plain")
    assert not [secret for secret in SECRETS if secret in text]
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert families["process_resident_memory_bytes"].samples[0].value > 1e6
    labels = {sample.labels["reason"] for sample in families["crm_declines"].samples if "reason" in sample.labels}
    assert labels == {"unknown words", "unsure", "unreachable", "not in the data: costs"}


def test_every_label_is_one_of_few_words() -> None:
    watch = Watch()
    for role in ROLES:
        watch.answered(answer(), person_role=role, cached=False)
    allowed = {"outcome", "role", "cached", "node", "reason", "status", "direction", "result", "kind", "thumb", "le"}
    for family in watch.registry.collect():
        for sample in family.samples:
            assert set(sample.labels) <= allowed, sample
    roles = {s.labels["role"] for f in watch.registry.collect() for s in f.samples if "role" in s.labels}
    assert roles == set(ROLES)


@pytest.mark.parametrize("name", scopes())
def test_each_thing_that_is_not_in_the_data_is_a_reason_of_its_own(name: str) -> None:
    expected = "leans on what was declined" if name == "unanswered" else f"not in the data: {name}"
    assert reason_of({"reason": f"scope:{name}"}) == expected


def test_a_program_that_failed_is_told_from_a_doubt() -> None:
    assert reason_of({"reason": "KeyError: 'Maria'", "code": "def f(): ...", "confidence": 0.0}) == "program failed"
    assert reason_of({"reason": "the candidates disagree", "code": "def f(): ...", "confidence": 0.3}) == "unsure"


def test_a_real_answer_is_counted_whole(house: House) -> None:
    """The keys that are read here are those that the copilot writes."""
    watch = Watch()
    answered = house.copilot.ask("How many orders were delivered, and what is the profit?")
    watch.answered(answered, person_role="admin", cached=False)
    assert watch.value("crm_questions_total") == len(answered["results"]) == 2
    assert [watch.value("crm_questions_total", outcome=outcome) for outcome in OUTCOMES] == [1, 1, 0]
    assert watch.value("crm_sandbox_runs_total", status="ok") == answered["runs"]["ok"] >= 1
    assert watch.value("crm_node_seconds_count") == 5


def test_the_tokens_of_a_real_answer_are_counted(house: House) -> None:
    watch = Watch()
    answered = house.copilot.ask("revenue by state in 2018")
    watch.answered(answered, person_role="admin", cached=False)
    for direction in ("input", "output"):
        assert watch.value("crm_tokens_total", direction=direction) == answered["tokens"][direction] > 10


def test_a_process_without_a_server_of_its_own_gives_its_numbers_at_a_port() -> None:
    watch, port = Watch(), free_port()
    watch.listen(port, "127.0.0.1")
    watch.cache(True)
    page = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    assert 'crm_cache_lookups_total{result="hit"} 1.0' in page
    with pytest.raises(OperatorError, match=f"CRM_METRICS_PORT is {port}"):
        Watch().listen(port, "127.0.0.1")
