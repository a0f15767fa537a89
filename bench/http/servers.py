#!/usr/bin/env python3
"""Three HTTP servers, each in a small program: Netty's codec, jdk.httpserver on virtual threads, Helidon SE.

    servers.py [--rounds 3] [--seconds 30] [--listeners 1000] [--lib FOLDER]

Each serves one JSON resource and a stream of events, one of 3.7 KB a second. Started with the server's own flags for the JVM (but
without its AOT cache, which is made for the whole program), it is asked once, rests, and then has listeners. What it prints: the
time from the command to the first answer, what is resident at rest and with listeners, the processor time of those seconds, and
the lines of the program. The programs are started by turns. Libraries come by Maven (pom.xml) into --lib.
"""
import argparse
import glob
import http.client
import os
import re
import select
import shlex
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.dirname(HERE), os.path.join(ROOT, "conformance"), os.path.join(ROOT, "it")]

import section  # noqa: E402
from isolation_rig import raise_limit  # noqa: E402
from system import cpu_seconds, resident_octets  # noqa: E402

SERVERS = {"Netty `codec-http`": ("NettyServer", "netty-"), "`jdk.httpserver`": ("JdkServer", None), "Helidon SE": ("HelidonServer", "helidon-")}
PATIENCE, REST, OF_A_SOURCE = 30, 3, 64


def java_home():
    return subprocess.run([os.path.join(ROOT, "argyle"), "--java-home"], check=True, capture_output=True, text=True).stdout.strip()


def flags():
    """What ./argyle gives to the JVM for memory and collection."""
    with open(os.path.join(ROOT, "argyle"), encoding="utf-8") as file:
        line = next(line for line in file if "-XX:+UseSerialGC" in line)
    return ["-XX:+UnlockDiagnosticVMOptions", *shlex.split(line.rstrip().rstrip("\\"))]


def lines(name):
    """Of code: without comments, imports and empty lines."""
    with open(os.path.join(HERE, name + ".java"), encoding="utf-8") as file:
        return sum(bool(line.strip()) and not re.match(r"\s*(//|/\*\*|\*|import )", line) for line in file)


class Started:
    def __init__(self, home, path, name):
        begin = time.monotonic()
        self.process = subprocess.Popen([os.path.join(home, "bin/java"), *flags(), "-cp", path, name], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        ready = re.match(r"ready (\d+)", self.line())
        self.port = int(ready[1])
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", "/status")
        if b"running" not in connection.getresponse().read():
            raise ConnectionError(f"{name} does not answer")
        self.answered = time.monotonic() - begin
        connection.close()

    def line(self):
        for line in self.process.stdout:  # Helidon says other things first
            if line.startswith("ready"):
                return line
        raise ChildProcessError("the program did not start")

    def listen(self, count):
        self.sockets, self.epoll, self.octets = {}, select.epoll(), 0
        for number in range(count):
            sock = socket.create_connection(("127.0.0.1", self.port), PATIENCE, (f"127.0.0.{2 + number // OF_A_SOURCE}", 0))
            sock.sendall(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: text/event-stream\r\n\r\n".encode())
            self.sockets[sock.fileno()] = sock
            self.epoll.register(sock.fileno(), select.EPOLLIN)

    def read(self, seconds):
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for descriptor, _ in self.epoll.poll(left):
                data = self.sockets[descriptor].recv(1 << 16)
                if not data:
                    raise ConnectionError("a stream of events ended")
                self.octets += len(data)

    def close(self):
        self.process.kill()
        self.process.wait()


def measure(home, path, name, listeners, seconds):
    """(seconds to the first answer, octets at rest, octets with listeners, cores, KB/s for each listener)"""
    server = Started(home, path, name)
    try:
        time.sleep(REST)
        rest, pid = resident_octets(server.process.pid), server.process.pid
        server.listen(listeners)
        server.read(REST)
        server.octets, before = 0, cpu_seconds(pid)
        server.read(seconds)
        return server.answered, rest, resident_octets(pid), cpu_seconds(pid) - before, server.octets / seconds / listeners / 1e3
    finally:
        server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--listeners", type=int, default=1000)
    parser.add_argument("--lib", default=os.path.join(HERE, "target", "lib"))
    options = parser.parse_args()
    raise_limit()
    home = java_home()
    if not glob.glob(os.path.join(options.lib, "*.jar")):
        subprocess.run(["mvn", "-q", "-B", "-ntp", "-f", os.path.join(HERE, "pom.xml"), "dependency:copy-dependencies",
                        f"-DoutputDirectory={options.lib}"], check=True, env={**os.environ, "JAVA_HOME": home})
    with tempfile.TemporaryDirectory(prefix="http-servers-") as classes:
        every = sorted(glob.glob(os.path.join(options.lib, "*.jar")))
        subprocess.run([os.path.join(home, "bin/javac"), "-d", classes, "-cp", ":".join(every), *glob.glob(os.path.join(HERE, "*.java"))], check=True)
        seen = {title: [] for title in SERVERS}
        for _ in range(options.rounds):
            for title, (name, jars) in SERVERS.items():
                path = [classes] + [jar for jar in every if jars and os.path.basename(jar).startswith(jars)]
                seen[title].append(measure(home, ":".join(path), name, options.listeners, options.seconds))
                print(title, " ".join(f"{one:.4g}" for one in seen[title][-1]), file=sys.stderr, flush=True)
    print(f"{section.machine()}; {time.strftime('%Y-%m-%d')}; median of {options.rounds} starts by turns.\n")
    print(f"| | first answer, s | at rest, MB | {options.listeners:,} listeners, MB | their processor time in {options.seconds:g} s, s | KB/s each | lines |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for title, rows in seen.items():
        answered, rest, held, cpu, rate = (statistics.median(column) for column in zip(*rows))
        print(f"| {title} | {answered:.2f} | {rest / 1e6:.0f} | {held / 1e6:.0f} | {cpu:.2f} | {rate:.1f} | {lines(SERVERS[title][0])} |")


if __name__ == "__main__":
    main()
