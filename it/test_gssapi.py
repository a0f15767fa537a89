"""GSSAPI with a real KDC (kerberos.py): two clients that know nothing of each other, every level, and what is refused.

The clients: gssapi_client.py on MIT's library, and Argyle's own in JavaClient.java.
"""
import contextlib
import glob
import hashlib
import os
import random
import select
import socket
import subprocess
import threading
import time
import unittest

import kerberos
from harness import RIG, Case, Mismatch
from system import FIRST_USE_FILES, cpu_seconds, descriptors, resident_octets
from wire import CONNECTION_REFUSED, NOT_ALLOWED, Account, eventually

try:
    import gssapi
    import gssapi_client
    from gssapi_client import ABORT, BIND, CONNECT, CONTEXT, DATA, LEVEL, Client, Datagrams, Refused, framed
except ImportError:
    gssapi = None

HERE = os.path.dirname(os.path.abspath(__file__))
LEVELS = {"NONE": 0, "INTEGRITY": 1, "CONFIDENTIALITY": 2, "SELECTIVE": 3, "NEC": None}
MUCH, SOME = 100 << 20, 3_000_001
TUNNELS = 200
JAVA_PATIENCE = 60  # seconds

realm = None


def setUpModule():
    """One realm for all; libraries in this process and in those started here find it by KRB5_CONFIG."""
    global realm
    if RIG.fixed:
        raise unittest.SkipTest("starts servers of its own: use --serve")
    lacking = kerberos.missing() or (None if gssapi else "not installed: python3-gssapi, for this Python at least")
    if lacking:
        raise unittest.SkipTest(lacking)
    realm = kerberos.Realm()
    unittest.addModuleCleanup(realm.close)
    before = os.environ.get("KRB5_CONFIG")
    os.environ["KRB5_CONFIG"] = realm.configuration
    unittest.addModuleCleanup(lambda: os.environ.pop("KRB5_CONFIG") if before is None else os.environ.update(KRB5_CONFIG=before))
    for user in kerberos.USERS:
        realm.service_ticket(realm.ticket(user))


class Kerberos(Case):
    """A server for the class, with a security log of its own."""

    changes = {}
    rules = []
    handshake_timeout = "20s"

    @classmethod
    def setUpClass(cls):
        cls.security = os.path.join(RIG.directory, f"security-{next(RIG.numbers)}.log")
        settings = {"keytab": realm.keytab, "principal": kerberos.IN_KEYTAB[0], "realm": kerberos.HOME, "nec": True,
                    "protection": ["confidentiality", "integrity", "selective", "none"], **cls.changes}
        socks = {"authentication": ["gssapi", "password"], "handshake-timeout": cls.handshake_timeout, "gssapi": settings}
        log = {"access": "access.log", "format": "tab", "security": cls.security}
        cls.server_here = RIG.start("gssapi", {"socks": socks, "log": log, "rules": cls.rules}, ["-u", "ana:ana-password"])
        cls.addClassCleanup(cls.server_here.stop)

    def setUp(self):
        self.server = self.server_here

    def open(self, level="CONFIDENTIALITY", user="ana", kind=None, **options):
        """MIT's client; not authenticated yet."""
        options = {"cache": realm.path(f"{user}.ccache"), "nec": level == "NEC", "level": LEVELS[level] or 0, **options}
        return self.closing((kind or Client)(self.server.socks, **options))

    def connected(self, target, *arguments, **options):
        client = self.open(*arguments, **options).authenticate()
        client.request(CONNECT, target.host, target.port)
        return client

    def security_lines(self, source=None):
        if not os.path.exists(self.security):
            return []
        with open(self.security, encoding="utf-8") as file:
            return [line.rstrip("\n") for line in file if source is None or f" client={source} " in line]

    def expect_descriptors(self, before):
        """Nothing that a client made is left; some files are opened at a first use."""
        most = {**before, "file": before["file"] + FIRST_USE_FILES}

        def same():
            now = descriptors(self.server.process.pid)
            return all(now.get(kind, 0) <= count for kind, count in most.items())
        eventually(same, f"descriptors as before: {before}")


