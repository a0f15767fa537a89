"""Thousands of tunnels that nobody reads from, in a server with a small heap and a user's quota of pipes."""
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

from harness import RIG, Case, StartedServer
from system import complaints, cpu_seconds, descriptors, resident_octets
from wire import Account

HERE = os.path.dirname(os.path.abspath(__file__))
NOBODY = 65534
TUNNELS = 5000
HEAP = "64m"
RESIDENT = 240 << 20  # a heap of 64 MiB, and what a JVM needs besides: the bound that docs/operations.md states
ANA, OTTO = Account(b"ana", b"ana-password"), Account(b"otto", b"otto-password")
BULK = 8 << 20


class Unprivileged(StartedServer):
    """A server of a user without privileges, with a small heap and as many descriptors as there may be."""

    def __init__(self, changes, arguments):
        limits = f'ulimit -n $(ulimit -H -n); export ARGYLE_JAVA_OPTS=-Xmx{HEAP}'
        command = ["sh", "-c", f'{limits}; exec "$@"', "sh", *RIG.command]
        self.root = os.getuid() == 0
        if self.root:
            command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
        super().__init__(command, tempfile.mkdtemp(prefix="argyle-stalled-"), changes, arguments)

    def start(self):
        if self.root:
            os.chown(self.directory, NOBODY, NOBODY)
        super().start()


class Load:
    """The process that holds the tunnels."""

    def __init__(self, case, server, tunnels):
        host, port = server.socks
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "stalled_load.py"), "--proxy", f"{host}:{port}",
             "--user", "ana:ana-password", "--tunnels", str(tunnels)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        case.addCleanup(self.end)

    def says(self, word):
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the load has ended instead of saying {word!r}")
        return json.loads(line)[word]

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        self.process.stdin.close()
        self.process.stdout.close()


class Stalled(Case):

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts a server of its own: use --serve")
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.tunnels = min(TUNNELS, (hard - 512) * 3 // 8)  # two descriptors each, and pipes have a fourth of all
        if self.tunnels < TUNNELS:
            print(f"{self.id()}: {self.tunnels:,} tunnels instead of {TUNNELS:,}, since {hard:,} files are the hard limit", file=sys.stderr)
        changes = {"socks": {"kernel-buffers": "16KiB", "max-unauthenticated": 4096, "listen": ["127.0.0.1:0"]}}
        self.server = Unprivileged(changes, ["-u", "ana:ana-password", "-u", "otto:otto-password"])
        self.addCleanup(shutil.rmtree, self.server.directory, ignore_errors=True)
        self.addCleanup(self.server.kill)
        self.server.account = OTTO

    def test_readers_that_stop_fill_neither_heap_nor_pipes_and_others_are_served(self):
        pid = self.server.endpoints["pid"]
        echo = self.echo()
        kept = self.tunnel(echo.host, echo.port)
        load = Load(self, self.server, self.tunnels)
        self.assertEqual(self.tunnels, load.says("open"))
        stalled = load.says("stalled")
        self.assertGreater(stalled, self.tunnels << 14, "the tunnels took something before they stalled")
        kinds = descriptors(pid)
        self.assertGreater(kinds["socket"], 2 * self.tunnels, "they are all there")
        if RIG.relay != "buffer":
            self.assertGreater(kinds.get("pipe", 0), 20, "some wait in pipes")
            self.assertLess(kinds["pipe"], 2 * 256, "one user's quota of 16,384 pages has 256 pipes, which are for all")

        spent = cpu_seconds(pid)
        for _ in range(20):
            kept.send(b"ping").expect(b"ping", "an open tunnel goes on")
            time.sleep(0.05)
        self.assertLess(cpu_seconds(pid) - spent, 0.8, "tunnels that wait cost nothing")
        self.serves(echo, OTTO)
        self.serves(echo, ANA)
        self.assertLess(resident_octets(pid), RESIDENT, "a heap of 64 MiB, and what a JVM needs besides")
        self.assertEqual([], complaints(self.server, "OutOfMemory|bug of Argyle"), self.server.said())
        self.server.check()

        load.process.stdin.close()
        self.assertEqual(0, load.says("lost"), "no tunnel was given up")
        load.process.stdin = open(os.devnull, encoding="ascii")
        self.server.check()

    def test_without_memory_the_process_ends_instead_of_living_on_deaf(self):
        pid = self.server.endpoints["pid"]
        jcmd = os.path.join(os.path.dirname(os.readlink(f"/proc/{pid}/exe")), "jcmd")
        flags = subprocess.run([jcmd, str(pid), "VM.flags"], capture_output=True, text=True, check=True, timeout=60).stdout
        self.assertIn("-XX:+ExitOnOutOfMemoryError", flags.split())

    def serves(self, echo, account):
        """A new client logs in, opens a tunnel and moves octets through it, each way."""
        client = self.tunnel(echo.host, echo.port, account)
        begin = time.monotonic()
        block = os.urandom(1 << 16)
        for _ in range(BULK >> 16):
            client.send(block).expect(block, f"a stream of {account.name.decode()} goes on")
        self.assertLess(time.monotonic() - begin, 100, "at a speed that can be used: 1 s on a quiet machine")
        client.close()
