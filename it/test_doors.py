"""A change through a door acts at once, is whole or did not happen, and leaves a line that says who made it."""
import re
import threading

from harness import Case
from management import Bottler, number
from system import complaints, own_network
from wire import BIND, CONNECT, NOT_ALLOWED, Account, counted, datagram, eventually

PASSWORD = b"some-Password-1"
EXISTS = {"mass": 0x01, "feed": 0x01, "bottler": 0x03}
AT_ONCE = 20  # seconds, where the next look at timeouts is a minute away


class DoorsCase(Case):

    def setUp(self):
        self.server = self.own_server(arguments=["-u", "ana:ana-password"])
        self.server.account = Account(b"ana", b"ana-password")
        self.mass, self.wire, self.socket = self.server.mass(), self.feed(), self.bottler()
        self.doors = {"mass": (self.mass.add, self.mass.delete), "feed": (self.wire.add, self.wire.remove),
                      "bottler": (self.socket.add, self.socket.delete)}

    def audit(self, pattern):
        return complaints(self.server, f"info audit: {pattern}")


class AtOnce(DoorsCase):

    def test_a_removed_users_connections_of_every_kind_end(self):
        """Nothing waits for the next look at timeouts: it is a minute away."""
        self.assertEqual(0, self.wire.modify(0x03, number(60_000)))
        echo = self.udp_echo()
        for door, (add, remove) in self.doors.items():
            with self.subTest(door=door):
                account = Account(self.new_name(), PASSWORD)
                self.assertEqual(0, add(*account))
                client, target = self.pair(account=account)
                busy, sink = self.pair(account=account)
                sending = busy.send_meanwhile(bytes(64 << 20))  # nobody reads it
                control, relay = self.associate(account=account)
                udp = self.udp()
                udp.send(datagram(echo.host, echo.port, b"before"), relay).receive("an association's datagrams come back")
                binding = self.login(account).ask(BIND, "0.0.0.0", 0)
                bound = binding.expect_reply(0, "socks5.md, BIND: the first reply")
                login = self.login(account)
                other = self.pair()
                self.assertEqual(0, remove(account.name))
                for wire in (client, target, control, binding, login):
                    wire.expect_closed("its open connections are closed", AT_ONCE)
                sending.join(AT_ONCE)
                self.assertFalse(sending.is_alive(), "a tunnel in full use is closed, too")
                sink.read_to_end("the other end of it", AT_ONCE, reset_is_fine=True)
                udp.send(datagram(echo.host, echo.port, b"after"), relay).expect_silence("the association is gone")
                self.assertFalse(self.connects((bound.host, bound.port)), "the port that BIND waited at is closed")
                other[0].send(b"x")
                other[1].expect(b"x", "other users' connections go on")
                self.assertEqual(0, self.wire.value(0x0A, counted(b"ana")) - 1)
                for end in other:
                    end.close()
                eventually(lambda: self.wire.value(0x02) == 0, "nothing is left open", AT_ONCE)

    def test_a_new_connection_timeout_holds_for_open_connections(self):
        pair = self.pair()
        self.assertEqual(0, self.wire.modify(0x03, number(100)))
        self.assertEqual(0, self.socket.ask(0x04, number(1))[0])
        for wire in pair:
            wire.expect_closed("bottler.md, 04 SET TIMEOUT VALUE", AT_ONCE)

    def test_stop_and_start(self):
        client, target = self.pair()
        control, relay = self.associate()
        address = self.server.socks
        self.assertEqual(0, self.wire.modify(0x03, number(60_000)))
        self.assertEqual(0, self.socket.set_running(False))
        for wire in (client, target, control):
            wire.expect_closed("bottler.md, 11: stop closes the SOCKS listeners and its connections", AT_ONCE)
        self.assertFalse(self.connects(address))
        self.assertEqual(0, self.mass.add(b"meanwhile", PASSWORD), "management stays up")
        self.assertIn(b"meanwhile", self.wire.users())
        self.assertEqual(0, self.socket.set_running(True))
        self.pair(account=Account(b"meanwhile", PASSWORD))


class Reset(DoorsCase):

    def test_it_reads_the_file_again_or_changes_nothing(self):
        client, target = self.pair()
        there = self.listener("127.0.0.2")
        configuration = self.server.configuration
        configuration["socks"]["idle-timeout"] = "77s"
        configuration["rules"] = [{"allow": False, "to": ["127.0.0.2/32"]}, {"allow": "perhaps", "to": ["127.0.0.0/8"]}]
        self.server.write_configuration()
        self.assertEqual(0x07, self.socket.ask(0x12)[0], "a file with a mistake")
        client.send(b"x")
        target.expect(b"x", "nothing has happened")
        self.assertEqual(3600, self.socket.value(0x03))
        self.tunnel(there.host, there.port).close()
        eventually(lambda: complaints(self.server, "perhaps"), "the log names the mistake", AT_ONCE)

        configuration["rules"][1]["allow"] = True
        self.server.write_configuration()
        self.assertEqual(0, self.socket.ask(0x12)[0])
        for wire in (client, target):
            wire.expect_closed("bottler.md, 12: closes every SOCKS connection")
        self.assertEqual(77, self.socket.value(0x03))
        self.login().ask(CONNECT, there.host, there.port).expect_reply(NOT_ALLOWED, "the rules of the file")
        self.pair()
        # The log has a thread of its own: a line may come a moment after the answer that it is about.
        eventually(lambda: len(self.audit("door=bottler .* reset: ")) == 2, "a line for each reset", AT_ONCE)


