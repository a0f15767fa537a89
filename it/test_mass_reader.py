"""MASS as its clients in the field speak it: one read a reply, and four octets of it taken as the processor's own integer.

The protocol as it was published says "unsigned int, 4 octets" and names no order; a client for x86 copies the octets into a uint32_t.
"""
import ctypes
import socket
import subprocess

from harness import Case
from management import MASS_COUNTERS
from wire import Account, counted, credentials, eventually

ONCE = True  # it has nothing to do with the data plane

BUFFER = 1 << 17  # longer than any reply
ANA = Account(b"ana", b"ana-password")
UP, DOWN = 0x030201, 0x01F0


class Reply(ctypes.LittleEndianStructure):
    """What an x86 client lays over its buffer."""
    _pack_ = 1
    _fields_ = [("status", ctypes.c_uint8), ("value", ctypes.c_uint32)]


class Reader(Case):
    """What does not come with the one read of a reply is lost to this client."""

    def setUp(self):
        self.server = self.own_server({"management": {"mass": {"listen": "127.0.0.1:0", "counters": "little-endian"}}},
                                      ["-u", "ana:ana-password"])

    def ask(self, request):
        with socket.create_connection(self.server.address("mass"), timeout=30) as client:
            client.send(b"\x01\x01\x02")
            self.assertEqual(b"\x01\x02", client.recv(BUFFER))
            client.send(credentials(*self.server.admin))
            self.assertEqual(b"\x01\x00", client.recv(BUFFER))
            client.send(request)
            return client.recv(BUFFER)

    def counter(self, index):
        reply = self.ask(bytes([index]))
        self.assertEqual(ctypes.sizeof(Reply), len(reply), f"index {index:02X}, in one read")
        native = Reply.from_buffer_copy(reply)
        self.assertEqual(0, native.status)
        return native.value

    def test_every_counter(self):
        """Against Bottler, which has the octets in network order, and known traffic."""
        bottler = self.bottler()
        for _ in range(3):
            client, target = self.pair(account=ANA)
            client.send(bytes(UP)).shutdown()
            target.read_to_end("a byte pipe")
            target.send(bytes(DOWN)).shutdown()
            client.read_to_end("a byte pipe")
            client.close()
            target.close()
        open_one = self.pair(account=ANA)
        # What arrived may be counted a moment later.
        eventually(lambda: (found := bottler.metrics()).current == 1 and found.octets == 3 * (UP + DOWN), "all is counted")
        metrics = bottler.metrics()
        expected = {0x02: metrics.historic, 0x03: 1, 0x04: metrics.max, 0x05: 3 * (UP + DOWN), 0x06: metrics.authentications,
                    0x07: metrics.requests}
        self.assertEqual((4, 4, 3 * (UP + DOWN)), (metrics.historic, metrics.requests, metrics.octets))
        for index, value in expected.items():
            with self.subTest(counter=MASS_COUNTERS[index]):
                native = self.counter(index)
                # each client of MASS is an authentication attempt, too
                self.assertTrue(value <= native <= value + (8 if index == 0x06 else 0), f"{native}, not {value}")
        for index in (0x08, 0x09):
            with self.subTest(counter=MASS_COUNTERS[index]):
                self.assertTrue(0 < self.counter(index) <= 1 << 20, f"octets a call: {self.counter(index)}")
        open_one[0].close()

    def test_users_and_indexes(self):
        """Names and single octets have no order that could change."""
        pattern = b"$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"  # nobody's password
        names = sorted([b"user-%03d" % number for number in range(200)] + [ANA.name, self.server.admin.name])
        command = [self.server.command[0], "users", "import", "--data", self.server.data]
        subprocess.run(command, input=b"".join(name + b":" + pattern + b"\n" for name in names if name.startswith(b"user-")),
                       stdout=subprocess.DEVNULL, timeout=60, check=True)
        self.assertEqual(b"\x00" + bytes([len(names)]) + b"".join(map(counted, names)), self.ask(b"\x01"), "in one read")
        self.assertEqual(b"\x00" + counted(bytes(range(14))), self.ask(b"\x00"), "in one read")
        self.assertEqual(b"\x00", self.ask(b"\x0b" + counted(b"user-007")))
        self.assertEqual(b"\x01", self.ask(b"\x0b" + counted(b"user-007")))
