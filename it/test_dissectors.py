"""Real servers of Debian's behind the dissectors, and real clients in front of the proxy."""
import atexit
import base64
import ftplib
import http.client
import imaplib
import poplib
import shutil
import smtplib
import socket
import subprocess
import threading

from clear_text_servers import NAME, PASSWORD, ClearTextServers
from harness import Case
from wire import Account, eventually, random_octets

SERVERS = ClearTextServers()
atexit.register(SERVERS.close)
OF_THE_PROXY = "proxy-ana"


class Dissected(Case):
    """A proxy with its dissectors on."""

    secrets = "masked"

    def setUp(self):
        self.server = self.own_server({"dissectors": {"enabled": True, "secrets": self.secrets}}, ["-u", OF_THE_PROXY + ":proxy-pw"])

    def port(self, protocol):
        port = SERVERS.port(protocol)
        if port is None:
            self.skipTest(f"no server for {protocol} is installed")
        return port

    def through(self, port):
        """A plain socket whose peer is behind the proxy."""
        sock = socket.create_connection(self.server.socks, 10)
        self.addCleanup(sock.close)
        name, password = OF_THE_PROXY.encode(), b"proxy-pw"
        for message, answer in ((b"\x05\x01\x02", 2), (b"\x01%c%b%c%b" % (len(name), name, len(password), password), 2),
                                (b"\x05\x01\x00\x01\x7f\x00\x00\x01" + port.to_bytes(2, "big"), 10)):
            sock.sendall(message)
            got = b""
            while len(got) < answer:
                got += sock.recv(answer - len(got))
        return sock

    def found(self):
        return [fields[1:] for fields in self.log_lines() if len(fields) == 8 and fields[2] == "P"]

    def expect_found(self, protocol, port, user=NAME, password="********"):
        wanted = [[OF_THE_PROXY, "P", protocol, "127.0.0.1", str(port), user, password]]
        eventually(self.found, f"a P line for {protocol}")
        self.assertEqual(wanted, self.found(), "accepted, once, masked; nothing else")
        with open(self.server.access_log, encoding="utf-8") as log:
            self.assertEqual(password == PASSWORD, PASSWORD in log.read(), "masked unless `secrets: full`")


class PythonsClients(Dissected):

    def client(self, protocol, of, port):
        """A client of Python's library whose connection goes through the proxy."""
        through = self.through(port)

        class Proxied(of):
            def _create_socket(self, *_):
                return through

            def _get_socket(self, *_):
                return through
        return Proxied("127.0.0.1", port)

    def test_pop3(self):
        port = self.port("pop3")
        refused = self.client("pop3", poplib.POP3, port)
        refused.user(NAME)
        self.assertRaises(poplib.error_proto, refused.pass_, "wrong")
        refused.user(NAME)
        refused.pass_(PASSWORD)
        self.assertEqual((0, 0), refused.stat())
        refused.quit()
        self.expect_found("POP3", port)

    def test_pop3_apop(self):
        port = self.port("pop3")
        client = self.client("pop3", poplib.POP3, port)
        client.apop(NAME, PASSWORD)
        client.quit()
        self.expect_found("APOP", port)

    def test_imap_login(self):
        port = self.port("imap")
        client = self.client("imap", imaplib.IMAP4, port)
        self.assertRaises(imaplib.IMAP4.error, client.login, NAME, "wrong")
        client.login(NAME, PASSWORD)
        client.select("INBOX")
        client.logout()
        self.expect_found("IMAP", port)

    def test_imap_authenticate(self):
        port = self.port("imap")
        client = self.client("imap", imaplib.IMAP4, port)
        client.authenticate("PLAIN", lambda _: f"\0{NAME}\0{PASSWORD}".encode())
        client.logout()
        self.expect_found("IMAP", port)

    def test_imap_login_with_literals(self):
        port = self.port("imap")
        sock = self.through(port)
        lines = sock.makefile("rb")
        lines.readline()
        for part in (f"x LOGIN {{{len(NAME)}}}\r\n", f"{NAME} {{{len(PASSWORD)}}}\r\n"):
            sock.sendall(part.encode())
            self.assertEqual(b"+", lines.readline()[:1])
        sock.sendall(PASSWORD.encode() + b"\r\n")
        eventually(lambda: lines.readline().startswith(b"x OK"), "logged in")
        self.expect_found("IMAP", port)

    def test_smtp(self):
        port = self.port("smtp")
        for methods in (["PLAIN"], ["LOGIN"]):
            with self.subTest(methods=methods):
                self.setUp()
                client = self.client("smtp", smtplib.SMTP, port)
                client.ehlo()
                client.user, client.password = NAME, PASSWORD
                client.auth(methods[0], client.auth_plain if methods == ["PLAIN"] else client.auth_login)
                client.sendmail("ana@example.org", ["eva@example.org"], "Subject: x\r\n\r\nAUTH PLAIN in a text\r\n")
                client.quit()
                self.expect_found("SMTP", port)

    def test_smtp_refused(self):
        port = self.port("smtp")
        client = self.client("smtp", smtplib.SMTP, port)
        self.assertRaises(smtplib.SMTPAuthenticationError, client.login, NAME, "wrong")
        client.quit()
        client.close()
        eventually(lambda: [fields for fields in self.log_lines() if len(fields) == 12], "the tunnel has ended")
        self.assertEqual([], self.found())

    def test_ftp(self):
        port = self.port("ftp")
        through = self.through(port)
        client = ftplib.FTP()
        client.sock, client.af, client.timeout = through, socket.AF_INET, 10
        client.file = through.makefile("r", encoding="utf-8")
        client.welcome = client.getresp()
        self.assertRaises(ftplib.error_perm, client.login, NAME, "wrong")
        client.login(NAME, PASSWORD)
        client.quit()
        self.expect_found("FTP", port)

    def test_http_keep_alive(self):
        port = self.port("http")
        client = http.client.HTTPConnection("127.0.0.1", port)
        client.sock = self.through(port)
        for path, password, status in (("/", None, 200), ("/private/", None, 401), ("/private/", "wrong", 401),
                                       ("/private/", PASSWORD, 200), ("/private/", PASSWORD, 200)):
            secret = base64.b64encode(f"{NAME}:{password}".encode()).decode()
            client.request("GET", path, headers={"Authorization": "Basic " + secret} if password else {})
            answer = client.getresponse()
            answer.read()
            self.assertEqual(status, answer.status)
        client.close()
        self.expect_found("HTTP", port)


