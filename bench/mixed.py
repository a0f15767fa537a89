#!/usr/bin/env python3
"""How long a small exchange waits while other tunnels move bulk: fairness between tunnels.

    mixed.py --server NAME='COMMAND with {port}' [--server ...] [--bulk 16] [--direction down] [--udp-flood N] [--churn N]
             [--bulk-login NAME:PASSWORD] [--seconds 5] [--warmup 4] [--rounds 2] [--out TABLE.md]

COMMAND is as in compare.py.  Each server is started afresh on processor 0 and stays there; everything else runs on the last
processor.  BULK tunnels move octets as fast as the server lets them (sendfile at the source, MSG_TRUNC at the sink: the load
is far cheaper than the server's work, so the server is what is saturated), while one tunnel pings 64 octets and new tunnels are
opened one after the other, at a higher priority (root).  The row "direct" is the same without a server.  Milliseconds.
Loopback only; every run is bounded.

--direction up: the clients send.  --udp-flood N: N associations send datagrams of 512 octets as fast as they can; what arrives at
the destination counts.  --churn N: N clients at a time open a tunnel, exchange 64 octets and reset it (loadgen.c).  With either of
them there are no bulk tunnels, unless --bulk asks for some.

What is measured begins after WARMUP seconds of the same load, pings and openings: a JVM compiles meanwhile, and its compiler takes
the processor for up to 4 ms at a time (a tick) where the server has one processor.  After 30 s it has done most of that.

--page overview|connections: one server under one load, by turns without and with a page of the dashboard open (page.py): ROUNDS
pairs of intervals in one process of it. The page's client runs beside the load. Prints both, and ratios.

--bulk-login: all bulk tunnels are of one account, whose rate the server may limit; whoever pings is somebody else.
"""
import argparse
import contextlib
import json
import multiprocessing
import os
import selectors
import shlex
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

from isolation_loads import read
from isolation_rig import free_port, pin, start
from page import KINDS, OpenPage

LOOP = "127.0.0.1"
SERVER_CPU, LOAD_CPU = 0, (os.cpu_count() or 2) - 1
PATIENCE = 20
AFTER_PAGE = 1.5  # seconds in which a server notices that nobody watches any more, or in which a page has asked for all it needs
DATAGRAM = 512


def connect(proxy, port, login=None):
    s = socket.create_connection((LOOP, proxy or port), PATIENCE)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if proxy:
        ask(s, 1, LOOP, port, login)
    return s


def ask(s, command, host, port, login=None):
    if login:
        name, password = (one.encode() for one in login.split(":", 1))
        s.sendall(b"\x05\x01\x02")
        read(s, 2)
        s.sendall(b"\x01" + bytes([len(name)]) + name + bytes([len(password)]) + password)
        if read(s, 2)[1]:
            raise OSError("login refused")
    else:
        s.sendall(b"\x05\x01\x00")
        read(s, 2)
    s.sendall(b"\x05" + bytes([command]) + b"\x00\x01" + socket.inet_aton(host) + struct.pack(">H", port))
    reply = read(s, 10)
    if reply[1]:
        raise OSError(f"reply {reply[1]}")
    return struct.unpack(">H", reply[8:])[0]


def source(listener, _):
    """Sends for ever to whoever connects."""
    pin(LOAD_CPU)
    fd = bulk_file()

    def pump(sock):
        try:
            while True:
                os.sendfile(sock.fileno(), fd, 0, 1 << 26)
        except OSError:
            sock.close()
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=pump, args=(sock,), daemon=True).start()


def bulk_file():
    fd = os.memfd_create("bulk")
    os.ftruncate(fd, 1 << 26)
    return fd


def drain(listener, total):
    """Takes whatever is sent by whoever connects."""
    pin(LOAD_CPU)
    ready = selectors.DefaultSelector()
    ready.register(listener, selectors.EVENT_READ)
    scrap = bytearray(1 << 20)
    while True:
        for key, _ in ready.select():
            if key.fileobj is listener:
                sock, _ = listener.accept()
                sock.setblocking(False)
                ready.register(sock, selectors.EVENT_READ)
            else:
                take(key.fileobj, scrap, total)


def take(sock, scrap, total):
    try:
        total.value += sock.recv_into(scrap, 1 << 20, socket.MSG_TRUNC)
    except BlockingIOError:
        pass


def echo(listener):
    pin(LOAD_CPU, -5)

    def serve(sock):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while data := sock.recv(4096):
                sock.sendall(data)
        except OSError:
            pass
        sock.close()
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=serve, args=(sock,), daemon=True).start()


