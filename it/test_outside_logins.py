"""Logins that others decide: a service by HTTP and a real slapd; right, wrong, slow, away, and lying. Passwords are in no log."""
import contextlib
import itertools
import os
import resource
import selectors
import socket
import subprocess
import sys
import threading
import time

import directory
from harness import RIG, Case
from login_hook import Hook
from management_http import Api
from system import descriptors
from wire import CONNECT, SUCCEEDED, Account, eventually

ONCE = True  # it has nothing to do with the data plane

ANA = Account(b"ana", b"ana-Canary-4711")
BEN = Account(b"ben", b"ben-Canary-0815")
WRONG = Account(b"ana", b"wrong-Canary-1")
HERE = Account(b"boss", b"boss-Canary-99")
PASSWORDS = [account.password.decode() for account in (ANA, BEN, WRONG, HERE)]
RULE = "docs/outside-logins.md"
PATIENCE = 20
SECRET = "hook-Secret-5"


class Cutting:
    """Passes octets on to a port, and cuts a connection when so many pieces have come from the client; None: not at all."""

    def __init__(self, target):
        self.target, self.pieces, self.heard, self.connections = target, None, bytearray(), 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                self.connections += 1
                server = socket.create_connection(("127.0.0.1", self.target), PATIENCE)
                threading.Thread(target=self.up, args=(client, server), daemon=True).start()
                threading.Thread(target=self.down, args=(client, server), daemon=True).start()

    def up(self, client, server):
        pieces = 0
        with contextlib.suppress(OSError), client, server:
            while octets := client.recv(1 << 16):
                self.heard += octets
                server.sendall(octets)
                pieces += 1
                if pieces == self.pieces:
                    client.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def down(client, server):
        with contextlib.suppress(OSError):
            while octets := server.recv(1 << 16):
                client.sendall(octets)
            client.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.listener.close()


class Crowd:
    """Clients that all log in at once, from some addresses of loopback; one thread watches them."""

    SOURCES = [f"127.0.0.{number}" for number in range(2, 10)]  # one source has a third of the descriptors at most

    def __init__(self, proxy, accounts):
        self.proxy, self.accounts, self.answers, self.lost = proxy, accounts, {}, {}
        self.selector = selectors.DefaultSelector()

    def run(self, seconds):
        """What each was answered, by its place: the status of RFC 1929. `lost`: why there was no answer."""
        for place in range(len(self.accounts)):
            client = socket.socket()
            client.setblocking(False)
            client.bind((self.SOURCES[place % len(self.SOURCES)], 0))
            client.connect_ex(self.proxy)
            self.selector.register(client, selectors.EVENT_WRITE, (place, bytearray()))
        deadline = time.monotonic() + seconds
        while self.selector.get_map() and time.monotonic() < deadline:
            for key, _ in self.selector.select(1):
                self.event(key)
        for key in list(self.selector.get_map().values()):
            self.end(key, "no answer in time")
        self.selector.close()

    def event(self, key):
        place, heard = key.data
        name, password = self.accounts[place]
        try:
            if key.events == selectors.EVENT_WRITE:
                key.fileobj.send(b"\5\1\2" + bytes([1, len(name)]) + name + bytes([len(password)]) + password)
                self.selector.modify(key.fileobj, selectors.EVENT_READ, key.data)
                return
            octets = key.fileobj.recv(16)
            heard += octets
            if len(heard) >= 4:
                self.answers[place] = heard[3]
                self.end(key, None)
            elif not octets:
                self.end(key, f"closed behind {heard.hex()}")
        except OSError as failed:
            self.end(key, str(failed))

    def end(self, key, why):
        if why:
            self.lost[key.data[0]] = why
        self.selector.unregister(key.fileobj)
        key.fileobj.close()


