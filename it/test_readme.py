"""README's first curl: a real HTTPS server behind the proxy, over IPv4, IPv6 and a name. And what README shows of `argyle ctl`."""
import hashlib
import http.server
import os
import random
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading

from harness import RIG, Case
from wire import Account, can_bind

ONCE = True  # it has nothing to do with the data plane

CONTENT = random.Random(1).randbytes(3_000_000)


class Handler(http.server.BaseHTTPRequestHandler):
    """GET gives CONTENT, POST the hash of what was sent."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(CONTENT)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(hashlib.sha256(body).hexdigest().encode())

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Secure(http.server.ThreadingHTTPServer):
    """An HTTPS server on a free port of one address."""

    daemon_threads = True

    def __init__(self, host, certificate, key):
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass  # a client that was refused on purpose

    def close(self):
        self.shutdown()
        self.server_close()


class FirstCurl(Case):

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.mkdtemp(prefix="argyle-https-")
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)
        cls.certificate, cls.key = (os.path.join(cls.directory, name) for name in ("certificate.pem", "key.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1",
                        "-keyout", cls.key, "-out", cls.certificate], check=True, capture_output=True, timeout=120)

    def website(self, host):
        return self.closing(Secure(self.own(host), self.certificate, self.key))

    def curl(self, url, *arguments, proxy="socks5h", account="the server's"):
        """Returns (curl's exit code, what it fetched, what it complained about)."""
        name, password = (word.decode() for word in (self.server.account if account == "the server's" else account))
        host, port = self.server.socks
        done = subprocess.run(["curl", "-sS", "--noproxy", "", "-m", "60", "-x", f"{proxy}://{name}:{password}@{host}:{port}",
                               "--cacert", self.certificate, *arguments, url], capture_output=True, timeout=120, check=False)
        return done.returncode, done.stdout, done.stderr.decode(errors="replace")

    def expect_content(self, url, **options):
        code, body, complaint = self.curl(url, **options)
        self.assertEqual((0, True), (code, body == CONTENT), f"{url}: {len(body)} octets of {len(CONTENT)}; {complaint}")

    def test_over_ipv4(self):
        self.expect_content(f"https://127.0.0.1:{self.website('127.0.0.1').server_port}/")

    def test_over_ipv6(self):
        self.expect_content(f"https://[::1]:{self.website('::1').server_port}/")

    def test_by_name(self):
        self.expect_content(f"https://localhost:{self.website('127.0.0.1').server_port}/")

    def test_by_name_that_the_client_resolves(self):
        self.expect_content(f"https://localhost:{self.website('127.0.0.1').server_port}/", proxy="socks5")

    def test_by_name_to_a_server_that_has_ipv6_alone(self):
        if not any(family == socket.AF_INET6 for family, *_ in socket.getaddrinfo("localhost", None)) or not can_bind("::1"):
            self.skipTest("localhost has no IPv6 address here")
        self.expect_content(f"https://localhost:{self.website('::1').server_port}/")

    def test_upload(self):
        upload = os.path.join(self.directory, "upload")
        with open(upload, "wb") as file:
            file.write(CONTENT)
        code, body, complaint = self.curl(f"https://127.0.0.1:{self.website('127.0.0.1').server_port}/", "--data-binary", f"@{upload}")
        self.assertEqual((0, hashlib.sha256(CONTENT).hexdigest()), (code, body.decode()), complaint)

    def test_wrong_password(self):
        account = Account(self.server.account.name, b"wrong")
        code, body, _ = self.curl(f"https://127.0.0.1:{self.website('127.0.0.1').server_port}/", account=account)
        self.assertEqual((97, b""), (code, body), "curl's exit code 97: the proxy handshake failed")


class Samples(Case):
    """What README shows under the commands of `argyle ctl` is what they print, but for the values."""

    def shown(self, command):
        with open(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "README.md"), encoding="utf-8") as file:
            return re.search(rf"^    \$ ./argyle {command}\n((?:    [^$\n].*\n)+)", file.read(), re.MULTILINE).group(1).splitlines()

    def printed(self, command):
        if RIG.fixed or os.path.basename(RIG.command[0]) != "argyle":
            self.skipTest("needs the argyle command: use --serve")
        done = subprocess.run([RIG.command[0], *command.split(), "--data", self.server.data], capture_output=True, text=True,
                              timeout=60, check=True)
        return done.stdout.splitlines()

    def test_status(self):
        names = [re.split(r" {2,}", line.strip())[0] for line in self.shown("ctl status")]
        printed = [re.split(r" {2,}", line)[0] for line in self.printed("ctl status")]
        self.assertEqual(names, [name for name in printed if name != "warning"])

    def test_connections(self):
        self.pair()
        self.assertEqual(self.shown("ctl connections")[0].split(), self.printed("ctl connections")[0].split())
