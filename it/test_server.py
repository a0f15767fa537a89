"""The outside of the server that the conformance suite reaches through management protocols, reached without them."""
import os
import re
import signal
import subprocess
import time

from harness import RIG, Case
from system import own_network
from wire import CONNECT, NOT_ALLOWED, Account, Mismatch, eventually


class OwnServer(Case):

    def setUp(self):
        self.server = self.own_server(arguments=["-u", "ana:ana-password"])

    def users(self, *arguments, text=b"", expected=0):
        """Runs `argyle users` on the server's accounts; returns what it printed."""
        command = [RIG.command[0], "users", *arguments, "--data", self.server.data]
        done = subprocess.run(command, input=text, capture_output=True, timeout=60, check=False)
        if done.returncode != expected:
            raise Mismatch(f"{command}: exit code {done.returncode}, not {expected}\n{done.stdout.decode()}{done.stderr.decode()}")
        return done.stdout.decode()


class Accounts(OwnServer):

    def setUp(self):
        if RIG.relay == "buffer":
            self.skipTest("has nothing to do with the data plane: the other run does it")
        super().setUp()

    def test_they_survive_a_crash(self):
        server, kept, changed, gone = self.server, *(Account(self.new_name(), b"first-Password") for _ in range(3))
        for account in (kept, changed, gone):
            self.users("add", account.name.decode(), "--password-stdin", text=account.password + b"\n")
        self.users("password", changed.name.decode(), "--password-stdin", text=b"second-Password\n")
        self.users("remove", gone.name.decode())
        admin, token = server.admin, server.token
        server.kill()
        server.start()
        self.assertEqual((admin, token), (server.admin, server.token), "the secret is made at the first start")
        self.assertEqual((True, True, False, False), tuple(self.admits(account) for account in (
            kept, Account(changed.name, b"second-Password"), changed, gone)))

    def test_a_running_server_notices_at_once(self):
        ben = Account(b"ben", b"ben-Password-1")
        self.assertFalse(self.admits(ben))
        self.users("add", "ben", "--password-stdin", text=b"ben-Password-1\n")
        eventually(lambda: self.admits(ben), "a user that was added may log in")
        self.users("password", "ben", "--password-stdin", text=b"other-Password\n")
        eventually(lambda: not self.admits(ben), "the old password is refused, though it was verified before")
        self.assertTrue(self.admits(Account(b"ben", b"other-Password")))
        self.users("rename", "ben", "benedict")
        eventually(lambda: self.admits(Account(b"benedict", b"other-Password")), "renamed")
        self.users("remove", "benedict")
        eventually(lambda: not self.admits(Account(b"benedict", b"other-Password")), "a removed user is refused")

    def test_export_and_import(self):
        self.users("add", "carla", "--password-stdin", text=b"carla-Password\n")
        exported = self.users("export")
        line = next(line for line in exported.splitlines() if line.startswith("carla:"))
        self.assertIn("$argon2id$", line, "PHC strings")
        self.assertNotIn("carla-Password", exported)
        self.users("remove", "carla")
        self.users("import", text=(line + "\n").encode())
        eventually(lambda: self.admits(Account(b"carla", b"carla-Password")), "imported with the password she had")
        self.assertIn("carla", self.users("list"))

    def test_a_user_that_is_not_there(self):
        self.users("remove", "nobody-at-all", expected=1)


class Reload(OwnServer):

    def signal(self):
        self.server.write_configuration()
        os.kill(self.server.endpoints["pid"], signal.SIGHUP)

    def reply(self, target):
        client = self.login(Account(b"ana", b"ana-password")).ask(CONNECT, target.host, target.port)
        code = client.reply("a CONNECT is answered").code
        client.close()
        return code

    def test_rules_are_read_again_and_open_tunnels_go_on(self):
        target = self.listener("127.0.0.2")
        client = self.tunnel(target.host, target.port, Account(b"ana", b"ana-password"))
        there = self.closing(target.accept())
        self.server.configuration["rules"] = [{"allow": False, "to": ["127.0.0.2/32"]}, {"allow": True, "to": ["127.0.0.0/8"]}]
        self.signal()
        eventually(lambda: self.reply(target) == NOT_ALLOWED, "SIGHUP: read the configuration again: rules")
        client.send(b"ping")
        there.expect(b"ping", "an open tunnel goes on")

    def test_it_does_not_let_strangers_in(self):
        """The file's listeners are not those that are open: none by default is for loopback alone."""
        server = self.own_server({"socks": {"listen": ["0.0.0.0:0"], "authentication": ["password"]}}, ["-u", "ana:ana-password"])
        server.configuration["socks"]["listen"] = ["127.0.0.1:0"]
        del server.configuration["socks"]["authentication"]
        server.write_configuration()
        os.kill(server.endpoints["pid"], signal.SIGHUP)
        eventually(lambda: "none" in server.said(), f"SIGHUP: what is wrong is said\n{server.said()}")
        client = self.client(address=("127.0.0.1", server.socks[1])).send("05 01 00")
        client.expect("05 FF", "a listener that other hosts reach offers none only where it is written out")

    def test_a_wrong_configuration_changes_nothing(self):
        target = self.listener("127.0.0.2")
        self.assertEqual(0, self.reply(target))
        self.server.configuration["rules"] = [{"allow": False, "to": ["127.0.0.2/32"]}, {"allow": "perhaps", "to": ["10.0.0.0/8"]}]
        self.signal()
        eventually(lambda: "allow" in self.server.said() and "argyle.yaml" in self.server.said(),
                   f"SIGHUP: the mistake is named, and the file\n{self.server.said()}")
        time.sleep(0.2)
        self.assertEqual(0, self.reply(target), "checked whole, then swapped: the old rules hold")


