"""What each thing that a client can hold costs a server: the resource contract in docs/operations.md, as the test and the soak
look at it."""
import os
import select
import socket
import struct
import threading

from management_http import Api
from system import descriptors, live_heap_octets, resident_octets
from tunnel_load import read, tunnel as open_tunnel
from wire import Account

PASSWORD = b"a-Password-of-the-contract"


class Sample:
    """A process at one moment. The heap is what is left after a collection."""

    def __init__(self, pid):
        self.heap = live_heap_octets(pid)
        self.resident = resident_octets(pid)
        self.kinds = descriptors(pid)
        self.threads = len(os.listdir(f"/proc/{pid}/task"))

    @property
    def open(self):
        return sum(self.kinds.values())

    @property
    def pipes(self):
        return self.kinds.get("pipe", 0)

    def row(self):
        return (f"heap {self.heap / 1e6:.1f} MB, resident {self.resident / 1e6:.1f} MB, {self.open} descriptors "
                f"({self.pipes} of pipes), {self.threads} threads")


def associate(proxy, user):
    """A UDP association that has carried one datagram to `sink` and back: (control connection, socket)."""
    name, password = user
    control = socket.create_connection(proxy, 30)
    control.sendall(b"\x05\x01\x02\x01%c%b%c%b" % (len(name), name, len(password), password)
                    + b"\x05\x03\x00\x01\x00\x00\x00\x00\x00\x00")
    answer = read(control, 14)
    if answer[:6] != b"\x05\x02\x01\x00\x05\x00":
        raise ConnectionError(f"the proxy answered {answer.hex()}")
    relay = (socket.inet_ntoa(answer[8:12]), struct.unpack("!H", answer[12:14])[0])
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.settimeout(30)
    datagrams.connect(relay)
    return control, datagrams


class Things:
    """Opens `count` of a kind at a server, each a list of what has to be closed, and closes them again."""

    def __init__(self, server, users):
        self.server, self.proxy, self.users = server, server.socks, users
        self.held, self.worker, self.stop = [], None, threading.Event()

    def user(self, number):
        return self.users[number % len(self.users)]

    def idle_tunnels(self, count):
        with socket.create_server(("127.0.0.1", 0), backlog=64) as target:
            target.settimeout(30)
            for number in range(count):
                self.held += open_tunnel(self.proxy, self.user(number), target)

    def busy_tunnels(self, count):
        """As many tunnels whose target sends without end and whose client reads slowly, so that both sides wait by turns."""
        self.idle_tunnels(count)
        near, far = self.held[-2 * count::2], self.held[-2 * count + 1::2]

        def work():
            block = bytes(1 << 16)
            for one in near + far:
                one.setblocking(False)
            while not self.stop.is_set():
                for sender in far:
                    try:
                        sender.send(block)
                    except BlockingIOError:
                        pass
                for reader in select.select(near, [], [], 0.01)[0]:
                    reader.recv(1 << 15)

        self.worker = threading.Thread(target=work, daemon=True)
        self.worker.start()

    def associations(self, count):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
            sink.bind(("127.0.0.1", 0))
            sink.settimeout(30)
            header = b"\x00\x00\x00\x01\x7f\x00\x00\x01" + struct.pack("!H", sink.getsockname()[1])
            for number in range(count):
                control, datagrams = associate(self.proxy, self.user(number))
                self.held += [control, datagrams]
                datagrams.send(header + b"there")
                data, sender = sink.recvfrom(100)
                sink.sendto(data, sender)
                datagrams.recv(100)

    def logins(self, count):
        """Clients that have logged in and have not asked for anything."""
        for number in range(count):
            name, password = self.user(number)
            client = socket.create_connection(self.proxy, 30)
            client.sendall(b"\x05\x01\x02\x01%c%b%c%b" % (len(name), name, len(password), password))
            if read(client, 4) != b"\x05\x02\x01\x00":
                raise ConnectionError("the login was refused")
            self.held.append(client)

    def administrators(self, count):
        """Sessions at FEED over TCP."""
        for _ in range(count):
            session = self.server.feed()
            session.authenticate(self.server.admin)
            self.held.append(session)

    def listeners(self, count):
        """Of /api/v1/events, each of which has read its first event."""
        login = Api(self.server).login
        host, port = self.server.address("http")
        for _ in range(count):
            listener = socket.create_connection((host, port), 30)
            listener.sendall(f"GET /api/v1/events HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: {login}\r\n\r\n".encode())
            heard = b""
            while b"\nevent:" not in heard and b"\ndata:" not in heard:
                more = listener.recv(1 << 16)
                if not more:
                    raise ConnectionError(f"the stream ended after {heard[-200:]!r}")
                heard += more
            self.held.append(listener)

    def close(self):
        if self.worker:
            self.stop.set()
            self.worker.join(10)
            self.worker = None
            self.stop.clear()
        for one in self.held:
            one.close()
        self.held.clear()


def add_users(server, count):
    """Users that share one password."""
    names = [b"contract-%02d" % number for number in range(count)]
    for name in names:
        server.add_user(Account(name, PASSWORD))
    return [(name, PASSWORD) for name in names]
