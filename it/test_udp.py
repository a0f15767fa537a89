"""UDP ASSOCIATE with real servers behind it, under a flood of garbage, at its limits, and nothing left over."""
import hashlib
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

from harness import GRACE, RIG, Case, can_bind
from system import descriptors, live_heap_octets, resident_octets
from test_names import NameServer
from wire import GENERAL_FAILURE, NOT_ALLOWED, PATIENCE, SUCCEEDED, UDP_ASSOCIATE, ZEROS, Account, Mismatch, datagram, eventually, parse_datagram

ANA = Account(b"ana", b"ana-password")
AS_ANA = ["-u", "ana:ana-password"]
RELAYED = "an association relays datagrams"


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class UdpCase(Case):

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts servers of its own: use --serve")

    def serve(self, changes=None):
        self.server = self.own_server(changes, AS_ANA)
        self.server.account = ANA
        return self.server

    def program(self, name):
        path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if path is None:
            self.skipTest(f"no {name} here")
        return path

    def run_beside(self, *command):
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def serving(self, hello, *command):
        """Starts a server of UDP, `{port}` replaced, that answers `hello` there; returns the port."""
        for _ in range(5):
            port = free_port()  # of UDP, and another may take it before the server does
            process = self.run_beside(*(word.replace("{port}", str(port)) for word in command))
            client, deadline = self.udp(), time.monotonic() + 30
            while time.monotonic() < deadline and process.poll() is None:
                client.send(hello, ("127.0.0.1", port))
                client.socket.settimeout(0.1)
                try:
                    client.socket.recvfrom(65536)
                    return port
                except (TimeoutError, ConnectionRefusedError):
                    pass
        raise Mismatch(f"{command} does not answer")

    def directory(self):
        path = tempfile.mkdtemp(prefix="argyle-udp-")
        self.addCleanup(shutil.rmtree, path, True)
        return path

    def exchange(self, client, relay, to, payload, within=15, tries=15):
        """Sends through the relay, again if nothing comes; returns (payload, host, port)."""
        for _ in range(tries):
            client.send(datagram(*to, payload), relay)
            client.socket.settimeout(within / tries)
            try:
                got = parse_datagram(client.socket.recvfrom(65536)[0])
                return got.data, got.host, got.port
            except TimeoutError:
                continue
        raise Mismatch(f"no answer from {to} within {within} s: {RELAYED}")

    def expect_echo(self, client, relay, target=None, payload=b"still here"):
        target = target or self.udp_echo()
        for _ in range(3):  # an answer to an earlier try may come late
            answer = self.exchange(client, relay, (target.host, target.port), payload)[0]
            if answer == payload:
                return
        self.assertEqual(payload, answer, RELAYED)


