#!/usr/bin/python3
"""What GSSAPI costs: bulk throughput of one tunnel at each level of protection, beside TLS by OpenSSL. About 90 seconds.

    bench/kerberos_levels.py --write       and puts the figures into docs/performance.md

One client in Python on MIT's library, one destination, all on 127.0.0.1. TLS is the same client on Python's ssl module, through socat in the server's place
(OpenSSL at both ends). Needs krb5-kdc, krb5-admin-server, krb5-user, python3-gssapi, socat and openssl.
"""
import argparse
import contextlib
import multiprocessing
import os
import shutil
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path[:0] = [os.path.join(ROOT, "it"), os.path.join(ROOT, "conformance")]

import gssapi_client  # noqa: E402
import kerberos  # noqa: E402
import section  # noqa: E402

WARM, SECONDS, ROUNDS = 1.0, 2.5, 3
PIECE = 1 << 16
CASES = ("none", "integrity", "confidentiality", "TLS by OpenSSL")


def destination(listener):
    """Sends without end to whoever says D first, and throws away what others send."""
    def serve(connected):
        octets = bytes(1 << 18)
        with contextlib.suppress(OSError), connected:
            if connected.recv(1) == b"D":
                while True:
                    connected.sendall(octets)
            buffer = bytearray(1 << 18)
            while connected.recv_into(buffer):
                pass
    while True:
        connected, _ = listener.accept()
        threading.Thread(target=serve, args=(connected,), daemon=True).start()


class Tls:
    """The client, where socat is the server."""

    def __init__(self, address, certificate):
        context = ssl.create_default_context(cafile=certificate)
        context.check_hostname = False
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        self.socket = context.wrap_socket(socket.create_connection(address))
        self.name = self.socket.cipher()[0]

    def write(self, octets):
        self.socket.sendall(octets)

    def read(self):
        return self.socket.recv(PIECE)

    def close(self):
        self.socket.close()


def cpu_seconds(pid):
    """Of a process and its children."""
    total = 0.0
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return total + sum(cpu_seconds(int(child)) for child in file.read().split())


def measure(client, down, pid):
    """(MB/s, the server's CPU-seconds a GB)"""
    client.write(b"D" if down else b"U")
    octets = bytes(PIECE)
    counted = 0
    begin = time.monotonic()
    measured = None
    while (now := time.monotonic()) < begin + WARM + SECONDS:
        if measured is None and now >= begin + WARM:
            measured, counted, cpu = now, 0, cpu_seconds(pid)
        if down:
            counted += len(client.read())
        else:
            client.write(octets)
            counted += PIECE
    cpu = cpu_seconds(pid) - cpu
    client.close()
    return counted / (now - measured) / 1e6, cpu / counted * 1e9


def configuration(realm):
    return f"""socks:
  listen: ["127.0.0.1:0"]
  authentication: [gssapi]
  gssapi: {{ keytab: {realm.keytab}, realm: {kerberos.HOME}, protection: [none, integrity, confidentiality] }}
management:
  mass: {{ listen: "127.0.0.1:0" }}
  feed: {{ listen: null, tcp: "127.0.0.1:0" }}
  bottler: {{ listen: "127.0.0.1:0" }}
  http: {{ listen: "127.0.0.1:0" }}
"""


@contextlib.contextmanager
def argyle(realm, folder):
    """The server's process and its address."""
    import json
    file = os.path.join(folder, "argyle.yaml")
    with open(file, "w", encoding="utf-8") as out:
        out.write(configuration(realm))
    data = os.path.join(folder, "data")
    subprocess.run([os.path.join(ROOT, "argyle"), "--version"], check=True, stdout=subprocess.DEVNULL)  # builds it
    with subprocess.Popen([os.path.join(ROOT, "argyle"), "serve", "-c", file, "--data", data], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        endpoints = os.path.join(data, "endpoints.json")
        try:
            while not os.path.exists(endpoints):
                if process.poll() is not None:
                    sys.exit("the server does not start")
                time.sleep(0.1)
            with open(endpoints, encoding="utf-8") as text:
                host, _, port = json.load(text)["socks"][0].rpartition(":")
            yield process.pid, (host, int(port))
        finally:
            process.terminate()


@contextlib.contextmanager
def tls(folder, target):
    """The same of socat, and the certificate."""
    certificate = os.path.join(folder, "certificate.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=localhost", "-keyout", certificate + ".key", "-out", certificate], check=True, capture_output=True)
    port = kerberos.free_port()
    listen = f"OPENSSL-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork,cert={certificate},key={certificate}.key,verify=0"
    with subprocess.Popen(["socat", "-b", str(PIECE), listen, f"TCP:{target[0]}:{target[1]}"], stderr=subprocess.DEVNULL) as process:
        try:
            while True:
                with contextlib.suppress(OSError):
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                time.sleep(0.1)
            yield process.pid, ("127.0.0.1", port), certificate
        finally:
            process.terminate()


def rounds(realm, folder):
    """{case: {down: [(MB/s, CPU)]}}"""
    listener = socket.create_server(("127.0.0.1", 0))
    target = listener.getsockname()
    multiprocessing.Process(target=destination, args=(listener,), daemon=True).start()
    figures = {case: {True: [], False: []} for case in CASES}
    cache = realm.ticket("ana")
    with argyle(realm, folder) as (server, proxy), tls(folder, target) as (relay, entry, certificate):
        for _ in range(ROUNDS):
            for down in (True, False):
                for level, case in enumerate(CASES):
                    if case.startswith("TLS"):
                        client, pid = Tls(entry, certificate), relay
                    else:
                        client, pid = gssapi_client.Client(proxy, cache=cache, level=level), server
                        client.authenticate().request(gssapi_client.CONNECT, *target)
                    figures[case][down].append(measure(client, down, pid))
    return figures


def table(figures):
    lines = ["| protection | to the client, MB/s | min-max | CPU-s per GB | from the client, MB/s | min-max | CPU-s per GB |",
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for case, ways in figures.items():
        cells = []
        for down in (True, False):
            rates, cpu = zip(*ways[down])
            cells += [f"{statistics.median(rates):.0f}", f"{min(rates):.0f}-{max(rates):.0f}", f"{statistics.median(cpu):.2f}"]
        lines.append(f"| {case} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    lacking = kerberos.missing() or (None if shutil.which("socat") else "not installed: socat")
    if lacking:
        sys.exit(lacking)
    load = os.getloadavg()[0]
    with kerberos.Realm() as realm, tempfile.TemporaryDirectory() as folder:
        os.environ["KRB5_CONFIG"] = realm.configuration
        text = table(rounds(realm, folder))
    text = f"""One tunnel, one client in Python on MIT's library, {ROUNDS} rounds of {SECONDS} s; medians. The key is aes256-cts-hmac-sha1-96. For comparison, TLS 1.3 by OpenSSL
at both ends, with socat in the server's place. CPU is that of the server, or of socat. Produced by `bench/kerberos_levels.py --write`
on {section.machine()}; the load before it began was {load:.1f}.

{text}

`none` is spliced and never enters the JVM. The speed of the other levels is that of the JDK's Kerberos: it runs AES with CTS and HMAC-SHA1
one after the other over each message, while TLS uses AES-GCM in one pass with the processor's own instructions. The relay adds one copy into the JVM and one out of it."""
    print(text)
    if options.write:
        section.write("GSSAPI, by level of protection", text)


if __name__ == "__main__":
    main()
