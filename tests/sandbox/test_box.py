"""The sandbox as its users see it: results, limits, several at once, loss of the zygote, and its papers."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from crm_copilot.errors import Busy, SandboxUnavailable
from crm_copilot.sandbox import Limits, Sandbox, ground, selftest
from crm_copilot.sandbox import box as box_module
from crm_copilot.sandbox.inside.order import Layers

from .programs.benign import PROGRAMS

SLEEP = "def f():\n    import time\n    time.sleep({seconds})\n    return 1"


def zygote_of(sandbox: Sandbox) -> psutil.Process:
    return psutil.Process(sandbox.doctor()["zygote"]["pid"])


def test_a_result_has_columns_rows_and_seconds(gated: Sandbox) -> None:
    execution = gated.run("def answer(df):\n    print('counting')\n    return len(df)")
    assert (execution.columns, execution.rows, execution.value) == (("value",), ((300,),), 300)
    assert execution.printed == "counting\n"
    assert 0 < execution.seconds < 2


def test_frames_have_the_types_of_pandas_3(gated: Sandbox) -> None:
    execution = gated.run("def answer(df, orders):\n    return {**df.dtypes.astype(str), **orders.dtypes.astype(str)}")
    assert execution.value["order_id"] == "str"
    assert execution.value["score"] == "float64"
    assert execution.value["timestamp"].startswith("datetime64")


@pytest.mark.parametrize(
    "change",
    [
        "df['score'] = 0",
        "df.drop(df.index, inplace=True)",
        "df.columns = list('abcde')",
        "df.iloc[0, 0] = 'changed'",
        "df['score'].to_numpy().setflags(write=True)\n    df['score'].to_numpy()[:] = 0",
        "import ctypes\n    a = df['score'].to_numpy()\n    ctypes.memset(a.ctypes.data, 0, a.nbytes)",
        "pd.DataFrame.sum = lambda *a, **k: 0\n    pd.DataFrame.mean = None",
        "import builtins\n    builtins.len = lambda x: 7",
        "np.sum = np.mean = None",
        "import sys\n    sys.modules.clear()",
        "np.random.seed(1)",
        "pd.set_option('display.width', 3)",
    ],
)
def test_nothing_a_program_changes_reaches_the_next(box: Sandbox, change: str) -> None:
    ask = (
        "def f(df):\n    return len(df), float(df['score'].sum()), df.iloc[0, 0], float(np.sum([1])), "
        "pd.get_option('display.width'), float(np.random.random())"
    )
    before = box.run(ask)
    box.run(f"def f(df):\n    {change}\n    return 1")
    assert before.ok
    assert box.run(ask).rows == before.rows


def test_one_program_cannot_tell_another(box: Sandbox) -> None:
    box.run("def f():\n    import sys\n    sys.told = 'secret'\n    pd.told = 'secret'\n    return 1")
    assert box.run("def f():\n    import sys\n    return hasattr(sys, 'told') or hasattr(pd, 'told')").value is False


def test_a_long_table_is_cut_at_ten_thousand(box: Sandbox) -> None:
    execution = box.run("def f():\n    return pd.DataFrame({'x': range(25_000)})")
    assert len(execution.rows) == 10_000
    assert execution.n_rows == 25_000
    assert execution.truncated


def test_several_frames_come_back_together(box: Sandbox) -> None:
    execution = box.run(
        "def f(df):\n    return {'head': df[['score']].head(1), 'count': pd.DataFrame({'n': [len(df)]})}"
    )
    assert execution.columns == ("score",)
    assert execution.value[1] == {"name": "count", "columns": ["n"], "rows": [[300]]}


def test_a_deadline_can_be_shortened_and_not_lengthened(box: Sandbox) -> None:
    assert box.run(SLEEP.format(seconds=3), timeout_seconds=0.2).status == "timeout"
    assert box.run(SLEEP.format(seconds=0.2), timeout_seconds=0).status == "timeout"
    started = time.monotonic()
    assert box.run(SLEEP.format(seconds=30), timeout_seconds=60).status == "timeout"
    assert time.monotonic() - started < 7


def test_memory_is_its_own_status(box: Sandbox) -> None:
    execution = box.run("def f():\n    return len(bytearray(2 << 30))")
    assert (execution.status, execution.error_type) == ("memory", "MemoryError")
    assert box.run("def f():\n    return len(bytearray(200 << 20))").ok


def test_a_crash_is_an_error_of_the_program(box: Sandbox) -> None:
    execution = box.run("def f():\n    import ctypes\n    ctypes.string_at(0)")
    assert (execution.status, execution.error_type) == ("error", "Crash")
    assert "SIGSEGV" in (execution.error or "")


def test_a_killed_program_ran_out_of_memory_or_time(box: Sandbox) -> None:
    """SIGKILL that the zygote did not send is the kernel's: for memory, or for processor time."""
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(box.run, SLEEP.format(seconds=3))
        time.sleep(0.4)
        for child in zygote_of(box).children():
            child.kill()
        assert running.result().status == "memory"
    assert box.run("def f():\n    return 1").value == 1