class Rotation(OwnServer):

    def lines(self, name):
        """The whole lines of a file; the last may be under way still."""
        with open(name, encoding="utf-8") as file:
            return [line for line in file if line.endswith("\n")]

    def test_logs_that_are_rotated_under_load_lose_no_line_and_close_no_tunnel(self):
        account, there, access = Account(b"ana", b"ana-password"), self.listener(), self.server.access_log
        rotated = [f"{access}.{number}" for number in range(5)]
        client = self.tunnel(there.host, there.port, account)
        peer = self.closing(there.accept())
        served = 0
        for name in rotated:
            for _ in range(10):
                self.tunnel(there.host, there.port, account).close()
                self.closing(there.accept()).close()
                served += 1
            os.rename(access, name)
            os.kill(self.server.endpoints["pid"], signal.SIGUSR1)
            eventually(lambda: os.path.exists(access), f"SIGUSR1: the file is opened by its name again\n{self.server.said()}")
        client.send(b"ping")
        peer.expect(b"ping", "an open tunnel goes on")
        written = eventually(lambda: len(found := [line for name in (*rotated, access) for line in self.lines(name)]) >= served and found,
                             "a line for each connection, in one of the files")
        self.assertEqual(served, len(written), "and no more")
        for name in (*rotated, access):
            with open(name, encoding="utf-8") as file:
                self.assertTrue(all(line.endswith("\n") for line in file), "whole lines")


    def test_rotation_does_not_read_a_file_that_is_half_edited(self):
        """SIGHUP was the only way to rotate: it read what an editor had written so far, and undid what ctl had set."""
        there, access = self.listener(), self.server.access_log
        self.server.configuration["rules"] = [{"allow": False, "to": ["0.0.0.0/0"]}, {"allow": "perhaps"}]
        self.server.write_configuration()
        os.rename(access, f"{access}.1")
        os.kill(self.server.endpoints["pid"], signal.SIGUSR1)
        eventually(lambda: os.path.exists(access), "the file is opened by its name again")
        self.tunnel(there.host, there.port, Account(b"ana", b"ana-password"))
        self.assertNotRegex(self.server.said(), "perhaps|configuration.*(read|changed)", "not a word about the configuration")
        os.kill(self.server.endpoints["pid"], signal.SIGHUP)
        eventually(lambda: "perhaps" in self.server.said(), "SIGHUP does read it")


class Reset(OwnServer):
    """What a reset makes of files that changed, seen through Bottler's door."""

    STOP_START, RESET = 0x11, 0x12
    DONE, NOT_ALLOWED, FAILED = 0x00, 0x06, 0x07

    def setUp(self):
        super().setUp()
        self.bottler = self.closing(self.server.bottler())

    def configure(self, listen):
        self.server.configuration["socks"]["listen"] = listen
        self.server.write_configuration()

    def test_other_listeners_are_opened_and_told(self):
        old = self.server.socks
        self.configure(["127.0.0.2:0"])
        self.assertEqual(self.DONE, self.bottler.ask(self.RESET)[0])
        eventually(lambda: self.server.read_endpoints() and self.server.socks[0] == "127.0.0.2", "endpoints.json says where it listens now")
        eventually(lambda: self.connects(self.server.socks), "it listens there")
        eventually(lambda: not self.connects(old), "and no longer here")

    def test_a_file_that_cannot_be_used_changes_nothing(self):
        client = self.login(Account(b"ana", b"ana-password"))
        self.configure(["127.0.0.1:99999"])
        self.assertEqual(self.FAILED, self.bottler.ask(self.RESET)[0])
        target = self.listener("127.0.0.1")
        self.assertEqual(0, client.ask(CONNECT, target.host, target.port).reply("a client that was in goes on").code)
        eventually(lambda: "99999" in self.server.said(), "the log names the mistake")

    def test_listeners_that_are_taken_leave_the_old_ones_open(self):
        old, taken = self.server.socks, self.listener("127.0.0.1")
        self.configure([f"127.0.0.1:{taken.port}"])
        self.assertEqual(self.FAILED, self.bottler.ask(self.RESET)[0])
        self.server.read_endpoints()
        self.assertEqual(old, self.server.socks)
        self.assertTrue(self.admits(Account(b"ana", b"ana-password")))

    def test_a_server_that_ends_is_not_started_again(self):
        target = self.listener("127.0.0.1")
        client = self.tunnel(target.host, target.port, Account(b"ana", b"ana-password"))
        there, address = self.closing(target.accept()), self.server.socks
        os.kill(self.server.endpoints["pid"], signal.SIGTERM)
        eventually(lambda: not self.connects(address), "SIGTERM: stop accepting")
        self.assertEqual(self.NOT_ALLOWED, self.bottler.ask(self.STOP_START, b"\x01")[0])
        self.assertEqual(self.NOT_ALLOWED, self.bottler.ask(self.RESET)[0])
        client.send(b"ping")
        there.expect(b"ping", "let open connections finish for the drain time")
        self.assertFalse(self.connects(address))


