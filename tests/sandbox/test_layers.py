"""Each layer in a pair: the probe succeeds with the layer off, and fails with it on, behind the gate or not."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from crm_copilot.sandbox import Layers, Sandbox

from .world import World

MakeSandbox = Callable[[Layers], Sandbox]

NO_FILES = Layers(landlock=False)
NO_CALLS = Layers(seccomp=False)
NO_KERNEL = Layers(landlock=False, seccomp=False)
NO_LIMITS = Layers(limits=False)
NOTHING = Layers(landlock=False, seccomp=False, privileges=False, limits=False)
MACHINE_CODE = {"x86_64": "b82a000000c3", "aarch64": "40058052c0035fd6"}.get(platform.machine(), "")


@dataclass(frozen=True)
class Pair:
    """A probe, and the fewest layers that must be off for it to succeed."""

    off: Layers
    code: str


def pair(off: Layers, body: str) -> Pair:
    lines = "\n".join("    " + line for line in body.splitlines())
    return Pair(off, f"def probe():\n    import ctypes, os, signal, socket\n    libc = ctypes.CDLL(None)\n{lines}\n")


PAIRS = {
    "read a file": pair(NO_FILES, "return open('@SECRET_FILE@').read()"),
    "read a file by pandas": pair(NO_FILES, "return pd.read_csv('@SECRET_FILE@', header=None).iloc[0, 0]"),
    "read a file by numpy": pair(NO_KERNEL, "return bytes(np.memmap('@SECRET_FILE@', mode='r'))"),
    "read the zygote's command line": pair(NO_FILES, "return open(f'/proc/{os.getppid()}/cmdline').read()"),
    "list a folder": pair(NO_FILES, "return os.listdir('@FOLDER@')"),
    "read the app's command line": pair(NO_FILES, "return open('/proc/@APP@/cmdline', 'rb').read()"),
    "read its own environment": pair(
        Layers(landlock=False, privileges=False), "return len(open('/proc/self/environ').read())"
    ),
    "make a file": pair(NO_KERNEL, "return os.open('@FOLDER@/probe', os.O_CREAT | os.O_WRONLY)"),
    "write into a file": pair(
        Layers(landlock=False, seccomp=False, limits=False),
        "return open('@FOLDER@/probe', 'w').write('x' * 9999)",
    ),
    "make a folder": pair(NO_KERNEL, "return os.mkdir('@FOLDER@/probe') or 'made'"),
    "delete a file": pair(
        NO_KERNEL, "os.close(os.open('@FOLDER@/probe', 65))\nreturn os.remove('@FOLDER@/probe') or 1"
    ),
    "change a mode": pair(NO_CALLS, "return os.chmod('@FOLDER@', 0o700) or 'changed'"),
    "TCP": pair(NO_KERNEL, "return socket.create_connection(('127.0.0.1', @TCP_PORT@), 1).fileno()"),
    "UDP": pair(
        NO_CALLS,
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nreturn s.sendto(b'x', ('127.0.0.1', @UDP_PORT@))",
    ),
    "DNS": pair(
        NO_CALLS,
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.connect(('127.0.0.1', 53))\nreturn s.fileno()",
    ),
    "a unix socket by path": pair(
        NO_CALLS, "s = socket.socket(socket.AF_UNIX)\ns.connect('@SOCKET_PATH@')\nreturn s.fileno()"
    ),
    "an abstract socket": pair(
        NO_KERNEL, "s = socket.socket(socket.AF_UNIX)\ns.connect('\\0@ABSTRACT@')\nreturn s.fileno()"
    ),
    "start a program": pair(
        NO_KERNEL,
        "pid = os.posix_spawn('/bin/true', ['true'], {})\nassert os.waitpid(pid, 0)[1] == 0\nreturn pid",
    ),
    "fork": pair(NO_CALLS, "pid = os.fork()\npid or os._exit(0)\nreturn pid"),
    "a thread": pair(NO_CALLS, "import threading\nt = threading.Thread(target=len, args=('',))\nt.start()\nreturn 1"),
    "signal the parent": pair(NO_KERNEL, "return os.kill(os.getppid(), 0) or 'sent'"),
    "signal the app": pair(NO_KERNEL, "return os.kill(@APP@, 0) or 'sent'"),
    "trace another process": pair(
        NOTHING,
        "pid = os.fork()\nif not pid:\n    signal.pause()\nassert libc.ptrace(16, pid, 0, 0) == 0\n"
        "os.waitpid(pid, 0)\nos.kill(pid, 9)\nreturn pid",
    ),
    "a raw system call": pair(
        NO_CALLS, "assert libc.syscall({'x86_64': 319}.get(os.uname().machine, 279), b'x', 0) >= 0\nreturn 1"
    ),
    "shared memory": pair(
        NO_CALLS, "at = libc.shmget(0, 4096, 0o1600)\nassert at >= 0\nlibc.shmctl(at, 0, 0)\nreturn 1"
    ),
    "machine code": pair(
        NO_CALLS,
        "import mmap\nroom = mmap.mmap(-1, 4096, prot=7)\n"
        f"room.write(bytes.fromhex('{MACHINE_CODE}'))\n"
        "return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(room)))()",
    ),
    "twice its memory": pair(NO_LIMITS, "return np.zeros(3 << 30, 'u1').size"),
    "a hundred descriptors": pair(NO_LIMITS, "return len([os.open('/dev/null', 0) for _ in range(100)])"),
    "descriptors of the zygote": pair(
        Layers(close_descriptors=False),
        "found = []\nfor fd in range(4, 60):\n    try:\n        found.append(os.fstat(fd).st_mode)\n"
        "    except OSError:\n        pass\nassert found\nreturn len(found)",
    ),
    "the app's environment": pair(Layers(clean_environment=False), "return os.environ['SANDBOX_TEST_MARK']"),
}


@pytest.fixture(scope="module", autouse=True)
def mark() -> None:
    """Something in the app's environment before any sandbox starts."""
    os.environ["SANDBOX_TEST_MARK"] = "seen"  # noqa: TID251


