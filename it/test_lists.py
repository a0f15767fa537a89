"""Rules by files of names and networks: what a running server does when they change, break and come back."""
import os
import signal
import subprocess

from harness import RIG, Case
from management_http import Api
from wire import CONNECT, NOT_ALLOWED, Account, eventually

ONCE = True  # it has nothing to do with the data plane

ANA = Account(b"ana", b"ana-Password-1")
RULE = "docs/rules.md: lists"
PATIENCE = 20


class Lists(Case):

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts the server itself: use --serve")
        folder = os.path.join(RIG.directory, "lists")
        os.makedirs(folder, exist_ok=True)
        self.names = os.path.join(folder, "ads.txt")
        self.networks = os.path.join(folder, "far.txt")
        self.write(self.names, "ads.example\n")
        self.write(self.networks, "127.0.0.2/32\n")
        self.changes = {
            "lists": {"ads": {"file": self.names}, "far": {"file": self.networks, "format": "networks"}},
            "rules": [{"allow": False, "to": ["@ads", "@far"]}, {"allow": True, "to": ["127.0.0.0/8"]}]}

    @staticmethod
    def write(path, text):
        """In its place as a whole, as docs/rules.md asks."""
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(path + ".new", path)

    def serve(self):
        self.server = self.own_server(self.changes, ["-u", "ana:ana-Password-1"])
        self.api = Api(self.server)

    def reply(self, host, port=9):
        client = self.login(ANA).ask(CONNECT, host, port)
        code = client.reply("a CONNECT is answered").code
        client.close()
        return code

    def list(self, name):
        return next(one for one in self.api.get("/status")["lists"] if one["name"] == name)

    def test_a_changed_file_holds_and_a_broken_one_does_not(self):
        self.serve()
        near, far = self.listener("127.0.0.3"), self.listener("127.0.0.2")
        self.assertEqual(NOT_ALLOWED, self.reply("x.ads.example"), RULE)
        self.assertEqual(NOT_ALLOWED, self.reply(far.host, far.port), RULE)
        self.assertEqual(0, self.reply(near.host, near.port), RULE)
        self.write(self.networks, "127.0.0.3/32\n# the other one\n")
        eventually(lambda: self.reply(near.host, near.port) == NOT_ALLOWED, f"{RULE}: a changed file holds", PATIENCE)
        self.assertEqual(0, self.reply(far.host, far.port), f"{RULE}: it is replaced as a whole")
        self.write(self.networks, "127.0.0.2/32\n127.0.0.4/33\n")
        eventually(lambda: self.list("far")["failures"] == 1, f"{RULE}: a failure is counted", PATIENCE)
        self.assertIn("far.txt:2: ", self.list("far")["failure"], f"{RULE}: with the number of the line")
        self.assertEqual(NOT_ALLOWED, self.reply(near.host, near.port), f"{RULE}: what it had before stays in force")
        self.assertEqual(["list"], [w["code"] for w in self.api.get("/status")["warnings"] if w["code"] == "list"])
        os.kill(self.server.endpoints["pid"], signal.SIGHUP)
        eventually(lambda: self.list("far")["failures"] == 2, f"{RULE}: SIGHUP reads it again", PATIENCE)
        self.assertEqual(1, self.server.said().count("far.txt:2: "), f"{RULE}: said once")
        page = self.api.exchange("GET", "/metrics")[1].decode()
        self.assertIn('argyle_list_entries{list="far"} 1.0', page)
        self.assertIn('argyle_list_failures_total{list="far"} 2.0', page)

    def test_without_its_file_there_is_no_start_and_check_says_why(self):
        os.remove(self.names)
        with self.assertRaisesRegex(Exception, r"lists\.ads: .*ads\.txt: cannot be read: no such file"):
            self.serve()
        file = os.path.join(os.path.dirname(self.names), "check.yaml")
        self.write(file, f"lists: {{ ads: {{ file: {self.names} }} }}\n")
        checked = subprocess.run([RIG.command[0], "check", "-c", file], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(2, checked.returncode, checked.stdout)
        self.assertIn(f"{file}: lists.ads: {self.names}: cannot be read", checked.stderr)
        self.write(self.names, "ads.example\n")
        self.serve()
        self.assertEqual(NOT_ALLOWED, self.reply("ads.example"), RULE)
