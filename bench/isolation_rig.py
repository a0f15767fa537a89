"""Where bench/isolation.py runs: a network of its own, a name server, destinations, and the server that is measured."""
import ctypes
import fcntl
import heapq
import json
import multiprocessing
import os
import resource
import selectors
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
SERVER_CPU, LOAD_CPU = 0, (os.cpu_count() or 2) - 1
PROBES, DESTINATIONS, LOADS = -10, -5, 10   # niceness; the first two take root
PATIENCE = 10       # seconds that anything may take: the connect timeout of the servers and of most clients
START_PATIENCE = 60
LATE = 2.0          # seconds until an answer about a name below late.test
PASSWORD = b"a-Password-of-the-matrix"
NEWCOMERS = 400     # users who have never logged in
DESCRIPTORS = 8192  # that a server may have: so that running out of them can be tried with clients that have more
WIDE = 24           # addresses of a name below wide.test
CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWUSER = 0x20000, 0x40000000, 0x10000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
LIBC = ctypes.CDLL(None, use_errno=True)


def pin(cpu, niceness=0):
    try:
        os.sched_setaffinity(0, {cpu})
    except OSError:
        pass
    try:
        os.nice(niceness)
    except OSError:
        pass


def raise_limit(most=None):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = min(hard, most or hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))