class RealServers(UdpCase):

    def test_a_dns_server_is_asked_through_the_association(self):
        hello = struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + b"\x00\x00\x02\x00\x01"
        port = self.serving(hello, self.program("dnsmasq"), "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
                            "--port={port}", "--listen-address=127.0.0.1", *(["--listen-address=::1"] if can_bind("::1") else []),
                            "--bind-interfaces", "--address=/printer.test/192.0.2.77", "--user=", "--pid-file=")
        self.serve()
        _, relay = self.associate()
        client = self.udp()
        names = ["127.0.0.1", b"localhost"] + (["::1"] if can_bind("::1") else [])
        for number, host in enumerate(names):
            question = struct.pack(">HHHHHH", number, 0x0100, 1, 0, 0, 0) + b"\x07printer\x04test\x00" + struct.pack(">HH", 1, 1)
            answer, _, _ = self.exchange(client, relay, (host, port), question)
            self.assertEqual(number, struct.unpack_from(">H", answer)[0], "the answer to this question")
            self.assertIn(socket.inet_aton("192.0.2.77"), answer, "the address that dnsmasq has for the name")

    def test_a_file_of_some_mebibytes_comes_by_tftp(self):
        """The server answers from another port than the one that was written to, as TFTP servers do (RFC 1350, section 4)."""
        directory = self.directory()
        content = random.Random(69).randbytes(3 * 1024 * 1024 + 321)
        os.chmod(directory, 0o755)
        with open(os.path.join(directory, "file"), "wb") as file:
            file.write(content)
        os.chmod(file.name, 0o644)
        port = self.serving(b"\x00\x01nothing\x00octet\x00", self.program("atftpd"), "--daemon", "--no-fork", "--user", "root.root",
                            "--port", "{port}", "--bind-address", "127.0.0.1", directory)
        self.serve()
        _, relay = self.associate()
        got = self.fetch(self.udp(), relay, port)
        self.assertEqual((len(content), hashlib.sha256(content).hexdigest()), (len(got), hashlib.sha256(got).hexdigest()))

    def fetch(self, client, relay, port, size=1428):
        blocks, to = [], ("127.0.0.1", port)
        message = b"\x00\x01file\x00octet\x00blksize\x00%d\x00" % size
        for _ in range(10000):
            answer, host, sender = self.exchange(client, relay, to, message, within=10, tries=10)
            kind, number = struct.unpack_from(">HH", answer)
            to = (host, sender)
            if kind == 6:
                message = b"\x00\x04\x00\x00"
                continue
            self.assertEqual(3, kind, f"DATA, not {answer[:60]}")
            if number == (len(blocks) + 1) % 65536:
                blocks.append(answer[4:])
            message = struct.pack(">HH", 4, number)
            if len(answer) - 4 < size:
                client.send(datagram(*to, message), relay)
                return b"".join(blocks)
        raise Mismatch("the transfer does not end")


class Garbage(UdpCase):

    def test_a_flood_neither_grows_memory_nor_disturbs_another_association(self):
        server = self.serve()
        pid = server.endpoints["pid"]
        _, relay = self.associate()
        quiet, target = self.udp(), self.udp_echo()
        attacked = [self.associate() for _ in range(20)]
        attackers = [(self.udp(), there) for _, there in attacked]
        for client, there in attackers:
            self.expect_echo(client, there, target)
        self.flood(attackers, 1.0)  # what the sizes need once
        before, stop = resident_octets(pid), threading.Event()
        flooding = threading.Thread(target=self.flood, args=(attackers, 6.0, stop))
        flooding.start()
        try:
            served = 0
            end = time.monotonic() + 5
            while time.monotonic() < end:
                self.expect_echo(quiet, relay, target, b"%d" % served)
                served += 1
                time.sleep(0.02)
        finally:
            stop.set()
            flooding.join()
        self.assertGreater(served, 50, "served all the time")
        grown = resident_octets(pid) - before
        self.assertLess(grown, 48 << 20, f"grown by {grown >> 20} MiB: queues are bounded by a share of the heap, 4 MiB, and the heap by its collector")
        for client, there in attackers[:3]:
            self.expect_echo(*self.drained(client, there), target)

    def drained(self, client, relay):
        """After a FRAG 00, which ends whatever sequence is left, and without what came meanwhile."""
        client.send(datagram("127.0.0.1", 9, b""), relay)
        time.sleep(0.2)
        client.socket.setblocking(False)
        try:
            while True:
                client.socket.recvfrom(65536)
        except BlockingIOError:
            return client, relay

    def flood(self, attackers, seconds, stop=None):
        chance, outside = random.Random(3), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        outside.bind(("127.0.0.2", 0))
        end = time.monotonic() + seconds
        with outside:
            while time.monotonic() < end and not (stop and stop.is_set()):
                for client, relay in attackers:
                    whole = datagram("127.0.0.1", 9, chance.randbytes(8000), chance.randrange(1, 256))
                    for message in (whole[:chance.randrange(12)], whole, chance.randbytes(chance.randrange(40)),
                                    datagram("127.0.0.1", 9, chance.randbytes(8000), chance.randrange(1, 4)),
                                    datagram(b"%x.invalid" % chance.getrandbits(64), 9, b"x" * 500)):
                        for source in (client.socket, outside):
                            try:
                                source.sendto(message, relay)
                            except (BlockingIOError, ConnectionRefusedError):
                                pass


class SlowNames(NameServer):
    """Answers each question after a while, with 127.0.0.1: many are under way at a time."""

    def answer(self, query, end, sender, records, after=0.3):
        super().answer(query, end, sender, [self.record(1, b"\x7f\0\0\x01") for _ in records], after)


