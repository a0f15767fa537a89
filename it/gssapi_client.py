#!/usr/bin/python3
"""A SOCKS 5 client that authenticates by GSS-API (RFC 1961), on Debian's python3-gssapi: MIT's library, nothing of Argyle's.

    it/gssapi_client.py --proxy localhost:1080 [--service rcmd@localhost] [--level 2] [--nec] HOST PORT

connects standard input and output to HOST:PORT. Who the user is, `kinit` has said. The names below are the RFC's.
"""
import argparse
import ipaddress
import os
import socket
import struct
import sys
import threading

import gssapi

CONTEXT, LEVEL, DATA, ABORT = 1, 2, 3, 0xFF
NONE, INTEGRITY, CONFIDENTIALITY, SELECTIVE = 0, 1, 2, 3
CONNECT, BIND, UDP_ASSOCIATE = 1, 2, 3
MAX_TOKEN = 0xFFFF
MAX_DATAGRAM = 65507

gssapi.SecurityContext.__DEFER_STEP_ERRORS__ = False


class Refused(Exception):
    """The server said no; `stage` is where: "method", "context", "level", "request" or "data"."""

    def __init__(self, stage, words, code=None):
        super().__init__(f"{stage}: {words}")
        self.stage, self.code = stage, code


def framed(mtyp, token=b""):
    """ver mtyp len token; an abort is ver and mtyp alone."""
    return bytes([1, mtyp]) + (b"" if mtyp == ABORT else struct.pack(">H", len(token)) + token)


def address(host, port):
    """ATYP ADDR PORT."""
    try:
        packed = ipaddress.ip_address(host).packed
        return bytes([1 if len(packed) == 4 else 4]) + packed + struct.pack(">H", port)
    except ValueError:
        return bytes([3, len(host)]) + host.encode() + struct.pack(">H", port)


class Client:
    """A control connection or a tunnel. Not authenticated yet: `authenticate`, then `request`, then `write`, `end` and `read`."""

    def __init__(self, proxy, service="rcmd@localhost", cache=None, level=CONFIDENTIALITY, nec=False, timeout=20, sequence=True, source=None):
        self.level, self.nec, self.stage = level, nec, "method"
        self.context = self._context(service, cache, sequence)
        self.plain = b""
        self.socket = socket.create_connection(proxy, timeout, (source, 0) if source else None)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @staticmethod
    def _context(service, cache, sequence):
        """RFC 1961, section 3.2; DELEG is for tickets that can be forwarded, and those of the tests cannot."""
        kind = gssapi.NameType.kerberos_principal if "/" in service else gssapi.NameType.hostbased_service
        flags = [gssapi.RequirementFlag.mutual_authentication, gssapi.RequirementFlag.replay_detection,
                 gssapi.RequirementFlag.integrity, gssapi.RequirementFlag.confidentiality]
        if sequence:  # not for datagrams
            flags.append(gssapi.RequirementFlag.out_of_sequence_detection)
        store = {"ccache": f"FILE:{cache}"} if cache else None
        mechanism = gssapi.MechType.kerberos
        return gssapi.SecurityContext(name=gssapi.Name(service, kind), mech=mechanism, flags=flags, usage="initiate",
                                      creds=gssapi.Credentials(usage="initiate", mechs=[mechanism], store=store))

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # octets and frames

    def exactly(self, count):
        octets = b""
        while len(octets) < count:
            more = self.socket.recv(count - len(octets))
            if not more:
                raise Refused(self.stage, f"closed after {len(octets)} of {count} octets")
            octets += more
        return octets

    def frame(self, expected):
        """The token of the frame that comes."""
        ver, mtyp = self.exactly(2)
        if (ver, mtyp) == (1, ABORT):
            raise Refused(self.stage, "aborted", ABORT)
        if (ver, mtyp) != (1, expected):
            raise Refused(self.stage, f"ver {ver:02X} mtyp {mtyp:02X}, expected 01 {expected:02X}")
        return self.exactly(struct.unpack(">H", self.exactly(2))[0])

    def seal(self, octets):
        """A frame of data; per-message choice (3) encrypts every other one."""
        if self.level == SELECTIVE:
            self.chosen = not getattr(self, "chosen", False)
        encrypt = self.level == CONFIDENTIALITY or self.level == SELECTIVE and self.chosen
        return framed(DATA, self.context.wrap(octets, encrypt).message)

    def unseal(self, token):
        message, encrypted, _ = self.context.unwrap(token)
        if self.level == CONFIDENTIALITY and not encrypted:
            raise Refused(self.stage, "a frame that is not encrypted, at level 2")
        return message

    @property
    def sealed(self):
        return not self.nec and self.level != NONE

    # steps

    def greet(self):
        self.socket.sendall(b"\x05\x01\x01")
        answer = self.exactly(2)
        if answer != b"\x05\x01":
            raise Refused(self.stage, answer.hex(" "))
        self.stage = "context"
        return self

    def establish(self):
        token = self.context.step()
        while True:
            if token:
                self.socket.sendall(framed(CONTEXT, token))
            if self.context.complete:
                break
            token = self.context.step(self.frame(CONTEXT))
        self.stage = "level"
        return self

    def agree(self, level=None):
        """Asks for a level; takes what is granted, and tells it."""
        wanted = bytes([self.level if level is None else level])
        self.socket.sendall(framed(LEVEL, wanted if self.nec else self.context.wrap(wanted, False).message))
        token = self.frame(LEVEL)
        granted = token if self.nec else self.context.unwrap(token).message
        if len(granted) != 1 or granted[0] > 3:
            raise Refused(self.stage, f"the level is {granted.hex(' ')}")
        self.level = granted[0]
        self.stage = "request"
        return self.level

    def authenticate(self):
        self.greet().establish().agree()
        return self

    def request(self, command, host, port):
        self.write(bytes([5, command, 0]) + address(host, port))
        return self.reply()

    def reply(self):
        """The host and port of a reply that says yes."""
        _, code, _, kind = self.plainly(4)
        size = {1: 4, 4: 16}[kind] if kind != 3 else self.plainly(1)[0]
        host, port = self.plainly(size), struct.unpack(">H", self.plainly(2))[0]
        if code:
            raise Refused("request", f"REP {code:02X}", code)
        self.stage = "data"
        return host.decode() if kind == 3 else str(ipaddress.ip_address(host)), port

    def plainly(self, count):
        """Exactly so many octets of payload."""
        while len(self.plain) < count:
            more = self._fresh()
            if not more:
                raise Refused(self.stage, "closed")
            self.plain += more
        octets, self.plain = self.plain[:count], self.plain[count:]
        return octets

    # payload

    def write(self, octets):
        if not self.sealed:
            return self.socket.sendall(octets)
        limit = self.context.get_wrap_size_limit(MAX_TOKEN, self.level != INTEGRITY)
        for start in range(0, len(octets), limit):
            self.socket.sendall(self.seal(octets[start:start + limit]))

    def end(self):
        """Half-close."""
        self.socket.shutdown(socket.SHUT_WR)

    def read(self):
        """Some octets of payload; none: the end."""
        if self.plain:
            octets, self.plain = self.plain, b""
            return octets
        return self._fresh()

    def _fresh(self):
        if not self.sealed:
            return self.socket.recv(1 << 17)
        first = self.socket.recv(1)
        if not first:
            return b""
        mtyp = self.exactly(1)[0]
        if (first[0], mtyp) != (1, DATA):
            raise Refused(self.stage, "aborted" if mtyp == ABORT else f"mtyp {mtyp:02X}", mtyp)
        return self.unseal(self.exactly(struct.unpack(">H", self.exactly(2))[0]))


