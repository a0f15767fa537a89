"""A FEED client that is not ours: socat, over SCTP. It carries octets and knows nothing of FEED."""
import os
import select
import subprocess
import time

from harness import Case
from management import feed_authentication
from wire import counted, octets, shown

PATIENCE = 20


class GuestSocat(Case):

    def setUp(self):
        super().setUp()
        host, port = self.server.address("feed")
        self.socat = subprocess.Popen(["socat", "-t", "1", "-", f"SCTP-CONNECT:{host}:{port}"], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, bufsize=0)
        self.addCleanup(self.end)

    def end(self):
        self.socat.kill()
        self.socat.wait()
        self.socat.stdin.close()
        self.socat.stdout.close()

    def send(self, data):
        """One write, which socat sends as one SCTP message."""
        self.socat.stdin.write(octets(data))

    def receive(self, count):
        """`count` octets; fewer if the server closes or nothing comes."""
        got, deadline = b"", time.monotonic() + PATIENCE
        while len(got) < count:
            ready, _, _ = select.select([self.socat.stdout], [], [], max(0, deadline - time.monotonic()))
            data = os.read(self.socat.stdout.fileno(), count - len(got)) if ready else b""
            if not data:
                break
            got += data
        return got

    def expect(self, expected):
        expected = octets(expected)
        received = self.receive(len(expected))
        self.assertEqual(shown(expected, 200), shown(received, 200))

    def test_login_and_commands(self):
        name = self.new_name()
        self.send(feed_authentication(*self.server.admin))
        self.expect("FE ED C0 01")
        self.send("D0 08")
        self.expect("D0 08 04 00 00 03 E8")  # the selector timeout, 1000 ms
        self.send(b"\xbe\x00" + counted(name) + counted(b"some-Password-1"))
        self.expect("BE 00 00")
        self.send(b"\xbe\x00" + counted(name) + counted(b"some-Password-1"))
        self.expect("BE 00 01")
        self.send(b"\xd0\x0a" + counted(name))
        self.expect("D0 0A 04 00 00 00 00")
        self.send(b"\xbe\x01" + counted(name) + b"\xd0\x0a" + counted(name))  # two requests, one message
        self.expect("BE 01 00 D0 F0 01 02")
        self.send("D0")  # one request, two messages
        time.sleep(0.1)
        self.send("09")
        self.expect("D0 09 04 00 00 0E 10")  # the connection timeout, 3600 s
        self.send("99 99 D0 08")  # not understood: the rest of the message is discarded
        self.expect("FF FF")
        self.send("D0 08")
        self.expect("D0 08 04 00 00 03 E8")

    def test_a_refused_login(self):
        self.send(feed_authentication(self.server.admin.name, b"wrong"))
        self.expect("FE ED 4B 1D")
        self.assertEqual(b"", self.receive(1), "on a failure the server sends the reply and closes")
        self.socat.stdin.close()
        self.socat.wait(PATIENCE)

    def test_another_protocol(self):
        self.send("05 01")
        self.expect("FE ED BE EF")
        self.assertEqual(b"", self.receive(1), "on a failure the server sends the reply and closes")