class OutsideLogins(Case):

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts the server itself: use --serve")

    def serve(self, accounts, **others):
        changes = {"accounts": accounts, "plans": {"gold": {"connections": 7}}, "socks": {"authentication": ["password"], "handshake-timeout": "20s"},
                   "log": {"format": "json"}, **others}
        self.server = self.own_server(changes)
        self.addCleanup(self.no_password_was_written)
        self.api = Api(self.server)

    def no_password_was_written(self):
        """In no file of the server: not in logs, not in the accounts, not in the history."""
        for folder, _, names in os.walk(self.server.directory):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    octets = file.read()
                for password in PASSWORDS + [SECRET, directory.SEARCHER_PASSWORD]:
                    self.assertNotIn(password.encode(), octets, f"{name} has a password")

    def status(self, account):
        """The status of RFC 1929 that a login is answered with."""
        client = self.client(address=self.server.socks).send("05 01 02")
        client.expect("05 02", "a password is asked for")
        name, password = account
        client.send(bytes([1, len(name)]) + name + bytes([len(password)]) + password)
        answer = client.read(2, f"{RULE}: a login is answered", within=PATIENCE)
        client.close()
        return answer[1]

    def is_let_in(self, account):
        return self.status(account) == 0

    def failures(self):
        """Credentials found wrong, at the server's doors included."""
        page = self.api.exchange("GET", "/metrics")[1].decode()
        return int(float(next(line.split()[-1] for line in page.splitlines() if line.startswith("argyle_authentication_failures_total "))))

    def account(self, name):
        return next((user for user in self.api.get("/users")["items"] if user["name"] == name), None)


class Http(OutsideLogins):

    def setUp(self):
        super().setUp()
        folder = os.path.join(RIG.directory, "hook")
        os.makedirs(folder, exist_ok=True)
        self.ca = directory.certificate(folder)
        self.secret = os.path.join(folder, "hook.secret.txt")
        with open(self.secret, "w", encoding="utf-8") as file:
            file.write(SECRET + "\n")
        self.hook = Hook({"ana": "ana-Canary-4711", "ben": "ben-Canary-0815"}, SECRET, (self.ca, os.path.join(folder, "key.pem")))
        self.addCleanup(self.hook.close)

    def with_hook(self, order=("local", "http"), **http):
        return {"authenticate": list(order), "http": {"url": self.hook.url, "ca": self.ca, "secret-file": self.secret, **http}}

    def test_right_wrong_plan_and_a_password_of_its_own(self):
        self.serve(self.with_hook())
        self.hook.extra = {"plan": "gold", "limits": {"note": "by the hook"}}
        target = self.listener("127.0.0.2")
        client = self.login(ANA).ask(CONNECT, target.host, target.port)
        client.expect_reply(SUCCEEDED, f"{RULE}: who the service knows is let in")
        question = self.hook.asked[0]
        self.assertEqual({"name", "password", "client", "listener"}, set(question), RULE)
        self.assertEqual(("ana", "127.0.0.1", f"127.0.0.1:{self.server.socks[1]}"), (question["name"], question["client"], question["listener"]), RULE)
        user = self.account("ana")
        self.assertEqual(("gold", {"note": "by the hook"}), (user["plan"], user["limits"]), f"{RULE}: plan and attributes are the account's")
        self.assertFalse(self.is_let_in(WRONG), f"{RULE}: a wrong password is one")
        self.assertEqual(1, self.failures(), f"{RULE}: and is logged and counted as one")
        self.assertEqual(0, self.server.add_user(HERE))
        asked = len(self.hook.asked)
        self.assertTrue(self.is_let_in(HERE), f"{RULE}: a name with a password here is decided here")
        self.assertEqual(asked, len(self.hook.asked), f"{RULE}: alone")
        self.api.send("PATCH", "/users/ana", {"enabled": False})
        client.expect_closed(f"{RULE}: disabled here means disabled")
        self.assertFalse(self.is_let_in(ANA), f"{RULE}: whatever the service says")

    def test_away_those_who_are_remembered_get_in_and_it_is_said_once(self):
        self.serve(self.with_hook(timeout="5s"), socks={"authentication": ["password"], "handshake-timeout": "20s"})
        self.assertTrue(self.is_let_in(ANA))
        self.hook.close()
        for _ in range(2):
            self.assertTrue(self.is_let_in(ANA), f"{RULE}: remembered")
            self.assertNotEqual(0, self.status(BEN), f"{RULE}: X'01' for others")
        self.assertEqual(1, self.server.said().count("accounts.http: no answer about a login"), f"{RULE}: said once\n{self.server.said()}")
        self.assertEqual(0, self.failures(), f"{RULE}: nobody's failing")

    def test_lies(self):
        self.serve(self.with_hook(timeout="3s", remember="0"))
        for mode in ("stuck", "redirect", "huge", "echo", "limit"):
            self.hook.mode = mode
            self.assertNotEqual(0, self.status(ANA), f"{RULE}: {mode} is no answer")
        self.assertEqual(0, self.hook.elsewhere, f"{RULE}: a redirect is not followed")
        self.hook.mode = None
        self.assertTrue(self.is_let_in(ANA), f"{RULE}: and then it tells the truth")
        self.assertEqual(0, self.failures(), f"{RULE}: nobody's failing")
        with open(self.secret, "w", encoding="utf-8") as file:
            file.write("another\n")
        self.assertNotEqual(0, self.status(ANA), f"{RULE}: a wrong secret is not the client's failing")

    def test_many_at_once_are_bounded_and_all_get_in(self):
        self.serve(self.with_hook(**{"max-concurrent": 16}, timeout="10s"), socks={"authentication": ["password"], "handshake-timeout": "1m"})
        self.hook.users = {f"user{i}": f"user{i}-password" for i in range(200)}
        self.hook.mode = "slow"
        refused = []

        def one(i):
            if not self.is_let_in(Account(f"user{i}".encode(), f"user{i}-password".encode())):
                refused.append(i)

        threads = [threading.Thread(target=one, args=(i,)) for i in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual([], refused, f"{RULE}: all that are right get in")
        self.assertLessEqual(self.hook.most, 4, f"{RULE}: a source has a quarter of max-concurrent")

    def test_a_crowd_at_once_is_answered_and_leaves_nothing_behind(self):
        """CROWD=10000 was run by hand: docs/performance.md. Each needs a descriptor here and one in the server."""
        count = int(os.environ.get("CROWD", "1000"))
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < count + 1000:
            self.skipTest(f"needs {count + 1000} descriptors; the limit is {hard}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        self.serve(self.with_hook(timeout="1m"), socks={"authentication": ["password"], "handshake-timeout": "10m", "max-unauthenticated": 4 * count,
                                                        "penalties": {"enabled": False}})
        self.hook.users = {f"user{i}": f"right{i}" for i in range(count)}
        accounts = [Account(f"user{i}".encode(), f"{'wrong' if i % 50 == 0 else 'right'}{i}".encode()) for i in range(count)]
        self.assertTrue(self.is_let_in(accounts[1]), RULE)
        pid = self.server.endpoints["pid"]
        before, most, over = descriptors(pid), [0], threading.Event()

        def watch():
            while not over.wait(0.1):
                most[0] = max(most[0], len(os.listdir(f"/proc/{pid}/task")))

        watching = threading.Thread(target=watch)
        watching.start()
        crowd, begun = Crowd(self.server.socks, accounts), time.monotonic()
        crowd.run(300)
        took = time.monotonic() - begun
        over.set()
        watching.join()
        self.assertEqual({}, crowd.lost, f"{RULE}: each gets an answer")
        wrong = {place for place, status in crowd.answers.items() if status}
        self.assertEqual({place for place in range(count) if place % 50 == 0}, wrong, f"{RULE}: the right one")
        self.assertLessEqual(self.hook.most, 64, f"{RULE}: accounts.http.max-concurrent")
        self.assertLess(most[0], 100, "docs/architecture.md: no thread a login")
        eventually(lambda: sum(descriptors(pid).values()) <= sum(before.values()) + 64 + 16, "no login leaves a descriptor", 60)
        print(f"{count} logins at once: answered within {took:.1f} s, {most[0]} threads at most", file=sys.stderr)

    def test_a_service_that_others_have_certified_is_not_asked(self):
        folder = os.path.join(RIG.directory, "other-ca")
        os.makedirs(folder, exist_ok=True)
        self.serve(self.with_hook(ca=directory.certificate(folder)))
        self.assertNotEqual(0, self.status(ANA), RULE)
        self.assertEqual([], self.hook.asked, f"{RULE}: it gets no password")
        self.assertIn("TLS: ", self.server.said())


