"""Names: what one client asks for does not fail the names of others, and what nobody waits for any more ends."""
import socket
import threading
import time

from harness import RIG, Case
from system import complaints, descriptors
from wire import CONNECT, HOST_UNREACHABLE, SUCCEEDED, Account, Blackhole, eventually, request

ANA, BOB = Account(b"ana", b"ana-password"), Account(b"bob", b"bob-password")
AS_BOTH = ["-u", "ana:ana-password", "-u", "bob:bob-password"]
DEADLINE = "socks5.md: a name that does not resolve is X'04'"
UNDISTURBED = "the names of others do not notice"
A, CNAME = 1, 5


class NameServer:
    """Answers by UDP: nothing for a name that begins with "dead", an alias after a second for one with "late", else 127.0.0.1."""

    def __init__(self, many=1):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind(("127.0.0.1", 0))
        self.port, self.many = self.socket.getsockname()[1], many
        self.asked = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                query, sender = self.socket.recvfrom(4096)
            except OSError:
                return
            end = query.index(0, 12)
            name, kind = query[13:end].decode("ascii").lower(), query[end + 2]  # spelt at random
            self.asked.append(name)
            if name.startswith("late"):
                target = b"\x05late1" + query[12:end + 1] if len(name) < 200 else b"\x01a\0"
                self.answer(query, end, sender, [self.record(CNAME, target)], after=1)
            elif not name.startswith("dead"):
                count = self.many if kind == A else 0
                self.answer(query, end, sender, [self.record(A, bytes([127, 1, 0, number + 1])) for number in range(count)])

    @staticmethod
    def record(kind, data):
        return b"\xc0\x0c" + bytes([0, kind, 0, 1, 0, 0, 0, 0, 0, len(data)]) + data

    def answer(self, query, end, sender, records, after=0):
        message = query[:2] + bytes([0x81, 0x80, 0, 1, 0, len(records), 0, 0, 0, 0]) + query[12:end + 5] + b"".join(records)
        if after:
            timer = threading.Timer(after, self.send, (message, sender))
            timer.daemon = True
            timer.start()
        else:
            self.send(message, sender)

    def send(self, message, sender):
        try:
            self.socket.sendto(message, sender)
        except OSError:
            pass  # the test has ended

    def close(self):
        self.socket.close()


class NameCase(Case):

    def setUp(self):
        pass  # every test starts a server of its own

    def tearDown(self):
        if self.server.process.returncode is None:
            self.server.check()

    def serve(self, names, dns=None, socks=None):
        self.server = self.own_server({"dns": {"servers": [f"127.0.0.1:{names.port}"], **(dns or {})}, "socks": socks or {}}, AS_BOTH)

    def asking(self, name, account=ANA, port=80):
        """A client that waits for a CONNECT to a name."""
        return self.login(account).send(request(CONNECT, name, port))

    def expect_names(self, account, count=20, within=5):
        listener = self.listener("0.0.0.0")
        for number in range(count):
            begin = time.monotonic()
            client = self.asking(b"live-%d.%s.example" % (number, account.name), account, listener.port)
            client.expect_reply(SUCCEEDED, UNDISTURBED)
            client.close()
            self.assertLess(time.monotonic() - begin, within, UNDISTURBED)

    def sockets(self):
        return descriptors(self.server.process.pid).get("socket", 0)


class DeadNames(NameCase):

    def test_dead_names_of_one_user_do_not_fail_the_names_of_others(self):
        names = self.closing(NameServer())
        self.serve(names, socks={"connect-timeout": "8s"})
        crowd = [self.asking(b"dead-%d.example" % number) for number in range(130)]
        self.expect_names(BOB)
        for client in crowd:
            client.expect_reply(HOST_UNREACHABLE, DEADLINE, 15)
        self.expect_names(ANA)
        self.assertEqual([], complaints(self.server, "no name server answers"), "it has answered others meanwhile")

    def test_late_aliases_of_one_user_do_not_fail_the_names_of_others(self):
        names = self.closing(NameServer())
        self.serve(names, socks={"connect-timeout": "6s"})
        crowd = [self.asking(b"late-%d.example" % number) for number in range(130)]
        self.expect_names(BOB)
        for client in crowd:
            client.expect_reply(HOST_UNREACHABLE, DEADLINE, 15)
        self.expect_names(ANA)

    def test_a_name_that_was_silent_alone_does_not_mean_that_no_server_answers(self):
        names = self.closing(NameServer())
        self.serve(names, {"timeout": "500ms"})
        self.asking(b"dead.example").expect_reply(HOST_UNREACHABLE, DEADLINE)
        eventually(lambda: "" in names.asked, "the server is asked about the root")
        self.expect_names(ANA, 3)
        self.assertEqual([], complaints(self.server, "no name server answers"), "it answers about the root")


class Leaving(NameCase):

    def test_questions_end_with_the_client_that_asked(self):
        names = self.closing(NameServer())
        self.serve(names, {"timeout": "1m", "question-timeout": "1h"}, {"connect-timeout": "1h"})
        before = self.sockets()
        crowd = [self.asking(b"dead-%d.example" % number) for number in range(40)]
        eventually(lambda: len([name for name in names.asked if name.startswith("dead")]) == 16, "as many as its share allows")
        self.assertLessEqual(self.sockets(), before + len(crowd) + 16, "one socket for each client and each question")
        for client in crowd:
            client.close()
        eventually(lambda: self.sockets() <= before, "nobody waits for these names any more")
        self.expect_names(ANA, 3)


class Attempts(NameCase):

    def test_many_addresses_that_never_answer_hold_four_descriptors_a_client(self):
        names = self.closing(NameServer(many=32))
        hole = self.closing(Blackhole("0.0.0.0"))
        if not hole.works:
            self.skipTest("this platform does not let a connect hang on a full backlog")
        self.serve(names)
        before, clients, most = self.attempts(hole.port), [], 0  # those that keep its backlog full
        for number in range(20):
            clients.append(self.asking(b"hole-%d.example" % number, port=hole.port))
        until = time.monotonic() + 6
        while time.monotonic() < until:
            most = max(most, self.attempts(hole.port) - before)
            time.sleep(0.05)
        self.assertGreater(most, 20 * 3, "addresses are raced")
        closing = 20 if RIG.relay == "buffer" else 0  # NIO closes the socket of an attempt that was cut short when it selects next
        self.assertLessEqual(most, 20 * 4 + closing, "at most four attempts a client")

    @staticmethod
    def attempts(port):
        """Connections to a port, of IPv4, that nobody has answered yet: those of two looks were there between them, so at one instant."""
        def look():
            with open("/proc/net/tcp", encoding="ascii") as table:
                rows = [line.split() for line in table]
            return {row[9] for row in rows if row[2].endswith(f":{port:04X}") and row[3] == "02"}  # inodes in SYN_SENT
        return len(look() & look())
