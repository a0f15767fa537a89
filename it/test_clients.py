"""The programs of docs/clients.md: each works with the command that its row has, with an account and, where it can do without, in the default configuration."""
import glob
import os
import re
import subprocess
import tempfile
import threading

from harness import RIG, Case
from programs import AS_IT_COMES, CONTENT, PATIENCE, Handler, Programs
from wire import eventually

HERE = os.path.dirname(os.path.abspath(__file__))


class Clients(Programs):
    """Of the command line, and libraries."""

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
        folder, port = self.ssh_server()
        arguments = (str(port), "root", os.path.join(folder, "client"), "echo it is reached")
        self.library("JschExec.java", *arguments, said=b"it is reached\n")
        self.with_account()
        self.library("JschExec.java", *arguments, "ana", "ana-Password-1", said=b"it is reached\n")

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
            path, (host, port) = os.path.join(folder, "haproxy.cfg"), self.free_address()
            with open(path, "w", encoding="ascii") as file:
                file.write(f"""
defaults
  mode tcp
  timeout connect 10s
  timeout client 1h
  timeout server 1h
listen socks
  bind {host}:{port}
  server argyle {self.proxy} check send-proxy-v2
""")
            process = subprocess.Popen([self.sbin("haproxy"), "-db", "-f", path], stderr=subprocess.PIPE)
            try:
                eventually(lambda: self.connects((host, port)), "HAProxy listens")
                self.run_client("curl", "-sS", "--interface", "127.0.0.9", "-x", f"socks5h://ana:ana-Password-1@{host}:{port}", self.url)
            finally:
                process.kill()
                process.communicate()
        self.logged("ana")
        with open(self.access, encoding="utf-8") as file:
            self.assertRegex(file.read(), r"\tana\tA\t127\.0\.0\.9\t", "the client's address")

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
                host, port = self.free_address()
                common = ["--dev", "null", "--secret", key, "--cipher", "AES-256-CBC", "--ping", "1", "--verb", "3"]
                there, here = (["--proto", "udp"],) * 2 if kind == "udp" else (["--proto", "tcp-server"], ["--proto", "tcp-client"])
                ends = [self.openvpn(*common, *there, "--local", host, "--lport", str(port)),
                        self.openvpn(*common, *here, "--remote", host, str(port), "--nobind", "--socks-proxy", self.server.socks[0], str(self.server.socks[1]), login)]
                try:
                    self.said(ends[1], b"Peer Connection Initiated")
                finally:
                    for end in ends:
                        end.kill()
                        end.communicate()

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
        from test_applications import Applications  # here: its tests would be found in this module too
        with open(os.path.join(HERE, "..", "docs", "clients.md"), encoding="utf-8") as file:
            named = set(re.findall(r"`(test_\w+)`", file.read()))
        there = {name for kind in (Clients, Applications) for name in dir(kind) if name.startswith("test_")}
        self.assertEqual(there, named)
