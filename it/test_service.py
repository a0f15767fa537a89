"""Argyle as a service: what systemd is told and gives, its unit files, logrotate, and where things are by default."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from harness import RIG, Case, base_configuration, merged, to_yaml
from wire import CONNECT, NO_AUTHENTICATION, PASSWORD, SocksClient, eventually, greeting

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DEPLOY = os.path.join(ROOT, "deploy")
PATIENCE = 60
GIVE = """import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execvp(sys.argv[2], sys.argv[2:])"""


class Service(Case):
    """Without a server that others share; a folder of the test's own."""

    def setUp(self):
        if RIG.fixed or os.path.basename(RIG.command[0]) != "argyle":
            self.skipTest("needs the argyle command: use --serve")
        self.argyle = RIG.command[0]
        self.directory = tempfile.mkdtemp(prefix="argyle-service-")
        self.addCleanup(shutil.rmtree, self.directory, True)
        self.data = os.path.join(self.directory, "data")

    def tearDown(self):
        pass

    def once(self):
        if RIG.relay == "buffer":
            self.skipTest("the data plane makes no difference to it")

    def file(self, name, text):
        path = os.path.join(self.directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def need(self, program, package):
        if not shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            self.skipTest(f"{program} is not installed (Debian: {package})")

    def configuration(self, changes=None):
        whole = merged(base_configuration(), {"socks": {"relay": RIG.relay}} if RIG.relay else {})
        whole = merged(merged(whole, {"log": {"access": os.path.join(self.directory, "access.log")}}), changes or {})
        return self.file("argyle.yaml", to_yaml(whole) + "\n")

    def start(self, *arguments, environment=None, before=(), pass_fds=(), cwd=None):
        """Starts a server that writes into files; ended by the test."""
        with open(os.path.join(self.directory, "out"), "wb") as out, open(os.path.join(self.directory, "err"), "ab") as err:
            server = subprocess.Popen([*before, self.argyle, "serve", *arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                      env=dict(os.environ, **(environment or {})), pass_fds=pass_fds, cwd=cwd,
                                      start_new_session=True)
        self.addCleanup(self.end, server)
        return server

    @staticmethod
    def end(server):
        try:
            os.killpg(server.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        server.wait()

    def said(self, name):
        with open(os.path.join(self.directory, name), encoding="utf-8", errors="replace") as file:
            return file.read()

    def ready_line(self, server):
        """The line that says that it serves, once it is there."""
        def line():
            if server.poll() is not None:
                self.fail(f"exit code {server.returncode}\n" + self.said("err"))
            return re.search(r"^ready.*\n", self.said("out"), re.MULTILINE)
        eventually(line, "the line ready", PATIENCE)
        return line().group(0).rstrip("\n")

    def stop(self, server):
        server.send_signal(signal.SIGTERM)
        self.assertEqual(0, server.wait(PATIENCE), self.said("err"))


class Told(Service):
    """What a service manager hears, at a socket of the test's own."""

    def manager(self, address):
        heard = self.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        heard.bind(address)
        heard.settimeout(PATIENCE)
        return heard

    def hear(self, manager, wanted):
        """The next datagram that is not a sign of life, or the first of those; its lines as a dict."""
        while True:
            message = dict(line.split("=", 1) for line in manager.recv(4096).decode().splitlines())
            if wanted in message:
                return message
            self.assertIn("WATCHDOG", message, f"before {wanted}")

    def test_ready_alive_reloading_and_stopping(self):
        manager = self.manager(os.path.join(self.directory, "notify"))
        configuration = self.configuration()
        server = self.start("-c", configuration, "--data", self.data,
                            environment={"NOTIFY_SOCKET": os.path.join(self.directory, "notify"), "WATCHDOG_USEC": "400000"})
        ready = self.hear(manager, "READY")
        self.assertEqual("1", ready["READY"])
        self.assertIn("SOCKS 5 on 127.0.0.1:", ready["STATUS"])
        self.assertTrue(os.path.exists(os.path.join(self.data, "endpoints.json")), "who is told finds the endpoints")
        for _ in range(2):
            self.assertEqual("1", self.hear(manager, "WATCHDOG")["WATCHDOG"])
        for text, words in (("socks: { no-such-key: 1 }\n", "the last reload was rejected"), (None, "")):
            with open(configuration, "r+", encoding="utf-8") as file:
                right = file.read()
                if text:
                    file.seek(0)
                    file.write(text)
                    file.truncate()
            before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            server.send_signal(signal.SIGHUP)
            reloading = self.hear(manager, "RELOADING")
            after = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            self.assertTrue(before <= int(reloading["MONOTONIC_USEC"]) <= after, reloading)
            self.assertIn(words, self.hear(manager, "READY")["STATUS"])
            if text:
                with open(configuration, "w", encoding="utf-8") as file:
                    file.write(right)
        server.send_signal(signal.SIGUSR1)  # no reload
        server.send_signal(signal.SIGTERM)
        self.assertGreaterEqual(int(self.hear(manager, "STOPPING")["EXTEND_TIMEOUT_USEC"]), 10_000_000)
        self.assertEqual(0, server.wait(PATIENCE))

    def test_abstract_address(self):
        self.once()
        name = f"argyle-test-{os.getpid()}"
        manager = self.manager("\0" + name)
        server = self.start("-c", self.configuration(), "--data", self.data, environment={"NOTIFY_SOCKET": "@" + name})
        self.hear(manager, "READY")
        self.stop(server)

    def test_a_manager_that_is_gone_is_no_obstacle(self):
        self.once()
        server = self.start("-c", self.configuration(), "--data", self.data,
                            environment={"NOTIFY_SOCKET": os.path.join(self.directory, "nobody"), "WATCHDOG_USEC": "100000"})
        self.ready_line(server)
        self.stop(server)
        self.assertEqual(1, self.said("err").count("the service manager cannot be told"), "logged once")


class Given(Service):
    """Listeners that systemd has opened."""

    def listener(self, host="127.0.0.1"):
        listener = self.closing(socket.create_server((host, 0)))
        return listener

    def serve(self, listener, name="socks", **changes):
        return self.start("-c", self.configuration(changes), "--data", self.data,
                          environment={"LISTEN_FDS": "1", "LISTEN_FDNAMES": name},
                          before=[sys.executable, "-c", GIVE, str(listener.fileno())], pass_fds=(listener.fileno(),))

    def greet(self, client):
        client.send(greeting(NO_AUTHENTICATION)).expect("05 FF", "only logins are accepted")

    def test_clients_are_served_and_wait_while_nobody_serves(self):
        if RIG.relay == "buffer":
            self.skipTest("the JDK makes no channel of a descriptor")
        listener = self.listener()
        address = listener.getsockname()
        server = self.serve(listener)
        self.assertIn(f"SOCKS 5 on 127.0.0.1:{address[1]};", self.ready_line(server))
        with open(os.path.join(self.data, "endpoints.json"), encoding="utf-8") as file:
            self.assertEqual([f"127.0.0.1:{address[1]}"], json.load(file)["socks"])
        for _ in range(5):
            client = self.closing(SocksClient.to(address))
            self.greet(client)
        self.stop(server)
        early = self.closing(SocksClient.to(address))  # nobody accepts, and it is not refused
        server = self.serve(listener)
        self.greet(early)
        self.ready_line(server)  # before it, SIGTERM ends Java with 143
        self.stop(server)

    def test_a_door_stops_and_starts_it(self):
        if RIG.relay == "buffer":
            self.skipTest("the JDK makes no channel of a descriptor")
        listener = self.listener()
        server = self.serve(listener)
        self.ready_line(server)
        for command in ("stop", "start", "reset"):
            done = subprocess.run([self.argyle, "ctl", command, "--data", self.data], capture_output=True, timeout=PATIENCE, check=False)
            self.assertEqual(0, done.returncode, done.stderr)
        client = self.closing(SocksClient.to(listener.getsockname()))
        self.greet(client)
        self.stop(server)

    def test_what_cannot_be_taken_is_an_error(self):
        cases = [(self.listener("0.0.0.0"), "socks", {"socks": {"authentication": ...}}, "other hosts can reach it"),
                 (self.listener(), "web", {}, "FileDescriptorName=socks"),
                 (self.closing(socket.socket()), "socks", {}, "no listening TCP socket")]
        if RIG.relay == "buffer":
            cases = [(self.listener(), "socks", {}, "not with socks.relay: buffer")]
        for given, name, changes, words in cases:
            server = self.serve(given, name, **changes)
            self.assertEqual(1, server.wait(PATIENCE), words)
            self.assertIn(words, self.said("err"))


class Units(Service):
    """The unit files, by systemd's own tools."""

    def setUp(self):
        super().setUp()
        self.once()
        self.need("systemd-analyze", "systemd")
        for name in ("argyle.service", "argyle.socket"):
            with open(os.path.join(DEPLOY, "systemd", name), encoding="utf-8") as file:
                self.file(name, file.read().replace("/usr/bin/argyle", os.path.abspath(self.argyle)))

    def analyze(self, *arguments):
        return subprocess.run(["systemd-analyze", *arguments], cwd=self.directory, capture_output=True, text=True, timeout=PATIENCE, check=False)

    def test_verify_has_nothing_to_say(self):
        done = self.analyze("verify", "--man=no", "./argyle.service", "./argyle.socket")
        self.assertEqual((0, "", ""), (done.returncode, done.stdout, done.stderr))

    def test_the_score_is_that_of_the_manual(self):
        done = self.analyze("security", "--offline=yes", "--no-pager", "./argyle.service")
        score = re.search(r"Overall exposure level for argyle.service: ([\d.]+)", done.stdout)
        self.assertTrue(score, done.stdout + done.stderr)
        with open(os.path.join(ROOT, "docs", "service.md"), encoding="utf-8") as file:
            told = re.search(r"exposure level ([\d.]+) \(systemd (\d+)\)", file.read())
        if re.match(r"systemd (\d+)", self.analyze("--version").stdout).group(1) == told.group(2):
            self.assertEqual(told.group(1), score.group(1), done.stdout)
        else:  # other versions count otherwise
            self.assertLess(float(score.group(1)), 3.0, done.stdout)

    def allowed(self):
        """The system calls that the unit's filter allows."""
        with open(os.path.join(self.directory, "argyle.service"), encoding="utf-8") as file:
            lines = re.findall(r"^SystemCallFilter=(.*)$", file.read(), re.MULTILINE)
        calls = set(self.expanded("@default"))
        for line in lines:
            named = [call for word in line.lstrip("~").split() for call in self.expanded(word)]
            calls = calls - set(named) if line.startswith("~") else calls | set(named)
        return calls | set(self.expanded("@default"))

    def expanded(self, word):
        if not word.startswith("@"):
            return [word]
        lines = [line.strip() for line in self.analyze("syscall-filter", word).stdout.splitlines()[1:]]
        return [call for line in lines if line and not line.startswith("#") for call in self.expanded(line)]

    def test_every_system_call_of_a_server_is_allowed(self):
        """A whole life: start, a client, a tunnel's worth of work, a reload, a stop."""
        self.need("strace", "strace")
        trace = os.path.join(self.directory, "trace")
        probe = subprocess.run(["strace", "-o", trace, "true"], capture_output=True, check=False)
        if probe.returncode:
            self.skipTest("strace may not trace here")
        server = self.start("-c", self.configuration({"socks": {"listen": ["127.0.0.1:0"], "authentication": ["none"]}}), "--data", self.data,
                            before=["strace", "-f", "-qq", "-c", "-U", "name,calls,errors", "-o", trace])
        self.ready_line(server)
        with open(os.path.join(self.data, "endpoints.json"), encoding="utf-8") as file:
            endpoints = json.load(file)
        host, port = endpoints["socks"][0].rsplit(":", 1)
        echo = self.echo()
        client = self.closing(SocksClient.to((host, int(port)))).authenticate(None)
        client.ask(CONNECT, "localhost", echo.port)
        client.reply("whatever the rules say of loopback: the name was looked up")
        os.kill(endpoints["pid"], signal.SIGHUP)
        eventually(lambda: "configuration read again" in self.said("err"), "the reload", PATIENCE)
        client.close()
        os.kill(endpoints["pid"], signal.SIGTERM)
        self.assertEqual(0, server.wait(PATIENCE), self.said("err"))
        with open(trace, encoding="ascii") as file:
            used = {line.split()[0] for line in file.read().splitlines()[2:] if line and not line.startswith("-")} - {"total"}
        self.assertIn("epoll_ctl", used, "it was traced")
        if os.geteuid() == 0:
            used -= {"fchown"}  # SQLite gives its files the owner of the database, as root alone
        self.assertEqual(set(), used - self.allowed())


class Logrotate(Service):

    def test_a_rotated_log_goes_on_in_a_new_file(self):
        self.once()
        self.need("logrotate", "logrotate")
        logs = os.path.join(self.directory, "log")
        os.mkdir(logs, 0o750)
        server = self.start("-c", self.configuration({"log": {"access": os.path.join(logs, "access.log"), "security": os.path.join(logs, "security.log")}}),
                            "--data", self.data)
        self.ready_line(server)
        with open(os.path.join(DEPLOY, "logrotate", "argyle"), encoding="utf-8") as file:
            text = file.read().replace("/var/log/argyle", logs)
        text = re.sub(r"\n    su .*", "", text)
        text, kills = re.subn(r"systemctl kill --kill-who=main --signal=SIGUSR1 argyle.service", f"kill -USR1 {server.pid}", text)
        self.assertEqual(1, kills)
        self.fail_to_log_in()
        eventually(lambda: os.path.getsize(os.path.join(logs, "security.log")) > 0, "a line", PATIENCE)
        rotate = self.file("logrotate.conf", text)
        os.chmod(rotate, 0o644)
        done = subprocess.run(["/usr/sbin/logrotate", "--force", "--state", os.path.join(self.directory, "state"), rotate],
                              capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual((0, ""), (done.returncode, done.stderr), done.stdout)
        eventually(lambda: os.path.exists(os.path.join(logs, "security.log")), "the new file", PATIENCE)
        self.assertTrue(os.path.exists(os.path.join(logs, "security.log.1")))
        self.fail_to_log_in()
        eventually(lambda: os.path.getsize(os.path.join(logs, "security.log")) > 0, "lines go into the new file", PATIENCE)
        self.stop(server)

    def fail_to_log_in(self):
        with open(os.path.join(self.data, "endpoints.json"), encoding="utf-8") as file:
            host, port = json.load(file)["socks"][0].rsplit(":", 1)
        client = self.closing(SocksClient.to((host, int(port))))
        client.send(greeting(PASSWORD)).expect("05 02", "USERNAME/PASSWORD was offered")
        client.send(bytes([1, 3]) + b"ana" + bytes([5]) + b"wrong").expect("01 01", "a wrong password")


class Places(Service):

    def setUp(self):
        super().setUp()
        self.once()

    def test_the_configuration_of_the_working_directory_is_found_and_named(self):
        found = self.configuration()
        server = self.start("--data", self.data, cwd=self.directory, environment={"ARGYLE_CONFIG": ""})
        self.assertTrue(self.ready_line(server).endswith(f"; configuration: {found}; data: {self.data}"), self.said("out"))
        self.stop(server)

    def test_a_configuration_that_is_named_but_missing_is_an_error(self):
        done = subprocess.run([self.argyle, "serve", "--data", self.data], env=dict(os.environ, ARGYLE_CONFIG="/nowhere/a.yaml"),
                              capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual((2, ""), (done.returncode, done.stdout))
        self.assertIn("ARGYLE_CONFIG: /nowhere/a.yaml: there is no such file; correct the variable", done.stderr)

    def test_the_version_is_one_line_with_commit_and_java(self):
        for option in ("-v", "--version"):
            done = subprocess.run([self.argyle, option], capture_output=True, text=True, timeout=PATIENCE, check=False)
            self.assertRegex(done.stdout, r"^argyle \d\S* \(commit ([0-9a-f]{12}(-dirty)?|unknown), Java \d\S*\)\n$")


class Doctor(Service):

    def setUp(self):
        super().setUp()
        self.once()

    def examine(self, configuration):
        done = subprocess.run([self.argyle, "doctor", "-c", configuration, "--data", self.data, "-o", "json"],
                              capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual("", done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual(1 if not answer["ok"] else 0, done.returncode)
        self.assertEqual(not answer["ok"], any(finding["level"] == "fail" for finding in answer["findings"]))
        return answer["findings"]

    def about(self, findings, check, words):
        found = [finding for finding in findings if finding["check"] == check and words in finding["words"]]
        self.assertEqual(1, len(found), json.dumps(findings, indent=1))
        return found[0]

    def test_a_running_server_is_known_and_its_ports_are_its_own(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        configuration = self.configuration({"socks": {"listen": [f"127.0.0.1:{port}"]}})
        server = self.start("-c", configuration, "--data", self.data)
        self.ready_line(server)
        findings = self.examine(configuration)
        self.assertEqual("ok", self.about(findings, "server", f"process {server.pid} runs")["level"])
        self.assertEqual("ok", self.about(findings, "ports", f"127.0.0.1:{port} is the running server's")["level"])
        self.assertEqual("ok", self.about(findings, "files", self.data + ": belongs to")["level"])
        checks = {finding["check"] for finding in findings}
        self.assertEqual(set(), {"configuration", "server", "descriptors", "pipes", "sctp", "ipv6", "names", "ports", "files", "clock"} - checks)
        self.stop(server)

    def test_a_port_of_somebody_else_and_a_directory_of_everybody_are_failures(self):
        taken = self.closing(socket.create_server(("127.0.0.1", 0)))
        os.mkdir(self.data)
        os.chmod(self.data, 0o777)
        findings = self.examine(self.configuration({"socks": {"listen": [f"127.0.0.1:{taken.getsockname()[1]}"]}}))
        port = self.about(findings, "ports", f"is in use by process {os.getpid()} (")
        self.assertEqual(("fail", "end it, or choose another port"), (port["level"], port["advice"]))
        self.assertEqual("fail", self.about(findings, "files", "everybody may write to it")["level"])
