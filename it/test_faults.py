"""When something is slow, full or silent: the server keeps serving the others, and says what is wrong once."""
import os
import socket
import time

from harness import GRACE, Case
from system import cpu_seconds, limited_server, resident_octets, said_once
from wire import BIND, CONNECT, UDP_ASSOCIATE, HOST_UNREACHABLE, SUCCEEDED, Account, Mismatch, SocksClient, UdpPeer, eventually, opening, request

ANA = Account(b"ana", b"ana-password")
AS_ANA = ["-u", "ana:ana-password"]
# Not the start's line, nor that of the history or the usage, which are files that cannot be written for the same reason.
SHORTAGE = r"^(?!.*(socks\.max-connections is|: the [a-z ]+ cannot be written)).*(descriptor|open files|ulimit|EMFILE)"
SERVING = "the others are served meanwhile"


class FaultCase(Case):

    def setUp(self):
        pass  # every test starts a server of its own

    def tearDown(self):
        if self.server.process.returncode is None:
            self.server.check()

    def use(self, server):
        self.server, server.account = server, ANA
        return server

    def expect_service(self, count=3, within=20):
        """New clients are served, each within a time that would be noticed."""
        echo = self.echo()
        for _ in range(count):
            begin = time.monotonic()
            client = self.tunnel(echo.host, echo.port)
            client.send(b"ping").expect(b"ping", SERVING)
            client.close()
            self.assertLess(time.monotonic() - begin, within, SERVING)


class Slow(FaultCase):

    def test_one_octet_a_second_in_the_handshake(self):
        self.use(self.own_server({"socks": {"handshake-timeout": "4s"}}, AS_ANA))
        slow, begin = [self.client() for _ in range(20)], time.monotonic()
        message, open_still = opening(ANA), set(slow)
        for octet in message[:6]:
            for client in sorted(open_still, key=id):
                client.send(bytes([octet]), may_fail=True)
            self.expect_service()
            time.sleep(1)
            for client in sorted(open_still, key=id):
                if client.read_some(within=0.01)[0] in ("end", "reset"):
                    open_still.discard(client)
            if not open_still:
                break
        self.assertEqual(set(), open_still, "handshake-timeout is for the whole handshake: 4 s")
        self.assertGreater(time.monotonic() - begin, 3.5, "and not less")

    def test_one_octet_a_second_in_a_tunnel(self):
        self.use(self.own_server({"socks": {"handshake-timeout": "2s", "idle-timeout": "3s"}}, AS_ANA))
        client, target = self.pair()
        for octet in b"slowly":
            client.send(bytes([octet]))
            target.expect(bytes([octet]), "an octet is passed on at once")
            self.expect_service(1)
            time.sleep(1)
        target.send(b"done").close()
        client.expect(b"done", "and the tunnel is open all the time")

    def test_clients_that_never_read(self):
        self.use(self.own_server({}, AS_ANA))
        pairs = [self.pair() for _ in range(20)]
        self.expect_service()
        pid = self.server.endpoints["pid"]
        before, taken = resident_octets(pid), 0
        block = bytes(1 << 16)
        for _, target in pairs:
            target.socket.setblocking(False)
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < 0.5:
            for _, target in pairs:
                try:
                    taken += target.socket.send(block)
                    quiet_since = time.monotonic()
                except BlockingIOError:
                    pass
            self.assertLess(taken, 1 << 30, "what nobody reads is not taken without bound")
            time.sleep(0.001)
        self.expect_service()
        growth = resident_octets(pid) - before
        self.assertLess(growth, 48 << 20, f"{len(pairs)} tunnels nobody reads: {taken >> 20} MiB were taken, mostly by the kernel")
        spent = cpu_seconds(pid)
        time.sleep(1)
        self.assertLess(cpu_seconds(pid) - spent, 0.5, "a tunnel that waits costs nothing")
        client, target = pairs[0]
        target.socket.settimeout(5)
        client.read(1 << 20, "it goes on when the client reads")


