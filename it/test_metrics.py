"""What Prometheus makes of a running server: /metrics, the alerts, and the dashboard for Grafana.

Grafana itself is not in Debian: its dashboard is checked as far as its own rules are known (schema, ids, variables),
and each metric that it asks for is looked for in a scrape.
"""
import base64
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
import urllib.parse

from harness import RIG, Case
from wire import NO_AUTHENTICATION, PASSWORD, Account, credentials, eventually, greeting

HERE = os.path.dirname(os.path.abspath(__file__))
DEPLOY = os.path.join(os.path.dirname(HERE), "deploy")
ALERTS = os.path.join(DEPLOY, "prometheus", "alerts.yml")
SCRAPE = os.path.join(DEPLOY, "prometheus", "scrape.yml")
DASHBOARD = os.path.join(DEPLOY, "grafana", "argyle.json")
OPEN_METRICS = "application/openmetrics-text;version=1.0.0"
ODD_CLIENTS = 300
SCRAPE_SECONDS = 0.02
ACCOUNTS_SECONDS = 10   # for so long a count of the accounts is told again
USERS = 10_000
NAME = re.compile(r"\bargyle_[a-z0-9_]+")


def promtool(case, *arguments, text=None):
    """Runs promtool; what it says is clean if it says nothing but success."""
    if not shutil.which("promtool"):
        case.skipTest("promtool is not installed (Debian's package prometheus)")
    return subprocess.run(["promtool", *arguments], input=text, capture_output=True, text=True, timeout=60, check=False)


def names(scrape):
    """The names of all series of a scrape, buckets and sums included."""
    return {re.split(r"[{ ]", line, maxsplit=1)[0] for line in scrape.splitlines() if line and not line.startswith("#")}


