"""What people read when something is missing, word by word: the files in golden/. With ARGYLE_GOLDEN=write they are
written anew; look at the difference before it is committed."""
import ctypes
import datetime
import glob
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from harness import RIG, host_and_port
from system import own_network
from terminal import Terminal
from wire import CONNECT, EchoServer, RefusingPort, SocksClient, eventually

ONCE = True  # it has nothing to do with the data plane

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden")
HASH = "$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a"  # bcrypt of "secret"
PATIENCE = 120
FREE_PORTS = ("-p", "0", "-P", "0")
NOBODY = 65534


def without_sctp():
    """The reason on a machine without SCTP, word by word: without Debian's libsctp1, and without the kernel's module alone."""
    try:
        ctypes.CDLL("libsctp.so.1")
        return "Protocol not supported"
    except OSError:
        return "libsctp.so.1: cannot open shared object file: No such file or directory"


class Words(unittest.TestCase):

    def setUp(self):
        if RIG.fixed or os.path.basename(RIG.command[0]) != "argyle":
            self.skipTest("needs the argyle command: use --serve")
        self.argyle = RIG.command[0]
        self.directory = tempfile.mkdtemp(prefix="argyle-words-")
        self.addCleanup(shutil.rmtree, self.directory, True)
        self.data = os.path.join(self.directory, "data")

    def file(self, text, name="argyle.yaml"):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def run_argyle(self, *arguments, first="", stdout=subprocess.PIPE, text="", environment=None, data=True):
        """Returns (exit code, standard output, standard error). `first` is run by the shell before it."""
        command = [self.argyle, *arguments, *(["--data", self.data] if data else [])]
        if first:
            command = ["sh", "-c", f'{first}; exec "$@"', "sh", *command]
        done = subprocess.run(command, input=text.encode(), stdout=stdout, stderr=subprocess.PIPE, timeout=PATIENCE,
                              env=environment, check=False)
        return done.returncode, (done.stdout or b"").decode(errors="replace"), done.stderr.decode(errors="replace")

    def serve(self, *arguments, first="", environment=None, until="ready", meanwhile=lambda: None):
        """Serves until the line that begins with `until`, and what is then done; returns (exit code, standard output, standard error)."""
        command = [self.argyle, "serve", "--data", self.data, *arguments]
        if first:
            command = ["sh", "-c", f'{first}; exec "$@"', "sh", *command]
        with open(os.path.join(self.directory, "err"), "w+b") as err:
            server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=err, env=environment)
            watchdog = threading.Timer(PATIENCE, server.kill)
            watchdog.start()
            try:
                lines = []
                for line in server.stdout:
                    lines.append(line.decode(errors="replace"))
                    if lines[-1].startswith(until):
                        meanwhile()
                        server.send_signal(signal.SIGTERM)
                lines += [server.stdout.read().decode(errors="replace")]
                code = server.wait(PATIENCE)
            finally:
                watchdog.cancel()
                server.kill()
                server.wait()
                server.stdout.close()
            err.seek(0)
            return code, "".join(lines), err.read().decode(errors="replace")

    def golden(self, name, said):
        """Compares (exit code, standard output, standard error) with a file."""
        code, out, err = said
        text = f"exit code {code}\n"
        for title, part in (("standard output", out), ("standard error", err)):
            if part:
                text += f"--- {title}\n{part}"
        text = text.replace(self.directory, "DIR")
        text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", text)
        text = re.sub(r"(127\.0\.0\.1|\[::1?\]|0\.0\.0\.0):\d{4,5}\b", r"\1:PORT", text)
        text = text.replace(f"SCTP is not available ({without_sctp()});", "SCTP is not available (REASON);")
        if not name.startswith("descriptors"):  # of this machine's limit
            text = re.sub(r".* warn DescriptorNeed: .*\n", "", text)
        if not name.startswith("no-sctp"):  # whether this machine has SCTP
            text = re.sub(r".* info Doors: FEED does not listen .*\n", "", text)
        text = re.sub(r"--- standard error\n$", "", text)
        path = os.path.join(GOLDEN, name + ".txt")
        if os.environ.get("ARGYLE_GOLDEN") == "write":
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), text, f"golden/{name}.txt")

    def import_users(self, count=1033):
        lines = "".join(f"user-{number}:{HASH}\n" for number in range(count))
        self.assertEqual((0, f"imported {count} users; 0 existed already\n", ""), self.run_argyle("users", "import", text=lines))


