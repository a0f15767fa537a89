#!/usr/bin/env python3
"""How exactly an account's rate is kept, and what it costs. Loopback only; every run is bounded. Run it on a quiet machine.

    limits.py [--rates 1MB,10MB,100MB,1000MB] [--tunnels 1,10,500] [--directions up,down] [--relays splice,buffer]
              [--seconds 10] [--warmup 3] [--associations 10] [--others 1000] [--idle 1000] [--out TABLE.md]
    limits.py --costs none@1000MB,reader@1000MB,1000MB,none,quota [--rounds 8] [--server NAME=ARGYLE] [--tunnels 10] [--directions down] [--relays splice] [--apart]

For each combination a server is started afresh, `argyle users set` gives the account its rate, and the tunnels move octets as fast
as they may (loadgen-like processes of Python: sendfile at the source, MSG_TRUNC at the sink). Columns:
    rate kept      octets in the window / (rate x window); within 0.98 to 1.02 is what docs/accounts.md promises
    worst second   the most octets in any second / (rate + burst); at most 1
    shares         the least and the greatest tunnel / their mean
    CPU-s per GB   of the server's process (user and system, /proc/PID/stat), while the window lasts
The row "none" is the same without a limit: its CPU-s per GB is what a limited stream of 1 GB/s is compared with (at most 1.15).
A second table is of datagrams upward: --associations send --excess times the rate (0: no such table), alone and beside as many
tunnels that send; shares are those of associations, and of tunnels.
A third one has an unlimited account in a server with --others limited ones (default 1000), --idle of which have a tunnel (default
all), beside a server without them: CPU-s per GB of the unlimited one (1.00 is wanted).

--costs measures the cost alone, more exactly: warm servers take turns, --seconds each, and a ratio is that to the first kind in the same
round; the median of them is told, and half of them lie between the next two figures. "none@1000MB" has no limit, but a source that sends no
faster, and "reader@1000MB" has none but a sink that takes no more; "quota" has no rate, but a quota that is not spent. --server, which can
be repeated, has every kind of another build of Argyle too. "all" is what both processors did meanwhile, with source and sink: whoever opens
a full window on loopback is charged with what the sender's kernel then sends. --apart has that done elsewhere, as between two machines: the
server alone is on the first processor; source, sink, and the kernel's receiving of packets (RPS) on the second.
"""
import argparse
import os
import selectors
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

import compare
from argyle_process import ARGYLE, Argyle
from isolation_loads import read
from isolation_rig import CLONE_NEWNS, LIBC, LOAD_CPU, MS_PRIVATE, MS_REC, SERVER_CPU, free_port

LOOP = "127.0.0.1"
CHEAP = "$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a"  # "secret"
MSG_TRUNC = 0x20
SLOT = 0.05          # seconds in which octets are added up


def octets(text):
    return int(text.removesuffix("MB")) * 1_000_000 if text.endswith("MB") else int(text)


class Server(Argyle):
    """Argyle with accounts ana and others, in a directory of its own."""

    def __init__(self, relay, rate, direction, others=0, attributes=(), argyle=ARGYLE):
        attributes = [*attributes, *([f"rate.{direction}={rate}"] if rate else [])]
        self.directory = tempfile.TemporaryDirectory()
        folder = self.directory.name
        data = os.path.join(folder, "data")
        self.port = free_port()
        names = ["ana"] + [f"o{number}" for number in range(others)]
        lines = "".join(f"{name}:{CHEAP}\n" for name in names).encode()
        subprocess.run([ARGYLE, "users", "import", "--data", data], input=lines, check=True, stdout=subprocess.DEVNULL)
        if attributes:
            subprocess.run([ARGYLE, "users", "set", "ana", *attributes, "--data", data], check=True, stdout=subprocess.DEVNULL)
        plans = {"idle": {"rate": {"up": "1MiB", "down": "1MiB"}}}
        if others:
            exported = subprocess.run([ARGYLE, "users", "export", "--data", data], check=True, capture_output=True).stdout.decode()
            changed = "".join(line + ("" if line.startswith("ana:") else ",attributes=plan%3Didle%0A") + "\n" for line in exported.splitlines())
            subprocess.run([ARGYLE, "users", "import", "--update", "--data", data], input=changed.encode(), check=True, stdout=subprocess.DEVNULL)
        super().__init__(folder, {
            "socks": {"listen": [f"{LOOP}:{self.port}"], "authentication": ["password"], "relay": relay}, "plans": plans}, argyle)

    def close(self):
        super().close()
        self.directory.cleanup()


