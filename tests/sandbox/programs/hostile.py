"""Programs as attackers write them. Each tries one thing and returns what it got; none may get anything.

`@NAME@` stands for an address in the `World` of the test. An attack that ends as "ok" must have come away with
nothing; one that gives `ends` must end in one of these statuses.
"""

from __future__ import annotations

from dataclasses import dataclass

STOPPED = frozenset({"error", "denied", "timeout", "memory"})
ANY = STOPPED | {"ok"}


@dataclass(frozen=True)
class Attack:
    """One program and the statuses in which it may end."""

    code: str
    ends: frozenset[str] = STOPPED
    seconds: float = 3.0


def body(lines: str, ends: frozenset[str] = STOPPED, seconds: float = 3.0) -> Attack:
    """An attack whose function has this body; what comes before a blank line stands above the function."""
    indented = "\n".join("    " + line for line in lines.strip("\n").splitlines())
    return Attack(f"def answer(df):\n{indented}\n", ends, seconds)


LIBC = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"

def forged(kind: str, value: object, **table: object) -> Attack:
    """A program that writes an answer of its own to the channel, one that is wrong in itself."""
    shown = {"name": "", "columns": ["value"], "rows": [[value]], "n_rows": 1, **table}
    said = {"status": "ok", "kind": kind, "tables": [shown], "value": value, "figure": None, "printed": ""}
    return body(
        f"import json, os\nos.write(3, json.dumps({{'answer': {said!r}}}).encode() + b'\\n')\nos.close(3)\nos._exit(0)"
    )