class Pam(OutsideLogins):
    """The example of docs/outside-logins.md as it stands there, but for a path and a port: it asks the system's PAM and pam_unix, which
    see files of the test's own in place of /etc/passwd, /etc/shadow and /etc/pam.d (in a mount namespace: nothing outside is changed)."""

    PLACES = "mount --bind $0/passwd /etc/passwd && mount --bind $0/shadow /etc/shadow && mount --bind $0/pam.d /etc/pam.d"

    def setUp(self):
        super().setUp()
        self.folder = os.path.join(RIG.directory, "pam")
        os.makedirs(os.path.join(self.folder, "pam.d"), exist_ok=True)
        self.secret = self.write("hook.secret", SECRET + "\n")
        self.write("pam.d/argyle", "auth required pam_unix.so\naccount required pam_unix.so\n")
        self.write("passwd", "root:x:0:0::/:/bin/sh\n" + "".join(f"{name}:x:2000{at}:20000::/:/bin/sh\n" for at, name in enumerate(("ana", "ben"))))
        hashed = {account.name.decode(): self.hashed(account.password) for account in (ANA, BEN)}
        self.write("shadow", f"root:*:19000:0:99999:7:::\nana:{hashed['ana']}:19000:0:99999:7:::\nben:{hashed['ben']}:19000:0:99999:7::19001:\n")
        lacking = subprocess.run(["/usr/bin/python3", "-c", "import pam"], capture_output=True, text=True, timeout=60, check=False)
        if lacking.returncode:
            self.skipTest("needs python3-pampy and python3-six: " + lacking.stderr.strip().rpartition("\n")[2])
        if subprocess.run(["unshare", "--mount", "sh", "-c", self.PLACES, self.folder], capture_output=True, timeout=60, check=False).returncode:
            self.skipTest("needs the right to make a mount namespace (CAP_SYS_ADMIN)")

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    @staticmethod
    def hashed(password):
        return subprocess.run(["openssl", "passwd", "-6", "-stdin"], input=password + b"\n", capture_output=True, timeout=60, check=True).stdout.decode().strip()

    @staticmethod
    def example():
        with open(os.path.join(os.path.dirname(__file__), "..", "docs", "outside-logins.md"), encoding="utf-8") as file:
            lines = file.read().split("### PAM, by the hook", 1)[1].splitlines()
        first = lines.index("    #!/usr/bin/python3")
        code = itertools.takewhile(lambda line: not line or line.startswith("    "), lines[first:])
        return "\n".join(line[4:] for line in code) + "\n"

    def hook(self):
        """The example under way; its port."""
        port = directory.free_port()
        script = self.example().replace("/etc/argyle/hook.secret", self.secret).replace("8090", str(port))
        self.assertIn(self.secret, script)
        self.assertIn(f'("127.0.0.1", {port})', script)
        run = ["unshare", "--mount", "sh", "-c", self.PLACES + " && exec /usr/bin/python3 $0/hook.py", self.folder]
        self.write("hook.py", script)
        process = subprocess.Popen(run, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait, 20)
        self.addCleanup(process.kill)
        eventually(lambda: process.poll() is not None or self.connects(("127.0.0.1", port)), "the example listens", PATIENCE)
        self.assertIsNone(process.poll(), "the example runs")
        return port

    def test_the_example_of_the_manual_asks_pam(self):
        port = self.hook()
        self.serve({"authenticate": ["local", "http"], "http": {"url": f"http://127.0.0.1:{port}/", "secret-file": self.secret, "timeout": "10s"}})
        self.assertTrue(self.is_let_in(ANA), f"{RULE}: who PAM knows is let in\n{self.server.said()}")
        self.assertFalse(self.is_let_in(WRONG), f"{RULE}: a wrong password is one")
        self.assertEqual(1, self.failures(), f"{RULE}: and is logged and counted as one")
        self.assertFalse(self.is_let_in(BEN), f"{RULE}: the right password of an account that has expired")
        os.remove(os.path.join(self.folder, "pam.d", "argyle"))
        self.assertNotEqual(0, self.status(WRONG), f"{RULE}: PAM cannot tell")
        self.assertEqual(2, self.failures(), f"{RULE}: which is nobody's failing")