def request(port, user, command, target):
    """A connection behind a request, and the reply's port."""
    s = socket.create_connection((LOOP, port), 20)
    name = user.encode()
    s.sendall(b"\x05\x01\x02")
    read(s, 2)
    s.sendall(b"\x01" + bytes([len(name)]) + name + b"\x06secret")
    read(s, 2)
    s.sendall(bytes([5, command, 0, 1]) + socket.inet_aton(LOOP) + struct.pack(">H", target))
    reply = read(s, 10)
    if reply[1]:
        raise OSError(f"refused with X'{reply[1]:02X}'")
    return s, struct.unpack(">H", reply[8:])[0]


def tunnel(port, user, target):
    return request(port, user, 1, target)[0]


def pump(socks, file, over, pace=0):
    """Sends for ever through all of them, at most so many octets a second if any are named."""
    begin, sent = time.monotonic(), 0
    selector = selectors.DefaultSelector()
    for s in socks:
        s.setblocking(False)
        selector.register(s, selectors.EVENT_WRITE)
    while not over.is_set():
        if pace and sent > (time.monotonic() - begin) * pace:
            time.sleep(0.0005)
            continue
        for key, _ in selector.select(0.1):
            try:
                sent += os.sendfile(key.fd, file, 0, 1 << 18 if pace else 1 << 20)
            except BlockingIOError:
                pass
            except OSError:
                selector.unregister(key.fileobj)


class Sinks:
    """Takes what comes, and adds it up by tunnel and by slot of time."""

    def __init__(self, socks, pace=0):
        self.socks, self.totals, self.slots, self.pace = socks, [0] * len(socks), {}, pace
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        selector = selectors.DefaultSelector()
        for index, s in enumerate(self.socks):
            s.setblocking(False)
            selector.register(s, selectors.EVENT_READ, index)
        begin = time.monotonic()
        while not self.over.is_set():
            if self.pace and sum(self.totals) > (time.monotonic() - begin) * self.pace:
                time.sleep(0.0005)
                continue
            for key, _ in selector.select(0.1):
                try:
                    got = key.fileobj.recv_into(bytearray(1 << 20), 0, MSG_TRUNC)
                except BlockingIOError:
                    continue
                except OSError:
                    got = 0
                if not got:
                    selector.unregister(key.fileobj)
                    continue
                self.totals[key.data] += got
                slot = int(time.monotonic() / SLOT)
                self.slots[slot] = self.slots.get(slot, 0) + got


def busy():
    """Seconds of processor time of the whole machine: what was neither idle nor another guest's."""
    with open("/proc/stat", encoding="utf-8") as file:
        fields = [int(field) for field in file.readline().split()[1:]]
    return time.monotonic() * os.cpu_count() - (fields[3] + fields[4] + fields[7]) / os.sysconf("SC_CLK_TCK")


def measure(server, count, direction, args, send=0, take=0):
    listener = socket.create_server((LOOP, 0), backlog=1024)
    clients, targets = [], []
    for _ in range(count):
        clients.append(tunnel(server.port, "ana", listener.getsockname()[1]))
        targets.append(listener.accept()[0])
    sources, sinks = (clients, targets) if direction == "up" else (targets, clients)
    over = threading.Event()
    with tempfile.TemporaryFile() as file:
        file.truncate(1 << 20)
        sink = Sinks(sinks, take)
        threading.Thread(target=pump, args=(sources, file.fileno(), over, send), daemon=True).start()
        time.sleep(args.warmup)
        begin, before, cpu, machine = time.monotonic(), list(sink.totals), server.cpu(), busy()
        time.sleep(args.seconds)
        end, after, spent, machine = time.monotonic(), list(sink.totals), server.cpu() - cpu, busy() - machine
        over.set()
        sink.over.set()
    for s in clients + targets + [listener]:
        s.close()
    moved = [now - then for now, then in zip(after, before)]
    slots = [sink.slots.get(number, 0) for number in range(int(begin / SLOT), int(end / SLOT) + 1)]
    length = round(1 / SLOT)
    worst = max(sum(slots[at:at + length]) for at in range(max(1, len(slots) - length + 1)))
    mean = sum(moved) / count
    return {"octets": sum(moved), "seconds": end - begin, "worst": worst, "least": min(moved) / mean if mean else 0,
            "most": max(moved) / mean if mean else 0, "cpu": spent / (sum(moved) / 1e9) if sum(moved) else float("nan"),
            "all": machine / (sum(moved) / 1e9) if sum(moved) else float("nan")}


