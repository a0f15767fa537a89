"""`argyle ctl` against a real server: every command through every protocol that has it, and what it says when something is wrong."""
import json
import re
import signal
import subprocess
import tempfile
import time

from ctl import Ctl
from harness import RIG
from wire import Account, eventually

ONCE = True  # it has nothing to do with the data plane

# What each protocol has; the rest is refused by name.
HAS = {
    "feed": {"users", "user add", "user remove", "connections", "history", "metrics", "timeout", "timeout 1h", "selector-timeout",
             "selector-timeout 1s", "dissectors off"},
    "mass": {"indexes", "users", "user add", "user remove", "metrics", "dissectors off", "authentication on"},
    "bottler": {"status", "users", "user add", "user remove", "user rename", "user password", "user last-connection", "metrics", "timeout",
                "timeout 1h", "buffer-size", "buffer-size 64KiB", "dissectors", "dissectors off", "authentication", "authentication on",
                "start", "stop", "reset"},
}
PASSWORD = b"plain-Words-7\n"


class Doors(Ctl):

    def test_every_command_of_feed(self):
        self.through("feed", "mass")

    def test_every_command_of_mass(self):
        self.through("mass", "feed")

    def test_every_command_of_bottler(self):
        self.through("bottler", "feed")

    def through(self, via, other):
        """Every command by one protocol, seen by another."""
        has, name = HAS[via], f"u-{via}"
        by = ("--via", via)
        self.assertIn(name, self.added(by, name, other))
        users = self.json(*by, "users")
        self.assertTrue(users["complete"])
        self.assertEqual(self.ctl(*by, "users").split()[1:], users["users"], "the table and the document agree")
        for command in sorted(has - {"users", "user add", "user remove", "user rename", "user password", "user last-connection"}):
            document = self.json(*by, *command.split())
            if command.split()[0] != command or command in ("start", "stop", "reset"):
                self.assertEqual({"command": command.split()[0], "result": "done"}, document)
        if via == "bottler":
            self.assertTrue(self.json(*by, "status")["running"] or self.ctl(*by, "start"))
            self.ctl(*by, "user", "password", name, "--password-stdin", text=b"other-Words\n")
            self.assertTrue(self.admits(Account(name.encode(), b"other-Words")))
            def last():
                return self.json(*by, "user", "last-connection", name)
            eventually(lambda: last()["lastConnection"], "the login is noted", 10)
            self.assertEqual(name, last()["name"])
            self.assertRegex(last()["lastConnection"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.ctl(*by, "user", "rename", name, name + "-2")
            name += "-2"
        self.ctl(*by, "user", "remove", name)
        self.assertNotIn(name, self.json("--via", other, "users")["users"])
        self.assertIn("no such user", self.ctl(*by, "user", "remove", name, expected=1))

    def added(self, by, name, other):
        self.assertEqual(f"added {name}\n", self.ctl(*by, "user", "add", name, "--password-stdin", text=PASSWORD))
        self.assertTrue(self.admits(Account(name.encode(), PASSWORD.strip())))
        return self.json("--via", other, "users")["users"]

    def test_doors_agree(self):
        before = self.json("--via", "feed", "metrics")["acceptedConnections"]
        target = self.echo()
        client = self.tunnel(target.host, target.port)
        client.send(b"x" * 5000)
        client.expect(b"x" * 5000, "the echo")
        open_now = self.json("connections")["connections"]
        self.assertEqual([("connect", f"{target.host}:{target.port}", None, None)],
                         [(one["command"], one["destination"], one["user"], one["end"]) for one in open_now])
        self.assertIn(f"{target.host}:{target.port}", self.ctl("connections"))
        self.assertEqual([], self.json("connections", "--user", "nobody")["connections"])
        self.assertEqual("no open connections\n", self.ctl("connections", "--user", "nobody"))
        client.close()
        eventually(lambda: not self.json("connections")["connections"], "the connection ends", 10)
        self.server.bottler().wait_until_idle()
        feed, mass, bottler = (self.json("--via", via, "metrics") for via in ("feed", "mass", "bottler"))
        for key in set(feed) & set(mass) | set(feed) & set(bottler):
            told = {each[key] for each in (feed, mass, bottler) if key in each}
            self.assertEqual(1, len(told), f"{key}: {feed} {mass} {bottler}")
        self.assertGreater(feed["acceptedConnections"], before)
        ended = eventually(lambda: self.json("history")["connections"], "the history has it", 10)[0]
        self.assertEqual((5000, 5000, 0), (ended["octetsUp"], ended["octetsDown"], ended["reply"]))
        self.assertIn("4.9 KiB", self.ctl("history", "--limit", "1"))

    def test_what_a_protocol_lacks_is_refused_by_name(self):
        for via, arguments, has in (("mass", ["user", "rename", "a", "b"], "http and bottler"), ("feed", ["stop"], "http and bottler"),
                                    ("bottler", ["connections"], "http and feed"), ("mass", ["timeout"], "http, feed and bottler"),
                                    ("http", ["indexes"], "mass"), ("feed", ["kill", "1"], "http")):
            said = self.ctl("--via", via, *arguments, expected=2)
            self.assertRegex(said, f'^argyle: --via {via}: {via} has no ".*"; {has} ha(s|ve) it\n$')

    def test_stop_and_start(self):
        host, port = self.server.socks
        self.assertEqual("the server is stopped\n", self.ctl("stop"))
        try:
            self.assertFalse(self.json("status")["running"])
            self.assertRegex(self.ctl("status"), r"(?m)^server +stopped$")
        finally:
            self.ctl("start")
        self.assertTrue(self.json("status")["running"])
        self.assertEqual((host, port), self.server.socks)
        self.assertTrue(self.connects((host, port)))


class Wrong(Ctl):

    def test_wrong_password_and_what_to_do(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"wrong\n")
            file.flush()
            for via in ("http", "feed", "mass"):
                said = self.ctl("--via", via, "--user", "admin", "--password-file", file.name, "users", expected=1)
                self.assertIn("name or password is wrong", said)

    def test_no_server(self):
        with tempfile.TemporaryDirectory() as data:
            code, _, said = self.run_ctl("status", data=data)
            self.assertEqual(1, code)
            self.assertRegex(said, r"^argyle: .*endpoints.json: does not exist, so no server runs .* argyle serve --data ")

    def test_a_server_that_was_killed_leaves_endpoints_behind(self):
        server = self.own_server()
        server.kill()
        for via in ("http", "feed", "mass", "bottler"):
            code, _, said = self.run_ctl("--via", via, "users", data=server.data)
            self.assertEqual(1, code)
            self.assertIn(f"was left behind by a server that no longer runs (process {server.endpoints['pid']}", said)

    def test_a_listener_that_is_not_there_and_sctp_where_the_kernel_has_none(self):
        server = self.own_server({"management": {"feed": {"listen": None, "tcp": None}, "http": {"listen": None}}})
        code, _, said = self.run_ctl("--via", "feed", "users", data=server.data)
        self.assertEqual(1, code)
        self.assertRegex(said, "--via feed: the server does not listen for it; .*management.feed.tcp.*mass and bottler")
        code, _, said = self.run_ctl("connections", data=server.data)
        self.assertEqual(1, code)
        self.assertIn("connections: http and feed have it, and the server does not listen for any of them", said)

    def test_a_broken_pipe_ends_it_without_a_word(self):
        command = f"{RIG.command[0]} ctl --data {self.server.data} connections --follow | head -n 1; exit ${{PIPESTATUS[0]}}"
        follower = subprocess.Popen(["bash", "-c", command],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(follower.stdout.close)
        self.addCleanup(follower.stderr.close)
        target = self.echo()
        deadline = time.monotonic() + 40
        while follower.poll() is None:
            self.assertLess(time.monotonic(), deadline, "nobody reads: it ends")
            self.tunnel(target.host, target.port).close()
            time.sleep(0.3)
        self.assertEqual((0, b""), (follower.returncode, follower.stderr.read()))


class Follow(Ctl):

    def test_it_tells_what_opens_and_ends_until_it_is_interrupted(self):
        for signal_number, form in ((signal.SIGINT, "json"), (signal.SIGTERM, "table")):
            target = self.echo()
            first = self.tunnel(target.host, target.port)
            process, lines = self.lines_of("connections", "--follow", "-o", form)
            opened = re.compile(r'"event":"opened"|  opened  ')
            eventually(lambda: any(map(opened.search, lines)), f"what is open is told: {lines}", 30)
            second = self.tunnel(target.host, target.port)
            second.send(b"y" * 3000)
            second.expect(b"y" * 3000, "the echo")
            second.close()
            first.close()
            ended = re.compile(r'"event":"ended"|  ended   ')
            eventually(lambda: sum(bool(ended.search(line)) for line in lines) >= 2, f"both ends are told: {lines}", 15)
            process.send_signal(signal_number)
            self.assertEqual(0, process.wait(15), "it ends in order")
            self.assertEqual(b"", process.stderr.read())
            if form == "json":
                events = [json.loads(line) for line in lines]
                self.assertIn(3000, [event["octetsUp"] for event in events if event["event"] == "ended"])
                self.assertEqual({"event", "id", "start", "end", "user", "source", "command", "destination", "reply", "outgoing", "octetsUp", "octetsDown"},
                                 set(events[0]))
            else:
                self.assertTrue(any("2.9 KiB up, 2.9 KiB down" in line for line in lines), lines)
