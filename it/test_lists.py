"""Rules by files of names, networks and countries: what a running server does when they change, break and come back."""
import os
import shutil
import signal
import subprocess
import unittest

import mmdb
from harness import RIG, Case
from management_http import Api
from system import without_descriptors
from wire import CONNECT, NOT_ALLOWED, Account, eventually

ONCE = True  # it has nothing to do with the data plane

ANA = Account(b"ana", b"ana-Password-1")
RULE = "docs/rules.md: lists"
PATIENCE = 20


def own_folder(test, name):
    """Of what a server or a command reads that the test starts itself."""
    if RIG.fixed:
        test.skipTest("starts what it tests itself: use --serve")
    folder = os.path.join(RIG.directory, name)
    os.makedirs(folder, exist_ok=True)
    return folder


class Served(Case):
    """A server of its own, whose rules have files."""

    def serve(self, changes):
        self.server = self.own_server(changes, ["-u", "ana:ana-Password-1"])
        self.api = Api(self.server)

    def reply(self, host, port=9):
        client = self.login(ANA).ask(CONNECT, host, port)
        code = client.reply("a CONNECT is answered").code
        client.close()
        return code

    def list(self, name):
        return next(one for one in self.api.get("/status")["lists"] if one["name"] == name)


class Lists(Served):

    def setUp(self):
        folder = own_folder(self, "lists")
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

    def test_a_changed_file_holds_and_a_broken_one_does_not(self):
        self.serve(self.changes)
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

    def test_a_list_that_could_not_be_read_for_want_of_descriptors_is_read_when_there_are_some(self):
        self.serve(self.changes)
        far = self.listener("127.0.0.2")
        self.assertEqual(NOT_ALLOWED, self.reply(far.host, far.port), RULE)
        with without_descriptors(self.server.endpoints["pid"]):
            self.write(self.networks, "127.0.0.3/32\n")
            said = f"{self.networks}: cannot be read: too many open files; raise the limit"
            eventually(lambda: said in self.server.said(), f"{RULE}: a list that cannot be read is told", PATIENCE)
        eventually(lambda: self.reply(far.host, far.port) == 0, f"{RULE}: it is tried again", PATIENCE)
        self.assertEqual(1, self.server.said().count(said), f"{RULE}: told once")

    def test_the_datagrams_of_an_open_association_go_by_a_changed_file(self):
        self.serve(self.changes)
        sink = self.udp("127.0.0.3")
        control, relay = self.associate(account=ANA, address=self.server.socks)
        client = self.udp()
        datagram = b"\0\0\0\1" + bytes([127, 0, 0, 3]) + sink.port.to_bytes(2, "big") + b"ping"
        client.send(datagram, relay)
        sink.receive(f"{RULE}: a datagram before")
        self.write(self.networks, "127.0.0.3/32\n")
        denied = 'argyle_udp_dropped_total{reason="denied"} 0.0'
        eventually(lambda: client.send(datagram, relay) or denied not in self.api.exchange("GET", "/metrics")[1].decode(),
                   f"{RULE}: datagrams go by a changed file", PATIENCE)
        control.close()

    def test_without_its_file_there_is_no_start_and_check_says_why(self):
        os.remove(self.names)
        with self.assertRaisesRegex(Exception, r"lists\.ads: .*ads\.txt: cannot be read: no such file"):
            self.serve(self.changes)
        file = os.path.join(os.path.dirname(self.names), "check.yaml")
        self.write(file, f"lists: {{ ads: {{ file: {self.names} }} }}\n")
        checked = subprocess.run([RIG.command[0], "check", "-c", file], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(2, checked.returncode, checked.stdout)
        self.assertIn(f"{file}: lists.ads: {self.names}: cannot be read", checked.stderr)
        self.write(self.names, "ads.example\n")
        self.serve(self.changes)
        self.assertEqual(NOT_ALLOWED, self.reply("ads.example"), RULE)


class Countries(Served):
    """Destinations are addresses of documentation (RFC 5737), denied or explained: none is dialled."""

    def setUp(self):
        self.file = os.path.join(own_folder(self, "countries"), "country.mmdb")
        self.rule = "docs/rules.md: countries"

    def explained(self, address):
        """Nothing is dialled."""
        return self.api.get(f"/explain?to={address}:80")

    def test_a_country_is_denied_until_the_file_says_otherwise_and_a_broken_file_changes_nothing(self):
        mmdb.write(self.file, {"192.0.2.0/24": "DE", "198.51.100.0/24": "FR", "2001:db8::/32": "DE"})
        self.serve({"countries": {"file": self.file}, "rules": [{"allow": False, "to": ["country:DE"]}]})
        self.assertEqual(NOT_ALLOWED, self.reply("192.0.2.7"), self.rule)
        self.assertEqual(NOT_ALLOWED, self.reply("2001:db8::7"), self.rule)
        allowed = self.explained("198.51.100.7")
        self.assertTrue(allowed["allowed"], self.rule)
        self.assertIn("the address is in FR", allowed["steps"][0], self.rule)
        mmdb.write(self.file, {"192.0.2.0/24": "FR", "198.51.100.0/24": "DE"})
        eventually(lambda: not self.explained("198.51.100.7")["allowed"], f"{self.rule}: a changed file holds", PATIENCE)
        self.assertTrue(self.explained("192.0.2.7")["allowed"], f"{self.rule}: it is replaced as a whole")
        self.assertEqual(NOT_ALLOWED, self.reply("198.51.100.7"), self.rule)
        Lists.write(self.file, "<html>not found</html>\n")
        eventually(lambda: self.status()["failures"] == 1, f"{self.rule}: a failure is counted", PATIENCE)
        self.assertEqual("countries", self.status()["format"], self.rule)
        self.assertIn("in MaxMind's format", self.status()["failure"], f"{self.rule}: with what is expected")
        self.assertEqual(NOT_ALLOWED, self.reply("198.51.100.7"), f"{self.rule}: what it had before stays in force")

    def status(self):
        return self.list("country:*")


class CountriesWithoutAServer(unittest.TestCase):

    def setUp(self):
        self.folder = own_folder(self, "country-files")
        self.file = os.path.join(self.folder, "country.mmdb")

    def test_without_its_file_check_and_explain_say_why(self):
        config = os.path.join(os.path.dirname(self.file), "check.yaml")
        Lists.write(config, f"countries: {{ file: {self.file}.none }}\n")
        checked = self.run_argyle("check", "-c", config)
        self.assertEqual(2, checked.returncode, checked.stdout)
        self.assertIn(f"{config}: countries.file: {self.file}.none: cannot be read: no such file", checked.stderr)
        mmdb.write(self.file, {"192.0.2.0/24": "DE"})
        Lists.write(config, f"countries: {{ file: {self.file} }}\nrules: [{{ allow: false, to: ['country:de'] }}]\n")
        explained = self.run_argyle("explain", "-c", config, "192.0.2.7:80")
        self.assertIn("192.0.2.7:80 is denied: rule 1", explained.stdout, explained.stderr)
        self.assertIn("; the address is in DE", explained.stdout)
        self.assertIn("country:DE", self.run_argyle("check", "-c", config).stdout, "docs/rules.md: countries: printed in upper case")

    def test_the_file_of_these_tests_is_one_for_debians_reader_too(self):
        reader = shutil.which("mmdblookup")
        if reader is None:
            self.skipTest("without mmdblookup (mmdb-bin)")
        mmdb.write(self.file, {"192.0.2.0/24": "DE", "2001:db8::/32": "FR"})
        for address, country in (("192.0.2.200", "DE"), ("2001:db8::1", "FR")):
            found = subprocess.run([reader, "-f", self.file, "-i", address, "country", "iso_code"],
                                   capture_output=True, text=True, timeout=60, check=False)
            self.assertIn(f'"{country}"', found.stdout, found.stderr)

    @staticmethod
    def run_argyle(*arguments):
        return subprocess.run([RIG.command[0], *arguments], capture_output=True, text=True, timeout=60, check=False)
