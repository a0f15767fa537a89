#!/usr/bin/env python3
"""Tunnels that carry octets both ways until standard input ends, every one of them looked at.

    tunnel_load.py --proxy HOST:PORT --user NAME:PASSWORD [--user ...] --tunnels N [--rate OCTETS]

A process of its own, for the tests beside it have better things to do. Says {"open": N} when all tunnels are open; when
standard input ends, ends all streams in order and says what became of every tunnel, as JSON. --rate is octets a second,
all tunnels together, both ways; 0: as fast as it goes.
"""
import argparse
import json
import random
import resource
import select
import socket
import sys
import time

PIECE = 16384
BLOCK_OCTETS = 1 << 20
BLOCK = random.Random(4).randbytes(BLOCK_OCTETS) * 2  # what is sent is a part of it, wherever that begins
AT_ONCE = 128         # pieces between two looks at what has come
END_PATIENCE = 60


class Flow:
    """One way of one tunnel: what was sent, and whether that is what came."""

    def __init__(self, number, source, sink):
        self.source, self.sink, self.first = source, sink, number * 104_729 % BLOCK_OCTETS
        self.sent = self.received = 0
        self.ended, self.problem = False, None

    def send(self, size=PIECE):
        """How many octets the socket took."""
        at = (self.first + self.sent) % BLOCK_OCTETS
        try:
            count = self.source.send(BLOCK[at:at + size])
        except BlockingIOError:
            return 0
        except OSError as problem:
            self.fail(f"sending: {problem}")
            return 0
        self.sent += count
        return count

    def receive(self):
        try:
            data = self.sink.recv(4 * PIECE)
        except BlockingIOError:
            return
        except OSError as problem:
            self.fail(f"receiving: {problem}")
            return
        if not data:
            self.ended = True
            return
        at = (self.first + self.received) % BLOCK_OCTETS
        if data != BLOCK[at:at + len(data)]:
            self.fail(f"other octets than were sent, from {self.received} on")
        self.received += len(data)

    def fail(self, problem):
        self.problem = self.problem or problem
        self.ended = True


def read(sock, count):
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise ConnectionError(f"the proxy hung up after {data.hex()}")
        data += more
    return data


def tunnel(proxy, user, target):
    """A socket behind whose proxy is the target's listener, and the listener's end of it."""
    name, password = user
    sock = socket.create_connection(proxy, 30)
    sock.sendall(b"\x05\x01\x02\x01%c%b%c%b" % (len(name), name, len(password), password))
    sock.sendall(b"\x05\x01\x00\x01\x7f\x00\x00\x01" + target.getsockname()[1].to_bytes(2, "big"))
    answer = read(sock, 14)
    if answer[:6] != b"\x05\x02\x01\x00\x05\x00":
        raise ConnectionError(f"the proxy answered {answer.hex()}")
    return sock, target.accept()[0]


class Load:

    def __init__(self, proxy, users, count):
        self.poll = select.epoll()
        self.flows, self.by_sink, self.tunnels = [], {}, []
        with socket.create_server(("127.0.0.1", 0), backlog=64) as target:
            target.settimeout(30)
            for number in range(count):
                user = users[number % len(users)]
                near, far = tunnel(proxy, user, target)
                up, down = Flow(2 * number, near, far), Flow(2 * number + 1, far, near)
                self.tunnels.append((user[0].decode(), near.getsockname()[1], up, down))
                for flow in (up, down):
                    flow.source.setblocking(False)
                    flow.source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self.flows.append(flow)
                    self.by_sink[flow.sink.fileno()] = flow
                    self.poll.register(flow.sink.fileno(), select.EPOLLIN)

    def receive(self, wait):
        for descriptor, _ in self.poll.poll(wait):
            flow = self.by_sink[descriptor]
            flow.receive()
            if flow.ended:
                self.poll.unregister(descriptor)

    def run(self, rate):
        """Until standard input ends, or something goes wrong."""
        start, sent, turn, look = time.monotonic(), 0, 0, 0
        while True:
            now = time.monotonic()
            if now > look:
                look = now + 0.1
                if select.select([sys.stdin], [], [], 0)[0] or any(flow.ended for flow in self.flows):
                    return now - start
            before = sent
            for _ in range(AT_ONCE):
                if rate and sent > rate * (now - start):
                    break
                flow = self.flows[turn]
                turn = (turn + 1) % len(self.flows)
                sent += flow.send()
            self.receive(0.005 if sent == before else 0)

    def end(self):
        for flow in self.flows:
            if not flow.ended:
                try:
                    flow.source.shutdown(socket.SHUT_WR)
                except OSError as problem:
                    flow.fail(f"ending: {problem}")
        deadline = time.monotonic() + END_PATIENCE
        while not all(flow.ended for flow in self.flows) and time.monotonic() < deadline:
            self.receive(0.1)
        for flow in self.flows:
            if not flow.problem and (not flow.ended or flow.received != flow.sent):
                flow.problem = f"{flow.received} octets of {flow.sent} arrived"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--proxy", required=True)
    parser.add_argument("--user", action="append", required=True)
    parser.add_argument("--tunnels", type=int, required=True)
    parser.add_argument("--rate", type=float, default=0)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    host, _, port = options.proxy.rpartition(":")
    users = [tuple(part.encode() for part in user.split(":", 1)) for user in options.user]
    load = Load((host, int(port)), users, options.tunnels)
    print(json.dumps({"open": len(load.tunnels)}), flush=True)
    seconds = load.run(options.rate)
    load.end()
    print(json.dumps({"seconds": seconds, "tunnels": [
        {"user": user, "port": port, "up": up.sent, "down": down.sent, "problem": up.problem or down.problem}
        for user, port, up, down in load.tunnels]}), flush=True)


if __name__ == "__main__":
    main()
