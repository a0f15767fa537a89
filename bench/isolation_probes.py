"""What another client sees meanwhile: the columns of bench/isolation.py. Each probe is one process that does the same small thing again
and again, a pause apart; whatever takes longer than PATIENCE, or is refused, is an error."""
import itertools
import os
import socket
import time

from isolation_loads import CONNECT, associate, connected, credentials, datagram, login, play_all, read, request
from isolation_rig import LOAD_CPU, PASSWORD, PATIENCE, PROBES, pin, reset

WARM, COUNTED, OVER = 0, 1, 2   # phases
DATAGRAM_PATIENCE = 3           # seconds after which one is lost


class Probe:
    """One column. `pause` in seconds; `lacks(server)` says why a server cannot be asked."""

    name, words, pause = "", "", 0.02
    needs_accounts = needs_user = needs_door = needs_anonymous = False

    def __init__(self, server, source, there):
        self.server, self.source, self.there = server, source, there
        self.numbers = itertools.count(1)

    @classmethod
    def lacks(cls, server):
        return cls.needs_accounts and not server.accounts or cls.needs_user and not server.user or cls.needs_door and not server.door \
            or cls.needs_anonymous and not server.anonymous

    def prepare(self):
        """Before the first turn, and after a failure."""

    def turn(self):
        raise NotImplementedError

    def tunnel(self, user, host=None):
        sock = connected(self.server.address, self.source)
        try:
            play_all(sock, login(user) + request(CONNECT, host or self.there.host, self.there.echo))
            return sock
        except OSError:
            sock.close()
            raise

    def exchange(self, sock):
        sock.sendall(b"p" * 64)
        read(sock, 64)

    def open_and_leave(self, user, host=None):
        sock = self.tunnel(user, host)
        try:
            self.exchange(sock)
        finally:
            reset(sock)


class Ping(Probe):
    name, words, pause = "ping", "64 octets there and back in an open tunnel", 0.005
    sock = None

    def prepare(self):
        if self.sock:
            self.sock.close()
        self.sock = self.tunnel(None if self.server.anonymous else self.server.user)

    def turn(self):
        self.exchange(self.sock)


class Tunnel(Probe):
    name, words, needs_anonymous = "tunnel", "a new tunnel by address, and 64 octets there and back", True

    def turn(self):
        self.open_and_leave(None)


class Name(Probe):
    name, words = "name", "the same by a name that nobody has asked for before"

    def turn(self):
        self.open_and_leave(None if self.server.anonymous else self.server.user, b"n%d-%d.fast.test" % (os.getpid(), next(self.numbers)))


class Login(Probe):
    name, words, needs_user = "login", "a new tunnel with a password that was verified before", True

    def turn(self):
        self.open_and_leave(self.server.user)


class FirstLogin(Probe):
    name, words, pause, needs_accounts = "first login", "a new tunnel of a user who logs in for the first time", 0.5, True

    def turn(self):
        self.open_and_leave(b"newcomer-%d" % (next(self.numbers) - 1))


class Datagram(Probe):
    name, words, pause = "datagram", "one there and back through an association", 0.005
    pair = None

    def prepare(self):
        for one in self.pair or ():
            one.close()
        self.pair = associate(self.server, self.source, None if self.server.anonymous else self.server.user)
        self.pair[1].settimeout(DATAGRAM_PATIENCE)

    def messages(self, data):
        return [datagram(self.there.host, self.there.udp_echo, data)]

    def turn(self):
        data = b"datagram %d" % next(self.numbers)
        for message in self.messages(data):
            self.pair[1].send(message)
        end = time.monotonic() + DATAGRAM_PATIENCE
        while self.pair[1].recv(65536)[10:] != data:
            if time.monotonic() > end:
                raise TimeoutError("lost")


class DatagramByName(Datagram):
    name, words, pause = "datagram by name", "one to a name that nobody has asked for before", 0.02

    def messages(self, data):
        return [datagram(b"u%d-%d.fast.test" % (os.getpid(), next(self.numbers)), self.there.udp_echo, data)]


class Fragments(Datagram):
    name, words = "fragments", "one in two fragments"

    def messages(self, data):
        return [datagram(self.there.host, self.there.udp_echo, data[:5], 1), datagram(self.there.host, self.there.udp_echo, data[5:], 0x82)]


class Administrator(Probe):
    name, words, pause, needs_door = "administrator", "an administrator's login at the MASS door, and one question", 0.05, True

    def turn(self):
        with connected(self.server.door, self.source) as sock:
            play_all(sock, [(b"\x01\x01\x02", 2), (credentials(*self.server.administrator), 2)])
            sock.sendall(b"\x03")
            answer = b""
            while more := sock.recv(64):
                answer += more
            if len(answer) != 5 or answer[0]:
                raise OSError(f"answer {answer.hex(' ')}")


PROBES_OF = [Ping, Tunnel, Name, Login, FirstLogin, Datagram, DatagramByName, Fragments, Administrator]


def run(probe, phase, answers):
    """A probe's process: turns until the phase is over, then one answer: (name, what it saw). What began before the counted phase counts
    if it ended in it or later."""
    pin(LOAD_CPU, PROBES)
    took, errors, turns, prepared = [], [], 0, False
    while phase.value != OVER:
        begin, why = time.perf_counter(), ""
        try:
            if not prepared:
                probe.prepare()
                prepared, begin = True, time.perf_counter()
            probe.turn()
        except OSError as wrong:
            prepared, why = False, f"{type(wrong).__name__}: {wrong}"
        if phase.value != WARM:
            if why:
                errors.append(why)
            turns += not why
            took += with_those_behind(time.perf_counter() - begin, probe.pause)
        time.sleep(probe.pause)
    answers.put((probe.name, {"turns": turns, "errors": errors, "ms": [one * 1e3 for one in took]}))


def with_those_behind(seconds, pause):
    """A turn's time, and what the turns would have taken that it has kept from beginning, one every `pause`: a stall counts in full."""
    return [seconds - pause * number for number in range(1 + int(seconds / pause))]


def supports(probe):
    """Whether a quiet server does what a probe asks, in one of three tries; the reason if not."""
    for _ in range(3):
        try:
            probe.prepare()
            probe.turn()
            return ""
        except OSError as wrong:
            why = f"{type(wrong).__name__}: {wrong}"
    return why