class FullDisk(Words):

    def test_takes_no_output(self):
        """35 of 1,033 lines were written, nothing was said, and the exit code was 0."""
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        self.import_users()
        configuration = self.file("")
        for arguments, data in ((["users", "export"], True), (["users", "list"], True), (["check", "-c", configuration], False),
                                (["explain", "-c", configuration, "192.0.2.1:80"], False), (["-h"], False), (["version"], False)):
            with self.subTest(command=arguments), open("/dev/full", "wb") as full:
                self.golden("full-disk-output", self.run_argyle(*arguments, stdout=full, data=data))

    def test_takes_no_output_of_ctl(self):
        """Each command of ctl that prints ends as the others do, by each protocol that it has."""
        outcomes = []

        def meanwhile():
            for command in (["status"], ["users"], ["connections"], ["timeout"], ["metrics"], ["penalties"], ["user", "show", "admin"]):
                with open("/dev/full", "wb") as full:
                    outcomes.append((command, self.run_argyle("ctl", *command, "--via", "http", stdout=full)))
            for command in (["status"], ["timeout"]):
                with open("/dev/full", "wb") as full:
                    outcomes.append((command, self.run_argyle("ctl", *command, "--via", "bottler", stdout=full)))

        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        self.serve(*FREE_PORTS, "-c", self.file("management: { http: { listen: 127.0.0.1:0 } }"), meanwhile=meanwhile)
        self.assertEqual(9, len(outcomes))
        for command, said in outcomes:
            with self.subTest(command=command):
                self.golden("full-disk-output", said)

    def test_under_the_accounts(self):
        """An import that the disk has no room for, and a look at what is there afterwards."""
        os.mkdir(self.data, 0o700)
        lines = self.file("".join(f"user-{number}-{'x' * 200}:{HASH}\n" for number in range(4000)), "lines")
        script = (f'mount -t tmpfs -o size=512k,mode=700 tmpfs "{self.data}" || exit 77\n'
                  f'"$1" users add --password-stdin ana --data "{self.data}" <<.\nsecret\n.\n'
                  f'"$1" users import --data "{self.data}" <"{lines}"; echo "import: $?"\n'
                  f'"$1" users list --data "{self.data}" | sed "s/  20.*never/  TIME  never/"\n')
        done = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", self.argyle], capture_output=True, timeout=PATIENCE, check=False)
        if b"Operation not permitted" in done.stderr or done.returncode == 77:
            self.skipTest("needs the right to mount (CAP_SYS_ADMIN)")
        self.golden("full-disk-accounts", (done.returncode, done.stdout.decode(), done.stderr.decode()))


