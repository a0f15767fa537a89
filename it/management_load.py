"""A server with very many users and tunnels in use, and its doors at work meanwhile: what the test and the benchmark share."""
import json
import os
import subprocess
import sys
import threading
import time

from management import MASS_COUNTERS
from wire import eventually

HERE = os.path.dirname(os.path.abspath(__file__))
IMPORTED = 100_000
TUNNELS = 500
TUNNEL_USERS = 20
READS = 200
# Nobody logs in as one of them; whoever tried would be refused.
IMPORTED_HASH = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
PASSWORD = b"some-Password-1"
CONFIGURATION = {"accounts": {"max-users": 2 * IMPORTED}, "socks": {"handshake-timeout": "30s"}}
COUNTER_MOST = 0xFFFF_FFFF  # MASS saturates


def import_users(server):
    """Returns the seconds it took."""
    lines = "".join(f"imported-{number:06d}:{IMPORTED_HASH}\n" for number in range(IMPORTED))
    start = time.monotonic()
    done = subprocess.run([server.command[0], "users", "import", "--data", server.data], input=lines, text=True,
                          capture_output=True, timeout=120, check=False)
    if done.returncode:
        raise AssertionError(f"users import: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return time.monotonic() - start


class Tunnels:
    """tunnel_load.py, at work."""

    def __init__(self, server, users, count, rate):
        command = [sys.executable, os.path.join(HERE, "tunnel_load.py"), "--proxy", "%s:%d" % server.socks,
                   "--tunnels", str(count), "--rate", str(rate)]
        for name in users:
            command += ["--user", f"{name.decode()}:{PASSWORD.decode()}"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if json.loads(self.process.stdout.readline() or "{}").get("open") != count:
            self.process.kill()
            raise AssertionError("the tunnels cannot be opened: see the errors above")

    def running(self):
        return self.process.poll() is None

    def end(self):
        """Ends them in order; what became of them."""
        told, _ = self.process.communicate(timeout=120)
        return json.loads(told)

    def kill(self):
        self.process.kill()
        self.process.communicate()


class Door:
    """One way in: `add`, `remove`, `names` and a `figure` of its client, and what it was seen to do in a second."""

    def __init__(self, name, add, remove, names, figure):
        self.name, self._add, self._remove, self._names, self._figure = name, add, remove, names, figure
        self.rates = {}

    def read(self, times):
        start = time.monotonic()
        for _ in range(times):
            self._figure()
        self.rates["read"] = times / (time.monotonic() - start)

    def add(self, names):
        self._each("add", self._add, [(name, PASSWORD) for name in names])

    def remove(self, names):
        self._each("remove", self._remove, [(name,) for name in names])

    def names(self):
        start = time.monotonic()
        found = self._names()
        self.rates["names listed"] = len(found) / (time.monotonic() - start)
        return found

    def _each(self, what, operation, arguments):
        start = time.monotonic()
        for one in arguments:
            status = operation(*one)
            if status:
                raise AssertionError(f"{self.name}: {what} {one[0]!r}: status {status:02X}")
        self.rates[what] = len(arguments) / (time.monotonic() - start)


class Doors:

    def __init__(self, server):
        self.mass, self.feed, self.bottler = server.mass(), server.feed(), server.bottler()
        self.feed.authenticate(server.admin)
        self.all = [Door("MASS", self.mass.add, self.mass.delete, self.mass.users, lambda: self.mass.counter(0x03)),
                    Door("FEED", self.feed.add, self.feed.remove, self.feed.users, lambda: self.feed.value(0x02)),
                    Door("Bottler", self.bottler.add, self.bottler.delete, self.bottler.users, self.bottler.metrics)]

    def close(self):
        self.feed.close()
        self.bottler.close()

    def figures(self):
        """The same figures as each door tells them: {what: {door: value}}."""
        metrics = self.bottler.metrics()
        mass = {name: self.mass.counter(index) for index, name in MASS_COUNTERS.items()}
        sent, received = self.feed.value(0x04), self.feed.value(0x05)
        return {
            "octets": {"MASS": mass["historic octets"], "FEED": sent + received, "Bottler": metrics.octets},
            "connections": {"MASS": mass["concurrent connections"], "FEED": self.feed.value(0x02), "Bottler": metrics.current},
            "historic connections": {"MASS": mass["historic connections"], "FEED": self.feed.value(0x01), "Bottler": metrics.historic},
        }

    def agree(self, case, connections):
        """Every door tells the same; returns (octets so far by FEED and Bottler, historic connections)."""
        figures = self.figures()
        case.assertEqual({connections}, set(figures["connections"].values()), f"open connections: {figures}")
        case.assertEqual(1, len(set(figures["historic connections"].values())), f"connections so far: {figures}")
        return figures

    def same_names(self, case, expected_count):
        """The names that all doors list: FEED all, Bottler all over its pages, MASS the first 255."""
        feed, bottler, mass = self.all[1].names(), self.all[2].names(), self.all[0].names()
        case.assertEqual(expected_count, len(feed), "FEED lists everybody")
        case.assertEqual(expected_count, self.feed.value(0x07), "FEED, TOTAL USERS")
        case.assertEqual(sorted(feed), feed, "in the order of their octets")
        case.assertTrue(feed == bottler, "Bottler's pages have the same users")
        case.assertEqual(feed[:255], mass, "MASS has the first 255 of them")
        return feed


def together(actions):
    """Runs each in a thread of its own; the first failure is raised."""
    failures = []

    def guarded(action):
        try:
            action()
        except BaseException as failure:  # pylint: disable=broad-exception-caught
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def one_after_another(actions):
    for action in actions:
        action()


class Run:
    """Users added, listed and removed through every door while tunnels run. `case` has the assertions."""

    def __init__(self, case, server, users_of_a_door, rate, in_turn):
        self.case, self.server, self.rate = case, server, rate
        self.each = one_after_another if in_turn else together
        self.import_seconds = import_users(server)
        self.doors = Doors(server)
        self.tunnel_users = [b"tunnels-%02d" % number for number in range(TUNNEL_USERS)]
        self.shares = {door: [b"aa-%s-%04d" % (door.name.lower().encode(), number) for number in range(users_of_a_door)]
                       for door in self.doors.all}
        self.users = 1 + IMPORTED + TUNNEL_USERS
        self.octets = self.seconds = 0

    def all_of_it(self):
        eventually(lambda: self.doors.feed.value(0x07) == 1 + IMPORTED, "the imported users are there")
        one_after_another([lambda name=name: self.case.assertEqual(0, self.doors.feed.add(name, PASSWORD)) for name in self.tunnel_users])
        before = self.doors.agree(self.case, 0)
        tunnels = Tunnels(self.server, self.tunnel_users, TUNNELS, self.rate)
        try:
            self.change_users()
            self.case.assertTrue(tunnels.running(), "the tunnels are still at work")
            told = tunnels.end()
        finally:
            tunnels.kill()
        self.no_tunnel_was_disturbed(told)
        self.what_was_sent_is_what_is_told(told, before)

    def change_users(self):
        doors, names = self.doors, [name for share in self.shares.values() for name in share]
        doors.agree(self.case, TUNNELS)
        self.case.assertEqual(TUNNEL_USERS, doors.feed.value(0x06), "users with a connection")
        self.each([lambda door=door: door.read(READS) for door in doors.all])
        self.each([lambda door=door, share=share: door.add(share) for door, share in self.shares.items()])
        listed = doors.same_names(self.case, self.users + len(names))
        self.case.assertTrue(set(names) <= set(listed), "everybody who was added is listed")
        doors.agree(self.case, TUNNELS)
        others = doors.all[1:] + doors.all[:1]  # what one door added another removes
        self.each([lambda door=door, share=share: door.remove(share) for door, share in zip(others, self.shares.values())])
        listed = doors.same_names(self.case, self.users)
        self.case.assertFalse(set(names) & set(listed), "nobody who was removed is listed")
        doors.agree(self.case, TUNNELS)

    def no_tunnel_was_disturbed(self, told):
        problems = [tunnel for tunnel in told["tunnels"] if tunnel["problem"]]
        self.case.assertEqual([], problems[:3], f"{len(problems)} of {len(told['tunnels'])} tunnels were disturbed")
        self.case.assertEqual(TUNNELS, len(told["tunnels"]))
        idle = [tunnel for tunnel in told["tunnels"] if not tunnel["up"] or not tunnel["down"]]
        self.case.assertEqual([], idle[:3], f"{len(idle)} tunnels carried nothing")

    def what_was_sent_is_what_is_told(self, told, before):
        doors = self.doors
        doors.bottler.wait_until_idle(15)
        after = doors.agree(self.case, 0)
        up = sum(tunnel["up"] for tunnel in told["tunnels"])
        down = sum(tunnel["down"] for tunnel in told["tunnels"])
        self.octets, self.seconds = up + down, told["seconds"]
        for door in ("FEED", "Bottler"):
            self.case.assertEqual(up + down, after["octets"][door] - before["octets"][door], f"octets relayed, as {door} tells")
        self.case.assertEqual(min(COUNTER_MOST, before["octets"]["MASS"] + up + down), after["octets"]["MASS"], "as MASS tells")
        self.case.assertEqual((down, up), (doors.feed.value(0x04), doors.feed.value(0x05)), "to and from the clients, as FEED tells")
        records, last = {}, 0
        while page := doors.feed.records(0x0C, last):
            records.update({record.source[1]: record for record in page})
            last = page[-1].id
        for tunnel in told["tunnels"]:
            record = records.get(tunnel["port"])
            self.case.assertIsNotNone(record, f"the journal has the tunnel from port {tunnel['port']}")
            self.case.assertEqual((tunnel["user"].encode(), tunnel["up"], tunnel["down"]), (record.user, record.up, record.down),
                                  "each connection's user and octets, as FEED tells")
        eventually(lambda: all(doors.bottler.value(0x07, 8, bytes([len(name)]) + name) for name in self.tunnel_users),
                   "Bottler knows when each of them last had a connection")
