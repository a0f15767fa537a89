"""Standard output and error are pipes that nobody reads, and full: the server serves, and ends."""
import contextlib
import fcntl
import os
import time

from harness import RIG, Case, StartedServer
from wire import Account, Mismatch

ONCE = True  # it has nothing to do with the data plane

ANA = Account(b"ana", b"ana-password")
PAGE = 4096
BEHIND_EACH_OTHER = 40


class FullPipes(StartedServer):
    """A server whose standard output and error have no room for a single octet."""

    def __init__(self, changes):
        self.ends = []
        directory = os.path.join(RIG.directory, f"{next(RIG.numbers)}-full-pipes")
        super().__init__(RIG.command, directory, changes, ["-u", "ana:ana-password"])
        self.account = ANA

    @contextlib.contextmanager
    def outputs(self):
        with super().outputs():
            pass  # the files that said() reads stay empty
        out, err = self.full_pipe(), self.full_pipe()
        try:
            yield out, err
        finally:
            os.close(out)
            os.close(err)

    def full_pipe(self):
        reading, writing = os.pipe()
        self.ends.append(reading)  # open as long as the server runs, and never read
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PAGE)
        os.set_blocking(writing, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writing, b"\n" * PAGE)
        os.set_blocking(writing, True)
        return writing

    def close(self):
        self.kill()
        for end in self.ends:
            os.close(end)


class NobodyReads(Case):

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts a server of its own: use --serve")

    def tearDown(self):
        pass

    def test_clients_are_served_while_warnings_find_no_reader_and_sigterm_ends_it(self):
        dead = self.refusing()  # a name server that is not there, which is worth a warning from an event loop
        self.server = server = self.closing(FullPipes({
            "dns": {"servers": [f"127.0.0.1:{dead.port}"], "timeout": "1s"},
            "log": {"access": "stdout", "security": "stderr"},
        }))
        with self.assertRaises(Mismatch):
            self.tunnel("name.invalid", 9)
        mass = server.mass()
        for number in range(BEHIND_EACH_OTHER):  # a line of the audit log each, on standard error
            self.assertEqual(0, mass.dissectors(number % 2 == 0), "the change is made")
        echo = self.echo()
        for number in range(BEHIND_EACH_OTHER):  # on every loop, and each is a line on standard output
            begin = time.monotonic()
            client = self.tunnel(echo.host, echo.port)
            client.send(b"ping").expect(b"ping", f"client {number} is served")
            client.close()
            self.assertLess(time.monotonic() - begin, 5, "without a wait that would be noticed")
        with self.assertRaises(Mismatch):
            self.tunnel("other.invalid", 9)
        self.assertEqual(0, server.terminate(), "SIGTERM ends it, in order")
