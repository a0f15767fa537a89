"""The HTTP door over TLS in the whole program: `argyle ctl` and `argyle top` know the server by its certificate."""
import os
import shutil
import socket
import ssl
import subprocess

from harness import RIG, Case
from system import descriptors, without_descriptors
from terminal import Terminal
from wire import eventually

ONCE = True  # it has nothing to do with the data plane

NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1"


class Https(Case):

    def setUp(self):
        if RIG.fixed or os.path.basename(RIG.command[0]) != "argyle":
            self.skipTest("needs the argyle command: use --serve")
        if not shutil.which("openssl"):
            self.skipTest("openssl is not installed")
        self.folder = os.path.join(RIG.directory, f"https-{next(RIG.numbers)}")
        os.makedirs(self.folder)
        self.certificate, self.key = self.file("certificate.pem"), self.file("key.pem")

    def file(self, name):
        return os.path.join(self.folder, name)

    @staticmethod
    def run_tool(*command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise AssertionError(f"{command}: {done.stdout}{done.stderr}")
        return done.stdout

    def put(self, certificate, key):
        """Puts both in the place of what the server was given."""
        os.replace(key, self.key)
        os.replace(certificate, self.certificate)

    def make(self, names=NAMES):
        """A certificate that has signed itself, in its place."""
        key, certificate = self.file("fresh.key"), self.file("fresh.pem")
        self.run_tool("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3",
                      "-subj", "/CN=argyle", "-addext", names, "-keyout", key, "-out", certificate)
        self.put(certificate, key)

    def make_expired(self):
        """openssl of many Debians cannot make one that has expired; Java's keytool can."""
        java = self.run_tool(RIG.command[0], "--java-home").strip()
        keytool = os.path.join(java, "bin", "keytool")
        if not os.path.exists(keytool):
            self.skipTest("this Java has no keytool")
        store = self.file("store.p12")
        self.run_tool(keytool, "-genkeypair", "-alias", "argyle", "-keyalg", "EC", "-dname", "CN=argyle", "-ext", "san=dns:localhost,ip:127.0.0.1",
                      "-startdate", "-3d", "-validity", "1", "-keystore", store, "-storepass", "changeit", "-storetype", "PKCS12")
        open_store = ("openssl", "pkcs12", "-in", store, "-passin", "pass:changeit", "-nodes")
        self.run_tool(*open_store, "-nokeys", "-out", self.file("old.pem"))
        self.run_tool(*open_store, "-nocerts", "-out", self.file("old.key"))
        self.put(self.file("old.pem"), self.file("old.key"))

    def started(self):
        tls = {"certificate": self.certificate, "key": self.key}
        self.server = self.own_server({"management": {"http": {"listen": "127.0.0.1:0", "tls": tls}}})
        self.password = self.file("password")
        with open(self.password, "wb") as file:
            file.write(self.server.admin.password + b"\n")
        return self.server

    def ctl(self, *arguments, expected=0):
        done = subprocess.run([RIG.command[0], "ctl", *arguments], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(expected, done.returncode, f"ctl {arguments}\n{done.stdout}{done.stderr}")
        return done.stdout if expected == 0 else done.stderr

    def here(self, *arguments, expected=0):
        return self.ctl("--data", self.server.data, "--via", "http", *arguments, expected=expected)

    def there(self, server, *options, expected=0):
        return self.ctl("--server", server, "--password-file", self.password, "--via", "http", *options, "status", expected=expected)

    def connected(self):
        return socket.create_connection(self.server.address("http"), timeout=30)

    def shown(self, connection=None):
        """The certificate that a client is shown, in DER."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # which one it is, is what is asked
        with connection or self.connected() as plain, context.wrap_socket(plain) as wire:
            return wire.getpeercert(True)

    def test_the_server_of_a_data_directory_is_known_by_its_certificate_also_when_it_was_replaced(self):
        self.make()
        server = self.started()
        self.assertRegex(self.here("status"), r"(?m)^server +running$")
        screen = Terminal([RIG.command[0], "top", "--data", server.data], 80, 24, {"TERM": "xterm"})
        self.addCleanup(screen.close)
        screen.wait("no open connections", "the screen")

        before = self.shown()
        self.make()
        eventually(lambda: self.shown() != before, "the new one is shown")
        self.assertRegex(self.here("status"), r"(?m)^server +running$")
        echo = self.echo()
        account = self.new_user()
        client = self.tunnel(echo.host, echo.port, account)
        screen.wait(f"{echo.host}:{echo.port}", "what was connected before goes on")
        client.close()

        pinned = os.path.join(server.data, "http-certificate.pem")
        self.assertEqual(0o644, os.stat(pinned).st_mode & 0o777)
        self.make()
        shutil.copy(self.certificate, self.file("kept.pem"))
        self.make()
        self.shown()  # it is taken up, and written
        shutil.copy(self.file("kept.pem"), pinned)
        self.assertIn("what listens there is not this server", self.here("status", expected=1))

        self.server.terminate()
        self.assertFalse(os.path.exists(pinned), "a server that has ended shows none")
        server.configuration["management"]["http"]["tls"] = {"certificate": None, "key": None}
        server.start()
        self.assertRegex(self.here("status"), r"(?m)^server +running$")

    def test_a_certificate_that_could_not_be_read_for_want_of_descriptors_is_read_when_there_are_some(self):
        self.make()
        server = self.started()
        pid = server.endpoints["pid"]
        sockets = descriptors(pid)["socket"]
        before = self.shown()
        eventually(lambda: descriptors(pid)["socket"] <= sockets, "the connection of that look is closed")
        with self.connected() as accepted:
            eventually(lambda: descriptors(pid)["socket"] > sockets, "a connection is accepted")
            with without_descriptors(pid):
                self.make()
                self.assertEqual(before, self.shown(accepted), "the old one stays in force")
        said = f"the old certificate stays: {self.certificate}: cannot be read: too many open files; raise the limit"
        self.assertIn(said, server.said())
        self.assertNotEqual(before, self.shown(), "the next handshake is with the new one")

    def test_another_server_is_trusted_by_name_date_and_authority(self):
        self.make()
        port = self.started().address("http")[1]
        server = f"https://localhost:{port}"
        self.assertRegex(self.there(server, "--ca", self.certificate), r"(?m)^server +running$")
        self.assertRegex(self.there(f"127.0.0.1:{port}", "--ca", self.certificate), r"(?m)^server +running$")
        self.assertRegex(self.there(server, expected=1), "the certificate is not trusted: its issuer is CN=argyle; give .* --ca FILE")
        self.assertIn(f"if it is HTTPS, write --server https://127.0.0.1:{port}", self.there(f"127.0.0.1:{port}", expected=1))
        self.assertIn("has no certificate in PEM", self.there(server, "--ca", self.key, expected=2))

        self.make("subjectAltName=DNS:proxy.example")
        said = self.there(server, "--ca", self.certificate, expected=1)
        self.assertIn("the certificate is for other names (proxy.example)", said)

        self.make_expired()
        said = self.there(server, "--ca", self.certificate, expected=1)
        self.assertRegex(said, r"the certificate expired on 20\d\d-\d\d-\d\dT\S+; give the server a new one \(management\.http\.tls\)")
        self.assertRegex(self.here("status"), r"(?m)^server +running$", "the server of the data directory is known, however old")

    def test_https_where_plain_http_is_spoken(self):
        self.make()
        self.server = self.own_server()
        self.password = self.file("password")
        with open(self.password, "wb") as file:
            file.write(self.server.admin.password + b"\n")
        port = self.server.address("http")[1]
        self.assertIn("does not speak TLS; leave out https://", self.there(f"https://127.0.0.1:{port}", expected=1))
        self.assertRegex(self.there(f"http://127.0.0.1:{port}/"), r"(?m)^server +running$")
