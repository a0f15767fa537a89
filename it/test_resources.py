"""The resource contract in docs/operations.md: what each thing that a client holds may cost, and that it comes back."""
import gc
import os
import re

from harness import RIG, Case
from resources import PASSWORD, Sample, Things, add_users
from wire import Account, Mismatch, eventually

PAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "docs", "operations.md")
ROW = re.compile(r"^\| (?P<what>[^|]+?) \| (?P<heap>[\d,]+) \| [\d,]+ / [\d,]+ \| (?P<descriptors>\d+) \|", re.M)
MAPPING = re.compile(r"(?P<begin>[0-9a-f]+)-[0-9a-f]+ (?P<rights>\S{4}) \S+ \S+ \d+ *(?P<file>\S*)")
HASH = 19 << 20        # octets of memory that a hash takes
USERS = 8
KEPT_FILES = 12        # of the history, the accounts and the JDK, opened behind a first use: they are nobody's
KEPT_HEAP = 2 << 20    # octets of what is made at a first use and kept
COUNTS = {"idle tunnel": 1500, "busy tunnel": 60, "association": 400, "login": 400, "administrator": 24, "event listener": 48}


def contract():
    """{what: (bytes of heap, descriptors)} as the page says them."""
    with open(PAGE, encoding="utf-8") as file:
        section = file.read().partition("## What each client costs")[2].partition("\n## ")[0]
    return {row["what"]: (int(row["heap"].replace(",", "")), int(row["descriptors"])) for row in ROW.finditer(section)}


def hashing(pid):
    """Whether a thread is there that hashes passwords."""
    def name(task):
        try:
            with open(f"/proc/{pid}/task/{task}/comm", encoding="utf-8") as file:
                return file.read().strip()
        except OSError:  # it has ended meanwhile
            return ""
    return "hash" in map(name, os.listdir(f"/proc/{pid}/task"))


def dead_blocks(pid):
    """Sizes of what is as large as a hash's memory, belongs to no file, and is neither heap nor code."""
    blocks, begin, plain = [], 0, False
    with open(f"/proc/{pid}/smaps", encoding="utf-8") as file:
        for line in file:
            mapping = MAPPING.match(line)
            if mapping:
                begin, plain = int(mapping["begin"], 16), "x" not in mapping["rights"] and not mapping["file"]
            elif line.startswith("Rss:") and plain and begin > 1 << 32 and int(line.split()[1]) << 10 >= HASH:
                blocks.append(int(line.split()[1]) << 10)
    return blocks


class Contract(Case):

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts a server of its own: use --serve")
        self.server = self.own_server({"socks": {"max-unauthenticated": 4096, "handshake-timeout": "60s"}})
        self.pid = self.server.endpoints["pid"]
        self.things = Things(self.server, add_users(self.server, USERS))
        self.addCleanup(self.things.close)

    def test_the_page_names_all_that_is_measured(self):
        self.assertEqual(set(COUNTS), set(contract()))

    def test_an_idle_tunnel(self):
        self.costs_what_the_page_says("idle tunnel", self.things.idle_tunnels)

    def test_a_busy_tunnel(self):
        self.costs_what_the_page_says("busy tunnel", self.things.busy_tunnels)

    def test_an_association(self):
        self.costs_what_the_page_says("association", self.things.associations)

    def test_a_login(self):
        self.costs_what_the_page_says("login", self.things.logins)

    def test_an_administrator(self):
        self.costs_what_the_page_says("administrator", self.things.administrators)

    def test_a_listener_of_events(self):
        self.costs_what_the_page_says("event listener", self.things.listeners)

    def test_what_a_hash_held_goes_back(self):
        for number in range(4):
            self.server.add_user(Account(b"hashed-%d" % number, PASSWORD))
            eventually(lambda: not hashing(self.pid), "the thread that hashed ends when there is nothing to hash")
        eventually(lambda: not dead_blocks(self.pid), "no block of a hash is left outside of the heap")

    def costs_what_the_page_says(self, what, opening):
        heap, files = contract()[what]
        count = COUNTS[what]
        opening(1)  # what is made at a first use
        self.things.close()
        base = self.settled(Sample(self.pid))
        opening(count)
        held = Sample(self.pid)
        self.assertLessEqual(held.heap - base.heap, heap * count + KEPT_HEAP,
                             f"{(held.heap - base.heap) / count:.0f} octets of heap each\n{base.row()}\n{held.row()}")
        self.assertLessEqual(held.open - base.open, files * count + KEPT_FILES,
                             f"{(held.open - base.open) / count:.2f} descriptors each\n{base.kinds}\n{held.kinds}")
        self.things.close()
        gc.collect()
        self.settled(base)
        self.comes_back(base)
        self.server.check()

    def comes_back(self, base):
        """The heap, once the log and the history have written what they have of those that left."""
        after = base

        def little():
            nonlocal after
            after = Sample(self.pid)
            return after.heap <= base.heap + KEPT_HEAP

        try:
            eventually(little, "the heap comes back", 30, 1)
        except Mismatch as late:
            self.fail(f"{late}\n{base.row()}\n{after.row()}")

    def settled(self, base):
        """A sample once no more descriptors are open than before, but for those that are nobody's."""
        samples = []

        def few():
            samples.append(Sample(self.pid))
            return samples[-1].open <= base.open + KEPT_FILES

        eventually(few, f"descriptors are closed again; before {base.kinds}", 30)
        return samples[-1]
