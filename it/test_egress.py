"""Outgoing addresses, in a network of the test's own: what a target saw is what the log says, and what was asked for."""
import collections
import json
import os
import signal
import socket
import struct
import threading

from harness import RIG, Case
from management_http import Api
from system import own_network
from wire import BIND, CONNECT, GENERAL_FAILURE, NETWORK_UNREACHABLE, SUCCEEDED, Account, Wire, eventually

ONCE = True  # EgressSessionTest has the other data plane, which binds neither freely nor without a port

ANA, BEN = Account(b"ana", b"ana-Password-1"), Account(b"ben", b"ben-Password-1")
FIFTY = [f"198.51.100.{number}" for number in range(101, 151)]   # of own_network, all its own
TARGET = "198.51.100.1"
PREFIX, TARGET_6 = "2001:db8:1::/64", "2001:db8:1::1"
GONE = "203.0.113.9"                                             # nobody's
PAGE = "docs/egress.md"


def local_prefix(network, length):
    """`ip -6 route add local NETWORK dev lo`: every address of it is this namespace's own."""
    index = socket.if_nametoindex("lo")
    body = struct.pack("BBBBBBBBI", socket.AF_INET6, length, 0, 0, 255, 3, 0, 2, 0)  # table local, boot, RTN_LOCAL
    body += struct.pack("HH16s", 20, 1, socket.inet_pton(socket.AF_INET6, network)) + struct.pack("HHi", 8, 4, index)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as netlink:
        netlink.bind((0, 0))
        netlink.send(struct.pack("IHHII", 16 + len(body), 24, 0x505, 1, 0) + body)  # RTM_NEWROUTE; request, ack, create
        error = struct.unpack_from("i", netlink.recv(4096), 16)[0]
    return error == 0


class Target:
    """Accepts all there is, and remembers from where it came."""

    def __init__(self, family, host):
        self.listener = socket.socket(family)
        self.listener.bind((host, 0))
        self.listener.listen(4096)
        self.port = self.listener.getsockname()[1]
        self.seen, self.open = [], []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, peer = self.listener.accept()
            except OSError:
                return
            self.open.append(connection)  # before what is waited for
            self.seen.append(peer[0])

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in list(self.open):
            connection.close()


