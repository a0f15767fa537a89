"""A viewer on the wire: at MASS and FEED it reads what an administrator reads, and changes nothing."""
import os
import subprocess

from harness import RIG, Case
from management import FEED_SIZES, MASS_READS, Mass, number
from wire import Account, counted, eventually

ONCE = True  # it has nothing to do with the data plane

VIEWER = Account(b"vera", b"veras-Password-1")
NOT_SUPPORTED, NOT_ALLOWED = 0x02, 0x05  # of MASS: by this session; of FEED


class Viewer(Case):

    def setUp(self):
        if RIG.fixed or os.path.basename(RIG.command[0]) != "argyle":
            self.skipTest("needs the argyle command: use --serve")
        self.server = self.own_server()
        self.assertEqual(0, self.server.add_user(VIEWER))
        self.change("viewer")
        self.mass = Mass(self.server.address("mass"), VIEWER)
        eventually(self.logs_in, "the server has noticed that the user is a viewer")

    def change(self, word):
        command = [self.server.command[0], "users", word, VIEWER.name.decode(), "--data", self.server.data]
        subprocess.run(command, stdout=subprocess.DEVNULL, timeout=60, check=True)

    def logs_in(self):
        wire = self.mass.connect().send("01 01 02")
        wire.expect("01 02", "mass.md: greeting 01 01 02 is answered 01 02")
        name, password = VIEWER
        answer = wire.send(b"\x01" + counted(name) + counted(password)).read(2, "mass.md: RFC 1929")
        wire.close()
        return answer == b"\x01\x00"

    def settings(self):
        """What could have been changed, as an administrator reads it."""
        bottler, feed = self.bottler(), self.feed()
        return (sorted(feed.users()), feed.value(0x08), feed.value(0x09), bottler.value(0x01), bottler.value(0x0C, 1), bottler.value(0x0E, 1),
                bottler.value(0x10, 1))

    def test_it_reads_at_mass_and_changes_nothing(self):
        before, victim = self.settings(), self.server.admin.name
        for index in MASS_READS:
            with self.subTest(read=f"{index:02X}"):
                self.mass.read(index)
        for index, parameters in ((0x0A, counted(b"eva") + counted(b"evas-Password-1")), (0x0B, counted(victim)), (0x0B, counted(VIEWER.name)),
                                  (0x0C, b"\x01"), (0x0D, b"\x00")):
            with self.subTest(change=f"{index:02X}"):
                self.assertEqual((NOT_SUPPORTED, b""), self.mass.ask(index, parameters))
        self.assertEqual(before, self.settings())
        self.assertEqual(MASS_READS, sorted(self.mass.read(0x00)[1:]), "mass.md, 00: the indexes that this session may use")

    def test_it_reads_at_feed_and_changes_nothing(self):
        before, victim = self.settings(), self.server.admin.name
        feed = self.closing(self.server.feed()).authenticate(VIEWER)
        self.assertIn(VIEWER.name, feed.users())
        for method in sorted(FEED_SIZES):
            with self.subTest(read=f"{method:02X}"):
                feed.value(method, counted(VIEWER.name) if method == 0x0A else b"")
        feed.records(0x0B)
        feed.records(0x0C)
        for method, arguments in ((0x00, counted(b"eva") + counted(b"evas-Password-1")), (0x01, counted(victim)), (0x01, counted(VIEWER.name)),
                                  (0x02, b"\x01"), (0x03, number(20)), (0x04, number(1))):
            with self.subTest(change=f"{method:02X}"):
                self.assertEqual(NOT_ALLOWED, feed.modify(method, arguments))
        self.assertEqual(before, self.settings())

    def test_it_loses_its_sessions_with_its_right(self):
        feed = self.closing(self.server.feed()).authenticate(VIEWER)
        feed.value(0x02)
        self.change("no-viewer")
        feed.expect_closed("a session ends with the right that it came from")
        self.assertFalse(self.logs_in())
