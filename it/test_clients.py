"""The programs of docs/clients.md: each works with the command that its row has, with an account and, where it can do without, in the default configuration."""
import glob
import http.server
import os
import re
import shutil
import subprocess
import tempfile
import threading

from harness import RIG, Case
from wire import Account, eventually

ANA = Account(b"ana", b"ana-Password-1")
HERE = os.path.dirname(os.path.abspath(__file__))
AS_IT_COMES = {"authentication": ["password", "none"], "penalties": {"enabled": True}}
CONTENT = b"the proxied page\n"
PATIENCE = 120  # for what hangs; a program is done in seconds


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, and /page; announces of torrents are kept."""

    announced = []

    def __init__(self, *arguments):
        super().__init__(*arguments, directory=self.folder)

    def do_GET(self):
        if self.path.startswith("/announce"):
            Handler.announced.append(self.path)
            self.answer(b"d8:intervali1800e5:peers0:e")
        elif self.path == "/page":
            self.answer(CONTENT)
        else:
            super().do_GET()

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Clients(Case):
    """A server as it comes, a server with accounts alone, and a website behind them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(dir=RIG.directory)
        handler = type("Folder", (Handler,), {"folder": cls.folder})
        cls.website = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        cls.website.daemon_threads = True
        threading.Thread(target=cls.website.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.website.server_close)
        cls.addClassCleanup(cls.website.shutdown)

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts the server itself: use --serve")
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

    # --- curl

    def test_curl(self):
        self.need("curl")
        self.run_client("curl", "-sS", "-x", f"socks5h://{self.proxy}", self.url)
        self.run_client("curl", "-sS", "-x", f"socks5://{self.proxy}", self.url)
        self.with_account()
        self.run_client("curl", "-sS", "-x", f"socks5h://ana:ana-Password-1@{self.proxy}", self.url)
        self.logged("-", 2)
        self.logged("ana")

    def test_curl_with_socks4_and_http_is_told_what_this_port_speaks(self):
        self.need("curl")
        done = subprocess.run(["curl", "-sS", "-x", f"http://{self.proxy}", self.url], capture_output=True, timeout=PATIENCE, check=False)
        self.assertIn(b"SOCKS 5", done.stdout, "the answer to a plain request of HTTP is shown")
        for _ in range(20):
            done = subprocess.run(["curl", "-sS", "-x", f"socks4://{self.proxy}", self.url], capture_output=True, timeout=PATIENCE, check=False)
            self.assertIn(b"rejected", done.stderr)
        self.run_client("curl", "-sS", "-x", f"socks5h://{self.proxy}", self.url)

    # --- Java

    def java(self, home, *account, expected=0):
        command = [os.path.join(home, "bin", "java"), "-XX:+UseSerialGC", "-Xmx256m", os.path.join(HERE, "HttpGet.java"), *self.server.socks[:1],
                   str(self.server.socks[1]), self.url, *account]
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
        self.assertEqual((expected, CONTENT * 2 if expected == 0 else b""), (done.returncode, done.stdout), done.stderr.decode())

    def test_java(self):
        """Without credentials it sends the system user's name and an empty password."""
        own = self.own_java()
        others = [home for home in glob.glob("/usr/lib/jvm/java-*-openjdk-*") if os.path.exists(os.path.join(home, "lib", "modules")) and
                  os.path.exists(os.path.join(home, "bin", "javac"))]
        self.java(own)
        self.with_account()
        for home in [own, *others]:
            with self.subTest(home):
                self.java(home)
                self.java(home, "ana", "ana-Password-1")
        self.logged("-", 4)
        self.logged("ana", 2)

    def libraries(self):
        """The class path of OkHttp and JSch, which Maven fetches once."""
        folder = os.path.join(HERE, "clients")
        jars = os.path.join(folder, "target")
        if not glob.glob(os.path.join(jars, "jsch-*.jar")):
            self.need("mvn")
            done = subprocess.run(["mvn", "-q", "-B", "-ntp", "-f", folder, "dependency:copy-dependencies"], capture_output=True,
                                  timeout=PATIENCE * 2, check=False, env={**os.environ, "JAVA_HOME": self.own_java()})
            if done.returncode:
                self.skipTest(f"Maven cannot fetch the libraries: {done.stdout.decode()[-300:]}")
        return os.path.join(jars, "*")

    @staticmethod
    def own_java():
        return subprocess.run([RIG.command[0], "--java-home"], capture_output=True, text=True, check=True, timeout=PATIENCE).stdout.strip()

    def library(self, program, *arguments, said=CONTENT):
        java = os.path.join(self.own_java(), "bin", "java")
        self.run_client(java, "-XX:+UseSerialGC", "-Xmx256m", "-cp", self.libraries(), os.path.join(HERE, "clients", program), *self.server.socks[:1],
                        str(self.server.socks[1]), *arguments, said=said)

    def test_okhttp(self):
        """As Java's own: without credentials it sends the system user's name and an empty password."""
        self.library("OkHttpGet.java", self.url)
        self.with_account()
        self.library("OkHttpGet.java", self.url, "ana", "ana-Password-1")
        self.logged("-")
        self.logged("ana")

    def test_jsch(self):
        """SSH from Java, through the proxy to a server of OpenSSH."""
        sshd = self.sbin("sshd")
        if not sshd or os.getuid() != 0:
            self.skipTest("needs OpenSSH's server, and root to start one")
        folder = tempfile.mkdtemp(dir=RIG.directory)
        for key in ("host", "client"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(folder, key)], check=True, timeout=PATIENCE)
        address, port = self.free_address().split(":")
        configuration = os.path.join(folder, "sshd_config")
        with open(configuration, "w", encoding="ascii") as file:
            file.write(f"ListenAddress {address}\nPort {port}\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/client.pub\nStrictModes no\n"
                       "UsePAM no\nPermitRootLogin prohibit-password\nPidFile none\n")
        os.makedirs("/run/sshd", exist_ok=True)  # where it separates its privileges
        server = subprocess.Popen([sshd, "-D", "-e", "-f", configuration], stderr=subprocess.DEVNULL)
        try:
            eventually(lambda: self.connects((address, int(port))), "the server of SSH listens")
            arguments = (port, "root", os.path.join(folder, "client"), "echo it is reached")
            self.library("JschExec.java", *arguments, said=b"it is reached\n")
            self.with_account()
            self.library("JschExec.java", *arguments, "ana", "ana-Password-1", said=b"it is reached\n")
        finally:
            server.kill()
            server.wait()

    # --- Node

    def test_socks_proxy_agent(self):
        self.need("node", "npm")
        folder = os.path.join(HERE, "clients")
        if not os.path.exists(os.path.join(folder, "node_modules", ".package-lock.json")):
            done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, timeout=PATIENCE, check=False)
            if done.returncode:
                self.skipTest("npm cannot fetch socks-proxy-agent")
        program = os.path.join(folder, "get.mjs")
        self.run_client("node", program, f"socks5h://{self.proxy}", self.url)
        self.with_account()
        self.run_client("node", program, f"socks5h://ana:ana-Password-1@{self.proxy}", self.url)
        self.logged("-")
        self.logged("ana")

    # --- ssh's proxy commands

    def test_openbsd_nc_which_has_no_login(self):
        self.need("nc.openbsd")
        self.pipe("nc.openbsd", "-X", "5", "-x", self.proxy, "127.0.0.1", str(self.port))
        self.logged("-")

    def test_ncat(self):
        self.need("ncat")
        self.pipe("ncat", "--proxy-type", "socks5", "--proxy", self.proxy, "127.0.0.1", str(self.port))
        self.with_account()
        self.pipe("ncat", "--proxy-type", "socks5", "--proxy", self.proxy, "--proxy-auth", "ana:ana-Password-1", "127.0.0.1", str(self.port))
        self.logged("-")
        self.logged("ana")

    def test_connect_proxy(self):
        self.need("connect-proxy")
        self.pipe("connect-proxy", "-5", "-S", self.proxy, "localhost", str(self.port), environment={"SOCKS5_USER": "", "SOCKS5_PASSWORD": ""})
        self.with_account()
        self.pipe("connect-proxy", "-5", "-S", f"ana@{self.proxy}", "localhost", str(self.port), environment={"SOCKS5_PASSWORD": "ana-Password-1"})
        self.logged("-")
        self.logged("ana")

    # --- git

    def test_git(self):
        self.need("git")
        repository = os.path.join(self.folder, "some.git")
        if not os.path.exists(repository):
            work = os.path.join(self.folder, "work")
            git = ["git", "-c", "user.name=ana", "-c", "user.email=ana@example.org", "-c", "init.defaultBranch=main"]
            subprocess.run([*git, "init", "-q", work], check=True, timeout=PATIENCE)
            subprocess.run([*git, "-C", work, "commit", "-q", "--allow-empty", "-m", "first"], check=True, timeout=PATIENCE)
            subprocess.run(["git", "clone", "-q", "--bare", work, repository], check=True, timeout=PATIENCE)
            subprocess.run(["git", "-C", repository, "update-server-info"], check=True, timeout=PATIENCE)
        url = f"http://localhost:{self.port}/some.git"
        self.run_client("git", "-c", f"http.proxy=socks5h://{self.proxy}", "ls-remote", url, said=b"refs/heads/main")
        self.with_account()
        self.run_client("git", "-c", f"http.proxy=socks5h://ana:ana-Password-1@{self.proxy}", "ls-remote", url, said=b"refs/heads/main")
        self.logged("-")
        self.logged("ana")

    # --- programs that know no proxy

    def test_proxychains(self):
        self.need("proxychains4", "curl")
        for account in ("", " ana ana-Password-1"):
            with self.subTest(account):
                if account:
                    self.with_account()
                path = os.path.join(self.folder, "proxychains.conf")
                with open(path, "w", encoding="ascii") as file:
                    file.write("strict_chain\nproxy_dns\n[ProxyList]\nsocks5 {} {}{}\n".format(*self.server.socks, account))
                self.run_client("proxychains4", "-q", "-f", path, "curl", "-sS", f"http://127.0.0.1:{self.port}/page")
        self.logged("-")
        self.logged("ana")

    # --- Python

    def test_pysocks(self):
        program = ("import socks,sys;s=socks.socksocket();s.set_proxy(socks.SOCKS5,sys.argv[1],int(sys.argv[2]),True,*sys.argv[4:]);"
                   "s.connect(('localhost',int(sys.argv[3])));s.sendall(b'GET /page HTTP/1.0\\r\\n\\r\\n');"
                   "print(b''.join(iter(lambda:s.recv(9999),b'')).decode())")
        if not glob.glob("/usr/lib/python3/dist-packages/socks.py"):
            self.skipTest("python3-socks is not installed")
        arguments = [self.server.socks[0], str(self.server.socks[1]), str(self.port)]
        self.run_client("/usr/bin/python3", "-c", program, *arguments)
        self.with_account()
        self.run_client("/usr/bin/python3", "-c", program, *arguments, "ana", "ana-Password-1")
        self.logged("-")
        self.logged("ana")

    # --- libtorrent

    def test_libtorrent(self):
        if not glob.glob("/usr/lib/python3/dist-packages/libtorrent*"):
            self.skipTest("python3-libtorrent is not installed")
        self.with_account()
        program = """
import libtorrent, sys, time
host, port, tracker = sys.argv[1], int(sys.argv[2]), sys.argv[3]
session = libtorrent.session({"proxy_type": 3, "proxy_hostname": host, "proxy_port": port, "proxy_username": "ana", "proxy_password": "ana-Password-1",
    "proxy_hostnames": True, "proxy_peer_connections": True, "proxy_tracker_connections": True, "enable_dht": False, "enable_lsd": False,
    "enable_upnp": False, "enable_natpmp": False, "listen_interfaces": "127.0.0.1:0", "ssrf_mitigation": False})
magnet = libtorrent.parse_magnet_uri("magnet:?xt=urn:btih:" + "ab" * 20 + "&tr=" + tracker)
magnet.save_path = "/tmp"
session.add_torrent(magnet)
time.sleep(60)
"""
        Handler.announced.clear()
        process = subprocess.Popen(["/usr/bin/python3", "-c", program, self.server.socks[0], str(self.server.socks[1]), f"http://localhost:{self.port}/announce"],
                                   stderr=subprocess.PIPE)
        try:
            eventually(lambda: Handler.announced, "the tracker is asked through the proxy", 50)
        finally:
            process.kill()
            process.communicate()
        self.logged("ana")

    # --- HAProxy in front

    def test_haproxy_in_front(self):
        """With send-proxy-v2 the access log has the client's address, not the balancer's."""
        self.need("haproxy", "curl")
        self.server = self.own_server({"socks": {**AS_IT_COMES, "proxy-protocol": {"from": ["127.0.0.1/32"]}}, "log": {"access": self.access}})
        self.with_account()
        with tempfile.TemporaryDirectory(dir=RIG.directory) as folder:
            path = os.path.join(folder, "haproxy.cfg")
            with open(path, "w", encoding="ascii") as file:
                file.write(f"""
defaults
  mode tcp
  timeout connect 10s
  timeout client 1h
  timeout server 1h
listen socks
  bind {self.free_address()}
  server argyle {self.proxy} check send-proxy-v2
""")
            process = subprocess.Popen([self.sbin("haproxy"), "-db", "-f", path], stderr=subprocess.PIPE)
            try:
                eventually(lambda: self.connects(self.balancer), "HAProxy listens")
                self.run_client("curl", "-sS", "--interface", "127.0.0.9", "-x", "socks5h://ana:ana-Password-1@{}:{}".format(*self.balancer), self.url)
            finally:
                process.kill()
                process.communicate()
        self.logged("ana")
        with open(self.access, encoding="utf-8") as file:
            self.assertRegex(file.read(), r"\tana\tA\t127\.0\.0\.9\t", "the client's address")

    def free_address(self):
        listener = self.listener()
        self.balancer = (listener.host, listener.port)
        listener.close()
        return "{}:{}".format(*self.balancer)

    # --- OpenVPN

    def test_openvpn_over_udp_and_tcp(self):
        """Without a device: the two ends have met once they have had a packet of each other's."""
        self.need("openvpn")
        self.with_account()
        for kind in ("udp", "tcp"):
            with self.subTest(kind), tempfile.TemporaryDirectory(dir=RIG.directory) as folder:
                key, login = os.path.join(folder, "key"), os.path.join(folder, "login")
                subprocess.run([self.sbin("openvpn"), "--genkey", "secret", key], check=True, timeout=PATIENCE, stdout=subprocess.DEVNULL)
                with open(login, "w", encoding="ascii") as file:
                    file.write("ana\nana-Password-1\n")
                os.chmod(login, 0o600)
                host, port = self.free_address().split(":")
                common = ["--dev", "null", "--secret", key, "--cipher", "AES-256-CBC", "--ping", "1", "--verb", "3"]
                there, here = (["--proto", "udp"],) * 2 if kind == "udp" else (["--proto", "tcp-server"], ["--proto", "tcp-client"])
                ends = [self.openvpn(*common, *there, "--local", host, "--lport", port),
                        self.openvpn(*common, *here, "--remote", host, port, "--nobind", "--socks-proxy", self.server.socks[0], str(self.server.socks[1]), login)]
                try:
                    self.said(ends[1], b"Peer Connection Initiated")
                finally:
                    for end in ends:
                        end.kill()
                        end.communicate()

    @staticmethod
    def sbin(program):
        return shutil.which(program, path="/usr/sbin:/usr/bin")

    def openvpn(self, *options):
        return subprocess.Popen([self.sbin("openvpn"), *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def said(self, process, words):
        """Reads a program's output until it has these words."""
        out, timer = b"", threading.Timer(PATIENCE, process.kill)
        timer.start()
        while words not in out and (piece := process.stdout.read1(65536)):
            out += piece
        timer.cancel()
        self.assertIn(words, out)


class Page(Case):
    """docs/clients.md and the tests above name the same programs."""

    def setUp(self):
        pass

    def tearDown(self):
        pass

    def test_each_row_names_a_test_that_exists(self):
        with open(os.path.join(HERE, "..", "docs", "clients.md"), encoding="utf-8") as file:
            named = set(re.findall(r"`(test_\w+)`", file.read()))
        there = {name for name in dir(Clients) if name.startswith("test_")}
        self.assertEqual(there, named)
