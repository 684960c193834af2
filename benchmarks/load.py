"""Twenty people at once against `crm serve`: how much it answers, how fast, whose answers they are, and its memory.

    python benchmarks/load.py [--people 20] [--seconds 300] [--think 2] [--home DIR] [--postgres] > report.json

The server is a process of its own, this one is the people: each has an account, a role, cities of their own and a
conversation; asks about these cities, follows up, reads for a while, sometimes rates. Counts are known beforehand from
the data by SQL, so an answer that is another's is seen by its number, its city, its question and its ids; at the end
every conversation is read again, so an answer that was lost is seen too. "Busy" is waited for, as it says, and counted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

ROOT = Path(__file__).parents[1]
ROLES = ("admin", "analyst", "marketing", "rep", "rep")
CITIES = 6  # of each person
WARM = 0.3  # share of the run after which memory has to be flat
OPENERS = (
    "How many orders are there in {city}?",
    "Number of orders in {city}",
    "Revenue by month in {city}",
    "Top 5 categories by revenue in {city}",
    "Average review score in {city}",
    "Payments by type in {city}",
)
COUNTED = 2  # the first of them, whose number is known
FOLLOW_UPS = ("only {year}", "and in {year}?", "and by weekday?")


@dataclass
class Someone:
    """One of the people: who they are, what is theirs to ask, and what is known about it."""

    name: str
    role: str
    state: str | None
    cities: dict[str, dict[int, int]]  # orders by year
    key: str = ""
    turns: dict[str, list[str]] = field(default_factory=dict)  # of each conversation


@dataclass
class Tally:
    """What came of it."""

    seconds: list[tuple[float, float]] = field(default_factory=list)  # when, how long
    outcomes: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    crossed: list[str] = field(default_factory=list)
    memory: list[dict[str, float]] = field(default_factory=list)
    cached: int = 0
    checked: int = 0
    busy: int = 0
    rated: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--think", type=float, default=2.0, help="seconds that somebody reads an answer, on average")
    parser.add_argument("--home", type=Path, help="CRM_HOME with data; without it the demo company is made")
    parser.add_argument("--database", help="CRM_DATABASE_URL; without it SQLite")
    parser.add_argument("--postgres", action="store_true", help="over a PostgreSQL that is started for it")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as made, database(wanted) as url:
        quota = {"CRM_QUESTIONS_A_MINUTE": "600", "CRM_QUESTIONS_A_DAY": "100000"}
        os.environ |= {"CRM_HOME": str(wanted.home or made), "CRM_DATABASE_URL": url, **quota}
        people = settle(wanted.people)
        with serving() as (address, process, started):
            report = asyncio.run(load(address, process, people, wanted))
        report["ready_seconds"] = started
    print(json.dumps(report, indent=1))


# ------------------------------------------------------------------------------------------------- before it begins


def settle(count: int) -> list[Someone]:
    """Give everybody an account, and cities that are nobody else's."""
    from crm_copilot.bootstrap import bootstrap

    house = bootstrap()
    try:
        with house.dataset.connect() as data:
            known = data.execute(
                "SELECT customer_state, customer_city, year(order_purchase_timestamp::timestamp), count(*) FROM orders"
                " JOIN customers USING (customer_id) GROUP BY ALL"
            ).fetchall()
        people = shared_out(known, count)
        for someone in people:
            states = [someone.state] if someone.state else None
            person = house.accounts.add(f"{someone.name}-{time.time_ns()}", None, someone.role, states=states)
            someone.key = house.accounts.new_key(person.id, "load", ("ask", "read", "feedback"))
    finally:
        house.close()
    return people


def shared_out(known: list[tuple[str, str, int, int]], count: int) -> list[Someone]:
    """Return the people, each with the next cities of what they may see."""
    orders: dict[tuple[str, str], dict[int, int]] = {}
    for state, city, year, number in known:
        orders.setdefault((state, city), {})[year] = number
    several = Counter(city for _, city in orders)
    places = [place for place in orders if several[place[1]] == 1 and len(place[1]) > 5]
    places.sort(key=lambda place: -sum(orders[place].values()))
    states = [state for state, _ in Counter(state for state, _ in places).most_common(3)]
    people = []
    for number in range(count):
        role = ROLES[number % len(ROLES)]
        state = states[number % len(states)] if role == "rep" else None
        mine = [place for place in places if state in (None, place[0])][:CITIES]
        places = [place for place in places if place not in mine]
        people.append(Someone(f"person-{number}", role, state, {city: orders[state_, city] for state_, city in mine}))
    return people