def reset(sock):
    """Closes with a TCP reset: nothing stays in TIME_WAIT."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    except OSError:
        pass
    sock.close()


# --- who uses the processors ----------------------------------------------------------------------------------------

TICK = os.sysconf("SC_CLK_TCK")


def busy_seconds():
    """Processor time that the whole machine has spent working."""
    with open("/proc/stat", encoding="ascii") as file:
        fields = [int(one) for one in file.readline().split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICK  # less idle and iowait


def our_seconds():
    """Processor time of this process and everything that it has started and that still runs."""
    parents, spent = {}, {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        parents[int(pid)], spent[int(pid)] = int(fields[1]), int(fields[11]) + int(fields[12])

    def ours(pid):
        while pid > 1 and pid != os.getpid():
            pid = parents.get(pid, 0)
        return pid == os.getpid()
    return sum(ticks for pid, ticks in spent.items() if ours(pid)) / TICK


# --- the network ----------------------------------------------------------------------------------------------------

class Network:
    """The addresses of everybody. In a namespace of its own (root, or user namespaces) clients and destinations are outside of
    127.0.0.0/8, as in real life: some servers treat loopback differently. Elsewhere all of them are loopback addresses."""

    SERVER = "127.0.0.1"

    def __init__(self, wanted=True):
        self.own = wanted and self._enter()
        self.names_for_all = False
        if self.own:
            self._interface("lo", up=True)
            self._interface("lo:1", address="192.0.2.1", mask="255.255.255.0")
            self._congestion("reno")  # one that paces makes loopback erratic
            self.names_for_all = self._resolver()
        base = "192.0.2." if self.own else "127.0.0."
        self.other, self.destination = base + "3", base + "9"
        self.base = base

    def noisy(self, number):
        """The address of the client that makes load, one for each row."""
        return f"{self.base}{20 + number}"

    @staticmethod
    def _enter():
        if LIBC.unshare(CLONE_NEWNET | CLONE_NEWNS) == 0:
            return True
        user, group = os.getuid(), os.getgid()
        if LIBC.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) != 0:
            return False
        for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
        return True

    @staticmethod
    def _interface(name, up=False, address=None, mask=None):
        get_flags, set_flags, set_address, set_mask, flag_up = 0x8913, 0x8914, 0x8916, 0x891C, 1
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            if up:
                request = struct.pack("16sH14x", name.encode(), 0)
                flags = struct.unpack("16sH14x", fcntl.ioctl(s, get_flags, request))[1]
                fcntl.ioctl(s, set_flags, struct.pack("16sH14x", name.encode(), flags | flag_up))
            for call, value in ((set_address, address), (set_mask, mask)):
                if value:
                    fcntl.ioctl(s, call, struct.pack("16sHH4s8x", name.encode(), socket.AF_INET, 0, socket.inet_aton(value)))

    @staticmethod
    def _congestion(name):
        try:
            with open("/proc/sys/net/ipv4/tcp_congestion_control", "w", encoding="ascii") as file:
                file.write(name)
        except OSError:
            pass

    @staticmethod
    def _resolver():
        """A resolv.conf of its own, seen by this process and its children alone: other servers then ask our name server too."""
        with tempfile.NamedTemporaryFile("w", prefix="resolv-", delete=False) as file:
            file.write(f"nameserver {Network.SERVER}\n")
        os.chmod(file.name, 0o644)
        made = LIBC.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) == 0 \
            and LIBC.mount(file.name.encode(), os.path.realpath("/etc/resolv.conf").encode(), None, MS_BIND, None) == 0
        os.remove(file.name)
        return made


# --- the name server ------------------------------------------------------------------------------------------------

class NameServer:
    """Answers at once for names below fast.test, and with many addresses below wide.test. Never answers for dead.test. For late.test it
    answers LATE seconds later that the name is an alias of another one there, eight times over."""

    def __init__(self, network):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind((network.SERVER, 53 if network.own else 0))
        self.address = self.socket.getsockname()
        self.answer = socket.inet_aton(network.destination)
        self.many = [socket.inet_aton(f"{network.base}{100 + number}") for number in range(WIDE)]

    def run(self):
        pin(LOAD_CPU, DESTINATIONS)
        late, number = [], 0
        while True:
            self.socket.settimeout(max(0.001, late[0][0] - time.monotonic()) if late else None)
            try:
                question, sender = self.socket.recvfrom(4096)
                labels, end = self._name(question)
                if labels[-2:-1] == [b"late"]:
                    number += 1
                    heapq.heappush(late, (time.monotonic() + LATE, number, self._alias(question, labels, end), sender))
                elif labels[-2:-1] != [b"dead"]:
                    self.socket.sendto(self._found(question, end, self.many if labels[-2:-1] == [b"wide"] else [self.answer]), sender)
            except (TimeoutError, ConnectionError):
                pass
            except (IndexError, struct.error):
                continue  # no question
            while late and late[0][0] <= time.monotonic():
                _, _, answer, sender = heapq.heappop(late)
                self.socket.sendto(answer, sender)

    @staticmethod
    def _name(message):
        labels, at = [], 12
        while message[at]:
            labels.append(message[at + 1:at + 1 + message[at]].lower())
            at += 1 + message[at]
        return labels, at + 1

    @staticmethod
    def _found(message, end, addresses):
        kind = struct.unpack_from(">H", message, end)[0]
        records = [b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + address for address in addresses if kind == 1]
        return message[:2] + struct.pack(">HHHHH", 0x8580, 1, len(records), 0, 0) + message[12:end + 4] + b"".join(records)

    @staticmethod
    def _alias(message, labels, end):
        first = labels[0].decode("ascii", "replace")
        step, _, rest = first.partition("x") if first[:1].isdigit() else ("0", "", first)
        if int(step or 0) >= 8:
            return message[:2] + struct.pack(">HHHHH", 0x8583, 1, 0, 0, 0) + message[12:end + 4]
        name = [f"{int(step or 0) + 1}x{rest}".encode(), *labels[1:]]
        target = b"".join(bytes([len(label)]) + label for label in name) + b"\0"
        record = b"\xc0\x0c" + struct.pack(">HHIH", 5, 1, 60, len(target)) + target
        return message[:2] + struct.pack(">HHHHH", 0x8580, 1, 1, 0, 0) + message[12:end + 4] + record


# --- destinations ---------------------------------------------------------------------------------------------------

def serve_streams(listener, niceness, echo):
    """Sends back what comes, or takes it and forgets it."""
    raise_limit()
    pin(LOAD_CPU, niceness)
    ready = selectors.DefaultSelector()
    listener.setblocking(False)
    ready.register(listener, selectors.EVENT_READ)
    scrap = bytearray(1 << 20)

    def take(sock):
        if echo:
            data = sock.recv(1 << 16)
            if data:
                sock.send(data)  # small exchanges: they fit
            return data
        return sock.recv_into(scrap, 1 << 20, socket.MSG_TRUNC)

    while True:
        for key, _ in ready.select():
            sock = key.fileobj
            if sock is listener:
                accept_all(listener, ready)
                continue
            try:
                if take(sock):
                    continue
            except BlockingIOError:
                continue
            except OSError:
                pass
            ready.unregister(sock)
            sock.close()


def accept_all(listener, ready):
    for _ in range(64):
        try:
            sock, _ = listener.accept()
        except OSError:
            return
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ready.register(sock, selectors.EVENT_READ)


def serve_source(listener):
    """Sends for ever to whoever connects."""
    raise_limit()
    pin(LOAD_CPU, LOADS)
    fd = os.memfd_create("bulk")
    os.ftruncate(fd, 1 << 26)

    def pump(sock):
        try:
            while os.sendfile(sock.fileno(), fd, 0, 1 << 26):
                pass
        except OSError:
            pass
        sock.close()
    threading.stack_size(1 << 17)
    while True:
        sock, _ = listener.accept()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 18)
        threading.Thread(target=pump, args=(sock,), daemon=True).start()


def serve_datagrams(sock):
    pin(LOAD_CPU, DESTINATIONS)
    while True:
        try:
            data, sender = sock.recvfrom(65536)
            sock.sendto(data, sender)
        except OSError:
            pass


class Destinations:
    """What the clients connect to. Ports: echo for the probes; for the loads discard, source, silence (datagrams that nobody reads) and
    hole, where a connection is never answered, at every address."""

    def __init__(self, network):
        self.host = network.destination
        listeners = [socket.create_server((self.host, 0), backlog=4096) for _ in range(3)]
        self.echo, self.discard, self.source = (one.getsockname()[1] for one in listeners)
        self.datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for one in (self.datagrams, self.silent):
            one.bind((self.host, 0))
        self.udp_echo, self.silence = self.datagrams.getsockname()[1], self.silent.getsockname()[1]
        hole = socket.create_server(("0.0.0.0", 0), backlog=0)
        self.hole, self.open = hole.getsockname()[1], [*listeners, hole]
        for _ in range(4):  # its backlog is full from now on
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex((self.host, self.hole))
            self.open.append(waiting)
        self.processes = [start(serve_streams, listeners[0], DESTINATIONS, True), start(serve_streams, listeners[1], LOADS, False),
                          start(serve_source, listeners[2]), start(serve_datagrams, self.datagrams)]


def start(target, *arguments):
    process = multiprocessing.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def stop(processes):
    for one in processes:
        one.kill()
    for one in processes:
        one.join()


# --- servers --------------------------------------------------------------------------------------------------------

def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((Network.SERVER, 0))
        return probe.getsockname()[1]


class Server:
    """A server of any make: a command that listens on 127.0.0.1:{port}. With {user} and {password} in it, every client logs in."""

    door = administrator = None
    accounts = False      # users with names of their own, newcomers among them
    anonymous = True      # clients without a password are admitted

    def __init__(self, name, command):
        self.name, self.command = name, command
        self.user = None
        if "{user}" in command:
            self.user, self.anonymous = b"probe", False
        self.process = None

    def start(self):
        self.address = (Network.SERVER, free_port())
        self._run(shlex.split(self.command.format(port=self.address[1], user="probe", password=PASSWORD.decode())))
        self._wait(lambda: self._listens(self.address))

    def _run(self, command):
        def first():
            raise_limit(DESCRIPTORS)
            pin(SERVER_CPU)
        self.process = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, preexec_fn=first)

    def _wait(self, ready):
        end = time.monotonic() + START_PATIENCE
        while not ready():
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise SystemExit(f"isolation.py: {self.name} does not start: {self.said()}")
            time.sleep(0.05)

    @staticmethod
    def _listens(address):
        try:
            socket.create_connection(address, 1).close()
            return True
        except OSError:
            return False

    def said(self):
        return self.command

    def runs(self):
        return self.process.poll() is None

    def resident(self):
        """Resident memory in octets, shared pages in proportion, of every process that the command has started."""
        total = 0
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.getpgid(int(pid)) == self.process.pid:
                    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
                        total += sum(int(line.split()[1]) * 1024 for line in file if line.startswith("Pss:"))
            except OSError:
                pass  # it has ended
        return total

    def stop(self):
        if self.process:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.process.wait()


class Argyle(Server):
    """Started afresh with users, a MASS door and our name server; everything else is as it is by default."""

    accounts = True

    def __init__(self, command, directory, names, relay, users):
        super().__init__("argyle", " ".join(command))
        self.words, self.directory, self.names, self.relay = list(command), directory, names, relay
        self.user, self.number = b"probe", 0
        self.template = users or os.path.join(directory, "users")

    def start(self):
        if not os.path.exists(self.template):
            self._make_users()
        self.number += 1
        self.here = os.path.join(self.directory, str(self.number))
        data = os.path.join(self.here, "data")
        shutil.copytree(self.template, data)
        self.address, self.door = ((Network.SERVER, free_port()) for _ in range(2))
        configuration = {
            "socks": {"listen": [self._text(self.address)], "authentication": ["password", "none"], "relay": self.relay},
            "dns": {"servers": [self._text(self.names)]},
            "management": {"mass": {"listen": self._text(self.door)}, "feed": {"listen": None}, "bottler": {"listen": None}, "http": {"listen": None}},
            "log": {"access": os.path.join(self.here, "access.log"), "security": os.path.join(self.here, "security.log")},
        }
        with open(os.path.join(self.here, "argyle.yaml"), "w", encoding="utf-8") as file:
            json.dump(configuration, file)  # JSON is YAML
        self._run(["sh", "-c", 'exec "$@" 2>"$0"', os.path.join(self.here, "stderr"), *self.words, "-c", file.name, "--data", data])
        self._wait(lambda: os.path.exists(os.path.join(data, "endpoints.json")) and self._listens(self.address))
        with open(os.path.join(data, "admin.secret"), encoding="utf-8") as file:
            secret = json.load(file)
        self.administrator = (secret["username"].encode(), secret["password"].encode())

    @staticmethod
    def _text(address):
        return f"{address[0]}:{address[1]}"

    def said(self):
        try:
            with open(os.path.join(self.here, "stderr"), encoding="utf-8", errors="replace") as file:
                return file.read()[-2000:]
        except OSError:
            return self.command

    def _make_users(self):
        """A data directory with the users; the newcomers share one hash, so that making them costs little."""
        self._users("add", "probe", "--password-stdin", text=PASSWORD + b"\n")
        self._users("add", "noisy", "--password-stdin", text=PASSWORD + b"\n")
        phc = dict(line.split(b":", 1) for line in self._users("export").splitlines())[b"noisy"]
        lines = [b"newcomer-%d:%s" % (number, phc) for number in range(NEWCOMERS)]
        lines.append(b"costly:$2b$12$" + b"N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy")
        self._users("import", text=b"\n".join(lines) + b"\n")

    def _users(self, *words, text=b""):
        done = subprocess.run([self.words[0], "users", *words, "--data", self.template], input=text, capture_output=True, timeout=START_PATIENCE, check=False)
        if done.returncode:
            raise SystemExit(f"isolation.py: users {' '.join(words)}: {done.stderr.decode(errors='replace')}")
        return done.stdout
