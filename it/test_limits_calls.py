"""What the kernel is asked for while a rate holds a tunnel back: docs/accounts.md, "Plans and limits"."""
import os
import re
import signal
import subprocess
import tempfile

from harness import RIG, Case
from management_http import Api
from wire import Account, random_octets

ONCE = True  # buffers do not splice, and have other calls

ANA = Account(b"ana", b"ana-Password-1")
MIB = 1 << 20
CALLS = "splice,read,readv,write,writev,recvfrom,recvmsg,sendto,sendmsg,epoll_ctl,ioctl"


class LimitedTunnel(Case):

    def setUp(self):
        if RIG.fixed or RIG.relay == "buffer":
            self.skipTest("starts the server itself, and it splices: use --serve and --relay splice")
        self.server = self.own_server({})
        self.assertEqual(0, self.server.add_user(ANA))

    def limit(self, **values):
        status, body = Api(self.server).send("PATCH", "/users/ana", {"limits": {name.replace("_", "."): value for name, value in values.items()}})
        self.assertEqual(200, status, body)

    def traced(self, meanwhile):
        """[(call, its descriptors, what it returned)] of the server's threads, from when strace has attached on."""
        trace = os.path.join(tempfile.mkdtemp(dir=RIG.directory), "trace")
        try:
            tracer = subprocess.Popen(["strace", "-f", "-e", f"trace={CALLS}", "-e", "signal=none", "-s", "0", "-o", trace, "-p", str(self.server.endpoints["pid"])],
                                      stderr=subprocess.PIPE)
        except FileNotFoundError:
            self.skipTest("strace is not installed")
        try:
            said = tracer.stderr.readline()  # "Process 1 attached with 20 threads"
            if b"attached" not in said:
                self.skipTest(f"strace may not trace here: {said.decode()}")
            meanwhile()
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.wait(30)
            tracer.stderr.close()
        with open(trace, encoding="ascii", errors="replace") as file:
            whole = re.findall(r"^\d+ +(\w+)\((\d+), (?:NULL, (\d+), )?.* = (-?\d+)", file.read(), re.MULTILINE)
        return [(call, {int(number) for number in (first, second) if number}, int(result)) for call, first, second, result in whole]

    def test_limited_stream_goes_on_by_splice(self):
        self.limit(rate_down="8MiB", rate_burst="1MiB")
        client, target = self.pair(account=ANA)
        data = random_octets(6 * MIB, 1)

        def pass_through():
            target.send_meanwhile(data)
            client.expect(data, "it comes whole")

        calls = self.traced(pass_through)
        spliced = sum(result for call, _, result in calls if call == "splice" and result > 0)
        self.assertGreater(spliced, 2 * len(data) * 7 // 8, "into a pipe and out of it; what is copied is the begin of the stream")

    def test_tunnel_that_waits_for_its_budget_asks_the_kernel_nothing(self):
        """One call takes a slice and one gives it; in between the tunnel is neither polled nor registered anew."""
        self.limit(rate_down="1KiB", rate_burst="16KiB")
        client, target = self.pair(account=ANA)
        target.send_meanwhile(random_octets(MIB, 1))
        burst = bytearray()
        while len(burst) < 16000:
            burst += client.read_some(within=60)[1]

        def receive_four_slices():
            got = 0
            while got < 4096:
                got += len(client.read_some(within=60)[1])

        calls = self.traced(receive_four_slices)
        ends = set().union(*(descriptors for call, descriptors, _ in calls if call in ("recvfrom", "sendto", "splice")))
        asked = [(call, result) for call, descriptors, result in calls if descriptors & ends]
        self.assertTrue(asked)
        self.assertEqual([], [one for one in asked if one[1] <= 0], "a call that finds nothing to do")
        self.assertLessEqual(len(asked), 12, f"two or three for each of four slices: {asked}")