@contextmanager
def database(wanted: argparse.Namespace) -> Iterator[str]:
    """Give the address of the database; "" for SQLite. A PostgreSQL of its own writes to the disk as in production."""
    if not wanted.postgres:
        yield wanted.database or ""
        return
    sys.path.insert(0, str(ROOT / "tests"))
    from postgres import PostgresServer

    server = PostgresServer(safe=True)
    try:
        yield server.url(server.new_database())
    finally:
        server.close()


@contextmanager
def serving() -> Iterator[tuple[str, psutil.Process, float]]:
    """Run `crm serve` on a free port; give its address, its process and the seconds until it was ready."""
    command = [sys.executable, "-m", "crm_copilot.interfaces.cli", "serve", "--port", "0"]
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"http://\S+", said)
        assert found, said + process.stderr.read()
        try:
            while not is_ready(found[0]):
                time.sleep(0.05)
            yield found[0], psutil.Process(process.pid), round(time.perf_counter() - began, 2)
        finally:
            process.terminate()
            sys.stderr.write(process.stderr.read())


def is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/ready").status_code == 200
    except httpx.HTTPError:
        return False


# --------------------------------------------------------------------------------------------------- while it lasts


async def load(
    address: str, process: psutil.Process, people: list[Someone], wanted: argparse.Namespace
) -> dict[str, Any]:
    """Let everybody ask until the time is over; return the report."""
    tally, began = Tally(), time.monotonic()
    until = began + wanted.seconds
    limits = httpx.Limits(max_connections=len(people) + 5)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        watching, used = asyncio.create_task(watch(process, tally, began)), Used(process)
        await asyncio.gather(*(live(client, someone, people, tally, began, until, wanted.think) for someone in people))
        watching.cancel()
        cores = used.since()
        seconds = time.monotonic() - began
        lost = [name for someone in people for name in await missing(client, someone)]
        metrics = (await client.get("/metrics")).text
    return reported(tally, seconds, lost, metrics, wanted) | {"cores": cores}


async def live(
    client: httpx.AsyncClient, me: Someone, everybody: list[Someone], tally: Tally, began: float, until: float,
    think: float,
) -> None:  # fmt: skip
    """Ask, follow up, read, sometimes rate."""
    chance = random.Random(me.name)
    foreign = {city for someone in everybody if someone is not me for city in someone.cities}
    while time.monotonic() < until:
        conversation, asked_before = None, None
        city, first = chance.choice(list(me.cities)), chance.randrange(len(FOLLOW_UPS))
        for step in range(chance.randint(1, 4)):
            year = 2017 + step % 2
            template = chance.choice(OPENERS) if step == 0 else FOLLOW_UPS[(first + step) % len(FOLLOW_UPS)]
            question = template.format(city=city.title(), year=year)  # a small "contagem" is a common word
            answer = await ask(client, me, question, conversation, tally, began)
            if answer is not None:
                conversation = answer["conversation_id"]
                me.turns.setdefault(conversation, []).append(answer["turn"])
                counts = template in OPENERS[:COUNTED] or (asked_before in OPENERS[:COUNTED] and "{year}" in template)
                expected = me.cities[city] if counts else None
                check(answer, me, question, city, expected, year if step else None, foreign, tally)
                if chance.random() < 0.05:
                    await rate(client, me, answer, tally)
                asked_before = template if step == 0 else asked_before if "{year}" in template else None
            if time.monotonic() >= until:
                return
            await asyncio.sleep(chance.uniform(0.3, 1.7) * think)
            if answer is None or answer["status"] != "answered":
                break  # nothing to follow up