class Datagrams:
    """A UDP association: `send` and `receive`. What a datagram has room for is `room`."""

    def __init__(self, *arguments, **options):
        self.control = Client(*arguments, sequence=False, **options).authenticate()
        relay = self.control.request(UDP_ASSOCIATE, "0.0.0.0", 0)
        self.socket = socket.socket(socket.AF_INET6 if ":" in relay[0] else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((self.control.socket.getsockname()[0], 0))  # the relay takes no other's
        self.socket.connect(relay)
        self.socket.settimeout(10)

    def room(self, header):
        if not self.control.sealed:
            return MAX_DATAGRAM - header
        return self.control.context.get_wrap_size_limit(MAX_DATAGRAM - 4, self.control.level != INTEGRITY) - header

    def datagram(self, host, port, octets):
        plain = b"\0\0\0" + address(host, port) + octets
        return self.control.seal(plain) if self.control.sealed else plain

    def send(self, host, port, octets):
        self.socket.send(self.datagram(host, port, octets))

    def receive(self):
        """(host, port, octets)"""
        octets = self.socket.recv(65536)
        if self.control.sealed:
            ver, mtyp, length = struct.unpack_from(">BBH", octets)
            if (ver, mtyp, length) != (1, DATA, len(octets) - 4):
                raise Refused("data", f"a datagram that begins with {octets[:4].hex(' ')}")
            octets = self.control.unseal(octets[4:])
        size = {1: 4, 4: 16}[octets[3]]
        return str(ipaddress.ip_address(octets[4:4 + size])), struct.unpack_from(">H", octets, 4 + size)[0], octets[6 + size:]

    def close(self):
        self.socket.close()
        self.control.close()


def main():
    parser = argparse.ArgumentParser(description="Standard input and output through a SOCKS server, authenticated by Kerberos.")
    parser.add_argument("--proxy", required=True, metavar="HOST:PORT")
    parser.add_argument("--service", default="rcmd@localhost", help="as rcmd@HOST, or a principal")
    parser.add_argument("--level", type=int, default=CONFIDENTIALITY, choices=range(4))
    parser.add_argument("--nec", action="store_true")
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    options = parser.parse_args()
    host, _, port = options.proxy.rpartition(":")
    with Client((host.strip("[]"), int(port)), options.service, level=options.level, nec=options.nec) as client:
        client.authenticate().request(CONNECT, options.host, options.port)
        client.socket.settimeout(None)

        def send():
            while octets := os.read(0, 1 << 16):
                client.write(octets)
            client.end()
        threading.Thread(target=send, daemon=True).start()
        while octets := client.read():
            sys.stdout.buffer.write(octets)
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
