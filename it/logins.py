"""Logins at every door from any address of this machine, as octets."""
import base64

from management import feed_authentication
from wire import PASSWORD, Mismatch, Wire, credentials, greeting, shown

OK, UNAUTHORIZED = b"HTTP/1.1 200", b"HTTP/1.1 401"  # what HTTP answers to the right login, and to others


class Logins:
    """For a test case with a server."""

    # one login at each door: what the server says to it, or b"" if it closes without a word

    def socks(self, source, account):
        return self.login_at("socks", source, greeting(PASSWORD), b"\x05\x02", credentials(*account), 2)

    def mass(self, source, account):
        return self.login_at("mass", source, b"\x01\x01\x02", b"\x01\x02", credentials(*account), 2)

    def feed_tcp(self, source, account):
        return self.login_at("feedTcp", source, b"", b"", feed_authentication(*account), 4)

    def http(self, source, account):
        login = base64.b64encode(account.name + b":" + account.password)
        host = "%s:%d" % self.server.address("http")
        request = b"GET /api/v1/status HTTP/1.1\r\nHost: %s\r\nAuthorization: Basic %s\r\n\r\n" % (host.encode(), login)
        return self.login_at("http", source, b"", b"", request, len(OK))

    def login_at(self, door, source, first, answer, second, size):
        try:
            wire = self.closing(Wire.to(self.server.address(door), source))
        except Mismatch as refused:
            if "reset" in str(refused):  # the SOCKS side resets, maybe before connect(2) has returned
                return b""
            raise
        if first:
            wire.send(first, may_fail=True)
            if not self.received(wire, len(answer)):
                return b""
        wire.send(second, may_fail=True)
        return self.received(wire, size)

    @staticmethod
    def received(wire, size):
        got = b""
        while len(got) < size:
            what, data = wire.read_some(size - len(got))
            if what == "silence":
                raise Mismatch(f"neither an answer nor the end, but {shown(got)}")
            if what != "octets":
                break
            got += data
        return got