async def ask(
    client: httpx.AsyncClient, me: Someone, question: str, conversation: str | None, tally: Tally, began: float
) -> dict[str, Any] | None:
    """Ask until there is an answer, waiting as long as "busy" says; None for an error, which is counted."""
    body = {"question": question, "conversation_id": conversation}
    while True:
        asked = time.monotonic()
        try:
            response = await client.post("/question", json=body, headers={"Authorization": f"Bearer {me.key}"})
        except httpx.HTTPError as error:
            tally.errors[type(error).__name__] += 1
            return None
        if response.status_code == 200:
            tally.seconds.append((asked - began, time.monotonic() - asked))
            return dict(response.json())
        problem = response.json()
        if problem.get("code") != "busy":
            tally.errors[f"{response.status_code} {problem.get('detail', '')[:120]}"] += 1
            return None
        tally.busy += 1
        await asyncio.sleep(float(response.headers["Retry-After"]))


async def rate(client: httpx.AsyncClient, me: Someone, answer: dict[str, Any], tally: Tally) -> None:
    if answer["status"] != "answered":
        return
    body = {"conversation_id": answer["conversation_id"], "turn": answer["turn"], "feedback": 1}
    response = await client.post("/feedback", json=body, headers={"Authorization": f"Bearer {me.key}"})
    tally.rated += response.status_code == 200
    if response.status_code != 200:
        tally.errors[f"feedback: {response.status_code} {response.text[:120]}"] += 1


def check(
    answer: dict[str, Any], me: Someone, question: str, city: str, expected: dict[int, int] | None, year: int | None,
    foreign: set[str], tally: Tally,
) -> None:  # fmt: skip
    """See that an answer is the one to what was asked, and nobody else's."""
    tally.outcomes[answer["status"]] += 1
    tally.cached += bool(answer.get("cached"))
    (result, *_) = answer["results"]
    said = f"{result['understood_as']} {result['answer']}".casefold()
    others = [name for name in foreign if f"city {name}" in said or f"in {name}" in said]
    wrong = answer["question"] != question or bool(others)
    if answer["status"] == "answered":
        wrong |= city not in said and "city" not in result["columns"] and bool(result["understood_as"])
        if expected is not None and len(result["rows"]) == 1 and len(result["columns"]) == 1:
            known = sum(expected.values()) if year is None else expected.get(year, 0)
            tally.checked += 1
            wrong |= result["rows"][0][0] != known
    if wrong:
        tally.crossed.append(f"{me.name} asked {question!r} of {city}, got {answer['question']!r}: {said[:200]}")


async def missing(client: httpx.AsyncClient, me: Someone) -> list[str]:
    """Return the turns that were answered and are not in the conversations of this person."""
    gone = []
    for conversation, turns in me.turns.items():
        response = await client.get(f"/conversations/{conversation}", headers={"Authorization": f"Bearer {me.key}"})
        there = {turn["turn"] for turn in response.json().get("turns", []) if turn["answer"]}
        gone += [turn for turn in turns if turn not in there]
    return gone


class Used:
    """How many cores were used since it was made: by the server with its sandboxes, by the people, by anybody else."""

    def __init__(self, process: psutil.Process) -> None:
        self._process, self._began, self._before = process, time.monotonic(), self._spent(process)

    def since(self) -> dict[str, float]:
        seconds = time.monotonic() - self._began
        server, people, whole = (
            (now - before) / seconds for now, before in zip(self._spent(self._process), self._before, strict=True)
        )
        return {
            "there": psutil.cpu_count() or 0, "server": round(server, 2), "people": round(people, 2),
            "others": round(max(0.0, whole - server - people), 2),
        }  # fmt: skip

    @staticmethod
    def _spent(process: psutil.Process) -> tuple[float, float, float]:
        tree = sum(_processor(one) for one in (process, *process.children(recursive=True)))
        times = psutil.cpu_times()
        return tree, sum(psutil.Process().cpu_times()[:2]), times.user + times.system + times.nice + times.softirq


def _processor(process: psutil.Process) -> float:
    """Return the seconds of the processor that a process took, with its children that have ended."""
    try:
        return float(sum(process.cpu_times()[:4]))
    except psutil.Error:
        return 0.0