class Balancer(Case):

    def setUp(self):
        self.server = self.own_server({"socks": {"proxy-protocol": {"from": ["127.0.0.1/32"]}, "drain-time": "1d"}})

    def tearDown(self):
        """The server has ended; the test sees how."""

    def test_checks_of_a_balancer_that_came_and_went_do_not_hold_up_the_end(self):
        """Each wait for a PROXY header stayed in the count of clients: SIGTERM then waited for the whole drain time."""
        for _ in range(20):
            self.client(address=self.server.socks).close()
        client = self.client(address=self.server.socks)
        client.send(b"PROXY UNKNOWN\r\n" + b"\x05\x01\x02")
        client.expect("05 02", "a balancer with a header is served")
        client.close()
        self.server.process.send_signal(signal.SIGTERM)
        self.assertEqual(0, self.server.process.wait(60), self.server.said())


class OnlyLoopback(Case):

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts the server itself: use --serve")
        own_network(self)
        self.server = self.own_server()

    def test_a_start_warns_of_no_missing_hardware_address(self):
        """Netty looked for one, for ids that nobody reads."""
        self.closing(self.server.bottler()).ask(0x10)
        self.client().send("05 01 02").expect("05 02", "it serves")
        self.assertNotRegex(self.server.said(), r"(?i)hardware address|\bMAC\b|network interfaces")


class CommandCase(Case):

    def setUp(self):
        if RIG.relay == "buffer":
            self.skipTest("has nothing to do with the data plane: the other run does it")
        if RIG.fixed:
            self.skipTest("starts the command itself: use --serve")

    def run_argyle(self, *arguments):
        done = subprocess.run([RIG.command[0], *arguments], capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    def file(self, text):
        directory = os.path.join(RIG.directory, f"check-{next(RIG.numbers)}")
        os.makedirs(directory)
        path = os.path.join(directory, "argyle.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def tearDown(self):
        pass


class Check(CommandCase):

    def test_it_prints_every_default_and_reads_what_it_printed(self):
        code, printed, complaint = self.run_argyle("check", "-c", self.file("socks: { idle-timeout: 90s }\n"))
        self.assertEqual(0, code, complaint)
        self.assertIn("handshake-timeout", printed)
        code, again, complaint = self.run_argyle("check", "-c", self.file(printed))
        self.assertEqual((0, printed), (code, again), complaint)

    def test_it_says_what_is_wrong(self):
        code, _, complaint = self.run_argyle("check", "-c", self.file('rules:\n  - { allow: true, to: ["10.0.0.0/33"] }\n'))
        self.assertEqual(2, code)
        self.assertRegex(complaint, r"argyle\.yaml:2.*10\.0\.0\.0/33")

    def test_explain(self):
        path = self.file('rules:\n  - { allow: false, to: ["192.0.2.0/24"] }\n  - { allow: true, to: ["0.0.0.0/0"], users: [ana] }\n')
        code, said, complaint = self.run_argyle("explain", "-c", path, "--user", "ana", "192.0.2.7:80")
        self.assertIn(code, (0, 1), complaint)
        self.assertRegex(said, r"(?i)den|refus", "the first rule denies")
        self.assertRegex(said, r"argyle\.yaml:2|line 2|rules\[0\]", "and is named")


class Readme(CommandCase):

    def setUp(self):
        super().setUp()
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "README.md")
        with open(path, encoding="utf-8") as file:
            self.blocks = re.findall(r"```yaml\n(.*?)```", file.read(), re.DOTALL)

    def test_its_configurations_are_right(self):
        self.assertEqual(2, len(self.blocks))
        for block in self.blocks:
            with self.subTest(block):
                code, _, complaint = self.run_argyle("check", "-c", self.file(block))
                self.assertEqual(0, code, complaint)