def sink(proxy, port, count, total, login):
    pin(LOAD_CPU)
    ready = selectors.DefaultSelector()
    for _ in range(count):
        sock = connect(proxy, port, login)
        sock.setblocking(False)
        ready.register(sock, selectors.EVENT_READ)
    scrap = bytearray(1 << 20)
    while True:
        for key, _ in ready.select():
            take(key.fileobj, scrap, total)


def push(proxy, port, count, _, login):
    """Sends through `count` tunnels as fast as they take it."""
    pin(LOAD_CPU)
    ready, fd = selectors.DefaultSelector(), bulk_file()
    for _ in range(count):
        sock = connect(proxy, port, login)
        sock.setblocking(False)
        ready.register(sock, selectors.EVENT_WRITE)
    while True:
        for key, _ in ready.select():
            try:
                os.sendfile(key.fd, fd, 0, 1 << 20)
            except BlockingIOError:
                pass


def flood(proxy, port, count):
    """Sends datagrams through `count` associations, or straight to the destination."""
    pin(LOAD_CPU, 5)
    controls, clients = [], []
    for _ in range(count):
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        if proxy:
            controls.append(socket.create_connection((LOOP, proxy), PATIENCE))
        client.connect((LOOP, ask(controls[-1], 3, "0.0.0.0", 0) if proxy else port))
        clients.append(client)
    message = (b"\0\0\0\x01" + socket.inet_aton(LOOP) + struct.pack(">H", port) if proxy else b"") + b"d" * DATAGRAM
    while True:
        for client in clients:
            for _ in range(8):
                try:
                    client.send(message)
                except OSError:
                    pass


def swallow(sock, total):
    """Takes the datagrams of a flood, which then are what counts."""
    pin(LOAD_CPU)
    scrap = bytearray(2048)
    while True:
        try:
            total.value += sock.recv_into(scrap)
        except OSError:
            pass


def ping(sock):
    begin = time.perf_counter()
    sock.sendall(b"p" * 64)
    got = 0
    while got < 64:
        more = sock.recv(64 - got)
        if not more:
            raise OSError("closed")
        got += len(more)
    return (time.perf_counter() - begin) * 1e3


def probe(proxy, port, seconds, answers):
    pin(LOAD_CPU, -5)
    pings, opened, failed = [], [], 0
    try:
        sock = connect(proxy, port)
    except OSError as wrong:
        answers.put({"ping": [], "open": [], "failed": 1, "why": str(wrong)})
        return
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            for _ in range(8):
                pings.append(ping(sock))
                time.sleep(0.004)
            begin = time.perf_counter()
            fresh = connect(proxy, port)
            ping(fresh)
            fresh.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            fresh.close()
            opened.append((time.perf_counter() - begin) * 1e3)
        except OSError:
            failed += 1
            pings.append(PATIENCE * 1e3)
            break
    answers.put({"ping": pings, "open": opened, "failed": failed})


class Load:
    """What keeps the server busy. `unit`: of what it has moved a second."""

    def __init__(self, o, scratch):
        self.o, self.loadgen = o, None
        self.bulk = o.bulk if o.bulk is not None else 0 if o.udp_flood or o.churn else 16
        self.unit = "bulk GB/s" if self.bulk else "datagrams GB/s" if o.udp_flood else "tunnels/s"
        if o.churn:
            self.loadgen = os.path.join(scratch, "loadgen")
            here = os.path.dirname(os.path.abspath(__file__))
            subprocess.run(["cc", "-O2", "-o", self.loadgen, os.path.join(here, "loadgen.c"), "-lpthread"], check=True)

    def words(self):
        parts = [f"{self.bulk} bulk tunnels{' upward' if self.o.direction == 'up' else ''}"] if self.bulk else []
        parts += [f"{self.o.udp_flood} associations that flood datagrams"] if self.o.udp_flood else []
        parts += [f"{self.o.churn} clients that open and leave"] if self.o.churn else []
        return " and ".join(parts)

    def destinations(self, total):
        """Starts what the load talks to."""
        self.listener = socket.create_server((LOOP, 0), backlog=1024)
        self.datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.datagrams.bind((LOOP, 0))
        started = [start(drain if self.o.direction == "up" else source, self.listener, total)]
        if self.o.udp_flood:
            started.append(start(swallow, self.datagrams, multiprocessing.Value("q", 0, lock=False) if self.bulk else total))
        return started

    def begin(self, proxy, echo_port, seconds, total):
        """Starts the load; returns (processes of ours, the load generator for the first `seconds`)."""
        started = []
        if self.bulk:
            started.append(start(push if self.o.direction == "up" else sink, proxy, self.listener.getsockname()[1], self.bulk, total, self.o.bulk_login))
        if self.o.udp_flood:
            started.append(start(flood, proxy, self.datagrams.getsockname()[1], self.o.udp_flood))
        return started, self.churn(proxy, echo_port, seconds) if self.o.churn else None

    def churn(self, proxy, echo_port, seconds):
        """Clients that come and go for so long; what is printed at the end says how many."""
        command = [self.loadgen, "churn", "--target", f"{LOOP}:{echo_port}", "--conns", str(self.o.churn), "--size", "64", "--seconds", str(seconds)]
        return subprocess.Popen(command + (["--proxy", f"{LOOP}:{proxy}"] if proxy else []), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                preexec_fn=lambda: pin(LOAD_CPU))

    def end(self):
        self.listener.close()
        self.datagrams.close()


