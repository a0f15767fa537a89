"""The past on disk: SIGKILL under load loses no more than was promised, and what is asked for is found."""
import contextlib
import itertools
import os
import random
import subprocess
import threading
import time

from harness import RIG, Case, StartedServer
from management_http import Api
from targets import Target
from wire import Account, CONNECT, SUCCEEDED, Mismatch, eventually

ONCE = True  # it has nothing to do with the data plane

ROUNDS = 50
HISTORY_BOUND = 1.0   # seconds before a crash whose entries may be lost (docs/history.md)
USAGE_BOUND = 5.0     # seconds before a crash whose octets may be lost
LATENESS = 2.0        # how late a thread of the server may be on a machine that is busy with this test
CLIENTS = 4
SEED = int(os.environ.get("ARGYLE_SEED") or random.SystemRandom().randrange(1 << 32))


class Load:
    """Clients that connect, send and leave, until the server is gone; and one tunnel that stays open."""

    numbers = itertools.count(1)

    def __init__(self, test, port, user):
        self.test, self.port, self.user = test, port, user
        self.ended = []          # (when its end was seen, host, octets)
        self.sent_open = []      # (when, octets) of the tunnel that stays open
        self.sent = 0            # by anybody
        self.lock = threading.Lock()
        self.killed = threading.Event()
        self.complaint = None
        self.threads = [threading.Thread(target=self.run, args=(work,), daemon=True) for work in [self.one] * CLIENTS + [self.stream]]
        for thread in self.threads:
            thread.start()

    def run(self, work):
        try:
            while not self.killed.is_set():
                work()
        except (Mismatch, OSError) as problem:
            if not self.killed.wait(2):
                self.complaint = f"{problem}"

    @contextlib.contextmanager
    def tunnel(self, host):
        client = self.test.login(self.user)
        try:
            client.ask(CONNECT, host, self.port)
            client.expect_reply(SUCCEEDED, "the destination accepts connections")
            yield client
        finally:
            client.close()

    def one(self):
        number = next(self.numbers)
        host = f"127.{1 + number // 62500}.{1 + number // 250 % 250}.{1 + number % 250}"
        octets = 1 + number % 1000
        with self.tunnel(host) as client:
            with self.lock:
                self.sent += octets
            client.send(b"x" * octets)
            client.shutdown()
            client.read_to_end("its destination closes when it has read all")
            with self.lock:
                self.ended.append((time.monotonic(), host, octets))

    def stream(self):
        with self.tunnel("127.0.0.1") as client:
            while not self.killed.is_set():
                with self.lock:
                    self.sent += 1000
                client.send(b"y" * 1000)
                self.sent_open.append((time.monotonic(), 1000))
                time.sleep(0.01)


