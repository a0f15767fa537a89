#!/usr/bin/env python3
"""A Kerberos realm of the tests' own: MIT's KDC on a free port of 127.0.0.1, in a temporary folder.

    it/kerberos.py --run [--user NAME]...     prints one line of JSON, and lives until standard input ends

What the line says is what `Realm.described` gives: tests in Java start it that way. No root, nothing outside of the folder.

There are two realms, of which the second is trusted by the first, so that whoever comes from there is authenticated and nevertheless
none of ours. The services are rcmd/localhost (RFC 1961's name), socks/localhost, both in the keytab, and host/localhost, which the KDC knows and the
keytab does not.
"""
import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HOME, ELSEWHERE = "ARGYLE.TEST", "ELSEWHERE.TEST"
HOST = "localhost"
IN_KEYTAB, NOT_IN_KEYTAB = (f"rcmd/{HOST}", f"socks/{HOST}"), (f"host/{HOST}",)
USERS = ("ana", "ben")
STRANGER = "otto"  # of the other realm
PATIENCE = 20.0    # seconds that the KDC may take to answer
TRIES = 5          # ports that may be taken by somebody else

PROGRAMS = ("krb5kdc", "kdb5_util", "kadmin.local", "kinit", "kvno")
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def missing():
    """What the system lacks for a realm, or None."""
    lacking = [name for name in PROGRAMS if not shutil.which(name, path=PATH)]
    return f"not installed: {', '.join(lacking)} (krb5-kdc, krb5-admin-server, krb5-user)" if lacking else None