class Shares(UdpCase):

    BOB = Account(b"bob", b"bob-password")

    def serve_both(self, changes=None):
        self.server = self.own_server(changes, [*AS_ANA, "-u", "bob:bob-password"])

    def test_twenty_four_new_names_at_once_are_all_passed_on(self):
        """The trackers of a BitTorrent client: sixteen of them were dropped."""
        names, target, got = SlowNames(), self.udp_echo(), set()
        self.addCleanup(names.close)
        self.serve_both({"dns": {"servers": [f"127.0.0.1:{names.port}"]}})
        _, relay = self.associate(account=ANA)
        client = self.udp()
        for number in range(24):
            client.send(datagram(b"tracker-%d.example" % number, target.port, b"%d" % number), relay)
        client.socket.settimeout(PATIENCE)
        while len(got) < 24:
            got.add(parse_datagram(client.socket.recvfrom(65536)[0]).data)
        self.assertEqual({b"%d" % number for number in range(24)}, got)

    def test_one_user_who_floods_fragments_does_not_cost_another_users_reassembly(self):
        self.serve_both({"socks": {"loops": 1, "udp": {"max-per-user": 400}}})
        target = self.udp_echo()
        flooding = [(*self.associate(account=ANA), self.udp()) for _ in range(300)]
        for _ in range(3):
            for _, relay, client in flooding:  # 300 begun sequences of 60,000 octets: once all that a loop had
                client.send(datagram("127.0.0.1", target.port, b"a" * 60000, 1), relay)
        _, relay = self.associate(account=self.BOB)
        client = self.udp()
        for begin in range(5):
            for fragment, data in ((1, b"b" * 20000), (2, b"c" * 20000), (0x83, b"%d" % begin)):
                client.send(datagram("127.0.0.1", target.port, data, fragment), relay)
            client.socket.settimeout(PATIENCE)
            whole = parse_datagram(client.socket.recvfrom(65536)[0]).data
            self.assertEqual(b"b" * 20000 + b"c" * 20000 + b"%d" % begin, whole)


class Ends(UdpCase):

    COUNT = 30

    def sockets(self):
        return descriptors(self.server.endpoints["pid"]).get("socket", 0)

    def test_no_way_to_end_leaves_a_descriptor(self):
        self.serve({"socks": {"udp": {"idle-timeout": "3s"}}})
        target = self.udp_echo()
        six = self.udp_echo("::1") if can_bind("::1") else None
        self.expect_echo(self.udp(), self.associate()[1], target)
        eventually(lambda: self.steady(), "the first association is over")
        before = self.sockets()
        for way in ("close", "reset", "shutdown", "idle", "unresolved", "fragments"):
            with self.subTest(way=way):
                opened = [(*self.associate(), self.udp()) for _ in range(self.COUNT)]
                for _, relay, client in opened:
                    self.expect_echo(client, relay, target)
                    if six:
                        self.expect_echo(client, relay, six)
                self.assertGreaterEqual(self.sockets(), before + 3 * self.COUNT if six else before + 2 * self.COUNT)
                for control, relay, client in opened:
                    if way == "unresolved":
                        client.send(datagram(b"nobody-%d.invalid" % client.port, 9, b"x"), relay)
                    if way == "fragments":
                        client.send(datagram("127.0.0.1", 9, b"x", 1), relay)
                    if way != "idle":
                        getattr(control, way if way in ("close", "reset", "shutdown") else "close")()
                eventually(lambda: self.sockets() <= before, f"every socket is closed: {way}")

    def steady(self):
        now = self.sockets()
        time.sleep(4)
        return self.sockets() == now

    def test_the_access_log_has_a_line_with_the_octets_of_the_payload(self):
        server = self.serve()
        control, relay = self.associate()
        client, target = self.udp(), self.udp_echo()
        for _ in range(3):
            self.expect_echo(client, relay, target, b"x" * 100)
        control.close()
        eventually(lambda: self.lines(server), "a line")
        line, = self.lines(server)
        self.assertIn("ana", line)
        self.assertEqual(["300", "300"], [field for field in line if field == "300"], f"octets up and down: {line}")

    def lines(self, server):
        with open(server.access_log, encoding="utf-8") as file:
            return [fields for fields in (line.rstrip("\n").split("\t") for line in file) if "udp" in fields]


