"""Long answers over SCTP: longer than the system's send buffer, to readers that are slow, of a server that must not grow by them."""
import os
import re
import select
import shutil
import time

from harness import RIG, Case, StartedServer
from management import Feed
from wire import counted, eventually

MSG_EOR = 0x80
NAME_OCTETS = 255
SEND_BUFFER = 2 * 212_992  # the default net.core.wmem_max; the kernel counts double


class GuestLong(Case):
    def setUp(self):
        self.server = ManyUsers.get()

    def feed(self):
        wire = self.closing(Feed.over_sctp(self.server.address("feed")))
        return wire.authenticate(self.server.admin)

    def messages(self, wire, octets):
        """Reads so many octets; returns the messages that they came in."""
        messages, part, got = [], b"", 0
        while got < octets:
            ready, _, _ = select.select([wire.socket], [], [], 30)
            self.assertTrue(ready, f"{got} of {octets} octets, and then nothing for 30 s")
            data, _, flags, _ = wire.socket.recvmsg(1 << 16)
            self.assertTrue(data, f"{got} of {octets} octets, and then the end")
            got += len(data)
            part += data
            if flags & MSG_EOR:
                messages.append(part)
                part = b""
        self.assertEqual(b"", part, "the last message ends")
        return messages

    def grow(self, response_octets):
        """Adds a few users, so that D0 00 is answered by so many octets."""
        wire = self.feed()
        left = response_octets - 7 - sum(1 + len(name) for name in wire.users())
        self.assertTrue(0 < left < 20 * NAME_OCTETS, f"{left} octets to be filled with names")
        while left:
            size = left - 1 if left <= NAME_OCTETS + 1 else min(NAME_OCTETS, left - 50)
            name = (b"few-%d" % next(self.numbers)).ljust(size, b"x")
            self.assertEqual(0, wire.add(name, b"some-Password-1"))
            left -= 1 + len(name)

    def test_1_as_long_as_the_send_buffer_is_one_message(self):
        with open("/proc/sys/net/core/wmem_max", encoding="ascii") as file:
            self.assertEqual(SEND_BUFFER, 2 * int(file.read()), "this kernel's default")
        self.grow(SEND_BUFFER)
        wire = self.feed().send("D0 00")
        self.assertEqual([SEND_BUFFER], [len(message) for message in self.messages(wire, SEND_BUFFER)])
        wire.value(0x07)

    def test_2_longer_is_several_messages(self):
        self.grow(SEND_BUFFER + 300)
        wire = self.feed().send("D0 00 D0 07")
        messages = self.messages(wire, SEND_BUFFER + 300 + 7)
        self.assertGreater(len(messages), 2)
        self.assertEqual(7, len(messages[-1]), "the next response is a message of its own")
        whole = b"".join(messages)
        self.assertEqual(b"\xd0\x07\x04", whole[SEND_BUFFER + 300:][:3])
        names = self.feed().users()
        self.assertEqual(sorted(names), names)
        self.assertEqual(b"".join(counted(name) for name in names), whole[7:SEND_BUFFER + 300])

    def test_3_who_asks_and_does_not_read_costs_little(self):
        self.feed().users()
        before = self.resident_octets()
        wires = [self.feed() for _ in range(4)]
        for wire in wires:
            for _ in range(40):
                wire.send(b"\xd0\x00" * 50)  # 850 MB of answers
        eventually(self.rests, "a server that waits for a reader does nothing", 40)
        self.assertLess(self.resident_octets() - before, 96 << 20, "what waits is an answer a client")
        self.feed().value(0x07)  # another one is served
        for wire in wires[:2]:
            for _ in range(2):
                self.messages(wire, SEND_BUFFER + 300)
        for wire in wires:
            wire.close()
        self.feed().value(0x07)

    def test_4_a_refusal_reaches_who_sends_a_lot(self):
        for _ in range(5):
            wire = self.closing(Feed.over_sctp(self.server.address("feed")))
            wire.send(b"GET / HTTP/1.1\r\n" + b"x" * 60_000)
            wire.expect("FE ED BE EF", "feed.md: BEEF wrong version")
            wire.expect_closed("feed.md: on a failure the server sends the reply and closes", 5)

    def test_5_no_association_is_left_over(self):
        for _ in range(300):  # more than may be open at once
            wire = Feed.over_sctp(self.server.address("feed")).send("05 01")
            wire.expect("FE ED BE EF", "feed.md: BEEF wrong version")
            wire.close()
        eventually(lambda: self.associations() <= 4, "associations that have ended are gone", 20)
        self.feed().value(0x07)

    def associations(self):
        with open("/proc/net/sctp/assocs", encoding="ascii") as file:
            return len(file.readlines()) - 1

    def resident_octets(self):
        with open(f"/proc/{self.server.endpoints['pid']}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+) kB", file.read()).group(1)) * 1024

    def rests(self):
        before = self.cpu_seconds()
        time.sleep(1)
        return self.cpu_seconds() - before < 0.2

    def cpu_seconds(self):
        with open(f"/proc/{self.server.endpoints['pid']}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class ManyUsers(StartedServer):
    """A server whose accounts were imported before, outside of the guest."""

    server = None

    @classmethod
    def get(cls):
        if cls.server is None:
            cls.server = RIG.servers["many users"] = cls(RIG.command, os.path.join(RIG.directory, "many-users"), {})
        return cls.server

    def start(self):
        shutil.copytree("many-users", self.data)
        super().start()
