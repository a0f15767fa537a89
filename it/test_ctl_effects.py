"""What `argyle ctl` does to a server, seen from outside: tunnels that end, users that are shut out, sources that are let in again."""
import concurrent.futures
import itertools
import json
import os
import re
import signal
import subprocess

from ctl import Ctl
from harness import RIG
from logins import Logins
from system import own_network
from terminal import Terminal
from wire import Account, Wire, eventually

ONCE = True  # it has nothing to do with the data plane

# Of each door a command that can watch, and the field of its JSON that counts open connections.
WATCHES = (("http", "status", "openConnections"), ("http", "connections", "connections"), ("feed", "connections", "connections"),
           ("mass", "metrics", "openConnections"), ("bottler", "status", "openConnections"))


class Effects(Ctl):

    def test_a_killed_tunnel_ends_for_its_client_and_the_others_live_on(self):
        target = self.echo()
        victim, other = self.tunnel(target.host, target.port), self.tunnel(target.host, target.port)
        ports = {client.here[1]: client for client in (victim, other)}
        ids = {ports[int(one["source"].rpartition(":")[2])]: one["id"] for one in self.open()}
        killed = str(ids[victim])
        self.assertEqual(f"ended {killed}\n", self.ctl("kill", killed))
        victim.expect_reset("its stream was cut")
        self.assertEqual([ids[other]], [one["id"] for one in self.open()], "a killed connection is not listed")
        other.send(b"still here")
        other.expect(b"still here", "the other tunnel lives on")
        self.assertIn(f"end connection {killed}: no open connection has this number; it has ended, or never was; see argyle ctl connections",
                      self.ctl("kill", killed, expected=1))
        history = eventually(lambda: self.json("history", "--reason", "killed")["connections"], "the history has it", 10)
        self.assertEqual([(ids[victim], "killed")], [(one["id"], one["reason"]) for one in history])
        self.assertEqual({"command": "kill", "result": "done"}, self.json("kill", str(ids[other])))
        other.expect_reset("its stream was cut, too")

    def open(self):
        return self.json("connections")["connections"]

    def test_a_disabled_user_loses_the_tunnels_and_gets_in_no_more_until_enabled(self):
        ana, eva, target = self.new_user(), self.new_user(), self.echo()
        names = {user: user.name.decode() for user in (ana, eva)}
        tunnels = [self.tunnel(target.host, target.port, account=ana) for _ in range(2)]
        bystander = self.tunnel(target.host, target.port, account=eva)
        self.assertEqual(f"disabled {names[ana]}\n", self.ctl("user", "disable", names[ana]))
        for tunnel in tunnels:
            tunnel.expect_reset("a disabled user has no tunnels")
        self.assertFalse(self.admits(ana), "nor gets in")
        bystander.send(b"x")
        bystander.expect(b"x", "others are left alone")
        self.assertEqual([names[eva]], [one["user"] for one in self.open()])
        bystander.close()
        self.assertEqual({"command": "user disable", "result": "done"}, self.json("user", "disable", names[ana]), "disabled twice is disabled")
        self.assertEqual(f"enabled {names[ana]}\n", self.ctl("user", "enable", names[ana]))
        self.assertTrue(self.admits(ana), "with the password of before")

    def test_what_cannot_be_done_is_said_in_words_of_the_command_line(self):
        """The server's advice names requests of the HTTP API; who uses ctl has commands."""
        cases = ((("user", "disable", "nobody"), "there is no user of this name; list the users: argyle ctl users"),
                 (("user", "enable", "nobody"), "there is no user of this name; list the users: argyle ctl users"),
                 (("user", "disable", "admin"), "it would leave no enabled administrator"),
                 (("kill", "0"), "no open connection has this number; it has ended, or never was; see argyle ctl connections"),
                 (("penalties", "--forgive", "192.0.2.1"), "this source has no penalty; it has expired; see argyle ctl penalties"),
                 (("penalties", "--forgive", "2001:db8::/64"), "this source has no penalty; it has expired; see argyle ctl penalties"))
        with concurrent.futures.ThreadPoolExecutor(len(cases)) as pool:
            for (arguments, words), said in zip(cases, pool.map(lambda case: self.ctl(*case[0], expected=1), cases)):
                with self.subTest(arguments=arguments):
                    self.assertIn(words, said)
                    self.assertEqual(1, said.count("\n"), said)
                    self.assertNotIn("/api/", said)

    def test_a_malformed_handshake_is_shown_with_its_octets(self):
        for octets in (b"GET / HTTP/1.1\r\n\r\n", b"\x05\x00"):
            self.client().send(octets).read_to_end("that is no SOCKS handshake", reset_is_fine=True)
        newest, older = eventually(lambda: len(self.malformed()) == 2 and self.malformed(), "both are kept", 10)
        self.assertEqual({"at", "client", "reason", "octets"}, set(newest))
        self.assertEqual("05 00", newest["octets"])
        self.assertEqual("47 45 54", older["octets"], "of a text its first word: the rest of the line may have credentials")
        self.assertEqual("127.0.0.1", newest["client"])
        self.assertRegex(newest["at"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        head, first, second = self.ctl("malformed").splitlines()
        self.assertEqual(["TIME", "CLIENT", "REASON", "OCTETS"], head.split())
        self.assertRegex(first, r"^20\S+Z  127\.0\.0\.1  \S+ +05 00$")
        self.assertRegex(second, r"  47 45 54$")

    def malformed(self):
        return self.json("malformed")["malformed"]


class Watching(Ctl):

    def watches(self, *more):
        """Every door's, all at once: [(door, process, its lines, the field that counts open connections)]"""
        return [(via, *self.lines_of("--via", via, command, "--watch", *more), field) for via, command, field in WATCHES]

    @staticmethod
    def counted(line, field):
        value = json.loads(line)[field]
        return value if isinstance(value, int) else len(value)

    def test_it_shows_what_has_changed_until_it_is_interrupted(self):
        watches, target = self.watches("-o", "json"), self.echo()
        for via, _, lines, field in watches:
            eventually(lambda lines=lines: lines, f"{via}: it shows something", 30)
            self.assertEqual(0, self.counted(lines[0], field), via)
        client = self.tunnel(target.host, target.port)
        for via, _, lines, field in watches:
            eventually(lambda lines=lines, field=field: self.counted(lines[-1], field) == 1, f"{via}: the tunnel is shown", 15)
        client.close()
        for (via, process, lines, field), number in zip(watches, itertools.cycle((signal.SIGINT, signal.SIGTERM))):
            eventually(lambda lines=lines, field=field: self.counted(lines[-1], field) == 0, f"{via}: its end is shown", 15)
            process.send_signal(number)
            self.assertEqual((0, b""), (process.wait(15), process.stderr.read()), f"{via}: {number.name} is its usual end")

    def test_without_a_terminal_an_empty_line_parts_the_tables(self):
        process, lines = self.lines_of("connections", "--watch")
        eventually(lambda: len(lines) >= 3, "it shows the table again", 30)
        self.assertEqual(["no open connections\n", "\n", "no open connections\n"], lines[:3])
        process.send_signal(signal.SIGINT)
        self.assertEqual(0, process.wait(15))

    def test_on_a_terminal_the_figures_stay_in_their_place(self):
        screen, target = Terminal([RIG.command[0], "ctl", "--data", self.server.data, "status", "--watch"], environment={"TERM": "xterm"}), self.echo()
        self.addCleanup(screen.close)
        screen.wait(lambda one: re.search(r"(?m)^connections open +0$", one.text()), "the figures")
        client = self.tunnel(target.host, target.port)
        screen.wait(lambda one: re.search(r"(?m)^connections open +1$", one.text()), "the figures have changed")
        self.assertEqual(["server"], [line.split()[0] for line in screen.lines()[:1]], screen.text())
        self.assertEqual(1, screen.text().count("connections open"), "no table under the other")
        client.close()
        screen.type("\x03")
        self.assertEqual(0, screen.ended())

    def test_a_server_that_ends_meanwhile_is_said(self):
        server = self.own_server()
        self.server = server  # whose data directory is meant from here on
        watches = [(via, *self.lines_of("--via", via, command, "--watch")) for via, command in (("http", "status"), ("feed", "connections"))]
        for via, _, lines in watches:
            eventually(lambda lines=lines: lines, f"{via}: it shows something", 30)
        server.kill()
        for via, process, _ in watches:
            self.assertEqual(1, process.wait(20), via)
            self.assertRegex(process.stderr.read().decode(), r"^argyle: .*was left behind by a server that no longer runs .*start it again with .*\n$", via)
        self.server = type(self).started

    def test_an_interrupt_ends_it_while_the_server_does_not_answer(self):
        """It waited for the answer for up to 10 s, and said then that it had failed."""
        watches = self.watches()
        for via, _, lines, _ in watches:
            eventually(lambda lines=lines: lines, f"{via}: it shows something", 30)
        server = self.server.endpoints["pid"]
        self.addCleanup(os.kill, server, signal.SIGCONT)
        os.kill(server, signal.SIGSTOP)
        for via, listener in (("http", "http"), ("feed", "feedTcp"), ("mass", "mass"), ("bottler", "bottler")):
            wanted = sum(door == via for door, *_ in watches)
            eventually(lambda address=self.server.address(listener), wanted=wanted: self.unread(address) >= wanted, f"{via}: it has asked", 15)
        for _, process, _, _ in watches:
            process.send_signal(signal.SIGINT)
        for via, process, _, _ in watches:
            self.assertEqual((0, b""), (process.wait(8), process.stderr.read()), via)

    @staticmethod
    def unread(address):
        """On how many sockets of an address there is something that the server has not read."""
        end, count = f":{address[1]:04X}", 0
        for name in ("tcp", "udp"):
            with open(f"/proc/net/{name}", encoding="ascii") as file:
                rows = [line.split() for line in file][1:]
            count += sum(row[1].endswith(end) and row[3] != "0A" and not row[4].endswith(":00000000") for row in rows)
        return count

    def test_it_ends_without_a_word_when_nobody_reads(self):
        script = f"{RIG.command[0]} ctl --data {self.server.data} --via $0 $1 --watch | head -n 1; exit ${{PIPESTATUS[0]}}"
        readers = [(via, subprocess.Popen(["bash", "-c", script, via, command], stdout=subprocess.PIPE, stderr=subprocess.PIPE))
                   for via, command, _ in WATCHES]
        for via, reader in readers:
            out, err = reader.communicate(timeout=60)
            self.assertEqual((0, b""), (reader.returncode, err), via)
            self.assertEqual(1, out.count(b"\n"), via)


class Forgiving(Logins, Ctl):

    SOURCE, GUESSES = "198.51.100.10", 8  # at once: their debts, 5 s each, pass the 30 s from which a source is refused

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts the server itself: use --serve")
        own_network(self)
        self.server = self.own_server({"socks": {"penalties": {"enabled": True}}})

    def test_a_refused_source_is_listed_and_let_in_again_once_it_is_forgiven(self):
        ana = self.new_user()
        self.assertEqual("no penalties\n", self.ctl("penalties"))
        with concurrent.futures.ThreadPoolExecutor(self.GUESSES) as pool:
            list(pool.map(lambda number: self.socks(self.SOURCE, Account(ana.name, b"guess-%d" % number)), range(self.GUESSES)))
        self.assertEqual(b"", self.socks(self.SOURCE, ana), "it is refused, right password or not")
        self.assertEqual(b"", self.mass(self.SOURCE, self.server.admin), "at every door")
        penalty, = self.json("penalties")["penalties"]
        self.assertEqual({"source", "door", "until", "state", "reason"}, set(penalty))
        self.assertEqual((self.SOURCE, "socks", "refused"), (penalty["source"], penalty["door"], penalty["state"]))
        head, row = self.ctl("penalties").splitlines()
        self.assertEqual(["SOURCE", "STATE", "UNTIL", "DOOR", "REASON"], head.split())
        self.assertRegex(row, rf"^{re.escape(self.SOURCE)}  refused  20\S+Z  socks  \S+$")
        self.assertEqual(f"forgave {self.SOURCE}\n", self.ctl("penalties", "--forgive", self.SOURCE))
        self.assertEqual(b"\x01\x00", self.socks(self.SOURCE, ana), "it is let in again at once")
        self.assertEqual(b"\x01\x00", self.mass(self.SOURCE, self.server.admin), "at every door")
        self.assertEqual([], self.json("penalties")["penalties"])
        self.assertIn("this source has no penalty", self.ctl("penalties", "--forgive", self.SOURCE, expected=1))