class OtherUser(Words):

    def as_nobody(self, *arguments):
        command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        if os.geteuid() != 0 or not shutil.which("setpriv"):
            self.skipTest("needs root, to be somebody else")
        if subprocess.run([*command, self.argyle, "-v"], capture_output=True, timeout=PATIENCE, check=False).returncode != 0:
            self.skipTest("another user cannot reach this copy of Argyle")
        os.chmod(self.directory, 0o755)
        done = subprocess.run([*command, self.argyle, *arguments, "--data", self.data], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=PATIENCE, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_folder_of_another_user(self):
        """It was told that there are no accounts, or to put a backup in their place."""
        self.import_users(1)
        self.golden("other-user-list", self.as_nobody("users", "list"))
        self.golden("other-user-add", self.as_nobody("users", "add", "ana", "--password-stdin"))
        self.golden("other-user-serve", self.as_nobody("serve", *FREE_PORTS))
        os.chmod(self.data, 0o755)
        self.golden("other-user-file", self.as_nobody("users", "list"))


class Descriptors(Words):

    def test_limit_of_20(self):
        self.golden("descriptors-20", self.run_argyle("serve", *FREE_PORTS, first="ulimit -n 20"))

    def test_limit_of_64(self):
        self.golden("descriptors-64", self.run_argyle("users", "list", first="ulimit -n 64"))

    def test_limit_of_256(self):
        self.golden("descriptors-256", self.serve(*FREE_PORTS, first="ulimit -n 256"))


class NoLocale(Words):

    def test_names_and_paths_beyond_ascii(self):
        """They ended in "this is a bug", or in another user without a word."""
        bare = {"PATH": os.environ["PATH"], "HOME": self.directory, "LC_ALL": "C"}
        if "JAVA_HOME" in os.environ:
            bare["JAVA_HOME"] = os.environ["JAVA_HOME"]
        self.data = os.path.join(self.directory, "dät\u00e4-\u65e5")
        self.golden("no-locale-add", self.run_argyle("users", "add", "j\u00fcrgen", "--password-stdin", text="secret\n", environment=bare))
        self.assertTrue(os.path.exists(os.path.join(self.data, "accounts.db")), "the path is the one that was given")
        code, out, err = self.run_argyle("users", "list", environment=bare)
        self.assertEqual((0, ""), (code, err))
        self.assertTrue(out.endswith("  j\u00fcrgen\n"), out)
        self.golden("no-locale-serve", self.serve(*FREE_PORTS, "-u", "\u65e5\u672c:secret", environment=bare))


class Missing(Words):

    def has_sctp(self):
        with open("/proc/net/protocols", encoding="ascii") as protocols:
            return "SCTP" in protocols.read()

    def test_sctp(self):
        if self.has_sctp():
            self.skipTest("this machine has SCTP")
        self.golden("no-sctp-default", self.serve(*FREE_PORTS))
        asked = self.file('management:\n  feed: { listen: "127.0.0.1:0" }\n')
        self.golden("no-sctp-asked", self.serve(*FREE_PORTS, "-c", asked))
        code, _, err = self.run_argyle("check", "-c", asked, data=False)
        self.golden("no-sctp-check", (code, "", err))

    def test_ipv6(self):
        own_network(self)
        with open("/proc/sys/net/ipv6/conf/all/disable_ipv6", "w", encoding="ascii") as switch:
            switch.write("1")
        configuration = self.file('socks:\n  listen: ["[::1]:1080"]\n')
        self.golden("no-ipv6-serve", self.serve("-c", configuration, "-P", "0"))
        code, _, err = self.run_argyle("check", "-c", configuration, data=False)
        self.golden("no-ipv6-check", (code, "", err))


class Outages(Words):

    def client(self):
        with open(os.path.join(self.data, "endpoints.json"), encoding="utf-8") as file:
            address = host_and_port(json.load(file)["socks"][0])
        client = SocksClient.to(address)
        self.addCleanup(client.close)
        return client.authenticate(None)

    @staticmethod
    def lines(log):
        with open(log, encoding="utf-8") as file:
            return [line.split("\t") for line in file.read().splitlines()]

    def said(self, words):
        """Waits until the server has said that."""
        def found():
            with open(os.path.join(self.directory, "err"), encoding="utf-8", errors="replace") as file:
                return words in file.read()
        eventually(found, f"the server says {words!r}", 30)

    def test_no_name_server(self):
        """Two names fail; that nobody answers is said once."""
        dead = RefusingPort()
        self.addCleanup(dead.close)
        log = os.path.join(self.directory, "access.log")
        configuration = self.file(f'log: {{ access: "{log}" }}\ndns: {{ servers: ["127.0.0.1:{dead.port}"] }}\n')

        def two_names():
            for name in ("one.test", "two.test"):
                client = self.client().ask(CONNECT, name, 80)
                client.expect_reply(4, "socks5.md: a name that cannot be resolved: host unreachable")
                client.close()
            self.said("no name server")
            eventually(lambda: len(self.lines(log)) == 2, "both have ended, which their lines tell")

        self.golden("no-name-server", self.serve(*FREE_PORTS, "-c", configuration, meanwhile=two_names))

    def test_clock_that_jumps(self):
        """A tunnel goes on, logins succeed, lengths of time are right, and nothing is said."""
        library = next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)
        if not library:
            self.skipTest("needs Debian's faketime")
        log = os.path.join(self.directory, "access.log")
        clock = self.file("+0d", "clock")
        configuration = self.file(f'log: {{ access: "{log}" }}\nsocks: {{ idle-timeout: 1h }}\n')
        environment = dict(os.environ, LD_PRELOAD=library, FAKETIME_TIMESTAMP_FILE=clock, FAKETIME_CACHE_DURATION="1",
                           FAKETIME_DONT_FAKE_MONOTONIC="1", DONT_FAKE_MONOTONIC="1")
        echo = EchoServer()
        self.addCleanup(echo.close)

        def tunnel():
            client = self.client().ask(CONNECT, echo.host, echo.port)
            client.expect_reply(0, "socks5.md, CONNECT")
            return client

        def forward_and_back():
            first = tunnel()
            for days in (3, -3):
                self.file(f"{days:+d}d", "clock")
                eventually(lambda: ended_at() == days, f"the clock has jumped by {days} days", 90)
                first.send(b"on").expect(b"on", "an open tunnel goes on")
            port = str(first.here[1])
            first.close()
            eventually(lambda: any(line[4] == port for line in self.lines(log)), "the line of the first is written")
            self.assertTrue(all(int(line[-1]) < 60_000 for line in self.lines(log)), f"milliseconds do not follow the clock: {self.lines(log)}")

        def ended_at():
            """When, in days from now, a new tunnel ended that carried something."""
            client = tunnel()
            client.send(b"x").expect(b"x", "a new one is opened")
            port = str(client.here[1])
            client.close()
            line = eventually(lambda: next((one for one in self.lines(log) if one[4] == port), None), "its line is written")
            return round((when(line) - time.time()) / 86400)

        def when(line):
            return datetime.datetime.fromisoformat(line[0]).timestamp()

        self.golden("clock-jumps", self.serve(*FREE_PORTS, "-c", configuration, environment=environment, meanwhile=forward_and_back))


