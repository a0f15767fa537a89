"""A long `argyle users import` beside a server that runs: logins, lists and changes do not wait for its end."""
import os
import subprocess
import threading

from harness import RIG, Case
from wire import PASSWORD, Account, Wire, credentials, eventually, greeting

ONCE = True  # it has nothing to do with the data plane

USERS = 300_000
ROUNDS = 8
JOURNAL = 16 << 20  # octets, as the server bounds it; 157 MiB stayed
CHEAP = "$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a"  # "secret"
ANA = Account(b"ana", b"ana-Password-1")


class Importing(Case):

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts the server itself: use --serve")

    def login(self, account):
        wire = self.closing(Wire.to(self.server.socks)).send(greeting(PASSWORD))
        wire.expect(b"\x05\x02", "method PASSWORD")
        wire.send(credentials(*account)).expect(b"\x01\x00", "the password is right")

    def test_a_running_import_keeps_nobody_waiting(self):
        """One transaction of all lines kept counts, lists and changes waiting for 5 to 20 s."""
        self.server = self.own_server({"accounts": {"max-users": 1_000_000}})
        self.assertEqual(0, self.server.add_user(ANA))
        mass = self.server.mass()
        command = [RIG.command[0], "users", "import", "--data", self.server.data]
        importing = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(importing.wait)
        self.addCleanup(importing.kill)
        lines = "".join(f"user-{number}:{CHEAP}\n" for number in range(USERS)).encode()
        feeder = threading.Thread(target=lambda: (importing.stdin.write(lines), importing.stdin.close()))
        feeder.start()
        names = mass.users
        eventually(lambda: len(names()) > 2, "the import has begun to write", 180)
        for number in range(ROUNDS):
            fresh = Account(b"fresh-%d" % number, b"fresh-Password-%d" % number)
            self.assertEqual(0, mass.add(*fresh), "a change waits for one batch, not for the import")
            self.login(fresh)
            self.login(ANA)
            self.assertIn(ANA.name, names())
            self.assertEqual(0, mass.delete(fresh.name))
            self.assertIsNone(importing.poll(), f"in round {number + 1} of {ROUNDS} the import still runs")
        feeder.join(60)
        said = importing.stdout.read().decode()
        importing.stdout.close()
        self.assertEqual(0, importing.wait(120), said)
        self.assertIn(f"imported {USERS} users", said)
        self.assertEqual(0, mass.add(b"behind", b"behind-Password"), "the first change behind it begins the journal anew")
        wal = os.path.join(self.server.data, "accounts.db-wal")
        eventually(lambda: os.path.getsize(wal) <= JOURNAL, f"the journal shrinks to its bound; it has {os.path.getsize(wal)} octets", 30)