class MetricsCase(Case):

    def setUp(self):
        self.server = None
        if RIG.fixed:
            self.skipTest("starts the server itself: use --serve")
        if RIG.relay == "buffer" and not isinstance(self, Scrape):
            self.skipTest("has nothing to do with the data plane: the other run does it")

    def started(self, changes=None, arguments=()):
        self.server = self.own_server(changes or {}, list(arguments))
        return self.server

    def tearDown(self):
        if self.server:
            self.server.check()

    def get(self, server, path="/metrics", accept=None, login=True):
        headers = {"Accept": accept} if accept else {}
        if login:
            word = base64.b64encode(server.admin.name + b":" + server.admin.password).decode()
            headers["Authorization"] = f"Basic {word}"
        host, port = server.address("http")
        if isinstance(server.configuration["management"]["http"].get("tls"), dict):
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # it was made for this test
            connection = http.client.HTTPSConnection(host, port, timeout=30, context=context)
        else:
            connection = http.client.HTTPConnection(host, port, timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", path, headers=headers)
        return connection.getresponse()

    def scrape(self, server, accept=None):
        answer = self.get(server, accept=accept)
        self.assertEqual(200, answer.status)
        return answer.read().decode()

    def value(self, server, series):
        """The value of a series in a new scrape."""
        for line in self.scrape(server).splitlines():
            name, _, number = line.rpartition(" ")
            if name == series:
                return float(number)
        raise AssertionError(f"no {series} in the scrape")


class Scrape(MetricsCase):

    def test_nobody_scrapes_without_a_login(self):
        self.assertEqual(401, self.get(self.started(), login=False).status)

    def test_promtool_finds_nothing_to_mend(self):
        server = self.started()
        done = promtool(self, "check", "metrics", text=self.scrape(server))
        self.assertEqual((0, "", ""), (done.returncode, done.stdout, done.stderr))

    def test_prometheus_gets_open_metrics_and_others_plain_text(self):
        server = self.started()
        answer = self.get(server, accept=OPEN_METRICS)
        self.assertTrue(answer.getheader("Content-Type").startswith("application/openmetrics-text"), answer.getheader("Content-Type"))
        self.assertTrue(answer.read().endswith(b"# EOF\n"))
        answer = self.get(server)
        self.assertTrue(answer.getheader("Content-Type").startswith("text/plain; version=0.0.4"), answer.getheader("Content-Type"))

    def test_what_a_client_does_is_counted_and_timed(self):
        server = self.started({"socks": {"authentication": ["password"]}, "rules": [{"allow": True, "to": ["127.0.0.0/8"]}]},
                              ["-u", "ana:secret"])
        echo = self.echo()
        counted = ('argyle_handshakes_total{method="password",outcome="request"} 1.0', 'argyle_requests_total{command="connect"} 1.0',
                   'argyle_replies_total{rep="00"} 1.0', 'argyle_payload_bytes_total{direction="up"} 12.0',
                   'argyle_payload_bytes_total{direction="down"} 12.0', "argyle_handshake_seconds_count 1", "argyle_dial_seconds_count 1",
                   "argyle_first_byte_seconds_count 1", "argyle_tunnel_seconds_count 1", "argyle_connections_open_most 1.0")
        self.assertFalse(set(counted) & set(self.scrape(server).splitlines()), "nothing has happened yet")
        client = self.tunnel(echo.host, echo.port, Account(b"ana", b"secret"))
        eventually(lambda: self.value(server, "argyle_connections_open") == 1, "it is counted")
        client.send(b"twelve bytes").expect(b"twelve bytes", "the echo")
        client.close()
        eventually(lambda: self.value(server, 'argyle_ends_total{fault="nobody",reason="done"}') == 1, "the end is counted")
        # Each by its own thread: one may be a moment behind another.
        eventually(lambda: self.value(server, "argyle_connections_open") == 0, "nothing is open")
        eventually(lambda: set(counted) <= set(self.scrape(server).splitlines()), f"each is counted: {counted}")

    def test_odd_users_and_destinations_add_no_series(self):
        server = self.started({"socks": {"authentication": ["none", "password"], "max-connections-per-source": 10000}})
        before = names(self.scrape(server)), len(self.scrape(server).splitlines())
        for number in range(ODD_CLIENTS):
            with socket.create_connection(server.socks) as client:
                client.settimeout(30)
                if number % 2:
                    client.sendall(greeting(PASSWORD))
                    client.recv(2)
                    client.sendall(credentials(f'odd"}} 1\n{number}'.encode(), b"wrong"))
                else:
                    client.sendall(greeting(NO_AUTHENTICATION))
                    client.recv(2)
                    name = f"odd-{number}.invalid".encode()
                    client.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + b"\x00\x50")
        eventually(lambda: self.value(server, "argyle_connections_open") == 0, "all have left")
        text = self.scrape(server)
        self.assertEqual(before, (names(text), len(text.splitlines())))
        self.assertNotIn("odd", text)

    def test_a_scrape_is_short_whatever_the_number_of_users(self):
        server = self.started()
        if os.path.basename(server.command[0]) != "argyle":
            self.skipTest("needs `argyle users import`")
        accounts = "".join(f"user{number}:$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                           f"RdescudvJCsgt3ub+b4dWRWJTmaaJObGRdescudvJCs\n" for number in range(USERS))
        done = subprocess.run([server.command[0], "users", "import", "--data", server.data], input=accounts.encode(), capture_output=True,
                              timeout=120, check=False)
        self.assertEqual(0, done.returncode, done.stderr)
        eventually(lambda: self.value(server, "argyle_accounts") >= USERS, "they are counted", ACCOUNTS_SECONDS + 10)
        times = [self.timed_scrape(server)[0] for _ in range(30)]
        # The shortest: a machine that does something else meanwhile says nothing about a scrape.
        self.assertLess(min(times), SCRAPE_SECONDS, "in a row")
        # Prometheus comes every 15 s, so each of its scrapes counts the accounts anew: 12 ms on a quiet machine
        before = self.value(server, "argyle_accounts")
        self.assertEqual(0, server.add_user(Account(b"one-more", b"password")))
        time.sleep(ACCOUNTS_SECONDS + 0.5)
        seconds, text = self.timed_scrape(server)
        self.assertIn(f"\nargyle_accounts {before + 1}\n", text, "this scrape has counted")
        self.assertLess(seconds, 1, "with a count of the accounts")

    def timed_scrape(self, server):
        begun = time.monotonic()
        text = self.scrape(server)
        return time.monotonic() - begun, text


class Listeners(MetricsCase):

    def test_who_listens_to_events_is_counted_and_told_when_the_server_stops(self):
        server = self.started()
        self.assertEqual(0, self.value(server, "argyle_event_listeners"))
        first = self.get(server, "/api/v1/events")
        eventually(lambda: self.value(server, "argyle_event_listeners") == 1, "it is counted")
        first.close()
        eventually(lambda: self.value(server, "argyle_event_listeners") == 0, "it has left")
        stream = self.get(server, "/api/v1/events")
        self.assertEqual(b"id: ", stream.read(4), "something comes at once")
        self.assertEqual(0, server.terminate())
        stream.read()  # to its end: a stream that is cut raises IncompleteRead
        self.server = None


class Certificate(MetricsCase):

    def test_the_expiry_of_the_certificate_is_told_in_seconds_since_1970(self):
        if not shutil.which("openssl"):
            self.skipTest("openssl is not installed")
        folder = os.path.join(RIG.directory, f"certificate-{next(RIG.numbers)}")
        os.makedirs(folder)
        certificate, key = os.path.join(folder, "certificate.pem"), os.path.join(folder, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3", "-subj", "/CN=localhost",
                        "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=60)
        self.assertNotIn("argyle_certificate_expiry", self.scrape(self.started()), "there is none without TLS")
        server = self.started({"management": {"http": {"listen": "127.0.0.1:0", "tls": {"certificate": certificate, "key": key}}}})
        told = self.value(server, "argyle_certificate_expiry_timestamp_seconds")
        self.assertEqual(ssl.cert_time_to_seconds(self.not_after(certificate)), told)
        self.assertLess(abs(told - time.time() - 3 * 86400), 600)

    def not_after(self, certificate):
        done = subprocess.run(["openssl", "x509", "-noout", "-enddate", "-in", certificate], check=True, capture_output=True, text=True,
                              timeout=60)
        return done.stdout.strip().partition("=")[2]


class Files(MetricsCase):

    def test_promtool_finds_nothing_to_mend_in_the_alerts(self):
        done = promtool(self, "check", "rules", "--lint=all", "--lint-fatal", ALERTS)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_each_alert_fires_where_something_is_wrong_and_nowhere_else(self):
        done = promtool(self, "test", "rules", os.path.join(HERE, "alerts_test.yml"))
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_each_metric_of_the_alerts_and_of_the_dashboard_is_in_a_scrape(self):
        server = self.started()
        there = names(self.scrape(server)) | {"argyle_certificate_expiry_timestamp_seconds"}  # with TLS alone
        with open(ALERTS, encoding="utf-8") as file:
            wanted = set(NAME.findall("\n".join(line for line in file if "expr" in line or line.startswith("          "))))
        wanted |= {name for target in self.targets() for name in NAME.findall(target["expr"])}
        self.assertGreater(len(wanted), 30)
        self.assertEqual(set(), wanted - there)

    def dashboard(self):
        with open(DASHBOARD, encoding="utf-8") as file:
            return json.load(file)

    def targets(self):
        return [target for panel in self.dashboard()["panels"] for target in panel.get("targets", [])]

    def test_the_dashboard_is_as_grafana_wants_it(self):
        dashboard = self.dashboard()
        self.assertGreaterEqual(dashboard["schemaVersion"], 36)
        self.assertRegex(dashboard["uid"], r"^[A-Za-z0-9_-]{1,40}$")
        self.assertNotIn("id", dashboard, "the number that one Grafana has given it")
        panels = dashboard["panels"]
        ids = [panel["id"] for panel in panels]
        self.assertEqual(len(ids), len(set(ids)), "each panel has its own id")
        variables = {variable["name"]: variable for variable in dashboard["templating"]["list"]}
        self.assertEqual(("datasource", "prometheus"), (variables["datasource"]["type"], variables["datasource"]["query"]))
        taken = set()
        for panel in panels:
            self.assertIn(panel["type"], ("row", "timeseries", "stat"), panel["title"])
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24, panel["title"])
            cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
            self.assertFalse(cells & taken, f"{panel['title']} lies on another panel")
            taken |= cells
            if panel["type"] == "row":
                continue
            self.assertTrue(panel["description"].strip(), panel["title"])
            self.assertEqual({"type": "prometheus", "uid": "${datasource}"}, panel["datasource"], panel["title"])
            letters = [target["refId"] for target in panel["targets"]]
            self.assertEqual(len(letters), len(set(letters)), panel["title"])
        for target in self.targets():
            self.assertIn('instance=~"$instance"', target["expr"])
            for used in re.findall(r"\$\{?([a-z_]+)", target["expr"]):
                self.assertTrue(used in variables or used.startswith("__"), target["expr"])


class Prometheus(MetricsCase):
    """Debian's own, with the example configuration of deploy/."""

    def prometheus(self, server):
        if not shutil.which("prometheus"):
            self.skipTest("prometheus is not installed (Debian's package of this name)")
        folder = os.path.join(server.directory, "prometheus")
        os.makedirs(folder)
        with open(SCRAPE, encoding="utf-8") as file:
            configuration = file.read()
        host, port = server.address("http")
        for example, own in (("127.0.0.1:8081", f"{host}:{port}"), ("username: prometheus", f"username: {server.admin.name.decode()}"),
                             ("scrape_interval: 15s", "scrape_interval: 1s\n  evaluation_interval: 1s")):
            self.assertEqual(1, configuration.count(example), example)
            configuration = configuration.replace(example, own)
        shutil.copy(ALERTS, folder)
        with open(os.path.join(folder, "argyle.password"), "w", encoding="utf-8") as file:
            file.write(server.admin.password.decode())
        path = os.path.join(folder, "prometheus.yml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(configuration)
        self.assertEqual(0, promtool(self, "check", "config", path).returncode)
        log = os.path.join(folder, "log")
        with open(log, "wb") as out:
            process = subprocess.Popen(["prometheus", "--config.file", path, "--storage.tsdb.path", os.path.join(folder, "data"),
                                        "--web.listen-address", "127.0.0.1:0"], stdout=out, stderr=out, stdin=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

        def listening():
            self.assertIsNone(process.poll(), "prometheus has ended")
            with open(log, encoding="utf-8", errors="replace") as file:
                found = re.findall(r'Listening on" address=127\.0\.0\.1:([1-9]\d*)', file.read())
            return int(found[0]) if found else None

        eventually(listening, "prometheus listens", 30)
        return listening()

    def ask(self, port, path, **parameters):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", f"/api/v1/{path}?{urllib.parse.urlencode(parameters)}")
            answer = connection.getresponse()
            text = answer.read()
            return json.loads(text)["data"] if answer.status == 200 else None
        except (ConnectionError, json.JSONDecodeError):
            return None
        finally:
            connection.close()

    def test_a_real_prometheus_scrapes_it(self):
        server = self.started({"socks": {"authentication": ["none"]}})
        port = self.prometheus(server)

        def target():
            found = (self.ask(port, "targets") or {}).get("activeTargets") or [{}]
            return found[0]

        eventually(lambda: target().get("health") == "up", "the target is up", 30)
        self.assertEqual("", target()["lastError"])
        echo = self.echo()
        client = self.tunnel(echo.host, echo.port, None)

        def answer(query):
            result = (self.ask(port, "query", query=query) or {}).get("result") or []
            return float(result[0]["value"][1]) if result else None

        eventually(lambda: answer("argyle_connections_open") == 1, "a query returns the open tunnel", 30)
        client.close()
        eventually(lambda: answer('sum(argyle_replies_total{rep="00"})') == 1, "a sum over series", 30)
        eventually(lambda: answer("histogram_quantile(0.5, argyle_dial_seconds_bucket)") is not None, "a quantile", 30)
        self.assertEqual(1, answer('up{job="argyle"}'))

        def rules():
            return [rule for group in (self.ask(port, "rules") or {}).get("groups", []) for rule in group["rules"]]

        eventually(lambda: len(rules()) > 5 and all(rule["health"] == "ok" for rule in rules()), "each alert can be evaluated", 30)


class FlightRecorder(MetricsCase):

    def tool(self, server, name, *arguments):
        """Runs a tool of the JDK that the server runs on; what it says."""
        path = os.path.join(os.path.dirname(os.readlink(f"/proc/{server.endpoints['pid']}/exe")), name)
        if not os.path.exists(path):
            self.skipTest(f"this Java has no {name}")
        done = subprocess.run([path, *arguments], capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        return done.stdout

    def test_a_recording_of_a_running_server_has_its_events_and_no_names(self):
        server = self.started(arguments=["-u", "ana:secret"])
        pid = str(server.endpoints["pid"])
        file = os.path.join(server.directory, "argyle.jfr")
        self.tool(server, "jcmd", pid, "JFR.start", "name=argyle")
        echo = self.echo()
        client = self.tunnel(echo.host, echo.port, Account(b"ana", b"secret"))
        client.send(b"twelve bytes").expect(b"twelve bytes", "the echo")
        client.close()
        eventually(lambda: self.value(server, "argyle_tunnel_seconds_count") == 1, "the tunnel has ended")
        self.tool(server, "jcmd", pid, "JFR.stop", "name=argyle", f"filename={file}")
        printed = self.tool(server, "jfr", "print", "--events", "dev.argyle.*", file)
        self.assertRegex(printed, r"(?s)dev\.argyle\.Handshake \{[^}]*method = \"password\"[^}]*outcome = \"request\"")
        self.assertRegex(printed, r"(?s)dev\.argyle\.Dial \{[^}]*connection = 1\n[^}]*reply = 0\n")
        self.assertRegex(printed, r"(?s)dev\.argyle\.TunnelEnd \{[^}]*reason = \"done\"[^}]*up = 12 bytes")
        self.assertIn("dev.argyle.PasswordHash {", printed)
        self.assertNotIn("stackTrace", printed)
        self.assertNotIn("ana", printed)