class FirstStart(Words):

    def secret(self):
        with open(os.path.join(self.data, "admin.secret"), encoding="ascii") as file:
            return json.load(file)

    def test_password_does_not_go_into_a_journal(self):
        said = self.serve(*FREE_PORTS)
        self.assertNotIn(self.secret()["password"], "".join(said[1:]))
        self.assertNotIn(self.secret()["bottlerToken"], "".join(said[1:]))
        self.golden("first-start-journal", said)

    def test_password_is_told_on_a_terminal(self):
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(self.argyle, [self.argyle, "serve", "--data", self.data, *FREE_PORTS])
        said, deadline = b"", time.monotonic() + PATIENCE
        while b"ready" not in said and time.monotonic() < deadline:
            if select.select([terminal], [], [], 1)[0]:
                said += os.read(terminal, 4096)
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
        os.close(terminal)
        self.assertIn(self.secret()["password"].encode(), said)

    def test_nothing_is_announced_before_the_listeners_are_open(self):
        taken = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(taken.close)
        port = taken.getsockname()[1]
        code, out, err = self.serve("-p", str(port), "-P", "0")
        self.assertEqual((1, ""), (code, out), err)


class Signals(Words):

    def test_sighup_and_sigusr1_before_ready_do_not_kill(self):
        """Six starts, each with a signal at another moment of it, from the first line of the program's own on."""
        for number in range(6):
            command = [self.argyle, "serve", "--data", self.data, *FREE_PORTS]
            server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            try:
                self.wait_for_handler(server.pid)
                time.sleep(number * 0.05)
                server.send_signal(signal.SIGHUP if number % 2 else signal.SIGUSR1)
                line = server.stdout.readline().decode()
                while line and not line.startswith("ready"):
                    line = server.stdout.readline().decode()
                self.assertTrue(line.startswith("ready"), f"the server was ended by a signal: {server.poll()}")
                server.send_signal(signal.SIGTERM)
                self.assertEqual(0, server.wait(PATIENCE))
            finally:
                server.kill()
                server.communicate()

    def wait_for_handler(self, pid):
        """Until the process catches SIGHUP and SIGUSR1 (it is Java by then, and has begun)."""
        wanted = (1 << (signal.SIGHUP - 1)) | (1 << (signal.SIGUSR1 - 1))
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
                status = file.read()
            caught = int(re.search(r"SigCgt:\s*([0-9a-f]+)", status).group(1), 16)
            if caught & wanted == wanted and "Name:\tjava" in status:
                return
            time.sleep(0.002)
        self.fail("it never took the signals over")


