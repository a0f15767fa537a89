"""A directory of the tests' own: OpenLDAP's slapd on free ports of 127.0.0.1, in a temporary folder, with a certificate that it has signed itself.

No root, nothing outside of the folder. Its entries: people below ou=people, groups of them below ou=groups, and one who may search.
"""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

BASE = "dc=argyle,dc=test"
PEOPLE, GROUPS, SEARCHER = f"ou=people,{BASE}", f"ou=groups,{BASE}", f"cn=searcher,{BASE}"
SEARCHER_PASSWORD = "search-Words-7"
PATIENCE = 60.0   # seconds that slapd may take to answer
TRIES = 5         # ports that may be taken by somebody else
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"

CONFIGURATION = """
include {schema}/core.schema
include {schema}/cosine.schema
include {schema}/inetorgperson.schema
pidfile {folder}/slapd.pid
TLSCertificateFile {folder}/certificate.pem
TLSCertificateKeyFile {folder}/key.pem
TLSCACertificateFile {folder}/certificate.pem
allow bind_anon_cred bind_anon_dn
database ldif
suffix "{base}"
directory {folder}/entries
rootdn "cn=root,{base}"
rootpw root-Words-7
access to attrs=userPassword by anonymous auth by * none
access to * by users read by anonymous read
"""


def program(name):
    return shutil.which(name, path=PATH)


def missing():
    """What the system lacks for a directory, or None."""
    lacking = [name for name in ("slapd", "slapadd", "openssl") if not program(name)]
    return f"not installed: {', '.join(lacking)} (slapd, openssl)" if lacking else None


def certificate(folder, host="127.0.0.1"):
    """certificate.pem, of an address, and key.pem; returns the path of the first."""
    there = os.path.join(folder, "certificate.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=argyle test", "-addext", f"subjectAltName=IP:{host}", "-keyout", os.path.join(folder, "key.pem"), "-out", there],
                   check=True, capture_output=True, timeout=60)
    return there


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


class Directory:
    """A slapd that runs; close() ends it and removes its folder. People are names and passwords, groups names and members."""

    def __init__(self, people, groups):
        self.folder = tempfile.mkdtemp(prefix="argyle-directory-")
        self.ca = certificate(self.folder)
        self.process = None
        try:
            self._fill(people, groups)
            self.start()
        except BaseException:
            self.close()
            raise

    def path(self, name):
        return os.path.join(self.folder, name)

    @property
    def schema(self):
        """Beside the program, wherever the package was unpacked."""
        beside = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(program("slapd"))))), "etc/ldap/schema")
        return beside if os.path.isdir(beside) else "/etc/ldap/schema"

    def _fill(self, people, groups):
        os.makedirs(self.path("entries"))
        with open(self.path("slapd.conf"), "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(schema=self.schema, folder=self.folder, base=BASE))
        entries = [f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: test\ndc: argyle",
                   f"dn: {PEOPLE}\nobjectClass: organizationalUnit\nou: people", f"dn: {GROUPS}\nobjectClass: organizationalUnit\nou: groups",
                   f"dn: {SEARCHER}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: searcher\nuserPassword: {SEARCHER_PASSWORD}"]
        entries += [f"dn: uid={name},{PEOPLE}\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: {name}\nuserPassword: {password}"
                    for name, password in people.items()]
        entries += [f"dn: cn={name},{GROUPS}\nobjectClass: groupOfNames\ncn: {name}\n" + "\n".join(f"member: uid={member},{PEOPLE}" for member in members)
                    for name, members in groups.items()]
        subprocess.run([program("slapadd"), "-f", self.path("slapd.conf")], input="\n\n".join(entries) + "\n", text=True, check=True,
                       capture_output=True, timeout=60)

    def start(self):
        for attempt in range(TRIES):
            self.port, self.tls_port = (self.port, self.tls_port) if hasattr(self, "port") and attempt == 0 else (free_port(), free_port())
            urls = f"ldap://127.0.0.1:{self.port} ldaps://127.0.0.1:{self.tls_port}"
            with open(self.path("slapd.log"), "ab") as log:
                self.process = subprocess.Popen([program("slapd"), "-d", "stats", "-h", urls, "-f", self.path("slapd.conf")], stdin=subprocess.DEVNULL,
                                                stdout=log, stderr=log, start_new_session=True)
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline and self.process.poll() is None:
                try:
                    socket.create_connection(("127.0.0.1", self.tls_port), timeout=1).close()
                    return
                except OSError:
                    time.sleep(0.02)
            self.end()
        raise RuntimeError(f"slapd does not start: {self.log()}")

    def log(self):
        with open(self.path("slapd.log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def stop(self):
        """It listens, and answers nobody: whoever connects waits."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def close(self):
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)