def churn_target(loadgen, helpers):
    """The load generator's own destination: one process of C for all the tunnels that come and go."""
    port = free_port()
    target = subprocess.Popen([loadgen, "target", "--port", str(port), "--lifetime", "600"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              preexec_fn=lambda: pin(LOAD_CPU))
    helpers.append(target)
    end = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection((LOOP, port), 1).close()
            return port
        except OSError:
            if time.monotonic() > end:
                raise SystemExit("the load generator's target does not start") from None
            time.sleep(0.05)


def await_server(command, server, proxy, ping_port):
    end = time.monotonic() + PATIENCE
    while True:
        try:
            connect(proxy, ping_port).close()
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"{command}: nothing that listens") from None
            time.sleep(0.1)


class Run:
    """A server under a load, both of which are there until `close`. What is measured are intervals of it."""

    def __init__(self, command, load, warmup, first):
        """`first`: seconds of the first interval, for which clients that come and go stay on after the warm-up."""
        self.load, self.total, self.answers = load, multiprocessing.Value("q", 0, lock=False), multiprocessing.Queue()
        self.listener = socket.create_server((LOOP, 0), backlog=1024)
        self.ping_port = self.listener.getsockname()[1]
        self.proxy, self.server, self.generator, self.programs, self.data = None, None, None, [], tempfile.TemporaryDirectory(prefix="mixed-data-")
        self.helpers = [start(echo, self.listener)] + load.destinations(self.total)
        try:
            self.churn_port = churn_target(load.loadgen, self.programs) if load.loadgen else None
            if command:
                self.serve(command, warmup)
            self.started, self.generator = load.begin(self.proxy, self.churn_port, max(1, warmup) + first, self.total)
            self.helpers += self.started
            self.probe(max(1, warmup))
        except BaseException:
            self.close()
            raise

    def serve(self, command, warmup):
        self.proxy = free_port()
        words = shlex.split(command.format(port=self.proxy, data=self.data.name))
        self.server = subprocess.Popen(words, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=lambda: pin(SERVER_CPU))
        await_server(command, self.server, self.proxy, self.ping_port)
        for _ in range(20 if warmup else 0):
            connect(self.proxy, self.ping_port).close()

    def probe(self, seconds):
        self.helpers.append(start(probe, self.proxy, self.ping_port, seconds, self.answers))
        return self.answers.get(timeout=seconds + 5 * PATIENCE)

    def interval(self, seconds):
        if self.load.loadgen and self.generator is None:
            self.generator = self.load.churn(self.proxy, self.churn_port, seconds)
        octets, begin = self.total.value, time.monotonic()
        got = self.probe(seconds)
        got["bulk"] = (self.total.value - octets) / (time.monotonic() - begin) / 1e9
        if self.generator and self.load.unit == "tunnels/s":
            got["bulk"] = json.loads(self.generator.communicate(timeout=PATIENCE)[0].splitlines()[-1])["cps"]
            self.generator = None
        if not all(one.is_alive() for one in self.started):
            got["lacks"] = True
        return got

    def close(self):
        for one in self.programs + [self.generator] * bool(self.generator):
            one.kill()
            one.wait()
        for one in self.helpers:
            one.terminate()
            one.join()
        if self.server:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()
        self.listener.close()
        self.load.end()
        self.data.cleanup()


def measure(command, load, seconds, warmup):
    with contextlib.closing(Run(command, load, warmup, seconds)) as run:
        return run.interval(seconds)


def measure_watched(command, load, o):
    """{"closed": intervals, "open": intervals} of one server under one load, without and with a page, by turns."""
    got = {"closed": [], "open": []}
    with contextlib.closing(Run(command, load, o.warmup, 0)) as run:
        if run.generator:  # it belongs to the warm-up alone
            run.generator.communicate(timeout=PATIENCE)
            run.generator = None
        folder = os.path.join(run.data.name, "data")

        def page():
            return OpenPage(folder, o.page, lambda: pin(LOAD_CPU))
        with page():  # what it needs is compiled
            run.probe(AFTER_PAGE)
        for pair in range(o.rounds):
            for state in ("closed", "open")[::1 if pair % 2 == 0 else -1]:
                with page() if state == "open" else contextlib.nullcontext(time.sleep(AFTER_PAGE)):
                    one = run.interval(o.seconds)
                if one["failed"] or one.get("lacks"):
                    raise SystemExit(f"mixed.py: {state}: {one}")
                got[state].append(one)
                print(f"pair {pair + 1} {state}: {words(one, load)}", file=sys.stderr, flush=True)
    return got


