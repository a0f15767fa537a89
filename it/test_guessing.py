"""Guessing passwords and tokens: slowed and then shut out, at every door alike; logged, with the door's name; and never of use to who is no administrator."""
import os
import re
import socket
import threading
import time

from harness import RIG, Case
from logins import OK, UNAUTHORIZED, Logins
from management import ACCEPTED, FEED, REFUSED
from system import own_network
from wire import Account, Wire, eventually

ONCE = True  # it has nothing to do with the data plane

GUESSES = 8           # at once: their debts, 5 s each, pass the 30 s from which a source is refused
WRONG_TOKENS = 20     # a minute and address, before the address is ignored
LINES_A_SECOND = 50   # of wrong tokens, of all addresses together
ANA = Account(b"ana", b"ana-Password-1")


class Guessing(Logins, Case):

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts the server itself: use --serve")
        own_network(self)
        self.log = os.path.join(RIG.directory, f"security-{next(RIG.numbers)}.log")
        self.server = self.own_server({"socks": {"penalties": {"enabled": True}, "handshake-timeout": "60s"}, "log": {"security": self.log}})
        self.assertEqual(0, self.server.add_user(ANA))

    def lines(self, pattern=""):
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8") as file:
            return [line for line in file.read().splitlines() if re.search(pattern, line)]

    def guess(self, door, login, source, refused, accepted):
        """Guesses, many at once; then nothing more is heard from that source, whatever it says."""
        admin = self.server.admin
        self.assertEqual(accepted, login("198.51.100.1", admin), "from elsewhere, the right password")
        times, answers = [], []

        def one(number):
            begin = time.monotonic()
            account = Account((b"admin", b"nobody-%d" % number)[number % 2], b"secret-guess-%d" % number)
            answers.append(login(source, account))
            times.append(time.monotonic() - begin)

        threads = [threading.Thread(target=one, args=(number,)) for number in range(GUESSES)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        self.assertEqual({refused}, set(answers), "every guess is refused in the same octets")
        self.assertEqual(GUESSES, len(answers))
        self.assertGreater(max(times), 2, "the more a source owes, the later it is answered: up to 3 s")
        self.assertEqual(b"", login(source, admin), "who owes too much is closed out, right password or not")
        self.assertEqual(accepted, login("198.51.100.2", admin), "and nobody else is")
        failures = eventually(lambda: len(self.lines(f"door={door}$")) > GUESSES and self.lines(f"door={door}$"), f"a line a failure\n{self.lines()}", 5)
        named = [line for line in failures if re.search(rf'authentication failed user="(admin|nobody-\d)" client={source} port=\d+ door={door}$', line)]
        self.assertEqual(GUESSES, len(named), "\n".join(failures))
        self.assertTrue(any(re.search(f"refused client={source} reason=penalised ", line) for line in failures), "\n".join(failures))
        self.assertNotIn("secret", "\n".join(self.lines()), "no password is written down")

    def test_at_the_socks_listener(self):
        self.guess("socks", self.socks, "198.51.100.10", b"\x01\x01", b"\x01\x00")

    def test_at_mass(self):
        self.guess("mass", self.mass, "198.51.100.11", b"\x01\x01", b"\x01\x00")

    def test_at_feed(self):
        self.guess("feed", self.feed_tcp, "198.51.100.12", FEED + REFUSED, FEED + ACCEPTED)

    def test_at_http(self):
        self.guess("http", self.http, "198.51.100.13", UNAUTHORIZED, OK)

    def test_who_is_no_administrator_never_gets_in(self):
        self.assertEqual(b"\x01\x00", self.socks("198.51.100.20", ANA))
        for number, (login, refused) in enumerate(((self.mass, b"\x01\x01"), (self.feed_tcp, FEED + REFUSED), (self.http, UNAUTHORIZED))):
            for _ in range(3):  # the first time it is hashed, then remembered
                self.assertEqual(refused, login(f"198.51.100.{21 + number}", ANA))
        self.assertEqual(b"\x01\x00", self.socks("198.51.100.20", ANA), "the password is still right")
        eventually(lambda: len(self.lines('authentication failed user="ana"')) == 9, "each is in the security log", 5)

    def test_loopback_is_delayed_and_never_refused(self):
        """Everybody on this machine comes from there: one who guesses does not keep the others out."""
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.socks("127.0.0.1", Account(b"admin", b"guessed")))) for _ in range(2 * GUESSES)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual([b"\x01\x01"] * 2 * GUESSES, answers)
        for login in (self.socks, self.mass, self.feed_tcp, self.http):
            self.assertNotIn(login("127.0.0.1", self.server.admin), (b"", b"\x01\x01", UNAUTHORIZED))

    def test_a_page_that_sends_a_browser_here_shuts_nobody_out(self):
        """A page may name any port of any address; the browser's user did nothing."""
        page = b"POST / HTTP/1.1\r\nHost: 198.51.100.1:8080\r\nContent-Length: 4\r\n\r\nabcd"
        hello = bytes.fromhex("1603010200010001fc0303") + bytes(32)
        for number in range(17):
            for door in ("socks", "mass", "feedTcp", "http"):
                wire = self.closing(Wire.to(self.server.address(door), "198.51.100.60")).send((page, hello)[number % 2], may_fail=True)
                self.received(wire, 1)  # its answer, which HTTP has, or its end
        for login in (self.socks, self.mass, self.feed_tcp, self.http):
            self.assertNotEqual(b"", login("198.51.100.60", self.server.admin))
        self.assertEqual([], self.lines("reason=penalised"))

    def test_all_doors_count_together(self):
        """Whoever guesses at one door is closed out at all of them."""
        source, wrong = "198.51.100.30", Account(b"admin", b"guessed")
        threads = [threading.Thread(target=login, args=(source, wrong)) for login in (self.socks, self.mass, self.feed_tcp, self.http) * 3]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        eventually(lambda: self.lines(f"refused client={source} "), "the source is refused", 10)
        for login in (self.socks, self.mass, self.feed_tcp, self.http):
            self.assertEqual(b"", login(source, self.server.admin))

    def test_tokens(self):
        source = "198.51.100.40"
        guesser, other = self.closing(self.server.bottler(source)), self.closing(self.server.bottler("198.51.100.41"))
        for number in range(WRONG_TOKENS + 10):
            guesser.send(guesser.request(0x10, token=b"guess%03d" % number))
        self.assertIsNone(guesser.receive(0.5), "a wrong token gets no answer at all")
        self.assertIsNone(guesser.send(guesser.request(0x10)).receive(0.5), "and after 20 of them the right one gets none")
        self.assertEqual(1, other.value(0x10, 1), "others are served")
        eventually(lambda: self.lines(f"refused client={source} .*door=bottler"), f"it is logged that the address is ignored\n{self.lines()}", 5)
        failures = self.lines(f'authentication failed user="" client={source} port=\\d+ door=bottler$')
        self.assertEqual(WRONG_TOKENS, len(failures), "each that was heard has its line")
        self.assertNotIn(b"guess".hex(), "\n".join(self.lines()).lower())

    def test_a_source_that_fills_a_door_keeps_no_administrator_out(self):
        """It opened 256 connections, and replaced each before its timeout: 28 of 31 logins failed, without a line in the log."""
        for door, login, accepted in (("mass", self.mass, b"\x01\x00"), ("feedTcp", self.feed_tcp, FEED + ACCEPTED), ("http", self.http, OK)):
            crowd = [self.closing(Wire.to(self.server.address(door), "198.51.100.70")) for _ in range(300)]
            for _ in range(20):
                self.assertEqual(accepted, login("198.51.100.71", self.server.admin))
            self.assertEqual(300, len(crowd))
        for door in ("mass", "feed", "http"):
            eventually(lambda door=door: self.lines(f"refused client=198.51.100.70 reason=early-drop-of-source count=\\d+ door={door}$"), "the drop is logged", 5)

    def test_a_flood_of_tokens_from_everywhere(self):
        """Senders can be forged: what is written about them is bounded, too."""
        address, begin = self.server.address("bottler"), time.monotonic()
        for number in range(200):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as forged:
                forged.bind((f"198.51.100.{number + 51}", 0))
                forged.connect(address)
                for _ in range(WRONG_TOKENS - 1):
                    forged.send(b"\x01wrong-to\x10")
                forged.setblocking(False)
                with self.assertRaises(BlockingIOError):
                    forged.recv(1)
        client = self.closing(self.server.bottler("198.51.100.2"))
        answer = eventually(lambda: client.send(client.request(0x10)).receive(0.5), "the right token is answered meanwhile; who gets no answer asks again")
        self.assertEqual(b"\x01\x00\x01", answer)
        took = time.monotonic() - begin
        eventually(lambda: self.lines("door=bottler"), "wrong tokens are logged", 5)
        time.sleep(0.3)
        self.assertLessEqual(len(self.lines("door=bottler")), LINES_A_SECOND * (took + 2), f"in {took:.1f} s")