class Whole(DoorsCase):

    def test_of_two_who_add_the_same_user_one_does(self):
        doors = {"feed": self.wire.add, "bottler": self.socket.add, "mass": self.mass.add}
        for turn in range(10):
            name, codes = b"same-%d" % turn, {}
            threads = [threading.Thread(target=lambda door=door, add=add: codes.update({door: add(name, b"of-" + door.encode())}))
                       for door, add in doors.items()]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(20)
            done = [door for door, code in codes.items() if code == 0]
            self.assertEqual(1, len(done), f"one of them has added it: {codes}")
            self.assertEqual({door: EXISTS[door] for door in codes if door not in done}, {door: code for door, code in codes.items() if code})
            self.assertEqual([door in done for door in doors], [self.admits(Account(name, b"of-" + door.encode())) for door in doors],
                             "with the password of whoever was told so")


class Audit(DoorsCase):

    def test_each_change_has_its_line(self):
        admin = self.server.admin.name.decode()
        users = [(door, add(f"by-{door}".encode(), PASSWORD)) for door, (add, _) in self.doors.items()]
        self.assertEqual({0}, {code for _, code in users})
        self.assertEqual(0x01, self.wire.add(b"by-mass", PASSWORD))
        self.assertEqual(0, self.socket.ask(0x08, counted(b"by-mass") + counted(b"renamed"))[0])
        self.assertEqual(0, self.socket.ask(0x09, counted(b"renamed") + counted(b"other-Password"))[0])
        self.assertEqual(0, self.mass.delete(b"renamed"))
        self.assertEqual(0x02, self.wire.remove(b"renamed"))
        self.assertEqual(0x05, self.wire.remove(self.server.admin.name))
        self.assertEqual(0, self.wire.modify(0x04, number(1234)))
        self.assertEqual(0x03, self.wire.modify(0x03, number(5)))
        self.assertEqual(0, self.socket.ask(0x02, number(8192))[0])
        self.assertEqual(0, self.socket.set_dissector(True))
        self.assertEqual(0, self.wire.modify(0x02, b"\x00"))
        self.assertEqual(0, self.mass.authentication(False))
        self.assertEqual(0, self.socket.set_authentication(True))
        self.assertEqual(0, self.socket.set_running(False))
        self.assertEqual(0, self.socket.set_running(True))
        expected = [
            ("mass", admin, 'add-user "by-mass": done'), ("feed", admin, 'add-user "by-feed": done'),
            ("bottler", None, 'add-user "by-bottler": done'), ("feed", admin, 'add-user "by-mass": refused, the user exists'),
            ("bottler", None, 'rename-user "by-mass" "renamed": done'), ("bottler", None, 'set-password "renamed": done'),
            ("mass", admin, 'remove-user "renamed": done'), ("feed", admin, 'remove-user "renamed": refused, no such user'),
            ("feed", admin, f'remove-user "{admin}": refused, it would leave no enabled administrator'),
            ("feed", admin, "set-idle-timeout 1234: done"), ("feed", admin, "set-selector-timeout 5: refused, 10 to 60000"),
            ("bottler", None, "set-buffer-size 8192: done"), ("bottler", None, "switch-dissectors on: done"),
            ("feed", admin, "switch-dissectors off: done"), ("mass", admin, "switch-authentication off: done"),
            ("bottler", None, "switch-authentication on: done"), ("bottler", None, "stop: done"), ("bottler", None, "start: done"),
        ]
        lines = eventually(lambda: len(self.audit("")) >= len(expected) and self.audit(""), f"a line a change\n{self.server.said(40)}", 5)
        self.assertEqual(len(expected), len(lines), "\n".join(lines))
        for line, (door, name, what) in zip(lines, expected):
            by = r'[^"]+' if name is None else re.escape(name)
            self.assertRegex(line, rf'^\S+ argyle info audit: door={door} client=127\.0\.0\.1 by="{by}" {re.escape(what)}$')
        self.assertEqual([], complaints(self.server, "some-Password|other-Password"), "a password is in no line")


class Wildcard(Case):

    def test_bottler_answers_from_the_address_that_was_asked(self):
        own_network(self)
        server = self.own_server({"management": {"bottler": {"listen": "0.0.0.0:0"}}})
        port = server.address("bottler")[1]
        for address in ("127.0.0.1", "198.51.100.1"):
            client = self.closing(Bottler((address, port), server.token, "127.0.0.1"))
            self.assertTrue(client.metrics(), f"a client that is connected to {address} hears the answer")