FILES = {
    "read a file": body("return open('@SECRET_FILE@').read()"),
    "read a file by os.open": body("import os\nreturn os.read(os.open('@SECRET_FILE@', os.O_RDONLY), 100)"),
    "read a file by io": body("import io\nreturn io.FileIO('@SECRET_FILE@').read()"),
    "read a file by linecache": body("import linecache\nreturn linecache.getline('@SECRET_FILE@', 1)", ANY),
    "read a file by pathlib": body("from pathlib import Path\nreturn Path('@SECRET_FILE@').read_text()"),
    "read a file by libc": body(
        LIBC + "fd = libc.open(b'@SECRET_FILE@', 0)\nbuf = ctypes.create_string_buffer(99)\n"
        "n = libc.read(fd, buf, 99)\nreturn buf.value.decode() if n > 0 else 1 / 0"
    ),
    "read a file by mmap": body(
        "import mmap, os\nfd = os.open('@SECRET_FILE@', os.O_RDONLY)\nreturn mmap.mmap(fd, 0, prot=1).read(24)"
    ),
    "list a folder": body("import os\nreturn os.listdir('@FOLDER@')"),
    "list the root": body("import os\nreturn os.listdir('/')"),
    "list by glob": body("import glob\nfound = glob.glob('@FOLDER@/*')\nreturn found or 1 / 0"),
    "read the password file": body("return open('/etc/passwd').read()"),
    "read the house's own code": body("import inside\nreturn open(inside.__file__).read()"),
    "write a file": body("open('@FOLDER@/new', 'w').write('x')"),
    "write into /tmp": body("import tempfile\nreturn tempfile.mkstemp()"),
    "append to a file": body("open('@SECRET_FILE@', 'a').write('x')"),
    "truncate a file": body("import os\nos.truncate('@SECRET_FILE@', 0)"),
    "delete a file": body("import os\nos.remove('@SECRET_FILE@')"),
    "rename a file": body("import os\nos.rename('@SECRET_FILE@', '@FOLDER@/gone')"),
    "link a file": body("import os\nos.link('@SECRET_FILE@', '@FOLDER@/link')"),
    "symlink a file": body("import os\nos.symlink('@SECRET_FILE@', '@FOLDER@/link')"),
    "change the mode of a file": body("import os\nos.chmod('@SECRET_FILE@', 0o777)"),
    "change the times of a file": body("import os\nos.utime('@SECRET_FILE@', (0, 0))"),
    "make a folder": body("import os\nos.mkdir('@FOLDER@/new')"),
    "make a pipe in the file system": body("import os\nos.mkfifo('@FOLDER@/pipe')"),
    "remove a tree": body("import shutil\nshutil.rmtree('@FOLDER@')"),
    "extended attributes": body("import os\nos.setxattr('@SECRET_FILE@', 'user.x', b'1')"),
    "change the root": body("import os\nos.chroot('@FOLDER@')"),
    "change the folder and read": body("import os\nos.chdir('@FOLDER@')\nreturn open('secret.txt').read()"),
}
PROC = {
    "its own environment in /proc": body("return open('/proc/self/environ', 'rb').read()"),
    "its own maps": body("return open('/proc/self/maps').read()"),
    "its own memory": body("return open('/proc/self/mem', 'rb').read(1)"),
    "the parent's memory": body("import os\nreturn open(f'/proc/{os.getppid()}/maps').read()"),
    "the app's environment": body("return open('/proc/@APP@/environ', 'rb').read()"),
    "the app's command line": body("return open('/proc/@APP@/cmdline', 'rb').read()"),
    "the victim's memory": body("return open('/proc/@VICTIM@/maps').read()"),
    "descriptors by /proc": body("import os\nreturn os.listdir('/proc/self/fd')"),
    "reopen a descriptor": body("return open('/proc/self/fd/3', 'rb').read()"),
    "the app's files by its links": body("import os\nreturn os.readlink('/proc/@APP@/cwd')"),
    "the root by /proc": body("return open('/proc/self/root/@SECRET_FILE@').read()"),
    "the kernel's settings": body("open('/proc/sys/kernel/core_pattern', 'w').write('|/bin/sh')"),
    "the environment": body("import os\nreturn sorted(os.environ.items())", ANY),
    "the environment by libc": body(
        LIBC + "libc.getenv.restype = ctypes.c_char_p\nreturn libc.getenv(b'SANDBOX_TEST_SECRET')"
    ),
    "open descriptors": body(
        "import os, stat\nfound = []\nfor fd in range(4, 64):\n    try:\n        if not stat.S_ISREG(os.fstat(fd).st_mode): found.append(fd)\n"
        "    except OSError:\n        pass\nassert found, 'nothing but its own'\nreturn found"
    ),
}
NETWORK = {
    "TCP": body("import socket\nsocket.create_connection(('127.0.0.1', @TCP_PORT@), 1)\nreturn 'reached'"),
    "UDP": body(
        "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', @UDP_PORT@))\nreturn 1"
    ),
    "DNS": body("import socket\nreturn socket.gethostbyname('example.com')"),
    "a unix socket": body(
        "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('@SOCKET_PATH@')\nreturn 1"
    ),
    "an abstract socket": body(
        "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('\\0@ABSTRACT@')\nreturn 1"
    ),
    "listen": body("import socket\ns = socket.create_server(('127.0.0.1', 0))\nreturn s.getsockname()"),
    "a raw socket": body("import socket\nsocket.socket(socket.AF_PACKET, socket.SOCK_RAW)\nreturn 1"),
    "netlink": body("import socket\nsocket.socket(socket.AF_NETLINK, socket.SOCK_RAW)\nreturn 1"),
    "a web page": body(
        "import urllib.request\nreturn urllib.request.urlopen('http://127.0.0.1:@TCP_PORT@').read()"
    ),
    "a web page by pandas": body("return pd.read_csv('http://127.0.0.1:@TCP_PORT@/x.csv')"),
    "send a descriptor": body(
        "import socket\ns = socket.socket(fileno=3)\nsocket.send_fds(s, [b'x'], [0])\nreturn 1"
    ),
    "a pair of sockets": body("import socket\nsocket.socketpair()\nreturn 1"),
    "an event loop": body("import asyncio\nasync def one():\n    return 1\nreturn asyncio.run(one())"),
}
PROCESSES = {
    "exec": body("import os\nos.execv('/bin/sh', ['sh', '-c', 'touch @FOLDER@/new'])"),
    "system": body("import os\nassert os.system('touch @FOLDER@/new') == 0\nreturn 'done'"),
    "subprocess": body("import subprocess\nreturn subprocess.check_output(['cat', '@SECRET_FILE@'])"),
    "spawn": body("import os\nassert os.posix_spawn('/bin/true', ['true'], {})\nreturn 'spawned'"),
    "fork": body(
        "import os\npid = os.fork()\nif pid == 0:\n    open('@FOLDER@/new', 'w')\n    os._exit(0)\nreturn pid"
    ),
    "vfork by libc": body(LIBC + "pid = libc.syscall(58)\nassert pid != -1\nreturn pid"),
    "fork bomb": body("import os\nwhile True:\n    os.fork()"),
    "a thread": body("import threading\nt = threading.Thread(target=print)\nt.start()\nreturn 'started'"),
    "a leftover daemon thread": body(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\nreturn 'left'"
    ),
    "a pool of processes": body("import multiprocessing\nreturn multiprocessing.Pool(2).map(len, ['a'])"),
    "a pool of threads": body(
        "from concurrent.futures import ThreadPoolExecutor as P\nreturn P().submit(len, 'a').result()"
    ),
    "leftover grandchildren": body(
        "import os\nif os.fork() == 0:\n    os.setsid()\n    os.fork()\n    while True: pass\nreturn 1"
    ),
    "joblib's processes": body(
        "from joblib import Parallel, delayed\n"
        "return Parallel(n_jobs=2, backend='multiprocessing')(delayed(len)('a') for _ in range(2))",
        ANY,
    ),
    "kill the parent": body("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"),
    "kill everything": body("import os, signal\nos.kill(-1, signal.SIGKILL)"),
    "kill the victim": body("import os, signal\nos.kill(@VICTIM@, signal.SIGKILL)"),
    "stop the app": body("import os, signal\nos.kill(@APP@, signal.SIGSTOP)"),
    "kill its group": body("import os, signal\nos.killpg(0, signal.SIGKILL)"),
    "signal by a descriptor": body(
        "import os, signal\nsignal.pidfd_send_signal(os.pidfd_open(@VICTIM@), signal.SIGKILL)"
    ),
    "signal by file events": body(
        "import fcntl, os, signal\nfcntl.fcntl(3, fcntl.F_SETOWN, @VICTIM@)\nfcntl.fcntl(3, 10, signal.SIGKILL)\n"
        "fcntl.fcntl(3, fcntl.F_SETFL, os.O_ASYNC)\nos.write(3, b'x')"
    ),
    "trace the victim": body(LIBC + "assert libc.ptrace(16, @VICTIM@, 0, 0) == 0\nreturn 'attached'"),
    "read the victim's memory": body(
        LIBC + "buf = ctypes.create_string_buffer(64)\niov = (ctypes.c_void_p * 2)(ctypes.addressof(buf), 64)\n"
        "assert libc.process_vm_readv(@VICTIM@, iov, 1, iov, 1, 0) > 0\nreturn buf.raw"
    ),
    "new namespaces": body(LIBC + "assert libc.unshare(0x10000000) == 0\nreturn 'root'"),
    "set the priority of others": body("import os\nos.setpriority(os.PRIO_PROCESS, @VICTIM@, 19)\nreturn 1"),
    "become another user": body("import os\nos.setuid(12345)\nreturn 1"),
    "raise its limits": body("import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))\nreturn 1"),
    "outlive its parent": body(LIBC + "assert libc.prctl(1, 0, 0, 0, 0) == 0\nreturn 1"),
    "loosen the filter": body(LIBC + "assert libc.prctl(22, 2, 0, 0, 0) == 0\nreturn 1"),
}
MACHINE = {
    "a raw system call": body(LIBC + "assert libc.syscall(41, 2, 1, 0) >= 0\nreturn 'socket'"),
    "shared memory": body(LIBC + "assert libc.shmget(0, 1 << 30, 0o1600) >= 0\nreturn 1"),
    "shared memory by its module": body(
        "from multiprocessing import shared_memory\nreturn shared_memory.SharedMemory(create=True, size=10).name"
    ),
    "a semaphore": body("import multiprocessing\nmultiprocessing.Lock()\nreturn 1"),
    "a copy of its descriptor": body("import os\nreturn os.dup(3)"),
    "a lock for another to see": body("import fcntl\nfcntl.flock(3, fcntl.LOCK_EX)\nreturn 1"),
    "word to the app by the zygote's socket": body(
        "import sys\nframe = sys._getframe()\nwhile frame.f_code.co_name != '_spawn':\n    frame = frame.f_back\n"
        "frame.f_locals['self'].send({'op': 'ended', 'id': 0, 'status': 0, 'why': None, 'cpu_seconds': 0})\nreturn 1"
    ),
    "a file in memory": body("import os\nreturn os.memfd_create('x')"),
    "io_uring": body(
        LIBC + "buf = ctypes.create_string_buffer(200)\nassert libc.syscall(425, 8, buf) >= 0\nreturn 1"
    ),
    "bpf": body(LIBC + "assert libc.syscall(321, 0, 0, 0) >= 0\nreturn 1"),
    "keys of the kernel": body(LIBC + "assert libc.syscall(250, 0, -3, 1) >= 0\nreturn 1"),
    "an x32 call": body(LIBC + "assert libc.syscall(0x40000000 + 39) >= 0\nreturn 1"),
    "an unknown call": body(LIBC + "assert libc.syscall(9999) >= 0\nreturn 1"),
    "userfaultfd": body(LIBC + "assert libc.syscall(323, 0) >= 0\nreturn 1"),
    "machine code with int 0x80": body(
        "import ctypes, mmap\n"
        "room = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)\n"
        "room.write(bytes.fromhex('b814000000cd80c3'))\n"
        "at = ctypes.addressof(ctypes.c_char.from_buffer(room))\nreturn ctypes.CFUNCTYPE(ctypes.c_int)(at)()"
    ),
    "machine code made executable later": body(
        LIBC + "import mmap\nroom = mmap.mmap(-1, 4096)\nroom.write(bytes.fromhex('b827000000cd80c3'))\n"
        "at = ctypes.addressof(ctypes.c_char.from_buffer(room))\n"
        "assert libc.mprotect(ctypes.c_void_p(at), 4096, 5) == 0\nreturn ctypes.CFUNCTYPE(ctypes.c_int)(at)()"
    ),
    "a jump to nowhere": body("import ctypes\nctypes.CFUNCTYPE(None)(1)()"),
    "a null pointer": body("import ctypes\nreturn ctypes.string_at(0)"),
    "a stack without end": body(
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nreturn f()", seconds=1.5
    ),
    "hostile bytecode": body(
        "f = lambda: 0\nf.__code__ = f.__code__.replace(co_code=b'\\x64\\xff' * 40)\nreturn f()", ANY
    ),
}
PYTHON = {
    "frames of the callers": body(
        "import sys\nframe, found = sys._getframe(), []\nwhile frame:\n    found.append(repr(frame.f_locals)[:500])\n"
        "    found.append(repr(frame.f_globals)[:500])\n    frame = frame.f_back\nreturn found",
        ANY,
    ),
    "everything the collector knows": body(
        "import gc\nreturn [s for o in gc.get_objects() if type(o) is dict for s in map(repr, o) if 'SECRET' in s][:50]",
        ANY,
    ),
    "subclasses of object": body(
        "return [c.__name__ for c in ().__class__.__base__.__subclasses__() if 'Popen' in c.__name__]", ANY
    ),
    "globals by a format": body("return '{0.__init__.__globals__}'.format(df)[:2000]", ANY),
    "builtins by a function": body("return answer.__globals__['__builtins__']['open']('@SECRET_FILE@').read()"),
    "eval": body("return eval(\"__import__('os').listdir('@FOLDER@')\")"),
    "import by name": body("return __import__('os').open('@SECRET_FILE@', 0)"),
    "modules that are loaded": body("import sys\nreturn sys.modules['os'].scandir('@FOLDER@')"),
    "an audit hook": body("import sys\nsys.addaudithook(lambda *a: None)\nreturn open('@SECRET_FILE@').read()"),
    "pandas' read_pickle": body("return pd.read_pickle('@SECRET_FILE@')"),
    "pandas' read_csv": body("return pd.read_csv('@SECRET_FILE@')"),
    "pandas' to_csv": body("df.to_csv('@FOLDER@/out.csv')"),
    "pandas' eval": body("return pd.eval(\"@pd.io.common.os.listdir('@FOLDER@')\")"),
    "a query that calls": body("import os\nreturn df.query(\"@os.listdir('@FOLDER@')\")"),
    "pandas' io.common": body("return 1 / (pd.io.common.os.system('touch @FOLDER@/new') == 0)"),
    "a pickle that runs": body(
        "import pickle, os\nclass P:\n    def __reduce__(self):\n        return open, ('@SECRET_FILE@',)\n"
        "return pickle.loads(pickle.dumps(P())).read()"
    ),
    "numpy's load": body("return np.load('@SECRET_FILE@', allow_pickle=True)"),
    "numpy's memmap": body("return np.memmap('@SECRET_FILE@', mode='r')"),
    "numpy's fromfile": body("return np.fromfile('@SECRET_FILE@', dtype='u1')"),
    "numpy's tofile": body("np.arange(3).tofile('@FOLDER@/out')"),
    "numpy's genfromtxt": body("return np.genfromtxt('@SECRET_FILE@', dtype=str)"),
    "numpy's ctypes": body("return np.ctypeslib.load_library('libc.so.6', '/lib')._handle", ANY),
    "joblib's load": body("import joblib\nreturn joblib.load('@SECRET_FILE@')"),
    "matplotlib's savefig": body("plt.plot([1])\nplt.savefig('@FOLDER@/out.png')"),
    "matplotlib's imread": body("return plt.imread('@SECRET_FILE@')"),
    "joblib's dump": body("import joblib\nreturn joblib.dump(df, '@FOLDER@/out')"),
    "joblib's memory": body("import joblib\nreturn joblib.Memory('@FOLDER@/cache', verbose=0).cache(len)('a')"),
    "pandas' evaluation by numexpr": body("return pd.eval(\"__import__('os').listdir('@FOLDER@')\", engine='numexpr')"),
    "a pickle from a web page": body("return pd.read_pickle('http://127.0.0.1:@TCP_PORT@/x.pkl')"),
    "a debugger": body("breakpoint()\nreturn 1", ANY),
    "a pager": body("import pydoc\npydoc.pipepager('x', 'cat > @FOLDER@/new')\nreturn 1", ANY),
    "standard input": body("return input()"),
    "a database": body("import sqlite3\nreturn sqlite3.connect('@FOLDER@/db').execute('create table t (a)')"),
    "a library from a file": body("import ctypes\nreturn ctypes.CDLL('@SECRET_FILE@')"),
    "a decorator that runs at once": Attack(
        "@(lambda f: open('@SECRET_FILE@').read())\ndef answer(df):\n    return 1\n"
    ),
    "a default that runs at once": Attack("def answer(df, a=open('@SECRET_FILE@').read()):\n    return a\n"),
    "code at the top": Attack("stolen = open('@SECRET_FILE@').read()\ndef answer(df):\n    return stolen\n"),
    "a class that runs at once": Attack(
        "class A:\n    x = open('@SECRET_FILE@').read()\ndef answer(df):\n    return A.x\n"
    ),
}
RESULTS = {
    "a hostile reduce": body(
        "class R:\n    def __reduce__(self):\n        return open, ('@FOLDER@/new', 'w')\nreturn R()"
    ),
    "a hostile repr": body(
        "class R:\n    def __repr__(self):\n        return open('@SECRET_FILE@').read()\nreturn [R()]"
    ),
    "a hostile str in an error": body(
        "class E(Exception):\n    def __str__(self):\n        return open('@SECRET_FILE@').read()\nraise E"
    ),
    "an error whose text is endless": body("raise ValueError('x' * 10**8)"),
    "an error that cannot be named": body("E = type('x' * 10**6, (Exception,), {})\nraise E('y')"),
    "a lying class": body(
        "class L:\n    @property\n    def __class__(self):\n        return pd.DataFrame\nreturn L()"
    ),
    "a dict that lies": body(
        "class D(dict):\n    def items(self):\n        while True:\n            yield 1, 1\nreturn D(a=1)",
        ANY,
    ),
    "a list that lies": body("class M(list):\n    def __len__(self):\n        return 10**12\nreturn M([1])", ANY),
    "an endless iterator": body("import itertools\nreturn itertools.count()", ANY),
    "an iterator that never gives": body("def g():\n    while True: pass\n    yield\nreturn g()", seconds=1),
    "a length that never comes": body(
        "class F(pd.DataFrame):\n    def __len__(self):\n        while True: pass\nreturn F(df)", seconds=1
    ),
    "deep nesting": body("x = []\nfor _ in range(100000): x = [x]\nreturn x"),
    "a list in itself": body("x = []\nx.append(x)\nreturn x"),
    "a gigabyte of text": body("return 'x' * (1 << 30)", ANY, seconds=5),
    "a gigabyte printed": body("for _ in range(1 << 10):\n    print('x' * (1 << 20))\nreturn 1", ANY, seconds=5),
    "a huge table": body("return pd.DataFrame(np.zeros((10_000, 5_000)))", seconds=5),
    "a wide table of text": body(
        "return pd.DataFrame({str(i): ['x' * 2000] * 10_000 for i in range(100)})", seconds=5
    ),
    "a huge integer": body("return 10 ** 100_000"),
    "a huge figure": body("return plt.figure(figsize=(1000, 1000))"),
    "a picture that is none": body(
        "import json, os\nbad = {'status': 'ok', 'kind': 'figure', 'tables': [], 'value': None, 'printed': '', 'figure': 'PHN2Zz4='}\n"
        "os.write(3, json.dumps({'answer': bad}).encode() + b'\\n')\nos.close(3)\nos._exit(0)"
    ),
    "a forged answer before the true one": body(
        "import json, os\nt = [{'name': '', 'columns': ['value'], 'rows': [[1]], 'n_rows': 1}]\n"
        "said = {'status': 'ok', 'kind': 'scalar', 'tables': t, 'value': 1, 'figure': None, 'printed': ''}\n"
        "os.write(3, json.dumps({'answer': said}).encode() + b'\\n')\nreturn 2"
    ),
    "an answer with more keys": body(
        "import json, os\nsaid = {'status': 'error', 'type': 'x', 'message': 'y', 'line': 1, 'printed': '', 'admin': True}\n"
        "os.write(3, json.dumps({'answer': said}).encode() + b'\\n')\nos.close(3)\nos._exit(0)"
    ),
    "an answer that claims a timeout": body(
        "import json, os\nsaid = {'status': 'timeout', 'type': 'x', 'message': 'y', 'line': 1, 'printed': ''}\n"
        "os.write(3, json.dumps({'answer': said}).encode() + b'\\n')\nos.close(3)\nos._exit(0)"
    ),
    "an answer with NaN": body(
        'import os\nos.write(3, b\'{"answer": {"status": NaN}}\\n\')\nos.close(3)\nos._exit(0)'
    ),
    "an answer that is nested without end": body("import os\nos.write(3, b'[' * 10**6 + b'\\n')\nos._exit(0)"),
    "a flood of empty answers": body("import os\nwhile True:\n    os.write(3, b'{\"answer\": null}\\n')"),
    "a late answer": body(
        "import json, os, time\nt = [{'name': '', 'columns': ['value'], 'rows': [[1]], 'n_rows': 1}]\n"
        "said = {'status': 'ok', 'kind': 'scalar', 'tables': t, 'value': 1, 'figure': None, 'printed': ''}\n"
        "os.write(3, json.dumps({'answer': said}).encode() + b'\\n')\ntime.sleep(60)",
        frozenset({"timeout"}), seconds=1,
    ),
    "half of a character": forged("scalar", "\ud800"),
    "a number of four thousand digits": forged("scalar", 10**4000),
    "a number that stands for another": forged("scalar", 1, rows=[[2]]),
    "a number without a cell": forged("scalar", 1, rows=[]),
    "a list that is none": forged("list", 1),
    "rows without number": forged("table", None, n_rows=10**30),
    "a figure without a picture": forged("figure", 1),
    "half an answer": body("import os\nos.write(3, b'{\"answer\": {')\nos._exit(0)"),
    "noise in place of an answer": body("import os\nos.write(3, os.urandom(1000) + b'\\n')\nos._exit(0)"),
    "a flood in place of an answer": body("import os\nwhile True:\n    os.write(3, b'x' * (1 << 20))"),
    "a tool that is not there": body(
        'import json, os\nos.write(3, b\'{"tool": "shell", "arguments": {}}\\n\')\nline = json.loads(os.read(3, 4096))\n'
        "raise ValueError(line['error'])"
    ),
    "a flood of tool calls": body(
        'import os\nwhile True:\n    os.write(3, b\'{"tool": "shell", "arguments": {}}\\n\')\n    os.read(3, 4096)'
    ),
    "tool calls whose answers are not read": body(
        'import os\nwhile True:\n    os.write(3, b\'{"tool": "shell", "arguments": {}}\\n\')'
    ),
    "a silent end": body("import os\nos._exit(0)"),
    "a system exit": body("raise SystemExit(0)"),
    "a closed channel": body("import os\nos.close(3)\nreturn 1"),
    "a closed channel and a long sleep": body("import os, time\nos.close(3)\ntime.sleep(60)", seconds=1),
    "an exit hook": body("import atexit\natexit.register(open, '@FOLDER@/new', 'w')\nreturn 1", ANY),
    "a patched encoder": body("import json\njson.dumps = lambda *a, **k: open('@SECRET_FILE@').read()\nreturn 1"),
    "a patched harness": body("import sys\nsys.modules['inside.results'].encode = lambda *a: {}\nreturn 1"),
    "a signal while answering": body(
        "import signal\nsignal.signal(signal.SIGALRM, lambda *a: 1 / 0)\nsignal.setitimer(signal.ITIMER_REAL, 1e-5)\nreturn 1",
        ANY,
    ),
}
RESOURCES = {
    "50 GB at once": body("return len(bytearray(50 << 30))"),
    "50 GB of numbers": body("return float(np.ones(50 << 27).sum())"),
    "memory bit by bit": body("kept = []\nwhile True:\n    kept.append('x' * (1 << 20))", seconds=5),
    "memory, ignoring errors": body(
        "kept = []\nwhile True:\n    try:\n        kept.append('x' * (1 << 24))\n    except MemoryError:\n        pass",
        seconds=1,
    ),
    "memory of the last byte": body(
        "global kept\nkept = []\nsize = 1 << 26\nwhile size > 16:\n    try:\n        while True: kept.append(bytearray(size))\n"
        "    except MemoryError: size //= 2\nraise MemoryError",
        seconds=5,
    ),
    "a cross join": body("a = pd.concat([df] * 2000)\nreturn len(a.merge(a, how='cross'))", seconds=5),
    "a decompression bomb": body(
        "import zlib\nbomb = zlib.compress(bytes(1 << 28))\nreturn len(zlib.decompress(bomb * 1) * 40)",
        seconds=5,
    ),
    "a bomb of strings": body("x = 'x'\nwhile True: x += x", seconds=5),
    "an endless loop": body("while True: pass", frozenset({"timeout"}), seconds=1),
    "a long sleep": body("import time\ntime.sleep(60)", frozenset({"timeout"}), seconds=1),
    "a spin in C": body("return 7 ** 7 ** 10", seconds=1),
    "a spin in a regular expression": body(
        "import re\nreturn re.match('(a+)+$', 'a' * 60 + 'b')", frozenset({"timeout"}), seconds=1
    ),
    "a spin that ignores signals": body(
        "import signal\nfor s in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM, signal.SIGXCPU):\n"
        "    signal.signal(s, signal.SIG_IGN)\nwhile True: pass",
        frozenset({"timeout"}),
        seconds=1,
    ),
    "a spin that catches all": body(
        "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass",
        frozenset({"timeout"}),
        seconds=1,
    ),
    "a destructor that never ends": body(
        "class D:\n    def __del__(self):\n        while True: pass\nd = D()\ndel d\nreturn 1", seconds=1
    ),
    "a huge range as a list": body("return list(range(10**12))", seconds=5),
    "many descriptors": body("import os\nreturn [os.open('/dev/null', 0) for _ in range(1000)]"),
    "code that is too deep": Attack("def answer(df):\n    return " + "(" * 5000 + "1" + ")" * 5000),
    "code with a long chain": Attack("def answer(df):\n    return " + "-" * 90_000 + "1"),
    "code that is too long": Attack("def answer(df):\n    return 1\n" + "#" * 200_000),
    "code that is no text": Attack("def answer(df):\n    return '\ud800\x00'"),
    "code that folds into much": Attack("def answer(df):\n    return len('x' * 10**9 * 100)\n"),
}

ATTACKS: dict[str, Attack] = {
    **FILES, **PROC, **NETWORK, **PROCESSES, **MACHINE, **PYTHON, **RESULTS, **RESOURCES,
}  # fmt: skip