class HistoryAfterKill(Case):

    def setUp(self):
        if RIG.fixed:
            self.skipTest("kills the server: use --serve")
        self.server = self.own_server()

    def test_killed_fifty_times_under_load_it_lacks_no_more_than_was_promised(self):
        print(f"       seed {SEED} (ARGYLE_SEED={SEED} does the same again)")
        chance = random.Random(SEED)
        target = self.closing(Target("0.0.0.0"))
        user = Account(b"ana", b"some-Password-1")
        self.assertEqual(0, self.server.add_user(user))
        name = user.name.decode()
        begin, rounds, seen, hosts = time.monotonic(), 0, 0, set()
        required, sent, lost, last_key = 0, 0, 0, 0
        while rounds < ROUNDS:
            load = Load(self, target.port, user)
            if rounds in (5, 20):
                time.sleep(USAGE_BOUND + LATENESS + 2)
            elif rounds % 16 == 2:
                time.sleep(HISTORY_BOUND + LATENESS + chance.uniform(0.5, 1))
            else:
                time.sleep(chance.uniform(0.05, 0.4))
            load.killed.set()  # from here on a failure is what must be
            now = time.monotonic()
            self.server.kill()
            for thread in load.threads:
                thread.join(10)
            self.assertIsNone(load.complaint, f"seed {SEED}, round {rounds}")
            self.server.start()
            api = Api(self.server)

            fresh = self.read_history(api, last_key)
            if fresh:
                last_key = fresh[0]["key"]
            found = {entry["destination"] for entry in fresh}
            old = {host for when, host, _ in load.ended if when < now - HISTORY_BOUND - LATENESS}
            self.assertEqual(set(), old - found, f"seed {SEED}, round {rounds}: ended more than {HISTORY_BOUND} s before the kill")
            lost += len({host for _, host, _ in load.ended} - found)
            hosts |= found
            seen += len(fresh)

            long_ago = now - USAGE_BOUND - LATENESS
            required += sum(octets for when, _, octets in load.ended if when < long_ago)
            required += sum(octets for when, octets in load.sent_open if when < long_ago)
            sent += load.sent
            eventually(lambda: required <= self.used(api, name),
                       f"seed {SEED}, round {rounds}: {required} octets, moved more than {USAGE_BOUND} s before the kill, are in the usage")
            used = self.used(api, name)
            self.assertLessEqual(used, sent, f"seed {SEED}, round {rounds}: nothing counts twice")
            rounds += 1
        everything = list(Api(self.server).pages("/history", limit=1000))
        self.assertEqual(set(), hosts - {entry["destination"] for entry in everything}, f"seed {SEED}: what was found once stays")
        keys = [entry["key"] for entry in everything]
        self.assertEqual(sorted(set(keys), reverse=True), keys, "newest first, no key twice")
        with open(self.server.stderr, encoding="utf-8") as said:
            self.assertNotIn("set aside", said.read())
        print(f"       {rounds} times killed, {seen} entries kept, {lost} lost in the last second, {used} of {sent} octets in the usage;"
              f" {time.monotonic() - begin:.0f} s")
        self.assertGreater(seen, rounds, "there was load")

    @staticmethod
    def used(api, name):
        return sum(item["octetsUp"] for item in api.pages("/usage", user=name))

    def read_history(self, api, last_key):
        """What came after a key. The server opens its files beside serving its first clients, so the last key is waited for."""
        def fresh():
            entries = []
            for entry in api.pages("/history", limit=200):
                if entry["key"] <= last_key:
                    return entries, True
                entries.append(entry)
            return entries, last_key == 0
        eventually(lambda: fresh()[1], "what was found before the kill is found after it")
        return fresh()[0]


class FullDisk(Case):
    """The folder of the history is a disk of its own, which is full."""

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts a server of its own: use --serve")

    def test_is_told_once_and_nothing_else_suffers(self):
        directory = os.path.join(RIG.directory, f"{next(RIG.numbers)}-full")
        folder = os.path.join(directory, "data", "history")
        os.makedirs(folder, 0o700)
        os.chmod(os.path.dirname(folder), 0o700)
        script = 'mount -t tmpfs -o size=4k,mode=700 tmpfs "$0" && exec "$@"'
        if subprocess.run(["unshare", "-m", "sh", "-c", script, folder, "true"], capture_output=True, check=False).returncode:
            self.skipTest("needs the right to mount (CAP_SYS_ADMIN)")
        self.server = StartedServer(["unshare", "-m", "sh", "-c", script, folder, *RIG.command], directory, {})
        self.addCleanup(self.server.kill)
        user = Account(b"ana", b"some-Password-1")
        self.assertEqual(0, self.server.add_user(user))
        target, api = self.closing(Target("0.0.0.0")), Api(self.server)
        served = 0

        def serve():
            nonlocal served
            with contextlib.closing(self.login(user)) as client:
                client.ask(CONNECT, "127.0.0.1", target.port)
                client.expect_reply(SUCCEEDED, "clients are served")
            served += 1
            return self.said(": the history cannot be written: no space left on device")
        eventually(serve, "the disk has one page, beside the header; that it is full is told", within=60)
        for _ in range(200):
            serve()
        self.assertEqual(1, self.said("the history cannot be written"), "once")
        self.assertEqual(0, self.said("usage of users"), "the usage is on another disk")
        eventually(lambda: sum(day["connections"] for day in api.pages("/usage", user="ana")) == served, "usage goes on", within=30)
        self.assertEqual(200, api.ask("GET", "/history")[0])

    def said(self, words):
        with open(self.server.stderr, encoding="utf-8") as file:
            return file.read().count(words)