class Curl(Dissected):

    def curl(self, url, *arguments):
        if not shutil.which("curl"):
            self.skipTest("curl is not installed")
        done = subprocess.run(
            ["curl", "-sS", "--max-time", "20", "-x", "socks5h://{}:proxy-pw@{}:{}".format(OF_THE_PROXY, *self.server.socks),
             "-u", f"{NAME}:{PASSWORD}", *arguments, url], capture_output=True, check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(0, done.returncode, done.stderr.decode())
        return done.stdout

    def test_each_protocol(self):
        for protocol, path, arguments in (("pop3", "/", []), ("pop3", "/", ["--login-options", "AUTH=LOGIN"]),
                                          ("imap", "/", ["--login-options", "AUTH=PLAIN", "--sasl-ir"]), ("imap", "/", []),
                                          ("ftp", "/", ["--disable-epsv"]), ("http", "/private/", []),
                                          ("smtp", "/", ["--mail-from", "a@example.org", "--mail-rcpt", "b@example.org", "-T", "/dev/null"])):
            with self.subTest(protocol=protocol, arguments=arguments):
                self.setUp()
                port = self.port(protocol)
                self.curl(f"{protocol}://127.0.0.1:{port}{path}", *arguments)
                self.expect_found(protocol.upper(), port)


class InFull(Dissected):
    """`secrets: full`, where the password is the point."""

    secrets = "full"

    def test_password_is_written_out(self):
        port = self.port("pop3")
        client = poplib_through(self, port)
        client.user(NAME)
        client.pass_(PASSWORD)
        client.quit()
        self.expect_found("POP3", port, password=PASSWORD)

    def test_apop_shows_its_digest_for_the_secret_is_not_sent(self):
        client = poplib_through(self, self.port("pop3"))
        client.apop(NAME, PASSWORD)
        client.quit()
        eventually(self.found, "a P line")
        self.assertEqual(("APOP", NAME), (self.found()[0][2], self.found()[0][5]))
        self.assertRegex(self.found()[0][6], "^[0-9a-f]{32}$")


class SwitchedOff(Dissected):
    """-N, whatever the configuration says."""

    def setUp(self):
        self.server = self.own_server({"dissectors": {"enabled": True}}, ["-N", "-u", OF_THE_PROXY + ":proxy-pw"])

    def test_nothing_is_found(self):
        client = poplib_through(self, self.port("pop3"))
        client.user(NAME)
        client.pass_(PASSWORD)
        client.quit()
        eventually(lambda: [fields for fields in self.log_lines() if len(fields) == 12], "the tunnel has ended")
        self.assertEqual([], self.found())


class Bulk(Dissected):
    """What no dissector knows, what stops being a login, and what waits behind a slow reader."""

    def test_octets_arrive_as_they_were_sent(self):
        data = random_octets(8 << 20, 5)
        for opening in (b"", b"+OK ready\r\n", b"220 ready\r\n", b"HTTP/1.1 200 OK\r\n\r\n"):
            with self.subTest(opening=opening):
                client, target = self.pair(account=self.proxy_account())
                for sender, receiver, octets in ((target, client, opening + data), (client, target, data)):
                    sending = threading.Thread(target=sender.send, args=(octets,))
                    sending.start()
                    receiver.expect(octets, "a byte pipe")
                    sending.join()
                client.close()
                target.close()

    def test_what_waits_behind_a_slow_reader_is_seen_once(self):
        """The client pipelines more than its server takes at once; every answer is counted against one command."""
        client, target = self.pair(account=self.proxy_account())
        port = target.here[1]
        target.send(b"+OK ready\r\n")
        client.expect(b"+OK ready\r\n", "a byte pipe")
        idle = b"NOOP " + b"x" * 8000 + b"\r\n"
        sent = idle * 20 + b"USER ana\r\nPASS wrong\r\nUSER ana\r\nPASS " + PASSWORD.encode() + b"\r\n"
        client.send(sent)
        target.expect(sent, "a byte pipe")
        target.send(b"+OK\r\n" * 21 + b"-ERR\r\n" + b"+OK\r\n" * 2)
        self.expect_found("POP3", port)

    def proxy_account(self):
        return Account(OF_THE_PROXY.encode(), b"proxy-pw")


def poplib_through(case, port):
    """Python's POP3 client behind the proxy."""
    through = case.through(port)

    class Proxied(poplib.POP3):
        def _create_socket(self, *_):
            return through
    return Proxied("127.0.0.1", port)
