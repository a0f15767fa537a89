"""`argyle ctl` for tests of it: a server, commands on its data directory, and commands that keep running."""
import json
import os
import subprocess
import threading

from harness import RIG, Case
from wire import Mismatch


class Ctl(Case):
    """A server of its own for the class, and `argyle ctl` on its data directory."""

    server = None
    changes = {"socks": {"authentication": ["password", "none"]}}

    @classmethod
    def setUpClass(cls):
        cls.started = None

    @classmethod
    def tearDownClass(cls):
        if cls.started:
            complaint = cls.started.stop()
            if complaint:
                raise Mismatch(complaint)

    def setUp(self):
        if RIG.fixed or os.path.basename(RIG.command[0]) != "argyle":
            self.skipTest("needs the argyle command: use --serve")
        cls = type(self)
        if cls.started is None:
            cls.started = RIG.start(f"ctl {cls.__name__}", cls.changes)
        self.server = cls.started

    def run_ctl(self, *arguments, data=None, text=b""):
        """Returns (exit code, standard output, standard error)."""
        where = ["--data", data or self.server.data] if data != "" else []
        done = subprocess.run([RIG.command[0], "ctl", *where, *arguments], input=text, capture_output=True, timeout=60, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def ctl(self, *arguments, text=b"", expected=0):
        code, out, err = self.run_ctl(*arguments, text=text)
        if code != expected:
            raise Mismatch(f"ctl {arguments}: exit code {code}, not {expected}\n{out}{err}")
        return out if expected == 0 else err

    def json(self, *arguments, text=b""):
        return json.loads(self.ctl("-o", "json", *arguments, text=text))

    def lines_of(self, *arguments):
        """A command that keeps running, and the lines that it has printed so far."""
        process = subprocess.Popen([RIG.command[0], "ctl", "--data", self.server.data, *arguments],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        lines = []

        def read():
            for line in iter(process.stdout.readline, b""):
                lines.append(line.decode())
        reader = threading.Thread(target=read, daemon=True)
        reader.start()

        def end():
            if process.poll() is None:
                process.kill()
            process.wait()
            reader.join(5)
            process.stdout.close()
            process.stderr.close()
        self.addCleanup(end)
        return process, lines