class Java:
    """JavaClient.java as a process; `do` asks it for something."""

    def __init__(self, proxy):
        app = os.path.join(os.path.dirname(os.path.abspath(RIG.command[0])), "cli", "target", "argyle")
        jars = glob.glob(os.path.join(app, "lib", "*.jar"))
        if not jars:
            raise unittest.SkipTest("the server is not ./argyle of a source tree: where is the library?")
        home = subprocess.run([RIG.command[0], "--java-home"], capture_output=True, text=True, check=True, timeout=60).stdout.strip()
        command = [os.path.join(home, "bin", "java"), "-XX:+UseSerialGC", "-Xmx256m", "-cp", ":".join(jars), *realm.java_options(),
                   os.path.join(HERE, "JavaClient.java"), proxy[0], str(proxy[1])]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, level, command, host, port, number=0, user="ana"):
        cache = user if os.path.isabs(user) else realm.path(f"{user}.ccache")
        self.process.stdin.write(f"{level} {cache} {command} {host} {port} {number}\n")
        self.process.stdin.flush()
        return self

    def line(self):
        if not select.select([self.process.stdout], [], [], JAVA_PATIENCE)[0]:
            self.process.kill()
            raise Mismatch(f"the Java client says nothing for {JAVA_PATIENCE} s")
        line = self.process.stdout.readline().strip()
        if not line:
            raise Mismatch("the Java client ended")
        return line

    def do(self, *arguments, **options):
        """What comes behind "ok"."""
        line = self.ask(*arguments, **options).line()
        if not line.startswith("ok "):
            raise Mismatch(f"{arguments}: {line}")
        return line[3:]

    def close(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()


def exchange(client, octets):
    """Sends so many octets and the end, and meanwhile reads to the end: both hashes."""
    sent, received = hashlib.sha256(), hashlib.sha256()

    def send():
        piece = random.Random(octets).randbytes(200_003)
        for at in range(0, octets, len(piece)):
            part = piece[:octets - at]
            sent.update(part)
            client.write(part)
        client.end()
    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    while piece := client.read():
        received.update(piece)
    sender.join(60)
    return sent.hexdigest(), received.hexdigest()


class Levels(Kerberos):
    """Both clients at every level, and in the variant of NEC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.java = Java(cls.server_here.socks)
        cls.addClassCleanup(cls.java.close)

    def test_mit_both_ways_to_the_end(self):
        echo = self.echo()
        for level in LEVELS:
            with self.subTest(level=level):
                sent, received = exchange(self.connected(echo, level), MUCH if level == "CONFIDENTIALITY" else SOME)
                self.assertEqual(sent, received, "every octet arrives, in order, once; and the end of each way")

    def test_java_both_ways_to_the_end(self):
        echo = self.echo()
        for level in LEVELS:
            with self.subTest(level=level):
                octets = MUCH if level == "CONFIDENTIALITY" else SOME
                sent, received = self.java.do(level, "tunnel", echo.host, echo.port, octets).split()
                self.assertEqual(sent, received, "every octet arrives, in order, once; and the end of each way")

    def test_the_level_that_is_asked_for_is_granted(self):
        for level, number in LEVELS.items():
            with self.subTest(level=level):
                self.assertEqual(number or 0, self.open(level).greet().establish().agree())

    def test_the_destination_ends_first(self):
        for level in LEVELS:
            with self.subTest(level=level):
                listener = self.listener()
                client = self.connected(listener, level)
                target = self.closing(listener.accept())
                target.send(b"all of it").shutdown()
                self.assertEqual(b"all of it", client.read())
                self.assertEqual(b"", client.read(), "socks5.md, CONNECT: half-close")
                client.write(b"still here")
                target.expect(b"still here", "socks5.md, CONNECT: the other direction keeps flowing")
                client.end()
                target.expect_end("until it ends too")

    def test_a_slow_reader_gets_what_stands_before_the_end(self):
        listener = self.listener()
        for level in LEVELS:
            with self.subTest(level=level):
                client = self.connected(listener, level)
                target = self.closing(listener.accept())
                sent = random.Random(level).randbytes(6_000_000)
                target.send_meanwhile(sent, then_end=True)
                client.end()
                target.expect_end("half-close")
                received = b""
                while piece := client.read():
                    received += piece
                    time.sleep(0.001)
                self.assertEqual((len(sent), True), (len(received), sent == received))

    def test_a_slow_destination_that_ends_first_gets_all_of_an_upload(self):
        """The client's connection has then ended both ways while the last of what it sent still waits, wrapped."""
        listener = self.listener()
        listener.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        for level in ("CONFIDENTIALITY", "INTEGRITY"):
            for before in (True, False):
                with self.subTest(level=level, before=before):
                    client = self.connected(listener, level)
                    target = self.closing(listener.accept())
                    if before:
                        target.shutdown()
                        self.assertEqual(b"", client.read(), "socks5.md, CONNECT: half-close")
                    sent = random.Random(level).randbytes(6_000_000)

                    def upload(client=client, sent=sent):
                        client.write(sent)
                        client.end()
                    sender = threading.Thread(target=upload, daemon=True)
                    sender.start()
                    received, outcome = b"", "octets"
                    while outcome == "octets":
                        time.sleep(0.005)
                        outcome, some = target.read_some()
                        if not before and not received:
                            target.shutdown()
                        received += some
                    sender.join(60)
                    self.assertEqual(("end", len(sent), True), (outcome, len(received), sent == received))

    def test_a_tunnel_that_has_ended_both_ways_and_waits_for_its_reader_costs_nothing(self):
        listener = self.listener()
        listener.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        client = self.connected(listener)
        target = self.closing(listener.accept())
        target.shutdown()
        self.assertEqual(b"", client.read(), "socks5.md, CONNECT: half-close")
        sent = bytes(4_800_000)  # more than the kernel keeps for the destination, so that the server keeps the rest

        def upload():
            client.write(sent)
            client.end()
        sender = threading.Thread(target=upload, daemon=True)
        sender.start()
        sender.join(5)
        time.sleep(1)  # compiling is over
        before = cpu_seconds(self.server.process.pid)
        time.sleep(1.5)
        self.assertLess(cpu_seconds(self.server.process.pid) - before, 0.5, "a tunnel that waits costs nothing")
        self.assertEqual(len(sent), len(target.read_to_end("all of it")))

    def test_a_reader_that_stops_holds_the_writer_back(self):
        listener = self.listener()
        client = self.connected(listener, "INTEGRITY")
        target = self.closing(listener.accept())
        before = resident_octets(self.server.process.pid)
        client.socket.settimeout(2)
        with self.assertRaises(TimeoutError):
            for _ in range(64):
                client.write(bytes(1 << 20))
        self.assertLess(resident_octets(self.server.process.pid) - before, 32 << 20, "nothing piles up in the server")
        target.close()

    def test_mit_datagrams(self):
        echo = self.udp_echo()
        for level in LEVELS:
            with self.subTest(level=level):
                association = self.open(level, kind=Datagrams)
                for size in (0, 1, 1400, association.room(header=10)):
                    payload = random.Random(size).randbytes(size)
                    association.send(echo.host, echo.port, payload)
                    self.assertEqual((echo.host, echo.port, payload), association.receive())

    def test_java_datagrams(self):
        echo = self.udp_echo()
        for level in LEVELS:
            with self.subTest(level=level):
                self.assertEqual("1400", self.java.do(level, "datagram", echo.host, echo.port, 1400))
                self.assertGreater(int(self.java.do(level, "datagram", echo.host, echo.port, 0)), 65_000, "the largest there is")

    def test_mit_bind(self):
        for level in LEVELS:
            with self.subTest(level=level):
                client = self.open(level).authenticate()
                rendezvous = client.request(BIND, "127.0.0.1", 0)
                with socket.create_connection(rendezvous) as peer:
                    self.assertEqual(peer.getsockname(), client.reply(), "socks5.md, BIND: second reply")
                    client.write(b"to the peer")
                    peer.sendall(b"from the peer")
                    self.assertEqual((b"to the peer", b"from the peer"), (peer.recv(100), client.read()))

    def test_java_bind(self):
        for level in LEVELS:
            with self.subTest(level=level):
                word, port = self.java.ask(level, "bind", "127.0.0.1", 0).line().split()
                self.assertEqual("listening", word)
                with socket.create_connection(("127.0.0.1", int(port))) as peer:
                    peer.sendall(b"there and back")
                    peer.shutdown(socket.SHUT_WR)
                    self.assertEqual(b"there and back", peer.recv(100))
                    self.assertEqual(f"ok {peer.getsockname()[1]}", self.java.line())

    def test_200_tunnels_at_once(self):
        echo = self.echo()
        before = descriptors(self.server.process.pid)
        self.assertEqual(TUNNELS, int(self.java.do("CONFIDENTIALITY", "many", echo.host, echo.port, TUNNELS)), "Argyle's client")
        with contextlib.ExitStack() as all_of_them:
            clients = []
            for number in range(TUNNELS):
                client = all_of_them.enter_context(self.open("CONFIDENTIALITY", user=("ana", "ben")[number % 2]))
                client.authenticate().request(CONNECT, echo.host, echo.port)
                clients.append((client, b"tunnel %d" % number * 1000))
            for client, own in clients:
                client.write(own)
            for client, own in clients:
                self.assertEqual(own, client.plainly(len(own)), "MIT's client")
        self.expect_descriptors(before)

    def test_the_service_by_its_principal(self):
        echo = self.echo()
        sent, received = exchange(self.connected(echo, service=realm.principal), 1000)
        self.assertEqual(sent, received)


class Users(Kerberos):
    """Who comes by Kerberos is a user like others, by the name before the @."""

    changes = {"protection": ["confidentiality"], "nec": False}
    rules = [{"allow": False, "users": ["ben"], "ports": [9]}]

    def test_a_stronger_level_is_granted_than_was_asked_for(self):
        for level in ("INTEGRITY", "NONE"):
            self.assertEqual(LEVELS["CONFIDENTIALITY"], self.open(level).greet().establish().agree(), "socks5.md: the strongest offered one")

    def test_nec_is_off_by_default(self):
        with self.assertRaises((Refused, ConnectionError)):
            self.open("NEC").authenticate()

    def test_access_log_has_the_user(self):
        echo = self.echo()
        exchange(self.connected(echo, user="ben"), 1000)
        eventually(lambda: any("ben" in fields for fields in self.log_lines()), f"a line of ben in {self.log_lines()}")

    def test_rules_know_the_user(self):
        for user, answer in (("ben", NOT_ALLOWED), ("ana", CONNECTION_REFUSED)):
            client = self.open(user=user).authenticate()
            with self.assertRaises(Refused) as refused:
                client.request(CONNECT, "127.0.0.1", 9)
            self.assertEqual(answer, refused.exception.code)

    def test_who_came_has_an_account(self):
        self.open(user="ben").authenticate()
        listed = subprocess.run([self.server.command[0], "users", "list", "--data", self.server.data], capture_output=True, text=True,
                                timeout=60, check=True).stdout
        self.assertIn("ben", listed)

    def test_a_user_who_is_removed_loses_his_tunnels(self):
        echo = self.echo()
        client, bystander = self.connected(echo, user="ben"), self.connected(echo, user="ana")
        self.assertEqual(0, self.server.delete_user(b"ben"), "mass.md: STATUS 00")
        with contextlib.suppress(ConnectionError, Refused):
            self.assertEqual(b"", client.read(), "the tunnels of a user that is removed end")
        bystander.write(b"undisturbed")
        self.assertEqual(b"undisturbed", bystander.read())

    def test_a_password_for_the_same_user(self):
        self.assertTrue(self.admits(Account(b"ana", b"ana-password")), "the methods are independent of each other")


class Negatives(Kerberos):
    """What is refused: each from an address of its own, for which the security log has one line."""

    numbers = iter(range(1, 255))
    handshake_timeout = "2s"

    def setUp(self):
        super().setUp()
        self.source = f"127.0.9.{next(self.numbers)}"
        self.own(self.source)
        self.target = self.echo()
        self.bystander = self.connected(self.target)
        self.before = descriptors(self.server.process.pid)

    def tearDown(self):
        self.bystander.write(b"undisturbed")
        self.assertEqual(b"undisturbed", self.bystander.read(), "others are undisturbed")
        super().tearDown()

    def attacker(self, *arguments, **options):
        return self.open(*arguments, source=self.source, **options)

    @staticmethod
    def arrived(target):
        """What comes before the target's connection ends: a reset may overtake it."""
        octets = b""
        with contextlib.suppress(ConnectionError):
            while piece := target.socket.recv(100):
                octets += piece
        return octets

    def attacking_tunnel(self):
        listener = self.listener()
        client = self.connected(listener, source=self.source)
        return client, self.closing(listener.accept())

    def expect_refused(self, client, *stages, reason=None):
        """An abort or the end, at one of these stages."""
        with self.assertRaises((Refused, ConnectionError)) as caught:
            client.authenticate()
        if isinstance(caught.exception, Refused):
            self.assertIn(caught.exception.stage, stages)
        self.expect_over(client, reason)

    def expect_over(self, client, reason=None, within=15):
        """The server closes; it has said so once; nothing is left over."""
        client.socket.settimeout(within)
        with contextlib.suppress(ConnectionError):
            while client.socket.recv(1 << 16):
                pass
        client.close()
        eventually(lambda: self.security_lines(self.source), f"a line for {self.source} in the security log")
        self.expect_descriptors(self.before)
        lines = self.security_lines(self.source)
        self.assertEqual(1, len(lines), "logged once\n" + "\n".join(lines))
        if reason:
            self.assertRegex(lines[0], reason)

    # who is not let in

    def test_another_realm(self):
        realm.service_ticket(realm.ticket(kerberos.STRANGER, realm=kerberos.ELSEWHERE))
        self.expect_refused(self.attacker(user=kerberos.STRANGER), "context", "level", reason=kerberos.ELSEWHERE)

    def test_another_service_of_the_keytab(self):
        self.expect_refused(self.attacker(service="socks@localhost"), "context", reason="authentication failed")

    def test_a_service_that_is_not_in_the_keytab(self):
        self.expect_refused(self.attacker(service="host@localhost"), "context", reason="authentication failed")

    def test_a_disabled_account(self):
        self.import_users("ben:!$6$rounds=1000$saltsalt$ryM7JEKGIAsYmwAYJU6aA40y.fM0iWaDhuBEGOiXsYEw5kR7oI7W3dvuG9oYo8Yz6HfrYBE.3rXxSYYk3cIQn/")
        self.addCleanup(self.server.delete_user, b"ben")
        self.expect_refused(self.attacker(user="ben"), "context", "level", reason="disabled")

    def import_users(self, line):
        command = [self.server.command[0], "users", "import", "--data", self.server.data]
        done = subprocess.run(command, input=line + "\n", text=True, capture_output=True, timeout=60, check=False)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_a_replayed_login(self):
        token = framed(CONTEXT, self.open().context.step())
        first = self.open()
        first.greet().socket.sendall(token)
        first.frame(CONTEXT)
        again = self.attacker()
        again.greet().socket.sendall(token)
        with self.assertRaises((Refused, ConnectionError)):
            again.frame(CONTEXT)
        first.close()
        self.expect_over(again, "replay")

    # what is not let through

    def test_a_frame_that_was_tampered_with(self):
        client, target = self.attacking_tunnel()
        frame = bytearray(client.seal(b"of the client"))
        frame[-1] ^= 1
        client.socket.sendall(frame)
        target.expect_closed("nothing of it arrives")
        self.expect_over(client)

    def test_a_frame_that_comes_twice(self):
        client, target = self.attacking_tunnel()
        frame = client.seal(b"once")
        client.socket.sendall(frame + frame)
        self.assertIn(self.arrived(target), (b"", b"once"), "not twice")
        self.expect_over(client)

    def test_a_frame_that_is_missing(self):
        client, target = self.attacking_tunnel()
        client.seal(b"left out")
        client.socket.sendall(client.seal(b"the next one"))
        target.expect_closed("nothing of it arrives")
        self.expect_over(client)

    def test_a_frame_that_is_not_encrypted(self):
        client, target = self.attacking_tunnel()
        client.socket.sendall(framed(DATA, client.context.wrap(b"for everybody", False).message))
        target.expect_closed("level 2 was agreed")
        self.expect_over(client)

    def test_a_frame_of_another_kind_in_a_tunnel(self):
        client, target = self.attacking_tunnel()
        client.socket.sendall(framed(CONTEXT, b"again"))
        target.expect_closed("the context is established")
        self.expect_over(client)

    def test_clear_text_in_a_tunnel(self):
        client, target = self.attacking_tunnel()
        client.socket.sendall(b"GET / HTTP/1.0\r\n\r\n")
        target.expect_closed("nothing of it arrives")
        self.expect_over(client)

    def test_datagrams_that_are_not_the_clients(self):
        """They are dropped, and nothing else happens."""
        remote = self.udp()
        association = self.attacker(kind=Datagrams)
        datagram = association.datagram(*remote.here, b"good")
        changed = bytearray(association.datagram(*remote.here, b"bad"))
        changed[-1] ^= 1
        plain = b"\0\0\0" + gssapi_client.address(*remote.here) + b"bad"
        for octets in (datagram, datagram, changed, plain, framed(DATA, plain), framed(ABORT), association.datagram(*remote.here, b"last")):
            association.socket.send(octets)
        self.assertEqual(b"good", remote.receive("sent first")[0])
        self.assertEqual(b"last", remote.receive("none of the others arrives")[0])
        association.close()
        self.expect_descriptors(self.before)

    # lengths

    def test_the_longest_frame_in_a_tunnel_with_nothing_in_it(self):
        client, target = self.attacking_tunnel()
        client.socket.sendall(framed(DATA, bytes(0xFFFF)))
        target.expect_closed("nothing of it arrives")
        self.expect_over(client)

    def test_the_longest_context_token(self):
        client = self.attacker().greet()
        with contextlib.suppress(ConnectionError):
            client.socket.sendall(framed(CONTEXT, bytes(0xFFFF)))
        self.expect_over(client)

    def test_an_empty_context_token(self):
        client = self.attacker().greet()
        client.socket.sendall(framed(CONTEXT))
        self.expect_over(client)

    def test_a_level_of_many_octets(self):
        client = self.attacker().greet().establish()
        client.socket.sendall(framed(LEVEL, client.context.wrap(bytes(1000), False).message))
        self.expect_over(client, "level")

    def test_a_level_that_was_tampered_with(self):
        client = self.attacker().greet().establish()
        token = bytearray(client.context.wrap(b"\1", False).message)
        token[16] ^= 3
        client.socket.sendall(framed(LEVEL, bytes(token)))
        self.expect_over(client, "level")

    # aborts

    def test_abort_instead_of_a_context(self):
        client = self.attacker().greet()
        client.socket.sendall(framed(ABORT))
        self.expect_over(client, "aborted")

    def test_abort_instead_of_a_level(self):
        client = self.attacker().greet().establish()
        client.socket.sendall(framed(ABORT))
        self.expect_over(client, "aborted")

    def test_abort_instead_of_a_request(self):
        client = self.attacker().authenticate()
        client.socket.sendall(framed(ABORT))
        self.expect_over(client, "aborted")

    def test_abort_in_a_tunnel(self):
        client, target = self.attacking_tunnel()
        client.socket.sendall(client.seal(b"first") + framed(ABORT))
        self.assertIn(self.arrived(target), (b"", b"first"))
        self.expect_over(client, "aborted")

    # silence

    def test_silence_at_every_step(self):
        """All at once: each takes the handshake's time."""
        def at_level(client):
            client.greet().establish()

        def in_a_frame(client):
            client.greet().socket.sendall(framed(CONTEXT, bytes(100))[:50])

        def in_a_header(client):
            client.greet().establish().socket.sendall(b"\1\2\0")
        steps = [Client.greet, in_a_frame, at_level, in_a_header, Client.authenticate]
        silent = []
        for step in steps:
            source = f"127.0.9.{next(self.numbers)}"
            client = self.open(source=source)
            step(client)
            silent.append((source, client))
        for self.source, client in silent:
            client.socket.settimeout(self.server.timeouts.handshake + 3)
            with contextlib.suppress(ConnectionError):
                while client.socket.recv(100):
                    pass
            client.close()
        for self.source, client in silent:
            eventually(lambda: self.security_lines(self.source), f"a line for {self.source}")
            lines = self.security_lines(self.source)
            self.assertEqual(1, len(lines), lines)
            self.assertIn("handshake-timeout", lines[0])
        self.expect_descriptors(self.before)


class Expired(Kerberos):
    """A server that allows for a second between the clocks, so that a ticket's end can be waited for."""

    @classmethod
    def setUpClass(cls):
        os.environ["KRB5_CONFIG"] = realm.configured("strict.conf", clockskew=1)
        try:
            super().setUpClass()
        finally:
            os.environ["KRB5_CONFIG"] = realm.configuration

    def test_an_expired_ticket(self):
        cache = realm.expired_ticket("ben")
        with self.assertRaises((Refused, ConnectionError)):
            self.open(cache=cache, source="127.0.8.1").authenticate()
        eventually(lambda: self.security_lines("127.0.8.1"), "a line in the security log")
        lines = self.security_lines("127.0.8.1")
        self.assertEqual(1, len(lines), lines)
        self.assertIn("expired", lines[0])
