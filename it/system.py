"""What the tests here look at from outside: a server's process, and what it said."""
import contextlib
import ctypes
import fcntl
import os
import re
import resource
import socket
import struct
import subprocess

from harness import RIG, StartedServer
from wire import eventually

FIRST_USE_FILES = 12  # of entries of the history, of SQLite for usage and for more connections to the accounts, of the JDK: opened once


class Limited(StartedServer):
    """A server started by a shell that first runs a command, such as a ulimit."""

    def __init__(self, first, changes, arguments=()):
        command = ["sh", "-c", f'{first}; exec "$@"', "sh", *RIG.command]
        directory = os.path.join(RIG.directory, f"{next(RIG.numbers)}-limited")
        super().__init__(command, directory, changes, arguments)


def limited_server(case, first, changes=None, arguments=()):
    """A server for one test alone, with `first` run before it."""
    if RIG.fixed:
        case.skipTest("starts a server of its own: use --serve")
    server = Limited(first, changes or {}, arguments)
    case.addCleanup(server.kill)
    return server


@contextlib.contextmanager
def without_descriptors(pid):
    """A process that can open no file and no socket for as long as the block runs; what is open stays so."""
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (1, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)


def own_network(case):
    """A network namespace for this test's thread and all that it starts. Besides loopback, every address of
    198.51.100.0/24 is its own there: clients of many sources, none of which is loopback."""
    libc = ctypes.CDLL(None, use_errno=True)
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    if libc.unshare(0x40000000) != 0:  # CLONE_NEWNET
        os.close(before)
        case.skipTest("needs the right to make a network namespace (CAP_SYS_ADMIN)")

    def leave():
        libc.setns(before, 0)
        os.close(before)

    case.addCleanup(leave)
    set_flags, set_address, set_netmask, up_and_running = 0x8914, 0x8916, 0x891C, 0x41
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, set_flags, struct.pack("16sH14x", b"lo", up_and_running))
        for request, text in ((set_address, "198.51.100.1"), (set_netmask, "255.255.255.0")):
            address = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(text))
            fcntl.ioctl(control, request, struct.pack("16s16s", b"lo:1", address))


def descriptors(pid):
    """How many descriptors a process has open, by kind: {"socket": 3, "pipe": 2, ...}."""
    kinds = {}
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            target = os.readlink(f"/proc/{pid}/fd/{name}")
        except FileNotFoundError:
            continue
        kind = target.partition(":")[0] if not target.startswith("/") else "file"
        kinds[kind] = kinds.get(kind, 0) + 1
    return kinds


def cpu_seconds(pid):
    """User and system time of a process so far."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_octets(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+) kB", file.read()).group(1)) * 1024


def live_heap_octets(pid):
    """What a server's heap holds after a full collection, as its own JDK tells."""
    jcmd = os.path.join(os.path.dirname(os.readlink(f"/proc/{pid}/exe")), "jcmd")
    subprocess.run([jcmd, str(pid), "GC.run"], stdout=subprocess.DEVNULL, check=True, timeout=60)
    told = subprocess.run([jcmd, str(pid), "GC.heap_info"], capture_output=True, text=True, check=True, timeout=60).stdout
    parts = re.findall(r"^ *(?:DefNew|Tenured|def new generation|tenured generation|garbage-first heap)\b.*?used (\d+)K", told, re.M)
    if not parts:
        raise AssertionError(f"jcmd GC.heap_info tells nothing that is known here:\n{told}")
    return sum(int(kib) * 1024 for kib in parts)


def complaints(server, pattern):
    """The lines that a server wrote which match a pattern."""
    lines = []
    for name in (server.stdout, server.stderr):
        with open(name, encoding="utf-8", errors="replace") as file:
            lines += [line.rstrip("\n") for line in file if re.search(pattern, line, re.IGNORECASE)]
    return lines


def said_once(case, server, pattern, why):
    """The server says what is wrong, and says it once."""
    eventually(lambda: complaints(server, pattern), f"a line that matches {pattern!r}: {why}\n{server.said()}")
    lines = complaints(server, pattern)
    case.assertEqual(1, len(lines), f"{why}: said once\n" + "\n".join(lines[:10]))
