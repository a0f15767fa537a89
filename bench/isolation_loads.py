"""What one client does to a server: the rows of bench/isolation.py. Each is bounded in places, in rate and in time."""
import os
import selectors
import socket
import struct
import time

from isolation_rig import LOAD_CPU, LOADS, PASSWORD, PATIENCE, pin, raise_limit, reset

CONNECT, BIND, UDP_ASSOCIATE = 1, 2, 3
BEGUN, PLAYED, ENDED, MOVED, OPEN = range(5)  # what is counted: begun, played to the end, ended by the server or failed, octets, open now
LEAVE, HOLD, IGNORE, RECEIVE, SEND = "leave", "hold", "ignore", "receive", "send"
IP_BIND_ADDRESS_NO_PORT = 24
BULK = 1 << 20
AT_A_TIME = 64   # connections that are begun before the others are looked at
BURST = 8        # datagrams one after the other through one association


# --- octets of SOCKS 5 ----------------------------------------------------------------------------------------------

def endpoint(host, port):
    """ATYP ADDR PORT; `bytes` are a name."""
    if isinstance(host, bytes):
        return b"\x03" + bytes([len(host)]) + host + struct.pack(">H", port)
    return b"\x01" + socket.inet_aton(host) + struct.pack(">H", port)


def credentials(user, password):
    return b"\x01" + bytes([len(user)]) + user + bytes([len(password)]) + password


def login(user=None, password=PASSWORD):
    """The steps until a request may follow: (octets to send, octets to wait for)."""
    if user is None:
        return [(b"\x05\x01\x00", 2)]
    return [(b"\x05\x01\x02", 2), (credentials(user, password), 2)]


def request(command, host, port):
    return [(bytes([5, command, 0]) + endpoint(host, port), 10)]


# --- many connections at once ---------------------------------------------------------------------------------------

class Player:
    """One connection's way through its play: steps of (octets to send, octets to wait for)."""

    def __init__(self, steps):
        self.steps, self.missing = [(b"", 0), *steps], 0  # the first: it is connected

    def done_with_step(self, sock):
        """Whether the step is over: connected, or all of the answer is there. A failure is an OSError."""
        if not self.missing:
            wrong = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if wrong:
                raise OSError(wrong, os.strerror(wrong))
            return True
        got = len(sock.recv(self.missing))
        if not got:
            raise OSError("closed")
        self.missing -= got
        return not self.missing

    def go_on(self, sock):
        """Sends what follows; returns whether an answer is due. Otherwise the play is over."""
        self.steps.pop(0)
        while self.steps:
            octets, self.missing = self.steps[0]
            sock.send(octets)
            if self.missing:
                return True
            self.steps.pop(0)
        return False


class Crowd:
    """Keeps `places` connections of one source open, each of which plays `play(number)`. Then it leaves by a reset, holds until the
    server closes, never reads, or moves bulk. Whoever is over is replaced, at most `rate` a second."""

    def __init__(self, address, source, play, places, rate, then=LEAVE, buffer=None):
        self.address, self.source, self.play, self.then, self.buffer = address, source, play, then, buffer
        self.places, self.rate, self.number, self.open, self.ignored = places, rate, 0, 0, []

    def run(self, tally):
        """`tally`: what is counted, in shared memory."""
        raise_limit()
        pin(LOAD_CPU, LOADS)
        self.tally, self.ready, self.scrap = tally, selectors.DefaultSelector(), bytearray(BULK)
        self.bulk = os.memfd_create("bulk")
        os.ftruncate(self.bulk, BULK)
        begin = time.monotonic()
        while True:
            due = (time.monotonic() - begin) * self.rate
            for _ in range(AT_A_TIME):
                if self.open >= self.places or self.number >= due:
                    break
                self._begin()
            for key, _ in self.ready.select(0.01 if self.open < self.places else 0.2):
                try:
                    self._go_on(key.fileobj, key.data)
                except BlockingIOError:
                    pass
                except OSError:
                    self._end(key.fileobj)
                    self.tally[ENDED] += 1

    def _begin(self):
        sock = socket.socket()
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.buffer)
        self.number += 1
        self.open += 1
        self.tally[BEGUN] += 1
        self.tally[OPEN] = self.open
        sock.bind((self.source, 0))
        sock.connect_ex(self.address)
        self.ready.register(sock, selectors.EVENT_WRITE, Player(self.play(self.number)))

    def _end(self, sock):
        self.ready.unregister(sock)
        reset(sock)
        self.open -= 1
        self.tally[OPEN] = self.open

    def _go_on(self, sock, player):
        if not player.steps:
            self._move(sock)
        elif player.done_with_step(sock):
            if player.go_on(sock):
                self.ready.modify(sock, selectors.EVENT_READ, player)
            else:
                self._played(sock, player)

    def _played(self, sock, player):
        self.tally[PLAYED] += 1
        if self.then == LEAVE:
            self._end(sock)
        elif self.then == IGNORE:
            self.ready.unregister(sock)
            self.ignored.append(sock)
        else:
            self.ready.modify(sock, selectors.EVENT_WRITE if self.then == SEND else selectors.EVENT_READ, player)

    def _move(self, sock):
        if self.then == SEND:
            self.tally[MOVED] += os.sendfile(sock.fileno(), self.bulk, 0, BULK)
            return
        moved = sock.recv_into(self.scrap, BULK, socket.MSG_TRUNC)
        if not moved:
            raise OSError("closed")
        if self.then == RECEIVE:
            self.tally[MOVED] += moved


