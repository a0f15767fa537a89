"""The security log as fail2ban reads it, with the filter that comes with the server."""
import os
import re
import shutil
import subprocess

from harness import RIG, Case
from wire import PASSWORD, credentials, eventually, greeting

ONCE = True  # it has nothing to do with the data plane

FILTER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "deploy", "fail2ban", "filter.d", "argyle.conf")


class SecurityLog(Case):

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts the server itself: use --serve")
        self.log = os.path.join(RIG.directory, f"security-{next(RIG.numbers)}.log")
        self.server = self.own_server({"log": {"security": self.log}}, ["-u", "ana:ana-password"])

    def fail_to_log_in(self, name, source):
        client = self.client(source).send(greeting(PASSWORD))
        client.expect("05 02", "USERNAME/PASSWORD was offered")
        client.send(credentials(name, b"wrong-Secret")).expect("01 01", "a wrong password")
        client.close()

    def lines(self):
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()

    def test_each_failure_is_a_line_that_the_filter_matches(self):
        names = [b"ana", b"nobody", b"a\" client=203.0.113.9 port=1", b"a\nb\tc", b"\xff\xfe", "ñandú".encode()]
        for name in names:
            self.fail_to_log_in(name, "127.0.0.2")
        eventually(lambda: len(self.lines()) >= len(names), "a line a failure")
        lines = self.lines()
        self.assertEqual(len(names), len(lines), "\n".join(lines))
        self.assertNotIn("wrong-Secret", "\n".join(lines))
        if not shutil.which("fail2ban-regex"):
            self.skipTest("fail2ban-regex is not installed")
        done = subprocess.run(["fail2ban-regex", self.log, FILTER], capture_output=True, text=True, timeout=60, check=False)
        self.assertRegex(done.stdout, rf"Lines: {len(names)} lines, 0 ignored, {len(names)} matched, 0 missed", re.escape(done.stderr))
