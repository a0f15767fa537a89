#!/usr/bin/env python3
"""Half an hour of everything at once, and whether the server is afterwards as it was after the first five minutes: idle tunnels,
paced ones whose octets are compared, short connections, readers that are slow, UDP associations, dead names, configurations read
again, users added, changed and removed, metrics read and a listener of events.

    soak.py                     30 minutes
    soak.py --minutes 6         shorter; the first sixth is what the end is compared with
    soak.py --write             and puts the table into docs/performance.md

Ends with 1 if memory, descriptors, pipes or threads have grown, or if anything failed that must not.
"""
import argparse
import multiprocessing
import os
import random
import signal
import socket
import sys
import time

import section
from isolation_rig import raise_limit

ROOT = os.path.dirname(section.PAGE.parent)
sys.path[:0] = [os.path.join(ROOT, "conformance"), os.path.join(ROOT, "it")]

from harness import RIG  # noqa: E402
from management_http import Api  # noqa: E402
from management_load import PASSWORD, Tunnels  # noqa: E402
from resources import Sample, Things, associate  # noqa: E402
from tunnel_load import read, tunnel  # noqa: E402
from wire import Account  # noqa: E402

TITLE = "Half an hour of everything"
IDLE, PACED, SLOW, ASSOCIATIONS = 5_000, 100, 50, 60
PACED_RATE = 20e6      # octets a second through all paced tunnels together
CHURN = 100            # new tunnels a second
USERS = 16
CONFIGURATION = {
    "socks": {"listen": ["127.0.0.1:0"], "handshake-timeout": "10s", "idle-timeout": "0s", "max-unauthenticated": 4096,
              "udp": {"max-per-user": 1024}},
    "dns": {"servers": ["127.0.0.1:9"]},  # nobody answers there
}
GROWTH = {"resident": (1.10, 16e6), "heap": (1.15, 6e6), "open": (1.02, 16), "pipes": (1.10, 32), "threads": (1.0, 6)}


# --- loads, each in a process of its own until `stop` is set; what they come to is put into `told` --------------------

def guarded(load):
    def run(name, stop, told, *arguments):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        done = failed = 0
        reason = None
        state = {}
        while not stop.is_set():
            try:
                done += load(state, *arguments)
            except (OSError, AssertionError) as problem:
                failed += 1
                reason = reason or f"{type(problem).__name__}: {problem}"
                time.sleep(0.2)
        told.put((name, done, failed, reason))
    return run


def hello(user):
    name, password = user
    return b"\x05\x01\x02\x01%c%b%c%b" % (len(name), name, len(password), password)


@guarded
def churn(state, proxy, users):
    """A tunnel to an echo of its own, one exchange, an end by FIN or by reset."""
    if "target" not in state:
        state["target"] = socket.create_server(("127.0.0.1", 0), backlog=64)
        state["next"] = time.monotonic()
    state["next"] = max(state["next"] + 1 / CHURN, time.monotonic() - 1)
    time.sleep(max(0, state["next"] - time.monotonic()))
    target = state["target"]
    target.settimeout(10)
    near, far = tunnel(proxy, random.choice(users), target)
    with near, far:
        far.settimeout(10)
        near.sendall(b"ping")
        far.sendall(read(far, 4))
        read(near, 4)
        if random.random() < 0.3:
            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    return 1


@guarded
def slow_readers(state, proxy, users):
    """Targets that send all they can to clients that take 4 KiB ten times a second; a client leaves now and then."""
    if "target" not in state:
        state.update(target=socket.create_server(("127.0.0.1", 0), backlog=64), pairs=[])
        state["target"].settimeout(10)
    target, pairs = state["target"], state["pairs"]
    if len(pairs) < SLOW:
        near, far = tunnel(proxy, random.choice(users), target)
        near.setblocking(False)
        far.setblocking(False)
        pairs.append((near, far))
        return 1
    for near, far in pairs:
        for action in (lambda far=far: far.send(bytes(1 << 16)), lambda near=near: near.recv(4096)):
            try:
                action()
            except BlockingIOError:
                pass
    if random.random() < 0.05:
        for one in pairs.pop(random.randrange(len(pairs))):
            one.close()
    time.sleep(0.1)
    return 0


@guarded
def datagrams(state, proxy, users):
    """Associations that carry datagrams and are replaced after some seconds."""
    if "sink" not in state:
        state.update(sink=socket.socket(socket.AF_INET, socket.SOCK_DGRAM), open=[])
        state["sink"].bind(("127.0.0.1", 0))
        state["sink"].settimeout(0.5)
    sink, opened = state["sink"], state["open"]
    header = b"\x00\x00\x00\x01\x7f\x00\x00\x01" + sink.getsockname()[1].to_bytes(2, "big")
    if len(opened) < ASSOCIATIONS:
        opened.append(associate(proxy, random.choice(users)))
    _, sock = random.choice(opened)
    sock.send(header + os.urandom(random.choice((16, 512, 1400))))
    try:
        data, sender = sink.recvfrom(2000)
        sink.sendto(data, sender)
        sock.settimeout(0.5)
        sock.recv(2000)
    except TimeoutError:
        return 0  # UDP promises nothing
    if random.random() < 0.005:
        for one in opened.pop(random.randrange(len(opened))):
            one.close()
    time.sleep(0.005)
    return 1


@guarded
def dead_names(state, proxy, users):
    """A name that no server knows of; the answer is a refusal, after the connect timeout at most."""
    name = b"dead-%d.test" % random.randrange(1 << 30)
    with socket.create_connection(proxy, 30) as near:
        near.sendall(hello(users[0]) + b"\x05\x01\x00\x03%c%b\x00\x50" % (len(name), name))
        if read(near, 6)[:4] != b"\x05\x02\x01\x00":
            raise ConnectionError("the login was refused")
    time.sleep(0.1)
    return 1