class Descriptors(FaultCase):
    LIMIT = 256

    def test_a_limit_of_256(self):
        many = {"socks": {"handshake-timeout": "60s", "max-connections-per-source": 10 * self.LIMIT}}  # else one source cannot take them all
        self.use(limited_server(self, f"ulimit -n {self.LIMIT}", many, AS_ANA))
        pid = self.server.endpoints["pid"]
        echo = self.echo()
        kept = self.tunnel(echo.host, echo.port)
        crowd = []
        for _ in range(self.LIMIT + 50):
            try:
                crowd.append(self.closing(SocksClient.to(self.server.socks)))
            except Mismatch:
                break  # the listener's backlog is full
        said_once(self, self.server, SHORTAGE, "descriptors have run out")
        spent = cpu_seconds(pid)
        for turn in range(4):
            kept.send(b"still").expect(b"still", "an open tunnel goes on")
            time.sleep(0.5)
        self.assertLess(cpu_seconds(pid) - spent, 1.0, "accept pauses instead of spinning")
        for client in crowd:
            client.close()
        eventually(self.serves, "it accepts again when descriptors are free")
        self.expect_service()
        kept.send(b"still").expect(b"still", "an open tunnel goes on")
        said_once(self, self.server, SHORTAGE, "said once")

    def test_a_crowd_beyond_the_descriptors_is_turned_away(self):
        """With tunnels to names, UDP and BIND it was lost to others, and 280 of 330 clients waited for their own timeouts."""
        many = {"socks": {"handshake-timeout": "10m", "connect-timeout": "10m", "bind-timeout": "10m", "max-connections-per-source": 10 * self.LIMIT}}
        self.use(limited_server(self, f"ulimit -n {self.LIMIT}", many, AS_ANA))
        echo = self.echo()
        held, waiting = [], []
        for number in range(self.LIMIT):
            try:
                client = self.login()
                kind = number % 3
                held.append(client)
                client.ask((CONNECT, BIND, UDP_ASSOCIATE)[kind], *((b"localhost", echo.port), ("127.0.0.1", 0), ("0.0.0.0", 0))[kind])
                client.reply("a request is answered")
            except Mismatch:
                break
        said_once(self, self.server, SHORTAGE, "descriptors have run out")
        for _ in range(330):
            client = socket.socket()
            client.settimeout(1)
            try:
                client.connect(self.server.socks)
                client.sendall(b"\x05\x01\x02")
                waiting.append(client)
            except OSError:
                client.close()

        def told():
            for client in list(waiting):
                client.setblocking(False)
                try:
                    client.recv(16)
                except BlockingIOError:
                    continue
                except OSError:
                    pass
                waiting.remove(client)
                client.close()
            return not waiting

        eventually(told, "nobody is left waiting in the queue", 60)
        for client in held:
            client.close()
        eventually(self.serves, "it serves again when descriptors are free", 30)

    def serves(self):
        try:
            echo = self.echo()
            self.tunnel(echo.host, echo.port).close()
            return True
        except Mismatch:
            return False


class FullDisk(FaultCase):

    def test_under_the_access_log(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        self.use(self.own_server({"log": {"access": "/dev/full"}}, AS_ANA))
        for _ in range(5):
            self.expect_service(10)
            time.sleep(0.2)
        said_once(self, self.server, r"(access|log).*(no space|full)|(no space|full).*(access|log)", "the access log cannot be written")
        self.assertEqual(0, self.server.terminate(), "and it ends in order")


class SilentNameServer(FaultCase):

    def test_names_fail_and_addresses_are_served(self):
        silent = self.closing(UdpPeer())
        self.use(self.own_server({"dns": {"servers": [f"127.0.0.1:{silent.port}"]}, "socks": {"connect-timeout": "3s"}}, AS_ANA))
        begin, waiting = time.monotonic(), []
        for number in range(50):
            client = self.login()
            client.send(request(CONNECT, b"host-%d.example" % number, 80))
            waiting.append(client)
        self.expect_service(10)
        echo = self.echo()
        client = self.login().ask(CONNECT, b"localhost", echo.port)
        client.expect_reply(SUCCEEDED, "a name of /etc/hosts needs no name server")
        for client in waiting:
            client.expect_reply(HOST_UNREACHABLE, "socks5.md: a name that does not resolve is X'04', when the connect timeout has passed",
                                max(0.5, 3 + GRACE + 2 - (time.monotonic() - begin)))
        said_once(self, self.server, r"name server|DNS|resol", "no name server answers")
        self.expect_service()


class SilentClients(FaultCase):

    def test_clients_that_say_nothing_do_not_keep_others_out(self):
        self.use(self.own_server({"socks": {"handshake-timeout": "60s", "max-unauthenticated": 64}}, AS_ANA))
        crowd = [self.closing(socket.create_connection(self.server.socks)) for _ in range(32)]
        self.expect_service(5)
        self.assertEqual(32, len(crowd))

    def test_a_source_that_fills_the_handshakes_keeps_nobody_else_out(self):
        """A source's own early drop is complete at three quarters of max-unauthenticated: the others never meet theirs."""
        self.use(self.own_server({"socks": {"handshake-timeout": "60s", "max-unauthenticated": 64}}, AS_ANA))
        crowd = [self.closing(socket.create_connection(self.server.socks, source_address=("127.0.0.9", 0))) for _ in range(300)]
        self.expect_service(10)
        self.assertEqual(300, len(crowd))
