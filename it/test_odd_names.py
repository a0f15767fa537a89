"""Names that are neither printable nor UTF-8, of one octet and of 255, through every door, list and log."""
import re
import subprocess

from harness import RIG, Case
from wire import CONNECT, Account, counted, eventually

ONCE = True  # it has nothing to do with the data plane

ODD = [b"\x01", b'"\n\t\x1b[31m\\x41', b"\xff\xfe", b"caf\xc3\xa9", b"\xed\xa0\x80", b"z" * 255, b"\xe2\x80\xae" * 85]
PASSWORD = b"odd-Password-1"


class OddNames(Case):

    def setUp(self):
        self.server = self.own_server()
        self.assertEqual(0, self.server.mass().add(ODD[0], PASSWORD))
        exported = self.users("export").splitlines()
        phc = next(line for line in exported if line.startswith(b"\\x01:")).split(b":", 1)[1]
        self.users("import", b"".join(b"".join(b"\\x%02X" % octet for octet in name) + b":" + phc + b"\n" for name in ODD[1:]))

    def users(self, what, text=b""):
        """Runs `argyle users` on the server's accounts; returns what it printed."""
        command = [RIG.command[0], "users", what, "--data", self.server.data]
        return subprocess.run(command, input=text, timeout=60, check=True, capture_output=True).stdout

    def log_lines(self):
        with open(self.server.access_log, "rb") as log:
            return log.read().split(b"\n")[:-1]

    def audit_lines(self):
        return [line for line in self.server.said().splitlines() if " audit: " in line]

    def test_every_list_has_them_in_the_order_of_their_octets(self):
        feed = self.closing(self.server.feed())
        feed.authenticate(self.server.admin)
        expected = sorted([*ODD, self.server.admin.name])
        self.assertEqual(expected, self.server.mass().users())
        self.assertEqual(expected, feed.users())
        self.assertEqual(expected, self.closing(self.server.bottler()).users())

    def test_connections_and_logs_have_them_and_no_line_is_forged(self):
        target = self.listener("127.0.0.1")
        feed = self.closing(self.server.feed())
        feed.authenticate(self.server.admin)
        for name in ODD:
            client = self.tunnel(target.host, target.port, Account(name, PASSWORD))
            there = self.closing(target.accept())
            self.assertIn(name, [record.user for record in feed.records(0x0B)])
            client.close()
            there.close()
        eventually(lambda: len(feed.records(0x0C)) == len(ODD), "ended connections are in the journal")
        self.assertEqual(sorted(ODD), sorted(record.user for record in feed.records(0x0C)))
        odd_hosts = [b"a\tb\r\n2026-01-02T03:04:05Z\tx", b"\xff" * 255, b"\x00"]
        for host in odd_hosts:
            client = self.login(Account(ODD[0], PASSWORD))
            client.ask(CONNECT, host, 9)
            self.assertNotEqual(0, client.reply("there is no such host").code)
            client.close()
        eventually(lambda: len(feed.records(0x0C)) == len(ODD) + len(odd_hosts), "ended connections are in the journal")
        self.assertEqual({host.decode("latin-1") for host in odd_hosts},
                         {record.destination[0] for record in feed.records(0x0C)} - {target.host})
        eventually(lambda: len(self.log_lines()) >= len(ODD) + len(odd_hosts), "a line a request")
        self.assertEqual(len(ODD) + len(odd_hosts), len(self.log_lines()), "one line a request")
        for line in self.log_lines():
            self.assertEqual(12, len(line.split(b"\t")), line)
            self.assertIsNone(re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line), line)

    def test_changes_of_them_are_lines_of_the_audit_log(self):
        mass, name = self.server.mass(), b'eve": done\n\x1b[2J'
        self.assertEqual(0, mass.add(name, PASSWORD))
        self.assertEqual(0, mass.delete(name))
        self.assertEqual(1, mass.delete(ODD[2]), "a request's names are ASCII: mass.md, 01 impossible parameters")
        feed = self.closing(self.server.feed())
        feed.authenticate(self.server.admin)
        self.assertEqual(3, feed.remove(ODD[2]), "feed.md: 03 not ASCII")
        self.assertEqual(5, self.closing(self.server.bottler()).ask(0x0B, counted(ODD[2]))[0], "bottler.md: 05 value out of range")
        lines = eventually(lambda: len(self.audit_lines()) >= 3 and self.audit_lines(), "a line a change")
        self.assertEqual(3, len(lines), lines)
        for line, what in zip(lines[1:], ("add-user", "remove-user")):
            self.assertTrue(line.endswith(f'by="admin" {what} "eve\\x22: done\\x0A\\x1B[2J": done'), line)
