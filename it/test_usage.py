"""What accounts use: counted over a crash, and a quota that many connections spend together."""
import contextlib
import os
import random
import threading
import time

from harness import RIG, Case
from management_http import Api
from targets import Target
from wire import CONNECT, NOT_ALLOWED, SUCCEEDED, Account, Mismatch, eventually

ANA = Account(b"ana", b"ana-Password-1")
MIB = 1 << 20
KILLS = int(os.environ.get("ARGYLE_KILLS") or 3)     # 30 by hand
CONNECTIONS = int(os.environ.get("ARGYLE_CONNECTIONS") or 100)   # 1000 by hand
ONCE = True   # JUnit has both kinds of sockets spend a quota
SEED = int(os.environ.get("ARGYLE_SEED") or random.SystemRandom().randrange(1 << 32))
BOUND = 1.0      # docs/accounts.md: seconds before a crash whose octets may be lost
LATENESS = 2.0   # how late a thread of the server may be on a machine that is busy with this test
LEASE = 64 << 10   # docs/accounts.md: of each direction and processor, at most
LOOPS = 2
QUOTA = 16 * MIB
RULE = "docs/accounts.md: of a quota no more passes than its octets"


class Source(Target):
    """Sends to whoever connects: a piece every few milliseconds, or as much as is taken."""

    def __init__(self, pause):
        self.pause, self.sent, self.lock = pause, 0, threading.Lock()
        super().__init__()

    def serve(self, client):
        piece = b"z" * (1000 if self.pause else 65536)
        with client, contextlib.suppress(OSError):
            while True:
                with self.lock:
                    self.sent += len(piece)
                client.sendall(piece)
                time.sleep(self.pause)


class UsageCase(Case):

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts the server itself: use --serve")
        self.server = self.own_server({"socks": {"loops": LOOPS, "max-unauthenticated": 10000}, "log": {"format": "json"}})
        self.assertEqual(0, self.server.add_user(ANA))

    def usage(self):
        return Api(self.server).get("/users/ana")["usage"]


class UsageAfterKill(UsageCase):

    def test_killed_in_the_middle_it_lacks_no_more_than_a_second_and_counts_nothing_twice(self):
        print(f"       seed {SEED} (ARGYLE_SEED={SEED} does the same again), {KILLS} kills (ARGYLE_KILLS)")
        chance = random.Random(SEED)
        source = self.closing(Source(0.005))
        self.assertEqual(0, self.server.users("set", "ana", "quota.octets=1000GiB", "quota.period=total"))
        required = before = 0
        for number in range(KILLS):
            got, killed = [], threading.Event()

            def receive(client, got=got, killed=killed):
                try:
                    while not killed.is_set():
                        what, some = client.read_some(within=1)
                        got.append((time.monotonic(), len(some)))
                        if what in ("end", "reset"):
                            return
                except (Mismatch, OSError):
                    return

            threads = []
            for _ in range(3):
                threads.append(threading.Thread(target=receive, args=(self.tunnel("127.0.0.1", source.port, ANA),), daemon=True))
                threads[-1].start()
            time.sleep(BOUND + LATENESS + chance.uniform(0.2, 0.8) if number % 3 == 0 else chance.uniform(0.1, 1.5))
            now = time.monotonic()
            self.server.kill()
            killed.set()
            for thread in threads:
                thread.join(10)
            required = before + sum(octets for when, octets in got if when < now - BOUND - LATENESS)
            self.server.start()
            usage = self.usage()
            for stored in (usage["total"]["octetsDown"], usage["period"]["octetsDown"]):
                self.assertGreaterEqual(stored, required, f"seed {SEED}, kill {number}: octets that were counted a second before are lost")
                self.assertLessEqual(stored, source.sent, f"seed {SEED}, kill {number}: more was counted than was ever sent")
                self.assertLessEqual(stored - before, sum(octets for _, octets in got) + 3 * MIB, f"seed {SEED}, kill {number}: counted twice")
            before = usage["total"]["octetsDown"]
        self.assertGreater(before, 0)


class Quota(UsageCase):

    def receive(self, port, total):
        """Until the end: what came is added; false if the request was refused."""
        client = self.login(ANA).ask(CONNECT, "127.0.0.1", port)
        if client.expect_reply((SUCCEEDED, NOT_ALLOWED), "it is served until the quota is spent").code == NOT_ALLOWED:
            return False
        what, some = client.read_some(within=30)
        while what == "octets":
            with self.lock:
                total[0] += len(some)
            what, some = client.read_some(within=30)
        client.close()
        return True

    def spend(self, source, total):
        threads = [threading.Thread(target=self.attempt, args=(source.port, total), daemon=True) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        eventually(lambda: not self.receive(source.port, total), "requests are refused", 30)

    def attempt(self, port, total):
        try:
            self.receive(port, total)
        except (Mismatch, OSError, AssertionError) as problem:
            self.complaints.append(f"{problem}")

    def test_many_connections_at_once_spend_it_and_no_more(self):
        self.lock, self.complaints, total = threading.Lock(), [], [0]
        source = self.closing(Source(0))
        self.assertEqual(0, self.server.users("set", "ana", f"quota.octets={QUOTA}", "quota.counts=down", "quota.period=total"))
        self.spend(source, total)
        self.assertEqual([], self.complaints[:3])
        self.assertLessEqual(total[0], QUOTA, RULE)
        eventually(lambda: self.usage()["period"]["octetsDown"] <= QUOTA and self.usage()["period"]["octetsDown"] >= total[0], "as much is counted as came")
        self.assertGreaterEqual(self.usage()["period"]["octetsDown"], QUOTA - LEASE * LOOPS, RULE)
        api = Api(self.server)
        eventually(lambda: any(one["reason"] == "account-quota" for one in api.get("/history")["items"]), "the history has account-quota")

        # Over a restart it is spent, and reset it is not.
        self.assertIsNone(self.server.stop())
        self.server.start()
        self.assertEqual(0, self.server.users("set", "ana", "usage=reset"))
        eventually(lambda: self.receive(source.port, total), "the quota begins anew")
        status, shown = Api(self.server).send("PATCH", "/users/ana", {"usage": "reset"})
        self.assertEqual(200, status)
        self.assertEqual(0, shown["usage"]["period"]["octetsDown"])
        status, _ = Api(self.server).send("PATCH", "/users/ana", {"usage": "all"})
        self.assertEqual(400, status // 100 * 100)

    def test_an_association_spends_it_too_and_ends(self):
        quota, datagram = 64 << 10, b"\x5a" * 1000
        self.assertEqual(0, self.server.users("set", "ana", f"quota.octets={quota}", "quota.counts=up", "quota.period=week sun"))
        sink, client = self.udp(), self.udp()
        control, relay = self.associate(account=ANA)
        header, got = b"\0\0\0\1\x7f\0\0\1" + sink.port.to_bytes(2, "big"), []

        def received():
            sink.socket.settimeout(0.05)
            with contextlib.suppress(OSError):
                while True:
                    got.append(len(sink.socket.recv(2000)))
            return sum(got)

        def has_ended():
            for _ in range(10):
                client.send(header + datagram, relay)
            received()
            return control.read_some(within=0.01)[0] in ("end", "reset")

        eventually(has_ended, "the association ends")
        eventually(lambda: received() >= quota // 2, "it had its quota")
        self.assertLessEqual(received(), quota + len(datagram), RULE)
        api = Api(self.server)
        eventually(lambda: any(one["reason"] == "account-quota" for one in api.get("/history")["items"]), "the history has account-quota")