async def watch(process: psutil.Process, tally: Tally, began: float) -> None:
    """Write down every five seconds how much memory the server and its sandboxes take, in MB."""
    while True:
        tally.memory.append({"at": round(time.monotonic() - began, 1), **await asyncio.to_thread(memory_of, process)})
        await asyncio.sleep(5)


def memory_of(process: psutil.Process) -> dict[str, float]:
    children = process.children(recursive=True)
    own = [_mb(process), sum(map(_mb, children))]
    return {"server": own[0], "sandboxes": own[1], "processes": 1 + len(children)}


def _mb(process: psutil.Process) -> float:
    """Return the memory of a process, its share of what several use counted once."""
    try:
        return round(process.memory_full_info().pss / 1e6, 1)
    except psutil.Error:
        return 0.0


# ---------------------------------------------------------------------------------------------------------- the end


def reported(tally: Tally, seconds: float, lost: list[str], metrics: str, wanted: argparse.Namespace) -> dict[str, Any]:
    times = [took for _, took in tally.seconds]
    cuts = statistics.quantiles(times, n=100) if len(times) > 1 else [0.0] * 99
    return {
        "people": wanted.people,
        "seconds": round(seconds, 1),
        "think_seconds": wanted.think,
        "answers": len(times),
        "answers_a_second": round(len(times) / seconds, 2),
        "answers_a_second_by_minute": by_minute(tally, seconds),
        "outcomes": tally.outcomes,
        "from_the_cache": tally.cached,
        "numbers_checked": tally.checked,
        "latency": {f"p{n}": round(cuts[n - 1], 3) for n in (50, 90, 95, 99)},
        "slowest": round(max(times, default=0), 3),
        "busy": tally.busy,
        "rated": tally.rated,
        "errors": tally.errors,
        "crossed": len(tally.crossed),
        "crossed_examples": tally.crossed[:5],
        "lost": len(lost),
        "memory": memory(tally, seconds),
        "nodes": nodes(metrics),
    }


def by_minute(tally: Tally, seconds: float) -> list[float]:
    whole = [60.0] * int(seconds // 60) + ([seconds % 60] if seconds % 60 > 5 else [])
    done = Counter(int((asked + took) // 60) for asked, took in tally.seconds)
    return [round(done[minute] / length, 2) for minute, length in enumerate(whole)]


def memory(tally: Tally, seconds: float) -> dict[str, Any]:
    """Return the memory over time, and how it grows after the warm-up, in MB a minute (least squares)."""
    warm = [sample for sample in tally.memory if sample["at"] >= WARM * seconds]
    report: dict[str, Any] = {"samples": tally.memory[:: max(1, len(tally.memory) // 30)]}
    for name in ("server", "sandboxes"):
        most = max((sample[name] for sample in tally.memory), default=None)
        report[name] = {"most_mb": most, **growth([(sample["at"] / 60, sample[name]) for sample in warm])}
    return report


def growth(series: list[tuple[float, float]]) -> dict[str, float | None]:
    """Return the slope of a series by least squares, and its standard error."""
    if len(series) < 3:
        return {"mb_a_minute_after_warm_up": None, "standard_error": None}
    at, sizes = zip(*series, strict=True)
    slope, level = statistics.linear_regression(at, sizes)
    left = sum((size - level - slope * when) ** 2 for when, size in series) / (len(series) - 2)
    error = (left / (statistics.variance(at) * (len(series) - 1))) ** 0.5
    return {"mb_a_minute_after_warm_up": round(slope, 2), "standard_error": round(error, 2)}


def nodes(metrics: str) -> dict[str, float]:
    """Return the mean seconds of each node, as the server counted them."""
    line = r'crm_node_seconds_{}{{node="(\w+)"}} (\S+)'
    found = {kind: dict(re.findall(line.format(kind), metrics)) for kind in ("sum", "count")}
    return {node: round(float(total) / float(found["count"][node]), 4) for node, total in found["sum"].items()}


if __name__ == "__main__":
    main()
