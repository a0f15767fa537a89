"""Accounts with limits: rates over all tunnels of an account, and ends as soon as an account may go on no longer."""
import http.client
import json
import os
import signal
import threading
import time

from harness import RIG, Case
from management_http import Api
from wire import BIND, CONNECT, NOT_ALLOWED, SUCCEEDED, Account, eventually, random_octets

ANA = Account(b"ana", b"ana-Password-1")
MIB = 1 << 20
RATE, BURST = 8 * MIB, MIB
EACH = {1: 6 * MIB, 10: MIB}   # octets through each of so many tunnels
RULE = "docs/accounts.md: in no span of time more passes than rate x time + burst"
ENDS = "docs/accounts.md: what an account may not have open any more ends"
DATAGRAM = b"\x5a" * 1000


class Limits(Case):

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts the server itself: use --serve")
        self.server = self.own_server({"plans": {"slow": {"rate": {"up": "8MiB", "down": "8MiB", "burst": "1MiB"}}}, "log": {"format": "json"},
                                       "socks": {"bind-timeout": "60s"}})  # a BIND waits while commands run
        self.assertEqual(0, self.server.add_user(ANA))
        self.api = Api(self.server)

    def patch(self, **fields):
        name, password = self.server.admin
        connection = http.client.HTTPConnection(*self.api.address, timeout=30)
        self.addCleanup(connection.close)
        connection.request("PATCH", "/api/v1/users/ana", json.dumps(fields), {"Authorization": self.api.login, "Content-Type": "application/json"})
        answer = connection.getresponse()
        body = answer.read()
        self.assertEqual(200, answer.status, body)
        return json.loads(body)

    def ended_for(self, reason):
        eventually(lambda: any(one["reason"] == reason for one in self.api.get("/history")["items"]), f"the history has {reason}")

    def passes(self, tunnels, ways):
        """All at once through so many tunnels; what has come is compared with the test's own clock all the while.

        `ways`: "up", "down", or both, each of which has its own rate."""
        pairs = [self.pair(account=ANA) for _ in range(tunnels)]
        data = random_octets(EACH[tunnels], tunnels)
        begin, lock, total, complaints = time.monotonic(), threading.Lock(), dict.fromkeys(ways, 0), []

        def receive(way, end):
            got = bytearray()
            while len(got) < len(data):
                _, some = end.read_some(within=60)
                if not some:
                    break
                got += some
                with lock:
                    total[way] += len(some)
                    allowed = RATE * (time.monotonic() - begin) + BURST
                    if total[way] > allowed:
                        complaints.append(f"{way}: {total[way]} octets, and {allowed:.0f} are allowed")
            if bytes(got) != data:
                complaints.append(f"{way}: {len(got)} octets of {len(data)}, or others than were sent")

        threads = []
        for client, target in pairs:
            for way in ways:
                source, sink = (client, target) if way == "up" else (target, client)
                source.send_meanwhile(data)
                threads.append(threading.Thread(target=receive, args=(way, sink)))
                threads[-1].start()
        for thread in threads:
            thread.join(120)
        self.assertEqual([], complaints[:3], RULE)
        self.assertEqual(dict.fromkeys(ways, tunnels * len(data)), total)

    def test_one_tunnel_and_ten_have_the_same_rate_together(self):
        self.patch(plan="slow")
        for tunnels in EACH:
            for ways in (["up"], ["down"], ["up", "down"]):
                with self.subTest(tunnels=tunnels, ways=ways):
                    self.passes(tunnels, ways)

    def test_datagrams_have_their_part_of_it(self):
        self.patch(limits={"rate.up": "64KiB", "rate.burst": "16KiB"})
        sink = self.udp()
        control, relay = self.associate(account=ANA)
        client = self.udp()
        begin, got = time.monotonic(), 0
        header = b"\0\0\0\1\x7f\0\0\1" + sink.port.to_bytes(2, "big")
        for _ in range(60):
            client.send(header + DATAGRAM, relay)
        while got < 40 * len(DATAGRAM):
            got += len(sink.receive("what waits in the socket passes in its time")[0])
            self.assertLessEqual(got, 65536 * (time.monotonic() - begin) + 16384 + len(DATAGRAM), RULE)
        control.close()

    def test_open_tunnels_end_as_their_account_may_go_on_no_longer(self):
        client, _ = self.pair(account=ANA)
        self.assertEqual(0, self.server.users("set", "ana", "expires=2020-01-01"))
        client.expect_closed(ENDS)
        self.ended_for("account-expired")
        refused = self.login(ANA).ask(CONNECT, "127.0.0.1", 9)
        refused.expect_reply(NOT_ALLOWED, "docs/accounts.md: the login succeeds, the request is answered X'02'")
        self.assertEqual(0, self.server.users("set", "ana", "expires="))
        client, _ = self.pair(account=ANA)
        shown = self.patch(limits={"from": "192.0.2.0/24"})
        self.assertEqual({"from": "192.0.2.0/24"}, shown["effective"])
        client.expect_closed(ENDS)
        self.ended_for("account-from")

    def test_a_plan_holds_at_once_when_the_configuration_is_read_again(self):
        self.patch(plan="slow")
        client, target = self.pair(account=ANA)
        self.server.configuration["plans"]["slow"]["connections"] = 1
        self.server.write_configuration()
        os.kill(self.server.process.pid, signal.SIGHUP)
        eventually(lambda: self.api.get("/users/ana")["effective"].get("connections") == "1", "the plan is read again")
        listener = self.listener()
        self.login(ANA).ask(CONNECT, listener.host, listener.port).expect_reply(NOT_ALLOWED, "docs/accounts.md: connections")
        self.ended_for("account-full")
        client.close()
        target.close()
        eventually(lambda: self.api.get("/users/ana")["connections"] == 0, "the first tunnel is gone")
        self.login(ANA).ask(CONNECT, listener.host, listener.port).expect_reply(SUCCEEDED, "docs/accounts.md: connections")

    def open_three(self):
        tunnel, _ = self.pair(account=ANA)
        control, _ = self.associate(account=ANA)
        waiting = self.login(ANA).ask(BIND, "127.0.0.1", 0)
        waiting.expect_reply(SUCCEEDED, "socks5.md, BIND: first reply")
        return tunnel, control, waiting

    def all_end_for(self, reason, *command):
        before = sum(one["reason"] == reason for one in self.api.get("/history")["items"])
        three = self.open_three()
        self.assertEqual(0, self.server.users(*command))
        for one in three:
            one.expect_closed(ENDS)
        eventually(lambda: sum(one["reason"] == reason for one in self.api.get("/history")["items"]) == before + 3, f"the history has three more {reason}")

    def test_each_way_has_its_reason(self):
        day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[(time.localtime().tm_wday + 3) % 7]
        self.all_end_for("account-expired", "set", "ana", "expires=2020-01-01")
        self.assertEqual(0, self.server.users("set", "ana", "expires="))
        self.all_end_for("account-hours", "set", "ana", f"hours={day}")
        self.assertEqual(0, self.server.users("set", "ana", "hours="))
        self.all_end_for("account-from", "set", "ana", "from=192.0.2.0/24")
        self.assertEqual(0, self.server.users("set", "ana", "from="))
        self.all_end_for("user-disabled", "disable", "ana")
        self.assertEqual(0, self.server.users("enable", "ana"))
        self.all_end_for("user-removed", "remove", "ana")