# --- datagrams ------------------------------------------------------------------------------------------------------

def read(sock, size):
    got = b""
    while len(got) < size:
        more = sock.recv(size - len(got))
        if not more:
            raise OSError("closed")
        got += more
    return got


def play_all(sock, steps):
    """Plays steps on a blocking socket; returns the last answer. A refusal is an OSError."""
    got = b""
    for octets, size in steps:
        sock.sendall(octets)
        got = read(sock, size) if size else b""
        if size == 2 and got[1] not in (0, 2) or size == 10 and got[1]:
            raise Refused(f"answer {got[:4].hex(' ')}")
    return got


class Refused(OSError):
    """The server answered, and what it answered was no."""


def connected(address, source, patience=PATIENCE):
    sock = socket.socket()
    sock.settimeout(patience)
    sock.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        sock.bind((source, 0))
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock


def associate(server, source, user):
    """An association: (control connection, the client's datagram socket, connected to the relay)."""
    control = connected(server.address, source)
    try:
        answer = play_all(control, login(user) + request(UDP_ASSOCIATE, "0.0.0.0", 0))
        host, port = socket.inet_ntoa(answer[4:8]), struct.unpack(">H", answer[8:])[0]
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        client.bind((source, 0))
        client.connect((host if host != "0.0.0.0" else server.address[0], port))
        return control, client
    except OSError:
        control.close()
        raise


class DatagramFlood:
    """`associations` of one user, through which messages go as fast as they can, at most `rate` a second."""

    def __init__(self, server, source, user, message, associations, rate):
        self.server, self.source, self.user, self.message = server, source, user, message
        self.associations, self.rate = associations, rate

    def run(self, tally):
        raise_limit()
        pin(LOAD_CPU, LOADS)
        pairs = []
        for _ in range(self.associations):
            try:
                pairs.append(associate(self.server, self.source, self.user))
            except OSError:
                tally[ENDED] += 1
        begin, number = time.monotonic(), 0
        while pairs:
            due = (time.monotonic() - begin) * self.rate
            if number > due:
                time.sleep(0.002)
                continue
            for _, client in pairs:
                for _ in range(BURST):
                    number += 1
                    message = self.message(number)
                    try:
                        client.send(message)
                        tally[PLAYED] += 1
                        tally[MOVED] += len(message)
                    except OSError:
                        pass  # an ICMP error, or a full buffer
            tally[BEGUN] = number


def datagram(host, port, data, fragment=0):
    return b"\0\0" + bytes([fragment]) + endpoint(host, port) + data


# --- the rows -------------------------------------------------------------------------------------------------------

class Row:
    """One kind of load. `parts(server, source, user, there)` are what runs at once, each in a process of its own."""

    def __init__(self, name, words, parts, unit, needs=None):
        self.name, self.words, self.parts, self.unit, self.needs = name, words, parts, unit, needs

    def lacks(self, server, source):
        """Why this server cannot be asked for it; "" if it can."""
        if self.needs == "door":
            return "" if server.door else "no management door"
        if self.needs == "login":
            return "" if server.user else "no passwords"
        if self.needs:
            try:
                with connected(server.address, source, 3) as sock:
                    play_all(sock, login(server.user) + request(self.needs, "0.0.0.0", 0))
            except OSError as wrong:
                return str(wrong)
        return ""


def tunnels(command, port, places, rate, then, **more):
    def parts(server, source, user, there):
        return [Crowd(server.address, source, lambda _: login(user) + request(command, there.host, getattr(there, port)), places, rate, then, **more)]
    return parts


