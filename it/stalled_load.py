#!/usr/bin/env python3
"""Tunnels whose both ends send as much as they can and read nothing, until standard input ends.

    stalled_load.py --proxy HOST:PORT --user NAME:PASSWORD --tunnels N

A process of its own, so that it has descriptors of its own: two for each tunnel. Says {"open": N} when all tunnels are
open, {"stalled": OCTETS} when nobody takes any more, and {"lost": N}, the tunnels that have ended, when standard input
ends.
"""
import argparse
import json
import resource
import select
import socket
import sys
import time

from tunnel_load import read

BLOCK = bytes(1 << 16)
KERNEL_BUFFER = 1 << 14  # of the load's own sockets: what stalls is to be the server
QUIET = 1.0              # seconds in which nobody takes anything
PATIENCE = 120


def small(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, KERNEL_BUFFER)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BUFFER)
    return sock


class Load:

    def __init__(self, proxy, user, count):
        name, password = user.encode().split(b":", 1)
        self.poll, self.ends, self.lost, self.taken = select.epoll(), {}, 0, 0
        with small(socket.socket()) as target:
            target.bind(("127.0.0.1", 0))
            target.listen(64)
            target.settimeout(30)
            hello = (b"\x05\x01\x02\x01%c%b%c%b" % (len(name), name, len(password), password)
                     + b"\x05\x01\x00\x01\x7f\x00\x00\x01" + target.getsockname()[1].to_bytes(2, "big"))
            for _ in range(count):
                near = small(socket.socket())
                near.settimeout(30)
                near.connect(proxy)
                near.sendall(hello)
                answer = read(near, 14)
                if answer[:6] != b"\x05\x02\x01\x00\x05\x00":
                    raise ConnectionError(f"the proxy answered {answer.hex()}")
                for end in (near, target.accept()[0]):
                    end.setblocking(False)
                    self.ends[end.fileno()] = end
        for descriptor in self.ends:
            self.poll.register(descriptor, select.EPOLLOUT | select.EPOLLET)

    def send(self, wait):
        """Sends wherever something is taken; whether something was."""
        before = self.taken
        for descriptor, _ in self.poll.poll(wait, 256):
            try:
                while True:
                    self.taken += self.ends[descriptor].send(BLOCK)
            except BlockingIOError:
                pass
            except OSError:
                self.lost += 1
                self.poll.unregister(descriptor)
        return self.taken > before

    def stall(self):
        deadline, quiet_since = time.monotonic() + PATIENCE, time.monotonic()
        while time.monotonic() - quiet_since < QUIET:
            if self.send(0.1):
                quiet_since = time.monotonic()
            if quiet_since > deadline:
                raise TimeoutError(f"after {PATIENCE} s somebody still takes octets")

    def wait(self):
        while not select.select([sys.stdin], [], [], 0)[0]:
            self.send(0.1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--proxy", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--tunnels", type=int, required=True)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    host, _, port = options.proxy.rpartition(":")
    load = Load((host, int(port)), options.user, options.tunnels)
    print(json.dumps({"open": options.tunnels}), flush=True)
    load.stall()
    print(json.dumps({"stalled": load.taken}), flush=True)
    load.wait()
    print(json.dumps({"lost": load.lost}), flush=True)


if __name__ == "__main__":
    main()