class Datagrams:
    """Associations that send more than they may, and what of it arrives, by association."""

    SIZE = 1000

    def __init__(self, server, count, total):
        self.inbox = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.inbox.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.inbox.bind((LOOP, 0))
        self.inbox.settimeout(0.1)
        self.controls, self.clients = [], []
        for _ in range(count):
            control, port = request(server.port, "ana", 3, 0)
            client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            client.connect((LOOP, port))
            self.controls.append(control)
            self.clients.append(client)
        self.arrived, self.slots, self.over = {}, {}, threading.Event()
        self.threads = [threading.Thread(target=self.take), threading.Thread(target=self.send, args=(total,))]
        for thread in self.threads:
            thread.start()

    def send(self, total):
        port = self.inbox.getsockname()[1]
        message = b"\0\0\0\x01" + socket.inet_aton(LOOP) + struct.pack(">H", port) + bytes(self.SIZE)
        begin, sent = time.monotonic(), 0
        while not self.over.is_set():
            while sent * self.SIZE * len(self.clients) < (time.monotonic() - begin) * total:
                for client in self.clients:
                    client.send(message)
                sent += 1
            time.sleep(0.001)

    def take(self):
        while not self.over.is_set():
            try:
                data, source = self.inbox.recvfrom(2048)
            except TimeoutError:
                continue
            self.arrived[source] = self.arrived.get(source, 0) + len(data)
            slot = int(time.monotonic() / SLOT)
            self.slots[slot] = self.slots.get(slot, 0) + len(data)

    def close(self):
        self.over.set()
        for thread in self.threads:
            thread.join()
        for s in self.clients + self.controls + [self.inbox]:
            s.close()


def shares(moved):
    mean = sum(moved) / len(moved)
    return f"{min(moved) / mean:.2f} to {max(moved) / mean:.2f}"


def with_datagrams(server, rate, associations, tunnels, args):
    """A row of the second table: rate kept, worst second, shares of the associations and of the tunnels."""
    listener = socket.create_server((LOOP, 0), backlog=1024)
    clients, targets = [], []
    for _ in range(tunnels):
        clients.append(tunnel(server.port, "ana", listener.getsockname()[1]))
        targets.append(listener.accept()[0])
    over = threading.Event()
    with tempfile.TemporaryFile() as file:
        file.truncate(1 << 20)
        sink = Sinks(targets)
        if tunnels:
            threading.Thread(target=pump, args=(clients, file.fileno(), over), daemon=True).start()
        datagrams = Datagrams(server, associations, rate * args.excess)
        time.sleep(args.warmup)
        begin, streams, before = time.monotonic(), list(sink.totals), dict(datagrams.arrived)
        time.sleep(args.seconds)
        end, after, arrived = time.monotonic(), list(sink.totals), dict(datagrams.arrived)
        over.set()
        sink.over.set()
        datagrams.close()
    for s in clients + targets + [listener]:
        s.close()
    moved = [now - then for now, then in zip(after, streams)]
    came = [octets - before.get(source, 0) for source, octets in arrived.items()]
    slots = [sink.slots.get(number, 0) + datagrams.slots.get(number, 0) for number in range(int(begin / SLOT), int(end / SLOT) + 1)]
    length = round(1 / SLOT)
    worst = max(sum(slots[at:at + length]) for at in range(max(1, len(slots) - length + 1)))
    return (f"{(sum(moved) + sum(came)) / (rate * (end - begin)):.3f} | {worst / (rate + max(65536, rate // 10)):.3f} | {shares(came)} | "
            f"{shares(moved) if moved else ''} | {sum(came) / (sum(moved) + sum(came)):.2f}")


def costs(args, say):
    """The table of --costs."""
    kinds = args.costs.split(",")
    builds = {"": ARGYLE, **dict(server.split("=", 1) for server in args.server)}
    for relay in args.relays.split(","):
        for direction in args.directions.split(","):
            servers = {(kind, build): of_kind(kind, relay, direction, argyle, args.apart) for kind in kinds for build, argyle in builds.items()}
            found = {key: [] for key in servers}
            try:
                for number in range(-1, args.rounds):
                    for key in list(servers) if number % 2 else reversed(servers):
                        kind, _, pace = key[0].partition("@")
                        paced = {"take" if kind == "reader" else "send": octets(pace or "0")}
                        found[key].append([measure(servers[key], count, direction, args, **paced) for count in map(int, args.tunnels.split(","))])
            finally:
                for server in servers.values():
                    server.close()
            for index, count in enumerate(args.tunnels.split(",")):
                first = [row[index] for row in found[kinds[0], ""][1:]]
                for (kind, build), rows in found.items():
                    mine = [row[index] for row in rows[1:]]
                    speed = statistics.median(one["octets"] / one["seconds"] / 1e6 for one in mine)
                    low, ratio, high = statistics.quantiles([one["cpu"] / none["cpu"] for one, none in zip(mine, first)], n=4)
                    whole = statistics.median(one["all"] / none["all"] for one, none in zip(mine, first))
                    say(f"| {relay} | {direction} | {count} | {kind} {build} | {speed:.0f} | {statistics.median(one['cpu'] for one in mine):.3f} | "
                        f"{ratio:.2f} | {low:.2f} to {high:.2f} | {statistics.median(one['all'] for one in mine):.3f} | {whole:.2f} |")