class Realm:
    """A KDC that runs; close() ends it and removes its folder. A context manager."""

    def __init__(self, users=USERS, services=IN_KEYTAB, other_services=NOT_IN_KEYTAB, host=HOST):
        self.users, self.services, self.other_services, self.host = tuple(users), tuple(services), tuple(other_services), host
        self.folder = tempfile.mkdtemp(prefix="argyle-kerberos-")
        self.keytab = self.path("service.keytab")
        self.process = None
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._end()
        shutil.rmtree(self.folder, ignore_errors=True)

    # what a test asks for

    @property
    def configuration(self):
        """The krb5.conf of clients and servers."""
        return self.path("krb5.conf")

    @property
    def principal(self):
        """The first service's, with the realm."""
        return f"{self.services[0]}@{HOME}"

    def environment(self, cache=None, configuration=None):
        """For a process that speaks Kerberos by MIT's libraries, or with the JDK (KRB5_CONFIG is not the JDK's)."""
        changes = {"KRB5_CONFIG": configuration or self.configuration, "KRB5_KDC_PROFILE": self.path("kdc.conf"), "KRB5RCACHENAME": "none:",
                   "PATH": PATH, "LC_ALL": "C"}
        if cache:
            changes["KRB5CCNAME"] = f"FILE:{cache}"
        return {**os.environ, **changes}

    def java_options(self, configuration=None):
        """For a JVM that is a server or a client here."""
        return [f"-Djava.security.krb5.conf={configuration or self.configuration}"]

    def configured(self, name, **libdefaults):
        """Another krb5.conf with changes to [libdefaults], such as clockskew=1; returns its path."""
        path = self.path(name)
        self._write_krb5_conf(path, **libdefaults)
        return path

    def ticket(self, user, name=None, life=None, realm=HOME):
        """Logs a user in by keytab; returns the path of the ticket cache. `life` is kinit's, such as "3s"."""
        cache = self.path(f"{name or user}.ccache")
        self.run("kinit", "-k", "-t", self.path("users.keytab"), *(["-l", life] if life else []), f"{user}@{realm}", cache=cache)
        return cache

    def service_ticket(self, cache, service=None):
        """Gets the ticket for a service into a cache, as a client does by itself."""
        self.run("kvno", service or self.principal, cache=cache)

    def expired_ticket(self, user):
        """A cache whose tickets ended, though it says that they have not: a client that is wrong, or lies.

        A server's own tolerance comes on top, 5 minutes: one that uses configured(..., clockskew=1) does not take them any more.
        """
        life, cache = self._short_lived(user, 1)
        time.sleep(life + 2.1)
        with open(cache, "rb") as file:
            octets = bytearray(file.read())
        pretended = 12 * 3600
        for at in list(self._ends(octets)):  # not wherever the same second stands: it may be another ticket's first
            octets[at:at + 4] = (int.from_bytes(octets[at:at + 4], "big") + pretended).to_bytes(4, "big")
        with open(cache, "wb") as file:
            file.write(octets)
        return cache

    def _short_lived(self, user, life):
        """(seconds, cache) of a ticket for the service that ends soon; on a busy machine it has to last longer to be had at all."""
        cache = self.ticket(user, f"{user}-expired", f"{life}s")
        try:
            self.service_ticket(cache)
        except RuntimeError as ended:
            if life > 8 or "Ticket expired" not in str(ended):
                raise
            return self._short_lived(user, 2 * life)
        return life, cache

    def expect_no_network(self):
        """Ends the KDC: a server must not need it."""
        self._end()

    def described(self):
        """All of it as text and maps of text."""
        return {
            "realm": HOME, "krb5Conf": self.configuration, "keytab": self.keytab, "principal": self.principal, "host": self.host,
            "caches": {user: self.ticket(user) for user in self.users},
            "stranger": self.ticket(STRANGER, realm=ELSEWHERE), "noTicket": self.path("nobody.ccache"),
        }

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *command, cache=None, text=None):
        done = subprocess.run(command, env=self.environment(cache), input=text, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    # how it comes to be

    def _start(self):
        if missing():
            raise RuntimeError(missing())
        self._configure()
        for realm in (HOME, ELSEWHERE):
            self.run("kdb5_util", "create", "-r", realm, "-s", "-P", "of-a-test")
        self._kadmin(HOME, [f"addprinc -randkey {name}" for name in (*self.users, *self.services, *self.other_services)]
                     + [f"ktadd -k {self.keytab} {name}" for name in self.services]
                     + [f"ktadd -norandkey -k {self.path('users.keytab')} {name}" for name in self.users])
        self._kadmin(ELSEWHERE, [f"addprinc -randkey {STRANGER}", f"ktadd -norandkey -k {self.path('users.keytab')} {STRANGER}"])
        for realm in (HOME, ELSEWHERE):  # both know the key of the trust
            self._kadmin(realm, [f"addprinc -pw of-both krbtgt/{HOME}@{ELSEWHERE}"])
        for _ in range(TRIES):
            if self._serve():
                return
            self._configure()
        raise RuntimeError("krb5kdc does not start\n" + self._said())

    def _kadmin(self, realm, lines):
        for line in lines:
            self.run("kadmin.local", "-r", realm, "-q", line)

    def _configure(self):
        self.port = free_port()
        self._write_krb5_conf(self.configuration)
        stanza = "".join(f"""
  {realm} = {{
    database_name = {self.path(realm)}.db
    key_stash_file = {self.path(realm)}.stash
    max_life = 12h
    max_renewable_life = 0
  }}""" for realm in (HOME, ELSEWHERE))
        self._write("kdc.conf", f"""[kdcdefaults]
  kdc_listen = 127.0.0.1:{self.port}
  kdc_tcp_listen = 127.0.0.1:{self.port}
[realms]{stanza}
[logging]
  kdc = FILE:{self.path("kdc.log")}
""")

    def _write_krb5_conf(self, path, **libdefaults):
        settings = {"default_realm": HOME, "dns_lookup_kdc": "false", "dns_lookup_realm": "false", "dns_canonicalize_hostname": "false",
                    "rdns": "false", "forwardable": "false", "udp_preference_limit": "1", **libdefaults}
        lines = "".join(f"  {key} = {value}\n" for key, value in settings.items())
        realms = "".join(f"  {realm} = {{\n    kdc = 127.0.0.1:{self.port}\n  }}\n" for realm in (HOME, ELSEWHERE))
        self._write(path, f"""[libdefaults]
{lines}[realms]
{realms}[domain_realm]
  {self.host} = {HOME}
  .argyle.test = {HOME}
[capaths]
  {ELSEWHERE} = {{
    {HOME} = .
  }}
""")

    def _write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def _serve(self):
        """Starts the KDC; False if it ended instead, its port being taken."""
        with open(self.path("kdc.out"), "ab") as out:
            self.process = subprocess.Popen(["krb5kdc", "-n", "-r", HOME, "-r", ELSEWHERE, "-P", self.path("kdc.pid")], env=self.environment(),
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                return False
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return True
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("krb5kdc does not answer\n" + self._said())

    def _said(self):
        texts = []
        for name in ("kdc.out", "kdc.log"):
            if os.path.exists(self.path(name)):
                with open(self.path(name), encoding="utf-8", errors="replace") as file:
                    texts.append(file.read()[-2000:])
        return "\n".join(texts)

    def _end(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    @staticmethod
    def _ends(octets):
        """Where the end times are in a cache: behind the authtime and a start time come an end in some seconds, and renew_till."""
        now = int(time.time())
        for at in range(len(octets) - 16):
            authenticated, start, end = (int.from_bytes(octets[at + i:at + i + 4], "big") for i in (0, 4, 8))
            if now - 60 <= authenticated <= start <= end <= now + 60 and end > authenticated:
                yield at + 8


def free_port():
    """A port that is free for TCP and UDP on 127.0.0.1."""
    while True:
        with socket.socket() as stream, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            stream.bind(("127.0.0.1", 0))
            port = stream.getsockname()[1]
            try:
                datagrams.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def main():
    parser = argparse.ArgumentParser(description="A Kerberos realm for tests; it ends with its standard input.")
    parser.add_argument("--run", action="store_true", required=True)
    parser.add_argument("--user", action="append", help="instead of ana and ben; may be repeated")
    options = parser.parse_args()
    with Realm(users=options.user or USERS) as realm:
        print(json.dumps(realm.described()), flush=True)
        sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
