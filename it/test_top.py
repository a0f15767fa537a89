"""`argyle top` on a real terminal (a pty), with a real server."""
import os
import re
import signal
import subprocess

from harness import RIG, Case
from terminal import Terminal
from wire import Account, eventually

ONCE = True  # it has nothing to do with the data plane

HEADER = 6  # the line of the table's titles


class Top(Case):

    def setUp(self):
        if RIG.fixed or os.path.basename(RIG.command[0]) != "argyle":
            self.skipTest("needs the argyle command: use --serve")
        self.server = self.own_server({"socks": {"authentication": ["password", "none"]}})

    def top(self, width=80, height=24, **environment):
        terminal = Terminal([RIG.command[0], "top", "--data", self.server.data], width, height,
                            {"TERM": "xterm-256color", **environment})
        self.addCleanup(terminal.close)
        return terminal

    def test_a_tunnel_is_seen_moves_is_ended_and_the_terminal_is_as_it_was(self):
        screen = self.top()
        screen.wait("no open connections", "the screen of a server without clients")
        self.assertTrue(screen.alternate, "on the other screen")
        self.assertFalse(screen.echoes())
        target = self.echo()
        client = self.tunnel(target.host, target.port, account=None)
        screen.wait(f"{target.host}:{target.port}", "the tunnel is seen")
        client.send(b"x" * 50_000)
        client.expect(b"x" * 50_000, "the echo")
        screen.wait("49K", "its octets are seen")
        screen.type("k")
        screen.wait("select a connection first", "nothing is ended that was not chosen")
        screen.type("\x1b[B")
        screen.wait(lambda one: any(line.startswith(">") for line in one.lines()), "the row is selected")
        screen.type("\r")
        screen.wait("destination  ", "its details")
        screen.type("\x1b")
        screen.wait("1 shown", "the table again")
        screen.type("k")
        screen.wait(lambda one: re.search(r"end connection \d+ of - to ", one.lines()[-1]), "the question names it")
        screen.type("n")
        screen.wait("nothing was ended", "a no is a no")
        client.send(b"y")
        client.expect(b"y", "so it lives on")
        screen.type("ky")
        client.expect_reset("the client sees that its stream was cut")
        screen.wait("no open connections", "the row is gone")
        screen.type("q")
        self.assertEqual(0, screen.ended())
        self.assertFalse(screen.alternate, "back on the first screen")
        self.assertTrue(screen.cursor_visible)

    def test_another_size_more_columns_filter_and_pause(self):
        screen = self.top(60, 12)
        screen.wait("no open connections", "the smallest screen")
        target = self.echo()
        first = self.tunnel(target.host, target.port, account=None)
        screen.wait("1 shown", "a connection")
        screen.resize(200, 60)
        screen.wait(lambda one: "CLIENT" in one.text() and "IDLE" in one.text(), "a large screen has more columns")
        screen.type("/nobody\r")
        screen.wait("no open connection matches", "the filter")
        screen.type("\x1b")
        screen.wait("1 shown", "without the filter")
        screen.type("p")
        screen.wait("paused: 0 changed", "the pause is said")
        second = self.tunnel(target.host, target.port, account=None)
        screen.wait(lambda one: re.search("paused: [1-9]", one.text()), "what changes is counted")
        self.assertIn("1 shown", screen.text())
        screen.type("p")
        screen.wait("2 shown", "it goes on")
        screen.type("?")
        screen.wait("reverse the order", "help")
        screen.type("\x03")
        self.assertEqual(0, screen.ended())
        first.close()
        second.close()

    def test_rows_are_in_the_order_that_was_chosen(self):
        target, octets = self.echo(), {"ana": 1_000, "ben": 50_000, "cleo": 9_000}
        for name, count in octets.items():
            client = self.tunnel(target.host, target.port, account=self.user(name))
            client.send(b"x" * count)
            client.expect(b"x" * count, "the echo")
        screen = self.top()
        screen.wait("3 shown, by BOTH/s, greatest first", "what moves most is first, until another order is chosen")
        screen.wait(lambda one: "1000B" in one.text() or "1.0K" in one.text(), "all that they have moved is there")
        for keys, order, users in (("s", "UP, greatest first", ["ben", "cleo", "ana"]), ("r", "UP, least first", ["ana", "cleo", "ben"]),
                                   (">", "DOWN, greatest first", ["ben", "cleo", "ana"]), ("<" * 9, "USER, least first", ["ana", "ben", "cleo"]),
                                   ("r", "USER, greatest first", ["cleo", "ben", "ana"]), ("\x1b[D", "ID, least first", ["ana", "ben", "cleo"]),
                                   ("\x1b[C" * 10, "DOWN, greatest first", ["ben", "cleo", "ana"])):
            screen.type(keys)
            screen.wait(lambda one, order=order: f"3 shown, by {order}" in one.text(), f"the order after {keys!r} is said")
            screen.wait(lambda one, users=users: self.users(one) == users, f"the rows have the order: {order}")
            mark, = re.findall(r"(\S+)\*", screen.lines()[HEADER])
            self.assertTrue(order.startswith(f"{mark},"), f"{mark} is marked, the order is {order}")
        self.assertFalse(screen.spilt, "nothing is written beyond the last column")

    def user(self, name):
        account = Account(name.encode(), b"some-Password-1")
        self.assertEqual(0, self.server.add_user(account))
        return account

    @staticmethod
    def users(screen):
        """Who the rows are of, from the first to the last."""
        return [line[1:].split()[1] for line in screen.lines()[HEADER + 1:-1] if line]

    def test_a_filter_leaves_the_rows_that_have_every_word(self):
        first, second = self.echo(), self.echo()
        ana, ben = self.user("ana"), self.user("ben")
        for account, target in ((ana, first), (ana, second), (ben, second)):
            self.tunnel(target.host, target.port, account=account)
        screen = self.top()
        screen.wait("3 shown", "all of them")
        for text, users in (("user:ben", ["ben"]), (f"port:{second.port} ana", ["ana"]), ("to:127.0.0.1 user:ana", ["ana", "ana"]),
                            ("from:127. BEN", ["ben"]), ("port:1", [])):
            screen.type(f"/{text}\r")
            screen.wait(f"{len(users)} shown, by BOTH/s, greatest first  filter: {text}"[:80], f"the filter {text}")
            screen.wait(lambda one, users=users: users == self.users(one) or not users and "no open connection matches" in one.text(), text)
            screen.type("\x1b")
            screen.wait("3 shown", "without the filter")
        screen.type("/user:ben\r")
        screen.wait("1 shown", "a filter that stays")
        screen.type("/ ana")
        screen.wait("0 shown", "it is in force while it is typed")
        screen.type("\x1b")
        screen.wait("1 shown", "and taken back, it is what it was")
        screen.type("u")
        screen.wait("1 users with open connections", "users are filtered, too")
        self.assertEqual(["ben"], [line.split()[0] for line in screen.lines()[HEADER + 1:-1] if line])

    def test_a_paused_row_stays_and_ends_nothing_else(self):
        target = self.echo()
        first, second = (self.tunnel(target.host, target.port, account=self.user(name)) for name in ("ana", "ben"))
        screen = self.top(100, 30)
        screen.wait("2 shown", "both of them")
        screen.type("p")
        screen.wait("paused: 0 changed", "the pause")
        first.close()
        screen.wait("paused: 1 changed meanwhile", "its end is counted")
        before = self.users(screen)
        self.assertEqual({"ana", "ben"}, set(before), "and the row stays where it was")
        screen.type("/user:ana\r")
        screen.wait("1 shown", "the row that has ended")
        screen.type("\x1b[Bky")
        screen.wait("end connection", "what became of it is said")
        screen.wait("no open connection has this number", "that it had ended")
        second.send(b"x")
        second.expect(b"x", "the other one lives on")
        screen.type("p")
        screen.wait("0 shown", "it goes on, and the row is gone")
        screen.type("\x1b")
        screen.wait("1 shown", "what is open")
        self.assertEqual(["ben"], self.users(screen))

    def test_details_tell_everything_about_a_connection(self):
        target = self.echo()
        client = self.tunnel(target.host, target.port, account=self.user("ana"))
        client.send(b"x" * 2_048)
        client.expect(b"x" * 2_048, "the echo")
        screen = self.top()
        screen.wait("1 shown", "the connection")
        screen.type("\r")
        screen.wait("select a connection first", "there are no details of nothing")
        screen.type("\x1b[B\r")
        screen.wait("  idle for", "its details")
        facts = dict(re.findall(r"(?m)^  (connection|user|client|command|destination|rule|reply|up|down|since|open for|idle for) +(.+)$", screen.text()))
        self.assertEqual(("ana", f"{client.here[0]}:{client.here[1]}", f"{target.host}:{target.port}", "00"),
                         tuple(facts[name] for name in ("user", "client", "destination", "reply")))
        self.assertEqual(("2.0K", "2.0K"), tuple(facts[name].split(",")[0] for name in ("up", "down")))
        self.assertEqual(12, len(facts), facts)
        client.close()
        screen.wait("this connection has ended; Esc goes back", "its end is said")

    def test_every_size_shows_all_that_it_has_room_for(self):
        target = self.echo()
        clients = [self.tunnel(target.host, target.port, account=None) for _ in range(20)]
        screen = self.top(80, 24)
        screen.wait("20 shown", "twenty connections")
        screen.wait(lambda one: len(self.users(one)) == 24 - 8, "as many rows as there is room for")
        self.assertRegex(screen.lines()[0], r"^argyle top  127\.0\.0\.1:\d+  running, up .* \d\d:\d\d:\d\d UTC$", "the last column, too")
        screen.type("\x1b[F")
        screen.wait(lambda one: one.lines()[-2].startswith(">"), "the last row is selected, and on the screen")
        self.assertFalse(screen.spilt, "nothing is written beyond the last column")
        screen.resize(59, 24)
        screen.wait("argyle top needs 60 columns and 12 lines; q quits"[:58], "too narrow")
        screen.resize(120, 40)
        screen.wait(lambda one: len(self.users(one)) == 20, "room for all of them")
        self.assertEqual(1, sum(line.startswith(">") for line in screen.lines()), "the row is still selected")
        screen.resize(80, 11)
        screen.wait("argyle top needs 60 columns and 12 lines; q quits", "too low")
        screen.resize(60, 12)
        screen.wait(lambda one: len(self.users(one)) == 12 - 8 and one.lines()[-2].startswith(">"), "the least that it draws on")
        for client in clients:
            client.close()

    def test_a_terminal_without_colours_is_sent_none(self):
        """Also without NO_COLOR; and whatever is red or reversed is said in words or by a mark."""
        target = self.echo()
        self.tunnel(target.host, target.port, account=None)
        screen = self.top(TERM="vt100")
        screen.wait("1 shown", "the screen")
        screen.type("\x1b[B")
        screen.wait(lambda one: one.lines()[HEADER + 1].startswith(">"), "the selected row has a mark")
        screen.type("p")
        screen.wait("paused: 0 changed meanwhile; p goes on", "the pause is said")
        screen.type("k")
        screen.wait("? y ends it, other keys do not", "a question")
        self.assertFalse({number for number in screen.styles if 30 <= number <= 49 or number >= 90}, screen.styles)
        screen.type("nq")
        self.assertEqual(0, screen.ended())

    def test_a_lost_server_is_said_and_found_again(self):
        screen = self.top(120, 24)
        screen.wait("no open connections", "the screen")
        self.server.terminate()
        screen.wait("lost the server, trying again", "the loss is said", 40)
        self.server.start()
        screen.wait(lambda one: "lost the server" not in one.text(), "it is found again", 40)
        os.kill(screen.pid, signal.SIGTERM)
        screen.ended()
        self.assertFalse(screen.alternate, "SIGTERM leaves the terminal as it was, too")

    def test_without_colour(self):
        screen = self.top(NO_COLOR="1")
        screen.wait("no open connections", "the screen")
        screen.type("p")
        screen.wait("paused", "something red")
        self.assertFalse({number for number in screen.styles if 30 <= number <= 49}, screen.styles)
        screen.type("q")
        self.assertEqual(0, screen.ended())

    def test_no_key_is_lost(self):
        for attempt in range(6):  # one of three lost a key to another reader of the terminal
            screen = self.top()
            screen.wait("no open connections", "the screen")
            for _ in range(3):
                screen.type("p")
                screen.wait("paused", f"attempt {attempt}: a pause")
                screen.type("p")
                screen.wait(lambda one: "paused" not in one.text(), f"attempt {attempt}: it goes on")
            screen.type("q")
            self.assertEqual(0, screen.ended())

    def test_a_terminal_that_cannot_and_none_at_all(self):
        screen = self.top(200, TERM="dumb")
        screen.wait("TERM is dumb; use argyle ctl status --watch", "what to do instead")
        self.assertEqual(1, screen.ended())
        done = subprocess.run([RIG.command[0], "top", "--data", self.server.data], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=60, check=False)
        self.assertEqual(1, done.returncode)
        self.assertIn(b"argyle: top: needs a terminal; use argyle ctl status --watch", done.stderr)

    def test_a_server_without_the_http_door(self):
        server = self.own_server({"management": {"http": {"listen": None}}}, name="closed")
        terminal = Terminal([RIG.command[0], "top", "--data", server.data], 200, 24, {"TERM": "xterm"})
        self.addCleanup(terminal.close)
        terminal.wait("the server does not listen for it; set management.http.listen", "what is missing")
        self.assertEqual(1, terminal.ended())
        eventually(terminal.echoes, "the terminal was not touched", 5)
