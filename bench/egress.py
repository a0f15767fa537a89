#!/usr/bin/env python3
"""What an egress costs: new connections per second at a fixed pace, by rotation over addresses, from a prefix, sticky, and without
any. Loopback only, in a network namespace of its own (root); every run is bounded. Run it on a quiet machine.

    egress.py [--kinds none,rotate,sticky,least-used,prefix] [--pace 1000] [--seconds 2] [--warmup 12] [--rounds 12]

A server is started for each kind of egress. A client opens and closes --pace tunnels per second; the figure is the processor time of
the server per tunnel (user and system). The machine's speed drifts by a third within a minute, so rounds are short, the kinds take
turns, forwards and backwards, and a ratio is that to "none" of the same round: the median of them is told, and half of them lie between
the next two figures (target: at most 1.1). The client has one processor, and the servers another, or which of them wakes on which would
count for more than an egress does. A warm-up of less than 10,000 tunnels measures the JVM's compiler.
"""
import argparse
import ctypes
import fcntl
import os
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

from argyle_process import ARGYLE, Argyle

TARGET, LOOP = "198.51.100.1", "127.0.0.1"
FIFTY = [f"198.51.100.{number}" for number in range(101, 151)]
KINDS = {
    "none": {},
    "rotate": {"default": {"addresses": FIFTY, "pick": "rotate"}},
    "sticky": {"default": {"addresses": FIFTY}},
    "least-used": {"default": {"addresses": FIFTY, "pick": "least-used"}},
    "prefix": {"default": {"prefix": "198.51.100.0/24", "pick": "rotate"}},
}


def enter_network():
    """Every address of 198.51.100.0/24 is this namespace's own."""
    if ctypes.CDLL(None, use_errno=True).unshare(0x40000000) != 0:
        sys.exit("egress.py: needs the right to make a network namespace")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, 0x8914, struct.pack("16sH14x", b"lo", 0x41))
        for request, text in ((0x8916, TARGET), (0x891C, "255.255.255.0")):
            address = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(text))
            fcntl.ioctl(control, request, struct.pack("16s16s", b"lo:1", address))


class Server(Argyle):

    def __init__(self, egress):
        self.directory = tempfile.TemporaryDirectory()
        super().__init__(self.directory.name, {"socks": {"listen": [f"{LOOP}:0"]}, "egress": egress})
        self.port = int(self.endpoints["socks"][0].rsplit(":", 1)[1])

    def close(self):
        super().close()
        self.directory.cleanup()


def sink():
    listener = socket.socket()
    listener.bind((TARGET, 0))
    listener.listen(4096)

    def accept():
        while True:
            listener.accept()[0].close()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def tunnels(server, target, pace, seconds):
    """Opens and closes them, evenly; how many there were."""
    request = b"\x05\x01\x00" + b"\x05\x01\x00\x01" + socket.inet_aton(TARGET) + struct.pack(">H", target)
    begin, count = time.monotonic(), 0
    while (now := time.monotonic()) < begin + seconds:
        if count > (now - begin) * pace:
            time.sleep(0.0005)
            continue
        with socket.create_connection((LOOP, server.port), 20) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # no TIME_WAIT of ours
            client.sendall(request)
            answer = b""
            while len(answer) < 12:
                got = client.recv(64)
                if not got:
                    sys.exit("egress.py: the server has closed")
                answer += got
            if answer[3]:
                sys.exit(f"egress.py: REP {answer[3]}")
        count += 1
    return count


def give(process, processor):
    """All its threads run there, and those that they begin."""
    for thread in os.listdir(f"/proc/{process}/task"):
        os.sched_setaffinity(int(thread), {processor})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", default=",".join(KINDS))
    for name, default in (("--pace", 1000), ("--seconds", 2), ("--warmup", 12), ("--rounds", 12)):
        parser.add_argument(name, type=int, default=default)
    options = parser.parse_args()
    kinds = options.kinds.split(",")
    subprocess.run([ARGYLE, "-v"], check=True, stdout=subprocess.DEVNULL)
    enter_network()
    target = sink()
    servers = {kind: Server(KINDS[kind]) for kind in kinds}
    spent = {kind: [] for kind in kinds}
    try:
        for server in servers.values():
            tunnels(server, target, options.pace, options.warmup)
        give("self", 0)
        for server in servers.values():
            give(server.pid, 1)
        for number in range(options.rounds):
            for kind in reversed(kinds) if number % 2 else kinds:
                before = servers[kind].cpu()
                count = tunnels(servers[kind], target, options.pace, options.seconds)
                spent[kind].append((servers[kind].cpu() - before) / count * 1e6)
    finally:
        for server in servers.values():
            server.close()
    print("| egress | CPU-us per tunnel, median (least to most) | of none | half of the rounds |\n| --- | --- | --- | --- |")
    for kind, costs in spent.items():
        ratios = [cost / none for cost, none in zip(costs, spent[kinds[0]])]
        low, middle, high = statistics.quantiles(ratios, n=4)
        print(f"| {kind} | {statistics.median(costs):.0f} ({min(costs):.0f} to {max(costs):.0f}) | {middle:.2f} | {low:.2f} to {high:.2f} |")


if __name__ == "__main__":
    main()