def packets_apart():
    """What arrives in this network, which is this process' own, is received on the loads' processor, where this process goes too."""
    if LIBC.unshare(CLONE_NEWNS) or LIBC.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) or LIBC.mount(b"none", b"/sys", b"sysfs", 0, None):
        raise SystemExit("--apart needs the right to mount (CAP_SYS_ADMIN)")
    with open("/sys/class/net/lo/queues/rx-0/rps_cpus", "w", encoding="ascii") as mask:
        mask.write(f"{1 << LOAD_CPU:x}")
    os.sched_setaffinity(0, {LOAD_CPU})


def of_kind(kind, relay, direction, argyle, apart=False):
    """A server in which ana has what the kind says."""
    before = os.sched_getaffinity(0)
    if apart:
        os.sched_setaffinity(0, {SERVER_CPU})  # which the server inherits
    try:
        if kind == "quota":
            return Server(relay, 0, direction, attributes=["quota.octets=1000000GiB"], argyle=argyle)
        return Server(relay, 0 if kind.startswith(("none", "reader")) else octets(kind), direction, argyle=argyle)
    finally:
        os.sched_setaffinity(0, before)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rates", default="1MB,10MB,100MB,1000MB")
    parser.add_argument("--tunnels", default="1,10,500")
    parser.add_argument("--directions", default="up,down")
    parser.add_argument("--relays", default="splice,buffer")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--warmup", type=float, default=3)
    parser.add_argument("--others", type=int, default=1000)
    parser.add_argument("--idle", type=int)
    parser.add_argument("--associations", type=int, default=10)
    parser.add_argument("--excess", type=float, default=2)
    parser.add_argument("--costs")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--server", action="append", default=[])
    parser.add_argument("--apart", action="store_true")
    parser.add_argument("--out")
    args = parser.parse_args()
    own = compare.own_network()
    compare.congestion_control("reno" if own else None)  # one that paces has timers of its own
    if args.apart:
        if not own:
            raise SystemExit("--apart needs the right to make a network (CAP_SYS_ADMIN)")
        packets_apart()
    if args.costs:
        print("| relay | direction | tunnels | limit | MB/s | CPU-s per GB | of the first | half of the rounds | all | of the first |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        costs(args, print)
        return
    lines = ["| relay | direction | tunnels | rate | rate kept | worst second | shares | CPU-s per GB |", "| --- | --- | --- | --- | --- | --- | --- | --- |"]

    def say(line):
        lines.append(line)
        print(line, flush=True)

    for relay in args.relays.split(","):
        for direction in args.directions.split(","):
            for count in map(int, args.tunnels.split(",")):
                for text in [*args.rates.split(","), "none"]:
                    rate = 0 if text == "none" else octets(text)
                    server = Server(relay, rate, direction)
                    try:
                        found = measure(server, count, direction, args)
                    finally:
                        server.close()
                    kept = f"{found['octets'] / (rate * found['seconds']):.3f}" if rate else f"{found['octets'] / found['seconds'] / 1e6:.0f} MB/s"
                    worst = f"{found['worst'] / (rate + max(65536, rate // 10)):.3f}" if rate else ""
                    say(f"| {relay} | {direction} | {count} | {text} | {kept} | {worst} | {found['least']:.2f} to {found['most']:.2f} | {found['cpu']:.2f} |")
    say("")
    if args.associations:
        say("| associations | tunnels | rate | rate kept | worst second | shares of associations | shares of tunnels | part of datagrams |")
        say("| --- | --- | --- | --- | --- | --- | --- | --- |")
        for tunnels in (0, args.associations):
            for text in ("1MB", "10MB"):
                server = Server("splice", octets(text), "up")
                try:
                    say(f"| {args.associations} | {tunnels} | {text} | {with_datagrams(server, octets(text), args.associations, tunnels, args)} |")
                finally:
                    server.close()
        say("")
    say("| limited accounts beside it | CPU-s per GB of an unlimited account |")
    say("| --- | --- |")
    for others in (0, args.others):
        server = Server("splice", 0, "down", others)
        listener = socket.create_server((LOOP, 0), backlog=1024)
        idle = []
        try:
            for number in range(min(others, args.others if args.idle is None else args.idle)):
                idle.append(tunnel(server.port, f"o{number}", listener.getsockname()[1]))
                idle.append(listener.accept()[0])
            say(f"| {others} | {measure(server, 1, 'down', args)['cpu']:.2f} |")
        finally:
            for s in idle:
                s.close()
            server.close()
    if args.out:
        with open(args.out, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