class Egress(Case):

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts the server itself: use --serve")
        if RIG.relay == "buffer":
            self.skipTest("NIO binds neither freely nor without a port: EgressSessionTest has it")
        own_network(self)

    def serve(self, egress, **others):
        self.server = self.own_server({"egress": egress, "log": {"format": "json"}, **others})
        self.assertEqual(0, self.server.add_user(ANA))
        self.assertEqual(0, self.server.add_user(BEN))
        self.api = Api(self.server)

    def target(self, family=socket.AF_INET, host=TARGET):
        return self.closing(Target(family, host))

    def through(self, target, count, account=ANA, host=TARGET, address=None):
        """So many tunnels to it, all open: where the target saw them come from, in their order, and what ends each."""
        before = len(target.seen)
        ends = []
        for number in range(before, before + count):
            client = self.closing(self.login(account, address=address).ask(CONNECT, host, target.port))
            client.expect_reply(SUCCEEDED, "the target accepts")
            eventually(lambda: len(target.seen) > number, "the target has seen it")
            ends.append(lambda client=client, number=number: (client.close(), target.open[number].close()))
        return target.seen[before:], ends

    def logged(self, count):
        """What the access log says, one entry each, once so many connections have ended."""
        def entries():
            with open(self.server.access_log, encoding="utf-8") as file:
                lines = [json.loads(line) for line in file.read().rpartition("\n")[0].splitlines()]
            return lines if len(lines) >= count else None
        return eventually(entries, f"{count} connections are logged")

    def test_rotation_over_fifty_addresses_is_what_the_target_saw_and_what_the_log_says(self):
        self.serve({"default": {"addresses": FIFTY, "pick": "rotate"}})
        target = self.target()
        seen, ends = self.through(target, 100)
        self.assertEqual({address: 2 for address in FIFTY}, dict(collections.Counter(seen)), PAGE)
        shown = [one["outgoing"] for one in self.api.pages("/connections", user="ana")]
        self.assertEqual(seen, shown, "the live table, by the order of accepts")
        for end in ends:
            end()
        logged = sorted(self.logged(100), key=lambda one: one["connection"])
        self.assertEqual(seen, [one["outgoing"] for one in logged], "the access log")
        history = eventually(lambda: ended if len(ended := list(self.api.pages("/history", user="ana"))) == 100 else None, "docs/history.md")
        self.assertEqual(seen, [one["outgoing"] for one in sorted(history, key=lambda one: one["id"])], "the history")

    def test_least_used_is_even_also_when_connections_have_ended(self):
        few = FIFTY[:5]
        self.serve({"default": {"addresses": few, "pick": "least-used"}})
        target = self.target()
        seen, ends = self.through(target, 25)
        self.assertEqual({address: 5 for address in few}, dict(collections.Counter(seen)), PAGE)
        for end, address in zip(ends, seen):
            if address == few[2]:
                end()
        self.logged(5)
        again, _ = self.through(target, 5)
        self.assertEqual([few[2]] * 5, again, "the address that has the fewest")

    def test_sticky_is(self):
        self.serve({"default": {"addresses": FIFTY, "sticky-time": "1h"}})
        target = self.target()
        ana, _ = self.through(target, 10)
        ben, _ = self.through(target, 10, BEN)
        self.assertEqual((1, 1), (len(set(ana)), len(set(ben))), PAGE)
        self.assertNotEqual(ana[0], ben[0], "accounts are spread")

    def test_a_session_of_the_login_keeps_its_address(self):
        self.serve({"default": {"addresses": FIFTY, "by": "session"}}, socks={"session-suffix": True})
        target = self.target()
        found = {}
        for _ in range(3):
            for name in (b"ana", b"ana+session=a", b"ana+session=b"):
                seen, _ = self.through(target, 1, Account(name, ANA.password))
                self.assertEqual(found.setdefault(name, seen[0]), seen[0], PAGE)
        self.assertEqual(3, len(set(found.values())))
        self.assertEqual({"ana"}, {one["user"] for one in self.api.pages("/connections")}, "the account is the same")

    def test_without_the_key_such_a_login_is_another_name(self):
        self.serve({})
        refused = self.client().send("05 01 02").expect("05 02", "password")
        refused.send(bytes([1, 13]) + b"ana+session=a" + bytes([len(ANA.password)]) + ANA.password)
        refused.expect("01 01", "docs/egress.md: it is off by default")

    def test_each_connection_has_an_address_of_a_prefix_of_its_own(self):
        if not local_prefix("2001:db8:1::", 64):
            self.skipTest("no IPv6 here")
        self.serve({"default": {"prefix": PREFIX, "pick": "rotate", "addresses": FIFTY}})
        target = self.target(socket.AF_INET6, "::")
        seen, ends = self.through(target, 30, host=TARGET_6)
        self.assertEqual(30, len(set(seen)), PAGE)
        self.assertTrue(all(address.startswith("2001:db8:1:") for address in seen), seen)
        for end in ends:
            end()
        self.assertEqual(sorted(seen), sorted(one["outgoing"] for one in self.logged(30)))

    def test_rule_goes_before_account_and_account_before_the_default(self):
        one, two, three = FIFTY[:3]
        self.serve({"default": {"addresses": [one]}, "two": {"addresses": [two]}, "three": {"addresses": [three]}})
        target, special = self.target(), self.target()
        self.server.configuration["rules"] = [{"allow": True, "to": [TARGET], "ports": [special.port], "egress": "three"}, {"allow": True, "to": [TARGET]}]
        self.server.write_configuration()
        os.kill(self.server.process.pid, signal.SIGHUP)
        eventually(lambda: "three" in json.dumps(self.api.get("/rules")), "the rules are read again")
        self.assertEqual([one], self.through(target, 1)[0])
        self.assertEqual(200, self.api.send("PATCH", "/users/ana", {"limits": {"egress": "two"}})[0])
        self.assertEqual([two], self.through(target, 1)[0], "at once for new connections")
        self.assertEqual([one], self.through(target, 1, BEN)[0])
        self.assertEqual([three], self.through(special, 1)[0])
        status, problem = self.api.send("PATCH", "/users/ana", {"limits": {"egress": "four"}})
        self.assertNotEqual(200, status)
        self.assertIn("no egress", json.dumps(problem))
        self.assertEqual(0, self.server.users("set", "ana", "egress=four"))  # it does not read the configuration
        eventually(lambda: self.api.get("/users/ana")["limits"].get("egress") == "four", "the change is noticed")
        self.login(ANA).ask(CONNECT, TARGET, target.port).expect_reply(NETWORK_UNREACHABLE, "docs/egress.md: it reaches nothing")

    def test_an_address_that_is_not_there_is_set_aside_told_once_and_the_next_is_used(self):
        self.serve({"default": {"addresses": [GONE, FIFTY[0]], "pick": "rotate"}})
        seen, _ = self.through(self.target(), 10)
        self.assertEqual([FIFTY[0]] * 10, seen, PAGE)
        told = eventually(lambda: [line for line in self.server.said().splitlines() if GONE in line], "it is told")
        self.assertEqual(1, len(told), told)

    def test_ports_are_not_used_up_by_connections_to_several_destinations(self):
        try:
            with open("/proc/sys/net/ipv4/ip_local_port_range", "w", encoding="ascii") as ports:
                ports.write("40000 40099")
        except OSError:
            self.skipTest("may not change the ports of its own network")
        # The test's own clients need ports, too: each listener is another destination for them.
        self.serve({"default": {"addresses": FIFTY[:2], "sticky-time": "1h"}}, socks={"listen": [f"127.0.0.{number}:0" for number in (1, 2, 3, 4)]})
        doors = [(host, int(port)) for host, port in (where.rsplit(":", 1) for where in self.server.endpoints["socks"])]
        first = None
        targets = [self.target(host=f"198.51.100.{number}") for number in (1, 2, 3)]
        for number, target in enumerate(targets, 1):
            seen, _ = self.through(target, 60, host=f"198.51.100.{number}", address=doors[number])
            first = first or seen[0]
            self.assertEqual({first}, set(seen), "180 connections from one address, which has 100 ports")
        seen, _ = self.through(targets[0], 60, host="198.51.100.1", address=doors[0])
        self.assertEqual(set(FIFTY[:2]), set(seen), "docs/egress.md: then the next address is used")

    def test_interface_and_mark_are_set_and_what_is_missing_is_told_once(self):
        """The target is on lo, so whatever leaves by lo reaches it; nothing leaves by an interface that is not there."""
        self.serve({"default": {"addresses": FIFTY[:1], "interface": "lo", "mark": 7}, "gone": {"interface": "nosuch0"}})
        target = self.target()
        self.assertEqual(FIFTY[:1], self.through(target, 1)[0])
        self.assertEqual(200, self.api.send("PATCH", "/users/ana", {"limits": {"egress": "gone"}})[0])
        for _ in range(2):
            self.login(ANA).ask(CONNECT, TARGET, target.port).expect_reply(GENERAL_FAILURE, PAGE)
        told = eventually(lambda: [line for line in self.server.said().splitlines() if "egress gone" in line], "it is told")
        self.assertEqual(1, len(told), told)
        self.assertIn("no such interface", told[0])

    def test_datagrams_and_a_bind_leave_by_it_too(self):
        self.serve({"default": {"addresses": FIFTY, "sticky-time": "1h"}})
        address = self.through(self.target(), 1)[0][0]
        sink = self.udp(TARGET)
        control, relay = self.associate(account=ANA)
        client = self.udp()
        client.send(b"\0\0\0\1" + socket.inet_aton(TARGET) + sink.port.to_bytes(2, "big") + b"ping", relay)
        payload, peer = sink.receive("a datagram of the client's")
        self.assertEqual((b"ping", address), (payload, peer[0]), PAGE)
        shown = eventually(lambda: [one["outgoing"] for one in self.api.pages("/connections", command="udp") if one["outgoing"]], "it is shown")
        self.assertEqual([address], shown)
        control.close()
        waiting = self.login(ANA).ask(BIND, TARGET, 0)
        first = waiting.expect_reply(SUCCEEDED, "socks5.md, BIND: first reply")
        self.assertEqual(address, first.host, PAGE)
        self.closing(Wire.to((first.host, first.port), TARGET, label="peer"))
        waiting.expect_reply(SUCCEEDED, "socks5.md, BIND: second reply")

    def test_datagrams_of_an_open_association_go_by_a_changed_egress_and_by_rules_of_the_accounts_own(self):
        self.serve({"default": {"addresses": FIFTY[:1]}, "other": {"addresses": FIFTY[1:2]}},
                   rules=[{"allow": False, "users": ["@quiet"], "commands": ["udp"]}, {"allow": True, "to": ["0.0.0.0/0"]}])
        sink = self.udp(TARGET)
        control, relay = self.associate(account=ANA)
        client = self.udp()

        def peer():
            """Whom the target sees, always for the same destination."""
            client.send(b"\0\0\0\1" + socket.inet_aton(TARGET) + sink.port.to_bytes(2, "big") + b"ping", relay)
            payload, sender = sink.receive("a datagram of the client's")
            self.assertEqual(b"ping", payload, "docs/rules.md: what is denied does not come")
            return sender[0]

        self.assertEqual(FIFTY[0], peer(), PAGE)
        for egress, address in (("other", FIFTY[1]), (None, FIFTY[0])):
            self.assertEqual(200, self.api.send("PATCH", "/users/ana", {"limits": {"egress": egress}})[0])
            eventually(lambda address=address: peer() == address, f"{PAGE}: datagrams leave by the changed egress")
        shown = [one["outgoing"] for one in self.api.pages("/connections", command="udp")]
        self.assertEqual([FIFTY[1]], shown, f"{PAGE}: the newest socket's")
        self.assertEqual(200, self.api.send("PATCH", "/users/ana", {"limits": {"rules": "quiet"}})[0])
        denied = b"\0\0\0\1" + socket.inet_aton(TARGET) + sink.port.to_bytes(2, "big") + b"ping"
        eventually(lambda: client.send(denied, relay) or self.denied() > 0, "docs/rules.md: a changed account holds for datagrams")
        control.close()

    def denied(self):
        page = self.api.exchange("GET", "/metrics")[1].decode()
        return sum(float(line.split()[-1]) for line in page.splitlines() if line.startswith("argyle_udp_dropped") and "denied" in line)

    def test_who_has_come_to_an_address_leaves_by_it(self):
        self.serve({"default": {"same-as-incoming": True}}, socks={"listen": ["0.0.0.0:0"], "authentication": ["password"]})
        target = self.target()
        port = self.server.endpoints["socks"][0].rsplit(":", 1)[1]
        for host in FIFTY[:3]:
            client = self.login(ANA, address=(host, int(port))).ask(CONNECT, TARGET, target.port)
            client.expect_reply(SUCCEEDED, "the target accepts")
            eventually(lambda: target.seen and target.seen[-1] == host, PAGE)
