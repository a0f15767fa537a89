"""Programs that go through the proxy, for the tests of docs/clients.md: a server as it comes, and a website behind it."""
import http.server
import os
import shutil
import subprocess
import tempfile
import threading

from harness import RIG, Case
from wire import Account, eventually

ANA = Account(b"ana", b"ana-Password-1")
AS_IT_COMES = {"authentication": ["password", "none"], "penalties": {"enabled": True}}
CONTENT = b"the proxied page\n"
PATIENCE = 120  # for what hangs; a program is done in seconds


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, and /page; announces of torrents are kept."""

    announced = []
    agents = []  # who asked for the page

    def __init__(self, *arguments):
        super().__init__(*arguments, directory=self.folder)

    def do_GET(self):
        if self.path.startswith("/announce"):
            Handler.announced.append(self.path)
            self.answer(b"d8:intervali1800e5:peers0:e")
        elif self.path == "/page":
            Handler.agents.append(self.headers.get("User-Agent", ""))
            self.answer(CONTENT)
        else:
            super().do_GET()

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Programs(Case):
    """A server as it comes, a server with accounts alone, and a website behind them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(dir=RIG.directory)

    def start_website(self, host="127.0.0.1"):
        """Until the test ends."""
        handler = type("Folder", (Handler,), {"folder": self.folder})
        self.website = http.server.ThreadingHTTPServer((host, 0), handler)
        self.website.daemon_threads = True
        threading.Thread(target=self.website.serve_forever, daemon=True).start()
        self.addCleanup(self.website.server_close)
        self.addCleanup(self.website.shutdown)

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts the server itself: use --serve")
        self.start_website()
        log = os.path.join(RIG.directory, f"clients-{next(RIG.numbers)}.log")
        self.access = log
        # As it comes: the suite's own configuration asks for a password and penalises nobody.
        self.server = self.own_server({"socks": AS_IT_COMES, "log": {"access": log}})

    def with_account(self):
        self.assertEqual(0, self.server.add_user(ANA))

    @property
    def port(self):
        return self.website.server_address[1]

    @property
    def url(self):
        return f"http://localhost:{self.port}/page"

    @property
    def proxy(self):
        return "{}:{}".format(*self.server.socks)

    def need(self, *programs):
        for program in programs:
            if not shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin"):
                self.skipTest(f"{program} is not installed")

    def run_client(self, *command, environment=None, said=CONTENT, stdin=b""):
        """Runs a program until it ends, and sees to it that it printed the page."""
        done = subprocess.run(command, input=stdin, capture_output=True, timeout=PATIENCE, check=False,
                              env={**os.environ, "no_proxy": "", **(environment or {})})
        self.assertIn(said, done.stdout, f"{command}: exit code {done.returncode}\n{done.stderr.decode(errors='replace')}")

    def logged(self, user, times=1):
        """The access log names the user, or nobody, for each connection."""
        def lines():
            with open(self.access, encoding="utf-8") as file:
                return [line for line in file if line.split("\t")[1] == user and f"\t{self.port}\t0\t" in line]
        eventually(lambda: len(lines()) >= times, f"{times} connections of {user}")

    @staticmethod
    def sbin(program):
        return shutil.which(program, path="/usr/sbin:/usr/bin")

    def free_address(self):
        """Where nobody listens."""
        listener = self.listener()
        listener.close()
        return listener.host, listener.port

    def ssh_server(self):
        """A server of OpenSSH until the test ends: its folder, in which root's key is "client", and its port."""
        sshd = self.sbin("sshd")
        if not sshd or os.getuid() != 0:
            self.skipTest("needs OpenSSH's server, and root to start one")
        folder = tempfile.mkdtemp(dir=RIG.directory)
        for key in ("host", "client"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(folder, key)], check=True, timeout=PATIENCE)
        address, port = self.free_address()
        configuration = os.path.join(folder, "sshd_config")
        with open(configuration, "w", encoding="ascii") as file:
            file.write(f"ListenAddress {address}\nPort {port}\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/client.pub\nStrictModes no\n"
                       "UsePAM no\nPermitRootLogin prohibit-password\nPidFile none\nSubsystem sftp internal-sftp\n")
        os.makedirs("/run/sshd", exist_ok=True)  # where it separates its privileges
        server = subprocess.Popen([sshd, "-D", "-e", "-f", configuration], stderr=subprocess.DEVNULL)

        def end():
            server.kill()
            server.wait()

        self.addCleanup(end)
        eventually(lambda: self.connects((address, port)), "the server of SSH listens")
        return folder, port

    # --- a request of HTTP by hand, for programs that are pipes

    def pipe(self, *command, environment=None):
        """A program whose standard input and output are a connection to the website."""
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **(environment or {})})
        try:
            process.stdin.write(b"GET /page HTTP/1.0\r\n\r\n")
            process.stdin.flush()
            out = b""
            timer = threading.Timer(PATIENCE, process.kill)
            timer.start()
            while CONTENT not in out and (piece := process.stdout.read1(65536)):
                out += piece
            timer.cancel()
            self.assertIn(CONTENT, out, f"{command}")
        finally:
            process.kill()
            process.communicate()