@pytest.mark.parametrize("name", PAIRS)
def test_the_probe_succeeds_with_the_layer_off(name: str, with_layers: MakeSandbox, world: World) -> None:
    execution = with_layers(PAIRS[name].off).run(world.fill(PAIRS[name].code))
    assert execution.ok, execution.error


@pytest.mark.parametrize("gate", ["gated", "box"])
@pytest.mark.parametrize("name", PAIRS)
def test_the_probe_fails_with_all_layers_on(name: str, gate: str, world: World, request: pytest.FixtureRequest) -> None:
    sandbox: Sandbox = request.getfixturevalue(gate)
    execution = sandbox.run(world.fill(PAIRS[name].code))
    assert not execution.ok
    world.assert_untouched(execution)


ASK_PRCTL = "def probe():\n    import ctypes\n    return ctypes.CDLL(None).prctl({option}, 0, 0, 0, 0)\n"
ASK_CAPABILITIES = """
def probe():
    import ctypes, struct
    data = ctypes.create_string_buffer(24)
    assert ctypes.CDLL(None).capget(struct.pack("Ii", 0x20080522, 0), data) == 0
    return bool(any(data.raw))
"""


def test_the_worker_is_closed_to_debuggers(with_layers: MakeSandbox) -> None:
    dumpable = ASK_PRCTL.format(option=3)
    assert with_layers(NO_CALLS).run(dumpable).value == 0
    assert with_layers(Layers(seccomp=False, privileges=False)).run(dumpable).value == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has capabilities to lose")
def test_root_loses_its_capabilities(with_layers: MakeSandbox) -> None:
    assert with_layers(NO_CALLS).run(ASK_CAPABILITIES).value is False
    assert with_layers(Layers(seccomp=False, privileges=False)).run(ASK_CAPABILITIES).value is True


def test_the_filter_and_its_promise_are_on(with_layers: MakeSandbox) -> None:
    assert with_layers(NO_CALLS).run(ASK_PRCTL.format(option=39)).value == 1  # no_new_privs
    assert with_layers(NO_CALLS).run(ASK_PRCTL.format(option=21)).value == 0  # no filter


@pytest.mark.parametrize(("seconds", "status"), [(2.0, "ok"), (0.2, "timeout")])
def test_the_deadline_ends_a_spin(box: Sandbox, seconds: float, status: str) -> None:
    spin = (
        "def probe():\n    import time\n    end = time.time() + 0.6\n    while time.time() < end: pass\n    return 1\n"
    )
    assert box.run(spin, timeout_seconds=seconds).status == status


def test_a_sandbox_with_a_layer_off_says_so(with_layers: MakeSandbox, caplog: pytest.LogCaptureFixture) -> None:
    with Sandbox({}, layers=Layers(seccomp=False, limits=False)) as sandbox:
        assert sandbox.run("def f():\n    return 1").ok
    assert "layers of the sandbox are off" in caplog.text
