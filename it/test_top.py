"""`argyle top` on a real terminal (a pty), with a real server."""
import os
import re
import signal
import subprocess

from harness import RIG, Case
from terminal import Terminal
from wire import eventually

ONCE = True  # it has nothing to do with the data plane


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
