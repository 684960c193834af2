"""What the service costs: seconds until `crm serve` is ready, and its overhead over the bare copilot.

    python benchmarks/service.py [ROUNDS]

Asks the demo company under CRM_HOME the same questions by turns: the copilot alone, the service around it with its
cache off, and over HTTP; and the service with its cache on. Prints medians in milliseconds. Processor seconds are
given beside the clock for a machine that has other work.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from crm_copilot.bootstrap import House
from crm_copilot.interfaces.api.application import create
from crm_copilot.people import OWNER
from crm_copilot.service import Service
from crm_copilot.settings import load_settings

WAYS = ("clock", "processor")
QUESTIONS = ("How many orders were there in 2017?", "Revenue by month in 2018", "Top 5 categories by revenue")


def timed(do):
    """Return milliseconds on the clock and of this process's processor time, sandbox not counted."""
    clock, processor = time.perf_counter(), time.process_time()
    do()
    return (time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000


def post(port, path, body):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)


def over_http(service):
    """Serve the service in a thread of this process; return the port."""
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(create(service), port=0, log_level="error", lifespan="off"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    return server.servers[0].sockets[0].getsockname()[1]


def overhead(rounds):
    house = House(load_settings(cache_seconds=0.0))
    cached = Service(House(load_settings()))
    service = Service(house)
    port = over_http(service)
    ways = {
        "copilot": lambda q: house.copilot.ask(q),
        "service": lambda q: service.ask(OWNER, q),
        "http": lambda q: post(port, "/question", {"question": q}),
        "cached": lambda q: cached.ask(OWNER, q),
    }
    found = {name: [] for name in ways}
    for ask in ways.values():
        for question in QUESTIONS:
            ask(question)
    for number in range(rounds):
        for name, ask in ways.items():
            found[name].append(timed(lambda ask=ask, number=number: ask(QUESTIONS[number % len(QUESTIONS)])))
    medians = {
        name: {way: round(statistics.median(pair[place] for pair in times), 1) for place, way in enumerate(WAYS)}
        for name, times in found.items()
    }
    service.close()
    cached.close()
    return medians


def readiness():
    """Start `crm serve` as a user does; return seconds on the clock and of the processor until it is ready."""
    with tempfile.TemporaryFile() as log:
        began = time.perf_counter()
        command = [sys.executable, "-m", "crm_copilot.interfaces.cli", "serve", "--port", "8199"]
        process = subprocess.Popen(command, stderr=log)
        while True:
            try:
                urllib.request.urlopen("http://127.0.0.1:8199/ready", timeout=5)
                break
            except OSError:
                time.sleep(0.02)
        clock, processor = time.perf_counter() - began, processor_seconds(process.pid)
        process.terminate()
        process.wait(30)
    return {"ready_seconds": round(clock, 2), "processor_seconds": round(processor, 2)}


def processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    print(json.dumps({"overhead_ms": overhead(rounds), "starts": [readiness() for _ in range(3)]}, indent=1))
