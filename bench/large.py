#!/usr/bin/env python3
"""What a server costs that has much to know: 100,000 accounts, 1,000 plans and 500,000 names in lists, beside one that knows nothing.
Time to `ready` (median of --starts), resident memory, live heap, and the processor time of a new connection by a name's rule.

    large.py                        prints a table; some three minutes
    large.py --write                and puts it into docs/performance.md
    large.py --accounts 1000000     other counts

Loopback only. `./argyle -v` builds the application before. Run it on a quiet machine.
"""
import argparse
import collections
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import section
from argyle_process import ARGYLE, NO_DOORS
from isolation_rig import free_port, reset
from limits import CHEAP, LOOP, tunnel

ROOT = os.path.dirname(section.PAGE.parent)
sys.path[:0] = [os.path.join(ROOT, "it"), os.path.join(ROOT, "conformance")]

from system import cpu_seconds, live_heap_octets, resident_octets  # noqa: E402

TITLE = "Much to know"
NOTHING, MUCH = "nothing", "much"
REST = 8.0  # seconds after which memory is looked at: what a start leaves is gone


def configuration(folder, port, plans, names):
    lists = {}
    if names:
        with open(os.path.join(folder, "names.txt"), "w", encoding="ascii") as file:
            file.writelines(f"host-{number:06d}.ads.example\n" for number in range(names))
        lists = {"lists": {"ads": {"file": os.path.join(folder, "names.txt"), "format": "domains"}},
                 "rules": [{"allow": False, "to": ["@ads"]}, {"allow": True}]}
    return {
        "socks": {"listen": [f"{LOOP}:{port}"], "authentication": ["password"]},
        "plans": {f"plan-{number}": {"connections": 5 + number, "rate": {"down": "1MiB"}} for number in range(plans)},
        "management": NO_DOORS,
        "accounts": {"max-users": 2_000_000}, "log": {"access": None}, **lists}


class Folder:
    """A configuration and a data directory."""

    def __init__(self, accounts, plans, names):
        self.directory = tempfile.TemporaryDirectory()
        self.data, self.port = os.path.join(self.directory.name, "data"), free_port()
        lines = [f"ana:{CHEAP}\n"]
        lines += [f"user-{number:06d}:{CHEAP}" + (f":created=1,changed=1,last=0,attributes=plan%3Dplan-{number % plans}%0A" if plans else "") + "\n"
                  for number in range(accounts)]
        subprocess.run([ARGYLE, "users", "import", "--data", self.data], input="".join(lines).encode(), check=True, stdout=subprocess.DEVNULL)
        self.file = os.path.join(self.directory.name, "argyle.yaml")
        with open(self.file, "w", encoding="utf-8") as file:
            json.dump(configuration(self.directory.name, self.port, plans, names), file)


class Server:

    def __init__(self, folder):
        self.port, self.output = folder.port, open(os.path.join(folder.directory.name, "output"), "w+", encoding="utf-8")
        begin = time.monotonic()
        self.process = subprocess.Popen([ARGYLE, "serve", "-c", folder.file, "--data", folder.data],
                                        stdout=subprocess.PIPE, stderr=self.output, text=True)
        for line in self.process.stdout:
            if line.startswith("ready"):
                break
        else:
            self.output.seek(0)
            raise SystemExit(self.output.read())
        self.started = time.monotonic() - begin
        self.pid = self.process.pid

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.process.stdout.close()
        self.output.close()


def connections(server, seconds):
    """Seconds of the server's processor time for each new connection."""
    listener = socket.create_server((LOOP, 0), backlog=1024)
    over = threading.Event()

    def accept():
        held = collections.deque()  # until its client has its reply
        while not over.is_set():
            held.append(listener.accept()[0])
            if len(held) > 16:
                reset(held.popleft())

    threading.Thread(target=accept, daemon=True).start()
    until, count, before = time.monotonic() + seconds, 0, cpu_seconds(server.pid)
    while time.monotonic() < until:
        reset(tunnel(server.port, "ana", listener.getsockname()[1]))
        count += 1
    spent = cpu_seconds(server.pid) - before
    over.set()
    socket.create_connection(listener.getsockname()).close()
    listener.close()
    return spent / count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--plans", type=int, default=1_000)
    parser.add_argument("--names", type=int, default=500_000)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    folders = {NOTHING: Folder(0, 0, 0), MUCH: Folder(args.accounts, args.plans, args.names)}
    ready = {name: [] for name in folders}
    for _ in range(args.starts + 1):  # the first fills the page cache
        for name, folder in folders.items():
            server = Server(folder)
            ready[name].append(server.started)
            server.close()
    servers = {name: Server(folder) for name, folder in folders.items()}
    time.sleep(REST)
    resident = {name: resident_octets(server.pid) for name, server in servers.items()}
    heap = {name: live_heap_octets(server.pid) for name, server in servers.items()}
    spent = {name: [] for name in servers}
    for number in range(args.rounds + 1):  # the first compiles
        for name, server in servers.items():
            cost = connections(server, args.seconds)
            if number:
                spent[name].append(cost)
    for server in servers.values():
        server.close()
    lines = ["| the server knows | ready, s | resident, MB | live heap, MB | processor time of a connection, µs |",
             "| --- | ---: | ---: | ---: | ---: |"]
    lines += [f"| {name} | {statistics.median(ready[name][1:]):.2f} | {resident[name] / 1e6:.0f} | {heap[name] / 1e6:.1f} "
              f"| {statistics.median(spent[name]) * 1e6:.0f} |" for name in servers]
    kernel = re.match(r"\S+", os.uname().release).group()
    text = (f"    bench/large.py --write\n\n{os.cpu_count()} processors, Linux {kernel}; {time.strftime('%Y-%m-%d')}. Much is {args.accounts:,} "
            f"accounts, {args.plans:,} plans that they have in turn, and a list of {args.names:,} domains in the first rule. "
            f"Median of {args.starts} starts and of {args.rounds} rounds of {args.seconds:g} s.\n\n" + "\n".join(lines))
    print(text)
    if args.write:
        section.write(TITLE, text)


if __name__ == "__main__":
    main()