class Ldap(OutsideLogins):

    def setUp(self):
        super().setUp()
        lacking = directory.missing()
        if lacking:
            self.skipTest(lacking)
        self.slapd = directory.Directory({"ana": "ana-Canary-4711", "ben": "ben-Canary-0815"}, {"proxy-gold": ["ana"], "others": ["ana", "ben"]})
        self.addCleanup(self.slapd.close)

    def no_password_was_written(self):
        """Nor by the directory: a password that came as part of a name or of a filter would be in its log."""
        super().no_password_was_written()
        self.assertIn("ACCEPT", self.slapd.log(), "the log tells what it was asked")
        for password in PASSWORDS + [directory.SEARCHER_PASSWORD]:
            self.assertNotIn(password, self.slapd.log(), "slapd's log has a password")

    def with_ldap(self, **ldap):
        return {"authenticate": ["local", "ldap"], "ldap": {
            "url": f"ldaps://127.0.0.1:{self.slapd.tls_port}", "ca": self.slapd.ca, "timeout": "2s",
            **({} if "search" in ldap else {"user": f"uid={{name}},{directory.PEOPLE}"}), **ldap}}

    def test_bind_over_tls_and_the_plan_of_a_group(self):
        self.serve(self.with_ldap(groups={"base": directory.GROUPS}, plans={"proxy-gold": "gold"}))
        self.assertTrue(self.is_let_in(ANA), f"{RULE}: who can bind is let in\n{self.server.said()}")
        self.assertEqual("gold", self.account("ana")["plan"], f"{RULE}: the plan of a group")
        self.assertTrue(self.is_let_in(BEN), RULE)
        self.assertIsNone(self.account("ben")["plan"], RULE)
        self.assertFalse(self.is_let_in(WRONG), RULE)
        self.assertEqual(1, self.failures(), f"{RULE}: a wrong password is one")
        for name in (b"*", b"ana,ou=people", b"ana)(uid=*", b"\x00", b"nobody", b"ANA", b"ana "):
            self.assertFalse(self.is_let_in(Account(name, ANA.password)), f"{RULE}: {name} is nobody")
        self.assertNotIn("anonymous", self.slapd.log().split("BIND dn=\"uid=ana")[0].split("BIND")[-1])

    def test_members_only_start_tls_and_a_search(self):
        secret = os.path.join(RIG.directory, "searcher.secret.txt")
        with open(secret, "w", encoding="utf-8") as file:
            file.write(directory.SEARCHER_PASSWORD)
        self.serve(self.with_ldap(
            url=f"ldap://127.0.0.1:{self.slapd.port}", **{"start-tls": True, "members-only": True},
            search={"base": directory.BASE, "filter": "(&(objectClass=inetOrgPerson)(uid={name}))", "bind": directory.SEARCHER, "password-file": secret},
            groups={"base": directory.GROUPS}, plans={"PROXY-gold": "gold"}))
        self.assertTrue(self.is_let_in(ANA), f"{RULE}: found, bound, and a member\n{self.server.said()}\n{self.slapd.log()}")
        self.assertFalse(self.is_let_in(BEN), f"{RULE}: no member")
        for name in (b"*", b"an*", b"*)(uid=ana", b"ana)(|(uid=*"):
            self.assertFalse(self.is_let_in(Account(name, ANA.password)), f"{RULE}: {name} finds nobody")
        self.assertIn("STARTTLS", self.slapd.log())
        self.assertEqual(0, self.slapd.log().count("TLS established tls_ssf=0"))

    def test_a_connection_that_breaks_sends_no_password_in_clear_text(self):
        cutting = Cutting(self.slapd.port)
        self.addCleanup(cutting.close)
        self.serve(self.with_ldap(url=f"ldap://127.0.0.1:{cutting.port}", **{"start-tls": True}))
        for pieces in range(1, 7):
            cutting.pieces = pieces
            name = b"ana" if pieces % 2 else b"ben"  # none is remembered from the time before
            self.status(Account(name, b"%b-%d" % (ANA.password, pieces)))
        cutting.pieces = None
        self.assertTrue(self.is_let_in(ANA), f"{RULE}: uncut, it works\n{self.server.said()}")
        self.assertGreaterEqual(cutting.connections, 7)
        self.assertNotIn(ANA.password, bytes(cutting.heard), f"{RULE}: nobody on the way reads it")

    def test_away_stuck_and_certified_by_others(self):
        self.serve(self.with_ldap(), socks={"authentication": ["password"], "handshake-timeout": "1m"})
        self.assertTrue(self.is_let_in(ANA))
        self.slapd.stop()
        begin = time.monotonic()
        self.assertNotEqual(0, self.status(BEN), f"{RULE}: stuck")
        self.assertLess(time.monotonic() - begin, PATIENCE, RULE)
        self.assertTrue(self.is_let_in(ANA), f"{RULE}: remembered")
        self.slapd.go_on()
        self.slapd.end()
        self.assertNotEqual(0, self.status(BEN), f"{RULE}: away")
        self.assertEqual(1, self.server.said().count("accounts.ldap: no answer about a login"), f"{RULE}: said once\n{self.server.said()}")
        self.slapd.start()
        eventually(lambda: self.is_let_in(BEN), f"{RULE}: it is back", PATIENCE)
        self.assertEqual(0, self.failures(), f"{RULE}: nobody's failing")

    def test_another_certificate_gets_no_password(self):
        folder = os.path.join(RIG.directory, "ldap-ca")
        os.makedirs(folder, exist_ok=True)
        self.serve(self.with_ldap(ca=directory.certificate(folder)))
        self.assertNotEqual(0, self.status(ANA), RULE)
        self.assertNotIn("BIND dn", self.slapd.log(), f"{RULE}: nothing was sent")