def words(got, load):
    return (f"ping p50 {at(got['ping'], .5):.2f} p99 {at(got['ping'], .99):.2f}, open p50 {at(got['open'], .5):.2f} "
            f"p99 {at(got['open'], .99):.2f}, failed {got['failed']}, {load.unit} {got['bulk']:.2f}"
            + (" (not what was asked for: it has no such thing)" if got.get("lacks") else ""))


def watched_table(got, load):
    """Medians over the intervals of a state, and of the pairs' ratios: one that was disturbed does not decide."""
    figures = {state: [[at(one["ping"], .5), at(one["ping"], .99), at(one["open"], .5), at(one["open"], .99), one["bulk"]] for one in intervals]
               for state, intervals in got.items()}
    lines = [f"| {load.words()} | ping p50 | ping p99 | open p50 | open p99 | {load.unit} |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for state, intervals in figures.items():
        lines.append(f"| page {state} | " + " | ".join(f"{statistics.median(column):.2f}" for column in zip(*intervals)) + " |")
    ratios = [[closed / opened for closed, opened in zip(*pair)][:4] + [pair[1][4] / pair[0][4]] for pair in zip(figures["closed"], figures["open"])]
    lines.append("| with it open, of without (more is better) | " + " | ".join(f"{statistics.median(column):.2f}" for column in zip(*ratios)) + " |")
    return "\n".join(lines)


def at(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] if values else float("nan")


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--server", action="append", default=[])
    a.add_argument("--bulk", type=int, help="tunnels that move bulk; 16, or 0 with another load")
    a.add_argument("--bulk-login", metavar="NAME:PASSWORD", help="the bulk tunnels log in (RFC 1929); the others offer NO AUTHENTICATION")
    a.add_argument("--direction", choices=["down", "up"], default="down", help="of the bulk")
    a.add_argument("--udp-flood", type=int, default=0, metavar="N", help="associations that flood datagrams")
    a.add_argument("--churn", type=int, default=0, metavar="N", help="clients at a time that open a tunnel and leave")
    a.add_argument("--seconds", type=float, default=5)
    a.add_argument("--warmup", type=float, default=4)
    a.add_argument("--rounds", type=int, default=2)
    a.add_argument("--out")
    a.add_argument("--page", choices=KINDS, help="the one server, without and with this page of the dashboard open; its command has {data}, a folder")
    o = a.parse_args()
    if o.page:
        if len(o.server) != 1 or "{data}" not in o.server[0]:
            a.error("--page: one server, whose command has {data}")
        with tempfile.TemporaryDirectory(prefix="mixed-") as scratch:
            load = Load(o, scratch)
            text = watched_table(measure_watched(o.server[0].partition("=")[2], load, o), load)
        print(text)
        return
    servers = [("direct", None)] + [one.split("=", 1) for one in o.server]
    rows = {name: [] for name, _ in servers}
    with tempfile.TemporaryDirectory(prefix="mixed-") as scratch:
        load = Load(o, scratch)
        for _ in range(o.rounds):
            for name, command in servers:
                got = measure(command, load, o.seconds, o.warmup)
                rows[name].append(got)
                print(f"{name}: {words(got, load)}", file=sys.stderr, flush=True)
    lines = [f"{load.words()} through a server on one processor, one tunnel that pings, new tunnels one after the other; {o.rounds} rounds of "
             f"{o.seconds:g} s; medians over the rounds (max: the most); ms", "",
             f"| server | ping p50 | ping p99 | ping max | open p50 | open p99 | failed | {load.unit} |", "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for name, _ in servers:
        if any(one.get("lacks") for one in rows[name]):
            lines.append(f"| {name} | — | — | — | — | — | — | — |")
            continue

        def m(f, name=name):
            return statistics.median(f(one) for one in rows[name])
        lines.append(f"| {name} | {m(lambda r: at(r['ping'], .5)):.2f} | {m(lambda r: at(r['ping'], .99)):.2f} | {max(max(r['ping'] or [0]) for r in rows[name]):.1f} | "
                     f"{m(lambda r: at(r['open'], .5)):.2f} | {m(lambda r: at(r['open'], .99)):.2f} | {sum(r['failed'] for r in rows[name])} | {m(lambda r: r['bulk']):.2f} |")
    text = "\n".join(lines) + "\n"
    print(text)
    if o.out:
        with open(o.out, "w", encoding="utf-8") as f:
            f.write(text)


if __name__ == "__main__":
    main()