class Tools(Words):

    def test_closed_standard_output_is_a_failure_and_overwrites_nothing(self):
        self.import_users(2)
        code, _, err = self.run_argyle("users", "list", first="exec >&-")
        self.golden("closed-output", (code, "", err))
        self.assertEqual(0, self.run_argyle("users", "list")[0], "the accounts are unharmed")

    def test_ctrl_d_ends_a_prompt(self):
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(self.argyle, [self.argyle, "users", "add", "ana", "--data", self.data])
        said, sent, deadline = b"", False, time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if select.select([terminal], [], [], 1)[0]:
                    said += os.read(terminal, 4096)
            except OSError:  # it has ended
                break
            if b"Password for ana" in said and not sent:
                os.write(terminal, b"\x04")
                sent = True
        _, status = os.waitpid(pid, 0)
        os.close(terminal)
        self.assertNotIn(b"Once more", said)
        self.assertIn(b"no password was given; nothing was changed", said)
        self.assertEqual(2, os.waitstatus_to_exitcode(status))

    def test_import_from_a_folder(self):
        os.mkdir(self.data, 0o700)
        self.golden("import-folder", self.run_argyle("users", "import", first=f"exec <{self.directory}"))

    def test_password_of_ctl_is_asked_for_on_a_terminal(self):
        """As --help says: a prompt asks with --user, and what is typed is not seen."""
        terminals = []

        def meanwhile():
            terminal = Terminal([self.argyle, "ctl", "--user", "ana", "--via", "http", "--data", self.data, "status"])
            terminals.append(terminal)
            terminal.wait("assword", "it asks")
            terminal.wait(lambda it: not it.echoes(), "what is typed is not shown")
            terminal.type("ana-Password-1\n")
            terminal.wait("up for", "the password that was typed is used")
            self.assertEqual(0, terminal.ended())

        self.assertEqual(0, self.run_argyle("users", "add", "--admin", "--password-stdin", "ana", text="ana-Password-1\n")[0])
        try:
            said = self.serve(*FREE_PORTS, "-c", self.file("management: { http: { listen: 127.0.0.1:0 } }"), meanwhile=meanwhile)
        finally:
            for terminal in terminals:
                terminal.close()
        self.assertEqual(1, len(terminals), said)
        self.assertNotIn("ana-Password-1", terminals[0].text())


class Building(Words):
    """A source tree whose build takes a while: the launcher itself, with a program that plays Maven."""

    def tree(self, maven):
        tree = os.path.join(self.directory, "tree")
        for folder in ("bin", "cli/src/test/resources/golden", "cli/src/main/java"):
            os.makedirs(os.path.join(tree, folder))
        shutil.copy(self.argyle, tree)
        shutil.copy(os.path.join(os.path.dirname(self.argyle), "cli/src/test/resources/golden/argyle.txt"), os.path.join(tree, "cli/src/test/resources/golden"))
        for pom in ("pom.xml", "cli/pom.xml"):
            with open(os.path.join(tree, pom), "w", encoding="ascii"):
                pass
        with open(os.path.join(tree, "bin/mvn"), "w", encoding="ascii") as file:
            file.write("#!/bin/sh\n" + maven)
        os.chmod(os.path.join(tree, "bin/mvn"), 0o755)
        return tree

    def started(self, tree, *arguments):
        path = os.path.join(tree, "bin") + ":" + os.environ["PATH"]
        done = subprocess.run([os.path.join(tree, "argyle"), *arguments], capture_output=True, timeout=PATIENCE, env={**os.environ, "PATH": path}, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_help_does_not_wait_for_the_build(self):
        tree = self.tree("echo it was asked to build >&2; exit 1\n")
        for option in ("-h", "--help", "help"):
            code, out, err = self.started(tree, option)
            self.assertEqual((0, ""), (code, err))
            self.assertTrue(out.startswith("Usage: argyle"), out)

    def test_build_shows_that_it_goes_on_and_why_it_failed(self):
        """Half a minute without a word looked like one that hangs."""
        tree = self.tree("""
echo "[INFO] Building Argyle wire 1.0                       [2/5]"
i=0; while [ $i -lt 250 ]; do echo "Downloaded from central: a file"; i=$((i + 1)); done
echo "[INFO] Building Argyle server 1.0                     [4/5]"
echo "[ERROR] no such thing"
exit 1
""")
        code, out, err = self.started(tree, "version")
        self.assertEqual((1, ""), (code, out))
        for expected in ("building Argyle", "Argyle wire 1.0", "100 files fetched", "200 files fetched", "Argyle server 1.0", "[ERROR] no such thing", "the build failed; see"):
            self.assertIn(expected, err)
