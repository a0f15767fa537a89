#!/usr/bin/env python3
"""What an egress costs: new connections per second at a fixed pace, by rotation over addresses, from a prefix, sticky, and without
any. Loopback only, in a network namespace of its own (root); every run is bounded. Run it on a quiet machine.

    egress.py [--pace 1000] [--seconds 10] [--warmup 5] [--rounds 3]

A server is started for each kind of egress. A client opens and closes --pace tunnels per second; the figure is the processor time of
the server per tunnel (user and system, /proc/PID/stat). Rounds of the kinds alternate, since the machine's speed drifts; the median of
the rounds is told, and its ratio to "none" (target: at most 1.1).
"""
import argparse
import ctypes
import fcntl
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("--pace", 1000), ("--seconds", 10), ("--warmup", 5), ("--rounds", 3)):
        parser.add_argument(name, type=int, default=default)
    options = parser.parse_args()
    subprocess.run([ARGYLE, "-v"], check=True, stdout=subprocess.DEVNULL)
    enter_network()
    target = sink()
    servers = {kind: Server(egress) for kind, egress in KINDS.items()}
    spent = {kind: [] for kind in KINDS}
    try:
        for kind, server in servers.items():
            tunnels(server, target, options.pace, options.warmup)
        for _ in range(options.rounds):
            for kind, server in servers.items():
                before = server.cpu()
                count = tunnels(server, target, options.pace, options.seconds)
                spent[kind].append(((server.cpu() - before) / count * 1e6, count / options.seconds))
    finally:
        for server in servers.values():
            server.close()
    none = statistics.median(cost for cost, _ in spent["none"])
    print("| egress | tunnels/s | CPU-us per tunnel, median (least to most) | of none |\n| --- | --- | --- | --- |")
    for kind, rounds in spent.items():
        costs = sorted(cost for cost, _ in rounds)
        cost = statistics.median(costs)
        print(f"| {kind} | {statistics.median(pace for _, pace in rounds):.0f} | {cost:.0f} ({costs[0]:.0f} to {costs[-1]:.0f}) | {cost / none:.2f} |")


if __name__ == "__main__":
    main()
