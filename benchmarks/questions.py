"""What a question costs: `crm ask` from a cold start, and warm questions through the same door as every front end.

    python benchmarks/questions.py [--questions 100] [--cold 5] [--home DIR]

Warm: questions that ship, each in a conversation of its own, after one to warm up; median and 95th percentile, and the
share of each node. Cold: a new process for each, from the call to the end of the answer. Times of one machine say
little by themselves; compare two versions in one run.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
QUESTIONS = ROOT / "evaluation" / "questions"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--cold", type=int, default=5)
    parser.add_argument("--home", type=Path, help="CRM_HOME with data; without it the demo company is made")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        os.environ["CRM_HOME"] = str(wanted.home or made)
        warm(asked(wanted.questions))
        cold(wanted.cold)


def asked(count: int) -> list[str]:
    """Return questions of all files in turn, single ones only."""
    files = [file.read_text("utf-8").splitlines() for file in sorted(QUESTIONS.glob("*.jsonl"))]
    lines = [json.loads(line) for rows in zip(*files, strict=False) for line in rows]
    return [line["question"] for line in lines if line["kind"] not in ("followup", "decline")][:count]


def warm(questions: list[str]) -> None:
    from crm_copilot.bootstrap import bootstrap

    house = bootstrap()
    try:
        house.copilot.ask("number of orders")
        seconds, nodes, outcomes = [], Counter(), Counter()
        for question in questions:
            began = time.perf_counter()
            answer = house.copilot.ask(question)
            seconds.append(time.perf_counter() - began)
            nodes.update(answer["timings"])
            outcomes[answer["status"]] += 1
    finally:
        house.close()
    spread = statistics.quantiles(seconds, n=20)
    counts = ", ".join(f"{n} {status}" for status, n in outcomes.items())
    times = f"median {statistics.median(seconds):.3f} s, 95th percentile {spread[18]:.3f} s"
    print(f"warm, {len(seconds)} questions ({counts}): {times}, slowest {max(seconds):.3f} s")
    whole = sum(seconds)
    print(
        "      "
        + ", ".join(f"{node} {100 * spent / whole:.0f} %" for node, spent in nodes.most_common())
        + " of the time"
    )


def cold(times: int) -> None:
    command = [sys.executable, "-m", "crm_copilot.interfaces.cli", "ask", "--json", "revenue by state in 2018"]
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        seconds.append(time.perf_counter() - began)
    print(f"cold, {times} times `crm ask`: median {statistics.median(seconds):.2f} s, slowest {max(seconds):.2f} s")


if __name__ == "__main__":
    main()