class Limits(UdpCase):

    def asked(self):
        control = self.login(ANA).ask(UDP_ASSOCIATE, ZEROS, 0)
        return control, control.reply("a request is answered")

    def test_of_a_user(self):
        self.serve({"socks": {"udp": {"idle-timeout": "60s", "max-per-user": 2}}})
        first, _ = self.asked()
        self.assertEqual(SUCCEEDED, self.asked()[1].code)
        self.assertEqual(NOT_ALLOWED, self.asked()[1].code, "udp.max-per-user: REP 02")
        first.close()
        eventually(lambda: self.asked()[1].code == SUCCEEDED, "a place that was left is given to the next")

    def test_in_all(self):
        self.serve({"socks": {"udp": {"idle-timeout": "60s", "max-associations": 1}}})
        self.assertEqual(SUCCEEDED, self.asked()[1].code)
        self.assertEqual(GENERAL_FAILURE, self.asked()[1].code, "udp.max-associations: REP 01")

    def test_a_range_of_ports(self):
        port = free_port()
        self.serve({"socks": {"udp": {"idle-timeout": "60s", "ports": str(port)}}})
        control, reply = self.asked()
        self.assertEqual((SUCCEEDED, port), (reply.code, reply.port), "udp.ports")
        self.expect_echo(self.udp(), (reply.host, reply.port))
        self.assertEqual(GENERAL_FAILURE, self.asked()[1].code, "no port of the range is left")
        control.close()
        eventually(lambda: self.asked()[1].code == SUCCEEDED, "the port is free again")

    def test_the_advertised_address(self):
        self.serve({"socks": {"udp": {"idle-timeout": "60s", "advertise": {"127.0.0.2/32": "203.0.113.9", "127.0.0.0/8": "127.0.0.3"}}}})
        control, reply = self.asked()
        self.assertEqual("127.0.0.3", reply.host, "udp.advertise, by the client's network")
        self.expect_echo(self.udp(), (reply.host, reply.port))
        other = self.login(ANA, "127.0.0.2").ask(UDP_ASSOCIATE, ZEROS, 0)
        reply = other.expect_reply(SUCCEEDED, "associated")
        self.assertEqual("203.0.113.9", reply.host, "an address that this machine does not have: that of a NAT before it")
        self.expect_echo(self.udp("127.0.0.2"), ("127.0.0.1", reply.port))

    def test_changed_rules_and_idle_time_hold_for_open_associations(self):
        server = self.serve()
        target = self.udp_echo()
        control, relay = self.associate()
        client = self.udp()
        self.expect_echo(client, relay, target)
        server.configuration["rules"] = [{"allow": False, "to": ["127.0.0.0/8"]}]
        server.configuration["socks"]["udp"] = {"idle-timeout": "3s"}
        server.write_configuration()
        os.kill(server.endpoints["pid"], signal.SIGHUP)
        eventually(lambda: "read again" in server.said(50), "SIGHUP")
        with self.assertRaises(Mismatch, msg="denied from now on"):
            self.exchange(client, relay, (target.host, target.port), b"denied", 0.6)
        control.expect_closed("udp.idle-timeout, as changed; denied datagrams do not keep an association", 3 + GRACE + 1)

    def test_a_thousand_idle_associations_cost_little(self):
        """What the heap holds after a collection: resident pages come and go with the collector's mood."""
        server = self.serve({"socks": {"udp": {"idle-timeout": "600s", "max-per-user": 2000}}})
        pid = server.endpoints["pid"]
        for control in [self.asked()[0] for _ in range(1000)]:  # what the first ones cost once
            control.close()
        eventually(lambda: descriptors(pid)["socket"] < 100, "closed")
        before = live_heap_octets(pid)
        kept = [self.asked()[0] for _ in range(1000)]
        each = (live_heap_octets(pid) - before) / len(kept)
        self.assertLess(each, 8192, "octets of the process's memory for an idle association")