def dead_names(server, source, user, there):
    def asking(zone):
        return lambda number: login(user) + request(CONNECT, b"n%d.%s.test" % (number, zone), there.discard)
    return [Crowd(server.address, source, asking(b"dead"), 256, 400), Crowd(server.address, source, asking(b"late"), 64, 20)]


def dials(server, source, user, there):
    return [Crowd(server.address, source, lambda number: login(user) + request(CONNECT, b"n%d.wide.test" % number, there.hole), 200, 100)]


def half_open(server, source, user, there):
    whole = b"".join(octets for octets, _ in login(user) + request(CONNECT, there.host, there.discard))
    halves = [b"\x05\x02\x00", b"\x05", b"", whole[:-4]]
    return [Crowd(server.address, source, lambda number: [(halves[number % len(halves)], 0)], 2000, 2000, HOLD)]


def garbage(server, source, user, there):
    kinds = [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"\x04\x01\x00\x50\x7f\x00\x00\x01\x00", os.urandom(64)]
    return [Crowd(server.address, source, lambda number: [(kinds[number % len(kinds)], 1)], 100, 2000)]


def guesses(server, source, user, there):
    names = [server.user, b"costly", b"nobody-%d", b"costly"] if server.accounts else [server.user]

    def guess(number):
        name = names[number % len(names)]
        return login(name % number if b"%" in name else name, b"guess-%d" % number)
    return [Crowd(server.address, source, guess, 64, 200)]


def door(server, source, user, there):
    greeting, name = b"\x01\x01\x02", server.administrator[0]
    halves = [b"", b"\x01", greeting + credentials(name, b"x" * 40)[:-5]]
    return [Crowd(server.door, source, lambda number: [(halves[number % 3], 0)], 300, 300, HOLD),
            Crowd(server.door, source, lambda number: [(greeting, 2), (credentials(name, b"guess-%d" % number), 0)], 50, 200)]


def datagrams(server, source, user, there):
    whole = datagram(there.host, there.silence, b"d" * 512)
    return [DatagramFlood(server, source, user, lambda _: whole, 4, 100_000),
            DatagramFlood(server, source, user, lambda number: datagram(b"u%d.dead.test" % number, 9, b"d" * 512), 1, 1000)]


def fragments(server, source, user, there):
    parts = [datagram(there.host, there.silence, b"f" * 8000, number + 1) for number in range(BURST)]
    users = {user, None} if server.anonymous else {user}
    return [DatagramFlood(server, source, one, lambda number: parts[(number - 1) % BURST], 250, 8000) for one in users]


ROWS = [
    Row("bulk-down", "saturates: 16 tunnels receive as fast as they can", tunnels(CONNECT, "source", 16, 100, RECEIVE), "GB/s"),
    Row("bulk-up", "saturates: 16 tunnels send as fast as they can", tunnels(CONNECT, "discard", 16, 100, SEND), "GB/s"),
    Row("dead-names", "asks for names: 256 at once that nobody answers, 64 that are aliases of aliases, late", dead_names, "names/s"),
    Row("dials", "asks for destinations that never answer: 200 names of 24 addresses each, at once", dials, "names/s"),
    Row("holds", "holds tunnels: 5,000 at once, where the server may have 8,192 descriptors", tunnels(CONNECT, "discard", 5000, 1500, HOLD), "tunnels"),
    Row("never-reads", "never reads: 400 tunnels from a destination that sends for ever", tunnels(CONNECT, "source", 400, 400, IGNORE, buffer=4096),
        "tunnels"),
    Row("half-open", "floods handshakes: up to 2,000 at once that never end", half_open, "connections/s"),
    Row("garbage", "floods handshakes: up to 2,000 a second that are invalid", garbage, "connections/s"),
    Row("guesses", "guesses passwords: 64 at once, also of accounts with a costly hash", guesses, "guesses/s", "login"),
    Row("door", "floods a management door: 300 unfinished logins held, 200 wrong ones a second that do not wait", door, "connections/s", "door"),
    Row("datagrams", "floods datagrams: 4 associations at up to 100,000 a second, and 1,000 a second to dead names", datagrams, "datagrams/s",
        UDP_ASSOCIATE),
    Row("binds", "holds BINDs: 1,000 at once", tunnels(BIND, "silence", 1000, 500, HOLD), "BINDs", BIND),
    Row("churn", "opens and leaves: 64 tunnels at once, each reset as soon as it stands", tunnels(CONNECT, "discard", 64, 4000, LEAVE), "tunnels/s"),
    Row("fragments", "floods fragments: 250 associations for each user, whose datagrams are never whole", fragments, "fragments/s", UDP_ASSOCIATE),
]
