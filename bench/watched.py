#!/usr/bin/env python3
"""What it costs a server to be watched: processor time with nobody watching, with one page open, and with 1,000 listeners of
events, beside 5,000 tunnels of which some move; and memory and time to `ready` with and without the HTTP listener.

    watched.py                 two minutes, then a table
    watched.py --write         and puts it into docs/performance.md

The page is what the dashboard's first and second page ask for: the stream of events, and the list of connections once. Rounds
of "nobody" and "watched" alternate, and the median of the differences is told.
"""
import argparse
import os
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import section
from isolation_rig import raise_limit

ROOT = os.path.dirname(section.PAGE.parent)
sys.path[:0] = [os.path.join(ROOT, "conformance"), os.path.join(ROOT, "it")]

from harness import RIG, to_yaml  # noqa: E402
from management_http import Api  # noqa: E402
from management_load import PASSWORD, Tunnels  # noqa: E402
from resources import Sample, Things  # noqa: E402
from system import cpu_seconds, resident_octets  # noqa: E402
from wire import Account  # noqa: E402

TITLE = "What it costs to be watched"
TUNNELS, RATE, MOVING = 4_900, 10e6, 100
LISTENERS, OF_A_SOURCE = 1_000, 64
CONFIGURATION = {"socks": {"listen": ["127.0.0.1:0"], "idle-timeout": "0s", "max-unauthenticated": 4096}}


class Listeners:
    """Streams of events that are read as they come."""

    def __init__(self, server, count, alone=False):
        api = Api(server)
        host, port = server.address("http")
        self.octets, self.epoll, self.open = 0, select.epoll(), {}
        if alone:
            for _ in api.pages("/connections", limit=1000):
                pass
        for number in range(count):
            sock = socket.create_connection((host, port), 30, source_address=(f"127.0.0.{2 + number // OF_A_SOURCE}", 0))
            sock.sendall(f"GET /api/v1/events HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: {api.login}\r\n\r\n".encode())
            if b" 200 " not in sock.recv(1 << 16).partition(b"\r\n")[0]:
                raise ConnectionError("a listener was refused")
            self.open[sock.fileno()] = sock
            self.epoll.register(sock.fileno(), select.EPOLLIN)

    def read(self, seconds):
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for descriptor, _ in self.epoll.poll(left):
                data = self.open[descriptor].recv(1 << 18)
                if not data:
                    raise ConnectionError("a stream of events ended")
                self.octets += len(data)

    def close(self):
        for sock in self.open.values():
            sock.close()
        self.epoll.close()


def cores(pid, seconds, wait):
    before, begin = cpu_seconds(pid), time.monotonic()
    wait(seconds)
    return (cpu_seconds(pid) - before) / (time.monotonic() - begin)


def difference(server, rounds, seconds, count):
    """(cores with nobody, cores more with `count` listeners, octets a second that each read)"""
    pid = server.endpoints["pid"]
    alone, more, octets = [], [], []
    for _ in range(rounds):
        alone.append(cores(pid, seconds, time.sleep))
        listeners = Listeners(server, count, alone=count == 1)
        listeners.read(2)
        listeners.octets = 0
        more.append(cores(pid, seconds, listeners.read) - alone[-1])
        octets.append(listeners.octets / seconds / count)
        listeners.close()
        time.sleep(2)
    return statistics.median(alone), statistics.median(more), statistics.median(octets)


def started(http):
    """(seconds until `ready`, octets resident two seconds later)"""
    with tempfile.TemporaryDirectory(prefix="argyle-watched-") as directory:
        configuration = os.path.join(directory, "argyle.yaml")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(to_yaml({"socks": {"listen": ["127.0.0.1:0"]}, "log": {"access": None}, "management": {
                "mass": {"listen": None}, "feed": {"listen": None}, "bottler": {"listen": None},
                "http": {"listen": "127.0.0.1:0" if http else None}}}) + "\n")
        begin = time.monotonic()
        with subprocess.Popen([*RIG.command, "-c", configuration, "--data", os.path.join(directory, "data"), "-u", "ana:ana-password"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
            while not (line := server.stdout.readline()).startswith("ready"):
                if not line:
                    raise ChildProcessError("the server did not start")
            ready = time.monotonic() - begin
            time.sleep(2)
            resident = resident_octets(server.pid)
            server.terminate()
    return ready, resident


def starts(rounds):
    """{http: (median seconds, median octets)}, by turns."""
    seen = {True: [], False: []}
    for turn in range(2 * rounds + 2):
        one = started(turn % 2 == 0)
        if turn > 1:  # the first two fill the page cache
            seen[turn % 2 == 0].append(one)
    return {http: tuple(statistics.median(column) for column in zip(*rows)) for http, rows in seen.items()}


def report(server, options):
    pid = server.endpoints["pid"]
    begun = starts(options.rounds * 3)
    users = [(b"watched-%02d" % number, PASSWORD) for number in range(20)]
    for user in users:
        server.add_user(Account(*user))
    things = Things(server, users)
    things.idle_tunnels(TUNNELS)
    moving = Tunnels(server, [name for name, _ in users], MOVING, RATE)
    try:
        time.sleep(3)
        alone, page, page_octets = difference(server, options.rounds, options.seconds, 1)
        before = Sample(pid)
        _, many, many_octets = difference(server, options.rounds, options.seconds, LISTENERS)
        listeners = Listeners(server, LISTENERS)
        listeners.read(2)
        held = Sample(pid)
        listeners.close()
    finally:
        moving.kill()
        things.close()
    return "\n".join([
        f"    bench/watched.py --rounds {options.rounds} --write", "",
        f"{section.machine()}; {time.strftime('%Y-%m-%d')}; {TUNNELS + MOVING:,} tunnels, of which {MOVING} move {RATE / 1e6:g} MB/s together.", "",
        "| | cores of the server | KB/s for each listener |", "| --- | ---: | ---: |",
        f"| nobody watches | {alone:.3f} | |",
        f"| one page open | {page:+.3f} | {page_octets / 1e3:.1f} |",
        f"| {LISTENERS:,} listeners of events | {many:+.3f} | {many_octets / 1e3:.1f} |", "",
        f"{LISTENERS:,} listeners hold {(held.heap - before.heap) / 1e6:.1f} MB of heap, and {(held.resident - before.resident) / 1e6:.1f} MB more are resident.", "",
        "| listener `management.http` | seconds to `ready` | resident two seconds later, MB |", "| --- | ---: | ---: |",
        *(f"| {'on' if http else 'off'} | {begun[http][0]:.3f} | {begun[http][1] / 1e6:.1f} |" for http in (False, True))]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    options = parser.parse_args()
    raise_limit()
    section.build()
    RIG.use_command(f"{os.path.join(ROOT, 'argyle')} serve")
    server = RIG.start("watched", CONFIGURATION)
    try:
        text = report(server, options)
        server.check()
    finally:
        server.kill()
        RIG.stop()
    print(text)
    if options.write:
        section.write(TITLE, text)


if __name__ == "__main__":
    main()