@guarded
def operator(state, server, pid):
    """Reads the configuration again, changes users, reads metrics, lists and history."""
    turn = state["turn"] = state.get("turn", 0) + 1
    api = Api(server)
    name = f"soak-{turn}"
    for status, method, path, body in ((201, "POST", "/users", {"name": name, "password": "a-Password-of-the-soak"}),
                                       (200, "PATCH", f"/users/{name}", {"enabled": False}), (204, "DELETE", f"/users/{name}", None)):
        answered = api.send(method, path, body)
        if answered[0] != status:
            raise AssertionError(f"{method} {path}: {answered}")
    for path in ("/status", "/connections", "/users", "/history", "/changes"):
        api.get(path)
    if api.exchange("GET", "/metrics")[0] != 200:
        raise AssertionError("no metrics")
    if turn % 5 == 0:
        os.kill(pid, signal.SIGHUP)
    if turn % 50 == 0:
        os.kill(pid, signal.SIGUSR1)
    time.sleep(2)
    return 1


# --- the run ----------------------------------------------------------------------------------------------------------

def grown(first, last):
    """What has grown beyond its bound."""
    found = []
    for what, (factor, more) in GROWTH.items():
        before, after = getattr(first, what), getattr(last, what)
        if after > before * factor + more:
            found.append(f"{what}: {before} after the first part, {after} at the end")
    return found


def hold(server, users, stop, ready, told):
    """The idle tunnels, in a process of their own for its descriptors."""
    things = Things(server, users)
    things.idle_tunnels(IDLE)
    ready.set()
    stop.wait()
    lost = 0
    for one in things.held:
        one.setblocking(False)
        try:
            if one.recv(1) == b"":
                lost += 1
        except BlockingIOError:
            pass
        except OSError:
            lost += 1
    told.put(("idle tunnels", IDLE, lost, f"{lost} ends were closed" if lost else None))
    things.close()


def run(server, minutes):
    pid = server.endpoints["pid"]
    users = [(b"soak-user-%02d" % number, PASSWORD) for number in range(USERS)]
    for user in users:
        server.add_user(Account(*user))
    context = multiprocessing.get_context("fork")
    stop, ready, told = context.Event(), context.Event(), context.Queue()
    loads = [context.Process(target=hold, args=(server, users, stop, ready, told))]
    loads[0].start()
    if not ready.wait(120):
        raise TimeoutError("the idle tunnels were not open within 120 s")
    proxy = server.socks
    loads += [context.Process(target=load, args=(name, stop, told, *arguments)) for name, load, *arguments in (
        ("short connections", churn, proxy, users), ("slow readers", slow_readers, proxy, users),
        ("datagrams", datagrams, proxy, users), ("dead names", dead_names, proxy, users), ("operator", operator, server, pid))]
    for load in loads[1:]:
        load.start()
    listeners = Things(server, users)
    listeners.listeners(1)
    paced = Tunnels(server, [name for name, _ in users], PACED, PACED_RATE)
    samples, begin = [], time.monotonic()
    try:
        for sixth in range(1, 7):
            minute = minutes * sixth / 6
            drain(listeners.held[0], begin + minute * 60)
            samples.append((minute, Sample(pid)))
            print(f"{minute:5.1f} min: {samples[-1][1].row()}", flush=True)
        outcome = paced.end()
    finally:
        stop.set()
        paced.kill()
        results = sorted(told.get(timeout=60) for _ in loads)
        for load in loads:
            load.join(30)
        listeners.close()
    problems = [tunnel["problem"] for tunnel in outcome["tunnels"] if tunnel["problem"]]
    results.append(("paced tunnels", len(outcome["tunnels"]), len(problems), problems[0] if problems else None))
    return samples, results


def drain(sock, until):
    """Reads the listener's events until then."""
    sock.settimeout(1)
    while time.monotonic() < until:
        try:
            if not sock.recv(1 << 16):
                raise ConnectionError("the stream of events ended")
        except TimeoutError:
            pass


def report(samples, results, minutes):
    lines = [f"    bench/soak.py --minutes {minutes:g} --write", "",
             f"{section.machine()}; {time.strftime('%Y-%m-%d')}. {IDLE:,} idle tunnels, {PACED} paced ones with {PACED_RATE / 1e6:g} MB/s together, "
             f"{CHURN} new tunnels per second, {SLOW} slow readers, {ASSOCIATIONS} UDP associations, dead names, a reload every 10 s, "
             "users added, disabled and removed.", "",
             "| minute | heap after a collection, MB | resident, MB | descriptors | of them pipes | threads |",
             "| ---: | ---: | ---: | ---: | ---: | ---: |"]
    lines += [f"| {minute:g} | {one.heap / 1e6:.1f} | {one.resident / 1e6:.0f} | {one.open} | {one.pipes} | {one.threads} |" for minute, one in samples]
    lines += ["", "| load | done | failed |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {done} | {failed} |" for name, done, failed, _ in results]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    options = parser.parse_args()
    raise_limit()
    section.build()
    RIG.use_command(f"{os.path.join(ROOT, 'argyle')} serve")
    server = RIG.start("soak", CONFIGURATION)
    try:
        samples, results = run(server, options.minutes)
        text = report(samples, results, options.minutes)
        found = grown(samples[0][1], samples[-1][1]) + [f"{name}: {failed} failed, first: {why}" for name, _, failed, why in results if failed]
        server.check()
    finally:
        server.kill()
        RIG.stop()
    print(text)
    if options.write:
        section.write(TITLE, text)
    for one in found:
        print(f"NOT AS IT SHOULD BE: {one}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