def test_a_program_can_be_cancelled(box: Sandbox) -> None:
    cancel = threading.Event()
    threading.Timer(0.2, cancel.set).start()
    execution = box.run(SLEEP.format(seconds=4), cancel=cancel)
    assert execution.error_type == "Cancelled"
    assert execution.seconds < 1


def test_several_run_at_once_and_keep_apart(box: Sandbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        programs = [f"def f(df):\n    return {n} + 0 * len(df)" for n in range(40)]
        assert [execution.value for execution in pool.map(box.run, programs)] == list(range(40))


def test_who_waits_too_long_is_told_so(files: dict[str, Path]) -> None:
    limits = Limits(workers=1, queue_seconds=0.2)
    with Sandbox({"df": files["df"]}, limits=limits) as sandbox, ThreadPoolExecutor(1) as pool:
        sandbox.start()
        running = pool.submit(sandbox.run, SLEEP.format(seconds=1))
        time.sleep(0.3)
        with pytest.raises(Busy, match=r"try again"):
            sandbox.run("def f():\n    return 1")
        assert running.result().ok


def test_no_process_is_left_over(box: Sandbox) -> None:
    zygote = zygote_of(box)
    for code in (
        "def f():\n    while True: pass",
        "def f():\n    import os\n    os.close(3)\n    while True: pass",
    ):
        box.run(code, timeout_seconds=0.3)
    deadline = time.monotonic() + 3
    while len(zygote.children()) > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(zygote.children()) <= 1


def test_construction_returns_at_once(files: dict[str, Path]) -> None:
    started = time.monotonic()
    with Sandbox(files):
        assert time.monotonic() - started < 0.2


def test_heavy_libraries_are_there_even_for_the_first_program(files: dict[str, Path]) -> None:
    with Sandbox(files) as sandbox:
        assert sandbox.run("def f(df):\n    return len(df)").ok
        assert sandbox.run(PROGRAMS["a statsmodels formula"]).ok


def test_one_that_is_not_eager_loads_them_for_the_program_that_wants_them(files: dict[str, Path]) -> None:
    with Sandbox(files, eager=False) as sandbox:
        assert sandbox.run("def f(df):\n    return len(df)").ok
        assert sandbox.doctor()["zygote"]["warm_seconds"] is None
        before = sandbox.doctor()["zygote"]["rss_mb"]
        assert sandbox.run(PROGRAMS["a statsmodels formula"]).ok
        warm = sandbox.doctor()["zygote"]
        assert warm["warm_seconds"] is not None
        assert warm["rss_mb"] > before + 50


def test_other_packages_look_as_if_they_were_not_installed(box: Sandbox, tmp_path: Path) -> None:
    for name in ("pytest", "psutil", "crm_copilot"):
        assert box.run(f"def f():\n    import {name}").error_type == "ModuleNotFoundError"
    assert box.run("def f():\n    import pandas.plotting, wave, sklearn.datasets\n    return 1").ok


def test_libraries_can_be_loaded_by_a_program_itself(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """As it must when a program comes before the zygote is warm."""
    monkeypatch.setattr(Sandbox, "_warm", lambda self, zygote: None)
    monkeypatch.setattr(box_module, "_HEAVY", re.compile("(?!)"))
    with Sandbox(files) as sandbox:
        for name in ("a statsmodels formula", "a linear forecast", "a test of means", "a bar chart"):
            execution = sandbox.run(PROGRAMS[name])
            assert execution.ok, execution.error


def test_a_file_that_is_not_there_makes_the_sandbox_unavailable(tmp_path: Path) -> None:
    sandbox = Sandbox({"orders": tmp_path / "missing.arrow"})
    with pytest.raises(SandboxUnavailable, match=r"missing.arrow"):
        sandbox.run("def f(orders):\n    return 1")
    sandbox.close()


def test_a_closed_sandbox_runs_nothing(files: dict[str, Path]) -> None:
    sandbox = Sandbox({"df": files["df"]})
    sandbox.start()
    pid = zygote_of(sandbox).pid
    sandbox.close()
    with pytest.raises(SandboxUnavailable, match=r"closed"):
        sandbox.run("def f():\n    return 1")
    assert not psutil.pid_exists(pid)


# Losing the zygote


@pytest.fixture
def mortal(files: dict[str, Path]) -> Sandbox:
    sandbox = Sandbox({"df": files["df"]}, gate=False, limits=Limits(wall_seconds=4))
    sandbox.start()
    return sandbox


@pytest.mark.parametrize("after", [0.0, 0.001, 0.003, 0.01, 0.1, 0.3])
def test_a_killed_zygote_costs_no_answer(mortal: Sandbox, after: float) -> None:
    with mortal, ThreadPoolExecutor(1) as pool:
        pid = zygote_of(mortal).pid
        running = pool.submit(mortal.run, SLEEP.format(seconds=0.2))
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
        execution = running.result(20)
        assert execution.value == 1 or execution.error_type == "Lost"
        assert mortal.run("def f(df):\n    return len(df)").value == 300


@pytest.mark.parametrize("kills", [1, 3])
def test_a_zygote_that_is_killed_as_it_starts_is_started_again(files: dict[str, Path], kills: int) -> None:
    with _killing_new_children(kills) as killed, Sandbox({"df": files["df"]}) as sandbox:
        assert sandbox.run("def f(df):\n    return len(df)").value == 300
        assert all(probe.held for probe in sandbox.self_test())
        assert len(killed) == kills


def test_a_zygote_that_is_always_killed_is_given_up(files: dict[str, Path]) -> None:
    with (
        _killing_new_children(1000),
        Sandbox({"df": files["df"]}) as sandbox,
        pytest.raises(SandboxUnavailable, match=r"killed 5 times while it started.*ask again"),
    ):
        sandbox.run("def f():\n    return 1")


@contextmanager
def _killing_new_children(most: int) -> Iterator[list[psutil.Process]]:
    """Kill the next processes that this one starts, `most` of them, as soon as they are there."""
    this, over = psutil.Process(), threading.Event()
    old, killed = set(this.children()), list[psutil.Process]()

    def watch() -> None:
        while not over.wait(0.01) and len(killed) < most:
            for child in set(this.children()) - old - set(killed):
                child.kill()
                killed.append(child)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield killed
    finally:
        over.set()
        watcher.join()


def test_a_killed_zygote_takes_its_workers_along(mortal: Sandbox) -> None:
    with mortal, ThreadPoolExecutor(1) as pool:
        zygote = zygote_of(mortal)
        pool.submit(mortal.run, SLEEP.format(seconds=1))
        time.sleep(0.3)
        workers = zygote.children()
        zygote.kill()
        psutil.wait_procs(workers, 3)
        assert workers
        assert not any(worker.is_running() for worker in workers)


def test_a_stopped_zygote_is_replaced(mortal: Sandbox) -> None:
    with mortal:
        os.kill(zygote_of(mortal).pid, signal.SIGSTOP)
        execution = mortal.run("def f():\n    while True: pass", timeout_seconds=0.2)
        assert execution.error_type in ("Lost", "Timeout")
        assert mortal.run("def f():\n    return 1").value == 1


def test_a_zygote_that_was_ended_is_lost_before_its_end_is_heard(mortal: Sandbox) -> None:
    with mortal:
        mortal.run("def f():\n    return 1")
        zygote = mortal._living()
        zygote.kill()
        assert not zygote.alive
        assert mortal.run("def f():\n    return 1").value == 1


def test_a_program_that_called_a_tool_is_not_run_again(files: dict[str, Path]) -> None:
    class Kill:
        name = "kill"
        calls = 0

        def call(self, arguments: dict[str, object]) -> int:
            self.calls += 1
            os.kill(sandbox.doctor()["zygote"]["pid"], signal.SIGKILL)
            return 1

    tool = Kill()
    with Sandbox({"df": files["df"]}, {"kill": tool}) as sandbox:
        execution = sandbox.run("def f(kill):\n    kill()\n    import time\n    time.sleep(2)\n    return 1")
        assert (execution.status, execution.error_type, tool.calls) == ("error", "Lost", 1)
        assert sandbox.run("def f():\n    return 1").ok


def test_the_zygote_ends_with_the_app(files: dict[str, Path]) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom crm_copilot.sandbox import Sandbox\n"
        f"box = Sandbox({{'df': Path({str(files['df'])!r})}})\n"
        "print(box.doctor()['zygote']['pid'], box._zygote._home.name, flush=True)\nos._exit(0)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}  # noqa: TID251
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    pid, folder = done.stdout.split()
    gone = time.monotonic() + 5
    while psutil.pid_exists(int(pid)) and time.monotonic() < gone:
        time.sleep(0.05)
    assert not psutil.pid_exists(int(pid))
    assert not Path(folder).exists()


# Failing closed


def test_the_self_test_tries_ten_things_and_all_are_held(gated: Sandbox) -> None:
    probes = gated.self_test()
    assert len(probes) == 10
    assert selftest.broken(probes) == []


@pytest.mark.parametrize(
    "layers",
    [
        Layers(landlock=False),
        Layers(seccomp=False),
        Layers(limits=False),
        Layers(landlock=False, seccomp=False),
    ],
)
def test_the_self_test_finds_a_missing_layer(with_layers: Callable[[Layers], Sandbox], layers: Layers) -> None:
    assert selftest.broken(with_layers(layers).self_test())


def test_a_broken_sandbox_serves_nothing(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    tried = [
        selftest.Attempt("add", "return 1 + 1"),
        selftest.Attempt("stumble", "return 1 / 0"),
        selftest.Attempt("be refused", "raise PermissionError"),
        selftest.Attempt("wait too long", "while True: pass", seconds=0.2),
    ]
    monkeypatch.setattr(selftest, "attempts", lambda memory: tried)
    sandbox = Sandbox({"df": files["df"]})
    with pytest.raises(SandboxUnavailable, match=r"nothing prevented this: add, stumble, wait too long. Way out"):
        sandbox.run("def f():\n    return 1")
    sandbox.close()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [("seccomp.available", False, "does not filter"), ("syscalls.here", None, "no table of system calls")],
)
def test_a_machine_that_cannot_confine_is_refused(
    name: str, value: object, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"crm_copilot.sandbox.inside.{name}", lambda: value)
    with pytest.raises(SandboxUnavailable, match=rf"{reason}.*Way out: run it on Linux"):
        Sandbox({}).run("def f():\n    return 1")


def test_another_system_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground.sys, "platform", "darwin")
    with pytest.raises(SandboxUnavailable, match=r"neither seccomp nor Landlock.*WSL2"):
        Sandbox({}).run("def f():\n    return 1")


def test_no_variable_turns_it_off(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "CRM_SANDBOX",
        "CRM_SANDBOX_OFF",
        "CRM_UNSAFE",
        "PYTHONSTARTUP",
        "PYTHONPATH",
        "LD_PRELOAD",
        "PYTHONINSPECT",
    ):
        monkeypatch.setenv(name, "off")
    with Sandbox({"df": files["df"]}) as sandbox:
        assert sandbox.doctor()["mode"] == "full"
        assert sandbox.run("def f():\n    import os\n    return 1").status == "denied"


# The papers


def test_the_doctor_tells_mode_limits_and_memory(gated: Sandbox) -> None:
    papers = gated.doctor()
    json.dumps(papers)
    assert papers["mode"] == "full"
    assert papers["landlock_abi"] >= 1
    assert papers["seccomp"]
    assert papers["gate"]
    assert papers["limits"]["memory_mb"] == 1024
    assert all(papers["layers"].values())
    assert 50 < papers["zygote"]["pss_mb"] < 1000
    assert len(papers["self_test"]) == 10
